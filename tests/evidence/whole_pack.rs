//! The evidence of a whole half-year: if any byte is changed, the file is reported; and the archive contains no secret.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Read as _},
    os::unix::fs::PermissionsExt as _,
};

use serde_json::json;
use zhinaq::evidence::verify;

use super::half_year;
use crate::support::program::Office;

/// The kind of a file of evidence, by its path.
fn kind(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match parts.as_slice() {
        ["snapshots", name] if !name.contains('.') => "snapshots".into(),
        ["output", ..] => "masters".into(),
        ["office", folder, ..] => format!("office/{folder}.{extension}"),
        _ => path.into(),
    }
}

#[test]
fn a_byte_changed_in_any_kind_of_file_names_that_file() {
    let (office, folder) = (half_year(), tempfile::tempdir().unwrap());
    let out = folder.path().join("q2.zip");
    let words = ["pack", "--sample", "--period", "2025-Q2", "--out", out.to_str().unwrap()];
    office.zhinaq(&words).exits(0);
    let mut bytes = fs::read(&out).unwrap();
    let mut kinds: BTreeMap<String, Vec<(String, u64, u64)>> = BTreeMap::new();
    {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        for index in 0..zip.len() {
            let file = zip.by_index(index).unwrap();
            let (name, start, length) =
                (file.name().unwrap().into_owned(), file.data_start().unwrap(), file.compressed_size());
            kinds.entry(kind(&name)).or_default().push((name, start, length));
        }
    }
    for wanted in [
        "README.txt",
        "SHA256SUMS",
        "approvals.json",
        "findings.json",
        "journal.jsonl",
        "manifest.json",
        "masters",
        "office/schedules.csv",
        "office/schedules.toml",
        "office/templates.toml",
        "register.json",
        "snapshots",
        "snapshots/receipts.jsonl",
        "status.json",
    ] {
        assert!(kinds.contains_key(wanted), "no {wanted} among {:?}", kinds.keys());
    }
    assert!(verify(&mut Cursor::new(&bytes)).unwrap().intact);
    for (kind, files) in &kinds {
        let (name, start, length) = &files[files.len() / 2];
        assert!(*length > 0, "{name} is empty");
        // The first byte of the file, one in the middle, the last one; and the end of its name before its bytes.
        for at in [*start, start + length / 2, start + length - 1, start - 1] {
            let at = at as usize;
            bytes[at] ^= 0x04;
            let found = verify(&mut Cursor::new(&bytes)).unwrap();
            let named: Vec<&str> = found.faults.iter().map(|fault| fault.file.as_str()).collect();
            assert!(!found.intact && named.contains(&name.as_str()), "{kind}: byte {at} of {name}: {named:?}");
            bytes[at] ^= 0x04;
        }
    }
}

#[test]
fn no_passphrase_is_in_the_evidence_of_a_period_with_encrypted_copies() {
    const PASSPHRASE: &str = "алты қат құпия сөз, for no one else";
    let office = Office::small();
    // The passphrases are in a folder that is packed.
    let secrets = office.path().join("schedules/passphrases.toml");
    fs::write(&secrets, format!("mia = \"{PASSPHRASE}\"\n")).unwrap();
    fs::set_permissions(&secrets, fs::Permissions::from_mode(0o600)).unwrap();
    office.edit("zhinaq.toml", |text| {
        format!("{text}\n[delivery.mia]\nencrypt = true\n[encryption]\npassphrases = \"schedules/passphrases.toml\"\n")
    });
    office.zhinaq(&["run", "--sample", "--period", "2025-Q2", "--quiet"]).exits(0);
    let sealed = office.path().join("output/sample/2025-Q2/narcotics/r0/sealed");
    assert!(fs::read_dir(&sealed).unwrap().count() > 0);
    let words = ["pack", "--sample", "--period", "2025-Q2", "--with-copies", "--out", "q2.zip", "--format", "json"];
    let report = office.zhinaq(&words).json();
    assert!(
        report["troubles"].to_string().contains("`schedules/passphrases.toml`"),
        "it says what is left out: {report}"
    );

    let archive = fs::read(office.path().join("q2.zip")).unwrap();
    let holds = |bytes: &[u8]| bytes.windows(PASSPHRASE.len()).any(|part| part == PASSPHRASE.as_bytes());
    let mut zip = zip::ZipArchive::new(Cursor::new(&archive)).unwrap();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        assert!(!holds(&bytes) && !name.contains("passphrase"), "{name}");
    }
    let found = office.zhinaq(&["verify", "q2.zip", "--format", "json"]).exits(0).json();
    assert_eq!(found["intact"], json!(true), "{found}");
    // The journal lists the archives that were sent, so that one that turns up is known.
    let journal = std::io::read_to_string(zip.by_name("journal.jsonl").unwrap()).unwrap();
    assert!(journal.contains("\"kind\":\"sealed\""));
}
