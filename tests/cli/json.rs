//! JSON for programs: what is printed is as docs/json describes it, and errors have a code.

use std::{collections::BTreeSet, fs, path::Path};

use clap::{Command, CommandFactory as _};
use serde_json::Value;
use zhinaq::{cli::Cli, pipeline::FAILURE_CODES};

use crate::support::{
    program::{Ended, Office},
    schema::faults,
};

const FOLDER: &str = "docs/json";
const AT: &str = "2025-07-16T12:00";

fn schema(name: &str) -> Value {
    let path = format!("{FOLDER}/{name}.schema.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of all commands that print JSON, as the files of docs/json have them: `calendar-check`.
fn commands_with_json() -> BTreeSet<String> {
    fn walk(command: &Command, path: &str, inherited: bool, found: &mut BTreeSet<String>) {
        for inner in command.get_subcommands() {
            let path =
                if path.is_empty() { inner.get_name().to_owned() } else { format!("{path}-{}", inner.get_name()) };
            let format = inner.get_arguments().find(|option| option.get_id() == "format");
            let own = format.map(|f| f.get_possible_values().iter().any(|value| value.get_name() == "json"));
            let has = own.unwrap_or(inherited);
            if inner.has_subcommands() {
                walk(inner, &path, has, found);
            }
            // `journal` lists, and has commands below it.
            if has && !inner.is_subcommand_required_set() {
                found.insert(path);
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&Cli::command(), "", false, &mut found);
    found
}

#[test]
fn each_command_that_prints_json_has_a_schema_and_each_schema_a_command() {
    let described: BTreeSet<String> = fs::read_dir(FOLDER)
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().to_string_lossy().strip_suffix(".schema.json").map(str::to_owned)
        })
        .filter(|name| name != "error")
        .collect();
    assert_eq!(described, commands_with_json());
    for name in described {
        let schema = schema(&name);
        for key in ["$schema", "title", "type"] {
            assert!(schema.get(key).is_some(), "{name} has no {key}");
        }
    }
}

/// Commands one after the other in a small office.
const CALM: [&str; 65] = [
    "version",
    "forms --sample",
    "collections --sample",
    "organs --sample",
    "units --sample",
    "matrix --sample",
    "rules --sample",
    "form labels --sample",
    "explain continuity.flow --sample",
    "explain 1-m.severity --sample",
    "config show --sample",
    "doctor --sample",
    "plan --sample --from 2025-07-01 --to 2025-07-31",
    "calendar check --sample",
    "calendar show --sample --year 2025",
    "status --period 2025-Q2",
    "send --period 2025-Q2",
    "run --period 2025-Q2 --dry-run",
    "run --period 2025-Q2 --no-send",
    "run --period 2025-Q2",
    "number --period 2025-Q2",
    "pull --period 2025-Q2",
    "pull --lost",
    "check --period 2025-Q2",
    "query --form 1-n --period 2025-Q2 --unit 19",
    "diff --form 1-n --period 2025-Q2",
    "build --period 2025-Q2",
    "preview --period 2025-Q2 --collection narcotics",
    "send --period 2025-Q2 --dry-run",
    "status --period 2025-Q2",
    "register --period 2025-Q2",
    "place --period 2025-Q2 --dry-run",
    "place --period 2025-Q2",
    "place --period 2025-Q2 --open-data",
    "place --due",
    "site build --sample",
    "site check --sample",
    "answers --period 2025-Q2",
    "incidents",
    "watchdog",
    "receipts",
    "reconcile",
    "journal",
    "journal verify --sample",
    "journal archive --year 2025 --out journal.jsonl --sample --as-of 2026-01-10",
    "person add head --name Head --role admin --reason x --sample",
    "person add clerk --name Clerk --role operator --reason x --sample",
    "person roles clerk --role viewer --reason x --sample",
    "person invite clerk --reason x --sample",
    "person sessions --sample",
    "person list --sample",
    "person block clerk --reason x --sample",
    "rebuild --period 2025-Q2 --reason x",
    "resend --period 2025-Q2 --organ mia --reason x --dry-run",
    "resend --period 2025-Q2 --organ mia --reason x",
    "withdraw",
    "close --period 2025-Q2 --yes",
    "withdraw",
    "reopen --period 2025-Q2 --reason x",
    "pack --period 2025-Q2 --out evidence.zip",
    "verify evidence.zip",
    "backup kept",
    "restore kept --yes",
    "prune",
    "store verify --sample",
];

/// These need what only a person or another program brings; their own tests show them.
const NEED_MORE: [&str; 21] = [
    "accept",
    "accessibility",
    "approve",
    "correct",
    "identify",
    "override",
    "readdress",
    "reject",
    "request-answer",
    "request-check",
    "request-export",
    "request-find",
    "request-list",
    "request-register",
    "request-report",
    "request-show",
    "schedule",
    "settle",
    "site-diff",
    "store-check",
    "trace",
];

/// The output of each command in a small office is as its schema says.
#[test]
fn what_commands_print_is_as_the_schemas_say() {
    let (calm, doubtful) = (Office::small(), Office::small());
    let mut seen = BTreeSet::new();
    let mut is_as_described = |office: &Office, words: &str| {
        let words: Vec<&str> = words.split(' ').collect();
        let path: Vec<&str> = words.iter().copied().take_while(|word| !word.starts_with('-')).collect();
        let name = match path[..] {
            [one @ ("config" | "calendar" | "form" | "person" | "journal" | "store" | "site"), two, ..] => {
                format!("{one}-{two}")
            }
            [one, ..] => one.to_owned(),
            [] => unreachable!(),
        };
        let timed: &[&str] = if has_a_clock(&name) { &["--sample", "--as-of", AT] } else { &[] };
        let ended = office.zhinaq(&[&words[..], timed, &["--format", "json"]].concat());
        let found = faults(&schema(&name), &ended.json());
        assert!(found.is_empty(), "{words:?} is not as {name}.schema.json says:\n{}\n{}", found.join("\n"), ended.out);
        seen.insert(name);
    };
    for words in CALM {
        is_as_described(&calm, words);
    }
    for words in [
        "run --period 2025-Q2 --faults late:1-ad,stale:3-k",
        "status --period 2025-Q2",
        "check --period 2025-Q2",
        "held",
        "journal",
    ] {
        is_as_described(&doubtful, words);
    }
    let unseen: Vec<String> = commands_with_json().difference(&seen).cloned().collect();
    assert_eq!(unseen, NEED_MORE);
}

fn has_a_clock(name: &str) -> bool {
    let command = Cli::command();
    command
        .get_subcommands()
        .find(|c| c.get_name() == name)
        .is_some_and(|c| c.get_arguments().any(|a| a.get_id() == "as_of"))
}

#[track_caller]
fn error_of(ended: &Ended) -> Value {
    let last = ended.err.lines().last().unwrap_or_default();
    let error: Value = serde_json::from_str(last).unwrap_or_else(|why| panic!("{why}: {}", ended.err));
    let found = faults(&schema("error"), &error);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(error["error"]["exit"], ended.code);
    assert!(ended.out.is_empty(), "{}", ended.out);
    error["error"].clone()
}

#[test]
fn an_error_of_a_command_that_prints_json_is_json_with_a_code() {
    let office = Office::small();
    let codes: Vec<&str> = FAILURE_CODES.iter().map(|(code, _)| *code).collect();
    for (words, code) in [
        ("status --period 2025-Q2 --home nowhere", "no-office"),
        ("query --form 1-nn --sample", "unknown-id"),
        ("explain continuity.flw", "unknown-id"),
        ("number --period 2025-M05 --sample", "usage"),
        ("status --period nonsense", "command-line"),
        ("run --sample --period 2025-Q2 --as-of 2025-06-30", "future-period"),
    ] {
        let words: Vec<&str> = words.split(' ').chain(["--format", "json"]).collect();
        let ended = office.zhinaq(&words).exits(1);
        let error = error_of(&ended);
        assert_eq!(error["code"], code, "{words:?}: {error}");
        assert!(codes.contains(&code) && !error["message"].as_str().unwrap().contains('\u{1b}'));
        // Without JSON the same error is text.
        let words = &words[..words.len() - 2];
        assert!(office.zhinaq(words).exits(1).err.contains("error: "), "{words:?}");
    }
    office.edit("zhinaq.toml", |text| format!("{text}\n[limits\n"));
    assert_eq!(error_of(&office.zhinaq(&["plan", "--format", "json"]).exits(1))["code"], "configuration");
}

/// Each code in the program is documented, and each documented one is in the program.
#[test]
fn the_codes_of_errors_are_documented() {
    let text = fs::read_to_string(Path::new(FOLDER).join("README.md")).unwrap();
    for (code, meaning) in FAILURE_CODES {
        assert!(
            text.contains(&format!("| `{code}` | {meaning} |")),
            "{code} is not in docs/json/README.md as {meaning}"
        );
    }
    let mut code = String::new();
    for folder in ["src/pipeline", "src/cli"] {
        gather(Path::new(folder), &mut code);
    }
    let used: BTreeSet<&str> = code.split(".coded(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let known: BTreeSet<&str> = FAILURE_CODES.iter().map(|(code, _)| *code).collect();
    assert!(used.is_subset(&known), "{:?} are not in FAILURE_CODES", used.difference(&known));
    let rest: Vec<&&str> = known.difference(&used).collect();
    assert_eq!(rest, [&"command-line", &"usage"], "no error has these codes");
}

fn gather(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            gather(&entry.path(), code);
        } else {
            code.push_str(&fs::read_to_string(entry.path()).unwrap());
        }
    }
}
