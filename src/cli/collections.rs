//! `zhinaq collections`: list the collections of the act.

use super::{context, exit::Ended, format_option, forms, global::Global, language, tables};
use domain::{FormId, LateForm};
use pipeline::{Exit, office_lists};

/// List the collections of the act: ids, terms, forms, copies
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Args {
    /// Use the files built into the program, without an office
    #[arg(long)]
    sample: bool,
}

pub fn run(args: &Args, global: &Global) -> Ended {
    let office = context::office(global, args.sample)?;
    let headings = ["collection", "clause", "period", "day", "late form", "organs", "copies", "forms", "title"];
    tables::print(global.format, &office_lists::collections(&office), (headings, &[3, 5, 6]), |collection| {
        [
            collection.collection.to_string(),
            collection.clause.clone(),
            forms::period(collection.periodicity).to_owned(),
            collection.day.to_string(),
            match collection.late_form {
                LateForm::Omit => "omit",
                LateForm::Previous => "previous",
                LateForm::Hold => "hold",
            }
            .to_owned(),
            collection.organs.to_string(),
            collection.copies.to_string(),
            collection.forms.iter().map(FormId::as_str).collect::<Vec<_>>().join(", "),
            tables::title(global.format, collection.titles.of(language::code())),
        ]
    })?;
    Ok(Exit::Done)
}
