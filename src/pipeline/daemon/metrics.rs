//! The state of the schedule, in the text format of Prometheus (exposition format 0.0.4).
//!
//! In: an agenda, the state, the notices of the office, an instant. Out: text. Unknown here: where the text is written.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, Utc};

use crate::{NoticeKind, StatusNotice};
use domain::{Door, ParcelState, Subject};
use schedule::{Agenda, State, first_issue};

/// The metrics at an instant. Obligations are those of the agenda's days that the schedule answers for.
#[must_use]
pub fn text(agenda: &Agenda, state: &State, notices: &[StatusNotice], now: DateTime<Utc>) -> String {
    let mut text = String::new();
    family(&mut text, "zhinaq_build_info", "gauge", "1, with the version of the program.");
    let _ = writeln!(text, "zhinaq_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
    of_notices(&mut text, notices);
    family(&mut text, "zhinaq_obligations", "gauge", "Obligations of the last and coming weeks by kind and state.");
    let counted = |o: &&domain::Obligation| state.since.is_some_and(|since| agenda.counts(o, since));
    for kind in ["form", "collection"] {
        for wanted in ["done", "done_late", "late", "open"] {
            let of = |o: &&domain::Obligation| {
                let standing = match state.met.get(&o.duty) {
                    Some(met) if met.late.is_some() => "done_late",
                    Some(_) => "done",
                    None if state.overdue.contains_key(&o.duty) => "late",
                    None => "open",
                };
                o.due.kind() == kind && standing == wanted
            };
            let count = agenda.owed.iter().filter(counted).filter(of).count();
            let _ = writeln!(text, "zhinaq_obligations{{kind=\"{kind}\",state=\"{wanted}\"}} {count}");
        }
    }
    family(&mut text, "zhinaq_parcels_handed", "gauge", "Parcels of the collections of those weeks handed over.");
    for owed in agenda.owed.iter().filter(counted) {
        let (Subject::Collection(id), Some(issue)) = (&owed.duty.subject, first_issue(&owed.duty)) else { continue };
        let handed = state.handing(&issue).map_or(0, schedule::Handing::handed);
        let period = owed.duty.period;
        let _ = writeln!(text, "zhinaq_parcels_handed{{collection=\"{id}\",period=\"{period}\"}} {handed}");
    }
    of_parcels(&mut text, agenda, state, now);
    family(&mut text, "zhinaq_emergency", "gauge", "1 while an emergency of a kind lasts.");
    for door in [Door::Program, Door::Sources, Door::Post, Door::House] {
        let _ =
            writeln!(text, "zhinaq_emergency{{door=\"{}\"}} {}", door.word(), u8::from(state.lasting(door).is_some()));
    }
    let next = agenda.owed.iter().find(|o| o.deadline > now && !state.met.contains_key(&o.duty));
    if let Some(next) = next {
        family(&mut text, "zhinaq_next_deadline_timestamp_seconds", "gauge", "The next deadline of something open.");
        let _ = writeln!(text, "zhinaq_next_deadline_timestamp_seconds {}", next.deadline.timestamp());
    }
    family(&mut text, "zhinaq_heartbeat_timestamp_seconds", "gauge", "When the schedule last looked.");
    let _ = writeln!(text, "zhinaq_heartbeat_timestamp_seconds {}", now.timestamp());
    text
}

/// What is wrong: each kind with its number of subjects, and the counts that a rule for alerts is written about.
fn of_notices(text: &mut String, notices: &[StatusNotice]) {
    family(text, "zhinaq_notices", "gauge", "What a person has to know, by kind and severity: the number of subjects.");
    let mut kinds: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for notice in notices {
        *kinds.entry((notice.kind.word(), notice.severity.to_string())).or_default() += notice.keys().len();
    }
    for ((kind, severity), count) in &kinds {
        let _ = writeln!(text, "zhinaq_notices{{kind=\"{kind}\",severity=\"{severity}\"}} {count}");
    }
    let of = |kind: NoticeKind| notices.iter().filter(|n| n.kind == kind).map(|n| n.keys().len()).sum::<usize>();
    family(text, "zhinaq_held", "gauge", "Forms and periods of which documents wait for a person.");
    let _ = writeln!(text, "zhinaq_held {}", of(NoticeKind::Held));
    family(text, "zhinaq_errors", "gauge", "Error findings that hold a collection back.");
    let _ = writeln!(text, "zhinaq_errors {}", of(NoticeKind::Draft));
}

/// The parcels of the collections of the agenda: how many the matrix requires, and how many are in each state.
fn of_parcels(text: &mut String, agenda: &Agenda, state: &State, now: DateTime<Utc>) {
    let today = now.with_timezone(&agenda.zone).date_naive();
    let counted = |o: &&domain::Obligation| state.since.is_some_and(|since| agenda.counts(o, since));
    let issues: Vec<_> = agenda.owed.iter().filter(counted).filter_map(|owed| first_issue(&owed.duty)).collect();
    let nothing = BTreeMap::new();
    family(text, "zhinaq_parcels_expected", "gauge", "Parcels that the matrix requires of these collections.");
    for issue in &issues {
        let records = state.handing(issue).map_or(&nothing, |handing| &handing.records);
        let (id, period, expected) = (&issue.collection, issue.period, agenda.parcels(issue, records, today));
        let _ = writeln!(text, "zhinaq_parcels_expected{{collection=\"{id}\",period=\"{period}\"}} {expected}");
    }
    family(text, "zhinaq_parcels", "gauge", "Numbered parcels of these collections by state.");
    for issue in &issues {
        let records = state.handing(issue).map_or(&nothing, |handing| &handing.records);
        for wanted in ParcelState::ALL {
            let count = records.values().filter(|record| record.state == wanted).count();
            let (id, period) = (&issue.collection, issue.period);
            let _ =
                writeln!(text, "zhinaq_parcels{{collection=\"{id}\",period=\"{period}\",state=\"{wanted}\"}} {count}");
        }
    }
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}
