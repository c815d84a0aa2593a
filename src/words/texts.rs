//! The fixed texts that a lexicon has, each by a constant: a text that does not exist does not compile.

use super::{Dictionary, Lexicon};
use domain::{Measure, Titles};

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
    FIGURES, REASON, DUE, NUMBER, TABLE, TABLE_TITLE, LINE, COLUMN, WAS, IS, DIFFERENCE, COUNT, SUM, CODE, CHART_CATEGORY, CHART_SERIES, CHART_VALUE,
    // Places.
    REPUBLIC, ALL_AGENCIES, SEVERAL_REGIONS, AND, FORMER_BORDERS,
    // Units of measure.
    MEASURE_COUNT, MEASURE_PERSONS, MEASURE_THOUSAND_TENGE, MEASURE_DAYS,
    // Above and below tables.
    SAME_PERIOD, KEY_FIGURES, SUMMARY_SOURCE, MEASURE_IN_LINE, MEASURE_IN_HEAD, SUMMED_REPUBLIC,
    NOT_IN_DOCUMENTS, MIXED_REPUBLIC, NO_REPUBLIC, NO_SECTION, NO_FIGURES_OF_TABLE, NO_FIGURES, SUPPLEMENT,
    SHOWN_BELOW, NOT_PRINTED, NOTHING_TO_PRINT, BACK, TREND,
    // The analytical text.
    ANALYSIS, ANALYSIS_BY_RULES, COMMENT, PARTS_DO_NOT_ADD_UP, COMPARISON_IN_DOUBT,
    // Charts in words.
    BARS, CURVES, LEFT_OUT_NESTED, LEFT_OUT_MEASURE, LEFT_OUT_ABSENT, LEFT_OUT_ZERO, LEFT_OUT_NEGATIVE,
    LEFT_OUT_BROKEN,
    // Maps.
    MAP_NUMBER, MAP_CLASS, MAP_BELOW, MAP_HEADING, MAP_METHOD, MAP_TILES, MAP_OUTLINES, MAP_NO_FIGURE,
    // The notes.
    DEFINITIONS, METHODOLOGY, REVISION_POLICY, SOURCES, BORDERS, INCOMPARABLE, LEGEND, LEGEND_X, LEGEND_C, LEGEND_Z, LEGEND_P, LEGEND_R,
    LEGEND_B, NOTE_CUMULATIVE, NOTE_AGO, NOTE_GROWTH, NOTE_QUARTER, NOTE_REPUBLIC, NOTE_RU, NOTE_CHECKED,
    NOTE_REVISED, NOTE_CORRECTED, NOTE_LATE, EDITIONS,
    OF_SERVICE,
    // Why something is not there.
    COMPLETENESS_OF_FIGURES, FOR_COMPARISON, ABSENT_NOT_ASKED, ABSENT_NOT_THERE, ABSENT_HELD, ABSENT_REFUSED,
    ABSENT_DENIED, ABSENT_NO_ANSWER, NOT_COME, NOT_COME_BY_TERM, NOT_DUE,
    // Rows and columns whose place in a document is not established.
    PART_SECTION, PART_ROW, PART_COLUMN, DOUBT_MISSING, DOUBT_TWICE, DOUBT_NO_HEADING, DOUBT_ANOTHER_LINE,
    DOUBT_ANOTHER_SUBJECT, DOUBT_EQUAL_HEADINGS, DOUBT_REWORDED, DOUBT_SECTION_TWICE,
    // What changed since an earlier issue.
    CHANGES_TITLE, CHANGES_SOURCE, CHANGES_MEASURE, TABLE_CAME, TABLE_GONE, LINE_CAME, LINE_GONE,
    COMMENT_CAME, COMMENT_CHANGED, COMMENT_GONE, FIRST_ISSUE_LABEL,
    // The cover.
    COLLECTION, PERIOD, ACT, NOT_IN_FORCE, DUE_DAY, NEXT_ISSUE, NEXT_MAY_MOVE, GENERATED, EDITION, FIRST_ISSUE, COMPLETENESS, INCOMPLETE,
    WITHOUT_COMPARISON, MISSING_FORMS, CONTACT, CONTACT_UNSAID, CONTENT_ID, COPY, NO_COPY, ABOUT, CONTENTS_LINK,
    DRAFT, DRAFT_MEANING, SAMPLE_MEANING,
    // Other pages.
    CONTENTS, NOTES, FINDINGS, ERRORS, WARNINGS, INFOS, NO_FINDINGS, OVERRIDES, UNPRINTED, FULL_LIST, CONTROL_TITLE,
    CONTROL_MEANING, CHART_TITLE, CHART_MEANING, CHARTS_NOT_PRINTED, NOT_PRINTED_TABLES, PAGE, OF,
    // The quality page: what was found by each rule, why it may be so, and whom to ask.
    RULE_EDITION, RULE_SHAPE, RULE_FIGURE, RULE_IDENTITY, RULE_COMPARISON_DOUBTFUL, RULE_NO_COMPARISON,
    RULE_MISSING, RULE_LOST, RULE_OPENING, RULE_CONTINUITY, RULE_TWINS, RULE_REPEATED, RULE_PLAUSIBILITY,
    RULE_REPUBLIC, RULE_SERVICE, RULE_CORRECTED, RULE_BALANCE, RULE_OTHER,
    WHY_EDITION, WHY_SHAPE, WHY_FIGURE, WHY_IDENTITY, WHY_COMPARISON_DOUBTFUL, WHY_NO_COMPARISON, WHY_MISSING,
    WHY_LOST, WHY_OPENING, WHY_CONTINUITY, WHY_TWINS, WHY_REPEATED, WHY_PLAUSIBILITY, WHY_REPUBLIC, WHY_SERVICE,
    WHY_CORRECTED, WHY_BALANCE, WHY_OTHER, ASK_SENDER, ASK_OFFICE,
    // Names of sheets: 1 to 25 letters, none of [ ] : * ? / \ ', no two the same.
    SHEET_COVER, SHEET_CHANGES, SHEET_KEY_FIGURES, SHEET_ANALYSIS, SHEET_CONTENTS, SHEET_NOTES, SHEET_QUALITY, SHEET_CONTROL,
    SHEET_CHART_FIGURES, SHEET_DYNAMICS, SHEET_REGIONS, SHEET_MAP, SHEET_AGENCIES, SHEET_STRUCTURE, SHEET_QUARTER,
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
    // PX, and names in the structure of SDMX-CSV.
    NOT_IN_TABLE, SDMX_FREQ, SDMX_ROW, SDMX_COLUMN, SDMX_SPAN, SDMX_MULTIPLIER, SDMX_STATUS, SDMX_CONFIDENTIALITY,
    SDMX_ORIGIN, SDMX_STATE, SDMX_LINE, SDMX_HEAD, SDMX_MONTHLY, SDMX_QUARTERLY, SDMX_HALF_YEARLY, SDMX_ANNUAL,
    SDMX_CUMULATIVE, SDMX_QUARTER, SDMX_ONES, SDMX_THOUSANDS, SDMX_TENGE, SDMX_NORMAL, SDMX_FREE, SDMX_REAL,
    SDMX_COMPLETE,
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

/// What the quality page says about the findings of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleTexts {
    /// What was found.
    pub what: FixedText,
    /// Why it may be so.
    pub why: FixedText,
    /// Whom to ask.
    pub ask: FixedText,
}

const fn rule(what: FixedText, why: FixedText, ask: FixedText) -> RuleTexts {
    RuleTexts { what, why, ask }
}

/// The texts of a rule, by how its name begins; `stated`: a form's template states the rule.
#[must_use]
pub fn rule_texts(name: &str, stated: bool) -> RuleTexts {
    const RULES: [(&str, RuleTexts); 15] = [
        ("shape.edition", rule(RULE_EDITION, WHY_EDITION, ASK_OFFICE)),
        ("shape.", rule(RULE_SHAPE, WHY_SHAPE, ASK_SENDER)),
        ("figure.", rule(RULE_FIGURE, WHY_FIGURE, ASK_SENDER)),
        ("identity.", rule(RULE_IDENTITY, WHY_IDENTITY, ASK_SENDER)),
        ("comparison.doubtful", rule(RULE_COMPARISON_DOUBTFUL, WHY_COMPARISON_DOUBTFUL, ASK_OFFICE)),
        ("missing.comparison", rule(RULE_NO_COMPARISON, WHY_NO_COMPARISON, ASK_OFFICE)),
        ("missing.", rule(RULE_MISSING, WHY_MISSING, ASK_SENDER)),
        ("lost.", rule(RULE_LOST, WHY_LOST, ASK_SENDER)),
        ("continuity.opening", rule(RULE_OPENING, WHY_OPENING, ASK_SENDER)),
        ("continuity.", rule(RULE_CONTINUITY, WHY_CONTINUITY, ASK_SENDER)),
        ("twins.period", rule(RULE_REPEATED, WHY_REPEATED, ASK_SENDER)),
        ("twins", rule(RULE_TWINS, WHY_TWINS, ASK_SENDER)),
        ("plausibility", rule(RULE_PLAUSIBILITY, WHY_PLAUSIBILITY, ASK_SENDER)),
        ("regions.sum", rule(RULE_REPUBLIC, WHY_REPUBLIC, ASK_OFFICE)),
        ("service.", rule(RULE_SERVICE, WHY_SERVICE, ASK_OFFICE)),
    ];
    if stated {
        return rule(RULE_BALANCE, WHY_BALANCE, ASK_SENDER);
    }
    if name.ends_with(".corrected") {
        return rule(RULE_CORRECTED, WHY_CORRECTED, ASK_OFFICE);
    }
    let known = RULES.iter().find(|(opening, _)| name.starts_with(opening));
    known.map_or(rule(RULE_OTHER, WHY_OTHER, ASK_OFFICE), |(_, texts)| *texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_for_every_form_has_texts_of_its_own() {
        for general in domain::GENERAL_RULES {
            assert_ne!(rule_texts(general.id, false).what, RULE_OTHER, "{}", general.id);
        }
        assert_eq!(rule_texts("1-m.corrected", false).what, RULE_CORRECTED);
        assert_eq!(rule_texts("1-m.r1.severity", true).what, RULE_BALANCE);
        assert_eq!(rule_texts("1-m.gone", false).what, RULE_OTHER);
    }
}
