//! The analytical text: its sentences as they were written by hand beforehand, what is left out, and the sheet.

use std::{fs, path::Path};

use zhinaq::{
    assemble::{
        Analysis,
        analysis_text::{ChangedPart, ComparedFigure, contributions, sentence},
        assemble, changes,
    },
    config::{check_analysis, parse_analysis},
    domain::{AnalysisTemplate, Figure, IndicatorTemplate, IssueComment, Language, Number, Period, Titles},
    workbook::{Profile, accessibility::examine, placed_master},
};

use super::{masters::COLLECTIONS, ooxml::objections};
use crate::support::{
    lexicon,
    trial::{Trial, collection_templates, form_templates},
    words,
};

/// The sentences that were written by hand, by their kind.
fn expected(kind: &str) -> Vec<toml::Table> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books/analysis/sentences.toml");
    let written: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
    written[kind].as_array().unwrap().iter().map(|case| case.as_table().unwrap().clone()).collect()
}

/// The texts of a table in each language; `~` is a no-break space.
fn titles(of: &toml::Table) -> Titles {
    let text = |language: &str| of[language].as_str().unwrap().replace('~', "\u{a0}");
    Titles::ru(text("ru")).with(Language::KK, text("kk")).with(Language::EN, text("en"))
}

fn template(collection: &str) -> AnalysisTemplate {
    let name = format!("templates/analysis/{collection}.toml");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&name)).unwrap();
    parse_analysis(&name, &text).unwrap()
}

#[test]
fn sentences_read_as_they_were_written_by_hand() {
    let indicators: Vec<IndicatorTemplate> =
        ["crime", "corruption"].into_iter().flat_map(|name| template(name).indicators).collect();
    let cases = expected("sentence");
    assert!(cases.len() >= 30);
    for case in cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let indicator = indicators.iter().find(|indicator| indicator.id == text("indicator")).unwrap();
        let least = if indicator.id == "damage" { Number::ZERO } else { Number::count(10) };
        let figures = (text("now").parse().unwrap(), text("ago").parse().unwrap());
        let compared = ComparedFigure::new(text("period").parse().unwrap(), figures, least).unwrap();
        for (language, said) in titles(&case).texts() {
            assert_eq!(sentence(&indicator.words, &compared, lexicon(language)), said);
        }
    }
}

#[test]
fn contributions_read_as_they_were_written_by_hand() {
    for case in expected("contribution") {
        let change = |of: &toml::Table| Number::count(of["change"].as_integer().unwrap());
        let part = |part: &toml::Table| ChangedPart { label: titles(part), change: change(part) };
        let parts = case["parts"].as_array().unwrap().iter().map(|one| part(one.as_table().unwrap()));
        let parts: Vec<ChangedPart> = parts.collect();
        let sum = parts.iter().map(|part| part.change).fold(Number::ZERO, |sum, one| sum.plus(one).unwrap());
        assert_eq!(sum, change(&case));
        for (language, said) in titles(&case).texts() {
            assert_eq!(contributions(sum, &parts, lexicon(language)), said);
        }
    }
}

#[test]
fn every_analysis_fits_its_collection_its_forms_and_the_languages() {
    let (collections, forms) = (collection_templates(), form_templates());
    for (collection, _) in COLLECTIONS {
        let template = template(collection);
        assert_eq!(template.collection.as_str(), collection);
        assert_eq!(check_analysis(&template, &collections, &forms, words()), []);
        let said = template.indicators.iter().flat_map(|i| [&i.titles, &i.words.many]);
        assert!(said.clone().all(|titles| words().languages().all(|language| titles.has(language))));
    }
    let mut wrong = template("narcotics");
    wrong.indicators[0].form = "court-1".parse().unwrap();
    wrong.indicators[1].place.column = "99".parse().unwrap();
    wrong.indicators[1].words.few = Titles::default();
    let told: Vec<String> =
        check_analysis(&wrong, &collections, &forms, words()).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("collection `narcotics` does not show form `court-1`"), "{told:?}");
    assert!(told[1].contains("form `1-n` has no column `99`"), "{told:?}");
}

/// The analysis of a trial.
fn made(trial: &Trial, template: &AnalysisTemplate) -> Analysis {
    let mut material = trial.material();
    material.analysis = Some(template);
    assemble(&material).unwrap().analysis.unwrap()
}

/// Sets figures of form 1-N of the republic: the columns from the third on.
fn set(trial: &mut Trial, period: &str, figures: [i64; 3]) {
    let period: Period = period.parse().unwrap();
    let wanted = trial.datasets.iter_mut().find(|d| d.key.period == period && d.key.unit.is_republic()).unwrap();
    for (place, figure) in figures.into_iter().enumerate() {
        wanted.sections[0].figures[place + 2] = Figure::Number(Number::count(figure));
    }
}

#[test]
fn the_contributions_of_parts_are_told_only_where_the_parts_add_up() {
    let (mut trial, template) = (Trial::new("narcotics", "2025-Q2"), template("narcotics"));
    set(&mut trial, "2025-Q2", [90, 60, 30]);
    set(&mut trial, "2024-Q2", [100, 80, 20]);
    let analysis = made(&trial, &template);
    assert_eq!(analysis.left_out, []);
    let told = &analysis.paragraphs[1];
    assert!(told.ru.contains("по 90 наркотическим правонарушениям, что на 10,0\u{a0}% меньше"), "{}", told.ru);
    let (_, contributions) = told.ru.split_once("Вклад в снижение, по убыванию: ").expect(&told.ru);
    assert!(contributions.contains("направлены в суд") && contributions.contains(", −20. В обратную сторону: "));
    assert!(contributions.ends_with(", +10."), "{contributions}");
    assert!(told.of(Language::KK).contains("Кері бағытта: "), "{}", told.of(Language::KK));

    set(&mut trial, "2024-Q2", [100, 80, 21]);
    let analysis = made(&trial, &template);
    assert!(!analysis.paragraphs[1].ru.contains("Вклад"), "{:?}", analysis.paragraphs);
    let [left_out] = analysis.left_out.as_slice() else { panic!("{:?}", analysis.left_out) };
    assert_eq!(left_out.ru, "Не приведён вклад частей: «Окончено производством» — части в сумме не равны целому.");
    assert_eq!(left_out.of(Language::EN), "Contributions left out: “Finished”: the parts do not add up to the whole.");
}

#[test]
fn a_sentence_without_an_established_figure_is_left_out_with_the_reason() {
    let template = template("narcotics");
    let without = Trial::new("narcotics", "2025-Q2").without("1-n", "2024-Q2");
    let analysis = made(&without, &template);
    assert_eq!(analysis.paragraphs, []);
    let said =
        "Не приведено: «Зарегистрировано наркотических правонарушений» — нет показателя за январь–июнь 2024 года.";
    assert_eq!(analysis.left_out[0].ru, said);
    let said = "Left out: “Registered drug offences”: no figure for January–June 2024.";
    assert_eq!(analysis.left_out[0].of(Language::EN), said);

    // A sum of regions is not the total that the republic states.
    let mut summed = Trial::new("narcotics", "2025-Q2");
    summed.datasets.retain(|d| !d.key.unit.is_republic());
    let analysis = made(&summed, &template);
    assert!(analysis.paragraphs.is_empty() && analysis.left_out[0].ru.ends_with("по республике в целом не поступил."));

    let mut blank = Trial::new("narcotics", "2025-Q2");
    let now: Period = "2025-Q2".parse().unwrap();
    let republic = blank.datasets.iter_mut().find(|d| d.key.period == now && d.key.unit.is_republic()).unwrap();
    republic.sections[0].figures[1] = Figure::Blank;
    let analysis = made(&blank, &template);
    assert_eq!(analysis.paragraphs.len(), 1);
    assert!(analysis.left_out[0].ru.ends_with("нет показателя за январь–июнь 2025 года."), "{:?}", analysis.left_out);
}

#[test]
fn a_language_without_words_of_its_own_prints_the_russian_paragraph_marked() {
    let (trial, mut template) = (Trial::new("narcotics", "2025-Q2"), template("narcotics"));
    for indicator in &mut template.indicators {
        indicator.words.many = Titles::ru(indicator.words.many.ru.clone()).with(Language::EN, "{count} offences");
    }
    let paragraph = made(&trial, &template).paragraphs.remove(0);
    assert!(!paragraph.has(Language::KK) && paragraph.has(Language::EN), "{paragraph:?}");
}

fn comment(kk: &str) -> IssueComment {
    let text = Titles::ru("Учёт изменился.").with(Language::KK, kk);
    IssueComment { account: "signs".into(), name: "Signatory".into(), paragraphs: vec![text] }
}

#[test]
fn a_comment_is_content_in_every_language_and_its_change_is_shown() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = |comment: Option<IssueComment>| {
        let mut material = trial.material();
        material.comment = comment;
        assemble(&material).unwrap()
    };
    let (without, first, second) =
        (book(None), book(Some(comment("Есеп өзгерді."))), book(Some(comment("Есеп жаңа."))));
    assert_eq!(without.analysis, None);
    let ids = [&without, &first, &second].map(zhinaq::assemble::Book::content_id);
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
    let told = |old, new| {
        let mut found = changes(old, new, words());
        assert_eq!(found.len(), 1, "{found:?}");
        let change = found.remove(0);
        change.is.or(change.was).unwrap().said(lexicon(Language::EN)).unwrap()
    };
    assert_eq!(told(&without, &first), "comment added");
    assert_eq!(told(&first, &second), "comment changed");
    assert_eq!(told(&second, &without), "comment removed");
    assert_eq!(changes(&first, &first, words()), []);
    let sheet = first.clone().with_changes_since(&without, words()).changes.unwrap();
    assert_eq!(sheet.sentences[0].of(Language::EN), "Figures that changed: 0; derived from them: 0.");
}

#[test]
fn the_sheet_is_after_the_tables_and_everybody_can_read_it() {
    for (collection, period) in COLLECTIONS {
        let (trial, template) = (Trial::new(collection, period), template(collection));
        let mut material = trial.material();
        material.analysis = Some(&template);
        material.comment = Some(comment("Есеп өзгерді."));
        let book = assemble(&material).unwrap();
        let analysis = book.analysis.as_ref().unwrap();
        assert_eq!(analysis.paragraphs.len(), template.indicators.len(), "{collection}: {:?}", analysis.left_out);
        for language in [Language::RU, Language::KK] {
            let latin = |text: &str| text.split(|c: char| !c.is_ascii_lowercase()).any(|word| word.len() > 2);
            let said = analysis.paragraphs.iter().chain(&analysis.left_out).map(|titles| titles.own(language).unwrap());
            let foreign: Vec<&str> = said.filter(|text| latin(text) || text.contains("[ru]")).collect();
            assert!(foreign.is_empty(), "{collection} {language}: {foreign:?}");
        }
        for language in words().languages() {
            let master = placed_master(&book, lexicon(language), Profile::Accessible).unwrap();
            assert_eq!(objections(&master.bytes), Vec::<String>::new());
            assert!(examine(&master.bytes).unwrap().passes(), "{collection} {language}");
            assert_eq!(master.places.tables.len(), book.tables().count());
            assert!(master.places.tables[1].0.starts_with("1.1 "), "{:?}", master.places.tables[1]);
        }
    }
}
