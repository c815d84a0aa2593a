//! People and the console: who asks for access, who grants and ends it, how a person proves who they are.
//!
//! Each act is one function. In: the person who acts, the account that it is about, and a reason. The act asks for the right,
//! looks at the journal, and writes its fact, and what changes of sessions and secrets, in one transaction. Out: a report.
//!
//! - [`ask_access()`], [`grant_access()`], [`refuse_access()`], [`block_access()`]: from the application to the block
//! - [`invite()`], [`begin_enrolment()`], [`enrol()`]: a link for 24 hours, with which a person sets password and second factor
//! - [`sign_in()`], [`session_of()`], [`sign_out()`], [`end_sessions()`], [`change_password()`]
//! - [`agreement()`], [`sign_agreement()`]: the text that each person signs at the first entry
//! - [`people()`], [`sessions()`]: who may do what, and who is signed in
//! - [`sign_review()`], [`plan_work()`], [`note_download()`]: what else the journal of the console needs
//!
//! The person who acts is given, and is not that of the context: the console has one context for all who sign in. Nobody grants
//! anything to themselves, administrators are never approvers, and the last administrator cannot be blocked.
//!
//! Unknown here: browsers, cookies, pages.

mod agreement;
mod apply;
mod deciding;
mod enrol;
mod grant;
mod invite;
mod key;
mod list;
mod notes;
mod session;
mod sign_in;

pub use agreement::{AgreementText, agreement, sign_agreement};
pub use apply::{AccessApplication, applications, ask_access};
pub use enrol::{EnrolTry, Enrolled, Enrolment, begin_enrolment, change_password, enrol};
pub use grant::{AccessChanged, GrantAccess, block_access, grant_access, refuse_access};
pub use invite::{InviteLink, invite};
pub use key::{console_faults, console_key, forget_networks, session_rules};
pub use list::{PersonLine, SessionLine, people, sessions};
pub use notes::{PlannedWork, ReviewState, note_download, plan_work, planned_works, review_state, sign_review};
pub use session::{SignedPerson, end_sessions, session_of, sign_out};
pub use sign_in::{SignInEnd, SignInTry, sign_in};
