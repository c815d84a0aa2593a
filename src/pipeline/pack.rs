//! Packs the evidence of a period into one archive that can be checked without the office.
//!
//! In: a period, the ledger, the office's files, the output. Out: one ZIP archive, and a report of what is missing in
//! it. Unknown here: the format of the archive, which the crate `evidence` defines.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    Context, Failure, Trouble, chain,
    collections::masters,
    context::place,
    distribution::transport_setup,
    figures::{LoadedDatasets, check},
    status::{report, requirements},
};
use config::Office;
use domain::{CopyRecord, Event, Fact, Origin, ParcelRecord, Period, Sha256, parcels};
use durable::{DraftFile, PublishError};
use evidence::{
    FORMAT, Manifest, PackError, PackWriter, PackedCollection, acts, is_plain_path, register, sign, snapshot,
};
use ledger::Filter;
use store::ArtifactKey;

/// What an archive contains beyond what every archive contains.
#[derive(Debug, Clone, Default)]
pub struct PackWishes {
    /// The numbered copies too; their hashes are in the register in any case.
    pub with_copies: bool,
    /// PEM files of a certificate and its key, for a detached signature.
    pub signer: Option<(PathBuf, PathBuf)>,
}

/// What was packed.
#[derive(Debug, Clone, Serialize)]
pub struct PackReport {
    pub period: Period,
    pub files: usize,
    pub bytes: u64,
    /// The hash of the list of files. A person who writes it down can distinguish this archive from any other.
    pub seal: Sha256,
    pub signed: bool,
    /// What the journal cites and the output no longer contains.
    pub troubles: Vec<Trouble>,
}

/// Packs the evidence of a period: the act, the calendar and the templates as they are applied, every snapshot that the
/// journal cites, the findings, the masters, the register, the journal itself, and the acts of people. The same ledger
/// and files give the same bytes, unless the archive is signed.
///
/// # Errors
/// When the journal has no entry about the period, the file exists already or cannot be written, the ledger or the
/// store fails, or the archive cannot be signed.
pub async fn pack(context: &Context, period: Period, out: &Path, wishes: &PackWishes) -> Result<PackReport, Failure> {
    let quarter = requirements::quarter(period)?;
    if out.exists() {
        return Err(Failure::usage(format!("`{}` exists already; nothing was replaced", out.display())));
    }
    place::folder_of(out)?;
    let events = events(context, quarter).await?;
    if events.is_empty() {
        return Err(Failure::usage(format!(
            "the journal has no entry about `{quarter}`, so there is no evidence to pack"
        )));
    }
    let journal = context.journal_head().await?;
    let catalogue = context.catalogue().await?;
    let forms: Vec<_> = requirements::forms(context.office.regulation(), quarter, &[])?
        .iter()
        .map(|n| (n.term.id.clone(), n.period))
        .collect();
    let findings = check::findings(context, &catalogue, &forms, &mut LoadedDatasets::default())?;
    let standing = report::standing(context, quarter, &events);
    let failed = |error: PublishError| Failure::usage(chain(&error));
    let draft = DraftFile::of(out).map_err(failed)?;
    let mut packing = Packing { context, writer: PackWriter::new(BufWriter::new(&draft.file)), troubles: Vec::new() };
    packing.fill(&events, &findings, &standing, wishes.with_copies)?;
    let (list, files, troubles) = packing.close(
        Manifest { journal, ..manifest(context.origin, &context.office, quarter, &events, wishes.with_copies) },
        wishes,
    )?;
    let bytes = draft.file.metadata().map_or(0, |about| about.len());
    draft.publish().map_err(failed)?;
    let seal = Sha256::of(&list);
    Ok(PackReport { period: quarter, files, bytes, seal, signed: wishes.signer.is_some(), troubles })
}

/// The facts about everything that the period's collections show: their own forms, and the periods that these are
/// compared with.
async fn events(context: &Context, quarter: Period) -> Result<Vec<Event>, Failure> {
    let regulation = context.office.regulation();
    let mut periods = BTreeSet::from([quarter]);
    periods.extend(requirements::forms(regulation, quarter, &[])?.iter().map(|n| n.period));
    for due in requirements::collections(regulation, quarter) {
        periods.insert(due.period);
        periods.extend(requirements::periods_of(&context.office, &due).into_values().flatten());
    }
    context.events(&Filter::of_periods(periods)).await
}

fn manifest(origin: Origin, office: &Office, period: Period, events: &[Event], with_copies: bool) -> Manifest {
    let mut collections: BTreeMap<_, PackedCollection> = BTreeMap::new();
    for event in events {
        if let Fact::Built { issue, content_id, .. } = &event.fact {
            let packed = PackedCollection {
                id: issue.collection.clone(),
                period: issue.period,
                revision: issue.revision,
                supplement: issue.supplement,
                content_id: Some(*content_id),
            };
            collections.insert(issue.clone(), packed);
        }
    }
    Manifest {
        format: FORMAT.into(),
        program: "zhinaq".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        period,
        origin,
        office: office.settings.office.name.ru.clone(),
        regulation: office.regulation().id.clone(),
        journal: None,
        facts: events.first().zip(events.last()).map(|(first, last)| (first.seq, last.seq)),
        collections: collections.into_values().collect(),
        with_copies,
        missing: Vec::new(),
        files: Vec::new(),
    }
}

struct Packing<'a, W> {
    context: &'a Context,
    writer: PackWriter<W>,
    troubles: Vec<Trouble>,
}

impl<W: Write> Packing<'_, W> {
    fn fill(
        &mut self,
        events: &[Event],
        findings: &[domain::Finding],
        standing: &report::StatusReport,
        with_copies: bool,
    ) -> Result<(), Failure> {
        self.add("README.txt", README.as_bytes())?;
        self.json("approvals.json", &acts(events).collect::<Vec<_>>())?;
        self.json("findings.json", &findings)?;
        self.journal(events)?;
        self.json("status.json", standing)?;
        let records = parcels(events);
        self.json("register.json", &register(events))?;
        self.office_files()?;
        self.snapshots(events)?;
        self.masters(events)?;
        if with_copies {
            self.copies(records.values())?;
        }
        Ok(())
    }

    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.writer.add(path, bytes).map_err(told)
    }

    fn json<T: Serialize + ?Sized>(&mut self, path: &str, value: &T) -> Result<(), Failure> {
        let mut text =
            serde_json::to_vec_pretty(value).map_err(|error| Failure::ours(format!("`{path}` has no JSON"), error))?;
        text.push(b'\n');
        self.add(path, &text)
    }

    fn journal(&mut self, events: &[Event]) -> Result<(), Failure> {
        let mut text = Vec::new();
        for event in events {
            serde_json::to_writer(&mut text, event).map_err(|e| Failure::ours("a fact has no JSON", e))?;
            text.push(b'\n');
        }
        self.add("journal.jsonl", &text)
    }

    /// Adds the act, the calendar, the people and the templates. `zhinaq.toml` is left out: it contains the organs'
    /// addresses.
    fn office_files(&mut self) -> Result<(), Failure> {
        let secrets = transport_setup::secret_files(&self.context.office);
        for folder in ["schedules", "templates"] {
            let texts = config::texts(&self.context.office.home, folder)
                .map_err(|fault| Failure::usage(format!("the office's files cannot be packed: {fault}")))?;
            for (path, text) in &texts {
                let packed = format!("office/{path}");
                let here = self.context.office.path(Path::new(path));
                if secrets.contains(&here.canonicalize().unwrap_or(here)) {
                    let why = "holds secrets and is left out; keep it outside of `schedules` and `templates`";
                    self.troubles.push(Trouble::new(format!("the file `{path}`"), why));
                } else if is_plain_path(&packed) {
                    self.add(&packed, text.as_bytes())?;
                } else {
                    let why =
                        "has a name that no archive of evidence can carry: use letters of ASCII, digits, `-`, `_`, `.`";
                    self.troubles.push(Trouble::new(format!("the file `{path}`"), why));
                }
            }
        }
        Ok(())
    }

    fn snapshots(&mut self, events: &[Event]) -> Result<(), Failure> {
        let cited: BTreeSet<Sha256> = events.iter().filter_map(|e| snapshot(&e.fact)).collect();
        let mut receipts = Vec::new();
        for sha in &cited {
            match self.context.artifacts.snapshot(sha) {
                Ok(bytes) => self.add(&format!("snapshots/{sha}"), &bytes)?,
                Err(error) => self.troubles.push(Trouble::new(format!("snapshot {sha}"), chain(&error))),
            }
            for receipt in self.context.artifacts.receipts(sha).unwrap_or_default() {
                serde_json::to_writer(&mut receipts, &receipt)
                    .map_err(|e| Failure::ours("a receipt has no JSON", e))?;
                receipts.push(b'\n');
            }
        }
        self.add("snapshots/receipts.jsonl", &receipts)
    }

    /// Adds the masters of the last build.
    fn masters(&mut self, events: &[Event]) -> Result<(), Failure> {
        let mut newest = BTreeMap::new();
        for event in events {
            if let Fact::Built { issue, language, master, held, .. } = &event.fact {
                newest.insert((issue, *language, *held), *master);
            }
        }
        for ((issue, language, _), master) in newest {
            let artifacts = &self.context.artifacts;
            let kept = masters::places(issue, language)
                .find_map(|key| artifacts.fetch_as(&key, &master).ok().map(|bytes| (key, bytes)));
            match kept {
                Some((key, bytes)) => self.artifact(&key, &bytes)?,
                None => self.troubles.push(Trouble::new(
                    format!("the master of `{issue}` in `{language}`"),
                    "is missing in the output, or is not as it was built",
                )),
            }
        }
        Ok(())
    }

    fn copies<'r>(&mut self, records: impl Iterator<Item = &'r ParcelRecord>) -> Result<(), Failure> {
        for record in records {
            let (issue, organ) = (&record.parcel.issue, &record.parcel.organ);
            for copy in record.copies.iter().map(|c| &c.record) {
                let CopyRecord { number, of, sha256, .. } = copy;
                let kept = copy.language().and_then(|language| {
                    let (issue, organ) = (issue.clone(), organ.clone());
                    let key = ArtifactKey::Copy { issue, organ, language, number: *number, of: *of };
                    self.context.artifacts.fetch_as(&key, sha256).ok().map(|bytes| (key, bytes))
                });
                match kept {
                    Some((key, bytes)) => self.artifact(&key, &bytes)?,
                    None => self.troubles.push(Trouble::new(
                        format!("copy {number} of `{}`", record.parcel),
                        "is missing in the output, or is not as it was numbered",
                    )),
                }
            }
        }
        Ok(())
    }

    fn artifact(&mut self, key: &ArtifactKey, bytes: &[u8]) -> Result<(), Failure> {
        let path = key.relative().map_err(|error| Failure::ours("a workbook has no name", error))?;
        self.add(&format!("output/{}", path.display()), bytes)
    }

    fn close(self, mut manifest: Manifest, wishes: &PackWishes) -> Result<(Vec<u8>, usize, Vec<Trouble>), Failure> {
        let sign = |list: &[u8]| match &wishes.signer {
            None => Ok(None),
            Some((certificate, key)) => sign(list, certificate, key)
                .map(Some)
                .map_err(|error| Signing::Failed(Failure::usage(format!("the evidence is not signed: {error}")))),
        };
        let files = self.writer.count() + 2;
        manifest.missing = self.troubles.iter().map(|trouble| format!("{} {}", trouble.what, trouble.why)).collect();
        match self.writer.finish(manifest, sign) {
            Ok((_, list)) => Ok((list, files, self.troubles)),
            Err(Signing::Failed(failure)) => Err(failure),
            Err(Signing::Packing(error)) => Err(told(error)),
        }
    }
}

/// Why the list could not be written or signed.
enum Signing {
    Packing(PackError),
    Failed(Failure),
}

impl From<PackError> for Signing {
    fn from(error: PackError) -> Self {
        Self::Packing(error)
    }
}

fn told(error: PackError) -> Failure {
    match error {
        PackError::TooLarge => Failure::usage(error.to_string()),
        error => Failure::ours("the evidence could not be packed", error),
    }
}

const README: &str = "Evidence of one period of the electronic collections.\n\n\
    office/          the act, the calendar, the people and the templates as they are applied\n\
    snapshots/       the documents as they were received, each named by its SHA-256; receipts.jsonl: from where, when\n\
    findings.json    what the checks found in the figures in use\n\
    output/          the workbooks that all copies come from; the numbered copies, if they were packed too\n\
    register.json    each numbered copy: whose, which number, its SHA-256, what became of it\n\
    journal.jsonl    what happened, in its order, with who and when\n\
    approvals.json   the acts of people among it\n\
    status.json      where the period stands\n\
    manifest.json    every file with its SHA-256; the SHA-256 of this list is the seal of the archive\n\n\
    Check it with `zhinaq verify FILE.zip`, or without the program: unpack it and run `sha256sum -c SHA256SUMS`.\n";
