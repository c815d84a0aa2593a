//! Reads the parts of a workbook that a person brings, even from an archive that is cut off.
//!
//! In: bytes. Out: each part as its bytes, or as what is wrong with it. It does not know what a part contains.
//!
//! This is a second reader on purpose. `ooxml::package` refuses an archive that is not whole. But the remains of a
//! damaged copy can still show whose it is, so this reader takes the parts one by one, under limits.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use zip::{
    ZipArchive,
    read::{ZipFile, read_zipfile_from_stream},
    result::ZipError,
};

use ooxml::{
    package::{PackageLimits, is_xml, kind_of},
    zip_list::{self, ZipFault},
};

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

/// The most parts and inflated bytes. A copy has some hundred parts: a sheet, its relations and a drawing for each
/// table. The largest master has about 3 MB, and about 30 MB inflated.
const LIMITS: PackageLimits = PackageLimits::of(5_000, 200 << 20);
const FILE: usize = 200 << 20;

/// The parts of a workbook by name, each as its bytes or as what is wrong with it. The case of names does not matter
/// (ECMA-376, part 2, 6.2.2.3), so they are in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    parts: BTreeMap<String, Result<Vec<u8>, String>>,
    /// What is wrong with the archive as a whole.
    pub broken: Option<String>,
}

impl Parts {
    /// Inflates the parts of a workbook. The sizes that the archive declares are not trusted. From an archive that is
    /// cut off, the parts before the cut are read.
    pub fn open(bytes: &[u8]) -> Result<Self, UnreadableCopy> {
        if bytes.len() > FILE {
            return Err(UnreadableCopy::TooLarge(format!("{} bytes, and {FILE} are allowed", bytes.len())));
        }
        let mut taking = Taking { parts: Self::default(), room: LIMITS.inflated };
        if let Err(fault) = zip_list::list(bytes)
            && !fault.is_transient()
        {
            // Of two parts with one name, some programs show the first and some the second.
            taking.parts.broken = Some(fault.to_string());
            if let ZipFault::Twice(name) = &fault {
                taking.parts.parts.insert(plain(name), Err(fault.to_string()));
            }
        }
        match ZipArchive::new(Cursor::new(bytes)) {
            Ok(zip) => taking.all(zip)?,
            Err(_) if bytes.starts_with(b"PK") => {
                let why = "the archive is cut off or broken".to_owned();
                taking.parts.broken.get_or_insert(why);
                taking.one_after_another(bytes)?;
            }
            Err(_) => return Err(UnreadableCopy::NoWorkbook(kind_of(bytes))),
        }
        Ok(taking.parts)
    }

    /// A part as text; `None` when it is missing or broken.
    pub fn text(&self, name: &str) -> Option<&str> {
        let bytes = self.parts.get(&name.to_ascii_lowercase())?.as_ref().ok()?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        std::str::from_utf8(bytes).ok()
    }

    /// Every part that is not whole, and why.
    pub fn faults(&self) -> impl Iterator<Item = (&str, String)> {
        self.parts.iter().filter_map(|(name, part)| match part {
            Err(why) => Some((name.as_str(), why.clone())),
            Ok(bytes) if is_xml(name) && std::str::from_utf8(bytes).is_err() => {
                Some((name.as_str(), "it is not UTF-8".to_owned()))
            }
            Ok(_) => None,
        })
    }

    /// The bytes of the parts of a folder that are whole.
    pub fn below<'p>(&'p self, folder: &'p str) -> impl Iterator<Item = &'p [u8]> {
        let parts = self.parts.iter().filter(move |(name, _)| name.starts_with(folder));
        parts.filter_map(|(_, part)| part.as_deref().ok())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }
}

struct Taking {
    parts: Parts,
    /// How many bytes may still be inflated.
    room: u64,
}

impl Taking {
    fn all(&mut self, mut zip: ZipArchive<Cursor<&[u8]>>) -> Result<(), UnreadableCopy> {
        if zip.len() > LIMITS.parts {
            return Err(UnreadableCopy::TooLarge(format!("{} parts, and {} are allowed", zip.len(), LIMITS.parts)));
        }
        for index in 0..zip.len() {
            let name = zip.name_for_index(index).and_then(Result::ok).map(|name| plain(&name));
            match zip.by_index(index) {
                Ok(mut part) => self.take(&mut part)?,
                Err(ZipError::UnsupportedArchive(why)) => {
                    let what = format!("a locked or unusual archive ({why}); open it first");
                    return Err(UnreadableCopy::NoWorkbook(what));
                }
                Err(error) => {
                    let name = name.unwrap_or_else(|| format!("part {index}"));
                    self.parts.parts.insert(name, Err(format!("it cannot be read ({error})")));
                }
            }
        }
        Ok(())
    }

    /// Takes parts by their own headers, one after another, as long as they can be read.
    fn one_after_another(&mut self, mut bytes: &[u8]) -> Result<(), UnreadableCopy> {
        for _ in 0..LIMITS.parts {
            let Ok(Some(mut part)) = read_zipfile_from_stream(&mut bytes) else { break };
            self.take(&mut part)?;
        }
        Ok(())
    }

    fn take<R: Read>(&mut self, part: &mut ZipFile<'_, R>) -> Result<(), UnreadableCopy> {
        let Ok(name) = part.name().map(|name| plain(&name)) else {
            self.parts.broken = Some("a part has a name that cannot be read".into());
            return Ok(());
        };
        let mut content = Vec::new();
        let read = part.by_ref().take(self.room + 1).read_to_end(&mut content);
        let left = self.room.checked_sub(content.len() as u64);
        let large = || UnreadableCopy::TooLarge(format!("more than {} bytes when it is inflated", LIMITS.inflated));
        self.room = left.ok_or_else(large)?;
        let mut content = read.map(|_| content).map_err(|error| format!("it cannot be inflated ({error})"));
        if self.parts.parts.contains_key(&name) {
            // Of the two, some programs show the first and some the second.
            content = Err("it is there twice".into());
        }
        self.parts.parts.insert(name, content);
        Ok(())
    }
}

fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}
