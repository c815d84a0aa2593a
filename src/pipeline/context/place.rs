//! Places of files and folders that a person names.
//!
//! In: a path. Out: whether a file can be made there. Unknown here: what is written there.

use std::path::Path;

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
