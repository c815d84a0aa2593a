//! The phrases that a lexicon has: patterns with `{placeholders}`, each filled by a function of its own, so that a
//! phrase that does not exist, or a value too few, does not compile.

use std::fmt::{Display, Write as _};

use super::Lexicon;

/// A pattern taken apart: texts, and places for values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The value at this place of the phrase.
    Value(usize),
}

impl Pattern {
    /// Takes a pattern apart; `values` are the names that it has to have in braces, each once or more often.
    ///
    /// # Errors
    /// What is wrong with the braces.
    pub fn parse(pattern: &str, values: &[&str]) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while let Some((text, after)) = rest.split_once(['{', '}']) {
            let opens = rest.as_bytes()[text.len()] == b'{';
            let Some((name, behind)) = after.split_once('}').filter(|(name, _)| opens && !name.contains('{')) else {
                return Err(format!("`{pattern}` has a brace too many or too few"));
            };
            let Some(place) = values.iter().position(|value| *value == name) else {
                let near = domain::known_instead(name, values.iter().copied());
                return Err(format!("`{{{name}}}` is not a placeholder of this phrase; {near}"));
            };
            pieces.extend([Piece::Text(text.to_owned()), Piece::Value(place)]);
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let has = |place: &usize| pieces.contains(&Piece::Value(*place));
        match (0..values.len()).find(|place| !has(place)) {
            Some(place) => Err(format!("the placeholder `{{{}}}` is missing", values[place])),
            None => Ok(Self(pieces)),
        }
    }

    fn filled(&self, values: &[&dyn Display]) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                // A text takes whatever is written into it.
                Piece::Value(place) => drop(write!(text, "{}", values[*place])),
            }
        }
        text
    }

    /// The whole numbers at the places of the values in a text that begins as the filled phrase does, and what follows
    /// it.
    fn read<'t>(&self, text: &'t str, numbers: &mut [u32]) -> Option<&'t str> {
        let mut rest = text;
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => rest = rest.strip_prefix(piece.as_str())?,
                Piece::Value(place) => {
                    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                    numbers[*place] = rest[..digits].parse().ok()?;
                    rest = &rest[digits..];
                }
            }
        }
        Some(rest)
    }

    /// The text before the first value.
    fn opening(&self) -> &str {
        if let Some(Piece::Text(text)) = self.0.first() { text } else { "" }
    }

    /// Whether the phrase begins with a letter.
    pub fn begins_with_letter(&self) -> bool {
        self.opening().starts_with(char::is_alphabetic)
    }
}

/// A phrase as the files of lexicons have it: its key, and the names in its braces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase {
    pub key: &'static str,
    pub values: &'static [&'static str],
}

impl Phrase {
    /// Whether the phrase has to begin with a letter: a digit after a code of a page footer would be a font size.
    pub fn begins_with_letter(self) -> bool {
        self.key == "copy_of"
    }
}

macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident($($value:ident),+);)+) => {
        #[expect(non_camel_case_types, reason = "the functions below have the same names")]
        #[derive(Clone, Copy)]
        enum Index {
            $($name),+
        }

        /// Every phrase, in the order of a lexicon.
        pub(super) const PHRASES: &[Phrase] = &[$(
            Phrase { key: stringify!($name), values: &[$(stringify!($value)),+] }
        ),+];

        impl Lexicon {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $name(&self, $($value: &dyn Display),+) -> String {
                    self.phrases[Index::$name as usize].filled(&[$($value),+])
                }
            )+
        }
    };
}

phrases! {
    /// Tenths as a percentage: `{number}%`.
    percent(number);
    /// What more than doubled: `{number} times`.
    times(number);
    /// A day: `{day} {month} {year}`.
    date(day, month, year);
    /// From the first month to the last: `{first}–{last}`.
    months(first, last);
    /// The months of a year, in a sentence: `{months} {year}`.
    span(months, year);
    /// The same in the head of a column: `{months} {year}`.
    span_short(months, year);
    /// The same in a title: `{months} {year}`.
    span_in_line(months, year);
    /// The same months of several years: `{months} of {from}–{to}`.
    span_of_years(months, from, to);
    /// A quarter alone: `{quarter} {year}`.
    quarter(quarter, year);
    /// The same in a sentence: `{quarter} {year}`.
    quarter_in_full(quarter, year);
    /// A month alone, and the first and last of several, as the time of a sentence: `in {first}–{last} {year}`.
    in_month(month, year);
    in_months(first, last, year);
    /// The same after "than", as the analytical text compares them.
    than_month(month, year);
    than_months(first, last, year);
    /// A figure that is lower than a year before, by so many per cent: `{time}, {said}, down {percent} from {than} ({ago}).`.
    analysis_less(time, said, percent, than, ago);
    /// The same of a higher one.
    analysis_more(time, said, percent, than, ago);
    /// The same by a number, where there is no percentage.
    analysis_less_by(time, said, change, than, ago);
    analysis_more_by(time, said, change, than, ago);
    /// A figure that more than doubled; `times` is [`Lexicon::times`].
    analysis_times(time, said, times, than, ago);
    /// A figure that did not change.
    analysis_same(time, said, than);
    /// Parts of a change, the largest first: `Contributions to the fall, largest first: {parts}.`.
    contributions_fall(parts);
    contributions_rise(parts);
    /// Parts that changed the other way.
    contributions_against(parts);
    /// A part and its change: `{part}, {change}`.
    contribution(part, change);
    /// A sentence that is left out: `Left out: {what}: {why}.`.
    left_out(what, why);
    /// The same about the parts of a change.
    left_out_parts(what, why);
    /// Why it is: `no figure for {time}`.
    no_figure_of(time);
    /// The heading of what a person wrote: `Comment of {author}`.
    comment_of(author);
    /// The one figure that a table shows of each region: `Indicator: {indicator}.`.
    one_indicator(indicator);
    /// A figure beside that of the year before: `{label}: {now}; {time}: {ago}; change: {growth}.`.
    compared(label, now, time, ago, growth);
    /// The regions with the most and the fewest: `The most: {most} ({high}), the fewest: {fewest} ({low}).`.
    the_most(most, high, fewest, low);
    /// The regions with the highest and the lowest level.
    the_highest(highest, high, lowest, low);
    /// The largest part of a whole, with its percentage: `The largest part: {label}: {now}, {share}.`.
    the_largest(label, now, share);
    /// How many lines a chart shows, of how many: `{shown} largest of {of}`.
    largest_of(shown, of);
    /// What a chart leaves out: `Not in the chart: {lines}.`.
    chart_without(lines);
    /// Lines of a kind, with their number: `{what} — {count}`.
    counted_lines(what, count);
    /// The title of a table: `Table {number}. {title}`.
    numbered_table(number, title);
    /// Where the figures of a table come from.
    source(form, section, rows, columns);
    /// The unit of measure of a whole table: `Unit of measure: {unit}.`.
    measured_in(unit);
    /// Regions whose borders changed: `Borders changed between the periods compared: {names}.`.
    borders_changed(names);
    /// An earlier period is shown: `The form of the period has not come; the figures are those of {time}.`.
    provisional(time);
    /// Lines that are left out: `Lines without figures that are left out: {count}.`.
    silent(count);
    /// Columns that are left out: `Columns without figures that are left out: {columns}.`.
    columns_left_out(columns);
    /// Years without figures, whose columns are left out.
    years_left_out(times);
    /// Why a quarter alone cannot be computed: the documents of an earlier period have not come.
    no_quarter_base(time);
    /// Why a table is not printed: `more than {pages} pages`.
    too_many_pages(pages);
    /// A row or column whose place is not established: `{place}, {time} (edition {edition}): {why}.`.
    unclear(place, time, edition, why);
    /// More of these: `More rows and columns whose place is not established: {count}.`.
    more_unclear(count);
    /// An earlier period with errors.
    doubted(time);
    /// A heading that changed its meaning: `The definition changed: “{is}”; {time}: “{was}”.`.
    definition_changed(is, time, was);
    /// What a map shows: `The map shows the level per 10,000 inhabitants; population of: {dates}.`.
    map_of_levels(dates);
    /// A map of the figures themselves.
    map_of_values(unit);
    /// The same, because the inhabitants of some regions are not known.
    map_without_population(unit);
    /// How many classes a map has, where it has fewer than five.
    map_few(count);
    /// A class by its number: `Class {class}`.
    map_class_name(class);
    /// The bounds of a class and how many regions it has: `{lowest}–{highest}; regions: {count}`.
    map_class_range(lowest, highest, count);
    /// The same of one value, or of the regions without one.
    map_class_value(value, count);
    /// Why there is no map: `No map: {why}.`.
    no_map(why);
    /// Too few regions have a value that is large enough.
    map_small(asked, least);
    /// In the documents of these regions the place of the figure is not established.
    map_unestablished(names);
    /// These regions have no tile.
    map_without_tile(names);
    /// Regions that did not exist at the end of the period.
    map_not_yet(names);
    /// A map for those who do not see it.
    map_in_words(title, high, highest, low, lowest);
    /// Figures with their count; the form of the noun depends on it ([`Lexicon::figures`]).
    figures_one(count);
    figures_few(count);
    figures_many(count);
    /// Places with their count, in the same way.
    places_one(count);
    places_few(count);
    places_many(count);
    /// What a rule found, and how often: `{what}: {count}.`.
    rule_found(what, count);
    /// A rule of a form that is broken: `Not met: “{rule}”`.
    rule_broken(rule);
    /// The form, or the forms, that findings are about.
    rule_form(form);
    rule_forms(forms);
    /// In whose documents: `Where: {names}.`.
    rule_where(names);
    /// Why it may be so: `Possible cause: {why}.`.
    rule_why(why);
    /// A title in quotation marks: `“{title}”`.
    quoted(title);
    /// A later issue: `revised issue No {number}`.
    revised_issue(number);
    /// What an indicator is: `{what}: form {form}, section {section}, row {row}, column {column}.`.
    defined_by(what, form, section, row, column);
    /// The least count of which a percentage is given.
    least_base(least);
    /// Small numbers of persons: `Counts of persons below {below} by region and agency are not published: [c].`.
    confidential_below(below);
    /// How much of a book is in its language: `Labels of rows and columns in English: {translated} of {of} ({share}).`.
    labels_translated(translated, of, share);
    /// Forms whose labels in this language are not the official wording.
    labels_not_official(forms);
    /// The counts of inhabitants: `Levels per 10,000 inhabitants use the population of: {dates}.`.
    population(dates);
    /// A region that was split from another: `{since}: {name} was formed, before that a part of {parent}.`.
    formed_from(since, name, parent);
    /// A region that was formed: `{since}: {name} was formed.`.
    formed(since, name);
    /// Tables in which figures cannot be compared.
    incomparable(tables);
    /// Tables in which definitions changed.
    redefined(tables);
    /// A form by its designation and its title: `{designation} “{title}”`.
    form_name(designation, title);
    /// Regions of a form that have not come: `{count} of {of} regions missing ({names})`.
    regions_missing(count, of, names);
    /// Agencies of a form that have not come: `agencies missing: {names}`.
    agencies_missing(names);
    /// What is missing of an earlier period: `{time} (missing: {names})`.
    missing_of(time, names);
    /// A list that is cut: `{names} and {count} more`.
    and_more(names, count);
    /// How many forms have come: `{come} of {expected} forms have come as a whole`.
    complete(come, expected);
    /// The act and its clause: `{act}, clause {clause}`.
    act_clause(act, clause);
    /// A due day that moved: `{due} (by the act {statutory}, a day off)`.
    due_by_act(due, statutory);
    /// When the next issue is due, and for which months: `{day} ({time})`.
    next_issue(day, time);
    /// The number of a copy; it begins with a letter: `Copy {number} of {of}`.
    copy_of(number, of);
    /// Two issues of a collection: `Issue {is} compared with issue {was}`.
    issue_compared(is, was);
    /// How many figures changed: `Figures that changed: {figures}; derived from them: {derived}.`.
    figures_changed(figures, derived);
    /// The title of a supplement: `{title}. Supplement No {number}`.
    supplement_title(title, number);
    /// Why there is a supplement: `came after the collection was issued: {forms}`.
    supplement_reason(forms);
    /// A repeated sending in the subject of a mail: `sent again (No {number})`.
    sent_again(number);
    /// The same at the beginning of the letter.
    sent_again_in_full(number);
}

impl Lexicon {
    /// What [`Lexicon::copy_of`] says whatever the numbers are: how it begins.
    #[must_use]
    pub fn opening_of_copy(&self) -> &str {
        self.phrases[Index::copy_of as usize].opening()
    }

    /// The numbers of a copy read back out of a text that begins with [`Lexicon::copy_of`], and what follows in the
    /// text.
    #[must_use]
    pub fn read_copy_of<'t>(&self, text: &'t str) -> Option<([u32; 2], &'t str)> {
        let mut numbers = [0; 2];
        let rest = self.phrases[Index::copy_of as usize].read(text, &mut numbers)?;
        Some((numbers, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_filled() {
        let pattern = Pattern::parse("{b} of {a}, {b}", &["a", "b"]).unwrap();
        assert_eq!(pattern.filled(&[&1, &"two"]), "two of 1, two");
        assert!(!pattern.begins_with_letter());
    }

    #[test]
    fn numbers_are_read_back_in_whatever_order_they_are_written() {
        let pattern = Pattern::parse("Of {of} copies no {number}", &["number", "of"]).unwrap();
        let mut numbers = [0; 2];
        assert_eq!(pattern.read("Of 7 copies no 3 · mia", &mut numbers), Some(" · mia"));
        assert_eq!((numbers, pattern.opening()), ([3, 7], "Of "));
        assert_eq!(pattern.read("Of 99999999999 copies no 3", &mut numbers), None);
        assert_eq!(pattern.read("Of 7 copies no", &mut numbers), None);
    }

    #[test]
    fn a_wrong_placeholder_is_refused_by_name() {
        let error = |pattern: &str| Pattern::parse(pattern, &["number", "title"]).unwrap_err();
        assert_eq!(error("{number}. {titel}"), "`{titel}` is not a placeholder of this phrase; did you mean `title`?");
        assert_eq!(error("{number}."), "the placeholder `{title}` is missing");
        for broken in ["{number} {title", "{number} {title}}", "{number} } {title}", "{{number} {title}"] {
            assert!(error(broken).contains("brace"), "{broken}: {}", error(broken));
        }
    }
}
