//! The rules that the program applies to every form, beside those that a form's template states. In: nothing. Out: each
//! rule's id and meaning. This module does not know how a rule is checked.

/// A rule for every form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneralRule {
    pub id: &'static str,
    /// What a finding of this rule means.
    pub says: &'static str,
}

/// Looks up a rule for every form.
#[must_use]
pub fn general_rule(id: &str) -> Option<&'static GeneralRule> {
    GENERAL_RULES.iter().find(|rule| rule.id == id)
}

const fn rule(id: &'static str, says: &'static str) -> GeneralRule {
    GeneralRule { id, says }
}

/// Every rule for every form, by id. A finding of `<form>.corrected` is no rule: it shows a person's correction.
pub const GENERAL_RULES: &[GeneralRule] = &[
    rule("comparison.doubtful", "A document of an earlier period, which is shown for comparison, has errors."),
    rule("continuity.flow", "A cumulative figure fell within the year; figures are cumulative from 1 January."),
    rule("continuity.opening", "The opening stock changed within the year; it is the same in every period of a year."),
    rule("figure.doubtful", "A cell can be read as more than one number; it is kept as text."),
    rule("figure.footnote", "A number has raised digits, which were read as a footnote."),
    rule("figure.formula", "A cell has a formula without its result; it is blank."),
    rule("figure.invisible", "A number has invisible characters, which were left out."),
    rule("figure.kind", "A cell contains a date, a logical value or an error of a spreadsheet, which is not a figure."),
    rule("figure.more", "A section has more cells that are not plain numbers than are listed one by one."),
    rule("figure.no-decimal", "A number is too large, or has more than three decimals; it is kept as text."),
    rule(
        "figure.noise",
        "Numbers differ from a decimal by less than a millionth, as sums of doubles do; they were rounded.",
    ),
    rule("figure.number-as-text", "Numbers are stored as text; they were read as numbers."),
    rule("figure.text", "A word is written where a figure belongs."),
    rule("identity.conflict", "A document that waits for a person contradicts the figures in use."),
    rule("identity.disagreement", "File name, properties and content of a document disagree about what it is."),
    rule("identity.edition", "A document states no edition of its form."),
    rule("identity.held", "A document waits for a person and was not checked."),
    rule("identity.release", "A document carries no release number."),
    rule("lost.cell", "A cell is blank in a section that prints its zeros; the figure may be lost."),
    rule("lost.column", "A column is zero or blank, although it had figures or other units have them."),
    rule("lost.row", "A row is zero or blank, although it had figures or other units have them."),
    rule("lost.section", "A section is zero or blank, although it had figures or other units have them."),
    rule("lost.zeros", "Every figure of a document is zero, although earlier documents or other units have figures."),
    rule("missing.agency", "The document of an agency has not come."),
    rule("missing.comparison", "A document of an earlier period, which a collection compares with, is missing."),
    rule("missing.region", "The document of a region has not come."),
    rule("missing.republic", "The document of the republic has not come."),
    rule("missing.total", "Documents of single agencies came, but not that of all agencies together."),
    rule("plausibility", "A figure is more than five times, or less than a fifth of, that of a year before."),
    rule("regions.sum", "The republic is not the sum of its regions."),
    rule("service.bom", "The answer of a service begins with a byte-order mark, which was left out."),
    rule("service.columns-missing", "An answer lacks many columns of a section; it may be of another form."),
    rule(
        "service.columns-unknown",
        "An answer has numbered columns that the form does not have; it may be of another form.",
    ),
    rule("service.key-alike", "A key of an answer was taken for a column by its likeness."),
    rule("service.key-ambiguous", "A key of an answer fits two columns and was used for neither."),
    rule("service.key-missing", "Rows of an answer lack the key of a column."),
    rule("service.key-twice", "A key occurs twice in one row of an answer."),
    rule("service.key-unknown", "A key of an answer is not in the form's template."),
    rule("service.member-unknown", "Next to its rows an answer has members that were not used."),
    rule("service.no-row", "An element of an answer's list is not a row."),
    rule("service.outcome-unclear", "Next to its rows an answer has a word that may mean that the request failed."),
    rule("service.period", "Rows of an answer are of another period."),
    rule("service.period-unclear", "A field of an answer that may state the period cannot be compared with it."),
    rule("service.region-absent", "An answer has no row of a unit."),
    rule("service.region-ambiguous", "A region's name in an answer fits more than one unit."),
    rule("service.region-early", "An answer has a row of a unit that did not exist yet."),
    rule("service.region-field", "The field with the region is missing; the region was taken from another field."),
    rule("service.region-missing", "A row of an answer does not state its region."),
    rule("service.region-twice", "A row of an answer states two regions, or a region has two rows."),
    rule("service.region-unknown", "A region's name in an answer is of no known unit."),
    rule("service.row-failure", "A row of an answer is a message about a failure."),
    rule("service.section-missing", "No row of an answer has a column of a section."),
    rule("service.total", "An answer states another number of rows than came."),
    rule(
        "shape.alternate",
        "A part of a workbook has different cells for different programs; those that Excel shows were read.",
    ),
    rule("shape.below", "A line below the last row with a code was left out."),
    rule("shape.code", "A line carries a code that its heading does not fit, or a code of another line."),
    rule("shape.code-spelled", "Codes are spelled otherwise and were read all the same."),
    rule("shape.column", "A column is missing, not described, or not used because its place is in doubt."),
    rule("shape.column-twice", "A column number occurs twice in a section."),
    rule("shape.column-without-number", "A column has no number."),
    rule("shape.columns", "The columns of a section differ from those of its edition."),
    rule("shape.columns-below", "Columns are printed below the others; they were joined by the codes of the rows."),
    rule("shape.columns-spelled", "The row of column numbers is spelled otherwise; the columns were counted from it."),
    rule("shape.edition", "The edition of a document is not described, or a section differs from the nearest edition."),
    rule("shape.edition-changed", "A section changed with the edition of the document, as the template describes."),
    rule(
        "shape.edition-unknown",
        "The edition of a document is not described; it was read where it agrees with a known one.",
    ),
    rule("shape.empty", "A document has no figure."),
    rule("shape.form", "The form's template describes no sections, so its figures are not checked."),
    rule("shape.header-again", "The header is printed again within a table; those rows were left out."),
    rule("shape.measure", "A figure is a fraction or below zero in a column that counts."),
    rule("shape.merged", "Cells of figures are merged; it is not known which of them the figure belongs to."),
    rule("shape.outside", "Figures are outside the numbered columns or the coded rows."),
    rule("shape.row", "A row is missing, not described, or not used because its place is in doubt."),
    rule("shape.row-twice", "A row code occurs twice in a section."),
    rule("shape.row-without-code", "A row has no code."),
    rule("shape.rows", "The rows of a section differ from those of its edition."),
    rule("shape.section", "A section is missing, twice in the document, or not described by the template."),
    rule("shape.section-doubtful", "A sheet could be read as more than one section."),
    rule("shape.section-missing", "A section of the form is not in the document."),
    rule("shape.section-retitled", "A section was recognised by its rows and columns; its title is another one."),
    rule("shape.section-rivals", "More than one table of a document is the same section."),
    rule("shape.section-unknown", "A sheet is not a section that the template describes."),
    rule("shape.sheet-extra", "A sheet is not a section; it was left out."),
    rule("shape.sheet-hidden", "A sheet is hidden; it was read like the others."),
    rule("shape.sheet-unread", "A sheet could not be read and was left out."),
    rule("shape.text", "A text is written where a number is expected."),
    rule("shape.unit", "A document is about a unit that did not exist in its period."),
    rule("shape.wording", "Headings are worded otherwise than in the template."),
    rule("twins", "Two units have the same figures; one of the documents may have come under the other's name."),
    rule("twins.period", "Every figure is that of an earlier period; one of them may be the other period's document."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WEIGHED_BY_OFFICE;

    #[test]
    fn the_rules_are_in_order_and_contain_those_that_an_office_weighs() {
        assert!(GENERAL_RULES.is_sorted_by(|one, next| one.id < next.id));
        assert!(WEIGHED_BY_OFFICE.iter().all(|id| general_rule(id).is_some()));
        assert!(GENERAL_RULES.iter().all(|rule| rule.says.ends_with('.')));
    }
}
