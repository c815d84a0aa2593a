//! Cron expressions. In: a text as a person writes it. Out: a schedule, or why the text is refused. Weekdays as numbers
//! are refused, because programs count them differently. This module does not know the time.

use std::str::FromStr as _;

use cron::Schedule;

/// Reads a cron expression: seconds, minutes, hours, day of month, month, day of week, and optionally a year.
///
/// # Errors
/// Why the text is not a cron expression. Weekdays have to be words. Numbers count from Sunday = 1 in this dialect, and
/// from Sunday = 0 in the one that most people know, so `1-5` would silently mean Sunday to Thursday.
pub fn parse_cron(text: &str) -> Result<Schedule, String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let wrong = |why: &str| {
        format!(
            "`{text}` is not a cron expression: {why}; write seconds, minutes, hours, day, month and weekday, such as `0 */15 9-18 * * Mon-Fri`"
        )
    };
    if !matches!(fields.len(), 6 | 7) {
        return Err(wrong(&format!("it has {} fields instead of 6 or 7", fields.len())));
    }
    // A step (`*/2`) also has a number, but nobody reads it as a day.
    let days = fields[5].split(',').filter_map(|part| part.split('/').next());
    if days.flat_map(|part| part.split('-')).any(|day| day.bytes().any(|b| b.is_ascii_digit())) {
        return Err(wrong("weekdays are written as words here"));
    }
    if fields[0].parse::<u8>().is_err() {
        return Err(wrong("its seconds are not one number, and a source is not asked more often than once a minute"));
    }
    Schedule::from_str(text).map_err(|error| wrong(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_traps_of_the_dialect_are_closed() {
        assert!(parse_cron("0 */30 7-21 * * *").is_ok());
        assert!(parse_cron("0 0 9 * * Mon-Fri").is_ok());
        for wrong in [
            "*/30 7-21 * * *",
            "0 0 9 * * 1-5",
            "0 0 9 * * 0",
            "0 0 25 * * *",
            "",
            "daily",
            "* * * * * *",
            "*/5 0 9 * * *",
            "0,30 0 9 * * *",
        ] {
            assert!(parse_cron(wrong).is_err(), "{wrong}");
        }
        assert!(parse_cron("0 0 9 * * 1-5").unwrap_err().contains("weekdays are written as words"));
    }
}
