//! Copies that somebody forged or broke, and what `zhinaq identify` reports of them.

use std::fs;

use serde_json::{Value, json};

use super::{
    alter::{number_cell, rewritten, with_cell},
    half_year, identify, received,
};

/// The report on a copy of the leadership's after a change of its parts.
fn told(name: &str, code: i32, change: impl FnMut(&str, String) -> String) -> Value {
    let office = half_year();
    let sent = fs::read(received(office, "gp-leadership", 2)).unwrap();
    told_of(name, code, &rewritten(&sent, change))
}

fn told_of(name: &str, code: i32, bytes: &[u8]) -> Value {
    let office = half_year();
    let file = office.path().join(format!("forged-{name}.xlsx"));
    fs::write(&file, bytes).unwrap();
    let found = identify(office, &file, code);
    if code != 1 {
        assert_eq!((&found["organ"], &found["copy"], &found["of"]), (&json!("gp-leadership"), &json!(2), &json!(7)));
    }
    found
}

/// The text of a part of a copy.
fn part(organ: &str, number: u32, name: &str) -> String {
    let bytes = fs::read(received(half_year(), organ, number)).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

const SHEET: &str = "xl/worksheets/sheet4.xml";

#[test]
fn marks_of_another_copy_are_told() {
    // The property is that of another organ's copy: the copy is identified by it, and all else is reported.
    let sent = fs::read(received(half_year(), "gp-leadership", 2)).unwrap();
    let other = part("mia", 1, "docProps/custom.xml");
    let forged = rewritten(&sent, |name, text| if name == "docProps/custom.xml" { other.clone() } else { text });
    let file = half_year().path().join("forged-property.xlsx");
    fs::write(&file, forged).unwrap();
    let found = identify(half_year(), &file, 3);
    assert_eq!((&found["organ"], &found["intact"]), (&json!("mia"), &json!(false)), "{found}");
    assert_eq!(found["altered"].as_array().unwrap().len(), 1, "the line on the cover: {found}");
    assert_eq!(found["other_marks"][0]["by"], "footer", "{found}");
    assert!(found["words"].as_str().unwrap().contains("copy 2 of 7 for `gp-leadership`"), "{found}");
    // A sheet from another organ's copy: the same cells, another footer.
    let other = part("mia", 1, SHEET);
    let found = told("sheet", 3, |name, text| if name == SHEET { other.clone() } else { text });
    assert_eq!((&found["intact"], &found["altered"]), (&json!(false), &json!([])), "{found}");
    assert_eq!(found["other_marks"][0]["says"], "copy 1 of 1 for `mia`, r0", "{found}");
    // A cover from another copy: an altered cell.
    let cover = "xl/worksheets/sheet1.xml";
    let other = part("gp-leadership", 3, cover);
    let found = told("cover", 3, |name, text| if name == cover { other.clone() } else { text });
    assert_eq!(found["altered"].as_array().unwrap().len(), 1, "{found}");
}

#[test]
fn the_workbook_that_a_program_opens_is_the_one_that_is_looked_at() {
    let sent = fs::read(received(half_year(), "gp-leadership", 2)).unwrap();
    let (cell, _) = number_cell(&sent);
    let forged = {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(with_cell(&sent, &cell, "987654321"))).unwrap();
        std::io::read_to_string(zip.by_name(SHEET).unwrap()).unwrap()
    };
    let add = |more: &[(&str, &str)], change: &dyn Fn(&str, String) -> String| {
        let changed = rewritten(&sent, |name, text| change(name, text));
        let mut writer = zip::ZipWriter::new_append(std::io::Cursor::new(changed)).unwrap();
        for (name, text) in more {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    // The part with the usual name contains the workbook as it was sent, and the relations lead to another part.
    let rels = part("gp-leadership", 2, "xl/_rels/workbook.xml.rels").replace("worksheets/sheet4.xml", "other.xml");
    let book = part("gp-leadership", 2, "xl/workbook.xml");
    let elsewhere = |name: &str, text: String| match name {
        "_rels/.rels" => text.replace("xl/workbook.xml", "xl/book.xml"),
        _ => text,
    };
    let more = [("xl/book.xml", &*book), ("xl/_rels/book.xml.rels", &*rels), ("xl/other.xml", &*forged)];
    let found = told_of("decoy", 3, &add(&more, &elsewhere));
    assert_eq!(found["altered"][0]["cell"], cell.as_str(), "{found}");
    // Two parts whose names differ only in case are one name.
    let found = told_of("case", 3, &add(&[("xl/worksheets/Sheet4.xml", &forged)], &|_, text| text));
    assert_eq!(found["intact"], false, "{found}");
    assert!(found["damage"].to_string().contains("it is there twice"), "{found}");
    // Of two parts with one name a library silently keeps the last, and some programs show the first.
    let mut twins = add(&[("xl/worksheets/sheet4.XXX", &forged)], &|_, text| text);
    let places: Vec<usize> = (0..twins.len()).filter(|at| twins[*at..].starts_with(b"sheet4.XXX")).collect();
    assert_eq!(places.len(), 2, "in front of the part, and in the directory");
    for at in places {
        twins[at..at + 10].copy_from_slice(b"sheet4.xml");
    }
    let found = told_of("twins", 3, &twins);
    assert_eq!(found["intact"], false, "{found}");
    assert!(
        found["damage"].to_string().contains("its archive has two parts named `xl/worksheets/sheet4.xml`"),
        "{found}"
    );
    // A part that the directory does not list: only a program that reads from the front shows it.
    let hidden = &sent[..sent.windows(4).position(|at| at == b"PK\x01\x02").unwrap()];
    let found = told_of("hidden", 3, &[hidden, sent.as_slice()].concat());
    assert_eq!(found["intact"], false, "{found}");
    assert!(found["damage"].to_string().contains("that its directory does not list"), "{found}");
}

#[test]
fn a_format_that_shows_another_number_is_an_alteration() {
    let sent = fs::read(received(half_year(), "gp-leadership", 2)).unwrap();
    let (cell, was) = number_cell(&sent);
    let list = part("gp-leadership", 2, "xl/styles.xml");
    let list = list.split("<cellXfs").nth(1).unwrap().split("</cellXfs>").next().unwrap();
    let style = list.matches("<xf ").count();
    let found = told("format", 3, |name, text| match name {
        "xl/styles.xml" => {
            let added = "<numFmt numFmtId=\"199\" formatCode=\"&quot;17&quot;\"/></numFmts>";
            let text = text.replacen("</numFmts>", added, 1);
            text.replacen("</cellXfs>", "<xf numFmtId=\"199\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellXfs>", 1)
        }
        SHEET => {
            let at = text.find(&format!("<c r=\"{cell}\"")).unwrap();
            let end = at + text[at..].find('>').unwrap();
            format!("{}<c r=\"{cell}\" s=\"{style}\"{}", &text[..at], &text[end..])
        }
        _ => text,
    });
    let altered = &found["altered"][0];
    assert_eq!((&altered["cell"], altered["was"].to_string()), (&json!(cell), was), "{found}");
    assert!(altered["is"].as_str().unwrap().contains("its format shows as `17`"), "{found}");
}

#[test]
fn a_broken_copy_is_known_by_what_is_whole() {
    let sent = fs::read(received(half_year(), "gp-leadership", 2)).unwrap();
    let place = |name: &str| {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&sent)).unwrap();
        let entry = zip.by_name(name).unwrap();
        (entry.data_start().unwrap() + entry.compressed_size() / 2) as usize
    };
    for name in [SHEET, "xl/sharedStrings.xml", "docProps/custom.xml", "xl/theme/theme1.xml", "xl/styles.xml"] {
        let mut broken = sent.clone();
        broken[place(name)] ^= 0x10;
        let found = told_of("broken", 3, &broken);
        assert_eq!(found["intact"], false, "{name}: {found}");
        assert!(found["damage"][0].as_str().unwrap().contains(&name.to_lowercase()), "{name}: {found}");
    }
    let cut = told_of("cut", 3, &sent[..sent.len() - 100]);
    assert!(cut["damage"][0].as_str().unwrap().contains("cut off or broken"), "{cut}");
    // Bytes after the end of the archive change no part.
    let found = told_of("longer", 0, &[sent.as_slice(), b"more"].concat());
    assert!(found["words"].as_str().unwrap().contains("every part is as it was sent"), "{found}");
}

#[test]
fn what_is_hidden_or_was_added_beside_the_cells_is_told() {
    let hidden = |name: &str, text: String| match name {
        "xl/workbook.xml" => text.replacen("sheetId=\"4\"", "sheetId=\"4\" state=\"hidden\"", 1),
        SHEET => text.replacen("<row ", "<row hidden=\"1\" ", 1),
        _ => text,
    };
    let found = told("hidden", 0, hidden);
    let remarks = found["remarks"].to_string();
    assert!(remarks.contains("is hidden") && remarks.contains("rows or columns of sheet"), "{found}");
    let named = told("renamed", 3, |name, text| match name {
        "xl/workbook.xml" => {
            let (head, rest) = text.split_once("sheetId=\"4\"").unwrap();
            let (start, _) = head.rsplit_once("name=\"").unwrap();
            format!("{start}name=\"Другое\" sheetId=\"4\" state=\"hidden\"{rest}")
        }
        _ => text,
    });
    assert_eq!((&named["renamed_sheets"][0]["is"], &named["altered"]), (&json!("Другое"), &json!([])), "{named}");
    assert!(named["remarks"].to_string().contains("sheet `Другое` is hidden"), "{named}");
}

#[test]
fn a_master_is_no_copy_and_is_told_as_what_it_is() {
    let office = half_year();
    let folder = office.path().join("output/sample/2025-Q2/narcotics/r0");
    let masters = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let master = masters.into_iter().find(|p| p.to_string_lossy().ends_with("accessible.xlsx")).unwrap();
    let found = identify(office, &master, 1);
    assert_eq!((&found["collection"], &found["copy"]), (&json!("narcotics"), &json!(null)), "{found}");
    assert!(found["words"].as_str().unwrap().contains("the master of `2025-Q2/narcotics/r0`"), "{found}");
}

#[test]
fn a_text_that_a_million_cells_share_is_held_once() {
    let text = "a".repeat(1 << 20);
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(1000);
    let rows: String = (0..200).map(|_| format!("<row>{cells}</row>")).collect();
    let sent = fs::read(received(half_year(), "gp-leadership", 2)).unwrap();
    let bomb = rewritten(&sent, |name, part| match name {
        "xl/sharedStrings.xml" => format!("<sst><si><t>{text}</t></si></sst>"),
        SHEET => format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        _ => part,
    });
    // 200,000 cells of a mebibyte each would be 200 GB.
    let book = zhinaq::evidence::Workbook::read(&bomb).unwrap();
    assert_eq!(book.sheets[3].cells.len(), 200_000);
}

#[test]
fn a_device_that_never_ends_is_no_copy() {
    let ended = half_year().zhinaq(&["identify", "/dev/zero", "--sample"]).exits(1);
    assert!(ended.err.contains("`/dev/zero` cannot be read: it is not a file"), "{}", ended.err);
}
