//! Writes a whole book as one HTML file, for a person who decides whether to send it. It contains no script and fetches
//! nothing.

use std::fmt::Write as _;

use super::picture;
use assemble::{Book, Cell, ColumnRole, Line, Missing, Table, Weight, labels, prose};
use domain::{Language, Origin, Titles};
use words::{FixedText, Lexicon, texts};

const STYLE: &str = "\
*{box-sizing:border-box}body{font:15px/1.45 Arial,'Liberation Sans',sans-serif;color:#1a2530;max-width:1080px;\
margin:0 auto 3em;padding:0 1em}h1,h2,h3{color:#16324f;line-height:1.2;text-wrap:balance}h1{font-size:1.9em;margin:.2em 0}\
h2{margin:0 0 .2em;font-size:1.35em}section{margin-top:2.2em;padding-top:1.4em;border-top:1px solid #d5dce4}\
.office{background:#16324f;color:#fff;font-weight:bold;padding:.6em 1em;margin:0 0 .5em}\
.kicker{text-transform:uppercase;font-weight:bold;color:#44525f;margin:1.6em 0 0}.period{font-size:1.2em;margin:.2em 0}\
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2em 1.4em;margin:1.2em 0}dt{color:#44525f}dd{margin:0;overflow-wrap:anywhere}\
.scroll{overflow-x:auto;margin:.6em 0 1em}table{border-collapse:collapse;min-width:60%}\
th,td{padding:.28em .6em;border-bottom:1px solid #d5dce4;text-align:left;vertical-align:middle;font-weight:normal}\
thead th{background:#e6edf4;border-top:1px solid #16324f;border-bottom:1px solid #16324f;font-weight:bold}\
.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}thead th.n{min-width:5.5em}\
tr.t>*{font-weight:bold;background:#f4f7fa;border-bottom-color:#16324f}tr.a>*{font-style:italic}\
tbody th{min-width:14em}\
.alert{background:#fbecec;color:#7a1212;font-weight:bold;padding:.4em 1em;margin:.3em 0}\
.scope{font-size:1.05em;margin:.2em 0;color:#16324f}.source{color:#44525f;margin:.3em 0}section>p{margin:.3em 0}\
nav>ul{columns:2;column-gap:2.5em;list-style:none;padding:0}nav>ul>li{margin:.3em 0}nav b{break-after:avoid}nav ul ul{list-style:none;padding-left:1em}\
nav li{margin:.15em 0}a{color:#0b4f8a}svg{max-width:100%;height:auto;display:block}svg.spark{width:90px;height:24px;min-width:90px}\
@media(max-width:720px){nav>ul{columns:1}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.5em}tbody th{min-width:9em}h1{font-size:1.5em}}\
@media print{body{max-width:none}section{break-inside:avoid}.scroll{overflow:visible}}";

/// Writes the book as one page.
#[must_use]
pub fn html(book: &Book, lexicon: &Lexicon) -> String {
    let language = lexicon.language();
    let title = escaped(book.titles.of(language));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"/><title>{title}</title><style>{STYLE}</style></head><body>\n"
    );
    cover(book, lexicon, &mut page);
    contents(book, lexicon, &mut page);
    page.push_str("<main>\n");
    for table in book.changes.iter().chain(book.tables()) {
        section(table, lexicon, &mut page);
    }
    let _ = writeln!(page, "<section id=\"notes\"><h2>{}</h2>", texts::NOTES.of(lexicon));
    for group in &book.notes {
        let _ = writeln!(page, "<h3>{}</h3><ul>", escaped(group.title.of(language)));
        for note in &group.notes {
            let _ = writeln!(page, "<li>{}</li>", said(note, language));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
    quality(book, lexicon, &mut page);
    page.push_str("</main></body></html>\n");
    page
}

fn cover(book: &Book, lexicon: &Lexicon, page: &mut String) {
    let language = lexicon.language();
    let cover = &book.cover;
    let _ = writeln!(page, "<header><p class=\"office\">{}</p>", escaped(cover.office.of(language)));
    let mut alert = |text: &str| {
        let _ = writeln!(page, "<p class=\"alert\">{}</p>", escaped(text));
    };
    if book.origin == Origin::Sample {
        alert("SAMPLE DATA");
    }
    if cover.draft {
        alert(texts::DRAFT.of(lexicon));
    }
    for missing in &cover.missing {
        alert(&lacking(missing, language));
    }
    let (kicker, title) = (texts::COLLECTION.of(lexicon), escaped(book.titles.of(language)));
    let span = prose::capital(&prose::span(book.period, lexicon));
    let _ = writeln!(page, "<p class=\"kicker\">{kicker}</p><h1>{title}</h1><p class=\"period\">{span}</p>");
    let _ = writeln!(page, "<p>{}</p><dl>", said(&cover.about, language));
    let mut fact = |name: FixedText, text: &str| {
        let _ = writeln!(page, "<dt>{}</dt><dd>{}</dd>", name.of(lexicon), escaped(text));
    };
    let remark = cover.act_remark.as_ref().map(|r| format!(" — {}", r.of(language))).unwrap_or_default();
    fact(texts::PERIOD, &format!("{span} ({})", book.period));
    fact(texts::ACT, &format!("{}{remark}", cover.act.of(language)));
    fact(texts::DUE_DAY, cover.due.of(language));
    fact(texts::EDITION, &book.issue(lexicon));
    fact(texts::CONTENT_ID, &book.content_id().to_string());
    page.push_str("</dl></header>\n");
}

/// One line about a form that has not come.
fn lacking(missing: &Missing, language: Language) -> String {
    let whose = missing.whose.as_ref().map(|w| format!(", {}", w.of(language))).unwrap_or_default();
    format!("[x] {}{whose}: {}", missing.name.of(language), missing.reason.of(language))
}

fn contents(book: &Book, lexicon: &Lexicon, page: &mut String) {
    let language = lexicon.language();
    let _ = writeln!(page, "<nav id=\"contents\"><h2>{}</h2><ul>", texts::CONTENTS.of(lexicon));
    let link = |table: &Table, page: &mut String| {
        let (id, title) = (escaped(&table.id), said(&table.title, language));
        let _ = writeln!(page, "<li><a href=\"#{id}\">{} {title}</a></li>", table.number);
    };
    for table in book.changes.iter().chain(book.key_figures()) {
        link(table, page);
    }
    for chapter in &book.chapters {
        let _ = writeln!(page, "<li><b>{}. {}</b><ul>", chapter.number, said(&chapter.titles, language));
        for table in &chapter.tables {
            link(table, page);
        }
        page.push_str("</ul></li>\n");
    }
    for (id, title) in [("notes", texts::NOTES), ("quality", texts::FINDINGS)] {
        let _ = writeln!(page, "<li><a href=\"#{id}\">{}</a></li>", title.of(lexicon));
    }
    page.push_str("</ul></nav>\n");
}

fn section(table: &Table, lexicon: &Lexicon, page: &mut String) {
    let language = lexicon.language();
    let (id, title) = (escaped(&table.id), said(&table.title, language));
    let _ = writeln!(page, "<section id=\"{id}\"><h2>{} {title}</h2>", table.number);
    let _ = writeln!(page, "<p class=\"scope\">{}</p>", prose::capital(&said(&table.scope, language)));
    for sentence in &table.sentences {
        let _ = writeln!(page, "<p>{}</p>", said(sentence, language));
    }
    let (measure, source) = (said(&table.measure, language), said(&table.source, language));
    let _ = writeln!(page, "<p class=\"source\">{measure} {source}</p>");
    let sparks = picture::sparks(table);
    let _ =
        write!(page, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{title}\"><table><thead><tr>");
    for column in &table.columns {
        let class = if is_text(column.role) { "" } else { " class=\"n\"" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", said(&column.header, language));
    }
    if sparks.is_some() {
        let _ = write!(page, "<th scope=\"col\">{}</th>", texts::TREND.of(lexicon));
    }
    page.push_str("</tr></thead><tbody>\n");
    for (place, line) in table.lines.iter().enumerate() {
        row(table, line, sparks.as_ref().and_then(|s| s.get(place)).map(String::as_str), lexicon, page);
    }
    page.push_str("</tbody></table></div>\n");
    for note in &table.notes {
        let _ = writeln!(page, "<p class=\"source\">{}</p>", said(note, language));
    }
    if let Some(chart) = &table.chart {
        page.push_str(&picture::svg(chart, lexicon));
        if let Some(left_out) = &chart.left_out {
            let _ = writeln!(page, "<p class=\"source\">{}</p>", said(left_out, language));
        }
    }
    let _ = writeln!(page, "<p><a href=\"#contents\">{}</a></p></section>", texts::BACK.of(lexicon));
}

const fn is_text(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks)
}

fn row(table: &Table, line: &Line, spark: Option<&str>, lexicon: &Lexicon, page: &mut String) {
    page.push_str(match line.weight {
        Weight::Plain => "<tr>",
        Weight::Total => "<tr class=\"t\">",
        Weight::Aside => "<tr class=\"a\">",
    });
    for (place, (cell, column)) in line.cells.iter().zip(&table.columns).enumerate() {
        let shown = escaped(&shown(cell, column.role, lexicon));
        let _ = match (place, is_text(column.role)) {
            (0, _) => {
                let indent = f32::from(line.depth) * 1.2 + 0.6;
                write!(page, "<th scope=\"row\" style=\"padding-left:{indent}em\">{shown}</th>")
            }
            (_, true) => write!(page, "<td>{shown}</td>"),
            (_, false) => write!(page, "<td class=\"n\">{shown}</td>"),
        };
    }
    if let Some(spark) = spark {
        let _ = write!(page, "<td>{spark}</td>");
    }
    page.push_str("</tr>\n");
}

/// The text of a cell: changes have a sign, and a shorthand replaces an absent figure.
fn shown(cell: &Cell, role: ColumnRole, lexicon: &Lexicon) -> String {
    let plus = match cell {
        Cell::Number(number) if role == ColumnRole::Change && *number > domain::Number::ZERO => "+",
        Cell::Tenths(tenths) if role == ColumnRole::Points && *tenths > 0 => "+",
        _ => "",
    };
    match cell {
        Cell::Absent(mark) => mark.text().to_owned(),
        cell => format!("{plus}{}", cell.said(lexicon).unwrap_or_default()),
    }
}

fn quality(book: &Book, lexicon: &Lexicon, page: &mut String) {
    let quality = &book.quality;
    let tally = quality.tally;
    let _ = writeln!(page, "<section id=\"quality\"><h2>{}</h2>", texts::FINDINGS.of(lexicon));
    let counts = [(texts::ERRORS, tally.error), (texts::WARNINGS, tally.warning), (texts::INFOS, tally.info)];
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{}: {count}", word.of(lexicon))).collect();
    let _ = writeln!(page, "<p class=\"scope\">{}</p><ul>", prose::capital(&counts.join("; ")));
    for paragraph in &quality.paragraphs {
        let _ = writeln!(page, "<li>{}</li>", said(&paragraph.text, lexicon.language()));
    }
    let _ = writeln!(page, "</ul><p class=\"source\">{}</p></section>", texts::FULL_LIST.of(lexicon));
}

fn said(titles: &Titles, language: Language) -> String {
    escaped(&labels::in_language(titles, language))
}

/// The text with the characters of markup escaped.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
