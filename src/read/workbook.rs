//! A form workbook, sheet by sheet.

use super::{
    ReadError,
    sheet::{self, MOST_FIGURES, Sheet, SheetError},
};
use ooxml::{
    SAVE,
    cells::{CellReader, SharedParts, merged_ranges},
    number_formats::{NumberFormat, cell_formats},
    package::{Package, PackageLimits, WORKBOOK},
    properties::DocumentProperties,
    relations::{self, PartRelation},
    scanner::XmlFault,
    shared_strings::texts,
    sheet_list::{ListedSheet, listed},
};

/// The largest form known (1-M) has some 30 parts, which hold 8.5 MB.
const LIMITS: PackageLimits = PackageLimits::of(2_000, 160 << 20);
/// More sheets than any form has.
const SHEETS: usize = 300;

/// A workbook as read, before anybody asked which form it is.
pub(super) struct Workbook {
    pub(super) properties: DocumentProperties,
    pub(super) sheets: Vec<Sheet>,
    /// Parts that say different things to different programs.
    pub(super) two_ways: Vec<String>,
}

/// Reads a workbook.
///
/// # Errors
/// When it is damaged, locked, no workbook, or larger than a form can be.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Workbook, ReadError> {
    // The archive came whole: what is wrong in it would come again.
    let damaged = |why: String| ReadError::Malformed { name: name.into(), why, advice: SAVE };
    let in_part = |part: &str| {
        let part = part.to_owned();
        move |fault: XmlFault| damaged(format!("its part `{part}`: {fault}"))
    };
    let archive = Package::open(bytes, LIMITS, needed).map_err(|error| ReadError::of_package(name, error))?;
    let package = archive.package().map_err(in_part("_rels/.rels"))?;
    let (core, custom) = (named(&package, "core-properties", CORE), named(&package, "custom-properties", CUSTOM));
    let properties = DocumentProperties::read(archive.part(&core), archive.part(&custom));
    let book = named(&package, "officeDocument", WORKBOOK);
    let listed = listed(archive.text(&book).map_err(damaged)?).whole().map_err(in_part(&book))?;
    if listed.len() > SHEETS {
        let why = format!("{} sheets, more than {SHEETS}", listed.len());
        return Err(ReadError::TooLarge { name: name.into(), why });
    }
    let list = relations::relations_of(&book);
    if archive.part(&list).is_none() && !listed.is_empty() {
        return Err(damaged(format!("its part `{list}`, the list of its sheets, is missing")));
    }
    let relations =
        relations::relations(&book, archive.text(&list).map_err(damaged)?).whole().map_err(in_part(&list))?;
    let relations = relations::inside(relations);
    let (strings, styles) = (named(&relations, "sharedStrings", TEXTS), named(&relations, "styles", STYLES));
    if archive.part(&strings).is_none() && relations.iter().any(|r| r.kind == "sharedStrings") {
        return Err(damaged(format!("its part `{strings}` is not there, which holds its words")));
    }
    let formats = cell_formats(archive.text(&styles).map_err(damaged)?).whole().map_err(in_part(&styles))?;
    let shared = SharedParts {
        texts: texts(archive.text(&strings).map_err(damaged)?).map_err(in_part(&strings))?,
        dates: formats.iter().map(NumberFormat::shows_date).collect(),
    };
    let mut sheets = Vec::with_capacity(listed.len());
    let mut room = MOST_FIGURES;
    for ListedSheet { name: sheet_name, hidden, relation } in &listed {
        // Charts and macros have sheets too; they hold no cells.
        let Some(PartRelation { part, .. }) = relations.iter().find(|r| r.id == *relation && r.kind == "worksheet")
        else {
            continue;
        };
        if archive.part(part).is_none() {
            return Err(damaged(format!("sheet `{sheet_name}`: its part `{part}` is not there")));
        }
        let text = archive.text(part).map_err(damaged)?;
        let read = sheet::read(sheet_name, *hidden, &merged_ranges(text), room, || CellReader::of(text, &shared));
        let read = read.map_err(|error| match error {
            SheetError::Damaged(fault) => damaged(format!("sheet `{sheet_name}`: {fault}")),
            SheetError::Disorder => damaged(format!("sheet `{sheet_name}`: its cells are not in their order")),
            SheetError::TooLarge(why) => {
                ReadError::TooLarge { name: name.into(), why: format!("sheet `{sheet_name}` has {why}") }
            }
        })?;
        let figures: usize = read.iter().filter_map(|s| Some(s.table.as_ref()?.figures.len())).sum();
        room = room.saturating_sub(figures);
        sheets.extend(read);
    }
    Ok(Workbook { properties, sheets, two_ways: archive.two_ways })
}

/// Whether reading figures or proving identity needs a part.
fn needed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let (folders, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let xml = matches!(file.rsplit_once('.'), Some((_, "xml" | "rels"))) || lower == "xl/workbook.bin";
    let ballast = ["drawings", "charts", "theme", "media", "printersettings", "externallinks", "customxml"];
    xml && file != "calcchain.xml" && !folders.split('/').any(|folder| ballast.contains(&folder))
}

/// The part of a kind that a list of relations names; where it names none, the usual one.
fn named(relations: &[PartRelation], kind: &str, usual: &str) -> String {
    relations::first(relations, kind).unwrap_or(usual).to_owned()
}

const CORE: &str = "docProps/core.xml";
const CUSTOM: &str = "docProps/custom.xml";
const TEXTS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";
