//! The program itself with mail: a whole half-year through a real mail server, and the state of a parcel when the
//! program is killed, the ledger is locked, or two programs send at once.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI32, Ordering},
    },
};

use serde_json::Value;
use sqlx::{Connection as _, Executor as _};
use zhinaq::{
    domain::Sha256,
    evidence::{OwnershipClaim, Workbook, claims},
};

use super::{context::attachments, postfix::ORGANS};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Kept, Stage},
    postfix::Postfix,
    program::Office,
};

/// The settings of an office that sends by mail, one address for each organ.
pub fn by_mail(smtp: &str) -> String {
    let addresses: String = ORGANS.iter().map(|o| format!("{o} = [\"{o}@test.invalid\"]\n")).collect();
    format!(
        "[transport]\nkind = \"smtp\"\n[transport.smtp]\n{smtp}from = \"sender@zhinaq.invalid\"\n\
         max_message_bytes = 26214400\n[addresses]\n{addresses}"
    )
}

pub fn plain(port: u16) -> String {
    by_mail(&format!("host = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n"))
}

/// The files below a folder with a word in their names.
pub fn files_below(folder: &Path, word: &str) -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap().to_string_lossy().contains(word) {
                found.push(path);
            }
        }
    }
    found
}

/// The copies of a half-year by hash, each with its organ.
fn copies(office: &Path) -> BTreeMap<Sha256, String> {
    let files = files_below(&office.join("output/sample/2025-Q2"), "-copy-");
    let organ = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (organ, _) = name.split_once("-copy-").unwrap();
        organ.split_once("-r0-").unwrap().1.to_owned()
    };
    files.iter().map(|path| (Sha256::of(&fs::read(path).unwrap()), organ(path))).collect()
}

#[test]
fn a_half_year_of_the_program_goes_through_a_real_mail_server_and_each_copy_opens() {
    let Some(postfix) = Postfix::start(&ORGANS, 26_214_400) else { return };
    let office = Office::fresh();
    let authority = postfix.authority().display().to_string();
    let smtp =
        format!("host = \"localhost\"\nport = {}\ntls = \"starttls\"\nauthorities = \"{authority}\"\n", postfix.port);
    fs::write(office.path().join("zhinaq.toml"), by_mail(&smtp)).unwrap();
    let words = ["run", "--sample", "--period", "2025-Q2", "--format", "json"];
    let report = office.zhinaq(&words);
    assert_eq!(report.code, 0, "{}\n{}", report.err, postfix.log());
    let totals = report.json()["totals"].clone();
    assert_eq!((&totals["parcels"]["handed_now"], &totals["copies"]["handed_now"]), (&115.into(), &176.into()));

    let mut left = copies(office.path());
    assert_eq!(left.len(), 176);
    let mut messages = 0;
    let expected = parcels(&office);
    for organ in ORGANS {
        let mailbox = postfix.mailbox(organ, expected[organ]);
        for message in &mailbox {
            messages += 1;
            let parsed = mail_parser::MessageParser::default().parse(message).unwrap();
            let parcel = parsed.header_raw("X-Zhinaq-Parcel").unwrap().trim().to_owned();
            assert!(parsed.subject().unwrap().contains("SAMPLE DATA"));
            assert!(!attachments(message).is_empty());
            for (name, bytes) in attachments(message) {
                assert_eq!(left.remove(&Sha256::of(&bytes)).as_deref(), Some(organ), "{name} is not {organ}'s");
                let claims = claims(&Workbook::read(&bytes).unwrap(), crate::support::words());
                let OwnershipClaim::Property { parcel: said, .. } = &claims[0].0 else { panic!("{name}: {claims:?}") };
                assert_eq!(said.to_string(), parcel);
            }
        }
    }
    assert!(left.is_empty(), "never arrived: {left:?}");
    assert_eq!(messages, 115);

    let again = office.zhinaq(&words).exits(0).json();
    assert_eq!(again["totals"]["parcels"]["handed_now"], 0);
    assert_eq!(ORGANS.iter().map(|o| postfix.mailbox(o, 0).len()).sum::<usize>(), 115);
}

/// How many parcels the matrix has for each organ.
fn parcels(office: &Office) -> BTreeMap<String, usize> {
    let matrix = office.zhinaq(&["matrix", "--format", "json"]).exits(0).json();
    let mut counts: BTreeMap<String, usize> = ORGANS.iter().map(|organ| ((*organ).to_owned(), 0)).collect();
    for cell in matrix["cells"].as_array().unwrap().iter().filter(|c| c["state"] == "listed") {
        *counts.get_mut(cell["organ"].as_str().unwrap()).unwrap() += 1;
    }
    counts
}

/// An office whose half-year is numbered and waits, because its mail server was down.
fn waiting() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(|| {
        let office = Office::fresh();
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(office.path().join("zhinaq.toml"), plain(closed)).unwrap();
        let ended = office.zhinaq(&["run", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(4);
        assert_eq!(ended.json()["totals"]["parcels"]["handed"], 0);
        office
    })
}

/// The same office again, with a ledger of its own, sending to another server. Only the narcotics collection is copied.
pub fn moved(port: u16) -> Office {
    let (from, to) = (waiting(), Office::fresh());
    let narcotics = "output/sample/2025-Q2/narcotics/r0/copies";
    fs::create_dir_all(to.path().join(narcotics)).unwrap();
    to.take_ledger_of(from);
    for entry in fs::read_dir(from.path().join(narcotics)).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.path().join(narcotics).join(entry.file_name())).unwrap();
    }
    fs::copy(from.path().join(MASTER), to.path().join(MASTER)).unwrap();
    fs::write(to.path().join("zhinaq.toml"), plain(port)).unwrap();
    to
}

const MASTER: &str = "output/sample/2025-Q2/narcotics/r0/master-ru-accessible.xlsx";

pub const SEND: [&str; 7] = ["send", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--quiet"];

fn send(office: &Office) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhinaq"));
    command.args(SEND).current_dir(office.path()).env("NO_COLOR", "1").stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

pub fn narcotics(office: &Office) -> Value {
    let status = office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    status["collections"].as_array().unwrap().iter().find(|c| c["id"] == "narcotics").unwrap().clone()
}

/// How often each copy was delivered.
fn delivered(kept: &[Kept]) -> BTreeMap<Sha256, usize> {
    let mut counts = BTreeMap::new();
    for (_, bytes) in kept.iter().flat_map(|k| attachments(&k.message)) {
        *counts.entry(Sha256::of(&bytes)).or_default() += 1;
    }
    counts
}

pub fn files(office: &Office) -> Vec<PathBuf> {
    let folder = office.path().join("output/sample/2025-Q2/narcotics/r0/copies");
    fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_killed_at_any_step_of_sending_loses_nothing_and_sends_nothing_twice() {
    use Stage::{Data, Dot, Ehlo, Greeting, Mail, Message, Rcpt};
    for (step, keeps) in [
        (Greeting, false),
        (Ehlo, false),
        (Mail, false),
        (Rcpt, false),
        (Data, false),
        (Message, false),
        (Dot, false),
        (Dot, true),
    ] {
        let victim = Arc::new(AtomicI32::new(0));
        let first = FakeSmtp::start({
            let victim = Arc::clone(&victim);
            move |_, stage, _| {
                // Only once: the process id may soon belong to another process.
                let pid = if stage == step { victim.swap(0, Ordering::SeqCst) } else { 0 };
                if pid == 0 {
                    return Act::Well;
                }
                if let Some(pid) = rustix::process::Pid::from_raw(pid) {
                    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
                }
                if keeps { Act::KeepAndDrop } else { Act::Drop }
            }
        })
        .await;
        let office = moved(first.address.port());
        let mut child = send(&office).spawn().unwrap();
        victim.store(i32::try_from(child.id()).unwrap(), Ordering::SeqCst);
        let ended = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
        assert!(!ended.success(), "{step:?}: it was killed");

        let second = FakeSmtp::start(|_, _, _| Act::Well).await;
        fs::write(office.path().join("zhinaq.toml"), plain(second.address.port())).unwrap();
        let (office, again) = tokio::task::spawn_blocking(move || (send(&office).output().unwrap(), office))
            .await
            .map(|(o, f)| (f, o))
            .unwrap();
        let mut kept = first.kept();
        kept.extend(second.kept());
        let counts = delivered(&kept);
        assert!(counts.values().all(|count| *count == 1), "{step:?}: twice");
        let standing = narcotics(&office);
        let count = |state: &str| standing["parcels"][state].as_u64().unwrap();
        assert_eq!(count("handed") + count("uncertain"), count("expected"), "{step:?}: {standing}");
        let may_have_left = matches!(step, Data | Message | Dot);
        assert_eq!(count("uncertain") > 0, may_have_left, "{step:?}: {standing}");
        assert_eq!(again.status.code(), Some(if may_have_left { 4 } else { 0 }), "{step:?}");
        // Every handed copy arrived. Only a person decides what became of an uncertain one.
        let there =
            files(&office).iter().filter(|f| counts.contains_key(&Sha256::of(&fs::read(f).unwrap()))).count() as u64;
        let handed = standing["copies"]["handed"].as_u64().unwrap();
        assert!(there >= handed, "{step:?}: {there} there, {handed} said to be handed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_send_at_once_one_waits_or_gives_way_and_each_copy_goes_once() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let office = moved(fake.address.port());
    let (one, two) = (send(&office).spawn().unwrap(), send(&office).spawn().unwrap());
    let (one, two) =
        tokio::task::spawn_blocking(move || (one.wait_with_output().unwrap(), two.wait_with_output().unwrap()))
            .await
            .unwrap();
    let codes = [one.status.code(), two.status.code()];
    assert!(codes.contains(&Some(0)), "{codes:?}");
    for output in [&one, &two].into_iter().filter(|o| o.status.code() != Some(0)) {
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(words.contains("another run"), "{words}");
    }
    let counts = delivered(&fake.kept());
    assert_eq!(counts.len(), files(&office).len());
    assert!(counts.values().all(|count| *count == 1));
    let standing = narcotics(&office);
    assert_eq!(standing["parcels"]["handed"], standing["parcels"]["expected"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_ledger_is_locked_nothing_is_sent() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let office = moved(fake.address.port());
    let ledger = office.path().join("output/sample/ledger.sqlite");
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=rw", ledger.display());
    let mut other = sqlx::AnyConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let (office, ended) = tokio::task::spawn_blocking(move || (send(&office).output().unwrap(), office))
        .await
        .map(|(o, f)| (f, o))
        .unwrap();
    let words = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(5), "{words}");
    assert!(words.contains("locked"), "{words}");
    assert!(fake.kept().is_empty(), "nothing left the house");
    other.execute("ROLLBACK").await.unwrap();
    let ended = tokio::task::spawn_blocking(move || send(&office).output().unwrap()).await.unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(delivered(&fake.kept()).values().all(|count| *count == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_lost_or_altered_is_made_again_from_its_master_or_held_back() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    let office = tokio::task::block_in_place(|| {
        let office = moved(port);
        let mut files = files(&office);
        files.sort();
        let before: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        let harm = |office: &Office| {
            fs::remove_file(&files[0]).unwrap();
            fs::write(&files[1], b"altered").unwrap();
            let aloud: Vec<&str> = SEND.into_iter().filter(|word| *word != "--quiet").collect();
            office.zhinaq(&aloud)
        };
        // Without the master nobody can make it again. The other parcels are still sent.
        fs::rename(office.path().join(MASTER), office.path().join("aside")).unwrap();
        let ended = harm(&office).exits(4);
        assert_eq!(ended.err.matches("restore it from a backup").count(), 2, "{}", ended.err);
        assert_eq!(narcotics(&office)["parcels"]["failed"], 2);
        fs::rename(office.path().join("aside"), office.path().join(MASTER)).unwrap();
        office.zhinaq(&SEND).exits(0);
        let after: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        assert!(before == after);
        assert_eq!(fs::read(files[1].with_extension("altered")).unwrap(), b"altered");
        office
    });
    let counts = delivered(&fake.kept());
    assert!(counts.values().all(|count| *count == 1));
    let standing = narcotics(&office);
    assert_eq!(counts.len() as u64, standing["copies"]["expected"].as_u64().unwrap());
    assert_eq!(standing["parcels"]["handed"], standing["parcels"]["expected"]);
}
