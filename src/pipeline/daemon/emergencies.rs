//! The journal of emergencies, and the measures that people took.
//!
//! In: the journal, and the words of a person. Out: emergencies, and a fact with the measures. Unknown here: when an
//! emergency begins and ends.

use crate::{Context, Failure};
use domain::{Fact, Incident};
use ledger::Filter;
use schedule::State;

/// The journal of emergencies, oldest first.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn incidents(context: &Context) -> Result<Vec<Incident>, Failure> {
    let mut state = State::default();
    state.follow(&context.events(&Filter::default().kinds(&["emergency"])).await?);
    Ok(state.incidents)
}

/// Records what people did about an emergency. `from` is when it began, in the office's zone. Earlier measures are kept
/// before the new ones.
///
/// # Errors
/// When the text is empty or too long, or when not exactly one emergency began then.
pub async fn add_measures(context: &Context, from: &str, measures: &str) -> Result<(), Failure> {
    let measures = measures.trim();
    if measures.is_empty() || measures.len() > 4_000 {
        return Err(Failure::usage("write in 1 to 4,000 characters what was done about it"));
    }
    let begins = |i: &Incident| {
        i.since.with_timezone(&context.office.zone).format("%Y-%m-%d %H:%M").to_string().starts_with(from)
    };
    let found: Vec<Incident> = incidents(context).await?.into_iter().filter(begins).collect();
    let [incident] = &found[..] else {
        return Err(Failure::usage(format!(
            "{} began at `{from}`; write the time of one as {} prints it",
            match found.len() {
                0 => String::from("no emergency"),
                several => domain::counted(several, "emergency"),
            },
            context.call.command("incidents")
        )));
    };
    let incident = Incident { measures: format!("{}; {measures}", incident.measures), ..incident.clone() };
    context.record(&[Fact::Emergency { incident }]).await
}
