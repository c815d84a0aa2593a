//! The quality page: what has not come, what the checks found, what a person let pass.

use super::{
    Brief, Profile,
    contents::or_dash,
    cover::said,
    font_metrics::lines_in,
    names::Names,
    page::{Page, shortened},
    sheet::{CellContent, CellFormat, SheetPlan, Style, TablePlan},
};
use crate::theme::StyleRole;
use assemble::{QualityLine, labels};
use domain::Number;
use words::{Lexicon, texts};

/// Letters of a finding's explanation that are printed.
const LONGEST_RULE: usize = 240;
/// The indentation of explanations behind figures, in characters.
const INDENT: f64 = 1.8;
const WIDTHS: [f64; 8] = [17.0, 14.0, 24.0, 18.0, 14.0, 14.0, 13.0, 62.0];

/// Plans the quality page.
#[must_use]
pub fn sheet(brief: &Brief<'_>, names: &Names<'_>) -> SheetPlan {
    let (quality, lexicon) = (&brief.book.quality, brief.lexicon);
    let mut page =
        Page::new(brief, &names.quality, if quality.findings.is_empty() { vec![98.0] } else { WIDTHS.to_vec() });
    page.line(StyleRole::Title, 14.5, texts::FINDINGS.of(lexicon));
    let tally = &quality.tally;
    let counts = [(texts::ERRORS, tally.error), (texts::WARNINGS, tally.warning), (texts::INFOS, tally.info)];
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{}: {count}", word.of(lexicon))).collect();
    page.line(StyleRole::Scope, 11.5, &assemble::prose::capital(&counts.join("; ")));
    if quality.findings.is_empty() {
        page.line(StyleRole::Sentence, 10.0, texts::NO_FINDINGS.of(lexicon));
    }
    for missing in &brief.book.cover.missing {
        page.line(StyleRole::Sentence, 10.0, &said(missing, lexicon));
    }
    for decision in &quality.overrides {
        let text =
            format!("{}: {} — {} ({})", texts::OVERRIDES.of(lexicon), decision.rule, decision.reason, decision.by);
        page.line(StyleRole::Sentence, 10.0, &text);
    }
    page.link(texts::BACK.of(lexicon), &names.contents);
    if !quality.findings.is_empty() {
        page.gap();
        table(brief, names, &mut page);
    }
    if quality.unprinted > 0 {
        page.line(StyleRole::Note, 10.0, &format!("{}: {}.", texts::UNPRINTED.of(lexicon), quality.unprinted));
    }
    page.finished()
}

fn table(brief: &Brief<'_>, names: &Names<'_>, page: &mut Page) {
    let lexicon = brief.lexicon;
    let findings = &brief.book.quality.findings;
    let columns = [
        texts::WEIGHT,
        texts::FORM,
        texts::REGION,
        texts::PLACE,
        texts::EXPECTED,
        texts::FOUND,
        texts::DIFFERENCE,
        texts::RULE,
    ];
    page.sheet.table = Some(TablePlan {
        name: names.table("findings"),
        top: page.row(),
        lines: findings.len() as u32,
        columns: columns.map(|w| w.of(lexicon).to_owned()).to_vec(),
        filter: brief.profile == Profile::Working,
        alt: texts::FINDINGS.of(lexicon).to_owned(),
        right: vec![false, false, false, false, true, true, true, false],
    });
    if brief.profile == Profile::Working {
        page.sheet.frozen_rows = Some(page.row() + 1);
    }
    // One head has two lines.
    page.height(31.0);
    page.skip(1);
    for finding in findings {
        line(lexicon, finding, page);
    }
}

fn line(lexicon: &Lexicon, line: &QualityLine, page: &mut Page) {
    let (finding, language) = (&line.finding, lexicon.language());
    let weight = texts::severity(finding.severity);
    let place = [
        finding.section.as_ref().map(ToString::to_string),
        finding.row.as_ref().map(ToString::to_string),
        finding.column.as_ref().map(ToString::to_string),
    ];
    let place: Vec<String> = place.into_iter().map(|p| p.unwrap_or_else(|| "—".to_owned())).collect();
    // An explanation that lists many labels can take pages; `zhinaq check` prints it whole.
    let rule = shortened(&labels::in_language(&line.rule, language), LONGEST_RULE);
    let form = or_dash(line.designation.of(language));
    let texts = [weight.of(lexicon), form, line.unit.of(language), &place.join(" / ")];
    for (column, text) in texts.iter().enumerate() {
        page.put(column as u16, CellContent::Text((*text).to_owned()), Style::of(StyleRole::Label));
    }
    for (place, number) in [finding.expected, finding.found, finding.difference].into_iter().enumerate() {
        page.put(
            4 + place as u16,
            figure(number),
            Style { format: format(number), right: true, ..Style::of(StyleRole::Figure) },
        );
    }
    page.put(7, CellContent::Text(rule.clone()), Style { indent: 1, ..Style::of(StyleRole::Label) });
    let tall = texts.iter().zip(WIDTHS).map(|(text, width)| lines_in(text, width, false)).max().unwrap_or(1);
    page.lines(tall.max(lines_in(&rule, WIDTHS[7] - INDENT, false)));
    page.skip(1);
}

fn figure(number: Option<Number>) -> CellContent {
    number.map_or_else(|| CellContent::Text("—".to_owned()), |n| CellContent::Number(n.as_f64()))
}

fn format(number: Option<Number>) -> CellFormat {
    match number {
        Some(n) if n.is_whole() => CellFormat::Whole,
        Some(_) => CellFormat::Tenth,
        None => CellFormat::General,
    }
}
