//! What the program says in the languages of the office.

use std::path::{Path, PathBuf};

use crate::support::program::Office;

const PERIOD: &str = "2025-Q2";

/// The texts of an output that have English words in them: between two blanks or more is a text by itself, as in a
/// table. Names in backticks, commands, options, paths and ids are the same in every language.
fn english(output: &str) -> Vec<&str> {
    let cells = output.lines().filter(|line| !line.contains("zhinaq")).flat_map(|line| line.split("  "));
    cells.map(str::trim).filter(|cell| words(cell) > 1).collect()
}

fn words(cell: &str) -> usize {
    let bare = cell.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let bare = bare.trim_start_matches("- ").split(" --").next().unwrap_or_default();
    // A list of ids has a comma after each of them.
    let words = bare.split_whitespace().filter(|word| !word.ends_with(',') && !word.starts_with('['));
    words
        .filter(|word| word.len() > 1 && word.trim_end_matches([':', '.', ')']).bytes().all(|b| b.is_ascii_lowercase()))
        .count()
}

/// Runs a command in Russian and in Kazakh. Adds what is left in English.
fn told(office: &Office, command: &[&str], left: &mut Vec<String>) -> [String; 2] {
    ["ru", "kk"].map(|language| {
        let ended = office.zhinaq(&[command, &["--language", language]].concat());
        let text = format!("{}{}", ended.out, ended.err);
        left.extend(english(&text).into_iter().take(5).map(|cell| format!("{language} {}: {cell}", command[0])));
        text
    })
}

/// A command about the sample office, on a day after the terms of the quarter.
fn sample<'w>(command: &[&'w str]) -> Vec<&'w str> {
    [command, &["--sample", "--as-of", "2025-07-21"]].concat()
}

#[test]
fn a_quarter_is_told_in_russian_and_in_kazakh() {
    let office = Office::small();
    let run = ["run", "--period", PERIOD];
    let mut left = Vec::new();
    let [russian, kazakh] = told(&office, &sample(&run), &mut left);
    assert_ne!(russian, kazakh);
    for command in [
        &["status"][..],
        &["status", "--period", PERIOD, "--all"],
        &["check", "--period", PERIOD, "--all"],
        &["held"],
        &["answers", "--period", PERIOD],
        &["journal"],
        &["register", "--period", PERIOD],
        &["withdraw"],
        &["settle"],
        &["close", "--period", "2024-Q1"],
        &["approve", "--period", PERIOD],
        &["rebuild", "--period", "2024-Q4", "--reason", "x"],
        &["resend", "--period", PERIOD, "--organ", "nobody", "--reason", "x"],
        &["check", "--period", "2031-Q1"],
        &["query", "--form", "1-x", "--period", PERIOD],
        &["pull", "--period", PERIOD],
    ] {
        told(&office, &sample(command), &mut left);
    }
    for command in [
        &["forms"][..],
        &["collections"],
        &["organs"],
        &["matrix"],
        &["units"],
        &["doctor"],
        &["plan", "--from", "2025-07-01", "--to", "2025-07-20"],
        &["run"],
        &["run", "--period", "2025-Q9"],
        &["status", "--zzz"],
        &["pul"],
        &["calendar"],
        &["forms", "-h"],
        &["run", "--help"],
    ] {
        told(&office, command, &mut left);
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn a_restore_without_its_witness_is_told_in_russian_and_in_kazakh() {
    let (office, elsewhere, backups) = (Office::small(), Office::empty(), tempfile::tempdir().unwrap());
    let backup = backups.path().join("backup");
    let backup = backup.to_str().unwrap();
    office.zhinaq(&sample(&["run", "--period", PERIOD, "--no-send"])).exits(0);
    office.zhinaq(&sample(&["backup", backup])).exits(0);
    let back = elsewhere.zhinaq(&sample(&["restore", backup, "--language", "ru"])).exits(4);
    assert!(back.err.contains("журнала отправок этого журнала операций там не было"), "{}", back.err);
    let mut left = Vec::new();
    for command in [
        &["run", "--period", PERIOD][..],
        &["reconcile"],
        &["reconcile", "--sent", "2024-Q4", "--reason", "x"],
        &["journal", "--kind", "restored"],
    ] {
        let [russian, kazakh] = told(&elsewhere, &sample(command), &mut left);
        assert_ne!(russian, kazakh, "{command:?}");
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn the_office_chooses_the_language_and_a_person_another_one() {
    let office = Office::fresh();
    office.edit("zhinaq.toml", |text| text.replace("#language = \"ru\"", "language = \"ru\""));
    let refused = |words: &[&str], variables: &[(&str, &str)]| office.zhinaq_with(words, variables).exits(1).err;
    let command = ["run", "--period", "x"];
    assert!(refused(&command, &[]).starts_with("ошибка: "));
    assert!(refused(&command, &[("ZHINAQ_LANGUAGE", "kk")]).starts_with("қате: "));
    let english = [&command[..], &["--language", "en"]].concat();
    assert!(refused(&english, &[("ZHINAQ_LANGUAGE", "kk")]).starts_with("error: "));
    let unknown = refused(&[&command[..], &["--language", "kz"]].concat(), &[]);
    assert!(unknown.contains("does not speak `kz`; did you mean `kk`?"), "{unknown}");
    let json = office.zhinaq(&["run", "--format", "json"]).exits(1).err;
    assert!(json.contains("required arguments"), "what programs read is English: {json}");
}

/// What the library adds to the help of an option is told in the language too, and the values stay as they are typed.
#[test]
fn the_values_of_options_are_told_and_stay_as_they_are_typed() {
    let office = Office::small();
    let told = |words: &[&str]| {
        let ended = office.zhinaq(&[words, &["--language", "ru"]].concat());
        let text = format!("{}{}", ended.out, ended.err);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let short = told(&["forms", "-h"]);
    for part in ["[возможно: table, json, csv]", "[по умолчанию: table]", "[переменная: ZHINAQ_HOME]"]
    {
        assert!(short.contains(part), "{part}: {short}");
    }
    let long = told(&["forms", "--help"]);
    assert!(long.contains("Возможные значения: - `table`: Для людей"), "{long}");
    let command = told(&["calendar"]);
    assert!(command.contains("[команды: check, show, help]"), "{command}");
    for text in [short, long, command] {
        for english in ["[possible values", "[default", "[env", "[subcommands"] {
            assert!(!text.contains(english), "{english}: {text}");
        }
    }
}

#[test]
fn an_office_corrects_a_message_without_a_compiler() {
    let office = Office::fresh();
    let messages = "plural = \"one-few-many\"\n[nouns]\n[messages]\n\"no faults\" = \"всё в порядке\"\n";
    std::fs::create_dir_all(office.path().join("templates/messages")).unwrap();
    std::fs::write(office.path().join("templates/messages/ru.toml"), messages).unwrap();
    let ended = office.zhinaq(&["doctor", "--language", "ru"]).exits(0);
    assert!(ended.err.contains("всё в порядке"), "{}", ended.err);
    std::fs::write(office.path().join("templates/messages/ru.toml"), messages.replace("[nouns]", "[noun]")).unwrap();
    let broken = office.zhinaq(&["doctor", "--language", "ru"]).exits(1);
    assert!(broken.err.contains("templates/messages/ru.toml:2"), "{}", broken.err);
    let doctor = office.zhinaq(&["doctor"]).exits(1);
    assert!(doctor.out.contains("templates/messages/ru.toml:2"), "{}", doctor.out);
}

/// Where the source makes a text for a person: the first text after each of these is its message.
const MADE_BY: [&str; 8] = [
    "Failure::usage(",
    "Failure::ours(",
    "#[error(",
    "StatusNotice::of(",
    "out::say(",
    "out::warn(",
    "out::complain(",
    "bail!(",
];

/// The message in a source after a place, as the files of messages write it; `None` if it is not written there.
fn message(source: &str) -> Option<String> {
    let (before, text) = source.split_once('"')?;
    if before.len() > 120 || before.contains(';') {
        return None;
    }
    let (mut message, mut letters) = (String::new(), text.chars().peekable());
    loop {
        match letters.next()? {
            '"' => return Some(message),
            '\\' => match letters.next()? {
                '\n' => while letters.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => message.push('\n'),
                letter => message.push(letter),
            },
            '{' if letters.next_if_eq(&'{').is_some() => message.push('{'),
            '}' if letters.next_if_eq(&'}').is_some() => message.push('}'),
            '{' => {
                while letters.next()? != '}' {}
                message.push_str("{}");
            }
            letter => message.push(letter),
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            found.push(entry);
        }
    }
}

#[test]
fn every_error_and_notice_of_the_source_has_a_translation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = ["ru", "kk"].map(|language| {
        let text = std::fs::read_to_string(root.join(format!("templates/messages/{language}.toml"))).unwrap();
        text.parse::<toml::Table>().unwrap()["messages"].as_table().unwrap().clone()
    });
    let (mut files, mut made, mut left) = (Vec::new(), 0, Vec::new());
    sources(&root.join("src"), &mut files);
    for file in files.iter().filter(|file| !file.to_string_lossy().ends_with("_tests.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        for (at, mark) in MADE_BY.iter().flat_map(|mark| code.match_indices(mark)) {
            let Some(message) = message(&code[at + mark.len()..]) else { continue };
            made += 1;
            for line in message.lines().map(|line| line.trim_matches([' ', ';', ':', ',', '.'])) {
                let words = line.replace("{}", "");
                // One word is an id or a part of a sentence.
                if words.chars().filter(|c| c.is_alphabetic()).count() > 1
                    && line.contains(' ')
                    && known.iter().any(|known| !known.contains_key(line))
                {
                    left.push(format!("{}: {line}", file.strip_prefix(root).unwrap().display()));
                }
            }
        }
    }
    assert!(made > 400, "{made} messages found");
    assert!(left.is_empty(), "without a translation: {left:#?}");
}
