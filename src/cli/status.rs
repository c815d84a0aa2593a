//! `zhinaq status`: show this morning, or the state of a period.

use std::{fmt::Write as _, io::IsTerminal as _, time::Duration};

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    morning::{self, View},
    notices::{self, Detail},
    out,
    out::Ink,
    screen::{self, Screen},
    tables::Table,
    zone,
};
use config::Office;
use domain::{CollectionStatus, FormId, LaterIssue, Period, Tally};
use pipeline::{self, Exit, Failure, FormState, StatusReport, exit_of};

/// How often `--watch` looks again.
const LOOK: Duration = Duration::from_secs(5);

/// Show what is wrong and due now, or the state of a period
///
/// Without --period: whether the scheduler runs, what is due next, how far the open periods are, and then only what is wrong.
/// Each cause is one paragraph with the command that helps; -v lists everything that it concerns.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The period, such as 2025-Q2, or a month, such as 2023-M08
    #[arg(long)]
    period: Option<Period>,
    /// The table of all forms too; without --period, that of each period that is not finished
    #[arg(long, conflicts_with = "watch")]
    all: bool,
    /// End with the exit code of what is wrong
    #[arg(long, conflicts_with = "watch")]
    exit_code: bool,
    /// Show it again every five seconds, until Ctrl-C
    #[arg(long, conflicts_with_all = ["period", "as_of"])]
    watch: bool,
    #[command(flatten)]
    context: ContextArgs,
}

const EXIT_CODES: &str = "\
With --exit-code, the first of these that applies:
  5  the scheduler does not run, the disk is full, the ledger is incomplete, an emergency lasts
  1  the act, the calendar or the lists of the office are at fault
  3  documents or error findings wait for a person
  2  a form is late, or was refused
  4  parcels or collections are not handed over
  0  nothing is wrong";

pub async fn run(args: Args, global: &Global) -> Ended {
    if args.watch {
        return watch(&args, global).await;
    }
    let context = context::open_to_look(global, &args.context).await?;
    let coloured = out::coloured(global);
    let (notices, periods) = if let Some(period) = args.period {
        let standing = pipeline::period_status(&context, period).await?;
        if global.format == Format::Json {
            out::json(&standing)?;
        } else {
            let forms = if args.all { forms(&standing, &context.office, coloured) + "\n" } else { String::new() };
            out::data(&format!("{forms}{}", table(&standing, &context.office, global)))?;
        }
        (standing.notices, Vec::new())
    } else {
        let morning = pipeline::morning(&context).await?;
        if global.format == Format::Json {
            out::json(&morning)?;
        } else {
            out::data(&screen(&morning, &context, global))?;
        }
        (morning.notices, morning.periods)
    };
    if args.all && global.format != Format::Json {
        for period in periods {
            let standing = pipeline::period_status(&context, period.period).await?;
            out::data(&format!(
                "\n{}\n{}",
                forms(&standing, &context.office, coloured),
                table(&standing, &context.office, global)
            ))?;
        }
    }
    Ok(if args.exit_code { exit_of(&notices) } else { Exit::Done })
}

fn screen(morning: &pipeline::Morning, context: &pipeline::Context, global: &Global) -> String {
    let view = View {
        screen: Screen::here(),
        zone: context.office.zone,
        coloured: out::coloured(global),
        verbose: global.verbose > 0,
    };
    morning::screen(morning, view, &context.call.command("status").flag("-v").line())
}

/// Shows the morning again and again.
async fn watch(args: &Args, global: &Global) -> Ended {
    if global.format == Format::Json || !std::io::stdout().is_terminal() {
        return Err(Failure::usage("--watch redraws a terminal; leave it out where no terminal is, and for JSON"));
    }
    loop {
        let context = context::open_to_look(global, &args.context).await?;
        let text = screen(&pipeline::morning(&context).await?, &context, global);
        // Clears the terminal and goes to its first line.
        out::data(&format!("\u{1b}[2J\u{1b}[H{text}"))?;
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(Exit::Done),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// One line for each form: when it is due, when it came, its revision, findings and state.
fn forms(standing: &StatusReport, office: &Office, coloured: bool) -> String {
    let mut table = Table::new(&["form", "period", "due", "came", "rev", "errors", "warnings", "state"]);
    for column in [4, 5, 6] {
        table.right(column);
    }
    let mut inks = Vec::new();
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
            word + &held,
        ]);
        inks.push(ink);
    }
    table.painted(Screen::or_endless().width, &inks, coloured)
}

/// A period as text: one line for each collection, then the totals, then the notices.
pub fn table(standing: &StatusReport, office: &Office, global: &Global) -> String {
    let (status, coloured, width) = (&standing.status, out::coloured(global), Screen::or_endless().width);
    let mut table = Table::new(&["collection", "period", "content", "parcels", "copies", "state"]);
    table.right(3);
    table.right(4);
    let mut inks = Vec::new();
    for collection in &status.collections {
        let (word, ink) = state(collection);
        inks.push(ink);
        let of = |handed: usize, expected: usize| format!("{handed} of {expected}");
        table.row([
            collection.id.to_string(),
            collection.period.to_string(),
            collection.content_id.map_or_else(|| "-".into(), |id| id.short()),
            of(collection.parcels.handed, collection.parcels.expected),
            of(collection.copies.handed, collection.copies.expected),
            word,
        ]);
    }
    let totals = &status.totals;
    let origin = out::whose(standing.origin);
    let heading = format!("{}  {origin}  {}", status.period, standing.heading);
    let mut text = format!("{}\n\n", screen::fitted(&heading, width));
    if !status.collections.is_empty() {
        text.push_str(&table.painted(width, &inks, coloured));
        text.push('\n');
    }
    text.push_str(&forms_in_short(standing));
    text.push_str(&placements_in_short(standing));
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
        let _ = writeln!(text, "closed on {}", zone::named(closed, office));
    }
    match standing.checked {
        Some(_) => drop(writeln!(text, "findings: {}", status.findings)),
        None => text.push_str("findings: not checked yet\n"),
    }
    let detail = Detail::whole(width, global.verbose > 0, coloured);
    for line in standing.notices.iter().flat_map(|notice| notices::lines(notice, detail)) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// The forms in one line: how many are here, and which are not.
fn forms_in_short(standing: &StatusReport) -> String {
    let all = standing.forms.len();
    let missing: Vec<&str> =
        standing.forms.iter().filter(|f| f.state != FormState::Here).map(|f| f.form.as_str()).collect();
    if all == 0 {
        return String::new();
    }
    let here = format!("{} of {} here", all - missing.len(), domain::counted(all, "form"));
    match missing.len() {
        0 => format!("{here}\n"),
        few if few <= 8 => format!("{here}; not here: {}\n", missing.join(", ")),
        many => format!("{here}; not here: {} and {} more\n", missing[..8].join(", "), many - 8),
    }
}

/// The placements in one line: how many are on the site, and why others are not.
fn placements_in_short(standing: &StatusReport) -> String {
    let of = &standing.placements;
    if of.expected == 0 {
        return String::new();
    }
    let counts = [(of.late, "late"), (of.held, "held"), (of.withheld, "withheld")];
    let others: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let others = if others.is_empty() { String::new() } else { format!("; {}", others.join(", ")) };
    format!("on the site: {} of {}{others}\n", of.placed, domain::counted(of.expected, "form"))
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

/// The state of a collection, and the colour of what is worst about it.
fn state(collection: &CollectionStatus) -> (String, Ink) {
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
    if words.is_empty() && collection.content_id.is_some() {
        let is_handed = parcels.handed == parcels.expected;
        words.push(if is_handed {
            ("handed".to_owned(), Ink::Good)
        } else {
            ("built, not numbered".into(), Ink::Warning)
        });
    }
    if parcels.withdrawn > 0 {
        words.push((format!("{} withdrawn", parcels.withdrawn), Ink::Good));
    }
    let ink = words.iter().map(|(_, ink)| *ink).max().unwrap_or(Ink::Good);
    (words.into_iter().map(|(word, _)| word).collect::<Vec<_>>().join(", "), ink)
}
