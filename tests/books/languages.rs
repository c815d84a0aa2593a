//! A further language is files only: a made-up one is added to an office, and its copies and mails are in it.

use std::{fs, io::Cursor, path::Path};

use calamine::{Data, Reader as _, Xlsx};
use zhinaq::{
    domain::Language,
    words::{FixedText, Lexicon},
};

use crate::support::{lexicon, program::Office};

const RUN: [&str; 6] = ["run", "--sample", "--period", "2025-Q2", "--as-of", "2025-07-21T20:30"];

/// Another text of the same length: Latin letters outside braces are moved by 13 places.
fn changed(text: &str) -> String {
    let mut depth = 0;
    let turned = |c: char, first: u8| char::from(first + (c as u8 - first + 13) % 26);
    text.chars()
        .map(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            match c {
                'a'..='z' if depth == 0 => turned(c, b'a'),
                'A'..='Z' if depth == 0 => turned(c, b'A'),
                c => c,
            }
        })
        .collect()
}

/// The English file with every text changed.
fn made_up() -> String {
    let english = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/words/en.toml")).unwrap();
    let mut table: toml::Table = english.parse().unwrap();
    for (key, value) in &mut table {
        match value {
            toml::Value::Table(texts) => texts.iter_mut().for_each(|(_, text)| change(text)),
            toml::Value::Array(names) => names.iter_mut().for_each(change),
            _ => assert!(["locale", "group", "decimal", "plural"].contains(&key.as_str()), "{key}"),
        }
    }
    toml::to_string(&table).unwrap()
}

fn change(value: &mut toml::Value) {
    *value = toml::Value::String(changed(value.as_str().unwrap()));
}

/// An office to which the made-up language `qx` is added, which one organ reads.
fn with_made_up(office: Office) -> Office {
    let put = |file: &str, text: &str| {
        let path = office.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("templates/words/qx.toml", &made_up());
    put("templates/mail/qx/subject.txt", "Fhowrpg {{ parcel }}");
    put("templates/mail/qx/body.txt", "Qrne {{ organ }}, {{ period }}");
    put("templates/mail/qx/body.html", "<p>Qrne {{ organ }}, {{ period }}</p>");
    office.edit("zhinaq.toml", |text| text.replacen("default = \"ru\"", "default = \"ru\"\nmia = \"qx\"", 1));
    office
}

/// The copy of an organ below a folder.
fn copy_in(folder: &Path, ending: &str) -> Vec<u8> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let copy = names.into_iter().find(|path| path.to_string_lossy().contains(ending));
    fs::read(copy.unwrap_or_else(|| panic!("no {ending} in {}", folder.display()))).unwrap()
}

/// Names of sheets, and texts of cells.
fn texts(workbook: Vec<u8>) -> Vec<String> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    let mut texts = workbook.sheet_names();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).unwrap();
        texts.extend(range.used_cells().filter_map(|(_, _, cell)| match cell {
            Data::String(text) => Some(text.clone()),
            _ => None,
        }));
    }
    texts
}

/// The fixed texts of a language that the made-up one has in other words.
fn own_words(of: &Lexicon, qx: &Lexicon) -> Vec<String> {
    let texts = FixedText::all().filter(|text| text.of(of) != text.of(qx) && !text.of(of).is_empty());
    texts.map(|text| text.of(of).to_owned()).collect()
}

#[test]
fn a_further_language_is_files_only() {
    let doctor = with_made_up(Office::fresh()).zhinaq(&["doctor"]).exits(0);
    let told = format!("{}{}", doctor.out, doctor.err);
    assert!(told.contains("no `qx` and print in Russian there"), "{told}");

    let office = with_made_up(Office::small());
    office.zhinaq(&RUN).exits(0);

    let folder = office.path().join("output/sample/outbox/mia/2025-Q2/narcotics/r0");
    let qx = Lexicon::parse("qx".parse().unwrap(), &made_up()).unwrap();
    let cells = texts(copy_in(&folder, "_copy-1-of-1_qx."));
    for language in [Language::RU, Language::EN] {
        for word in own_words(lexicon(language), &qx) {
            let foreign = cells.iter().find(|cell| **cell == word || (word.len() > 40 && cell.contains(&word)));
            assert_eq!(foreign, None, "`{word}` of `{language}`");
        }
    }
    // Fixed texts, a phrase, a period in words, the number of the copy, and the marks of a title that has no translation.
    assert!(cells.iter().any(|cell| cell == &changed("Cover")));
    for part in ["Source: form ", "Table 1.1. ", "April–June 2025"] {
        assert!(!cells.iter().any(|cell| cell.contains(part)), "{part}");
    }
    for part in ["Fbhepr: sbez ", "Gnoyr 1.1. ", "Wnahnel–Whar 2025", "Pbcl 1 bs 1 · ", " [ru]"] {
        assert!(cells.iter().any(|cell| cell.contains(part)), "{part}");
    }

    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    assert!(manifest.contains("Fhowrpg 2025-Q2/narcotics/r0/mia"), "{manifest}");
    assert!(manifest.contains("Wnahnel–Whar 2025"), "{manifest}");
    // A reader of another language has nothing of it.
    let russian = office.path().join("output/sample/outbox/moj/2025-Q2/narcotics/r0");
    let cells = texts(copy_in(&russian, "_ru."));
    assert!(!cells.iter().any(|cell| cell.contains("Fbhepr") || cell.contains("Wnahnel")));

    let own = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let own = own.into_iter().find(|path| path.extension().is_some_and(|e| e == "xlsx")).unwrap();
    let identified = office.zhinaq(&["identify", "--sample", own.to_str().unwrap()]).exits(0);
    assert!(identified.out.contains("mia"), "{}", identified.out);
    office
        .zhinaq(&["preview", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--language", "qx"])
        .exits(0);
}

/// A book in another language than the forms says how many of its labels are in that language, and whose they are.
#[test]
fn a_book_says_how_much_of_it_is_translated() {
    let office = Office::small();
    office.zhinaq(&RUN).exits(0);
    let drawn = |language: &str| {
        let words = ["preview", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format", "json"];
        let preview = office.zhinaq(&[&words[..], &["--language", language]].concat()).exits(0).json();
        fs::read_to_string(office.path().join(preview["html"].as_str().unwrap())).unwrap()
    };
    let counts = |page: &str| -> Vec<usize> {
        let (_, said) = page.split_once("Labels of rows and columns in English: ").expect(page);
        let said = said.split('(').next().unwrap();
        said.split(" of ").map(|number| number.trim().replace(',', "").parse().unwrap()).collect()
    };
    let english = drawn("en");
    let before = counts(&english);
    assert!(before[0] == before[1] && before[1] > 10, "{before:?}");
    assert!(english.contains("a translation of the Russian form and not its official wording: 1-N"), "{english}");
    assert!(!english.contains("[ru]</t"), "{english}");
    assert!(drawn("kk").contains("Қазақ тілінде берілген жолдар мен бағандардың атаулары: "));
    // The language of the forms has nothing to say of it, not even an empty paragraph.
    let russian = drawn("ru");
    assert!(!russian.contains("на этом языке") && !russian.contains("<p></p>") && !russian.contains("<li></li>"));

    office.edit("templates/forms/1-n.toml", |text| {
        let label = "en = \"Offences registered in the Unified Register in the reporting period\", ";
        assert!(text.contains(label));
        text.replacen(label, "", 1)
    });
    let english = drawn("en");
    assert_eq!(counts(&english), [before[0] - 1, before[1]]);
    assert!(english.contains("зарегистрированных в ЕРДР в отчетном периоде [ru]"));
}

#[test]
fn a_language_needs_all_its_words_and_mails() {
    let office = with_made_up(Office::fresh());
    fs::remove_file(office.path().join("templates/mail/qx/body.html")).unwrap();
    let missing = office.zhinaq(&["doctor"]).exits(1);
    let told = format!("{}{}", missing.out, missing.err);
    assert!(told.contains("templates/mail/qx/body.html: is missing"), "{told}");

    office.edit("templates/words/qx.toml", |text| {
        let text = text.replacen("\nregion = ", "\nregoin = ", 1);
        text.replacen("{statutory}", "{statutry}", 1)
    });
    let faults = office.zhinaq(&["doctor"]).exits(1);
    let told = format!("{}{}", faults.out, faults.err);
    for part in [
        "`region` is missing from `[texts]`; the program's en.toml has `region = \"Region\"`",
        "`regoin` is not a key of `[texts]`; did you mean `region`?",
        "`due_by_act`: `{statutry}` is not a placeholder of this phrase; did you mean `statutory`?",
    ] {
        let lines = told.lines().filter(|line| line.contains(part) && line.contains("templates/words/qx.toml:"));
        assert_eq!(lines.count(), 1, "{part}\n{told}");
    }
}

#[test]
fn a_language_that_the_office_does_not_have_is_refused_by_name() {
    let office = Office::small();
    let preview = ["preview", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--language", "uz"];
    let refused = office.zhinaq(&preview).exits(1);
    assert!(refused.err.contains("`uz` is not a language of this office; known here: ru, en, kk"), "{}", refused.err);
    office.edit("schedules/regions.toml", |text| text.replacen("kk = ", "kz = ", 1));
    let refused = office.zhinaq(&["doctor"]).exits(1);
    let told = format!("{}{}", refused.out, refused.err);
    assert!(told.contains("`kz` is not a language of this office; did you mean `kk`?"), "{told}");
    assert!(told.contains("schedules/regions.toml:"), "{told}");
}
