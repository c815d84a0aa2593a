//! Two programs that send at once with one PostgreSQL ledger, as two machines of an office do.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Stdio},
};

use zhinaq::domain::Sha256;

use super::{
    context::attachments,
    program::{files_below, plain},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp},
    postfix::free_port,
    postgres::Postgres,
    program::Office,
};

fn start(office: &Office, words: &str) -> std::process::Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhinaq"));
    command.args(words.split(' ')).current_dir(office.path()).env("NO_COLOR", "1");
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// An office of real figures whose sources do not answer: its collections are issued without them.
fn office(ledger: &str) -> Office {
    let office = Office::small();
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    office.edit("schedules/sources.toml", |text| {
        let mut table: toml::Table = text.parse().unwrap();
        table.insert("use".into(), "real".into());
        let real = table.get_mut("real").unwrap().as_table_mut().unwrap();
        for door in ["workbooks", "services"] {
            assert!(real.insert(door.into(), nowhere.as_str().into()).is_some(), "{door}");
        }
        real.remove("key_env");
        toml::to_string(&table).unwrap()
    });
    settle(&office, ledger, free_port());
    office
}

/// Sets where the office's mail goes and where its ledger is.
fn settle(office: &Office, ledger: &str, port: u16) {
    let settings = format!("[ledger]\nurl = \"{ledger}\"\n[limits]\nattempts = 1\n{}", plain(port));
    std::fs::write(office.path().join("zhinaq.toml"), settings).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_send_at_once_on_postgresql_hand_each_copy_over_once() {
    let Some(postgres) = Postgres::start() else { return };
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    let copies = tokio::task::block_in_place(|| {
        let office = office(&postgres.url());
        // The program never hands over a collection without forms by itself; a person may.
        let run = ["run", "--period", "2025-Q2", "--now", "--reason", "trial", "--format", "json"];
        let first = office.zhinaq(&run);
        let expected = first.json()["totals"]["copies"]["expected"].as_u64().unwrap();
        assert_eq!(first.json()["totals"]["copies"]["handed"], 0, "the mail server was down: {}", first.err);
        settle(&office, &postgres.url(), port);
        // Twice, so that the second run meets what the first left.
        for words in ["send --period 2025-Q2 --now --reason trial", "run --period 2025-Q2 --now --reason trial"] {
            let both = [start(&office, words), start(&office, words)];
            let ended: Vec<_> = both.map(|child| child.wait_with_output().unwrap()).into();
            for output in &ended {
                let said = String::from_utf8_lossy(&output.stderr);
                let gave_way = output.status.code() == Some(5) || said.contains("another run");
                assert!(gave_way || matches!(output.status.code(), Some(0 | 2)), "{words}: {:?} {said}", output.status);
            }
        }
        let status = office.zhinaq(&["status", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
        assert_eq!(status["origin"], "real");
        assert_eq!(status["totals"]["copies"]["handed"].as_u64(), Some(expected), "{status}");
        let copies: Vec<PathBuf> = files_below(&office.path().join("output/2025-Q2"), "-copy-");
        assert_eq!(copies.len() as u64, expected);
        copies.iter().map(|path| Sha256::of(&std::fs::read(path).unwrap())).collect::<Vec<_>>()
    });
    let mut delivered: BTreeMap<Sha256, usize> = BTreeMap::new();
    for (_, bytes) in fake.kept().iter().flat_map(|kept| attachments(&kept.message)) {
        *delivered.entry(Sha256::of(&bytes)).or_default() += 1;
    }
    assert!(copies.iter().all(|copy| delivered.get(copy) == Some(&1)), "{delivered:?}");
    assert_eq!(delivered.len(), copies.len());
}

/// A database that was restored elsewhere, or that a second machine joins: its journal of sendings is not there.
#[test]
fn a_ledger_on_postgresql_without_its_journal_of_sendings_sends_nothing_before_a_person_decides() {
    let Some(postgres) = Postgres::start() else { return };
    let first = office(&postgres.url());
    first.zhinaq(&["run", "--period", "2025-Q2", "--no-send"]);
    let elsewhere = office(&postgres.url());
    let send = ["send", "--period", "2025-Q2", "--now", "--reason", "trial"];
    let refused = elsewhere.zhinaq(&send).exits(1).err;
    assert!(refused.contains("no journal of sendings of this ledger is here"), "{refused}");
    assert!(refused.contains("zhinaq reconcile --complete --reason"), "{refused}");
    let still = elsewhere.zhinaq(&["reconcile", "--reason", "x"]).exits(4).err;
    assert!(still.contains("no journal of sendings of this ledger is here"), "{still}");
    let decided = ["reconcile", "--complete", "--reason", "the other machine has sent nothing"];
    elsewhere.zhinaq(&decided).exits(0);
    for office in [&elsewhere, &first] {
        let ended = office.zhinaq(&send);
        assert!(!ended.err.contains("journal of sendings"), "{}", ended.err);
    }
}
