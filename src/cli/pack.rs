//! `zhinaq pack` and `zhinaq verify`: write the evidence of a period into one archive, and check it without the office.

use std::{io::BufReader, path::PathBuf};

use chrono::{NaiveDate, NaiveTime};
use serde_json::json;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    option_values, out,
};
use domain::{Period, Sha256};
use evidence::{self, Verified};
use pipeline::{self, Exit, Failure, PackWishes};

/// Write the evidence of a period into one archive
///
/// The archive contains the act, the calendar and the templates as applied, the documents as received, the findings, the
/// masters, the register, the journal and the decisions of people. It contains no addresses and no secrets. The seal that is
/// printed is the hash of the list of files: write it down, and `verify --seal` recognises this archive.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Pack {
    /// The period, such as 2025-Q2
    #[arg(long)]
    period: Period,
    /// The archive to write; it must not exist
    #[arg(long, value_name = "FILE.zip")]
    out: PathBuf,
    /// Put the numbered copies themselves in too, also those that went encrypted, in clear; their hashes are in the archive anyway
    #[arg(long)]
    with_copies: bool,
    /// Sign the list of files with this X.509 certificate (PEM; needs the program openssl)
    #[arg(long, value_name = "PEM", requires = "key")]
    certificate: Option<PathBuf>,
    /// The key of the certificate (PEM)
    #[arg(long, value_name = "PEM", requires = "certificate")]
    key: Option<PathBuf>,
    #[command(flatten)]
    context: ContextArgs,
}

/// Check an archive of evidence, without the office
///
/// Every byte is accounted for; register, decisions and workbooks must follow from the journal.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 intact · 1 not an archive of evidence, or unreadable · 3 changed, or another seal or signature"
)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Verify {
    /// The archive
    file: PathBuf,
    /// The seal that was printed when the archive was packed; another archive is refused
    #[arg(long, value_name = "SHA-256")]
    seal: Option<Sha256>,
    /// Check the signature against the authorities of this file (PEM; needs the program openssl)
    #[arg(long, value_name = "PEM")]
    authority: Option<PathBuf>,
    /// The day as of which certificates are checked, since they expire before the evidence does [default: today]
    #[arg(long, value_name = "DATE", value_parser = option_values::day, requires = "authority")]
    at: Option<NaiveDate>,
}

pub async fn pack(args: Pack, global: &Global) -> Ended {
    let context = context::open_quietly(global, &args.context).await?;
    let wishes = PackWishes { with_copies: args.with_copies, signer: args.certificate.zip(args.key) };
    let report = pipeline::pack(&context, args.period, &args.out, &wishes).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let signed = if report.signed { "signed" } else { "not signed" };
        let (file, bytes) = (args.out.display(), report.bytes);
        let files = domain::counted(report.files, "file");
        out::data(&format!("`{file}`: {files}, {bytes} bytes, {signed}\nseal    {}\n", report.seal))?;
    }
    out::troubles(global, &report.troubles);
    Ok(if report.troubles.is_empty() { Exit::Done } else { Exit::Ours })
}

pub fn verify(args: &Verify, global: &Global) -> Ended {
    let shown = args.file.display();
    let file = pipeline::opened(&args.file)?;
    let mut found = evidence::verify(&mut BufReader::new(file))
        .map_err(|error| Failure::usage(format!("`{shown}`: {}", pipeline::chain(&error))))?;
    if let Some(seal) = args.seal {
        found.expect_seal(seal);
    }
    if let Some(authority) = &args.authority {
        pipeline::opened(authority)?;
    }
    let signature = signature(args, &found);
    let intact = found.intact && !matches!(signature, Signature::Wrong(_));
    if global.format == Format::Json {
        let mut value = serde_json::to_value(&found).map_err(|e| Failure::ours("the answer has no JSON", e))?;
        value["intact"] = json!(intact);
        value["signature"] = json!(signature.words());
        out::json(&value)?;
    } else {
        out::data(&told(&found, &signature))?;
    }
    Ok(if intact { Exit::Done } else { Exit::HeldBack })
}

enum Signature {
    None,
    NotChecked,
    Good(String),
    Wrong(String),
}

impl Signature {
    fn words(&self) -> String {
        match self {
            Self::None => "none".into(),
            Self::NotChecked => "not checked; give the file of its authority with --authority".into(),
            Self::Good(signer) => format!("good: by `{signer}`, under the given authority"),
            Self::Wrong(why) => format!("WRONG: {why}"),
        }
    }
}

fn signature(args: &Verify, found: &Verified) -> Signature {
    match (&found.signature, &args.authority) {
        (None, None) => Signature::None,
        (None, Some(_)) => Signature::Wrong("the archive is not signed".into()),
        (Some(_), None) => Signature::NotChecked,
        (Some(signature), Some(authority)) => {
            let at = args.at.map(|day| day.and_time(NaiveTime::MIN).and_utc().timestamp());
            match evidence::check_signature(&found.list, signature, authority, at) {
                Ok(signer) => Signature::Good(signer),
                Err(error) => Signature::Wrong(pipeline::chain(&error)),
            }
        }
    }
}

fn told(found: &Verified, signature: &Signature) -> String {
    let mut lines = String::new();
    if let Some(manifest) = &found.manifest {
        let (period, office) = (manifest.period, &manifest.office);
        lines.push_str(&format!("evidence    {period}, {office}\n"));
        let (program, version) = (&manifest.program, &manifest.version);
        lines.push_str(&format!("packed by   {program} {version}, {} files\n", manifest.files.len()));
    }
    if let Some(head) = found.manifest.as_ref().and_then(|manifest| manifest.journal) {
        lines.push_str(&format!("journal     {head}\n"));
    }
    if let Some(seal) = found.seal {
        lines.push_str(&format!("seal        {seal}\n"));
    }
    lines.push_str(&format!("signature   {}\n", signature.words()));
    if let Some(manifest) = &found.manifest {
        lines.extend(manifest.missing.iter().map(|missing| format!("missing     {missing}\n")));
    }
    let finding = match (found.intact, signature) {
        (false, _) => "NOT as it was packed",
        (true, Signature::Wrong(_)) => "every byte is as it was packed, but the signature does not hold",
        (true, _) => "intact: every byte is as it was packed",
    };
    lines.push_str(&format!("finding     {finding}\n"));
    for fault in &found.faults {
        lines.push_str(&format!("changed     `{}` {}\n", fault.file, fault.why));
    }
    lines
}
