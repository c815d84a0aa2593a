//! Pulls forms: requests what a period needs, and takes in what came.
//!
//! In: a period, and the sources. Out: what came, for each form and period. Unknown here: how a document is read and
//! judged.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use serde::Serialize;

use crate::{
    Catalogue, Context, Exit, Failure, IntakeReport, Trouble, chain,
    context::{grouped, progress::Step},
    intake::{
        self, Incoming,
        earlier::{damaged, known},
        sources::{self, Sources},
        whole,
    },
    status::{
        comparisons, expected,
        requirements::{self, NeededForm, Scope},
    },
};
use acquire::{Ask, Fetcher, Known};
use config::Office;
use domain::{Agency, Fact, FormId, Lacking, Obligation, Origin, Period, Role, Sha256, Unit, due_of_form};
use read::Wanted;
use schedule::GRACE;

/// What pulling brought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PullReport {
    pub forms: Vec<FormPull>,
    /// Missing earlier periods that the collections compare with and that were requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<FormPull>,
}

/// What pulling one form for one period brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormPull {
    pub form: FormId,
    pub period: Period,
    /// The number of documents that were requested.
    pub asked: usize,
    #[serde(flatten)]
    pub intake: IntakeReport,
    pub failed: Vec<Trouble>,
    /// Documents that did not come and are not due yet.
    pub waiting: Vec<Trouble>,
    /// Documents whose source could not be reached, or had trouble of its own.
    pub unreachable: usize,
    /// What is still not in use of the form; documents that wait for a person do not count as missing.
    pub lacking: Lacking,
    /// Whether the form is due; before that nothing is late.
    pub is_due: bool,
    /// Whether a document that did not come may still come: the source did not say that it has no such document.
    pub may_come: bool,
}

impl PullReport {
    /// The exit is "could not be fetched" for failed and refused documents, for a form that is due and here only in
    /// part, and for a comparison that may still come. A source without any document of an earlier period is not at
    /// fault.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let of = |form: &FormPull| {
            let came = form.failed.is_empty() && !form.is_late_in_part();
            form.intake.exit().or(if came { Exit::Done } else { Exit::NotFetched })
        };
        let compared = |form: &FormPull| if form.may_come { Exit::NotFetched } else { form.intake.exit() };
        let exit = self.forms.iter().fold(Exit::Done, |exit, form| exit.or(of(form)));
        self.compared.iter().fold(exit, |exit, form| exit.or(compared(form)))
    }

    /// What went wrong, for a person.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        let of = |f: &FormPull| {
            let single = f.failed.iter().chain(&f.intake.refused).chain(&f.intake.held).cloned();
            single.chain(f.in_part()).collect::<Vec<_>>()
        };
        self.forms.iter().flat_map(of).chain(self.comparisons(true)).collect()
    }

    /// What did not come of earlier periods, one line for each form and cause: of those that may still come, or of
    /// those that their source does not have.
    #[must_use]
    pub fn comparisons(&self, may_come: bool) -> Vec<Trouble> {
        let chosen = |form: &&FormPull| {
            let doubted = !form.intake.refused.is_empty() || !form.intake.held.is_empty();
            (form.may_come || doubted) == may_come
        };
        let mut causes: BTreeMap<(&FormId, &str), (Vec<String>, usize)> = BTreeMap::new();
        for FormPull { form, period, failed, intake, .. } in self.compared.iter().filter(chosen) {
            let Some(first) = failed.iter().chain(&intake.refused).chain(&intake.held).next() else { continue };
            let (periods, documents) = causes.entry((form, &first.why)).or_default();
            periods.push(format!("`{period}`"));
            *documents += failed.len() + intake.refused.len() + intake.held.len();
        }
        let told = causes.into_iter().map(|((form, why), (periods, documents))| {
            let what = format!("for comparison: form `{form}` for {}", periods.join(", "));
            let more = if documents > periods.len() {
                format!("{}; the first: ", domain::counted(documents, "document"))
            } else {
                String::new()
            };
            Trouble::new(what, format!("{more}{why}"))
        });
        told.collect()
    }
}

impl FormPull {
    /// Whether the form is due, and only some of its documents have come.
    #[must_use]
    pub const fn is_late_in_part(&self) -> bool {
        self.is_due && self.lacking.is_part()
    }

    /// A missing part that no failed request explains: an answer without some of its regions.
    #[must_use]
    pub fn in_part(&self) -> Option<Trouble> {
        let explained = !self.failed.is_empty() || !self.intake.refused.is_empty();
        (self.is_late_in_part() && !explained).then(|| {
            let why = format!("came without {}; asked for again at the next run", self.lacking);
            Trouble::new(format!("form `{}` for `{}`", self.form, self.period), why)
        })
    }
}

/// Pulls the forms of a period, and the missing earlier periods that they are compared with.
///
/// # Errors
/// When the person does not have the role, the period is in the future, a form is unknown, or the store or ledger
/// fails. A source that does not answer is not an error: the report says so.
pub async fn pull(context: &Context, period: Period, asked: &[FormId]) -> Result<PullReport, Failure> {
    context.permit(Role::Operator)?;
    context.ended(period)?;
    let needed = requirements::forms(context.office.regulation(), period, asked)?;
    let mut catalogue = context.catalogue().await?;
    let now = |n: &NeededForm<'_>| Want {
        form: n.term.id.clone(),
        period: n.period,
        scope: Scope::EveryUnit,
        compared: false,
    };
    let mut wanted: Vec<Want> = needed.iter().map(now).collect();
    wanted.extend(compared(context, &needed, &catalogue));
    let sources = Sources::open(context, period).await?;
    let mut forms = gather(context, &sources, &mut catalogue, &wanted).await?;
    let mut compared = forms.split_off(needed.len());
    for form in &mut forms {
        let held = expected::held(context, &catalogue, &form.form, form.period);
        form.lacking =
            expected::lacking(&context.office, context.origin, &catalogue, &form.form, form.period).without(&held);
    }
    compared.retain(|form| form.asked > 0 || !form.failed.is_empty());
    let report = PullReport { forms, compared };
    for trouble in grouped(&report.comparisons(false)) {
        context.progress.say(&format!("{}: {}", trouble.what, trouble.why));
    }
    Ok(report)
}

/// One form of one period that is wanted.
struct Want {
    form: FormId,
    period: Period,
    scope: Scope,
    /// Only for comparison with a later period.
    compared: bool,
}

/// The missing earlier periods that the collections compare with.
fn compared(context: &Context, needed: &[NeededForm<'_>], catalogue: &Catalogue) -> Vec<Want> {
    let mut wants = Vec::new();
    for needed in needed {
        let form = &needed.term.id;
        for (period, scope) in requirements::compared_periods(&context.office, form, needed.period) {
            let is_whole =
                comparisons::lacking(&context.office, context.origin, catalogue, form, period, scope).is_whole();
            if !is_whole || damaged(context, catalogue, form, period).next().is_some() {
                wants.push(Want { form: form.clone(), period, scope, compared: true });
            }
        }
        // A service may give the same answer for every date, so its answer is compared with the one for the period
        // before.
        let before = needed.period.before();
        let is_wanted = |want: &Want| want.form == *form && want.period == before;
        if before.year() == needed.period.year()
            && sources::is_service(context, form)
            && !wants.iter().any(is_wanted)
            && catalogue.of_form(form, before).next().is_none()
        {
            wants.push(Want { form: form.clone(), period: before, scope: Scope::EveryUnit, compared: true });
        }
    }
    wants
}

async fn gather(
    context: &Context,
    sources: &Sources<'_>,
    catalogue: &mut Catalogue,
    wanted: &[Want],
) -> Result<Vec<FormPull>, Failure> {
    let mut pulls: Vec<FormPull> = Vec::new();
    let mut asks: Vec<(Ask, Option<Known>)> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    for (place, Want { form, period, scope, compared }) in wanted.iter().enumerate() {
        let mut pull = FormPull {
            form: form.clone(),
            period: *period,
            asked: 0,
            intake: IntakeReport::default(),
            failed: Vec::new(),
            waiting: Vec::new(),
            unreachable: 0,
            lacking: Lacking::default(),
            is_due: is_due(context, form, *period),
            may_come: false,
        };
        match sources.asks(form, *period) {
            Ok(Some(mut found)) => {
                found.retain(|ask| *scope == Scope::EveryUnit || ask.unit.as_ref().is_none_or(Unit::is_republic));
                // A document without a month is about the requested period, not about the periods that it is compared
                // with.
                found.retain(|ask| !compared || !ask.is_undated());
                // Documents of an earlier period that are here are not requested again.
                let mut here =
                    if *compared { expected::here(context.origin, catalogue, form, *period) } else { BTreeSet::new() };
                for (key, _) in damaged(context, catalogue, form, *period) {
                    here.remove(&(key.unit.clone(), key.agency.clone()));
                }
                let is_here = |ask: &Ask| {
                    let agency = ask.agency.clone().unwrap_or_else(Agency::all);
                    ask.unit.clone().is_some_and(|unit| here.contains(&(unit, agency)))
                };
                found.retain(|ask| !is_here(ask));
                pull.asked = found.len();
                owners.extend(found.iter().map(|_| place));
                asks.extend(found.into_iter().map(|ask| {
                    let known = known(context.origin, &context.artifacts, catalogue, &ask);
                    (ask, known)
                }));
            }
            Ok(None) if *compared || catalogue.of_form(form, *period).next().is_some() => {}
            Ok(None) => pull.failed.push(Trouble::new(
                format!("form `{form}` for `{period}`"),
                format!(
                    "has no real source; name one in `schedules/sources.toml`, or bring the files with {}",
                    context
                        .call
                        .command("pull")
                        .option("--period", *period)
                        .option("--form", form)
                        .asked("--from-file")
                ),
            )),
            // The form's own period has reported it.
            Err(trouble) if *compared && pulls.iter().any(|p| p.form == *form && p.failed.contains(&trouble)) => {}
            Err(trouble) => {
                pull.failed.push(trouble);
                pull.may_come = true;
            }
        }
        pulls.push(pull);
    }
    let came = fetch(context, catalogue, &asks, &owners, &mut pulls).await?;
    take_in(context, catalogue, came, &mut pulls).await?;
    Ok(pulls)
}

type Came = BTreeMap<usize, (Vec<Incoming>, usize)>;

async fn fetch(
    context: &Context,
    catalogue: &Catalogue,
    asks: &[(Ask, Option<Known>)],
    owners: &[usize],
    pulls: &mut [FormPull],
) -> Result<Came, Failure> {
    let fetcher = Fetcher::new(sources::limits(context))
        .map_err(|error| Failure::ours("documents cannot be fetched on this machine", error))?;
    context.progress.begin(Step::Fetch, asks.len());
    let mut facts = Vec::new();
    let mut came = Came::new();
    let watch = |_| {};
    let mut answers = std::pin::pin!(fetcher.fetch_all(asks, &watch));
    while let Some((index, answer)) = answers.next().await {
        context.progress.advance(Step::Fetch);
        let (ask, owner) = (&asks[index].0, owners[index]);
        match answer {
            Ok(Some(delivery)) if ask.is_undated() && is_of_another(catalogue, ask, &delivery.bytes) => {
                came.entry(owner).or_default().1 += 1;
            }
            Ok(Some(delivery)) => {
                let wanted = wanted(context.origin, &context.office, ask);
                let delivery = whole::whole(context, &fetcher, ask, &wanted, delivery).await;
                came.entry(owner).or_default().0.push(Incoming {
                    wanted,
                    name: delivery.name,
                    from: delivery.url,
                    headers: delivery.headers,
                    bytes: delivery.bytes,
                });
            }
            Ok(None) => came.entry(owner).or_default().1 += 1,
            Err(error) => {
                let (why, absence) = (chain(&error), error.fault.absence());
                pulls[owner].unreachable += usize::from(error.is_transient());
                pulls[owner].may_come |= absence.may_come();
                facts.push(Fact::FetchFailed {
                    form: ask.form.clone(),
                    period: ask.period,
                    url: ask.shown(),
                    why: why.clone(),
                    absence: Some(absence),
                    unit: ask.unit.clone(),
                    agency: ask.agency.clone(),
                });
                let trouble = Trouble::new(ask.shown(), why);
                if pulls[owner].is_due { pulls[owner].failed.push(trouble) } else { pulls[owner].waiting.push(trouble) }
            }
        }
    }
    context.progress.end(Step::Fetch);
    context.record(&facts).await?;
    Ok(came)
}

/// Whether a file without a month in its name was already taken for another period; such a file stays in the folder.
fn is_of_another(catalogue: &Catalogue, ask: &Ask, bytes: &[u8]) -> bool {
    let snapshot = Sha256::of(bytes);
    let others = catalogue.all().filter(|(key, _)| key.form == ask.form && key.period != ask.period);
    others.flat_map(|(_, editions)| editions).any(|edition| edition.snapshot == snapshot)
}

/// Whether a form's deadline and its grace are over; before that nothing is late.
fn is_due(context: &Context, form: &FormId, period: Period) -> bool {
    let (office, regulation) = (&context.office, context.office.regulation());
    let Some(term) = regulation.form(form) else { return true };
    let due = due_of_form(regulation, &office.calendar, term, period);
    context.now() > Obligation::new(due, &office.settings.hours, office.zone).deadline + GRACE
}

fn wanted(origin: Origin, office: &Office, ask: &Ask) -> Wanted {
    Wanted {
        form: ask.form.clone(),
        period: ask.period,
        unit: ask.unit.clone(),
        agency: ask.agency.clone(),
        origin,
        region_field: sources::region_field(office, &ask.form),
    }
}

/// Judges everything that came together, and adds the fate of each document to the report of its form.
async fn take_in(
    context: &Context,
    catalogue: &mut Catalogue,
    came: Came,
    pulls: &mut [FormPull],
) -> Result<(), Failure> {
    let mut documents = Vec::new();
    let mut owners = Vec::new();
    for (owner, (mut incoming, unchanged)) in came {
        pulls[owner].intake.unchanged += unchanged;
        // Answers arrive in any order; the result must not depend on it.
        incoming.sort_by(|a, b| a.from.cmp(&b.from));
        owners.extend(incoming.iter().map(|_| owner));
        documents.extend(incoming);
    }
    let fates = intake::take(context, catalogue, documents).await?;
    for (owner, fate) in owners.into_iter().zip(fates) {
        pulls[owner].intake.count(fate);
    }
    Ok(())
}
