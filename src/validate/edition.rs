//! Compares a document with its edition: in an undescribed edition, what moved against the nearest described one; in
//! any edition, the headings that differ from the template.
//!
//! In comes a dataset with its binding; out come notes. [`Binding`](domain::Binding) decides which printed line is
//! which described one, not this module.

use super::{
    note::Note,
    placed::{Placed, Sheet},
    words::{self, quoted},
};
use domain::{PlaceDoubt, Placement, Severity};

/// The edition that the reader records for a document that does not state one.
const UNNAMED: &str = "unknown";

/// A described line, and its place in the document.
struct Line<'x> {
    /// The printed code in the edition; `None` if the edition does not have the line.
    code: Option<&'x str>,
    title: &'x str,
    standing: &'x Placement,
}

/// The rows or the columns of a section: the word for one of them, the described lines, and the printed codes and
/// headings.
struct Side<'x> {
    kind: &'static str,
    rule: &'static str,
    lines: Vec<Line<'x>>,
    printed: Vec<(&'x str, &'x str)>,
}

/// The rows and the columns of a section, if the template describes them.
fn sides<'x>(placed: &'x Placed<'_>, sheet: &'x Sheet<'_>) -> Vec<Side<'x>> {
    let there = placed.binding.declared(sheet.at);
    let laid = placed.binding.section(sheet.at);
    let rows = sheet.template.rows.iter().zip(&laid.rows).map(|(row, standing)| Line {
        code: match there.and_then(|t| t.rows.get(&row.code)) {
            Some(printed) => printed.as_ref().map(AsRef::as_ref),
            None => Some(row.code.as_str()),
        },
        title: there.map_or(&row.titles, |t| t.row_title(row)).ru.as_str(),
        standing,
    });
    let columns = sheet.template.columns.iter().zip(&laid.columns).map(|(column, standing)| Line {
        code: match there.and_then(|t| t.columns.get(&column.code)) {
            Some(printed) => printed.as_ref().map(AsRef::as_ref),
            None => Some(column.code.as_str()),
        },
        title: there.map_or(&column.titles, |t| t.column_title(column)).ru.as_str(),
        standing,
    });
    let sides = [
        Side {
            kind: "column",
            rule: "shape.column",
            lines: columns.collect(),
            printed: sheet.section.columns.iter().map(|c| (c.code.as_str(), &*c.label)).collect(),
        },
        Side {
            kind: "row",
            rule: "shape.row",
            lines: rows.collect(),
            printed: sheet.section.rows.iter().map(|r| (r.code.as_str(), &*r.label)).collect(),
        },
    ];
    sides.into_iter().filter(|side| !side.lines.is_empty()).collect()
}

/// Reports what moved in an edition that the template does not describe, for each section.
pub(super) fn check(placed: &Placed<'_>) -> Vec<Note> {
    let Some(nearest) = placed.binding.nearest() else { return Vec::new() };
    let (edition, nearest) = (&placed.dataset.edition, &nearest.edition);
    let mut notes = Vec::new();
    let mut moved = Vec::new();
    for sheet in placed.sheets.iter().flatten() {
        let changes: Vec<String> = sides(placed, sheet).iter().flat_map(changes).collect();
        if changes.is_empty() {
            continue;
        }
        moved.push(sheet.template.id.as_str());
        let told = changes.join("; ");
        let explanation =
            format!("edition {edition} differs from edition {nearest} in section {}: {told}", sheet.template.id);
        notes.push(placed.note_at(sheet, None, None, "shape.edition", Severity::Error, explanation));
    }
    let missing = placed
        .form
        .template
        .sections
        .iter()
        .enumerate()
        .filter(|(at, _)| matches!(placed.binding.section(*at).section, Placement::Unclear(_)));
    let missing: Vec<&str> = missing.map(|(_, section)| section.id.as_str()).collect();
    let outcome = match (moved.is_empty(), missing.is_empty()) {
        (true, true) => "no described line moved".to_owned(),
        (false, _) => format!("it differs in section{} {}", if moved.len() > 1 { "s" } else { "" }, moved.join(", ")),
        (true, false) => {
            format!("section{} {} not found", if missing.len() > 1 { "s" } else { "" }, missing.join(", "))
        }
    };
    let severity = if moved.is_empty() && missing.is_empty() { Severity::Warning } else { Severity::Error };
    let form = &placed.dataset.key.form;
    let what = if edition.as_str() == UNNAMED {
        "the document names no edition".to_owned()
    } else {
        format!("edition {edition} is not described by the template of form `{form}`")
    };
    let explanation = format!("{what}; read as edition {nearest}, which it is nearest to: {outcome}");
    notes.push(placed.note("shape.edition", severity, explanation));
    notes
}

/// The changes in a section of an undescribed edition, as parts of a sentence; empty if nothing changed.
fn changes(side: &Side<'_>) -> Vec<String> {
    let mut changes = told(side);
    for line in &side.lines {
        match line.standing {
            Placement::At { place, anew: true } => {
                let (code, heading) = side.printed[*place];
                changes.push(format!(
                    "{} {code} has a new wording:{}, was{}",
                    side.kind,
                    quoted(heading),
                    quoted(line.title)
                ));
            }
            Placement::Unclear(PlaceDoubt::Missing) => {}
            Placement::Unclear(doubt) => {
                let code = line.code.unwrap_or_default();
                changes.push(format!(
                    "{} {code}{} is not used: {}",
                    side.kind,
                    quoted(line.title),
                    because(side, doubt)
                ));
            }
            Placement::At { .. } | Placement::Gone | Placement::NotSent => {}
        }
    }
    changes
}

/// Why the place of a line is not certain.
fn because(side: &Side<'_>, doubt: &PlaceDoubt) -> String {
    let kind = side.kind;
    let printed = |place: &usize| side.printed.get(*place).map_or("", |(_, heading)| heading);
    match doubt {
        PlaceDoubt::Missing => format!("no {kind} has its code and heading"),
        PlaceDoubt::Twice => "its code is printed twice".to_owned(),
        PlaceDoubt::NoHeading { .. } => format!("the {kind} with its code has no heading"),
        PlaceDoubt::AnotherLine { code, .. } if code.is_empty() => {
            format!("the {kind} with its code bears the heading of another {kind}")
        }
        PlaceDoubt::AnotherLine { code, .. } => {
            format!("it bears the heading of {kind} {code}; {kind}s may have changed places")
        }
        PlaceDoubt::AnotherSubject { place } => {
            format!("the heading printed there is of another subject:{}", quoted(printed(place)))
        }
        PlaceDoubt::EqualHeadings => format!("several {kind}s have this heading, and it is not clear which is which"),
        PlaceDoubt::Reworded { place } => {
            let (code, heading) = side.printed.get(*place).copied().unwrap_or_default();
            format!("it may be {kind} {code}{}, which is worded otherwise and placed otherwise", quoted(heading))
        }
        PlaceDoubt::SectionTwice => "its section is in the document twice".to_owned(),
    }
}

/// Reports the lines of a described edition whose headings are about another subject, and those with a new wording.
pub(super) fn headings(placed: &Placed<'_>, sheet: &Sheet<'_>, notes: &mut Vec<Note>) {
    for side in sides(placed, sheet) {
        let at = |place: usize| if side.kind == "row" { (Some(place), None) } else { (None, Some(place)) };
        let mut anew = Vec::new();
        for line in &side.lines {
            match line.standing {
                Placement::At { place, anew: true } => {
                    let (code, heading) = side.printed[*place];
                    anew.push(format!("{code}{}, was{}", quoted(heading), quoted(line.title)));
                }
                Placement::Unclear(doubt) => {
                    let Some(place) = doubt.place() else { continue };
                    let (row, column) = at(place);
                    let code = line.code.unwrap_or_default();
                    let explanation =
                        format!("{} {code}{} is not used: {}", side.kind, quoted(line.title), because(&side, doubt));
                    notes.push(placed.note_at(sheet, row, column, side.rule, Severity::Error, explanation).countable());
                }
                Placement::At { .. } | Placement::Gone | Placement::NotSent => {}
            }
        }
        if !anew.is_empty() {
            let lines: Vec<&str> = anew.iter().map(String::as_str).collect();
            let kind = if anew.len() == 1 { side.kind.to_owned() } else { format!("{}s", side.kind) };
            let explanation =
                format!("section {} words {kind} otherwise: {}", sheet.template.id, words::list(&lines, "; "));
            notes.push(placed.note_at(sheet, None, None, "shape.wording", Severity::Info, explanation));
        }
    }
}

/// The lines of a section that are gone, moved, or new.
fn told(side: &Side<'_>) -> Vec<String> {
    let kind = side.kind;
    let gone = side.lines.iter().filter_map(|line| match (line.code, line.standing) {
        (Some(code), Placement::Unclear(PlaceDoubt::Missing)) => Some(format!("{code}{}", quoted(line.title))),
        _ => None,
    });
    let moved = side.lines.iter().filter_map(|line| {
        let (code, there) = (line.code?, side.printed[line.standing.place()?].0);
        (code != there).then(|| format!("{code} → {there}"))
    });
    let claimed: Vec<usize> = side.lines.iter().filter_map(|line| line.standing.place()).collect();
    let doubtful: Vec<usize> = side
        .lines
        .iter()
        .filter_map(|line| if let Placement::Unclear(doubt) = line.standing { doubt.place() } else { None })
        .collect();
    let new = side.printed.iter().enumerate().filter(|(at, _)| !claimed.contains(at) && !doubtful.contains(at));
    let equal = side.lines.iter().any(|line| *line.standing == Placement::Unclear(PlaceDoubt::EqualHeadings));
    let titles = |label: &str| side.lines.iter().any(|line| domain::headings::alike(line.title, label));
    let new = new.filter(|(_, (_, label))| !(equal && titles(label)));
    let new = new.map(|(_, (code, label))| format!("{code}{}", quoted(label)));
    [("gone", gone.collect::<Vec<_>>()), ("moved", moved.collect()), ("new", new.collect())]
        .into_iter()
        .filter(|(_, which)| !which.is_empty())
        .map(|(what, which)| {
            let (lines, verb) = if which.len() == 1 { (kind.to_owned(), "is") } else { (format!("{kind}s"), "are") };
            let which: Vec<&str> = which.iter().map(String::as_str).collect();
            let verb = match (what, which.len()) {
                ("moved", 1) => "has",
                ("moved", _) => "have",
                _ => verb,
            };
            format!("{lines} {} {verb} {what}", super::words::list(&which, ", "))
        })
        .collect()
}
