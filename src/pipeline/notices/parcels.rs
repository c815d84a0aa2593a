//! Notices about parcels: refused, failed, uncertain, returned, sent a second time, waiting.
//!
//! In: the register of a period. Out: notices, one for each cause, with the server's words. Unknown here: transports.

use super::Look;
use crate::{
    Hint,
    status::{
        approval,
        notice::{NoticeKind, NoticeSubject, StatusNotice, by_cause, named},
        ready::{self, Unready},
        refused,
    },
};
use domain::{Issue, ParcelRecord, ParcelState, Severity, counted, overtaken_by, receives_later, receives_nothing};

/// The notices about the parcels of a period.
pub(super) fn of_parcels(look: &Look<'_>) -> Vec<StatusNotice> {
    let of = |state: ParcelState| look.records.values().filter(move |record| record.state == state);
    let mut notices = uncertain(look, of(ParcelState::Uncertain));
    notices.extend(bounced(look, of(ParcelState::Bounced)));
    let failed = of(ParcelState::Failed).filter(|r| overtaken_by(&r.parcel.issue, look.records).is_none());
    let (mut failed, mut refused): (Vec<_>, Vec<_>) =
        failed.partition(|record| refused::is_ready(&look.context.office, record));
    // The program does not try these again by itself; a notice about their issue says so.
    failed.retain(|record| look.why_not(&record.parcel.issue) != Some(Unready::WithoutFigures));
    // No address helps an organ that receives nothing, and nobody tries again; what waits for it has a notice of its own.
    failed.retain(|record| ended(look, record).is_none());
    refused.retain(|record| ended(look, record).is_none());
    let in_part = |r: &&ParcelRecord| r.state.is_handed() && r.again.is_none();
    let in_part = look.records.values().filter(in_part);
    refused.extend(in_part.filter(|record| refused::refused(look.context, record).is_some()));
    notices.extend(not_taken(look, &refused, NoticeKind::ParcelRefused));
    notices.extend(not_taken(look, &failed, NoticeKind::ParcelFailed));
    notices.extend(look.records.values().filter_map(|record| second_sending(look, record)));
    notices.extend(waiting(look));
    notices
}

/// Why the organ of a parcel receives nothing today, because it has ended or begins later; `None` if it receives.
fn ended(look: &Look<'_>, record: &ParcelRecord) -> Option<String> {
    receives_nothing(look.context.office.regulation(), &record.parcel.organ, look.context.today())
}

/// The command for a parcel whose organ receives nothing today: what waits for an organ that ended goes to a successor,
/// and an organ that receives later gets its own.
fn instead(look: &Look<'_>, record: &ParcelRecord) -> Hint {
    if correct_day(look, record).is_some() {
        return look.context.call.command("send").option("--period", look.period);
    }
    look.context.call.command("readdress").option("--parcel", &record.parcel).asked("--reason")
}

/// What a person can do about an organ that receives copies only later; `None` for every other organ.
fn correct_day(look: &Look<'_>, record: &ParcelRecord) -> Option<String> {
    let regulation = look.context.office.regulation();
    receives_later(regulation, &record.parcel.organ, look.context.today())?;
    let file = format!("schedules/{}/recipients.toml", regulation.id);
    Some(format!("if it receives copies already, correct `valid_from` in `{file}`, then send"))
}

fn settle(look: &Look<'_>, record: &ParcelRecord, outcome: &str) -> Hint {
    look.context.call.command("settle").option("--parcel", &record.parcel).flag(outcome).asked("--evidence")
}

fn uncertain<'a>(look: &Look<'_>, records: impl Iterator<Item = &'a ParcelRecord>) -> Vec<StatusNotice> {
    let told = by_cause(records, |record| without_address(&record.words)).into_iter().filter_map(|(cause, records)| {
        let first = records.first()?;
        let subject = |r: &&ParcelRecord| NoticeSubject::new(&r.parcel, &r.words).with(settle(look, r, "--handed"));
        let count = counted(records.len(), "uncertain parcel");
        let names = named(records.iter().map(|r| &r.parcel));
        let text = format!(
            "{count} to settle ({names}): {cause}; read the organ's mailbox or the server's log, then record it"
        );
        let notice = StatusNotice::of(NoticeKind::Uncertain, Severity::Error, text)
            .because(cause)
            .about(records.iter().map(subject).collect())
            .in_period(look.period);
        Some(notice.with(settle(look, first, "--handed")).or_with(settle(look, first, "--not-handed")))
    });
    told.collect()
}

fn bounced<'a>(look: &Look<'_>, records: impl Iterator<Item = &'a ParcelRecord>) -> Vec<StatusNotice> {
    let resend = |r: &ParcelRecord| match ended(look, r) {
        Some(_) if correct_day(look, r).is_none() => instead(look, r),
        _ => look.context.call.command("resend").option("--parcel", &r.parcel).asked("--reason"),
    };
    let groups = by_cause(records, |record| (without_address(&record.words), ended(look, record)));
    let told = groups.into_iter().filter_map(|((cause, ended), records)| {
        let first = records.first()?;
        let subject = |r: &&ParcelRecord| NoticeSubject::new(&r.parcel, &r.words).with(resend(r));
        let count = counted(records.len(), "parcel");
        let names = named(records.iter().map(|r| &r.parcel));
        let next = match (ended, correct_day(look, first)) {
            (Some(ended), Some(correct)) => format!("it is for {ended}; {correct}"),
            (Some(ended), None) => ended,
            (None, _) => "correct [addresses] in zhinaq.toml if it is wrong, then send again".to_owned(),
        };
        let text = format!("{count} came back ({names}): {cause}; {next}");
        let notice = StatusNotice::of(NoticeKind::Bounced, Severity::Error, text).because(cause);
        Some(notice.about(records.iter().map(subject).collect()).in_period(look.period).with(resend(first)))
    });
    told.collect()
}

/// Parcels that were not taken: for good, or for now.
fn not_taken(look: &Look<'_>, records: &[&ParcelRecord], kind: NoticeKind) -> Vec<StatusNotice> {
    let groups = by_cause(records.iter().copied(), |record| without_address(&refused::words(record)));
    let told = groups.into_iter().map(|(cause, records)| {
        let send = || look.context.call.command("send").option("--period", look.period);
        let again = |command: Hint| if kind == NoticeKind::ParcelRefused { command.flag("--refused") } else { command };
        let subject = |r: &&ParcelRecord| {
            NoticeSubject::new(&r.parcel, refused::words(r)).with(again(send().option("--organ", &r.parcel.organ)))
        };
        let names = named(records.iter().map(|r| &r.parcel));
        // The words of a server that refused an address: `k…@… was refused: 550 …`.
        let by_mail =
            records.iter().any(|record| record.words.contains('@') && record.words.contains(" was refused: "));
        let (severity, what, then) = match (kind, by_mail) {
            (NoticeKind::ParcelFailed, _) => {
                (Severity::Warning, "could not be handed over", "the scheduler tries again")
            }
            (_, true) => (
                Severity::Error,
                "refused for good",
                "correct [addresses] in zhinaq.toml, and it is tried again; if the cause is gone, send it now",
            ),
            (_, false) => {
                (Severity::Error, "not handed over", "mend that in zhinaq.toml; if the cause is gone, send it now")
            }
        };
        let text = format!("{} {what} ({names}): {cause}; {then}", counted(records.len(), "parcel"));
        let mut organs: Vec<_> = records.iter().map(|r| &r.parcel.organ).collect();
        organs.dedup();
        let command = again(match &organs[..] {
            [one] => send().option("--organ", one),
            _ => send(),
        });
        StatusNotice::of(kind, severity, text)
            .because(cause)
            .about(records.iter().map(subject).collect())
            .in_period(look.period)
            .with(command)
    });
    told.collect()
}

/// What is left of a parcel that was handed over: a second sending by a person's decision, or further addresses.
fn second_sending(look: &Look<'_>, record: &ParcelRecord) -> Option<StatusNotice> {
    let again = record.again?;
    let (parcel, words) = (&record.parcel, refused::words(record));
    let what = if record.is_sent_again() { "its second sending" } else { "the sending to its other addresses" };
    let text = format!("parcel `{parcel}` was handed over, and {what} is {again} ({words})");
    let notice = StatusNotice::of(NoticeKind::SecondSending, Severity::Warning, text)
        .because(&words)
        .about(vec![NoticeSubject::new(parcel, &words)])
        .in_period(look.period);
    Some(match again {
        ParcelState::Uncertain => {
            notice.with(settle(look, record, "--handed")).or_with(settle(look, record, "--not-handed"))
        }
        ParcelState::Bounced => {
            notice.with(look.context.call.command("resend").option("--parcel", parcel).asked("--reason"))
        }
        _ if ended(look, record).is_some() => notice.with(instead(look, record)),
        _ if !refused::is_ready(&look.context.office, record) => {
            notice.with(refused::try_again(&look.context.call, record))
        }
        _ => notice.with(look.context.call.command("send").option("--period", parcel.issue.period)),
    })
}

/// What waits for organs that receive nothing today, whatever a server said about it: one notice for each organ.
fn for_the_ended(look: &Look<'_>) -> Vec<StatusNotice> {
    let waits = |r: &&ParcelRecord| match r.state {
        ParcelState::Queued => r.to_send().next().is_some(),
        ParcelState::Failed => true,
        _ => false,
    };
    let is_current = |r: &&ParcelRecord| overtaken_by(&r.parcel.issue, look.records).is_none();
    let waiting = look.records.values().filter(waits).filter(is_current);
    let waiting = waiting.filter_map(|record| Some((ended(look, record)?, record)));
    let told = by_cause(waiting, |(why, _)| why.clone()).into_iter().filter_map(|(why, waiting)| {
        let records: Vec<&ParcelRecord> = waiting.into_iter().map(|(_, record)| record).collect();
        let first = records.first()?;
        let names = named(records.iter().map(|r| &r.parcel));
        let later = correct_day(look, first);
        let then =
            later.as_ref().map_or_else(String::new, |correct| format!("; nothing goes before that day; {correct}"));
        let text = format!("{} not sent ({names}): {why}{then}", counted(records.len(), "parcel"));
        let subject = |r: &&ParcelRecord| NoticeSubject::new(&r.parcel, &why).with(instead(look, r));
        // One act for all of them, unless an uncertain copy has to be settled before.
        let is_settled = |r: &ParcelRecord| r.parcel.organ != first.parcel.organ || r.uncertain().is_empty();
        let how = if later.is_none() && records.len() > 1 && look.records.values().all(is_settled) {
            let how = look.context.call.command("readdress").option("--period", look.period);
            how.option("--organ", &first.parcel.organ).asked("--reason")
        } else {
            instead(look, first)
        };
        let notice = StatusNotice::of(NoticeKind::Unsent, Severity::Warning, text).because(&why);
        Some(notice.about(records.iter().map(subject).collect()).in_period(look.period).with(how))
    });
    told.collect()
}

/// Numbered parcels that were not sent: for a second person, for an organ that ended, or for a command.
fn waiting(look: &Look<'_>) -> Vec<StatusNotice> {
    let context = look.context;
    let queued = |r: &&ParcelRecord| match r.state {
        ParcelState::Queued => r.to_send().next().is_some(),
        ParcelState::Failed => refused::is_ready(&context.office, r),
        _ => false,
    };
    let is_current = |r: &&ParcelRecord| overtaken_by(&r.parcel.issue, look.records).is_none();
    let open = look.records.values().filter(queued).filter(is_current).filter(|r| ended(look, r).is_none());
    let mut notices = for_the_ended(look);
    let (mut approvals, mut unsent) = (Vec::new(), Vec::new());
    for (issue, records) in by_cause(open, |record| record.parcel.issue.clone()) {
        match look.why_not(&issue) {
            Some(Unready::WithoutFigures) => notices.push(without_figures(look, &issue, true)),
            Some(_) => {}
            None => match approval::awaited(&context.office, &context.call, &issue, look.events, look.records) {
                Some((why, how)) => approvals.push((issue, why, how)),
                // What failed has a notice of its own.
                None => unsent.extend(records.into_iter().filter(|record| record.state == ParcelState::Queued)),
            },
        }
    }
    if let Some((_, why, how)) = approvals.first() {
        let names = named(approvals.iter().map(|(issue, ..)| issue));
        let text = match approvals.len() {
            1 => format!("{names} {why}"),
            many => format!("{} ({names}): each {why}", counted(many, "issue")),
        };
        let subject = |(issue, why, how): &(Issue, String, Hint)| NoticeSubject::new(issue, why).with(how.clone());
        notices.push(
            StatusNotice::of(NoticeKind::Approval, Severity::Warning, text)
                .because(why)
                .about(approvals.iter().map(subject).collect())
                .in_period(look.period)
                .with(how.clone()),
        );
    }
    if !unsent.is_empty() {
        let names = named(unsent.iter().map(|r| &r.parcel));
        let text = format!("{} not sent yet ({names})", counted(unsent.len(), "parcel"));
        let subjects = unsent.iter().map(|r| NoticeSubject::new(&r.parcel, "queued")).collect();
        notices.push(
            StatusNotice::of(NoticeKind::Unsent, Severity::Warning, text)
                .because("the copies are numbered, and were not sent yet")
                .about(subjects)
                .in_period(look.period)
                .with(context.call.command("send").option("--period", look.period)),
        );
    }
    notices
}

/// The notice about an issue without figures: how to see why, and how to send it all the same.
pub(super) fn without_figures(look: &Look<'_>, issue: &Issue, is_numbered: bool) -> StatusNotice {
    let name = if issue.is_first() { format!("collection `{}`", issue.collection) } else { format!("`{issue}`") };
    StatusNotice::of(NoticeKind::WithoutFigures, Severity::Error, format!("{name} {}", Unready::WithoutFigures.said()))
        .about(vec![NoticeSubject::new(issue, Unready::WithoutFigures.said())])
        .in_period(look.period)
        .with(look.context.call.command("check").option("--period", issue.period))
        .or_with(ready::all_the_same(&look.context.call, issue, is_numbered))
}

/// A server's words without the (masked) addresses, so that one cause reads the same for every organ.
fn without_address(words: &str) -> String {
    let kept: Vec<&str> = words.split_whitespace().filter(|word| !word.contains('@')).collect();
    let text = kept.join(" ");
    text.strip_prefix("was refused: ").map_or(text.clone(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::without_address;

    #[test]
    fn one_refusal_reads_the_same_for_every_address() {
        let (one, other) = ("k…@… was refused: 550 5.1.1 no such user", "m…@… was refused: 550 5.1.1 no such user");
        assert_eq!(without_address(one), "550 5.1.1 no such user");
        assert_eq!(without_address(one), without_address(other));
        assert_eq!(without_address("the connection was lost"), "the connection was lost");
    }
}
