//! The commands that messages advise: each continues the call that it answers, and can be pasted.

use std::{fs, process::Command};

use clap::Parser as _;
use zhinaq::cli::Cli;

use crate::support::program::{Ended, Office};

/// A home that a shell would read as two words.
const HOME: &str = "каталог с пробелом";

/// The commands of this program in a text: between backticks, or on lines of their own.
fn commands(text: &str) -> Vec<String> {
    let quoted = text.split('`').filter(|part| part.starts_with("zhinaq ")).map(str::to_owned);
    quoted.chain(on_lines(text)).collect()
}

/// The commands on lines of their own, below a notice. A backslash at the end of a line continues the command.
pub fn on_lines(text: &str) -> Vec<String> {
    let joined = text.split(" \\\n").enumerate().map(|(place, part)| match place {
        0 => part.to_owned(),
        _ => format!(" {}", part.trim_start()),
    });
    let joined: String = joined.collect();
    let lines = joined.lines().filter(|line| line.starts_with(' ')).map(str::trim);
    let commands = lines.map(|line| line.strip_prefix("or ").unwrap_or(line));
    commands.filter(|line| line.starts_with("zhinaq ") || line.starts_with("du ")).map(str::to_owned).collect()
}

/// The words of a command line as a shell splits it, with sample values for what only the person knows.
pub fn words(command: &str) -> Vec<String> {
    let known = [("--period …", "--period 2025-Q2"), ("--revision …", "--revision 1"), ("--act …", "--act 1")];
    let filled = known.iter().fold(command.to_owned(), |text, (asked, said)| text.replace(asked, said));
    let shell = Command::new("sh").args(["-c", &format!("printf '%s\\n' {}", filled.replace('…', "x"))]).output();
    String::from_utf8(shell.unwrap().stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Asserts that each command in an answer parses and continues with this office and origin; returns how many there
/// were.
#[track_caller]
fn all_go_on(ended: &Ended) -> usize {
    let said = format!("{}\n{}", ended.out, ended.err);
    let found = commands(&said);
    for command in &found {
        let words = words(command);
        if let Err(error) = Cli::try_parse_from(&words) {
            panic!("`{command}` does not parse: {error}\n{said}");
        }
        assert!(command.contains(&format!("--home '{HOME}'")), "`{command}` is for another office\n{said}");
        assert!(command.contains("--sample"), "`{command}` is for another origin\n{said}");
    }
    found.len()
}

#[test]
fn every_command_in_a_message_goes_on_with_this_call() {
    let office = Office::empty();
    fs::create_dir(office.path().join(HOME)).unwrap();
    let small = Office::small();
    // The files that `init` writes, of the small office.
    for folder in ["schedules", "templates"] {
        copy(&small.path().join(folder), &office.path().join(HOME).join(folder));
    }
    fs::copy(small.path().join("zhinaq.toml"), office.path().join(HOME).join("zhinaq.toml")).unwrap();
    // The person has every role, so that each command is refused for what it finds, not for who runs it.
    let people = office.path().join(HOME).join("schedules/people.toml");
    let text = fs::read_to_string(&people).unwrap();
    fs::write(&people, text.replace("roles = [\"operator\", ", "roles = [\"approver\", \"operator\", ")).unwrap();
    let zhinaq = |words: &str| {
        let words: Vec<&str> = ["--home", HOME].into_iter().chain(words.split(' ')).chain(["--sample"]).collect();
        office.zhinaq(&words)
    };
    // The answer to each of these contains a command that continues the call.
    for words in [
        "run --period 2025-Q2 --as-of 2025-07-04T12:00",
        "status --period 2025-Q2",
        "rebuild --period 2025-Q2 --reason late",
        "send --period 2025-Q2 --as-of 2025-07-04T12:00",
        "send --period 2025-Q2 --revision 1",
        "approve --period 2025-Q2 --reason seen",
        "resend --period 2025-Q2 --organ mia --reason lost",
        "pull",
        "run --period 2025-Q2 --faults missing:1-n",
        "pull --period 2025-Q2 --faults two-files:1-n",
        "check --period 2025-Q2",
    ] {
        let ended = zhinaq(words);
        assert!(all_go_on(&ended) > 0, "{words} advises nothing\n{}\n{}", ended.out, ended.err);
    }
    // Others list the valid values.
    for words in ["check --period 2025-Q2 --form xyzzy", "send --period 2025-Q2 --organ xyzzy"] {
        let ended = zhinaq(words).exits(1);
        assert!(ended.err.contains("`xyzzy` is unknown: it is one of "), "{}", ended.err);
        all_go_on(&ended);
    }
    // The ledger is gone, or what was handed over is missing in it.
    zhinaq("run --period 2025-Q2 --now --reason asked");
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
        let _ = fs::remove_file(office.path().join(HOME).join("output/sample").join(name));
    }
    for words in ["send --period 2025-Q2", "run --period 2025-Q2"] {
        assert!(all_go_on(&zhinaq(words).exits(1)) > 0, "{words}");
    }
    fs::copy(small_ledger(&small), office.path().join(HOME).join("output/sample/ledger.sqlite")).unwrap();
    for words in ["send --period 2025-Q2", "run --period 2025-Q2"] {
        assert!(all_go_on(&zhinaq(words).exits(1)) > 0, "{words}");
    }
    assert!(all_go_on(&zhinaq("status --period 2025-Q2").exits(0)) > 0);
}

/// A ledger without any hand-over.
fn small_ledger(office: &Office) -> std::path::PathBuf {
    office.zhinaq(&["held", "--sample"]);
    office.zhinaq(&["check", "--sample", "--period", "2025-Q2"]);
    office.path().join("output/sample/ledger.sqlite")
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}
