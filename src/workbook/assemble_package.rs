//! Puts the workbook together: the parts that the writing library wrote, every sheet with its own parts, the parts that
//! list them, and the language of the document (`dc:language` in `docProps/core.xml`, ECMA-376 part 2, 8.3.4), which
//! the library does not set. Parts without a change are carried over as compressed bytes. The others are compressed in
//! parallel and written in order.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use crc32fast::Hasher;
use flate2::{Compress, Compression};
use rayon::prelude::*;

use super::{
    WorkbookError,
    chart_templates::{ChartTemplate, Figures},
    outline_png::png,
    package::{self, Hanging},
    plan::{SheetPlan, Style},
    rows::{Rows, Texts},
    theme::Theme,
    worksheet::Worksheet,
};
use domain::Language;
use ooxml::{
    deflate_splice,
    zip_writer::{RawArchive, RawEntry, ZipWriter},
};

/// The level of zlib's own default, which the library's parts have too.
const LEVEL: u32 = 6;
/// The part with the properties of the document.
const CORE: &str = "docProps/core.xml";

/// What the library wrote.
#[derive(Debug)]
pub struct Frame {
    pub workbook: Vec<u8>,
    /// The library wrote an empty cell of each of these styles on its first sheet, one below another from A1 on. The
    /// cells have the numbers of the styles.
    pub probed: Vec<Style>,
    /// For each chart, in the order of the sheets.
    pub templates: Vec<Arc<ChartTemplate>>,
}

/// The workbook.
///
/// # Errors
/// When the frame cannot be read back, which is a fault of the program.
pub fn finished(
    frame: Frame,
    sheets: &[SheetPlan],
    theme: &Theme,
    language: Language,
) -> Result<Vec<u8>, WorkbookError> {
    let frame = Framed { archive: RawArchive::read(frame.workbook)?, probed: frame.probed, templates: frame.templates };
    let figures = Figures::of(sheets);
    let numbers = frame.numbers()?;
    let mut texts = Texts::default();
    let number = |style: Style| numbers.get(&style).copied().unwrap_or(0);
    let rows: Vec<Rows> = sheets.iter().map(|sheet| Rows::of(sheet, number, &mut texts)).collect();
    let parts = frame.parts(sheets, &rows, &texts, &figures, theme, language)?;

    let packed = parts.par_iter().map(|(_, part)| part.packed()).collect::<Result<Vec<_>, _>>()?;
    let mut writer = ZipWriter::default();
    for ((name, part), packed) in parts.iter().zip(&packed) {
        match (part, packed) {
            (Part::Carried(entry), _) => writer.carry(entry, frame.archive.raw(entry)),
            (_, Some(part)) => writer.write(&RawEntry::new(name), &part.bytes, &[], part.crc.clone(), part.length),
            (_, None) => {}
        }
    }
    Ok(writer.finish()?.bytes())
}

/// A workbook that the library wrote whole, with the language of its texts.
///
/// # Errors
/// When it cannot be read back, which is a fault of the program.
pub fn in_language(workbook: Vec<u8>, language: Language) -> Result<Vec<u8>, WorkbookError> {
    let frame = Framed { archive: RawArchive::read(workbook)?, probed: Vec::new(), templates: Vec::new() };
    let core = frame.in_language(language)?.packed()?;
    let mut writer = ZipWriter::default();
    for entry in &frame.archive.entries {
        match &core {
            Some(core) if entry.name == CORE => {
                writer.write(&RawEntry::new(CORE), &core.bytes, &[], core.crc.clone(), core.length);
            }
            _ => writer.carry(entry, frame.archive.raw(entry)),
        }
    }
    Ok(writer.finish()?.bytes())
}

/// A part of the workbook.
enum Part<'a> {
    /// As the library compressed it.
    Carried(&'a RawEntry),
    Written(Write<'a>),
    /// With a splice point before its footer.
    Sheet(Write<'a>),
    Picture(Vec<u8>),
}

type Write<'a> = Box<dyn Fn(&mut String) + Send + Sync + 'a>;

struct Framed {
    archive: RawArchive,
    probed: Vec<Style>,
    templates: Vec<Arc<ChartTemplate>>,
}

impl Framed {
    fn entry(&self, name: &str) -> Result<&RawEntry, WorkbookError> {
        self.archive.find(name).ok_or_else(|| WorkbookError::Part { part: name.to_owned() })
    }

    fn text(&self, name: &str) -> Result<String, WorkbookError> {
        Ok(self.archive.text(self.entry(name)?)?)
    }

    /// The numbers that the library gave the styles.
    fn numbers(&self) -> Result<BTreeMap<Style, u32>, WorkbookError> {
        const SHEET: &str = "xl/worksheets/sheet1.xml";
        let sheet = self.text(SHEET)?;
        let number = |(place, style): (usize, &Style)| {
            let cell = format!("<c r=\"A{}\"", place + 1);
            let rest = &sheet[sheet.find(&cell)? + cell.len()..];
            let said = &rest[..rest.find('>')?];
            // A cell of the library's default style has no `s`.
            let number = said.split("s=\"").nth(1).and_then(|s| s.split('"').next()).unwrap_or("0");
            Some((*style, number.parse().ok()?))
        };
        let numbers: Option<BTreeMap<Style, u32>> = self.probed.iter().enumerate().map(number).collect();
        numbers.ok_or_else(|| WorkbookError::Part { part: SHEET.to_owned() })
    }

    /// Every part by its name, in the order in which they are written.
    fn parts<'a>(
        &'a self,
        sheets: &'a [SheetPlan],
        rows: &'a [Rows],
        texts: &'a Texts<'a>,
        figures: &'a Figures<'a>,
        theme: &'a Theme,
        language: Language,
    ) -> Result<Vec<(String, Part<'a>)>, WorkbookError> {
        let hanging = Hanging::of(sheets);
        let charts = self.templates.len();
        let images: usize = sheets.iter().map(|sheet| sheet.images.len()).sum();
        let types = hanging.clone();
        let mut parts = Vec::with_capacity(5 * sheets.len() + 16);
        let mut put = |name: String, part| parts.push((name, part));
        let carried = |name: &str| self.entry(name).map(Part::Carried);

        put("[Content_Types].xml".to_owned(), written(move |to| package::content_types(&types, (charts, images), to)));
        put("_rels/.rels".to_owned(), carried("_rels/.rels")?);
        put("xl/_rels/workbook.xml.rels".to_owned(), written(|to| package::of_workbook(sheets.len(), to)));
        for name in ["xl/theme/theme1.xml", "xl/styles.xml"] {
            put(name.to_owned(), carried(name)?);
        }
        put(
            "xl/workbook.xml".to_owned(),
            self.changed("xl/workbook.xml", "<sheets>", "</sheets>", |to| package::sheets(sheets, to))?,
        );
        for (place, ((plan, rows), hanging)) in sheets.iter().zip(rows).zip(&hanging).enumerate() {
            let (number, hanging) = (place + 1, *hanging);
            let sheet = Worksheet { plan, rows, theme, is_first: place == 0 };
            put(format!("xl/worksheets/sheet{number}.xml"), Part::Sheet(Box::new(move |to| sheet.write(to))));
            if hanging.drawing.or(hanging.table).is_some() {
                let relations = written(move |to| package::of_sheet(hanging, to));
                put(format!("xl/worksheets/_rels/sheet{number}.xml.rels"), relations);
            }
            if let Some(number) = hanging.drawing {
                put(format!("xl/drawings/drawing{number}.xml"), written(|to| package::drawing(plan, to)));
                let relations = written(move |to| package::of_drawing(hanging, plan, to));
                put(format!("xl/drawings/_rels/drawing{number}.xml.rels"), relations);
            }
            if let (Some(number), Some(table)) = (hanging.table, &plan.table) {
                put(format!("xl/tables/table{number}.xml"), written(move |to| package::table(table, number, to)));
            }
        }
        let charts = sheets.iter().flat_map(|sheet| &sheet.charts);
        for (place, (chart, template)) in charts.zip(&self.templates).enumerate() {
            let chart = written(move |to| template.write(chart, figures, to));
            put(format!("xl/charts/chart{}.xml", place + 1), chart);
        }
        let images = sheets.iter().flat_map(|sheet| &sheet.images);
        for (place, image) in images.enumerate() {
            put(format!("xl/media/image{}.png", place + 1), Part::Picture(png(image, theme)?));
        }
        put("xl/sharedStrings.xml".to_owned(), written(|to| texts.write(to)));
        put(CORE.to_owned(), self.in_language(language)?);
        let app = "docProps/app.xml";
        put(app.to_owned(), self.changed(app, "<HeadingPairs>", "</TitlesOfParts>", |to| package::titles(sheets, to))?);
        put("docProps/custom.xml".to_owned(), carried("docProps/custom.xml")?);
        Ok(parts)
    }

    /// The part with the properties of the document, with its language. The elements may have any order.
    fn in_language<'a>(&self, language: Language) -> Result<Part<'a>, WorkbookError> {
        let said = format!("<dc:language>{}</dc:language>", language.code());
        self.changed(CORE, "</cp:coreProperties>", "", move |to| to.push_str(&said))
    }

    /// A part of the library's with other XML from the text `from` to the end of the text `until`; if `until` is empty,
    /// with more XML before `from`.
    fn changed<'a>(
        &self,
        name: &str,
        from: &str,
        until: &str,
        instead: impl Fn(&mut String) + Send + Sync + 'a,
    ) -> Result<Part<'a>, WorkbookError> {
        let missing = || WorkbookError::Part { part: name.to_owned() };
        let text = self.text(name)?;
        let start = text.find(from).ok_or_else(missing)?;
        let end = if until.is_empty() { start } else { text.find(until).ok_or_else(missing)? + until.len() };
        Ok(written(move |to| {
            to.push_str(&text[..start]);
            instead(to);
            to.push_str(&text[end..]);
        }))
    }
}

fn written<'a>(write: impl Fn(&mut String) + Send + Sync + 'a) -> Part<'a> {
    Part::Written(Box::new(write))
}

impl Part<'_> {
    /// The part compressed anew; `None` where it is carried over.
    fn packed(&self) -> Result<Option<Packed>, WorkbookError> {
        match self {
            Self::Carried(_) => Ok(None),
            Self::Written(write) => PACKER.with_borrow_mut(|packer| packer.pack(write, |_| None)).map(Some),
            Self::Sheet(write) => PACKER.with_borrow_mut(|packer| packer.pack(write, deflate_splice::place)).map(Some),
            Self::Picture(bytes) => PACKER.with_borrow_mut(|packer| packed(&mut packer.deflate, bytes, None)).map(Some),
        }
    }
}

struct Packed {
    bytes: Vec<u8>,
    crc: Hasher,
    length: u64,
}

thread_local! {
    /// A compressor that is used again: setting one up costs as much as compressing a small part.
    static PACKER: RefCell<Packer> = RefCell::new(Packer::new());
}

struct Packer {
    deflate: Compress,
    xml: String,
}

impl Packer {
    fn new() -> Self {
        Self { deflate: Compress::new(Compression::new(LEVEL), false), xml: String::new() }
    }

    fn pack(
        &mut self,
        write: impl Fn(&mut String),
        splice_at: impl Fn(&str) -> Option<usize>,
    ) -> Result<Packed, WorkbookError> {
        self.xml.clear();
        write(&mut self.xml);
        packed(&mut self.deflate, self.xml.as_bytes(), splice_at(&self.xml))
    }
}

fn packed(deflate: &mut Compress, part: &[u8], splice_at: Option<usize>) -> Result<Packed, WorkbookError> {
    let mut crc = Hasher::new();
    crc.update(part);
    deflate.reset();
    let bytes = deflate_splice::compressed(deflate, part, splice_at)?;
    Ok(Packed { bytes, crc, length: part.len() as u64 })
}
