//! `zhinaq organs`: list the state organs that receive copies.

use super::{context, exit::Ended, format_option, global::Global, language, tables};
use clock::Clock;
use pipeline::{Exit, office_lists};

/// List the organs that receive copies, with their addresses
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

/// The columns that a terminal of 80 has room for: id, language, copies, addresses, title.
const BRIEF: &[usize] = &[1, 2, 3, 4, 9];

pub fn run(args: &Args, global: &Global) -> Ended {
    let office = context::office(global, args.sample)?;
    let organs = office_lists::organs(&office, Clock::System.today(office.zone));
    let headings =
        ["column", "organ", "language", "copies", "addresses", "encrypted", "from", "until", "successor", "title"];
    let columns = (headings, &[0, 3, 4][..], BRIEF);
    tables::print_brief((global, args.all), &organs, columns, |organ| {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        let copies = if organ.illegible > 0 { format!("{} and ?", organ.copies) } else { organ.copies.to_string() };
        [
            or_dash(organ.column.map(|column| column.to_string())),
            organ.organ.to_string(),
            organ.language.to_string(),
            copies,
            organ.addresses.to_string(),
            if organ.encrypted { "yes" } else { "no" }.to_owned(),
            or_dash(organ.valid_from.map(|day| day.to_string())),
            or_dash(organ.valid_until.map(|day| day.to_string())),
            or_dash(organ.successor.as_ref().map(ToString::to_string)),
            tables::title(global.format, organ.titles.of(language::code())),
        ]
    })?;
    Ok(Exit::Done)
}
