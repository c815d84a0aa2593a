//! Reads a workbook that a person brings: its sheets, its properties, what it has beside its cells, and which program
//! saved it.
//!
//! In: bytes. Out: a [`Workbook`], and its damage. It does not know whether the workbook is a copy.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    parts::{Parts, UnreadableCopy},
    sheet::{self, CELLS, Cells, Shared},
    xml::{line_ends, starts},
};
use domain::Sha256;
use ooxml::{
    number_formats::{NumberFormat, cell_formats},
    properties::{custom, element_texts},
    relations::{self, PartRelation},
    shared_strings::{SharedTexts, TextStyle},
    sheet_list::{ListedSheet, listed},
};

/// The parts of a workbook that contain its identity and its figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workbook {
    pub sheets: Vec<SheetCells>,
    /// The custom properties, such as `Copy`.
    pub properties: BTreeMap<String, String>,
    /// The program that saved it, by the file's own properties.
    pub saved_by: Option<String>,
    /// What is broken in it, and what could not be read for that reason.
    pub damage: Vec<String>,
    /// How many things of each kind it has beside its cells.
    pub beside: BTreeMap<Beside, usize>,
    /// The hashes of its pictures, such as those of maps.
    pub pictures: BTreeSet<Sha256>,
    parts: Parts,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SheetCells {
    pub name: String,
    pub cells: Cells,
    /// Its footers, with the codes of OOXML.
    pub footers: Vec<String>,
    pub is_hidden: bool,
    /// How many of its rows and columns are hidden.
    pub hidden_lines: usize,
    /// Whether its part is broken, so that its cells are not known.
    pub is_damaged: bool,
}

/// What a workbook may contain beside its cells that changes what a reader sees, or what happens when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    Macros,
    Links,
    Comments,
    Pictures,
    Embedded,
    Shapes,
}

/// The most sheets; a workbook of ours has fewer.
const SHEETS: usize = 1_000;

impl Workbook {
    /// Reads a workbook. From a damaged one, it reads what it can, and [`Workbook::damage`] lists the rest.
    ///
    /// # Errors
    /// When the file is not a workbook, is locked, or is larger than a copy can be.
    pub fn read(bytes: &[u8]) -> Result<Self, UnreadableCopy> {
        let parts = Parts::open(bytes)?;
        let mut damage: Vec<String> = parts.broken.iter().cloned().collect();
        damage.extend(parts.faults().map(|(part, why)| format!("its part `{part}`: {why}")));
        let root = leads(&parts, "");
        let main = relations::first(&root, "officeDocument").unwrap_or("xl/workbook.xml").to_owned();
        let listed = match parts.text(&main) {
            Some(book) => listed(book).found,
            None if damage.is_empty() => {
                return Err(UnreadableCopy::NoWorkbook("an archive without a workbook".into()));
            }
            // Its properties may still show whose copy it is.
            None => Vec::new(),
        };
        if listed.len() > SHEETS {
            return Err(UnreadableCopy::TooLarge(format!("{} sheets, and {SHEETS} are allowed", listed.len())));
        }
        let targets = leads(&parts, &main);
        let mut shared = Shared::default();
        if let Some(part) = relations::first(&targets, "sharedStrings") {
            shared.strings = strings(&parts, part).unwrap_or_else(|why| {
                damage.extend(why);
                Vec::new()
            });
        }
        let styles = relations::first(&targets, "styles");
        let formats = styles.and_then(|part| parts.text(part)).map(|part| cell_formats(part).found).unwrap_or_default();
        shared.disguises = formats.iter().map(NumberFormat::disguise).collect();
        let mut room = CELLS;
        let mut sheets = Vec::with_capacity(listed.len());
        for ListedSheet { name, hidden, relation } in listed {
            let sheet = cells(&parts, &targets, &relation, &shared, &mut room).unwrap_or_else(|why| {
                damage.extend(why);
                SheetCells { is_damaged: true, ..SheetCells::default() }
            });
            sheets.push(SheetCells { name, is_hidden: hidden, ..sheet });
        }
        let part = |kind: &str, usual| parts.text(relations::first(&root, kind).unwrap_or(usual));
        let properties = part("custom-properties", "docProps/custom.xml").map(|part| custom(part).found);
        let properties = properties.unwrap_or_default().into_iter().collect();
        let saved_by = part("extended-properties", "docProps/app.xml").and_then(application);
        let beside = beside(&parts);
        let pictures = parts.below("xl/media/").map(Sha256::of).collect();
        Ok(Self { sheets, properties, saved_by, damage, beside, pictures, parts })
    }

    /// Whether both consist of exactly the same parts; the archives may differ.
    #[must_use]
    pub fn has_the_parts_of(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// The relations of a part, with names in lower case. From a broken list, those before the fault.
fn leads(parts: &Parts, part: &str) -> Vec<PartRelation> {
    let list = parts.text(&relations::relations_of(part)).unwrap_or_default();
    let mut found = relations::inside(relations::relations(part, list).found);
    for relation in &mut found {
        relation.part.make_ascii_lowercase();
    }
    found
}

/// Reads the shared texts. The error is `None` if the fault of the part was already reported.
fn strings(parts: &Parts, part: &str) -> Result<Vec<Arc<str>>, Option<String>> {
    let told = |why: String| Some(format!("its part `{part}`: {why}"));
    let mut strings = Vec::new();
    for text in SharedTexts::new(parts.text(part).ok_or(None)?, TextStyle::Exact) {
        let text = text.map_err(|fault| told(fault.to_string()))?;
        if strings.len() >= CELLS {
            return Err(told(format!("it has more than {CELLS} texts")));
        }
        strings.push(line_ends(&text).into());
    }
    Ok(strings)
}

fn cells(
    parts: &Parts,
    targets: &[PartRelation],
    id: &str,
    shared: &Shared,
    room: &mut usize,
) -> Result<SheetCells, Option<String>> {
    let Some(relation) = targets.iter().find(|r| r.id == id) else {
        return Err(Some(format!("its sheet `{id}` leads nowhere")));
    };
    if relation.kind != "worksheet" {
        return Ok(SheetCells::default());
    }
    let part = &relation.part;
    let is_told = || parts.names().any(|name| name == part);
    let missing = || if is_told() { None } else { Some(format!("its part `{part}` is not there")) };
    let xml = parts.text(part).ok_or_else(missing)?;
    let read = sheet::read(xml, shared, room).map_err(|why| Some(format!("its part `{part}`: {why}")))?;
    let sheet::Read { cells, footers, hidden } = read;
    Ok(SheetCells { cells, footers, hidden_lines: hidden, ..SheetCells::default() })
}

fn beside(parts: &Parts) -> BTreeMap<Beside, usize> {
    let mut found = BTreeMap::new();
    for name in parts.names() {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let drawn = |element| parts.text(name).map_or(0, |xml| starts(xml, element, |_| Some(())).len());
        let (kind, count) = match folder {
            _ if file == "vbaproject.bin" => (Beside::Macros, 1),
            "xl/externallinks" => (Beside::Links, 1),
            "xl/media" => (Beside::Pictures, 1),
            "xl/embeddings" | "xl/activex" => (Beside::Embedded, 1),
            "xl/drawings" if file.ends_with(".xml") => (Beside::Shapes, drawn("sp")),
            _ if file.contains("comment") && file.ends_with(".xml") => (Beside::Comments, drawn("comment")),
            _ => continue,
        };
        *found.entry(kind).or_default() += count;
    }
    found
}

/// The name of the program that saved a workbook: `LibreOffice/7.4.7.2$Linux_X86_64 …` becomes `LibreOffice 7.4.7.2`.
fn application(xml: &str) -> Option<String> {
    let texts = element_texts(xml);
    let of = |element: &str| texts.iter().find(|(name, _)| name == element).map(|(_, text)| text.clone());
    let name = of("Application")?;
    let version = of("AppVersion").unwrap_or_default();
    let name = name.split('$').next().unwrap_or_default().replace('/', " ");
    let name = if name.contains(|c: char| c.is_ascii_digit()) { name } else { format!("{name} {version}") };
    Some(name.trim().chars().filter(|c| !c.is_control()).take(80).collect())
}
