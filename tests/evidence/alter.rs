//! Workbooks altered as people alter them, part by part.

use std::io::{Cursor, Read as _, Write as _};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A workbook whose parts a function has changed; a part that becomes empty is left out.
pub fn rewritten(workbook: &[u8], mut change: impl FnMut(&str, String) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if let Ok(text) = String::from_utf8(bytes.clone()) {
            bytes = change(&name, text).into_bytes();
        }
        if !bytes.is_empty() {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(&bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// The name and the value of a number cell on a workbook's fourth sheet (the first table of a chapter).
pub fn number_cell(workbook: &[u8]) -> (String, String) {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(SHEET).unwrap().read_to_string(&mut text).unwrap();
    for cell in text.split("<c r=\"").skip(1) {
        let (name, rest) = cell.split_once('"').unwrap();
        let (head, body) = rest.split_once('>').unwrap();
        let value = body.strip_prefix("<v>").and_then(|b| b.split_once("</v>")).map(|(v, _)| v);
        if let Some(value) =
            value.filter(|v| (!head.contains("t=") || head.contains("t=\"n\"")) && v.len() > 2 && !v.contains('.'))
        {
            return (name.to_owned(), value.to_owned());
        }
    }
    panic!("no number in {SHEET}");
}

/// The workbook with one number cell changed.
pub fn with_cell(workbook: &[u8], cell: &str, is: &str) -> Vec<u8> {
    rewritten(workbook, |name, text| {
        if name != SHEET {
            return text;
        }
        let at = text.find(&format!("<c r=\"{cell}\"")).unwrap();
        let from = at + text[at..].find("<v>").unwrap() + 3;
        let to = from + text[from..].find("</v>").unwrap();
        format!("{}{is}{}", &text[..from], &text[to..])
    })
}

const SHEET: &str = "xl/worksheets/sheet4.xml";
