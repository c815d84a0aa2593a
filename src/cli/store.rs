//! `zhinaq store`: the store of artifacts on S3.

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use pipeline::{self, Exit};

/// The store of artifacts
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Check(Check),
    Verify(Verify),
}

/// Prove that the store keeps a name for whoever created it first
///
/// Several rivals create one object at the same time, and one more later; then the object is removed. Exit code 1 if more
/// than one of them was told that it created the object.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Check {
    #[command(flatten)]
    context: ContextArgs,
}

/// Compare each artifact in the store with the hash in the ledger
///
/// Snapshots, masters and numbered copies are read from the store, never from the cache. Exit code 1 if one is lost or
/// altered.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Verify {
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(command: Command, global: &Global) -> Ended {
    match command {
        Command::Check(args) => check(args, global).await,
        Command::Verify(args) => verify(args, global).await,
    }
}

async fn check(args: Check, global: &Global) -> Ended {
    let context = context::open_to_look(global, &args.context).await?;
    let proof = pipeline::store_check(&context)?;
    if global.format == Format::Json {
        out::json(&proof)?;
    } else {
        let line = if proof.good {
            format!("`{}` refuses a second create\n", proof.store)
        } else {
            format!("`{}` let {} create one object\n", proof.store, domain::counted(proof.winners, "rival"))
        };
        out::data(&line)?;
    }
    Ok(if proof.good { Exit::Done } else { Exit::Usage })
}

async fn verify(args: Verify, global: &Global) -> Ended {
    let context = context::open_to_look(global, &args.context).await?;
    let verified = pipeline::store_verify(&context).await?;
    if global.format == Format::Json {
        out::json(&verified)?;
    } else {
        let lines = verified.troubles.iter().map(|trouble| format!("{}: {}\n", trouble.what, trouble.why));
        out::data(&lines.collect::<String>())?;
    }
    let (proved, wrong) = (domain::counted(verified.proved, "artifact"), verified.troubles.len());
    out::say(global, &format!("{proved} proved, {wrong} lost or altered"));
    Ok(if wrong == 0 { Exit::Done } else { Exit::Usage })
}
