//! The acts of the desk. In: a number, an act of a person. Out: facts, if the state of the request allows the act. State
//! and facts are read and written in one transaction, so two clerks cannot decide the same thing. Unknown here: terminals.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::{REQUEST_FACTS, all, desk_files, rules, unknown};
use crate::{Context, Failure, context::permissions};
use domain::{CheckFollow, Fact, Proposal, RequestCheck, RequestNumber, RequestRecord, RequestStep, Right, requests};

/// What a person decides about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestAct {
    /// The one who asks is asked to complete it; the clock stops.
    Clarify,
    /// The completion came; the clock goes on.
    Resume,
    Extend {
        until: NaiveDate,
        reason: String,
    },
    /// The extension was told.
    Notice,
    Forward {
        to: String,
    },
    Leave {
        ground: RequestCheck,
        reason: String,
    },
    Refuse {
        ground: RequestCheck,
        reason: String,
    },
    Appeal,
    Close,
}

impl RequestAct {
    /// Who may decide it: to refuse and to extend is for an approver.
    const fn right(&self) -> Right {
        match self {
            Self::Extend { .. } | Self::Refuse { .. } => Right::DecideRequest,
            _ => Right::Request,
        }
    }
}

/// Records the answers to the checks and the decision. Without `decided` the proposal is taken; a decision that differs
/// needs a reason. `asks`: what is asked, in words without who asks, for those who answer.
///
/// # Errors
/// When the actor is not of the desk, a check has no answer and nothing follows yet, a reason is missing, or the state
/// does not allow it.
pub async fn check_request(
    context: &Context,
    number: &RequestNumber,
    answers: &BTreeMap<RequestCheck, bool>,
    decided: Option<CheckFollow>,
    reason: Option<&str>,
    asks: Option<&str>,
) -> Result<Proposal, Failure> {
    context.person(Right::Request).await?;
    let rules = rules(context)?;
    let known = all(context).await?;
    let record = known.get(number).ok_or_else(|| unknown(number, &known))?;
    let mut whole = record.answers.clone();
    // The channel is known; a clerk may still see it otherwise.
    let fits = rules.channels_of(record.taken.from).any(|channel| channel.id == record.taken.channel);
    whole.entry(RequestCheck::Channel).or_insert(fits);
    whole.extend(answers);
    let proposal = Proposal::of(&whole).ok_or_else(|| {
        let open: Vec<&str> =
            RequestCheck::ALL.iter().filter(|check| !whole.contains_key(check)).map(|check| check.word()).collect();
        Failure::usage(format!("nothing follows yet, these checks have no answer: {}", open.join(", ")))
    })?;
    let decided = decided.unwrap_or(proposal.follow);
    let reason = plain(context, record, reason)?;
    if decided != proposal.follow && reason.is_none() {
        let (proposed, decided) = (proposal.follow.word(), decided.word());
        return Err(Failure::usage(format!(
            "the checks give `{proposed}`; to decide `{decided}` needs a reason: add --reason"
        )));
    }
    if decided == CheckFollow::Answer && !proposal.open.is_empty() {
        return Err(Failure::usage("a request with open checks is not answered"));
    }
    if let Some(asks) = plain(context, record, asks)? {
        let mut asked = desk_files::read(context, &record.taken.document)
            .ok_or_else(|| Failure::usage(format!("the files of `{number}` are not there")))?;
        asked.asks = Some(asks);
        desk_files::rewrite(context, &record.taken.document, &asked)?;
    }
    let step = RequestStep::Checked { answers: whole, proposed: proposal.follow, decided, reason };
    take(context, number, |_| Ok(vec![step])).await?;
    Ok(proposal)
}

/// Records a decision about a request.
///
/// # Errors
/// When the actor may not, the state does not allow it, an extension is longer than the act allows or not longer than the
/// term, or a reason contains the name of the one who asks.
pub async fn decide_request(context: &Context, number: &RequestNumber, act: &RequestAct) -> Result<(), Failure> {
    context.person(act.right()).await?;
    let rules = rules(context)?;
    let known = all(context).await?;
    let record = known.get(number).ok_or_else(|| unknown(number, &known))?;
    let (day, calendar) = (context.today(), &context.office.calendar);
    let why = |text: &str| -> Result<String, Failure> {
        plain(context, record, Some(text))?.ok_or_else(|| Failure::usage("the reason is missing"))
    };
    let grounded = |ground: &RequestCheck, follow: CheckFollow| {
        if ground.follow() == follow {
            return Ok(*ground);
        }
        let fit = RequestCheck::ALL.iter().filter(|check| check.follow() == follow).map(|check| check.word());
        let fit = fit.collect::<Vec<_>>().join(", ");
        Err(Failure::usage(format!("`{}` is not a ground for this; the grounds are {fit}", ground.word())))
    };
    let steps = match act {
        RequestAct::Clarify => {
            let no = record.answers.iter().filter(|(check, yes)| !**yes && check.follow() == CheckFollow::Clarify);
            let grounds: Vec<RequestCheck> = no.map(|(check, _)| *check).collect();
            if grounds.is_empty() {
                return Err(Failure::usage(format!("no check of `{number}` asks for a clarification; check it first")));
            }
            vec![RequestStep::Clarified { day, grounds }, RequestStep::ClockStopped { day }]
        }
        RequestAct::Resume => vec![RequestStep::ClockStarted { day }],
        RequestAct::Extend { until, reason } => {
            let clock = record.clock(rules, calendar, day);
            let longest = clock.longest_extension(rules).ok_or_else(|| {
                Failure::usage(format!("no term of `{number}` may be extended, by schedules/requests.toml"))
            })?;
            let due = clock.due.map(|due| due.day);
            if *until > longest || due.is_some_and(|due| *until <= due) {
                let due = due.map_or_else(|| "unknown".to_owned(), |due| due.to_string());
                return Err(Failure::usage(format!(
                    "`{number}` is due on {due}; it may be extended to a later day, until {longest} at most"
                )));
            }
            let notice_due = RequestRecord::notice(rules, calendar, day).map(|day| day.day);
            vec![RequestStep::Extended { day, until: *until, notice_due, reason: why(reason)? }]
        }
        RequestAct::Notice => vec![RequestStep::Noticed { day }],
        RequestAct::Forward { to } => vec![RequestStep::Forwarded { day, to: why(to)? }],
        RequestAct::Leave { ground, reason } => {
            let ground = grounded(ground, CheckFollow::Leave)?;
            vec![RequestStep::Left { day, ground, reason: why(reason)? }]
        }
        RequestAct::Refuse { ground, reason } => {
            let ground = grounded(ground, CheckFollow::Refuse)?;
            vec![RequestStep::Refused { day, ground, reason: why(reason)? }]
        }
        RequestAct::Appeal => vec![RequestStep::Appealed { day }],
        RequestAct::Close => vec![RequestStep::Closed { day }],
    };
    take(context, number, |_| Ok(steps)).await
}

/// Removes the text, the name and the address of a closed request after the years of keeping. The journal stays whole.
/// Backups that were made before still contain the files.
///
/// # Errors
/// When the actor is not of the desk, the request is not closed, or its years of keeping are not over.
pub async fn erase_request(context: &Context, number: &RequestNumber) -> Result<usize, Failure> {
    context.person(Right::Request).await?;
    let rules = rules(context)?;
    let known = all(context).await?;
    let record = known.get(number).ok_or_else(|| unknown(number, &known))?;
    let Some(closed) = record.closed else {
        return Err(Failure::usage(format!("`{number}` is not closed, so its files are kept")));
    };
    let years = i32::try_from(rules.keep_years).unwrap_or(i32::MAX);
    // 29 February: the day after, so that nothing goes a day early.
    let wanted = closed.year().saturating_add(years);
    let first = closed.with_year(wanted).or_else(|| NaiveDate::from_ymd_opt(wanted, 3, 1));
    if first.is_none_or(|first| context.today() < first) {
        let first = first.map_or_else(|| "a day that is not known".to_owned(), |day| day.to_string());
        return Err(Failure::usage(format!("the files of `{number}` are kept until {first}")));
    }
    if let Some(why) = record.refusal(&RequestStep::Erased { day: context.today(), files: 0 }) {
        return Err(Failure::usage(why));
    }
    let files = desk_files::remove(context, &record.taken.document)?;
    let step = RequestStep::Erased { day: context.today(), files };
    take(context, number, |_| Ok(vec![step])).await?;
    Ok(files)
}

/// Writes steps if the state of the request allows each of them, one after the other.
pub(super) async fn take(
    context: &Context,
    number: &RequestNumber,
    make: impl FnOnce(&RequestRecord) -> Result<Vec<RequestStep>, String> + Send,
) -> Result<(), Failure> {
    let mut refused = None;
    let result = context
        .record_after(&REQUEST_FACTS, |events| {
            let Some(mut record) = requests(events).remove(number) else {
                refused = Some(format!("no request has the number `{number}`"));
                return Vec::new();
            };
            let steps = match make(&record) {
                Ok(steps) => steps,
                Err(why) => {
                    refused = Some(why);
                    return Vec::new();
                }
            };
            for step in &steps {
                if let Some(why) = record.refusal(step) {
                    refused = Some(why);
                    return Vec::new();
                }
                record.apply(step);
            }
            steps.into_iter().map(|step| Fact::RequestStep { number: number.clone(), step }).collect()
        })
        .await;
    result?;
    refused.map_or(Ok(()), |why| Err(Failure::usage(why)))
}

/// A text for the journal: one line that does not contain who asks.
pub(super) fn plain(context: &Context, record: &RequestRecord, text: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let text = permissions::reason(text)?;
    let asked = desk_files::read(context, &record.taken.document);
    if asked.is_some_and(|asked| asked.is_named_in(&text)) {
        return Err(Failure::usage(
            "the text contains a word of the name or the address of the one who asks; leave it out",
        ));
    }
    Ok(Some(text))
}
