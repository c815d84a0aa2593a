//! `zhinaq journal verify` and `archive`: check that no entry of the journal was changed; write the entries of a year.

use std::path::PathBuf;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    option_values, out,
};
use domain::JournalHead;
use pipeline::{self, Exit, JournalArchive};

/// Check that no entry of the journal was changed, removed or inserted
///
/// Each entry has a hash over itself and over all entries before it. The first entry that does not fit is printed, and the
/// exit code is 3. Who computes all hashes anew is found with --head: packs, the mails of calm days and `status --format json`
/// contain the head of the journal at their time.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Verify {
    /// A head that was noted before: the number of the entry, a colon, the hash; may be repeated
    #[arg(long, value_name = "ENTRY:HASH")]
    head: Vec<JournalHead>,
    #[command(flatten)]
    context: ContextArgs,
}

/// Write the entries of a year that is over into a file, with their hashes
///
/// The file is for keeping beside the ledger: nothing is taken out of the journal. It contains all entries from the first to the
/// last one of the year, one line of JSON each, and can be checked without the ledger. A journal that is not whole is not written.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Archive {
    /// The year, in the office's zone
    #[arg(long, value_parser = option_values::year)]
    year: i32,
    /// The new file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn archive(args: Archive, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let archive = pipeline::archive_journal(&context, args.year, &args.out).await?;
    if global.format == Format::Json {
        out::json(&archive)?;
    } else {
        let JournalArchive { entries, first, last, sha256, .. } = &archive;
        let entries = domain::counted(*entries, "entry");
        out::data(&format!("`{}`: {entries}, {first} to {last}\nsha256: {sha256}\n", args.out.display()))?;
    }
    Ok(Exit::Done)
}

pub async fn run(args: Verify, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let proof = pipeline::verify_journal(&context, &args.head).await?;
    if global.format == Format::Json {
        out::json(&proof)?;
    } else {
        let fits = domain::counted(proof.entries, "entry");
        let mut text = match &proof.broken {
            None => format!("the journal is whole: {fits}\n"),
            Some(broken) => format!("{}\n", broken.why),
        };
        if proof.older > 0 && proof.is_whole {
            text += &format!("entries 1 to {} are older than the hashes, and have one hash together\n", proof.older);
        }
        text += &format!("head: {}\n", proof.head);
        out::data(&text)?;
    }
    Ok(if proof.is_whole { Exit::Done } else { Exit::HeldBack })
}
