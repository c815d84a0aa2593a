//! The journal of a hand-over, written into the ledger.

use std::sync::Arc;

use crate::{
    clock::Clock,
    distribute::{Attempt, Journal, JournalError, Outcome},
    domain::{Actor, Fact},
    ledger::{Claim, Ledger},
};

/// Writes each intent and outcome as a fact; asks the claim's fence before bytes leave.
pub struct LedgerJournal {
    pub ledger: Ledger,
    pub run: String,
    pub actor: Actor,
    pub clock: Clock,
    pub claim: Arc<Claim>,
}

impl LedgerJournal {
    async fn write(&self, fact: Fact) -> Result<(), JournalError> {
        self.ledger.append(&self.run, &self.actor, self.clock.now(), &[fact]).await?;
        Ok(())
    }
}

impl Journal for LedgerJournal {
    async fn intent(&self, attempt: &Attempt) -> Result<(), JournalError> {
        // The fence and the intent in one transaction: whoever lost the office writes nothing. Leases are about real
        // time, also when a person acts as of another day.
        let (now, at) = (Clock::System.now(), self.clock.now());
        let written =
            self.ledger.append_holding(&self.claim, now, &self.run, &self.actor, at, &[attempt.sending()]).await?;
        written.map(drop).ok_or_else(|| "another run has taken this ledger over".into())
    }

    async fn may_send(&self, _: &Attempt) -> Result<bool, JournalError> {
        Ok(self.ledger.still_holds(&self.claim, Clock::System.now()).await?)
    }

    async fn outcome(&self, attempt: &Attempt, outcome: &Outcome) -> Result<(), JournalError> {
        self.write(attempt.ended(outcome)).await
    }
}

/// The journal of a dry run: nothing leaves the house, so nothing is recorded.
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
