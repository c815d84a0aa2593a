//! What a person writes about an issue: printed with the author, approved with the book, never changed in silence.

use std::fs;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use zhinaq::pipeline::account_of_process;

use super::{by, facts, run, run_by_another, staffed, take_the_place_of};
use crate::support::program::Office;

const FILE: &str = "comments/sample/2025-Q2/narcotics.toml";

fn comment(author: &str, ru: &str) -> String {
    format!(
        "author = \"{author}\"\n\n[[paragraph]]\nru = \"{ru}\"\nkk = \"Есепке алу тәртібі өзгерді.\"\nen = \"Counting changed.\"\n"
    )
}

fn write(office: &Office, file: &str, text: &str) {
    let path = office.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The texts on the sheet of the analysis in a copy of the interior ministry.
fn analysis(office: &Office, issue: &str) -> Vec<String> {
    let folder = office.path().join("output/sample/outbox/mia/2025-Q2/narcotics").join(issue);
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let copy = files.find(|path| path.extension().is_some_and(|end| end == "xlsx")).unwrap();
    let mut workbook: Xlsx<_> = open_workbook(copy).unwrap();
    let sheets = workbook.sheet_names();
    assert!(sheets.windows(2).any(|two| two == ["Анализ", "Примечания"]), "{sheets:?}");
    let range = workbook.worksheet_range("Анализ").unwrap();
    let texts = range.used_cells().filter_map(|(_, _, cell)| match cell {
        Data::String(text) => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_comment_is_printed_with_its_author_and_a_later_one_makes_a_revision() {
    let office = staffed();
    write(&office, FILE, &comment("signs", "Изменился порядок учёта."));
    run(&office, "op", "2025-Q2");
    let texts = analysis(&office, "r0");
    let heading = texts.iter().position(|text| text == "Комментарий: Signatory").expect("no heading of the comment");
    assert_eq!(texts[heading + 1], "Изменился порядок учёта.");
    assert!(texts.iter().any(|text| text.starts_with("В январе–июне 2025 года зарегистрирован")), "{texts:?}");
    let built = facts(&office, "built");
    let of = |collection: &str| {
        let fact = built.iter().find(|(_, fact)| fact["issue"]["collection"] == collection);
        fact.map(|(_, fact)| fact["comment"]["account"].clone()).unwrap()
    };
    assert_eq!((of("narcotics"), of("corruption")), ("signs".into(), serde_json::Value::Null));

    write(&office, FILE, &comment("signs", "Порядок учёта не менялся."));
    let again = run(&office, "op", "2025-Q2");
    let troubles = again["troubles"].as_array().unwrap();
    let told = troubles.iter().find(|t| t["what"] == "collection `narcotics`").unwrap()["why"].as_str().unwrap();
    assert!(told.starts_with("the comment changed since the copies were numbered"), "{told}");
    assert!(told.contains("`zhinaq rebuild --sample --period 2025-Q2"), "{told}");
    assert!(again["notices"].to_string().contains("the comment changed since"), "{again}");

    let rebuild = "rebuild --period 2025-Q2 --collection narcotics --reason wording --format json";
    let rebuilt = by(&office, "stat", rebuild).exits(0).json();
    let changes = rebuilt["candidates"][0]["changes"].as_array().unwrap();
    assert_eq!((changes.len(), changes[0]["is"].as_str()), (1, Some("комментарий изменён")), "{rebuilt}");
    // A candidate whose comment is not the present one does not go.
    write(&office, FILE, &comment("signs", "Третий текст."));
    let refused = by(&office, "op", "send --period 2025-Q2 --revision 1").exits(1);
    assert!(refused.err.contains("the comment changed since `2025-Q2/narcotics/r1` was made"), "{}", refused.err);
    write(&office, FILE, &comment("signs", "Порядок учёта не менялся."));
    by(&office, "op", "send --period 2025-Q2 --revision 1").exits(0);
    assert!(analysis(&office, "r1").contains(&"Порядок учёта не менялся.".to_owned()));
    let quiet = run(&office, "op", "2025-Q2");
    assert_eq!(quiet["troubles"], serde_json::json!([]), "{quiet}");

    fs::remove_file(office.path().join(FILE)).unwrap();
    let gone = run(&office, "op", "2025-Q2");
    assert!(gone["troubles"].to_string().contains("the comment changed since"), "{gone}");
}

#[test]
fn a_comment_that_would_be_lost_or_is_nobodys_is_refused() {
    let office = staffed();
    // Comments of the real office are not of the sample office.
    write(&office, "comments/2025-Q2/narcotics.toml", &comment("signs", "Изменился порядок учёта."));
    by(&office, "op", "build --period 2025-Q2").exits(0);
    assert!(facts(&office, "built").iter().all(|(_, fact)| fact["comment"].is_null()));
    for (file, text, told) in [
        (FILE, comment("nobody", "Текст."), "narcotics.toml:1: `nobody` is not an account of schedules/people.toml"),
        (FILE, comment("signs", ""), "the paragraph is empty in `ru`"),
        (FILE, "author = \"signs\"\n".to_owned(), "narcotics.toml: has no text"),
        (FILE, comment("signs", "Текст.").replace("kk", "kz"), "`kz` is not a language of this office"),
        ("comments/sample/2025-Q2/narcotic.toml", comment("signs", "Текст."), "did you mean `narcotics`?"),
        (
            "comments/sample/2025-2/narcotics.toml",
            comment("signs", "Текст."),
            "comments/sample/2025-2: is not the folder",
        ),
        (
            "comments/sample/2025-M06/narcotics.toml",
            comment("signs", "Текст."),
            "comments/sample/2025-M06: is not the folder",
        ),
    ] {
        write(&office, file, &text);
        let refused = by(&office, "op", "build --period 2025-Q2").exits(1);
        assert!(refused.err.contains(told), "{file}: {}", refused.err);
        let doctor = office.zhinaq(&["doctor"]).exits(1);
        assert!(format!("{}{}", doctor.out, doctor.err).contains(told), "{file}: {}", doctor.out);
        fs::remove_dir_all(office.path().join("comments/sample")).unwrap();
    }
}

#[test]
fn the_author_of_a_comment_is_no_second_person() {
    let office = staffed();
    office.edit("zhinaq.toml", |text| text.replace("required = false", "required = true"));
    take_the_place_of(&office, "chief");
    write(&office, FILE, &comment(&account_of_process().name, "Изменился порядок учёта."));
    run_by_another(&office, "2025-Q2");
    let author = by(&office, "chief", "approve --period 2025-Q2 --collection narcotics --reason seen").exits(1);
    assert!(author.err.contains("the comment on `2025-Q2/narcotics/r0` is by `Approver`"), "{}", author.err);
    by(&office, "chief", "approve --period 2025-Q2 --collection corruption --reason seen").exits(0);
}
