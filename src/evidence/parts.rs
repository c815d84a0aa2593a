//! The parts of a workbook that somebody brings, out of its archive, under limits.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use zip::{ZipArchive, result::ZipError};

/// Why a file cannot be read as a copy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableCopy {
    #[error("it is {0}, and copies are .xlsx workbooks")]
    NoWorkbook(String),
    #[error("it is damaged: {0}; ask for the file again")]
    Damaged(String),
    #[error("it is more than a copy can be: {0}")]
    TooLarge(String),
}

/// A copy has some hundred parts: a sheet, its relations and a drawing for each table.
const PARTS: usize = 5_000;
/// The largest master is some 3 MB, and some 30 MB inflated.
const FILE: usize = 200 << 20;
const INFLATED: u64 = 200 << 20;

/// The parts that identity and cells stand in, by name.
pub struct Parts(BTreeMap<String, String>);

impl Parts {
    /// Inflates the parts of a workbook; what the archive declares is not believed.
    pub fn open(bytes: &[u8]) -> Result<Self, UnreadableCopy> {
        if bytes.len() > FILE {
            return Err(UnreadableCopy::TooLarge(format!("{} bytes, and {FILE} are allowed", bytes.len())));
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| what(bytes, &error))?;
        if zip.len() > PARTS {
            return Err(UnreadableCopy::TooLarge(format!("{} parts, and {PARTS} are allowed", zip.len())));
        }
        let (mut parts, mut room) = (BTreeMap::new(), INFLATED);
        for index in 0..zip.len() {
            let damaged = |error: ZipError| match error {
                ZipError::UnsupportedArchive(why) => {
                    UnreadableCopy::NoWorkbook(format!("a locked or unusual archive ({why}); open it first"))
                }
                error => UnreadableCopy::Damaged(format!("part {index} cannot be read ({error})")),
            };
            let mut part = zip.by_index(index).map_err(damaged)?;
            let name = part.name().map_err(damaged)?.trim_start_matches('/').replace('\\', "/");
            if !is_wanted(&name) {
                continue;
            }
            let mut content = Vec::new();
            let read = (&mut part).take(room + 1).read_to_end(&mut content);
            read.map_err(|error| UnreadableCopy::Damaged(format!("its part `{name}` cannot be inflated ({error})")))?;
            let left = room.checked_sub(content.len() as u64);
            let large = || UnreadableCopy::TooLarge(format!("more than {INFLATED} bytes when it is inflated"));
            room = left.ok_or_else(large)?;
            let text = String::from_utf8(content)
                .map_err(|_| UnreadableCopy::Damaged(format!("its part `{name}` is not UTF-8")))?;
            if parts.insert(name.clone(), text).is_some() {
                return Err(UnreadableCopy::Damaged(format!("it has two parts named `{name}`")));
            }
        }
        let parts = Self(parts);
        if parts.text("xl/workbook.xml").is_none() {
            return Err(UnreadableCopy::NoWorkbook("an archive without a workbook".into()));
        }
        Ok(parts)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn is_wanted(name: &str) -> bool {
    let is_xml = name.rsplit_once('.').is_some_and(|(_, extension)| extension == "xml");
    name == "xl/_rels/workbook.xml.rels"
        || (is_xml && (name.starts_with("xl/worksheets/") || name.starts_with("docProps/")))
        || matches!(name, "xl/workbook.xml" | "xl/sharedStrings.xml")
}

/// What a file is that is no archive.
fn what(bytes: &[u8], error: &ZipError) -> UnreadableCopy {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    let is = |what: &str| UnreadableCopy::NoWorkbook(what.into());
    match () {
        () if bytes.is_empty() => is("empty"),
        () if starts(b"PK") => UnreadableCopy::Damaged(format!("the archive is cut off or broken ({error})")),
        () if starts(b"\xd0\xcf\x11\xe0") => is("an old .xls workbook, or one locked with a password"),
        () if starts(b"%PDF") => is("a PDF"),
        () if bytes.iter().take(64).any(|b| *b == b'<') => is("a page or an XML text"),
        () => is("no archive"),
    }
}
