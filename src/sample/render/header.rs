//! Draws the header over the columns: a parent spans its columns, and a label extends down to the row of numbers.
//!
//! In come the labels of the columns; out come cells. This module does not know figures.

use super::{parts, sheet::Canvas};

/// Draws the labels from a row and a column on. Returns how many rows they take.
pub(super) fn header(canvas: &mut Canvas, top: u32, left: u16, labels: &[&str]) -> u32 {
    let paths: Vec<Vec<&str>> = labels.iter().map(|l| parts(l)).collect();
    let height = paths.iter().map(Vec::len).max().unwrap_or(1) as u32;
    draw(canvas, top, top + height - 1, left, &paths, 0);
    height
}

fn draw(canvas: &mut Canvas, top: u32, bottom: u32, left: u16, paths: &[Vec<&str>], level: usize) {
    let mut first = 0;
    while first < paths.len() {
        let path = &paths[first];
        let column = left + first as u16;
        if path.len() == level + 1 {
            canvas.text((top, column, bottom, column), path[level]);
            first += 1;
            continue;
        }
        let inside = |other: &Vec<&str>| other.len() > level + 1 && other[level] == path[level];
        let count = paths[first..].iter().take_while(|p| inside(p)).count();
        canvas.text((top, column, top, column + count as u16 - 1), path[level]);
        draw(canvas, top + 1, bottom, column, &paths[first..first + count], level + 1);
        first += count;
    }
}
