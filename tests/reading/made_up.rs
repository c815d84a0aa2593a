//! A made-up form, its template, and workbooks of it.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, Format, Workbook, Worksheet};
use zhinaq::{
    config,
    domain::{FormId, FormTemplate, Language, Origin, Region, Titles},
    read::{self, Document, ReadError, Reading, Wanted},
};

pub const TEMPLATE: &str = r#"
form = "1-x"
designations = ["1-Х", "1-X"]
file_code = "1x"
known_from = "made up"

[[stub]]
name = "gravity"
rows = [
  { code = "1", ru = "Всего дел" },
  { code = "2", ru = "… / тяжкие", part_of = "1" },
  { code = "3", ru = "… / прочие", part_of = "1" },
]

[[section]]
id = "R1"
title = { ru = "Раздел 1. Сведения о движении дел" }
stub = "gravity"
columns = [
  { code = "1", ru = "Остаток на начало", course = "opening" },
  { code = "2", ru = "Поступило", course = "flow" },
  { code = "3", ru = "Окончено / всего", course = "flow" },
  { code = "4", ru = "Окончено / в суд", course = "flow", part_of = "3" },
]

[[section]]
id = "R1-1"
title = { ru = "Раздел 1-1. Сведения о движении дел о несовершеннолетних" }
stub = "gravity"
columns = [
  { code = "1", ru = "Остаток на начало", course = "opening" },
  { code = "2", ru = "Поступило", course = "flow" },
]

[[section]]
id = "R2"
title = { ru = "Раздел 2. Сведения о возмещении ущерба" }
stub = "gravity"
columns = [ { code = "1", ru = "Установлено (тыс.тенге)", measure = "thousand-tenge", course = "flow" } ]

[[edition]]
edition = "701"
until = "2023-M12"

[[edition]]
edition = "702"
from = "2024-M01"
sections = [
  { id = "R1-1", sheet = "R2" },
  { id = "R2", sheet = "R3" },
]
"#;

/// Another form, so that a document can be of another form.
pub const OTHER: &str = r#"
form = "2-y"
designations = ["2-У", "2-Y"]
known_from = "made up"

[[section]]
id = "R1"
title = { ru = "Раздел 1. Сведения о проверках" }
rows = [ { code = "1", ru = "Всего проверок" } ]
columns = [ { code = "1", ru = "Назначено" }, { code = "2", ru = "Проведено" } ]

[[edition]]
edition = "801"
"#;

pub fn templates() -> BTreeMap<FormId, FormTemplate> {
    let parse = |file: &str, text: &str| config::parse_form(file, text).unwrap_or_else(|faults| panic!("{faults}"));
    [parse("1-x.toml", TEMPLATE), parse("2-y.toml", OTHER)].map(|t| (t.form.clone(), t)).into()
}

pub fn region(unit: &str, ru: &str, kk: &str, en: &str) -> Region {
    Region {
        unit: unit.parse().unwrap(),
        kato: unit[2..].into(),
        iso: format!("KZ-{}", &unit[2..]),
        titles: Titles::ru(ru).with(Language::KK, kk).with(Language::EN, en),
        since: None,
        split_from: None,
        population: Vec::new(),
    }
}

pub fn regions() -> Vec<Region> {
    vec![
        region("1971", "г. Астана", "Астана қ.", "Astana"),
        region("1975", "г. Алматы", "Алматы қ.", "Almaty"),
        region("1919", "Алматинская область", "Алматы облысы", "Almaty Region"),
    ]
}

pub fn wanted(period: &str) -> Wanted {
    Wanted::of("1-x".parse().unwrap(), period.parse().unwrap(), Origin::Real)
}

pub fn read_as(wanted: &Wanted, name: &str, bytes: &[u8]) -> Result<Reading, ReadError> {
    let all = templates();
    read::read(&all[&wanted.form], &all, &regions(), &[], wanted, &Document { name, bytes })
}

/// A workbook of the form, before its cells are spoilt.
pub struct Made {
    pub workbook: Workbook,
    title: String,
    description: String,
    custom: Vec<(String, String)>,
}

impl Made {
    pub fn new(title: &str, description: &str) -> Self {
        Self { workbook: Workbook::new(), title: title.into(), description: description.into(), custom: Vec::new() }
    }

    /// The form as its oldest edition prints it; every figure is 10 × its row + its column.
    pub fn usual() -> Self {
        let mut made = Self::new("1-Х  г. Астана (Свод)", "500;701;1971%;__");
        made.movement("R1", "Раздел 1. Сведения о движении дел");
        made.minors("R1-1", "Раздел 1-1. Сведения о движении дел о несовершеннолетних");
        made.damage("R2", "Раздел 2. Сведения о возмещении ущерба");
        made
    }

    pub fn custom(mut self, name: &str, value: &str) -> Self {
        self.custom.push((name.into(), value.into()));
        self
    }

    pub fn movement(&mut self, sheet: &str, title: &str) {
        let sheet = self.sheet(sheet, title);
        let merged = Format::new();
        sheet.merge_range(2, 3, 3, 3, "Остаток на начало", &merged).unwrap();
        sheet.merge_range(2, 4, 3, 4, "Поступило", &merged).unwrap();
        sheet.merge_range(2, 5, 2, 6, "Окончено", &merged).unwrap();
        sheet.write(3, 5, "всего").unwrap().write(3, 6, "в суд").unwrap();
        number(sheet, 4);
        stub(sheet, 4);
    }

    pub fn minors(&mut self, sheet: &str, title: &str) {
        let sheet = self.sheet(sheet, title);
        let merged = Format::new();
        sheet.merge_range(2, 3, 3, 3, "Остаток на начало", &merged).unwrap();
        sheet.merge_range(2, 4, 3, 4, "Поступило", &merged).unwrap();
        number(sheet, 2);
        stub(sheet, 2);
    }

    pub fn damage(&mut self, sheet: &str, title: &str) {
        let sheet = self.sheet(sheet, title);
        sheet.write(2, 3, "Установлено (тыс.тенге)").unwrap();
        number(sheet, 1);
        stub(sheet, 1);
    }

    pub fn sheet(&mut self, name: &str, title: &str) -> &mut Worksheet {
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        sheet.write(0, 0, "Форма отчета № 1-X").unwrap();
        sheet.write(1, 0, title).unwrap();
        sheet.merge_range(2, 0, 3, 1, "Наименование показателей", &Format::new()).unwrap();
        sheet.write(2, 2, "Шифр строки").unwrap();
        sheet
    }

    pub fn on(&mut self, sheet: &str) -> &mut Worksheet {
        self.workbook.worksheet_from_name(sheet).unwrap()
    }

    pub fn bytes(mut self) -> Vec<u8> {
        let mut properties = DocProperties::new().set_title(&self.title).set_comment(&self.description);
        for (name, value) in &self.custom {
            properties = properties.set_custom_property(name, value.as_str());
        }
        self.workbook.set_properties(&properties);
        self.workbook.save_to_buffer().unwrap()
    }
}

/// Writes the row that numbers the columns.
fn number(sheet: &mut Worksheet, columns: u16) {
    sheet.write(4, 0, "А").unwrap().write(4, 2, "Б").unwrap();
    for column in 0..columns {
        sheet.write(4, 3 + column, column + 1).unwrap();
    }
}

/// The first row with figures: `Всего дел`, and below it "из них" over two rows.
pub const FIRST: u32 = 5;

fn stub(sheet: &mut Worksheet, columns: u16) {
    sheet.merge_range(FIRST, 0, FIRST, 1, "Всего дел", &Format::new()).unwrap();
    sheet.merge_range(FIRST + 1, 0, FIRST + 2, 0, "из них", &Format::new()).unwrap();
    sheet.write(FIRST + 1, 1, "тяжкие ").unwrap().write(FIRST + 2, 1, " прочие").unwrap();
    for row in 0..3_u32 {
        sheet.write(FIRST + row, 2, row + 1).unwrap();
        for column in 0..columns {
            sheet.write(FIRST + row, 3 + column, 10 * (row + 1) + u32::from(column) + 1).unwrap();
        }
    }
}
