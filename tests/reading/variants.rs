//! One workbook in every way of writing that the standard allows, always with the same content; and in ways that it
//! does not allow, each with a message of its own. The same variants were tried on the real forms, and with openpyxl.

use std::io::Cursor;

use zhinaq::read::{ReadError, Reading};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    made_up::{Made, read_as, wanted},
    random::{parts, stored},
};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHEETS: &str = "xl/worksheets/";

type Parts = Vec<(String, Vec<u8>)>;

fn read(parts: &Parts) -> Result<Reading, ReadError> {
    let bytes = stored(parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())));
    read_as(&wanted("2022-M12"), "form.xlsx", &bytes)
}

/// The usual parts; those whose name contains `part` are rewritten.
fn with(part: &str, rewrite: impl Fn(&str) -> String) -> Parts {
    let mut parts = parts();
    let mut changed = 0;
    for (_, content) in parts.iter_mut().filter(|(name, _)| name.contains(part)) {
        let written = std::str::from_utf8(content).unwrap();
        let rewritten = rewrite(written).into_bytes();
        changed += usize::from(rewritten != *content);
        *content = rewritten;
    }
    assert!(changed > 0, "nothing of `{part}` was changed");
    parts
}

fn says_the_same(what: &str, parts: &Parts) {
    let usual = read(&self::parts()).unwrap();
    let reading = read(parts).unwrap_or_else(|refused| panic!("{what}: {refused}"));
    assert_eq!(reading.datasets, usual.datasets, "{what}");
    assert_eq!(reading.findings, [], "{what}");
}

fn refusal(parts: &Parts) -> String {
    read(parts).unwrap_err().to_string()
}

/// The text with each element's content between `open` and `close` rewritten.
fn each(text: &str, open: &str, close: &str, rewrite: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (inside, after) = after.split_once(close).unwrap();
        out += &format!("{before}{open}{}{close}", rewrite(inside));
        rest = after;
    }
    out + rest
}

#[test]
fn names_of_elements_may_have_any_prefix() {
    let prefixed = |text: &str| {
        let text = text.replace(&format!("xmlns=\"{MAIN}\""), &format!("xmlns:x=\"{MAIN}\""));
        text.replace('<', "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    };
    for part in [SHEETS, "xl/sharedStrings", "xl/workbook.xml", "xl/styles"] {
        says_the_same(part, &with(part, prefixed));
    }
    let other = |text: &str| text.replace("xmlns:r=", "xmlns:rel=").replace("r:id=", "rel:id=");
    says_the_same("another prefix of relations", &with("xl/workbook.xml", other));
}

#[test]
fn the_strict_form_of_the_standard_is_read() {
    let strict = |text: &str| {
        let text = text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main");
        text.replace(RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
    };
    says_the_same("strict", &with("", strict));
}

#[test]
fn parts_may_stand_anywhere_and_be_named_in_any_way() {
    let targets = |from: &'static str, to: &'static str| with("workbook.xml.rels", move |t| t.replace(from, to));
    for (what, to) in [("absolute", "/xl/worksheets/"), ("dotted", "./worksheets/"), ("up", "../xl/worksheets/")] {
        let to = format!("Target=\"{to}").leak();
        says_the_same(what, &targets("Target=\"worksheets/", to));
    }
    let mut moved = with("workbook.xml.rels", |text| text.replace("sharedStrings.xml", "words.xml"));
    for (name, _) in &mut moved {
        *name = name.replace("sharedStrings.xml", "words.xml");
    }
    says_the_same("shared texts under another name", &moved);
    let mut moved = with("_rels/.rels", |text| text.replace("xl/workbook.xml", "book/main.xml"));
    for (name, _) in &mut moved {
        *name = name.replace("xl/", "book/").replace("workbook.xml", "main.xml");
    }
    says_the_same("another folder", &moved);
    let mut moved = parts();
    for (name, _) in &mut moved {
        *name = name.replace('/', "\\");
    }
    says_the_same("backslashes", &moved);
}

#[test]
fn parts_may_be_in_utf_16_or_begin_with_a_mark() {
    for big in [false, true] {
        let mut wide = parts();
        for (_, content) in wide.iter_mut().filter(|(name, _)| name.starts_with("xl/")) {
            let text = format!("\u{feff}{}", std::str::from_utf8(content).unwrap());
            let bytes = text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            *content = bytes.collect();
        }
        says_the_same("UTF-16", &wide);
    }
    says_the_same("a byte-order mark", &with("xl/", |text| format!("\u{feff}{text}")));
}

#[test]
fn archives_of_any_kind_are_unpacked() {
    let usual = read(&parts()).unwrap();
    let read = |bytes: Vec<u8>| read_as(&wanted("2022-M12"), "FORM.XLSX", &bytes).unwrap().datasets;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts() {
        zip.start_file(name, SimpleFileOptions::default().large_file(true)).unwrap();
        std::io::Write::write_all(&mut zip, &content).unwrap();
    }
    assert_eq!(read(zip.finish().unwrap().into_inner()), usual.datasets);
    // Written as a stream, so that sizes come after each part.
    let mut zip = ZipWriter::new_stream(Vec::new());
    for (name, content) in parts() {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &content).unwrap();
    }
    assert_eq!(read(zip.finish().unwrap().into_inner()), usual.datasets);
}

#[test]
fn rows_and_cells_need_neither_places_nor_order() {
    let backwards = |text: &str| {
        each(text, "<sheetData>", "</sheetData>", |rows| {
            let rows: Vec<&str> = rows.split_inclusive("</row>").collect();
            rows.into_iter().rev().collect()
        })
    };
    says_the_same("rows backwards", &with(SHEETS, backwards));
    let cells = |text: &str| {
        let reversed = |row: &str| {
            let (tag, cells) = row.split_once('>').unwrap();
            let mut found: Vec<String> = Vec::new();
            let mut rest = cells;
            while let Some(start) = rest.find("<c ") {
                let end = rest[start + 1..].find("<c ").map_or(rest.len(), |next| start + 1 + next);
                found.push(rest[start..end].to_owned());
                rest = &rest[end..];
            }
            found.reverse();
            format!("{tag}>{}", found.concat())
        };
        each(text, "<row ", "</row>", reversed)
    };
    says_the_same("cells backwards", &with(SHEETS, cells));
    let unplaced = |text: &str| each(text, "<row ", ">", |tag| tag.split_once(' ').map_or("", |(_, rest)| rest).into());
    says_the_same("rows without numbers", &with(SHEETS, unplaced));
}

#[test]
fn what_others_add_to_a_cell_is_theirs() {
    let added = |text: &str| text.replace("</v></c>", "</v><extLst><ext><v>77</v></ext></extLst></c>");
    says_the_same("extensions of cells", &with(SHEETS, added));
    let added = |text: &str| {
        text.replace("</worksheet>", "<extLst><ext><sheetData><row/></sheetData></ext></extLst></worksheet>")
    };
    says_the_same("extensions of sheets", &with(SHEETS, added));
    let returns = |text: &str| text.replace("</t>", "_x000D_</t>");
    says_the_same("carriage returns", &with("sharedStrings", returns));
    let spoken = |text: &str| text.replace("</si>", "<rPh sb=\"0\" eb=\"1\"><t>нет</t></rPh></si>");
    says_the_same("how a text is spoken", &with("sharedStrings", spoken));
    let formulas = |text: &str| text.replace("<v>1", "<f>SUM(A1:A2)</f><v>1");
    says_the_same("formulas with their results", &with(SHEETS, formulas));
}

#[test]
fn a_formula_without_its_result_is_blank_and_told() {
    let parts = with("sheet1.xml", |text| text.replace("<c r=\"D6\"><v>11</v>", "<c r=\"D6\"><f>D7+D8</f>"));
    let reading = read(&parts).unwrap();
    assert_eq!(reading.findings.len(), 1, "{:?}", reading.findings);
    let told = &reading.findings[0];
    assert_eq!(told.rule, "figure.formula");
    assert!(told.explanation.starts_with("formulas without their results: 1 cells are blank"), "{}", told.explanation);
}

#[test]
fn labels_without_merged_cells_still_tell_the_section() {
    let parts = with(SHEETS, |text| {
        let (before, after) = text.split_once("<mergeCells").unwrap();
        format!("{before}{}", after.split_once("</mergeCells>").unwrap().1)
    });
    let ids: Vec<String> = read(&parts).unwrap().datasets[0].sections.iter().map(|s| s.id.to_string()).collect();
    assert_eq!(ids, ["R1", "R1-1", "R2"]);
}

#[test]
fn many_numbers_kept_as_text_are_counted_and_hide_nothing() {
    let mut made = Made::usual();
    for row in 0..60 {
        let sheet = made.on("R1");
        sheet.write(8 + row, 1, format!("статья {row}")).unwrap().write(8 + row, 2, row + 4).unwrap();
        for column in 3..7 {
            sheet.write(8 + row, column, "12").unwrap();
        }
    }
    made.on("R1").write(68, 1, "прочее").unwrap().write(68, 2, 64).unwrap().write(68, 3, "нет").unwrap();
    let reading = read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap();
    let told = |rule: &str| reading.findings.iter().filter(|f| f.rule == rule).collect::<Vec<_>>();
    assert_eq!(told("figure.number-as-text")[0].explanation, "240 numbers are kept as text; they were read as numbers");
    assert!(told("figure.text")[0].explanation.contains("`нет`"));
    assert_eq!(told("figure.more"), Vec::<&zhinaq::domain::Finding>::new());
}

#[test]
fn what_is_missing_is_named_by_its_part() {
    let without = |gone: &str| parts().into_iter().filter(|(name, _)| !name.ends_with(gone)).collect::<Parts>();
    for (gone, sentence) in [
        ("xl/sharedStrings.xml", "its part `xl/sharedStrings.xml` is not there, which holds its words"),
        ("xl/_rels/workbook.xml.rels", "its part `xl/_rels/workbook.xml.rels`, the list of its sheets, is missing"),
        ("xl/worksheets/sheet2.xml", "sheet `R1-1`: its part `xl/worksheets/sheet2.xml` is not there"),
        ("xl/workbook.xml", "a zip archive that holds no workbook"),
    ] {
        let refused = refusal(&without(gone));
        assert!(refused.contains(sentence), "{gone}: {refused}");
    }
    let twice = with("sheet1.xml", |text| {
        text.replace("<c r=\"D6\"><v>11</v></c>", "<c r=\"D6\"><v>11</v></c><c r=\"D6\"><v>12</v></c>")
    });
    assert!(refusal(&twice).contains("sheet `R1`: cell `D6` occurs twice"), "{}", refusal(&twice));
    let mut odd = parts();
    odd.iter_mut().filter(|(name, _)| name.ends_with("styles.xml")).for_each(|(_, c)| *c = b"\xFF\xFE<\0x".to_vec());
    assert!(refusal(&odd).contains("its part `xl/styles.xml` is broken UTF-16"), "{}", refusal(&odd));
}

#[test]
fn other_files_under_its_name_are_named() {
    let container = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 504], &name, &[0; 600]].concat()
    };
    for (bytes, sentence) in [
        (container("EncryptedPackage"), "a workbook locked by a password"),
        (container("Workbook"), "an old Excel workbook (.xls)"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00rest".to_vec(), "an old Excel workbook (.xls)"),
        (b"a;b;c\n1;2;3\n".to_vec(), "text that begins `a;b;c 1;2;3`"),
    ] {
        let refused = read_as(&wanted("2022-M12"), "form.XLSX", &bytes).unwrap_err().to_string();
        assert!(refused.contains(sentence), "{refused}");
    }
}

#[test]
fn a_cover_of_another_period_is_refused_in_its_own_words() {
    let mut made = Made::new("1-Х  г. Астана (Свод)", "500;701;1971%;__");
    made.workbook.add_worksheet().set_name("СВОД").unwrap().write(0, 0, "Форма № 1-Х").unwrap();
    made.on("СВОД").write(1, 0, "за 9 месяцев 2021 года").unwrap();
    made.movement("R1", "Раздел 1. Сведения о движении дел");
    let refused = read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap_err().to_string();
    assert!(refused.contains("its sheet `СВОД` says `за 9 месяцев 2021 года`, which is `2021-M09`"), "{refused}");
}
