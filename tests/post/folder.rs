//! Parcels into a folder, each exactly once.

use std::{fs, path::Path, process::Command, sync::Arc};

use serde_json::Value;
use zhinaq::{
    distribute::{CopyContent, Folder, Pace, Transport, hand_over},
    domain::{Channel, Fact, ParcelState, Sha256},
};

use super::{
    context::{Notebook, QUICK, parcel},
    ledger::SmallDisk,
};

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
