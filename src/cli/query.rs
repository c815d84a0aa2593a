//! `zhinaq query`: find figures.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, tables,
};
use domain::{Agency, ColumnCode, FormId, Period, RowCode, SectionId, Unit};
use pipeline::{self, Answer, Exit, Question};

/// Find figures by form, section, row, column, unit and period
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::FIGURES))]
pub struct Args {
    /// The form's id, such as 1-m
    #[arg(long)]
    form: Option<FormId>,
    /// The section, such as R1; may be repeated, as may all that follow
    #[arg(long)]
    section: Vec<SectionId>,
    /// The row's printed code
    #[arg(long)]
    row: Vec<RowCode>,
    /// The column's printed number
    #[arg(long)]
    column: Vec<ColumnCode>,
    /// 19 the republic, 1910 … 1979 the regions; without it, every unit
    #[arg(long)]
    unit: Vec<Unit>,
    /// all, 01, 03 …; without it, the figures of every agency together
    #[arg(long)]
    agency: Vec<Agency>,
    /// 2022-M12, 2022-Q4, 2022-S1, 2022-A1
    #[arg(long)]
    period: Vec<Period>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let question = Question {
        form: args.form,
        periods: args.period,
        sections: args.section,
        rows: args.row,
        columns: args.column,
        units: args.unit,
        agencies: args.agency,
    };
    let answers = pipeline::query(&context, &question).await?;
    match global.format {
        Format::Json => out::json(&answers)?,
        Format::Csv => out::data(&csv(&answers))?,
        Format::Xlsx => out::bytes(&pipeline::answers_as_workbook(&answers)?)?,
        _ => out::data(&table(&answers))?,
    }
    out::origin(global, context.origin);
    if answers.is_empty() {
        let how = context.call.command("status").asked("--period");
        out::say(global, &format!("no such figure among {} ones; {how} shows which forms came", context.origin));
    }
    Ok(Exit::Done)
}

fn cells(answer: &Answer) -> [String; 12] {
    [
        answer.form.to_string(),
        answer.period.to_string(),
        answer.unit.to_string(),
        answer.agency.to_string(),
        answer.section.to_string(),
        answer.row.to_string(),
        answer.column.to_string(),
        answer.value.map_or_else(String::new, |v| v.to_string()),
        answer.status.to_owned(),
        answer.edition.to_string(),
        answer.revision.to_string(),
        answer.label.clone(),
    ]
}

const HEADINGS: [&str; 12] =
    ["form", "period", "unit", "agency", "section", "row", "column", "value", "status", "edition", "revision", "label"];

fn table(answers: &[Answer]) -> String {
    let mut table = tables::Table::new(&HEADINGS);
    table.right(7);
    for answer in answers {
        table.row(cells(answer));
    }
    table.to_string()
}

fn csv(answers: &[Answer]) -> String {
    let mut text = format!("{}\r\n", HEADINGS.join(","));
    for answer in answers {
        let cells = cells(answer).map(|c| tables::csv_field(&c));
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}
