//! `zhinaq diff`: compare two revisions of a form's figures.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    option_values, out, tables,
};
use domain::{Agency, FormId, Period, Unit};
use pipeline::{self, ChangeKind, Compared, Comparison, DiffQuestion, Exit, FigureChange, Named, Shown};

/// Compare two revisions of a form's figures, cell by cell
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Args {
    /// The form's id, such as 1-m
    #[arg(long)]
    form: FormId,
    /// 2022-M12, 2022-Q4, 2022-S1, 2022-A1
    #[arg(long)]
    period: Period,
    /// 19 the republic, 1910 … 1979 the regions; may be repeated; without it, every unit
    #[arg(long)]
    unit: Vec<Unit>,
    /// Codes of schedules/regions.toml: all, 01, 03 …; may be repeated; without it, every agency
    #[arg(long)]
    agency: Vec<Agency>,
    /// The older revision; without it, the one before the newer
    #[arg(long, value_name = "N", value_parser = option_values::revision)]
    from: Option<u32>,
    /// The newer revision; without it, the one in use
    #[arg(long, value_name = "N", value_parser = option_values::revision)]
    to: Option<u32>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let Args { form, period, unit, agency, from, to, .. } = args;
    let (forms, units, agencies) = (std::slice::from_ref(&form), &unit, &agency);
    pipeline::known(&context.office, Named { forms, units, agencies, ..Named::default() })?;
    let question = DiffQuestion { form, period, units: unit, agencies: agency, from, to };
    let comparison = pipeline::diff(&context, &question).await?;
    match global.format {
        Format::Json => out::json(&comparison)?,
        Format::Csv => out::data(&csv(&comparison.changes))?,
        _ => out::data(&text(&comparison))?,
    }
    out::origin(global, context.origin);
    Ok(Exit::Done)
}

const HEADINGS: [&str; 15] = [
    "kind",
    "form",
    "period",
    "unit",
    "agency",
    "from",
    "to",
    "section",
    "row",
    "column",
    "before",
    "after",
    "difference",
    "label",
    "origin",
];

fn csv(changes: &[FigureChange]) -> String {
    let mut text = format!("{}\r\n", HEADINGS.join(","));
    for change in changes {
        let cells = [
            word(change.kind).to_owned(),
            change.form.to_string(),
            change.period.to_string(),
            change.unit.to_string(),
            change.agency.to_string(),
            change.from.to_string(),
            change.to.to_string(),
            change.section.to_string(),
            change.row.as_ref().map(ToString::to_string).unwrap_or_default(),
            change.column.as_ref().map(ToString::to_string).unwrap_or_default(),
            shown(change.before.as_ref()),
            shown(change.after.as_ref()),
            change.difference.map(|d| d.to_string()).unwrap_or_default(),
            change.label.clone(),
            change.origin.to_string(),
        ];
        let _ = write!(text, "{}\r\n", cells.map(|c| tables::csv_field(&c)).join(","));
    }
    text
}

fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    if !comparison.changes.is_empty() {
        let mut table = tables::Table::new(&["unit", "place", "change", "before", "after", "difference", "label"]);
        (3..6).for_each(|c| table.right(c));
        for change in &comparison.changes {
            table.row(cells(change));
        }
        let _ = writeln!(text, "{table}");
    }
    for compared in &comparison.compared {
        let _ = writeln!(text, "{}", sentence(compared));
    }
    text
}

pub fn cells(change: &FigureChange) -> [String; 7] {
    let agency = if change.agency.is_all() { String::new() } else { format!("/{}", change.agency) };
    let row = change.row.as_ref().map(|r| format!(" row {r}")).unwrap_or_default();
    let column = change.column.as_ref().map(|c| format!(" column {c}")).unwrap_or_default();
    // The last column has room for a title.
    let (before, after, label) = if change.kind == ChangeKind::Title {
        let (before, after) = (shown(change.before.as_ref()), shown(change.after.as_ref()));
        let label = match (&change.before, &change.after) {
            (None, _) => format!("new: {after}"),
            (_, None) => format!("gone: {before}"),
            _ => format!("{before} → {after}"),
        };
        (String::new(), String::new(), label)
    } else {
        (shown(change.before.as_ref()), shown(change.after.as_ref()), change.label.clone())
    };
    [
        format!("{}{agency}", change.unit),
        format!("{}{row}{column}", change.section),
        word(change.kind).to_owned(),
        before,
        after,
        change.difference.map(signed).unwrap_or_default(),
        label,
    ]
}

fn signed(difference: domain::Number) -> String {
    if difference > domain::Number::ZERO { format!("+{difference}") } else { difference.to_string() }
}

fn sentence(compared: &Compared) -> String {
    let Compared { key, from, to, additions, amendments, deletions, titles, held } = compared;
    let held = held.as_ref().map(|why| format!("; held: {why}")).unwrap_or_default();
    let Some(from) = from else { return format!("{key}: revision {to} is the first{held}") };
    if additions + amendments + deletions + titles == 0 {
        return format!("{key}: no change from revision {from} to {to}{held}");
    }
    let counted = [(additions, "addition"), (amendments, "amendment"), (deletions, "deletion"), (titles, "title")];
    let counted = counted.into_iter().filter(|(count, _)| **count > 0);
    let told: Vec<String> =
        counted.map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" })).collect();
    format!("{key}: from revision {from} to {to}: {}{held}", told.join(", "))
}

const fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Addition => "addition",
        ChangeKind::Amendment => "amendment",
        ChangeKind::Deletion => "deletion",
        ChangeKind::Title => "title",
    }
}

fn shown(shown: Option<&Shown>) -> String {
    match shown {
        None => String::new(),
        Some(Shown::Number(number)) => number.to_string(),
        Some(Shown::Text(text)) => text.clone(),
    }
}
