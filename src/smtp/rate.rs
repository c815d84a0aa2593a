//! A limit of mails in a minute. A mail server takes only so many from one sender, and answers 450 to the rest.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Spaces mails evenly, so that no minute has more of them than allowed.
#[derive(Debug)]
pub struct Rate {
    apart: Duration,
    /// When the next mail may be sent.
    next: Mutex<Option<Instant>>,
}

impl Rate {
    /// A limit of so many mails in a minute; with `None` nothing waits.
    #[must_use]
    pub fn new(mails_a_minute: Option<u32>) -> Self {
        let apart = mails_a_minute.map_or(Duration::ZERO, |count| Duration::from_mins(1) / count.max(1));
        Self { apart, next: Mutex::default() }
    }

    /// Waits until the next mail may be sent.
    pub async fn wait(&self) {
        let pause = self.turn(Instant::now());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes the next turn, and returns how long to wait for it.
    fn turn(&self, now: Instant) -> Duration {
        if self.apart.is_zero() {
            return Duration::ZERO;
        }
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.apart);
        turn - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_mails_than_it_may() {
        let rate = Rate::new(Some(30));
        let begin = Instant::now();
        // Four connections. Each mail takes up to three seconds, and for a while none comes.
        let mut comes = [begin; 4];
        let mut turns = Vec::new();
        for mail in 0..200_u64 {
            let who = (mail % 4) as usize;
            let idle = if mail == 120 { 90_000 } else { 0 };
            let at = comes[who] + Duration::from_millis(mail * 37 % 3000 + idle);
            let turn = at + rate.turn(at);
            comes[who] = turn;
            turns.push(turn);
        }
        turns.sort();
        for window in turns.windows(31) {
            assert!(window[30] - window[0] >= Duration::from_mins(1), "{:?}", window[30] - window[0]);
        }
        let all = *turns.last().unwrap() - turns[0];
        assert!(all < Duration::from_mins(10), "it does not idle without need: {all:?}");
    }

    #[test]
    fn without_a_limit_nobody_waits() {
        let rate = Rate::new(None);
        let now = Instant::now();
        assert!((0..1000).all(|_| rate.turn(now).is_zero()));
    }
}
