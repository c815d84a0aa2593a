//! Writes a whole book as one HTML file, for a person who decides whether to send it. It contains no script and fetches
//! nothing. The markup is in `book.html`; this module fills it in.

use minijinja::{Environment, syntax::SyntaxConfig, value::Serde};
use serde::Serialize;

use super::{issue_marks, map_picture, picture};
use assemble::{Book, Cell, ColumnRole, Line, Missing, Table, TableColumn, Weight, labels, prose};
use domain::{Language, Number, Titles};
use words::{FixedText, Lexicon, texts};

/// What the template shows. The template escapes every text but the pictures.
#[derive(Serialize)]
struct Page<'a> {
    language: String,
    title: &'a str,
    words: Words<'a>,
    cover: CoverPart<'a>,
    front: Vec<Link<'a>>,
    chapters: Vec<ChapterPart<'a>>,
    tables: Vec<TablePart<'a>>,
    /// The analytical text, before the first table of a chapter.
    analysis: Option<AnalysisPart>,
    first_of_chapters: usize,
    notes: Vec<NoteGroup<'a>>,
    quality: QualityPart<'a>,
}

#[derive(Serialize)]
struct Words<'a> {
    collection: &'a str,
    contents: &'a str,
    analysis: &'a str,
    notes: &'a str,
    findings: &'a str,
    back: &'a str,
}

#[derive(Serialize)]
struct CoverPart<'a> {
    office: &'a str,
    alerts: Vec<String>,
    span: String,
    about: String,
    facts: Vec<Fact<'a>>,
}

#[derive(Serialize)]
struct Fact<'a> {
    name: &'a str,
    text: String,
}

/// A line of the contents.
#[derive(Serialize)]
struct Link<'a> {
    id: &'a str,
    number: &'a str,
    title: String,
}

#[derive(Serialize)]
struct ChapterPart<'a> {
    number: usize,
    title: String,
    tables: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct TablePart<'a> {
    #[serde(flatten)]
    link: Link<'a>,
    scope: String,
    sentences: Vec<String>,
    measure: String,
    source: String,
    columns: Vec<ColumnPart>,
    lines: Vec<LinePart>,
    notes: Vec<String>,
    /// A picture as SVG; empty without a chart.
    chart: String,
    /// What the chart leaves out.
    left_out: Option<String>,
    /// A picture as SVG; empty without a map.
    map: String,
}

#[derive(Serialize)]
struct ColumnPart {
    head: String,
    is_number: bool,
}

#[derive(Serialize)]
struct LinePart {
    class: &'static str,
    /// The width before the label, in the heights of a letter.
    indent: String,
    cells: Vec<CellPart>,
    /// A small picture as SVG.
    spark: Option<String>,
}

#[derive(Serialize)]
struct CellPart {
    text: String,
    is_number: bool,
}

#[derive(Serialize)]
struct AnalysisPart {
    paragraphs: Vec<String>,
    /// The heading of the comment; empty without one.
    heading: String,
    comment: Vec<String>,
    left_out: Vec<String>,
}

#[derive(Serialize)]
struct NoteGroup<'a> {
    title: &'a str,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct QualityPart<'a> {
    tally: String,
    paragraphs: Vec<String>,
    full_list: &'a str,
}

/// Writes the book as one page.
///
/// # Panics
///
/// Never: the template is a part of the program, and it takes every page.
#[must_use]
pub fn html(book: &Book, lexicon: &Lexicon) -> String {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect(FITS));
    // A template with this ending escapes its texts.
    environment.add_template("book.html", include_str!("book.html")).expect(FITS);
    let template = environment.get_template("book.html").expect(FITS);
    template.render(Serde(page(book, lexicon))).expect(FITS)
}

const FITS: &str = "the embedded template takes every page";

fn page<'a>(book: &'a Book, lexicon: &'a Lexicon) -> Page<'a> {
    let language = lexicon.language();
    let front = || book.changes.iter().chain(book.key_figures());
    let chapters = book.chapters.iter().map(|chapter| ChapterPart {
        number: chapter.number,
        title: labels::in_language(&chapter.titles, language),
        tables: chapter.tables.iter().map(|table| link(table, language)).collect(),
    });
    let notes = book.notes.iter();
    Page {
        language: language.to_string(),
        title: book.titles.of(language),
        words: Words {
            collection: texts::COLLECTION.of(lexicon),
            contents: texts::CONTENTS.of(lexicon),
            analysis: texts::ANALYSIS.of(lexicon),
            notes: texts::NOTES.of(lexicon),
            findings: texts::FINDINGS.of(lexicon),
            back: texts::BACK.of(lexicon),
        },
        cover: cover(book, lexicon),
        front: front().map(|table| link(table, language)).collect(),
        chapters: chapters.collect(),
        tables: book.changes.iter().chain(book.tables()).map(|table| part(table, lexicon)).collect(),
        analysis: analysis(book, lexicon),
        first_of_chapters: front().count(),
        notes: notes.map(|g| NoteGroup { title: g.title.of(language), notes: all(&g.notes, language) }).collect(),
        quality: quality(book, lexicon),
    }
}

fn cover<'a>(book: &'a Book, lexicon: &'a Lexicon) -> CoverPart<'a> {
    let language = lexicon.language();
    let cover = &book.cover;
    let span = prose::capital(&prose::span(book.period, lexicon));
    let remark = cover.act_remark.as_ref().map(|r| format!(" — {}", r.of(language))).unwrap_or_default();
    let fact = |name: FixedText, text: String| Fact { name: name.of(lexicon), text };
    let marks = issue_marks::in_words(book, lexicon).into_iter();
    let mut facts = vec![
        fact(texts::PERIOD, format!("{span} ({})", book.period)),
        fact(texts::ACT, format!("{}{remark}", cover.act.of(language))),
        fact(texts::DUE_DAY, cover.due.of(language).to_owned()),
    ];
    facts.extend(cover.next.as_ref().map(|next| fact(texts::NEXT_ISSUE, next.of(language).to_owned())));
    facts.push(fact(texts::EDITION, book.issue(lexicon)));
    facts.push(fact(texts::CONTENT_ID, book.content_id().to_string()));
    CoverPart {
        office: cover.office.of(language),
        alerts: marks.chain(cover.missing.iter().map(|missing| lacking(missing, language))).collect(),
        about: labels::in_language(&cover.about, language),
        facts,
        span,
    }
}

/// One line about a form that has not come.
fn lacking(missing: &Missing, language: Language) -> String {
    let whose = missing.whose.as_ref().map(|w| format!(", {}", w.of(language))).unwrap_or_default();
    format!("[x] {}{whose}: {}", missing.name.of(language), missing.reason.of(language))
}

fn link(table: &Table, language: Language) -> Link<'_> {
    Link { id: &table.id, number: &table.number, title: labels::in_language(&table.title, language) }
}

fn part<'a>(table: &'a Table, lexicon: &Lexicon) -> TablePart<'a> {
    let language = lexicon.language();
    let said = |titles: &Titles| labels::in_language(titles, language);
    let sparks = picture::sparks(table);
    let head = |column: &TableColumn| ColumnPart { head: said(&column.header), is_number: !is_text(column.role) };
    let mut columns: Vec<ColumnPart> = table.columns.iter().map(head).collect();
    if sparks.is_some() {
        columns.push(ColumnPart { head: texts::TREND.of(lexicon).to_owned(), is_number: false });
    }
    let spark = |place: usize| sparks.as_ref().and_then(|sparks| sparks.get(place)).cloned();
    let lines = table.lines.iter().enumerate();
    TablePart {
        link: link(table, language),
        scope: prose::capital(&said(&table.scope)),
        sentences: all(&table.sentences, language),
        measure: said(&table.measure),
        source: said(&table.source),
        columns,
        lines: lines.map(|(place, shown)| line(table, shown, spark(place), lexicon)).collect(),
        notes: all(&table.notes, language),
        chart: table.chart.as_ref().map(|chart| picture::svg(chart, lexicon)).unwrap_or_default(),
        left_out: table.chart.as_ref().and_then(|chart| chart.left_out.as_ref()).map(said),
        map: table.map.as_ref().map(|map| map_picture::svg(map, lexicon)).unwrap_or_default(),
    }
}

const fn is_text(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks)
}

fn line(table: &Table, line: &Line, spark: Option<String>, lexicon: &Lexicon) -> LinePart {
    let cells = line.cells.iter().zip(&table.columns);
    let cell = |(cell, column): (&Cell, &TableColumn)| CellPart {
        text: shown(cell, column.role, lexicon),
        is_number: !is_text(column.role),
    };
    LinePart {
        class: match line.weight {
            Weight::Plain => "",
            Weight::Total => "t",
            Weight::Aside => "a",
        },
        indent: (f32::from(line.depth) * 1.2 + 0.6).to_string(),
        cells: cells.map(cell).collect(),
        spark,
    }
}

/// The text of a cell: changes have a sign, and a shorthand replaces an absent figure.
fn shown(cell: &Cell, role: ColumnRole, lexicon: &Lexicon) -> String {
    let plus = match cell {
        Cell::Number(number) if role == ColumnRole::Change && *number > Number::ZERO => "+",
        Cell::Tenths(tenths) if role == ColumnRole::Points && *tenths > 0 => "+",
        _ => "",
    };
    match cell {
        Cell::Absent(mark) => mark.text().to_owned(),
        cell => format!("{plus}{}", cell.said(lexicon).unwrap_or_default()),
    }
}

fn analysis(book: &Book, lexicon: &Lexicon) -> Option<AnalysisPart> {
    let analysis = book.analysis.as_ref()?;
    let language = lexicon.language();
    let mut left_out = all(&analysis.left_out, language);
    left_out.push(texts::ANALYSIS_BY_RULES.of(lexicon).to_owned());
    Some(AnalysisPart {
        paragraphs: all(&analysis.paragraphs, language),
        heading: analysis.comment.as_ref().map(|comment| lexicon.comment_of(&comment.name)).unwrap_or_default(),
        comment: analysis.comment.iter().flat_map(|comment| all(&comment.paragraphs, language)).collect(),
        left_out,
    })
}

fn quality<'a>(book: &'a Book, lexicon: &'a Lexicon) -> QualityPart<'a> {
    let tally = book.quality.tally;
    let counts = [(texts::ERRORS, tally.error), (texts::WARNINGS, tally.warning), (texts::INFOS, tally.info)];
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{}: {count}", word.of(lexicon))).collect();
    QualityPart {
        tally: prose::capital(&counts.join("; ")),
        paragraphs: book.quality.paragraphs.iter().map(|p| labels::in_language(&p.text, lexicon.language())).collect(),
        full_list: texts::FULL_LIST.of(lexicon),
    }
}

fn all(titles: &[Titles], language: Language) -> Vec<String> {
    // A note may have something to say in some languages only.
    titles.iter().map(|titles| labels::in_language(titles, language)).filter(|text| !text.is_empty()).collect()
}
