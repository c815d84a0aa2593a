//! Facts in words: one line for each, as the journal is printed. In: a fact. Out: a sentence for a person. This module
//! does not know who did it, or when.

use crate::{CopyNumbers, DatasetKey, Fact, Number, OrganId, ParcelId, Place, PlacedRevision, counted};

impl Fact {
    /// The organs that the fact is about: those of its parcels, and the organ that succeeds another.
    #[must_use]
    pub fn organs(&self) -> Vec<&OrganId> {
        match self {
            Self::Queued { parcel, .. }
            | Self::Sealed { parcel, .. }
            | Self::Sending { parcel, .. }
            | Self::Outcome { parcel, .. }
            | Self::Settled { parcel, .. }
            | Self::Resend { parcel, .. } => vec![&parcel.organ],
            Self::Readdressed { parcel, to, .. } => std::iter::once(&parcel.organ).chain(to).collect(),
            Self::Reconciled { parcels, .. } => {
                let mut organs: Vec<&OrganId> = parcels.iter().map(|parcel| &parcel.organ).collect();
                organs.sort();
                organs.dedup();
                organs
            }
            Self::Withdrawn { fact, .. } => fact.organs(),
            _ => Vec::new(),
        }
    }

    /// The fact as one line, without its actor and its time.
    #[must_use]
    pub fn said(&self) -> String {
        match self {
            Self::RunStarted { .. }
            | Self::RunFinished { .. }
            | Self::Checked { .. }
            | Self::Scheduled { .. }
            | Self::Tried { .. }
            | Self::Met { .. }
            | Self::Overdue { .. }
            | Self::Emergency { .. }
            | Self::Alerted { .. }
            | Self::MailboxRead { .. }
            | Self::Restored { .. } => self.said_of_work(),
            Self::RequestTaken { .. } | Self::RequestStep { .. } => self.said_of_requests(),
            Self::Fetched { .. }
            | Self::FetchFailed { .. }
            | Self::DatasetRead { .. }
            | Self::Refused { .. }
            | Self::Judged { .. } => self.said_of_documents(),
            Self::Queued { .. } | Self::Sealed { .. } | Self::Sending { .. } | Self::Outcome { .. } => {
                self.said_of_parcels()
            }
            _ if self.is_of_access() => self.said_of_access(),
            Self::Placed { .. }
            | Self::PlacementSeen { .. }
            | Self::PlacementApproved { .. }
            | Self::PlacedByPerson { .. }
            | Self::PlacementWithdrawn { .. } => self.said_of_placements(),
            _ => self.said_of_decisions(),
        }
    }

    fn said_of_work(&self) -> String {
        match self {
            Self::RunStarted { command, .. } => format!("`{command}` started"),
            Self::RunFinished { command, exit, .. } => format!("`{command}` ended with exit code {exit}"),
            Self::Checked { period, findings, .. } => format!("`{period}` checked: {findings}"),
            Self::Scheduled { since } => format!("the schedule covers what falls due from {since}"),
            Self::Tried { duty, answer } => format!("{duty}: {answer}"),
            Self::Met { duty, late: None } => format!("{duty}: done in time"),
            Self::Met { duty, late: Some(cause) } => format!("{duty}: done late, {cause}"),
            Self::Overdue { duty, cause } => format!("{duty}: not done by its deadline, {cause}"),
            Self::Emergency { incident } => {
                format!("emergency ({}): {}", incident.door.word(), incident.cause)
            }
            Self::Alerted { day, words, .. } => format!("alert about {day}: {}", first_line(words)),
            Self::MailboxRead { mailbox, uid, .. } => format!("mailbox `{mailbox}` read up to mail {uid}"),
            Self::Restored { made, last_fact, unseen } => {
                let made = made.format("%Y-%m-%d %H:%M UTC");
                let unseen = unseen.map_or_else(String::new, |why| format!("; {}", why.then()));
                format!("the backup of {made} was brought back, up to fact {last_fact}{unseen}")
            }
            _ => self.kind().to_owned(),
        }
    }

    fn said_of_documents(&self) -> String {
        match self {
            Self::Fetched { form, period, snapshot, bytes, .. } => {
                format!("form `{form}` for `{period}` fetched: document {}, {bytes} bytes", snapshot.short())
            }
            Self::FetchFailed { form, period, why, .. } => {
                format!("form `{form}` for `{period}` not fetched: {}", first_line(why))
            }
            Self::DatasetRead { key, revision, figures, held: None, .. } => {
                format!("{} read: revision {revision}, {}", of(key), counted(*figures, "figure"))
            }
            Self::DatasetRead { key, held: Some(why), .. } => format!("{} read and held: {why}", of(key)),
            Self::Refused { form, name, why, .. } => format!("`{name}` refused as form `{form}`: {why}"),
            Self::Judged { key, revision, held: Some(why) } => {
                format!("{}, revision {revision}: held now, {why}", of(key))
            }
            Self::Judged { key, revision, held: None } => format!("{}, revision {revision}: no longer held", of(key)),
            _ => self.kind().to_owned(),
        }
    }

    fn said_of_parcels(&self) -> String {
        let numbers = |numbers: &[u32]| -> String {
            if numbers.is_empty() {
                return String::new();
            }
            format!(", copies {}", numbers.iter().copied().collect::<CopyNumbers>())
        };
        match self {
            Self::Queued { parcel, copies } => format!("`{parcel}`: {} numbered", counted(copies.len(), "copy")),
            Self::Sealed { parcel, copies } => format!("`{parcel}`: {} encrypted", counted(copies.len(), "copy")),
            Self::Sending { parcel, attempt, transport, copies, .. } => {
                format!("`{parcel}`{}: attempt {attempt} by {transport} begins", numbers(copies))
            }
            Self::Outcome { parcel, attempt, state, words, copies, .. } => {
                format!("`{parcel}`{}: attempt {attempt}: {state}, {}", numbers(copies), first_line(words))
            }
            _ => self.kind().to_owned(),
        }
    }

    fn said_of_requests(&self) -> String {
        match self {
            Self::RequestTaken { request } => {
                let (number, day, from) = (&request.number, request.received, request.from.word());
                format!("request `{number}` taken in: received on {day} from `{from}` by `{}`", request.channel)
            }
            Self::RequestStep { number, step } => format!("request `{number}`: {}", step.word()),
            _ => self.kind().to_owned(),
        }
    }

    fn said_of_placements(&self) -> String {
        match self {
            Self::Placed { form, period, revision: PlacedRevision { revision, content, tree, .. }, .. } => format!(
                "form `{form}` for `{period}` placed on the site as r{revision}: content {}, site {}",
                content.short(),
                tree.short()
            ),
            Self::PlacementSeen { address, tree } => format!("site {} seen at `{address}`", tree.short()),
            Self::PlacementApproved { form, period, revision, content, reason } => format!(
                "placement of form `{form}` for `{period}` as r{revision} approved, content {}: {reason}",
                content.short()
            ),
            Self::PlacedByPerson { dataset, address, evidence } => {
                format!("data set `{dataset}` placed by a person at `{address}`: {evidence}")
            }
            Self::PlacementWithdrawn { form, period, reason } => {
                format!("form `{form}` for `{period}` taken back from the site: {reason}")
            }
            _ => self.kind().to_owned(),
        }
    }

    fn said_of_decisions(&self) -> String {
        match self {
            Self::Accepted { key, revision, reason, .. } => {
                format!("{}, revision {revision}, accepted: {reason}", of(key))
            }
            Self::Rejected { key, snapshot, reason, .. } => {
                format!("document {} rejected as {}: {reason}", snapshot.short(), of(key))
            }
            Self::Withdrawn { act, fact, reason } => format!("act {act} withdrawn ({}): {reason}", fact.said()),
            Self::Corrected { key, place, old, new, reason, .. } => {
                let Place { section, row, column } = place;
                let at = format!("section `{section}`, row `{row}`, column `{column}`");
                format!("{}, {at}: {} corrected to {}: {reason}", of(key), figure(*old), figure(*new))
            }
            Self::Overridden { issue, rule, reason } => {
                format!("errors of rule `{rule}` overridden for `{issue}`: {reason}")
            }
            Self::Hastened { issue, reason } => format!("`{issue}` goes before its hour or incomplete: {reason}"),
            Self::Built { issue, language, content_id, draft, incomplete, .. } => {
                let draft = if *draft { ", DRAFT" } else { "" };
                let forms: Vec<&str> = incomplete.iter().map(AsRef::as_ref).collect();
                let without = if forms.is_empty() { String::new() } else { format!(", without {}", forms.join(", ")) };
                format!("`{issue}` built in `{language}`: content {}{draft}{without}", content_id.short())
            }
            Self::Approved { issue, register, reason } => {
                format!("`{issue}` approved, register {}: {reason}", register.short())
            }
            Self::Settled { parcel, state, evidence, .. } => format!("`{parcel}` settled as {state}: {evidence}"),
            Self::Resend { parcel, reason } => format!("`{parcel}` goes again: {reason}"),
            Self::Readdressed { parcel, to, copies, reason } => {
                let to = to.as_ref().map_or_else(|| "nobody succeeds".into(), |to| format!("`{to}` succeeds"));
                format!("`{parcel}`: {} withdrawn, {to}: {reason}", counted(copies.len(), "copy"))
            }
            Self::Reconciled { parcels, reason, complete: true, .. } if parcels.is_empty() => {
                format!("the ledger contains all that was handed over: {reason}")
            }
            Self::Reconciled { parcels, reason, .. } => {
                let named: Vec<String> = parcels.iter().take(NAMED).map(quoted).collect();
                let more = if parcels.len() > NAMED { " …" } else { "" };
                let parcels = counted(parcels.len(), "parcel");
                format!("{parcels} added from the witnesses ({}{more}): {reason}", named.join(", "))
            }
            Self::Closed { period, parcels, copies, reason, .. } => {
                let reason = reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
                let (parcels, copies) = (counted(*parcels, "parcel"), counted(*copies, "copy"));
                format!("`{period}` closed with {parcels} and {copies}{reason}")
            }
            _ => self.kind().to_owned(),
        }
    }
}

/// How many parcels of one fact are listed.
const NAMED: usize = 3;

fn quoted(parcel: &ParcelId) -> String {
    format!("`{parcel}`")
}

fn of(key: &DatasetKey) -> String {
    let DatasetKey { form, period, unit, agency, .. } = key;
    format!("form `{form}` for `{period}`, unit `{unit}`, agency `{agency}`")
}

fn figure(number: Option<Number>) -> String {
    number.map_or_else(|| "nothing".to_owned(), |number| format!("`{number}`"))
}

/// The first line of a text of another program, which may have many.
fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FACT_KINDS;

    fn fact(json: &str) -> Fact {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_fact_of_a_parcel_has_its_organ() {
        let queued = fact(r#"{"kind":"resend","parcel":"2025-Q2/crime/r0/mia","reason":"lost"}"#);
        assert_eq!(queued.said(), "`2025-Q2/crime/r0/mia` goes again: lost");
        assert_eq!(queued.organs().iter().map(|o| o.as_str()).collect::<Vec<_>>(), ["mia"]);
    }

    #[test]
    fn a_server_that_answers_in_many_lines_gets_one() {
        let outcome = fact(
            r#"{"kind":"outcome","parcel":"2025-Q2/crime/r0/mia","attempt":2,"state":"failed","words":"\n550 no\nmore"}"#,
        );
        assert_eq!(outcome.said(), "`2025-Q2/crime/r0/mia`: attempt 2: failed, 550 no");
    }

    /// A kind that only prints its own word has no sentence.
    #[test]
    fn a_fact_without_organ_or_period_has_words_of_its_own() {
        for (json, words) in [
            (r#"{"kind":"scheduled","since":"2025-07-01"}"#, "the schedule covers what falls due from 2025-07-01"),
            (r#"{"kind":"run-finished","command":"run","period":null,"exit":4}"#, "`run` ended with exit code 4"),
            (r#"{"kind":"mailbox-read","mailbox":"INBOX","validity":1,"uid":7}"#, "mailbox `INBOX` read up to mail 7"),
            (
                r#"{"kind":"restored","made":"2025-07-16T07:00:00Z","last_fact":9}"#,
                "the backup of 2025-07-16 07:00 UTC was brought back, up to fact 9",
            ),
            (
                r#"{"kind":"restored","made":"2025-07-16T07:00:00Z","last_fact":9,"unseen":"no-witness"}"#,
                "the backup of 2025-07-16 07:00 UTC was brought back, up to fact 9; no journal of sendings of this ledger was there",
            ),
            (
                r#"{"kind":"reconciled","parcels":[],"witnesses":[],"reason":"asked each organ","complete":true}"#,
                "the ledger contains all that was handed over: asked each organ",
            ),
        ] {
            let fact = fact(json);
            assert_eq!(fact.said(), words);
            assert!(fact.organs().is_empty() && FACT_KINDS.contains(&fact.kind()));
        }
    }
}
