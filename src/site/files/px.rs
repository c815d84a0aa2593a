//! PX (PC-Axis; Statistics Sweden, "PX-file format specification AXIS-VERSION 2013"): a section with the texts of every
//! language. Units and rows are in `STUB`, columns and the time in `HEADING`.

use assemble::labels::told_apart;
use domain::{Language, Measure, Number};
use formats::{PxKey, PxText, px_cleaned, px_value};

use super::Placed;
use crate::{
    input::{PlacedFigure, PlacedSection},
    words::{SiteWords, day},
};

/// The texts of one language: names and values of the four axes. Values differ from each other and fit.
struct Wording<'a> {
    language: Language,
    /// `None` for the main language, whose keywords name no language.
    marked: Option<Language>,
    words: &'a SiteWords,
    axes: [(String, Vec<String>); 4],
}

/// A section as PX.
pub fn px(placed: &Placed<'_>, section: &PlacedSection) -> Vec<u8> {
    let main = placed.site.main().0;
    let wordings: Vec<Wording<'_>> =
        placed.site.languages().map(|(language, words)| wording(placed, section, language, words, main)).collect();
    let codes = codes(placed, section);
    let mut px = PxText::new();
    let key = |wording: &Wording<'_>, word| PxKey::new(word).in_language(wording.marked);
    let stamp = day(placed.revision.placed).format("%Y%m%d 00:00").to_string();
    px.text(PxKey::new("CHARSET"), "ANSI");
    px.text(PxKey::new("AXIS-VERSION"), "2013");
    px.text(PxKey::new("CODEPAGE"), "utf-8");
    px.text(PxKey::new("LANGUAGE"), main.code());
    px.list(PxKey::new("LANGUAGES"), &wordings.iter().map(|one| one.language.to_string()).collect::<Vec<_>>());
    px.text(PxKey::new("CREATION-DATE"), &stamp);
    px.plain(PxKey::new("DECIMALS"), if is_fine(section) { "3" } else { "0" });
    px.plain(PxKey::new("SHOWDECIMALS"), "0");
    // At most 20 characters; the id of the table says the rest.
    let matrix: String = format!("{}_{}", placed.release.period, section.id).chars().take(20).collect();
    px.text(PxKey::new("MATRIX"), &matrix);
    px.text(PxKey::new("TABLEID"), &format!("{}/{}", placed.stem(), section.id));
    px.text(PxKey::new("SUBJECT-CODE"), placed.form.form.as_str());
    for one in &wordings {
        px.text(key(one, "SUBJECT-AREA"), &placed.title(one.language));
    }
    for one in &wordings {
        px.text(key(one, "TITLE"), &format!("{}. {}", placed.title(one.language), section.titles.of(one.language)));
        px.text(key(one, "CONTENTS"), section.titles.of(one.language));
        px.text(key(one, "UNITS"), &measures(section, one.words).join(", "));
    }
    for one in &wordings {
        let names: Vec<String> = one.axes.iter().map(|(name, _)| name.clone()).collect();
        px.list(key(one, "STUB"), &names[..2]);
        px.list(key(one, "HEADING"), &names[2..]);
    }
    for one in &wordings {
        for ((name, values), codes) in one.axes.iter().zip(&codes) {
            px.list(key(one, "VALUES").about(&[name]), values);
            px.list(key(one, "CODES").about(&[name]), codes);
        }
        px.text(key(one, "VARIABLE-TYPE").about(&[&one.axes[0].0]), "Geographical");
    }
    for one in &wordings {
        px.text(key(one, "SOURCE"), placed.site.input.publisher.of(one.language));
        if placed.site.is_sample() {
            px.text(key(one, "NOTEX"), &one.words.text("sample"));
        }
        let notes = [one.words.text("cumulative"), one.words.text("legend"), format!("ID {}", placed.revision.content)];
        px.text(key(one, "NOTE"), &notes.map(|note| note.replace('#', "")).join("#"));
    }
    for (word, mark) in [("DATASYMBOL1", "[z]"), ("DATASYMBOL2", "[x]"), ("DATASYMBOL3", "[c]")] {
        px.text(PxKey::new(word), mark);
    }
    let rows = section.figures.values().flat_map(|figures| figures.chunks(section.columns.len().max(1)));
    px.data(rows.map(|row| row.iter().map(|figure| shown(*figure)).collect::<Vec<_>>().join(" ")));
    px.into_bytes()
}

fn shown(figure: PlacedFigure) -> String {
    match figure {
        PlacedFigure::Number(number) => number.to_string(),
        PlacedFigure::NotApplicable => "\".\"".to_owned(),
        PlacedFigure::NotAvailable => "\"..\"".to_owned(),
        PlacedFigure::Confidential => "\"...\"".to_owned(),
    }
}

/// Whether a figure has decimals.
fn is_fine(section: &PlacedSection) -> bool {
    let fine = |figure: &PlacedFigure| matches!(figure, PlacedFigure::Number(number) if !Number::is_whole(*number));
    section.figures.values().flatten().any(fine)
}

fn wording<'a>(
    placed: &Placed<'_>,
    section: &PlacedSection,
    language: Language,
    words: &'a SiteWords,
    main: Language,
) -> Wording<'a> {
    let apart = |values: Vec<String>| told_apart(values.into_iter());
    let units = section.figures.keys().map(|unit| px_value(placed.site.unit(unit).of(language))).collect();
    let rows = section.rows.iter().map(|row| px_value(row.titles.of(language))).collect();
    let columns = section.columns.iter().map(|column| px_value(column.titles.of(language))).collect();
    let names = told_apart(["unit", "row", "column", "period"].map(|key| px_value(&words.text(key))).into_iter());
    let values = [apart(units), apart(rows), apart(columns), vec![placed.release.period.to_string()]];
    let mut pairs = names.into_iter().zip(values);
    let axes = std::array::from_fn(|_| pairs.next().unwrap_or_default());
    Wording { language, marked: (language != main).then_some(language), words, axes }
}

fn codes(placed: &Placed<'_>, section: &PlacedSection) -> [Vec<String>; 4] {
    [
        section.figures.keys().map(ToString::to_string).collect(),
        section.rows.iter().map(|row| px_cleaned(row.code.as_str())).collect(),
        section.columns.iter().map(|column| px_cleaned(column.code.as_str())).collect(),
        vec![placed.release.period.to_string()],
    ]
}

fn measures(section: &PlacedSection, words: &SiteWords) -> Vec<String> {
    let all = [Measure::Count, Measure::Persons, Measure::ThousandTenge, Measure::Days];
    let used = all.into_iter().filter(|measure| section.columns.iter().any(|column| column.measure == *measure));
    used.map(|measure| words.text(&format!("measure_{}", measure.word()))).collect()
}
