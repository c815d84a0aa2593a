//! A form workbook as datasets: sheets become sections, what the template does not know becomes findings.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Reading, Wanted,
    cell::Oddity,
    claims::Known,
    edition::Beside,
    failure::ReadError,
    identity::{self, Identity},
    letters::excerpt,
    matching,
    report::Report,
    rivals,
    sheet::Sheet,
    table::{Line, Table, TableFault},
    workbook::Workbook,
};
use crate::domain::{
    Column, ColumnCode, Dataset, DatasetKey, FormTemplate, NameError, Region, Row, RowCode, Section, SectionId,
    SectionTemplate, Severity, Unit,
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
    let Workbook { properties, sheets } = workbook;
    identity::same_origin(document, &properties, wanted)?;
    let mut identity = Identity::of_workbook(document, &properties, &sheets, known);
    identity.agree(template, known.forms, regions, wanted)?;
    let tables: Vec<&Sheet> = sheets.iter().filter(|s| s.table.is_some()).collect();
    let mut matches = matching::find(template, identity.edition.as_ref(), &tables);
    is_this_form(template, known, &identity, &tables, &matches.places, document)?;
    let settled = rivals::settle(&mut matches, &tables, identity.unit.as_ref(), regions);
    let held = identity.held.take().into_iter().chain(settled.held.iter().cloned()).collect::<Vec<_>>();
    identity.held = (!held.is_empty()).then(|| held.join("; "));
    let mut report = Report {
        form: wanted.form.clone(),
        period: wanted.period,
        unit: identity.unit.clone(),
        agency: identity.agency.clone(),
        findings: Vec::new(),
    };
    about_the_document(&identity, &sheets, &mut report);
    settled.tell(&mut report);
    let mut beside = Beside::new(template, identity.edition.as_ref(), &tables, &matches);
    beside.tell(&tables, &matches, &settled.left_out, &identity.document, &mut report);
    let mut sections = Vec::with_capacity(matches.places.len());
    let mut places = matches.places.into_iter().enumerate();
    let ids: BTreeSet<SectionId> = template.sections.iter().map(|s| s.id.clone()).collect();
    for sheet in sheets {
        let Some(table) = sheet.table else { continue };
        let (at, place) = places.next().unwrap_or_default();
        if settled.left_out.contains(&at) {
            continue;
        }
        let described = place.as_ref().and_then(|id| template.section(id));
        let Some(id) = place.clone().or_else(|| undescribed(&sheet.name, &ids, &sections)) else { continue };
        if let Some(section) = described {
            beside.compare(section, &sheet.name, &table, &mut report);
        }
        let section = section(id, table, described, &mut report).map_err(|error: NameError| ReadError::Damaged {
            name: document.to_owned(),
            why: format!("sheet `{}`: {error}", excerpt(&sheet.name, 31)),
        })?;
        sections.push(section);
    }
    sections.sort_by_key(|s| template.sections.iter().position(|t| t.id == s.id).unwrap_or(usize::MAX));
    let (fingerprint, weighty) = identity::fingerprint(&sections);
    (identity.fingerprint, identity.weighty) = (Some(fingerprint), weighty);
    let key = DatasetKey {
        form: wanted.form.clone(),
        period: wanted.period,
        unit: identity.unit.clone().unwrap_or_else(Unit::republic),
        agency: identity.agency.clone().unwrap_or_else(crate::domain::Agency::all),
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

/// Refuses a workbook in which nothing is a section of the form, or which is more like a form of the same name.
fn is_this_form(
    template: &FormTemplate,
    known: Known<'_>,
    identity: &Identity,
    tables: &[&Sheet],
    places: &[Option<SectionId>],
    document: &str,
) -> Result<(), ReadError> {
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
    let why = if titles.is_empty() {
        "none of its sheets is a table with numbered columns".to_owned()
    } else {
        format!("its tables are {}", titles.join(", "))
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

fn about_the_document(identity: &Identity, sheets: &[Sheet], report: &mut Report) {
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
        if sheet.hidden {
            report.add(
                "shape.sheet-hidden",
                Severity::Info,
                None,
                format!("sheet `{}` is hidden; it was read like the others", sheet.name),
            );
        }
        if sheet.table.is_none() && place > 0 {
            report.add(
                "shape.sheet-extra",
                Severity::Info,
                None,
                format!("sheet `{}` is no section; it was left out", sheet.name),
            );
        }
    }
}

/// The section of a table, with findings about its odd places.
fn section(
    id: SectionId,
    table: Table,
    described: Option<&SectionTemplate>,
    report: &mut Report,
) -> Result<Section, NameError> {
    let Table { title, columns, rows, figures, odd, more_odd, as_text, uncounted, faults } = table;
    let is_known_row = |code: &str| described.is_some_and(|s| s.rows.iter().any(|r| r.code.as_str() == code));
    for fault in faults.iter().filter(|f| !matches!(f, TableFault::RowWithoutCode { code, .. } if is_known_row(code))) {
        let (rule, severity, explanation) = tell(fault);
        report.add(rule, severity, Some(&id), explanation);
    }
    let columns = columns.into_iter().map(column).collect::<Result<Arc<[_]>, _>>()?;
    let rows = rows.into_iter().map(row).collect::<Result<Arc<[_]>, _>>()?;
    for cell in &odd {
        let (Some(row), Some(column)) = (rows.get(cell.row), columns.get(cell.column)) else { continue };
        let figure = &figures[cell.row * columns.len() + cell.column];
        let shown = match figure {
            crate::domain::Figure::Text(text) => excerpt(text, 40),
            _ => String::new(),
        };
        let (rule, severity, what) = match cell.oddity {
            Oddity::NumberAsText | Oddity::Uncounted => continue,
            Oddity::Text => {
                ("figure.text", Severity::Warning, format!("the text `{shown}` stands where a figure is expected"))
            }
            Oddity::NoDecimal => (
                "figure.no-decimal",
                Severity::Error,
                format!("`{shown}` is no number of at most three decimals below 2^53"),
            ),
            Oddity::OtherKind => {
                ("figure.kind", Severity::Error, format!("`{shown}` stands where a figure is expected"))
            }
        };
        report.at(rule, severity, &id, (Some(&row.code), Some(&column.code)), what);
    }
    if as_text > 0 {
        report.add(
            "figure.number-as-text",
            Severity::Info,
            Some(&id),
            format!("{as_text} numbers are kept as text; they were read as numbers"),
        );
    }
    if uncounted > 0 {
        let what = format!(
            "formulas without their results: {uncounted} cells are blank; open the file in a spreadsheet program, save it, and bring it again"
        );
        report.add("figure.formula", Severity::Error, Some(&id), what);
    }
    if more_odd > 0 {
        report.add("figure.more", Severity::Warning, Some(&id), format!("{more_odd} more cells are no plain numbers"));
    }
    Ok(Section { id, title: title.into(), columns, rows, figures })
}

fn column(line: Line) -> Result<Column, NameError> {
    Ok(Column { code: line.code.parse::<ColumnCode>()?, label: line.label.into() })
}

fn row(line: Line) -> Result<Row, NameError> {
    Ok(Row { code: line.code.parse::<RowCode>()?, label: line.label.into() })
}

fn tell(fault: &TableFault) -> (&'static str, Severity, String) {
    match fault {
        TableFault::RowTwice { code, label } => (
            "shape.row-twice",
            Severity::Error,
            format!("row code `{code}` stands again, at `{}`", excerpt(label, 100)),
        ),
        TableFault::ColumnTwice { code, label } => (
            "shape.column-twice",
            Severity::Error,
            format!("column `{code}` stands again, at `{}`", excerpt(label, 100)),
        ),
        TableFault::RowWithoutCode { code, label } => (
            "shape.row-without-code",
            Severity::Warning,
            format!("row `{}` has no code; it is kept as `{code}`", excerpt(label, 100)),
        ),
        TableFault::ColumnWithoutNumber { code, label } => (
            "shape.column-without-number",
            Severity::Warning,
            format!("column `{}` has no number; it is kept as `{code}`", excerpt(label, 100)),
        ),
        TableFault::Outside(count) => (
            "shape.outside",
            Severity::Warning,
            format!("{count} figures stand outside the numbered columns or the coded rows"),
        ),
    }
}
