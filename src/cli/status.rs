//! `zhinaq status`: show the state of a period.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    out::Ink,
    tables::Table,
};
use config::Office;
use domain::{CollectionStatus, FormId, LaterIssue, Period, Tally};
use pipeline::{self, Exit, FormState, StatusReport};

/// Show the forms, collections and parcels of a period
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let standing = pipeline::status(&context, args.period).await?;
    if global.format == Format::Json {
        out::json(&standing)?;
    } else {
        let coloured = out::coloured(global);
        out::data(&format!("{}\n{}", forms(&standing, &context.office, coloured), table(&standing, coloured)))?;
    }
    Ok(Exit::Done)
}

/// One line for each form: when it is due, when it came, its revision, findings and state.
fn forms(standing: &StatusReport, office: &Office, coloured: bool) -> String {
    let mut table = Table::new(&["form", "period", "due", "came", "rev", "errors", "warnings", "state"]);
    for column in [4, 5, 6] {
        table.right(column);
    }
    for form in &standing.forms {
        let came = form.came.map(|at| at.with_timezone(&office.zone).format("%Y-%m-%d %H:%M").to_string());
        let count = |of: fn(&Tally) -> usize| form.findings.as_ref().map_or_else(|| "-".into(), |t| of(t).to_string());
        let (word, ink) = match form.state {
            FormState::Here if form.late.is_some() => ("here, late".to_owned(), Ink::Warning),
            FormState::Here => ("here".to_owned(), Ink::Good),
            FormState::Partly => (format!("in part, without {}", form.lacking), Ink::Warning),
            FormState::Late if form.lacking.is_part() => (format!("LATE in part, without {}", form.lacking), Ink::Bad),
            FormState::Expected => ("expected".to_owned(), Ink::Warning),
            FormState::Late => ("LATE".to_owned(), Ink::Bad),
            FormState::Future => ("future".to_owned(), Ink::Warning),
        };
        let held = if form.held > 0 { format!(", {} held", form.held) } else { String::new() };
        table.row([
            form.form.to_string(),
            form.period.to_string(),
            form.due.to_string(),
            came.unwrap_or_else(|| "-".into()),
            form.revision.map_or_else(|| "-".into(), |r| r.to_string()),
            count(|t| t.error),
            count(|t| t.warning),
            out::paint(&(word + &held), ink, coloured),
        ]);
    }
    table.to_string()
}

/// A period as text: one line for each collection, then the totals, then the notices.
pub fn table(standing: &StatusReport, coloured: bool) -> String {
    let status = &standing.status;
    let mut table = Table::new(&["collection", "period", "content", "parcels", "copies", "state"]);
    table.right(3);
    table.right(4);
    for collection in &status.collections {
        let of = |handed: usize, expected: usize| format!("{handed} of {expected}");
        table.row([
            collection.id.to_string(),
            collection.period.to_string(),
            collection.content_id.map_or_else(|| "-".into(), |id| id.short()),
            of(collection.parcels.handed, collection.parcels.expected),
            of(collection.copies.handed, collection.copies.expected),
            state(collection, coloured),
        ]);
    }
    let totals = &status.totals;
    let origin = out::whose(standing.origin);
    let mut text = format!("{}  {origin}  {}\n\n{table}\n", status.period, standing.heading);
    let _ = writeln!(
        text,
        "{} of {}, {} of {}; {} and {} now",
        totals.parcels.handed,
        domain::counted(totals.parcels.expected, "parcel"),
        totals.copies.handed,
        domain::counted(totals.copies.expected, "copy"),
        domain::counted(totals.parcels.handed_now, "parcel"),
        domain::counted(totals.copies.handed_now, "copy")
    );
    for later in status.supplements.iter().chain(&status.revisions) {
        let _ = writeln!(text, "{}", beside(later));
    }
    if let Some(closed) = standing.closed {
        let _ = writeln!(text, "closed on {} (UTC)", closed.format("%Y-%m-%d %H:%M"));
    }
    let _ = writeln!(text, "findings: {}", status.findings);
    for notice in &standing.notices {
        let _ = writeln!(text, "{notice}");
    }
    text
}

/// One line about a later issue, which is not part of the totals.
fn beside(later: &LaterIssue) -> String {
    let name = match (later.supplement, later.revision) {
        (0, revision) => format!("revision {revision} of `{}`", later.id),
        (supplement, _) => format!("supplement {supplement} to `{}`", later.id),
    };
    let stands = match later.candidate {
        true if later.draft => "a DRAFT, held back by error findings".to_owned(),
        true if later.overtaken_by.is_some() => "a candidate, overtaken".to_owned(),
        true => "a candidate, not sent".to_owned(),
        false => format!("{} of {} parcels handed", later.parcels.handed, later.parcels.expected),
    };
    let overtaken = later.overtaken_by.filter(|_| later.parcels.handed < later.parcels.expected);
    let overtaken = overtaken.map_or_else(String::new, |by| format!(", overtaken by revision {by}"));
    let reason = later.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    format!("{name}: {stands}{overtaken}{reason}")
}

fn state(collection: &CollectionStatus, coloured: bool) -> String {
    let parcels = &collection.parcels;
    let mut words = Vec::new();
    if collection.content_id.is_none() {
        words.push(("not built".to_owned(), Ink::Warning));
    }
    if collection.draft {
        words.push(("DRAFT".to_owned(), Ink::Bad));
    }
    if !collection.incomplete.is_empty() {
        let forms: Vec<&str> = collection.incomplete.iter().map(FormId::as_str).collect();
        words.push((format!("incomplete: {}", forms.join(", ")), Ink::Warning));
    }
    let others = [
        (parcels.queued, "queued", Ink::Warning),
        (parcels.sending, "sending", Ink::Warning),
        (parcels.uncertain, "uncertain", Ink::Bad),
        (parcels.bounced, "bounced", Ink::Bad),
        (parcels.failed, "failed", Ink::Bad),
    ];
    words.extend(others.iter().filter(|(n, ..)| *n > 0).map(|(n, word, ink)| (format!("{n} {word}"), *ink)));
    if words.is_empty() && parcels.handed == parcels.expected {
        words.push(("handed".to_owned(), Ink::Good));
    }
    if parcels.withdrawn > 0 {
        words.push((format!("{} withdrawn", parcels.withdrawn), Ink::Good));
    }
    words.iter().map(|(word, ink)| out::paint(word, *ink, coloured)).collect::<Vec<_>>().join(", ")
}
