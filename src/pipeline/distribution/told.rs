//! What a person reads about a hand-over: each parcel and each address that got nothing, one cause once.
//!
//! In: receipts. Out: troubles and the exit code. Unknown here: transports.

use std::collections::BTreeMap;

use crate::{Context, Exit, SendReport, Trouble};
use distribute::Receipt;
use domain::{ParcelId, ParcelState, RefusedAddress};

/// Adds the receipts of a hand-over to its report.
pub fn tell(context: &Context, receipts: &[Receipt], report: &mut SendReport) {
    // What was not tried has one cause for many parcels, and so has an archive that takes nothing.
    let mut not_tried: BTreeMap<&str, Vec<&ParcelId>> = BTreeMap::new();
    let mut not_archived: BTreeMap<String, Vec<&ParcelId>> = BTreeMap::new();
    for receipt in receipts {
        let (parcel, outcome) = (&receipt.parcel, &receipt.outcome);
        if let Some(archive) = outcome.addresses.as_ref().and_then(|addresses| addresses.archive.as_ref()) {
            not_archived.entry(archive.told()).or_default().push(parcel);
        }
        let (organ, period, state, words) = (&parcel.organ, parcel.issue.period, outcome.state, &outcome.words);
        tracing::info!(%parcel, %organ, %period, %state, words, "a parcel was tried");
        if !receipt.recorded {
            report.exit = report.exit.or(Exit::Ours);
            report.handed += usize::from(state.is_handed());
            let kept = context.unrecorded.path().display();
            let why = format!("{state}: {words}; the next act that sends records it (kept in `{kept}`)");
            report.troubles.push(Trouble::new(one(parcel), why));
            continue;
        }
        match outcome.state {
            state if state.is_handed() => {
                report.handed += 1;
                if !outcome.refused().is_empty() {
                    let why = format!("handed over, but {}", told(outcome.refused()));
                    report.troubles.push(Trouble::new(one(parcel), why));
                    report.exit = report.exit.or(Exit::Short);
                }
            }
            ParcelState::Uncertain => {
                let settle = context.call.command("settle").option("--parcel", parcel).flag("--handed");
                let why = format!(
                    "uncertain: {}; look for it, then {}, or --not-handed",
                    outcome.words,
                    settle.asked("--evidence")
                );
                report.troubles.push(Trouble::new(one(parcel), why));
            }
            ParcelState::Queued => not_tried.entry(&outcome.words).or_default().push(parcel),
            state => {
                let words = if outcome.refused().is_empty() { outcome.words.clone() } else { told(outcome.refused()) };
                report.troubles.push(Trouble::new(one(parcel), format!("{state}: {words}")));
            }
        }
    }
    for (words, parcels) in not_tried {
        report.troubles.push(Trouble::new(several(&parcels), words));
        report.exit = report.exit.or(Exit::Short);
    }
    for (words, parcels) in not_archived {
        let why = format!("handed over, but not archived: {words}");
        report.troubles.push(Trouble::new(several(&parcels), why));
        report.exit = report.exit.or(Exit::Short);
    }
}

/// Each address that got nothing, whole: the person who reads this has to correct it.
fn told(refused: &[RefusedAddress]) -> String {
    let each = refused.iter().map(|address| {
        let next = if address.transient { " (it is tried again)" } else { "" };
        format!("{}{next}", address.told())
    });
    each.collect::<Vec<_>>().join("; ")
}

fn one(parcel: &ParcelId) -> String {
    format!("parcel `{parcel}`")
}

/// The first parcel, and how many more there are.
fn several(parcels: &[&ParcelId]) -> String {
    match parcels {
        [] => String::new(),
        [parcel] => one(parcel),
        [first, rest @ ..] => format!("{} and {} more", one(first), rest.len()),
    }
}
