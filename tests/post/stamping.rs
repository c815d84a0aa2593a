//! Copies from a master, read back by other programs.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read as _},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use calamine::{Data, Reader as _};
use rust_xlsxwriter::{Chart, ChartType, DocProperties, ExcelDateTime, Format, Workbook};
use zhinaq::{
    domain::{Language, Sha256},
    workbook::stamp::{CopyMark, StampError, Stamper},
};

use crate::support::skipped;

/// A master like those of the workbook stage: a cover, sheets with footers, properties.
pub fn master(sheets: u32, rows: u32) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2025, 7, 14).unwrap();
    workbook.set_properties(
        &DocProperties::new()
            .set_title("О преступности")
            .set_creation_datetime(&created)
            .set_custom_property("Copy", "⟦copy⟧")
            .set_custom_property("Organ", "⟦organ⟧")
            .set_custom_property("Number", "⟦number⟧")
            .set_custom_property("Of", "⟦of⟧")
            .set_custom_property("Content id", "0123"),
    );
    let cover = workbook.add_worksheet().set_name("Обложка").unwrap();
    let bold = Format::new().set_bold();
    cover.write_string(0, 0, "Сборник & <свод>").unwrap();
    cover.write_string_with_format(2, 1, "⟦copy⟧", &bold).unwrap();
    cover.write_string(4, 1, "Получатель: ⟦organ⟧").unwrap();
    cover.write_string(5, 1, "последняя строка").unwrap();
    cover.set_footer("&L⟦copy⟧&R&P / &N");
    for number in 1..sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_footer("&L&8⟦copy⟧&CSAMPLE && DATA&R&P / &N");
        sheet.write_string(0, 0, format!("Таблица {number}")).unwrap();
        for row in 1..rows {
            sheet.write_string(row, 0, format!("строка {}", row % 40)).unwrap();
            for column in 1..12 {
                let value = f64::from((row * 7919 + u32::from(column) * 104_729 + number * 31) % 100_003);
                sheet.write_number(row, column, value).unwrap();
            }
        }
        if number == 1 {
            let mut chart = Chart::new(ChartType::Column);
            chart.add_series().set_values(("Sheet2", 1, 1, 5, 1));
            sheet.insert_chart(1, 14, &chart).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

pub fn mark(number: u32, of: u32) -> CopyMark {
    CopyMark {
        collection: "crime".parse().unwrap(),
        period: "2025-Q2".parse().unwrap(),
        revision: 0,
        supplement: 0,
        organ: "gp-leadership".parse().unwrap(),
        organ_title: "Руководство «Прокуратуры» & <Ко> \"ӘҒҚҢӨҰҮҺІ\"".into(),
        number,
        of,
        language: Language::RU,
        numbered: format!("Экземпляр № {number} из {of}"),
        content_id: Sha256::of(b"figures"),
    }
}

fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn names(workbook: &[u8]) -> Vec<String> {
    zip::ZipArchive::new(Cursor::new(workbook)).unwrap().file_names().map(|n| n.unwrap().into_owned()).collect()
}

#[test]
fn each_copy_shows_its_own_number_in_every_place() {
    let stamper = Stamper::new(master(3, 50)).unwrap();
    let mut seen = BTreeSet::new();
    for number in 1..=7 {
        let copy = stamper.stamp(&mark(number, 7)).unwrap();
        assert!(seen.insert(Sha256::of(&copy)), "two copies of equal bytes");
        assert_eq!(stamper.stamp(&mark(number, 7)).unwrap(), copy, "same master, same mark, same bytes");
        let mut workbook: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&copy)).unwrap();
        let cover = workbook.worksheet_range("Обложка").unwrap();
        let line = format!("Экземпляр № {number} из 7 · Руководство «Прокуратуры» & <Ко> \"ӘҒҚҢӨҰҮҺІ\"");
        assert_eq!(cover.get_value((2, 1)), Some(&Data::String(line)));
        assert_eq!(cover.get_value((4, 1)), Some(&Data::String("Получатель: gp-leadership".into())));
        assert_eq!(cover.get_value((5, 1)), Some(&Data::String("последняя строка".into())));
        for sheet in names(&copy).iter().filter(|n| n.starts_with("xl/worksheets/sheet")) {
            assert!(part(&copy, sheet).contains(&format!("Экземпляр № {number} из 7 · gp-leadership · r0 · ")));
        }
        let properties = part(&copy, "docProps/custom.xml");
        assert!(properties.contains(&format!("2025-Q2/crime/r0/gp-leadership/{number}-of-7</vt:lpwstr>")));
        assert!(names(&copy).iter().all(|n| n.contains("media") || !part(&copy, n).contains('⟦')));
    }
}

#[test]
fn nothing_but_the_marked_places_changes() {
    let master = master(4, 300);
    let copy = Stamper::new(master.clone()).unwrap().stamp(&mark(2, 3)).unwrap();
    assert_eq!(names(&copy), names(&master));
    let touched =
        |n: &str| n.starts_with("xl/worksheets/sheet") || n == "xl/sharedStrings.xml" || n == "docProps/custom.xml";
    let mut before = zip::ZipArchive::new(Cursor::new(&master)).unwrap();
    let mut after = zip::ZipArchive::new(Cursor::new(&copy)).unwrap();
    for index in 0..before.len() {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        before.by_index_raw(index).unwrap().read_to_end(&mut left).unwrap();
        after.by_index_raw(index).unwrap().read_to_end(&mut right).unwrap();
        let name = &names(&master)[index];
        assert!(left == right || touched(name), "{name} was written anew");
    }
    for name in names(&master).iter().filter(|n| touched(n) && n.starts_with("xl/worksheets")) {
        let cells = |bytes: &[u8]| {
            let text = part(bytes, name);
            text[text.find("<sheetData>").unwrap()..text.find("</sheetData>").unwrap()].to_owned()
        };
        if name != "xl/worksheets/sheet1.xml" {
            assert_eq!(cells(&master), cells(&copy), "{name}");
        }
    }
    assert_eq!(
        part(&master, "xl/sharedStrings.xml").replace("⟦copy⟧", "").replace("Получатель: ⟦organ⟧", ""),
        part(&copy, "xl/sharedStrings.xml")
    );
    assert!(copy.len() < master.len() + 4096, "{} against {}", copy.len(), master.len());
}

#[test]
fn a_master_without_a_place_for_the_number_is_refused() {
    let no_footer = {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "⟦copy⟧").unwrap();
        workbook.save_to_buffer().unwrap()
    };
    let error = Stamper::new(no_footer).unwrap_err();
    assert!(error.to_string().contains("in the page footer of `xl/worksheets/sheet1.xml`"), "{error}");
    let no_cover = {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_footer("⟦copy⟧");
        workbook.save_to_buffer().unwrap()
    };
    assert!(matches!(Stamper::new(no_cover).unwrap_err(), StampError::NoPlace { place } if place.contains("cover")));
    assert!(Stamper::new(b"not a workbook".to_vec()).is_err());
    let mut damaged = master(2, 2000);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    assert!(Stamper::new(damaged).is_err(), "a changed byte in a sheet's data is found out");
}

#[test]
fn a_footer_that_would_be_too_long_is_refused() {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_custom_property("Copy", "⟦copy⟧"));
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "⟦copy⟧").unwrap();
    sheet.set_footer(format!("&L⟦copy⟧&R{}", "ж".repeat(230)));
    let stamper = Stamper::new(workbook.save_to_buffer().unwrap()).unwrap();
    let error = stamper.stamp(&mark(1, 1)).unwrap_err();
    assert!(matches!(error, StampError::FooterTooLong { length, .. } if length > 255), "{error}");
}

const OPENPYXL: &str = r"
import sys, openpyxl
for path in sys.argv[1:]:
    w = openpyxl.load_workbook(path)
    number = path.rsplit('/', 1)[1].split('.')[0]
    cover = w.worksheets[0]
    assert cover['B3'].value.startswith(f'Экземпляр № {number} из 7 · '), cover['B3'].value
    assert cover['B3'].font.b and cover['B6'].value == 'последняя строка'
    for s in w.worksheets:
        assert f'№ {number} из 7 · gp-leadership' in (s.oddFooter.left.text or ''), s.oddFooter.left.text
    p = {x.name: x.value for x in w.custom_doc_props.props}
    assert p['Number'] == number and p['Of'] == '7' and p['Organ'] == 'gp-leadership', p
    assert p['Copy'] == f'2025-Q2/crime/r0/gp-leadership/{number}-of-7', p
";

fn has_openpyxl() -> bool {
    Command::new("python3").args(["-c", "import openpyxl"]).output().is_ok_and(|o| o.status.success())
}

#[test]
fn openpyxl_reads_the_copies() {
    if !has_openpyxl() {
        skipped("python3 with openpyxl is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stamper = Stamper::new(master(3, 50)).unwrap();
    let mut paths = Vec::new();
    for number in [1, 3, 7] {
        let path = folder.path().join(format!("{number}.xlsx"));
        std::fs::write(&path, stamper.stamp(&mark(number, 7)).unwrap()).unwrap();
        paths.push(path);
    }
    let read = Command::new("python3").args(["-c", OPENPYXL]).args(&paths).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/checks/xlsx_check.py");
    if !judge.exists() {
        skipped("../shared/checks is not here");
        return;
    }
    let judged = Command::new("python3").arg(judge).args(&paths).output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
}

#[test]
fn libreoffice_prints_the_number_on_each_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("3.xlsx");
    std::fs::write(&path, Stamper::new(master(3, 120)).unwrap().stamp(&mark(3, 7)).unwrap()).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let printed = Command::new("soffice")
        .args(["--headless", "--norestore", &profile, "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(&path)
        .output();
    if printed.is_err() {
        skipped("LibreOffice is not installed");
        return;
    }
    let pdf = folder.path().join("3.pdf");
    assert!(pdf.exists(), "LibreOffice did not open the copy: {:?}", printed.unwrap());
    let Ok(text) = Command::new("pdftotext").arg(&pdf).arg("-").output() else {
        skipped("pdftotext is not installed");
        return;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let pages: Vec<&str> = text.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
    assert!(pages.len() >= 3, "{} pages", pages.len());
    for (number, page) in pages.iter().enumerate() {
        assert!(page.contains("Экземпляр № 3 из 7 · gp-leadership"), "page {}: {page}", number + 1);
    }
}

#[test]
fn stamping_costs_little_more_than_copying() {
    let master = master(12, 1500);
    let stamper = Stamper::new(master.clone()).unwrap();
    let time = |mut work: Box<dyn FnMut(u32) -> Vec<u8> + '_>| {
        let started = Instant::now();
        let bytes: usize = (1..=40).map(|n| work(n).len()).sum();
        (started.elapsed(), bytes)
    };
    let (copying, _) = time(Box::new(|_| master.clone()));
    let (stamping, _) = time(Box::new(|n| stamper.stamp(&mark(n, 40)).unwrap()));
    eprintln!("40 copies of {} bytes in memory: stamped in {stamping:?}, copied in {copying:?}", master.len());
    assert!(stamping < Duration::from_secs(4), "{stamping:?}");
}
