//! A form workbook as datasets: sheets become sections, what the template does not know becomes findings.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Reading, Wanted,
    claims::Known,
    failure::ReadError,
    identity::{self, Identity},
    letters::excerpt,
    matching,
    report::Report,
    settle,
    shape::{self, Difference, Expected},
    sheet::Sheet,
    table::Table,
    workbook::Workbook,
};
use crate::domain::{
    Agency, Dataset, DatasetKey, Edition, EditionSection, EditionTemplate, FormTemplate, NameError, Region, Section,
    SectionId, SectionTemplate, Severity, Unit,
};

/// Makes a dataset of a workbook.
pub(super) fn read(
    template: &FormTemplate,
    known: Known<'_>,
    regions: &[Region],
    wanted: &Wanted,
    document: &str,
    workbook: Workbook,
) -> Result<Reading, ReadError> {
    let Workbook { properties, sheets, two_ways } = workbook;
    identity::same_origin(document, &properties, wanted)?;
    let mut identity = Identity::of_workbook(document, &properties, &sheets, known);
    identity.agree(template, known.forms, regions, wanted)?;
    let tables: Vec<&Sheet> = sheets.iter().filter(|s| s.table.is_some()).collect();
    let places = matching::sections(template, identity.edition.as_ref(), &tables);
    is_this_form(template, known, &identity, &sheets, &places, document)?;
    let places: Vec<(String, Option<SectionId>)> = tables.iter().map(|s| s.name.clone()).zip(places).collect();
    let mut report = Report {
        form: wanted.form.clone(),
        period: wanted.period,
        unit: identity.unit.clone(),
        agency: identity.agency.clone(),
        findings: Vec::new(),
    };
    let missing = is_any_missing(template, &identity, &places);
    about_the_document(&identity, &sheets, missing, &mut report);
    for part in &two_ways {
        let why = "says different cells to different programs (mc:AlternateContent); what Excel shows was read";
        report.add("shape.alternate", Severity::Warning, None, format!("its part `{part}` {why}"));
    }
    let mut drafted = about_the_edition(template, &identity, &places, &mut report);
    let mut sections = Vec::with_capacity(places.len());
    let mut places = places.into_iter();
    let ids: BTreeSet<SectionId> = template.sections.iter().map(|s| s.id.clone()).collect();
    for sheet in sheets {
        let Some(mut table) = sheet.table else { continue };
        let (_, place) = places.next().unwrap_or_default();
        let described = place.as_ref().and_then(|id| template.section(id));
        let Some(id) = place.clone().or_else(|| undescribed(&sheet.name, &ids, &sections)) else { continue };
        if let Some(section) = described {
            settle_codes(template, section, identity.edition.as_ref(), &mut table, &mut report);
        }
        let there = described.map(|section| compare(template, section, &identity, &table, &mut report));
        let measures = settle::measures(described.zip(there.as_ref()), &table.columns);
        if let (Some(drafted), Some(mut there)) = (drafted.as_mut(), there) {
            there.sheet = (sheet.name != id.as_str()).then(|| sheet.name.clone());
            drafted.sections.insert(id.clone(), there);
        }
        let section = settle::section(id, table, described, &measures, &mut report).map_err(|error: NameError| {
            ReadError::Damaged {
                name: document.to_owned(),
                why: format!("sheet `{}`: {error}", excerpt(&sheet.name, 31)),
            }
        })?;
        sections.push(section);
    }
    sections.sort_by_key(|s| template.sections.iter().position(|t| t.id == s.id).unwrap_or(usize::MAX));
    let (fingerprint, weighty) = identity::fingerprint(&sections);
    (identity.fingerprint, identity.weighty) = (Some(fingerprint), weighty);
    let key = DatasetKey {
        form: wanted.form.clone(),
        period: wanted.period,
        unit: identity.unit.clone().unwrap_or_else(Unit::unsaid),
        agency: identity.agency.clone().unwrap_or_else(Agency::unsaid),
        origin: wanted.origin,
    };
    let edition = identity
        .edition
        .clone()
        .map_or_else(|| "unknown".parse(), Ok)
        .map_err(|error: NameError| ReadError::Damaged { name: document.to_owned(), why: error.to_string() })?;
    let held = identity.held.clone();
    let datasets = vec![Dataset { key, edition, sections }];
    Ok(Reading { datasets, identity, findings: report.findings, held, drafted })
}

/// Refuses a workbook in which nothing is a section of the form, or which is more like a form of the same name.
fn is_this_form(
    template: &FormTemplate,
    known: Known<'_>,
    identity: &Identity,
    sheets: &[Sheet],
    places: &[Option<SectionId>],
    document: &str,
) -> Result<(), ReadError> {
    let tables: &[&Sheet] = &sheets.iter().filter(|s| s.table.is_some()).collect::<Vec<_>>();
    let here = places.iter().flatten().count();
    let all_here = here == tables.len() && here > 0;
    let namesakes: BTreeSet<_> = [&identity.title, &identity.content].into_iter().flat_map(|c| &c.forms).collect();
    let unnamed = namesakes.is_empty();
    let rivals =
        known.forms.iter().filter(|f| f.form != template.form && (unnamed || here == 0 || namesakes.contains(&f.form)));
    let rival = if all_here && namesakes.len() < 2 {
        None
    } else {
        rivals
            .map(|f| (matching::alike(f, tables), f))
            .max_by_key(|(alike, _)| *alike)
            .filter(|(alike, _)| *alike > here)
    };
    if let Some((alike, rival)) = rival {
        let is = format!("{alike} of its {} tables are sections of form `{}`", tables.len(), rival.form);
        return Err(ReadError::AnotherForm { name: document.to_owned(), wanted: template.form.clone(), is });
    }
    if here > 0 || (template.sections.is_empty() && !tables.is_empty()) {
        return Ok(());
    }
    let titles: Vec<String> =
        tables.iter().filter_map(|s| Some(format!("`{}`", excerpt(&s.table.as_ref()?.title, 80)))).take(3).collect();
    let unread = sheets.iter().find_map(|s| Some(format!("sheet `{}`: {}", s.name, s.unread.as_ref()?)));
    let why = match (titles.is_empty(), unread) {
        (true, None) => "none of its sheets is a table with numbered columns".to_owned(),
        (true, Some(unread)) => format!("none of its sheets is a table with numbered columns; {unread}"),
        (false, None) => format!("its tables are {}", titles.join(", ")),
        (false, Some(unread)) => format!("its tables are {}; {unread}", titles.join(", ")),
    };
    Err(ReadError::NoSection { name: document.to_owned(), form: template.form.clone(), why })
}

/// The id of a section that the template does not describe: its sheet's name, unless that is taken.
fn undescribed(sheet: &str, described: &BTreeSet<SectionId>, sections: &[Section]) -> Option<SectionId> {
    let clean: String = sheet.trim().chars().filter(|c| !c.is_control()).take(31).collect();
    let taken = |id: &SectionId| described.contains(id) || sections.iter().any(|s| s.id == *id);
    for number in 0..=described.len() + sections.len() + 1 {
        let name = if number == 0 { clean.trim().to_owned() } else { format!("{} (sheet {number})", clean.trim()) };
        if let Some(id) = name.trim().parse::<SectionId>().ok().filter(|id| !taken(id)) {
            return Some(id);
        }
    }
    None
}

/// Whether a section that the edition has is on no sheet.
fn is_any_missing(template: &FormTemplate, identity: &Identity, places: &[(String, Option<SectionId>)]) -> bool {
    template.sections.iter().any(|section| {
        let gone = identity.edition.as_ref().is_some_and(|e| template.printed_sheet(e, &section.id).is_none());
        !gone && !places.iter().any(|(_, place)| place.as_ref() == Some(&section.id))
    })
}

fn about_the_document(identity: &Identity, sheets: &[Sheet], missing: bool, report: &mut Report) {
    if let Some(why) = &identity.held {
        report.add(
            "identity.disagreement",
            Severity::Error,
            None,
            format!("{}: {why}; held until a named person accepts it", identity.document),
        );
    }
    if identity.release.is_none() {
        report.add(
            "identity.release",
            Severity::Info,
            None,
            format!("{} carries no release number", identity.document),
        );
    }
    for (place, sheet) in sheets.iter().enumerate() {
        if sheet.hidden && sheet.part == 0 {
            report.add(
                "shape.sheet-hidden",
                Severity::Info,
                None,
                format!("sheet `{}` is hidden; it was read like the others", sheet.name),
            );
        }
        if let Some(why) = &sheet.unread {
            let severity = if missing { Severity::Error } else { Severity::Warning };
            let what = format!("sheet `{}` was left out: {why}", sheet.name);
            report.add("shape.sheet-unread", severity, None, what);
        } else if sheet.table.is_none() && place > 0 {
            report.add(
                "shape.sheet-extra",
                Severity::Info,
                None,
                format!("sheet `{}` is no section; it was left out", sheet.name),
            );
        }
    }
}

/// What the edition is, and what changed with it; a draft of an edition that the template does not know.
fn about_the_edition(
    template: &FormTemplate,
    identity: &Identity,
    places: &[(String, Option<SectionId>)],
    report: &mut Report,
) -> Option<EditionTemplate> {
    for (sheet, _) in places.iter().filter(|(_, place)| place.is_none()) {
        let explanation =
            format!("sheet `{sheet}` is no section that the template of form `{}` describes", template.form);
        report.add("shape.section-unknown", Severity::Warning, None, explanation);
    }
    let known = identity.edition.as_ref().and_then(|e| template.editions.iter().position(|t| t.edition == *e));
    for section in &template.sections {
        let gone = identity.edition.as_ref().is_some_and(|e| template.printed_sheet(e, &section.id).is_none());
        if !gone && !places.iter().any(|(_, place)| place.as_ref() == Some(&section.id)) {
            let explanation = format!("section `{}` ({}) is missing", section.id, excerpt(&section.titles.ru, 100));
            report.add("shape.section-missing", Severity::Error, Some(&section.id), explanation);
        }
    }
    match (known, &identity.edition) {
        (Some(place), Some(edition)) => {
            if place > 0 {
                changes(template, &template.editions[place - 1].edition, edition, report);
            }
            None
        }
        (None, Some(edition)) if !template.editions.is_empty() => {
            let known: Vec<String> = template.editions.iter().map(|e| format!("`{}`", e.edition)).collect();
            let explanation = format!(
                "edition `{edition}` is not described (known: {}); it was read where it agrees, see what moved, and describe it in templates/forms/{}.toml",
                known.join(", "),
                template.form
            );
            report.add("shape.edition-unknown", Severity::Warning, None, explanation);
            Some(EditionTemplate { edition: edition.clone(), from: None, until: None, sections: BTreeMap::new() })
        }
        (None, None) if !template.editions.is_empty() => {
            report.add("identity.edition", Severity::Warning, None, format!("{} names no edition", identity.document));
            None
        }
        _ => None,
    }
}

/// What went and came with an edition, told by title once per document.
fn changes(template: &FormTemplate, before: &Edition, edition: &Edition, report: &mut Report) {
    for section in &template.sections {
        let mut difference = Difference::default();
        for column in &section.columns {
            let was = template.printed_column(before, &section.id, &column.code);
            let is = template.printed_column(edition, &section.id, &column.code);
            match (was, is) {
                (Some(was), None) => difference.gone.push((was.to_string(), column.titles.ru.clone())),
                (None, Some(is)) => difference.new.push((is.to_string(), column.titles.ru.clone())),
                _ => {}
            }
        }
        if !difference.is_none() {
            let explanation = format!("edition `{edition}` after `{before}`: {}", difference.tell("columns"));
            report.add("shape.edition-changed", Severity::Info, Some(&section.id), explanation);
        }
    }
}

/// Gives the lines of a table the codes that its edition prints, where they are only spelled otherwise.
fn settle_codes(
    template: &FormTemplate,
    section: &SectionTemplate,
    edition: Option<&Edition>,
    table: &mut Table,
    report: &mut Report,
) {
    let id = &section.id;
    let columns = || {
        let columns = section.columns.iter().filter_map(|c| {
            let printed = edition.map_or_else(|| Some(c.code.clone()), |e| template.printed_column(e, id, &c.code));
            Some((printed?.to_string(), c.titles.ru.as_str()))
        });
        columns.collect()
    };
    settle::codes("column", id, columns, &mut table.columns, report);
    let rows = || {
        let rows = section.rows.iter().filter_map(|r| {
            let printed = edition.map_or_else(|| Some(r.code.clone()), |e| template.printed_row(e, id, &r.code));
            Some((printed?.to_string(), r.titles.ru.as_str()))
        });
        rows.collect()
    };
    settle::codes("row", id, rows, &mut table.rows, report);
}

/// Compares a table with its template, and returns what the edition prints otherwise than the oldest one.
fn compare(
    template: &FormTemplate,
    section: &SectionTemplate,
    identity: &Identity,
    table: &Table,
    report: &mut Report,
) -> EditionSection {
    let edition = identity.edition.as_ref();
    let printed =
        |code: Option<String>, label: &str, own: String| Expected { code: own, printed: code, label: label.to_owned() };
    let columns: Vec<Expected> = section
        .columns
        .iter()
        .map(|c| {
            let there =
                edition.map_or_else(|| Some(c.code.clone()), |e| template.printed_column(e, &section.id, &c.code));
            printed(there.map(|c| c.to_string()), &c.titles.ru, c.code.to_string())
        })
        .collect();
    let rows: Vec<Expected> = section
        .rows
        .iter()
        .map(|r| {
            let there = edition.map_or_else(|| Some(r.code.clone()), |e| template.printed_row(e, &section.id, &r.code));
            printed(there.map(|r| r.to_string()), &r.titles.ru, r.code.to_string())
        })
        .collect();
    let described = edition.is_some_and(|e| template.editions.iter().any(|t| t.edition == *e));
    let mut there = EditionSection::default();
    for (kind, expected, lines) in [("columns", &columns, &table.columns), ("rows", &rows, &table.rows)] {
        let (difference, moved) = shape::compare(expected, lines);
        if !difference.is_none() {
            let grave = !difference.gone.is_empty() || !difference.moved.is_empty() || !difference.new.is_empty();
            let severity = if described && grave { Severity::Error } else { Severity::Warning };
            report.add(&format!("shape.{kind}"), severity, Some(&section.id), difference.tell(kind));
        }
        for (code, to) in moved {
            let to = to.as_deref();
            if kind == "columns" {
                there.columns.extend(code.parse().ok().map(|code| (code, to.and_then(|t| t.parse().ok()))));
            } else {
                there.rows.extend(code.parse().ok().map(|code| (code, to.and_then(|t| t.parse().ok()))));
            }
        }
    }
    there
}
