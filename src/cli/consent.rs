//! Asks the person at the terminal before what cannot be undone, and before acts in a closed period.
//!
//! A question is asked only where somebody can answer: on a terminal, without `--yes`. Elsewhere a hand-over goes on, as
//! cron and scripts need it. Two acts need `--yes` or a reason there: one in a closed period, and the first hand-over of
//! a period that is long past, which a mistyped period would begin.

use std::{
    io::{self, IsTerminal as _},
    sync::Arc,
};

use super::{out, zone};
use domain::{Origin, Period, Right};
use pipeline::{self, Consent, Context, Failure, Given};

/// The option of commands that ask.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Yes {
    /// Answer yes to every question
    #[arg(long, short)]
    pub yes: bool,
}

/// The person at the terminal.
struct AtTerminal;

impl Consent for AtTerminal {
    fn agrees(&self, question: &str) -> bool {
        ask(question, &mut io::stdin().lock(), &mut io::stderr())
    }
}

/// Asks a question, and reads the answer. Everything but a yes is a no; so is the end of the input.
fn ask(question: &str, input: &mut dyn io::BufRead, output: &mut dyn io::Write) -> bool {
    let mut answer = String::new();
    let asked = write!(output, "{question}? [y/N] ").and_then(|()| output.flush());
    if asked.is_err() || input.read_line(&mut answer).is_err() {
        return false;
    }
    ["y", "yes", "д", "да", "и", "иә"].contains(&answer.trim().to_lowercase().as_str())
}

fn can_answer() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Who agrees to what this command does. Sample work reaches no organ, so nobody is asked.
#[must_use]
pub fn of(yes: Yes, sample: bool) -> Arc<dyn Consent> {
    if yes.yes || sample || !can_answer() { Arc::new(Given) } else { Arc::new(AtTerminal) }
}

/// Nobody can be asked, so the answer is no.
struct Nobody;

impl Consent for Nobody {
    fn agrees(&self, _: &str) -> bool {
        false
    }
}

/// Who agrees to an act that goes on without a terminal only with `--yes`.
#[must_use]
pub fn or_refuse(yes: Yes) -> Arc<dyn Consent> {
    match (yes.yes, can_answer()) {
        (true, _) => Arc::new(Given),
        (false, true) => Arc::new(AtTerminal),
        (false, false) => Arc::new(Nobody),
    }
}

/// Asks before an act in a closed period. `reason`: what the person gave as `--reason` of the act.
///
/// # Errors
/// When the period is closed, and nobody says that the act is meant all the same.
pub async fn in_closed(context: &Context, period: Period, yes: Yes, reason: Option<&str>) -> Result<(), Failure> {
    let Some((quarter, at)) = pipeline::closed_since(context, period).await? else { return Ok(()) };
    let since = format!("{quarter} is closed since {}", zone::named(at, &context.office));
    if yes.yes {
        return Ok(());
    }
    if can_answer() {
        if AtTerminal.agrees(&format!("{since}; go on")) {
            return Ok(());
        }
        return Err(Failure::usage("nothing was done, because the answer was no").coded("closed-period"));
    }
    if reason.is_some() {
        out::warn(&since);
        return Ok(());
    }
    let reopen = context.call.command("reopen").option("--period", quarter).asked("--reason");
    Err(Failure::usage(format!(
        "{since}; the same command with --yes goes on all the same, and {reopen} opens the period again"
    ))
    .coded("closed-period"))
}

/// Refuses to begin the hand-over of a period that is long past where nobody can be asked. On a terminal the hand-over
/// itself is asked about.
///
/// # Errors
/// When the person does not have the role, or the period is long past, nothing of it was ever handed over, and nobody
/// says that the act is meant.
pub async fn in_past(context: &Context, period: Period, yes: Yes, reason: Option<&str>) -> Result<(), Failure> {
    if yes.yes || context.origin == Origin::Sample || can_answer() {
        return Ok(());
    }
    // Who may not hand over is told so, and not how to go on.
    context.permit(Right::Send).await?;
    let Some((quarter, due)) = pipeline::long_past(context, period).await? else { return Ok(()) };
    let what = format!("`{quarter}` was due on {due}, and nothing of it was ever handed over");
    if reason.is_some() {
        out::warn(&what);
        return Ok(());
    }
    let look = context.call.command("run").option("--period", quarter).flag("--dry-run");
    Err(Failure::usage(format!("{what}; {look} shows what would go, and the same command with --yes hands it over")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, meant) in [
            ("y\n", true),
            ("Yes\n", true),
            ("да\n", true),
            ("иә\n", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yesterday\n", false),
        ] {
            let mut asked = Vec::new();
            assert_eq!(ask("send", &mut answer.as_bytes(), &mut asked), meant, "{answer:?}");
            assert_eq!(asked, b"send? [y/N] ");
        }
    }
}
