//! Checks that the files of an archive of evidence fit together. So a change of one file is found even if the list of
//! files was changed with it.
//!
//! A snapshot has its hash as its name. Facts are in order. The register and the acts of people follow from the
//! journal. Every workbook and every document is listed in the journal.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::{
    manifest::{Manifest, PackedFile},
    told::{acts, register, snapshot, workbooks},
    verify::PackFault,
};
use domain::{Event, Sha256};

pub const JOURNAL: &str = "journal.jsonl";
pub const REGISTER: &str = "register.json";
pub const ACTS: &str = "approvals.json";
pub const SUMS: &str = "SHA256SUMS";

/// Whether a file is needed to check the others.
pub fn is_judge(path: &str) -> bool {
    matches!(path, JOURNAL | REGISTER | ACTS | SUMS)
}

/// What is wrong with one file alone.
pub fn of_file(path: &str, bytes: &[u8]) -> Option<PackFault> {
    let why = if let Some(name) = path.strip_prefix("snapshots/").filter(|name| !name.contains('.')) {
        let found = Sha256::of(bytes);
        (name != found.to_string()).then(|| format!("its bytes have the SHA-256 {found}, which is not its name"))
    } else if path == JOURNAL {
        journal(bytes)
    } else {
        None
    };
    why.map(|why| PackFault { file: path.into(), why })
}

#[derive(Deserialize)]
struct Place {
    seq: i64,
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty())
}

fn journal(bytes: &[u8]) -> Option<String> {
    let mut last = i64::MIN;
    for (index, line) in lines(bytes).enumerate() {
        match serde_json::from_slice::<Place>(line) {
            Err(error) => return Some(format!("line {} is not a fact: {error}", index + 1)),
            Ok(place) if place.seq <= last => {
                return Some(format!("line {}: fact {} comes after fact {last}", index + 1, place.seq));
            }
            Ok(place) => last = place.seq,
        }
    }
    None
}

/// What is wrong with the files together. `judges` are the bytes of the files that are needed to check the others. An
/// archive of another version is checked only by its sums, because other versions may derive other fields from a
/// journal.
pub fn of_all(
    manifest: &Manifest,
    judges: &BTreeMap<String, Vec<u8>>,
    found: &BTreeMap<String, PackedFile>,
) -> Vec<PackFault> {
    let mut faults = Vec::new();
    let mut fault = |file: &str, why: String| faults.push(PackFault { file: file.into(), why });
    if let Some(sums) = judges.get(SUMS) {
        let listed = manifest.files.iter().filter(|f| f.path != SUMS);
        let wanted: String = listed.map(|f| format!("{}  {}\n", f.sha256, f.path)).collect();
        if *sums != wanted.as_bytes() {
            fault(SUMS, "is not the sums of the list".into());
        }
    }
    if manifest.version != env!("CARGO_PKG_VERSION") {
        return faults;
    }
    let Some(events) = judges.get(JOURNAL).and_then(|bytes| events(bytes)) else { return faults };
    if let Some(why) = judges.get(REGISTER).and_then(|bytes| differs(bytes, &register(&events))) {
        fault(REGISTER, format!("is not what the journal tells: {why}"));
    }
    if let Some(why) = judges.get(ACTS).and_then(|bytes| differs(bytes, &acts(&events).collect::<Vec<_>>())) {
        fault(ACTS, format!("is not what the journal tells: {why}"));
    }
    let known = workbooks(&events);
    for file in found.values().filter(|f| f.path.starts_with("output/") && !known.contains(&f.sha256)) {
        fault(&file.path, "is not a workbook listed in the journal".into());
    }
    let cited: BTreeSet<Sha256> = events.iter().filter_map(|event| snapshot(&event.fact)).collect();
    let is_cited = |path: &str| cited.iter().any(|sha| path.ends_with(&sha.to_string()));
    for path in found.keys().filter(|p| p.starts_with("snapshots/") && !p.contains('.') && !is_cited(p)) {
        fault(path, "is not a document listed in the journal".into());
    }
    let is_said_missing = |sha: &Sha256| manifest.missing.iter().any(|line| line.contains(&sha.to_string()));
    for sha in cited.iter().filter(|sha| !found.contains_key(&format!("snapshots/{sha}")) && !is_said_missing(sha)) {
        fault(&format!("snapshots/{sha}"), "the journal lists it, but it is not in the archive".into());
    }
    if manifest.with_copies {
        let there: BTreeSet<Sha256> = found.values().map(|f| f.sha256).collect();
        for row in register(&events).iter().filter(|row| !there.contains(&row.copy.sha256)) {
            let name = format!("copy {} of `{}`", row.copy.number, row.parcel);
            if !manifest.missing.iter().any(|line| line.starts_with(&name)) {
                fault(&row.copy.file, format!("{name} is not in the archive"));
            }
        }
    }
    faults
}

/// The facts of a journal; `None` if one cannot be read.
fn events(journal: &[u8]) -> Option<Vec<Event>> {
    lines(journal).map(|line| serde_json::from_slice(line).ok()).collect()
}

/// In what a JSON list differs from the wanted one; `None` if it does not.
fn differs<T: serde::Serialize>(bytes: &[u8], wanted: &[T]) -> Option<String> {
    let found: Vec<Value> = match serde_json::from_slice(bytes) {
        Ok(found) => found,
        Err(error) => return Some(format!("it is not a list ({error})")),
    };
    if found.len() != wanted.len() {
        return Some(format!("it has {} entries, and {} follow from the journal", found.len(), wanted.len()));
    }
    let is_other = |(found, wanted): (&Value, &T)| serde_json::to_value(wanted).ok().as_ref() != Some(found);
    let at = found.iter().zip(wanted).position(is_other)?;
    Some(format!("entry {} is another", at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_has_the_name_of_its_bytes_and_facts_their_order() {
        let name = format!("snapshots/{}", Sha256::of(b"x"));
        assert_eq!(of_file(&name, b"x"), None);
        assert!(of_file(&name, b"y").is_some());
        assert_eq!(of_file("snapshots/receipts.jsonl", b"y"), None);
        assert_eq!(of_file("journal.jsonl", b"{\"seq\":1}\n{\"seq\":4}\n"), None);
        for wrong in [&b"{\"seq\":4}\n{\"seq\":1}\n"[..], b"{\"seq\":4}\n{\"seq\":4}\n", b"nothing\n"] {
            assert!(of_file("journal.jsonl", wrong).is_some());
        }
    }
}
