//! The splice point of a compressed sheet: the place before its page header and footer, where the compressor starts
//! anew.
//!
//! In comes a part; out comes its compressed data, or the compressed data before its splice point. Copies differ only
//! in their footers. The data before the splice point is carried over into each copy in compressed form. The data after
//! it can be decompressed separately (RFC 1951; the mark is that of a full flush in zlib, an empty stored block). This
//! module does not know copies or masters.

use std::io::Read as _;

use flate2::{Compress, FlushCompress, Status, read::DeflateDecoder};
use memchr::memmem;

/// The XML of a sheet continues with this after its splice point.
const FOOT: &str = "<headerFooter";
/// The length of an empty stored block, and its complement.
const MARK: [u8; 4] = [0, 0, 0xff, 0xff];
/// How many marks are tried from the end. The data of the footer may contain the bytes of the mark, but never so often.
const MARKS: usize = 4;

/// The place of the splice point in the XML of a sheet.
pub fn place(xml: &str) -> Option<usize> {
    xml.rfind(FOOT)
}

/// Compresses a part as raw deflate data, with an optional splice point.
///
/// # Errors
/// When the compressor does not finish.
pub fn compressed(deflate: &mut Compress, part: &[u8], splice_at: Option<usize>) -> std::io::Result<Vec<u8>> {
    // Deflate adds at most five bytes to 16 KiB of incompressible data (RFC 1951, 3.2.4).
    let mut bytes = Vec::with_capacity(part.len() + part.len() / 1024 + 64);
    let (head, tail) = part.split_at(splice_at.unwrap_or(0));
    let mut run = |input: &[u8], flush| deflate.compress_vec(input, &mut bytes, flush).map_err(std::io::Error::other);
    if !head.is_empty() {
        run(head, FlushCompress::Full)?;
    }
    let status = run(tail, FlushCompress::Finish)?;
    if status != Status::StreamEnd || deflate.total_in() != part.len() as u64 {
        return Err(std::io::Error::other("the compressor did not come to its end"));
    }
    Ok(bytes)
}

/// The compressed data of a part before its splice point, and its uncompressed length; `None` if there is no splice
/// point.
pub fn head<'a>(raw: &'a [u8], text: &str) -> Option<(&'a [u8], usize)> {
    let marks = memmem::rfind_iter(raw, &MARK).take(MARKS);
    marks.map(|at| raw.split_at(at + MARK.len())).find_map(|(head, behind)| {
        let mut tail = Vec::new();
        DeflateDecoder::new(behind).take(text.len() as u64).read_to_end(&mut tail).ok()?;
        let is_tail = tail.starts_with(FOOT.as_bytes()) && text.as_bytes().ends_with(&tail);
        is_tail.then_some((head, text.len() - tail.len()))
    })
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use proptest::prelude::*;

    use super::*;

    fn compressor(level: u32) -> Compress {
        Compress::new(Compression::new(level), false)
    }

    fn inflated(raw: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        DeflateDecoder::new(raw).read_to_end(&mut text).unwrap();
        text
    }

    /// A sheet with this number of numbers.
    fn sheet(numbers: u64, seed: u64, foot: &str) -> String {
        let cells = (0..numbers).map(|n| {
            let value = n.wrapping_mul(seed | 1).wrapping_mul(6_364_136_223_846_793_005) >> 44;
            format!("<c r=\"A{n}\"><v>{value}</v></c>")
        });
        format!("<worksheet>{}{FOOT}>{foot}</headerFooter></worksheet>", cells.collect::<String>())
    }

    /// The same data with another footer after the splice point.
    fn another(raw: &[u8], text: &str) -> Option<String> {
        let (head, length) = head(raw, text)?;
        let mut whole = head.to_vec();
        whole.extend(compressed(&mut compressor(6), b"<headerFooter>another</headerFooter>", None).unwrap());
        let back = String::from_utf8(inflated(&whole)).unwrap();
        assert_eq!(back[..length], text[..length]);
        Some(back[length..].to_owned())
    }

    #[test]
    fn no_seam_is_found_where_there_is_none() {
        let text = sheet(5000, 7, "a");
        let whole = compressed(&mut compressor(6), text.as_bytes(), None).unwrap();
        assert_eq!(head(&whole, &text), None);
        // A splice point elsewhere does not count.
        let early = compressed(&mut compressor(6), text.as_bytes(), Some(100)).unwrap();
        assert_eq!(head(&early, &text), None);
        // Neither does one before another text.
        let seamed = compressed(&mut compressor(6), text.as_bytes(), place(&text)).unwrap();
        assert_eq!(head(&seamed, &sheet(5000, 7, "b")), None);
        assert_eq!(head(&seamed[..seamed.len() - 3], &text), None);
        assert_eq!(head(&[], &text), None);
    }

    proptest! {
        #[test]
        fn another_footer_may_stand_behind_the_seam(
            numbers in 0_u64..3000, seed in any::<u64>(), level in 0_u32..10, foot in "[a-zа-я &;]{0,300}",
        ) {
            let text = sheet(numbers, seed, &foot);
            let raw = compressed(&mut compressor(level), text.as_bytes(), place(&text)).unwrap();
            prop_assert!(inflated(&raw) == text.as_bytes());
            let with_another = another(&raw, &text);
            prop_assert_eq!(with_another.as_deref(), Some("<headerFooter>another</headerFooter>"));
        }

        #[test]
        fn noise_has_no_seam(noise in prop::collection::vec(any::<u8>(), 0..300), at in 0_usize..300) {
            let mut raw = noise;
            raw.splice(at.min(raw.len())..at.min(raw.len()), MARK);
            prop_assert_eq!(head(&raw, &sheet(10, 3, "a")), None);
        }
    }
}
