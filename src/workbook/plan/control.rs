//! Control sums, by which a reader checks that the figures are those that were issued.

use super::{
    Brief, Profile,
    font_metrics::lines_in,
    names::Names,
    page::Page,
    sheet::{CellContent, CellFormat, SheetPlan, Style, TablePlan},
};
use crate::theme::StyleRole;
use assemble::{BookContent, labels};
use words::texts;

/// Excel shows fifteen significant digits; longer sums are written as text.
const LARGEST_SUM: f64 = 1e15;

const WIDTHS: [f64; 5] = [10.0, 47.0, 9.0, 15.0, 14.0];

/// Plans the control sums.
#[must_use]
pub fn sheet(brief: &Brief<'_>, content: &BookContent, names: &Names<'_>) -> SheetPlan {
    let (book, lexicon, language) = (brief.book, brief.lexicon, brief.language());
    let mut page = Page::new(brief, &names.control, WIDTHS.to_vec());
    page.line(StyleRole::Title, 14.5, texts::CONTROL_TITLE.of(lexicon));
    page.line(StyleRole::Sentence, 10.0, texts::CONTROL_MEANING.of(lexicon));
    page.line(StyleRole::Source, 10.0, &format!("{}: {}", texts::CONTENT_ID.of(lexicon), content.id));
    page.link(texts::BACK.of(lexicon), &names.contents);
    page.gap();
    let sums = &content.sums;
    let columns = [texts::NUMBER, texts::TABLE, texts::COUNT, texts::SUM, texts::CODE];
    page.sheet.table = Some(TablePlan {
        name: names.table("control"),
        top: page.row(),
        lines: sums.len() as u32,
        columns: columns.map(|w| w.of(lexicon).to_owned()).to_vec(),
        filter: false,
        alt: texts::CONTROL_MEANING.of(lexicon).to_owned(),
        right: vec![false, false, true, true, false],
    });
    if brief.profile == Profile::Working {
        page.sheet.frozen_rows = Some(page.row() + 1);
    }
    page.skip(1);
    for (sum, table) in sums.iter().zip(book.tables()) {
        let label = Style::of(StyleRole::Label);
        let figure = Style { right: true, ..Style::of(StyleRole::Figure) };
        let number = if table.number.is_empty() { "—" } else { table.number.as_str() };
        page.put(0, CellContent::Text(number.to_owned()), label);
        let title = labels::in_language(&table.title, language);
        page.lines(lines_in(&title, WIDTHS[1], false));
        page.put(1, CellContent::Text(title), label);
        page.put(2, CellContent::Number(sum.figures as f64), Style { format: CellFormat::Whole, ..figure });
        let (content, format) = match sum.sum {
            Some(total) if total.as_f64().abs() < LARGEST_SUM => (
                CellContent::Number(total.as_f64()),
                if total.is_whole() { CellFormat::Whole } else { CellFormat::Tenth },
            ),
            Some(total) => (CellContent::Text(total.to_string()), CellFormat::General),
            None => (CellContent::Text("—".to_owned()), CellFormat::General),
        };
        page.put(3, content, Style { format, ..figure });
        page.put(4, CellContent::Text(sum.hash.short()), Style { indent: 1, ..label });
        page.skip(1);
    }
    page.finished()
}
