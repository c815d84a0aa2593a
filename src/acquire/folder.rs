//! Files that a person drops into a folder, or names.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::FetchFault;

/// The files in a folder that may be documents, by name. What editors and browsers leave while they write (`~$…`,
/// `….part`), hidden files and folders inside are passed over; links stay in, so that they are refused by name.
///
/// # Errors
/// When the folder cannot be listed.
pub fn dropped(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_dir() && !is_unfinished(&name) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn is_unfinished(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with(['.', '~']) || [".part", ".tmp", ".crdownload", ".lock"].iter().any(|end| lower.ends_with(end))
}

/// The month that a published name begins with (`202303_3k_00000___ru.XLSX`), as it stands there.
pub(super) fn month_in_name(name: &str) -> Option<&str> {
    let month = name.get(..6).filter(|month| month.bytes().all(|b| b.is_ascii_digit()))?;
    let ends = name[6..].starts_with(['_', '-', '.', ' ']);
    (ends && ("01"..="12").contains(&&month[4..])).then_some(month)
}

/// How a file looked at a moment: a file that looks the same twice is not being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Look {
    fn at(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { bytes: metadata.len(), modified: metadata.modified().ok() })
    }
}

/// A dropped file as it looks now, after the checks that need no reading.
pub(super) fn look_at_dropped(folder: &Path, path: &Path) -> Result<Look, FetchFault> {
    Look::at(&open_dropped(folder, path)?).map_err(FetchFault::File)
}

/// The bytes of a dropped file that still looks as it did before.
pub(super) fn read_dropped(folder: &Path, path: &Path, before: Look, limit: u64) -> Result<Vec<u8>, FetchFault> {
    let file = open_dropped(folder, path)?;
    let bytes = read(&file, limit)?;
    let after = Look::at(&file).map_err(FetchFault::File)?;
    if after == before && bytes.len() as u64 == before.bytes { Ok(bytes) } else { Err(FetchFault::Growing) }
}

/// The bytes of a file that a person named.
pub(super) fn read_named(path: &Path, limit: u64) -> Result<Vec<u8>, FetchFault> {
    // Without waiting: opening a pipe would otherwise wait for whoever writes into it.
    let file = OpenOptions::new().read(true).custom_flags(flags(rustix::fs::OFlags::NONBLOCK)).open(path);
    let file = file.map_err(FetchFault::File)?;
    if !file.metadata().map_err(FetchFault::File)?.is_file() {
        return Err(FetchFault::NoFile);
    }
    read(&file, limit)
}

fn open_dropped(folder: &Path, path: &Path) -> Result<File, FetchFault> {
    let home = folder.canonicalize().map_err(FetchFault::File)?;
    let parent = path.parent().ok_or(FetchFault::Outside)?.canonicalize().map_err(FetchFault::File)?;
    if parent != home || path.file_name().is_none() {
        return Err(FetchFault::Outside);
    }
    let kind = path.symlink_metadata().map_err(FetchFault::File)?.file_type();
    if kind.is_symlink() {
        return Err(FetchFault::Link);
    }
    if !kind.is_file() {
        return Err(FetchFault::NoFile);
    }
    // The name may have become a link since: the system refuses to follow it.
    let no_follow = flags(rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK);
    OpenOptions::new().read(true).custom_flags(no_follow).open(path).map_err(FetchFault::File)
}

fn flags(flags: rustix::fs::OFlags) -> i32 {
    flags.bits().cast_signed()
}

fn read(file: &File, limit: u64) -> Result<Vec<u8>, FetchFault> {
    let declared = file.metadata().map_err(FetchFault::File)?.len();
    if declared > limit {
        return Err(FetchFault::TooLarge { limit, declared: Some(declared) });
    }
    let mut bytes = Vec::with_capacity(declared as usize);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(FetchFault::File)?;
    if bytes.len() as u64 > limit { Err(FetchFault::TooLarge { limit, declared: None }) } else { Ok(bytes) }
}
