//! Workbooks part by part: what a strict reader would object to.

use std::{collections::BTreeSet, io::Cursor, io::Read as _};

use quick_xml::{Reader, events::Event};

/// The parts of a workbook by name.
pub struct Parts(pub Vec<(String, Vec<u8>)>);

impl Parts {
    pub fn of(workbook: &[u8]) -> Self {
        let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
        let mut parts = Vec::new();
        for place in 0..archive.len() {
            let mut entry = archive.by_index(place).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            parts.push((entry.name().unwrap().into_owned(), bytes));
        }
        Self(parts)
    }

    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no part `{name}`"));
        std::str::from_utf8(&found.1).unwrap()
    }

    pub fn starting(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        let named = self.0.iter().filter(move |(n, _)| n.starts_with(prefix) && n.ends_with(".xml"));
        named.map(|(n, b)| (n.as_str(), std::str::from_utf8(b).unwrap()))
    }
}

/// The faults of a workbook; empty if it has no fault.
pub fn objections(workbook: &[u8]) -> Vec<String> {
    let parts = Parts::of(workbook);
    let mut wrong = Vec::new();
    let names: BTreeSet<&str> = parts.0.iter().map(|(n, _)| n.as_str()).collect();
    if names.len() != parts.0.len() {
        wrong.push("an entry occurs twice".to_owned());
    }
    for (name, bytes) in &parts.0 {
        if name.starts_with('/') || name.split('/').any(|part| part == "..") {
            wrong.push(format!("path {name}"));
        }
        if ["vbaProject", "externalLink", "embeddings"].iter().any(|active| name.contains(active)) {
            wrong.push(format!("active part {name}"));
        }
        if name.ends_with(".xml") || name.ends_with(".rels") {
            wrong.extend(malformed(bytes).map(|why| format!("{name}: {why}")));
            let text = String::from_utf8_lossy(bytes);
            if text.contains("TargetMode=\"External\"") {
                wrong.push(format!("{name} leads outside"));
            }
        }
    }
    for (name, text) in parts.starting("xl/worksheets/sheet") {
        for forbidden in ["<f>", "<f ", "t=\"e\""] {
            if text.contains(forbidden) {
                wrong.push(format!("{name} holds {forbidden}"));
            }
        }
        for needed in ["<pageSetup", "<oddFooter>", "⟦copy⟧"] {
            if !text.contains(needed) {
                wrong.push(format!("{name} lacks {needed}"));
            }
        }
    }
    for (name, text) in parts.starting("xl/drawings/drawing") {
        if text.matches("<xdr:cNvPr ").count() != text.matches(" descr=\"").count() {
            wrong.push(format!("{name} has a chart without alternative text"));
        }
    }
    for (name, text) in parts.starting("xl/tables/table") {
        if !text.contains(" displayName=\"") || text.contains("headerRowCount=\"0\"") {
            wrong.push(format!("{name} has no name or no header"));
        }
    }
    if !parts.text("docProps/core.xml").contains("<dc:language>") {
        wrong.push("the document has no language".to_owned());
    }
    if !parts.text("docProps/custom.xml").contains("⟦copy⟧") {
        wrong.push("no property for the copy's number".to_owned());
    }
    wrong
}

fn malformed(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_i32;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return (depth != 0).then(|| "ends inside an element".to_owned()),
            Ok(Event::DocType(_)) => return Some("has a DOCTYPE".to_owned()),
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth -= 1,
            Ok(_) => {}
            Err(error) => return Some(error.to_string()),
        }
    }
}
