//! `zhinaq place`: put the public figures of a period on the site, approve a placement, take one back.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::{FormId, Period, counted};
use pipeline::{self, Exit, HeldPlacement, Named, PlaceReport, PlaceWishes};

/// How many columns without a key are listed.
const NAMED: usize = 8;

/// Place the public figures of a period on the site
///
/// What is public is what templates/site/site.toml says; as shipped it says nothing. Forms that are held or have not come
/// are left as they were. The site is written as a whole and switched to in one step. Of the sample office all figures are
/// placed, marked SAMPLE DATA.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
#[command(
    after_help = "Exit codes: 0 placed · 3 a check, a document or a lacking approval holds a form · 4 a form has not come"
)]
pub struct Args {
    /// The period, such as 2025-M06 or 2025-Q2
    #[arg(long, required_unless_present = "due")]
    period: Option<Period>,
    /// Place what is due now in all periods, from the hour of site.toml on; for cron
    #[arg(long, conflicts_with_all = ["period", "form", "reason", "approve", "withdraw", "open_data", "confirm"])]
    due: bool,
    /// Only this form; may be repeated
    #[arg(long, value_name = "FORM")]
    form: Vec<FormId>,
    /// Build and check the site, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Obey site.toml in the sample office too
    #[arg(long, requires = "sample")]
    as_decided: bool,
    /// Write the data sets for the open-data portal instead, of forms that are on the site
    #[arg(long, conflicts_with_all = ["dry_run", "approve", "withdraw", "reason"])]
    open_data: bool,
    /// Confirm that this data set was uploaded: read it back and compare it with what was written
    #[arg(long, value_name = "DATASET", requires_all = ["address", "evidence"], conflicts_with_all = ["form", "dry_run", "as_decided", "approve", "withdraw", "reason", "open_data"])]
    confirm: Option<String>,
    /// With --confirm: the address of the portal, such as `https://data.egov.kz`
    #[arg(long, value_name = "URL", requires = "confirm")]
    address: Option<String>,
    /// With --confirm: how you know that it was uploaded
    #[arg(long, value_name = "TEXT", requires = "confirm")]
    evidence: Option<String>,
    /// Approve the public figures of this form, as a second person
    #[arg(long, value_name = "FORM", requires = "reason", conflicts_with_all = ["form", "dry_run", "withdraw", "as_decided"])]
    approve: Option<FormId>,
    /// Take this form back: its figures leave the site, its address stays and says so
    #[arg(long, value_name = "FORM", requires = "reason", conflicts_with_all = ["form", "dry_run", "as_decided"])]
    withdraw: Option<FormId>,
    /// With --approve: the hash of the figures as you saw it (at least twelve digits); other figures are refused
    #[arg(long, requires = "approve")]
    hash: Option<String>,
    /// Why figures changed, are approved or are taken back; of changed and taken back figures the site shows it
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let forms: Vec<FormId> = args.form.iter().chain(&args.approve).chain(&args.withdraw).cloned().collect();
    pipeline::known(&context.office, Named { forms: &forms, ..Named::default() })?;
    let reason = args.reason.as_deref().unwrap_or_default();
    let Some(period) = args.period else { return due(&context, &args, global).await };
    if let Some(form) = &args.approve {
        let approval = pipeline::approve_placement(&context, form, period, args.hash.as_deref(), reason).await?;
        if global.format == Format::Json {
            out::json(&serde_json::json!({ "approved": approval }))?;
        } else {
            let (form, period, revision) = (&approval.form, approval.period, approval.revision);
            out::data(&format!("form `{form}` for `{period}`: r{revision} approved, content {}\n", approval.content))?;
        }
        let place = context.call.command("place").option("--period", period).option("--form", form);
        out::say(global, &format!("place it with {place}"));
        return Ok(Exit::Done);
    }
    if let Some(form) = &args.withdraw {
        let withdrawn = pipeline::withdraw_placement(&context, form, period, reason).await?;
        if global.format == Format::Json {
            out::json(&serde_json::json!({ "withdrawn": withdrawn }))?;
        } else {
            let (form, period) = (&withdrawn.form, withdrawn.period);
            let revisions = counted(withdrawn.revisions, "revision");
            out::data(&format!("form `{form}` for `{period}` taken back, {revisions}\n"))?;
        }
        let build = context.call.command("site build");
        out::say(global, &format!("its figures leave the site with {build}"));
        return Ok(Exit::Done);
    }
    if let Some(dataset) = &args.confirm {
        let (address, evidence) = (args.address.as_deref().unwrap_or_default(), args.evidence.as_deref());
        let evidence = evidence.unwrap_or_default();
        let confirmed = pipeline::confirm(&context, period, dataset, address, evidence).await?;
        if global.format == Format::Json {
            out::json(&serde_json::json!({ "confirmed": confirmed }))?;
        } else {
            let records = counted(confirmed.records, "record");
            out::data(&format!("data set `{dataset}` lies at `{address}` as it was written: {records}\n"))?;
        }
        return Ok(Exit::Done);
    }
    if args.open_data {
        return open_data(&context, &args, period, global).await;
    }
    let wishes = PlaceWishes {
        forms: args.form,
        dry_run: args.dry_run,
        as_decided: args.as_decided,
        reason: args.reason.filter(|reason| !reason.trim().is_empty()),
    };
    let report = pipeline::place(&context, period, &wishes).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&table(&report))?;
    }
    if let Some(why) = &report.unseen {
        out::warn(why);
    }
    out::origin(global, context.origin);
    Ok(report.exit)
}

/// Places what is due now, period by period.
async fn due(context: &pipeline::Context, args: &Args, global: &Global) -> Ended {
    let (mut reports, mut exit) = (Vec::new(), Exit::Done);
    for (period, forms) in pipeline::placements_due(context, args.as_decided) {
        let wishes = PlaceWishes { forms, dry_run: args.dry_run, as_decided: args.as_decided, reason: None };
        let report = pipeline::place(context, period, &wishes).await?;
        exit = exit.or(report.exit);
        reports.push(report);
    }
    if global.format == Format::Json {
        out::json(&serde_json::json!({ "due": reports }))?;
    } else {
        for report in &reports {
            out::data(&format!("{}\n{}", report.period, table(report)))?;
        }
    }
    for why in reports.iter().filter_map(|report| report.unseen.as_ref()) {
        out::warn(why);
    }
    out::origin(global, context.origin);
    Ok(exit)
}

async fn open_data(context: &pipeline::Context, args: &Args, period: Period, global: &Global) -> Ended {
    let report = pipeline::open_data(context, period, &args.form, args.as_decided).await?;
    if global.format == Format::Json {
        out::json(&serde_json::json!({ "open_data": report }))?;
    } else {
        let mut text = String::new();
        for set in &report.written {
            let (files, records) = (counted(set.files, "file"), counted(set.records, "record"));
            text.push_str(&format!("{}: {files}, {records}, {}\n", set.dataset, set.folder));
        }
        out::data(&text)?;
        for set in &report.lacking {
            let columns = counted(set.columns.len(), "column");
            let named = set.columns.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            let more = if set.columns.len() > NAMED { " …" } else { "" };
            out::warn(&format!(
                "data set `{}` was not written: {columns} of form `{}` without a key ({named}{more}); a statistician writes `key` in templates/forms",
                set.dataset, set.form
            ));
        }
        for refused in &report.refused {
            out::warn(&format!("form `{}` for `{}`: {}", refused.form, refused.period, refused.why));
        }
    }
    out::origin(global, context.origin);
    Ok(report.exit)
}

/// One line for each form that is new or was not placed, then the totals.
fn table(report: &PlaceReport) -> String {
    let mut table = Table::new(&["form", "period", "state", "remark"]);
    let mut lines = 0;
    for new in &report.placed {
        let content = new.content.short();
        table.row([new.form.to_string(), new.period.to_string(), format!("r{}", new.revision), content]);
        lines += 1;
    }
    let mut other = |list: &[HeldPlacement], state: &str| {
        for HeldPlacement { form, period, why } in list {
            table.row([form.to_string(), period.to_string(), state.to_owned(), why.clone()]);
            lines += 1;
        }
    };
    other(&report.held, "held");
    other(&report.late, "missing");
    let table = if lines > 0 { format!("{table}\n") } else { String::new() };
    let placed = if report.switched { "placed" } else { "would be placed" };
    format!(
        "{table}{placed}: {}; unchanged {}, held {}, missing {}, withheld {}\nsite {}: {}, {} bytes, {} changed\n",
        counted(report.placed.len(), "form"),
        report.unchanged,
        report.held.len(),
        report.late.len(),
        report.withheld.len(),
        report.site.short(),
        counted(report.files, "file"),
        report.bytes,
        counted(report.pages_changed, "page"),
    )
}
