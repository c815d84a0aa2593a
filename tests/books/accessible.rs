//! Whether everybody can read the workbooks: all six collections pass every rule, and each rule fails for a workbook
//! that breaks it.

use std::io::{Cursor, Write as _};

use zhinaq::{
    assemble::assemble,
    domain::Language,
    workbook::{
        Profile,
        accessibility::{AccessibilityReport, examine},
        master,
    },
};

use super::{masters::COLLECTIONS, ooxml::Parts};
use crate::support::{lexicon, trial::Trial, words};

/// The rules that fail, each with its first failure.
fn objections(report: &AccessibilityReport) -> Vec<(&'static str, String)> {
    let failed = report.rules.iter().filter(|r| !r.passes);
    failed.map(|r| (r.rule, format!("{:?}", r.failures.first()))).collect()
}

#[test]
fn all_six_collections_pass_every_rule_in_every_language() {
    for (collection, period) in COLLECTIONS {
        let trial = Trial::new(collection, period);
        let book = assemble(&trial.material()).unwrap();
        for language in words().languages() {
            let report = examine(&master(&book, lexicon(language), Profile::Accessible).unwrap()).unwrap();
            assert_eq!(objections(&report), [], "{collection} {language}");
            assert!(report.rules.len() >= 20 && report.rules.iter().all(|r| r.examined > 0), "{report:?}");
        }
    }
}

#[test]
fn the_working_profile_fails_in_its_filters_and_panes_alone() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let report = examine(&master(&book, lexicon(Language::RU), Profile::Working).unwrap()).unwrap();
    let rules: Vec<&str> = objections(&report).iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules, ["no-filters-or-panes"]);
}

/// The workbook with one text of a part replaced.
fn broken(parts: &Parts, part: &str, from: &str, to: &str) -> Vec<u8> {
    assert!(parts.text(part).contains(from), "{part} has no {from}");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &parts.0 {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        let changed = (name == part).then(|| parts.text(part).replacen(from, to, 1).into_bytes());
        writer.write_all(changed.as_ref().unwrap_or(bytes)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn every_rule_objects_to_what_it_is_there_for() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let parts = Parts::of(&master(&book, lexicon(Language::EN), Profile::Accessible).unwrap());
    let title = |tag: &str| {
        let text = parts.text("docProps/core.xml");
        let end = text.find(&format!("</{tag}>")).unwrap();
        let start = text[..end].rfind('>').unwrap() + 1;
        format!("<{tag}>{}</{tag}>", &text[start..end])
    };
    // The fourth sheet is the first table of the first chapter; its header is in the first row of the table's
    // reference.
    let table = parts.text("xl/tables/table3.xml").to_owned();
    let reference = table.split(" ref=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let top: u32 = reference.split(':').next().unwrap()[1..].parse().unwrap();
    let sheet = parts.text("xl/worksheets/sheet4.xml").to_owned();
    let cell = |address: &str| {
        let start = sheet.find(&format!("<c r=\"{address}\"")).unwrap();
        let end = start + sheet[start..].find("</c>").unwrap() + 4;
        sheet[start..end].to_owned()
    };
    let (figure, header) = (cell(&format!("B{}", top + 1)), cell(&format!("B{top}")));
    let second = cell(&format!("C{top}"));
    let text = |address: &str, said: &str| format!("<c r=\"{address}\" t=\"inlineStr\"><is><t>{said}</t></is></c>");
    let (four, core, book_part) = ("xl/worksheets/sheet4.xml", "docProps/core.xml", "xl/workbook.xml");
    let (styles, chart) = ("xl/styles.xml", "xl/charts/chart1.xml");
    let row = sheet[sheet.find(&format!("<row r=\"{}\"", top + 2)).unwrap()..].to_owned();
    let row = row[..row.find("</row>").unwrap() + 6].to_owned();
    let cases: Vec<(&str, &str, String, String)> = vec![
        ("title", core, title("dc:title"), "<dc:title></dc:title>".into()),
        ("language", core, "<dc:language>en</dc:language>".into(), String::new()),
        ("sheet-names", book_part, "name=\"Cover\"".into(), "name=\"Sheet1\"".into()),
        ("nothing-hidden", book_part, "name=\"Cover\"".into(), "state=\"hidden\" name=\"Cover\"".into()),
        ("opens-at-the-start", book_part, "<workbookView ".into(), "<workbookView activeTab=\"2\" ".into()),
        ("starts-in-a1", four, cell("A1"), String::new()),
        ("links", "xl/worksheets/sheet2.xml", "location=\"'Cover'!A1\"".into(), "location=\"'Gone'!A1\"".into()),
        ("tables-marked-up", "xl/tables/table3.xml", reference.clone(), format!("A{}:A{}", top, top + 1)),
        (
            "no-merged-cells",
            four,
            "<pageMargins".into(),
            format!("<mergeCells><mergeCell ref=\"A{0}:B{0}\"/></mergeCells><pageMargins", top + 1),
        ),
        ("no-empty-lines", four, row, String::new()),
        ("no-empty-cells", four, figure.clone(), String::new()),
        ("header-row", four, second, text(&format!("C{top}"), "January–June 2025")),
        ("numbers-are-numbers", four, figure, text(&format!("B{}", top + 1), "12 345")),
        ("shorthand-explained", four, header.clone(), text(&format!("B{top}"), "[q]")),
        ("no-filters-or-panes", four, "<sheetData>".into(), "<autoFilter ref=\"A1:B2\"/><sheetData>".into()),
        ("sans-serif", styles, "<name val=\"Arial\"/>".into(), "<name val=\"Times New Roman\"/>".into()),
        ("font-size", styles, "<sz val=\"10\"/>".into(), "<sz val=\"8\"/>".into()),
        ("contrast", styles, "rgb=\"FFE6EDF4\"".into(), "rgb=\"FF506070\"".into()),
        ("nothing-cut-off", four, header, text(&format!("B{top}"), &"long ".repeat(30))),
        (
            "not-by-colour-alone",
            four,
            "<pageMargins".into(),
            "<conditionalFormatting sqref=\"A1\"/><pageMargins".into(),
        ),
        ("alternative-text", "xl/drawings/drawing1.xml", " descr=\"".into(), " other=\"".into()),
        ("charts-without-colour", chart, "<c:legend>".into(), "<c:lost>".into()),
        ("chart-contrast", chart, "<a:srgbClr val=\"1F4E79\"".into(), "<a:srgbClr val=\"EEEEEE\"".into()),
    ];
    let mut tried = Vec::new();
    for (rule, part, from, to) in cases {
        let mut bytes = broken(&parts, part, &from, &to);
        if rule == "charts-without-colour" {
            bytes = broken(&Parts::of(&bytes), chart, "</c:legend>", "</c:lost>");
        }
        let report = examine(&bytes).unwrap();
        let objecting: Vec<&str> = objections(&report).iter().map(|(rule, _)| *rule).collect();
        assert!(objecting.contains(&rule), "{rule} does not object, but {objecting:?}");
        tried.push(rule);
    }
    let all = examine(&master(&book, lexicon(Language::EN), Profile::Accessible).unwrap()).unwrap();
    let untried: Vec<&str> = all.rules.iter().map(|r| r.rule).filter(|r| !tried.contains(r)).collect();
    // A second table on a sheet would need parts of its own, so the sheet refers to the table of another sheet.
    let relations = "xl/worksheets/_rels/sheet4.xml.rels";
    let second = "<Relationship Id=\"rId9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/table\" \
                  Target=\"../tables/table4.xml\"/></Relationships>";
    let bytes = broken(&parts, relations, "</Relationships>", second);
    let two = "<tableParts count=\"2\"><tablePart r:id=\"rId9\"/>";
    let report = examine(&broken(&Parts::of(&bytes), four, "<tableParts count=\"1\">", two)).unwrap();
    assert!(objections(&report).iter().any(|(rule, _)| *rule == "one-table-a-sheet"), "{:?}", objections(&report));
    assert_eq!(untried, ["one-table-a-sheet"]);
}

#[test]
fn what_is_no_workbook_is_said_to_be_none() {
    let error = examine(b"a text").unwrap_err().to_string();
    assert_eq!(error, "it is not an .xlsx workbook: it is no archive");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("other.txt", zip::write::SimpleFileOptions::default()).unwrap();
    let error = examine(&writer.finish().unwrap().into_inner()).unwrap_err().to_string();
    assert_eq!(error, "it is not an .xlsx workbook: it is a zip archive that holds no workbook");
}
