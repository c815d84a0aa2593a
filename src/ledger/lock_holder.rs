//! Who holds the lock of an SQLite ledger, as the system says it.
//!
//! A program that writes has the byte 120 of the file `…-shm` locked (sqlite.org/walformat.html, 2.3). Linux lists the
//! locks of files in `/proc/locks` with their processes. The file itself must not be opened to ask about it: closing it
//! would release the locks that this process has.
//!
//! In: the path of a ledger. Out: a process, or nothing where it cannot be established. Unknown here: what that process
//! does.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

/// The lock of writers in a write-ahead log.
const WRITER: u64 = 120;
/// A write takes a few milliseconds. A process that has the lock at each of these looks keeps it.
const LOOKS: usize = 4;
const PAUSE: Duration = Duration::from_millis(100);

/// A process that holds the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    pub process: u32,
    /// The name of its program.
    pub program: String,
    /// The number of its account.
    pub uid: u32,
}

/// The other process that keeps an SQLite ledger, `sqlite:PATH`, from being written. `None` if nobody does, for other
/// databases, and where the system does not say it.
pub async fn lock_holder(url: &str) -> Option<LockHolder> {
    let path = url.strip_prefix("sqlite:")?;
    let shared = PathBuf::from(format!("{path}-shm"));
    let first = writer(&shared)?;
    for _ in 1..LOOKS {
        tokio::time::sleep(PAUSE).await;
        if writer(&shared) != Some(first) {
            return None;
        }
    }
    let place = Path::new("/proc").join(first.to_string());
    let program = fs::read_to_string(place.join("comm")).ok()?.trim().to_owned();
    Some(LockHolder { process: first, program, uid: fs::metadata(place).ok()?.uid() })
}

/// The process that may write now, if it is another one.
fn writer(shared: &Path) -> Option<u32> {
    let file = fs::metadata(shared).ok()?;
    let (device, own) = (file.dev(), std::process::id());
    // As glibc's makedev(3) packs them.
    let major = (device >> 8 & 0xfff) | (device >> 32 & !0xfff);
    let minor = (device & 0xff) | (device >> 12 & !0xff);
    let place = format!("{major:02x}:{minor:02x}:{}", file.ino());
    holder(&fs::read_to_string("/proc/locks").ok()?, &place).filter(|process| *process != own)
}

/// The process that has locked the byte of writers of a file, among lines in the format of proc_locks(5).
fn holder(lines: &str, place: &str) -> Option<u32> {
    lines.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, "POSIX" | "OFDLCK", _, "WRITE", process, file, first, last] = fields[..] else { return None };
        let range = first.parse::<u64>().ok()?..=last.parse().unwrap_or(u64::MAX);
        // Locks of open files have no process; it is written as -1.
        (file == place && range.contains(&WRITER)).then(|| process.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_is_found_among_the_locks() {
        let lines = "1: POSIX  ADVISORY  READ 11 fe:00:7 123 123\n2: POSIX  ADVISORY  WRITE 12 fe:00:8 120 120\n\
                     2: -> POSIX  ADVISORY  WRITE 13 fe:00:7 120 120\n3: OFDLCK ADVISORY  WRITE -1 fe:00:9 0 EOF\n\
                     4: FLOCK  ADVISORY  WRITE 14 fe:00:7 0 EOF\n5: POSIX  ADVISORY  WRITE 15 fe:00:7 120 127\n";
        assert_eq!(holder(lines, "fe:00:7"), Some(15), "neither a reader, nor one that waits, nor another kind");
        assert_eq!(holder(lines, "fe:00:8"), Some(12));
        assert_eq!((holder(lines, "fe:00:9"), holder(lines, "fe:00:1"), holder("", "")), (None, None, None));
    }
}
