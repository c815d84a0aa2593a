//! The identities of the real documents, alone and together.

use zhinaq::{
    domain::Severity,
    read::{self, Document, Identity, Reading, Releases, Verdict},
};

use super::{Office, all, real};

fn named(name: &str) -> Option<&'static Reading> {
    Some(&all()?.iter().find(|d| d.name == name).unwrap().reading)
}

fn file(identity: &Identity) -> &str {
    identity.document.rsplit('/').next().unwrap()
}

#[test]
fn eight_documents_of_3_k_disagree_with_themselves() {
    let Some(documents) = all() else { return };
    let mut identities: Vec<Identity> = documents.iter().map(|d| d.reading.identity.clone()).collect();
    // The order of the documents does not matter.
    for turn in 0..3 {
        identities.rotate_left(47 * turn);
        let verdicts = read::judge(&identities);
        let mut held = Vec::new();
        let mut refused = Vec::new();
        for (identity, verdict) in identities.iter().zip(&verdicts) {
            match verdict {
                Verdict::Taken => {}
                Verdict::Held(why) => {
                    assert!(why.contains("50305") && why.contains("16057"), "{why}");
                    held.push(file(identity));
                }
                Verdict::Refused(why) => {
                    assert!(why.contains("another period's document"), "{why}");
                    refused.push((file(identity), why.contains("equals")));
                }
            }
        }
        held.sort_unstable();
        refused.sort_unstable();
        let expected = [
            "202303_3k_00400___ru.XLSX",
            "202303_3k_01500___ru.XLSX",
            "202303_3k_20100___ru.XLSX",
            "202304_3k_20100___ru.XLSX",
            "202308_3k_00000___ru.XLSX",
            "202308_3k_00100___ru.XLSX",
        ];
        assert_eq!(held, expected);
        assert_eq!(refused, [("202209_3k_00400___ru.XLSX", false), ("202210_3k_00400___ru.XLSX", true)]);
    }
    let releases = Releases::learn(&identities);
    assert_eq!(releases.month_of(28327).unwrap().to_string(), "2022-M12");
    assert_eq!(releases.month_of(16057), None);
    assert_eq!(releases.release_of("2023-M09".parse().unwrap()), Some(31630));
}

#[test]
fn the_figures_of_an_extract_are_taken_for_what_its_name_and_content_say() {
    let Some(reading) = named("3-K/202303_3k_00400___ru.XLSX") else { return };
    assert_eq!(reading.datasets[0].key.agency.as_str(), "04");
    let held = reading.held.clone().unwrap();
    assert!(held.contains("srz_info") && held.contains("agency `04`") && held.contains("edition `50305`"), "{held}");
    assert!(reading.findings.iter().any(|f| f.rule == "identity.disagreement" && f.severity == Severity::Error));
}

#[test]
fn a_change_of_edition_is_told_as_columns_gone_by_title() {
    let Some(reading) = named("3-K/202312_3k_00000___ru.XLSX") else { return };
    let told: Vec<&str> =
        reading.findings.iter().filter(|f| f.rule == "shape.edition-changed").map(|f| f.explanation.as_str()).collect();
    assert_eq!(told.len(), 2);
    let spoken = ["edition `50307` after `50306`: columns gone: `22`", "Министерства культуры и спорта"];
    assert!(spoken.iter().all(|part| told[0].contains(part)), "{}", told[0]);
    assert!(!reading.findings.iter().any(|f| f.rule.starts_with("shape.columns")), "{:?}", reading.findings);
}

#[test]
fn the_other_documents_raise_no_finding_about_their_shape_or_identity() {
    let Some(documents) = all() else { return };
    let mut told = Vec::new();
    for document in documents.iter().filter(|document| document.reading.held.is_none()) {
        let loud = |f: &&zhinaq::domain::Finding| f.severity < Severity::Info;
        let findings = document.reading.findings.iter().filter(loud);
        told.extend(findings.map(|f| format!("{}: {} {}", document.name, f.rule, f.explanation)));
    }
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_real_form_is_never_taken_for_another() {
    let Some(folder) = real() else { return };
    let office = Office::new();
    for (path, id, other) in [
        ("1-M/Astana.XLSX", "1-m", "3-k"),
        ("CIS-1/Astana city.XLSX", "cis-1", "1-m"),
        ("3-K/202212_3k_00000___ru.XLSX", "3-k", "cis-1"),
    ] {
        let path = folder.join(path);
        let error = office.read(&path, other, "2022-M12".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains(&format!("form `{id}`")), "{error}");
        let bytes = std::fs::read(&path).unwrap();
        let document = Document { name: path.to_str().unwrap(), bytes: &bytes };
        let identity = read::identify(&office.templates, &office.regions, &office.agencies, &document).unwrap();
        assert_eq!(identity.form.unwrap().as_str(), id);
        assert_eq!(identity.release, Some(28327));
    }
}
