//! `zhinaq build`: write the collections of a period as workbooks.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::{CollectionId, FormId, Language, Period};
use formats::OtherFormat;
use pipeline::{self, BuildReport, BuildWishes, Exit};

/// Write the collections of a period as workbooks
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    /// Also write the books in these formats, next to the masters, instead of those in zhinaq.toml: csv, json-stat,
    /// sdmx-csv, px, parquet, datapackage, pdf
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    formats: Vec<OtherFormat>,
    /// Also write the books in these languages, such as kk,en: to read, also after the copies were sent. No copy is made
    /// from them
    #[arg(long = "in", value_delimiter = ',', value_name = "LANGUAGES")]
    languages: Vec<Language>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let wishes = BuildWishes { formats: args.formats, languages: args.languages };
    let report = pipeline::build_as(&context, args.period, &args.collection, &wishes).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&table(&report))?;
        out::origin(global, context.origin);
        let beside = report.collections.iter().map(|b| b.beside.len()).sum::<usize>();
        if beside > 0 {
            out::say(
                global,
                &format!(
                    "{} written beside the masters: other formats, and the list of findings",
                    domain::counted(beside, "file")
                ),
            );
        }
    }
    let mut unmade: Vec<&String> = report.collections.iter().flat_map(|b| &b.unmade).collect();
    unmade.sort();
    unmade.dedup();
    for why in &unmade {
        out::complain(why);
    }
    Ok(if unmade.is_empty() { Exit::Done } else { Exit::Usage })
}

fn table(report: &BuildReport) -> String {
    let mut table = Table::new(&["collection", "period", "revision", "content", "state", "file"]);
    for built in &report.collections {
        let mut state = Vec::new();
        if built.draft {
            state.push("DRAFT: error findings".to_owned());
        }
        if !built.incomplete.is_empty() {
            let forms: Vec<&str> = built.incomplete.iter().map(FormId::as_str).collect();
            state.push(format!("incomplete: {}", forms.join(", ")));
        }
        if state.is_empty() {
            state.push("complete".into());
        }
        if let Some(changed) = &built.changed {
            state.push(changed.clone());
        }
        for file in &built.files {
            table.row([
                built.issue.collection.to_string(),
                built.issue.period.to_string(),
                built.issue.revision.to_string(),
                built.content_id.short(),
                state.join("; "),
                file.clone(),
            ]);
        }
    }
    table.to_string()
}
