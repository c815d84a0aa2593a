//! The entry points of the fuzz targets in a seeded random loop, with sheets and answers that are nearly sound.
//!
//! `ZHINAQ_ROUNDS=200000 cargo test --test all reading::random` runs longer; a round that fails prints its seed.

use std::io::{Cursor, Read as _, Write as _};

use zhinaq::read::{self, Document};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::made_up::{Made, read_as, wanted};

/// Marsaglia's xorshift: equal rounds on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

fn rounds() -> u64 {
    std::env::var("ZHINAQ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(400)
}

/// What a mutation inserts: pieces with a meaning for a reader, and bytes without one.
const PIECES: [&str; 20] = [
    "<",
    ">",
    "/>",
    "</c>",
    "<c r=\"",
    "\"",
    "<v>",
    "</v>",
    "1e400",
    "-0",
    "NaN",
    "t=\"s\"",
    "<row r=\"1048576\">",
    "<mergeCell ref=\"A1:XFD9\"/>",
    "&#x0;",
    "&lt;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "\u{a0}",
];

fn mutated(chance: &mut Chance, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len());
        let end = (at + chance.below(40)).min(bytes.len());
        match chance.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, PIECES[chance.below(PIECES.len())].bytes())),
            2 => {
                let piece = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                drop(bytes.splice(to..to, piece));
            }
            3 if at < bytes.len() => bytes[at] = chance.below(256) as u8,
            _ => drop(bytes.splice(at..end, PIECES[chance.below(PIECES.len())].bytes())),
        }
        if bytes.is_empty() {
            bytes.push(b'<');
        }
    }
    bytes
}

/// The parts of the usual workbook, to be stored uncompressed.
pub(super) fn parts() -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(Made::usual().bytes())).unwrap();
    let count = zip.len();
    let part = |index| {
        let mut file = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    };
    (0..count).map(part).collect()
}

pub(super) fn stored<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_part_that_is_nearly_sound_ends_in_figures_or_a_sentence() {
    let parts = parts();
    let spoilt: Vec<usize> = (0..parts.len()).filter(|i| parts[*i].0.starts_with("xl/")).collect();
    let (mut read_rounds, mut refused_rounds) = (0, 0);
    for seed in 1..=rounds() {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let which = spoilt[chance.below(spoilt.len())];
        let other = mutated(&mut chance, &parts[which].1);
        let content = |i: usize| if i == which { other.as_slice() } else { parts[i].1.as_slice() };
        let bytes = stored(parts.iter().enumerate().map(|(i, (name, _))| (name.as_str(), content(i))));
        match read_as(&wanted("2022-M12"), "form.xlsx", &bytes) {
            Ok(reading) => {
                read_rounds += 1;
                for section in reading.datasets.iter().flat_map(|d| &d.sections) {
                    assert_eq!(section.figures.len(), section.columns.len() * section.rows.len(), "seed {seed}");
                }
            }
            Err(refused) => {
                refused_rounds += 1;
                assert!(refused.to_string().chars().count() < 4_000, "seed {seed}: {refused}");
            }
        }
        let _ = read::learn(&"1-x".parse().unwrap(), &Document { name: "form.xlsx", bytes: &bytes });
    }
    assert!(read_rounds > 0 && refused_rounds > 0, "{read_rounds} read, {refused_rounds} refused");
}

#[test]
fn an_archive_that_is_nearly_sound_ends_in_figures_or_a_sentence() {
    let whole = Made::usual().bytes();
    for seed in 1..=rounds() {
        let bytes = mutated(&mut Chance(seed.wrapping_mul(0xD134_2543_DE82_EF95)), &whole);
        if let Err(refused) = read_as(&wanted("2022-M12"), "form.xlsx", &bytes) {
            assert!(refused.to_string().chars().count() < 4_000, "seed {seed}: {refused}");
        }
    }
}
