//! Notices about placements: late, or held after their day. In: the placements of a period. Out: one notice for each
//! cause. An office that makes nothing public has none. Unknown here: figures.

use crate::{
    Context,
    status::{
        notice::{NoticeKind, NoticeSubject, StatusNotice, by_cause, named},
        placements::{PlacementStanding, PlacementState},
    },
};
use domain::{Period, Severity};

/// The notices about the placements of a period.
pub(super) fn of_placements(context: &Context, period: Period, standings: &[PlacementStanding]) -> Vec<StatusNotice> {
    let is_wrong = |one: &&PlacementStanding| match one.state {
        PlacementState::Late => true,
        // Before its day it may still be let pass.
        PlacementState::Held => one.kept == Some(false) || one.placed.is_some(),
        PlacementState::Expected | PlacementState::Placed | PlacementState::Withheld => false,
    };
    let cause = |one: &&PlacementStanding| one.why.clone().unwrap_or_default();
    by_cause(standings.iter().filter(is_wrong), cause)
        .into_iter()
        .map(|(cause, forms)| {
            let subject = |one: &&PlacementStanding| {
                NoticeSubject::new(format!("{}/{}", one.form, one.period), format!("due on {}", one.due))
            };
            let subjects: Vec<NoticeSubject> = forms.iter().map(subject).collect();
            let named = named(subjects.iter().map(|subject| &subject.id));
            let command = context.call.command("place").option("--period", period).flag("--dry-run");
            StatusNotice::of(
                NoticeKind::Placement,
                Severity::Warning,
                format!("not on the site: form {named}: {cause}"),
            )
            .because(cause)
            .about(subjects)
            .in_period(period)
            .with(command)
        })
        .collect()
}
