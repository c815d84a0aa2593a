//! Copies in encrypted archives: another program opens them with the organ's passphrase, and none is sent unencrypted.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use zhinaq::domain::Sha256;

use super::{
    context::attachments,
    program::{SEND, moved, narcotics},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Kept},
    program::Office,
    skipped,
};

const PASSPHRASE: &str = "жеті қат құпия сөз, not for mail";

fn passphrases(office: &Office, text: &str) -> PathBuf {
    let path = office.path().join("passphrases.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// An office whose narcotics collection waits for one server, and goes to `mia` in archives.
fn sealing(port: u16) -> Office {
    let office = moved(port);
    office.edit("zhinaq.toml", |text| {
        format!("{text}\n[delivery.mia]\nencrypt = true\n[encryption]\npassphrases = \"passphrases.toml\"\n")
    });
    office
}

fn to<'a>(kept: &'a [Kept], organ: &str) -> Vec<&'a Kept> {
    kept.iter().filter(|k| k.to[0] == format!("{organ}@test.invalid")).collect()
}

/// The file inside an archive, as another program opens it; `None` if no such program is installed.
fn opened_elsewhere(archive: &Path, passphrase: &str) -> Option<Result<Vec<u8>, String>> {
    let folder = tempfile::tempdir().unwrap();
    for program in ["7zz", "7z"] {
        let mut command = Command::new(program);
        command.arg("x").arg(format!("-p{passphrase}")).arg("-y").arg(archive).current_dir(folder.path());
        let Ok(output) = command.output() else { continue };
        if !output.status.success() {
            return Some(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        let file = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        return Some(Ok(fs::read(file).unwrap()));
    }
    skipped("neither `7zz` nor `7z` is installed");
    None
}

fn opened(archive: &[u8], passphrase: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut bytes = Vec::new();
    std::io::copy(&mut zip.by_index_decrypt(0, passphrase.as_bytes()).unwrap(), &mut bytes).unwrap();
    bytes
}

fn identify(office: &Office, bytes: &[u8]) -> Value {
    fs::write(office.path().join("file"), bytes).unwrap();
    let ended = office.zhinaq(&["identify", "file", "--sample", "--format", "json"]);
    ended.json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organ_that_wants_it_gets_its_copies_in_archives_and_the_same_again_when_asked() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    let office = tokio::task::block_in_place(|| {
        let office = sealing(port);
        passphrases(&office, &format!("mia = \"{PASSPHRASE}\"\n"));
        // A dry run seals too, but records no fact and keeps no archive.
        let dry: Vec<&str> = SEND.iter().copied().chain(["--dry-run"]).collect();
        office.zhinaq(&dry).exits(0);
        assert!(!office.path().join("output/sample/2025-Q2/narcotics/r0/sealed").exists());
        office.zhinaq(&SEND).exits(0);
        office
    });
    let kept = fake.kept();
    let mia = to(&kept, "mia");
    let [mail] = mia.as_slice() else { panic!("{} mails", mia.len()) };
    let sent = attachments(&mail.message);
    assert!(sent.iter().all(|(name, _)| name.ends_with(".zip")), "{:?}", sent.iter().map(|s| &s.0).collect::<Vec<_>>());
    assert!(to(&kept, "moj").iter().flat_map(|k| attachments(&k.message)).all(|(name, _)| name.ends_with(".xlsx")));
    let (name, archive) = &sent[0];
    let copy = opened(archive, PASSPHRASE);
    let path = office.path().join(name);
    fs::write(&path, archive).unwrap();
    if let Some(elsewhere) = opened_elsewhere(&path, PASSPHRASE) {
        assert_eq!(elsewhere.unwrap(), copy);
        assert!(opened_elsewhere(&path, "another passphrase").unwrap().is_err());
    }
    let listing = Command::new("unzip").arg("-l").arg(&path).output();
    assert!(listing.is_ok_and(|l| !String::from_utf8_lossy(&l.stdout).is_empty()));

    // The register contains the hashes of both: the archive that was sent, and the copy inside.
    let register = office.zhinaq(&["register", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).out;
    assert!(register.contains(&Sha256::of(archive).to_string()) && register.contains(&Sha256::of(&copy).to_string()));
    for bytes in [archive, &copy] {
        let known = identify(&office, bytes);
        assert_eq!((&known["organ"], &known["intact"]), (&json!("mia"), &json!(true)), "{known}");
    }
    // The passphrase is in no file but its own.
    let written = Command::new("grep").arg("-rlaF").arg("құпия сөз").arg(office.path()).output().unwrap();
    let written = String::from_utf8_lossy(&written.stdout).into_owned();
    assert!(written.trim().ends_with("passphrases.toml") && written.trim().lines().count() == 1, "{written}");
    assert!(!String::from_utf8_lossy(&mail.message).contains("not for mail"));

    // The passphrase has changed since, but the same archive is sent again.
    let office = tokio::task::block_in_place(|| {
        passphrases(&office, "mia = \"a new passphrase of mia\"\n");
        let words = [
            "--by",
            "op",
            "resend",
            "--sample",
            "--parcel",
            "2025-Q2/narcotics/r0/mia",
            "--reason",
            "the organ lost it",
        ];
        office.zhinaq(&words).exits(0);
        office.zhinaq(&SEND).exits(0);
        office
    });
    let kept = fake.kept();
    let mia = to(&kept, "mia");
    assert_eq!(mia.len(), 2);
    assert_eq!(attachments(&mia[1].message), sent);
    assert!(mia[0].message != mia[1].message, "the same archive, in a mail of its own");
    drop(office);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_passphrase_a_parcel_never_leaves_and_the_others_do() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = sealing(port);
        let missing = office.zhinaq(&["doctor"]).exits(1);
        assert!(missing.out.contains("the passphrases `") && missing.out.contains("cannot be read"), "{}", missing.out);
        for (text, why) in [
            (
                "moj = \"a passphrase of another\"\n",
                "the copies of `mia` must be encrypted, but its passphrase is neither in",
            ),
            ("mia = \"short\"\n", "the passphrase of `mia` has fewer than 16 characters"),
            ("mia = \"unclosed, but long enough\n", "passphrases.toml`, line 1: write a line `organ"),
            ("nobody = \"a passphrase of nobody\"\n", "`nobody` is not an organ of recipients.toml"),
        ] {
            passphrases(&office, text);
            let told = office.zhinaq(&["doctor"]).exits(1).out;
            assert!(told.contains(why), "{text}: {told}");
            assert!(!told.contains("long enough"), "{told}");
        }
        let path = passphrases(&office, &format!("mia = \"{PASSPHRASE}\"\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(office.zhinaq(&["doctor"]).exits(1).out.contains("others can read the passphrases"));
        let words: Vec<&str> = SEND.iter().copied().filter(|word| *word != "--quiet").collect();
        let ended = office.zhinaq(&words).exits(4);
        assert!(ended.err.contains("parcel `2025-Q2/narcotics/r0/mia`: not sent"), "{}", ended.err);
        let standing = narcotics(&office);
        let of = |what: &str| standing["parcels"][what].as_u64().unwrap();
        assert_eq!(of("handed") + 1, of("expected"), "{standing}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(!office.zhinaq(&["doctor"]).out.contains("passphrase"));
        office.zhinaq(&SEND).exits(0);
    });
    let kept = fake.kept();
    let mia = to(&kept, "mia");
    assert_eq!(mia.len(), 1);
    assert!(attachments(&mia[0].message).iter().all(|(name, _)| name.ends_with(".zip")));
}

/// The file inside an archive, as Python's `pyzipper` opens it; `None` if that is not installed.
fn opened_by_python(archive: &Path, passphrase: &str) -> Option<Result<Vec<u8>, String>> {
    const OPEN: &str = "import sys\ntry:\n    import pyzipper\nexcept ImportError:\n    sys.exit('no pyzipper')\n\
        z = pyzipper.AESZipFile(sys.argv[1])\nz.setpassword(sys.argv[2].encode())\n[name] = z.namelist()\n\
        assert z.getinfo(name).wz_aes_version == 2 and z.getinfo(name).CRC == 0\nassert z.testzip() is None\n\
        sys.stdout.buffer.write(z.read(name))\n";
    let output =
        Command::new("python3").args(["-c", OPEN]).arg(archive).arg(passphrase).env("PYTHONUTF8", "1").output();
    let Ok(output) = output else {
        skipped("`python3` is not installed");
        return None;
    };
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if words.contains("no pyzipper") {
        skipped("the Python package `pyzipper` is not installed");
        return None;
    }
    Some(if output.status.success() { Ok(output.stdout) } else { Err(words) })
}

#[test]
fn archives_lie_in_an_organs_folder_too_and_neither_text_nor_checksum_nor_passphrase_in_clear() {
    let office = sealing(1);
    office.edit("zhinaq.toml", |text| text.replace("kind = \"smtp\"", "kind = \"folder\""));
    passphrases(&office, &format!("mia = \"{PASSPHRASE}\"\n"));
    office.zhinaq(&SEND).exits(0);
    let folder = office.path().join("output/sample/outbox/mia/2025-Q2/narcotics/r0");
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let listed = manifest["copies"].as_array().unwrap();
    assert!(!listed.is_empty());
    let names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), listed.len() + 1, "{names:?}");
    for copy in listed {
        let path = folder.join(copy["file"].as_str().unwrap());
        let archive = fs::read(&path).unwrap();
        assert_eq!(copy["sha256"], Sha256::of(&archive).to_string());
        assert!(path.extension().is_some_and(|e| e == "zip"), "{}", path.display());
        let inside = opened(&archive, PASSPHRASE);
        assert_eq!(identify(&office, &inside)["organ"], "mia");
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&archive)).unwrap();
        assert_eq!(zip.by_index_raw(0).unwrap().crc32(), 0);
        let checksum = crc32fast::hash(&inside).to_le_bytes();
        assert!(!archive.windows(4).any(|w| w == checksum), "the checksum of what is inside stands in it");
        for elsewhere in
            [opened_elsewhere(&path, PASSPHRASE), opened_by_python(&path, PASSPHRASE)].into_iter().flatten()
        {
            assert_eq!(elsewhere.unwrap(), inside);
        }
        for wrong in [opened_elsewhere(&path, "another passphrase"), opened_by_python(&path, "another passphrase")] {
            assert!(wrong.is_none_or(|opened| opened.is_err()));
        }
    }
    let written = Command::new("grep").arg("-rlaF").arg("құпия сөз").arg(office.path()).output().unwrap();
    let written = String::from_utf8_lossy(&written.stdout).into_owned();
    assert!(written.trim().ends_with("passphrases.toml") && written.trim().lines().count() == 1, "{written}");
}
