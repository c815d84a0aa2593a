//! The decisions of people.
//!
//! Each act is one file and one function. In: what the person says, and why. The act checks that the person may do
//! this, and that it fits the present state; then it writes a fact with actor and reason. Out: a report for the edges.
//!
//! - [`accept()`]: let a held document pass · [`overrule()`]: let the error findings of a rule pass
//! - [`correct()`]: correct a figure · [`rebuild()`]: make a candidate for a later revision
//! - [`approve()`]: let an issue go, as a second person · [`settle()`]: say what became of an uncertain parcel
//! - [`resend()`]: hand a parcel over again · [`readdress()`]: move what waits for an ended organ to its successor
//! - [`close()`]: close a period with a full register · [`reconcile()`]: take in copies that the ledger lacks, or say
//!   that it lacks none
//! - [`held()`]: list the documents that wait · [`reject()`]: put a held document away
//! - [`withdraw()`]: take an act back · [`reopen()`]: open a closed period again
//!
//! Beside them, [`follow_up()`]: what brings changed figures to the organs.
//!
//! No act guesses. In a wrong state the error says what to do instead, and nothing is written.

mod accept;
mod approve;
mod close;
mod correct;
mod follow_up;
mod held;
mod overrule;
mod readdress;
mod rebuild;
mod reconcile;
mod reject;
mod resend;
mod settle;
mod settle_proved;
mod withdraw;

pub use accept::{AcceptReport, AcceptScope, AcceptedDataset, accept};
pub use approve::{Approval, IssueChoice, approve};
pub use close::{CloseReport, OwedSupplement, close};
pub use correct::{CorrectReport, CorrectedCell, correct};
pub use follow_up::{FollowUp, follow_up};
pub use held::{HeldDocument, HeldScope, Subject, Witness, held};
pub use overrule::{OverruleReport, overrule};
pub use readdress::{ReaddressScope, Readdressing, readdress};
pub use rebuild::{Candidate, ChangedCell, RebuildReport, WouldGet, rebuild};
pub use reconcile::{ReconcileDecision, Reconciliation, reconcile};
pub use reject::{RejectReport, reject};
pub use resend::{ResendReport, ResendScope, resend};
pub use settle::{Settlement, settle, unknown as unknown_parcel};
pub use settle_proved::{ProvedReport, settle_proved};
pub use withdraw::{ActKind, PastAct, WithdrawScope, acts_in_force, reopen, withdraw};
