//! What is served, read back over loopback: workbooks and services contain exactly the made figures.

use zhinaq::{
    clock::Clock,
    domain::{Agency, Dataset, FormId, Origin, Period, Unit},
    read::{Document, Reading, Wanted, read},
    sample::{Figures, MARK, SampleFaults, serve},
};

use super::{
    premises::{built_in, period_of, premises, small_premises, templates},
    visit::{get, office},
};

const LATER: &str = "2028-03-01T00:00:00Z";

fn reading(form: &FormId, period: Period, unit: Option<&Unit>, agency: &Agency, name: &str, bytes: &[u8]) -> Reading {
    let (templates, office) = (templates(), built_in());
    let mut wanted = Wanted::of(form.clone(), period, Origin::Sample);
    wanted.unit = unit.cloned();
    wanted.agency = Some(agency.clone());
    let document = Document { name, bytes };
    read(&templates[form], templates, &office.regions, &office.agencies, &wanted, &document)
        .unwrap_or_else(|error| panic!("{form} {period}: {error}"))
}

/// The places where two datasets differ.
fn differences(read: &Dataset, made: &Dataset) -> Vec<String> {
    let mut found = Vec::new();
    for section in &made.sections {
        let Some(there) = read.section(&section.id) else {
            found.push(format!("{}: no section {}", made.key, section.id));
            continue;
        };
        for (place, figure) in section.figures.iter().enumerate() {
            let row = &section.rows[place / section.columns.len()];
            let column = &section.columns[place % section.columns.len()];
            let seen = there.figure(&row.code, &column.code);
            if seen != Some(figure) {
                found
                    .push(format!("{} {} {} {}: {seen:?} for {figure:?}", made.key, section.id, row.code, column.code));
            }
        }
        let label = |lines: &[zhinaq::domain::Row]| lines.iter().map(|l| l.label.to_string()).collect::<Vec<_>>();
        if label(&there.rows) != label(&section.rows) {
            found.push(format!("{} {}: rows {:?}", made.key, section.id, label(&there.rows)));
        }
        let label = |lines: &[zhinaq::domain::Column]| lines.iter().map(|l| l.label.to_string()).collect::<Vec<_>>();
        if label(&there.columns) != label(&section.columns) {
            found.push(format!("{} {}: columns {:?}", made.key, section.id, label(&there.columns)));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_is_read_back_from_its_workbook_without_a_finding() {
    let figures = Figures::new(premises(1)).unwrap();
    let clock = Clock::set_at(LATER.parse().unwrap());
    let served = serve(premises(1), SampleFaults::default(), clock).await.unwrap();
    let mut wrong = Vec::new();
    for offer in &figures.premises().offers {
        let period = period_of(figures.premises(), &offer.form, "2025-M06").unwrap();
        for (unit, agency, code) in [("19", "all", "00000"), ("1971", "all", "00000"), ("19", "13", "20100")] {
            let (unit, agency): (Unit, Agency) = (unit.parse().unwrap(), agency.parse().unwrap());
            let Some(made) = figures.dataset(&offer.form, period, &unit, &agency) else {
                assert!(!agency.is_all());
                continue;
            };
            let in_name = if unit.is_republic() { "" } else { unit.as_str() };
            let name = format!("202506_{}_{code}_{in_name}__ru.XLSX", offer.code);
            let came = get(&served.base, &format!("/forms/{name}")).await;
            assert_eq!((came.status, came.header("x-origin")), (200, MARK), "{name}");
            let reading = reading(&offer.form, period, Some(&unit), &agency, &name, &came.bytes);
            assert_eq!(reading.held, None, "{name}");
            // A new edition after another is reported as information.
            let findings = reading.findings.iter().filter(|f| f.rule != "shape.edition-changed");
            wrong.extend(findings.map(|f| format!("{name} {}: {}", f.rule, f.explanation)));
            wrong.extend(differences(&reading.datasets[0], &made));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_is_read_back_at_both_addresses() {
    let figures = Figures::new(small_premises(1)).unwrap();
    let served = office("", LATER).await;
    for offer in figures.premises().offers.iter().filter(|o| o.index.is_some()) {
        let period = period_of(figures.premises(), &offer.form, "2025-M06").unwrap();
        let index = offer.index.as_deref().unwrap();
        let new = get(&served.base, &format!("/proxy/{index}?apiKey=any&date=2025-07-01")).await;
        let old = get(&served.base, &format!("/datasets/view?index={index}?date=2025-07-01")).await;
        assert_eq!((new.status, old.status), (200, 200), "{index}");
        assert_eq!(new.bytes, old.bytes);
        let reading = reading(&offer.form, period, None, &Agency::all(), "answer.json", &new.bytes);
        assert_eq!(reading.datasets.len(), 21, "{index}");
        let unknown = reading.findings.iter().filter(|f| f.rule == "service.key-unknown").count();
        assert_eq!(unknown, usize::from(offer.form.as_str() == "dtp-1"), "{index}: {:?}", reading.findings);
        assert_eq!(reading.findings.len(), unknown, "{index}: {:?}", reading.findings);
        for dataset in &reading.datasets {
            let unit = &dataset.key.unit;
            let edition = zhinaq::domain::Edition::service();
            let mut made = figures.in_edition(&offer.form, period, unit, &Agency::all(), edition).unwrap();
            // A service gives only the first row of each section.
            for section in &mut made.sections {
                section.rows = section.rows[..1].into();
                section.figures.truncate(section.columns.len());
            }
            assert_eq!(differences(dataset, &made), Vec::<String>::new());
        }
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn services_answer_in_each_of_the_ways_that_are_known() {
    let served = office("", LATER).await;
    let (mut wrapped, mut bare, mut text, mut number, mut russian, mut kazakh) = (0, 0, 0, 0, 0, 0);
    for offer in small_premises(1).offers.iter().filter_map(|o| o.index.clone()) {
        let body = get(&served.base, &format!("/proxy/{offer}")).await.text();
        *(if body.starts_with('{') { &mut wrapped } else { &mut bare }) += 1;
        *(if body.contains("\":\"1") || body.contains("\":\"2") { &mut text } else { &mut number }) += 1;
        *(if body.contains("облысы") { &mut kazakh } else { &mut russian }) += 1;
    }
    assert!(
        [wrapped, bare, text, number, russian, kazakh].iter().all(|n| *n > 1),
        "{wrapped} {bare} {text} {number} {russian} {kazakh}"
    );
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_not_found() {
    let served = office("", "2025-07-09T12:00:00Z").await;
    for (path, status) in [
        ("/forms/202506_1e_00000___ru.XLSX", 200),
        ("/forms/202507_1e_00000___ru.XLSX", 404),
        ("/forms/202506_1ad_00000___ru.XLSX", 404),
        ("/forms/202503_1ad_00000___ru.XLSX", 200),
        ("/forms/202504_1ad_00000___ru.XLSX", 404),
        ("/forms/202506_9x_00000___ru.XLSX", 404),
        ("/forms/202506_1e_00000_1999__ru.XLSX", 404),
        ("/forms/202203_1e_00000_1910__ru.XLSX", 404),
        ("/forms/202206_1e_00000_1910__ru.XLSX", 200),
        ("/forms/202506_1e_00400___ru.XLSX", 404),
        ("/proxy/gp_od_service_1e?apiKey=x&date=2025-07-01", 200),
        ("/proxy/gp_od_service_1e?apiKey=x&date=2025-09-01", 404),
        ("/proxy/gp_od_service_1e?apiKey=x", 200),
        ("/proxy/gp_od_service_99?apiKey=x", 404),
        ("/elsewhere", 404),
        ("/", 200),
    ] {
        assert_eq!(get(&served.base, path).await.status, status, "{path}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_keeps_its_tag_and_is_not_sent_twice() {
    let served = office("", LATER).await;
    let url = format!("{}/forms/202506_1ol_00000___ru.XLSX", served.base);
    let client = super::visit::visitor();
    let first = client.get(&url).send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    assert!(
        first.headers()["last-modified"].to_str().unwrap().ends_with("Jul 2025 GMT") || {
            first.headers()["last-modified"].to_str().unwrap().contains("Jul 2025")
        }
    );
    let bytes = first.bytes().await.unwrap();
    let again = client.get(&url).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status().as_u16(), 304);
    assert!(again.bytes().await.unwrap().is_empty());
    served.stop().await;
    // Another office with the same seed serves the same bytes.
    let other = office("", LATER).await;
    assert_eq!(get(&other.base, "/forms/202506_1ol_00000___ru.XLSX").await.bytes, bytes);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_office_answers_no_more() {
    let served = office("", LATER).await;
    let base = served.base.clone();
    served.stop().await;
    assert!(super::visit::visitor().get(&base).send().await.is_err());
    let dropped = office("", LATER).await;
    let base = dropped.base.clone();
    drop(dropped);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(super::visit::visitor().get(&base).send().await.is_err());
}
