//! Regions and periods of rows.

use zhinaq::{
    domain::Severity,
    read::service::{self, Asked},
};

use super::{asked, figure, findings, full, read, refusal, regions, template, units};

#[test]
fn regions_come_by_code_and_by_name() {
    let names = ["Республика Казахстан", "Абай облысы", "Алматинская обл.", "KZ-71", "город Aлматы"];
    let rows: Vec<String> = names.iter().map(|name| format!("{{{}}}", full(name))).collect();
    let reading = read(format!("[{}]", rows.join(","))).unwrap();
    assert_eq!(units(&reading), ["19", "1910", "1919", "1971", "1975"]);
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
}

#[test]
fn an_unknown_region_is_told_with_the_nearest_known_name() {
    let reading = read(format!("[{{{}}}, {{{}}}]", full("г. Асстана"), full("1975"))).unwrap();
    assert_eq!(units(&reading), ["1975"]);
    assert_eq!(
        findings(&reading),
        [
            "error service.region-unknown -: row 1 is of `г. Асстана`, which is not a region known here; the nearest known name is `г. Астана`; it was left out"
        ]
    );
}

#[test]
fn of_two_different_rows_for_one_region_none_is_taken() {
    let other = full("Астана").replace(": 3", ": 33");
    let reading = read(format!("[{{{}}}, {{{other}}}, {{{}}}]", full("1971"), full("1975"))).unwrap();
    assert_eq!(units(&reading), ["1975"]);
    assert_eq!(
        findings(&reading),
        ["error service.region-twice 1971: rows 1, 2 are all of unit `1971` and differ; none was used"]
    );
    let same = read(format!("[{{{}}}, {{{}}}]", full("1971"), full("Астана"))).unwrap();
    assert_eq!(units(&same), ["1971"]);
    assert_eq!(
        findings(&same),
        ["warning service.region-twice 1971: rows 1, 2 are the same row of unit `1971`; it was taken once"]
    );
}

#[test]
fn almaty_without_a_word_is_the_city_and_an_answer_that_means_the_region_by_it_is_an_error() {
    let settled = read(format!("[{{{}}}, {{{}}}]", full("Алматы"), full("Алматинская область"))).unwrap();
    assert_eq!(units(&settled), ["1919", "1975"]);
    // In a Kazakh list without its words for region and city, both are written alike, or the region has no row of its
    // own.
    let city = full("Алматы қ.").replace(": 3", ": 33");
    let both = read(format!("[{{{}}}, {{{city}}}, {{{}}}]", full("Алматы"), full("Астана"))).unwrap();
    assert_eq!(units(&both), ["1971"]);
    assert!(findings(&both).iter().any(|f| f.starts_with("error service.region-twice 1975")), "{:?}", findings(&both));
    let bare: Vec<String> = ["РК", "Абай", "Алматы", "Астана"].map(|name| format!("{{{}}}", full(name))).into();
    let alone = read(format!("[{}]", bare.join(","))).unwrap();
    let absent = alone.findings.iter().find(|f| f.rule == "service.region-absent").unwrap();
    assert!(absent.severity == Severity::Error && absent.explanation.contains("`1919`"), "{absent:?}");
}

#[test]
fn nineteen_is_the_republic_unless_the_rows_speak_in_two_digits() {
    let republic = read(format!("[{{{}}}, {{{}}}]", full("19"), full("1971"))).unwrap();
    assert_eq!(units(&republic), ["19", "1971"]);
    let unclear = read(format!("[{{{}}}, {{{}}}]", full("19"), full("71"))).unwrap();
    assert_eq!(units(&unclear), ["1971"]);
    assert_eq!(
        findings(&unclear),
        [
            "error service.region-ambiguous -: row 1 has the region code `19`, which can mean the republic (codes of the Committee) or unit `1919` (the classifier of territories, which the other rows use); the row was left out"
        ]
    );
    let region = read(format!("[{{{}}}, {{{}}}, {{{}}}]", full("РК"), full("19"), full("71"))).unwrap();
    assert_eq!(units(&region), ["19", "1919", "1971"]);
}

#[test]
fn a_row_that_contradicts_itself_is_left_out() {
    let reading = read(format!(r#"[{{{}, "region": "1975"}}, {{{}}}]"#, full("1971"), full("1919"))).unwrap();
    assert_eq!(units(&reading), ["1919"]);
    assert_eq!(
        findings(&reading),
        ["error service.region-twice 1971: row 1 names two regions, `1971` and `1975`; it was left out"]
    );
}

#[test]
fn the_region_s_field_is_a_setting_and_a_likely_one_is_found() {
    let body = format!("[{{{}}}]", full("1971").replace("\"region\"", "\"reg kod\""));
    let asked = Asked { region_field: Some("reg kod"), ..asked() };
    let reading = service::read(&template(), &regions(), &asked, body.as_bytes()).unwrap();
    assert_eq!(units(&reading), ["1971"]);
    let likely = read(format!("[{{{}}}]", full("1971").replace("\"region\"", "\"oblast\""))).unwrap();
    assert_eq!(
        findings(&likely),
        [
            "warning service.region-field -: field `region` is not there; the region was taken from `oblast`: name it in schedules/sources.toml"
        ]
    );
    assert_eq!(
        refusal(body),
        "no row is of a known region: field `region` is not there; there are `reg kod`; name the field of the region in `schedules/sources.toml`"
    );
}

#[test]
fn one_unit_can_be_asked_for() {
    let body = format!("[{{{}}}, {{{}}}]", full("1971"), full("1975"));
    let one = |unit: &str| {
        let asked = Asked { unit: Some(unit.parse().unwrap()), ..asked() };
        service::read(&template(), &regions(), &asked, body.as_bytes()).unwrap()
    };
    assert_eq!(units(&one("1975")), ["1975"]);
    let absent = one("1919");
    assert!(absent.datasets.is_empty());
    assert_eq!(absent.findings[0].explanation, "there is no row of unit `1919`");
}

#[test]
fn regions_without_a_row_are_listed() {
    let reading = read(format!("[{{{}}}]", full("1971"))).unwrap();
    assert_eq!(
        reading.findings[0].explanation,
        "there is no row of the republic (`19`), `1910` область Абай, `1919` Алматинская область, `1975` г. Алматы; the answer is only a part"
    );
    let before = Asked { period: "2022-Q1".parse().unwrap(), ..asked() };
    let rows = ["1910", "1919", "1971", "1975"].map(|unit| format!("{{{}}}", full(unit))).join(",");
    let early = service::read(&template(), &regions(), &before, format!("[{rows}]").as_bytes()).unwrap();
    assert_eq!(
        findings(&early),
        [
            "error service.region-early -: there are rows of `1910` область Абай, which did not exist at the end of `2022-Q1`"
        ]
    );
}

#[test]
fn another_period_is_refused_with_both_named() {
    for (field, said) in
        [("date", "\"2022-10-01\""), ("period", "\"2022-Q3\""), ("god", "2021"), ("Дата", "\"30.09.2022\"")]
    {
        let body = format!("[{{{}, \"{field}\": {said}}}]", full("1971"));
        let bare = said.trim_matches('"');
        assert_eq!(
            refusal(&body),
            format!("it is about another period: field `{field}` is `{bare}`, `2022-Q4` was requested")
        );
        let wrapped = format!(r#"{{"{field}": {said}, "data": [{{{}}}]}}"#, full("1971"));
        assert_eq!(refusal(&wrapped), refusal(&body));
    }
    let fits = read(format!(r#"[{{{}, "date": "2023-01-01", "god": "2022"}}]"#, full("1971"))).unwrap();
    assert_eq!(figure(&fits, "1971", "R1.1"), "1");
}

#[test]
fn a_row_that_was_left_out_is_not_said_to_be_absent() {
    let other = full("Астана").replace(": 3", ": 33");
    let rows = ["РК", "1910", "1919", "1971", "1975"].map(|unit| format!("{{{}}}", full(unit))).join(",");
    let reading = read(format!("[{rows}, {{{other}}}]")).unwrap();
    assert_eq!(units(&reading), ["19", "1910", "1919", "1975"]);
    let rules: Vec<&str> = reading.findings.iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(rules, ["service.region-twice"]);
}

#[test]
fn an_answer_without_the_republic_is_a_part() {
    let rows = ["1910", "1919", "1971", "1975"].map(|unit| format!("{{{}}}", full(unit))).join(",");
    let reading = read(format!("[{rows}]")).unwrap();
    assert_eq!(reading.findings[0].explanation, "there is no row of the republic (`19`); the answer is only a part");
    assert_eq!(reading.findings[0].severity, zhinaq::domain::Severity::Error);
}

#[test]
fn offices_and_spellings_of_published_data_sets_are_regions() {
    let names = ["Алматинкая область", "ДЮ г. Астана", "ДЮ Абай"];
    let rows: Vec<String> = names.iter().map(|name| format!("{{{}}}", full(name))).collect();
    let reading = read(format!("[{}]", rows.join(","))).unwrap();
    assert_eq!(units(&reading), ["1910", "1919", "1971"]);
}

#[test]
fn a_serial_number_of_a_spreadsheet_is_a_date() {
    let with = |serial: &str| format!(r#"[{{{}, "date": {serial}}}]"#, full("1971"));
    assert!(refusal(with("\"44834\"")).contains("about another period"));
    assert!(refusal(with("44834")).contains("about another period"));
    assert_eq!(units(&read(with("44926")).unwrap()), ["1971"]);
}

#[test]
fn a_row_that_tells_of_a_failure_is_left_out() {
    let reading = read(format!(
        r#"[{{{}, "status": "не утвержден"}}, {{{}, "status": "утвержден"}}]"#,
        full("1971"),
        full("1975")
    ));
    let reading = reading.unwrap();
    assert_eq!(units(&reading), ["1975"]);
    assert!(findings(&reading)[0].starts_with("error service.row-failure 1971"), "{:?}", findings(&reading));
}

#[test]
fn rows_of_another_period_are_never_taken() {
    let body = format!(
        r#"[{{{}, "date": "2022-10-01"}}, {{{}, "date": "2023-01-01"}}, {{{}, "date": "soon"}}]"#,
        full("1971"),
        full("1971"),
        full("1975")
    );
    let reading = read(body).unwrap();
    assert_eq!(units(&reading), ["1971", "1975"]);
    assert_eq!(
        findings(&reading),
        [
            "error service.period-unclear -: field `date` is `soon`, which could not be compared with `2022-Q4`",
            "error service.period 1971: row 1 is of another period: field `date` is `2022-10-01`, `2022-Q4` was requested; it was left out",
        ]
    );
}
