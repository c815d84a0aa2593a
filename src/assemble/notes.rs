//! The notes page: definitions, sources, the borders of regions, the shorthand.

use std::collections::BTreeSet;

use super::{
    absences,
    book::{Chapter, Mark, NoteGroup, Table},
    draft::Break,
    figures::Figures,
    material::Material,
    prose::{self, day, each},
    words::{self, Words},
};
use domain::{Edition, Language, Titles};

/// Notes common to every copy and language.
#[must_use]
pub fn notes(material: &Material<'_>, figures: &Figures<'_>, chapters: &[Chapter]) -> Vec<NoteGroup> {
    let groups = [
        (words::DEFINITIONS, definitions(material, figures)),
        (words::SOURCES, sources(material, chapters)),
        (words::BORDERS, borders(material)),
        (words::INCOMPARABLE, incomparable(chapters)),
        (words::LEGEND, legend()),
    ];
    let groups = groups.into_iter().filter(|(_, notes)| !notes.is_empty());
    let groups = groups.map(|(title, notes)| NoteGroup { title: title.titles(), notes });
    absences::notes(material, figures).into_iter().chain(groups).collect()
}

fn definitions(material: &Material<'_>, figures: &Figures<'_>) -> Vec<Titles> {
    let mut notes: Vec<Titles> = material.template.notes.clone();
    notes.extend([words::NOTE_CUMULATIVE, words::NOTE_AGO, words::NOTE_GROWTH, words::NOTE_QUARTER].map(Words::titles));
    notes.extend(population(material, figures));
    notes.push(words::NOTE_REPUBLIC.titles());
    if let Some(below) = material.template.confidential_below {
        notes.push(each(|language| match language {
            Language::Ru => format!("Число лиц менее {below} по регионам и органам не публикуется и обозначено [c]."),
            Language::Kk => {
                format!("Өңірлер мен органдар бойынша адам саны {below} санынан аз болса, жарияланбайды: [c].")
            }
            Language::En => format!("Counts of persons below {below} by region and agency are not published: [c]."),
        }));
    }
    notes
}

/// Which inhabitants the levels are levels of.
fn population(material: &Material<'_>, figures: &Figures<'_>) -> Option<Titles> {
    let day_of_figures = material.period.last_day();
    let used = figures.regions_in(material.period).filter_map(|r| r.population_at(day_of_figures));
    let used: BTreeSet<(chrono::NaiveDate, &str)> = used.map(|p| (p.at, p.source.as_str())).collect();
    if used.is_empty() {
        return None;
    }
    Some(each(|language| {
        let dates: Vec<String> = used.iter().map(|(at, source)| format!("{} ({source})", day(*at, language))).collect();
        let dates = dates.join("; ");
        match language {
            Language::Ru => format!("Уровень на 10\u{a0}000 населения рассчитан по численности населения на {dates}."),
            Language::Kk => {
                format!("10\u{a0}000 тұрғынға шаққандағы деңгей мына күнгі халық санымен есептелген: {dates}.")
            }
            Language::En => format!("Levels per 10,000 inhabitants use the population of: {dates}."),
        }
    }))
}

fn sources(material: &Material<'_>, chapters: &[Chapter]) -> Vec<Titles> {
    let notes = chapters.iter().map(|chapter| {
        let of_form =
            material.datasets.iter().filter(|d| d.key.form == chapter.form && d.key.origin == material.origin);
        let editions: BTreeSet<&Edition> = of_form.map(|d| &d.edition).collect();
        each(|language| {
            let (name, reason) = (chapter.form_name.of(language), chapter.reason.of(language));
            let said = |edition: &&Edition| {
                if **edition == Edition::service() {
                    words::OF_SERVICE.of(language).to_owned()
                } else {
                    edition.to_string()
                }
            };
            let read: Vec<String> = editions.iter().map(said).collect();
            let read = if read.is_empty() { "—".to_owned() } else { read.join(", ") };
            let edition = words::EDITIONS.of(language);
            format!("{}. {name}. {reason} {edition}: {read}.", chapter.number)
        })
    });
    notes.collect()
}

fn borders(material: &Material<'_>) -> Vec<Titles> {
    let mut splits: Vec<_> =
        material.regions.iter().filter_map(|r| Some((r.since?, r, r.split_from.as_ref()))).collect();
    splits.sort_by_key(|(since, region, _)| (*since, region.unit.clone()));
    let notes = splits.into_iter().map(|(since, region, from)| {
        let parent = from.and_then(|unit| material.regions.iter().find(|r| r.unit == *unit));
        each(|language| {
            let (name, since) = (region.titles.of(language), day(since, language));
            match (language, parent.map(|p| p.titles.of(language))) {
                (Language::Ru, Some(parent)) => format!("{since}: образован регион «{name}», ранее {parent}."),
                (Language::Ru, None) => format!("{since}: образован регион «{name}»."),
                (Language::Kk, Some(parent)) => format!("{since}: «{name}» құрылды, бұрын — {parent}."),
                (Language::Kk, None) => format!("{since}: «{name}» құрылды."),
                (Language::En, Some(parent)) => format!("{since}: {name} was formed, before that a part of {parent}."),
                (Language::En, None) => format!("{since}: {name} was formed."),
            }
        })
    });
    notes.collect()
}

/// The tables in which figures cannot be compared.
fn incomparable(chapters: &[Chapter]) -> Vec<Titles> {
    let marked = |t: &&Table| t.notes.iter().any(|n| n.ru.starts_with(Mark::Z.text()));
    let numbers: Vec<&str> =
        chapters.iter().flat_map(|c| &c.tables).filter(marked).map(|t| t.number.as_str()).collect();
    if numbers.is_empty() {
        return Vec::new();
    }
    let numbers = numbers.join(", ");
    vec![each(|language| match language {
        Language::Ru => format!(
            "В таблицах {numbers} границы части регионов изменились между сравниваемыми периодами: изменения по ним \
             обозначены [z], а под таблицей регионы сведены в прежние границы."
        ),
        Language::Kk => format!(
            "{numbers} кестелерінде салыстырылатын кезеңдер арасында кейбір өңірлердің шекарасы өзгерді: олардың \
             өзгерісі [z] белгіленген, ал кесте соңында өңірлер бұрынғы шекарада біріктірілген."
        ),
        Language::En => format!(
            "In tables {numbers} the borders of some regions changed between the periods compared: their changes are \
             marked [z], and at the end of the table the regions are put together in their former borders."
        ),
    })]
}

fn legend() -> Vec<Titles> {
    let meaning = |mark: Mark| match mark {
        Mark::X => words::LEGEND_X,
        Mark::C => words::LEGEND_C,
        Mark::Z => words::LEGEND_Z,
        Mark::P => words::LEGEND_P,
        Mark::R => words::LEGEND_R,
        Mark::B => words::LEGEND_B,
    };
    let mut notes: Vec<Titles> =
        Mark::ALL.iter().map(|mark| each(|l| format!("{} — {}.", mark.text(), meaning(*mark).of(l)))).collect();
    notes.push(words::NOTE_RU.titles());
    notes
}

/// What changed in a definition since an earlier period.
#[must_use]
pub fn broken(of: &Break) -> Titles {
    each(|language| {
        let (b, time) = (Mark::B.text(), prose::span(of.then, language));
        let (was, is) = (&of.was, &of.is);
        match language {
            Language::Ru => format!("{b} Определение изменилось: «{is}»; {time}: «{was}»."),
            Language::Kk => format!("{b} Анықтамасы өзгерді: «{is}»; {time}: «{was}»."),
            Language::En => format!("{b} The definition changed: “{is}”; {time}: “{was}”."),
        }
    })
}

/// The name of a form: its designation and its title.
#[must_use]
pub fn form_name(material: &Material<'_>, form: &domain::FormId) -> Titles {
    let Some(term) = material.form_term(form) else {
        return each(|_| form.to_string());
    };
    each(|language| match (term.designation.of(language), term.titles.of(language)) {
        ("", title) => prose::capital(title),
        (designation, title) if language == Language::En => format!("{designation} “{title}”"),
        (designation, title) => format!("{designation} «{title}»"),
    })
}
