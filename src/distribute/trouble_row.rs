//! Finds a trouble that hits one parcel after the other, so that it does not hit all of them.
//!
//! In: outcomes, as they come. Out: why to stop. It does not know the parcels.

use std::sync::{Mutex, PoisonError};

use super::Outcome;
use domain::ParcelState;

/// So many uncertain parcels in a row stop the hand-over: each of them costs a person a look.
const UNCERTAIN: usize = 3;
/// So many refusals in a row with the same reply code stop it. More than for uncertain parcels: that a few organs in a
/// row have a closed mailbox is possible.
const REFUSED: usize = 5;

/// The last outcomes that have the same cause.
#[derive(Debug, Default)]
pub struct TroubleRow(Mutex<Row>);

#[derive(Debug, Default)]
struct Row {
    cause: String,
    length: usize,
    words: String,
    why: Option<String>,
}

impl TroubleRow {
    /// Takes an outcome into account.
    pub fn saw(&self, outcome: &Outcome) {
        let (cause, most) = match outcome.state {
            ParcelState::Uncertain => ("uncertain".to_owned(), UNCERTAIN),
            ParcelState::Failed => match reply_code(&outcome.words) {
                Some(code) => (code, REFUSED),
                // A fault of one parcel, such as a missing file.
                None => return,
            },
            ParcelState::Queued => return,
            _ => {
                let mut row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                return (row.cause, row.length) = (String::new(), 0);
            }
        };
        let mut row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        row.length = if row.cause == cause { row.length + 1 } else { 1 };
        (row.cause, row.words) = (cause, outcome.words.clone());
        if row.length >= most && row.why.is_none() {
            let what = if outcome.state == ParcelState::Uncertain { "are uncertain" } else { "were refused alike" };
            row.why = Some(format!("not tried: {} parcels in a row {what} ({})", row.length, row.words));
        }
    }

    /// Why nothing more may be sent; `None` while there is no reason.
    pub fn why_to_stop(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).why.clone()
    }
}

/// The reply code of a refusal, with its enhanced status code (RFC 3463): `554 5.7.1`.
fn reply_code(words: &str) -> Option<String> {
    let mut all = words.split([' ', '-', ':', ';']).filter(|word| !word.is_empty());
    let is_code =
        |word: &&str| word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|b| b.is_ascii_digit());
    let code = all.find(is_code)?;
    let status = all.next().filter(|word| word.len() >= 5 && word.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    Some(status.map_or_else(|| code.to_owned(), |status| format!("{code} {status}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stops_after(outcomes: &[Outcome]) -> Option<usize> {
        let row = TroubleRow::default();
        (1..).zip(outcomes).find_map(|(count, outcome)| {
            row.saw(outcome);
            row.why_to_stop().map(|_| count)
        })
    }

    #[test]
    fn a_row_of_one_cause_stops_and_a_parcel_that_was_taken_ends_the_row() {
        let (lost, taken) = (Outcome::uncertain("lost"), Outcome::handed("250 Ok"));
        assert_eq!(stops_after(&vec![lost.clone(); 9]), Some(3));
        let mixed: Vec<_> = [&lost, &lost, &taken].repeat(4).into_iter().cloned().collect();
        assert_eq!(stops_after(&mixed), None);
        let refused = |words: &str| Outcome::failed(words, false);
        assert_eq!(stops_after(&vec![refused("554 5.7.1 blocked"); 9]), Some(5));
        let (closed, full) = (refused("550 5.1.1 unknown"), refused("552 5.2.2 full"));
        let of_each: Vec<_> = [&closed, &full].repeat(9).into_iter().cloned().collect();
        assert_eq!(stops_after(&of_each), None);
        assert_eq!(stops_after(&vec![refused("the file is missing"); 9]), None);
        assert_eq!(stops_after(&vec![Outcome::queued("not tried"); 9]), None);
    }

    #[test]
    fn the_code_of_a_reply_is_its_cause() {
        for (words, code) in [
            ("554 5.7.1 <x>: blocked", Some("554 5.7.1")),
            ("m…@test.invalid was refused: 550 unknown", Some("550")),
            ("421-4.3.2 busy", Some("421 4.3.2")),
            ("no reply to RCPT TO within 1 s", None),
            ("copy 1 takes 160550 bytes", None),
        ] {
            assert_eq!(reply_code(words).as_deref(), code, "{words}");
        }
    }
}
