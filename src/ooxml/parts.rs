//! The small parts of a workbook: which sheets it lists, its shared texts, and which styles show a number as a date.

use std::{borrow::Cow, collections::BTreeMap};

use super::scanner::{Scanner, Tag, Token, XmlFault, unescaped};

/// A sheet as the workbook lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSheet {
    pub name: String,
    pub hidden: bool,
    /// Names the sheet's part in the list of relations.
    pub relation: String,
}

/// The sheets that `xl/workbook.xml` lists, in its order.
pub fn listed(workbook: &str) -> Result<Vec<ListedSheet>, XmlFault> {
    let mut sheets = Vec::new();
    each(workbook, |tag| {
        if tag.name == "sheet" {
            let relation = tag.attributes().find(|(name, _)| name.ends_with(":id"));
            sheets.push(ListedSheet {
                name: unescaped(tag.attribute("name").unwrap_or_default()).into_owned(),
                hidden: tag.attribute("state").is_some_and(|state| state != "visible"),
                relation: relation.map(|(_, id)| id.to_owned()).unwrap_or_default(),
            });
        }
    })?;
    Ok(sheets)
}

/// What a part refers to: another part, and what it is to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: String,
    /// The end of its type: `worksheet`, `sharedStrings`. The transitional and the strict form begin otherwise.
    pub kind: String,
    /// The part's name in the archive.
    pub part: String,
}

/// What the part of a name refers to; `""` is the package itself.
pub fn relations(of: &str, list: &str) -> Result<Vec<Relation>, XmlFault> {
    let mut relations = Vec::new();
    each(list, |tag| {
        if let (Some(id), Some(kind), Some(target)) =
            (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target"))
            && tag.attribute("TargetMode") != Some("External")
        {
            let kind = known_kind(kind.rsplit('/').next().unwrap_or(kind)).to_owned();
            relations.push(Relation { id: id.to_owned(), kind, part: part_of(of, &unescaped(target)) });
        }
    })?;
    Ok(relations)
}

/// A kind of relation as the standard writes it, whatever case a program writes.
fn known_kind(kind: &str) -> &str {
    const KINDS: [&str; 6] =
        ["worksheet", "sharedStrings", "styles", "officeDocument", "core-properties", "custom-properties"];
    KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind)).unwrap_or(kind)
}

/// Where the relations of a part stand: `xl/workbook.xml` has `xl/_rels/workbook.xml.rels`.
pub fn relations_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    format!("{folder}_rels/{file}.rels")
}

/// The part that a target means: from the root where it begins with a slash, else from the folder of the part that
/// refers to it (RFC 3986, 5.2.4).
fn part_of(from: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let folder = if target.starts_with('/') { "" } else { from.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut path: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.join("/")
}

fn each(part: &str, mut take: impl FnMut(&Tag<'_>)) -> Result<(), XmlFault> {
    let mut scanner = Scanner::new(part);
    while let Some(token) = scanner.token()? {
        if let Token::Open(tag) = token {
            take(&tag);
        }
    }
    Ok(())
}

/// The shared texts, in the order of their numbers; what says how they are pronounced is left out.
pub fn texts(part: &str) -> Result<Vec<Cow<'_, str>>, XmlFault> {
    let mut scanner = Scanner::new(part);
    let mut texts = Vec::new();
    while let Some(token) = scanner.token()? {
        if let Token::Open(tag) = token
            && tag.name == "si"
        {
            texts.push(if tag.empty { Cow::Borrowed("") } else { text_within(&mut scanner, "si")? });
        }
    }
    Ok(texts)
}

/// The text of an element of rich text that is open, up to its end. Raised digits stay raised: `6616` and a footnote `1`
/// are not 66161.
pub fn text_within<'a>(scanner: &mut Scanner<'a>, element: &str) -> Result<Cow<'a, str>, XmlFault> {
    let mut text = Cow::Borrowed("");
    let (mut spoken, mut inside, mut is_raised) = (0_usize, false, false);
    let written = |piece: Cow<'a, str>, is_raised: bool| {
        let digits = |c: char| raised(c).filter(|_| is_raised).unwrap_or(c);
        if is_raised { Cow::Owned(piece.chars().map(digits).collect()) } else { piece }
    };
    while let Some(token) = scanner.token()? {
        match token {
            Token::Open(tag) if tag.name == "rPh" && !tag.empty => spoken += 1,
            Token::Open(tag) if tag.name == "r" => (inside, is_raised) = (false, false),
            Token::Open(tag) if tag.name == "vertAlign" => {
                is_raised = tag.attribute("val").is_some_and(|val| val == "superscript" || val == "subscript");
            }
            Token::Open(tag) => inside = tag.name == "t" && !tag.empty,
            Token::Close("rPh") => spoken = spoken.saturating_sub(1),
            Token::Close("r") => (inside, is_raised) = (false, false),
            Token::Close(name) if name == element => break,
            Token::Close(_) => inside = false,
            Token::Text(piece) if inside && spoken == 0 => {
                append(&mut text, written(unescaped(piece), is_raised));
            }
            Token::Verbatim(piece) if inside && spoken == 0 => {
                append(&mut text, written(Cow::Borrowed(piece), is_raised));
            }
            Token::Text(_) | Token::Verbatim(_) => {}
        }
    }
    Ok(plain(text))
}

/// The raised character of a digit that a text raises; `None` for other characters.
const fn raised(c: char) -> Option<char> {
    Some(match c {
        '0' => '\u{2070}',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '\u{2074}',
        '5' => '\u{2075}',
        '6' => '\u{2076}',
        '7' => '\u{2077}',
        '8' => '\u{2078}',
        '9' => '\u{2079}',
        '(' => '\u{207d}',
        ')' => '\u{207e}',
        _ => return None,
    })
}

/// A text with its `_x000D_` resolved: so a workbook writes what XML cannot hold (ECMA-376, 22.9.2.19). Control
/// characters among them become blanks.
pub fn plain(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("_x") {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let meant = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        plain.push_str(&rest[..at]);
        match meant {
            Some(meant) => plain.push(if meant.is_control() { ' ' } else { meant }),
            None => plain.push_str("_x"),
        }
        rest = &rest[at + if meant.is_some() { 7 } else { 2 }..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Joins pieces; a single one is not copied.
pub fn append<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

/// For each cell style, whether it shows a number as a date or a time.
pub fn dates(styles: &str) -> Result<Vec<bool>, XmlFault> {
    let mut custom: BTreeMap<u32, bool> = BTreeMap::new();
    let mut dates = Vec::new();
    let mut scanner = Scanner::new(styles);
    let mut in_cells = false;
    while let Some(token) = scanner.token()? {
        match token {
            Token::Open(tag) if tag.name == "numFmt" => {
                let id = tag.attribute("numFmtId").and_then(|id| id.parse().ok());
                let code = tag.attribute("formatCode").map(unescaped);
                custom.extend(id.zip(code).map(|(id, code)| (id, shows_date(&code))));
            }
            Token::Open(tag) if tag.name == "cellXfs" => in_cells = !tag.empty,
            Token::Close("cellXfs") => in_cells = false,
            Token::Open(tag) if in_cells && tag.name == "xf" => {
                let id: u32 = tag.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                let built_in = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                dates.push(custom.get(&id).copied().unwrap_or(built_in));
            }
            _ => {}
        }
    }
    Ok(dates)
}

/// Whether a number format shows years, months, days, hours, minutes or seconds (ECMA-376, 18.8.31): such a letter
/// outside of quotes, of escapes and of brackets; `[h]`, `[m]` and `[s]` are times that run.
fn shows_date(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                let runs = |c: char| inside.chars().all(|i| i.eq_ignore_ascii_case(&c));
                if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(runs) {
                    return true;
                }
            }
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            // `General`: no letter of it is one of those.
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_formats_that_show_dates_are_told_from_others() {
        for date in ["dd.mm.yyyy", "[h]:mm", "[$-419]d mmm", "m/d/yy h:mm", "\"от\" d"] {
            assert!(shows_date(date), "{date}");
        }
        for number in ["General", "0.00", "#,##0\\ \"дней (days)\"", "[Red]-0", "_-* #,##0_-", "0.00E+00", "@"] {
            assert!(!shows_date(number), "{number}");
        }
        let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
        assert_eq!(dates(styles).unwrap(), [false, true, true]);
    }

    #[test]
    fn shared_texts_are_joined_and_spoken_ones_left_out() {
        let part = r#"<sst><si><t>a &amp; b</t></si><si><r><rPr><b/></rPr><t>в </t></r><r><t xml:space="preserve">г</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si/><si><t/></si></sst>"#;
        assert_eq!(texts(part).unwrap(), ["a & b", "в г", "", ""]);
    }

    #[test]
    fn raised_digits_stay_raised() {
        let raised = r#"<r><rPr><vertAlign val="superscript"/></rPr><t>1)</t></r>"#;
        let part = format!("<sst><si><r><t>6616</t></r>{raised}<r><t> 5</t></r></si><si><t>7</t></si></sst>");
        assert_eq!(texts(&part).unwrap(), ["6616¹\u{207e} 5", "7"]);
    }

    #[test]
    fn sheets_are_found_by_their_relations() {
        let workbook = r#"<workbook xmlns:r="x"><sheets><sheet name="R1" sheetId="7" r:id="rId2"/><sheet name="&quot;x&quot;" sheetId="1" state="veryHidden" r:id="rId1"/></sheets></workbook>"#;
        let sheets = listed(workbook).unwrap();
        assert_eq!((sheets[0].name.as_str(), sheets[0].hidden, sheets[0].relation.as_str()), ("R1", false, "rId2"));
        assert_eq!((sheets[1].name.as_str(), sheets[1].hidden), ("\"x\"", true));
        let list = r#"<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="/xl/worksheets/a.xml"/><p:Relationship Id="rId2" Type="http://purl/y/sharedStrings" Target="./../xl/b.xml"/><Relationship Id="rId3" Type="http://x/hyperlink" TargetMode="External" Target="c.xml"/></Relationships>"#;
        let relations = relations("xl/workbook.xml", list).unwrap();
        let told: Vec<_> = relations.iter().map(|r| [&r.id, &r.kind, &r.part].map(String::as_str)).collect();
        assert_eq!(told, [["rId1", "worksheet", "xl/worksheets/a.xml"], ["rId2", "sharedStrings", "xl/b.xml"]]);
        assert_eq!(relations_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!((relations_of("").as_str(), part_of("", "/../xl/a").as_str()), ("_rels/.rels", "xl/a"));
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_written_by_their_number() {
        for (written, meant) in
            [("a_x000D_b", "a b"), ("_x0041_", "A"), ("_x005F_x0041_", "_x0041_"), ("_x00ЖЖ_", "_x00ЖЖ_"), ("_x", "_x")]
        {
            assert_eq!(plain(written.into()), meant, "{written}");
        }
    }
}
