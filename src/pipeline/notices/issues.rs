//! Notices about collections and their issues: held back, waiting, not built, not numbered, changed since.
//!
//! In: the status of a period, its journal, its gate. Out: notices with the command that goes on. Unknown here: how a
//! collection is built.

use std::collections::BTreeSet;

use super::{Look, bring::bring, parcels::without_figures};
use crate::{
    Failure, Hint,
    collections::{
        changes_since::{self, ChangedSince},
        inputs, revisions,
    },
    distribution::supplements,
    figures::{LoadedDatasets, check},
    status::{
        gate::{self, Gate, Waits},
        notice::{NoticeKind, NoticeSubject, StatusNotice, by_cause, named},
        ready::{Unready, gate_of, unready},
        requirements,
    },
};
use domain::{CollectionId, CollectionStatus, Finding, FormId, Issue, LaterIssue, PeriodStatus, Severity, counted};

/// The notices about the collections of a period.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub(super) async fn of_issues(look: &Look<'_>, status: &PeriodStatus) -> Result<Vec<StatusNotice>, Failure> {
    let mut notices = drafts(look, status)?;
    notices.extend(early(look));
    notices.extend(waits_for_forms(look));
    notices.extend(unmade(look, status));
    notices.extend(candidates(look, status));
    notices.extend(supplements_due(look).await?);
    notices.extend(changed(look, status).await?);
    Ok(notices)
}

fn first(collection: &CollectionStatus) -> Issue {
    Issue::first(collection.id.clone(), collection.period)
}

fn later(issue: &LaterIssue) -> Issue {
    let first = Issue::first(issue.id.clone(), issue.period);
    if issue.supplement > 0 { first.in_supplement(issue.supplement) } else { first.in_revision(issue.revision) }
}

/// The issues that error findings hold back, by rule.
fn drafts(look: &Look<'_>, status: &PeriodStatus) -> Result<Vec<StatusNotice>, Failure> {
    let firsts = status.collections.iter().filter(|c| c.draft && !is_numbered(look, c)).map(first);
    let laters = status.revisions.iter().chain(&status.supplements).filter(|l| l.draft && l.candidate).map(later);
    let drafts: Vec<Issue> = firsts.chain(laters).collect();
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let findings = check::of_quarter(look.context, look.catalogue, look.period, &mut LoadedDatasets::default())?;
    let regulation = look.context.office.regulation();
    let mut errors: Vec<(&Issue, &Finding)> = Vec::new();
    let mut settled = Vec::new();
    for issue in &drafts {
        let forms: &[FormId] = regulation.collection(&issue.collection).map_or(&[], |term| &term.forms);
        let overridden = inputs::overridden(look.events, issue);
        let holds =
            |f: &&Finding| f.severity == Severity::Error && forms.contains(&f.form) && !overridden.contains(&f.rule);
        let found = errors.len();
        errors.extend(findings.iter().filter(holds).map(|finding| (issue, finding)));
        if errors.len() == found {
            settled.push(issue);
        }
    }
    let mut notices: Vec<StatusNotice> = by_cause(errors, |(_, f)| f.rule.clone())
        .into_iter()
        .map(|(rule, found)| of_rule(look, &rule, &found))
        .collect();
    // `run` builds what has no copies; a revision is a candidate, which only `rebuild` makes again.
    let (revisions, others): (Vec<&Issue>, Vec<&Issue>) =
        settled.into_iter().partition(|issue| issue.revision > 0 && !issue.is_supplement());
    let command = |name: &str| look.context.call.command(name).option("--period", look.period);
    if !others.is_empty() {
        notices.push(without_errors(look, &others, command("run")));
    }
    if let Some(first) = revisions.first() {
        let rebuild = command("rebuild").option("--collection", &first.collection).asked("--reason");
        notices.push(without_errors(look, &revisions, rebuild));
    }
    Ok(notices)
}

/// The notice about drafts whose errors are gone, with the command that builds them again.
fn without_errors(look: &Look<'_>, settled: &[&Issue], how: Hint) -> StatusNotice {
    let text = format!("{} DRAFT without an error that holds it back; build it again", named(settled));
    let subjects = settled.iter().map(|issue| NoticeSubject::new(issue, "its errors are gone")).collect();
    StatusNotice::of(NoticeKind::Draft, Severity::Warning, text).about(subjects).in_period(look.period).with(how)
}

/// The notice about the errors of one rule: what they hold back, the first of them, and the two ways on.
fn of_rule(look: &Look<'_>, rule: &str, found: &[(&Issue, &Finding)]) -> StatusNotice {
    let mut issues: Vec<&Issue> = found.iter().map(|(issue, _)| *issue).collect();
    issues.dedup();
    let mut forms: Vec<&FormId> = found.iter().map(|(_, finding)| &finding.form).collect();
    forms.sort();
    forms.dedup();
    // One error holds several issues back; it counts once.
    let errors = issues.first().map_or(0, |issue| found.iter().filter(|(of, _)| of == issue).count());
    let explanation = found.first().map_or("", |(_, finding)| finding.explanation.as_str());
    let text = format!(
        "{} a DRAFT, held back by {} of rule `{rule}` (form {}): {explanation}",
        match issues.len() {
            1 => format!("{} is", named(issues.iter().map(|i| &i.collection))),
            _ => format!("{} are each", named(issues.iter().map(|i| &i.collection))),
        },
        counted(errors, "error"),
        named(&forms),
    );
    let command = look.context.call.command("override");
    let overrule = |issue: &Issue| {
        let how = command.clone().option("--period", issue.period).option("--collection", &issue.collection);
        how.option("--rule", rule).asked("--reason")
    };
    let subject = |(issue, finding): &(&Issue, &Finding)| {
        let id = format!("{issue}/{rule}/{}", finding.form);
        let how = correct(look, finding).unwrap_or_else(|| overrule(issue));
        NoticeSubject::new(id, &finding.explanation).with(how)
    };
    let notice = StatusNotice::of(NoticeKind::Draft, Severity::Error, text)
        .because(explanation)
        .about(found.iter().map(subject).collect())
        .in_period(look.period);
    let fix = found.iter().find_map(|(_, finding)| correct(look, finding)).unwrap_or_else(|| {
        forms.iter().fold(look.context.call.command("check").option("--period", look.period), |how, form| {
            how.option("--form", form)
        })
    });
    let notice = notice.with(fix);
    match issues.first() {
        Some(issue) => notice.or_with(overrule(issue)),
        None => notice,
    }
}

/// The command that corrects the figure of a finding; `None` if the finding is about no single figure.
fn correct(look: &Look<'_>, finding: &Finding) -> Option<Hint> {
    let (section, row, column) = (finding.section.as_ref()?, finding.row.as_ref()?, finding.column.as_ref()?);
    let (unit, agency) = (finding.unit.as_ref()?, finding.agency.as_ref()?);
    let how = look.context.call.command("correct").option("--form", &finding.form);
    let how = how.option("--period", finding.period?).option("--unit", unit).option("--agency", agency);
    let how = how.option("--section", section).option("--row", row).option("--column", column);
    Some(how.option("--old", finding.found?).asked("--new").asked("--reason"))
}

/// Collections that wait for their hour: nothing is to be done.
fn early(look: &Look<'_>) -> Vec<StatusNotice> {
    let early = gate::early(look.waits, look.context.office.zone, look.context.now());
    let told = early.into_iter().map(|early| {
        let subjects = early.collections.iter().map(|id| NoticeSubject::new(id, "waits for its hour")).collect();
        let notice = StatusNotice::info(NoticeKind::Early, early.words).about(subjects);
        notice.in_period(look.period).until(early.opens)
    });
    told.collect()
}

/// Collections whose hour has come, and that wait for forms.
fn waits_for_forms(look: &Look<'_>) -> Vec<StatusNotice> {
    let mut notices = Vec::new();
    let of = |gate: Gate| look.waits.iter().filter(move |w| w.gate == gate);
    for one in of(Gate::Held) {
        let forms = named(one.missing.iter().map(|missing| &missing.form));
        let text = format!("collection `{}` waits for {forms} (late-form policy `hold`)", one.collection);
        let missing: Vec<&FormId> = one.missing.iter().map(|missing| &missing.form).collect();
        let how = bring(look.context, look.period, &missing);
        let anyway = anyway(look, [&one.collection]);
        notices.push(
            StatusNotice::of(NoticeKind::FormHeldFor, Severity::Error, text)
                .about(vec![NoticeSubject::new(&one.collection, "waits for its forms")])
                .in_period(look.period)
                .with(how)
                .or_with(anyway),
        );
    }
    let empty: Vec<&Waits> = of(Gate::Empty).collect();
    if !empty.is_empty() {
        let names = named(empty.iter().map(|w| &w.collection));
        let text = match empty.len() {
            1 => format!("collection {names}: none of its forms is here, and an empty collection is not handed over"),
            many => format!(
                "{} ({names}): no form of theirs is here, and an empty collection is not handed over",
                counted(many, "collection")
            ),
        };
        let subjects = empty.iter().map(|w| NoticeSubject::new(&w.collection, "none of its forms is here")).collect();
        let notice = StatusNotice::of(NoticeKind::Empty, Severity::Error, text).about(subjects);
        let mut missing: Vec<&FormId> = empty.iter().flat_map(|w| &w.missing).map(|missing| &missing.form).collect();
        missing.sort();
        missing.dedup();
        let how = bring(look.context, look.period, &missing);
        let anyway = anyway(look, empty.iter().map(|w| &w.collection));
        let notice = notice.because("none of its forms is here").in_period(look.period);
        notices.push(notice.with(how).or_with(anyway));
    }
    notices
}

/// The command with which a person has these collections handed over without their forms.
fn anyway<'a>(look: &Look<'_>, collections: impl IntoIterator<Item = &'a CollectionId>) -> Hint {
    let run = look.context.call.command("run").option("--period", look.period);
    let run = collections.into_iter().fold(run, |run, id| run.option("--collection", id));
    run.flag("--now").asked("--reason")
}

fn is_numbered(look: &Look<'_>, collection: &CollectionStatus) -> bool {
    let first = first(collection);
    collection.parcels.expected == 0 || look.records.keys().any(|parcel| parcel.issue == first)
}

/// Collections whose hour has come and that are not built, or not numbered. One that waits for its hour is built by the
/// run of that hour.
fn unmade(look: &Look<'_>, status: &PeriodStatus) -> Vec<StatusNotice> {
    let open = |c: &&CollectionStatus| gate_of(look.waits, &first(c)) == Gate::Open;
    let open: Vec<&CollectionStatus> =
        status.collections.iter().filter(open).filter(|c| !is_numbered(look, c)).collect();
    let run = || look.context.call.command("run").option("--period", look.period);
    let mut notices = Vec::new();
    let mut tell = |kind, what: &str, which: Vec<&&CollectionStatus>| {
        if !which.is_empty() {
            let names = named(which.iter().map(|c| &c.id));
            let subjects = which.iter().map(|c| NoticeSubject::new(&c.id, what)).collect();
            let text = format!("{} {what} ({names})", counted(which.len(), "collection"));
            let notice = StatusNotice::of(kind, Severity::Warning, text).because(what).about(subjects);
            notices.push(notice.in_period(look.period).with(run()));
        }
    };
    tell(
        NoticeKind::Unbuilt,
        "not built, although its hour has come",
        open.iter().filter(|c| c.content_id.is_none()).collect(),
    );
    let built = |c: &&&CollectionStatus| c.content_id.is_some() && look.why_not(&first(c)).is_none();
    tell(NoticeKind::Unnumbered, "built, and not numbered yet", open.iter().filter(built).collect());
    let empty = open.iter().filter(|c| look.why_not(&first(c)) == Some(Unready::WithoutFigures));
    notices.extend(empty.map(|c| without_figures(look, &first(c), false)));
    notices
}

/// Revisions that a person made, and that a person has to send.
fn candidates(look: &Look<'_>, status: &PeriodStatus) -> Vec<StatusNotice> {
    let candidates = status.revisions.iter().filter(|later| later.candidate && !later.draft);
    let told = candidates.map(|candidate| {
        let issue = later(candidate);
        if look.why_not(&issue) == Some(Unready::WithoutFigures) {
            return without_figures(look, &issue, false);
        }
        let text = format!("revision {} of `{}` is a candidate, and is not sent", candidate.revision, candidate.id);
        let how = look.context.call.command("send").option("--period", candidate.period);
        let how = how.option("--collection", &candidate.id).option("--revision", candidate.revision);
        StatusNotice::of(NoticeKind::Candidate, Severity::Warning, text)
            .because("a person sends a revision")
            .about(vec![NoticeSubject::new(&issue, candidate.reason.clone().unwrap_or_default())])
            .in_period(look.period)
            .with(how)
    });
    told.collect()
}

/// Collections whose copies went without a form that is here now: the next run makes and sends the supplement. What holds
/// a supplement back has a notice of its own.
async fn supplements_due(look: &Look<'_>) -> Result<Option<StatusNotice>, Failure> {
    let facts = look.context.dataset_events().await?;
    let (mut collections, mut came) = (Vec::new(), BTreeSet::new());
    for due in requirements::collections(look.context.office.regulation(), look.period) {
        let first = Issue::first(due.term.id.clone(), due.period);
        let Some((next, forms)) = supplements::owed(look.context, (&first, &facts), look.records, look.issues) else {
            continue;
        };
        let built = look.issues.get(&next);
        let is_held_back = built.is_some_and(|built| unready(built.into(), Gate::Open, false).is_some());
        if !is_held_back && !revisions::holders(&first, look.records).is_empty() {
            collections.push(first.collection);
            came.extend(forms);
        }
    }
    if collections.is_empty() {
        return Ok(None);
    }
    let cause = format!("form {} came after the copies went", named(&came));
    let count = counted(collections.len(), "supplement");
    let text = format!("{count} owed ({}): {cause}", named(&collections));
    let subjects = collections.iter().map(|id| NoticeSubject::new(id, cause.as_str())).collect();
    let notice = StatusNotice::of(NoticeKind::Unbuilt, Severity::Warning, text).because(cause);
    let how = look.context.call.command("run").option("--period", look.period);
    Ok(Some(notice.about(subjects).in_period(look.period).with(how)))
}

/// Collections whose figures or comment changed since their copies were numbered. A candidate has a notice of its own.
async fn changed(look: &Look<'_>, status: &PeriodStatus) -> Result<Vec<StatusNotice>, Failure> {
    let due = requirements::collections(look.context.office.regulation(), look.period);
    let mut changed = Vec::new();
    for due in &due {
        let has_candidate = status.revisions.iter().any(|later| later.id == due.term.id && later.candidate);
        if has_candidate {
            continue;
        }
        let what = changes_since::since_newest(look.context, due, look.records, look.issues, look.catalogue).await?;
        changed.extend(what.map(|what| (Issue::first(due.term.id.clone(), due.period), what)));
    }
    let Some((first, _)) = changed.first() else { return Ok(Vec::new()) };
    let rebuild = |issue: &Issue| {
        let how = look.context.call.command("rebuild").option("--period", issue.period);
        how.option("--collection", &issue.collection).asked("--reason")
    };
    let only_comments = changed.iter().all(|(_, what)| *what == ChangedSince::Comment);
    let cause = if only_comments { ChangedSince::Comment } else { ChangedSince::Figures }.words();
    let names = named(changed.iter().map(|(issue, _)| &issue.collection));
    let text = format!("{} ({names}): {cause}", counted(changed.len(), "collection"));
    let subject = |(issue, what): &(Issue, ChangedSince)| NoticeSubject::new(issue, what.words()).with(rebuild(issue));
    let how = match changed.len() {
        1 => rebuild(first),
        _ => look.context.call.command("rebuild").option("--period", look.period).asked("--reason"),
    };
    Ok(vec![
        StatusNotice::of(NoticeKind::Changed, Severity::Warning, text)
            .because(cause)
            .about(changed.iter().map(subject).collect())
            .in_period(look.period)
            .with(how),
    ])
}
