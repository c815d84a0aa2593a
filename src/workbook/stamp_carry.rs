//! Deflate data carried over up to a place in what it holds (RFC 1951), without compressing anything again.
//!
//! The codes of a block are walked one by one, which is several times faster than inflating, until the next one would lead
//! past the place. All bits up to there are kept; the block is ended with its own end code, and an empty stored block leads
//! back to a byte boundary, so that other blocks can follow.

/// Deflate data that more must follow, and how many bytes it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    pub bytes: Vec<u8>,
    pub length: usize,
}

/// The longest code (RFC 1951, 3.2.7).
const LONGEST: usize = 15;
const END: u16 = 256;

/// The beginning of deflate data that holds at most `place` bytes: within 257 of it, unless a stored block begins before
/// and ends after it. None where the data is not sound.
pub fn carry(raw: &[u8], place: usize) -> Option<Carried> {
    let mut bits = Bits { raw, at: 0 };
    let mut length = 0;
    loop {
        let begin = bits.at;
        let header = bits.take(3)?;
        let (is_last, kind) = (header & 1 == 1, header >> 1);
        if kind == 0 {
            bits.at = bits.at.next_multiple_of(8);
            let (stored, check) = (bits.take(16)?, bits.take(16)?);
            if stored != !check & 0xffff {
                return None;
            }
            let after = length + stored as usize;
            if after > place {
                return Some(cut(raw, begin, begin, None, length));
            }
            bits.at += 8 * stored as usize;
            length = after;
        } else {
            let (codes, distances) = match kind {
                1 => fixed()?,
                2 => dynamic(&mut bits)?,
                _ => return None,
            };
            let first = bits.at;
            loop {
                let before = bits.at;
                let step = symbol(&mut bits, &codes, &distances)?;
                if step == 0 {
                    break;
                }
                if length + step > place {
                    let end = if before == first { begin } else { before };
                    return Some(cut(raw, begin, end, codes.end.filter(|_| end != begin), length));
                }
                length += step;
            }
        }
        if is_last {
            return None;
        }
    }
}

/// How many bytes the next code stands for; 0 at the end of the block.
fn symbol(bits: &mut Bits<'_>, codes: &Codes, distances: &Codes) -> Option<usize> {
    let symbol = codes.next(bits)?;
    if symbol < END {
        return Some(1);
    }
    if symbol == END {
        return Some(0);
    }
    let place = usize::from(symbol - END - 1);
    let length = usize::from(*LENGTHS.get(place)?) + bits.take(extra_of_length(place))? as usize;
    let distance = distances.next(bits)?;
    if distance > 29 {
        return None;
    }
    bits.take((u32::from(distance) / 2).saturating_sub(1))?;
    Some(length)
}

/// The shortest length of each length code (3.2.5).
const LENGTHS: [u16; 29] =
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

const fn extra_of_length(place: usize) -> u32 {
    match place {
        0..8 | 28 => 0,
        _ => place as u32 / 4 - 1,
    }
}

/// The bits up to `end`, with no block marked as the last, the open block ended, and the way back to a byte boundary.
fn cut(raw: &[u8], begin: usize, end: usize, end_code: Option<(u16, u8)>, length: usize) -> Carried {
    let mut bytes = Vec::with_capacity(end / 8 + 16);
    bytes.extend_from_slice(&raw[..end / 8]);
    let mut used = end % 8;
    if used > 0 {
        bytes.push(raw[end / 8] & ((1 << used) - 1));
    }
    if begin < end {
        bytes[begin / 8] &= !(1 << (begin % 8));
    }
    // The end code, then the header of a stored block: three bits of zero.
    let (code, count) = end_code.unwrap_or_default();
    for place in 0..count + 3 {
        if used == 0 {
            bytes.push(0);
        }
        let bit = if place < count { (code >> place) as u8 & 1 } else { 0 };
        if let Some(last) = bytes.last_mut() {
            *last |= bit << used;
        }
        used = (used + 1) % 8;
    }
    bytes.extend([0, 0, 0xff, 0xff]);
    Carried { bytes, length }
}

/// Prefix codes: at the next bits of the data, which symbol and how long its code is (0 is none).
struct Codes {
    table: Vec<(u16, u8)>,
    mask: usize,
    /// The code that ends a block, its first bit lowest, and its length.
    end: Option<(u16, u8)>,
}

impl Codes {
    /// From the lengths of the codes (3.2.2).
    fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0_u32; LONGEST + 1];
        for length in lengths.iter().filter(|l| **l > 0) {
            counts[usize::from(*length)] += 1;
        }
        let longest = counts.iter().rposition(|c| *c > 0)?;
        let mut next = [0_u32; LONGEST + 1];
        for length in 1..=longest {
            next[length] = (next[length - 1] + if length == 1 { 0 } else { counts[length - 1] }) << 1;
            if next[length] + counts[length] > 1 << length {
                return None;
            }
        }
        let mut table = vec![(0, 0); 1 << longest];
        let mut end = None;
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, l)| **l > 0) {
            let size = usize::from(*length);
            let code = (next[size] as u16).reverse_bits() >> (16 - size);
            next[size] += 1;
            if symbol == usize::from(END) {
                end = Some((code, *length));
            }
            for place in (usize::from(code)..table.len()).step_by(1 << size) {
                table[place] = (symbol as u16, *length);
            }
        }
        Some(Self { mask: table.len() - 1, table, end })
    }

    fn next(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (symbol, length) = self.table[bits.peek() as usize & self.mask];
        bits.at += usize::from(length);
        (length > 0 && bits.at <= 8 * bits.raw.len()).then_some(symbol)
    }
}

struct Bits<'a> {
    raw: &'a [u8],
    /// In bits from the front, the lowest bit of a byte first.
    at: usize,
}

impl Bits<'_> {
    /// At least 57 bits, zeros behind the end.
    fn peek(&self) -> u64 {
        let byte = self.at / 8;
        let word = if let Some(bytes) = self.raw.get(byte..byte + 8).and_then(|b| b.try_into().ok()) {
            u64::from_le_bytes(bytes)
        } else {
            let rest = self.raw.get(byte..).unwrap_or_default();
            rest.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte))
        };
        word >> (self.at % 8)
    }

    fn take(&mut self, count: u32) -> Option<u32> {
        let taken = self.peek() & ((1 << count) - 1);
        self.at += count as usize;
        (self.at <= 8 * self.raw.len()).then_some(taken as u32)
    }
}

fn fixed() -> Option<(Codes, Codes)> {
    let mut lengths = [8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    Some((Codes::new(&lengths)?, Codes::new(&[5; 30])?))
}

/// The codes that a block brings along (3.2.7).
fn dynamic(bits: &mut Bits<'_>) -> Option<(Codes, Codes)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let (literals, distances) = (bits.take(5)? as usize + 257, bits.take(5)? as usize + 1);
    let count = bits.take(4)? as usize + 4;
    let mut lengths = [0_u8; 19];
    for place in &ORDER[..count] {
        lengths[*place] = bits.take(3)? as u8;
    }
    let codes = Codes::new(&lengths)?;
    let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
    while lengths.len() < literals + distances {
        let (length, times) = match codes.next(bits)? {
            length @ 0..16 => (length as u8, 1),
            16 => (*lengths.last()?, bits.take(2)? + 3),
            17 => (0, bits.take(3)? + 3),
            _ => (0, bits.take(7)? + 11),
        };
        lengths.extend(std::iter::repeat_n(length, times as usize));
    }
    let (literals, distances) = lengths.get(..literals + distances)?.split_at(literals);
    // A block without any repetition has no distance codes at all.
    Some((Codes::new(literals)?, Codes::new(distances).or_else(|| Codes::new(&[1]))?))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
    use proptest::prelude::*;

    use super::*;

    fn deflate(bytes: &[u8], level: u32, flush_at: usize) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
        let (head, tail) = bytes.split_at(flush_at.min(bytes.len()));
        encoder.write_all(head).unwrap();
        if flush_at % 2 == 1 {
            encoder.flush().unwrap();
        }
        encoder.write_all(tail).unwrap();
        encoder.finish().unwrap()
    }

    /// The carried part with the rest stored behind it is what the whole was.
    fn comes_back(text: &[u8], raw: &[u8], place: usize) -> usize {
        let carried = carry(raw, place).unwrap_or_else(|| panic!("nothing carried up to {place} of {}", text.len()));
        assert!(carried.length <= place);
        let mut data = carried.bytes;
        data.extend(deflate(&text[carried.length..], 0, 0));
        let mut back = Vec::new();
        DeflateDecoder::new(data.as_slice()).read_to_end(&mut back).unwrap();
        assert!(back == text, "place {place}, carried {}", carried.length);
        place - carried.length
    }

    /// Text as sheets have it, of some 40,000 numbers.
    fn sheet(seed: u64) -> Vec<u8> {
        let mut text = Vec::new();
        let mut state = seed;
        for row in 0..4000 {
            for column in ['A', 'B', 'C'] {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                write!(text, "<c r=\"{column}{row}\"><v>{}</v></c>", state >> 44).unwrap();
            }
        }
        text
    }

    #[test]
    fn all_that_is_before_a_place_is_carried() {
        let text = sheet(7);
        for level in [1, 6, 9] {
            let raw = deflate(&text, level, 0);
            for place in [0, 1, 2, 300, 65_535, 65_536, 100_000, text.len() - 300, text.len() - 1] {
                assert!(comes_back(&text, &raw, place) < 258, "level {level}, place {place}");
            }
        }
        // Beyond the end there is nothing to carry from.
        assert_eq!(carry(&deflate(&text, 6, 0), text.len()), None);
    }

    #[test]
    fn fixed_codes_and_stored_blocks_are_known() {
        for place in 0..11 {
            comes_back(b"hello hello", &deflate(b"hello hello", 6, 0), place);
            comes_back(b"hello hello", &deflate(b"hello hello", 0, 0), place);
        }
        let noise: Vec<u8> = (0..200_000_u64)
            .map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8 ^ ((n * n) >> 7) as u8)
            .collect();
        let raw = deflate(&noise, 1, 0);
        for place in [0, 70_000, 150_000, 199_999] {
            comes_back(&noise, &raw, place);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_carried_at_any_place(
            seed in any::<u64>(), level in 0_u32..10, at in 0.0..1.0_f64, flush in 0_usize..200_000,
        ) {
            let text = sheet(seed);
            let place = (at * text.len() as f64) as usize;
            comes_back(&text, &deflate(&text, level, flush), place);
        }

        #[test]
        fn what_is_not_sound_is_not_carried_or_carried_somehow(bytes in prop::collection::vec(any::<u8>(), 0..300), place in 0_usize..5000) {
            if let Some(carried) = carry(&bytes, place) {
                prop_assert!(carried.length <= place);
            }
        }
    }
}
