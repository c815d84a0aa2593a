//! What people decide. Each act is one file and one function: it takes what the person says and why, looks whether the
//! person may and whether it fits how things stand, and writes a fact with actor and reason. Out: a report for the edges.
//!
//! - [`accept()`]: a held document passes · [`overrule()`]: a finding no longer holds a collection back
//! - [`correct()`]: a figure is another · [`rebuild()`]: a candidate for a later revision
//! - [`approve()`]: a second person lets an issue go · [`settle()`]: what became of an uncertain parcel
//! - [`resend()`]: a parcel goes again, as it was · [`readdress()`]: what waits for an ended organ goes to its successor
//! - [`close()`]: the register of a period is full · [`reconcile()`]: what was handed over and the ledger does not know
//! - [`held()`]: the documents that wait · [`reject()`]: a held document is put away
//! - [`withdraw()`]: an act is taken back · [`reopen()`]: a closed period is open again
//!
//! No act guesses: a wrong state is told with what to do instead, and nothing is written then.

mod accept;
mod approve;
mod close;
mod correct;
mod held;
mod overrule;
mod readdress;
mod rebuild;
mod reconcile;
mod reject;
mod resend;
mod settle;
mod withdraw;

pub use accept::{AcceptReport, AcceptScope, AcceptedDataset, accept};
pub use approve::{Approval, IssueChoice, approve};
pub use close::{CloseReport, close};
pub use correct::{CorrectReport, CorrectedCell, correct};
pub use held::{HeldDocument, HeldScope, Subject, Witness, held};
pub use overrule::{OverruleReport, overrule};
pub use readdress::{ReaddressScope, Readdressing, readdress};
pub use rebuild::{Candidate, ChangedCell, RebuildReport, WouldGet, rebuild};
pub use reconcile::{Reconciliation, reconcile};
pub use reject::{RejectReport, reject};
pub use resend::{ResendReport, ResendScope, resend};
pub use settle::{Settlement, settle};
pub use withdraw::{ActKind, PastAct, WithdrawScope, acts_in_force, reopen, withdraw};

use std::future::Future;

use crate::{Context, Failure, context::run_lock::Alone};

/// Does what nobody else may do at the same time.
async fn alone<T>(context: &Context, act: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let alone = Alone::claim(context).await?;
    let done = act.await;
    alone.release().await?;
    done
}
