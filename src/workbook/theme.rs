//! How a workbook looks, by the role of a text: `templates/workbook/theme.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::WorkbookError;
use domain::line_at;

/// The theme that the program carries.
const DEFAULT: &str = include_str!("../../templates/workbook/theme.toml");

/// The role of a text, which decides its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StyleRole {
    Kicker,
    CoverTitle,
    CoverTitleLong,
    CoverPeriod,
    Rule,
    CoverLabel,
    CoverText,
    Copy,
    Paragraph,
    Alert,
    Title,
    Scope,
    Sentence,
    Source,
    Link,
    Heading,
    Header,
    /// A head that is turned upright, over a narrow column.
    HeaderTurned,
    Label,
    Figure,
    Total,
    Aside,
    Note,
    Band,
    /// Tiles of a map, by the shade of their class, from light to dark.
    MapLowest,
    MapLow,
    MapMiddle,
    MapHigh,
    MapHighest,
    /// A tile without a value.
    MapNone,
}

/// A theme as it is written; every role may be left out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub body: BodyStyle,
    pub charts: Charts,
    #[serde(default)]
    role: BTreeMap<StyleRole, Look>,
}

/// What all texts share.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyStyle {
    pub font: String,
    pub size: f64,
    pub color: Colour,
}

/// Colours of charts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charts {
    /// Bars: the period, the year before.
    pub colors: Vec<Colour>,
    /// Curves, which also differ by their strokes and markers.
    pub curves: Vec<Colour>,
    pub grid: Colour,
}

/// How one role differs from the body.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    pub size: Option<f64>,
    #[serde(default)]
    pub bold: bool,
    #[serde(default)]
    pub italic: bool,
    #[serde(default)]
    pub underline: bool,
    #[serde(default)]
    pub wrap: bool,
    pub color: Option<Colour>,
    pub fill: Option<Colour>,
    pub rule_above: Option<Colour>,
    pub rule_below: Option<Colour>,
    /// On all four sides.
    pub rule_around: Option<Colour>,
}

/// A colour, written as six hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Colour(pub u32);

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let value = digits.then(|| u32::from_str_radix(&text, 16).ok()).flatten();
        value
            .map(Self)
            .ok_or_else(|| format!("`{text}` is not a colour: write six hexadecimal digits such as `1F4E79`"))
    }
}

impl Theme {
    /// Reads a theme.
    ///
    /// # Errors
    /// When the text is not a theme, with the line.
    pub fn parse(text: &str) -> Result<Self, WorkbookError> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| format!("line {}: ", line_at(text, span.start))).unwrap_or_default();
            WorkbookError::Theme { message: format!("{line}{}", error.message().trim()) }
        })
    }

    /// The theme that the program carries.
    ///
    /// # Errors
    /// Only by a fault of the program.
    pub fn embedded() -> Result<Self, WorkbookError> {
        Self::parse(DEFAULT)
    }

    /// The colour of the series at a place in a chart.
    #[must_use]
    pub fn chart_color(&self, place: usize) -> u32 {
        let colors = &self.charts.colors;
        colors.get(place % colors.len().max(1)).map_or(self.body.color.0, |c| c.0)
    }

    /// How a role looks.
    #[must_use]
    pub fn look(&self, role: StyleRole) -> Look {
        self.role.get(&role).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accessibility::contrast;

    #[test]
    fn every_text_stands_out_from_its_ground() {
        let theme = Theme::embedded().unwrap();
        for (role, look) in &theme.role {
            let ink = look.color.unwrap_or(theme.body.color).0;
            let ground = look.fill.map_or(0x00ff_ffff, |f| f.0);
            assert!(contrast(ink, ground) >= 7.0, "{role:?}: {:.1}", contrast(ink, ground));
        }
    }

    #[test]
    fn an_unknown_role_or_colour_is_told_with_its_line() {
        let error = Theme::parse(&DEFAULT.replace("[role.title]", "[role.titel]")).unwrap_err().to_string();
        assert!(error.contains("titel"), "{error}");
        let error = Theme::parse(&DEFAULT.replace("\"1F4E79\"", "\"blue\"")).unwrap_err().to_string();
        assert!(error.contains("line") && error.contains("`blue` is not a colour"), "{error}");
    }
}
