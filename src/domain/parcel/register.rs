//! The register of numbered copies as one hash. In: records of parcels. Out: the hash that a second person approves,
//! and that an auditor can compute again. This module does not know who approves.

use crate::{ParcelRecord, Sha256};

/// The hash of a register. Each copy is a line of its parcel, number, `of`, file and SHA-256, with tabs between, in the
/// order of parcels and numbers. The states of the copies are not in it.
#[must_use]
pub fn register_hash<'a>(records: impl IntoIterator<Item = &'a ParcelRecord>) -> Sha256 {
    let mut lines: Vec<(String, u32, String)> = Vec::new();
    for record in records {
        let parcel = record.parcel.to_string();
        for copy in record.copies.iter().map(|c| &c.record) {
            let line = format!("{parcel}\t{}\t{}\t{}\t{}\n", copy.number, copy.of, copy.file, copy.sha256);
            lines.push((parcel.clone(), copy.number, line));
        }
    }
    lines.sort();
    let text: String = lines.into_iter().map(|(_, _, line)| line).collect();
    Sha256::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CopyRecord, CopyStanding, ParcelState};

    fn record(organ: &str, bytes: &[u8], state: ParcelState) -> ParcelRecord {
        let copy =
            CopyRecord { number: 1, of: 1, file: format!("{organ}.xlsx"), sha256: Sha256::of(bytes), language: None };
        ParcelRecord {
            parcel: format!("2025-Q2/crime/r0/{organ}").parse().unwrap(),
            state,
            again: None,
            copies: vec![CopyStanding { state, ..CopyStanding::queued(copy) }],
            attempts: 0,
            words: String::new(),
            transient: false,
            readdressed: Vec::new(),
        }
    }

    #[test]
    fn the_hash_is_of_the_copies_whatever_became_of_them() {
        let (mia, knb) = (record("mia", b"1", ParcelState::Queued), record("knb", b"2", ParcelState::Queued));
        let hash = register_hash([&mia, &knb]);
        assert_eq!(hash, register_hash([&knb, &record("mia", b"1", ParcelState::Handed)]));
        assert_ne!(hash, register_hash([&mia, &record("knb", b"3", ParcelState::Queued)]));
        assert_ne!(hash, register_hash([&mia]));
    }
}
