//! Rules about charts and pictures.

use std::collections::BTreeSet;

use super::{Findings, Rule, contrast::contrast};
use ooxml::{
    opened::{Opened, OpenedDrawing, OpenedSheet},
    tree::Node,
};

pub const RULES: &[Rule] = &[
    Rule {
        name: "alternative-text",
        asks: "every chart and picture has a text for those who do not see it",
        source: "WCAG 2.2, 1.1.1",
        look: alternative,
    },
    Rule {
        name: "charts-without-colour",
        asks: "a chart has a title, its series have names in a legend, and curves differ by their markers",
        source: "WCAG 2.2, 1.4.1",
        look: told_apart,
    },
    Rule {
        name: "chart-contrast",
        asks: "bars and curves stand out from white by 3 : 1",
        source: "WCAG 2.2, 1.4.11",
        look: stands_out,
    },
];

fn drawings(book: &Opened) -> impl Iterator<Item = (&OpenedSheet, &OpenedDrawing)> {
    book.sheets.iter().flat_map(|s| s.drawings.iter().map(move |d| (s, d)))
}

fn alternative(book: &Opened, found: &mut Findings) {
    for (sheet, drawing) in drawings(book) {
        let words = drawing.alt.split_whitespace().count();
        let what = if words == 0 { Some("no alternative text") } else { (words < 3).then_some("too short a text") };
        found.look(&sheet.name, &drawing.name, what.map(ToOwned::to_owned));
    }
}

fn told_apart(book: &Opened, found: &mut Findings) {
    for (sheet, drawing) in drawings(book) {
        let Some(chart) = &drawing.chart else { continue };
        let series = chart.all("ser");
        let untitled = chart.first("title").is_none();
        let what = if untitled {
            Some("the chart has no title".to_owned())
        } else if series.len() > 1 && chart.first("legend").is_none() {
            Some("several series and no legend".to_owned())
        } else if series.iter().any(|s| s.first("tx").is_none()) {
            Some("a series has no name".to_owned())
        } else {
            let curves: Vec<&Node> = chart.all("lineChart").into_iter().flat_map(|c| c.all("ser")).collect();
            let markers: BTreeSet<Option<&str>> =
                curves.iter().map(|c| c.first("symbol").and_then(|s| s.attribute("val"))).collect();
            (markers.len() < curves.len()).then(|| "two curves have the same marker".to_owned())
        };
        found.look(&sheet.name, &drawing.name, what);
    }
}

fn stands_out(book: &Opened, found: &mut Findings) {
    for (sheet, drawing) in drawings(book) {
        for series in drawing.chart.iter().flat_map(|c| c.all("ser")) {
            let colour = series.first("spPr").and_then(|p| p.first("srgbClr")).and_then(|c| c.attribute("val"));
            let Some(colour) = colour.and_then(|c| u32::from_str_radix(c, 16).ok()) else { continue };
            let ratio = contrast(colour, 0x00ff_ffff);
            let what = (ratio < 3.0).then(|| format!("a series of colour {colour:06X} has {ratio:.1} : 1"));
            found.look(&sheet.name, &drawing.name, what);
        }
    }
}
