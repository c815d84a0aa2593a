//! The program itself at the post: a whole half-year through a real mail server.

use std::{collections::BTreeMap, fs, path::Path};

use zhinaq::{
    domain::Sha256,
    evidence::{Claim, Workbook, claims},
};

use super::{desk::attachments, postfix::ORGANS};
use crate::support::{postfix::Postfix, program::Office};

/// The settings of an office that sends by mail, one address for each organ.
fn by_mail(smtp: &str) -> String {
    let addresses: String = ORGANS.iter().map(|o| format!("{o} = [\"{o}@test.invalid\"]\n")).collect();
    format!(
        "[transport]\nkind = \"smtp\"\n[transport.smtp]\n{smtp}from = \"sender@zhinaq.invalid\"\n\
         max_message_bytes = 26214400\n[addresses]\n{addresses}"
    )
}

/// The copies of a half-year by hash, each with the organ it is for.
fn copies(office: &Path) -> BTreeMap<Sha256, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![office.join("output/sample/2025-Q2")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if let Some((organ, _)) = name.split_once("-copy-") {
                let organ = organ.split_once("-r0-").unwrap().1.to_owned();
                found.insert(Sha256::of(&fs::read(&path).unwrap()), organ);
            }
        }
    }
    found
}

#[test]
fn a_half_year_of_the_program_goes_through_a_real_mail_server_and_each_copy_opens() {
    let Some(postfix) = Postfix::start(&ORGANS, 26_214_400) else { return };
    let office = Office::empty();
    let authority = postfix.authority().display().to_string();
    let smtp =
        format!("host = \"localhost\"\nport = {}\ntls = \"starttls\"\nauthorities = \"{authority}\"\n", postfix.port);
    fs::write(office.path().join("zhinaq.toml"), by_mail(&smtp)).unwrap();
    let words = ["run", "--sample", "--period", "2025-Q2", "--format", "json"];
    let report = office.zhinaq(&words);
    assert_eq!(report.code, 0, "{}\n{}", report.err, postfix.log());
    let totals = report.json()["totals"].clone();
    assert_eq!((&totals["parcels"]["handed_now"], &totals["copies"]["handed_now"]), (&115.into(), &176.into()));

    let mut left = copies(office.path());
    assert_eq!(left.len(), 176);
    let mut messages = 0;
    let expected = parcels(&office);
    for organ in ORGANS {
        let mailbox = postfix.mailbox(organ, expected[organ]);
        for message in &mailbox {
            messages += 1;
            let parsed = mail_parser::MessageParser::default().parse(message).unwrap();
            let parcel = parsed.header_raw("X-Zhinaq-Parcel").unwrap().trim().to_owned();
            assert!(parsed.subject().unwrap().contains("SAMPLE DATA"));
            assert!(!attachments(message).is_empty());
            for (name, bytes) in attachments(message) {
                assert_eq!(left.remove(&Sha256::of(&bytes)).as_deref(), Some(organ), "{name} is not {organ}'s");
                let claims = claims(&Workbook::read(&bytes).unwrap());
                let Claim::Property { parcel: said, .. } = &claims[0] else { panic!("{name}: {claims:?}") };
                assert_eq!(said.to_string(), parcel);
            }
        }
    }
    assert!(left.is_empty(), "never arrived: {left:?}");
    assert_eq!(messages, 115);

    let again = office.zhinaq(&words).exits(0).json();
    assert_eq!(again["totals"]["parcels"]["handed_now"], 0);
    assert_eq!(ORGANS.iter().map(|o| postfix.mailbox(o, 0).len()).sum::<usize>(), 115);
}

/// How many parcels the matrix has for each organ.
fn parcels(office: &Office) -> BTreeMap<String, usize> {
    let matrix = office.zhinaq(&["matrix", "--format", "json"]).exits(0).json();
    let mut counts: BTreeMap<String, usize> = ORGANS.iter().map(|organ| ((*organ).to_owned(), 0)).collect();
    for cell in matrix["cells"].as_array().unwrap().iter().filter(|c| c["state"] == "listed") {
        *counts.get_mut(cell["organ"].as_str().unwrap()).unwrap() += 1;
    }
    counts
}
