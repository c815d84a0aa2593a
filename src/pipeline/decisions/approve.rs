//! Approves an issue: a second person lets it go.
//!
//! What is approved is the hash of the issue's register: every copy with its number, its name and the hash of its
//! bytes. Before sending, the bytes are read again and compared with the register. So what goes is what was approved.
//!
//! In: issues, the hash that the person saw, and a reason. Out: the approvals. Unknown here: how parcels are sent.

use serde::Serialize;

use crate::{
    Context, Failure,
    collections::build,
    context::{claimed::claiming, permissions},
    status::{
        approval::{approved, of_issue},
        report, requirements,
    },
};
use domain::{
    Actor, CollectionId, Fact, Issue, ParcelRecord, Period, Piece, Right, Sha256, issues, parcels, register_hash,
};

/// Which issue of a collection is meant; without either, every issue that waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IssueChoice {
    pub revision: Option<u32>,
    pub supplement: Option<u32>,
}

/// What was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approval {
    pub issue: Issue,
    pub register: Sha256,
    pub parcels: usize,
    pub copies: usize,
}

impl IssueChoice {
    fn takes(self, issue: &Issue) -> bool {
        match (self.revision, self.supplement) {
            (None, None) => true,
            (revision, None) => !issue.is_supplement() && revision == Some(issue.revision),
            (_, supplement) => issue.is_supplement() && supplement == Some(issue.supplement),
        }
    }
}

/// Approves the numbered copies of issues. `hash` is the hash of the register as the person saw it, or its first
/// digits.
///
/// # Errors
/// When the person does not have the role or built the issue, nothing waits for approval, or the register is not the
/// one that the person saw.
pub async fn approve(
    context: &Context,
    period: Period,
    collections: &[CollectionId],
    choice: IssueChoice,
    hash: Option<&str>,
    reason: &str,
) -> Result<Vec<Approval>, Failure> {
    context.second_person(Right::Approve).await?;
    let reason = permissions::reason(reason)?;
    let quarter = requirements::quarter(period)?;
    let due: Vec<Issue> = build::chosen(context, period, collections)?
        .iter()
        .map(|due| Issue::first(due.term.id.clone(), due.period))
        .collect();
    let takes = |issue: &Issue| due.iter().any(|due| due.is_beside(issue)) && choice.takes(issue);
    let known = issues(&report::events_of(context, quarter).await?);
    let touched = known.into_keys().filter(takes).map(Piece::Stamp);
    claiming(context, touched, async |claimed| {
        let events = report::events_of(context, quarter).await?;
        let (records, issues) = (parcels(&events), issues(&events));
        let mut approvals = Vec::new();
        // An issue that was made meanwhile has a register that nobody saw.
        for issue in issues.keys().filter(|issue| claimed.holds(&Piece::Stamp((*issue).clone()))) {
            let ours: Vec<&ParcelRecord> = of_issue(issue, &records).collect();
            let register = register_hash(ours.iter().copied());
            let waits = ours.iter().any(|r| r.to_send().next().is_some());
            if !waits || approved(issue, &events) == Some(register) {
                continue;
            }
            approvals.push(Approval {
                issue: issue.clone(),
                register,
                parcels: ours.len(),
                copies: ours.iter().map(|r| r.copies.len()).sum(),
            });
        }
        if approvals.is_empty() {
            return Err(Failure::usage(format!(
                "no copy of `{period}` waits for approval; copies are numbered by {}, or by {}",
                context.call.command("run").option("--period", period),
                context.call.command("send").option("--period", period).asked("--revision")
            )));
        }
        same_hash(&approvals, hash)?;
        for approval in &approvals {
            let built = issues.get(&approval.issue);
            let comment = built.and_then(|built| built.comment.as_ref());
            if comment.is_some_and(|mark| context.is_same_person(&Actor::named(&mark.account), &context.actor)) {
                return Err(Failure::usage(format!(
                    "the comment on `{}` is by `{}`: a second person has to approve it",
                    approval.issue, context.actor
                )));
            }
            let mut builders = built.into_iter().flat_map(|built| &built.builders);
            if builders.any(|author| context.is_same_person(author, &context.actor)) {
                return Err(Failure::usage(format!(
                    "`{}` was built by `{}`: a second person has to approve it",
                    approval.issue, context.actor
                )));
            }
        }
        let fact =
            |a: &Approval| Fact::Approved { issue: a.issue.clone(), register: a.register, reason: reason.clone() };
        context.record_holding(&[claimed], &approvals.iter().map(fact).collect::<Vec<_>>()).await?;
        Ok(approvals)
    })
    .await
}

fn same_hash(approvals: &[Approval], hash: Option<&str>) -> Result<(), Failure> {
    let Some(hash) = hash else { return Ok(()) };
    let [approval] = approvals else {
        return Err(Failure::usage(format!(
            "{} issues wait for approval, and one hash was given: name one with --collection and --revision",
            approvals.len()
        )));
    };
    if hash.len() >= 12 && approval.register.to_string().starts_with(hash) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "`{hash}` is not the register of `{}`, which is `{}`: look again at what is to go",
        approval.issue, approval.register
    )))
}
