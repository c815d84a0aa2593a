//! Reads a form workbook sheet by sheet.
//!
//! In come the bytes of a package; out come properties and sheets, or the refusal of a package that is damaged, locked
//! or too large. This module does not know the template or what is wanted.

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

/// The most parts and bytes. The largest known form (1-M) has about 30 parts of 8.5 MB together.
const LIMITS: PackageLimits = PackageLimits::of(2_000, 160 << 20);
/// The most sheets; no form has as many.
const SHEETS: usize = 300;

/// A workbook as it was read, before its form is known.
pub(super) struct Workbook {
    pub(super) properties: DocumentProperties,
    pub(super) sheets: Vec<Sheet>,
    /// Parts with different content for different programs.
    pub(super) two_ways: Vec<String>,
}

/// Reads a workbook.
///
/// # Errors
/// When it is damaged, locked, not a workbook, or larger than a form can be.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Workbook, ReadError> {
    // The archive is complete, so a new download would have the same fault.
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
        // Charts and macros have sheets too, but without cells.
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

/// Whether a part is needed to read figures or to prove the identity.
fn needed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let (folders, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let xml = matches!(file.rsplit_once('.'), Some((_, "xml" | "rels"))) || lower == "xl/workbook.bin";
    let ballast = ["drawings", "charts", "theme", "media", "printersettings", "externallinks", "customxml"];
    xml && file != "calcchain.xml" && !folders.split('/').any(|folder| ballast.contains(&folder))
}

/// The part of a kind in a list of relations, or the usual part if the list has no such relation.
fn named(relations: &[PartRelation], kind: &str, usual: &str) -> String {
    relations::first(relations, kind).unwrap_or(usual).to_owned()
}

const CORE: &str = "docProps/core.xml";
const CUSTOM: &str = "docProps/custom.xml";
const TEXTS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";
