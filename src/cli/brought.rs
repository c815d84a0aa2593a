//! Files that somebody brings: read under a limit, for nobody knows what they are.

use std::{fs::File, io::Read as _, path::Path};

use pipeline::Failure;

/// More than any workbook that is looked at is large.
const LARGEST: u64 = 256 << 20;

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |error: std::io::Error| Failure::usage(format!("`{}` cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    // A device tells no length, and some never end.
    File::open(path).map_err(wrong)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::usage(format!(
            "`{}` is larger than {LARGEST} bytes, and so not a workbook of this program",
            path.display()
        )));
    }
    Ok(bytes)
}
