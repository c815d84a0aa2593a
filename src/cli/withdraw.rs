//! `zhinaq withdraw` and `zhinaq reopen`: take back the decision of a person.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    option_values, out,
    tables::Table,
    zone,
};
use config::Office;
use domain::{CollectionId, Period};
use pipeline::{self, ActKind, Exit, Failure, Named, PastAct, WithdrawScope};

/// Withdraw a decision; without a choice, list those in force
///
/// The roles that may take a decision may withdraw it, with a reason; the journal keeps both. What organs have received cannot
/// be withdrawn.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("which").args(["act", "accept", "reject", "correct", "override", "approve"])))]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The act with this number, as the list prints it
    #[arg(long, value_name = "NUMBER", value_parser = option_values::within(1..=999_999_999_i64))]
    act: Option<i64>,
    /// The acceptance of this document, by file name or hash
    #[arg(long, value_name = "HASH-OR-NAME")]
    accept: Option<String>,
    /// The rejection of this document, by file name or hash
    #[arg(long, value_name = "HASH-OR-NAME")]
    reject: Option<String>,
    /// The correction of a figure of this form
    #[arg(long, value_name = "FORM")]
    correct: Option<String>,
    /// The override of this rule
    #[arg(long, value_name = "RULE")]
    r#override: Option<String>,
    /// The approval of this collection
    #[arg(long, value_name = "COLLECTION")]
    approve: Option<String>,
    /// Only acts about this collection
    #[arg(long)]
    collection: Option<CollectionId>,
    /// Only acts about this period
    #[arg(long)]
    period: Option<Period>,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
}

/// Reopen a closed period
///
/// An operator does this, and gives a reason.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Reopen {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let named = [
        (ActKind::Accept, &args.accept),
        (ActKind::Reject, &args.reject),
        (ActKind::Correct, &args.correct),
        (ActKind::Override, &args.r#override),
        (ActKind::Approve, &args.approve),
    ];
    let chosen = named.into_iter().find_map(|(kind, of)| of.clone().map(|of| (kind, of)));
    let is_chosen = args.act.is_some() || chosen.is_some();
    let scope = WithdrawScope {
        act: args.act,
        kind: chosen.as_ref().map(|(kind, _)| *kind),
        of: chosen.map(|(_, of)| of),
        collection: args.collection,
        period: args.period,
    };
    if !is_chosen {
        let context = context::open_to_read(global, &args.context).await?;
        let acts = pipeline::acts_in_force(&context, &scope).await?;
        return list(
            &acts,
            (global, &context.office),
            &context.call.command("withdraw").asked("--act").asked("--reason").line(),
        );
    }
    let Some(reason) = &args.reason else {
        return Err(Failure::usage("the reason is missing; write it with --reason"));
    };
    let context = context::open(global, &args.context).await?;
    pipeline::known(&context.office, Named { collections: scope.collection.as_slice(), ..Named::default() })?;
    let act = pipeline::withdraw(&context, &scope, reason).await?;
    if global.format == Format::Json {
        out::json(&act)?;
    } else {
        out::data(&format!("withdrawn: {}\n", act.what))?;
    }
    Ok(Exit::Done)
}

pub async fn reopen(args: Reopen, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let act = pipeline::reopen(&context, args.period, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&act)?;
    } else {
        out::data(&format!("{} is open again\n", act.period.unwrap_or(args.period)))?;
    }
    Ok(Exit::Done)
}

fn list(acts: &[PastAct], (global, office): (&Global, &Office), how: &str) -> Ended {
    if global.format == Format::Json {
        out::json(&acts)?;
        return Ok(Exit::Done);
    }
    if acts.is_empty() {
        out::data("no decision can be withdrawn\n")?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&["act", zone::heading("when", office).as_str(), "who", "command", "what", "why"]);
    table.right(0);
    for act in acts {
        table.row([
            act.act.to_string(),
            zone::local(act.at, office),
            act.by.to_string(),
            act.kind.word().to_owned(),
            act.what.clone(),
            act.reason.clone(),
        ]);
    }
    out::data(&format!("{table}\n{how}\n"))?;
    Ok(Exit::Done)
}
