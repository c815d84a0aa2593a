//! Pieces of work: what one program does at a time, so that several programs can share the work of an office.
//!
//! In: forms, issues, parcels, periods. Out: pieces with their names, and which of them exclude each other. This module
//! does not know who does a piece, nor where that is written down.

use std::{fmt, str::FromStr};

use crate::{FormId, Issue, NameError, ParcelId, Period};

/// A piece of work. A program claims the pieces that its step touches, all or none. Then nobody else changes what the
/// step reads and writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// The masters of an issue, and what a person decided about its findings: `build/2025-Q2/crime/r0`.
    Build(Issue),
    /// The end of a quarter: `close/2025-Q2`. It excludes every piece of that quarter.
    Close(Period),
    /// The documents and figures of a form for a period: `fetch/1-m/2025-M06`.
    Fetch(FormId, Period),
    /// The copies of a parcel, from their numbering to their end: `hand/2025-Q2/crime/r0/mia`.
    Hand(ParcelId),
    /// The judgement of all documents together: `judge`. Which document contradicts which is found among all of them, so
    /// one program at a time adds to them.
    Judge,
    /// Everything: `office`. It excludes every other piece.
    Office,
    /// The public site: `place`. It shows all forms and periods, so one program at a time makes it anew.
    Place,
    /// The register of an issue: `stamp/2025-Q2/crime/r0`.
    Stamp(Issue),
    /// What is kept of sendings outside the ledger: `witness`.
    Witness,
}

impl Piece {
    /// The quarter whose work it belongs to: the one in which its period ends. `None` for what belongs to no period.
    #[must_use]
    pub const fn quarter(&self) -> Option<Period> {
        match self {
            Self::Build(issue) | Self::Stamp(issue) => Some(issue.period.last_quarter()),
            Self::Hand(parcel) => Some(parcel.issue.period.last_quarter()),
            Self::Close(period) | Self::Fetch(_, period) => Some(period.last_quarter()),
            Self::Judge | Self::Office | Self::Place | Self::Witness => None,
        }
    }

    /// Whether it is held for an instant only, so that it is worth to wait for it.
    #[must_use]
    pub const fn is_brief(&self) -> bool {
        matches!(self, Self::Judge | Self::Witness)
    }

    /// Whether two programs may not do these pieces at the same time.
    #[must_use]
    pub fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Office, _) | (_, Self::Office) => true,
            (Self::Close(_), _) | (_, Self::Close(_)) => self.quarter() == other.quarter(),
            _ => self == other,
        }
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(issue) => write!(f, "build/{issue}"),
            Self::Close(period) => write!(f, "close/{period}"),
            Self::Fetch(form, period) => write!(f, "fetch/{form}/{period}"),
            Self::Hand(parcel) => write!(f, "hand/{parcel}"),
            Self::Judge => f.write_str("judge"),
            Self::Office => f.write_str("office"),
            Self::Place => f.write_str("place"),
            Self::Stamp(issue) => write!(f, "stamp/{issue}"),
            Self::Witness => f.write_str("witness"),
        }
    }
}

impl FromStr for Piece {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError {
            text: text.into(),
            kind: "a piece of work",
            rule: "write what is done and to what: `fetch/1-m/2025-M06`, `stamp/2025-Q2/crime/r0`",
        };
        let piece = match text.split_once('/') {
            Some(("build", of)) => issue(of).map(Self::Build),
            Some(("close", of)) => of.parse().ok().map(Self::Close),
            Some(("fetch", of)) => of
                .split_once('/')
                .and_then(|(form, period)| Some(Self::Fetch(form.parse().ok()?, period.parse().ok()?))),
            Some(("hand", of)) => of.parse().ok().map(Self::Hand),
            Some(("stamp", of)) => issue(of).map(Self::Stamp),
            None if text == "judge" => Some(Self::Judge),
            None if text == "office" => Some(Self::Office),
            None if text == "place" => Some(Self::Place),
            None if text == "witness" => Some(Self::Witness),
            _ => None,
        };
        piece.ok_or_else(wrong)
    }
}

/// The issue of a text such as `2025-Q2/crime/r0`: that of a parcel to any organ.
fn issue(text: &str) -> Option<Issue> {
    format!("{text}/any").parse::<ParcelId>().ok().map(|parcel| parcel.issue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(text: &str) -> Issue {
        super::issue(text).unwrap()
    }

    fn every() -> Vec<Piece> {
        vec![
            Piece::Build(issue("2025-Q2/crime/r0")),
            Piece::Close("2025-Q2".parse().unwrap()),
            Piece::Fetch("1-m".parse().unwrap(), "2025-M05".parse().unwrap()),
            Piece::Hand("2025-S1/prosecution-bodies/s1/mia".parse().unwrap()),
            Piece::Judge,
            Piece::Office,
            Piece::Place,
            Piece::Stamp(issue("2025-Q1/crime/r2")),
            Piece::Witness,
        ]
    }

    #[test]
    fn a_piece_has_a_name_and_the_pieces_are_in_the_order_of_their_names() {
        let names: Vec<String> = every().iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            [
                "build/2025-Q2/crime/r0",
                "close/2025-Q2",
                "fetch/1-m/2025-M05",
                "hand/2025-S1/prosecution-bodies/s1/mia",
                "judge",
                "office",
                "place",
                "stamp/2025-Q1/crime/r2",
                "witness",
            ]
        );
        assert!(every().is_sorted());
        for (piece, name) in every().into_iter().zip(&names) {
            assert_eq!(name.parse::<Piece>().unwrap(), piece);
        }
        for wrong in ["", "build", "build/2025-Q2/crime", "fetch/1-m", "hand/2025-Q2/crime/r0", "office/x", "place/1-m"]
        {
            assert!(wrong.parse::<Piece>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_closing_excludes_its_quarter_and_the_office_excludes_all() {
        let close = Piece::Close("2025-Q2".parse().unwrap());
        let excluded: Vec<bool> = every().iter().map(|piece| close.excludes(piece)).collect();
        assert_eq!(excluded, [true, true, true, true, false, true, false, false, false]);
        assert!(every().iter().all(|piece| piece.excludes(&close) == close.excludes(piece)));
        assert!(every().iter().all(|piece| Piece::Office.excludes(piece) && piece.excludes(&Piece::Office)));
    }

    #[test]
    fn other_pieces_exclude_only_themselves() {
        let mut pieces = every();
        pieces.retain(|piece| !matches!(piece, Piece::Close(_) | Piece::Office));
        for (at, one) in pieces.iter().enumerate() {
            for (place, other) in pieces.iter().enumerate() {
                assert_eq!(one.excludes(other), at == place, "{one} and {other}");
            }
        }
        assert!(!pieces[0].excludes(&Piece::Build(issue("2025-Q2/crime/r1"))));
    }
}
