//! What a service says about its outcome: members such as `status`, `success`, `errorCode` or `сообщение`, in any
//! spelling, and the words in them.
//!
//! In comes a member of an answer; out comes whether it reports a success, a failure, or something unknown. Something
//! unknown proves nothing and is a doubt. Names are compared without case, separators and look-alike letters. This
//! module does not know rows, forms and messages.

use super::{
    super::{
        json::{Scanner, Value},
        letters::fold,
    },
    lexicon::LEXICON,
};

/// The outcome that a member reports. If there are several, the last in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Well,
    /// An unknown word.
    Unclear,
    /// An unknown code.
    UnclearCode,
    Failed,
}

/// The kind of a member, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `error`, `failed`, `ошибка`: any value is a failure, unless it says that no failure occurred.
    Bad,
    /// `success`, `ok`, `approved`.
    Good,
    /// `code`, `resultCode`.
    Code,
    /// `status`, `state`, `result`.
    Status,
    /// `message`, `detail`.
    Message,
    /// `description`, `title`: it may be about the data, so only words of failure count.
    Remark,
}

/// How many characters of a text are read.
const LONGEST: usize = 400;
/// How many levels of nested objects are read.
const DEEPEST: usize = 8;

/// The kind of a member; `None` if its name is not one for an outcome.
pub(super) fn kind(name: &str) -> Option<Kind> {
    let bare: String = fold(name).chars().filter(|c| *c != ' ').collect();
    let is = |names: &[String]| names.contains(&bare);
    let has = |names: &[String]| names.iter().any(|part| bare.contains(part.as_str()));
    let words = &*LEXICON;
    if has(&words.bad_names) || bare == "ERR" || bare.starts_with("ERRC") || bare.starts_with("ERRM") {
        return Some(Kind::Bad);
    }
    if is(&words.good_names) {
        return Some(Kind::Good);
    }
    if is(&words.code_names) || (bare.contains("STATUS") && bare.contains("CODE")) {
        return Some(Kind::Code);
    }
    if is(&words.status_names) || bare.contains("STATUS") || bare.contains(&fold("статус")) || bare == fold("мәртебе")
    {
        return Some(Kind::Status);
    }
    if is(&words.remark_names) {
        return Some(Kind::Remark);
    }
    has(&words.message_names).then_some(Kind::Message)
}

/// The outcome that a member reports; `None` if it reports nothing. Other objects are searched too: the outcome may be
/// in `meta` or `response`.
pub(super) fn of_member(name: &str, value: &Value<'_>) -> Option<Outcome> {
    within(name, value, 0)
}

fn within(name: &str, value: &Value<'_>, depth: usize) -> Option<Outcome> {
    match (kind(name), value) {
        (Some(Kind::Bad), Value::Object(raw)) => Some(of_fault(raw, depth)),
        (_, Value::Object(raw)) => of_object(raw, depth),
        (Some(kind), Value::Array(raw)) => of_list(kind, raw, depth),
        (None, _) => None,
        (Some(kind), value) => of_value(kind, value, is_code(name)),
    }
}

/// Whether the number of a bad member is a code instead of a count: 200 is a success only as a code.
fn is_code(name: &str) -> bool {
    let folded = fold(name);
    folded.contains("CODE") || folded.contains(&fold("код")) || folded.contains("KOD")
}

fn of_value(kind: Kind, value: &Value<'_>, is_code: bool) -> Option<Outcome> {
    match value {
        Value::Null => match kind {
            Kind::Bad => Some(Outcome::Well),
            Kind::Good => Some(Outcome::Unclear),
            _ => None,
        },
        Value::Bool(truth) => of_truth(kind, *truth),
        Value::Number(raw) => of_number(kind, raw, is_code),
        Value::Text(text) => of_text(kind, text, is_code),
        Value::NotFinite(_) | Value::Object(_) | Value::Array(_) => Some(Outcome::Unclear),
    }
}

const fn of_truth(kind: Kind, truth: bool) -> Option<Outcome> {
    match (kind, truth) {
        (Kind::Bad, false) | (Kind::Good | Kind::Status, true) => Some(Outcome::Well),
        (Kind::Bad, true) | (Kind::Good | Kind::Status, false) => Some(Outcome::Failed),
        (Kind::Code, _) => Some(Outcome::UnclearCode),
        (Kind::Message | Kind::Remark, _) => None,
    }
}

fn of_number(kind: Kind, raw: &str, is_code: bool) -> Option<Outcome> {
    let Ok(number) = raw.strip_suffix(".0").unwrap_or(raw).parse::<i64>() else {
        return (kind != Kind::Remark).then_some(Outcome::Unclear);
    };
    let outcome = match (kind, number) {
        (Kind::Remark, _) => return None,
        (Kind::Good, 1) | (Kind::Good | Kind::Code | Kind::Status | Kind::Message, 200..=299) => Outcome::Well,
        (Kind::Bad | Kind::Code | Kind::Status, 0) => Outcome::Well,
        (Kind::Bad, 200..=299) if is_code => Outcome::Well,
        // For some services 1 is a success, for others a failure.
        (Kind::Code, 1) => Outcome::UnclearCode,
        (Kind::Status, 1) => Outcome::Unclear,
        (Kind::Good, 0) | (Kind::Bad | Kind::Code | Kind::Status, _) | (Kind::Message, 400..=599) => Outcome::Failed,
        (Kind::Good | Kind::Message, _) => Outcome::Unclear,
    };
    Some(outcome)
}

fn of_text(kind: Kind, text: &str, is_code: bool) -> Option<Outcome> {
    let text: String = text.trim().chars().take(LONGEST).collect();
    if text.is_empty() {
        return (kind == Kind::Bad).then_some(Outcome::Well);
    }
    if text.bytes().all(|b| b.is_ascii_digit()) || text.strip_prefix('-').is_some_and(|t| t.parse::<i64>().is_ok()) {
        return of_number(kind, &text, is_code);
    }
    let folded = fold(&text);
    if LEXICON.nothing.contains(&folded) {
        return match kind {
            Kind::Bad => Some(Outcome::Well),
            Kind::Good | Kind::Status | Kind::Code => Some(Outcome::Failed),
            Kind::Message => Some(Outcome::Unclear),
            Kind::Remark => None,
        };
    }
    // `"error": "да"` is a truth value, not a word of success.
    if kind == Kind::Bad && LEXICON.truth.contains(&folded) {
        return of_truth(kind, true);
    }
    let told = in_words(&folded, matches!(kind, Kind::Code | Kind::Status));
    match (kind, told) {
        (Kind::Remark, told) => (told == Outcome::Failed).then_some(told),
        (Kind::Bad, Outcome::Unclear) => Some(Outcome::Failed),
        (Kind::Code, Outcome::Unclear) => Some(Outcome::UnclearCode),
        (_, told) => Some(told),
    }
}

/// The outcome that words report. `with_numbers`: a number among them is an HTTP status.
fn in_words(folded: &str, with_numbers: bool) -> Outcome {
    let words = &*LEXICON;
    let mut rest = format!(" {folded} ");
    let mut told = Outcome::Unclear;
    for phrase in &words.no_fault {
        let there = format!(" {phrase} ");
        while let Some(at) = rest.find(&there) {
            rest.replace_range(at..at + there.len(), " ");
            told = Outcome::Well;
        }
    }
    if words.fault.iter().any(|phrase| rest.contains(&format!(" {phrase} "))) {
        return Outcome::Failed;
    }
    let mut is_negated = false;
    for word in rest.split_whitespace() {
        if words.negations.iter().any(|no| no == word) {
            is_negated = true;
            continue;
        }
        let begins = |beginnings: &[String]| beginnings.iter().any(|start| word.starts_with(start.as_str()));
        let is = |exact: &[String]| exact.iter().any(|known| known == word);
        let status: Option<u32> = word.parse().ok().filter(|_| with_numbers);
        let fails = begins(&words.failure) || is(&words.failure_exact) || matches!(status, Some(400..=599));
        let succeeds = begins(&words.success) || is(&words.success_exact) || matches!(status, Some(200..=299));
        if (fails && !is_negated) || (succeeds && !fails && is_negated) {
            return Outcome::Failed;
        }
        if succeeds || fails {
            told = Outcome::Well;
        }
        is_negated = false;
    }
    told
}

/// The outcome of a member for an error: a failure, unless its content says that all is well.
fn of_fault(raw: &str, depth: usize) -> Outcome {
    if is_empty(raw) {
        return Outcome::Well;
    }
    match of_object(raw, depth) {
        Some(Outcome::Well) => Outcome::Well,
        _ => Outcome::Failed,
    }
}

fn of_object(raw: &str, depth: usize) -> Option<Outcome> {
    if depth >= DEEPEST {
        return None;
    }
    let mut worst = None;
    each_member(raw, |name, value| worst = worst.max(within(name, value, depth + 1)));
    worst
}

/// The outcome of a list: the worst of its elements. A list of errors is a failure unless it is empty.
fn of_list(kind: Kind, raw: &str, depth: usize) -> Option<Outcome> {
    if is_empty(raw) {
        return (kind == Kind::Bad).then_some(Outcome::Well);
    }
    if depth >= DEEPEST {
        return Some(Outcome::Unclear);
    }
    let mut scanner = Scanner::new(raw);
    scanner.enter();
    let (mut worst, mut first) = (None, true);
    // The text was already scanned once, so it is valid here.
    while let Ok(true) = scanner.another(first, b']') {
        first = false;
        let Ok(value) = scanner.value(1) else { break };
        let told = match &value {
            Value::Object(raw) if kind == Kind::Bad => Some(of_fault(raw, depth + 1)),
            Value::Object(raw) => of_object(raw, depth + 1),
            Value::Array(_) => Some(Outcome::Unclear),
            other => of_value(kind, other, false),
        };
        worst = worst.max(told);
    }
    worst
}

/// Whether an object or an array is empty.
fn is_empty(raw: &str) -> bool {
    raw.len() >= 2 && raw[1..raw.len() - 1].trim().is_empty()
}

/// Calls a function for each member of an object that was already scanned.
pub(super) fn each_member<'a>(raw: &'a str, mut call: impl FnMut(&str, &Value<'a>)) {
    let mut scanner = Scanner::new(raw);
    scanner.enter();
    let mut first = true;
    while let Ok(true) = scanner.another(first, b'}') {
        first = false;
        let (Ok((_, name)), Ok(value)) = (scanner.key(), scanner.value(1)) else { return };
        call(&name, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(member: &str) -> Option<Outcome> {
        let raw = format!("{{{member}}}");
        let mut told = None;
        each_member(&raw, |name, value| told = of_member(name, value));
        told
    }

    #[test]
    fn failures_are_known_in_any_spelling_case_and_type() {
        for member in [
            r#""success": false"#,
            r#""Success": "False""#,
            r#""isSuccess": 0"#,
            r#""is_success": "нет""#,
            r#""status": "error""#,
            r#""STATUS": "FAIL""#,
            r#""status": "FAILED""#,
            r#""status": false"#,
            r#""statusText": "Internal Server Error""#,
            r#""http_status": 503"#,
            r#""Status_Code": "404""#,
            r#""code": "ERR_500""#,
            r#""code": -1"#,
            r#""error": true"#,
            r#""errors": ["x"]"#,
            r#""errors": [{"text": "x"}]"#,
            r#""error": {"code": 7}"#,
            r#""hasError": 1"#,
            r#""errorMessage": "ORA-01017""#,
            r#""ошибка": "да""#,
            r#""hasError": "true""#,
            r#""is_failed": "Yes""#,
            r#""қате": "иә""#,
            r#""статус": "не утвержден""#,
            r#""Статус": "ОШИБКА""#,
            r#""сообщение": "срок действия ключа истек""#,
            r#""message": "report is not approved""#,
            r#""msg": "No data found: key expired""#,
            r#""detail": "not found""#,
            r#""description": "доступ запрещен""#,
            r#""meta": {"status": {"code": 500}}"#,
            r#""result": {"ok": false}"#,
            r#""response": {"header": {"resultCode": "99"}}"#,
            r#""хабарлама": "есеп бекітілмеген""#,
            r#""status": "pending""#,
            r#""message": "Нет данных за период""#,
            r#""status": "черновик""#,
            r#""approved": false"#,
        ] {
            assert_eq!(told(member), Some(Outcome::Failed), "{member}");
        }
    }

    #[test]
    fn successes_pass() {
        for member in [
            r#""success": true"#,
            r#""success": 1"#,
            r#""success": "yes""#,
            r#""Ok": "true""#,
            r#""status": "OK""#,
            r#""status": "success""#,
            r#""status": "ОК""#,
            r#""status": 200"#,
            r#""status": "200 OK""#,
            r#""code": 0"#,
            r#""code": "000""#,
            r#""statusCode": "200""#,
            r#""error": null"#,
            r#""error": """#,
            r#""error": false"#,
            r#""error": "нет ошибок""#,
            r#""error": "none""#,
            r#""errors": []"#,
            r#""errors": {}"#,
            r#""errorCode": 0"#,
            r#""errorCode": 200"#,
            r#""error": {"code": 0, "message": "ok"}"#,
            r#""message": "Успешно выполнено""#,
            r#""message": "Ошибок не обнаружено""#,
            r#""message": "no errors found""#,
            r#""статус": "утвержден""#,
            r#""күйі": "сәтті""#,
            r#""meta": {"result": "done"}"#,
        ] {
            assert_eq!(told(member), Some(Outcome::Well), "{member}");
        }
    }

    #[test]
    fn what_is_not_known_is_a_doubt_and_what_says_nothing_is_none() {
        for member in [r#""status": "A7""#, r#""status": 1"#, r#""message": "приветствуем""#, r#""success": null"#]
        {
            assert_eq!(told(member), Some(Outcome::Unclear), "{member}");
        }
        assert_eq!(told(r#""code": "A7""#), Some(Outcome::UnclearCode));
        for member in [
            r#""message": null"#,
            r#""description": "Сведения о работе судов""#,
            r#""title": "Форма 1""#,
            r#""took": 12"#,
            r#""meta": {"version": "2"}"#,
            r#""regionCode": "ERR""#,
        ] {
            assert_eq!(told(member), None, "{member}");
        }
    }
}
