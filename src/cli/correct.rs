//! `zhinaq correct`: replace a wrong figure of a document by the right one.

use super::{
    consent::{self, Yes},
    context::{self, ContextArgs},
    exit::Ended,
    follow_up, format_option,
    global::{Format, Global},
    out,
};
use domain::{Agency, ColumnCode, Doubt, FormId, Number, NumberError, Period, Place, RowCode, SectionId, Unit, spell};
use pipeline::{self, CorrectedCell, Exit, Named};

/// Correct a figure
///
/// A statistician does this, and gives a reason. The document stays as it came.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The form, such as cis-1
    #[arg(long)]
    form: FormId,
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// The unit: 19 is the republic
    #[arg(long, default_value = "19")]
    unit: Unit,
    /// The agency, a code of schedules/regions.toml: all, 01, 03 …
    #[arg(long, default_value = "all")]
    agency: Agency,
    /// Section, row and column as `zhinaq query` prints them
    #[arg(long)]
    section: SectionId,
    #[arg(long)]
    row: RowCode,
    #[arg(long)]
    column: ColumnCode,
    /// The figure now; `blank` for an empty cell
    #[arg(long, value_parser = figure, allow_hyphen_values = true)]
    old: Written,
    /// The correct figure; `blank` for an empty cell. Whole where the form counts; sums of money with up to three decimals
    #[arg(long, value_parser = figure, allow_hyphen_values = true)]
    new: Written,
    /// Why; recorded in the journal and printed on the quality page
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

/// A figure as a person writes it; `None` is a blank cell.
#[derive(Debug, Clone, Copy)]
struct Written(Option<Number>);

/// Parses a figure. It is not known yet whether the column counts or measures money, so a text that can mean a whole
/// number in two ways is refused: `12.000` can be 12 or 12000.
fn figure(text: &str) -> Result<Written, String> {
    if text.trim().eq_ignore_ascii_case("blank") {
        return Ok(Written(None));
    }
    let number: Number = text.parse().map_err(|error: NumberError| error.to_string())?;
    match spell(text, None) {
        Err(doubt @ Doubt::TwoReadings { .. }) if number.is_whole() => {
            Err(format!("`{text}` {doubt}; write it without a point or comma"))
        }
        _ => Ok(Written(Some(number))),
    }
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    pipeline::known(
        &context.office,
        Named {
            forms: std::slice::from_ref(&args.form),
            units: std::slice::from_ref(&args.unit),
            agencies: std::slice::from_ref(&args.agency),
            ..Named::default()
        },
    )?;
    consent::in_closed(&context, args.period, args.yes, Some(&args.reason)).await?;
    let cell = CorrectedCell {
        form: args.form,
        period: args.period,
        unit: args.unit,
        agency: args.agency,
        place: Place { section: args.section, row: args.row, column: args.column },
        old: args.old.0,
        new: args.new.0,
    };
    let report = pipeline::correct(&context, &cell, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let said = |number: Option<Number>| number.map_or_else(|| "blank".to_owned(), |n| n.to_string());
        out::data(&format!(
            "{}: revision {}, from document {}\n{}: {} → {}\n",
            report.key,
            report.revision,
            report.snapshot.short(),
            report.label,
            said(report.old),
            said(report.new)
        ))?;
    }
    follow_up::say(&context, global, &cell.form, cell.period).await?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_meant_for_thousands_is_not_corrected_to() {
        let read = |text: &str| figure(text).map(|written| written.0.map(|number| number.to_string()));
        assert_eq!(
            read("12.000").unwrap_err(),
            "`12.000` can be read as 12000 or as 12; write it without a point or comma"
        );
        assert_eq!(read("18453,949"), Ok(Some("18453.949".to_owned())));
        assert_eq!(read("4 731"), Ok(Some("4731".to_owned())));
        assert_eq!(read("blank"), Ok(None));
        assert!(read("1,234,567").is_err());
    }
}
