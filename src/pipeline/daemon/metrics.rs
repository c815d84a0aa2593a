//! The state of the schedule, in the text format of Prometheus (exposition format 0.0.4).
//!
//! In: an agenda, the state, an instant. Out: text. Unknown here: where the text is written.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use domain::{Door, Subject};
use schedule::{Agenda, State, first_issue};

/// The metrics at an instant. Obligations are those of the agenda's days that the schedule answers for.
#[must_use]
pub fn text(agenda: &Agenda, state: &State, now: DateTime<Utc>) -> String {
    let mut text = String::new();
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

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}
