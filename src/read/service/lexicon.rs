//! The words of a service about its outcome: names of members, phrases, and beginnings of words, in Russian, Kazakh and
//! English.
//!
//! The words are plain data; [`super::outcome`] compares them with an answer. All are stored folded (`letters::fold`),
//! so that case, punctuation and look-alike letters are ignored.

use std::sync::LazyLock;

use super::super::letters::fold;

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

/// The folded words.
pub(super) struct Lexicon {
    /// Parts of field names. The value of such a field is a failure, unless it is a word for "no failure".
    pub(super) bad_names: Vec<String>,
    /// Whole names, without separators.
    pub(super) good_names: Vec<String>,
    pub(super) code_names: Vec<String>,
    pub(super) status_names: Vec<String>,
    /// Parts of names whose value is a message.
    pub(super) message_names: Vec<String>,
    /// Whole names whose value is a message, which may be about the data instead of the outcome.
    pub(super) remark_names: Vec<String>,
    /// Phrases for success that contain a word of failure. The longer ones come first.
    pub(super) no_fault: Vec<String>,
    /// Phrases for failure that do not contain a word of failure.
    pub(super) fault: Vec<String>,
    /// Beginnings of words.
    pub(super) failure: Vec<String>,
    pub(super) success: Vec<String>,
    /// Whole words.
    pub(super) failure_exact: Vec<String>,
    pub(super) success_exact: Vec<String>,
    pub(super) nothing: Vec<String>,
    /// Whole texts that confirm the member's name.
    pub(super) truth: Vec<String>,
    pub(super) negations: Vec<String>,
}

const BAD_NAMES: &str = "error fail exception fault problem invalid denied ошибк oshibk сбой отказ қате";
const GOOD_NAMES: &str = "success issuccess succeeded successful ok isok okay valid isvalid approved isapproved complete \
    completed iscomplete ready isready успех успешно утвержден утверждено готово готов сәтті uspeh uspeshno utverzhden";
const CODE_NAMES: &str = "code resultcode responsecode returncode retcode rescode respcode httpcode exitcode код kod \
    кодответа kodotveta кодрезультата kodrezultata";
const STATUS_NAMES: &str = "state result outcome verdict response responsestate requeststate состояние sostoyanie результат \
    rezultat күй күйі нәтиже";
const MESSAGE_NAMES: &str = "message msg сообщени soobsheni soobscheni хабар detail reason причин prichin warning \
    предупрежд";
const REMARK_NAMES: &str =
    "description errordescription info title text comment note remark описание opisanie примечание комментарий";
const NO_FAULT: [&str; 34] = [
    "ошибок не обнаружено",
    "ошибок не найдено",
    "ошибок не выявлено",
    "не обнаружено ошибок",
    "не найдено ошибок",
    "ошибки отсутствуют",
    "ошибка отсутствует",
    "ошибок нет",
    "ошибки нет",
    "нет ошибок",
    "нет ошибки",
    "без ошибок",
    "без ошибки",
    "0 ошибок",
    "без сбоев",
    "сбоев нет",
    "нет сбоев",
    "қателер жоқ",
    "қате жоқ",
    "қатесіз",
    "no errors found",
    "no error found",
    "no errors occurred",
    "no errors",
    "no error",
    "without errors",
    "without error",
    "error free",
    "0 errors",
    "no problems",
    "no problem",
    "no failures",
    "no failure",
    "noerror",
];
const FAULT: [&str; 14] = [
    "нет данных",
    "данных нет",
    "нет записей",
    "попробуйте позже",
    "повторите позже",
    "технические работы",
    "в обработке",
    "деректер жоқ",
    "no data",
    "no rows",
    "no records",
    "in progress",
    "timed out",
    "try again",
];
const FAILURE: &str = "error fail invalid denied denial forbid unauthor unauthent expired unavail timeout timedout \
    exception reject refus abort cancel block exceed bad wrong missing incomplete partial broken crash fatal disabled \
    maintenance outdated stale obsolete draft prelim unapproved unsuccess unknown undefined fault problem nok busy overload \
    throttl corrupt illegal unsupported pending processing queued nodata notfound notready unprocessable ошибк ошибоч сбо \
    недоступ неверн неправильн истекш неутвержд неуспеш неудач отказано запрещ заблокир превыш отсутству просроч недейств \
    некоррект невозможн прерван таймаут неполн частичн черновик предварит устаре неизвестн қате табылмады бекітілме \
    қолжетімсіз жарамсыз сәтсіз oshibk";
const FAILURE_EXACT: &str = "err ko limit empty internal истек истекла истекло истекли";
const SUCCESS: &str = "success succeed done complete finish accept approv ready avail valid found loaded created publish \
    успе выполнен готов утвержд обработан получен найден норм доступ действителен завершен опубликов корректн удал сәтті \
    орындалды дайын бекітіл жарамды uspe";
const SUCCESS_EXACT: &str = "ok okay true yes good fine final active верно да иә";
const NOTHING: &str = "no none null nil false нет жоқ n";
const TRUTH: &str = "true yes y t да иә";
const NEGATIONS: &str = "not no non never un without isnt не нет ни без емес жоқ";

impl Lexicon {
    fn new() -> Self {
        Self {
            bad_names: folded(BAD_NAMES),
            good_names: folded(GOOD_NAMES),
            code_names: folded(CODE_NAMES),
            status_names: folded(STATUS_NAMES),
            message_names: folded(MESSAGE_NAMES),
            remark_names: folded(REMARK_NAMES),
            no_fault: NO_FAULT.iter().map(|phrase| fold(phrase)).collect(),
            fault: FAULT.iter().map(|phrase| fold(phrase)).collect(),
            failure: folded(FAILURE),
            success: folded(SUCCESS),
            failure_exact: folded(FAILURE_EXACT),
            success_exact: folded(SUCCESS_EXACT),
            nothing: folded(NOTHING),
            truth: folded(TRUTH),
            negations: folded(NEGATIONS),
        }
    }
}

fn folded(words: &str) -> Vec<String> {
    words.split_whitespace().map(fold).collect()
}
