//! Files that a person puts into a folder, or specifies.
//!
//! In comes a path; out come names of files, or the bytes of a file that is complete. This module does not know forms.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::FetchFault;
use domain::{
    Period,
    period_words::{Manner, PeriodSays, SpokenPeriod, contradiction, latest, spoken},
};

/// The files in a folder that may be documents, sorted by name. Unfinished files of editors and browsers (`~$…`,
/// `….part`), hidden files and subfolders are left out. Links are kept, so that they are refused with their names.
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

/// The month in a file name: at its start, as in published names (`202303_3k_00000___ru.XLSX`), or in words (`СНГ-1 за
/// 9 месяцев 2022.xlsx`).
pub(super) fn month_in_name(name: &str) -> Option<Period> {
    latest(&spoken(stem(name), Manner::Name))?.says.month()
}

/// Whether a file name says another month or another year.
pub(super) fn names_another_period(name: &str, period: Period) -> bool {
    let said = spoken(stem(name), Manner::Name);
    let sure = |one: &SpokenPeriod| matches!(one.says, PeriodSays::Ends(_) | PeriodSays::Year(_));
    contradiction(&said, period).is_some_and(sure)
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The size and the time of a file at one moment. If both are the same at two moments, the file is not being written.
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

/// A dropped file at this moment, after the checks that do not read it.
pub(super) fn look_at_dropped(folder: &Path, path: &Path) -> Result<Look, FetchFault> {
    Look::at(&open_dropped(folder, path)?).map_err(FetchFault::File)
}

/// The bytes of a dropped file that has not changed since `before`.
pub(super) fn read_dropped(folder: &Path, path: &Path, before: Look, limit: u64) -> Result<Vec<u8>, FetchFault> {
    let file = open_dropped(folder, path)?;
    let bytes = read(&file, limit)?;
    let after = Look::at(&file).map_err(FetchFault::File)?;
    if after == before && bytes.len() as u64 == before.bytes { Ok(bytes) } else { Err(FetchFault::Growing) }
}

/// The bytes of a file that a person specified.
pub(super) fn read_named(path: &Path, limit: u64) -> Result<Vec<u8>, FetchFault> {
    // Without waiting: otherwise opening a pipe waits until another program writes to it.
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
    // The name may have become a link in the meantime; then the system refuses to follow it.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_says_its_period_in_any_way() {
        let period = "2022-Q4".parse().unwrap();
        for own in
            ["202212_3k_00000___ru.XLSX", "СНГ-1 за 2022 год.xlsx", "Astana city.XLSX", "СНГ-1 на 01.01.2023.xlsx"]
        {
            assert!(!names_another_period(own, period), "{own}");
        }
        for other in ["202209_3k_00000___ru.XLSX", "СНГ-1 2022-09.xlsx", "СНГ-1 за 2021 год.xlsx"] {
            assert!(names_another_period(other, period), "{other}");
        }
        assert_eq!(month_in_name("СНГ-1 за 9 месяцев 2022.xlsx").unwrap().to_string(), "2022-M09");
        assert_eq!(month_in_name("СНГ-1 за 2022 год.xlsx"), None);
    }
}
