//! The head of the journal: its last entry, and the hash over it and all before it. A copy of it outside the database shows
//! later whether the journal was computed anew. This module does not know how the hash is computed.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{NameError, Sha256};

/// The last entry of the journal, and the hash over it and all before it. Printed as `120:3f79…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// The place of the entry; 0 if the journal is empty.
    pub seq: i64,
    pub hash: Sha256,
}

impl fmt::Display for JournalHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl FromStr for JournalHead {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let parts = text.split_once(':');
        let read = parts.and_then(|(seq, hash)| Some(Self { seq: seq.parse().ok()?, hash: hash.parse().ok()? }));
        let rule = "use the number of an entry, a colon and 64 lower-case hexadecimal digits";
        read.filter(|head| head.seq >= 0).ok_or_else(|| NameError {
            text: text.into(),
            kind: "the head of a journal",
            rule,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let head = JournalHead { seq: 120, hash: Sha256::of(b"x") };
        assert_eq!(head.to_string().parse::<JournalHead>().unwrap(), head);
        for wrong in ["", "120", "120:", ":00", "-1:00", "x:00"] {
            assert!(wrong.parse::<JournalHead>().is_err(), "{wrong}");
        }
    }
}
