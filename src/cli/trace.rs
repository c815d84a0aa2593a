//! `zhinaq trace`: show where a cell of a workbook comes from.

use std::{fmt::Write as _, path::PathBuf};

use super::{
    brought,
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::Origin;
use ooxml::custom_properties;
use pipeline::{self, Answered, Exit, Failure};

/// Show where a cell of a workbook comes from
///
/// The answer contains form, place, units, revision and snapshot.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// A master or any numbered copy of it
    file: PathBuf,
    /// The sheet's name; left out, every number of the workbook is traced
    sheet: Option<String>,
    /// The cell, such as B12; left out, every number of the sheet is traced
    cell: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let shown = args.file.display();
    let bytes = brought::read(&args.file)?;
    // Sample and real work have separate ledgers, and the file contains its origin.
    let said = custom_properties(&bytes).map_err(|error| Failure::usage(format!("`{shown}`: {error}")))?;
    let sample = said.get("Origin").is_some_and(|origin| origin != "real");
    let origin = if sample { Origin::Sample } else { Origin::Real };
    let context = context::open_to_read_as(global, &args.context, origin).await?;
    let (Some(sheet), Some(cell)) = (&args.sheet, &args.cell) else {
        let answers = pipeline::trace_all(&context, &bytes, args.sheet.as_deref())?;
        if global.format == Format::Json {
            out::json(&answers)?;
        } else {
            out::data(&answers.iter().map(text).collect::<Vec<_>>().join("\n"))?;
        }
        out::origin(global, context.origin);
        return Ok(Exit::Done);
    };
    let answered = pipeline::trace(&context, &bytes, sheet, cell)?;
    if global.format == Format::Json {
        out::json(&answered)?;
    } else {
        out::data(&text(&answered))?;
    }
    out::origin(global, context.origin);
    Ok(Exit::Done)
}

fn text(answered: &Answered) -> String {
    let mut text = format!(
        "{} {} {}, {}, sheet `{}`, cell {}: {}\n{}: {}\n{}\n",
        answered.issue.collection,
        answered.issue.period,
        answered.issue.label(),
        out::whose(answered.origin),
        answered.sheet,
        answered.cell,
        answered.shown.as_deref().unwrap_or("(empty)"),
        answered.line,
        answered.column,
        answered.how,
    );
    let mut table = Table::new(&[
        "part", "form", "section", "row", "column", "unit", "agency", "period", "value", "edition", "revision",
        "snapshot",
    ]);
    table.right(8);
    let dash = || "—".to_owned();
    for part in &answered.parts {
        table.row([
            part.part.to_owned(),
            part.form.to_string(),
            part.section.to_string(),
            part.row.to_string(),
            part.column.to_string(),
            part.unit.to_string(),
            part.agency.to_string(),
            part.period.to_string(),
            part.value.map_or_else(dash, |v| if part.sign == '-' { format!("−{v}") } else { v.to_string() }),
            part.edition.as_ref().map_or_else(dash, ToString::to_string),
            part.revision.map_or_else(dash, |r| r.to_string()),
            part.snapshot.map_or_else(dash, |s| s.short()),
        ]);
    }
    let _ = write!(text, "{table}");
    for part in &answered.parts {
        if let Some(corrected) = &part.corrected {
            let document = corrected.document.map_or_else(dash, |n| n.to_string());
            let _ = writeln!(
                text,
                "corrected: {} {} row {} column {}: {document} in the document; by {}: {}",
                part.form, part.section, part.row, part.column, corrected.by, corrected.reason
            );
        }
    }
    for counted in &answered.inhabitants {
        let _ = writeln!(
            text,
            "inhabitants of {}: {} on {} ({})",
            counted.unit, counted.persons, counted.at, counted.source
        );
    }
    if !answered.cells.is_empty() {
        let _ = writeln!(text, "cells: {}", answered.cells.join(", "));
    }
    if let Some(sum) = answered.sum {
        let _ = writeln!(text, "sum: {sum}");
    }
    text
}
