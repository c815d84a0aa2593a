//! Draws outlines as a picture: each region in the shade of its class, with its number and the numeral of its class on
//! it. In: a planned picture, a theme. Out: PNG. This module does not know where the picture is on its sheet.

use super::{
    WorkbookError,
    plan::ImagePlan,
    raster::{Canvas, height_of},
    theme::{StyleRole, Theme},
};

/// The colours before those of the shades: the paper is 0, then a border, and the strokes of a region without a value.
const BORDER: u8 = 1;
const STROKES: u8 = 2;
const FIRST_SHADE: u8 = 3;
const SHADES: [StyleRole; 6] = [
    StyleRole::MapLowest,
    StyleRole::MapLow,
    StyleRole::MapMiddle,
    StyleRole::MapHigh,
    StyleRole::MapHighest,
    StyleRole::MapNone,
];
/// Pixels of a border, between strokes, around a label, and of a dot of its two lines.
const BORDER_WIDTH: i32 = 2;
const BETWEEN_STROKES: i32 = 14;
const AROUND: i32 = 6;
const NUMBER_DOT: i32 = 4;
const NUMERAL_DOT: i32 = 3;
const LABEL: (i32, i32) = ImagePlan::LABEL;

/// Draws a planned picture.
///
/// # Errors
/// Only by a fault of the program.
pub fn png(image: &ImagePlan, theme: &Theme) -> Result<Vec<u8>, WorkbookError> {
    let picture = &image.picture;
    let mut canvas = Canvas::new(picture.width, picture.height);
    for (outlined, (role, _)) in picture.outlines.iter().zip(&image.looks) {
        let is_none = *role == StyleRole::MapNone;
        for y in outlined.rows() {
            for (from, to) in outlined.runs(y) {
                for x in from..to {
                    let is_stroke = is_none && (x + y).rem_euclid(BETWEEN_STROKES) < BORDER_WIDTH;
                    canvas.dot(x, y, if is_stroke { STROKES } else { fill(*role) });
                }
            }
        }
        for ring in &outlined.rings {
            for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                canvas.line(*from, *to, BORDER_WIDTH, BORDER);
            }
        }
    }
    // Labels come last, so that no outline is drawn over one.
    for (outlined, (role, [number, numeral])) in picture.outlines.iter().zip(&image.looks) {
        let (x, y) = outlined.label;
        if outlined.anchor != outlined.label {
            canvas.line(outlined.anchor, outlined.label, BORDER_WIDTH, BORDER);
        }
        let (left, top) = (x - LABEL.0 / 2, y - LABEL.1 / 2);
        let (right, bottom) = (left + LABEL.0, top + LABEL.1);
        canvas.rectangle((left, top), (right, bottom), BORDER);
        let inside = (left + BORDER_WIDTH, top + BORDER_WIDTH);
        canvas.rectangle(inside, (right - BORDER_WIDTH, bottom - BORDER_WIDTH), fill(*role));
        let ink = fill(*role) + 1;
        canvas.text(number, (x, top + AROUND), NUMBER_DOT, ink);
        canvas.text(numeral, (x, top + 2 * AROUND + height_of(NUMBER_DOT)), NUMERAL_DOT, ink);
    }
    Ok(canvas.png(&palette(theme))?)
}

/// The number of a shade's colour; that of its texts is the next one.
fn fill(role: StyleRole) -> u8 {
    let place = SHADES.iter().position(|shade| *shade == role).unwrap_or(SHADES.len() - 1);
    FIRST_SHADE + 2 * place as u8
}

fn palette(theme: &Theme) -> Vec<u32> {
    const WHITE: u32 = 0x00ff_ffff;
    let border = theme.look(StyleRole::MapNone).rule_around.map_or(theme.body.color.0, |rule| rule.0);
    let shades = SHADES.iter().flat_map(|role| {
        let look = theme.look(*role);
        [look.fill.map_or(WHITE, |fill| fill.0), look.color.map_or(theme.body.color.0, |ink| ink.0)]
    });
    let mut colours = vec![WHITE, border, theme.charts.grid.0];
    colours.extend(shades);
    colours
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::width_of;

    #[test]
    fn a_label_has_room_for_two_digits_and_the_longest_numeral() {
        let wide = width_of("00", NUMBER_DOT).max(width_of("III", NUMERAL_DOT)) + 2 * BORDER_WIDTH;
        let high = 3 * AROUND + height_of(NUMBER_DOT) + height_of(NUMERAL_DOT);
        assert!(wide <= LABEL.0 && high <= LABEL.1, "{wide} {high}");
    }

    #[test]
    fn a_region_without_a_value_has_the_look_of_none() {
        let looks: Vec<u8> = SHADES.iter().map(|role| fill(*role)).collect();
        assert_eq!(looks, [3, 5, 7, 9, 11, 13]);
        let colours = palette(&Theme::embedded().unwrap());
        // Three colours before the shades, then a shade and its ink for each role.
        assert_eq!((colours.len(), colours[13], colours[3]), (3 + 2 * 6, 0x00ff_ffff, 0x00ea_f2fa));
    }
}
