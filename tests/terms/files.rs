//! The files that a person edits: the defaults agree with each other, and all faults are reported at once with their
//! lines.

use std::{fs, path::Path};

use zhinaq::{
    config::{self, Force, InitError, Office, SourceKind, TransportSettings, UnitsWanted},
    domain::{Entitlement, LateForm, Origin},
};

use super::{day, office};

/// A folder with the files that `zhinaq init` writes.
fn fresh() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    config::init(home.path()).unwrap();
    home
}

/// The faults of an office in which one file is `text`.
fn faults(file: &str, text: &str) -> Vec<String> {
    let home = fresh();
    let path = home.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    match Office::load(home.path()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(ToString::to_string).collect(),
    }
}

/// A default file with one text replaced.
fn edited(file: &str, from: &str, to: &str) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    text.replacen(from, to, 1)
}

#[test]
fn the_defaults_are_the_facts_of_the_act() {
    let office = office();
    let regulation = office.regulation();
    assert_eq!((regulation.forms.len(), regulation.collections.len(), regulation.recipients.len()), (26, 6, 23));
    let of = |ids: &[&str]| {
        let cells = ids.iter().flat_map(|id| {
            let id = id.parse().unwrap();
            regulation.matrix.of_collection(&id).map(|(_, e)| e.copies()).collect::<Vec<_>>()
        });
        let cells: Vec<u32> = cells.filter(|copies| *copies > 0).collect();
        (cells.len(), cells.iter().sum::<u32>())
    };
    let plain = ["crime", "corruption", "narcotics", "courts", "supervision"];
    assert_eq!(of(&plain), (96, 147));
    assert_eq!(of(&[&plain[..], &["prosecution-bodies"]].concat()), (115, 176));
    let illegible = regulation.matrix.cells().iter().filter(|e| **e == Entitlement::Illegible).count();
    assert_eq!(illegible, 3);
    assert_eq!(
        regulation.recipients.iter().map(|r| r.column).collect::<Vec<_>>(),
        (2..=24).map(Some).collect::<Vec<_>>()
    );
    assert_eq!(regulation.recipients[2].under.len(), 2);
    assert_eq!((office.regions.len(), office.agencies.len()), (20, 7));
    let sum: u64 = office.regions.iter().map(|r| r.population[0].persons).sum();
    assert_eq!(sum, office.republic.population[0].persons);
    assert_eq!(office.units_on(day("2022-06-07")).count(), 18);
    assert_eq!(office.units_on(day("2022-06-08")).count(), 21);
    assert!(office.people.is_empty());
    assert_eq!(office.settings.transport, TransportSettings::Folder { path: "output/outbox".into() });
}

#[test]
fn every_form_comes_from_the_sample_office_until_one_line_is_changed() {
    let office = office();
    assert_eq!(office.sources.len(), 26);
    assert!(office.sources.iter().all(|s| s.origin == Origin::Sample && s.base.is_none()));
    let services: Vec<&str> = office
        .sources
        .iter()
        .filter(|s| matches!(s.kind, SourceKind::Service { .. }))
        .map(|s| s.form.as_str())
        .collect();
    assert_eq!(services.len(), 13);
    let corruption = office.sources.iter().find(|s| s.form.as_str() == "3-k").unwrap();
    assert_eq!((&corruption.units, corruption.agencies.0.len()), (&UnitsWanted::Republic, 6));

    let home = fresh();
    let real = edited("schedules/sources.toml", "use = \"sample\"", "use = \"real\"")
        .replace("workbooks = \"\"", "workbooks = \"https://forms.example.org/ru/\"");
    fs::write(home.path().join("schedules/sources.toml"), real).unwrap();
    let office = Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(office.sources.iter().all(|s| s.origin == Origin::Real));
    let form = office.sources.iter().find(|s| s.form.as_str() == "3-k").unwrap();
    assert_eq!(form.base.as_deref(), Some("https://forms.example.org/ru"));
    let url = "{base}/{yyyymm}_{code}_{agency}_{unit}__ru.XLSX".to_owned();
    assert_eq!(form.kind, SourceKind::Workbook { url });
    let form = office.sources.iter().find(|s| s.form.as_str() == "court-1").unwrap();
    let SourceKind::Service { index, key_env, .. } = &form.kind else { panic!("{form:?}") };
    assert_eq!((index.as_str(), key_env.as_deref()), ("gp_od_service_1", Some("ZHINAQ_EGOV_KEY")));
}

#[test]
fn real_workbooks_without_an_address_are_brought_by_a_person() {
    let home = fresh();
    let text = edited("schedules/sources.toml", "use = \"sample\"", "use = \"real\"");
    fs::write(home.path().join("schedules/sources.toml"), text).unwrap();
    let office = Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(office.origin(), Origin::Real);
    let brought = office.sources.iter().filter(|source| source.kind == SourceKind::Brought);
    assert_eq!(brought.count(), 13);
}

#[test]
fn whose_figures_an_office_works_with_is_what_use_says() {
    let home = fresh();
    let origin = || Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}")).origin();
    assert_eq!(origin(), Origin::Sample);
    let one = edited("schedules/sources.toml", "id = \"1-e\"\n# use = \"real\"", "id = \"1-e\"\nuse = \"real\"");
    fs::write(home.path().join("schedules/sources.toml"), one).unwrap();
    assert_eq!(origin(), Origin::Real, "one form's `use` is enough");
    let wishes = config::Wishes { real: true, founder: None };
    let real = tempfile::tempdir().unwrap();
    config::init_as(real.path(), &wishes).unwrap();
    assert_eq!(Office::load(real.path()).unwrap_or_else(|faults| panic!("{faults}")).origin(), Origin::Real);
}

#[test]
fn a_file_of_an_office_that_is_gone_is_a_fault_and_a_template_is_not() {
    for file in ["people.toml", "sources.toml", "calendar-kz.toml", "population.csv", "order-25-2019/matrix.csv"] {
        let home = fresh();
        fs::remove_file(home.path().join("schedules").join(file)).unwrap();
        let told = Office::load(home.path()).unwrap_err().to_string();
        assert!(told.contains(&format!("schedules/{file}: is missing")), "{told}");
        assert_eq!(
            Office::for_sample(home.path()).unwrap_err().to_string(),
            told,
            "work with the sample is no way round"
        );
    }
    let home = fresh();
    fs::remove_dir_all(home.path().join("schedules")).unwrap();
    assert!(Office::load(home.path()).is_err());
    let home = fresh();
    fs::remove_file(home.path().join("templates/forms/1-m.toml")).unwrap();
    assert!(
        Office::load(home.path())
            .unwrap_or_else(|faults| panic!("{faults}"))
            .forms
            .contains_key(&"1-m".parse().unwrap())
    );
    assert_eq!(config::built_in_used(home.path()), [Path::new("templates/forms/1-m.toml")]);
    fs::remove_file(home.path().join("zhinaq.toml")).unwrap();
    assert!(Office::load(home.path()).unwrap_err().to_string().contains("no office here"));
    assert!(Office::for_sample(home.path()).is_ok());
}

#[test]
fn what_init_writes_is_what_the_program_carries() {
    let folder = tempfile::tempdir().unwrap();
    let written = config::init(folder.path()).unwrap();
    for needed in
        ["zhinaq.toml", "schedules/order-25-2019/matrix.csv", "schedules/calendar-kz.toml", "schedules/people.toml"]
    {
        assert!(written.iter().any(|p| p == Path::new(needed)), "{needed}");
    }
    let loaded = Office::load(folder.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let embedded = office();
    assert_eq!(loaded.regulations, embedded.regulations);
    assert_eq!(loaded.calendar, embedded.calendar);
    assert_eq!((loaded.settings, loaded.sources), (embedded.settings, embedded.sources));
    for path in written.iter().filter(|path| !path.starts_with(".zhinaq")) {
        let ours = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        assert_eq!(fs::read(folder.path().join(path)).unwrap(), ours, "{}", path.display());
    }
}

#[test]
fn init_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("zhinaq.toml"), "# mine\n").unwrap();
    let error = config::init(folder.path()).unwrap_err();
    assert!(matches!(&error, InitError::Occupied { files, .. } if files.len() == 1), "{error}");
    assert!(error.to_string().contains("`zhinaq.toml`; nothing was written"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(folder.path().join("zhinaq.toml")).unwrap(), "# mine\n");
}

#[test]
fn the_settings_built_in_are_the_defaults_of_a_file_that_says_nothing() {
    let home = fresh();
    fs::write(home.path().join("zhinaq.toml"), "").unwrap();
    let mut bare = Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}")).settings;
    let full = office().settings;
    assert!(bare.office.name.ru.is_empty());
    bare.office = full.office.clone();
    assert_eq!(bare, full);
}

#[test]
fn on_maps_each_region_has_one_tile_of_its_own() {
    let told = |from: &str, to: &str| faults("templates/map.toml", &edited("templates/map.toml", from, to));
    assert_eq!(
        told("unit = \"1939\"", "unit = \"1938\""),
        ["templates/map.toml:17: `1938` is not a unit of regions.toml"]
    );
    assert_eq!(
        told("row = 1\ncolumn = 4", "row = 1\ncolumn = 3"),
        ["templates/map.toml:24: row 1, column 3 is the tile of `1939` already; give `1959` another"]
    );
    // A new region of the office needs a tile.
    let home = fresh();
    let regions = "schedules/regions.toml";
    let more = "\n[[region]]\nunit = \"1980\"\nkato = \"80\"\niso = \"KZ-80\"\ntitles = { ru = \"новая область\" }\n";
    fs::write(home.path().join(regions), edited(regions, "\n[[agency]]", &format!("{more}\n[[agency]]"))).unwrap();
    let told = Office::load(home.path()).unwrap_err().to_string();
    let missing =
        "templates/map.toml: unit `1980` of regions.toml (новая область) has no tile; add a `[[tile]]` for it";
    assert_eq!(told, missing);
}

#[test]
fn the_faults_of_all_files_are_told_at_once() {
    let home = fresh();
    let spoil = |file: &str, from: &str, to: &str| {
        let text = edited(file, from, to);
        fs::write(home.path().join(file), text).unwrap();
    };
    spoil("zhinaq.toml", "outside_force", "outside_farce");
    spoil("schedules/order-25-2019/forms.toml", "day = 5", "day = 31");
    spoil("schedules/order-25-2019/collections.toml", "\"1-r-search\", ", "\"1-r-serach\", ");
    spoil("schedules/order-25-2019/matrix.csv", "crime,7,1", "crime,7,x");
    spoil(
        "schedules/calendar-kz.toml",
        "why = \"substitute\", for = 2019-03-23",
        "why = \"substitute\", with = 2019-03-23",
    );
    spoil("schedules/population.csv", "1910,", "1909,");
    spoil("schedules/regions.toml", "split_from = \"1963\"", "split_from = \"1964\"");
    let told: Vec<String> = Office::load(home.path()).unwrap_err().0.iter().map(ToString::to_string).collect();
    let all = told.join("\n");
    for part in [
        "zhinaq.toml:8: unknown key `outside_farce`; did you mean `outside_force`?",
        "forms.toml:23: day 31 does not exist in every month: write 1 to 28",
        "`1-r-serach` is not a form of forms.toml; did you mean `1-r-search`?",
        "matrix.csv:5: `x` for `gp-office` is neither a number of copies, nor blank, nor `?`",
        "a \"holiday\" has `holiday`, a \"substitute\" has `for`, a \"transfer\" has `with`, and no other of them",
        "population.csv:5: `1909` is not a unit of regions.toml",
        "`1964` is not a unit of this file",
    ] {
        assert!(all.contains(part), "missing: {part}\nin:\n{all}");
    }
    assert_eq!(told.len(), 7, "{all}");
}

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    for (text, part) in [
        ("regulation = \"order-26\"", "known here: order-25-2019"),
        ("outside_force = \"stop\"", "zhinaq.toml:1:"),
        ("[hours]\ncut_off = \"17:00\"", "is not after the deadline"),
        ("[hours]\nopening = \"19:00\"", "is not before the deadline"),
        ("[ledger]\nurl = \"postgres://u:secret@host/db\"", "a password does not belong into a file"),
        ("[ledger]\nurl = \"mysql://host/db\"", "a ledger is"),
        ("[ledger]\npassword_env = \"hunter2\"", "write the NAME of an environment variable"),
        ("[transport]\nkind = \"smtp\"", "mail needs a table"),
        ("[transport.smtp]\nhost = \"mx.example.org\"\nfrom = \"a@example.org\"\ntls = \"none\"", "is another machine"),
        ("[transport.smtp]\nhost = \"localhost\"\nfrom = \"a b\"\ntls = \"none\"", "is not an e-mail address"),
        ("[addresses]\nmai = [\"a@example.org\"]", "did you mean `mia`?"),
        ("[languages]\nmia = \"de\"", "zhinaq.toml:2: `de` is not a language of this office"),
        ("[languages]\nmia = \"German\"", "two or three small Latin letters"),
        ("[limits]\nattempts = 0", "at least one attempt"),
    ] {
        let told = faults("zhinaq.toml", text);
        assert!(!told.is_empty() && told.iter().any(|t| t.contains(part)), "{text}: {told:?}");
        assert!(!told.iter().any(|t| t.contains("hunter2") || t.contains("secret@")), "a secret is repeated: {told:?}");
    }
}

#[test]
fn a_file_that_is_not_utf8_says_where() {
    let home = fresh();
    fs::write(home.path().join("zhinaq.toml"), b"# line\n# \xcf\xf0\xe8\xea\xe0\xe7\n").unwrap();
    let told = Office::load(home.path()).unwrap_err().to_string();
    assert_eq!(told, "zhinaq.toml:2: this is not UTF-8; save the file as UTF-8 and try again");
}

#[test]
fn a_folder_that_is_not_there_says_how_to_make_one() {
    let told = Office::load(Path::new("no/such/folder")).unwrap_err().to_string();
    assert_eq!(told, "no/such/folder: is not a folder");
}

#[test]
fn the_policy_for_late_forms_goes_from_office_to_collection_to_form() {
    let home = fresh();
    fs::write(home.path().join("zhinaq.toml"), "late_form = \"hold\"\n").unwrap();
    let folder = home.path().join("schedules/order-25-2019");
    fs::create_dir_all(&folder).unwrap();
    let text = edited(
        "schedules/order-25-2019/collections.toml",
        "forms = [\"3-k\", \"1-ad\"]",
        "forms = [\"3-k\", \"1-ad\"]\nlate_form = \"previous\"\nlate = { \"1-ad\" = \"omit\" }",
    );
    fs::write(folder.join("collections.toml"), text).unwrap();
    let office = Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let policy = |collection: &str, form: &str| {
        office.regulation().collection(&collection.parse().unwrap()).unwrap().late_policy(&form.parse().unwrap())
    };
    assert_eq!(policy("crime", "1-m"), LateForm::Hold);
    assert_eq!(policy("corruption", "3-k"), LateForm::Previous);
    assert_eq!(policy("corruption", "1-ad"), LateForm::Omit);
}

#[test]
fn a_line_of_the_matrix_with_a_cell_too_few_is_a_fault() {
    let text = edited("schedules/order-25-2019/matrix.csv", "crime,7,1", "crime,7");
    let told = faults("schedules/order-25-2019/matrix.csv", &text);
    assert!(told.iter().any(|fault| fault.contains("a cell is missing")), "{told:?}");
    let text = edited("schedules/order-25-2019/matrix.csv", "supervision,7,2", "supervision,7");
    let told = faults("schedules/order-25-2019/matrix.csv", &text);
    assert!(told.iter().any(|fault| fault.contains("a cell is missing")), "{told:?}");
}

#[test]
fn an_organ_that_ended_hands_on_to_its_successor() {
    let home = fresh();
    let folder = home.path().join("schedules/order-25-2019");
    fs::create_dir_all(&folder).unwrap();
    let text = edited(
        "schedules/order-25-2019/recipients.toml",
        "id = \"constitutional-council\"\n",
        "id = \"constitutional-council\"\nvalid_until = 2023-01-01\nsuccessor = \"constitutional-court\"\n",
    ) + "\n[[organ]]\nid = \"constitutional-court\"\nvalid_from = 2023-01-01\ntitles = { ru = \"Конституционный Суд\" }\n";
    fs::write(folder.join("recipients.toml"), text).unwrap();
    let office = Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let council = "constitutional-council".parse().unwrap();
    let to = |on: &str| office.regulation().addressee(&council, day(on)).map(|r| r.id.to_string());
    assert_eq!(to("2022-12-31").as_deref(), Some("constitutional-council"));
    assert_eq!(to("2023-01-01").as_deref(), Some("constitutional-court"));
}

#[test]
fn an_office_may_refuse_dates_outside_the_force_of_the_act() {
    let office = office();
    assert_eq!(office.force_on(day("2020-04-14")), Force::InForce);
    assert!(matches!(office.force_on(day("2025-04-14")), Force::BySetting(words) if words.contains("not in force")));
    let home = fresh();
    fs::write(home.path().join("zhinaq.toml"), "outside_force = \"refuse\"\n").unwrap();
    let office = Office::load(home.path()).unwrap();
    assert_eq!(office.force_on(day("2020-04-14")), Force::InForce);
    assert!(matches!(office.force_on(day("2025-04-14")), Force::Refused(words) if words.contains("outside_force")));
}

#[test]
fn a_form_may_be_waited_for_longer_than_the_others() {
    let home = fresh();
    let text = edited("schedules/sources.toml", "code = \"1m\"", "code = \"1m\"\nwait = { answer_seconds = 120 }");
    fs::write(home.path().join("schedules/sources.toml"), &text).unwrap();
    let office = Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let waits: Vec<_> =
        office.sources.iter().filter_map(|s| Some((s.form.as_str(), s.wait.answer?.as_secs()))).collect();
    assert_eq!(waits, [("1-m", 120)]);
    let wrong = |wait: &str| faults("schedules/sources.toml", &text.replace("{ answer_seconds = 120 }", wait));
    assert!(wrong("{ answer_seconds = 0 }")[0].contains("1 to 3600 seconds"));
    assert!(wrong("{ answer_seconds = 60, whole_seconds = 30 }")[0].contains("shorter than"));
    assert!(wrong("{ answr_seconds = 60 }")[0].contains("answr_seconds"));
}

#[test]
fn an_office_weighs_what_the_rules_for_every_form_find() {
    let home = fresh();
    let checks = |text: &str| format!("[checks]\n{text}\n");
    let good = "plausibility = \"off\"\n\"continuity.flow\" = { severity = \"info\", forms = [\"3-k\"] }";
    fs::write(home.path().join("zhinaq.toml"), checks(good)).unwrap();
    let settings = Office::load(home.path()).unwrap_or_else(|faults| panic!("{faults}")).settings;
    assert_eq!(settings.checks["plausibility"].severity, None);
    assert_eq!(settings.checks["continuity.flow"].forms, ["3-k".parse().unwrap()]);
    let wrong = |text: &str| faults("zhinaq.toml", &checks(text)).concat();
    assert!(wrong("plausability = \"off\"").contains("did you mean `plausibility`?"));
    assert!(wrong("\"identity.disagreement\" = \"off\"").contains("is not a rule that an office weighs"));
    assert!(wrong("twins = \"loud\"").contains("write \"error\""));
    assert!(wrong("twins = { severity = \"info\", forms = [] }").contains("names no form"));
}

#[test]
fn an_office_of_an_older_program_gets_the_texts_that_it_lacks_and_keeps_its_own() {
    let office = crate::support::program::Office::fresh();
    let home = office.path().to_str().unwrap().to_owned();
    let all = office.zhinaq(&["init", &home, "--diff"]).exits(0).out;
    assert!(!all.contains("words") && all.contains("as the program has them"), "{all}");
    let nothing = office.zhinaq(&["init", &home, "--upgrade"]).exits(0);
    assert!(nothing.err.contains("nothing was changed"), "{}", nothing.err);

    let ru = "templates/words/ru.toml";
    office.edit(ru, |text| {
        let kept = text.lines().filter(|line| !line.starts_with("map_"));
        kept.map(|line| format!("{}\n", line.replace("\"Регион\"", "\"Область\""))).collect()
    });
    std::fs::remove_file(office.path().join("templates/map.toml")).unwrap();
    let old = std::fs::read_to_string(office.path().join(ru)).unwrap();
    office.zhinaq(&["forms"]).exits(1);
    let listed = office.zhinaq(&["init", &home, "--diff"]).exits(0).out;
    let flat = listed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("templates/map.toml not here; the program's own is used"), "{listed}");
    assert!(flat.contains("templates/words/ru.toml") && flat.contains("only in the program's; lacks"), "{listed}");
    assert_eq!(std::fs::read_to_string(office.path().join(ru)).unwrap(), old, "--diff writes nothing");

    let done = office.zhinaq(&["init", &home, "--upgrade"]).exits(0).err;
    assert!(done.contains("added; the old file is `templates/words/ru.toml.before-upgrade-1`"), "{done}");
    assert_eq!(std::fs::read_to_string(office.path().join(format!("{ru}.before-upgrade-1"))).unwrap(), old);
    let new = std::fs::read_to_string(office.path().join(ru)).unwrap();
    assert!(new.contains("\"Область\"") && new.contains("\nmap_class = "), "{new}");
    office.zhinaq(&["forms"]).exits(0);
    office.zhinaq(&["init", "nowhere", "--diff"]).exits(1);
}
