//! Notices about forms: late, refused, held, never checked.
//!
//! In: the forms of a period, what their sources answered, the catalogue. Out: notices, one for each cause. Unknown
//! here: figures.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Look,
    bring::{bring, take_files},
};
use crate::{
    Catalogue, Context, Failure,
    intake::sources::{Unasked, unasked},
    status::{
        forms::{FormStanding, FormState},
        notice::{NoticeKind, NoticeSubject, StatusNotice, by_cause, named},
    },
};
use domain::{DatasetKey, Event, Fact, FormId, Period, Severity, Sha256, counted};
use ledger::Filter;

/// The notices about the forms of a period.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) async fn of_forms(look: &Look<'_>, standings: &[FormStanding]) -> Result<Vec<StatusNotice>, Failure> {
    let periods: BTreeSet<Period> = standings.iter().map(|form| form.period).chain([look.period]).collect();
    let kinds = [
        "fetch-failed",
        "refused",
        "dataset-read",
        "judged",
        "accepted",
        "rejected",
        "corrected",
        "withdrawn",
        "checked",
    ];
    let events = look.context.events(&Filter::of_periods(periods).kinds(&kinds)).await?;
    let answers = answers(&events);
    let mut notices = late(look, standings, &answers);
    notices.extend(refused(look, standings, &answers));
    let ours = |key: &DatasetKey| standings.iter().any(|f| f.form == key.form && f.period == key.period);
    notices.extend(held(look.context, look.catalogue, ours));
    notices.extend(unchecked(look, standings, &events));
    Ok(notices)
}

/// The last bad answer about each form.
struct Answer<'a> {
    words: &'a str,
    /// Whether a document came and was refused.
    refused: bool,
}

fn answers(events: &[Event]) -> BTreeMap<(&FormId, Period), Answer<'_>> {
    let mut last = BTreeMap::new();
    for event in events {
        let (form, period, words, refused) = match &event.fact {
            Fact::FetchFailed { form, period, url, why, .. } => (form, *period, after_address(why, url), false),
            Fact::Refused { form, period: Some(period), why, .. } => (form, *period, why.as_str(), true),
            _ => continue,
        };
        last.insert((form, period), Answer { words, refused });
    }
    last
}

/// The part of an answer that does not depend on the form: the words after its address.
fn after_address<'a>(why: &'a str, url: &str) -> &'a str {
    let place = why.find(url).map(|start| start + url.len());
    let rest = place.and_then(|end| why.get(end..)).map(|rest| rest.trim_start_matches('`').trim_start());
    rest.filter(|rest| !rest.is_empty()).unwrap_or(why)
}

fn late(
    look: &Look<'_>,
    standings: &[FormStanding],
    answers: &BTreeMap<(&FormId, Period), Answer<'_>>,
) -> Vec<StatusNotice> {
    // A form of which a document is held waits for a person, not for its source.
    let late = standings.iter().filter(|form| form.state == FormState::Late && form.held == 0);
    let cause = |form: &&FormStanding| {
        let answer = answers.get(&(&form.form, form.period));
        // A source that answered had the key: the variable is set for the scheduler, and not for this person.
        let unasked = unasked(look.context, &form.form).filter(|why| *why == Unasked::NoSource || answer.is_none());
        (why_late(form, answer, unasked.as_ref()), unasked)
    };
    by_cause(late, cause)
        .into_iter()
        .map(|((cause, unasked), forms)| late_together(look, cause, unasked.as_ref(), &forms))
        .collect()
}

/// Why a form is late. What the journal has of a form that cannot be requested is no answer of a source.
fn why_late(form: &FormStanding, answer: Option<&Answer<'_>>, unasked: Option<&Unasked>) -> String {
    match (answer, unasked) {
        (Some(answer), _) if answer.refused => format!("it came, and was refused: {}", answer.words),
        (_, Some(Unasked::NoSource)) => "no source is set, so a person has to bring the files".to_owned(),
        (Some(answer), _) => format!("its address {}", answer.words),
        (None, Some(Unasked::NoKey(variable))) => {
            format!("the source needs a key, and the environment variable `{variable}` is not set")
        }
        (None, None) => {
            let known = form.late.clone().or_else(|| form.answer.clone());
            known.unwrap_or_else(|| "it was not requested".to_owned())
        }
    }
}

/// The notice about forms that are late for one cause.
fn late_together(look: &Look<'_>, cause: String, unasked: Option<&Unasked>, forms: &[&FormStanding]) -> StatusNotice {
    let context = look.context;
    let part = |form: &FormStanding| {
        if form.lacking.is_part() { format!(" in part: without {}", form.lacking) } else { String::new() }
    };
    let subject = |form: &&FormStanding| {
        let words = format!("late since {}{}", form.due, part(form));
        let how = bring(context, form.period, &[&form.form]);
        NoticeSubject::new(format!("{}/{}", form.form, form.period), words).with(how)
    };
    let subjects: Vec<NoticeSubject> = forms.iter().map(subject).collect();
    let needs_key = matches!(unasked, Some(Unasked::NoKey(_)));
    let then = if needs_key { "; set it and pull again, or bring the files" } else { "" };
    let text = match forms {
        [one] => {
            format!("form `{}` for `{}` is late since {}{}: {cause}{then}", one.form, one.period, one.due, part(one))
        }
        many => {
            let names = named(many.iter().map(|form| &form.form));
            format!("{} of `{}` are late ({names}): {cause}{then}", counted(many.len(), "form"), look.period)
        }
    };
    let ids: Vec<&FormId> = forms.iter().map(|form| &form.form).collect();
    let period = match forms {
        [one] => one.period,
        _ => look.period,
    };
    let notice = StatusNotice::of(NoticeKind::Late, Severity::Warning, text)
        .because(cause)
        .about(subjects)
        .in_period(look.period)
        .since(forms.iter().map(|form| form.deadline).min())
        .with(bring(context, period, &ids));
    if needs_key { notice.or_with(take_files(context, period, &ids)) } else { notice }
}

/// Documents that came, were refused, and may still come in time.
fn refused(
    look: &Look<'_>,
    standings: &[FormStanding],
    answers: &BTreeMap<(&FormId, Period), Answer<'_>>,
) -> Vec<StatusNotice> {
    let open = standings.iter().filter(|f| matches!(f.state, FormState::Expected | FormState::Partly));
    let refused = open.filter_map(|f| Some((f, answers.get(&(&f.form, f.period)).filter(|a| a.refused)?)));
    let told = refused.map(|(form, answer)| {
        let text = format!("form `{}` for `{}`: a document was refused: {}", form.form, form.period, answer.words);
        StatusNotice::of(NoticeKind::DocumentRefused, Severity::Warning, text)
            .because(answer.words)
            .about(vec![NoticeSubject::new(format!("{}/{}", form.form, form.period), answer.words)])
            .in_period(look.period)
            .with(bring(look.context, form.period, &[&form.form]))
    });
    told.collect()
}

/// The documents that wait for a person, by form.
pub(super) fn held(context: &Context, catalogue: &Catalogue, ours: impl Fn(&DatasetKey) -> bool) -> Vec<StatusNotice> {
    let mut by_form: BTreeMap<&FormId, BTreeMap<Period, (BTreeSet<Sha256>, &str)>> = BTreeMap::new();
    for (key, edition) in catalogue.held().filter(|(key, _)| key.origin == context.origin && ours(key)) {
        let why = edition.held.as_deref().unwrap_or("it is in doubt");
        let periods = by_form.entry(&key.form).or_default();
        periods.entry(key.period).or_insert_with(|| (BTreeSet::new(), why)).0.insert(edition.snapshot);
    }
    let told = by_form.into_iter().filter_map(|(form, periods)| {
        let documents: usize = periods.values().map(|(documents, _)| documents.len()).sum();
        let documents = counted(documents, "document");
        let command = context.call.command("held").option("--form", form);
        let subject = |(period, (held, why)): (&Period, &(BTreeSet<Sha256>, &str))| {
            NoticeSubject::new(format!("{form}/{period}"), format!("{}: {why}", counted(held.len(), "document")))
                .with(context.call.command("held").option("--period", period).option("--form", form))
        };
        let subjects: Vec<NoticeSubject> = periods.iter().map(subject).collect();
        let (last, (_, why)) = periods.last_key_value()?;
        let (text, command) = if periods.len() == 1 {
            (
                format!("form `{form}` for `{last}`: {documents} held for a decision: {why}"),
                context.call.command("held").option("--period", last).option("--form", form),
            )
        } else {
            let named = named(periods.keys().rev());
            (format!("form `{form}`: {documents} held for a decision ({named}): {why}"), command)
        };
        let notice = StatusNotice::of(NoticeKind::Held, Severity::Error, text).because(*why).about(subjects);
        let notice = if periods.len() == 1 { notice.in_period(*last) } else { notice };
        Some(notice.with(command))
    });
    told.collect()
}

/// Figures that came since the last check, or before any.
fn unchecked(look: &Look<'_>, standings: &[FormStanding], events: &[Event]) -> Option<StatusNotice> {
    let of_forms = |key: &DatasetKey| standings.iter().any(|f| f.form == key.form && f.period == key.period);
    let news = events.iter().rev().find(|event| match &event.fact {
        Fact::DatasetRead { key, held: None, .. } | Fact::Accepted { key, .. } | Fact::Corrected { key, .. } => {
            of_forms(key)
        }
        _ => false,
    })?;
    let checked = events.iter().rev().find_map(|event| match &event.fact {
        Fact::Checked { period, .. } if *period == look.period => Some(event.seq),
        _ => None,
    });
    let text = match checked {
        Some(seq) if seq > news.seq => return None,
        Some(_) => format!("figures of `{}` came after the last check, and were not checked", look.period),
        None => format!("the figures of `{}` were never checked", look.period),
    };
    Some(
        StatusNotice::info(NoticeKind::Unchecked, text)
            .in_period(look.period)
            .since(Some(news.at))
            .with(look.context.call.command("check").option("--period", look.period)),
    )
}

#[cfg(test)]
mod tests {
    use super::after_address;

    #[test]
    fn the_cause_is_what_an_answer_says_after_its_address() {
        let url = "http://127.0.0.1/x?date=2025-07-01";
        let why = format!("form `1-e` for `2025-M06`: `{url}` refused the question (status 403); set the key");
        assert_eq!(after_address(&why, url), "refused the question (status 403); set the key");
        assert_eq!(after_address("no address is set", url), "no address is set");
    }
}
