//! The fixed texts that a lexicon has, each by a constant: a text that does not exist does not compile.

use super::{Dictionary, Lexicon};
use domain::{Measure, Severity, Titles};

/// A fixed text, which each lexicon has in its own language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedText(usize);

impl FixedText {
    /// The text in the language of a lexicon.
    #[must_use]
    pub fn of(self, lexicon: &Lexicon) -> &str {
        &lexicon.texts[self.0]
    }

    /// The text in every language of a dictionary.
    #[must_use]
    pub fn titles(self, words: &Dictionary) -> Titles {
        words.each(|lexicon| self.of(lexicon).to_owned())
    }

    /// The key of the text in the files of lexicons: that of `DUE_DAY` is `due_day`.
    #[must_use]
    pub fn key(self) -> String {
        NAMES[self.0].to_ascii_lowercase()
    }

    /// Every text, in the order of a lexicon.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..NAMES.len()).map(Self)
    }

    /// Whether the text may be empty: without words for a rule its finding speaks for itself.
    pub(super) fn may_be_empty(self) -> bool {
        NAMES[self.0].starts_with("RULE_")
    }

    /// Whether the text names a sheet.
    pub(super) fn names_sheet(self) -> bool {
        NAMES[self.0].starts_with("SHEET_")
    }

    /// Whether the text has to begin with a letter: a digit after a code of a page footer would be a font size.
    pub(super) fn begins_with_letter(self) -> bool {
        [PAGE, NO_COPY].contains(&self)
    }
}

macro_rules! fixed_texts {
    ($($name:ident),+ $(,)?) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the constants below have the same names")]
        #[derive(Clone, Copy)]
        enum Index {
            $($name),+
        }

        $(pub const $name: FixedText = FixedText(Index::$name as usize);)+

        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

fixed_texts! {
    // Heads of columns.
    INDICATOR, METRIC, OF_WHAT, REGION, AGENCY, MEASURE, CHANGE, GROWTH, SHARE, POINTS, RATE, RANK, MARKS, FORM,
    FIGURES, REASON, DUE, NUMBER, TABLE, TABLE_TITLE, LINE, COLUMN, WAS, IS, DIFFERENCE, WEIGHT, PLACE,
    EXPECTED, FOUND, RULE, COUNT, SUM, CODE, CHART_CATEGORY, CHART_SERIES, CHART_VALUE,
    // Places.
    REPUBLIC, ALL_AGENCIES, SEVERAL_REGIONS, AND, FORMER_BORDERS,
    // Units of measure.
    MEASURE_COUNT, MEASURE_PERSONS, MEASURE_THOUSAND_TENGE, MEASURE_DAYS,
    // Above and below tables.
    SAME_PERIOD, KEY_FIGURES, SUMMARY_SOURCE, MEASURE_IN_LINE, MEASURE_IN_HEAD, SUMMED_REPUBLIC,
    NOT_IN_DOCUMENTS, MIXED_REPUBLIC, NO_REPUBLIC, NO_SECTION, NO_FIGURES_OF_TABLE, NO_FIGURES, SUPPLEMENT,
    SHOWN_BELOW, NOT_PRINTED, BACK, TREND,
    // Charts in words.
    BARS, CURVES, LEFT_OUT_NESTED, LEFT_OUT_MEASURE, LEFT_OUT_ABSENT, LEFT_OUT_ZERO, LEFT_OUT_NEGATIVE,
    LEFT_OUT_BROKEN,
    // The notes.
    DEFINITIONS, SOURCES, BORDERS, INCOMPARABLE, LEGEND, LEGEND_X, LEGEND_C, LEGEND_Z, LEGEND_P, LEGEND_R,
    LEGEND_B, NOTE_CUMULATIVE, NOTE_AGO, NOTE_GROWTH, NOTE_QUARTER, NOTE_REPUBLIC, NOTE_RU, EDITIONS,
    OF_SERVICE,
    // Why something is not there.
    COMPLETENESS_OF_FIGURES, FOR_COMPARISON, ABSENT_NOT_ASKED, ABSENT_NOT_THERE, ABSENT_HELD, ABSENT_REFUSED,
    ABSENT_DENIED, ABSENT_NO_ANSWER, NOT_COME, NOT_COME_BY_TERM, NOT_DUE,
    // Rows and columns whose place in a document is not established.
    PART_SECTION, PART_ROW, PART_COLUMN, DOUBT_MISSING, DOUBT_TWICE, DOUBT_NO_HEADING, DOUBT_ANOTHER_LINE,
    DOUBT_ANOTHER_SUBJECT, DOUBT_EQUAL_HEADINGS, DOUBT_REWORDED, DOUBT_SECTION_TWICE,
    // What changed since an earlier issue.
    CHANGES_TITLE, CHANGES_SOURCE, CHANGES_MEASURE, TABLE_CAME, TABLE_GONE, LINE_CAME, LINE_GONE,
    FIRST_ISSUE_LABEL,
    // The cover.
    COLLECTION, PERIOD, ACT, NOT_IN_FORCE, DUE_DAY, GENERATED, EDITION, FIRST_ISSUE, COMPLETENESS, INCOMPLETE,
    WITHOUT_COMPARISON, MISSING_FORMS, CONTACT, CONTACT_UNSAID, CONTENT_ID, COPY, NO_COPY, ABOUT, CONTENTS_LINK,
    DRAFT, DRAFT_MEANING, SAMPLE_MEANING,
    // Other pages.
    CONTENTS, NOTES, FINDINGS, ERRORS, WARNINGS, INFOS, NO_FINDINGS, OVERRIDES, UNPRINTED, CONTROL_TITLE,
    CONTROL_MEANING, CHART_TITLE, CHART_MEANING, CHARTS_NOT_PRINTED, NOT_PRINTED_TABLES, PAGE, OF,
    // How grave a finding is.
    SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_INFO,
    // What the rules of every form say; the finding's own English words follow. An empty text: these words alone.
    RULE_EDITION, RULE_SHAPE, RULE_IDENTITY, RULE_COMPARISON_DOUBTFUL, RULE_NO_COMPARISON, RULE_MISSING,
    RULE_OPENING, RULE_CONTINUITY, RULE_TWINS, RULE_PLAUSIBILITY, RULE_REPUBLIC, RULE_SERVICE,
    // Names of sheets: 1 to 25 letters, none of [ ] : * ? / \ ', no two the same.
    SHEET_COVER, SHEET_CHANGES, SHEET_KEY_FIGURES, SHEET_CONTENTS, SHEET_NOTES, SHEET_QUALITY, SHEET_CONTROL,
    SHEET_CHART_FIGURES, SHEET_DYNAMICS, SHEET_REGIONS, SHEET_AGENCIES, SHEET_STRUCTURE, SHEET_QUARTER,
    SHEET_SERIES, SHEET_SECTION, SHEET_REGIONS_ACROSS, SHEET_AGENCIES_ACROSS, SHEET_MISSING,
    // The distribution list.
    LIST, LIST_ALL, LIST_COLLECTION, LIST_CONTENT, LIST_ORGAN, LIST_PARCELS, LIST_COPIES, LIST_HANDED,
    LIST_NUMBERS, LIST_WAY, LIST_STATE, LIST_DAY, LIST_SIGNATURE, LIST_AGAIN, LIST_OTHER_ADDRESSES, LIST_TOTAL, LIST_LATER, LIST_MADE,
    LIST_CHECKED, LIST_FILE, LIST_SHEET, LIST_PAGE,
    // What became of a parcel.
    STATE_QUEUED, STATE_SENDING, STATE_HANDED, STATE_BOUNCED, STATE_FAILED, STATE_UNCERTAIN, STATE_WITHDRAWN,
    STATE_ACKNOWLEDGED,
    // How a parcel goes.
    WAY_FOLDER, WAY_MAIL, WAY_TRIAL,
}

/// The unit of measure in words.
#[must_use]
pub const fn measure(measure: Measure) -> FixedText {
    match measure {
        Measure::Count => MEASURE_COUNT,
        Measure::Persons => MEASURE_PERSONS,
        Measure::ThousandTenge => MEASURE_THOUSAND_TENGE,
        Measure::Days => MEASURE_DAYS,
    }
}

/// How grave a finding is, in words.
#[must_use]
pub const fn severity(severity: Severity) -> FixedText {
    match severity {
        Severity::Error => SEVERITY_ERROR,
        Severity::Warning => SEVERITY_WARNING,
        Severity::Info => SEVERITY_INFO,
    }
}

/// What a rule that holds for every form says, by the first words of its name.
#[must_use]
pub fn common_rule(rule: &str) -> Option<FixedText> {
    const RULES: [(&str, FixedText); 12] = [
        ("shape.edition", RULE_EDITION),
        ("shape.", RULE_SHAPE),
        ("identity", RULE_IDENTITY),
        ("comparison.doubtful", RULE_COMPARISON_DOUBTFUL),
        ("missing.comparison", RULE_NO_COMPARISON),
        ("missing.", RULE_MISSING),
        ("continuity.opening", RULE_OPENING),
        ("continuity", RULE_CONTINUITY),
        ("twins", RULE_TWINS),
        ("plausibility", RULE_PLAUSIBILITY),
        ("regions.sum", RULE_REPUBLIC),
        ("service", RULE_SERVICE),
    ];
    RULES.iter().find(|(opening, _)| rule.starts_with(opening)).map(|(_, text)| *text)
}
