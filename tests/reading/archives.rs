//! Archives that different programs read differently, and parts in other encodings and under other names.

use std::io::Cursor;

use zhinaq::read::{ReadError, Reading};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    made_up::{Made, read_as, wanted},
    random::parts,
};

fn read(bytes: &[u8]) -> Result<Reading, ReadError> {
    read_as(&wanted("2022-M12"), "form.xlsx", bytes)
}

/// An archive in which a name may occur twice, and the directory may differ from the parts. Each part has its name, its
/// name in the directory if it is listed there, its method and its content.
fn written(parts: &[(&str, Option<&str>, u16, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory, mut listed) = (Vec::new(), Vec::new(), 0_u16);
    for (name, listed_as, method, content) in parts {
        let common = |name: &str| {
            let mut head = vec![20, 0, 0, 8];
            head.extend(method.to_le_bytes());
            head.extend([0, 0, 0x21, 0]);
            head.extend(crc32fast::hash(content).to_le_bytes());
            head.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
            head.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
            head.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            head.extend([0, 0]);
            head
        };
        if let Some(name) = listed_as {
            listed += 1;
            directory.extend(b"PK\x01\x02\x14\x00");
            directory.extend(common(name));
            directory.extend([0; 10]);
            directory.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
            directory.extend(name.as_bytes());
        }
        bytes.extend(b"PK\x03\x04");
        bytes.extend(common(name));
        bytes.extend(name.as_bytes());
        bytes.extend(*content);
    }
    let start = u32::try_from(bytes.len()).unwrap();
    let length = u32::try_from(directory.len()).unwrap();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([listed.to_le_bytes(), listed.to_le_bytes()].concat());
    bytes.extend(length.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// The usual parts, and one more before or after them.
fn with(more: (&str, Option<&str>), is_first: bool) -> Vec<u8> {
    let parts = parts();
    let forged = String::from_utf8(parts.iter().find(|(name, _)| name == SHEET).unwrap().1.clone()).unwrap();
    let forged = forged.replacen("<v>11</v>", "<v>99999</v>", 1);
    let mut all: Vec<_> =
        parts.iter().map(|(name, part)| (name.as_str(), Some(name.as_str()), 0, part.as_slice())).collect();
    let more = (more.0, more.1, 0, forged.as_bytes());
    all.insert(if is_first { 0 } else { all.len() }, more);
    written(&all)
}

#[test]
fn one_name_twice_is_refused_and_not_asked_for_again() {
    for name in [
        SHEET,
        "XL/Worksheets/Sheet1.XML",
        "xl\\worksheets\\sheet1.xml",
        "/xl/worksheets/sheet1.xml",
        "xl/worksheets/%73heet1.xml",
    ] {
        for is_first in [false, true] {
            let error = read(&with((name, Some(name)), is_first)).unwrap_err();
            assert!(error.to_string().contains("its archive has two parts named"), "{name}: {error}");
            let told = error.to_string();
            assert!(!error.is_transient() && !told.contains("fetch it again") && !told.contains("save it"), "{told}");
        }
    }
}

#[test]
fn a_part_that_only_one_of_the_lists_has_is_refused() {
    for is_first in [false, true] {
        let error = read(&with((SHEET, None), is_first)).unwrap_err().to_string();
        assert!(error.contains("that its directory does not list"), "{error}");
        let error = read(&with((SHEET, Some("xl/worksheets/other.xml")), is_first)).unwrap_err().to_string();
        assert!(error.contains("the part in that place is named"), "{error}");
    }
}

#[test]
fn a_method_that_is_not_read_is_named() {
    for (method, name) in [(12, "bzip2"), (93, "Zstandard"), (9, "Deflate64"), (77, "method 77")] {
        let parts = parts();
        let all: Vec<_> =
            parts.iter().map(|(name, part)| (name.as_str(), Some(name.as_str()), method, part.as_slice())).collect();
        let error = read(&written(&all)).unwrap_err();
        assert!(error.to_string().contains(name) && error.to_string().contains("save it as .xlsx"), "{error}");
        assert!(!error.is_transient());
    }
}

#[test]
fn what_comes_before_an_archive_does_no_harm_or_is_told() {
    let usual = read(&Made::usual().bytes()).unwrap();
    for before in [b"\xEF\xBB\xBF".as_slice(), b"\r\n", b"\xEF\xBB\xBF\n "] {
        let reading = read(&[before, &Made::usual().bytes()].concat()).unwrap();
        assert_eq!(reading.datasets, usual.datasets);
    }
    let error = read(&[b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &Made::usual().bytes()].concat()).unwrap_err();
    assert!(error.to_string().contains("19 bytes of something else come before its archive"), "{error}");
}

/// The usual form with its parts rewritten.
fn rewritten(change: impl Fn(&str, String) -> (String, Vec<u8>)) -> Result<Reading, ReadError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts() {
        let (name, content) = match String::from_utf8(content) {
            Ok(text) => change(&name, text),
            Err(error) => (name, error.into_bytes()),
        };
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &content).unwrap();
    }
    read(&zip.finish().unwrap().into_inner())
}

/// Russian text in Windows-1251, as programs for the Russian Windows write it.
fn windows_1251(text: &str) -> Vec<u8> {
    let byte = |c: char| match u32::from(c) {
        code @ 0..=0x7F => u8::try_from(code).unwrap(),
        code @ 0x410..=0x44F => u8::try_from(code - 0x410 + 0xC0).unwrap(),
        0x2116 => 0xB9,
        other => panic!("U+{other:04X}"),
    };
    text.chars().map(byte).collect()
}

#[test]
fn a_part_in_windows_1251_is_read_where_it_says_so() {
    let usual = read(&Made::usual().bytes()).unwrap();
    let texts = |encoding: &'static str| {
        rewritten(move |name, text| {
            let text = if name.contains("sharedStrings") { text.replace("UTF-8", encoding) } else { text };
            let bytes = if name.contains("sharedStrings") { windows_1251(&text) } else { text.into_bytes() };
            (name.to_owned(), bytes)
        })
    };
    assert_eq!(texts("windows-1251").unwrap().datasets, usual.datasets);
    for (encoding, told) in [("UTF-8", "is in windows-1251"), ("KOI8-R", "koi8-r")] {
        let error = texts(encoding).unwrap_err();
        assert!(error.to_string().contains(told) && error.to_string().contains("sharedStrings.xml"), "{error}");
        assert!(!error.is_transient());
    }
}

#[test]
fn names_of_parts_may_be_percent_encoded_and_types_in_any_case() {
    let usual = read(&Made::usual().bytes()).unwrap();
    for (in_archive, in_relation) in [
        ("лист 1.xml", "%D0%BB%D0%B8%D1%81%D1%82%201.xml"),
        ("лист 1.xml", "%d0%bb%d0%b8%d1%81%d1%82 1.xml"),
        ("%D0%BB%D0%B8%D1%81%D1%82%201.xml", "лист 1.xml"),
    ] {
        let reading = rewritten(|name, text| {
            let text = text.replace("worksheets/sheet1.xml", &format!("worksheets/{in_relation}"));
            (name.replace("sheet1.xml", in_archive), text.into_bytes())
        });
        assert_eq!(reading.unwrap().datasets, usual.datasets, "{in_archive}");
    }
    for (from, to) in [
        ("/worksheet\"", "/Worksheet\""),
        ("/sharedStrings\"", "/sharedstrings\""),
        ("/officeDocument\"", "/OfficeDocument\""),
    ] {
        let reading = rewritten(|name, text| {
            let text = if name.contains("rels") { text.replace(from, to) } else { text };
            (name.to_owned(), text.into_bytes())
        });
        assert_eq!(reading.unwrap().datasets, usual.datasets, "{to}");
    }
}

#[test]
fn of_alternate_content_that_is_read_which_excel_shows() {
    let usual = read(&Made::usual().bytes()).unwrap();
    let alternate = |uri: &str, other: &str, is_choice: bool| {
        rewritten(|name, text| {
            if name != SHEET {
                return (name.to_owned(), text.into_bytes());
            }
            let (before, rest) = text.split_once("<row r=\"6\"").unwrap();
            let (row, after) = rest.split_once("</row>").unwrap();
            let row = format!("<row r=\"6\"{row}</row>");
            let changed = row.replacen("<v>11</v>", other, 1);
            let (choice, fallback) = if is_choice { (changed, row) } else { (row, changed) };
            let text = format!(
                "{before}<mc:AlternateContent xmlns:mc=\"m\" xmlns:x14=\"{uri}\"><mc:Choice Requires=\"x14\">{choice}</mc:Choice>\
                 <mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>{after}"
            );
            (name.to_owned(), text.into_bytes())
        })
        .unwrap()
    };
    let of_excel = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main";
    let same = alternate(of_excel, "<v>11</v>", false);
    assert_eq!((&same.datasets, same.findings), (&usual.datasets, Vec::new()));
    for (uri, is_choice) in [(of_excel, false), ("http://example.org/x14", true)] {
        let reading = alternate(uri, "<v>12</v>", is_choice);
        assert_eq!(reading.datasets, usual.datasets);
        assert!(reading.findings.iter().any(|f| f.rule == "shape.alternate"), "{:?}", reading.findings);
    }
}
