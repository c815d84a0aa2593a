//! The cover, and the table in place of a form that has not come.

use super::{
    absences,
    book::{Cell, Chapter, ColumnRole, Cover, Kind, Line, Mark, Missing, Table, TableColumn, Weight},
    figures::Figures,
    material::{Material, MissingForm, NextIssue},
    notes::form_name,
    prose::{day, span},
};
use domain::{ChapterTemplate, FormId, Measure, Titles};
use words::{FixedText, texts};

/// The cover.
#[must_use]
pub fn cover(material: &Material<'_>, figures: &Figures<'_>, chapters: &[Chapter]) -> Cover {
    let forms = material.template.forms();
    Cover {
        about: material.template.about.clone(),
        act: act(material),
        act_remark: material.act_remark.clone(),
        due: due(material),
        next: material.next.as_ref().map(|next| next_issue(material, next)),
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

/// Whether a form came as a whole, with all its regions.
fn came(material: &Material<'_>, figures: &Figures<'_>, form: &FormId) -> bool {
    let own = figures.shown(form).is_some_and(|shown| !shown.provisional);
    own && !material.missing.iter().any(|m| m.form == *form)
}

fn act(material: &Material<'_>) -> Titles {
    let clause = &material.term.clause;
    material.words.each(|l| l.act_clause(&material.act.of(l.language()), clause))
}

/// The day due; if the act states another day, both.
fn due(material: &Material<'_>) -> Titles {
    material.words.each(|l| {
        let due = day(material.due, l);
        if material.due == material.statutory { due } else { l.due_by_act(&due, &day(material.statutory, l)) }
    })
}

/// The day of the next issue, and whether it may still move.
fn next_issue(material: &Material<'_>, next: &NextIssue) -> Titles {
    material.words.each(|l| {
        let said = l.next_issue(&day(next.due, l), &span(next.period, l));
        if next.may_move { format!("{said}; {}", texts::NEXT_MAY_MOVE.of(l)) } else { said }
    })
}

/// That the figures have not come, with the shorthand for it.
#[must_use]
pub fn no_figures(material: &Material<'_>) -> Titles {
    material.words.each(|l| format!("{} {}", Mark::X.text(), texts::NO_FIGURES.of(l)))
}

/// Everything that is missing: what the material lists, forms without figures that it does not list, and comparisons
/// that may still come.
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

/// A form that has not come at all, as the material lists it.
#[must_use]
pub fn missing_form(material: &Material<'_>, form: &FormId) -> Missing {
    let known = material.missing.iter().find(|m| m.form == *form && m.unit.is_none() && m.agency.is_none());
    known.map_or_else(
        || Missing {
            form: form.clone(),
            name: form_name(material, form),
            whose: None,
            reason: texts::NOT_COME.titles(material.words),
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
pub fn missing_table(material: &Material<'_>, template: &ChapterTemplate, missing: &Missing, number: usize) -> Table {
    let column = |head: FixedText, role| TableColumn::of_line(head.titles(material.words), role);
    let due =
        missing.due.map_or_else(|| material.words.each(|_| "—".to_owned()), |due| material.words.each(|l| day(due, l)));
    Table {
        id: format!("{}-missing", template.id),
        number: format!("{number}.1"),
        kind: Kind::Missing,
        title: template.titles.clone(),
        short: Titles::default(),
        scope: no_figures(material),
        sentences: vec![template.reason.clone(), texts::SUPPLEMENT.titles(material.words)],
        source: material.words.each(|l| format!("{}: {}.", texts::FORM.of(l), missing.name.of(l.language()))),
        measure: material.words.each(|l| format!("{} {}.", Mark::X.text(), texts::LEGEND_X.of(l))),
        origin: None,
        columns: vec![
            column(texts::FORM, ColumnRole::Label),
            column(texts::FIGURES, ColumnRole::Text),
            column(texts::REASON, ColumnRole::Label),
            column(texts::DUE, ColumnRole::Text),
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
        map: None,
        printed: true,
    }
}
