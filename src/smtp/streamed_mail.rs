//! A mail that is never whole in memory: pieces of text, and between them the copies, which are encoded while they are
//! sent. Otherwise a copy of three megabytes would need four more as base64 (RFC 2045, 6.8), and again four as part of
//! the mail.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A mail that is ready to send.
#[derive(Debug)]
pub struct StreamedMail {
    /// The texts before, between and after the copies; always one more than copies.
    texts: Vec<Vec<u8>>,
    copies: Vec<Vec<u8>>,
}

/// A part of a mail, as it is written in one go.
#[derive(Debug, PartialEq, Eq)]
pub enum Stretch<'a> {
    /// Any text.
    Text(&'a [u8]),
    /// Whole lines of base64, in which no line begins with a dot.
    Encoded(&'a [u8]),
}

/// The parts of a mail, in order.
#[derive(Debug)]
pub struct Stretches<'a> {
    mail: &'a StreamedMail,
    place: usize,
    /// How many bytes of the copy after the text at `place` are encoded; `None` if the text itself is next.
    from: Option<usize>,
    buffer: Vec<u8>,
}

/// How many bytes one line of base64 contains; it has [`LETTERS`] letters.
const LINE: usize = 57;
const LETTERS: usize = 76;
/// Lines of one part: a little less than 256 KiB on the wire. That is large enough for few system calls, and small
/// enough to see progress on a slow line.
const LINES: usize = 3360;

impl StreamedMail {
    /// A mail without copies.
    pub fn text(text: Vec<u8>) -> Self {
        Self { texts: vec![text], copies: Vec::new() }
    }

    /// A mail with copies. Each copy replaces its mark in the text; the marks must occur in the order of the copies.
    /// `None` if a mark is not found.
    pub fn with_copies(text: &[u8], copies: Vec<(String, Vec<u8>)>) -> Option<Self> {
        let (mut rest, mut texts, mut contents) = (text, Vec::with_capacity(copies.len() + 1), Vec::new());
        for (mark, copy) in copies {
            let at = memchr::memmem::find(rest, mark.as_bytes())?;
            texts.push(rest[..at].to_vec());
            contents.push(copy);
            rest = &rest[at + mark.len()..];
        }
        texts.push(rest.to_vec());
        Some(Self { texts, copies: contents })
    }

    /// Its length on the wire in bytes, before dots are doubled (RFC 1870, 6).
    #[must_use]
    pub fn length(&self) -> u64 {
        let texts: usize = self.texts.iter().map(Vec::len).sum();
        let copies: usize = self.copies.iter().map(|copy| encoded_length(copy.len())).sum();
        (texts + copies) as u64
    }

    /// Whether its last line has a line end.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.texts.last().is_some_and(|text| text.ends_with(b"\r\n"))
    }

    /// Its parts, so that the mail need not be whole in memory.
    #[must_use]
    pub const fn stretches(&self) -> Stretches<'_> {
        Stretches { mail: self, place: 0, from: None, buffer: Vec::new() }
    }

    /// The whole mail.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.length() as usize);
        let mut stretches = self.stretches();
        while let Some(stretch) = stretches.next_stretch() {
            bytes.extend_from_slice(stretch.bytes());
        }
        bytes
    }

    /// Its headers, each with its line end, without the empty line after them.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        let first = self.texts.first().map_or(&[][..], Vec::as_slice);
        let end = memchr::memmem::find(first, b"\r\n\r\n").map_or(first.len(), |at| at + 2);
        &first[..end]
    }

    /// Adds a header before the others.
    pub fn put_first(&mut self, header: &[u8]) {
        if let Some(first) = self.texts.first_mut() {
            first.splice(..0, header.iter().copied());
        }
    }
}

impl<'a> Stretches<'a> {
    /// The next part.
    pub fn next_stretch(&mut self) -> Option<Stretch<'_>> {
        let mail: &'a StreamedMail = self.mail;
        loop {
            let Some(from) = self.from else {
                let text = mail.texts.get(self.place)?;
                self.from = Some(0);
                return Some(Stretch::Text(text));
            };
            let copy = mail.copies.get(self.place).map_or(&[][..], Vec::as_slice);
            if from == copy.len() {
                self.place += 1;
                self.from = None;
                continue;
            }
            let until = copy.len().min(from + LINE * LINES);
            self.from = Some(until);
            encode(&copy[from..until], until == copy.len(), &mut self.buffer);
            return Some(Stretch::Encoded(&self.buffer));
        }
    }
}

impl Stretch<'_> {
    #[must_use]
    pub const fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(bytes) | Self::Encoded(bytes) => bytes,
        }
    }
}

/// Encodes bytes as lines of base64. Each line has a line end, except the last line of a copy.
fn encode(bytes: &[u8], is_last: bool, into: &mut Vec<u8>) {
    let length = encoded_length(bytes.len()) + if is_last { 0 } else { 2 };
    into.resize(length, 0);
    let mut at = 0;
    for line in bytes.chunks(LINE) {
        // `length` leaves room for every line, so this cannot fail.
        at += STANDARD.encode_slice(line, &mut into[at..]).unwrap_or_default();
        if at < length {
            into[at..at + 2].copy_from_slice(b"\r\n");
            at += 2;
        }
    }
}

/// The length of bytes as base64: four letters for each three bytes, and a line end between lines.
const fn encoded_length(bytes: usize) -> usize {
    let letters = bytes.div_ceil(3) * 4;
    letters + letters.div_ceil(LETTERS).saturating_sub(1) * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_stand_encoded_in_their_places() {
        for length in [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, LINE * LINES - 1, LINE * LINES, LINE * LINES + 1, 500_000]
        {
            let copy: Vec<u8> = (0..length).map(|n| (n * 7 + n / 251) as u8).collect();
            let copies = vec![("<1>".to_owned(), copy.clone()), ("<2>".to_owned(), copy.clone())];
            let mail = StreamedMail::with_copies(b"Subject: x\r\n\r\nfirst <1> second <2> end\r\n", copies).unwrap();
            let bytes = mail.bytes();
            assert_eq!(bytes.len() as u64, mail.length(), "{length}");
            let text = String::from_utf8(bytes).unwrap();
            let encoded = text.split_once("first ").unwrap().1.split_once(" second").unwrap().0;
            let lines: Vec<&str> = encoded.split("\r\n").collect();
            assert!(lines.iter().rev().skip(1).all(|line| line.len() == LETTERS), "{length}");
            assert_eq!(STANDARD.decode(lines.concat()).unwrap(), copy, "{length}");
            assert!(text.ends_with(&format!(" second {encoded} end\r\n")) && mail.is_ended());
        }
        assert!(StreamedMail::with_copies(b"no place", vec![("<1>".into(), vec![1])]).is_none());
    }

    #[test]
    fn a_header_comes_before_the_others() {
        let mut mail = StreamedMail::text(b"From: a\r\nTo: b\r\n\r\nTo: c\r\n\r\n".to_vec());
        assert_eq!(mail.head(), b"From: a\r\nTo: b\r\n");
        mail.put_first(b"Sender: d\r\n");
        assert_eq!(mail.head(), b"Sender: d\r\nFrom: a\r\nTo: b\r\n");
        assert_eq!(StreamedMail::text(b"From: a\r\n".to_vec()).head(), b"From: a\r\n");
    }
}
