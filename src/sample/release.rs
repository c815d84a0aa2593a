//! When documents appear.
//!
//! In come a form, a period and a seed; out comes a time. This module does not know the clock.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{Offer, chance::Chance};
use domain::Period;

/// How many days after its due day a late form appears.
const LATE: u64 = 6;

/// The time at which documents appear. 03:30 UTC is in the morning in Kazakhstan, whatever its time zone is in that
/// year.
const MORNING: TimeDelta = TimeDelta::minutes(3 * 60 + 30);

/// The time from which the documents of a form for a period are available: one to three days before the due day, but
/// never before the period has ended.
pub(super) fn released(offer: &Offer, period: Period, seed: u64, is_late: bool) -> DateTime<Utc> {
    let chance = Chance::seeded(seed).word("release").word(offer.form.as_str()).word(&period.to_string());
    let due = u64::from(offer.day.max(1)) - 1;
    let days = if is_late { due + LATE } else { due.saturating_sub(1 + chance.below(3) as u64) };
    let day = period.day_after().checked_add_days(Days::new(days)).unwrap_or_else(|| period.day_after());
    let minutes = TimeDelta::minutes(chance.number(1).below(120) as i64);
    day.and_time(chrono::NaiveTime::MIN).and_utc() + MORNING + minutes
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Periodicity, Titles};

    #[test]
    fn a_form_is_there_some_days_before_it_is_due_and_a_late_one_some_days_after() {
        for seed in 0..50 {
            let offer = Offer {
                form: "1-ad".parse().unwrap(),
                titles: Titles::default(),
                code: "1ad".into(),
                periodicity: Periodicity::Quarter,
                day: 20,
                index: None,
                by_agency: false,
            };
            let period = "2025-Q2".parse().unwrap();
            let day = |late| released(&offer, period, seed, late).date_naive().to_string();
            assert!(("2025-07-17".."2025-07-20").contains(&day(false).as_str()), "{}", day(false));
            assert_eq!(day(true), "2025-07-26");
        }
    }
}
