//! Files that a person brings. They are read up to a limit, because they can be anything.

use std::{io::Read as _, path::Path};

use pipeline::Failure;

/// The largest file that is read, in bytes: larger than any workbook of this program.
const LARGEST: u64 = 256 << 20;

/// Reads a file.
///
/// # Errors
/// If the file cannot be read, or is larger than [`LARGEST`].
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |error: std::io::Error| Failure::usage(format!("`{}` cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    pipeline::opened(path)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::usage(format!(
            "`{}` is larger than {LARGEST} bytes, and so not a workbook of this program",
            path.display()
        )));
    }
    Ok(bytes)
}
