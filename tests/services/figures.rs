//! Figures and keys.

use super::{figure, findings, full, read, template, units};

#[test]
fn a_bare_list_and_data_are_read_alike() {
    let bare = read(format!("[{{{}}}, {{{}}}]", full("1971"), full("1975"))).unwrap();
    let wrapped =
        read(format!(r#"{{"code": 0, "message": "OK", "data": [{{{}}}, {{{}}}]}}"#, full("1971"), full("1975")))
            .unwrap();
    assert_eq!(bare, wrapped);
    assert_eq!(units(&bare), ["1971", "1975"]);
    assert!(findings(&bare).is_empty(), "{:?}", findings(&bare));
    let dataset = &bare.datasets[0];
    assert_eq!(dataset.edition.as_str(), "service");
    assert_eq!(dataset.sections.len(), 2);
    assert_eq!(dataset.sections[0].rows.len(), 1, "a service speaks of the total");
    assert_eq!(dataset.sections[0].rows[0].code.as_str(), "1");
    assert_eq!(dataset.sections[1].columns.len(), template().sections[1].columns.len());
    assert_eq!(figure(&bare, "1971", "R2.1"), "4.5");
}

#[test]
fn numbers_come_as_numbers_and_as_texts() {
    let reading = read(
        r#"[{"region": 1971, "ostatok na nachalo": "1 234", "Vsego postupilo": 1.0e3, "R1.3": "12.00",
            "symma": "18 453,949", "R2.2": null}, {"region": "1975", "ostatok na nachalo": "", "Vsego postupilo": "0",
            "R1.3": " 7 ", "symma": 18453.949000000001, "R2.2": "-1"}]"#,
    )
    .unwrap();
    let of = |unit: &str| ["R1.1", "R1.2", "R1.3", "R2.1", "R2.2"].map(|place| figure(&reading, unit, place));
    assert_eq!(of("1971"), ["1234", "1000", "12", "18453.949", "blank"]);
    assert_eq!(of("1975"), ["blank", "0", "7", "18453.949", "-1"]);
    assert!(findings(&reading).is_empty(), "{:?}", findings(&reading));
}

#[test]
fn counts_with_a_point_or_comma_are_doubts_for_each_cell() {
    let reading = read(
        r#"[{"region": "1971", "ostatok na nachalo": "21,900", "Vsego postupilo": "12.000", "R1.3": "1,234,567",
            "symma": "21,900", "R2.2": "3.9"}]"#,
    )
    .unwrap();
    let of = ["R1.1", "R1.2", "R1.3", "R2.1", "R2.2"].map(|place| figure(&reading, "1971", place));
    assert_eq!(of, ["text `21,900`", "text `12.000`", "text `1,234,567`", "21.9", "text `3.9`"]);
    let told: Vec<String> = findings(&reading).into_iter().filter(|f| f.contains("figure.doubtful")).collect();
    let ends = [
        "`21,900` can be read as 21900 or as 21.9; it was kept as text",
        "`12.000` can be read as 12000 or as 12; it was kept as text",
        "`1,234,567` may be more than one number; it was kept as text",
        "`3.9` is not a whole number, and its column counts; it was kept as text",
    ];
    assert_eq!(told.len(), ends.len(), "{told:?}");
    for (told, end) in told.iter().zip(ends) {
        assert!(told.starts_with("error") && told.ends_with(end), "{told}");
    }
}

#[test]
fn noise_of_sums_is_left_out_and_told_once() {
    let row =
        full("1971").replace("\"R1.3\": 3", "\"R1.3\": 2190.0000000001").replace("\"4.5\"", "0.30000000000000004");
    let reading = read(format!("[{{{row}}}]")).unwrap();
    assert_eq!(["R1.3", "R2.1"].map(|place| figure(&reading, "1971", place)), ["2190", "0.3"]);
    let told = findings(&reading);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("info figure.noise") && told[0].contains("1 number is rounded"), "{}", told[0]);
}

#[test]
fn numbers_that_no_figure_can_hold_stay_text() {
    for (sent, kept) in [
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("-Infinity", "-Infinity"),
        ("1e400", "1e400"),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551617", "18446744073709551617"),
        ("\"9007199254740993\"", "9007199254740993"),
        ("0.33333333", "0.33333333"),
    ] {
        let row = full("1971").replace("\"R1.3\": 3", &format!("\"R1.3\": {sent}"));
        let reading = read(format!("[{{{row}}}]")).unwrap();
        assert_eq!(figure(&reading, "1971", "R1.3"), format!("text `{kept}`"));
        assert_eq!(figure(&reading, "1971", "R2.2"), "5", "the other figures are there");
        let expected = format!(
            "error figure.no-decimal 1971 R1.3: row 1 (`1971`), column R1.3 (Направлено по подсудности): `{kept}` is not a number of at most three decimals below 2^53; it was kept as text"
        );
        assert_eq!(findings(&reading), [expected]);
    }
}

#[test]
fn other_values_are_kept_as_text_with_a_finding() {
    for (sent, rule) in [
        (
            "\"нет\"",
            "warning figure.text 1971 R1.3: row 1 (`1971`), column R1.3 (Направлено по подсудности): `нет` is not a number; it was kept as text",
        ),
        (
            "\"NaN\"",
            "warning figure.text 1971 R1.3: row 1 (`1971`), column R1.3 (Направлено по подсудности): `NaN` is not a number; it was kept as text",
        ),
        (
            "true",
            "error figure.kind 1971 R1.3: row 1 (`1971`), column R1.3 (Направлено по подсудности): `true` is written where a figure belongs; it was kept as text",
        ),
        (
            "{\"a\": [1]}",
            "error figure.kind 1971 R1.3: row 1 (`1971`), column R1.3 (Направлено по подсудности): `{\"a\": [1]}` is written where a figure belongs; it was kept as text",
        ),
    ] {
        let row = full("1971").replace("\"R1.3\": 3", &format!("\"R1.3\": {sent}"));
        let reading = read(format!("[{{{row}}}]")).unwrap();
        assert_eq!(findings(&reading), [rule]);
        assert!(figure(&reading, "1971", "R1.3").starts_with("text"));
    }
}

#[test]
fn a_key_that_stands_twice_gives_no_number() {
    let reading = read(format!(r#"[{{{}, "symma": 9}}]"#, full("1971"))).unwrap();
    assert_eq!(figure(&reading, "1971", "R2.1"), "text `4.5 | 9`");
    assert_eq!(
        findings(&reading),
        [
            "error service.key-twice 1971 R2.1: row 1 (`1971`), column R2.1 (Сумма): the key occurs twice, with `4.5` and `9`; neither was used"
        ]
    );
    let same = read(format!(r#"[{{{}, "symma": "4,500"}}]"#, full("1971"))).unwrap();
    assert_eq!(figure(&same, "1971", "R2.1"), "4.5");
    assert_eq!(
        findings(&same),
        [
            "warning service.key-twice 1971 R2.1: row 1 (`1971`), column R2.1 (Сумма): the key occurs twice, with the same value"
        ]
    );
}

#[test]
fn unknown_keys_are_told_once_each_with_the_nearest_known_one() {
    let row = full("1971").replace("Vsego postupilo", "Vsego postupila");
    let other = full("1975").replace("Vsego postupilo", "Vsego postupila");
    let reading = read(format!(r#"[{{{row}, "new": 1}}, {{"new": {{"deep": [1]}}, {other}}}]"#)).unwrap();
    assert_eq!(
        findings(&reading),
        [
            "info service.key-unknown -: key `Vsego postupila` is not in templates/forms/court-1.toml; the nearest known key is `Vsego postupilo`",
            "info service.key-unknown -: key `new` is not in templates/forms/court-1.toml",
            "error service.key-missing - R1.2: no row has key `Vsego postupilo` of column R1.2 (Поступило)",
        ]
    );
    assert_eq!(figure(&reading, "1975", "R1.2"), "blank");
}

#[test]
fn lost_keys_are_found_by_code_and_title() {
    let reading = read(
        r#"[{"region": "1971", "OSTATOK  na_nachalo": 1, "Vsego postupilo": 2, "Направлено по подсудности:": 3, "symma": 4, "Возвращено": 5, "1": 9}]"#,
    )
    .unwrap();
    assert_eq!(["R1.1", "R1.3", "R2.2"].map(|place| figure(&reading, "1971", place)), ["1", "3", "5"]);
    assert_eq!(
        findings(&reading),
        [
            "info service.key-unknown -: key `1` is not in templates/forms/court-1.toml",
            "info service.key-alike -: key `OSTATOK na_nachalo` was taken for column R1.1 (Остаток на начало)",
        ]
    );
}

#[test]
fn missing_keys_are_told_and_a_section_that_was_not_sent_is_not_there() {
    let reading = read(
        r#"[{"region": "1971", "ostatok na nachalo": 1, "Vsego postupilo": 2}, {"region": "1975", "ostatok na nachalo": 1}]"#,
    )
    .unwrap();
    assert_eq!(reading.datasets[0].sections.len(), 1);
    assert_eq!(
        findings(&reading),
        [
            "error service.key-missing - R1.2: 1 of 2 rows lack key `Vsego postupilo` of column R1.2 (Поступило)",
            "warning service.key-missing - R1.3: no row has column R1.3 (Направлено по подсудности), whose key is lost in the source",
            "warning service.section-missing -: no row of the answer has a column of section `R2`",
        ]
    );
}

#[test]
fn a_lost_key_that_no_row_has_is_an_error_where_others_are_found() {
    // The answer of another form has fewer numbers than this one, so here the absent key is not a fault of the
    // template.
    let reading =
        read(r#"[{"region": "1971", "ostatok na nachalo": 1, "Vsego postupilo": 2, "symma": 4, "R2.2": 5}]"#).unwrap();
    assert!(
        findings(&reading)[0].starts_with("error service.key-missing - R1.3: no row has"),
        "{:?}",
        findings(&reading)
    );
}

#[test]
fn a_numbered_column_that_the_form_does_not_have_is_an_error() {
    let reading = read(format!(r#"[{{{}, "R2.9": 1, "R2.10": 2, "note": "x"}}]"#, full("1971"))).unwrap();
    let errors: Vec<String> = findings(&reading).into_iter().filter(|found| found.starts_with("error")).collect();
    let expected = "error service.columns-unknown -: the answer has 2 numbered columns that form `court-1` does not have, the first is `R2.10`: it may be of another form";
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].replace("`R2.9`", "`R2.10`"), expected);
}

#[test]
fn a_lost_key_that_one_row_lacks_is_an_error() {
    let row = full("1975").replace("\"R1.3\": 3, ", "");
    let reading = read(format!("[{{{}}}, {{{row}}}]", full("1971"))).unwrap();
    assert!(findings(&reading)[0].starts_with("error service.key-missing - R1.3: 1 of 2 rows lack"));
}

#[test]
fn a_thousand_odd_cells_are_told_in_bounds() {
    let rows: Vec<String> = (0..1000).map(|_| format!("{{{}}}", full("1971").replace(": 3", ": \"x\""))).collect();
    let reading = read(format!("[{}]", rows.join(","))).unwrap();
    assert!(reading.findings.len() < 300);
    assert!(findings(&reading).last().unwrap().ends_with("800 more cells are not plain figures"));
}

#[test]
fn a_thousand_cells_that_are_no_figures_are_errors_in_bounds() {
    let rows: Vec<String> = (0..1000).map(|_| format!("{{{}}}", full("1971").replace(": 3", ": true"))).collect();
    let reading = read(format!("[{}]", rows.join(","))).unwrap();
    let told = findings(&reading);
    assert!(told.iter().any(|finding| finding.starts_with("error figure.kind")), "{}", told[0]);
    assert!(told.last().unwrap().starts_with("error figure.more"), "{told:?}");
    assert!(told.len() <= 1_001);
}
