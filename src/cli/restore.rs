//! `zhinaq restore`: check a backup, and bring it back.

use std::path::PathBuf;

use super::{
    consent::Yes,
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, zone,
};
use config::Office;
use domain::Origin;
use pipeline::{self, Failure, RestoreReport, WitnessComparison, hint};

/// Check a backup and bring it back
///
/// An operator does this, while no run and no scheduler works here. Every file of the backup must have the hash of its
/// manifest. What is there already is replaced only with --yes, and stays beside under another name. In a folder without an
/// office the office's files are brought back too. Then the ledger is compared with the witnesses: if copies were handed over
/// after the backup, nothing is sent before `zhinaq reconcile`. The same holds where the journal of sendings is missing, is a
/// copy, or belongs to another ledger: then nothing here shows what was handed over after the backup.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The folder that `zhinaq backup` made
    folder: PathBuf,
    /// Check the backup and show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(mut args: Args, global: &Global) -> Ended {
    let backup = pipeline::checked_backup(&args.folder).await?;
    args.context.sample |= backup.manifest.origin == Origin::Sample;
    let makes_office = !config::is_office(&global.home) && backup.has_office();
    let home = global.home.display();
    if makes_office && !args.dry_run {
        std::fs::create_dir_all(&global.home)
            .map_err(|error| Failure::usage(format!("`{home}` cannot be made: {error}")))?;
        backup.make_office(&global.home)?;
        out::say(global, &format!("the office's files are back in `{home}`"));
    } else if makes_office {
        // Before anything that may be refused: whether the backup is whole is the first question.
        if global.format != Format::Json {
            let files = domain::counted(backup.manifest.files.len(), "file");
            out::data(&format!("the backup is whole: {files}, ledger up to fact {}\n", backup.manifest.last_fact))?;
        }
        out::say(global, &format!("the office's files would be written into `{home}`"));
    }
    let coming = (makes_office && args.dry_run).then_some(&backup);
    let (office, options) = context::to_restore(global, &args.context, coming)?;
    let call = options.call.clone();
    let home = office.clone();
    let report = Box::pin(pipeline::restore(office, options, &backup, (args.yes.yes, args.dry_run))).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&text(&report, &home))?;
    }
    if !report.other_settings.is_empty() {
        let named = report.other_settings.iter().take(3).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
        let files = domain::counted(report.other_settings.len(), "file");
        out::warn(&format!("{files} of the office differ from the backup and stay as they are: {named}"));
    }
    let how = call.command("reconcile");
    let comparison = report.comparison.as_ref();
    if let Some(told) = comparison.and_then(WitnessComparison::told) {
        out::warn(&format!("{told}; nothing is sent until you run {how}"));
    } else if let Some(unseen) = report.unseen {
        let now = unseen.now();
        out::warn(&format!(
            "{now}; put the last one back first, or nothing is sent after the restore until you run {how}"
        ));
    }
    // The missing parcels are told first; that more may be missing is another matter.
    if let Some(doubt) = comparison.filter(|comparison| comparison.differs()).and_then(|c| c.doubt.as_ref()) {
        out::warn(&doubt.words);
    }
    Ok(report.exit())
}

fn text(report: &RestoreReport, office: &Office) -> String {
    let made = zone::named(report.made, office);
    let done = if report.dry_run { "would be restored" } else { "restored" };
    let (files, same) = (domain::counted(report.restored, "file"), report.same);
    let mut text = format!(
        "`{}`, made {made}: {files} {done}, {same} the same already; ledger up to fact {}\n",
        report.folder.display(),
        report.last_fact
    );
    for path in &report.set_aside {
        text.push_str(&format!("kept      {}\n", hint::quoted(&path.display().to_string())));
    }
    if report.comparison.is_some() && report.unseen.is_none() {
        let journal = report.journal.display();
        match report.journal_until {
            Some(last) => {
                let last = zone::named(last, office);
                text.push_str(&format!("compared with `{journal}`, whose last sending is of {last}\n"));
            }
            None => text.push_str(&format!("compared with `{journal}`, which contains no sending\n")),
        }
    }
    text
}
