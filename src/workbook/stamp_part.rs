//! One part of a master that differs from copy to copy: a head that is the same in all copies, carried over as it was
//! compressed, and a short tail with holes.
//!
//! The writer of masters leaves a splice point where the head ends ([`ooxml::deflate_splice`]). A part without a splice
//! point, or with a hole before it, is compressed once more up to its first hole, and from then on carried over too.

use std::{
    io::{self, Write as _},
    ops::Range,
};

use crc32fast::Hasher;
use flate2::{Compression, write::DeflateEncoder};

use memchr::memmem;

use super::stamp_mark::{Hole, Place, Texts};
use ooxml::deflate_splice;

/// Why a part cannot be stamped.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    #[error("the cell that shows text {index} of the shared texts is not written as expected")]
    Cell { index: usize },
    #[error("the shared texts are not closed")]
    Strings,
    #[error("it cannot be compressed")]
    Compress(#[from] io::Error),
}

/// A shared text with a placeholder: its number, and its XML between `<si>` and `</si>`.
#[derive(Debug, Clone)]
pub struct HoledString {
    index: usize,
    inner: String,
    /// The place of the inner XML in the part.
    place: Range<usize>,
}

/// A part with holes.
#[derive(Debug)]
pub struct Part {
    head: Compressed,
    /// The bytes between the head and the first hole.
    between: Vec<u8>,
    tail: Vec<Piece>,
    /// For each header or footer with a hole: how many characters it has besides, and its holes.
    footers: Vec<(usize, Vec<Hole>)>,
}

/// Raw deflate data that ends on a byte boundary, and what it holds.
#[derive(Debug, Clone)]
pub struct Compressed {
    pub bytes: Vec<u8>,
    pub length: u64,
    /// Over all of the part up to here.
    pub crc: Hasher,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    /// A longer text, compressed once for all copies and independently of the bytes before it.
    Packed(Compressed),
    Hole(Hole, Place),
}

struct Edit {
    place: Range<usize>,
    pieces: Vec<Piece>,
}

/// A text between holes up to this length is stored as it is: compressing it for each copy would cost more time than it
/// saves room.
const STORED: usize = 1024;
/// The level of zlib's own default, which the master's parts have too.
const LEVEL: u32 = 6;

impl Part {
    /// The shared texts that hold a placeholder.
    pub fn holes_in_strings(text: &str) -> Result<Vec<HoledString>, PartError> {
        let mut holed = Vec::new();
        let mut at = 0;
        let mut index = 0;
        while let Some(found) = text[at..].find("<si") {
            let open = at + found + "<si".len();
            match text.as_bytes().get(open) {
                Some(b'/') => at = open,
                Some(b'>' | b' ') => {
                    let start = open + text[open..].find('>').ok_or(PartError::Strings)? + 1;
                    let end = start + text[start..].find("</si>").ok_or(PartError::Strings)?;
                    let inner = &text[start..end];
                    if Hole::ALL.iter().any(|h| inner.contains(h.placeholder())) {
                        holed.push(HoledString { index, inner: inner.to_owned(), place: start..end });
                    }
                    at = end;
                }
                _ => {
                    at = open;
                    continue;
                }
            }
            index += 1;
        }
        Ok(holed)
    }

    /// The shared texts, with an empty text in place of each that has a placeholder; all numbers stay.
    pub fn strings_without(text: &str, strings: &[HoledString]) -> String {
        let mut without = String::with_capacity(text.len());
        let mut at = 0;
        for string in strings {
            without.push_str(&text[at..string.place.start]);
            without.push_str("<t></t>");
            at = string.place.end;
        }
        without + &text[at..]
    }

    /// A part without holes that differs from the master's.
    pub fn constant(text: &str) -> Result<Self, PartError> {
        let head = deflate(&Hasher::new(), text.as_bytes())?;
        Ok(Self { head, between: Vec::new(), tail: Vec::new(), footers: Vec::new() })
    }

    /// A sheet: cells that show a shared text with a placeholder become inline texts, and placeholders in the
    /// header, the footer and inline texts become holes. `deflated` is the text as the master has it compressed.
    pub fn of_sheet(text: &str, deflated: Option<&[u8]>, strings: &[HoledString]) -> Result<Self, PartError> {
        let mut edits = Vec::new();
        for string in strings {
            let value = format!("<v>{}</v></c>", string.index);
            for at in memmem::find_iter(text.as_bytes(), &value) {
                edits.extend(cell(text, at, at + value.len(), string)?);
            }
        }
        let footer = text.rfind("<headerFooter").map_or(text.len(), |at| at);
        for (place, hole) in holes(text) {
            let kind = if place.start > footer { Place::Footer } else { Place::Cell };
            edits.push(Edit { place, pieces: vec![Piece::Hole(hole, kind)] });
        }
        let mut part = Self::edited(text, deflated, edits)?;
        part.footers = footers(&text[footer..]);
        Ok(part)
    }

    /// A part of the document's properties.
    pub fn of_properties(text: &str, deflated: Option<&[u8]>) -> Result<Self, PartError> {
        let edit = |(place, hole)| Edit { place, pieces: vec![Piece::Hole(hole, Place::Property)] };
        Self::edited(text, deflated, holes(text).map(edit).collect())
    }

    fn edited(text: &str, deflated: Option<&[u8]>, mut edits: Vec<Edit>) -> Result<Self, PartError> {
        edits.sort_by_key(|edit| edit.place.start);
        let Some(first) = edits.first() else { return Self::constant(text) };
        let before = &text.as_bytes()[..first.place.start];
        let head = match deflated.and_then(|raw| deflate_splice::head(raw, text)) {
            Some((bytes, length)) if before.len().checked_sub(length).is_some_and(|between| between <= STORED) => {
                let mut crc = Hasher::new();
                crc.update(&before[..length]);
                Compressed { bytes: bytes.to_vec(), length: length as u64, crc }
            }
            _ => deflate_head(before)?,
        };
        let between = before[head.length as usize..].to_vec();
        let mut tail = Vec::new();
        let mut at = first.place.start;
        for edit in edits {
            tail.push(piece(&text[at..edit.place.start])?);
            tail.extend(edit.pieces);
            at = edit.place.end;
        }
        tail.push(piece(&text[at..])?);
        Ok(Self { head, between, tail, footers: Vec::new() })
    }

    pub const fn has_holes(&self) -> bool {
        !self.tail.is_empty()
    }

    pub fn has_cell(&self) -> bool {
        self.tail.iter().any(|p| matches!(p, Piece::Hole(Hole::Copy, Place::Cell)))
    }

    pub fn has_footer(&self) -> bool {
        self.tail.iter().any(|p| matches!(p, Piece::Hole(Hole::Copy, Place::Footer)))
    }

    /// The part up to its first hole.
    pub const fn head(&self) -> &Compressed {
        &self.head
    }

    /// The part from its first hole, for one copy.
    pub fn tail(&self, texts: &Texts) -> Result<Compressed, PartError> {
        if self.tail.is_empty() {
            return Ok(Compressed { bytes: Vec::new(), length: 0, crc: self.head.crc.clone() });
        }
        let mut tail = Compressed { bytes: Vec::new(), length: 0, crc: self.head.crc.clone() };
        let mut text = self.between.clone();
        for piece in &self.tail {
            match piece {
                Piece::Text(more) => text.extend_from_slice(more.as_bytes()),
                Piece::Hole(hole, place) => text.extend_from_slice(texts.of(*hole, *place).as_bytes()),
                Piece::Packed(packed) => {
                    tail.take(&text, false)?;
                    text.clear();
                    tail.bytes.extend_from_slice(&packed.bytes);
                    tail.length += packed.length;
                    tail.crc.combine(&packed.crc);
                }
            }
        }
        tail.take(&text, true)?;
        Ok(tail)
    }

    /// The length of the longest header or footer of a copy, as a workbook counts it.
    pub fn footer_length(&self, texts: &Texts) -> Option<usize> {
        let length = |(rest, holes): &(usize, Vec<Hole>)| {
            rest + holes.iter().map(|hole| texts.footer_length(*hole)).sum::<usize>()
        };
        self.footers.iter().map(length).max()
    }
}

impl Compressed {
    /// Appends a text, to the end of the part or not.
    fn take(&mut self, text: &[u8], is_last: bool) -> io::Result<()> {
        if text.is_empty() && !is_last {
            return Ok(());
        }
        self.length += text.len() as u64;
        self.crc.update(text);
        if text.len() <= STORED {
            stored(&mut self.bytes, text, is_last);
        } else if is_last {
            self.bytes.extend(deflate(&Hasher::new(), text)?.bytes);
        } else {
            self.bytes.extend(deflate_head(text)?.bytes);
        }
        Ok(())
    }
}

fn piece(text: &str) -> io::Result<Piece> {
    if text.len() > STORED {
        deflate_head(text.as_bytes()).map(Piece::Packed)
    } else {
        Ok(Piece::Text(text.to_owned()))
    }
}

/// The places of the placeholders in a text, in order.
fn holes(text: &str) -> impl Iterator<Item = (Range<usize>, Hole)> {
    memmem::find_iter(text.as_bytes(), Hole::OPENING).filter_map(|at| {
        let hole = Hole::ALL.into_iter().find(|h| text[at..].starts_with(h.placeholder()))?;
        Some((at..at + hole.placeholder().len(), hole))
    })
}

/// The edit that makes a cell's shared text an inline one; `None` where the number is not that of a shared text.
fn cell(text: &str, value: usize, end: usize, string: &HoledString) -> Result<Option<Edit>, PartError> {
    let wrong = PartError::Cell { index: string.index };
    let start = text[..value].rfind("<c ").ok_or(PartError::Cell { index: string.index })?;
    let tag = &text[start..value];
    if !tag.ends_with('>') || tag.matches('>').count() != 1 {
        return Err(wrong);
    }
    if !tag.contains(" t=\"s\"") {
        return Ok(None);
    }
    let mut pieces = vec![Piece::Text(tag.replace(" t=\"s\"", " t=\"inlineStr\"") + "<is>")];
    let mut at = 0;
    while let Some((found, hole)) =
        Hole::ALL.iter().filter_map(|h| Some((string.inner[at..].find(h.placeholder())?, *h))).min_by_key(|(f, _)| *f)
    {
        pieces.push(Piece::Text(string.inner[at..at + found].to_owned()));
        pieces.push(Piece::Hole(hole, Place::Cell));
        at += found + hole.placeholder().len();
    }
    pieces.push(Piece::Text(format!("{}</is></c>", &string.inner[at..])));
    Ok(Some(Edit { place: start..end, pieces }))
}

/// The headers and footers of a sheet that hold a placeholder.
fn footers(text: &str) -> Vec<(usize, Vec<Hole>)> {
    let mut found = Vec::new();
    for name in ["oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let Some((_, rest)) = text.split_once(&open) else { continue };
        let Some((inner, _)) = rest.split_once(&close) else { continue };
        let mut rest = inner.to_owned();
        let mut holes = Vec::new();
        for hole in Hole::ALL {
            holes.extend(inner.matches(hole.placeholder()).map(|_| hole));
            rest = rest.replace(hole.placeholder(), "");
        }
        if !holes.is_empty() {
            found.push((shown_length(&rest), holes));
        }
    }
    found
}

/// The length of XML text in UTF-16 units, an entity being one character.
fn shown_length(xml: &str) -> usize {
    let entity = |rest: &str| rest.split_once(';').map_or(0, |(name, _)| name.encode_utf16().count() + 1);
    let mut pieces = xml.split('&');
    let first = pieces.next().unwrap_or_default().encode_utf16().count();
    first + pieces.map(|rest| 1 + rest.encode_utf16().count() - entity(rest)).sum::<usize>()
}

/// Raw deflate data that can be continued: it ends on a byte boundary, and no block is marked as the last.
fn deflate_head(bytes: &[u8]) -> io::Result<Compressed> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(LEVEL));
    encoder.write_all(bytes)?;
    // zlib's sync flush.
    encoder.flush()?;
    let mut crc = Hasher::new();
    crc.update(bytes);
    Ok(Compressed { bytes: std::mem::take(encoder.get_mut()), length: bytes.len() as u64, crc })
}

/// Raw deflate data to the end of the part.
fn deflate(before: &Hasher, bytes: &[u8]) -> io::Result<Compressed> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(LEVEL));
    encoder.write_all(bytes)?;
    let mut crc = before.clone();
    crc.update(bytes);
    Ok(Compressed { bytes: encoder.finish()?, length: bytes.len() as u64, crc })
}

/// A block of raw deflate data on a byte boundary, stored as it is (RFC 1951, 3.2.4).
fn stored(to: &mut Vec<u8>, bytes: &[u8], is_last: bool) {
    let length = bytes.len() as u16;
    to.push(u8::from(is_last));
    to.extend(length.to_le_bytes());
    to.extend((!length).to_le_bytes());
    to.extend(bytes);
}
