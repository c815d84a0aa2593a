//! Files beside a master: other formats, previews, PDF.

use std::fs;

use crate::{
    post::program::files_below,
    support::{program::Office, skipped},
};

/// An office with one form of the sample.
fn drugs() -> Office {
    let office = Office::empty();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "1-n"]).exits(0);
    office
}

#[test]
fn other_formats_stand_beside_the_master_and_every_cell_can_be_traced() {
    let office = drugs();
    let words = ["build", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--formats"];
    let built = office.zhinaq(&[&words[..], &["csv,json-stat,sdmx-csv", "--format", "json"]].concat()).exits(0).json();
    let beside = built["collections"][0]["beside"].as_array().unwrap();
    let output = office.path().join("output/sample");
    assert!(beside.iter().all(|file| output.join(file.as_str().unwrap()).is_file()), "{beside:?}");
    for name in ["csv-ru/index.csv", "json-stat-ru/collection.json", "narcotics.sdmx.csv"] {
        assert!(beside.iter().any(|file| file.as_str().unwrap().ends_with(name)), "{name} is not in {beside:?}");
    }

    let master = output.join(built["collections"][0]["files"][0].as_str().unwrap());
    let master = master.to_str().unwrap();
    // The first figure is in the line below the header. The header is in the first row of the table's reference.
    let bytes = fs::read(master).unwrap();
    let parts = super::ooxml::Parts::of(&bytes);
    let table = parts.text("xl/tables/table3.xml");
    let top: u32 = table.split(" ref=\"A").nth(1).unwrap().split(':').next().unwrap().parse().unwrap();
    let workbook = parts.text("xl/workbook.xml");
    let sheet = workbook.split("<sheet name=\"").nth(4).unwrap().split('"').next().unwrap();
    let value = office.zhinaq(&["trace", master, sheet, &format!("B{}", top + 1), "--format", "json"]).exits(0).json();
    let part = &value["parts"][0];
    assert_eq!((part["form"].as_str(), part["period"].as_str()), (Some("1-n"), Some("2025-Q2")));
    assert_eq!(part["revision"], 0);
    assert_eq!(part["snapshot"].as_str().unwrap().len(), 64);
    assert_eq!(value["shown"].as_str().unwrap(), value["sum"].to_string());

    // A query for the place that the trace gives returns the same figure.
    let code = |name: &str| part[name].as_str().unwrap();
    let words =
        ["query", "--sample", "--form", "1-n", "--period", "2025-Q2", "--unit", code("unit"), "--format", "json"];
    let place = ["--section", code("section"), "--row", code("row"), "--column", code("column")];
    let answers = office.zhinaq(&[&words[..], &place].concat()).exits(0).json();
    assert_eq!(answers[0]["value"], part["value"]);

    let change = office.zhinaq(&["trace", master, sheet, &format!("D{}", top + 1), "--format", "json"]).exits(0).json();
    let parts: Vec<&str> = change["parts"].as_array().unwrap().iter().map(|p| p["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["figure", "year-before"]);
    let wrong = office.zhinaq(&["trace", master, sheet, &format!("A{}", top + 1)]).exits(1);
    assert!(wrong.err.contains("contains no figures"), "{}", wrong.err);
    let outside = office.zhinaq(&["trace", master, sheet, "A1"]).exits(1);
    assert!(outside.err.contains("is outside the table"), "{}", outside.err);
    let other = office.zhinaq(&["trace", master, "1.1 Движение дел!", "B9"]).exits(1);
    assert!(other.err.contains("did you mean `1.1 Движение дел`?"), "{}", other.err);

    office.zhinaq(&["accessibility", master]).exits(0);
}

#[test]
fn a_preview_is_one_page_wherever_it_is_made_and_records_nothing() {
    let office = drugs();
    let words = ["preview", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--dpi", "40"];
    let preview = office.zhinaq(&[&words[..], &["--format", "json"]].concat()).exits(0).json();
    let page = fs::read_to_string(office.path().join(preview["html"].as_str().unwrap())).unwrap();
    assert!(page.contains("SAMPLE DATA"));
    if let Some(why) = preview["without_pages"].as_str() {
        skipped(&format!("pages as pictures: {why}"));
    } else {
        let pages = preview["pages"].as_array().unwrap();
        assert!(pages.len() >= 8, "{pages:?}");
        for page in pages {
            assert!(fs::read(office.path().join(page.as_str().unwrap())).unwrap().starts_with(b"\x89PNG"));
        }
    }
    let status = office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert!(status["collections"].as_array().unwrap().iter().all(|c| c["content_id"].is_null()), "{status}");
}

#[test]
fn a_pdf_is_printed_where_libreoffice_is_and_asked_for_in_vain_where_not() {
    let office = drugs();
    let words =
        ["build", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format", "json", "--formats"];
    // Without LibreOffice the program reports it, and still writes the other requested formats.
    let nothing = office.path().join("nothing");
    fs::create_dir(&nothing).unwrap();
    let path = [("PATH", nothing.to_str().unwrap())];
    let without = office.zhinaq_with(&[&words[..], &["pdf,csv"]].concat(), &path).exits(1);
    assert!(without.err.contains("no PDF without LibreOffice"), "{}", without.err);
    let built = &without.json()["collections"][0];
    assert!(built["unmade"][0].as_str().unwrap().contains("install LibreOffice"), "{built}");
    let beside = built["beside"].as_array().unwrap();
    assert!(beside.iter().any(|file| file.as_str().unwrap().ends_with("csv-ru/index.csv")), "{beside:?}");
    assert!(office.path().join("output/sample").join(built["files"][0].as_str().unwrap()).is_file());

    let built = office.zhinaq(&[&words[..], &["pdf"]].concat());
    if built.code == 1 && built.err.contains("no PDF without LibreOffice") {
        return skipped("no LibreOffice");
    }
    let built = built.exits(0).json();
    let file = office.path().join("output/sample").join(built["collections"][0]["beside"][0].as_str().unwrap());
    let pdf = fs::read(file).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    for said in ["/MarkInfo<</Marked true>>", "/StructTreeRoot", "/Lang(ru"] {
        assert!(pdf.windows(said.len()).any(|w| w == said.as_bytes()), "a PDF without `{said}`");
    }
    let copy = "⟦copy⟧".as_bytes();
    assert!(!pdf.windows(copy.len()).any(|w| w == copy));
}

#[test]
fn a_preview_says_what_is_missing_and_which_command_goes_on() {
    let words = ["preview", "--sample", "--period", "2025-Q2", "--dpi", "30", "--collection"];
    let office = Office::small();
    let nothing = office.zhinaq(&[&words[..], &["narcotics"]].concat()).exits(0);
    assert!(nothing.err.contains("no figures for this collection in `2025-Q2`"), "{}", nothing.err);
    assert!(nothing.err.contains("`zhinaq pull ") && nothing.err.contains("--period 2025-Q2` fetches the forms"));
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "1-n"]);
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "3-k"]);
    let whole = office.zhinaq(&[&words[..], &["narcotics", "--format", "json"]].concat()).exits(0).json();
    assert_eq!((&whole["without_figures"], whole["incomplete"].as_array().unwrap().len()), (&false.into(), 0));
    let part = office.zhinaq(&[&words[..], &["corruption"]].concat()).exits(0);
    assert!(part.err.contains("these forms have not come, or only in part: 1-ad; `zhinaq status"), "{}", part.err);
}

#[test]
fn a_preview_of_one_table_is_a_page_of_it_alone() {
    let office = drugs();
    let words = ["preview", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--table"];
    let of = |table: &str| office.zhinaq(&[&words[..], &[table, "--format", "json"]].concat()).exits(0).json();
    let (by_number, by_id) = (of("1.1"), of("drug-movement"));
    assert_eq!((by_number["table"].as_str(), &by_number), (Some("drug-movement"), &by_id));
    let path = by_number["html"].as_str().unwrap();
    assert!(path.ends_with("2025-Q2-narcotics-ru-drug-movement.html"), "{path}");
    let page = fs::read_to_string(office.path().join(path)).unwrap();
    assert_eq!(page.matches("<table").count(), 1);
    assert!(page.contains("SAMPLE DATA") && page.contains("Движение дел"));
    // The content id is that of the whole collection.
    let whole = ["preview", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format", "json"];
    assert_eq!(office.zhinaq(&whole).exits(0).json()["content_id"], by_id["content_id"]);
    let unknown = office.zhinaq(&[&words[..], &["drug-movemen"]].concat()).exits(1);
    assert!(unknown.err.contains("did you mean `drug-movement`?"), "{}", unknown.err);
}

#[test]
fn a_workbook_in_a_further_language_is_written_to_read_also_after_the_copies_were_sent() {
    let office = drugs();
    let run = ["run", "--sample", "--period", "2025-Q2", "--collection", "narcotics"];
    office.zhinaq(&run).exits(0);
    let copies = files_below(&office.path().join("output/sample"), "copy-");
    let build =
        ["build", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format", "json", "--in", "en"];
    let built = office.zhinaq(&build).exits(0).json();
    let files = built["collections"][0]["beside"].as_array().unwrap();
    let english = files.iter().map(|file| file.as_str().unwrap()).find(|file| file.ends_with("reading-en.xlsx"));
    let parts = super::ooxml::Parts::of(&fs::read(office.path().join("output/sample").join(english.unwrap())).unwrap());
    assert!(!parts.text("xl/sharedStrings.xml").contains('⟦'), "a place for the number of a copy");
    assert!(parts.text("xl/workbook.xml").contains("<sheet name=\"Cover\""), "{}", parts.text("xl/workbook.xml"));
    // No copy is made from it, and nothing takes it for a master of an organ.
    assert_eq!(files_below(&office.path().join("output/sample"), "copy-").len(), copies.len());
    office.zhinaq(&run).exits(0);
    assert_eq!(files_below(&office.path().join("output/sample"), "copy-").len(), copies.len());
    let status = office.zhinaq(&["status", "--sample", "--format", "json"]);
    assert!(!status.out.contains("reading-en") && !status.err.contains("reading-en"), "{}", status.out);

    let unknown = office.zhinaq(&[&build[..9], &["xx"]].concat()).exits(1);
    assert!(unknown.err.contains("xx"), "{}", unknown.err);
}
