//! The cover, and what is said of forms that have not come.

use super::{
    absences,
    book::{Cell, Chapter, ColumnRole, Cover, Kind, Line, Mark, Missing, Table, TableColumn, Weight},
    figures::Figures,
    material::{Material, MissingForm},
    notes::form_name,
    prose::{day, each},
    words,
};
use domain::{ChapterTemplate, FormId, Language, Measure, Titles};

/// The cover.
#[must_use]
pub fn cover(material: &Material<'_>, figures: &Figures<'_>, chapters: &[Chapter]) -> Cover {
    let forms = material.template.forms();
    Cover {
        about: material.template.about.clone(),
        act: act(material),
        act_remark: material.act_remark.clone(),
        due: due(material),
        generated_for: material.generated_for,
        office: material.office.clone(),
        contact: material.contact.clone(),
        revision_reason: material.revision_reason.clone(),
        draft: material.draft,
        forms_expected: forms.len(),
        forms_come: forms.iter().filter(|f| came(material, figures, f)).count(),
        missing: missing(material, figures, chapters),
    }
}

/// Whether a form came as a whole: one without some of its regions has not.
fn came(material: &Material<'_>, figures: &Figures<'_>, form: &FormId) -> bool {
    let own = figures.shown(form).is_some_and(|shown| !shown.provisional);
    own && !material.missing.iter().any(|m| m.form == *form)
}

fn act(material: &Material<'_>) -> Titles {
    let clause = &material.term.clause;
    each(|language| {
        let act = material.act.of(language);
        match language {
            Language::Ru => format!("{act}, пункт {clause}"),
            Language::Kk => format!("{act}, {clause}-тармақ"),
            Language::En => format!("{act}, clause {clause}"),
        }
    })
}

/// The day due, and where it is not the day that the act states, both.
fn due(material: &Material<'_>) -> Titles {
    each(|language| {
        let due = day(material.due, language);
        if material.due == material.statutory {
            return due;
        }
        let statutory = day(material.statutory, language);
        match language {
            Language::Ru => format!("{due} (по акту {statutory} — нерабочий день)"),
            Language::Kk => format!("{due} (акт бойынша {statutory} — жұмыс күні емес)"),
            Language::En => format!("{due} (by the act {statutory}, a day off)"),
        }
    })
}

/// Everything missing: what the material names, forms that nobody named but that are not there, and the comparisons that
/// may come yet.
fn missing(material: &Material<'_>, figures: &Figures<'_>, chapters: &[Chapter]) -> Vec<Missing> {
    let forms = material.template.forms();
    let whole = |m: &&MissingForm| forms.contains(&&m.form) && m.unit.is_none() && m.agency.is_none();
    let mut missing: Vec<Missing> = material.missing.iter().filter(whole).map(|m| named(material, m)).collect();
    missing.extend(absences::in_part(material, figures));
    let unnamed = forms.into_iter().filter(|f| figures.shown(f).is_none());
    for form in unnamed {
        if !missing.iter().any(|m| m.form == *form && m.whose.is_none()) {
            missing.push(missing_form(material, form));
        }
    }
    let order = |form: &FormId| chapters.iter().position(|c| c.form == *form);
    missing.sort_by(|a, b| {
        let whose = |m: &Missing| m.whose.as_ref().map(|w| w.ru.clone());
        (order(&a.form), &a.form, whose(a)).cmp(&(order(&b.form), &b.form, whose(b)))
    });
    missing.extend(absences::comparisons(material));
    missing
}

/// What is known of a form that has not come at all.
#[must_use]
pub fn missing_form(material: &Material<'_>, form: &FormId) -> Missing {
    let known = material.missing.iter().find(|m| m.form == *form && m.unit.is_none() && m.agency.is_none());
    known.map_or_else(
        || Missing {
            form: form.clone(),
            name: form_name(material, form),
            whose: None,
            reason: words::NOT_COME.titles(),
            due: None,
            stand_in: None,
            compared: false,
        },
        |m| named(material, m),
    )
}

fn named(material: &Material<'_>, missing: &MissingForm) -> Missing {
    Missing {
        form: missing.form.clone(),
        name: form_name(material, &missing.form),
        whose: None,
        reason: missing.reason.clone(),
        due: missing.due,
        stand_in: missing.stand_in,
        compared: false,
    }
}

/// The one table of a chapter without figures.
#[must_use]
pub fn missing_table(template: &ChapterTemplate, missing: &Missing, number: usize) -> Table {
    let column = |words: words::Words, role| TableColumn::of_line(words.titles(), role);
    let due = missing.due.map_or_else(|| each(|_| "—".to_owned()), |due| each(|l| day(due, l)));
    Table {
        id: format!("{}-missing", template.id),
        number: format!("{number}.1"),
        kind: Kind::Missing,
        title: template.titles.clone(),
        short: Titles::default(),
        scope: words::NO_FIGURES.titles(),
        sentences: vec![template.reason.clone(), words::SUPPLEMENT.titles()],
        source: each(|l| format!("{}: {}.", words::FORM.of(l), missing.name.of(l))),
        measure: each(|l| format!("{} {}.", Mark::X.text(), words::LEGEND_X.of(l))),
        origin: None,
        columns: vec![
            column(words::FORM, ColumnRole::Label),
            column(words::FIGURES, ColumnRole::Text),
            column(words::REASON, ColumnRole::Label),
            column(words::DUE, ColumnRole::Text),
        ],
        lines: vec![Line {
            weight: Weight::Plain,
            depth: 0,
            measure: Measure::Count,
            key: None,
            cells: vec![
                Cell::Text(missing.name.clone()),
                Cell::Absent(Mark::X),
                Cell::Text(missing.reason.clone()),
                Cell::Text(due),
            ],
            revised: Vec::new(),
        }],
        whole: None,
        notes: Vec::new(),
        chart: None,
        printed: true,
    }
}
