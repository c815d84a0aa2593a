//! Takes an act back: the journal keeps both, and everything is derived as if the act had not happened.
//!
//! In: which act is meant. Out: the act that is no longer in force. An act cannot be taken back if copies that organs
//! have were made with it: what was handed over can only be corrected.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Catalogue, Context, Failure,
    context::{claimed::claiming, permissions},
    intake::judge_again,
    status::requirements,
};
use config::Office;
use domain::{
    Actor, CollectionId, DatasetKey, Event, Fact, FormId, Issue, ParcelState, Period, Piece, Place, Right, Sha256,
    in_force, parcels, withdrawn,
};
use ledger::Filter;

/// The kind of an act that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActKind {
    Accept,
    Reject,
    Correct,
    Override,
    Approve,
    Close,
}

/// Which act is meant.
#[derive(Debug, Clone, Default)]
pub struct WithdrawScope {
    /// Its number, as the list prints it.
    pub act: Option<i64>,
    pub kind: Option<ActKind>,
    /// A document's hash or file name, a rule, a collection or a form, depending on the kind.
    pub of: Option<String>,
    pub collection: Option<CollectionId>,
    pub period: Option<Period>,
}

/// An act of a person, in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastAct {
    /// Its number in the journal.
    pub act: i64,
    pub at: DateTime<Utc>,
    pub by: Actor,
    pub kind: ActKind,
    pub period: Option<Period>,
    pub what: String,
    pub reason: String,
    /// Every line of the journal that belongs to it.
    #[serde(skip)]
    lines: Vec<(i64, Fact)>,
    /// The words by which a person may mean it: hash and names of a document, a rule, a collection, a form.
    #[serde(skip)]
    words: Vec<String>,
}

/// The acts of a scope that are in force, oldest first.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn acts_in_force(context: &Context, scope: &WithdrawScope) -> Result<Vec<PastAct>, Failure> {
    let kinds = ["dataset-read", "accepted", "rejected", "corrected", "overridden", "approved", "closed", "withdrawn"];
    let events = context.events(&Filter::default().kinds(&kinds)).await?;
    let mut acts: Vec<PastAct> = Vec::new();
    for event in in_force(&events) {
        let Some(act) = past_act(context, &events, event) else { continue };
        // A document of several datasets leaves one line for each.
        let same = |known: &&mut PastAct| {
            known.at == act.at
                && known.by == act.by
                && known.kind == act.kind
                && matches!(act.kind, ActKind::Accept | ActKind::Reject)
                && known.words == act.words
                && known.period == act.period
        };
        match acts.last_mut().filter(same) {
            Some(known) => known.lines.extend(act.lines),
            None => acts.push(act),
        }
    }
    Ok(acts.into_iter().filter(|act| scope.takes(act)).collect())
}

/// Takes an act back.
///
/// # Errors
/// When the person does not have the role, no such act is in force, several match, or something was built on it that
/// cannot be undone: the error says what to do instead.
pub async fn withdraw(context: &Context, scope: &WithdrawScope, reason: &str) -> Result<PastAct, Failure> {
    let reason = permissions::reason(reason)?;
    let meant = the_one(context, scope).await?;
    context.person(meant.kind.right()).await?;
    let exactly = WithdrawScope { act: Some(meant.act), ..scope.clone() };
    claiming(context, touched(context, &meant).await?, async |claimed| {
        let act = the_one(context, &exactly).await?;
        let events = context.events(&Filter::default()).await?;
        if let Some(why) = stands_on(context, &events, &act) {
            return Err(Failure::usage(why));
        }
        let mut facts: Vec<Fact> = act
            .lines
            .iter()
            .map(|(seq, fact)| Fact::Withdrawn { act: *seq, fact: Box::new(fact.clone()), reason: reason.clone() })
            .collect();
        if matches!(act.kind, ActKind::Accept | ActKind::Reject) {
            let lines: BTreeSet<i64> = act.lines.iter().map(|(seq, _)| *seq).collect();
            let left: Vec<Event> = events.into_iter().filter(|e| !lines.contains(&e.seq)).collect();
            facts.extend(judge_again(context, &mut Catalogue::derive(&left))?);
        }
        context.record_holding(&[claimed], &facts).await?;
        Ok(act)
    })
    .await
}

/// The pieces that taking an act back touches.
async fn touched(context: &Context, act: &PastAct) -> Result<BTreeSet<Piece>, Failure> {
    let mut pieces = BTreeSet::new();
    let fetch = |key: &DatasetKey| Piece::Fetch(key.form.clone(), key.period);
    for (_, fact) in &act.lines {
        match fact {
            Fact::Accepted { key, document, .. } => {
                pieces.extend(document.iter().map(|read| fetch(&read.read_as)));
                pieces.extend([fetch(key), Piece::Judge]);
            }
            Fact::Rejected { key, .. } => pieces.extend([fetch(key), Piece::Judge]),
            Fact::Corrected { key, .. } => pieces.extend([fetch(key)]),
            Fact::Overridden { issue, .. } => pieces.extend([Piece::Build(issue.clone())]),
            Fact::Approved { issue, .. } => {
                // Nobody hands a parcel of it over meanwhile, for the approval is looked at before each.
                let records = parcels(&context.events(&Filter::of_periods([issue.period])).await?);
                let ours = records.into_keys().filter(|parcel| parcel.issue == *issue);
                pieces.extend(ours.map(Piece::Hand));
                pieces.extend([Piece::Stamp(issue.clone())]);
            }
            Fact::Closed { period, .. } => pieces.extend([Piece::Close(*period)]),
            _ => {}
        }
    }
    Ok(pieces)
}

/// The one act in force that is meant.
async fn the_one(context: &Context, scope: &WithdrawScope) -> Result<PastAct, Failure> {
    let mut fitting = acts_in_force(context, scope).await?;
    match (fitting.pop(), fitting.is_empty()) {
        (None, _) => Err(Failure::usage(format!(
            "no decision that fits can be withdrawn; {} lists those that can",
            context.call.command("withdraw")
        ))),
        (Some(act), true) => Ok(act),
        (Some(last), false) => {
            fitting.push(last);
            let lines: Vec<String> = fitting.iter().map(|a| format!("  --act {}: {}", a.act, a.what)).collect();
            Err(Failure::usage(format!("{} acts fit; choose one:\n{}", fitting.len(), lines.join("\n"))))
        }
    }
}

/// Opens a closed period again.
///
/// # Errors
/// When the person does not have the role, or the period is not closed.
pub async fn reopen(context: &Context, period: Period, reason: &str) -> Result<PastAct, Failure> {
    let quarter = requirements::quarter(period)?;
    let scope = WithdrawScope { kind: Some(ActKind::Close), period: Some(quarter), ..WithdrawScope::default() };
    let Some(last) = acts_in_force(context, &scope).await?.pop() else {
        context.person(Right::Close).await?;
        return Err(Failure::usage(format!("`{quarter}` is not closed: there is nothing to reopen")));
    };
    withdraw(context, &WithdrawScope { act: Some(last.act), ..scope }, reason).await
}

impl ActKind {
    /// The right to do this act, and so to take it back.
    const fn right(self) -> Right {
        match self {
            Self::Accept => Right::Accept,
            Self::Reject => Right::Reject,
            Self::Correct => Right::Correct,
            Self::Override => Right::Override,
            Self::Approve => Right::Approve,
            Self::Close => Right::Close,
        }
    }

    /// The word of its command.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Correct => "correct",
            Self::Override => "override",
            Self::Approve => "approve",
            Self::Close => "close",
        }
    }
}

impl WithdrawScope {
    fn takes(&self, act: &PastAct) -> bool {
        let is_of = |word: &String| {
            act.words.iter().any(|known| known == word || (word.len() >= 6 && known.starts_with(&word.to_lowercase())))
        };
        let ends = |period: Period| act.period.is_some_and(|of| ends_with(of, period));
        self.act.is_none_or(|number| act.lines.iter().any(|(seq, _)| *seq == number))
            && self.kind.is_none_or(|kind| kind == act.kind)
            && self.of.as_ref().is_none_or(is_of)
            && self.collection.as_ref().is_none_or(|id| act.words.iter().any(|word| word == id.as_str()))
            && self.period.is_none_or(ends)
    }
}

/// Whether two periods end with the same month.
fn ends_with(one: Period, other: Period) -> bool {
    (one.year(), one.last_month()) == (other.year(), other.last_month())
}

fn past_act(context: &Context, events: &[Event], event: &Event) -> Option<PastAct> {
    let of_document = |snapshot: &Sha256| {
        let receipts = context.artifacts.receipts(snapshot).unwrap_or_default();
        let mut words = vec![snapshot.to_string()];
        words.extend(receipts.into_iter().map(|r| r.meta.name));
        words
    };
    let named = |words: &[String]| words.get(1).or(words.first()).cloned().unwrap_or_default();
    let of_issue = |issue: &Issue| vec![issue.collection.to_string()];
    let (kind, what, words, reason) = match &event.fact {
        Fact::Accepted { key, revision, reason, document } => {
            let words = match document {
                Some(read) => of_document(&read.snapshot),
                None => snapshot_of(events, key, *revision).map(|s| of_document(&s)).unwrap_or_default(),
            };
            let name = named(&words);
            let (form, period, unit, agency) = (&key.form, key.period, &key.unit, &key.agency);
            let what = format!("`{name}` accepted as form `{form}` for `{period}`, unit `{unit}`, agency `{agency}`");
            (ActKind::Accept, what, words, reason.clone())
        }
        Fact::Rejected { key, snapshot, reason, .. } => {
            let words = of_document(snapshot);
            let name = named(&words);
            (
                ActKind::Reject,
                format!("`{name}` rejected as form `{}` for `{}`", key.form, key.period),
                words,
                reason.clone(),
            )
        }
        Fact::Corrected { key, place, old, new, reason, .. } => {
            let said = crate::context::corrections::said;
            let Place { section, row, column } = place;
            let (old, new) = (said(*old), said(*new));
            let what = format!("{key}, section `{section}`, row `{row}`, column `{column}`: {old} corrected to {new}");
            (ActKind::Correct, what, vec![key.form.to_string()], reason.clone())
        }
        Fact::Overridden { issue, rule, reason } => {
            let words = [vec![rule.clone()], of_issue(issue)].concat();
            (ActKind::Override, format!("rule `{rule}` overridden for `{issue}`"), words, reason.clone())
        }
        Fact::Approved { issue, register, reason } => {
            let words = [of_issue(issue), vec![register.to_string()]].concat();
            (ActKind::Approve, format!("`{issue}` approved"), words, reason.clone())
        }
        Fact::Closed { period, reason, .. } => {
            (ActKind::Close, format!("`{period}` closed"), Vec::new(), reason.clone().unwrap_or_default())
        }
        _ => return None,
    };
    Some(PastAct {
        act: event.seq,
        at: event.at,
        by: event.actor.clone(),
        kind,
        period: event.fact.period(),
        what,
        reason,
        lines: vec![(event.seq, event.fact.clone())],
        words,
    })
}

/// The document that a revision was read from, for acts in older journals that do not contain it.
fn snapshot_of(events: &[Event], of: &DatasetKey, number: u32) -> Option<Sha256> {
    events.iter().find_map(|event| match &event.fact {
        Fact::DatasetRead { key, revision, snapshot, .. } if key == of && *revision == number => Some(*snapshot),
        _ => None,
    })
}

/// Why an act cannot be taken back: what was built on it. `None` if it can be.
fn stands_on(context: &Context, events: &[Event], act: &PastAct) -> Option<String> {
    if let Some(why) = later_act(context, events, act) {
        return Some(why);
    }
    let handed = handed_after(events, act.act);
    let (correct, rebuild) = (context.call.command("correct"), context.call.command("rebuild"));
    let revision = format!("make a revision with {rebuild}");
    for (_, fact) in &act.lines {
        let (found, instead) = match fact {
            Fact::Accepted { key, .. } => (
                handed.iter().find(|issue| shows(&context.office, issue, &key.form, key.period)),
                format!(
                    "correct the figures with {correct}, or accept another document, and hand the difference over with {rebuild}"
                ),
            ),
            Fact::Corrected { key, .. } => (
                handed.iter().find(|issue| shows(&context.office, issue, &key.form, key.period)),
                format!("correct the figure back with {correct}, and hand the difference over with {rebuild}"),
            ),
            Fact::Overridden { issue: of, .. } => (handed.iter().find(|issue| issue.is_beside(of)), revision.clone()),
            Fact::Approved { issue: of, .. } => (handed.iter().find(|issue| *issue == of), revision.clone()),
            _ => (None, String::new()),
        };
        if let Some(issue) = found {
            return Some(format!(
                "copies of `{issue}` were handed over since, and what organs have cannot be taken back: {instead}"
            ));
        }
    }
    None
}

/// A later act of a person that depends on this one.
fn later_act(context: &Context, events: &[Event], act: &PastAct) -> Option<String> {
    let catalogue = Catalogue::derive(events);
    let undone = withdrawn(events);
    let later = |event: &&Event| event.seq > act.act && !undone.contains(&event.seq);
    for (_, fact) in &act.lines {
        for event in events.iter().filter(later) {
            let Fact::Corrected { key: of, place: at, snapshot, .. } = &event.fact else { continue };
            let rests = match fact {
                Fact::Corrected { key, place, .. } => of == key && at == place,
                Fact::Accepted { key, revision, .. } => {
                    let accepted = catalogue.revisions(key).iter().find(|e| e.revision == *revision);
                    of == key && accepted.is_some_and(|e| e.snapshot == *snapshot)
                }
                _ => false,
            };
            if rests {
                let what = past_act(context, events, event).map(|a| a.what).unwrap_or_default();
                return Some(format!(
                    "a later correction rests on it ({what}): take that back first with {}",
                    context.call.command("withdraw").option("--act", event.seq)
                ));
            }
        }
    }
    None
}

/// The issues whose copies were sent, or may have been sent, after a place in the journal.
fn handed_after(events: &[Event], seq: i64) -> BTreeSet<Issue> {
    let records = parcels(events);
    let went = |event: &&Event| match &event.fact {
        Fact::Sending { parcel, .. } => records.get(parcel).is_some_and(|record| {
            let may_be_out = |state: ParcelState| {
                state.is_handed() || matches!(state, ParcelState::Uncertain | ParcelState::Sending)
            };
            record.copies.iter().any(|copy| may_be_out(copy.state))
        }),
        _ => false,
    };
    let issue = |event: &Event| match &event.fact {
        Fact::Sending { parcel, .. } => Some(parcel.issue.clone()),
        _ => None,
    };
    events.iter().filter(|event| event.seq > seq).filter(went).filter_map(issue).collect()
}

/// Whether an issue shows figures of a form for a period, as its own or for comparison.
fn shows(office: &Office, issue: &Issue, form: &FormId, period: Period) -> bool {
    let collections = &office.regulation().collections;
    let Some(term) = collections.iter().find(|term| term.id == issue.collection) else { return false };
    let due = requirements::DueCollection { term, period: issue.period };
    let own = requirements::form(office.regulation(), issue.period, form).is_ok_and(|needed| needed.period == period);
    (own && term.forms.contains(form))
        || requirements::periods_of(office, &due).get(form).is_some_and(|periods| periods.contains(&period))
}
