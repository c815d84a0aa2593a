//! A scanner for JSON as services send it, token by token and without copies.
//!
//! In comes a text; out come values, or a [`JsonFault`] with its place. This module does not know what the values mean.
//!
//! An ordinary JSON reader such as serde does not fit here. It turns each number into a double (2^53 + 1 becomes 2^53,
//! `18453.949000000001` is no longer a decimal), stops at `1e400` and at the `NaN` of some writers, and takes the last
//! of two equal keys. In this scanner a number is the text that was sent, every value has its place, and one bad figure
//! does not hide the others. struson keeps the text of numbers and both keys, but stops at `NaN` and copies each text.
//! jiter turns numbers into integers and doubles. Apart from this, the scanner accepts and refuses the same texts as
//! `serde_json` (`json::tests::the_scanner_and_serde_agree`).

use std::borrow::Cow;

/// The most levels of objects and arrays within one another; figures need three.
pub(super) const DEEPEST: usize = 64;

/// A scanner of one JSON text.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// One value. The content of an object or an array stays as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// As written: digits, sign, point, exponent.
    Number(&'a str),
    /// `NaN`, `Infinity` or `-Infinity`: not JSON, but some writers send it.
    NotFinite(&'a str),
    Text(Cow<'a, str>),
    Object(&'a str),
    Array(&'a str),
}

/// Where and why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why} (line {line}, column {column}, byte {byte})")]
pub struct JsonFault {
    pub why: JsonWhy,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// 0-based.
    pub byte: usize,
}

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonWhy {
    #[error("it is cut off: it ends {0}")]
    CutOff(&'static str),
    #[error("`{found}` is written where {wanted} belongs")]
    Unexpected { found: char, wanted: &'static str },
    #[error("a comma is written before the closing bracket")]
    TrailingComma,
    #[error("more follows after its end")]
    More,
    #[error("it is nested deeper than {DEEPEST} levels")]
    TooDeep,
    #[error("a text holds a control character that is not escaped")]
    ControlCharacter,
    #[error("a text contains an escape that JSON does not have")]
    Escape,
    #[error("a number is not written as JSON writes numbers")]
    Number,
}

type Scanned<T> = Result<T, JsonFault>;

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte after blanks; `None` at the end.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Steps over an opening bracket that [`Self::peek`] returned.
    pub(super) const fn enter(&mut self) {
        self.at += 1;
    }

    /// Whether another member follows before the closing bracket. If not, steps over the bracket.
    #[inline]
    pub(super) fn another(&mut self, first: bool, close: u8) -> Scanned<bool> {
        let (inside, wanted) =
            if close == b'}' { ("inside an object", "a comma or `}`") } else { ("inside an array", "a comma or `]`") };
        match self.peek() {
            None => Err(self.fault(JsonWhy::CutOff(inside))),
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            Some(_) if first => Ok(true),
            Some(b',') => {
                self.at += 1;
                match self.peek() {
                    None => Err(self.fault(JsonWhy::CutOff(inside))),
                    Some(byte) if byte == close => Err(self.fault(JsonWhy::TrailingComma)),
                    Some(_) => Ok(true),
                }
            }
            Some(_) => Err(self.unexpected(wanted)),
        }
    }

    /// Steps over a key and its colon, if the next bytes are exactly `quoted` (with its quotation marks) and a colon.
    #[inline]
    pub(super) fn is_key(&mut self, quoted: &str) -> bool {
        self.peek();
        let after = self.at + quoted.len();
        let bytes = self.text.as_bytes();
        if bytes.get(self.at..after) == Some(quoted.as_bytes()) && bytes.get(after) == Some(&b':') {
            self.at = after + 1;
            return true;
        }
        false
    }

    /// The next key, after which its colon is stepped over: as sent with quotation marks, and what it means.
    pub(super) fn key(&mut self) -> Scanned<(&'a str, Cow<'a, str>)> {
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err(self.unexpected("a key in quotation marks")),
            None => return Err(self.fault(JsonWhy::CutOff("inside an object"))),
        }
        let start = self.at;
        let key = self.string()?;
        let quoted = &self.text[start..self.at];
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok((quoted, key))
            }
            Some(_) => Err(self.unexpected("a colon")),
            None => Err(self.fault(JsonWhy::CutOff("after a key"))),
        }
    }

    /// The next value; an object or an array is stepped over as a whole. `depth` = the number of levels around the
    /// value.
    #[inline]
    pub(super) fn value(&mut self, depth: usize) -> Scanned<Value<'a>> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'0'..=b'9' | b'-') => self.number(),
            Some(open @ (b'{' | b'[')) => {
                let start = self.at;
                self.step_over(depth)?;
                let raw = &self.text[start..self.at];
                Ok(if open == b'{' { Value::Object(raw) } else { Value::Array(raw) })
            }
            Some(b'n') => self.word("null").map(|_| Value::Null),
            Some(b't') => self.word("true").map(|_| Value::Bool(true)),
            Some(b'f') => self.word("false").map(|_| Value::Bool(false)),
            Some(b'N') => self.word("NaN").map(Value::NotFinite),
            Some(b'I') => self.word("Infinity").map(Value::NotFinite),
            Some(_) => Err(self.unexpected("a value")),
            None => Err(self.fault(JsonWhy::CutOff("before a value"))),
        }
    }

    /// Checks that only blanks follow.
    pub(super) fn end(&mut self) -> Scanned<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.fault(JsonWhy::More)) }
    }

    /// Steps over an object or an array without recursion. The content is checked, but not kept.
    fn step_over(&mut self, depth: usize) -> Scanned<()> {
        // One bit for each level: whether it is an object.
        let mut objects: u64 = 0;
        let mut open = 0;
        let mut first = true;
        loop {
            if first && matches!(self.peek(), Some(b'{' | b'[')) {
                if depth + open >= DEEPEST {
                    return Err(self.fault(JsonWhy::TooDeep));
                }
                objects = objects << 1 | u64::from(self.peek() == Some(b'{'));
                open += 1;
                self.enter();
            } else if first {
                self.value(depth + open)?;
                first = false;
            }
            loop {
                let is_object = objects & 1 == 1;
                if self.another(first, if is_object { b'}' } else { b']' })? {
                    if is_object {
                        self.key()?;
                    }
                    first = true;
                    break;
                }
                first = false;
                objects >>= 1;
                open -= 1;
                if open == 0 {
                    return Ok(());
                }
            }
        }
    }

    fn word(&mut self, word: &'static str) -> Scanned<&'a str> {
        let rest = &self.text[self.at..];
        if rest.starts_with(word) {
            let start = self.at;
            self.at += word.len();
            return Ok(&self.text[start..self.at]);
        }
        if word.starts_with(rest) {
            self.at = self.text.len();
            return Err(self.fault(JsonWhy::CutOff("inside a value")));
        }
        Err(self.unexpected("a value"))
    }

    fn number(&mut self) -> Scanned<Value<'a>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start + usize::from(bytes[start] == b'-');
        if bytes.get(at) == Some(&b'I') {
            return self.word("-Infinity").map(Value::NotFinite);
        }
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let whole = digits(at);
        let mut sound = whole > at && (bytes[at] != b'0' || whole == at + 1);
        at = whole;
        if bytes.get(at) == Some(&b'.') {
            let end = digits(at + 1);
            sound &= end > at + 1;
            at = end;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            let from = at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let end = digits(from);
            sound &= end > from;
            at = end;
        }
        if !sound && at >= bytes.len() {
            self.at = bytes.len();
            return Err(self.fault(JsonWhy::CutOff("inside a number")));
        }
        if !sound {
            return Err(self.fault(JsonWhy::Number));
        }
        self.at = at;
        Ok(Value::Number(&self.text[start..at]))
    }

    fn string(&mut self) -> Scanned<Cow<'a, str>> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        loop {
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Cow::Borrowed(&self.text[start..at]));
                }
                Some(b'\\') => return self.escaped(start, at).map(Cow::Owned),
                Some(0..=0x1F) => return Err(self.fault_at(at, JsonWhy::ControlCharacter)),
                Some(_) => at += 1,
                None => return Err(self.fault_at(at, JsonWhy::CutOff("inside a text"))),
            }
        }
    }

    /// The rest of a text whose first escape is at `at`.
    fn escaped(&mut self, start: usize, mut at: usize) -> Scanned<String> {
        let bytes = self.text.as_bytes();
        let mut text = self.text[start..at].to_owned();
        loop {
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    let (meant, after) = self.escape(at)?;
                    text.push(meant);
                    at = after;
                }
                Some(0..=0x1F) => return Err(self.fault_at(at, JsonWhy::ControlCharacter)),
                Some(_) => {
                    let plain = bytes[at..].iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1F));
                    let end = plain.map_or(bytes.len(), |length| at + length);
                    text.push_str(&self.text[at..end]);
                    at = end;
                }
                None => return Err(self.fault_at(at, JsonWhy::CutOff("inside a text"))),
            }
        }
    }

    /// The character of the escape at `at`, and where the text continues.
    fn escape(&self, at: usize) -> Scanned<(char, usize)> {
        let bytes = self.text.as_bytes();
        let wrong = || self.fault_at(at, JsonWhy::Escape);
        let Some(letter) = bytes.get(at + 1) else {
            return Err(self.fault_at(bytes.len(), JsonWhy::CutOff("inside a text")));
        };
        let meant = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.four_digits(at + 2)?;
                if !(0xD800..0xE000).contains(&high) {
                    return Ok((char::from_u32(high).ok_or_else(wrong)?, at + 6));
                }
                // A character above U+FFFF is sent as a surrogate pair.
                if high >= 0xDC00 || bytes.get(at + 6..at + 8) != Some(b"\\u") {
                    return Err(wrong());
                }
                let low = self.four_digits(at + 8)?;
                if !(0xDC00..0xE000).contains(&low) {
                    return Err(wrong());
                }
                let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Ok((char::from_u32(code).ok_or_else(wrong)?, at + 12));
            }
            _ => return Err(wrong()),
        };
        Ok((meant, at + 2))
    }

    fn four_digits(&self, at: usize) -> Scanned<u32> {
        let bytes = self.text.as_bytes();
        let Some(digits) = bytes.get(at..at + 4) else {
            return Err(self.fault_at(bytes.len(), JsonWhy::CutOff("inside a text")));
        };
        let mut code = 0;
        for digit in digits {
            let worth = char::from(*digit).to_digit(16).ok_or_else(|| self.fault_at(at, JsonWhy::Escape))?;
            code = code << 4 | worth;
        }
        Ok(code)
    }

    fn unexpected(&self, wanted: &'static str) -> JsonFault {
        let found = self.text[self.at..].chars().next().unwrap_or(' ');
        let found = if found.is_control() { '\u{FFFD}' } else { found };
        self.fault(JsonWhy::Unexpected { found, wanted })
    }

    pub(super) fn fault(&self, why: JsonWhy) -> JsonFault {
        self.fault_at(self.at, why)
    }

    fn fault_at(&self, byte: usize, why: JsonWhy) -> JsonFault {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or(before);
        JsonFault { why, line: before.matches('\n').count() + 1, column: line.chars().count() + 1, byte }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scan(text: &str) -> Scanned<Value<'_>> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value(0)?;
        scanner.end()?;
        Ok(value)
    }

    fn refusal(text: &str) -> String {
        scan(text).unwrap_err().to_string()
    }

    #[test]
    fn numbers_stay_as_they_were_sent() {
        assert_eq!(scan("9007199254740993").unwrap(), Value::Number("9007199254740993"));
        assert_eq!(scan(" -1.50E+2 ").unwrap(), Value::Number("-1.50E+2"));
        assert_eq!(scan("-Infinity").unwrap(), Value::NotFinite("-Infinity"));
        assert_eq!(scan("1e400").unwrap(), Value::Number("1e400"));
        for wrong in ["01", "+1", ".5", "-x", "1.e5", "0x10"] {
            assert!(scan(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn escapes_mean_what_they_mean() {
        let text = scan(r#""A\u0430\n\ud83d\ude00\/Б""#).unwrap();
        assert_eq!(text, Value::Text("Aа\n😀/Б".into()));
        for wrong in [r#""\ud800""#, r#""\udc00\ud800""#, r#""\x""#, r#""\u12g4""#, "\"a\nb\""] {
            assert!(scan(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_fault_has_its_place() {
        assert_eq!(refusal("[\n 1,\n ы]"), "`ы` is written where a value belongs (line 3, column 2, byte 7)");
        assert_eq!(refusal("[1,"), "it is cut off: it ends inside an array (line 1, column 4, byte 3)");
        assert_eq!(refusal("[1,]"), "a comma is written before the closing bracket (line 1, column 4, byte 3)");
        assert_eq!(refusal("{\"a\":1} {"), "more follows after its end (line 1, column 9, byte 8)");
        assert_eq!(refusal("\"аб"), "it is cut off: it ends inside a text (line 1, column 4, byte 5)");
    }

    #[test]
    fn deep_texts_are_refused_without_recursion() {
        let deep = "[".repeat(1_000_000);
        assert!(refusal(&deep).starts_with("it is nested deeper than 64 levels"), "{}", refusal(&deep));
        let allowed = format!("{}{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
        assert!(scan(&allowed).is_ok());
        let mixed = format!("{}1{}", r#"[{"a":"#.repeat(DEEPEST / 2), "}]".repeat(DEEPEST / 2));
        assert!(scan(&mixed).is_ok());
    }

    /// Texts that are nearly JSON: there two readers are most likely to differ.
    fn nearly_json() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\"a\"",
            "\"\\u0041\"",
            "\"\\ud83d\\ude00\"",
            "0",
            "1",
            "-",
            ".",
            "e",
            "E+",
            "12.50",
            "1e5",
            "null",
            "true",
            "false",
            "nul",
            " ",
            "\n",
            "ы",
            "\u{1}",
            "{}",
            "[]",
            "\"k\":1",
            "\"k\":[1,2]",
        ]);
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_scanner_and_serde_agree(text in nearly_json()) {
            let ours = scan(&text);
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // A number beyond a double is JSON (RFC 8259). serde stops there and does not check the rest.
            prop_assume!(!theirs.as_ref().is_err_and(|error| error.to_string().starts_with("number out of range")));
            prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{} | {:?} | {:?}", text, ours, theirs);
            if let (Ok(Value::Text(ours)), Ok(serde_json::Value::String(theirs))) = (ours, theirs) {
                prop_assert_eq!(ours.as_ref(), theirs);
            }
        }
    }
}
