//! The widths of texts, so that columns, rows and line breaks fit their content.
//!
//! The numbers are the advance widths of Arial's letters, in 1/2048 of the font's size; Liberation Sans and Helvetica
//! have the same. Letters that are not listed count as wide ones.

/// Points of the body font.
const BODY: f64 = 10.0;
/// Units to the font's size.
const EM: f64 = 2048.0;
/// Points that a character of a column's width takes: Excel makes it seven pixels of three quarters of a point.
pub const CHARACTER: f64 = 5.25;

/// The width of a text in points, in the body font.
#[must_use]
pub fn points(text: &str, bold: bool) -> f64 {
    text.chars().map(|letter| f64::from(advance(letter, bold))).sum::<f64>() * BODY / EM
}

/// The column width that a text needs, in characters.
#[must_use]
pub fn characters(text: &str, bold: bool) -> f64 {
    points(text, bold) / CHARACTER
}

/// A text in lines that fit a width, in characters of the body font; broken at blanks.
#[must_use]
pub fn broken(text: &str, width: f64, bold: bool) -> Vec<String> {
    within(text, width * CHARACTER, bold)
}

/// The same, the lines about as long as each other: for titles.
#[must_use]
pub fn balanced(text: &str, width: f64, bold: bool) -> Vec<String> {
    let widest = width * CHARACTER;
    let lines = within(text, widest, bold);
    let (mut narrow, mut wide) = (points(text, bold) / lines.len() as f64, widest);
    let mut best = lines;
    // Half a point is not visible.
    while wide - narrow > 0.5 {
        let middle = f64::midpoint(narrow, wide);
        let tried = within(text, middle, bold);
        if tried.len() == best.len() && tried.iter().all(|line| points(line, bold) <= widest) {
            (best, wide) = (tried, middle);
        } else {
            narrow = middle;
        }
    }
    best
}

/// How many lines a text takes in a column.
#[must_use]
pub fn lines_in(text: &str, width: f64, bold: bool) -> usize {
    broken(text, width, bold).len()
}

fn within(text: &str, most: f64, bold: bool) -> Vec<String> {
    let blank = points(" ", bold);
    let mut lines: Vec<String> = Vec::new();
    let mut length = 0.0;
    for word in text.split(' ') {
        let width = points(word, bold);
        match lines.last_mut() {
            Some(line) if length + blank + width <= most => {
                line.push(' ');
                line.push_str(word);
                length += blank + width;
            }
            _ => {
                lines.push(word.to_owned());
                length = width;
            }
        }
    }
    lines
}

fn advance(letter: char, bold: bool) -> u16 {
    let (latin, cyrillic) = if bold { (&LATIN_BOLD, &CYRILLIC_BOLD) } else { (&LATIN, &CYRILLIC) };
    let listed = |table: &[u16], first: u32| table.get((u32::from(letter).checked_sub(first)?) as usize).copied();
    listed(latin, 0x20).or_else(|| listed(cyrillic, 0x400)).unwrap_or_else(|| other(letter, bold))
}

/// Signs, and the Kazakh letters, each as wide as the Russian letter that it is made of.
fn other(letter: char, bold: bool) -> u16 {
    let made_of = match letter {
        '\u{a0}' => ' ',
        'Ә' => 'Э',
        'ә' => 'е',
        'Ғ' => 'Г',
        'ғ' => 'г',
        'Қ' => 'К',
        'қ' => 'к',
        'Ң' | 'Һ' => 'Н',
        'ң' => 'н',
        'Ө' => 'О',
        'ө' | 'һ' => 'о',
        'Ұ' | 'Ү' => 'У',
        'ұ' | 'ү' => 'у',
        '«' | '»' | '–' => '0',
        '−' => '+',
        '“' | '”' | '„' | '‘' | '’' => 'г',
        _ => return WIDE,
    };
    advance(made_of, bold)
}

/// A dash, an arrow, an ellipsis, and whatever is not known.
const WIDE: u16 = 2048;

/// U+0020 to U+007E.
const LATIN: [u16; 95] = [
    569, 569, 727, 1139, 1139, 1821, 1366, 391, 682, 682, 797, 1196, 569, 682, 569, 569, 1139, 1139, 1139, 1139, 1139,
    1139, 1139, 1139, 1139, 1139, 569, 569, 1196, 1196, 1196, 1139, 2079, 1366, 1366, 1479, 1479, 1366, 1251, 1593,
    1479, 569, 1024, 1366, 1139, 1706, 1479, 1593, 1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251,
    569, 569, 569, 961, 1139, 682, 1139, 1139, 1024, 1139, 1139, 569, 1139, 1139, 455, 455, 1024, 455, 1706, 1139,
    1139, 1139, 1139, 682, 1024, 569, 1139, 1024, 1479, 1024, 1024, 1024, 684, 532, 684, 1196,
];
/// The same in bold.
const LATIN_BOLD: [u16; 95] = [
    569, 682, 971, 1139, 1139, 1821, 1479, 487, 682, 682, 797, 1196, 569, 682, 569, 569, 1139, 1139, 1139, 1139, 1139,
    1139, 1139, 1139, 1139, 1139, 682, 682, 1196, 1196, 1196, 1251, 1997, 1479, 1479, 1479, 1479, 1366, 1251, 1593,
    1479, 569, 1139, 1479, 1251, 1706, 1479, 1593, 1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251,
    682, 569, 682, 1196, 1139, 682, 1139, 1251, 1139, 1251, 1139, 682, 1251, 1251, 569, 569, 1139, 569, 1821, 1251,
    1251, 1251, 1251, 797, 1139, 682, 1251, 1139, 1593, 1139, 1139, 1024, 797, 573, 797, 1196,
];
/// U+0400 to U+045F.
const CYRILLIC: [u16; 96] = [
    1366, 1367, 1771, 1109, 1472, 1366, 569, 569, 1024, 2165, 2069, 1749, 1193, 1479, 1301, 1472, 1366, 1344, 1366,
    1109, 1387, 1366, 1891, 1237, 1472, 1472, 1193, 1344, 1706, 1479, 1593, 1472, 1366, 1479, 1251, 1301, 1557, 1366,
    1515, 1365, 1877, 1920, 1621, 1813, 1344, 1472, 2069, 1479, 1139, 1173, 1088, 747, 1195, 1139, 1370, 939, 1144,
    1144, 896, 1195, 1408, 1131, 1139, 1109, 1139, 1024, 938, 1024, 1685, 1024, 1173, 1067, 1643, 1685, 1280, 1472,
    1067, 1045, 1536, 1109, 1139, 1139, 1139, 747, 1045, 1024, 455, 569, 455, 1856, 1664, 1139, 896, 1144, 1024, 1131,
];
/// The same in bold.
const CYRILLIC_BOLD: [u16; 96] = [
    1366, 1370, 1813, 1161, 1457, 1366, 569, 565, 1139, 2240, 2176, 1792, 1250, 1479, 1274, 1472, 1479, 1472, 1479,
    1161, 1459, 1366, 1851, 1283, 1472, 1472, 1250, 1437, 1706, 1479, 1593, 1472, 1366, 1479, 1251, 1274, 1748, 1366,
    1496, 1439, 2058, 2087, 1781, 2005, 1472, 1457, 2112, 1472, 1139, 1265, 1259, 853, 1300, 1139, 1452, 1018, 1259,
    1259, 1025, 1301, 1515, 1237, 1251, 1237, 1251, 1139, 1003, 1139, 1792, 1139, 1259, 1189, 1707, 1728, 1493, 1749,
    1259, 1131, 1749, 1195, 1139, 1139, 1251, 853, 1131, 1139, 569, 576, 569, 1984, 1856, 1251, 1025, 1259, 1139, 1237,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // Ten digits of 1139 units at ten points.
        assert!((points("0123456789", false) - 55.6).abs() < 0.05);
        assert!(points("Регион", true) > points("Регион", false));
        assert!(points("Қызылорда облысы", false) > points("Кызылорда", false));
    }

    #[test]
    fn a_long_text_is_broken_at_blanks() {
        assert_eq!(broken("а бв где", 4.0, false), ["а бв", "где"]);
        assert_eq!(broken("оченьдлинноеслово", 4.0, false), ["оченьдлинноеслово"]);
        assert_eq!(broken("", 4.0, false), [""]);
    }

    #[test]
    fn the_lines_of_a_title_are_about_as_long_as_each_other() {
        let title =
            "О преступности и результатах деятельности правоохранительных органов и судов в Республике Казахстан";
        let lines = balanced(title, 80.0, true);
        assert_eq!(lines.len(), broken(title, 80.0, true).len());
        assert_eq!(lines.join(" "), title);
        let widths: Vec<f64> = lines.iter().map(|l| points(l, true)).collect();
        assert!(widths.iter().all(|w| (w - widths[0]).abs() < 110.0), "{widths:?}");
        assert_eq!(balanced("оченьдлинноеслово", 4.0, false).len(), 1);
    }
}
