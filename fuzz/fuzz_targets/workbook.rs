//! Arbitrary bytes as a workbook, or as a sheet in a valid workbook, give datasets or a sentence that says why not, and
//! never a panic.
#![no_main]

use std::{
    collections::BTreeMap,
    io::{Cursor, Write as _},
};

use libfuzzer_sys::fuzz_target;
use zhinaq_fuzz::{
    domain::Origin,
    office,
    read::{self, Document, Wanted},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const WORKBOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="R1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const TEXTS: &str = "<sst><si><t>Движение дел</t></si><si><t>Остаток</t></si><si><t>А</t></si><si><t>Всего</t></si></sst>";
const STYLES: &str = r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// A workbook of stored parts with one sheet.
fn around(sheet: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in [
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/sharedStrings.xml", TEXTS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, stored).ok()?;
        zip.write_all(content).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let made = if bytes.starts_with(b"PK") { Some(bytes.to_vec()) } else { around(bytes) };
    let Some(workbook) = made else { return };
    let template = office::template();
    let all = BTreeMap::from([(template.form.clone(), template.clone())]);
    let wanted = Wanted::of(template.form.clone(), "2022-Q4".parse().expect("a period"), Origin::Real);
    let document = Document { name: "form.xlsx", bytes: &workbook };
    match read::read(&template, &all, &office::regions(), &[], &wanted, &document) {
        Ok(reading) => {
            for section in reading.datasets.iter().flat_map(|d| &d.sections) {
                assert_eq!(section.figures.len(), section.columns.len() * section.rows.len());
            }
        }
        Err(refused) => assert!(refused.to_string().chars().count() < 4_000, "{refused}"),
    }
    // A template is learned from any workbook, or the workbook is refused with a sentence.
    if let Err(refused) = read::learn(&template.form, &document) {
        assert!(refused.to_string().chars().count() < 4_000, "{refused}");
    }
});
