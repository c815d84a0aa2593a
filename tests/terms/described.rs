//! The schemas of the files of an office and the page about them: made from the types, and true of the files.

use std::{fs, path::Path};

use serde_json::{Value, json};
use zhinaq::config::described_files;

use crate::support::{program::Office, schema::faults};

/// Run with `UPDATE_DESCRIBED=1` to write the files anew, then read the difference.
#[test]
fn schemas_and_the_page_about_settings_are_as_the_types_say() {
    let described = described_files().unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(described.len(), 16);
    for file in described {
        if std::env::var_os("UPDATE_DESCRIBED").is_some() {
            fs::create_dir_all(Path::new(&file.path).parent().unwrap()).unwrap();
            fs::write(&file.path, &file.text).unwrap();
        }
        let written = fs::read_to_string(&file.path).unwrap_or_default();
        assert!(written == file.text, "{} is not as the types say: run with UPDATE_DESCRIBED=1", file.path);
    }
}

/// The schema that the first line of a file names.
fn schema_of(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    let first = text.lines().next().unwrap_or_default();
    let named = first.strip_prefix("#:schema ").unwrap_or_else(|| panic!("{} begins with `{first}`", path.display()));
    let schema = fs::read_to_string(path.parent().unwrap().join(named)).unwrap();
    serde_json::from_str(&schema).unwrap()
}

fn value_of(path: &Path) -> Value {
    as_json(fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap().into())
}

fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, as_json(value))).collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

#[test]
fn each_file_that_init_writes_is_as_its_schema_says() {
    let mut checked = 0;
    let schedules = ["", "schedules", "schedules/order-25-2019"];
    let templates = ["templates", "templates/forms", "templates/collections", "templates/analysis", "templates/site"];
    for folder in schedules.into_iter().chain(templates) {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let is_toml = path.extension().is_some_and(|end| end == "toml");
            if !is_toml || folder.is_empty() && !path.ends_with("zhinaq.toml") {
                continue;
            }
            let wrong = faults(&schema_of(&path), &value_of(&path));
            assert!(wrong.is_empty(), "{}:\n{}", path.display(), wrong.join("\n"));
            checked += 1;
        }
    }
    assert_eq!(checked, 1 + 5 + 4 + 1 + 26 + 6 + 6 + 1);
}

/// What a schema finds, the program finds too.
#[test]
fn what_a_schema_refuses_is_a_fault_of_the_settings() {
    let office = Office::fresh();
    let path = office.path().join("zhinaq.toml");
    let schema = schema_of(&path);
    let written = fs::read_to_string(&path).unwrap();
    for (wrong, place) in [
        ("outside_force = \"stop\"\n", "$.outside_force"),
        ("outputs = \"x\"\n", "$.outputs is not described"),
        ("[hours]\ncut_off = \"8pm\"\n", "$.hours.cut_off"),
        ("[limits]\nattempts = \"4\"\n", "$.limits.attempts"),
        ("[transport.smtp]\nhost = \"mail.example.org\"\n", "$.transport.smtp: \"from\" is missing"),
        ("[checks]\nplausibility = \"loud\"\n", "$.checks.plausibility"),
    ] {
        fs::write(&path, wrong).unwrap();
        let found = faults(&schema, &value_of(&path));
        assert!(found.len() == 1 && found[0].contains(place), "{wrong}: {found:?}");
        office.zhinaq(&["doctor"]).exits(1);
    }
    fs::write(&path, written).unwrap();
    assert_eq!(faults(&schema, &json!({ "hours": { "cut_off": "20:00" } })), Vec::<String>::new());
}

#[test]
fn the_handbook_lists_each_of_its_pages() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let listed: Vec<&str> = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    for page in &listed {
        assert!(docs.join(page).exists(), "docs/SUMMARY.md lists {page}, which is not there");
    }
    let pages = fs::read_dir(&docs).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for page in pages.filter(|name| name.ends_with(".md") && name != "SUMMARY.md") {
        assert!(listed.contains(&page.as_str()), "docs/SUMMARY.md does not list {page}");
    }
}
