//! Archives of evidence in which somebody changed files and the list with them. The files contradict each other, and
//! this reveals the forgery.

use std::{
    fs,
    io::{Cursor, Read as _, Write as _},
    path::PathBuf,
    sync::OnceLock,
};

use serde_json::Value;
use zhinaq::evidence::{Manifest, PackError, PackWriter, Verified, VerifyError, verify};

use super::half_year;

/// The evidence of the half-year, packed once.
fn packed() -> &'static [u8] {
    static PACKED: OnceLock<Vec<u8>> = OnceLock::new();
    PACKED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file: PathBuf = folder.path().join("q2.zip");
        let words = ["pack", "--sample", "--period", "2025-Q2", "--out", file.to_str().unwrap()];
        half_year().zhinaq(&words).exits(0);
        fs::read(&file).unwrap()
    })
}

/// Every file of an archive in its order.
fn files(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let count = zip.len();
    let mut read = |index| {
        let mut file = zip.by_index(index).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    (0..count).map(&mut read).collect()
}

/// The archive, packed again with the program and with some of its files changed; `None` leaves a file out.
fn forged(change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Verified {
    let all = files(packed());
    let list = &all.iter().find(|(name, _)| name == "manifest.json").unwrap().1;
    let mut manifest: Manifest = serde_json::from_slice(list).unwrap();
    manifest.files.clear();
    let mut writer = PackWriter::new(Vec::new());
    for (name, bytes) in all.into_iter().filter(|(name, _)| !matches!(&**name, "manifest.json" | "SHA256SUMS")) {
        if let Some(bytes) = change(&name, bytes) {
            writer.add(&name, &bytes).unwrap();
        }
    }
    let (bytes, _) = writer.finish(manifest, |_| Ok::<_, PackError>(None)).unwrap();
    verify(&mut Cursor::new(bytes)).unwrap()
}

#[track_caller]
fn told(found: &Verified, file: &str, why: &str) {
    assert!(!found.intact);
    assert!(found.faults.iter().any(|f| f.file == file && f.why.contains(why)), "{file} {why}: {:?}", found.faults);
}

fn edited(bytes: &[u8], edit: impl Fn(&mut Vec<Value>)) -> Vec<u8> {
    let mut list: Vec<Value> = serde_json::from_slice(bytes).unwrap();
    edit(&mut list);
    serde_json::to_vec_pretty(&list).unwrap()
}

#[test]
fn files_that_were_changed_together_with_the_list_are_given_away_by_the_others() {
    assert!(forged(|_, bytes| Some(bytes)).intact, "packed anew without a change it is the same");
    let found = forged(|name, bytes| {
        let other = |list: &mut Vec<Value>| list[3]["sha256"] = list[4]["sha256"].clone();
        Some(if name == "register.json" { edited(&bytes, other) } else { bytes })
    });
    told(&found, "register.json", "is not what the journal tells: entry 4 is another");
    let found = forged(|name, bytes| {
        let shorter = |list: &mut Vec<Value>| drop(list.pop());
        Some(if name == "register.json" { edited(&bytes, shorter) } else { bytes })
    });
    told(&found, "register.json", "it has 175 entries, and 176 follow from the journal");
    let found = forged(|name, bytes| {
        let act = |list: &mut Vec<Value>| list.push(serde_json::json!({"seq": 1, "fact": {"kind": "approved"}}));
        Some(if name == "approvals.json" { edited(&bytes, act) } else { bytes })
    });
    told(&found, "approvals.json", "is not what the journal tells");
    let snapshot = |name: &str| name.starts_with("snapshots/") && !name.contains('.');
    let first = files(packed()).into_iter().map(|(name, _)| name).find(|name| snapshot(name)).unwrap();
    let found = forged(|name, bytes| (name != first).then_some(bytes));
    told(&found, &first, "the journal lists it, but it is not in the archive");
    let master = files(packed()).into_iter().map(|(name, _)| name).find(|name| name.ends_with(".xlsx")).unwrap();
    let other = crate::post::stamping::master(2, 5);
    let found = forged(|name, bytes| Some(if name == master { other.clone() } else { bytes }));
    told(&found, &master, "is not a workbook listed in the journal");
}

#[test]
fn a_seal_that_was_written_down_tells_an_archive_that_was_written_anew() {
    let found = verify(&mut Cursor::new(packed())).unwrap();
    let (folder, seal) = (tempfile::tempdir().unwrap(), found.seal.unwrap().to_string());
    let file = folder.path().join("q2.zip");
    fs::write(&file, packed()).unwrap();
    let verify = |seal: &str, code| half_year().zhinaq(&["verify", file.to_str().unwrap(), "--seal", seal]).exits(code);
    verify(&seal, 0);
    assert!(verify(&"0".repeat(64), 3).out.contains("is not the list that was sealed as"));
    assert!(verify("0", 1).err.contains("64 lower-case hexadecimal digits"));
}

#[test]
fn an_archive_that_another_program_wrote_is_told_as_that_and_its_changed_file_by_name() {
    let again = |change: &dyn Fn(&str, Vec<u8>) -> Vec<u8>| {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files(packed()) {
            out.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(&change(&name, bytes)).unwrap();
        }
        verify(&mut Cursor::new(out.finish().unwrap().into_inner())).unwrap()
    };
    let found = again(&|_, bytes| bytes);
    told(&found, "(archive)", "was rewritten by another program");
    assert_eq!(found.faults.len(), 1, "{:?}", found.faults);
    let found = again(&|name, bytes| if name == "findings.json" { b"[]\n".to_vec() } else { bytes });
    told(&found, "findings.json", "was changed: its SHA-256");
    assert_eq!(found.faults.len(), 2, "{:?}", found.faults);
}

#[test]
fn files_that_lie_over_one_another_are_read_once() {
    // A directory whose 60,000 records all lead to one file would be read and hashed 60,000 times.
    let archive = packed();
    let end = &archive[archive.len() - 22..];
    let start = u32::from_le_bytes(end[16..20].try_into().unwrap()) as usize;
    let directory = &archive[start..archive.len() - 22];
    let record = 46 + usize::from(u16::from_le_bytes(directory[28..30].try_into().unwrap()));
    let mut forged = archive[..start].to_vec();
    let count = 60_000_usize;
    forged.extend(directory[..record].repeat(count));
    let mut last = end.to_vec();
    last[8..10].copy_from_slice(&(count as u16).to_le_bytes());
    last[10..12].copy_from_slice(&(count as u16).to_le_bytes());
    last[12..16].copy_from_slice(&((record * count) as u32).to_le_bytes());
    forged.extend(last);
    let found = verify(&mut Cursor::new(forged));
    assert!(!matches!(&found, Ok(found) if found.intact), "{found:?}");
    assert!(matches!(found, Ok(_) | Err(VerifyError::Foreign(_))));
}
