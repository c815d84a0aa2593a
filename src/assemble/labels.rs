//! Labels of rows and columns. A form prints a path ("Всего / преступлений / тяжкие"); it becomes a label that is
//! indented below its parent, where the parent is printed above it.

use std::collections::BTreeSet;

use domain::{Language, SectionId, Titles};

/// What joins the parts of a path.
const JOINT: &str = " / ";

/// Labels of a stub, each with its indentation. `parents`: whether a label contains those of its parents that are not
/// printed above it.
#[must_use]
pub fn nested(paths: &[Titles], parents: bool) -> Vec<(Titles, u8)> {
    let mut shown: Vec<Vec<&str>> = Vec::new();
    let mut labels = Vec::new();
    let shared = shared(paths);
    for path in paths {
        let parts: Vec<&str> = path.ru.split(JOINT).collect();
        let parent = shown.iter().filter(|s| s.len() < parts.len() && parts.starts_with(s)).max_by_key(|s| s.len());
        let above = parent.map_or(0, Vec::len);
        // Depth counts the parents that are shown, not the parts of the path.
        let depth = shown.iter().filter(|s| s.len() <= above && parts.starts_with(s)).map(Vec::len);
        let depth = depth.collect::<BTreeSet<_>>().len();
        // A heading that all lines share and that is printed nowhere is left out of every label.
        let said = match (parts.len(), parents) {
            (1, _) => above,
            (_, true) => above.max(shared),
            (parts, false) => parts - 1,
        };
        labels.push((shortened(path, said), u8::try_from(depth).unwrap_or(u8::MAX).min(4)));
        shown.push(parts);
    }
    labels
}

/// For each path the place of the longest path before it that it goes on.
#[must_use]
pub fn under(paths: &[Titles]) -> Vec<Option<usize>> {
    let parts: Vec<Vec<&str>> = paths.iter().map(|path| path.ru.split(JOINT).collect()).collect();
    let goes_on =
        |path: usize, above: usize| parts[above].len() < parts[path].len() && parts[path].starts_with(&parts[above]);
    let longest = |path: usize| (0..path).filter(|above| goes_on(path, *above)).max_by_key(|above| parts[*above].len());
    (0..parts.len()).map(longest).collect()
}

/// How many first parts all paths of several parts have in common, where there are at least three such paths.
fn shared(paths: &[Titles]) -> usize {
    let long = paths.iter().map(|p| p.ru.split(JOINT).collect::<Vec<_>>()).filter(|parts| parts.len() > 1);
    let long: Vec<Vec<&str>> = long.collect();
    let Some((first, others)) = long.split_first().filter(|(_, others)| others.len() > 1) else { return 0 };
    let alike = |parts: &Vec<&str>| first.iter().zip(parts).take_while(|(a, b)| a == b).count().min(parts.len() - 1);
    others.iter().map(alike).min().unwrap_or(0).min(first.len() - 1)
}

/// The last part of a path: `тяжкие` of `Всего / преступлений / тяжкие`.
#[must_use]
pub fn last(path: &Titles) -> Titles {
    path.map(|text| text.rsplit(JOINT).next().unwrap_or(text).trim().to_owned())
}

/// A path as one label: `Прерваны сроки: всего`.
#[must_use]
pub fn whole(path: &Titles) -> Titles {
    shortened(path, 0)
}

fn shortened(path: &Titles, above: usize) -> Titles {
    let cut = |text: &str| {
        let parts: Vec<&str> = text.split(JOINT).map(str::trim).collect();
        // A language whose path has fewer parts keeps its last one.
        let parts = &parts[above.min(parts.len() - 1)..];
        // Some headings of forms end with a colon of their own.
        let (last, parents) = parts.split_last().map_or(("", parts), |(last, parents)| (*last, parents));
        let parents = parents.iter().map(|parent| parent.trim_end_matches([':', ' ']));
        parents.chain([last]).collect::<Vec<_>>().join(": ")
    };
    path.map(cut)
}

/// What follows a Russian text in a book of another language.
const RUSSIAN: &str = " [ru]";

/// A label in a language; where it has only a Russian text, that text with the mark `[ru]`.
#[must_use]
pub fn in_language(titles: &Titles, language: Language) -> String {
    if titles.has(language) || titles.ru.is_empty() {
        return titles.of(language).to_owned();
    }
    format!("{}{RUSSIAN}", titles.ru)
}

/// Whether a label is in a language as a whole: no part of it is Russian with its mark.
#[must_use]
pub fn is_in(titles: &Titles, language: Language) -> bool {
    titles.own(language).is_some_and(|text| !text.contains(RUSSIAN))
}

/// The number of a section as people say it: `R1-1` is section 1-1.
#[must_use]
pub fn section(section: &SectionId) -> &str {
    let id = section.as_str();
    id.strip_prefix('R').filter(|number| number.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(id)
}

/// Heads of a table's columns: no two are alike, whatever their case.
#[must_use]
pub fn told_apart(heads: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let apart = heads.map(|head| {
        let numbered = (2..).map(|number| format!("{head} ({number})"));
        let mut free = std::iter::once(head.clone()).chain(numbered).filter(|h| !taken.contains(&h.to_lowercase()));
        let head = free.next().unwrap_or_default();
        taken.insert(head.to_lowercase());
        head
    });
    apart.collect()
}

/// Whether a code is printed in a document. A template gives a line that came with a later edition a code of its own,
/// `+24`, which no document has.
#[must_use]
pub fn is_printed(code: &str) -> bool {
    !code.starts_with('+')
}

/// Codes as people cite them: `1, 4–7`; long lists end in `…`.
#[must_use]
pub fn cited(codes: &[&str]) -> String {
    let texts = listed(codes);
    let text = texts.iter().take(MOST_CITED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if texts.len() > MOST_CITED { format!("{text}, …") } else { text }
}

/// Runs of codes in a citation; with more of them a line is not read any more.
const MOST_CITED: usize = 8;

/// All codes as people cite them: `1`, `4–7`.
#[must_use]
pub fn listed(codes: &[&str]) -> Vec<String> {
    let mut runs: Vec<(String, String)> = Vec::new();
    for code in codes {
        let follows = |last: &str| last.parse::<u32>().ok().and_then(|l| l.checked_add(1)) == code.parse::<u32>().ok();
        match runs.last_mut() {
            Some((_, last)) if code.parse::<u32>().is_ok() && follows(last) => (*code).clone_into(last),
            _ => runs.push(((*code).to_owned(), (*code).to_owned())),
        }
    }
    let texts = runs.into_iter().map(|(first, last)| match (first == last, last) {
        (true, _) => first,
        (false, last) if first.parse::<u32>().ok().map(|f| f + 1) == last.parse().ok() => format!("{first}, {last}"),
        (false, last) => format!("{first}–{last}"),
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(ru: &str) -> Titles {
        Titles::ru(ru)
    }

    #[test]
    fn a_path_goes_on_the_longest_path_before_it_and_not_the_line_above_it() {
        let paths =
            ["Рассмотрено", "Рассмотрено / решения", "Рассмотрено / определения", "Рассмотрено / решения / с отказом"];
        assert_eq!(under(&paths.map(Titles::ru)), [None, Some(0), Some(0), Some(1)]);
    }

    #[test]
    fn a_label_is_set_in_under_the_parent_that_stands_above_it() {
        let paths =
            ["Всего", "Всего / преступлений", "Всего / преступлений / тяжкие", "Всего / проступки", "Иное / всего"];
        let labels = nested(&paths.map(titles), true);
        let seen: Vec<(&str, u8)> = labels.iter().map(|(l, d)| (l.ru.as_str(), *d)).collect();
        assert_eq!(seen, [("Всего", 0), ("преступлений", 1), ("тяжкие", 2), ("проступки", 1), ("Иное: всего", 0)]);
    }

    #[test]
    fn what_all_paths_begin_with_is_not_said_in_each_line() {
        let paths = ["Всего", "Правонарушения / кража", "Правонарушения / грабёж", "Правонарушения / разбой / группой"];
        let labels = nested(&paths.map(titles), true);
        let seen: Vec<&str> = labels.iter().map(|(l, _)| l.ru.as_str()).collect();
        assert_eq!(seen, ["Всего", "кража", "грабёж", "разбой: группой"]);
    }

    #[test]
    fn a_table_may_leave_parents_unsaid() {
        let paths = ["Всего", "Глава 1 / Убийство", "Глава 6 / Кража / карманная"];
        let labels = nested(&paths.map(titles), false);
        let seen: Vec<&str> = labels.iter().map(|(l, _)| l.ru.as_str()).collect();
        assert_eq!(seen, ["Всего", "Убийство", "карманная"]);
    }

    #[test]
    fn a_label_of_another_language_is_marked() {
        let label = Titles::ru("Всего").with(Language::EN, "Total");
        assert_eq!(in_language(&label, Language::KK), "Всего [ru]");
        assert_eq!(in_language(&label, Language::EN), "Total");
        assert_eq!(in_language(&label, Language::RU), "Всего");
    }

    #[test]
    fn heads_that_are_alike_are_numbered() {
        let heads = ["Всего", "кража", "ВСЕГО", "Всего"].map(str::to_owned);
        assert_eq!(told_apart(heads.into_iter()), ["Всего", "кража", "ВСЕГО (2)", "Всего (3)"]);
    }

    #[test]
    fn codes_are_cited_as_ranges() {
        assert_eq!(cited(&["1", "2", "3", "5", "А", "7", "8"]), "1–3, 5, А, 7, 8");
        let odd = ["1", "3", "5", "7", "9", "11", "13", "15", "17"];
        assert_eq!(cited(&odd), "1, 3, 5, 7, 9, 11, 13, 15, …");
        assert_eq!(listed(&odd).len(), odd.len());
    }

    #[test]
    fn a_heading_that_ends_with_a_colon_gets_no_second_one() {
        assert_eq!(whole(&titles("в отношении: / служащих / министерств")).ru, "в отношении: служащих: министерств");
        assert_eq!(whole(&titles("Прерваны сроки / всего")).ru, "Прерваны сроки: всего");
    }
}
