//! A picture of a few colours: runs, lines, texts in letters of five by seven dots, and the picture as PNG (ISO/IEC
//! 15948, with a palette). In: what to draw, in pixels. Out: bytes, equal for equal drawings. This module does not know
//! what the picture shows.

use std::io::{self, Write as _};

use flate2::{Compression, write::ZlibEncoder};

/// A picture; each pixel has the number of a colour.
#[derive(Debug)]
pub struct Canvas {
    width: i32,
    height: i32,
    pixels: Vec<u8>,
}

/// Dots across and down a letter, and between letters.
const ACROSS: i32 = 5;
const DOWN: i32 = 7;
const BETWEEN: i32 = 1;

impl Canvas {
    /// A picture of the colour 0.
    #[must_use]
    pub fn new(width: i32, height: i32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        Self { width, height, pixels: vec![0; width as usize * height as usize] }
    }

    /// Colours a pixel; one outside of the picture is left out.
    pub fn dot(&mut self, x: i32, y: i32, colour: u8) {
        if (0..self.width).contains(&x) && (0..self.height).contains(&y) {
            self.pixels[y as usize * self.width as usize + x as usize] = colour;
        }
    }

    /// Colours a rectangle; `to` is behind it.
    pub fn rectangle(&mut self, from: (i32, i32), to: (i32, i32), colour: u8) {
        for y in from.1..to.1 {
            for x in from.0..to.0 {
                self.dot(x, y, colour);
            }
        }
    }

    /// Draws a line of so many pixels' width (Bresenham).
    pub fn line(&mut self, from: (i32, i32), to: (i32, i32), width: i32, colour: u8) {
        let (mut x, mut y) = from;
        let (right, down) = ((to.0 - x).abs(), (to.1 - y).abs());
        let (step_x, step_y) = ((to.0 - x).signum(), (to.1 - y).signum());
        let mut error = right - down;
        loop {
            self.rectangle((x, y), (x + width, y + width), colour);
            if (x, y) == to {
                return;
            }
            let twice = 2 * error;
            if twice > -down {
                error -= down;
                x += step_x;
            }
            if twice < right {
                error += right;
                y += step_y;
            }
        }
    }

    /// Writes a text around a middle, each dot of a letter as a square of so many pixels.
    pub fn text(&mut self, text: &str, (x, top): (i32, i32), dot: i32, colour: u8) {
        let mut left = x - width_of(text, dot) / 2;
        for letter in text.chars() {
            for (row, dots) in (0..).zip(dots_of(letter)) {
                for column in (0..ACROSS).filter(|column| dots >> (ACROSS - 1 - column) & 1 == 1) {
                    let (x, y) = (left + column * dot, top + row * dot);
                    self.rectangle((x, y), (x + dot, y + dot), colour);
                }
            }
            left += (ACROSS + BETWEEN) * dot;
        }
    }

    /// The picture as PNG; each colour is red, green and blue.
    ///
    /// # Errors
    /// Only by a fault of the program: the bytes go to memory.
    pub fn png(&self, colours: &[u32]) -> io::Result<Vec<u8>> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut head = Vec::new();
        for size in [self.width, self.height] {
            head.extend_from_slice(&(size as u32).to_be_bytes());
        }
        // Eight bits a pixel, a palette, and the one way of compression, filters and order.
        head.extend_from_slice(&[8, 3, 0, 0, 0]);
        chunk(*b"IHDR", &head, &mut png);
        let palette: Vec<u8> = colours.iter().flat_map(|colour| colour.to_be_bytes()[1..].to_vec()).collect();
        chunk(*b"PLTE", &palette, &mut png);
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(9));
        for row in self.pixels.chunks(self.width as usize) {
            // No filter: neighbours have the same number or another one, and no number is near another.
            encoder.write_all(&[0])?;
            encoder.write_all(row)?;
        }
        chunk(*b"IDAT", &encoder.finish()?, &mut png);
        chunk(*b"IEND", &[], &mut png);
        Ok(png)
    }
}

/// The width of a text in pixels.
#[must_use]
pub fn width_of(text: &str, dot: i32) -> i32 {
    let letters = text.chars().count() as i32;
    (letters * (ACROSS + BETWEEN) - BETWEEN).max(0) * dot
}

/// The height of a text in pixels.
#[must_use]
pub const fn height_of(dot: i32) -> i32 {
    DOWN * dot
}

fn chunk(kind: [u8; 4], data: &[u8], to: &mut Vec<u8>) {
    to.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let begin = to.len();
    to.extend_from_slice(&kind);
    to.extend_from_slice(data);
    let crc = crc32fast::hash(&to[begin..]);
    to.extend_from_slice(&crc.to_be_bytes());
}

/// The rows of a letter, each a number of five bits. Only digits, `I`, `V` and the dash have dots.
const fn dots_of(letter: char) -> [u8; 7] {
    match letter {
        '0' => [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        '1' => [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        '2' => [0b01110, 0b10001, 0b00001, 0b00010, 0b00100, 0b01000, 0b11111],
        '3' => [0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110],
        '4' => [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        '5' => [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        '6' => [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        '7' => [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        '8' => [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        '9' => [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        'I' => [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        'V' => [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100],
        '-' => [0, 0, 0, 0b11111, 0, 0, 0],
        _ => [0; 7],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    /// The rows of a canvas, a letter for each colour.
    fn shown(canvas: &Canvas) -> Vec<String> {
        let rows = canvas.pixels.chunks(canvas.width as usize);
        rows.map(|row| row.iter().map(|colour| char::from(b'.' + colour)).collect()).collect()
    }

    #[test]
    fn lines_and_rectangles_end_at_the_edge() {
        let mut canvas = Canvas::new(5, 3);
        canvas.line((-1, 0), (7, 2), 1, 1);
        canvas.rectangle((3, 2), (9, 9), 2);
        assert_eq!(shown(&canvas), ["//...", "..///", "...00"]);
    }

    #[test]
    fn a_text_is_around_its_middle() {
        let mut canvas = Canvas::new(13, 7);
        canvas.text("1V", (6, 0), 1, 1);
        assert_eq!(shown(&canvas)[..2], [".../.../.../.", "..//.../.../."]);
        assert_eq!((width_of("1V", 3), height_of(3), width_of("", 3)), (33, 21, 0));
    }

    #[test]
    fn a_png_has_its_size_its_palette_and_its_pixels() {
        let mut canvas = Canvas::new(4, 2);
        canvas.rectangle((1, 0), (3, 1), 1);
        let png = canvas.png(&[0x00ff_ffff, 0x0012_3456]).unwrap();
        assert_eq!(png, canvas.png(&[0x00ff_ffff, 0x0012_3456]).unwrap());
        // Each chunk: the length of its data, its kind, the data, a checksum.
        let (mut rest, mut chunks) = (&png[8..], Vec::new());
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length) as usize;
            let (kind, data) = (&after[..4], &after[4..4 + length]);
            assert_eq!(crc32fast::hash(&after[..4 + length]).to_be_bytes(), after[4 + length..8 + length]);
            chunks.push((kind.to_vec(), data.to_vec()));
            rest = &after[8 + length..];
        }
        let kinds: Vec<&[u8]> = chunks.iter().map(|(kind, _)| kind.as_slice()).collect();
        assert_eq!(kinds, [b"IHDR", b"PLTE", b"IDAT", b"IEND"]);
        assert_eq!(chunks[0].1, [0, 0, 0, 4, 0, 0, 0, 2, 8, 3, 0, 0, 0]);
        assert_eq!(chunks[1].1, [255, 255, 255, 0x12, 0x34, 0x56]);
        let mut pixels = Vec::new();
        flate2::read::ZlibDecoder::new(chunks[2].1.as_slice()).read_to_end(&mut pixels).unwrap();
        assert_eq!(pixels, [0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
    }
}
