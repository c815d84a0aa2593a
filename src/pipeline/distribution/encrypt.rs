//! Encrypts copies for their organ: which organs want it, with which passphrase, and what came out.
//!
//! A passphrase comes from the environment or from a file that only its owner can read, and is stored nowhere else.
//! Each archive has its own salt, so sealing again would give other bytes. Therefore a sealed archive is kept, and its
//! hash is in the journal before anything is sent. A retry or a `resend` hands over the same archive, even if the
//! passphrase has changed since.
//!
//! In: waiting parcels. Out: their archives. Unknown here: the format of an archive, which `distribute` defines.

use std::{collections::BTreeMap, path::Path};

use crate::{
    Context, Failure, Trouble,
    context::{claimed::ClaimedPieces, parallel::in_parallel},
    distribution::{queue::Waiting, stored_copy::stored, transport_setup::secrets},
};
use config::Office;
use distribute::{CopyContent, Passphrase, seal, sealed_name};
use domain::{CopyStanding, Fact, OrganId, ParcelId, SealedCopy, Sha256};
use durable::PublishError;
use store::{ArtifactKey, StoreError};

/// The archives of some parcels, by parcel and number of the copy.
#[derive(Debug, Default)]
pub struct Sealed {
    archives: BTreeMap<(ParcelId, u32), (SealedCopy, CopyContent)>,
}

impl Sealed {
    /// The archive in which a copy goes, with its bytes; `None` if the copy goes without one.
    pub fn of(&self, parcel: &ParcelId, number: u32) -> Option<&(SealedCopy, CopyContent)> {
        self.archives.get(&(parcel.clone(), number))
    }
}

/// Seals the copies that have to be sealed and are not sealed yet; a dry run has claimed nothing. A parcel leaves the queue if the passphrase of its
/// organ is missing: it never goes unencrypted.
///
/// # Errors
/// When a copy is missing in the output, an archive cannot be written, or the ledger fails.
pub async fn sealed<'a>(
    context: &Context,
    queue: Vec<Waiting<'a>>,
    claimed: Option<&ClaimedPieces>,
    troubles: &mut Vec<Trouble>,
) -> Result<(Vec<Waiting<'a>>, Sealed), Failure> {
    let passphrases = Passphrases::open(&context.office);
    let (mut going, mut work, mut sealed) = (Vec::new(), Vec::new(), Sealed::default());
    for waiting in queue {
        let parcel = &waiting.record.parcel;
        let wanted = context.office.settings.encrypts_for(&parcel.organ);
        let (done, open): (Vec<_>, Vec<_>) = waiting.record.to_send().partition(|copy| copy.sealed.is_some());
        if wanted && !open.is_empty() {
            match passphrases.of(&parcel.organ) {
                Ok(passphrase) => work.extend(open.into_iter().map(|copy| (parcel, copy, passphrase.clone()))),
                Err(why) => {
                    troubles.push(Trouble::new(format!("parcel `{parcel}`"), format!("not sent: {why}")));
                    continue;
                }
            }
        }
        for copy in done {
            let Some(archive) = &copy.sealed else { continue };
            let content = stored(context, &place(parcel, &archive.file, false), ARCHIVE)?;
            sealed.archives.insert((parcel.clone(), archive.number), (archive.clone(), content));
        }
        going.push(waiting);
    }
    // A few at a time, to bound the memory of a run.
    for some in work.chunks(AT_ONCE) {
        let new = tokio::task::block_in_place(|| seal_some(context, some, claimed.is_none()))?;
        let mut facts: BTreeMap<&ParcelId, Vec<SealedCopy>> = BTreeMap::new();
        for ((parcel, ..), (archive, content)) in some.iter().zip(new) {
            facts.entry(parcel).or_default().push(archive.clone());
            sealed.archives.insert(((*parcel).clone(), archive.number), (archive, content));
        }
        if let Some(claimed) = claimed {
            let fact = |(parcel, copies): (&ParcelId, _)| Fact::Sealed { parcel: parcel.clone(), copies };
            context.record_holding(&[claimed], &facts.into_iter().map(fact).collect::<Vec<_>>()).await?;
        }
    }
    Ok((going, sealed))
}

const AT_ONCE: usize = 32;

type Work<'a> = (&'a ParcelId, &'a CopyStanding, Passphrase);

fn seal_some(context: &Context, work: &[Work<'_>], dry_run: bool) -> Result<Vec<(SealedCopy, CopyContent)>, Failure> {
    let made = in_parallel(work, |(parcel, copy, passphrase)| {
        let (record, key) = (&copy.record, copy_key(&context.office, parcel, copy));
        let bytes = context.artifacts.fetch_as(&key, &record.sha256);
        let bytes = bytes.map_err(|error| Failure::ours(format!("copy {} of {parcel}", record.number), error))?;
        seal(&record.file, &bytes, passphrase)
            .map_err(|error| Failure::ours(format!("copy {} of {parcel} cannot be encrypted", record.number), error))
    });
    let made: Vec<Vec<u8>> = made.into_iter().collect::<Result<_, _>>()?;
    let names: Vec<String> = work.iter().map(|(_, copy, _)| sealed_name(&copy.record.file)).collect();
    let keys = work.iter().zip(&names).map(|((parcel, ..), name)| place(parcel, name, dry_run));
    let files: Vec<(ArtifactKey, &[u8])> = keys.zip(made.iter().map(Vec::as_slice)).collect();
    let hashes: Result<Vec<Sha256>, StoreError> = match context.artifacts.put_all(&files) {
        // Other archives lie there that no fact mentions, so no organ has them.
        Err(StoreError::Publish(PublishError::Conflict { .. })) => {
            files.iter().map(|(key, bytes)| context.artifacts.replace(key, bytes)).collect()
        }
        other => other,
    };
    let hashes = hashes.map_err(|error| Failure::ours("the encrypted copies cannot be stored", error))?;
    let mut archives = Vec::with_capacity(work.len());
    for (((_, copy, _), (key, _)), (file, sha256)) in work.iter().zip(&files).zip(names.into_iter().zip(hashes)) {
        let content = stored(context, key, ARCHIVE)?;
        archives.push((SealedCopy { number: copy.record.number, file, sha256 }, content));
    }
    Ok(archives)
}

/// The key of a parcel's copy in the output.
pub fn copy_key(office: &Office, parcel: &ParcelId, copy: &CopyStanding) -> ArtifactKey {
    ArtifactKey::Copy {
        issue: parcel.issue.clone(),
        organ: parcel.organ.clone(),
        // As it was numbered, whatever language the office sets today.
        language: copy.record.language().unwrap_or_else(|| office.settings.language_of(&parcel.organ)),
        number: copy.record.number,
        of: copy.record.of,
    }
}

fn place(parcel: &ParcelId, file: &str, dry_run: bool) -> ArtifactKey {
    if dry_run {
        return ArtifactKey::Named(format!("dry-run/sealed/{file}"));
    }
    ArtifactKey::beside(&parcel.issue, &format!("sealed/{file}"))
}

/// An archive, in the words of an error.
const ARCHIVE: &str = "an encrypted copy";

/// The passphrases of an office; its file is read once.
struct Passphrases {
    /// The content of the file, or why it cannot be used.
    file: Result<BTreeMap<String, String>, String>,
    shown: String,
}

impl Passphrases {
    fn open(office: &Office) -> Self {
        let Some(path) = &office.settings.passphrases else {
            return Self { file: Ok(BTreeMap::new()), shown: "the file of [encryption]".into() };
        };
        let path: &Path = &office.path(path);
        let file = secrets("passphrases", path, "write a line `organ = \"…\"` for each organ");
        Self { file: file.map_err(|failure| failure.to_string()), shown: format!("`{}`", path.display()) }
    }

    fn of(&self, organ: &OrganId) -> Result<Passphrase, String> {
        let variable = variable(organ);
        let text = match (std::env::var(&variable), &self.file) {
            (Ok(text), _) => text,
            (Err(_), Ok(file)) => file.get(organ.as_str()).cloned().ok_or_else(|| {
                format!(
                    "the copies of `{organ}` must be encrypted, but its passphrase is neither in {} nor in the environment variable `{variable}`",
                    self.shown
                )
            })?,
            (Err(_), Err(why)) => return Err(why.clone()),
        };
        Passphrase::new(text).map_err(|error| format!("the passphrase of `{organ}` {error}"))
    }
}

/// The environment variable with the passphrase of an organ, such as `ZHINAQ_PASSPHRASE_GP_LEADERSHIP`.
fn variable(organ: &OrganId) -> String {
    format!("ZHINAQ_PASSPHRASE_{}", organ.as_str().to_ascii_uppercase().replace('-', "_"))
}

/// The organs whose copies cannot be encrypted as they require, and the unknown organs in the file.
#[must_use]
pub fn faults(office: &Office) -> Vec<String> {
    let passphrases = Passphrases::open(office);
    let known: Vec<&OrganId> = office.regulation().recipients.iter().map(|recipient| &recipient.id).collect();
    let wanted = known.iter().filter(|organ| office.settings.encrypts_for(organ));
    let mut faults: Vec<String> = wanted.filter_map(|organ| passphrases.of(organ).err()).collect();
    if let Ok(file) = &passphrases.file {
        let strange = file.keys().filter(|name| !known.iter().any(|organ| organ.as_str() == name.as_str()));
        faults
            .extend(strange.map(|name| format!("{}: `{name}` is not an organ of recipients.toml", passphrases.shown)));
    }
    faults.dedup();
    faults
}
