//! How a number format changes a number (ECMA-376 part 1, 18.8.30 and 18.8.31): whether it shows a date, and whether it
//! shows a number other than that of the cell.
//!
//! In come the styles of a workbook; out come formats and what they do. The format `"17"` always shows 17, `0,` shows a
//! thousandth of the number, and `;;;` shows nothing. All other parts of a format change only the looks. This module
//! does not know cells.

use std::{collections::BTreeMap, sync::Arc};

use super::scanner::{Partly, XmlToken, unescaped};

/// How a format changes a number and a text, beyond their looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disguise {
    pub of_number: Option<Arc<str>>,
    pub of_text: Option<Arc<str>>,
}

/// The number format of a cell style: a format code in the workbook, or a built-in number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberFormat {
    BuiltIn(u32),
    Code(Arc<str>),
}

/// The number formats of the cell styles, in the order of the styles.
pub fn cell_formats(styles: &str) -> Partly<Vec<NumberFormat>> {
    let mut codes: BTreeMap<u32, Arc<str>> = BTreeMap::new();
    let mut in_cells = false;
    Partly::of_tokens(styles, |token| {
        match token {
            XmlToken::Open(tag) if tag.name == "numFmt" => {
                let id = tag.attribute("numFmtId").and_then(|id| id.parse().ok());
                codes.extend(id.zip(tag.attribute("formatCode").map(|code| unescaped(code).into())));
            }
            XmlToken::Open(tag) if tag.name == "cellXfs" => in_cells = !tag.empty,
            XmlToken::Close("cellXfs") => in_cells = false,
            XmlToken::Open(tag) if in_cells && tag.name == "xf" => {
                let id = tag.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                return Some(codes.get(&id).cloned().map_or(NumberFormat::BuiltIn(id), NumberFormat::Code));
            }
            _ => {}
        }
        None
    })
}

impl NumberFormat {
    /// Whether it shows years, months, days, hours, minutes or seconds; `[h]`, `[m]` and `[s]` are elapsed times.
    #[must_use]
    pub fn shows_date(&self) -> bool {
        match self {
            Self::BuiltIn(id) => is_date(*id),
            Self::Code(code) => sections(code).iter().any(|section| section.is_date),
        }
    }

    /// How it changes a number and a text.
    #[must_use]
    pub fn disguise(&self) -> Disguise {
        match self {
            Self::BuiltIn(id) => built_in(*id),
            Self::Code(code) => disguise(code),
        }
    }
}

const fn is_date(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

fn built_in(id: u32) -> Disguise {
    let of_number = match id {
        9 | 10 => Some("percents".into()),
        _ if is_date(id) => Some("a date".into()),
        _ => None,
    };
    Disguise { of_number, of_text: None }
}

fn disguise(code: &str) -> Disguise {
    let sections = sections(code);
    let said: Vec<String> = sections.iter().map(Section::disguise).collect();
    let of_number = &said[..said.len().min(3)];
    let is_plain = of_number.iter().all(String::is_empty);
    Disguise {
        of_number: (!is_plain).then(|| of_number.join("; ").into()),
        of_text: said.get(3).filter(|text| !text.is_empty()).map(|text| text.as_str().into()),
    }
}

/// One of up to four sections of a format: for positive numbers, negative numbers, zero, and texts.
#[derive(Debug, Default)]
struct Section {
    has_digits: bool,
    is_text: bool,
    is_date: bool,
    percents: usize,
    /// How many commas follow the last digit; each divides by a thousand.
    thousands: usize,
    /// The letters and digits that the section adds.
    added: String,
}

impl Section {
    fn disguise(&self) -> String {
        if self.is_text {
            return self.added.clone();
        }
        let mut said = Vec::new();
        if self.is_date {
            said.push("a date".to_owned());
        } else if !self.has_digits && self.added.is_empty() {
            said.push("nothing".into());
        }
        if !self.added.is_empty() {
            said.push(format!("`{}`{}", self.added, if self.has_digits { " and the number" } else { "" }));
        }
        if self.thousands > 0 {
            said.push(format!("its part in {}", 1000_u64.saturating_pow(self.thousands as u32)));
        }
        if self.percents > 0 {
            said.push("percents".into());
        }
        said.join(", ")
    }
}

fn sections(code: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(section) = sections.last_mut() else { break };
        match letter {
            ';' => sections.push(Section::default()),
            '"' => section.added.extend(letters.by_ref().take_while(|c| *c != '"').filter(|c| c.is_alphanumeric())),
            '\\' => section.added.extend(letters.next().filter(|c| c.is_alphanumeric())),
            '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                let runs = |unit: char| inside.chars().all(|c| c.eq_ignore_ascii_case(&unit));
                section.is_date |= !inside.is_empty() && ['h', 'm', 's'].into_iter().any(runs);
            }
            '0' | '#' | '?' => {
                section.has_digits = true;
                section.thousands = 0;
            }
            ',' if section.has_digits => section.thousands += 1,
            '%' => section.percents += 1,
            '@' => section.is_text = true,
            'E' | 'e' if matches!(letters.peek(), Some('+' | '-')) => {}
            'G' | 'g' if rest_is_general(&mut letters) => section.has_digits = true,
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => section.is_date = true,
            digit if digit.is_ascii_digit() => section.added.push(digit),
            _ => {}
        }
    }
    sections
}

fn rest_is_general(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let mut ahead = letters.clone();
    let is_general = "eneral".chars().all(|wanted| ahead.next().is_some_and(|c| c.eq_ignore_ascii_case(&wanted)));
    if is_general {
        *letters = ahead;
    }
    is_general
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_shows_another_number_is_told_from_one_that_only_looks_otherwise() {
        for plain in [
            "General",
            "0",
            "#,##0",
            "0.00",
            "[$-419]#,##0;[$-419]\"−\"#,##0",
            "[$-419]+#,##0.0;[$-419]\\−#,##0.0;[$-419]#,##0.0",
            "_-* #,##0.00_-",
            "0.00E+00",
            "[Red]#,##0;General;0;@",
            "# ?/?",
        ] {
            assert_eq!(disguise(plain), Disguise::default(), "{plain}");
        }
        for (code, wanted) in [
            ("\"999\"", "`999`"),
            ("\"1\"0", "`1` and the number"),
            ("\\10", "`1` and the number"),
            (";;;", "nothing; nothing; nothing"),
            ("#,##0,", "its part in 1000"),
            ("0,,\" млн\"", "`млн` and the number, its part in 1000000"),
            ("0%", "percents"),
            ("dd.mm.yyyy", "a date"),
            ("0;;0", "; nothing; "),
        ] {
            assert_eq!(disguise(code).of_number.as_deref(), Some(wanted), "{code}");
        }
        assert_eq!(disguise("0;0;0;\"другое\"").of_text.as_deref(), Some("`другое`"));
    }

    #[test]
    fn the_style_of_a_cell_is_that_of_its_own_list() {
        let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="&quot;7&quot;"/></numFmts>
            <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"><alignment/></xf>
            <xf numFmtId="10"/></cellXfs><cellStyles/></styleSheet>"#;
        let formats = cell_formats(styles).whole().unwrap();
        let shown: Vec<Option<String>> =
            formats.iter().map(|format| format.disguise().of_number.map(|text| text.to_string())).collect();
        assert_eq!(shown, [None, Some("`7`".into()), Some("percents".into())]);
    }

    #[test]
    fn number_formats_that_show_dates_are_told_from_others() {
        let shows = |code: &str| NumberFormat::Code(code.into()).shows_date();
        for date in ["dd.mm.yyyy", "[h]:mm", "[$-419]d mmm", "m/d/yy h:mm", "\"от\" d"] {
            assert!(shows(date), "{date}");
        }
        for number in ["General", "0.00", "#,##0\\ \"дней (days)\"", "[Red]-0", "_-* #,##0_-", "0.00E+00", "@"] {
            assert!(!shows(number), "{number}");
        }
        let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
        let formats = cell_formats(styles).whole().unwrap();
        assert_eq!(formats.iter().map(NumberFormat::shows_date).collect::<Vec<_>>(), [false, true, true]);
    }
}
