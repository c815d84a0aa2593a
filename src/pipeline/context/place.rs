//! Places of files and folders that a person names.
//!
//! In: a path. Out: whether a file can be made there, or the opened file. Unknown here: what is in it.

use std::{fs::File, path::Path};

use super::Failure;

/// The folder of a file that a person named. It is not made: a typing error would be made too.
///
/// # Errors
/// When the folder does not exist, or the path is a folder itself.
pub fn folder_of(file: &Path) -> Result<&Path, Failure> {
    if file.is_dir() {
        return Err(Failure::usage(format!("`{}` is a folder; write the path of a file", file.display())));
    }
    let folder = file.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(Failure::usage(format!("the folder `{}` does not exist; make it first", folder.display())))
}

/// Opens a file that a person named. Devices and pipes are refused: some never end, and others never begin.
///
/// # Errors
/// When the path is not a file, or the file cannot be read.
pub fn opened(file: &Path) -> Result<File, Failure> {
    let unreadable =
        |why: &dyn std::fmt::Display| Failure::usage(format!("`{}` cannot be read: {why}", file.display()));
    let about = file.metadata().map_err(|error| unreadable(&error))?;
    if about.is_dir() {
        return Err(unreadable(&"it is a folder"));
    }
    if !about.is_file() {
        return Err(unreadable(&"it is not a file"));
    }
    File::open(file).map_err(|error| unreadable(&error))
}
