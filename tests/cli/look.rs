//! Looking up what the office's files contain, and who did what.

use std::{collections::BTreeSet, fs, path::Path};

use zhinaq::domain::GENERAL_RULES;

use crate::support::program::Office;

#[test]
fn each_list_has_the_ids_that_commands_take() {
    let office = Office::fresh();
    for (command, count, id, known) in [
        ("forms", 26, "form", "1-m"),
        ("collections", 6, "collection", "crime"),
        ("organs", 23, "organ", "mia"),
        ("units", 21, "unit", "1971"),
    ] {
        let lines = office.zhinaq(&[command, "--format", "json"]).exits(0).json();
        let lines = lines.as_array().unwrap();
        assert_eq!(lines.len(), count, "{command}");
        assert!(lines.iter().any(|line| line[id] == known), "{command}: {lines:?}");
        let csv = office.zhinaq(&[command, "--format", "csv"]).exits(0).out;
        assert_eq!(csv.lines().count(), count + 1, "{csv}");
        let table = office.zhinaq(&[command]).exits(0).out;
        assert!(table.contains(known), "{table}");
    }
}

/// Nearly all labels of the largest forms have a translation, and those without one are listed.
#[test]
fn labels_without_a_translation_are_listed() {
    let office = Office::fresh();
    for form in ["1-m", "cis-1", "3-k"] {
        let ended = office.zhinaq(&["form", "labels", "--form", form]).exits(0);
        for language in ["kk", "en"] {
            let line = ended.err.lines().find(|line| line.starts_with(&format!("{language}: "))).unwrap();
            let counts: Vec<usize> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
            let [translated, of] = counts[..] else { panic!("{line}") };
            assert!(of > 50 && translated <= of && translated * 100 > of * 95, "{form}: {line}");
        }
    }
    // An abbreviation whose meaning is not known is not translated.
    let listed = office.zhinaq(&["form", "labels", "--form", "1-m", "--language", "kk", "--format", "json"]).exits(0);
    let listed = listed.json();
    let labels: Vec<&str> = listed.as_array().unwrap().iter().map(|label| label["label"].as_str().unwrap()).collect();
    assert!(labels.iter().any(|label| label.ends_with("АПР")), "{labels:?}");
    let doctor = office.zhinaq(&["doctor"]).exits(0).out;
    assert!(!doctor.contains("templates/forms/"), "{doctor}");

    office.edit("zhinaq.toml", |text| text.replacen("default = \"ru\"", "default = \"kk\"", 1));
    let doctor = office.zhinaq(&["doctor"]).exits(0).out;
    assert!(doctor.contains("templates/forms/1-m.toml: ") && doctor.contains("titles have no `kk`"), "{doctor}");
    let all = office.zhinaq(&["form", "labels", "--form", "court-2", "--format", "csv"]).exits(0).out;
    assert_eq!(all.lines().count(), 1, "{all}");
    office.edit("templates/forms/court-2.toml", |text| {
        text.replacen(", kk = \"Есептік кезеңде істер келіп түсті\"", "", 1)
    });
    let one = office.zhinaq(&["form", "labels", "--form", "court-2", "--format", "csv"]).exits(0).out;
    assert!(one.contains("court-2,kk,R1,column,2,-,Поступило дел за отчетный период"), "{one}");
    let wrong = office.zhinaq(&["form", "labels", "--language", "uz"]).exits(1).err;
    assert!(
        wrong.contains("labels are not translated into `uz`; the languages of this office are `en`, `kk`"),
        "{wrong}"
    );
    let wrong = office.zhinaq(&["form", "labels", "--form", "1-mm"]).exits(1).err;
    assert!(wrong.contains("did you mean `1-m`?"), "{wrong}");
}

#[test]
fn the_organs_together_get_every_copy() {
    let organs = Office::fresh().zhinaq(&["organs", "--format", "json"]).exits(0).json();
    let copies: u64 = organs.as_array().unwrap().iter().map(|organ| organ["copies"].as_u64().unwrap()).sum();
    assert_eq!(copies, 176);
}

#[test]
fn a_rule_is_listed_and_explained_with_its_file_and_line() {
    let office = Office::fresh();
    let rules = office.zhinaq(&["rules", "--form", "1-m", "--format", "json"]).exits(0).json();
    let severity = rules.as_array().unwrap().iter().find(|rule| rule["rule"].as_str().unwrap().contains("severity"));
    let id = severity.unwrap()["rule"].as_str().unwrap().to_owned();
    let told = office.zhinaq(&["explain", &id, "--format", "json"]).exits(0).json();
    let rule = &told[0];
    assert_eq!(rule["form"], "1-m");
    let (file, line) = (rule["file"].as_str().unwrap(), rule["line"].as_u64().unwrap() as usize);
    let text = fs::read_to_string(office.path().join(file)).unwrap();
    assert_eq!(text.lines().nth(line - 1), Some("id = \"1-m.severity\""));
    assert!(rule["operands"].as_array().unwrap().len() >= 5, "{rule}");
    // The id as the template writes it means the rule of every section.
    let all = office.zhinaq(&["explain", "1-m.severity", "--format", "json"]).exits(0).json();
    assert!(all.as_array().unwrap().len() > 1);

    let general = office.zhinaq(&["explain", "continuity.flow"]).exits(0);
    assert!(general.out.contains("every form") && general.out.contains("in the program"), "{}", general.out);
    assert!(general.err.contains("[checks]"), "{}", general.err);
    let wrong = office.zhinaq(&["explain", "continuity.flw"]).exits(1);
    assert!(wrong.err.contains("did you mean `continuity.flow`?"), "{}", wrong.err);
    let wrong = office.zhinaq(&["rules", "--form", "1-mm"]).exits(1);
    assert!(wrong.err.contains("did you mean `1-m`?"), "{}", wrong.err);
    let corrected = office.zhinaq(&["explain", "1-m.corrected"]).exits(1);
    assert!(corrected.err.contains("is not a rule"), "{}", corrected.err);
}

/// Each id of a rule in the code of the checks is in the list of rules, and each rule of the list is in the code.
#[test]
fn every_rule_of_the_checks_can_be_explained() {
    const KINDS: [&str; 10] = [
        "comparison.",
        "continuity.",
        "figure.",
        "identity.",
        "lost.",
        "missing.",
        "plausibility",
        "regions.",
        "service.",
        "shape.",
    ];
    fn texts(folder: &Path, found: &mut String) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                texts(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push_str(fs::read_to_string(&path).unwrap().split("#[cfg(test)]").next().unwrap());
            }
        }
    }
    let mut code = String::new();
    for folder in ["src/validate", "src/read", "src/pipeline/figures", "src/domain/form"] {
        if folder == "src/domain/form" {
            code.push_str(&fs::read_to_string("src/domain/form/finding.rs").unwrap());
        } else {
            texts(Path::new(folder), &mut code);
        }
    }
    let is_rule = |word: &&str| {
        let is_word = word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '-'));
        is_word
            && !word.ends_with(['.', '-'])
            && (word.starts_with("twins") || KINDS.iter().any(|k| word.starts_with(k)))
    };
    let used: BTreeSet<&str> = code.split('"').skip(1).step_by(2).filter(is_rule).collect();
    let listed: BTreeSet<&str> = GENERAL_RULES.iter().map(|rule| rule.id).collect();
    let unlisted: Vec<_> = used.difference(&listed).collect();
    assert!(unlisted.is_empty(), "no `explain` for {unlisted:?}");
    // The reader puts the ids of two rules together from `rows` and `columns`.
    let unused: Vec<_> = listed.difference(&used).filter(|id| !code.contains(&format!("\"{id}\""))).collect();
    assert!(unused.iter().all(|id| ["shape.rows", "shape.columns"].contains(*id)), "no check has {unused:?}");
}

#[test]
fn the_settings_are_shown_with_their_lines_and_without_secrets() {
    let office = Office::fresh();
    office.edit("zhinaq.toml", |text| text.replace("#password_env = \"ZHINAQ_L", "password_env = \"ZHINAQ_L"));
    let words = ["config", "show", "--format", "json"];
    let shown = office.zhinaq_with(&words, &[("ZHINAQ_LEDGER_PASSWORD", "hunter2")]).exits(0);
    assert!(!shown.out.contains("hunter2"));
    let lines = shown.json();
    let of = |key: &str| lines.as_array().unwrap().iter().find(|line| line["key"] == key).unwrap().clone();
    assert_eq!((&of("ledger.password_env")["is_set"], &of("limits.attempts")["value"]), (&true.into(), &"4".into()));
    let text = fs::read_to_string(office.path().join("zhinaq.toml")).unwrap();
    let line = of("limits.attempts")["line"].as_u64().unwrap() as usize;
    assert_eq!(text.lines().nth(line - 1), Some("attempts = 4"));
    assert!(of("ledger.witness")["file"].is_null(), "{}", of("ledger.witness"));
    let table = office.zhinaq(&["config", "show", "limits"]).exits(0).out;
    assert!(table.contains("limits.attempts") && !table.contains("ledger.url"), "{table}");
    let wrong = office.zhinaq(&["config", "show", "limit"]).exits(1);
    assert!(wrong.err.contains("did you mean `limits`?"), "{}", wrong.err);
}

#[test]
fn a_term_of_keeping_has_a_limit() {
    let office = Office::fresh();
    office.edit("zhinaq.toml", |text| text.replace("#trials_days = 30", "trials_days = 0"));
    let told = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(told.contains("a term of keeping is from 1 to 36525 days"), "{told}");
}

#[test]
fn the_version_has_a_commit_and_a_day_or_says_that_it_is_unknown() {
    let office = Office::empty();
    let shown = office.zhinaq(&["version", "--format", "json"]).exits(0).json();
    assert_eq!((&shown["program"], &shown["version"]), (&"zhinaq".into(), &env!("CARGO_PKG_VERSION").into()));
    let words = office.zhinaq(&["--version"]).exits(0).out;
    match shown["commit"].as_str() {
        Some(commit) => {
            assert!(commit.len() >= 7 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{commit}");
            assert_eq!(shown["date"].as_str().unwrap().len(), "2025-07-14".len());
            assert!(words.contains(commit), "{words}");
        }
        None => assert!(words.contains("commit unknown"), "{words}"),
    }
    assert_eq!(words, office.zhinaq(&["version"]).exits(0).out);
}

#[test]
fn the_journal_says_who_did_what_when_and_is_filtered() {
    let office = Office::small();
    office.zhinaq(&["run", "--sample", "--period", "2025-Q2", "--as-of", "2025-07-16T12:00"]);
    let journal = |words: &[&str]| office.zhinaq(&[&["journal", "--sample"], words].concat());
    let all = journal(&["--format", "json"]).exits(0).json();
    let all = all.as_array().unwrap();
    assert!(all.len() > 20 && all.windows(2).all(|two| two[0]["seq"].as_i64() < two[1]["seq"].as_i64()));
    assert!(all.iter().all(|line| !line["said"].as_str().unwrap().is_empty() && line["by"]["kind"] == "person"));
    assert_eq!(all[0]["at_office"], "2025-07-16T12:00:00+05:00");

    let queued = journal(&["--kind", "queued", "--format", "json"]).exits(0).json();
    let organ = queued[0]["organs"][0].as_str().unwrap().to_owned();
    let of_organ = journal(&["--organ", &organ, "--format", "json"]).exits(0).json();
    assert!(of_organ.as_array().unwrap().iter().all(|line| line["organs"][0] == organ.as_str()));
    assert!(of_organ.as_array().unwrap().len() >= 3, "{of_organ}");
    let csv = journal(&["--kind", "queued", "--format", "csv"]).exits(0).out;
    assert_eq!(csv.lines().count(), queued.as_array().unwrap().len() + 1);
    let table = journal(&["--kind", "run-started"]).exits(0).out;
    assert!(table.contains("when (Asia/Almaty)") && table.contains("2025-07-16 12:00:00"), "{table}");

    let counts = |words: &[&str]| journal(&[words, &["--format", "json"]].concat()).exits(0).json();
    assert_eq!(counts(&["--until", "2025-07-16"]).as_array().unwrap().len(), 0);
    assert_eq!(counts(&["--since", "2025-07-16"]).as_array().unwrap().len(), all.len());
    assert_eq!(counts(&["--period", "2019-Q1"]).as_array().unwrap().len(), 0);
    for (words, said) in [
        (&["--kind", "queud"][..], "did you mean `queued`?"),
        (&["--organ", "xyzzy"], "organ `xyzzy` is unknown"),
        (&["--since", "yesterday"], "is not an instant"),
        (&["--since", "2025-07-16", "--until", "2025-07-15"], "not after `--since`"),
    ] {
        let wrong = journal(words).exits(1);
        assert!(wrong.err.contains(said), "{}", wrong.err);
    }
}
