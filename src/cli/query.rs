//! `zhinaq query`: find figures.
//!
//! JSON and CSV are printed figure by figure, so any question fits into memory.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, tables,
};
use domain::{Agency, ColumnCode, FormId, Period, RowCode, SectionId, Unit};
use pipeline::{self, Answer, Context, Exit, Failure, MOST_IN_WORKBOOK, Question};

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
    /// Codes of schedules/regions.toml: all, 01, 03 …; without it, the figures of every agency together
    #[arg(long)]
    agency: Vec<Agency>,
    /// 2022-M12, 2022-Q4, 2022-S1, 2022-A1
    #[arg(long)]
    period: Vec<Period>,
    #[command(flatten)]
    context: ContextArgs,
}

/// The most figures of a table. A table is laid out as a whole, and nobody reads more on a screen.
const MOST_IN_TABLE: usize = 1_000;

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
    let count = match global.format {
        Format::Json => as_json(&context, &question).await?,
        Format::Csv => as_csv(&context, &question).await?,
        Format::Xlsx => as_workbook(&context, &question).await?,
        _ => as_table(&context, &question, global).await?,
    };
    out::origin(global, context.origin);
    if count == 0 {
        let how = context.call.command("status");
        let how = match question.periods[..] {
            [period] => how.option("--period", period),
            _ => how.flag("--all"),
        };
        out::say(global, &format!("no such figure among {} ones; {how} shows which forms came", context.origin));
    }
    Ok(Exit::Done)
}

/// Prints the figures as an array, one object after the other.
async fn as_json(context: &Context, question: &Question) -> Result<usize, Failure> {
    let mut stream = out::Stream::begin();
    let mut before = "[\n";
    let count = pipeline::query_each(context, question, |answer| {
        let object = serde_json::to_string_pretty(&answer);
        let object = object.map_err(|error| Failure::ours("the answer has no JSON", error))?;
        let piece = format!("{before}  {}", object.replace('\n', "\n  "));
        before = ",\n";
        stream.write(&piece)
    })
    .await;
    // What was begun ends as a whole array, whatever failed.
    match (before == "[\n", &count) {
        (false, _) => drop(stream.write("\n]\n")?),
        (true, Ok(_)) => drop(stream.write("[]\n")?),
        (true, Err(_)) => {}
    }
    stream.end()?;
    count
}

async fn as_csv(context: &Context, question: &Question) -> Result<usize, Failure> {
    let mut stream = out::Stream::begin();
    let mut heading = Some(tables::csv_record(HEADINGS));
    let count = pipeline::query_each(context, question, |answer| {
        stream.write(&(heading.take().unwrap_or_default() + &tables::csv_record(cells(&answer))))
    })
    .await;
    if let (Ok(_), Some(heading)) = (&count, heading) {
        stream.write(&heading)?;
    }
    stream.end()?;
    count
}

async fn as_workbook(context: &Context, question: &Question) -> Result<usize, Failure> {
    let mut answers = Vec::new();
    pipeline::query_each(context, question, |answer| {
        answers.push(answer);
        Ok(answers.len() <= MOST_IN_WORKBOOK)
    })
    .await?;
    if answers.len() > MOST_IN_WORKBOOK {
        return Err(Failure::usage(format!(
            "a workbook takes {MOST_IN_WORKBOOK} figures, and these are more; ask for fewer, or for --format csv"
        )));
    }
    out::bytes(&pipeline::answers_as_workbook(&answers)?)?;
    Ok(answers.len())
}

async fn as_table(context: &Context, question: &Question, global: &Global) -> Result<usize, Failure> {
    let mut table = tables::Table::new(&HEADINGS);
    table.right(7);
    let mut count = 0;
    pipeline::query_each(context, question, |answer| {
        count += 1;
        if count <= MOST_IN_TABLE {
            table.row(cells(&answer));
        }
        Ok(count <= MOST_IN_TABLE)
    })
    .await?;
    out::data(&table.to_string())?;
    if count > MOST_IN_TABLE {
        out::say(
            global,
            &format!(
                "the first {MOST_IN_TABLE} figures; ask for fewer with --section, --row, --column or --unit, or for all with --format csv"
            ),
        );
    }
    Ok(count)
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
