//! Parcels into a folder, each exactly once.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use serde_json::Value;
use zhinaq::{
    distribute::{CopyContent, Folder, Pace, Parcel, Transport, hand_over},
    domain::{Channel, Fact, ParcelState, Sha256},
};

use super::{
    context::{Notebook, QUICK, parcel},
    ledger::SmallDisk,
    program::files_below,
};
use crate::support::program::Office;

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|(n, b)| (format!("{name}/{n}"), b)));
        } else {
            found.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_parcel_lies_in_its_folder_with_a_manifest() {
    let outbox = tempfile::tempdir().unwrap();
    let parcels = vec![parcel("mia", 1, 100), parcel("gp-leadership", 7, 100)];
    let notebook = Notebook::with(&parcels);
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(outbox.path()));
    let receipts = hand_over(Arc::clone(&transport), Arc::clone(&notebook), parcels.clone(), Pace::default()).await;
    assert_eq!(receipts.iter().map(|r| r.handed.len()).collect::<Vec<_>>(), [1, 7]);
    assert_eq!(receipts[0].outcome.words, "written to `mia/2025-Q2/crime/r0`");
    assert_eq!(notebook.state(&parcels[1]), ParcelState::Handed);

    let folder = outbox.path().join("gp-leadership/2025-Q2/crime/r0");
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["parcel"], "2025-Q2/crime/r0/gp-leadership");
    for (copy, listed) in parcels[1].copies.iter().zip(manifest["copies"].as_array().unwrap()) {
        let bytes = fs::read(folder.join(listed["file"].as_str().unwrap())).unwrap();
        assert_eq!(Sha256::of(&bytes), copy.record.sha256);
        assert_eq!(listed["sha256"], copy.record.sha256.to_string());
        assert_eq!((listed["number"].as_u64(), listed["of"].as_u64()), (Some(copy.record.number.into()), Some(7)));
        assert!(listed["file"].as_str().unwrap().ends_with(&format!(".{}.xlsx", copy.record.sha256.short())));
    }

    let before = files(outbox.path());
    let again = hand_over(transport, notebook, parcels, Pace::default()).await;
    assert!(again.iter().all(|r| r.outcome.state.is_handed() && r.outcome.words.starts_with("was in")), "{again:?}");
    assert_eq!(files(outbox.path()), before);
}

#[tokio::test]
async fn a_half_written_parcel_is_completed() {
    let outbox = tempfile::tempdir().unwrap();
    let whole = parcel("mia", 3, 100);
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(outbox.path()));
    let notebook = Notebook::with(std::slice::from_ref(&whole));
    hand_over(Arc::clone(&transport), Arc::clone(&notebook), vec![whole.clone()], QUICK).await;
    let before = files(outbox.path());
    // A power cut came after the first copy: there is no manifest, and the intent has no outcome.
    for (name, _) in before.iter().filter(|(n, _)| !n.contains("copy-1-of")) {
        fs::remove_file(outbox.path().join(name)).unwrap();
    }
    fs::write(outbox.path().join("mia/2025-Q2/crime/r0/.part-1-0"), b"torn").unwrap();
    let notebook = Notebook::with(std::slice::from_ref(&whole));
    let sending = Fact::Sending {
        parcel: whole.id.clone(),
        attempt: 1,
        message_id: None,
        transport: Channel::Folder,
        copies: vec![],
        mail: None,
    };
    notebook.facts.lock().unwrap().push(sending);
    notebook.write_off_the_interrupted();
    assert_eq!(notebook.record(&whole.id).to_send().count(), 3);
    hand_over(transport, Arc::clone(&notebook), vec![whole.clone()], QUICK).await;
    assert_eq!(notebook.state(&whole), ParcelState::Handed);
    fs::remove_file(outbox.path().join("mia/2025-Q2/crime/r0/.part-1-0")).unwrap();
    assert_eq!(files(outbox.path()), before);
}

#[tokio::test]
async fn another_file_under_the_copys_number_stops_and_says_so() {
    let outbox = tempfile::tempdir().unwrap();
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(outbox.path()));
    let first = parcel("mia", 2, 100);
    hand_over(Arc::clone(&transport), Notebook::with(std::slice::from_ref(&first)), vec![first.clone()], QUICK).await;
    let before = files(outbox.path());

    // The same number with other bytes.
    let mut other = first.clone();
    let bytes = b"another book".to_vec();
    other.copies[1].record.sha256 = Sha256::of(&bytes);
    other.copies[1].content = CopyContent::Bytes(bytes.into());
    let notebook = Notebook::with(std::slice::from_ref(&other));
    let receipts = hand_over(Arc::clone(&transport), Arc::clone(&notebook), vec![other], QUICK).await;
    assert_eq!(receipts[0].outcome.state, ParcelState::Failed);
    assert!(receipts[0].outcome.words.starts_with("copy 2 lies there already with another hash"), "{receipts:?}");
    assert!(!receipts[0].outcome.is_transient());
    assert_eq!(files(outbox.path()), before);

    // The right name, with other bytes.
    let (name, _) = before.iter().find(|(n, _)| n.contains("copy-1-of")).unwrap();
    fs::write(outbox.path().join(name), b"scribbled over").unwrap();
    let receipts = hand_over(transport, Notebook::with(std::slice::from_ref(&first)), vec![first], QUICK).await;
    assert!(receipts[0].outcome.words.contains("holds other bytes already"), "{receipts:?}");
    assert_eq!(fs::read(outbox.path().join(name)).unwrap(), b"scribbled over");
}

#[tokio::test]
async fn a_copy_that_is_not_the_one_in_the_register_is_not_handed_over() {
    let outbox = tempfile::tempdir().unwrap();
    let mut wrong = parcel("mia", 1, 100);
    let file = outbox.path().join("copy.xlsx");
    fs::write(&file, b"changed after approval").unwrap();
    wrong.copies[0].content = CopyContent::Stored(Arc::new(file));
    let mut strange = parcel("moj", 1, 100);
    strange.copies[0].record.file = "../../escaped.xlsx".into();
    let notebook = Notebook::with(&[wrong.clone(), strange.clone()]);
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(outbox.path().join("outbox")));
    let receipts = hand_over(transport, notebook, vec![wrong, strange], QUICK).await;
    assert!(receipts[0].outcome.words.contains("is not the one in the register"), "{receipts:?}");
    assert!(receipts[1].outcome.words.contains("not a plain name"), "{receipts:?}");
    assert!(!outbox.path().join("outbox").exists());
}

/// A parcel whose copies lie in files of a folder.
fn stored(folder: &Path) -> Parcel {
    let mut parcel = parcel("mia", 2, 100);
    for copy in &mut parcel.copies {
        let file = folder.join(&copy.record.file);
        fs::write(&file, copy.bytes().unwrap()).unwrap();
        copy.content = CopyContent::Stored(Arc::new(file));
    }
    parcel
}

#[tokio::test]
async fn a_stored_copy_lies_on_the_disk_once_and_whoever_edits_one_name_changes_both() {
    let folder = tempfile::tempdir().unwrap();
    let (copies, outbox) = (folder.path().join("copies"), folder.path().join("outbox"));
    fs::create_dir(&copies).unwrap();
    let whole = stored(&copies);
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(&outbox).linking());
    let send = async |whole: &Parcel| {
        let notebook = Notebook::with(std::slice::from_ref(whole));
        hand_over(Arc::clone(&transport), notebook, vec![whole.clone()], QUICK).await.remove(0)
    };
    assert_eq!(send(&whole).await.outcome.words, "written to `mia/2025-Q2/crime/r0`");
    let sent: Vec<PathBuf> = files_below(&outbox, "copy-");
    assert_eq!(sent.len(), 2);
    for path in &sent {
        let found = fs::metadata(path).unwrap();
        assert_eq!((found.nlink(), found.mode() & 0o222), (2, 0), "{}", path.display());
    }
    assert!(send(&whole).await.outcome.words.starts_with("was in"));

    // A program that edits a file in its place, against its mode.
    let may = fs::metadata(&sent[0]).unwrap().permissions();
    let mut writes = may.clone();
    std::os::unix::fs::PermissionsExt::set_mode(&mut writes, 0o600);
    fs::set_permissions(&sent[0], writes).unwrap();
    fs::write(&sent[0], b"edited by the organ").unwrap();
    let receipt = send(&whole).await;
    assert_eq!(receipt.outcome.state, ParcelState::Failed);
    assert!(receipt.outcome.words.contains("is not the one in the register"), "{receipt:?}");
    // The copy is made again, in a file of its own. What the organ edited stays, and is named.
    for copy in &whole.copies {
        let file = copies.join(&copy.record.file);
        if fs::read(&file).unwrap() == b"edited by the organ" {
            fs::remove_file(&file).unwrap();
            let number = copy.record.number;
            fs::write(&file, parcel("mia", 2, 100).copies[number as usize - 1].bytes().unwrap()).unwrap();
        }
    }
    let receipt = send(&whole).await;
    assert!(receipt.outcome.words.contains("holds other bytes already"), "{receipt:?}");
    assert_eq!(fs::read(&sent[0]).unwrap(), b"edited by the organ");
}

#[tokio::test]
async fn on_another_file_system_a_copy_is_copied() {
    let Some(disk) = SmallDisk::mount() else { return };
    let folder = tempfile::tempdir().unwrap();
    let whole = stored(folder.path());
    let notebook = Notebook::with(std::slice::from_ref(&whole));
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(disk.0.path()).linking());
    let receipts = hand_over(transport, Arc::clone(&notebook), vec![whole.clone()], QUICK).await;
    assert_eq!(receipts[0].outcome.words, "written to `mia/2025-Q2/crime/r0`");
    let sent = files_below(disk.0.path(), "copy-");
    assert!(sent.len() == 2 && sent.iter().all(|path| fs::metadata(path).unwrap().nlink() == 1));
    assert_eq!(notebook.state(&whole), ParcelState::Handed);
}

/// The copies of a small office's quarter, each with the number of its names.
fn names_of_copies(office: &Office) -> Vec<u64> {
    let copies = files_below(&office.path().join("output/sample/2025-Q2"), "-copy-");
    assert!(copies.len() > 10);
    copies.iter().map(|path| fs::metadata(path).unwrap().nlink()).collect()
}

#[test]
fn the_outbox_of_an_office_takes_no_room_of_its_own_unless_it_is_told_to() {
    let run = ["run", "--sample", "--period", "2025-Q2"];
    let office = Office::small();
    // A dry run is for people who may change what they look at.
    office.zhinaq(&[&run[..], &["--no-send"]].concat()).exits(0);
    office.zhinaq(&["send", "--sample", "--period", "2025-Q2", "--dry-run"]).exits(0);
    assert!(names_of_copies(&office).iter().all(|names| *names == 1));
    office.zhinaq(&run).exits(0);
    assert!(names_of_copies(&office).iter().all(|names| *names == 2));
    assert!(!office.zhinaq(&["doctor"]).out.contains("stored twice"));

    // Somebody edits a file of the outbox, and so the copy: it is made again from its master before it goes once more.
    let sent = files_below(&office.path().join("output/sample/outbox"), "_copy-").remove(0);
    let (twin, before) = (fs::metadata(&sent).unwrap().ino(), fs::read(&sent).unwrap());
    fs::write(&sent, b"edited").unwrap();
    let copies = files_below(&office.path().join("output/sample/2025-Q2"), "-copy-");
    let copy = copies.iter().find(|path| fs::metadata(path).unwrap().ino() == twin).unwrap();
    let below = sent.strip_prefix(office.path().join("output/sample/outbox")).unwrap();
    let parts: Vec<&str> = below.iter().map(|part| part.to_str().unwrap()).collect();
    let parcel = format!("{}/{}/{}/{}", parts[1], parts[2], parts[3], parts[0]);
    let again = ["resend", "--sample", "--parcel", &parcel, "--reason", "trial", "--yes"];
    let ended = office.zhinaq(&again).exits(4);
    assert!(ended.err.contains("made again from its master"), "{}", ended.err);
    assert!(ended.err.contains("holds other bytes already"), "{}", ended.err);
    assert_eq!((fs::read(copy).unwrap(), fs::read(&sent).unwrap()), (before, b"edited".to_vec()));

    let other = Office::small();
    other.edit("zhinaq.toml", |text| text.replace("keep = \"link\"", "keep = \"copy\""));
    other.zhinaq(&run).exits(0);
    assert!(names_of_copies(&other).iter().all(|names| *names == 1));
}

#[test]
fn doctor_says_that_no_link_reaches_an_outbox_on_another_file_system() {
    let Some(disk) = SmallDisk::mount() else { return };
    let office = Office::real();
    let outbox = disk.0.path().display().to_string();
    office.edit("zhinaq.toml", |text| text.replace("folder = \"output/outbox\"", &format!("folder = \"{outbox}\"")));
    let told = office.zhinaq(&["doctor"]);
    assert!(told.out.contains(&format!("the outbox `{outbox}` is on another file system")), "{}{}", told.out, told.err);
    office.edit("zhinaq.toml", |text| text.replace("keep = \"link\"", "keep = \"copy\""));
    assert!(!office.zhinaq(&["doctor"]).out.contains("another file system"));
}

#[tokio::test]
async fn without_a_journal_nothing_is_handed_over() {
    let outbox = tempfile::tempdir().unwrap();
    let parcels: Vec<_> = ["mia", "moj", "knb"].map(|o| parcel(o, 1, 100)).into();
    let notebook = Notebook::with(&parcels);
    *notebook.intents_fail.lock().unwrap() = true;
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(outbox.path()));
    let receipts = hand_over(Arc::clone(&transport), Arc::clone(&notebook), parcels.clone(), QUICK).await;
    assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Queued), "{receipts:?}");
    assert!(files(outbox.path()).is_empty());

    *notebook.intents_fail.lock().unwrap() = false;
    *notebook.taken_over_after.lock().unwrap() = Some(1);
    let pace = Pace { workers: 1, ..QUICK };
    let receipts = hand_over(transport, Arc::clone(&notebook), parcels.clone(), pace).await;
    let states: Vec<ParcelState> = receipts.iter().map(|r| r.outcome.state).collect();
    assert_eq!(states, [ParcelState::Handed, ParcelState::Queued, ParcelState::Queued]);
    assert!(receipts[1].outcome.words.contains("another run has taken over"), "{receipts:?}");
    assert_eq!(files(outbox.path()).len(), 2);
}

#[tokio::test]
async fn a_full_disk_is_a_failure_that_passes_and_the_rest_is_completed_when_there_is_room() {
    let Some(disk) = SmallDisk::mount() else { return };
    let outbox = disk.0.path();
    let whole = parcel("mia", 3, 200_000);
    let notebook = Notebook::with(std::slice::from_ref(&whole));
    let transport: Arc<dyn Transport> = Arc::new(Folder::new(outbox));
    let receipts = hand_over(Arc::clone(&transport), Arc::clone(&notebook), vec![whole.clone()], QUICK).await;
    assert_eq!(receipts[0].outcome.state, ParcelState::Failed, "{receipts:?}");
    assert!(receipts[0].outcome.is_transient() && receipts[0].outcome.words.contains("could not be written"));
    let there = files(outbox);
    assert!(
        there.iter().all(|(name, bytes)| name.ends_with(".xlsx") && bytes.len() == 200_000),
        "nothing half-written"
    );
    assert_eq!(there.len(), 2);

    let larger = Command::new("mount").args(["-o", "remount,size=8m"]).arg(outbox).status();
    assert!(larger.is_ok_and(|status| status.success()));
    let receipts = hand_over(transport, Arc::clone(&notebook), vec![whole.clone()], QUICK).await;
    assert_eq!(receipts[0].outcome.state, ParcelState::Handed, "{receipts:?}");
    assert_eq!(notebook.state(&whole), ParcelState::Handed);
    assert_eq!(files(outbox).iter().filter(|(name, _)| name.ends_with(".xlsx")).count(), 3);
}
