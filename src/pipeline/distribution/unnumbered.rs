//! Says why a hand-over leaves collections out that have no numbered copies.
//!
//! In: a scope, the register, what was built, what waits. Out: one trouble for each such collection. Unknown here: how
//! copies are numbered.

use std::collections::BTreeMap;

use crate::{
    Context, SendScope, Trouble,
    status::{
        entitlements::{Registered, entitlements},
        gate::{Gate, Waits},
        ready::gate_of,
        requirements,
    },
};
use domain::{Issue, IssueRecord, ParcelId, ParcelRecord, Period};

/// The collections of a scope whose hour has come, and of which no copy is in the register. A collection that the matrix
/// gives to nobody has none.
pub fn unnumbered(
    context: &Context,
    quarter: Period,
    (records, issues): (&BTreeMap<ParcelId, ParcelRecord>, &BTreeMap<Issue, IssueRecord>),
    (scope, waits): (&SendScope, &[Waits]),
) -> Vec<Trouble> {
    if !scope.parcels.is_empty() {
        return Vec::new();
    }
    let mut troubles = Vec::new();
    for due in requirements::collections(context.office.regulation(), quarter) {
        let issue = Issue::first(due.term.id.clone(), due.period);
        let is_meant = scope.takes_collection(&issue.collection);
        let is_open = scope.now.is_some() || gate_of(waits, &issue) == Gate::Open;
        let is_numbered = records.keys().any(|parcel| parcel.issue == issue);
        if !is_meant || !is_open || is_numbered {
            continue;
        }
        let shares =
            entitlements(&context.office, &issue.collection, &Registered::of(&issue, records), context.today());
        if shares.shares.is_empty() {
            continue;
        }
        let command = |name: &str| context.call.command(name).option("--period", quarter);
        let why = if issues.contains_key(&issue) {
            let how = command("number").option("--collection", &issue.collection);
            format!("is built, but no copy of it is numbered, so nothing of it was sent; {how} numbers the copies")
        } else {
            format!("is not built, so nothing of it was sent; {} builds it and numbers the copies", command("run"))
        };
        troubles.push(Trouble::new(format!("collection `{}`", issue.collection), why));
    }
    troubles
}
