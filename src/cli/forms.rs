//! `zhinaq forms`: list the forms of the act.

use super::{context, exit::Ended, format_option, global::Global, language, tables};
use domain::{CollectionId, Periodicity};
use pipeline::{Exit, office_lists};

/// List the forms of the act: ids, terms, collections, sources
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Args {
    /// Use the files built into the program, without an office
    #[arg(long)]
    sample: bool,
    /// Every column, also on a terminal
    #[arg(long)]
    all: bool,
}

/// The columns that a terminal of 80 has room for: id, printed designation, periodicity, day, source, title.
const BRIEF: &[usize] = &[1, 2, 3, 4, 5, 10];

pub fn run(args: &Args, global: &Global) -> Ended {
    let office = context::office(global, args.sample)?;
    let headings =
        ["item", "form", "printed", "period", "day", "source", "use", "sections", "rules", "collections", "title"];
    let columns = (headings, &[0, 4, 7, 8][..], BRIEF);
    tables::print_brief((global, args.all), &office_lists::forms(&office), columns, |form| {
        [
            form.item.to_string(),
            form.form.to_string(),
            form.designation.ru.clone(),
            period(form.periodicity).to_owned(),
            form.day.to_string(),
            form.source.unwrap_or("-").to_owned(),
            form.origin.map_or_else(|| "-".into(), |origin| origin.to_string()),
            form.sections.to_string(),
            form.rules.to_string(),
            form.collections.iter().map(CollectionId::as_str).collect::<Vec<_>>().join(", "),
            tables::title(global.format, form.titles.of(language::code())),
        ]
    })?;
    Ok(Exit::Done)
}

/// A periodicity as a word.
pub const fn period(periodicity: Periodicity) -> &'static str {
    match periodicity {
        Periodicity::Month => "month",
        Periodicity::Quarter => "quarter",
        Periodicity::HalfYear => "half-year",
        Periodicity::Year => "year",
    }
}
