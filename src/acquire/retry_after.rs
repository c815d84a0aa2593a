//! The pause that a source requests (RFC 9110, 10.2.3).
//!
//! In come the headers of an answer; out comes a duration. This module does not know the clock.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// The longest pause that is understood: a year. A document waits for the next run after a much shorter one.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// The requested pause: in seconds, or as a time. A time is compared with the answer's own `Date`, so our clock is not
/// needed, and a wrong clock does no harm.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim);
    let wait = text(RETRY_AFTER)?;
    if !wait.is_empty() && wait.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that is too large to be read is longer than the longest pause too.
        let seconds = wait.parse().map_or(LONGEST, Duration::from_secs);
        return Some(seconds.min(LONGEST));
    }
    let until = DateTime::parse_from_rfc2822(wait).ok()?;
    let now = DateTime::parse_from_rfc2822(text(DATE)?).ok()?;
    Some((until - now).to_std().unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wait: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Fri, 04 Jul 2025 09:00:00 GMT".parse().unwrap());
        headers.insert(RETRY_AFTER, wait.parse().unwrap());
        retry_after(&headers)
    }

    #[test]
    fn seconds_and_moments_are_understood() {
        assert_eq!(of("7"), Some(Duration::from_secs(7)));
        assert_eq!(of("Fri, 04 Jul 2025 09:02:00 GMT"), Some(Duration::from_mins(2)));
        assert_eq!(of("Fri, 04 Jul 2025 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(of("soon"), None);
        assert_eq!(of("-1"), None);
        assert_eq!(of(""), None);
        for endless in ["18446744073709551615", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(of(endless), Some(LONGEST), "{endless}");
        }
    }
}
