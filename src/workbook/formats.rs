//! Formats of cells, each made once: a role's look, a second role's look over it, and a number format in the language.

use std::collections::HashMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};

use super::{
    plan::{CellFormat as NumberFormat, Style},
    theme::{Look, StyleRole, Theme},
};
use words::Lexicon;

/// The formats of one workbook.
#[derive(Debug)]
pub struct Formats {
    theme: Theme,
    /// What names the language in number formats.
    locale: String,
    made: HashMap<Style, Format>,
}

impl Formats {
    #[must_use]
    pub fn new(theme: &Theme, lexicon: &Lexicon) -> Self {
        Self { theme: theme.clone(), locale: lexicon.locale().to_owned(), made: HashMap::new() }
    }

    /// The format of a cell that has no style of its own.
    #[must_use]
    pub fn body(&self) -> Format {
        let body = &self.theme.body;
        Format::new().set_font_name(&body.font).set_font_size(body.size).set_font_color(Color::RGB(body.color.0))
    }

    /// The format of a style.
    pub fn format(&mut self, style: Style) -> &Format {
        if !self.made.contains_key(&style) {
            let format = self.make(style);
            self.made.insert(style, format);
        }
        &self.made[&style]
    }

    fn make(&self, style: Style) -> Format {
        let mut format = laid_over(self.body(), &self.theme.look(style.role));
        if let Some(over) = style.over {
            format = laid_over(format, &self.theme.look(over));
        }
        format = format.set_align(match style.role {
            StyleRole::HeaderTurned => FormatAlign::Bottom,
            StyleRole::Header
            | StyleRole::Label
            | StyleRole::Figure
            | StyleRole::Band
            | StyleRole::Alert
            | StyleRole::Copy => FormatAlign::VerticalCenter,
            _ => FormatAlign::Top,
        });
        if is_tile(style.role) {
            return format.set_align(FormatAlign::VerticalCenter).set_align(FormatAlign::Center);
        }
        if style.role == StyleRole::HeaderTurned {
            return format.set_rotation(90).set_align(FormatAlign::Center);
        }
        if style.right {
            format = format.set_align(FormatAlign::Right);
        } else if style.indent > 0 {
            format = format.set_align(FormatAlign::Left).set_indent(style.indent);
        } else if style.role != StyleRole::Figure {
            format = format.set_align(FormatAlign::Left);
        }
        if style.wrap {
            format = format.set_text_wrap();
        }
        if style.format != NumberFormat::General {
            format = format.set_num_format(self.number_format(style.format));
        }
        format
    }

    /// A number format as the language writes numbers. The code in brackets names the language, for programs that
    /// follow it; the others follow the reader's own settings.
    #[must_use]
    pub fn number_format(&self, format: NumberFormat) -> String {
        let language = format!("[$-{}]", self.locale);
        let signed = |digits: &str| format!("{language}+{digits};{language}\"−\"{digits};{language}{digits}");
        let plain = |digits: &str| format!("{language}{digits};{language}\"−\"{digits}");
        match format {
            NumberFormat::General => "General".to_owned(),
            NumberFormat::Whole => plain("#,##0"),
            NumberFormat::Tenth => plain("#,##0.0"),
            NumberFormat::Hundredth => plain("#,##0.00"),
            NumberFormat::Thousandth => plain("#,##0.000"),
            NumberFormat::SignedWhole => signed("#,##0"),
            NumberFormat::SignedTenth => signed("#,##0.0"),
        }
    }
}

/// Whether a role is that of a tile of a map.
const fn is_tile(role: StyleRole) -> bool {
    matches!(
        role,
        StyleRole::MapLowest
            | StyleRole::MapLow
            | StyleRole::MapMiddle
            | StyleRole::MapHigh
            | StyleRole::MapHighest
            | StyleRole::MapNone
    )
}

fn laid_over(mut format: Format, look: &Look) -> Format {
    if let Some(size) = look.size {
        format = format.set_font_size(size);
    }
    if look.bold {
        format = format.set_bold();
    }
    if look.italic {
        format = format.set_italic();
    }
    if look.underline {
        format = format.set_underline(FormatUnderline::Single);
    }
    if look.wrap {
        format = format.set_text_wrap();
    }
    if let Some(color) = look.color {
        format = format.set_font_color(Color::RGB(color.0));
    }
    if let Some(fill) = look.fill {
        format = format.set_background_color(Color::RGB(fill.0));
    }
    if let Some(rule) = look.rule_above {
        format = format.set_border_top(FormatBorder::Thin).set_border_top_color(Color::RGB(rule.0));
    }
    if let Some(rule) = look.rule_below {
        format = format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(rule.0));
    }
    if let Some(rule) = look.rule_around {
        format = format.set_border(FormatBorder::Thin).set_border_color(Color::RGB(rule.0));
    }
    format
}
