//! The rules of the workspace: dependencies of crates, doors to the outside, sizes of files, names of types.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    assert!(files.len() > 10, "no source files found");
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path.strip_prefix(root().join("src")).unwrap().to_owned(), text));
        }
    }
}

/// The code of a file without its comments and its unit tests.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or(text);
    before_tests.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn stage(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The modules that a file of a crate uses through `crate::`.
fn named(text: &str) -> BTreeSet<String> {
    named_through("crate::", &code(text))
}

/// The names that follow `path` in use trees and in paths written out.
fn named_through(path: &str, code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for part in code.split(path).skip(1) {
        let Some(group) = part.strip_prefix('{') else {
            names.insert(first_word(part));
            continue;
        };
        let mut depth = 0;
        let mut word = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    names.insert(first_word(&word));
                    word.clear();
                    continue;
                }
                _ => {}
            }
            if depth == 0 {
                word.push(c);
            }
        }
        names.insert(first_word(&word));
    }
    names.remove("");
    names
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The crates that each crate of the workspace may depend on. The compiler holds a crate to its Cargo.toml; this list
/// holds Cargo.toml to the plan.
const ARROWS: [(&str, &[&str]); 25] = [
    ("access", &["domain"]),
    ("acquire", &["domain"]),
    ("assemble", &["domain", "words"]),
    ("clock", &[]),
    ("config", &["domain", "durable", "words"]),
    ("console", &["config", "domain", "pipeline", "words"]),
    ("distribute", &["domain", "durable", "smtp"]),
    ("domain", &[]),
    ("durable", &["domain"]),
    ("evidence", &["domain", "ooxml", "words"]),
    ("formats", &["assemble", "domain", "words"]),
    ("ledger", &["domain", "durable"]),
    ("ooxml", &[]),
    ("read", &["domain", "ooxml"]),
    ("sample", &["clock", "domain", "workbook"]),
    ("schedule", &["config", "domain"]),
    ("site", &["assemble", "domain", "formats", "workbook"]),
    ("site_service", &["domain"]),
    ("smtp", &[]),
    ("store", &["domain", "durable"]),
    ("validate", &["domain"]),
    ("words", &["domain"]),
    ("workbook", &["assemble", "domain", "ooxml", "words"]),
    ("pipeline", &["*"]),
    ("cli", &["*"]),
];

/// The dependencies that a Cargo.toml lists, including those of tests and of the build script.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let table: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
    let lists = ["dependencies", "dev-dependencies", "build-dependencies"];
    let named = lists.iter().filter_map(|list| table.get(*list)?.as_table());
    named.flat_map(|list| list.keys().cloned()).collect()
}

/// Each crate of the workspace with its dependencies.
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    let folders = fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path());
    let crates = folders.filter(|path| path.is_dir());
    crates
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), dependencies(&path.join("Cargo.toml"))))
        .collect()
}

#[test]
fn crates_depend_one_way() {
    let crates = crates();
    let planned: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for (name, dependencies) in &crates {
        let may = planned.get(name.as_str()).unwrap_or_else(|| panic!("`src/{name}` has no place in the plan"));
        let ours = dependencies.iter().filter(|dependency| crates.contains_key(*dependency));
        let wrong: Vec<_> = ours.filter(|to| !may.contains(&to.as_str()) && !may.contains(&"*")).collect();
        assert!(wrong.is_empty(), "`src/{name}` may not depend on {wrong:?}");
    }
    assert!(!crates["pipeline"].contains("cli"), "the edge knows the pipeline, never the other way");
}

/// The folders of the pipeline. Each may use those before it. `views/` is above them all, as the files beside the folders
/// are, and is not in the list. `intake` uses from `status` only what a period needs.
const ROOMS: [&str; 12] = [
    "context",
    "access",
    "status",
    "intake",
    "figures",
    "collections",
    "placing",
    "distribution",
    "decisions",
    "requests",
    "notices",
    "daemon",
];

#[test]
fn the_folders_of_the_pipeline_point_one_way() {
    let front = fs::read_to_string(root().join("src/pipeline/lib.rs")).unwrap();
    let shown: BTreeMap<String, &str> = ROOMS
        .into_iter()
        .flat_map(|room| named_through(&format!("pub use {room}::"), &front).into_iter().map(move |name| (name, room)))
        .collect();
    assert!(shown.len() > 50, "the front of the pipeline shows {} names only", shown.len());
    let height = |name: &str| ROOMS.iter().position(|room| *room == name);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Ok(inside) = path.strip_prefix("pipeline") else { continue };
        let Some(own) = height(&stage(inside)) else { continue };
        for name in named(&text) {
            let room = shown.get(&name).copied().unwrap_or(&name);
            match height(room) {
                Some(other) if other > own => wrong.push(format!("{}: names `{name}` of `{room}/`", path.display())),
                Some(_) => {}
                None => wrong.push(format!("{}: `{name}` is in no room of the pipeline", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "against the current:\n{}", wrong.join("\n"));
}

#[test]
fn the_domain_and_the_schedule_know_no_outside() {
    for (path, text) in sources().into_iter().filter(|(p, _)| ["domain", "schedule"].contains(&stage(p).as_str())) {
        let code = code(&text);
        for outside in
            ["std::fs", "std::net", "std::env", "tokio", "polars", "reqwest", "sqlx", "Utc::now", "Local::now"]
        {
            assert!(!code.contains(outside), "{} names {outside}", path.display());
        }
    }
}

#[test]
fn each_outside_thing_has_one_door() {
    let doors: [(&str, &[&str]); 14] = [
        ("argon2", &["access"]),
        ("ring", &["access"]),
        ("zxcvbn", &["access"]),
        // The store only turns on the TLS that `object_store` needs.
        ("reqwest", &["acquire", "store"]),
        ("object_store", &["store"]),
        ("rust_xlsxwriter", &["workbook"]),
        ("lettre", &["distribute", "smtp"]),
        ("mail-parser", &["distribute"]),
        ("async-imap", &["distribute"]),
        ("base64", &["site", "smtp"]),
        ("sqlx", &["ledger"]),
        ("polars-parquet", &["formats", "store"]),
        ("calamine", &[]),
        ("axum", &["console", "sample", "site_service"]),
    ];
    for (name, dependencies) in crates() {
        for (thing, doors) in doors {
            let opens = dependencies.contains(thing) && !doors.contains(&name.as_str());
            assert!(!opens, "src/{name}/Cargo.toml opens a second door to {thing}");
        }
    }
    for (path, text) in sources() {
        let code = code(&text);
        for (thing, door) in [("Utc::now", "clock"), ("SystemTime::now", ""), ("println!", "")] {
            assert!(!code.contains(thing) || stage(&path) == door, "{} uses {thing}", path.display());
        }
    }
}

/// A command in a message continues the call that it answers. So it is made by `Invocation::command`, which repeats
/// `--home`, `--sample` and the rest. `init` makes another office, `--help` needs no office, and an archive is read
/// elsewhere.
#[test]
fn no_command_in_a_message_is_a_fixed_text() {
    let needs_no_office = ["init", "--help", "COMMAND", "verify"];
    // Text in a file is read later, by a person with another call.
    let is_file = |path: &Path| path == Path::new("config/init.rs");
    let mut wrong = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| !is_file(path)) {
        for after in code(&text).split("`zhinaq ").skip(1) {
            let word: String = after.chars().take_while(|c| !" `\"".contains(*c)).collect();
            if !needs_no_office.contains(&word.as_str()) {
                wrong.push(format!("{}: `zhinaq {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "make these with `context.call.command(…)`:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    for (path, text) in sources() {
        let lines = text.split("#[cfg(test)]").next().unwrap_or("").lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}

/// The files of Rust that a text names in code, such as `read/sheet.rs`.
fn named_files(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split('`').skip(1).step_by(2);
    code.filter(|name| name.ends_with(".rs") && !name.contains(['<', '*', ' ']))
}

#[test]
fn the_files_that_the_guides_name_exist() {
    let sources = sources();
    let exists = |name: &str| sources.iter().any(|(path, _)| path.ends_with(name)) || root().join(name).exists();
    for guide in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(guide)).unwrap();
        let lost: Vec<&str> = named_files(&text).filter(|name| !exists(name)).collect();
        assert!(named_files(&text).count() > 10 && lost.is_empty(), "{guide} names files that do not exist: {lost:?}");
    }
}

#[test]
fn each_folder_says_why_it_exists() {
    for (path, text) in sources().into_iter().filter(|(p, _)| p.ends_with("mod.rs") || p.ends_with("lib.rs")) {
        assert!(text.starts_with("//!"), "{} does not say why it exists", path.display());
    }
}

/// The public types of a crate: those that its lib.rs defines or re-exports from its own modules, and those that its
/// public modules define.
fn shown_types(folder: &Path) -> BTreeSet<String> {
    let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    let front = read(folder.join("lib.rs"));
    let defined = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("pub "));
        let words = lines.filter_map(|line| {
            ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| line.strip_prefix(kind)).map(first_word)
        });
        words.collect()
    };
    let modules: BTreeSet<String> = front
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned))
        .collect();
    let mut types = defined(&front);
    for part in front.split("\npub use ").skip(1) {
        let list = part.split(';').next().unwrap_or_default();
        if modules.contains(&first_word(list)) {
            let renamed = list.split(" as ").skip(1).map(first_word);
            let words = list.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned);
            types.extend(words.chain(renamed).filter(|word| word.starts_with(char::is_uppercase)));
            for renamed in list.split(',').filter(|name| name.contains(" as ")) {
                types.remove(&first_word(renamed.rsplit(['{', ':']).next().unwrap_or(renamed)));
            }
        }
    }
    for line in front.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')) {
        types.extend(defined(&read(folder.join(format!("{line}.rs")))));
        types.extend(defined(&read(folder.join(line).join("mod.rs"))));
    }
    types
}

#[test]
fn a_public_type_has_a_name_of_its_own() {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in crates().into_keys() {
        for shown in shown_types(&root().join("src").join(&name)) {
            homes.entry(shown).or_default().push(name.clone());
        }
    }
    assert!(homes.len() > 300, "{} public types only", homes.len());
    let shared: Vec<_> = homes.iter().filter(|(_, crates)| crates.len() > 1).collect();
    assert!(shared.is_empty(), "types of one name in several crates: {shared:?}");
}
