//! The code lists of a book's structure: the codes that its SDMX-CSV uses, with names in every language.
//!
//! In: a book, the words of an office. Out: lists of codes. A name that the book does not give is the code itself.
//! Unknown here: how a structure is written.

use std::collections::BTreeMap;

use super::{
    cube::line_label,
    issue_marks::{IssueState, SAMPLE_DATA},
    observed::Metric,
    records::records,
    sdmx::{COLUMNS, fields, id, upper},
};
use assemble::{Across, Book, ColumnRole, Kind, Mark, Table};
use domain::{TableKind, Titles};
use words::{Dictionary, FixedText, texts};

/// A list of codes.
pub struct CodeList {
    /// The column of the SDMX-CSV whose codes these are.
    pub column: &'static str,
    /// Whether the list is of this collection, and not one for all.
    pub own: bool,
    pub codes: Vec<(String, Titles)>,
}

/// The name of what a column contains.
pub fn concept(column: &str, words: &Dictionary) -> Titles {
    let text: FixedText = match column {
        "FREQ" => texts::SDMX_FREQ,
        "TABLE_ID" => texts::TABLE,
        "FORM" => texts::FORM,
        "SECTION" => texts::PART_SECTION,
        "ROW" => texts::SDMX_ROW,
        "COLUMN" => texts::SDMX_COLUMN,
        "REF_AREA" => texts::REGION,
        "AGENCY" => texts::AGENCY,
        "SPAN" => texts::SDMX_SPAN,
        "INDICATOR" => texts::METRIC,
        "TIME_PERIOD" => texts::PERIOD,
        "OBS_VALUE" => texts::CHART_VALUE,
        "UNIT_MEASURE" => texts::MEASURE,
        "UNIT_MULT" => texts::SDMX_MULTIPLIER,
        "OBS_STATUS" => texts::SDMX_STATUS,
        "CONF_STATUS" => texts::SDMX_CONFIDENTIALITY,
        "MARK" => texts::MARKS,
        "ORIGIN" => texts::SDMX_ORIGIN,
        "STATE" => texts::SDMX_STATE,
        "REVISION" => texts::EDITION,
        "LINE" => texts::SDMX_LINE,
        _ => texts::SDMX_HEAD,
    };
    text.titles(words)
}

/// The lists of a book, in the order of the columns. Sections, rows and columns of forms have no list: their codes are
/// those of the form, and the same code is another row in another section. `LINE` and `HEAD` name what was printed.
pub fn code_lists(book: &Book, words: &Dictionary) -> Vec<CodeList> {
    let mut lists = fixed(words);
    let names = own_names(book, words);
    let mut used: BTreeMap<&'static str, BTreeMap<String, Titles>> = BTreeMap::new();
    let about = super::sdmx::AboutIssue::of(book);
    for record in records(book) {
        let fields = fields(&record, &about);
        for column in ["TABLE_ID", "FORM", "REF_AREA", "AGENCY", "LINE", "HEAD"] {
            let code = COLUMNS.iter().position(|name| *name == column).map(|place| &fields[place]);
            let Some(code) = code.filter(|code| !code.is_empty()) else { continue };
            let name = || match names.get(&(column, code.clone())) {
                Some(name) => name.clone(),
                None if column == "REF_AREA" => joined(record.units(), &names, words),
                None => Titles::ru(code),
            };
            used.entry(column).or_default().entry(code.clone()).or_insert_with(name);
        }
    }
    let own = |(column, codes): (_, BTreeMap<_, _>)| CodeList { column, own: true, codes: codes.into_iter().collect() };
    lists.extend(used.into_iter().map(own));
    lists.sort_by_key(|list| COLUMNS.iter().position(|name| *name == list.column));
    lists
}

type Names = BTreeMap<(&'static str, String), Titles>;

/// The names of several units together, where the book has no name for them.
fn joined<'a>(units: impl Iterator<Item = &'a str>, names: &Names, words: &Dictionary) -> Titles {
    let units: Vec<(&str, Option<&Titles>)> =
        units.map(|unit| (unit, names.get(&("REF_AREA", unit.to_owned())))).collect();
    words.each(|lexicon| {
        let said = units.iter().map(|(code, name)| name.map_or(*code, |name| name.of(lexicon.language())));
        said.collect::<Vec<_>>().join(" + ")
    })
}

/// The names that the book gives to its tables, lines, forms, units and agencies.
fn own_names(book: &Book, words: &Dictionary) -> Names {
    let mut names = Names::new();
    names.insert(("REF_AREA", domain::Unit::republic().to_string()), texts::REPUBLIC.titles(words));
    names.insert(("AGENCY", id(domain::Agency::all().as_str())), texts::ALL_AGENCIES.titles(words));
    for chapter in &book.chapters {
        names.insert(("FORM", id(chapter.form.as_str())), chapter.form_name.clone());
    }
    for table in book.tables() {
        let code = id(&table.id);
        let title = words.each(|lexicon| {
            let said = |titles| assemble::labels::in_language(titles, lexicon.language());
            let title = format!("{} {}. {}", table.number, said(&table.title), said(&table.scope));
            title.trim_start().to_owned()
        });
        names.insert(("TABLE_ID", code.clone()), title);
        of_lines(table, &code, words, &mut names);
        for (place, column) in table.columns.iter().enumerate() {
            names.insert(("HEAD", format!("{code}_C{}", place + 1)), column.header.clone());
            match &column.across {
                Some(Across::Unit(unit)) => drop(names.insert(("REF_AREA", unit.to_string()), column.header.clone())),
                Some(Across::Agency(agency)) => {
                    names.insert(("AGENCY", id(agency.as_str())), column.header.clone());
                }
                Some(Across::Column(..)) | None => {}
            }
        }
    }
    names
}

fn of_lines(table: &Table, code: &str, words: &Dictionary, names: &mut Names) {
    for (place, line) in table.lines.iter().enumerate() {
        let label = words.each(|lexicon| line_label(table, line, lexicon));
        let labelled = table.columns.iter().filter(|column| column.role == ColumnRole::Label).count();
        // Where each line is one region or one agency, the label is its name.
        if let Some(key) = line.key.as_ref().filter(|_| labelled == 1) {
            match table.kind {
                Kind::Of(TableKind::Regions | TableKind::Map) => {
                    let units: Vec<&str> = key.units[0].iter().map(domain::Unit::as_str).collect();
                    names.entry(("REF_AREA", units.join("_"))).or_insert_with(|| label.clone());
                }
                Kind::Of(TableKind::Agencies) => {
                    names.entry(("AGENCY", id(key.agency.as_str()))).or_insert_with(|| label.clone());
                }
                _ => {}
            }
        }
        if !label.ru.is_empty() {
            names.insert(("LINE", format!("{code}_L{}", place + 1)), label);
        }
    }
}

/// The lists that are the same in every collection.
fn fixed(words: &Dictionary) -> Vec<CodeList> {
    let list = |column, codes: &[(&str, FixedText)]| CodeList {
        column,
        own: false,
        codes: codes.iter().map(|(code, text)| ((*code).to_owned(), text.titles(words))).collect(),
    };
    let metric = |metric: Metric| match metric {
        Metric::Value => texts::CHART_VALUE,
        Metric::Change => texts::CHANGE,
        Metric::Growth => texts::GROWTH,
        Metric::Share => texts::SHARE,
        Metric::Points => texts::POINTS,
        Metric::Rate => texts::RATE,
        Metric::Rank => texts::RANK,
        Metric::Class => texts::MAP_CLASS,
    };
    let mut units = list(
        "UNIT_MEASURE",
        &[
            ("PURE_NUMB", texts::MEASURE_COUNT),
            ("PS", texts::MEASURE_PERSONS),
            ("KZT", texts::SDMX_TENGE),
            ("DAYS", texts::MEASURE_DAYS),
            ("PP", texts::POINTS),
            ("PER_10T_POP", texts::RATE),
            ("RANK", texts::RANK),
            ("CLASS", texts::MAP_CLASS),
        ],
    );
    units.codes.push(("PC".to_owned(), words.each(|_| "%".to_owned())));
    vec![
        list(
            "FREQ",
            &[
                ("M", texts::SDMX_MONTHLY),
                ("Q", texts::SDMX_QUARTERLY),
                ("S", texts::SDMX_HALF_YEARLY),
                ("A", texts::SDMX_ANNUAL),
            ],
        ),
        list("SPAN", &[("CUMULATIVE", texts::SDMX_CUMULATIVE), ("QUARTER", texts::SDMX_QUARTER)]),
        list("INDICATOR", &Metric::ALL.map(|one| (one.code(), metric(one)))),
        units,
        list("UNIT_MULT", &[("0", texts::SDMX_ONES), ("3", texts::SDMX_THOUSANDS)]),
        list(
            "OBS_STATUS",
            &[
                ("A", texts::SDMX_NORMAL),
                ("B", texts::LEGEND_B),
                ("M", texts::LEGEND_Z),
                ("O", texts::LEGEND_X),
                ("P", texts::LEGEND_P),
                ("Q", texts::LEGEND_C),
            ],
        ),
        list("CONF_STATUS", &[("F", texts::SDMX_FREE), ("C", texts::LEGEND_C)]),
        list("MARK", &Mark::ALL.map(|mark| (mark.text().trim_matches(['[', ']']), mark.meaning()))),
        list("ORIGIN", &[(&upper(SAMPLE_DATA), texts::SAMPLE_MEANING), ("REAL", texts::SDMX_REAL)]),
        states(words),
    ]
}

fn states(words: &Dictionary) -> CodeList {
    let name = |state| match state {
        IssueState::Complete => texts::SDMX_COMPLETE.titles(words),
        IssueState::Incomplete => texts::INCOMPLETE.titles(words),
        IssueState::Draft => texts::DRAFT.titles(words),
        IssueState::DraftIncomplete => {
            words.each(|lexicon| format!("{} {}", texts::DRAFT.of(lexicon), texts::INCOMPLETE.of(lexicon)))
        }
    };
    let codes = IssueState::ALL.into_iter().map(|state| (upper(state.code()), name(state)));
    CodeList { column: "STATE", own: false, codes: codes.collect() }
}
