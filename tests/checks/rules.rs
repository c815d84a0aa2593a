//! The rules that templates state.

use zhinaq::{
    domain::{Figure, Finding, Severity},
    validate::joined,
};

use super::made_up::{as_edition_101, cell, check, check_all, drop_row, lines, number, other, sound};

#[test]
fn sound_figures_have_no_findings() {
    let first = sound("2025-Q2", "1911", 1);
    assert_eq!(lines(&check(&[&first, &sound("2025-Q2", "1971", 3), &other("2025-Q2", "1911", 40)])), [""; 0]);
    assert_eq!(lines(&check(&[&as_edition_101(first)])), [""; 0]);
}

#[test]
fn a_total_that_is_not_its_parts_is_found_at_the_total() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    *cell(&mut dataset, "R1", "1", "5") = number("21");
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["made-up.parts warning 1911 R1 1 5 20 21 1"]);
    insta::assert_snapshot!(findings[0].explanation, @"row 1 «Всего», column 5 «Поступило / в т.ч. повторно» is 21, but rows 2 + 3 add up to 20 (+1); Всего равно сумме частей");
}

#[test]
fn a_balance_of_columns_keeps_the_severity_of_its_rule() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    *cell(&mut dataset, "R1", "4", "3") = number("8");
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["made-up.balance error 1911 R1 4 4 7 8 1"]);
    insta::assert_snapshot!(findings[0].explanation, @"row 4 «Всего / прочие / из них», column 4 «Остаток на конец» is 8, but columns 1 + 2 − 3 add up to 7 (+1); Остаток на конец");
}

#[test]
fn a_part_beyond_its_whole_is_found_at_the_part() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    *cell(&mut dataset, "R1", "4", "5") = number("13");
    let findings = check(&[&dataset]);
    assert_eq!(
        lines(&findings),
        ["made-up.of-which warning 1911 R1 4 5 12 13 1", "made-up.others warning 1911 R1 4 5 11 13 2"]
    );
    insta::assert_snapshot!(findings[0].explanation, @"row 4 «Всего / прочие / из них», column 5 «Поступило / в т.ч. повторно» is 13, but column 2 «Поступило», of which it is a part, is 12; В том числе не больше целого");
}

#[test]
fn a_blank_counts_as_zero_and_is_told_as_blank() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    *cell(&mut dataset, "R2", "2", "2") = Figure::Blank;
    *cell(&mut dataset, "R2", "3", "2") = number("0.3");
    assert_eq!(lines(&check(&[&dataset])), [""; 0]);
    *cell(&mut dataset, "R2", "1", "2") = Figure::Blank;
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["made-up.money warning 1911 R2 1 2 0.3 - -0.3"]);
    assert!(findings[0].explanation.contains("is blank, but"), "{}", findings[0].explanation);
}

#[test]
fn a_text_silences_the_rules_that_need_it_and_is_told() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    *cell(&mut dataset, "R2", "2", "2") = Figure::Text("сто".into());
    assert_eq!(lines(&check(&[&dataset])), ["shape.text warning 1911 R2 2 2 - - -"]);
    *cell(&mut dataset, "R2", "2", "2") = Figure::Text("х".into());
    assert_eq!(lines(&check(&[&dataset])), [""; 0]);
    *cell(&mut dataset, "R2", "2", "2") = Figure::Text("1 88\u{200b}".into());
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["shape.text error 1911 R2 2 2 - - -"], "a figure is lost");
    assert!(findings[0].explanation.contains("«1 88[U+200B]»"), "{}", findings[0].explanation);
}

#[test]
fn a_missing_operand_makes_no_imbalance() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    drop_row(&mut dataset, "R1", "3");
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["shape.row error 1911 R1 3 - - - -"]);
}

#[test]
fn decimals_add_up_exactly() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    *cell(&mut dataset, "R2", "2", "2") = number("0.1");
    *cell(&mut dataset, "R2", "3", "2") = number("0.2");
    *cell(&mut dataset, "R2", "1", "2") = number("0.3");
    assert_eq!(lines(&check(&[&dataset])), [""; 0]);
    *cell(&mut dataset, "R2", "1", "2") = number("0.301");
    assert_eq!(lines(&check(&[&dataset])), ["made-up.money warning 1911 R2 1 2 0.3 0.301 0.001"]);
    *cell(&mut dataset, "R2", "1", "2") = number("9007199254740991");
    *cell(&mut dataset, "R2", "2", "2") = number("9007199254740990");
    *cell(&mut dataset, "R2", "3", "2") = number("1");
    assert_eq!(lines(&check(&[&dataset])), [""; 0]);
}

#[test]
fn a_later_edition_is_checked_where_it_prints_the_lines() {
    let mut dataset = as_edition_101(sound("2025-Q2", "1911", 1));
    // Column 5 is the average there, so no rule of column 5 may apply to it.
    *cell(&mut dataset, "R1", "4", "5") = number("999");
    assert_eq!(lines(&check(&[&dataset])), [""; 0]);
    *cell(&mut dataset, "R1", "3", "2") = number("23");
    assert_eq!(
        lines(&check(&[&dataset])),
        ["made-up.parts warning 1911 R1 1 2 41 40 -1", "made-up.balance error 1911 R1 3 4 15 14 -1"]
    );
}

#[test]
fn two_sections_that_tell_the_same_figure_are_compared() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    for (row, value) in [("1", "41"), ("2", "16")] {
        *cell(&mut dataset, "R2", row, "1") = number(value);
    }
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["made-up.sections warning 1911 R2 1 1 40 41 1"]);
    assert!(findings[0].explanation.contains("40 in section R1, row 1 «Всего», column 2 «Поступило»"));
}

#[test]
fn two_forms_meet_at_their_last_month_unit_by_unit() {
    let dataset = sound("2025-Q2", "1911", 1);
    let findings = check(&[&dataset, &other("2025-M06", "1911", 39), &other("2025-M06", "1971", 1)]);
    assert_eq!(lines(&findings), ["other.same warning 1911 R1 1 1 40 39 -1"]);
    assert!(findings[0].explanation.contains("form `made-up` for `2025-Q2`"), "{}", findings[0].explanation);
    // A document of another month or of another agency is not compared.
    assert_eq!(lines(&check(&[&dataset, &other("2025-M05", "1911", 39)])), [""; 0]);
    let mut agency = other("2025-M06", "1911", 39);
    agency.key.agency = "03".parse().unwrap();
    let findings = check_all(&[&dataset, &agency], &[], &[]);
    assert_eq!(lines(&findings), ["missing.total warning 1911 - - - - - -"]);
    assert_eq!(findings[0].severity, Severity::Warning);
}

#[test]
fn what_reader_and_checks_both_say_is_said_once() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    drop_row(&mut dataset, "R1", "3");
    let checked = check(&[&dataset]);
    let said = |rule: &str, section: Option<&str>| Finding {
        rule: rule.to_owned(),
        section: section.map(|s| s.parse().unwrap()),
        row: None,
        ..checked[0].clone()
    };
    let read = vec![said("shape.rows", Some("R1")), said("shape.rows", Some("R2")), said("identity.release", None)];
    let all = joined(read, checked.clone());
    let rules: Vec<&str> = all.iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(rules, ["shape.rows", "identity.release", "shape.row"]);
    assert_eq!(all[0].section.as_ref().unwrap().as_str(), "R2");
}

#[test]
fn an_error_in_a_cell_is_told_once_and_stays_an_error() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    dataset.sections[1].figures[0] = Figure::Text("#REF!".into());
    dataset.sections[1].figures[1] = Figure::Text("нет".into());
    let checked = check(&[&dataset]);
    let texts: Vec<&Finding> = checked.iter().filter(|f| f.rule == "shape.text").collect();
    assert_eq!(texts.len(), 2);
    let read = Finding { rule: "figure.kind".into(), severity: Severity::Error, ..texts[0].clone() };
    let all = joined(vec![read], checked.clone());
    let told: Vec<&str> = all.iter().map(|f| f.rule.as_str()).filter(|r| *r != "other.same").collect();
    assert_eq!(told.iter().filter(|r| **r == "figure.kind").count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|r| **r == "shape.text").count(), 1, "{told:?}");
}
