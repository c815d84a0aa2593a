//! Answers without figures, each refused with a message of its own.

use super::{figure, findings, full, read, refusal};

#[test]
fn a_body_that_is_no_json_is_named() {
    let again = "not the JSON of a service; ask again later, or look at the address in a browser";
    let page = "<!DOCTYPE html><html><head><title>Вход</title></head></html>";
    assert_eq!(refusal(page), format!("it is an HTML page titled `Вход`, {again}"));
    assert_eq!(refusal(""), format!("it is an empty body, {again}"));
    assert_eq!(refusal("Service Unavailable"), format!("it is text that begins `Service Unavailable`, {again}"));
    assert_eq!(refusal("\"no report\""), format!("it is text that begins `\"no report\"`, {again}"));
    assert_eq!(
        refusal(b"[{\"region\": \"\xC0\xF1\xF2\xE0\xED\xE0\"}]"),
        format!("it is text in windows-1251, not UTF-8: `[{{\"region\": \"Астана\"}}]`, {again}")
    );
    assert_eq!(refusal(b"\xFF\xFE[\0]\0"), format!("it is text in UTF-16, not UTF-8: `[]`, {again}"));
    assert_eq!(refusal(b"PK\x03\x04"), format!("it is a zip archive, as a workbook is, {again}"));
    assert!(read("").unwrap_err().is_transient());
}

#[test]
fn a_byte_order_mark_is_left_out_and_told() {
    let reading = read(format!("\u{feff}[{{{}}}]", full("1971"))).unwrap();
    assert_eq!(figure(&reading, "1971", "R1.2"), "2");
    assert_eq!(
        findings(&reading),
        ["info service.bom -: the answer begins with a UTF-8 byte-order mark; it was left out"]
    );
}

#[test]
fn a_failure_with_status_200_is_told_in_the_service_s_words() {
    let later = "ask again later, or write to the service";
    assert_eq!(
        refusal(r#"{"code": 404, "message": "Отчет не утвержден"}"#),
        format!("the service answers with a failure: code `404`, \"Отчет не утвержден\"; {later}")
    );
    assert_eq!(
        refusal(r#"{"code": "0", "message": "apiKey 0123456789abcdef0123456789abcdef is blocked"}"#),
        format!("the service answers with a failure: code `0`, \"apiKey *** is blocked\"; {later}")
    );
    assert_eq!(
        refusal(r#"{"error": {"code": 500, "message": "ORA-01017"}, "data": []}"#),
        format!("the service answers with a failure: code `500`, \"ORA-01017\"; {later}")
    );
    let with_rows = format!(r#"{{"data": [{{{}}}], "code": 500, "message": "partial"}}"#, full("1971"));
    assert_eq!(refusal(with_rows), format!("the service answers with a failure: code `500`, \"partial\"; {later}"));
    let long = refusal(format!(r#"{{"message": "{}"}}"#, "слово ".repeat(10_000)));
    assert!(long.chars().count() < 400, "{long}");
}

/// An answer with a complete row and these members beside it.
fn beside(members: &str) -> String {
    format!(r#"{{{members}, "data": [{{{}}}]}}"#, full("1971"))
}

#[test]
fn words_of_failure_refuse_rows_and_words_of_success_let_them_pass() {
    for members in [
        r#""success": false, "message": "report is not approved""#,
        r#""status": "error""#,
        r#""status": "FAIL", "message": "срок действия ключа истек""#,
        r#""code": "ERR_500", "message": "internal""#,
        r#""meta": {"result": {"Success": "нет"}}"#,
        r#""errors": [{"field": "date"}]"#,
        r#""message": "Отчет не утвержден""#,
    ] {
        assert!(refusal(beside(members)).starts_with("the service answers with a failure"), "{members}");
    }
    for members in [
        r#""success": true"#,
        r#""code": 200, "message": "OK""#,
        r#""status": "Success", "error": null"#,
        r#""errors": [], "message": "Ошибок нет""#,
        r#""description": "Сведения о работе судов""#,
    ] {
        let reading = read(beside(members)).unwrap();
        assert!(findings(&reading).iter().all(|f| f.starts_with("info")), "{members}: {:?}", findings(&reading));
    }
    let unknown = read(beside(r#""status": "зеленый", "code": "A7""#)).unwrap();
    let told = findings(&unknown);
    assert!(
        told[0].starts_with("warning service.outcome-unclear -: next to the rows, the answer has `status`: `зеленый`")
    );
    assert!(told[1].starts_with("error service.outcome-unclear -: next to the rows, the answer has `code`: `A7`"));
}

#[test]
fn an_answer_that_says_that_it_is_a_part_is_refused() {
    for members in [
        r#""total": 21, "size": 10, "from": 0"#,
        r#""totalCount": "21", "totalPages": 2, "page": 1"#,
        r#""meta": {"recordsTotal": 2}"#,
        r#""количество записей": 2"#,
        r#""hasMore": true"#,
    ] {
        let error = read(beside(members)).unwrap_err();
        assert!(error.to_string().starts_with("it is only a part: the answer contains"), "{members}: {error}");
        assert!(!error.is_transient());
    }
    let whole = read(beside(r#""total": 1, "size": 100, "from": 0, "page": 1, "totalPages": 1, "hasMore": false"#));
    assert!(findings(&whole.unwrap()).iter().all(|f| f.starts_with("info")));
    let units = read(beside(r#""n1": 5"#)).unwrap();
    assert!(findings(&units).iter().any(|f| f.starts_with("error service.total")), "{:?}", findings(&units));
}

#[test]
fn no_rows_are_no_figures() {
    for empty in ["[]", r#"{"data": []}"#, r#"{"data": null, "code": 200}"#] {
        assert_eq!(refusal(empty), "the service answers with no rows; ask again later");
    }
}

#[test]
fn other_json_is_named() {
    assert_eq!(refusal("{}"), "it is an empty JSON object, not a list of rows; look whether the service has changed");
    assert_eq!(
        refusal(r#"{"rows": [], "total": 0}"#),
        "it is a JSON object without `data`, with `rows`, `total`, not a list of rows; look whether the service has changed"
    );
    assert_eq!(
        refusal("[1, 2]"),
        "it is a list of which each element is a number, not a list of rows; look whether the service has changed"
    );
    assert_eq!(
        refusal(r#"{"data": {"a": 1}}"#),
        "it is a JSON object of which `data` is an object, not a list of rows; look whether the service has changed"
    );
    assert_eq!(
        refusal(r#"{"data": [], "data": []}"#),
        "member `data` occurs twice; it is not known which of the two counts"
    );
}

#[test]
fn another_form_is_refused() {
    let error = read(r#"[{"region": "1971", "umerlo": 1, "raneno": 2}]"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it contains none of the keys of form `court-1`, but `umerlo`, `raneno`; if it is this form, complete the keys in `templates/forms/court-1.toml`"
    );
    assert!(!error.is_transient());
}

#[test]
fn broken_json_is_told_with_its_place() {
    let whole = format!("[{{{}}}]", full("1971"));
    let cut = read(&whole[..30]).unwrap_err();
    assert_eq!(
        cut.to_string(),
        "its JSON cannot be read: it is cut off: it ends inside a text (line 1, column 31, byte 30); ask again later"
    );
    assert!(cut.is_transient());
    assert_eq!(
        refusal(format!("{whole}\n{{}}")),
        format!(
            "its JSON cannot be read: more follows after its end (line 2, column 1, byte {}); ask again later",
            whole.len() + 1
        )
    );
    assert_eq!(
        refusal("[{\"region\": 'x'}]"),
        "its JSON cannot be read: `'` is written where a value belongs (line 1, column 13, byte 12); ask again later"
    );
}

#[test]
fn deep_json_is_refused_wherever_it_stands() {
    let deep = "[".repeat(100_000);
    assert!(refusal(&deep).contains("it is nested deeper than 64 levels"));
    let inside = format!(r#"[{{"region": "1971", "x": {deep}"#);
    assert!(refusal(&inside).contains("it is nested deeper than 64 levels"));
    let objects = r#"{"data":"#.repeat(100_000);
    assert!(refusal(&objects).contains("it is nested deeper than 64 levels"));
}

#[test]
fn more_rows_than_any_form_has_are_refused() {
    let rows = vec![format!("{{{}}}", full("1971")); 5_001].join(",");
    assert_eq!(refusal(format!("[{rows}]")), "it has more than 5000 rows, which no form has");
}
