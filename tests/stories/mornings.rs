//! Bad mornings: what `status` prints fits one screen, names the cause, and its command helps.

use std::process::Command;

use crate::{
    cli::hints,
    support::{
        fake_smtp::{Act, FakeSmtp, Stage},
        program::{Ended, Office},
    },
};

/// The hour of every morning: after the cut-off of 2025-Q2.
const NOW: &str = "2025-07-14T20:40";

/// A small office in which the account of these tests may do everything.
fn office() -> Office {
    let office = Office::small();
    office.edit("schedules/people.toml", |text| {
        text.replace("roles = [\"operator\", ", "roles = [\"approver\", \"operator\", ")
    });
    office
}

/// As [`office`], with parcels that go by mail to a port of this machine.
fn by_mail(port: u16) -> Office {
    let office = office();
    let matrix = std::fs::read_to_string(office.path().join("schedules/order-25-2019/matrix.csv")).unwrap();
    let organs = matrix.lines().next().unwrap().split(',').skip(1);
    let addresses: String = organs.map(|o| format!("{o} = [\"{o}@test.invalid\"]\n")).collect();
    let smtp = format!(
        "[transport.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"from@test.invalid\"\n\
         attempts = 1\n\n[addresses]\n{addresses}"
    );
    office.edit("zhinaq.toml", |text| {
        text.replace("kind = \"folder\"", "kind = \"smtp\"").replacen("[addresses]\n", &smtp, 1)
    });
    office
}

fn at(office: &Office, words: &str, instant: &str) -> Ended {
    let words: Vec<&str> = words.split(' ').chain(["--sample", "--as-of", instant]).collect();
    office.zhinaq(&words)
}

/// What `status` prints at an instant. It fits a terminal of 80 × 24, with a line left for the prompt.
#[track_caller]
fn morning(office: &Office, instant: &str) -> String {
    let text = at(office, "status", instant).exits(0).out;
    assert!(text.lines().count() < 24, "{} lines:\n{text}", text.lines().count());
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} characters: {line}\n{text}", line.chars().count());
    }
    text
}

/// Asserts that the morning has this cause, and returns its command that contains `word`.
#[track_caller]
fn command(morning: &str, causes: &[&str], word: &str) -> String {
    let flat = morning.split_whitespace().collect::<Vec<_>>().join(" ");
    for cause in causes {
        assert!(flat.contains(cause), "`{cause}` is not in\n{morning}");
    }
    let found = hints::on_lines(morning).into_iter().find(|command| command.contains(word));
    found.unwrap_or_else(|| panic!("no command `{word}` in\n{morning}"))
}

/// Runs a command as it was printed, with `…` filled in.
fn paste(office: &Office, command: &str) -> Ended {
    let words = hints::words(command);
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    office.zhinaq(&words)
}

#[test]
fn a_source_refuses_the_key_seen_by_the_scheduler_and_by_a_run() {
    for by_hand in [false, true] {
        let office = office();
        let faulty = if by_hand {
            at(&office, "run --period 2025-Q2 --faults forbidden:3-k", NOW)
        } else {
            at(&office, "schedule --once --since 2025-07-01 --faults forbidden:3-k", NOW)
        };
        assert_eq!(faulty.code, 2, "{}", faulty.err);
        let causes = ["form `3-k` for `2025-M06` is late since 2025-07-09", "refused the question (status 403)"];
        let screen = morning(&office, NOW);
        let pull = command(&screen, &causes, "zhinaq pull");
        assert_eq!(at(&office, "status --exit-code", NOW).code, if by_hand { 5 } else { 2 }, "{screen}");
        paste(&office, &pull).exits(0);
        assert!(!morning(&office, NOW).contains("is late"), "{}", morning(&office, NOW));
    }
}

#[test]
fn documents_are_held() {
    let office = office();
    at(&office, "run --period 2025-Q2 --faults stale:3-k", NOW);
    let screen = morning(&office, NOW);
    let held = command(&screen, &["held for a decision", "form `3-k`"], "zhinaq held");
    let listed = paste(&office, &held).exits(0).out;
    assert!(listed.contains("zhinaq accept --sample") && listed.contains("zhinaq reject --sample"), "{listed}");
    // With detail, each period has a line of its own.
    let all = at(&office, "status -v", NOW).exits(0).out;
    assert!(all.contains("- 3-k/2025-M06: 7 documents"), "{all}");
}

#[test]
fn an_error_holds_a_collection_back() {
    let office = office();
    at(&office, "run --period 2025-Q2 --faults sum:1-n", NOW).exits(3);
    let screen = morning(&office, NOW);
    let causes = ["`narcotics` is a DRAFT, held back by 1 error of rule `regions.sum` (form `1-n`)"];
    let correct = command(&screen, &causes, "zhinaq correct");
    for part in ["--form 1-n", "--section R1 --row 1 --column 3", "--old 512 --new … --reason …"] {
        assert!(correct.contains(part), "{part}: {correct}");
    }
    let overrule = command(&screen, &causes, "zhinaq override");
    paste(&office, &overrule).exits(0);
    // The error holds nothing back now; the screen says how it goes on.
    let run = command(&morning(&office, NOW), &["build it again"], "zhinaq run");
    paste(&office, &run).exits(0);
    assert!(!morning(&office, NOW).contains("DRAFT"), "{}", morning(&office, NOW));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_refuses_two_organs_for_good_and_the_office_hears_it_at_once() {
    let refuse = |_: usize, stage, said: &str| {
        let is_refused = ["<mia@", "<knb@"].iter().any(|organ| said.contains(organ));
        if stage == Stage::Rcpt && is_refused { Act::Say(b"550 5.1.1 no such mailbox\r\n") } else { Act::Well }
    };
    let (server, well) = (FakeSmtp::start(refuse).await, FakeSmtp::start(|_, _, _| Act::Well).await);
    let (from, to) = (server.address.port(), well.address.port());
    tokio::task::block_in_place(|| {
        let office = by_mail(from);
        office.edit("zhinaq.toml", |text| {
            format!("{text}\n[alerts]\ncommand = [\"sh\", \"-c\", \"cat >> alerts.json; echo >> alerts.json\"]\n")
        });
        let once = "schedule --once --since 2025-07-01 --quiet";
        let first = at(&office, once, NOW).exits(4);
        assert!(first.err.contains("refused for good") && first.err.contains("550 5.1.1"), "{}", first.err);
        let alerts = || std::fs::read_to_string(office.path().join("alerts.json")).unwrap();
        let told = alerts();
        let alert: serde_json::Value =
            serde_json::from_str(told.lines().find(|l| l.contains("at-once")).unwrap()).unwrap();
        assert_eq!(alert["notices"][0]["kind"], "parcel-refused", "{alert}");
        assert_eq!(alert["origin"], "sample");
        assert!(alert["notices"][0]["subjects"].as_array().unwrap().len() >= 2, "{alert}");
        // Nothing is told twice on one day, and the exit code still says what is wrong.
        let again = at(&office, once, "2025-07-14T20:45").exits(4);
        assert!(!again.err.contains("refused for good"), "{}", again.err);
        assert_eq!(alerts().matches("\"at-once\"").count(), told.matches("\"at-once\"").count());

        let causes = ["refused for good", "550 5.1.1 no such mailbox", "2025-Q2/narcotics/r0/"];
        let send = command(&morning(&office, NOW), &causes, "zhinaq send");
        office.edit("zhinaq.toml", |text| text.replace(&format!("port = {from}"), &format!("port = {to}")));
        paste(&office, &send).exits(0);
        assert!(!morning(&office, NOW).contains("refused"), "{}", morning(&office, NOW));
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_lost_after_the_final_dot() {
    let lose = |connection, stage, _: &str| match (connection, stage) {
        (1, Stage::Dot) => Act::KeepAndDrop,
        _ => Act::Well,
    };
    let server = FakeSmtp::start(lose).await;
    let port = server.address.port();
    tokio::task::block_in_place(|| {
        let office = by_mail(port);
        at(&office, "run --period 2025-Q2", NOW).exits(4);
        let screen = morning(&office, NOW);
        let settle = command(&screen, &["1 uncertain parcel to settle (`2025-Q2/"], "--handed");
        command(&screen, &[], "--not-handed");
        paste(&office, &settle).exits(0);
        assert!(!morning(&office, NOW).contains("uncertain"), "{}", morning(&office, NOW));
    });
}

#[test]
fn collections_wait_for_a_second_person() {
    let office = office();
    office.edit("zhinaq.toml", |text| text.replace("required = false", "required = true"));
    at(&office, "run --period 2025-Q2", NOW).exits(4);
    let screen = morning(&office, NOW);
    let approve = command(&screen, &["2 issues", "waits for a second person"], "zhinaq approve");
    assert!(approve.contains("--collection ") && approve.contains("--hash "), "{approve}");
    assert!(!screen.contains("zhinaq send"), "nothing is advised that would be refused: {screen}");
    // The command is understood; the account that built it is no second person.
    let refused = paste(&office, &approve).exits(1);
    assert!(refused.err.contains("a second person has to approve it"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_program_locks_the_ledger() {
    use sqlx::{Connection as _, Executor as _};
    let office = tokio::task::block_in_place(|| {
        let office = office();
        at(&office, "run --period 2025-Q2", NOW).exits(0);
        office
    });
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=rw", office.path().join("output/sample/ledger.sqlite").display());
    let mut other = sqlx::AnyConnection::connect(&url).await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    let screen = tokio::task::block_in_place(|| morning(&office, NOW));
    assert!(screen.contains("scheduler") && screen.contains("next"), "{screen}");
    let process = std::process::id();
    let flat = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(&format!("the ledger is locked by process {process} (`")), "{screen}");
    assert!(flat.contains(&format!("until it ends ps -fp {process} ")), "{screen}");
    other.execute("ROLLBACK").await.unwrap();
    let screen = tokio::task::block_in_place(|| morning(&office, NOW));
    assert!(!screen.contains("locked"), "{screen}");
}

#[test]
fn the_disk_is_nearly_full() {
    let office = office();
    office.edit("zhinaq.toml", |text| format!("{text}\n[alerts]\nfree_bytes = 9_000_000_000_000_000_000\n"));
    let screen = morning(&office, NOW);
    let largest = command(&screen, &["is nearly full", "MB are free"], "du -xm");
    let shell = Command::new("sh").args(["-c", &largest]).current_dir(office.path()).output().unwrap();
    assert!(shell.status.success() && !shell.stdout.is_empty(), "{largest}");
    assert_eq!(at(&office, "status --exit-code", NOW).code, 5);
}

#[test]
fn the_calendar_of_the_next_year_is_not_final() {
    let office = office();
    let screen = morning(&office, "2027-12-20T06:00");
    let plan = command(&screen, &["due days of 2028 may still change"], "zhinaq plan");
    assert!(paste(&office, &plan).exits(0).out.contains("provisional"));
}

#[test]
fn the_scheduler_is_dead_or_never_ran() {
    let office = office();
    let start = command(&morning(&office, NOW), &["the scheduler has never run here"], "zhinaq schedule");
    paste(&office, &start).exits(0);
    assert!(morning(&office, NOW).contains("scheduler  runs; last heartbeat 2025-07-14 20:40 +05"));
    let two_days_later = "2025-07-16T20:50";
    let screen = morning(&office, two_days_later);
    let start = command(
        &screen,
        &["the scheduler does not run: its last heartbeat is of 2025-07-14 20:40 +05"],
        "zhinaq schedule",
    );
    assert_eq!(at(&office, "status --exit-code", two_days_later).code, 5);
    // The watchdog alerts the office once, with what it says itself.
    let dog = at(&office, "watchdog --alert", two_days_later).exits(5);
    assert!(dog.err.contains("is 173400 s old") && !dog.err.contains("within the last day"), "{}", dog.err);
    assert!(at(&office, "watchdog --alert", two_days_later).exits(5).err.contains("alerted within the last day"));
    paste(&office, &start).exits(0);
    assert!(!morning(&office, two_days_later).contains("does not run"));
}

#[test]
fn figures_were_corrected_after_the_copies_went() {
    let office = office();
    at(&office, "run --period 2025-Q2", NOW).exits(0);
    assert!(morning(&office, NOW).contains("2025-Q2    2 of 3 forms here, 36 of 36 parcels handed over"));
    let place = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1 --unit 19";
    let shown = at(&office, &format!("query {place} --format json"), NOW).exits(0).json();
    let old = shown[0]["value"].as_i64().unwrap();
    at(&office, &format!("correct {place} --old {old} --new {} --reason late", old + 1), NOW).exits(0);
    let causes = ["figures changed since the copies were numbered"];
    let rebuild = command(&morning(&office, NOW), &causes, "zhinaq rebuild");
    paste(&office, &rebuild).exits(0);
    let send = command(&morning(&office, NOW), &["is a candidate, and is not sent"], "zhinaq send");
    paste(&office, &send).exits(0);
    assert!(!morning(&office, NOW).contains("candidate"), "{}", morning(&office, NOW));
}

#[test]
fn a_collection_was_built_by_hand_and_a_check_was_forgotten() {
    let office = office();
    at(&office, "pull --period 2025-Q2", NOW);
    at(&office, "build --period 2025-Q2", NOW).exits(0);
    let screen = morning(&office, NOW);
    let check = command(&screen, &["the figures of `2025-Q2` were never checked"], "zhinaq check");
    assert!(at(&office, "status --period 2025-Q2", NOW).exits(0).out.contains("findings: not checked yet"));
    paste(&office, &check).exits(0);
    let run = command(&morning(&office, NOW), &["2 collections built, and not numbered yet"], "zhinaq run");
    paste(&office, &run).exits(0);
    assert!(!morning(&office, NOW).contains("numbered yet"));
}

#[test]
fn a_collection_waits_for_a_form_that_its_office_wants() {
    let office = office();
    office.edit("schedules/order-25-2019/collections.toml", |text| {
        text.replacen("id = \"corruption\"", "id = \"corruption\"\nlate_form = \"hold\"", 1)
    });
    at(&office, "run --period 2025-Q2 --faults missing:3-k", NOW);
    let causes = ["collection `corruption` waits for", "(late-form policy `hold`)"];
    let pull = command(&morning(&office, NOW), &causes, "zhinaq pull");
    assert!(pull.contains("--form 3-k"), "{pull}");
    paste(&office, &pull);
    assert!(!morning(&office, NOW).contains("is late"), "{}", morning(&office, NOW));
}

#[test]
fn a_calm_morning_says_so_and_what_is_next() {
    let office = office();
    at(&office, "schedule --once --since 2025-07-01", NOW).exits(0);
    let screen = morning(&office, NOW);
    assert!(screen.contains("\nnothing is wrong\n"), "{screen}");
    assert!(screen.contains("next       2025-07-21 18:00 +05  form 1-ad for 2025-Q2"), "{screen}");
    at(&office, "status --exit-code", NOW).exits(0);
    let json = at(&office, "status --format json", NOW).exits(0).json();
    assert_eq!((&json["scheduler"]["state"], &json["zone"]), (&"running".into(), &"Asia/Almaty".into()), "{json}");
    assert_eq!(json["next"][0]["duties"][0]["id"], "1-ad", "{json}");
    // The table of all forms is there for those who want it.
    let all = at(&office, "status --all", NOW).exits(0).out;
    assert!(all.contains("1-ad") && all.contains("collection"), "{all}");
}

#[test]
fn a_month_between_quarters_has_a_status_and_no_collections() {
    let office = office();
    at(&office, "pull --period 2025-M05 --form 3-k", NOW).exits(0);
    let month = at(&office, "status --period 2025-M05 --format json", NOW).exits(0).json();
    assert_eq!((&month["forms"][0]["form"], &month["forms"][0]["state"]), (&"3-k".into(), &"here".into()), "{month}");
    assert_eq!(month["collections"], serde_json::json!([]));
    let text = at(&office, "status --period 2025-M05", NOW).exits(0).out;
    assert!(text.contains("1 of 1 form here") && text.contains("zhinaq check"), "{text}");
}

/// Snapshots and figures are gone: one command brings back all that the sources still have.
#[test]
fn the_files_of_documents_are_gone() {
    let office = office();
    at(&office, "schedule --once --since 2025-07-01", NOW).exits(0);
    let lose = || {
        for folder in ["snapshots", "data"] {
            std::fs::remove_dir_all(office.path().join("output/sample").join(folder)).unwrap();
        }
    };
    lose();
    let causes = ["documents are missing in the output (form `1-ad`, `1-n`, `3-k`)"];
    let pull = command(&morning(&office, NOW), &causes, "zhinaq pull");
    assert!(pull.contains("--lost"), "{pull}");
    assert_eq!(at(&office, "status --exit-code", NOW).code, 5);
    let restored = paste(&office, &pull).exits(0).out;
    assert!(restored.contains("lost documents restored"), "{restored}");
    assert!(morning(&office, NOW).contains("\nnothing is wrong\n"), "{}", morning(&office, NOW));
    at(&office, "check --period 2025-Q2", NOW).exits(0);
    assert_eq!(at(&office, "pull --lost", NOW).exits(0).out, "no file of a document is missing\n");
    // Other bytes are another document, and do not take the place of a lost one.
    lose();
    let other = at(&office, "pull --lost --faults sum:1-n", NOW).exits(2).out;
    assert!(other.contains("its source has another document now"), "{other}");
    assert!(morning(&office, NOW).contains("missing in the output (form `1-n`)"), "{}", morning(&office, NOW));
}

/// What a server refused for an organ that has ended is not helped by another address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organ_ended_whose_parcel_was_refused() {
    let refuse = |_: usize, stage, said: &str| {
        let is_refused = stage == Stage::Rcpt && said.contains("<mia@");
        if is_refused { Act::Say(b"550 5.1.1 no such mailbox\r\n") } else { Act::Well }
    };
    let server = FakeSmtp::start(refuse).await;
    let port = server.address.port();
    tokio::task::block_in_place(|| {
        let office = by_mail(port);
        at(&office, "run --period 2025-Q2", NOW).exits(4);
        assert!(morning(&office, NOW).contains("[addresses]"), "{}", morning(&office, NOW));
        office.edit("schedules/order-25-2019/recipients.toml", |text| {
            text.replacen("id = \"mia\"\n", "id = \"mia\"\nvalid_until = 2025-07-01\nsuccessor = \"knb\"\n", 1)
        });
        let screen = morning(&office, NOW);
        let causes = ["2 parcels not sent", "organ `mia`, which receives no copies since 2025-07-01"];
        let readdress = command(&screen, &causes, "zhinaq readdress");
        assert!(!screen.contains("[addresses]") && !screen.contains("tries again"), "{screen}");
        let sent = at(&office, "send --period 2025-Q2", NOW);
        assert!(sent.err.contains("zhinaq readdress") && !sent.err.contains("refused for good"), "{}", sent.err);
        paste(&office, &readdress).exits(0);
        assert!(!morning(&office, NOW).contains("organ `mia`"), "{}", morning(&office, NOW));
    });
}

/// A dead mail server is one line when it dies, and no line at the looks after that.
#[test]
fn the_mail_server_is_dead_at_every_look() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let office = by_mail(dead);
    office.edit("zhinaq.toml", |text| text.replacen("[office]\n", "[office]\naddress = \"office@test.invalid\"\n", 1));
    let once = "schedule --once --since 2025-07-01 --quiet";
    let first = at(&office, once, NOW).exits(4).err;
    let waits = format!("parcels wait: the mail server `127.0.0.1` port {dead} cannot be reached: Connection refused");
    assert_eq!(first.matches(&waits).count(), 1, "{first}");
    assert!(!first.contains("os error") && !first.contains("parcel `"), "{first}");
    // The summary of the evening cannot be sent either, which is said once.
    for (later, lines) in [("20:50", 0), ("21:00", 1), ("21:10", 0), ("21:20", 0)] {
        let again = at(&office, once, &format!("2025-07-14T{later}")).exits(4).err;
        assert_eq!(again.matches("the mail server").count(), lines, "{later}: {again}");
        assert_eq!(again.matches("the office could not be notified").count(), lines, "{later}: {again}");
    }
    let journal = at(&office, "journal --format json", NOW).exits(0).out;
    assert!(journal.contains("cannot be reached") && !journal.contains("os error"), "{journal}");
}

#[test]
fn a_period_of_which_nothing_is_here_says_so() {
    let text = at(&office(), "status --period 1999-Q1", NOW).exits(0).out;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["no figures of `1999-Q1` are here", "was not in force on its last day (1999-03-31)"] {
        assert!(flat.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_period_is_closed_while_a_supplement_is_owed() {
    let office = office();
    at(&office, "run --period 2025-Q2", NOW).exits(0);
    let owed = "`corruption` went without form `1-ad`";
    let dry = at(&office, "close --period 2025-Q2 --dry-run", NOW).exits(0);
    assert!(dry.err.contains(&format!("a supplement is owed: {owed}")), "{}", dry.err);
    let refused = at(&office, "close --period 2025-Q2", NOW).exits(1);
    assert!(refused.err.contains(owed) && refused.err.contains("is not closed"), "{}", refused.err);
    assert!(at(&office, "journal --format json", NOW).exits(0).out.matches("\"closed\"").count() == 0);
    let close = refused.err.split('`').find(|part| part.starts_with("zhinaq close")).unwrap();
    paste(&office, close).exits(0);
    let json = at(&office, "close --period 2025-Q2 --yes --format json", NOW).exits(0).json();
    assert_eq!(json["owed"][0]["forms"], serde_json::json!(["1-ad"]), "{json}");
}

#[test]
fn lists_are_no_wider_than_a_terminal_of_80_columns() {
    let office = office();
    at(&office, "run --period 2025-Q2 --faults sum:1-n", NOW);
    let program = env!("CARGO_BIN_EXE_zhinaq");
    for words in [
        "forms --sample",
        "organs --sample",
        "config show",
        "matrix --sample",
        "status --sample --period 2025-Q2",
        "register --sample --period 2025-Q2",
        "check --sample --period 2025-Q2 --faults sum:1-n",
    ] {
        let line = format!("stty cols 80 rows 24; '{program}' {words} --color never");
        let ended = Command::new("script").args(["-qc", &line, "/dev/null"]).current_dir(office.path()).output();
        let Ok(ended) = ended else {
            return crate::support::skipped("script, which gives a terminal, is not installed");
        };
        let text = String::from_utf8(ended.stdout).unwrap();
        assert!(text.lines().count() > 4, "{words}: {text}");
        // A bar of progress erases its line before the next text.
        for line in text.lines().map(|line| line.rsplit("\u{1b}[2K").next().unwrap_or(line)) {
            assert!(line.trim_end().chars().count() <= 80, "{words}: {} characters: {line}", line.chars().count());
        }
    }
}

#[test]
fn watching_needs_a_terminal() {
    let ended = office().zhinaq(&["status", "--sample", "--watch"]).exits(1);
    assert!(ended.err.contains("--watch redraws a terminal"), "{}", ended.err);
}

/// Only `rebuild` makes a candidate, so `rebuild` is the command when the errors of a candidate are gone.
#[test]
fn a_revision_whose_errors_are_gone_is_rebuilt() {
    let office = office();
    at(&office, "run --period 2025-Q2", NOW).exits(0);
    let cell = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1 --unit 19";
    let csv = at(&office, &format!("query {cell} --format csv"), NOW).exits(0).out;
    let old = csv.lines().last().unwrap().split(',').nth(7).unwrap();
    let corrected = at(&office, &format!("correct {cell} --old {old} --new 1 --reason typo"), NOW).exits(0);
    assert!(corrected.err.contains("rebuild --sample") && corrected.err.contains("2025-Q2"), "{}", corrected.err);
    at(&office, "rebuild --period 2025-Q2 --collection narcotics --reason typo", NOW);
    assert!(morning(&office, NOW).contains("rule `regions.sum`"));
    let act = "override --period 2025-Q2 --collection narcotics --rule regions.sum --reason known";
    let overridden = at(&office, act, NOW).exits(0);
    assert!(overridden.err.contains("zhinaq rebuild"), "{}", overridden.err);
    let text = morning(&office, NOW);
    assert!(text.contains("without an error that holds it back") && text.contains("zhinaq rebuild"), "{text}");
    at(&office, "rebuild --period 2025-Q2 --collection narcotics --reason known", NOW).exits(0);
    let text = morning(&office, NOW);
    assert!(!text.contains("DRAFT") && text.contains("zhinaq send"), "{text}");
}
