//! Files that only grow. In: lines. Out: the same lines at the end of a file, each whole. This module does not know
//! what a line means.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use super::{PublishError, create_new, folder_of, keep_folder};

/// Adds lines in one write, the last one ended by a newline. With `flush` they survive a power cut once this returns.
/// If a power cut left a line without its end, that line is ended first, so that it does not spoil the next one.
///
/// # Errors
/// The file system fails.
pub fn append_lines(path: &Path, lines: &str, flush: bool) -> Result<(), PublishError> {
    append(path, lines, flush).map_err(|source| PublishError::Io { path: path.to_owned(), source })
}

/// Creates an empty file for lines, unless it exists, and the folders that lead to it. Returns the number that the file
/// system gave the file: a copy of the file has another one.
///
/// # Errors
/// The file system fails.
pub fn begin_lines(path: &Path) -> Result<u64, PublishError> {
    let begun = || -> io::Result<u64> {
        let folder = folder_of(path);
        fs::create_dir_all(folder)?;
        let file = open(path)?;
        keep_folder(folder)?;
        Ok(file.metadata()?.ino())
    };
    begun().map_err(|source| PublishError::Io { path: path.to_owned(), source })
}

/// Opens a file for lines. If there is none, it is created.
fn open(path: &Path) -> io::Result<File> {
    let options = OpenOptions::new().read(true).append(true).clone();
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match create_new(path, options.clone()) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
            created => created,
        },
        opened => opened,
    }
}

fn append(path: &Path, lines: &str, flush: bool) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut file = open(path)?;
    let mut text = String::with_capacity(lines.len() + 2);
    if is_torn(&mut file)? {
        text.push('\n');
    }
    text.push_str(lines);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    file.write_all(text.as_bytes())?;
    if flush {
        file.sync_data()?;
    }
    // The name too, and the folder's: another process may have made them and died.
    keep_folder(folder)
}

/// Whether the last line does not end with a newline.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_and_a_torn_one_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/journal.jsonl");
        append_lines(&path, "one", true).unwrap();
        append_lines(&path, "two\nthree\n", false).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\nthree\n");
        let number = begin_lines(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\nthree\n", "a file that exists stays as it is");
        let copy = folder.path().join("copy.jsonl");
        fs::copy(&path, &copy).unwrap();
        assert_ne!(begin_lines(&copy).unwrap(), number);
        assert_eq!(begin_lines(&path).unwrap(), number);
        fs::write(&path, "one\ntw").unwrap();
        append_lines(&path, "three", true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntw\nthree\n");
    }
}
