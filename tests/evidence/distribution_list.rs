//! The distribution list: the register as a person prints, signs and files it.

use std::{fs, io::Cursor, process::Command};

use calamine::{Data, Reader as _, Xlsx};
use zhinaq::domain::Sha256;

use super::half_year;

fn list() -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(["register", "--sample", "--period", "2025-Q2", "--format", "xlsx"])
        .current_dir(half_year().path())
        .env_remove("ZHINAQ_HOME")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn numbers(row: &[Data]) -> Vec<f64> {
    row.iter().filter_map(calamine::DataType::as_f64).collect()
}

#[test]
fn the_list_has_every_parcel_with_room_to_sign_and_totals_by_collection_and_over_all() {
    let bytes = list();
    assert!(bytes == list(), "the same register has the same bytes");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.clone())).unwrap();
    let names = book.sheet_names();
    assert_eq!(names.len(), 1 + 6 + 1, "{names:?}");
    let all = book.worksheet_range(&names[0]).unwrap();
    let total = all.rows().find(|row| row.contains(&Data::String("Итого".into()))).unwrap();
    assert_eq!(numbers(total), [115.0, 176.0, 176.0]);
    let mut copies = 0.0;
    for name in &names[1..7] {
        let sheet = book.worksheet_range(name).unwrap();
        let text: Vec<String> = sheet.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
        for word in ["SAMPLE DATA", "Получил (фамилия, подпись, дата)", "Составил (подпись, дата)", "передано"]
        {
            assert!(text.iter().any(|t| t == word), "{name}: no {word}");
        }
        copies += numbers(sheet.rows().find(|row| row.contains(&Data::String("Итого".into()))).unwrap())[0];
    }
    assert!((copies - 176.0).abs() < 0.5);
    let each = book.worksheet_range(&names[7]).unwrap();
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    assert_eq!(each.used_cells().filter(|(_, _, cell)| is_hash(&cell.to_string())).count(), 176);
    // On paper the headings are repeated on every page, and pages are numbered with their total.
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let workbook = std::io::read_to_string(zip.by_name("xl/workbook.xml").unwrap()).unwrap();
    assert_eq!(workbook.matches("_xlnm.Print_Titles").count(), 8);
    let sheet = std::io::read_to_string(zip.by_name("xl/worksheets/sheet2.xml").unwrap()).unwrap();
    assert!(sheet.contains("&amp;P") && sheet.contains("&amp;N") && sheet.contains("landscape"));
}

/// A list that is printed is read on a screen too.
#[test]
fn the_list_passes_every_rule_of_accessibility() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.xlsx");
    fs::write(&path, list()).unwrap();
    let ended = half_year().zhinaq(&["accessibility", path.to_str().unwrap()]).exits(0);
    assert!(ended.out.contains("24 of 24 rules pass"), "{}", ended.out);
    // The room to sign is no part of the table, so it may be blank; what has no value in the table says so.
    let mut book: Xlsx<_> = calamine::open_workbook(&path).unwrap();
    book.load_tables().unwrap();
    let parcels = book.table_by_name("parcels_of_crime_r0").unwrap();
    assert_eq!(parcels.columns().len(), 7, "{:?}", parcels.columns());
    let total = parcels.data().rows().next_back().unwrap().to_vec();
    assert_eq!((total[1].to_string(), total[3].to_string()), ("Итого".to_owned(), "–".to_owned()));
}

#[test]
fn every_row_of_the_register_is_a_file_of_the_outbox_with_these_bytes() {
    let office = half_year();
    let rows = office.zhinaq(&["register", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 176);
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap();
        let folder = office.path().join("output/sample/outbox").join(text("organ")).join(text("period"));
        let folder = folder.join(text("collection")).join("r0");
        let stem = text("file").trim_end_matches(".xlsx");
        let ours = |name: &str| name.starts_with(&format!("{stem}."));
        let mut names = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
        let name = names.find(|name| ours(name)).unwrap_or_else(|| panic!("no {stem} in {}", folder.display()));
        assert_eq!(Sha256::of(&fs::read(folder.join(name)).unwrap()).to_string(), text("sha256"));
    }
    let csv = office.zhinaq(&["register", "--sample", "--period", "2025-Q2", "--format", "csv"]).exits(0).out;
    for row in rows {
        assert!(csv.contains(row["sha256"].as_str().unwrap()));
    }
}
