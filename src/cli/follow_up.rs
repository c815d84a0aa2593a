//! What a person does next after an act that changed figures.
//!
//! In: a form and a period. Out: sentences, each with its command. This module does not know how it is found out.

use super::{global::Global, out};
use domain::{CollectionId, FormId, Period};
use pipeline::{Context, Failure, FollowUp, Hint};

/// Prints what brings the figures of a form to the organs.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn say(context: &Context, global: &Global, form: &FormId, period: Period) -> Result<(), Failure> {
    let found = pipeline::follow_up(context, form, period).await?;
    let quarter = period.last_quarter();
    for what in [FollowUp::Run, FollowUp::Supplement, FollowUp::Waits, FollowUp::Revision] {
        let of: Vec<&CollectionId> = found.iter().filter(|(of, _)| *of == what).map(|(_, id)| id).collect();
        if !of.is_empty() {
            out::say(global, &sentence(context, what, (form, quarter), &of));
        }
    }
    Ok(())
}

fn sentence(
    context: &Context,
    what: FollowUp,
    (form, quarter): (&FormId, Period),
    collections: &[&CollectionId],
) -> String {
    let command = |name: &str| -> Hint { context.call.command(name).option("--period", quarter) };
    match what {
        FollowUp::Run => format!("{} takes it up", command("run")),
        FollowUp::Supplement => format!(
            "copies went without form `{form}`; {} shows the supplement that the next run sends",
            command("run").flag("--dry-run")
        ),
        FollowUp::Waits => format!(
            "copies went without form `{form}`, and some of its documents are still missing; {} lists what is missing",
            command("status")
        ),
        FollowUp::Revision => {
            let how = match collections {
                [one] => command("rebuild").option("--collection", one),
                _ => command("rebuild"),
            };
            format!("copies of it have been numbered, and stay as they are; {} makes a revision", how.asked("--reason"))
        }
    }
}
