//! What the files of an archive of evidence have to say together, beyond being unchanged: a snapshot is named by its
//! hash; the facts of the journal stand in their order.

use serde::Deserialize;

use super::verify::PackFault;
use crate::domain::Sha256;

/// What is wrong with one file by itself.
pub fn of_file(path: &str, bytes: &[u8]) -> Option<PackFault> {
    let why = if let Some(name) = path.strip_prefix("snapshots/").filter(|name| !name.contains('.')) {
        let found = Sha256::of(bytes);
        (name != found.to_string()).then(|| format!("its bytes have the SHA-256 {found}, which is not its name"))
    } else if path == "journal.jsonl" {
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

fn journal(bytes: &[u8]) -> Option<String> {
    let mut last = i64::MIN;
    for (index, line) in bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()).enumerate() {
        match serde_json::from_slice::<Place>(line) {
            Err(error) => return Some(format!("line {} is no fact: {error}", index + 1)),
            Ok(place) if place.seq <= last => {
                return Some(format!("line {}: fact {} stands after fact {last}", index + 1, place.seq));
            }
            Ok(place) => last = place.seq,
        }
    }
    None
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
