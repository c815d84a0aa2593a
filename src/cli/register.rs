//! `zhinaq register`: list every numbered copy, or print the distribution list.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::{Table, csv_field},
    zone,
};
use config::Office;
use domain::{CollectionId, EmailAddress, ParcelState, Period, RefusedAddress};
use pipeline::{self, Exit, Named, RegisterRow};

/// List the numbered copies, or print the distribution list (xlsx)
///
/// One row a copy; with --format xlsx the distribution list (реестр рассылки) for printing. The workbook is written to the
/// standard output: `zhinaq register --period 2025-Q2 --format xlsx > list.xlsx`.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::FIGURES))]
pub struct Args {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Only this collection; may be repeated
    #[arg(long)]
    collection: Vec<CollectionId>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    pipeline::known(&context.office, Named { collections: &args.collection, ..Named::default() })?;
    let rows = pipeline::register_rows(&context, args.period, &args.collection).await?;
    match global.format {
        Format::Json => out::json(&rows)?,
        Format::Csv => out::data(&csv(&rows))?,
        Format::Xlsx => out::bytes(&pipeline::distribution_list(&context, args.period, &rows)?)?,
        _ => out::data(&table(&rows, &context.office))?,
    }
    out::origin(global, context.origin);
    if rows.is_empty() {
        out::say(
            global,
            &format!(
                "no copy is numbered yet; {} numbers the copies",
                context.call.command("run").option("--period", args.period)
            ),
        );
    }
    Ok(Exit::Done)
}

fn table(rows: &[RegisterRow], office: &Office) -> String {
    let handed_over = zone::heading("handed over", office);
    let mut table = Table::new(&["issue", "organ", "copy", "state", "way", handed_over.as_str(), "sha-256"]);
    for row in rows {
        table.row([
            row.parcel.issue.to_string(),
            row.organ.to_string(),
            format!("{} of {}", row.copy, row.of),
            state(row),
            row.channel.map_or_else(String::new, |c| c.to_string()),
            row.handed_at.map_or_else(String::new, |at| zone::local(at, office)),
            row.sha256.short(),
        ]);
    }
    let handed = rows.iter().filter(|r| r.state.is_handed()).count();
    let withdrawn = rows.iter().filter(|r| r.state == ParcelState::Withdrawn).count();
    let withdrawn = if withdrawn > 0 { format!(", {withdrawn} withdrawn") } else { String::new() };
    format!("{table}\n{} numbered, {handed} handed over{withdrawn}\n", domain::counted(rows.len(), "copy"))
}

fn state(row: &RegisterRow) -> String {
    let what = if row.is_rest() { "other addresses" } else { "again" };
    let again = row.again.map_or_else(String::new, |again| format!(", {what}: {again}"));
    let sendings = row.sendings.last().map_or(1, |last| last.number);
    let again = if again.is_empty() && sendings > 1 { format!(", sending {sendings}") } else { again };
    let to = row.readdressed_to.as_ref().map_or_else(String::new, |to| format!(" for {to}"));
    format!("{}{again}{to}", row.state)
}

fn csv(rows: &[RegisterRow]) -> String {
    let mut text = String::from(
        "parcel,collection,period,revision,supplement,content_id,organ,organ_title,language,copy,of,file,sha256,state,\
         channel,message_id,attempts,handed_at,words,sealed_file,sealed_sha256,again,readdressed_to,\
         sending,taken_by,refused\r\n",
    );
    for row in rows {
        let last = row.sendings.last();
        let fields = [
            row.parcel.to_string(),
            row.collection.to_string(),
            row.period.to_string(),
            row.revision.to_string(),
            row.supplement.to_string(),
            row.content_id.map_or_else(String::new, |id| id.to_string()),
            row.organ.to_string(),
            row.organ_title.clone(),
            row.language.to_string(),
            row.copy.to_string(),
            row.of.to_string(),
            row.file.clone(),
            row.sha256.to_string(),
            row.state.to_string(),
            row.channel.map_or_else(String::new, |c| c.to_string()),
            row.message_id.clone().unwrap_or_default(),
            row.attempts.to_string(),
            row.handed_at.map_or_else(String::new, |at| at.to_rfc3339()),
            row.words.clone(),
            row.sealed.as_ref().map_or_else(String::new, |s| s.file.clone()),
            row.sealed.as_ref().map_or_else(String::new, |s| s.sha256.to_string()),
            row.again.map_or_else(String::new, |again| again.to_string()),
            row.readdressed_to.as_ref().map_or_else(String::new, ToString::to_string),
            row.sendings.len().to_string(),
            last.map_or_else(String::new, |last| addresses(&last.taken_by)),
            last.map_or_else(String::new, |last| refused(&last.refused)),
        ];
        text.push_str(&fields.map(|field| csv_field(&field)).join(","));
        text.push_str("\r\n");
    }
    text
}

fn addresses(list: &[EmailAddress]) -> String {
    list.iter().map(domain::EmailAddress::as_str).collect::<Vec<_>>().join(" ")
}

fn refused(list: &[RefusedAddress]) -> String {
    list.iter().map(RefusedAddress::told).collect::<Vec<_>>().join("; ")
}
