//! Rules that are not valid.

use zhinaq::{
    domain::{FormPlace, Place, Rule, RuleKind, Severity, Titles},
    validate::catalogue_faults,
};

use super::made_up::{templates, templates_of};

/// The faults of the rules of a test, in a form with sections R1 and R2 of four rows and three columns.
fn faults(rules: &str) -> Vec<String> {
    let rows = "rows = [{ code = \"1\", ru = \"а\" }, { code = \"2\", ru = \"б\" }, { code = \"3\", ru = \"в\" }, { code = \"4\", ru = \"г\" }]";
    let columns =
        "columns = [{ code = \"1\", ru = \"а\" }, { code = \"2\", ru = \"б\" }, { code = \"3\", ru = \"в\" }]";
    let section = |id: &str| format!("[[section]]\nid = \"{id}\"\ntitle = {{ ru = \"Р\" }}\n{rows}\n{columns}\n");
    let editions = "[[edition]]\nedition = \"1\"\nsections = [{ id = \"R2\", gone = true }, { id = \"R1\", columns = { \"3\" = false } }]\n";
    let text = format!(
        "form = \"x\"\ndesignations = [\"X\"]\nknown_from = \"Made up.\"\n{}{}{editions}{rules}",
        section("R1"),
        section("R2")
    );
    catalogue_faults(&templates_of(&[("x.toml", &text)]))
}

fn rule(id: &str, body: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\nru = \"п\"\n{body}\n")
}

#[test]
fn a_sound_catalogue_has_no_faults() {
    assert_eq!(catalogue_faults(&templates()), [""; 0]);
}

#[test]
fn the_rules_of_every_shipped_form_are_sound() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/forms");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no templates/forms in this tree");
        return;
    };
    let texts: Vec<(String, String)> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap()))
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    let faults = catalogue_faults(&templates_of(&texts));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn rules_that_leave_only_zeros_contradict_each_other() {
    let one = rule("x.a", "rows = { section = \"R1\", total = \"3\", plus = [\"1\", \"2\"] }");
    let two = rule("x.b", "rows = { section = \"R1\", total = \"1\", plus = [\"2\", \"3\"], columns = [\"2\"] }");
    assert_eq!(
        faults(&format!("{one}{two}")),
        [
            "form `x`: rules `x.a` and `x.b` contradict each other: together they hold only where some figures are always zero"
        ]
    );
    // Rules of different columns do not contradict each other.
    let apart = rule("x.a", "rows = { section = \"R1\", total = \"3\", plus = [\"1\", \"2\"], columns = [\"1\"] }");
    assert_eq!(faults(&format!("{apart}{two}")), [""; 0]);
}

#[test]
fn a_whole_that_must_be_within_its_part_is_a_contradiction() {
    let one = rule("x.a", "rows = { section = \"R1\", total = \"1\", plus = [\"2\", \"3\"] }");
    let two = rule("x.b", "row_within = { section = \"R1\", part = \"1\", whole = \"2\" }");
    assert_eq!(faults(&format!("{one}{two}")).len(), 1);
}

/// The faults of one rule. The reader of templates refuses some of these already; templates may come from elsewhere.
fn faults_of(kind: RuleKind) -> Vec<String> {
    let mut templates = templates();
    let form = templates.get_mut(&"made-up".parse().unwrap()).unwrap();
    form.rules = vec![Rule { id: "x.a".to_owned(), severity: Severity::Warning, titles: Titles::default(), kind }];
    catalogue_faults(&templates)
}

fn rows(total: &str, plus: &[&str]) -> RuleKind {
    let code = |text: &&str| text.parse().unwrap();
    RuleKind::Rows {
        section: "R1".parse().unwrap(),
        total: code(&total),
        plus: plus.iter().map(code).collect(),
        minus: vec![],
        columns: vec![],
    }
}

#[test]
fn a_rule_that_cannot_be_broken_is_told() {
    assert_eq!(faults_of(rows("1", &[])), ["rule `x.a` of form `made-up` is not a check: it adds up nothing"]);
    assert!(faults_of(rows("1", &["1"]))[0].contains("is always true"));
    assert_eq!(faults_of(rows("3", &["1", "1"])), ["rule `x.a` of form `made-up` names line `1` twice"]);
    assert!(faults_of(rows("3", &["1", "99"]))[0].ends_with("is never used: section `R1` has no row `99`"));
    let place = Place { section: "R1".parse().unwrap(), row: "1".parse().unwrap(), column: "1".parse().unwrap() };
    let there = FormPlace { form: "made-up".parse().unwrap(), place: place.clone() };
    assert!(faults_of(RuleKind::SamePlace { here: place, there })[0].contains("compares a place with itself"));
}

#[test]
fn a_rule_that_is_never_used_is_told() {
    let gone = rule("x.a", "rows = { section = \"R2\", total = \"1\", plus = [\"2\"] }");
    assert_eq!(faults(&gone), ["rule `x.a` of form `x` is never used: no described edition prints all its lines"]);
    let column = rule("x.a", "column_within = { section = \"R1\", part = \"3\", whole = \"1\" }");
    assert_eq!(faults(&column).len(), 1);
    let elsewhere = "same_place = { section = \"R1\", row = \"1\", column = \"1\", form = \"y\", there = { section = \"R1\", row = \"1\", column = \"1\" } }";
    assert_eq!(faults(&rule("x.a", elsewhere)), ["rule `x.a` of form `x` is never used: there is no form `y`"]);
}

#[test]
fn a_rule_that_says_what_another_says_is_told() {
    let one = rule("x.a", "rows = { section = \"R1\", total = \"3\", plus = [\"1\", \"2\"] }");
    let two = rule("x.b", "rows = { section = \"R1\", total = \"3\", plus = [\"2\", \"1\"], columns = [\"1\"] }");
    assert_eq!(faults(&format!("{one}{two}")), ["form `x`: rule `x.b` is the same as rule `x.a`"]);
}

#[test]
fn every_rule_that_an_office_weighs_is_one_that_speaks() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/validate");
    let sources = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let sources: String = sources.collect();
    for rule in zhinaq::domain::WEIGHED_BY_OFFICE {
        assert!(sources.contains(&format!("\"{rule}\"")), "{rule}");
    }
}
