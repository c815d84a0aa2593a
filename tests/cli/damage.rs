//! Files of the output that were damaged or lost: the advice of the program is followed once, and then the fault is gone.

use std::{fs, path::PathBuf};

use crate::{
    post::program::{files_below, plain},
    support::{
        fake_smtp::{Act, FakeSmtp},
        program::Office,
    },
};

fn snapshots(office: &Office) -> Vec<PathBuf> {
    let mut files = files_below(&office.path().join("output/sample/snapshots"), "");
    files.retain(|path| path.extension().is_none());
    files.sort();
    files
}

fn all(paths: &[PathBuf]) -> Vec<Vec<u8>> {
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

const PERIOD: [&str; 3] = ["--sample", "--period", "2025-Q2"];

fn zhinaq(office: &Office, command: &str) -> crate::support::program::Ended {
    office.zhinaq(&[&[command][..], &PERIOD].concat())
}

#[test]
fn a_damaged_snapshot_is_fetched_again_by_pull() {
    let office = Office::small();
    zhinaq(&office, "pull").exits(0);
    let paths = snapshots(&office);
    let before = all(&paths);
    assert!(paths.len() > 20, "{paths:?}");
    // Each kind of damage to each document; without the stored figures every document is needed.
    for (number, path) in paths.iter().enumerate() {
        match number % 4 {
            0 => {
                let mut bytes = fs::read(path).unwrap();
                bytes[100] ^= 1;
                fs::write(path, bytes).unwrap();
            }
            1 => fs::write(path, b"").unwrap(),
            2 => fs::write(path, &fs::read(path).unwrap()[..500]).unwrap(),
            _ => fs::remove_file(path).unwrap(),
        }
    }
    fs::remove_dir_all(office.path().join("output/sample/data")).unwrap();
    // The advice of `check` is followed once.
    let failed = zhinaq(&office, "check");
    assert!(failed.code != 0 && failed.err.contains("pull the form again"), "{}", failed.err);
    zhinaq(&office, "pull").exits(0);
    assert!(all(&paths) == before, "not all documents are here again");
    zhinaq(&office, "run").exits(0);
    // What is whole is not fetched again.
    let again = office.zhinaq(&[&["pull", "--format", "json"][..], &PERIOD].concat()).exits(0).json();
    assert!(again["forms"].as_array().unwrap().iter().all(|form| form["taken"] == 0), "{again}");
}

/// An office whose numbered copies wait, because its mail server is down.
fn waiting() -> Office {
    let office = Office::small();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    office.edit("zhinaq.toml", |_| plain(closed));
    zhinaq(&office, "run").exits(4);
    office
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_masters_and_copies_are_made_again_with_the_same_bytes() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    let (masters, before, office) = tokio::task::block_in_place(|| {
        let office = waiting();
        let issues = office.path().join("output/sample/2025-Q2");
        let masters = files_below(&issues, "master-");
        let copies = files_below(&issues, "-copy-");
        assert!(!masters.is_empty() && copies.len() > 10);
        let before = (all(&masters), all(&copies));
        // One master is altered, the others are lost; so are all copies. `build` makes the masters again.
        fs::write(&masters[0], b"altered").unwrap();
        masters[1..].iter().chain(&copies).for_each(|path| fs::remove_file(path).unwrap());
        zhinaq(&office, "build").exits(0);
        assert!(all(&masters) == before.0, "the masters differ");
        // Lost once more, they are made again by `send` itself.
        for path in &masters {
            fs::remove_file(path).unwrap();
        }
        office.edit("zhinaq.toml", |_| plain(port));
        zhinaq(&office, "send").exits(0);
        assert!(all(&masters) == before.0 && all(&copies) == before.1);
        (masters, before, office)
    });
    let parcels = tokio::task::block_in_place(|| {
        office.zhinaq(&[&["status", "--format", "json"][..], &PERIOD].concat()).json()["totals"]["parcels"].clone()
    });
    assert_eq!(parcels["handed"], parcels["expected"]);
    assert_eq!(fake.kept().len() as u64, parcels["expected"].as_u64().unwrap());
    assert!(masters.iter().all(|path| path.exists()) && !before.0.is_empty());
}

#[test]
fn a_master_that_cannot_be_made_again_is_a_fault_of_build() {
    let office = waiting();
    let masters = files_below(&office.path().join("output/sample/2025-Q2/narcotics"), "master-");
    let master = masters.iter().find(|path| path.extension().is_some_and(|e| e == "xlsx")).unwrap();
    fs::remove_file(master).unwrap();
    // The name on the cover changed since, so the book that would be built now is not that of the numbered copies.
    let name = "name = { ru = \"Другое имя\", kk = \"Басқа атау\", en = \"Another name\" }";
    office.edit("zhinaq.toml", |text| format!("{text}\n[office]\n{name}\n"));
    let ended = zhinaq(&office, "build").exits(1);
    assert!(ended.err.contains("is missing or altered") && ended.err.contains("from a backup"), "{}", ended.err);
    assert!(!master.exists(), "another book is in the place of the numbered one");
}
