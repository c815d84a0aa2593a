//! What the members beside the rows say about the number of rows: totals, pages, and whether more follows.
//!
//! In come the members beside the rows; out comes a sentence about what is missing. An answer that calls itself a part
//! is refused: each service is called once, and one page is not the whole. This module does not know units: numbers
//! under names without a meaning are only collected.

use super::{
    super::{
        json::Value,
        letters::{excerpt, fold},
    },
    outcome::each_member,
};

/// What was said about the number of rows.
#[derive(Debug, Default)]
pub(super) struct Paging {
    /// The largest total, and its member.
    total: Option<(String, u64)>,
    /// Why more rows exist, in words that follow "the answer contains".
    more: Option<String>,
    /// Whole numbers under names without a meaning.
    numbers: Vec<(String, u64)>,
}

/// How many numbers are kept.
const MOST: usize = 50;
/// How many levels of nested objects are read.
const DEEPEST: usize = 4;

/// Parts of the names of a total. With `page` in the name it is the number of pages.
const TOTALS: [&str; 25] = [
    "total",
    "count",
    "record",
    "hits",
    "found",
    "rows",
    "element",
    "items",
    "number",
    "amount",
    "quantity",
    "numof",
    "всего",
    "итого",
    "количеств",
    "колво",
    "запис",
    "строк",
    "число",
    "vsego",
    "itogo",
    "kolich",
    "kolvo",
    "барлығы",
    "саны",
];
/// Whole names of a total.
const TOTAL_NAMES: [&str; 5] = ["n", "num", "кол", "kol", "length"];
/// Whole names of the place of the first row, counted from 0.
const OFFSETS: [&str; 5] = ["from", "offset", "skip", "startindex", "startfrom"];
/// Whole names of members that say that more follows.
const MORE: [&str; 11] = [
    "hasmore",
    "more",
    "hasnext",
    "hasnextpage",
    "next",
    "nextpage",
    "nexturl",
    "nextlink",
    "nextpageurl",
    "nextcursor",
    "truncated",
];
/// Whole names of members that say that this is the last page.
const LAST: [&str; 3] = ["last", "islast", "lastpage"];
/// Objects that repeat the request. Their members are not part of the answer.
const QUESTIONS: [&str; 7] = ["params", "parameters", "request", "query", "filter", "filters", "запрос"];

impl Paging {
    /// Takes a member beside the rows, with its content. Returns whether its name is about the number of rows.
    pub(super) fn take(&mut self, name: &str, value: &Value<'_>) -> bool {
        self.within(name, value, 0)
    }

    fn within(&mut self, name: &str, value: &Value<'_>, depth: usize) -> bool {
        let bare: String = fold(name).chars().filter(|c| *c != ' ').collect();
        let is = |names: &[&str]| names.iter().any(|known| fold(known) == bare);
        if let Value::Object(raw) = value {
            if depth < DEEPEST && !is(&QUESTIONS) {
                // `"total": {"value": 21}` is a total.
                let is_total = is_total(&bare);
                each_member(raw, |inner, value| {
                    let inner_name = if is_total && fold(inner) == "VALUE" { name } else { inner };
                    self.within(inner_name, value, depth + 1);
                });
            }
            return false;
        }
        let shown = || excerpt(name, 60);
        if is(&MORE) && says_yes(value) {
            self.more.get_or_insert_with(|| format!("in `{}` that more rows follow", shown()));
            return true;
        }
        if is(&LAST) && matches!(value, Value::Bool(false)) {
            self.more.get_or_insert_with(|| format!("in `{}` that it is not the last page", shown()));
            return true;
        }
        let Some(number) = whole(value) else { return is(&MORE) || is(&LAST) };
        let is_page = bare.contains("PAGE") || bare.contains(&fold("страниц"));
        if is_page && is_total(&bare) || bare == "PAGES" || bare == fold("страниц") {
            if number > 1 && !bare.contains("SIZE") && !bare.contains("PERPAGE") {
                self.more.get_or_insert_with(|| format!("`{}` {number}, and one page came", shown()));
            }
            return true;
        }
        // A page or an offset that is a year is the start of a period of time.
        if is(&OFFSETS) && number > 0 && !(1990..=2100).contains(&number) {
            self.more.get_or_insert_with(|| format!("`{}` {number}: the rows before are not here", shown()));
            return true;
        }
        if is_total(&bare) && !is_page {
            if self.total.as_ref().is_none_or(|(_, known)| number > *known) {
                self.total = Some((shown(), number));
            }
            return true;
        }
        if is_page || is_aside(&bare) {
            return is_page;
        }
        if self.numbers.len() < MOST {
            self.numbers.push((shown(), number));
        }
        false
    }

    /// What is missing in an answer with so many rows, in words that follow "the answer contains".
    pub(super) fn missing(&self, rows: usize) -> Option<String> {
        match &self.total {
            Some((name, total)) if *total > rows as u64 => Some(format!("`{name}` {total} and brings {rows} rows")),
            _ => self.more.clone(),
        }
    }

    /// A total that is less than the number of rows.
    pub(super) fn too_small(&self, rows: usize) -> Option<(&str, u64)> {
        self.total.as_ref().filter(|(_, total)| *total < rows as u64).map(|(name, total)| (name.as_str(), *total))
    }

    /// The name of a number that equals the number of units, although fewer rows came. Its name has no meaning here.
    pub(super) fn of_units(&self, rows: usize, units: u64) -> Option<&str> {
        let like = |(_, number): &&(String, u64)| *number > rows as u64 && (*number == units || *number + 1 == units);
        self.numbers.iter().find(like).map(|(name, _)| name.as_str())
    }
}

fn is_total(bare: &str) -> bool {
    let has = |part: &&str| bare.contains(fold(part).as_str());
    let aside = ["TIME", "SECOND", "VERSION", "ERROR", "FAIL", "WARN"];
    let is = |name: &&str| fold(name) == bare;
    (TOTALS.iter().any(has) || TOTAL_NAMES.iter().any(is)) && !aside.iter().any(|part| bare.contains(part))
}

/// Whether a number is certainly not one of rows: a page size, a time, a version, a code.
fn is_aside(bare: &str) -> bool {
    let parts = ["SIZE", "LIMIT", "TIME", "TOOK", "VERSION", "CODE", "STATUS", "YEAR", "DURATION", "TTL", "PORT"];
    parts.iter().any(|part| bare.contains(part)) || matches!(bare, "MS" | "ID" | "V" | "MAX" | "TOP" | "DRAW")
}

fn says_yes(value: &Value<'_>) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Number(raw) => *raw != "0",
        Value::Text(text) => {
            !matches!(text.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "null" | "none")
        }
        _ => false,
    }
}

fn whole(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Number(raw) => raw.strip_suffix(".0").unwrap_or(raw).parse().ok(),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(members: &str, rows: usize) -> Option<String> {
        let raw = format!("{{{members}}}");
        let mut paging = Paging::default();
        each_member(&raw, |name, value| {
            paging.take(name, value);
        });
        paging.missing(rows)
    }

    #[test]
    fn an_answer_that_says_that_it_is_a_part_is_one() {
        for (members, rows) in [
            (r#""total": 21, "size": 10, "from": 0"#, 10),
            (r#""totalCount": 21, "totalPages": 2, "page": 1"#, 20),
            (r#""recordsTotal": "21""#, 20),
            (r#""COUNT": 21"#, 20),
            (r#""meta": {"pagination": {"total_rows": 21}}"#, 20),
            (r#""total": {"value": 21, "relation": "eq"}"#, 20),
            (r#""всего записей": 21"#, 20),
            (r#""pages": 3"#, 20),
            (r#""hasNext": true"#, 20),
            (r#""next": "/page/2""#, 20),
            (r#""last": false"#, 20),
            (r#""offset": 20"#, 20),
        ] {
            assert!(missing(members, rows).is_some(), "{members}");
        }
    }

    #[test]
    fn a_whole_answer_is_whole() {
        for members in [
            r#""total": 21, "size": 100, "from": 0"#,
            r#""totalPages": 1, "page": 1, "pageSize": 50"#,
            r#""next": null, "last": true, "hasMore": false"#,
            r#""from": 2022, "to": 2023"#,
            r#""request": {"rows": 100}"#,
            r#""took": 35, "version": 105"#,
            r#""totalTimeMs": 350"#,
        ] {
            assert_eq!(missing(members, 21), None, "{members}");
        }
    }
}
