//! Makes a dataset of a form workbook.
//!
//! In come the template, what is wanted, and the sheets of a workbook; out come one dataset, its findings, and the
//! reason why it is held. Each table becomes a section; differences from the template become findings. This module does
//! not know files or services.

use std::collections::BTreeSet;

use super::{
    Reading, Wanted,
    claims::Known,
    edition::Beside,
    failure::ReadError,
    identity::{self, Identity},
    letters::excerpt,
    matching,
    report::Report,
    same_section, settle,
    sheet::Sheet,
    table::Table,
    workbook::Workbook,
};
use domain::{
    Agency, Dataset, DatasetKey, EditionSection, FormTemplate, NameError, Region, Section, SectionId, SectionTemplate,
    Severity, Unit,
};

/// Reads the dataset of a workbook.
///
/// # Errors
/// When the workbook is another form, another period or another unit, or has no section of the form.
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
    let mut matches = matching::find(template, identity.edition.as_ref(), &tables);
    is_this_form(template, known, &identity, &sheets, &matches.places, document)?;
    let settled = same_section::settle(&mut matches, &tables, identity.unit.as_ref(), regions);
    let held = identity.held.take().into_iter().chain(settled.held.iter().cloned()).collect::<Vec<_>>();
    identity.held = (!held.is_empty()).then(|| held.join("; "));
    let mut report = Report {
        form: wanted.form.clone(),
        period: wanted.period,
        unit: identity.unit.clone(),
        agency: identity.agency.clone(),
        findings: Vec::new(),
    };
    let mut beside = Beside::new(template, identity.edition.as_ref(), &tables, &matches);
    let missing = beside.missing(&matches).next().is_some();
    about_the_document(&identity, &sheets, &settled.left_out, missing, &mut report);
    for part in &two_ways {
        let why = "contains different cells for different programs (mc:AlternateContent); the cells that Excel shows were read";
        report.add("shape.alternate", Severity::Warning, None, format!("its part `{part}` {why}"));
    }
    settled.tell(&mut report);
    beside.tell(&tables, &matches, &settled.left_out, &identity.document, &mut report);
    let mut sections = Vec::with_capacity(matches.places.len());
    let mut places = matches.places.into_iter().enumerate();
    let ids: BTreeSet<SectionId> = template.sections.iter().map(|s| s.id.clone()).collect();
    for sheet in sheets {
        let Some(mut table) = sheet.table else { continue };
        let (at, place) = places.next().unwrap_or_default();
        if settled.left_out.contains(&at) {
            continue;
        }
        let described = place.as_ref().and_then(|id| template.section(id));
        let Some(id) = place.clone().or_else(|| undescribed(&sheet.name, &ids, &sections)) else { continue };
        if let Some(section) = described {
            settle_codes(section, &beside.there(&section.id), &mut table, &mut report);
        }
        let there = described.map(|section| beside.compare(section, &sheet.name, &table, &mut report));
        let measures = settle::measures(described.zip(there.as_ref()), &table.columns);
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
    Ok(Reading { datasets, identity, findings: report.findings, held, drafted: beside.drafted() })
}

/// Refuses a workbook without a section of the form, and one that is more like another form with the same designation.
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

/// The id of a section that the template does not describe: the name of its sheet, unless that is already an id.
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

fn about_the_document(
    identity: &Identity,
    sheets: &[Sheet],
    left_out: &BTreeSet<usize>,
    missing: bool,
    report: &mut Report,
) {
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
    let mut tables = 0..;
    for (place, sheet) in sheets.iter().enumerate() {
        let table = sheet.table.as_ref().and_then(|_| tables.next());
        let is_read = table.is_none_or(|table| !left_out.contains(&table));
        if sheet.hidden && sheet.part == 0 && is_read {
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
                format!("sheet `{}` is not a section; it was left out", sheet.name),
            );
        }
    }
}

/// Gives the lines of a table the codes that its edition prints, where only the spelling differs. `there` = how the
/// section is printed in the edition by which the document is read.
fn settle_codes(section: &SectionTemplate, there: &EditionSection, table: &mut Table, report: &mut Report) {
    let id = &section.id;
    let columns = || {
        let columns = section.columns.iter();
        columns.filter_map(|c| Some((there.column(&c.code)?.to_string(), there.column_title(c).ru.as_str()))).collect()
    };
    settle::codes("column", id, columns, &mut table.columns, report);
    let rows = || {
        let rows = section.rows.iter();
        rows.filter_map(|r| Some((there.row(&r.code)?.to_string(), there.row_title(r).ru.as_str()))).collect()
    };
    settle::codes("row", id, rows, &mut table.rows, report);
}
