//! `templates/collections/<id>.toml`: what a collection shows, as a person writes it.
//!
//! ```toml
//! collection = "corruption"
//! about = { ru = "…", kk = "…", en = "…" }
//! chart_from = 10                             # a chart needs two counts of cases or persons of at least this size; a
//!                                             # chart of regions, and a map, five; default 10, 0 = always a chart
//! percent_from = 10                           # a count of the year before below this has no percentage, and regions no
//!                                             # ranks unless five have such a count; default 10, 0 = always
//!
//! [[key_figure]]
//! title = { ru = "…", kk = "…", en = "…" }
//! definition = { ru = "…", kk = "…", en = "…" }   # where the headings of the form do not say what is counted
//! form = "3-k"
//! section = "R1"
//! row = "1"
//! column = "1"
//!
//! [[chapter]]
//! id = "proceedings"
//! title = { ru = "…", kk = "…", en = "…" }
//! form = "3-k"
//! reason = { ru = "…", kk = "…", en = "…" }   # why the collection draws on this form
//!
//! [[chapter.table]]
//! id = "by-article"                           # unique within the collection
//! title = { ru = "…", kk = "…", en = "…" }
//! short = { ru = "…", kk = "…", en = "…" }    # the sheet's name after the table's number: at most 25 letters;
//!                                             # without it, the title if it is so short, else the kind of the table
//! kind = "dynamics"                           # or regions, map, agencies, structure, quarter, series; in full: section
//!                                             # (rows × columns), regions-across, agencies-across (rows × places)
//! section = "R1"
//! rows = ["1", "6..22"]                       # codes and ranges; or "all", or "first 6"
//! columns = ["2"]
//! whole = { row = "1", column = "2" }         # of a structure: the figure that is 100 %
//! per_capita = false                          # of regions, of a map: no level per 10,000 inhabitants; default true
//! chart = true
//! parents = false                             # labels leave out parents that are not in a line above; default true
//! note = { ru = "…", kk = "…", en = "…" }
//!
//! [print]                                     # what is not printed; the sheets remain in the workbook
//! without = ["by-article"]                    # ids of tables; default none
//! pages = 4                                   # the most pages of a table; a longer one is not printed; default any number
//! reason = { ru = "…", kk = "…", en = "…" }   # printed on the contents page and on their sheets
//! ```

use std::{collections::BTreeSet, str::FromStr};

use serde::Deserialize;
use toml::Spanned;

use super::fault::{Fault, Faults, parse_toml};
use domain::{
    ChapterTemplate, CollectionId, CollectionTemplate, ColumnCode, FormId, KeyFigureTemplate, LONGEST_SHORT, Language,
    NameError, Pick, Place, Print, RowCode, SectionId, TableKind, TableTemplate, Titles, did_you_mean, names_a_sheet,
    nearest,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    collection: Spanned<String>,
    about: Titles,
    confidential_below: Option<u32>,
    #[serde(default = "chart_from")]
    chart_from: u32,
    #[serde(default = "percent_from")]
    percent_from: u32,
    #[serde(default)]
    note: Vec<Titles>,
    #[serde(default)]
    key_figure: Vec<WrittenKeyFigure>,
    #[serde(default)]
    chapter: Vec<WrittenChapter>,
    print: Option<WrittenPrint>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPrint {
    #[serde(default)]
    without: Vec<Spanned<String>>,
    pages: Option<Spanned<u32>>,
    reason: Titles,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKeyFigure {
    title: Titles,
    definition: Option<Titles>,
    form: Spanned<String>,
    section: Spanned<String>,
    row: Spanned<String>,
    column: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChapter {
    id: Spanned<String>,
    title: Titles,
    form: Spanned<String>,
    reason: Titles,
    #[serde(default)]
    table: Vec<WrittenTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    id: Spanned<String>,
    title: Titles,
    short: Option<Spanned<Titles>>,
    kind: TableKind,
    section: Spanned<String>,
    rows: Spanned<toml::Value>,
    columns: Spanned<toml::Value>,
    whole: Option<WrittenWhole>,
    #[serde(default = "yes")]
    per_capita: bool,
    #[serde(default)]
    chart: bool,
    #[serde(default = "yes")]
    parents: bool,
    note: Option<Titles>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWhole {
    row: Spanned<String>,
    column: Spanned<String>,
}

const fn yes() -> bool {
    true
}

/// Chance alone moves a count of ten by about three: below that a difference between two bars says nothing.
const fn chart_from() -> u32 {
    10
}

/// One case more or less moves a percentage of a base of ten by ten points: of a smaller one it says nothing.
const fn percent_from() -> u32 {
    10
}

/// The most codes of one range: a typing error must not make a million rows.
const LONGEST_RANGE: u32 = 2_000;

/// Reads a collection's template.
///
/// # Errors
/// Every fault of the file, with its line. [`check_collection`](super::check_collection) checks whether the forms have
/// these places.
pub fn parse_collection(file: &str, text: &str) -> Result<CollectionTemplate, Faults> {
    let written: Written = parse_toml(file, text)?;
    let mut reading = Reading { file, text, faults: Vec::new() };
    let collection = reading.name::<CollectionId>(&written.collection);
    let key_figures = written.key_figure.into_iter().filter_map(|k| reading.key_figure(k)).collect();
    let mut ids = BTreeSet::new();
    let chapters: Vec<ChapterTemplate> =
        written.chapter.into_iter().filter_map(|c| reading.chapter(c, &mut ids)).collect();
    let tables: Vec<&str> = chapters.iter().flat_map(|c| &c.tables).map(|t| t.id.as_str()).collect();
    let print = written.print.map(|print| reading.print(print, &tables)).unwrap_or_default();
    match (collection, reading.faults.is_empty()) {
        (Some(collection), true) => Ok(CollectionTemplate {
            collection,
            file: file.to_owned(),
            about: written.about,
            confidential_below: written.confidential_below,
            chart_from: written.chart_from,
            percent_from: written.percent_from,
            key_figures,
            chapters,
            print,
            notes: written.note,
        }),
        _ => Err(Faults(reading.faults)),
    }
}

/// The file that is being read, and the faults found so far.
pub(super) struct Reading<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub faults: Vec<Fault>,
}

impl Reading<'_> {
    fn key_figure(&mut self, written: WrittenKeyFigure) -> Option<KeyFigureTemplate> {
        let line = self.line(&written.form);
        let (form, section) = (self.name(&written.form), self.name(&written.section));
        let (row, column) = (self.name(&written.row), self.name(&written.column));
        let place = Place { section: section?, row: row?, column: column? };
        let (titles, definition) = (written.title, written.definition);
        Some(KeyFigureTemplate { titles, definition, form: form?, place, line })
    }

    fn chapter(&mut self, written: WrittenChapter, ids: &mut BTreeSet<String>) -> Option<ChapterTemplate> {
        let line = self.line(&written.id);
        let form: Option<FormId> = self.name(&written.form);
        let id = self.unique(&written.id, ids);
        if written.table.is_empty() {
            self.fault(&written.id, format!("chapter `{id}` has no table; give it a `[[chapter.table]]`"));
        }
        let tables: Vec<TableTemplate> = written.table.into_iter().filter_map(|t| self.table(t, ids)).collect();
        Some(ChapterTemplate { id, titles: written.title, form: form?, reason: written.reason, tables, line })
    }

    fn table(&mut self, written: WrittenTable, ids: &mut BTreeSet<String>) -> Option<TableTemplate> {
        let line = self.line(&written.id);
        let id = self.unique(&written.id, ids);
        let section: Option<SectionId> = self.name(&written.section);
        let rows: Option<Pick<RowCode>> = self.pick(&written.rows);
        let columns: Option<Pick<ColumnCode>> = self.pick(&written.columns);
        let whole = match &written.whole {
            Some(whole) => {
                let (row, column) = (self.name(&whole.row), self.name(&whole.column));
                if written.kind != TableKind::Structure {
                    self.fault(&whole.row, format!("a table of kind `{}` has no `whole`; remove it", written.kind));
                }
                Some((row?, column?))
            }
            None => None,
        };
        if written.chart && (written.kind.is_cross() || written.kind == TableKind::Map) {
            let message = format!("a table of kind `{}` has no chart; remove `chart`", written.kind);
            self.fault(&written.id, message);
        }
        let short = written.short.map(|short| self.short(short, &written.title));
        Some(TableTemplate {
            id,
            titles: written.title,
            short,
            kind: written.kind,
            section: section?,
            rows: rows?,
            columns: columns?,
            whole,
            per_capita: written.per_capita,
            chart: written.chart,
            parents: written.parents,
            note: written.note,
            line,
        })
    }

    /// Checks that a short title can be the name of a sheet in every language.
    fn short(&mut self, written: Spanned<Titles>, title: &Titles) -> Titles {
        let short = written.get_ref();
        let languages: BTreeSet<Language> = title.texts().chain(short.texts()).map(|(language, _)| language).collect();
        let refused: Vec<String> = languages
            .into_iter()
            .map(|language| (language, short.own(language).unwrap_or_default()))
            .filter(|(_, text)| !names_a_sheet(text))
            .map(|(language, text)| format!("`{text}` in `{language}`"))
            .collect();
        for text in refused {
            let rule = format!(
                "write 1 to {LONGEST_SHORT} letters, none of `[ ] : * ? / \\ '`, in each language of the title"
            );
            self.fault(&written, format!("{text} is not a short title, which names a sheet: {rule}"));
        }
        written.into_inner()
    }

    fn print(&mut self, written: WrittenPrint, tables: &[&str]) -> Print {
        for id in written.without.iter().filter(|id| !tables.contains(&id.get_ref().as_str())) {
            let hint = did_you_mean(nearest(id.get_ref(), tables.iter().copied()));
            self.fault(id, format!("the collection has no table `{}`{hint}", id.get_ref()));
        }
        if let Some(pages) = written.pages.as_ref().filter(|pages| *pages.get_ref() == 0) {
            self.fault(pages, "`pages` is 0, and no table fits on 0 pages; write 1 or more, or remove it");
        }
        Print {
            without: written.without.into_iter().map(Spanned::into_inner).collect(),
            pages: written.pages.map(Spanned::into_inner),
            reason: written.reason,
        }
    }

    fn unique(&mut self, id: &Spanned<String>, ids: &mut BTreeSet<String>) -> String {
        let text = id.get_ref().clone();
        // Ids follow the rule for ids of collections, so they are safe in file names and table names.
        if let Err(error) = text.parse::<CollectionId>() {
            self.fault(id, format!("`{text}` is not the id of a chapter or table: {}", error.rule));
        }
        if !ids.insert(text.clone()) {
            self.fault(id, format!("the id `{text}` occurs twice; give each chapter and table its own"));
        }
        text
    }

    pub fn name<N: FromStr<Err = NameError>>(&mut self, written: &Spanned<String>) -> Option<N> {
        written.get_ref().parse().map_err(|error: NameError| self.fault(written, error.to_string())).ok()
    }

    pub fn pick<C: FromStr<Err = NameError>>(&mut self, written: &Spanned<toml::Value>) -> Option<Pick<C>> {
        picked(written.get_ref()).map_err(|message| self.fault(written, message)).ok()
    }

    pub fn fault<T>(&mut self, at: &Spanned<T>, message: impl Into<String>) {
        self.faults.push(Fault::at(self.file, self.text, &at.span(), message));
    }

    pub fn line<T>(&self, at: &Spanned<T>) -> usize {
        Fault::at(self.file, self.text, &at.span(), "").line.unwrap_or(1)
    }
}

fn picked<C: FromStr<Err = NameError>>(value: &toml::Value) -> Result<Pick<C>, String> {
    let wrong = || "write a list of codes such as `[\"1\", \"4..7\"]`, or `\"all\"`, or `\"first 6\"`".to_owned();
    match value {
        toml::Value::String(word) if word == "all" => Ok(Pick::All),
        toml::Value::String(word) => {
            let count = word.strip_prefix("first ").and_then(|n| n.parse().ok()).filter(|n| *n > 0);
            count.map(Pick::First).ok_or_else(wrong)
        }
        toml::Value::Array(items) if !items.is_empty() => {
            let mut codes = Vec::new();
            for item in items {
                let text = item.as_str().ok_or_else(wrong)?;
                for code in expanded(text)? {
                    codes.push(code.parse().map_err(|error: NameError| error.to_string())?);
                }
            }
            Ok(Pick::Codes(codes))
        }
        _ => Err(wrong()),
    }
}

/// Expands `4..7` to the codes 4, 5, 6 and 7. Any other text is one code.
fn expanded(text: &str) -> Result<Vec<String>, String> {
    let Some((from, to)) = text.split_once("..") else { return Ok(vec![text.to_owned()]) };
    match (from.parse::<u32>(), to.parse::<u32>()) {
        (Ok(from), Ok(to)) if from <= to && to - from < LONGEST_RANGE => {
            Ok((from..=to).map(|n| n.to_string()).collect())
        }
        _ => Err(format!("`{text}` is not a range: write two whole numbers, the smaller first, such as `4..7`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
collection = "corruption"
about = { ru = "О коррупции" }

[[key_figure]]
title = { ru = "В производстве" }
form = "3-k"
section = "R1"
row = "1"
column = "1"

[[chapter]]
id = "cases"
title = { ru = "Дела" }
form = "3-k"
reason = { ru = "движение дел" }

[[chapter.table]]
id = "by-article"
title = { ru = "По статьям" }
kind = "dynamics"
section = "R1"
rows = ["1", "6..8"]
columns = "first 2"
"#;

    #[test]
    fn a_collection_is_read_as_it_is_written() {
        let template = parse_collection("c.toml", GOOD).unwrap();
        let table = &template.chapters[0].tables[0];
        assert_eq!(table.rows.named().iter().map(RowCode::as_str).collect::<Vec<_>>(), ["1", "6", "7", "8"]);
        assert_eq!(table.columns, Pick::First(2));
        assert_eq!(table.line, 19);
        assert_eq!(template.forms().len(), 1);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let broken =
            GOOD.replace("\"first 2\"", "\"last 2\"").replace("\"6..8\"", "\"8..6\"").replace("\"3-k\"", "\"3 k\"");
        let faults = parse_collection("c.toml", &broken).unwrap_err();
        let lines: Vec<Option<usize>> = faults.0.iter().map(|f| f.line).collect();
        assert_eq!(lines, [Some(7), Some(15), Some(23), Some(24)]);
        assert!(faults.to_string().contains("c.toml:23: `8..6` is not a range"), "{faults}");
    }

    #[test]
    fn a_short_title_names_a_sheet_in_every_language() {
        let titled = GOOD.replace("{ ru = \"По статьям\" }", "{ ru = \"По статьям\", kk = \"Баптар бойынша\" }");
        let with = |short: &str| titled.replace("kind =", &format!("short = {short}\nkind ="));
        let good = r#"{ ru = "Статьи", kk = "Баптар", en = "Articles" }"#;
        let template = parse_collection("c.toml", &with(good)).unwrap();
        assert_eq!(template.chapters[0].tables[0].short().of(domain::Language::KK), "Баптар");
        let faults = parse_collection("c.toml", &with(r#"{ ru = "Статьи/части", en = "A" }"#)).unwrap_err();
        assert!(faults.to_string().contains("c.toml:21: `Статьи/части` in `ru` is not a short title"), "{faults}");
        assert!(faults.to_string().contains("`` in `kk`"), "{faults}");
        let long = good.replace("Articles", "Articles of the Criminal Code");
        assert_eq!(parse_collection("c.toml", &with(&long)).unwrap_err().0.len(), 1);
    }

    #[test]
    fn what_is_not_printed_is_a_table_of_the_collection() {
        let with =
            |id: &str| format!("{GOOD}\n[print]\nwithout = [\"{id}\"]\nreason = {{ ru = \"десятки страниц\" }}\n");
        let template = parse_collection("c.toml", &with("by-article")).unwrap();
        assert!(template.print.without.contains("by-article"));
        let faults = parse_collection("c.toml", &with("by-articles")).unwrap_err();
        assert!(faults.to_string().contains("no table `by-articles`; did you mean `by-article`?"), "{faults}");
    }

    #[test]
    fn the_most_pages_of_a_table_are_one_or_more() {
        let with = |pages: &str| format!("{GOOD}\n[print]\n{pages}reason = {{ ru = \"десятки страниц\" }}\n");
        let print = |pages: &str| parse_collection("c.toml", &with(pages)).unwrap().print;
        assert_eq!((print("pages = 4\n").pages, print("").pages), (Some(4), None));
        let faults = parse_collection("c.toml", &with("pages = 0\n")).unwrap_err();
        assert!(faults.to_string().starts_with("c.toml:27: `pages` is 0"), "{faults}");
    }

    #[test]
    fn a_map_has_no_chart_beside_it() {
        let map = GOOD.replace("\"dynamics\"", "\"map\"");
        assert_eq!(parse_collection("c.toml", &map).unwrap().chapters[0].tables[0].kind, TableKind::Map);
        let faults = parse_collection("c.toml", &format!("{map}chart = true\n")).unwrap_err();
        assert_eq!(faults.to_string(), "c.toml:19: a table of kind `map` has no chart; remove `chart`");
    }

    #[test]
    fn an_id_stands_once() {
        let twice = GOOD.replace("\"by-article\"", "\"cases\"");
        let faults = parse_collection("c.toml", &twice).unwrap_err();
        assert!(faults.to_string().contains("occurs twice"), "{faults}");
    }

    #[test]
    fn an_unknown_key_names_the_nearest_one() {
        let faults = parse_collection("c.toml", &GOOD.replace("kind =", "kynd =")).unwrap_err();
        assert_eq!(faults.to_string(), "c.toml:21: unknown key `kynd`; did you mean `kind`?");
    }
}
