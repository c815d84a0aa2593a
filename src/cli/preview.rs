//! `zhinaq preview`: draw the pages of a collection for a person to look at.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    option_values, out,
};
use domain::{CollectionId, FormId, Origin, Period};
use pipeline::{self, Exit, Named};

/// Draw the pages of a collection as it would be built now
///
/// Nothing is recorded or sent.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// The collection, such as crime
    #[arg(long)]
    collection: CollectionId,
    /// Only this table, by its number or id, such as 1.8: an HTML page, which is drawn at once
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// Dots per inch of the pictures
    #[arg(long, default_value_t = 80, value_parser = option_values::within(30..=300_u32))]
    dpi: u32,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    pipeline::known(
        &context.office,
        Named { collections: std::slice::from_ref(&args.collection), ..Named::default() },
    )?;
    let language = global.language.unwrap_or(context.office.settings.language);
    let preview =
        pipeline::preview(&context, args.period, &args.collection, args.table.as_deref(), language, args.dpi).await?;
    if global.format == Format::Json {
        out::json(&preview)?;
        return Ok(Exit::Done);
    }
    let mut text = format!("{}\n", preview.html.display());
    for page in &preview.pages {
        text.push_str(&format!("{}\n", page.display()));
    }
    out::data(&text)?;
    match preview.origin {
        Origin::Sample => out::origin(global, preview.origin),
        Origin::Real => out::say(global, out::whose(preview.origin)),
    }
    if let Some(why) = &preview.without_pages {
        out::say(global, why);
    }
    let next = |name| context.call.command(name).option("--period", args.period);
    if preview.without_figures {
        let (period, pull) = (args.period, next("pull"));
        out::warn(&format!(
            "no figures for this collection in `{period}`: every table is `[x]`; {pull} fetches the forms"
        ));
    } else if !preview.incomplete.is_empty() {
        let forms: Vec<&str> = preview.incomplete.iter().map(FormId::as_str).collect();
        let (forms, status) = (forms.join(", "), next("status"));
        out::warn(&format!("these forms have not come, or only in part: {forms}; {status} lists what is missing"));
    }
    Ok(Exit::Done)
}
