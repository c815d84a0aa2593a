//! The contrast of two colours.

/// The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(a: u32, b: u32) -> f64 {
    let luminance = |colour: u32| {
        let channel = |shift: u32| {
            let value = f64::from(colour >> shift & 0xff) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_runs_from_one_to_twenty_one() {
        assert!((contrast(0, 0x00ff_ffff) - 21.0).abs() < 1e-9);
        assert!((contrast(0x0077_7777, 0x0077_7777) - 1.0).abs() < 1e-9);
        // The grey that W3C gives as the lightest to pass 4.5 : 1 on white.
        assert!(contrast(0x0076_7676, 0x00ff_ffff) >= 4.5 && contrast(0x0078_7878, 0x00ff_ffff) < 4.5);
    }
}
