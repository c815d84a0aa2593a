//! Checks an archive of evidence without the office that made it.
//!
//! In: an archive. Out: what is not as it was packed, by file. It does not know the office or its ledger. Our archives
//! have only one layout, so every byte can be checked.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Seek, SeekFrom},
};

use flate2::read::DeflateDecoder;
use serde::Serialize;

use super::{
    manifest::{FORMAT, MANIFEST, Manifest, PackedFile, SIGNATURE, is_plain_path},
    meaning,
    zip_layout::{self, CENTRAL_LENGTH, END_LENGTH, LOCAL_LENGTH, PackedEntry},
};
use domain::Sha256;

/// The result of checking an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Whether everything is as it was packed.
    pub intact: bool,
    pub faults: Vec<PackFault>,
    /// The hash of the list of files. If it equals the seal written down at packing, the whole archive is the one that
    /// was packed.
    pub seal: Option<Sha256>,
    pub manifest: Option<Manifest>,
    /// The detached signature of the list, if the archive is signed.
    #[serde(skip)]
    pub signature: Option<Vec<u8>>,
    /// The bytes of the list in the archive, which the signature signs.
    #[serde(skip)]
    pub list: Vec<u8>,
}

impl Verified {
    /// Compares the seal with the one that a person wrote down. A list that was written anew has another seal.
    pub fn expect_seal(&mut self, seal: Sha256) {
        if self.seal != Some(seal) {
            let why = format!("is not the list that was sealed as {seal}");
            self.faults.push(PackFault { file: MANIFEST.into(), why });
            self.intact = false;
        }
    }
}

/// One thing that is not as it was packed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PackFault {
    /// The file's path, or `(archive)`.
    pub file: String,
    pub why: String,
}

/// Why an archive cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("the archive could not be read")]
    Io(#[from] io::Error),
    #[error("the file is not an archive of evidence: {0}")]
    Foreign(&'static str),
    #[error("the archive is more than evidence can be: {0}")]
    TooLarge(String),
}

/// The largest directory in bytes; that of the largest archive has about 10 MB.
const DIRECTORY: u64 = 64 << 20;
const ENTRIES: usize = 65_535;
/// The largest file in bytes; a copy has up to about 3 MB.
const FILE: u64 = 256 << 20;
/// The most bytes of all files together, inflated.
const INFLATED: u64 = 16 << 30;
/// In an archive with at most so many files, each file with another header is reported by itself.
const FEW: usize = 2;
const WHOLE: &str = "(archive)";

/// Checks an archive. Only one file at a time is in memory.
///
/// # Errors
/// When it cannot be read, is not an archive of evidence, or is larger than evidence can be. What is not as it was
/// packed is not an error: the result lists it.
pub fn verify<R: Read + Seek>(archive: &mut R) -> Result<Verified, VerifyError> {
    let length = archive.seek(SeekFrom::End(0))?;
    let mut start = [0; 4];
    archive.rewind()?;
    if length < (LOCAL_LENGTH + END_LENGTH) as u64 {
        return Err(VerifyError::Foreign("it is too short"));
    }
    archive.read_exact(&mut start)?;
    let (framed_otherwise, packed_anew) = (BTreeSet::new(), BTreeSet::new());
    let mut check = Check { archive, length, faults: BTreeSet::new(), framed_otherwise, packed_anew, room: INFLATED };
    let Some(entries) = check.entries()? else {
        return Err(VerifyError::Foreign("it is not a ZIP archive of files one after another"));
    };
    let mut found = BTreeMap::new();
    let (mut list, mut signature, mut judges) = (None, None, BTreeMap::new());
    for entry in check.apart(&entries) {
        let Some((file, bytes)) = check.file(entry)? else { continue };
        if is_plain_path(&entry.path) && found.insert(entry.path.clone(), file).is_some() {
            check.fault(&entry.path, "occurs twice in the archive");
        }
        match entry.path.as_str() {
            MANIFEST => list = Some(bytes),
            SIGNATURE => signature = Some(bytes),
            path => {
                check.faults.extend(meaning::of_file(path, &bytes));
                if meaning::is_judge(path) {
                    judges.insert(path.to_owned(), bytes);
                }
            }
        }
    }
    check.frame(&entries)?;
    let Some(list) = list else {
        if check.faults.is_empty() && judges.is_empty() {
            return Err(VerifyError::Foreign("it has no `manifest.json`"));
        }
        check.fault(MANIFEST, "the list of the files cannot be read");
        return Ok(check.done(None, Vec::new(), signature, entries.len()));
    };
    let manifest = check.manifest(&list, &found);
    if let Some(manifest) = &manifest {
        check.faults.extend(meaning::of_all(manifest, &judges, &found));
    }
    Ok(check.done(manifest, list, signature, entries.len()))
}

struct Check<'a, R> {
    archive: &'a mut R,
    length: u64,
    faults: BTreeSet<PackFault>,
    /// Files whose headers, or records in the directory, are not as this program writes them.
    framed_otherwise: BTreeSet<String>,
    /// Files whose contents are right, but which are compressed to other bytes.
    packed_anew: BTreeSet<String>,
    room: u64,
}

impl<R: Read + Seek> Check<'_, R> {
    fn fault(&mut self, file: &str, why: impl Into<String>) {
        self.faults.insert(PackFault { file: shown(file), why: why.into() });
    }

    fn bytes(&mut self, from: u64, length: u64) -> io::Result<Vec<u8>> {
        self.archive.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        self.archive.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The entries as the directory lists them. If it is damaged, the entries by their headers, one after another.
    fn entries(&mut self) -> Result<Option<Vec<PackedEntry>>, VerifyError> {
        let end = self.bytes(self.length - END_LENGTH as u64, END_LENGTH as u64)?;
        if let Some((count, start, length)) = zip_layout::read_end(&end)
            && start + length + END_LENGTH as u64 == self.length
        {
            if length > DIRECTORY {
                return Err(VerifyError::TooLarge(format!("a directory of {length} bytes")));
            }
            let directory = self.bytes(start, length)?;
            if let Some(entries) = zip_layout::read_directory(&directory).filter(|e| e.len() == count) {
                return Ok(Some(entries));
            }
        }
        let walked = self.walk()?;
        Ok((!walked.is_empty()).then_some(walked))
    }

    fn walk(&mut self) -> Result<Vec<PackedEntry>, VerifyError> {
        let (mut entries, mut at) = (Vec::new(), 0_u64);
        while let Ok(offset) = u32::try_from(at) {
            let header = self.bytes(at, LOCAL_LENGTH as u64)?;
            let Some((mut entry, name)) = zip_layout::read_local(&header, offset) else { break };
            let name_bytes = self.bytes(at + LOCAL_LENGTH as u64, name as u64)?;
            entry.path = String::from_utf8_lossy(&name_bytes).into_owned();
            at += (LOCAL_LENGTH + name) as u64 + u64::from(entry.packed);
            if entries.len() >= ENTRIES {
                return Err(VerifyError::TooLarge(format!("more than {ENTRIES} files")));
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Reads and checks one file: its header, its bytes, and what they inflate to. `None` when it cannot be inflated.
    fn file(&mut self, entry: &PackedEntry) -> Result<Option<(PackedFile, Vec<u8>)>, VerifyError> {
        let path = entry.path.clone();
        if !is_plain_path(&path) {
            self.fault(&path, "is not a name of a file of evidence");
        }
        let header = zip_layout::local(entry);
        if self.bytes(entry.offset.into(), header.len() as u64)? != header {
            self.framed_otherwise.insert(path.clone());
        }
        let declared = entry.bytes.max(entry.packed);
        if u64::from(declared) > FILE {
            return Err(VerifyError::TooLarge(format!("`{}` declares {declared} bytes", shown(&path))));
        }
        let start = self.bytes(entry.offset.into(), LOCAL_LENGTH as u64)?;
        let name_and_extra = zip_layout::read_local_lengths(&start).unwrap_or(entry.path.len());
        let data = u64::from(entry.offset) + (LOCAL_LENGTH + name_and_extra) as u64;
        let packed = self.bytes(data, entry.packed.into())?;
        let mut bytes = Vec::new();
        if entry.deflated {
            let inflated =
                DeflateDecoder::new(packed.as_slice()).take(u64::from(entry.bytes) + 1).read_to_end(&mut bytes);
            if inflated.is_err() {
                self.fault(&path, "was changed: it can no longer be inflated");
                return Ok(None);
            }
        } else {
            bytes.clone_from(&packed);
        }
        self.room = self
            .room
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| VerifyError::TooLarge(format!("its files are more than {INFLATED} bytes")))?;
        if bytes.len() as u64 != u64::from(entry.bytes) || crc32fast::hash(&bytes) != entry.crc {
            self.fault(&path, "was changed: its bytes are not those that the archive's directory tells of");
        }
        let file =
            PackedFile { path, bytes: bytes.len() as u64, sha256: Sha256::of(&bytes), packed: Sha256::of(&packed) };
        Ok(Some((file, bytes)))
    }

    /// Checks what surrounds the files: no gap between them, the directory, the end.
    fn frame(&mut self, entries: &[PackedEntry]) -> Result<(), VerifyError> {
        let mut at = 0;
        for entry in entries {
            if u64::from(entry.offset) != at {
                if self.framed_otherwise.len() * 2 > entries.len() {
                    self.framed_otherwise.extend(entries.iter().map(|entry| entry.path.clone()));
                } else {
                    self.fault(&entry.path, "does not begin where the file before it ends");
                }
                return Ok(());
            }
            at += (LOCAL_LENGTH + entry.path.len()) as u64 + u64::from(entry.packed);
        }
        let start = at;
        for entry in entries {
            let record = zip_layout::central(entry);
            if self.bytes(at, record.len() as u64)? != record {
                self.framed_otherwise.insert(entry.path.clone());
            }
            at += (CENTRAL_LENGTH + entry.path.len()) as u64;
        }
        let end = zip_layout::end(entries.len(), start, at - start);
        if self.bytes(at, END_LENGTH as u64 + 1)? != end {
            self.fault(WHOLE, "the end of the archive was changed");
        }
        Ok(())
    }

    fn manifest(&mut self, list: &[u8], found: &BTreeMap<String, PackedFile>) -> Option<Manifest> {
        let manifest: Manifest = match serde_json::from_slice(list) {
            Ok(manifest) => manifest,
            Err(error) => {
                self.fault(MANIFEST, format!("is not as it was written: {error}"));
                return None;
            }
        };
        if manifest.format != FORMAT {
            let format: String = manifest.format.chars().take(60).collect();
            self.fault(MANIFEST, format!("is of the format `{format}`; this program reads `{FORMAT}`"));
        }
        for path in manifest.repeated() {
            self.fault(path, "is listed twice");
        }
        for listed in &manifest.files {
            match found.get(&listed.path) {
                None => self.fault(&listed.path, "is listed, and is not in the archive"),
                Some(file) if file.sha256 != listed.sha256 || file.bytes != listed.bytes => {
                    let (found, wanted) = (file.sha256, listed.sha256);
                    self.fault(
                        &listed.path,
                        format!("was changed: its SHA-256 is {found:?}, and {wanted:?} is listed"),
                    );
                }
                Some(file) if file.packed != listed.packed => drop(self.packed_anew.insert(listed.path.clone())),
                Some(_) => {}
            }
        }
        let is_listed =
            |path: &str| matches!(path, MANIFEST | SIGNATURE) || manifest.files.iter().any(|f| f.path == path);
        for path in found.keys().filter(|path| !is_listed(path)) {
            self.fault(path, "is in the archive, and is not listed");
        }
        Some(manifest)
    }

    /// The files that do not overlap. Overlapping files could make us read far more bytes than the archive has.
    fn apart<'e>(&mut self, entries: &'e [PackedEntry]) -> Vec<&'e PackedEntry> {
        let mut placed: Vec<&PackedEntry> = entries.iter().collect();
        placed.sort_by_key(|entry| entry.offset);
        let mut free = 0;
        placed.retain(|entry| {
            let is_free = u64::from(entry.offset) >= free;
            if is_free {
                free = u64::from(entry.offset) + LOCAL_LENGTH as u64 + u64::from(entry.packed);
            } else {
                self.fault(&entry.path, "lies over the file before it");
            }
            is_free
        });
        placed
    }

    /// Reports files with other headers or other compression. An archive that another program wrote has other headers
    /// everywhere; that is one fault of the archive, not one for each file.
    fn tell_of_frames(&mut self, files: usize) {
        let (framed, packed) = (std::mem::take(&mut self.framed_otherwise), std::mem::take(&mut self.packed_anew));
        if files > FEW && framed.len() * 2 > files {
            let why = "was rewritten by another program: no file in it is as it was packed";
            let compressed = if packed.is_empty() { "" } else { "; what it holds was compressed anew" };
            self.fault(WHOLE, format!("{why}{compressed}"));
            return;
        }
        for path in framed {
            self.fault(&path, "its header in the archive, or its record in the directory, was changed");
        }
        for path in packed {
            self.fault(&path, "was compressed anew");
        }
    }

    fn done(mut self, manifest: Option<Manifest>, list: Vec<u8>, signature: Option<Vec<u8>>, files: usize) -> Verified {
        self.tell_of_frames(files);
        let seal = (!list.is_empty()).then(|| Sha256::of(&list));
        let intact = self.faults.is_empty();
        Verified { intact, faults: self.faults.into_iter().collect(), seal, manifest, signature, list }
    }
}

/// A path that is safe to print.
fn shown(path: &str) -> String {
    path.chars().map(|c| if c.is_control() { '?' } else { c }).take(200).collect()
}
