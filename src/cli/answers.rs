//! `zhinaq answers`: list what the sources answered, and when.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    table::shortened,
    tables::Table,
    zone,
};
use domain::{FormId, Period};
use pipeline::{self, Exit, Named};

/// List what the sources answered, and when
///
/// The list shows who caused a delay.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this form; may be repeated
    #[arg(long)]
    form: Vec<FormId>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    pipeline::known(&context.office, Named { forms: &args.form, ..Named::default() })?;
    let lines = pipeline::answers(&context, args.period, &args.form).await?;
    if global.format == Format::Json {
        out::json(&lines)?;
        return Ok(Exit::Done);
    }
    let mut table =
        Table::new(&[zone::heading("when", &context.office).as_str(), "form", "period", "what", "documents", "words"]);
    table.right(4);
    for line in lines {
        table.row([
            zone::to_the_second(line.at, &context.office),
            line.form.to_string(),
            line.period.to_string(),
            line.what.to_owned(),
            if line.documents > 0 { line.documents.to_string() } else { String::new() },
            shortened(&line.words, 100),
        ]);
    }
    out::data(&table.to_string())?;
    Ok(Exit::Done)
}
