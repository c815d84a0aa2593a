//! `zhinaq pack` and `zhinaq verify`: the evidence of a period, checked without the office.

use std::{
    fs,
    io::{Cursor, Write as _},
    path::Path,
    process::Command,
};

use serde_json::{Value, json};
use zhinaq::{
    domain::Sha256,
    evidence::{FORMAT, Manifest, PackError, PackWriter, Verified, VerifyError, verify},
};

use super::half_year;
use crate::support::{program::Office, skipped};

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT.into(),
        program: "zhinaq".into(),
        version: "0".into(),
        period: "2025-Q2".parse().unwrap(),
        origin: zhinaq::domain::Origin::Sample,
        office: "Комитет".into(),
        regulation: "order-25-2019".into(),
        journal: None,
        facts: Some((1, 2)),
        collections: Vec::new(),
        with_copies: false,
        missing: Vec::new(),
        files: Vec::new(),
    }
}

/// A small archive with every kind of file: stored, deflated, empty, in folders.
fn small() -> Vec<u8> {
    let mut writer = PackWriter::new(Vec::new());
    let snapshot = b"PK as it came";
    writer.add("journal.jsonl", b"{\"seq\":1,\"kind\":\"built\"}\n{\"seq\":2,\"kind\":\"built\"}\n").unwrap();
    writer.add("office/schedules/forms.toml", "строка = 1\n".repeat(40).as_bytes()).unwrap();
    writer.add(&format!("snapshots/{}", Sha256::of(snapshot)), snapshot).unwrap();
    writer.add("snapshots/receipts.jsonl", b"").unwrap();
    writer.finish(manifest(), |_| Ok::<_, PackError>(None)).unwrap().0
}

fn checked(bytes: &[u8]) -> Result<Verified, VerifyError> {
    verify(&mut Cursor::new(bytes))
}

fn named(found: &Verified) -> Vec<&str> {
    found.faults.iter().map(|f| f.file.as_str()).collect()
}

#[test]
fn an_archive_as_it_was_packed_is_intact_and_has_the_same_bytes_again() {
    let bytes = small();
    assert_eq!(small(), bytes);
    let found = checked(&bytes).unwrap();
    assert!(found.intact, "{:?}", found.faults);
    assert_eq!(found.manifest.unwrap().files.len(), 5, "four files and their sums");
    // Other programs open it.
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let sums = std::io::read_to_string(zip.by_name("SHA256SUMS").unwrap()).unwrap();
    assert!(sums.contains(&format!("{}  snapshots/receipts.jsonl\n", Sha256::of(b""))), "{sums}");
}

#[test]
fn no_byte_can_be_changed_without_being_found() {
    let bytes = small();
    let files: Vec<(usize, String)> = {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let count = zip.len();
        let mut place = |index| {
            let file = zip.by_index(index).unwrap();
            (file.data_start().unwrap() as usize, file.name().unwrap().into_owned())
        };
        (0..count).map(&mut place).collect()
    };
    for at in 0..bytes.len() {
        for bit in [1_u8, 128] {
            let mut changed = bytes.clone();
            changed[at] ^= bit;
            match checked(&changed) {
                Ok(found) => assert!(!found.intact, "byte {at}, bit {bit}: nothing was found"),
                // If the first or last mark is gone, the file is not an archive at all.
                Err(error) => {
                    assert!(matches!(error, VerifyError::Foreign(_) | VerifyError::TooLarge(_)), "{at}: {error}");
                }
            }
        }
    }
    // If a byte of a file's data changes, the report lists that file.
    for (start, name) in &files {
        let mut changed = bytes.clone();
        if name == "snapshots/receipts.jsonl" {
            continue;
        }
        changed[*start] ^= 1;
        let found = checked(&changed).unwrap();
        assert!(named(&found).contains(&name.as_str()), "{name}: {:?}", found.faults);
    }
}

/// The new content of a file by its name; `None` leaves it out.
type Change<'a> = &'a dyn Fn(&str, Vec<u8>) -> Option<Vec<u8>>;

#[test]
fn a_file_that_is_missing_added_or_exchanged_is_named() {
    let bytes = small();
    let again = |change: Change<'_>, more: Option<(&str, &[u8])>| {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            let (name, mut content) = (file.name().unwrap().into_owned(), Vec::new());
            std::io::copy(&mut file, &mut content).unwrap();
            if let Some(content) = change(&name, content) {
                out.start_file(name, options).unwrap();
                out.write_all(&content).unwrap();
            }
        }
        if let Some((name, content)) = more {
            out.start_file(name, options).unwrap();
            out.write_all(content).unwrap();
        }
        checked(&out.finish().unwrap().into_inner()).unwrap()
    };
    let told = |found: &Verified, file: &str, why: &str| {
        assert!(!found.intact);
        let is_it = |f: &zhinaq::evidence::PackFault| f.file == file && f.why.contains(why);
        assert!(found.faults.iter().any(is_it), "{file} {why}: {:?}", found.faults);
    };
    told(&again(&|n, c| (n != "journal.jsonl").then_some(c), None), "journal.jsonl", "is not in the archive");
    told(&again(&|_, c| Some(c), Some(("extra.txt", b"x"))), "extra.txt", "is not listed");
    let other = |n: &str, c: Vec<u8>| Some(if n == "journal.jsonl" { b"{\"seq\":1}\n".to_vec() } else { c });
    told(&again(&other, None), "journal.jsonl", "was changed: its SHA-256");
    told(&again(&|n, c| (n != "manifest.json").then_some(c), None), "manifest.json", "cannot be read");
    told(&again(&|_, c| Some(c), Some(("../../escape", b"x"))), "../../escape", "is not a name of a file of evidence");
}

#[test]
fn facts_out_of_order_and_a_snapshot_under_a_wrong_name_are_told() {
    let mut writer = PackWriter::new(Vec::new());
    writer.add("journal.jsonl", b"{\"seq\":2}\n{\"seq\":1}\n").unwrap();
    writer.add(&format!("snapshots/{}", Sha256::of(b"one")), b"other").unwrap();
    assert!(matches!(writer.add("journal.jsonl", b""), Err(PackError::Path(_))), "a name twice");
    assert!(matches!(writer.add("../x", b""), Err(PackError::Path(_))));
    let found = checked(&writer.finish(manifest(), |_| Ok::<_, PackError>(None)).unwrap().0).unwrap();
    assert_eq!(found.faults.len(), 2, "{:?}", found.faults);
    assert!(found.faults[0].why.contains("fact 1 comes after fact 2"), "{:?}", found.faults);
}

#[test]
fn a_hostile_archive_is_refused() {
    for (bytes, words) in [
        (Vec::new(), "too short"),
        (b"%PDF-1.7".repeat(20), "not a ZIP archive"),
        (b"PK\x05\x06".iter().copied().chain([0; 60]).collect(), "not a ZIP archive"),
    ] {
        assert!(checked(&bytes).unwrap_err().to_string().contains(words), "{words}");
    }
    // A header that declares more bytes than any file of evidence has.
    let mut bomb = small();
    bomb[22..26].copy_from_slice(&u32::MAX.to_le_bytes());
    let end = bomb.len() - 22;
    bomb[end] ^= 1;
    assert!(matches!(checked(&bomb), Err(VerifyError::TooLarge(_))), "{:?}", checked(&bomb).map(|v| v.faults));
    // A workbook is an archive, but not one of evidence.
    let found = checked(&crate::post::stamping::master(2, 5));
    assert!(found.as_ref().map_or(true, |f| !f.intact), "{found:?}");
}

fn pack(office: &Office, out: &Path, more: &[&str], code: i32) -> Value {
    let mut words = vec!["pack", "--sample", "--period", "2025-Q2", "--out", out.to_str().unwrap(), "--format", "json"];
    words.extend(more);
    office.zhinaq(&words).exits(code).json()
}

#[test]
fn the_evidence_of_a_half_year_is_checked_without_the_office() {
    let (office, folder) = (half_year(), tempfile::tempdir().unwrap());
    let (file, again) = (folder.path().join("2025-Q2.zip"), folder.path().join("again.zip"));
    let report = pack(office, &file, &["--with-copies"], 0);
    assert_eq!(report["troubles"], json!([]), "{report}");
    pack(office, &again, &["--with-copies"], 0);
    assert!(fs::read(&file).unwrap() == fs::read(&again).unwrap(), "the same evidence has the same bytes");
    let ended = office.zhinaq(&["pack", "--sample", "--period", "2025-Q2", "--out", file.to_str().unwrap()]).exits(1);
    assert!(ended.err.contains("exists already"), "{}", ended.err);

    let elsewhere = Office::empty();
    let words = ["verify", file.to_str().unwrap(), "--format", "json"];
    let found = elsewhere.zhinaq(&words).exits(0).json();
    assert_eq!((&found["intact"], &found["seal"]), (&json!(true), &report["seal"]));
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "verify needs and leaves nothing");
    let paths: Vec<&str> =
        found["manifest"]["files"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    let count = |start: &str| paths.iter().filter(|p| p.starts_with(start)).count();
    assert_eq!(paths.iter().filter(|p| p.contains("/copies/")).count(), 176);
    assert!(count("snapshots/") > 100 && count("office/schedules/order-25-2019/") >= 5, "{}", paths.len());
    for path in
        ["journal.jsonl", "register.json", "findings.json", "approvals.json", "office/schedules/calendar-kz.toml"]
    {
        assert!(paths.contains(&path), "{path}");
    }
    assert!(paths.iter().all(|p| !p.contains("zhinaq.toml")));

    // One byte in the middle of a copy.
    let mut bytes = fs::read(&file).unwrap();
    let (at, name) = {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let name = zip.file_names().map(|n| n.unwrap().into_owned()).find(|n| n.contains("-mia-copy-1-")).unwrap();
        let entry = zip.by_name(&name).unwrap();
        ((entry.data_start().unwrap() + entry.compressed_size() / 2) as usize, name)
    };
    bytes[at] ^= 0x10;
    let changed = folder.path().join("changed.zip");
    fs::write(&changed, bytes).unwrap();
    let ended = elsewhere.zhinaq(&["verify", changed.to_str().unwrap()]).exits(3);
    assert!(ended.out.contains("NOT as it was packed") && ended.out.contains(&name), "{}", ended.out);
}

#[test]
fn a_signature_holds_for_the_authority_that_was_named_and_for_no_other() {
    if !Command::new("openssl").arg("version").output().is_ok_and(|o| o.status.success()) {
        skipped("`openssl` is not installed");
        return;
    }
    let (office, folder) = (half_year(), tempfile::tempdir().unwrap());
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for name in ["signer", "other"] {
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"])
            .args(["-subj", &format!("/CN=zhinaq-{name}")])
            .args(["-keyout", &at(&format!("{name}.key")), "-out", &at(&format!("{name}.pem"))])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let (key, certificate, other) = (at("signer.key"), at("signer.pem"), at("other.pem"));
    let file = folder.path().join("signed.zip");
    pack(office, &file, &["--certificate", &certificate, "--key", &key], 0);
    let verify = |authority: &[&str], code| {
        let mut words = vec!["verify", file.to_str().unwrap()];
        words.extend(authority);
        office.zhinaq(&words).exits(code).out
    };
    assert!(verify(&[], 0).contains("give the file of its authority"));
    assert!(verify(&["--authority", &certificate], 0).contains("good: by `CN=zhinaq-signer`"));
    let later = verify(&["--authority", &certificate, "--at", "2099-01-01"], 3);
    assert!(later.contains("WRONG") && later.contains("certificate has expired"), "{later}");
    assert!(later.contains("every byte is as it was packed, but the signature does not hold"), "{later}");
    assert!(verify(&["--authority", &other], 3).contains("WRONG"));
    // An authority of the system is not the authority that was given.
    let hash = Command::new("openssl").args(["x509", "-noout", "-hash", "-in", &certificate]).output().unwrap().stdout;
    let of_system = folder.path().join("system");
    fs::create_dir(&of_system).unwrap();
    fs::copy(&certificate, of_system.join(format!("{}.0", String::from_utf8(hash).unwrap().trim()))).unwrap();
    let words = ["verify", file.to_str().unwrap(), "--authority", &other];
    let trusted = office.zhinaq_with(&words, &[("SSL_CERT_DIR", of_system.to_str().unwrap())]);
    assert!(trusted.exits(3).out.contains("WRONG"));
    let wrong = folder.path().join("wrong.zip");
    let words = ["pack", "--sample", "--period", "2025-Q2", "--out", wrong.to_str().unwrap()];
    let ended = office.zhinaq(&[&words[..], &["--certificate", &certificate, "--key", &other]].concat()).exits(1);
    assert!(ended.err.contains("the evidence is not signed") && !wrong.exists(), "{}", ended.err);
}
