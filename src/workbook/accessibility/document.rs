//! Rules about the document and its sheets.

use std::collections::BTreeSet;

use super::{Findings, Rule};
use ooxml::{address::place_of, opened::Opened};

const CHECKLIST: &str = "UK Analysis Function, Making spreadsheets accessible: checklist";

pub const RULES: &[Rule] = &[
    Rule { name: "title", asks: "the document has a title", source: "WCAG 2.2, 2.4.2", look: title },
    Rule {
        name: "language",
        asks: "the document names its language",
        source: "WCAG 2.2, 3.1.1; ECMA-376 part 2, 8.3.4",
        look: language,
    },
    Rule {
        name: "sheet-names",
        asks: "each sheet has a name of its own that says something, of at most 31 characters",
        source: "UK Analysis Function checklist; ECMA-376 part 1, 18.2.19",
        look: sheet_names,
    },
    Rule { name: "nothing-hidden", asks: "no sheet, row or column is hidden", source: CHECKLIST, look: hidden },
    Rule {
        name: "opens-at-the-start",
        asks: "the first sheet is open, with cell A1 selected on every sheet",
        source: CHECKLIST,
        look: opens,
    },
    Rule {
        name: "starts-in-a1",
        asks: "each sheet begins with its title in cell A1",
        source: "UK Analysis Function checklist; WCAG 2.2, 1.3.2",
        look: starts,
    },
    Rule {
        name: "links",
        asks: "the text of a link says where it leads, and links inside the workbook lead to a sheet that is there",
        source: "WCAG 2.2, 2.4.4",
        look: links,
    },
];

fn title(book: &Opened, found: &mut Findings) {
    found.look("", "", book.title.is_empty().then(|| "there is no title".to_owned()));
}

fn language(book: &Opened, found: &mut Findings) {
    let letters = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric()) && !part.is_empty();
    let primary = book.language.split('-').next().unwrap_or_default();
    let fits = (2..=3).contains(&primary.len()) && book.language.split('-').all(letters);
    let what = if book.language.is_empty() {
        Some("there is no language".to_owned())
    } else {
        (!fits).then(|| format!("`{}` is not a language tag such as `ru`", book.language))
    };
    found.look("", "", what);
}

/// The names that spreadsheet programs give by themselves.
const NAMELESS: [&str; 5] = ["sheet", "лист", "парақ", "table", "worksheet"];

fn sheet_names(book: &Opened, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    for sheet in &book.sheets {
        let lower = sheet.name.to_lowercase();
        let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit()).trim();
        let what = if sheet.name.trim().is_empty() {
            Some("the name is blank".to_owned())
        } else if sheet.name.encode_utf16().count() > 31 {
            Some("the name has more than 31 characters".to_owned())
        } else if NAMELESS.contains(&bare) {
            Some("the name says nothing".to_owned())
        } else {
            (!seen.insert(lower)).then(|| "the name occurs twice".to_owned())
        };
        found.look(&sheet.name, "", what);
    }
}

fn hidden(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        let what = if sheet.hidden {
            Some("the sheet is hidden")
        } else {
            sheet.hidden_lines.then_some("a row or column is hidden")
        };
        found.look(&sheet.name, "", what.map(ToOwned::to_owned));
    }
}

fn opens(book: &Opened, found: &mut Findings) {
    let first = book.active != 0;
    found.look("", "", first.then(|| format!("sheet {} is open, not the first", book.active + 1)));
    for sheet in &book.sheets {
        let what = (sheet.selected != "A1" && !sheet.frozen).then(|| format!("{} is selected", sheet.selected));
        found.look(&sheet.name, "", what);
    }
}

fn starts(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        let empty = sheet.text((0, 0)).trim().is_empty();
        found.look(&sheet.name, "A1", empty.then(|| "the cell has no text".to_owned()));
    }
}

fn links(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        for (cell, target) in &sheet.links {
            let place = place_of(cell).unwrap_or_default();
            let text = sheet.text(place);
            let inside = target.rsplit_once('!').map(|(name, _)| name.trim_matches('\'').replace("''", "'"));
            let what = if text.trim().is_empty() {
                Some("the link has no text".to_owned())
            } else if text.starts_with("http") || text.contains("://") {
                Some(format!("the text is an address: {text}"))
            } else {
                let lost = inside.filter(|name| !book.sheets.iter().any(|s| s.name == *name));
                lost.map(|name| format!("it leads to the sheet `{name}`, which is not there"))
            };
            found.look(&sheet.name, cell, what);
        }
    }
}
