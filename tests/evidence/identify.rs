//! `zhinaq identify`: whose copy a file is, and whether it is as it was sent.

use std::{fs, path::Path, process::Command};

use serde_json::json;

use super::{
    alter::{number_cell, rewritten, with_cell},
    half_year, identify, received,
};
use crate::support::{program::Office, skipped};

#[test]
fn a_copy_as_it_was_sent_is_intact_and_names_its_organ() {
    let office = half_year();
    let found = identify(office, &received(office, "gp-leadership", 2), 0);
    for (key, value) in [
        ("collection", json!("narcotics")),
        ("period", json!("2025-Q2")),
        ("revision", json!(0)),
        ("organ", json!("gp-leadership")),
        ("copy", json!(2)),
        ("intact", json!(true)),
        ("altered", json!([])),
        ("bytes", json!("as-sent")),
        ("state", json!("handed")),
        ("origin", json!("sample")),
        ("told_by", json!(["hash"])),
    ] {
        assert_eq!(found[key], value, "{key} in {found}");
    }
    assert_eq!(found["content_id"].as_str().unwrap().len(), 64);
    assert_eq!(found["sha256"], found["registered"]);
    // Without `--sample` the sample office's register is searched as well.
    let file = received(office, "gp-leadership", 2);
    let ended = office.zhinaq(&["identify", file.to_str().unwrap()]).exits(0);
    assert!(ended.out.contains("2 of ") && ended.out.contains("`gp-leadership`"), "{}", ended.out);
    assert!(ended.out.contains("SAMPLE DATA"), "{}", ended.out);
}

#[test]
fn one_changed_cell_is_named_with_what_it_was_and_is() {
    let office = half_year();
    let sent = fs::read(received(office, "mia", 1)).unwrap();
    let (cell, was) = number_cell(&sent);
    let file = office.path().join("one-cell.xlsx");
    fs::write(&file, with_cell(&sent, &cell, "987654321")).unwrap();
    let found = identify(office, &file, 3);
    assert_eq!(found["intact"], false);
    let altered = found["altered"].as_array().unwrap();
    assert_eq!(altered.len(), 1, "{found}");
    assert_eq!(altered[0]["cell"], cell.as_str());
    assert_eq!((altered[0]["was"].to_string(), altered[0]["is"].to_string()), (was.clone(), "987654321".into()));
    let ended = office.zhinaq(&["identify", file.to_str().unwrap(), "--sample"]).exits(3);
    assert!(ended.out.contains(&format!("cell {cell}: was {was}, is 987654321")), "{}", ended.out);
}

#[test]
fn a_copy_that_was_packed_anew_is_the_same_copy() {
    let office = half_year();
    let sent = fs::read(received(office, "mia", 1)).unwrap();
    let file = office.path().join("packed-anew.xlsx");
    fs::write(&file, rewritten(&sent, |_, text| text)).unwrap();
    let found = identify(office, &file, 0);
    assert_eq!((&found["intact"], &found["bytes"]), (&json!(true), &json!("saved-again")), "{found}");
    assert_eq!(found["told_by"], json!(["property", "footer", "cover"]));
    assert_ne!(found["sha256"], found["registered"]);
}

#[test]
fn a_copy_without_its_properties_is_known_by_its_feet_and_then_by_its_cover() {
    let office = half_year();
    let sent = fs::read(received(office, "mia", 1)).unwrap();
    let without_properties = rewritten(&sent, |name, text| match name {
        "docProps/custom.xml" => String::new(),
        _ => text,
    });
    let file = office.path().join("no-properties.xlsx");
    fs::write(&file, &without_properties).unwrap();
    let found = identify(office, &file, 0);
    assert_eq!((&found["organ"], &found["told_by"]), (&json!("mia"), &json!(["footer", "cover"])), "{found}");

    let without_feet = rewritten(&without_properties, |_, text| {
        let Some((head, rest)) = text.split_once("<oddFooter>") else { return text };
        let (_, tail) = rest.split_once("</oddFooter>").unwrap();
        format!("{head}<oddFooter></oddFooter>{tail}")
    });
    fs::write(&file, without_feet).unwrap();
    let found = identify(office, &file, 0);
    assert_eq!((&found["organ"], &found["told_by"]), (&json!("mia"), &json!(["cover"])), "{found}");
}

#[test]
fn another_number_on_the_cover_is_an_altered_cell() {
    let office = half_year();
    let sent = fs::read(received(office, "gp-leadership", 2)).unwrap();
    let forged = rewritten(&sent, |_, text| text.replace("Экземпляр № 2 из", "Экземпляр № 1 из"));
    let file = office.path().join("other-number.xlsx");
    fs::write(&file, forged).unwrap();
    let found = identify(office, &file, 3);
    assert_eq!(found["copy"], 2, "the property tells: {found}");
    let altered = found["altered"].as_array().unwrap();
    assert_eq!(altered.len(), 1, "{found}");
    assert!(altered[0]["is"].as_str().unwrap().starts_with("Экземпляр № 1 из"), "{found}");
}

#[test]
fn a_file_of_nobody_is_told_so() {
    let office = Office::empty();
    let strange = crate::post::stamping::master(2, 5);
    for (name, bytes, words) in [
        ("empty.xlsx", Vec::new(), "it is empty"),
        ("page.xlsx", b"<!DOCTYPE html><html></html>".to_vec(), "it is a page"),
        ("report.pdf", b"%PDF-1.7".to_vec(), "it is a PDF"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "locked with a password"),
        ("other.xlsx", strange, "carries no mark of a copy"),
    ] {
        let file = office.path().join(name);
        fs::write(&file, bytes).unwrap();
        let found = identify(&office, &file, 1);
        assert_eq!((&found["copy"], &found["intact"]), (&json!(null), &json!(false)));
        assert!(found["words"].as_str().unwrap().contains(words), "{found}");
    }
    // A copy of another office states whose it is, and is not known here.
    let file = received(half_year(), "mia", 1);
    let found = identify(&office, &file, 1);
    assert!(found["words"].as_str().unwrap().contains("copy 1 of 1 of `2025-Q2/narcotics/r0/mia`"), "{found}");
    let ended = office.zhinaq(&["identify", "gone.xlsx"]).exits(1);
    assert!(ended.err.contains("gone.xlsx"), "{}", ended.err);
}

#[test]
fn a_hostile_file_is_refused_by_what_it_is() {
    let office = Office::empty();
    let sent = crate::post::stamping::master(2, 5);
    let bomb = rewritten(&sent, |name, text| if name == "xl/sharedStrings.xml" { " ".repeat(210 << 20) } else { text });
    let beyond = rewritten(&sent, |_, text| text.replacen("<c r=\"A1\"", "<c r=\"A99999999\"", 1));
    for (name, bytes, words) in [
        ("cut.xlsx", sent[..sent.len() / 2].to_vec(), "cut off or broken"),
        ("bomb.xlsx", bomb, "more than a copy can be"),
        ("beyond.xlsx", beyond, "is not a place of a cell"),
    ] {
        let file = office.path().join(name);
        fs::write(&file, bytes).unwrap();
        let found = identify(&office, &file, 1);
        assert!(found["words"].as_str().unwrap().contains(words), "{found}");
    }
}

#[test]
fn a_copy_that_was_lost_is_stamped_again_to_compare_with() {
    let office = Office::empty();
    let whole = half_year().path().join("output");
    // The register and the masters, without the copies.
    office.take_ledger_of(half_year());
    let (from, to) =
        (whole.join("sample/2025-Q2/narcotics/r0"), office.path().join("output/sample/2025-Q2/narcotics/r0"));
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    let sent = fs::read(received(half_year(), "mia", 1)).unwrap();
    let (cell, _) = number_cell(&sent);
    let file = office.path().join("one-cell.xlsx");
    fs::write(&file, with_cell(&sent, &cell, "987654321")).unwrap();
    assert_eq!(identify(&office, &file, 3)["altered"][0]["cell"], cell.as_str());
    fs::remove_dir_all(office.path().join("output/sample/2025-Q2")).unwrap();
    let ended = office.zhinaq(&["identify", "one-cell.xlsx", "--sample"]).exits(1);
    assert!(ended.err.contains("neither that copy nor its master is in the output"), "{}", ended.err);
}

#[test]
fn a_cell_changed_with_openpyxl_is_named() {
    let known = Command::new("python3").args(["-c", "import openpyxl"]).output();
    if !known.is_ok_and(|output| output.status.success()) {
        skipped("openpyxl is not installed");
        return;
    }
    let office = half_year();
    let sent = received(office, "knb", 1);
    let (cell, was) = number_cell(&fs::read(&sent).unwrap());
    let file = office.path().join("openpyxl.xlsx");
    let script = "import sys, openpyxl\nfrom_, to, cell, value = sys.argv[1:5]\nbook = openpyxl.load_workbook(from_)\n\
                  sheet = book.worksheets[3]\nif value != '-':\n    sheet[cell] = int(value)\nbook.save(to)\n";
    let saved = |value: &str| {
        let output = Command::new("python3").args(["-c", script]).arg(&sent).arg(&file).args([&cell, value]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    saved("424242");
    let found = identify(office, &file, 3);
    let altered = found["altered"].as_array().unwrap();
    assert_eq!(altered.len(), 1, "{found}");
    assert_eq!((&altered[0]["cell"], &altered[0]["is"]), (&json!(cell), &json!(424_242)));
    assert_eq!(altered[0]["was"].to_string(), was);
    saved("-");
    let found = identify(office, &file, 0);
    assert_eq!((&found["intact"], &found["bytes"]), (&json!(true), &json!("saved-again")), "{found}");
}

#[test]
fn a_copy_saved_again_by_libreoffice_has_the_same_figures() {
    let Some(office_program) = ["/usr/bin/soffice", "/usr/bin/libreoffice"].iter().find(|p| Path::new(p).exists())
    else {
        skipped("LibreOffice is not installed");
        return;
    };
    let office = half_year();
    let sent = received(office, "moj", 1);
    let out = tempfile::tempdir().unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", out.path().display());
    let output = Command::new(office_program)
        .args([&profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"])
        .arg(out.path())
        .arg(&sent)
        .output()
        .unwrap();
    let file = out.path().join(sent.file_name().unwrap());
    assert!(file.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = identify(office, &file, 0);
    assert_eq!(
        (&found["intact"], &found["bytes"], &found["organ"]),
        (&json!(true), &json!("saved-again"), &json!("moj"))
    );
    assert!(found["words"].as_str().unwrap().contains("saved again by LibreOffice"), "{found}");
    assert!(found["told_by"].as_array().unwrap().contains(&json!("footer")), "{found}");

    let saved = fs::read(&file).unwrap();
    let (cell, _) = number_cell(&saved);
    fs::write(&file, with_cell(&saved, &cell, "5")).unwrap();
    let found = identify(office, &file, 3);
    assert_eq!(found["altered"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["altered"][0]["cell"], cell.as_str());
}
