//! The executor of the schedule that calls the use-cases. It does one act at a time, and leaves a quarter alone on which
//! others work.
//!
//! In: duties. Out: answers for the journal, and troubles. Unknown here: when a duty falls due.

use std::sync::Arc;

use super::notify_office;
use crate::{
    BuildReport, Built, Context, Failure, FormPull, PullReport, SendScope, Trouble, chain,
    collections::build::build,
    context::claimed::{busy, others_at_work},
    distribution::{impossible, number_copies::number_copies, send::send_cleared, supplements::supplement},
    figures::check,
    intake::pull::pull,
    status::{
        gate::{self, Gate},
        ready::{Unready, gate_of, unready},
        refused, report, requirements,
        witnesses::Cleared,
    },
};
use chrono::{DateTime, Utc};
use clock::Clock;
use config::Force;
use distribute::Stop;
use domain::{
    CollectionId, Door, Duty, Event, Fact, FormId, ParcelId, ParcelRecord, Period, Periodicity, Piece, Subject, parcels,
};
use ledger::{Filter, RunClaim};
use schedule::{ActTrouble, Acted, Alert, Executor};

/// Carries out the schedule in the context of an office.
pub struct LiveExecutor<'a> {
    pub context: &'a Context,
    pub claim: Arc<RunClaim>,
    pub stop: Stop,
}

impl Executor for LiveExecutor<'_> {
    type Error = Failure;

    fn now(&self) -> DateTime<Utc> {
        self.context.now()
    }

    async fn events(&self, after: i64) -> Result<Vec<Event>, Failure> {
        self.context.events(&Filter { after_seq: after, ..Filter::default() }).await
    }

    async fn note(&self, facts: &[Fact]) -> Result<bool, Failure> {
        let context = self.context;
        // Leases use the real time, even when the schedule is tried for another day.
        let now = Clock::System.now();
        let written =
            context.ledger.append_holding(&self.claim, now, &context.run, &context.actor, context.now(), facts).await;
        written.map(|w| w.is_some()).map_err(|error| Failure::ours("the ledger could not be written", error))
    }

    async fn probe(&self, forms: &[Duty]) -> Acted {
        let act = async || {
            let report = self.pull(forms).await?;
            let answers = forms.iter().map(|duty| answer(&report, duty)).collect();
            Ok(Acted::Done { answers, trouble: silence(&report) })
        };
        self.unless_busy(forms, act).await
    }

    async fn prepare(&self, collections: &[Duty]) -> Acted {
        let act = async || {
            let report = self.checked_and_built(collections).await?;
            let answers = collections.iter().map(|duty| built(&report, duty)).collect();
            Ok(Acted::Done { answers, trouble: None })
        };
        self.unless_busy(collections, act).await
    }

    async fn deliver(&self, collections: &[Duty]) -> Acted {
        self.cleared(collections, async |cleared| self.handed_over(collections, cleared).await).await
    }

    async fn supplement(&self, collections: &[Duty]) -> Acted {
        self.cleared(collections, async |cleared| self.supplemented(collections, cleared).await).await
    }

    async fn tell(&self, alert: &Alert) -> bool {
        match notify_office::tell(self.context, alert, &[]).await {
            Ok(()) => true,
            Err(failure) => {
                let error = chain(&failure);
                if notify_office::is_news(self.context, &error) {
                    tracing::warn!(error, "the office could not be notified");
                }
                false
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.stop.is_asked()
    }
}

impl LiveExecutor<'_> {
    /// Does an act unless somebody works on its quarter: the schedule looks again soon, and does not wait here.
    async fn unless_busy(&self, duties: &[Duty], act: impl AsyncFnOnce() -> Result<Acted, Failure>) -> Acted {
        match self.is_free(duties).await {
            Ok(()) => self.unless_stopping(act().await.unwrap_or_else(|failure| failed(duties, failure))),
            Err(failure) => failed(duties, failure),
        }
    }

    /// As [`Self::unless_busy`], for an act that hands parcels over: after the witnesses were compared.
    async fn cleared(&self, duties: &[Duty], act: impl AsyncFnOnce(&Cleared) -> Result<Acted, Failure>) -> Acted {
        self.unless_busy(duties, async || act(&Cleared::of(self.context).await?).await).await
    }

    /// Refuses an act of a quarter that others work on.
    async fn is_free(&self, duties: &[Duty]) -> Result<(), Failure> {
        self.context.worker()?;
        let close = Piece::Close(month(duties)?.last_quarter());
        let others = others_at_work(self.context).await?;
        others.iter().find(|held| held.excludes(&close)).map_or(Ok(()), |held| Err(busy(self.context, held)))
    }

    /// The result of an act. One that was broken off because the program ends is no result: nothing is recorded, and the
    /// next daemon does the act at once.
    fn unless_stopping(&self, acted: Acted) -> Acted {
        if self.stop.is_asked() { Acted::Busy("broken off, because the program ends".into()) } else { acted }
    }

    async fn pull(&self, forms: &[Duty]) -> Result<PullReport, Failure> {
        let ids: Vec<FormId> = forms.iter().filter_map(form_id).collect();
        self.context.unless_stopped(pull(self.context, month(forms)?, &ids)).await
    }

    /// Makes and hands over supplements, for forms that came after their collection was handed over. No person has to
    /// decide about them.
    async fn supplemented(&self, collections: &[Duty], cleared: &Cleared) -> Result<Acted, Failure> {
        let quarter = requirements::quarter(month(collections)?)?;
        let made = supplement(self.context, quarter, &[], false).await?;
        let events = report::events_of(self.context, quarter).await?;
        let waits = |r: &&ParcelRecord| r.parcel.issue.supplement > 0 && refused::is_ready(&self.context.office, r);
        let waiting: Vec<ParcelId> = parcels(&events).values().filter(waits).map(|r| r.parcel.clone()).collect();
        let mut troubles = made.troubles;
        let count = waiting.len();
        if count > 0 {
            let scope = SendScope { parcels: waiting, ..SendScope::default() };
            troubles.extend(send_cleared(self.context, quarter, &scope, cleared).await?.troubles);
        }
        let words = match troubles.first() {
            Some(first) => format!("supplements: {}: {}", first.what, first.why),
            None => format!("supplements in {}", domain::counted(count, "parcel")),
        };
        let trouble = self.at_the_post(quarter, troubles.first()).await?;
        Ok(Acted::Done { answers: collections.iter().map(|_| words.clone()).collect(), trouble })
    }

    async fn checked_and_built(&self, collections: &[Duty]) -> Result<BuildReport, Failure> {
        let quarter = requirements::quarter(month(collections)?)?;
        if let Force::Refused(why) = self.context.office.force_on(self.context.today()) {
            return Err(Failure::usage(why));
        }
        check::check(self.context, quarter, &[]).await?;
        let ids: Vec<CollectionId> = collections.iter().filter_map(collection_id).collect();
        build(self.context, quarter, &ids).await
    }

    /// Does what a run does, for these collections. The sources are queried once more, so that the newest figures go
    /// out.
    async fn handed_over(&self, collections: &[Duty], cleared: &Cleared) -> Result<Acted, Failure> {
        let context = self.context;
        let quarter = requirements::quarter(month(collections)?)?;
        let ids: Vec<CollectionId> = collections.iter().filter_map(collection_id).collect();
        let mut forms: Vec<FormId> = Vec::new();
        for term in ids.iter().filter_map(|id| context.office.regulation().collection(id)) {
            forms.extend(
                term.forms
                    .iter()
                    .filter(|f| requirements::form(context.office.regulation(), quarter, f).is_ok())
                    .cloned(),
            );
        }
        forms.sort();
        forms.dedup();
        let pulled = context.unless_stopped(pull(context, quarter, &forms)).await?;
        let built_now = self.checked_and_built(collections).await?;
        let closed = gate::waiting(context, quarter).await?;
        let goes = |b: &&Built| unready(b.condition(), gate_of(&closed, &b.issue), false).is_none();
        let mut ready = Vec::new();
        impossible::refuse(&context.office, &context.call)?;
        for one in built_now.collections.iter().filter(goes) {
            number_copies(context, one).await?;
            ready.push(one.issue.collection.clone());
        }
        let mut answers: Vec<String> = collections.iter().map(|duty| built(&built_now, duty)).collect();
        let mut trouble = silence(&pulled);
        if !ready.is_empty() {
            let scope = SendScope { collections: ready, ..SendScope::default() };
            let sent = send_cleared(context, quarter, &scope, cleared).await?;
            for (duty, answer) in collections.iter().zip(&mut answers) {
                let of = format!("parcel `{}/", duty_path(duty));
                let mut troubles = sent.troubles.iter().filter(|t| t.what.starts_with(&of));
                if let Some(first) = troubles.next() {
                    let parcels = domain::counted(troubles.count() + 1, "parcel");
                    *answer = format!("{answer}; {parcels} not handed over: {}", cause(&first.why));
                }
            }
            let first = sent.troubles.iter().find(|t| t.what.starts_with("parcel"));
            trouble = self.at_the_post(quarter, first).await?.or(trouble);
        }
        Ok(Acted::Done { answers, trouble })
    }

    /// The trouble of a hand-over. A server that takes nothing is one trouble for all the parcels that wait for it.
    async fn at_the_post(&self, quarter: Period, first: Option<&Trouble>) -> Result<Option<ActTrouble>, Failure> {
        let Some(first) = first else { return Ok(None) };
        let cause = cause(&first.why).to_owned();
        let records = parcels(&report::events_of(self.context, quarter).await?);
        let waits = |r: &&ParcelRecord| r.to_send().next().is_some() && self::cause(&r.words) == cause;
        let words = match records.values().filter(waits).count() {
            0 | 1 => format!("{}: {}", first.what, first.why),
            many => format!("{} wait: {cause}", domain::counted(many, "parcel")),
        };
        Ok(Some(ActTrouble { door: Door::Post, words, cause }))
    }
}

/// Why a parcel was not handed over, without what became of it.
fn cause(why: &str) -> &str {
    let why = why.strip_prefix("failed: ").unwrap_or(why);
    why.strip_prefix("not tried: ").unwrap_or(why)
}

fn failed(duties: &[Duty], failure: Failure) -> Acted {
    if failure.code == "busy" {
        return Acted::Busy(failure.message);
    }
    // The cycle logs it once as long as it lasts.
    let cause = chain(&failure);
    let answers = duties.iter().map(|_| format!("failed: {cause}")).collect();
    let words = format!("an act of the schedule failed: {cause}");
    Acted::Done { answers, trouble: Some(ActTrouble { door: Door::House, words, cause }) }
}

/// The month with which the periods of an act end.
fn month(duties: &[Duty]) -> Result<Period, Failure> {
    let period = duties.first().and_then(|d| d.period.ending_as(Periodicity::Month));
    period.ok_or_else(|| Failure::usage("an act of the schedule has no period"))
}

fn form_id(duty: &Duty) -> Option<FormId> {
    match &duty.subject {
        Subject::Form(id) => Some(id.clone()),
        Subject::Collection(_) => None,
    }
}

fn collection_id(duty: &Duty) -> Option<CollectionId> {
    match &duty.subject {
        Subject::Collection(id) => Some(id.clone()),
        Subject::Form(_) => None,
    }
}

fn duty_path(duty: &Duty) -> String {
    match &duty.subject {
        Subject::Form(id) => format!("{}/{id}", duty.period),
        Subject::Collection(id) => format!("{}/{id}", duty.period),
    }
}

/// The answer to the request for a form.
fn answer(report: &PullReport, duty: &Duty) -> String {
    let found = report.forms.iter().find(|f| form_id(duty).is_some_and(|id| id == f.form));
    let Some(FormPull { asked, intake, failed, waiting, lacking, .. }) = found else {
        return "was not asked for".into();
    };
    let counts = [
        (intake.taken, "new"),
        (intake.unchanged, "unchanged"),
        (intake.held.len(), "held"),
        (intake.refused.len(), "refused"),
        (failed.len() + waiting.len(), "not come"),
    ];
    let mut words: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    words.insert(0, format!("{} requested", domain::counted(*asked, "document")));
    let first = intake.held.first().or(intake.refused.first()).or(failed.first()).or(waiting.first());
    let first = first.map_or(String::new(), |t| format!(": {}", t.why));
    if found.is_some_and(FormPull::is_late_in_part) {
        words.push(format!("in part, without {lacking}"));
    }
    words.join(", ") + &first
}

/// A source that could not be reached, if nothing else came either.
fn silence(report: &PullReport) -> Option<ActTrouble> {
    let came: usize = report.forms.iter().map(|f| f.intake.files + f.intake.unchanged).sum();
    let unreachable = report.forms.iter().find(|f| f.unreachable > 0)?;
    let first = unreachable.failed.iter().chain(&unreachable.waiting).next()?;
    let words = || format!("{}: {}", first.what, first.why);
    (came == 0).then(|| ActTrouble { door: Door::Sources, words: words(), cause: first.why.clone() })
}

/// The result of building a collection.
fn built(report: &BuildReport, duty: &Duty) -> String {
    let found = report.collections.iter().find(|b| collection_id(duty).is_some_and(|id| id == b.issue.collection));
    let Some(built) = found else { return "was not built".into() };
    let mut words = vec![format!("built, content {}", built.content_id.short())];
    if !built.incomplete.is_empty() {
        let forms: Vec<&str> = built.incomplete.iter().map(FormId::as_str).collect();
        words.push(format!("incomplete: {}", forms.join(", ")));
    }
    // The agenda reports its hour and its forms.
    let why = unready(built.condition(), Gate::Open, false);
    let draft = built.draft.then_some(Unready::Draft).filter(|draft| why != Some(*draft));
    words.extend(why.into_iter().chain(draft).map(|why| why.said().to_owned()));
    words.join(", ")
}
