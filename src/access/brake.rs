//! The brake on guesses. In: how often it failed before, by account and network. Out: how long an answer is kept back, or
//! until when no further try is taken. This module does not know who tried, nor where the numbers are kept.
//!
//! Tries are counted for three things: an account from one network, an account from all networks, and a network. Only the
//! first can be refused; the other two only make the answer late. So whoever guesses the password of another cannot lock
//! that person out: from their own network they still sign in, a few seconds later.

use chrono::{DateTime, TimeDelta, Utc};

/// How often something failed, and when it did last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub failures: u32,
    pub last: DateTime<Utc>,
}

/// What a try has to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brake {
    /// It is taken, and answered so much later.
    Answer { after: TimeDelta },
    /// It is not looked at before this instant.
    Refuse { until: DateTime<Utc> },
}

/// From how many failures on the brake works, and how far it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrakeSteps {
    /// Failures that cost nothing.
    pub free: u32,
    /// The wait after the first failure that costs; each further one doubles it.
    pub first: TimeDelta,
    pub longest: TimeDelta,
}

impl BrakeSteps {
    /// One account from one network: 5 tries are free, then 10 s, 20 s … up to 15 minutes are refused.
    pub const PAIR: Self = Self { free: 5, first: TimeDelta::seconds(10), longest: TimeDelta::minutes(15) };
    /// One account from everywhere: 10 tries are free, then answers are late, by up to 4 s.
    pub const ACCOUNT: Self = Self { free: 10, first: TimeDelta::milliseconds(500), longest: TimeDelta::seconds(4) };
    /// One network with all accounts: 20 tries are free, then answers are late, by up to 4 s.
    pub const NETWORK: Self = Self { free: 20, first: TimeDelta::milliseconds(500), longest: TimeDelta::seconds(4) };
    /// After so long without a failure the count begins anew.
    pub const FORGET: TimeDelta = TimeDelta::hours(1);

    /// The wait after so many failures.
    #[must_use]
    pub fn wait(&self, failures: u32) -> TimeDelta {
        let Some(beyond) = failures.checked_sub(self.free + 1) else { return TimeDelta::zero() };
        // Twelve doublings of any first wait are beyond any longest one.
        self.first.checked_mul(1 << beyond.min(12)).map_or(self.longest, |wait| wait.min(self.longest))
    }

    /// Whether the brake becomes stronger with this failure, so that the journal gets an entry. It gets few: one at the
    /// first failure that costs, and one each time that their number has doubled.
    #[must_use]
    pub fn tightens(&self, failures: u32) -> bool {
        failures.checked_sub(self.free).is_some_and(u32::is_power_of_two)
    }
}

impl Brake {
    /// What a try has to wait for. The numbers are those of failures before it; `None`: there were none within
    /// [`BrakeSteps::FORGET`].
    #[must_use]
    pub fn on(pair: Option<Counted>, account: Option<Counted>, network: Option<Counted>, now: DateTime<Utc>) -> Self {
        if let Some(pair) = pair {
            let until = pair.last + BrakeSteps::PAIR.wait(pair.failures);
            // A clock that was set back must not keep a person out for longer than the longest wait.
            if now < until && pair.last <= now {
                return Self::Refuse { until };
            }
        }
        let failures = |counted: Option<Counted>| counted.map_or(0, |counted| counted.failures);
        let by_account = BrakeSteps::ACCOUNT.wait(failures(account));
        Self::Answer { after: by_account.max(BrakeSteps::NETWORK.wait(failures(network))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn failed(failures: u32) -> Counted {
        Counted { failures, last: at(1000) }
    }

    #[test]
    fn five_tries_are_free_and_each_further_one_doubles_the_wait() {
        let after = |failures| Brake::on(Some(failed(failures)), None, None, at(1000));
        assert_eq!(after(5), Brake::Answer { after: TimeDelta::zero() });
        assert_eq!(after(6), Brake::Refuse { until: at(1010) });
        assert_eq!(after(7), Brake::Refuse { until: at(1020) });
        assert_eq!(after(12), Brake::Refuse { until: at(1640) });
        assert_eq!(after(13), Brake::Refuse { until: at(1900) });
        assert_eq!(after(u32::MAX), Brake::Refuse { until: at(1900) });
        assert_eq!(Brake::on(Some(failed(6)), None, None, at(1010)), Brake::Answer { after: TimeDelta::zero() });
    }

    #[test]
    fn nobody_is_locked_out_by_what_others_do() {
        // Ten thousand wrong passwords of this account elsewhere, and of other accounts here.
        let own = Brake::on(None, Some(failed(10_000)), Some(failed(10_000)), at(1000));
        assert_eq!(own, Brake::Answer { after: TimeDelta::seconds(4) });
        assert_eq!(
            Brake::on(None, Some(failed(11)), None, at(1000)),
            Brake::Answer { after: TimeDelta::milliseconds(500) }
        );
        assert_eq!(Brake::on(None, None, None, at(1000)), Brake::Answer { after: TimeDelta::zero() });
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        assert_eq!(Brake::on(Some(failed(20)), None, None, at(500)), Brake::Answer { after: TimeDelta::zero() });
    }

    #[test]
    fn the_journal_gets_few_entries() {
        let entries: Vec<u32> = (0..100).filter(|failures| BrakeSteps::PAIR.tightens(*failures)).collect();
        assert_eq!(entries, [6, 7, 9, 13, 21, 37, 69]);
    }
}
