//! Hostile workbooks: each is refused with a message of its own, in bounded memory.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use zhinaq::read::ReadError;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::made_up::{Made, read_as, wanted};

fn refused(bytes: &[u8]) -> ReadError {
    read_as(&wanted("2022-M12"), "form.xlsx", bytes).unwrap_err()
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="R1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

const PACKAGE: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

fn with_sheet(sheet: &[u8]) -> Vec<u8> {
    archive(&[
        ("_rels/.rels", PACKAGE.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

#[test]
fn a_truncated_zip() {
    let bytes = Made::usual().bytes();
    for keep in [10, bytes.len() / 2, bytes.len() - 5] {
        let error = refused(&bytes[..keep]);
        assert!(matches!(&error, ReadError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains("cut off or damaged"), "{error}");
        assert!(error.is_transient());
    }
}

#[test]
fn a_zip_bomb() {
    let zeros = vec![b' '; 300 * 1024 * 1024];
    let error = refused(&with_sheet(&zeros));
    assert!(matches!(&error, ReadError::TooLarge { .. }), "{error}");
    assert!(error.to_string().contains("xl/worksheets/sheet1.xml"), "{error}");
}

#[test]
fn a_declared_size_of_two_gigabytes_in_a_small_file() {
    let mut bytes = with_sheet(b"<worksheet/>");
    // The sizes in the central directory: compressed at 20, inflated at 24 from each signature.
    let signature = b"PK\x01\x02";
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(signature)).collect();
    for at in places {
        bytes[at + 24..at + 28].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    }
    let error = refused(&bytes);
    assert!(error.to_string().contains("declares 2147483647 bytes"), "{error}");
}

#[test]
fn xml_entities() {
    let bomb =
        br#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>"#;
    let error = refused(&with_sheet(bomb));
    assert!(error.to_string().contains("declares a document type"), "{error}");
}

#[test]
fn a_workbook_of_a_million_rows() {
    let mut sheet =
        String::from(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#);
    let text = |cell: &str, text: &str| format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    write!(sheet, "<row r=\"1\">{}{}</row>", text("A1", "Наименование"), text("C1", "Всего")).unwrap();
    write!(sheet, "<row r=\"2\">{}{}<c r=\"C2\"><v>1</v></c></row>", text("A2", "А"), text("B2", "Б")).unwrap();
    for row in 3..1_000_000 {
        write!(sheet, "<row r=\"{row}\"><c r=\"B{row}\"><v>{row}</v></c><c r=\"C{row}\"><v>1</v></c></row>").unwrap();
    }
    sheet.push_str("</sheetData></worksheet>");
    let error = refused(&with_sheet(sheet.as_bytes()));
    assert!(error.to_string().contains("more than 20000 rows"), "{error}");
}

#[test]
fn archives_that_are_no_workbook_are_named() {
    let word = archive(&[("word/document.xml", b"<x/>")]);
    assert!(refused(&word).to_string().contains("a Word document"));
    let empty = archive(&[("readme.txt", b"x")]);
    assert!(refused(&empty).to_string().contains("a zip archive that holds no workbook"));
    assert!(refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1xxxx").to_string().contains("old Excel workbook"));
    assert!(refused(b"%PDF-1.7").to_string().contains("a PDF document"));
    assert!(refused(b"").to_string().contains("an empty body"));
}

#[test]
fn a_sheet_that_is_no_xml_is_told_by_its_name() {
    let error = refused(&with_sheet(b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></worksheet>"));
    assert!(error.to_string().contains("sheet `R1`"), "{error}");
}

#[test]
fn a_part_that_stands_twice_is_refused() {
    let mut bytes = archive(&[
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/worksheets/sheet1.xml", b"<worksheet/>"),
        ("xl/worksheets/sheet2.xml", b"<worksheet/>"),
    ]);
    let name = b"sheet2.xml";
    let places: Vec<usize> = (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    for at in places {
        bytes[at + 5] = b'1';
    }
    let error = refused(&bytes);
    assert!(matches!(error, ReadError::Malformed { .. }), "{error}");
    assert!(error.to_string().contains("two parts named `xl/worksheets/sheet1.xml`"), "{error}");
}

/// The usual workbook with a text of one of its parts replaced.
fn usual_with(part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(Made::usual().bytes())).unwrap();
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut content).unwrap();
        if name == part {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(from), "`{from}` is not in {part}");
            content = text.replacen(from, to, 1).into_bytes();
        }
        parts.push((name, content));
    }
    archive(&parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect::<Vec<_>>())
}

#[test]
fn a_sheet_named_like_a_path_is_known_by_what_it_says() {
    let bytes = usual_with("xl/workbook.xml", "name=\"R1-1\"", "name=\"../../../etc/passwd\"");
    let reading = read_as(&wanted("2022-M12"), "form.xlsx", &bytes).unwrap();
    let usual = read_as(&wanted("2022-M12"), "form.xlsx", &Made::usual().bytes()).unwrap();
    assert_eq!(reading.datasets, usual.datasets);
}

#[test]
fn a_cell_outside_of_any_sheet() {
    for place in ["XFE6", "D1048577", "D0", "DDDD6"] {
        let error = refused(&usual_with("xl/worksheets/sheet1.xml", "r=\"D6\"", &format!("r=\"{place}\"")));
        assert!(error.to_string().contains(&format!("sheet `R1`: `{place}` is not a place in a sheet")), "{error}");
    }
}

#[test]
fn numbers_of_a_cell_that_are_none_are_told_and_the_others_are_read() {
    for odd in ["NaN", "1e400", "1 234,5x", "inf"] {
        let bytes =
            usual_with("xl/worksheets/sheet1.xml", "<c r=\"D6\"><v>11</v>", &format!("<c r=\"D6\"><v>{odd}</v>"));
        let reading = read_as(&wanted("2022-M12"), "form.xlsx", &bytes).unwrap();
        let told: Vec<_> = reading.findings.iter().filter(|f| f.rule.starts_with("figure.")).collect();
        assert_eq!(told.len(), 1, "{odd}: {:?}", reading.findings);
        assert!(told[0].explanation.contains(odd), "{}", told[0].explanation);
        let figures = &reading.datasets[0].sections[0].figures;
        assert_eq!(figures.iter().filter(|f| f.number().is_some()).count(), figures.len() - 1);
    }
}

#[test]
fn a_text_a_sheet_or_an_encoding_that_is_not_there() {
    let error = refused(&usual_with("xl/worksheets/sheet1.xml", "t=\"s\"><v>0</v>", "t=\"s\"><v>4000000000</v>"));
    assert!(error.to_string().contains("refers to text `4000000000`, which is not there"), "{error}");
    let error = refused(&usual_with("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/gone.xml"));
    assert!(error.to_string().contains("sheet `R1`: its part `xl/worksheets/gone.xml` is not there"), "{error}");
    let error = refused(&with_sheet(b"<worksheet><sheetData>\xC2\xF5\xEE\xE4</sheetData></worksheet>"));
    assert!(
        error.to_string().contains("`xl/worksheets/sheet1.xml` is in windows-1251, though UTF-8 is declared"),
        "{error}"
    );
}

#[test]
fn tags_that_never_close() {
    let error = refused(&with_sheet("<a>".repeat(2_000_000).as_bytes()));
    assert!(error.to_string().contains("nested too deep"), "{error}");
    let error = refused(&with_sheet(b"<worksheet><sheetData><row r=\"1"));
    assert!(error.to_string().contains("an attribute has no end"), "{error}");
}
