//! Pulls forms: requests what a period needs, and takes in what came.
//!
//! In: a period, and the sources. Out: what came, for each form and period. Unknown here: how a document is read and
//! judged.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;

use crate::{
    Catalogue, Context, Failure, Trouble, chain,
    context::{claimed::ClaimedPieces, grouped, progress::Step},
    intake::{
        self, Incoming,
        earlier::{damaged, known},
        pull_report::{FormPull, PullReport},
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
use domain::{Agency, Fact, FormId, Obligation, Origin, Period, Piece, Right, Sha256, Unit, due_of_form};
use read::Wanted;
use schedule::GRACE;

/// Pulls the forms of a period, and the missing earlier periods that they are compared with.
///
/// # Errors
/// When the person does not have the role, the period is in the future, a form is unknown, or the store or ledger
/// fails. A source that does not answer is not an error: the report says so.
pub async fn pull(context: &Context, period: Period, asked: &[FormId]) -> Result<PullReport, Failure> {
    context.permit(Right::Pull).await?;
    context.ended(period)?;
    let needed = requirements::forms(context.office.regulation(), period, asked)?;
    let catalogue = context.catalogue().await?;
    let now = |n: &NeededForm<'_>| Want {
        form: n.term.id.clone(),
        period: n.period,
        scope: Scope::EveryUnit,
        compared: false,
    };
    let mut wanted: Vec<Want> = needed.iter().map(now).collect();
    wanted.extend(compared(context, &needed, &catalogue));
    let sources = Sources::open(context, period).await?;
    let mut forms = shared(context, &sources, &wanted).await?;
    let catalogue = context.catalogue().await?;
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

/// Pulls what is wanted, first what nobody else pulls. What another program pulls is pulled after it: documents that
/// came with it are then known.
async fn shared(context: &Context, sources: &Sources<'_>, wanted: &[Want]) -> Result<Vec<FormPull>, Failure> {
    let piece = |want: &Want| Piece::Fetch(want.form.clone(), want.period);
    let mut pulls: BTreeMap<usize, FormPull> = BTreeMap::new();
    while pulls.len() < wanted.len() {
        let left = wanted.iter().enumerate().filter(|(place, _)| !pulls.contains_key(place));
        let claimed = ClaimedPieces::some(context, left.clone().map(|(_, want)| piece(want))).await?;
        let ours: Vec<(usize, &Want)> = left.filter(|(_, want)| claimed.holds(&piece(want))).collect();
        let mut catalogue = context.catalogue().await?;
        let wants: Vec<&Want> = ours.iter().map(|(_, want)| *want).collect();
        let gathered = gather(context, sources, (&mut catalogue, &claimed), &wants).await;
        let gathered = claimed.after(gathered).await?;
        pulls.extend(ours.into_iter().map(|(place, _)| place).zip(gathered));
    }
    Ok(pulls.into_values().collect())
}

async fn gather(
    context: &Context,
    sources: &Sources<'_>,
    (catalogue, claimed): (&mut Catalogue, &ClaimedPieces),
    wanted: &[&Want],
) -> Result<Vec<FormPull>, Failure> {
    let mut pulls: Vec<FormPull> = Vec::new();
    let mut asks: Vec<(Ask, Option<Known>)> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    for (place, Want { form, period, scope, compared }) in wanted.iter().enumerate() {
        let mut pull = FormPull::new(form.clone(), *period, is_due(context, form, *period));
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
    let came = fetch(context, (&*catalogue, claimed), (&asks, &owners), &mut pulls).await?;
    take_in(context, (catalogue, claimed), came, &mut pulls).await?;
    Ok(pulls)
}

type Came = BTreeMap<usize, (Vec<Incoming>, usize)>;

async fn fetch(
    context: &Context,
    (catalogue, claimed): (&Catalogue, &ClaimedPieces),
    (asks, owners): (&[(Ask, Option<Known>)], &[usize]),
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
    context.record_holding(&[claimed], &facts).await?;
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
    (catalogue, claimed): (&mut Catalogue, &ClaimedPieces),
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
    let fates = intake::take(context, (catalogue, claimed), documents).await?;
    for (owner, fate) in owners.into_iter().zip(fates) {
        pulls[owner].intake.count(fate);
    }
    Ok(())
}
