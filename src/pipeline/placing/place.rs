//! Places the public figures of a period: checks them, builds the site, switches to it, and records what is new.
//!
//! In: a period, and what the person wants. Out: [`PlaceReport`]. A form that is held or has not come is left as it was:
//! what was placed of it before stays. Unknown here: how a page looks.

use std::collections::BTreeMap;

use super::{
    agreement,
    figures::PublicFigures,
    holds::{self, Hold},
    input::{self, FormReleases},
    releases::{ReadFigures, Reading},
    report::{HeldPlacement, NewPlacement, PlaceReport, PlaceWishes, SiteReport},
    seen, switch, terms,
};
use crate::{
    Context, Exit, Failure,
    context::claimed::ClaimedPieces,
    figures::{LoadedDatasets, check},
    status::requirements::{self, NeededForm},
};
use chrono::{DateTime, SubsecRound as _, Utc};
use config::SiteSettings;
use domain::{Event, Fact, FormId, Origin, Period, Piece, PlacedRevision, ReleaseKey, ReleaseRecord, Right, releases};
use ledger::Filter;
use site::Tree;

/// The facts that placements are derived from.
pub const PLACEMENT_FACTS: [&str; 6] =
    ["placed", "placement-seen", "placement-approved", "placement-withdrawn", "withdrawn", "built"];

/// How many faults of a site are listed.
const LISTED: usize = 5;

/// Places the forms of a period. Safe to repeat: what is on the site already is not placed again.
///
/// # Errors
/// When the person does not have the role, the period is in the future, lists of the office contradict each other,
/// another run works here, or the store, the ledger or the folder of the site fails. What is held is not an error.
pub async fn place(context: &Context, period: Period, wishes: &PlaceWishes) -> Result<PlaceReport, Failure> {
    context.permit(Right::Place).await?;
    context.ended(period)?;
    context.agreed()?;
    requirements::forms(context.office.regulation(), period, &wishes.forms)?;
    if wishes.dry_run {
        return work(context, period, wishes, None).await;
    }
    let claimed = ClaimedPieces::take(context, [Piece::Place]).await?;
    let done = recover(context, &claimed).await;
    let done = match done {
        Ok(()) => work(context, period, wishes, Some(&claimed)).await,
        Err(failure) => Err(failure),
    };
    claimed.after(done).await
}

/// Builds the site from what was placed, and switches to it. Places nothing.
///
/// # Errors
/// As [`place`].
pub async fn site_build(context: &Context, as_decided: bool) -> Result<SiteReport, Failure> {
    context.permit(Right::Place).await?;
    let claimed = ClaimedPieces::take(context, [Piece::Place]).await?;
    let done = async {
        recover(context, &claimed).await?;
        let site = settings(context, as_decided);
        let mut reading = Reading::new(context, &site, context.dataset_events().await?);
        let records = releases(&placement_events(context).await?);
        let built = build(context, &mut reading, &records, BTreeMap::new(), (None, &BTreeMap::new()))?;
        let folder = switch::folder(context);
        sound(context, &built)?;
        let pages_changed = pages_changed(&folder, &built);
        let hash = tokio::task::block_in_place(|| switch::switch(&folder, &built, &[]))?;
        Ok(SiteReport {
            site: hash,
            folder: folder.display().to_string(),
            files: built.len(),
            bytes: bytes(&built),
            pages_changed,
            releases: records.len(),
        })
    }
    .await;
    claimed.after(done).await
}

/// Records what a killed run placed and did not record.
///
/// # Errors
/// When the ledger or the file beside the site fails.
pub(super) async fn recover(context: &Context, claimed: &ClaimedPieces) -> Result<(), Failure> {
    let events = placement_events(context).await?;
    let facts = switch::unrecorded(&switch::folder(context), &events)?;
    context.record_holding(&[claimed], &facts).await
}

/// The facts about placements, and about collections that were built.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) async fn placement_events(context: &Context) -> Result<Vec<Event>, Failure> {
    context.events(&Filter::default().kinds(&PLACEMENT_FACTS)).await
}

/// What is public. The figures of the sample office are nobody's, so all of them are, unless the person asks for what
/// the file says.
pub(super) fn settings(context: &Context, as_decided: bool) -> SiteSettings {
    let site = context.office.site.clone();
    if context.origin == Origin::Sample && !as_decided {
        return site.all_public(context.office.forms.values());
    }
    site
}

/// What a placement of a period consists of, before the site is built.
struct Found {
    /// What would be new, with its revision.
    new: BTreeMap<ReleaseKey, (PlacedRevision, ReadFigures)>,
    unchanged: usize,
    holds: BTreeMap<ReleaseKey, Hold>,
    withheld: Vec<FormId>,
}

async fn work(
    context: &Context,
    period: Period,
    wishes: &PlaceWishes,
    claimed: Option<&ClaimedPieces>,
) -> Result<PlaceReport, Failure> {
    let site = settings(context, wishes.as_decided);
    let mut reading = Reading::new(context, &site, context.dataset_events().await?);
    let events = placement_events(context).await?;
    let records = releases(&events);
    // Whole seconds, as pages show them.
    let now = context.now().trunc_subsecs(0);
    let found = found(context, &mut reading, (period, wishes), (&events, &records), now)?;
    let placed: Vec<NewPlacement> =
        found.new.iter().map(|((form, period), (new, _))| placement(form, *period, new)).collect();
    let Found { new, unchanged, holds, withheld } = found;
    let figures: Vec<(ReleaseKey, PlacedRevision, PublicFigures)> =
        new.iter().map(|(key, (revision, read))| (key.clone(), revision.clone(), read.figures.clone())).collect();
    let tree =
        context.unless_stopped(async { build(context, &mut reading, &records, new, (Some(period), &holds)) }).await?;
    for ((form, period), revision, figures) in &figures {
        agreement::read_back(&tree, (form, *period, revision.revision), figures)?;
    }
    sound(context, &tree)?;
    let folder = switch::folder(context);
    let (site_hash, pages_changed) = (tree.hash(), pages_changed(&folder, &tree));
    if let Some(claimed) = claimed {
        let languages = input::languages(context);
        let fact = |((form, period), revision, _): &(ReleaseKey, PlacedRevision, PublicFigures)| Fact::Placed {
            form: form.clone(),
            period: *period,
            address: address(form, *period, revision.revision),
            revision: PlacedRevision { languages: languages.clone(), tree: site_hash, ..revision.clone() },
        };
        let facts: Vec<Fact> = figures.iter().map(fact).collect();
        tokio::task::block_in_place(|| switch::switch(&folder, &tree, &facts))?;
        context.record_holding(&[claimed], &facts).await?;
    }
    let unseen = if wishes.dry_run { None } else { Some(seen::read_back(context, site_hash, &events).await?) };
    let (mut held, mut late) = (Vec::new(), Vec::new());
    for ((form, period), hold) in holds {
        match hold {
            Hold::Held(why) => held.push(HeldPlacement { form, period, why }),
            Hold::Late(why) => late.push(HeldPlacement { form, period, why }),
        }
    }
    let exit = if held.is_empty() { Exit::Done } else { Exit::HeldBack };
    let is_short = !late.is_empty() || matches!(unseen, Some(seen::SiteSight::Other(_)));
    let exit = exit.or(if is_short { Exit::Short } else { Exit::Done });
    Ok(PlaceReport {
        period,
        site: site_hash,
        folder: folder.display().to_string(),
        files: tree.len(),
        bytes: bytes(&tree),
        pages_changed,
        placed,
        unchanged,
        held,
        late,
        withheld,
        switched: !wishes.dry_run,
        seen: unseen.as_ref().and_then(seen::SiteSight::is_seen),
        unseen: unseen.and_then(seen::SiteSight::why),
        exit,
    })
}

fn found(
    context: &Context,
    reading: &mut Reading<'_>,
    (period, wishes): (Period, &PlaceWishes),
    (events, records): (&[Event], &BTreeMap<ReleaseKey, ReleaseRecord>),
    now: DateTime<Utc>,
) -> Result<Found, Failure> {
    let needed = requirements::forms(context.office.regulation(), period, &wishes.forms)?;
    let mut found = Found { new: BTreeMap::new(), unchanged: 0, holds: BTreeMap::new(), withheld: Vec::new() };
    let mut here: Vec<(FormId, Period)> = Vec::new();
    for NeededForm { term, period } in needed {
        if reading.site.public(&term.id).is_none() {
            found.withheld.push(term.id.clone());
        } else if let Some(hold) = holds::of_documents(context, &reading.now, &term.id, period) {
            found.holds.insert((term.id.clone(), period), hold);
        } else {
            here.push((term.id.clone(), period));
        }
    }
    let findings = check::findings(context, &reading.now, &here, &mut LoadedDatasets::default())?;
    let errors = holds::errors(&findings);
    let mut read: BTreeMap<ReleaseKey, ReadFigures> = BTreeMap::new();
    for (form, period) in here {
        let record = records.get(&(form.clone(), period));
        if let Some(figures) = reading.in_use((&form, period), record)? {
            read.insert((form, period), figures);
        } else {
            let why = "no document of it has figures for all agencies together".to_owned();
            found.holds.insert((form, period), Hold::Late(why));
        }
    }
    let figures: BTreeMap<ReleaseKey, PublicFigures> =
        read.iter().map(|(key, read)| (key.clone(), read.figures.clone())).collect();
    let differences = agreement::differences(context, events, period, &figures)?;
    let none = ReleaseRecord::default();
    for (key, read) in read {
        let record = records.get(&key).unwrap_or(&none);
        let content = read.figures.content();
        if record.shows(&content) {
            found.unchanged += 1;
            continue;
        }
        let hold = differences.get(&key).map(|differences| Hold::Held(differences.join("; "))).or_else(|| {
            let errors = errors.get(&key.0).copied().unwrap_or_default();
            holds::of_figures(context, (&key.0, key.1), errors, record, &content)
        });
        if let Some(hold) = hold {
            found.holds.insert(key, hold);
            continue;
        }
        let revision = PlacedRevision {
            revision: record.revision_of(&content),
            content,
            sections: read.figures.section_ids(),
            languages: input::languages(context),
            tree: content,
            placed: now,
            journal: reading.read_to(),
            reason: wishes.reason.clone().filter(|_| record.newest().is_some()),
        };
        found.new.insert(key, (revision, read));
    }
    Ok(found)
}

/// Builds the site from what was placed and what is placed now.
fn build(
    context: &Context,
    reading: &mut Reading<'_>,
    records: &BTreeMap<ReleaseKey, ReleaseRecord>,
    mut new: BTreeMap<ReleaseKey, (PlacedRevision, ReadFigures)>,
    (period, holds): (Option<Period>, &BTreeMap<ReleaseKey, Hold>),
) -> Result<Tree, Failure> {
    let mut records = records.clone();
    let keys: Vec<ReleaseKey> = records.keys().chain(new.keys()).cloned().collect();
    let mut of_forms: BTreeMap<FormId, FormReleases> = BTreeMap::new();
    let none = ReleaseRecord::default();
    let newest: Vec<(ReleaseKey, PlacedRevision)> =
        new.iter().map(|(key, (revision, _))| (key.clone(), revision.clone())).collect();
    for key in keys {
        if of_forms.get(&key.0).is_some_and(|releases| releases.contains_key(&key.1)) {
            continue;
        }
        let record = records.get(&key).unwrap_or(&none);
        let release = reading.release((&key.0, key.1), record, new.remove(&key))?;
        if let Some(release) = release {
            of_forms.entry(key.0).or_default().insert(key.1, release);
        }
    }
    for (key, revision) in newest {
        records.entry(key).or_default().revisions.push(revision);
    }
    let spoken = terms::Spoken::of(context)?;
    let shown = period.or_else(|| records.keys().map(|(_, period)| *period).max());
    let terms = shown.map(|period| terms::terms(context, reading.site, &spoken, period, &records, holds));
    let input = input::input(context, reading.site, &of_forms, terms.unwrap_or_default())?;
    let mut kept = switch::kept(&switch::folder(context))?;
    kept.retain(|file| reading.is_as_placed(&file.path));
    tokio::task::block_in_place(|| site::render_onto(&input, &kept))
        .map_err(|error| Failure::usage(format!("the site could not be built: {error}")).coded("configuration"))
}

/// Refuses a site that a reader would trip over; readers keep the one that they see.
fn sound(context: &Context, tree: &Tree) -> Result<(), Failure> {
    let faults = site::check(tree, &context.office.site.base);
    let faults: Vec<_> = faults.iter().filter(|fault| fault.kind.is_error()).collect();
    if faults.is_empty() {
        return Ok(());
    }
    let first: String = faults.iter().take(LISTED).map(|fault| format!("\n  {fault}")).collect();
    Err(Failure::usage(format!(
        "the site has {}, so readers keep the one that they see; the first are:{first}",
        domain::counted(faults.len(), "fault")
    ))
    .coded("configuration"))
}

fn placement(form: &FormId, period: Period, new: &PlacedRevision) -> NewPlacement {
    NewPlacement {
        form: form.clone(),
        period,
        revision: new.revision,
        content: new.content,
        address: address(form, period, new.revision),
    }
}

/// The page of a revision below the site, in each language.
fn address(form: &FormId, period: Period, revision: u32) -> String {
    format!("forms/{form}/{period}/r{revision}/")
}

fn bytes(tree: &Tree) -> u64 {
    tree.files().map(|(_, bytes)| bytes.len() as u64).sum()
}

/// How many pages of a tree differ from those that readers see now.
fn pages_changed(folder: &std::path::Path, tree: &Tree) -> usize {
    let before = switch::current(folder).map(|hash| switch::listed(folder, &hash)).unwrap_or_default();
    let after = switch::sums(&tree.sums());
    let is_page = |path: &&String| path.ends_with(".html");
    let new = after.iter().filter(|(path, hash)| is_page(path) && before.get(*path) != Some(*hash)).count();
    new + before.keys().filter(|path| is_page(path) && !after.contains_key(*path)).count()
}
