//! One HTML file of a whole book, for a person who decides whether to send it: no script, nothing fetched from outside.

use std::fmt::Write as _;

use super::picture;
use crate::{
    assemble::{Book, Cell, ColumnRole, Line, Missing, Table, Weight, labels, prose, words},
    domain::{Language, Origin, Titles},
};

const STYLE: &str = "\
body{font:15px/1.45 Arial,'Liberation Sans',sans-serif;color:#1a2530;max-width:1080px;margin:2em auto;padding:0 1em}\
h1,h2,h3{color:#16324f;line-height:1.2}table{border-collapse:collapse;margin:.6em 0 1em}\
th,td{padding:.25em .6em;border-bottom:1px solid #d5dce4;text-align:left;vertical-align:top}\
thead th{background:#e6edf4;border-bottom:1px solid #16324f}td.n{text-align:right;white-space:nowrap}\
tr.t>*{font-weight:bold;background:#f4f7fa}tr.a>*{font-style:italic}\
.alert{background:#fbecec;color:#7a1212;font-weight:bold;padding:.4em .8em;margin:.3em 0}\
.source{color:#44525f}nav li{margin:.15em 0}svg{max-width:100%;height:auto}\
@media print{section{break-inside:avoid}}";

/// The book as one page.
#[must_use]
pub fn html(book: &Book, language: Language) -> String {
    let title = escaped(book.titles.of(language));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" \
         content=\"width=device-width\"/><title>{title}</title><style>{STYLE}</style></head><body>\n"
    );
    cover(book, language, &mut page);
    contents(book, language, &mut page);
    for table in book.changes.iter().chain(book.tables()) {
        section(table, language, &mut page);
    }
    let _ = writeln!(page, "<section id=\"notes\"><h2>{}</h2>", words::DEFINITIONS.of(language));
    for group in &book.notes {
        let _ = writeln!(page, "<h3>{}</h3><ul>", escaped(group.title.of(language)));
        for note in &group.notes {
            let _ = writeln!(page, "<li>{}</li>", said(note, language));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
    quality(book, language, &mut page);
    page.push_str("</body></html>\n");
    page
}

fn cover(book: &Book, language: Language, page: &mut String) {
    let cover = &book.cover;
    let _ = writeln!(page, "<header><p>{}</p>", escaped(cover.office.of(language)));
    let mut alert = |text: &str| {
        let _ = writeln!(page, "<p class=\"alert\">{}</p>", escaped(text));
    };
    if book.origin == Origin::Sample {
        alert("SAMPLE DATA");
    }
    if cover.draft {
        alert(words::DRAFT.of(language));
    }
    for missing in &cover.missing {
        alert(&lacking(missing, language));
    }
    let title = escaped(book.titles.of(language));
    let span = prose::capital(&prose::span(book.period, language));
    let _ = writeln!(page, "<h1>{title}</h1><p><strong>{span}</strong> ({}), r{}</p>", book.period, book.revision);
    let remark = cover.act_remark.as_ref().map(|r| format!(" — {}", escaped(r.of(language)))).unwrap_or_default();
    let _ = writeln!(page, "<p>{}{remark}</p>", escaped(cover.act.of(language)));
    let _ = writeln!(page, "<p>{}</p>", said(&cover.about, language));
    let _ = writeln!(page, "<p class=\"source\">{}</p></header>", book.content_id());
}

/// A form that has not come, in a line.
fn lacking(missing: &Missing, language: Language) -> String {
    let whose = missing.whose.as_ref().map(|w| format!(", {}", w.of(language))).unwrap_or_default();
    format!("[x] {}{whose}: {}", missing.name.of(language), missing.reason.of(language))
}

fn contents(book: &Book, language: Language, page: &mut String) {
    page.push_str("<nav><ul>\n");
    let link = |table: &Table, page: &mut String| {
        let (id, title) = (escaped(&table.id), said(&table.title, language));
        let _ = writeln!(page, "<li><a href=\"#{id}\">{} {title}</a></li>", table.number);
    };
    for table in book.changes.iter().chain([&book.summary]) {
        link(table, page);
    }
    for chapter in &book.chapters {
        let _ = writeln!(page, "<li>{}. {}<ul>", chapter.number, said(&chapter.titles, language));
        for table in &chapter.tables {
            link(table, page);
        }
        page.push_str("</ul></li>\n");
    }
    page.push_str("</ul></nav>\n");
}

fn section(table: &Table, language: Language, page: &mut String) {
    let id = escaped(&table.id);
    let _ = writeln!(page, "<section id=\"{id}\"><h2>{} {}</h2>", table.number, said(&table.title, language));
    let _ = writeln!(page, "<p><strong>{}</strong></p>", prose::capital(&said(&table.scope, language)));
    for sentence in &table.sentences {
        let _ = writeln!(page, "<p>{}</p>", said(sentence, language));
    }
    let (measure, source) = (said(&table.measure, language), said(&table.source, language));
    let _ = writeln!(page, "<p class=\"source\">{measure} {source}</p>");
    let _ = write!(page, "<table><thead><tr>");
    for column in &table.columns {
        let _ = write!(page, "<th scope=\"col\">{}</th>", said(&column.header, language));
    }
    page.push_str("</tr></thead><tbody>\n");
    for line in &table.lines {
        row(table, line, language, page);
    }
    page.push_str("</tbody></table>\n");
    for note in &table.notes {
        let _ = writeln!(page, "<p class=\"source\">{}</p>", said(note, language));
    }
    if let Some(chart) = &table.chart {
        page.push_str(&picture::svg(chart, language));
    }
    page.push_str("</section>\n");
}

fn row(table: &Table, line: &Line, language: Language, page: &mut String) {
    page.push_str(match line.weight {
        Weight::Plain => "<tr>",
        Weight::Total => "<tr class=\"t\">",
        Weight::Aside => "<tr class=\"a\">",
    });
    for (place, (cell, column)) in line.cells.iter().zip(&table.columns).enumerate() {
        let shown = escaped(&shown(cell, column.role, language));
        let _ = match (place, column.role) {
            (0, _) => {
                let indent = f32::from(line.depth) * 1.2 + 0.6;
                write!(page, "<th scope=\"row\" style=\"font-weight:inherit;padding-left:{indent}em\">{shown}</th>")
            }
            (_, ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks) => write!(page, "<td>{shown}</td>"),
            _ => write!(page, "<td class=\"n\">{shown}</td>"),
        };
    }
    page.push_str("</tr>\n");
}

/// A cell as it is read: changes with their sign, shorthand where there is no figure.
fn shown(cell: &Cell, role: ColumnRole, language: Language) -> String {
    let plus = match cell {
        Cell::Number(number) if role == ColumnRole::Change && *number > crate::domain::Number::ZERO => "+",
        Cell::Tenths(tenths) if role == ColumnRole::Points && *tenths > 0 => "+",
        _ => "",
    };
    match cell {
        Cell::Absent(mark) => mark.text().to_owned(),
        cell => format!("{plus}{}", cell.said(language).unwrap_or_default()),
    }
}

fn quality(book: &Book, language: Language, page: &mut String) {
    let quality = &book.quality;
    let tally = quality.tally;
    let head = words::FINDINGS.of(language);
    let _ = writeln!(
        page,
        "<section id=\"quality\"><h2>{head}: {} / {} / {}</h2><ul>",
        tally.error, tally.warning, tally.info
    );
    for line in &quality.findings {
        let finding = &line.finding;
        let place =
            [&finding.section.as_ref().map(ToString::to_string), &finding.row.as_ref().map(ToString::to_string)];
        let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
        let _ = writeln!(
            page,
            "<li>{}: {}, {} {}: {}</li>",
            finding.severity,
            escaped(line.form.of(language)),
            escaped(line.unit.of(language)),
            escaped(&place.join("/")),
            said(&line.rule, language)
        );
    }
    page.push_str("</ul></section>\n");
}

fn said(titles: &Titles, language: Language) -> String {
    escaped(&labels::in_language(titles, language))
}

/// A text that is no markup.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
