//! The names of files that are not whole yet, and who may remove them. In: nothing. Out: names that no other process
//! makes, in whatever container or on whatever machine it runs. This module does not know what a file contains.
//!
//! A name is `.part-<process>-<place>-<word>-<number>`. The number of a process says little: two containers that share a
//! volume may have processes with one number, and one does not see the processes of the other. So the name also says
//! where its process runs (the start of the system, and the list of processes that it sees), and a random word that is
//! different in each process.

use std::{
    fs::{self, OpenOptions},
    hash::{BuildHasher as _, Hasher as _, RandomState},
    path::Path,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use domain::Sha256;

const PART: &str = ".part-";

/// How long a part of another place is left alone: its process cannot be seen from here. No file takes a day to write.
const STRANGE: Duration = Duration::from_hours(24);

/// Where this process runs: one start of the system, and one list of processes.
static PLACE: LazyLock<String> = LazyLock::new(|| {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let processes = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    Sha256::of(format!("{boot}{}", processes.display()).as_bytes()).short()
});

/// Different in each process; the standard library takes it from the system's random numbers.
static WORD: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());

/// A name for a new part.
#[must_use]
pub fn part_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{PART}{}-{}-{:016x}-{count}", std::process::id(), *PLACE, *WORD)
}

/// Removes from a folder the parts of processes that no longer exist. A part of another container or machine is removed
/// after a day, by the clock of the file system. If the system lists no processes, nothing is removed sooner.
pub fn sweep(folder: &Path) {
    let mut now = None;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(rest) = name.strip_prefix(PART) else { continue };
        let mut is_old = || {
            let now = (*now.get_or_insert_with(|| time_of(folder)))?;
            let written = entry.metadata().and_then(|found| found.modified()).ok()?;
            Some(now.duration_since(written).is_ok_and(|age| age > STRANGE))
        };
        if is_dead(rest) || is_old().unwrap_or(false) {
            // A part of a site is a folder.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

/// The time by the clock of a file system: that of a file which is made for it.
fn time_of(folder: &Path) -> Option<SystemTime> {
    let probe = folder.join(part_name());
    let made = OpenOptions::new().write(true).create_new(true).open(&probe).ok()?;
    let time = made.metadata().and_then(|found| found.modified()).ok();
    let _ = fs::remove_file(&probe);
    time
}

/// Whether a part is of this place, and its process no longer exists.
fn is_dead(rest: &str) -> bool {
    let mut fields = rest.split('-');
    let (Some(process), Some(place)) = (fields.next(), fields.next()) else { return false };
    let is_listed = Path::new("/proc/self").exists();
    is_listed && place == *PLACE && process.parse::<u32>().is_ok() && !Path::new("/proc").join(process).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parts_that_nobody_writes_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let here = &*PLACE;
        // No process has the largest number.
        let dead = format!(".part-4294967295-{here}-0-3");
        let of_another_container = format!(".part-4294967295-{}-0-3", "0".repeat(here.len()));
        let alive = format!(".part-{}-{here}-0-3", std::process::id());
        let names = [&dead, &of_another_container, &alive, ".part-4294967295-3", ".part-x-1", "part-4294967295-3"];
        for name in names {
            fs::write(folder.path().join(name), b"").unwrap();
        }
        sweep(folder.path());
        let left: Vec<bool> = names.iter().map(|name| folder.path().join(name).exists()).collect();
        assert_eq!(left, [false, true, true, true, true, true]);

        for name in names.iter().skip(1) {
            let file = OpenOptions::new().write(true).open(folder.path().join(name)).unwrap();
            let written = file.metadata().unwrap().modified().unwrap();
            file.set_modified(written - 2 * STRANGE).unwrap();
        }
        sweep(folder.path());
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["part-4294967295-3"]);
    }

    #[test]
    fn no_two_parts_have_one_name() {
        let (one, other) = (part_name(), part_name());
        assert_ne!(one, other);
        // Another process with the same number, on the same volume, has another word.
        let fields: Vec<&str> = one.trim_start_matches('.').split('-').collect();
        assert_eq!(fields.len(), 5, "{one}");
        assert_eq!((fields[2], fields[3].len()), (PLACE.as_str(), 16), "{one}");
    }
}
