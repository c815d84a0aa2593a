//! A workbook that somebody brings: its sheets, its properties, what stands beside its cells, and which program saved it.

use std::{collections::BTreeMap, sync::Arc};

use quick_xml::{Reader, events::Event};

use super::{
    formats,
    parts::{Parts, UnreadableCopy},
    relations::{self, Relation},
    sheet::{self, CELLS, Cells, Shared},
    xml::{attribute, cell_text, push_text, starts, texts},
};

/// What identity and figures stand in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workbook {
    pub sheets: Vec<SheetCells>,
    /// The custom properties, such as `Copy`.
    pub properties: BTreeMap<String, String>,
    /// The program that saved it, as it calls itself.
    pub saved_by: Option<String>,
    /// What is broken in it, and what could not be read because of that.
    pub damage: Vec<String>,
    /// How many things of a kind stand beside its cells.
    pub beside: BTreeMap<Beside, usize>,
    parts: Parts,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SheetCells {
    pub name: String,
    pub cells: Cells,
    /// What stands at the foot of its pages, with the codes of a footer.
    pub footers: Vec<String>,
    pub is_hidden: bool,
    /// How many of its rows and columns are hidden.
    pub hidden_lines: usize,
    /// Its part is broken: what it held is not known.
    pub is_damaged: bool,
}

/// What may stand in a workbook beside the cells, and change what a reader sees or what opening it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    Macros,
    Links,
    Comments,
    Pictures,
    Embedded,
    Shapes,
}

/// More sheets than a workbook of ours has.
const SHEETS: usize = 1_000;

impl Workbook {
    /// Reads a workbook. Of one that is damaged there is what can be read, and [`Workbook::damage`] says what cannot.
    ///
    /// # Errors
    /// When it is none, is locked, or is larger than a copy can be.
    pub fn read(bytes: &[u8]) -> Result<Self, UnreadableCopy> {
        let parts = Parts::open(bytes)?;
        let mut damage: Vec<String> = parts.broken.iter().cloned().collect();
        damage.extend(parts.faults().map(|(part, why)| format!("its part `{part}`: {why}")));
        let root = relations::of(&parts, "");
        let main = relations::first(&root, "officeDocument").unwrap_or_else(|| "xl/workbook.xml".into());
        let listed = match parts.text(&main) {
            Some(book) => listed(book),
            None if damage.is_empty() => {
                return Err(UnreadableCopy::NoWorkbook("an archive without a workbook".into()));
            }
            // Whose copy it is may still stand in its properties.
            None => Vec::new(),
        };
        if listed.len() > SHEETS {
            return Err(UnreadableCopy::TooLarge(format!("{} sheets, and {SHEETS} are allowed", listed.len())));
        }
        let targets = relations::of(&parts, &main);
        let mut shared = Shared::default();
        if let Some(part) = relations::first(&targets, "sharedStrings") {
            shared.strings = strings(&parts, &part).unwrap_or_else(|why| {
                damage.extend(why);
                Vec::new()
            });
        }
        let styles = relations::first(&targets, "styles");
        shared.disguises = styles.and_then(|part| parts.text(&part)).map(formats::read).unwrap_or_default();
        let mut room = CELLS;
        let mut sheets = Vec::with_capacity(listed.len());
        for (name, is_hidden, id) in listed {
            let sheet = cells(&parts, &targets, &id, &shared, &mut room).unwrap_or_else(|why| {
                damage.extend(why);
                SheetCells { is_damaged: true, ..SheetCells::default() }
            });
            sheets.push(SheetCells { name, is_hidden, ..sheet });
        }
        let part = |kind: &str, usual: &str| relations::first(&root, kind).unwrap_or_else(|| usual.into());
        let custom = parts.text(&part("custom-properties", "docProps/custom.xml")).map(custom).unwrap_or_default();
        let saved_by = parts.text(&part("extended-properties", "docProps/app.xml")).and_then(application);
        let beside = beside(&parts);
        Ok(Self { sheets, properties: custom, saved_by, damage, beside, parts })
    }

    /// Whether both consist of the very same parts, in whatever archive.
    #[must_use]
    pub fn has_the_parts_of(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// The shared texts. An error that was told of the part already says nothing more.
fn strings(parts: &Parts, part: &str) -> Result<Vec<Arc<str>>, Option<String>> {
    let text = parts.text(part).ok_or(None)?;
    let texts = texts(text, "si", CELLS).map_err(|why| Some(format!("its part `{part}`: {why}")))?;
    Ok(texts.iter().map(|text| cell_text(text).into()).collect())
}

fn cells(
    parts: &Parts,
    targets: &[Relation],
    id: &str,
    shared: &Shared,
    room: &mut usize,
) -> Result<SheetCells, Option<String>> {
    let Some(relation) = targets.iter().find(|r| r.id == id) else {
        return Err(Some(format!("its sheet `{id}` leads nowhere")));
    };
    if !relation.kind.eq_ignore_ascii_case("worksheet") {
        return Ok(SheetCells::default());
    }
    let part = &relation.target;
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

/// The sheets with whether they are hidden and the ids of their relations, in their order.
fn listed(xml: &str) -> Vec<(String, bool, String)> {
    starts(xml, "sheet", |start| {
        let is_hidden = attribute(start, "state").is_some_and(|state| state != "visible");
        Some((attribute(start, "name")?, is_hidden, attribute(start, "id")?))
    })
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
    let of = |element| texts(xml, element, 1).ok()?.into_iter().next();
    let name = of("Application").filter(|name| !name.trim().is_empty())?;
    let version = of("AppVersion").unwrap_or_default();
    let name = name.split('$').next().unwrap_or_default().replace('/', " ");
    let name = if name.contains(|c: char| c.is_ascii_digit()) { name } else { format!("{name} {version}") };
    Some(name.trim().chars().filter(|c| !c.is_control()).take(80).collect())
}
