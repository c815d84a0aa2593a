//! A workbook that somebody brings: its sheets, its properties, and which program saved it.

use std::collections::BTreeMap;

use quick_xml::{Reader, events::Event};

use super::{
    parts::{Parts, UnreadableCopy},
    sheet::{self, Cells},
    xml::{attribute, push_text, texts},
};

/// What identity and figures stand in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workbook {
    pub sheets: Vec<SheetCells>,
    /// The custom properties, such as `Copy`.
    pub properties: BTreeMap<String, String>,
    /// The program that saved it, as it calls itself.
    pub saved_by: Option<String>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SheetCells {
    pub name: String,
    pub cells: Cells,
    /// What stands at the foot of its pages, with the codes of a footer.
    pub footers: Vec<String>,
}

/// More sheets than a workbook of ours has.
const SHEETS: usize = 1_000;

impl Workbook {
    /// Reads a workbook.
    ///
    /// # Errors
    /// When it is none, is damaged or locked, or is larger than a copy can be.
    pub fn read(bytes: &[u8]) -> Result<Self, UnreadableCopy> {
        let parts = Parts::open(bytes)?;
        let damaged = |part: &str, why: &str| UnreadableCopy::Damaged(format!("its part `{part}`: {why}"));
        let strings = match parts.text("xl/sharedStrings.xml") {
            Some(text) => texts(text, "si").map_err(|why| damaged("xl/sharedStrings.xml", &why))?,
            None => Vec::new(),
        };
        let targets = parts.text("xl/_rels/workbook.xml.rels").map(relations).unwrap_or_default();
        let listed = parts.text("xl/workbook.xml").map(listed).unwrap_or_default();
        if listed.len() > SHEETS {
            return Err(UnreadableCopy::TooLarge(format!("{} sheets, and {SHEETS} are allowed", listed.len())));
        }
        let mut sheets = Vec::with_capacity(listed.len());
        for (name, relation) in listed {
            let Some(target) = targets.get(&relation).filter(|t| t.starts_with("xl/worksheets/")) else { continue };
            let Some(xml) = parts.text(target) else {
                return Err(damaged(target, "it is not there"));
            };
            let (cells, footers) = sheet::read(xml, &strings).map_err(|why| damaged(target, &why))?;
            sheets.push(SheetCells { name, cells, footers });
        }
        Ok(Self {
            sheets,
            properties: parts.text("docProps/custom.xml").map(custom).unwrap_or_default(),
            saved_by: parts.text("docProps/app.xml").and_then(application),
        })
    }
}

/// The sheets with the ids of their relations, in their order.
fn listed(xml: &str) -> Vec<(String, String)> {
    starts(xml, "sheet", |start| Some((attribute(start, "name")?, attribute(start, "id")?)))
}

/// The parts that relations lead to.
fn relations(xml: &str) -> BTreeMap<String, String> {
    let found = starts(xml, "Relationship", |start| {
        let target = attribute(start, "Target")?;
        let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), ToOwned::to_owned);
        Some((attribute(start, "Id")?, path))
    });
    found.into_iter().collect()
}

fn starts<T>(xml: &str, element: &str, read: impl Fn(&quick_xml::events::BytesStart<'_>) -> Option<T>) -> Vec<T> {
    let (mut reader, mut found) = (Reader::from_str(xml), Vec::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) if start.local_name().as_ref() == element => {
                found.extend(read(&start));
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// The custom properties by name; what cannot be read is not there.
fn custom(xml: &str) -> BTreeMap<String, String> {
    let (mut reader, mut found) = (Reader::from_str(xml), BTreeMap::new());
    let (mut property, mut text) = (None, String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) if start.local_name().as_ref() == "property" => {
                property = attribute(&start, "name");
                text.clear();
            }
            Ok(Event::End(end)) if end.local_name().as_ref() == "property" => {
                if let Some(name) = property.take() {
                    found.insert(name, text.trim().to_owned());
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(event) if property.is_some() => push_text(&mut text, &event),
            Ok(_) => {}
        }
    }
}

/// `LibreOffice/7.4.7.2$Linux_X86_64 …` is `LibreOffice 7.4.7.2`.
fn application(xml: &str) -> Option<String> {
    let name = texts(xml, "Application").ok()?.into_iter().next().filter(|name| !name.trim().is_empty())?;
    let version = texts(xml, "AppVersion").ok()?.into_iter().next().unwrap_or_default();
    let name = name.split('$').next().unwrap_or_default().replace('/', " ");
    let name = if name.contains(|c: char| c.is_ascii_digit()) { name } else { format!("{name} {version}") };
    Some(name.trim().chars().filter(|c| !c.is_control()).take(80).collect())
}
