//! The journal of a hand-over: written into the ledger and, a second time, outside it. An outcome that the ledger does
//! not take is kept ([`Unrecorded`]).
//!
//! In: attempts and their outcomes. Out: facts. Unknown here: transports.

use std::sync::Arc;

use crate::{
    chain,
    context::{Sendings, Unrecorded},
};
use clock::Clock;
use distribute::{Attempt, Journal, JournalError, Outcome};
use domain::{Actor, Fact, ParcelId, Piece, Witnessed};
use ledger::{Ledger, PieceClaims, RunClaim};

/// Why nothing may be written about a parcel.
const TAKEN_OVER: &str = "another program has taken this parcel over";

/// Writes each intent and outcome as a fact, first into the ledger, then into the journal of sendings. Checks the fence
/// of the claim before bytes leave.
pub struct LedgerJournal {
    pub ledger: Ledger,
    pub run: String,
    pub actor: Actor,
    pub clock: Clock,
    pub claims: Arc<PieceClaims>,
    pub sendings: Sendings,
    pub unrecorded: Unrecorded,
}

impl LedgerJournal {
    async fn write(&self, fact: Fact) -> Result<(), JournalError> {
        let appended = self.ledger.append(&self.run, &self.actor, self.clock.now(), std::slice::from_ref(&fact)).await;
        if let Err(error) = appended {
            let written = self.witnessed(fact);
            let unrecorded = self.unrecorded.clone();
            let kept = tokio::task::spawn_blocking(move || unrecorded.keep(&written)).await?;
            if let Err(failure) = kept {
                tracing::warn!(error = %chain(&failure), "an outcome that the ledger did not take is in no file");
            }
            return Err(error.into());
        }
        // The ledger has the fact, and the journal of sendings is brought up to date before the next sending.
        if let Err(error) = self.witness(fact).await {
            tracing::warn!(%error, "an outcome is in the ledger only");
        }
        Ok(())
    }

    /// Writes a fact outside the ledger too.
    async fn witness(&self, fact: Fact) -> Result<(), JournalError> {
        let written = self.witnessed(fact);
        let sendings = self.sendings.clone();
        let noted = tokio::task::spawn_blocking(move || sendings.note(&[written])).await?;
        noted.map_err(|failure| chain(&failure).into())
    }

    /// The claim on a parcel, without which nothing of it is sent.
    fn claim(&self, parcel: &ParcelId) -> Result<RunClaim, JournalError> {
        self.claims.of(&Piece::Hand(parcel.clone())).ok_or_else(|| TAKEN_OVER.into())
    }

    fn witnessed(&self, fact: Fact) -> Witnessed {
        Witnessed { at: self.clock.now(), run: self.run.clone(), actor: self.actor.clone(), fact }
    }
}

impl Journal for LedgerJournal {
    async fn intent(&self, attempt: &Attempt) -> Result<(), JournalError> {
        // The fence and the intent are one transaction: a program that lost the parcel writes nothing. Leases use the real
        // time, even when a person acts as of another day.
        let (now, at) = (Clock::System.now(), self.clock.now());
        let claim = self.claim(&attempt.parcel)?;
        let facts = [attempt.sending()];
        let written = self.ledger.append_holding(&claim, now, &self.run, &self.actor, at, &facts).await?;
        written.map(drop).ok_or_else(|| TAKEN_OVER.into())
    }

    async fn may_send(&self, attempt: &Attempt) -> Result<bool, JournalError> {
        // Not before the ledger has it: a witness that contains more than the ledger stops every sending.
        self.witness(attempt.sending()).await?;
        Ok(self.ledger.still_holds(&self.claim(&attempt.parcel)?, Clock::System.now()).await?)
    }

    async fn outcome(&self, attempt: &Attempt, outcome: &Outcome) -> Result<(), JournalError> {
        self.write(attempt.ended(outcome)).await
    }
}

/// The journal of a dry run: nothing is sent, so nothing is recorded.
pub struct DryRun;

impl Journal for DryRun {
    async fn intent(&self, _: &Attempt) -> Result<(), JournalError> {
        Ok(())
    }

    async fn may_send(&self, _: &Attempt) -> Result<bool, JournalError> {
        Ok(true)
    }

    async fn outcome(&self, _: &Attempt, _: &Outcome) -> Result<(), JournalError> {
        Ok(())
    }
}
