//! The table `[alerts]` of zhinaq.toml. In: the table as a person writes it. Out: [`AlertSettings`] and faults. This
//! module does not know what an alert contains.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::reader::Reader;

/// Who is alerted besides the office's own address, and when a disk counts as nearly full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSettings {
    /// A program and its arguments. It gets each alert as JSON on its standard input.
    pub command: Vec<String>,
    /// An address that gets each alert as JSON, by POST.
    pub webhook: Option<String>,
    /// The time limit of the command and of the webhook.
    pub limit: Duration,
    /// With less free space on the disk of the output, a person is warned.
    pub free_bytes: u64,
}

impl Default for AlertSettings {
    fn default() -> Self {
        // A half-year of the sample office takes 121 MB.
        Self { command: Vec::new(), webhook: None, limit: Duration::from_secs(10), free_bytes: 500_000_000 }
    }
}

/// The longest time that an alert may take, in seconds: the scheduler waits for it.
const LONGEST: u64 = 300;
/// The most words of the command, and the most bytes of one of them.
const WORDS: usize = 32;
const WORD: usize = 4_096;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAlerts {
    command: Option<Spanned<Vec<String>>>,
    webhook: Option<Spanned<String>>,
    limit_seconds: Option<Spanned<u64>>,
    free_bytes: Option<u64>,
}

/// Reads the table; without it, alerts go to the office's own address only.
pub(super) fn read(reader: &mut Reader<'_>) -> AlertSettings {
    let mut meant = AlertSettings::default();
    let Some(written) = reader.maybe::<WrittenAlerts>("alerts") else { return meant };
    if let Some(command) = written.command {
        let words = command.get_ref();
        if words.first().is_none_or(|program| program.trim().is_empty()) {
            reader
                .fault(&command.span(), "write the program and its arguments: `[\"/usr/local/bin/page\", \"zhinaq\"]`");
        } else if words.len() > WORDS || words.iter().any(|word| word.len() > WORD || word.contains('\0')) {
            let message = format!("a command has at most {WORDS} words of at most {WORD} bytes");
            reader.fault(&command.span(), message);
        } else {
            meant.command = command.into_inner();
        }
    }
    if let Some(webhook) = written.webhook {
        match unsafe_address(webhook.get_ref()) {
            Some(message) => reader.fault(&webhook.span(), message),
            None => meant.webhook = Some(webhook.into_inner()),
        }
    }
    if let Some(seconds) = written.limit_seconds {
        if (1..=LONGEST).contains(seconds.get_ref()) {
            meant.limit = Duration::from_secs(seconds.into_inner());
        } else {
            reader.fault(&seconds.span(), format!("write 1 to {LONGEST} seconds"));
        }
    }
    meant.free_bytes = written.free_bytes.unwrap_or(meant.free_bytes);
    meant
}

/// Why the address of a webhook is unsafe; `None` if it is safe. Alerts contain names of organs and parcels.
fn unsafe_address(text: &str) -> Option<&'static str> {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("a user or a password does not belong into the address of a webhook");
    }
    let host = authority
        .strip_prefix('[')
        .and_then(|v6| v6.split(']').next())
        .unwrap_or_else(|| authority.split(':').next().unwrap_or_default());
    match scheme {
        _ if host.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) => {
            Some("a webhook is an address such as `https://alerts.example.org/zhinaq`")
        }
        "https" => None,
        "http" if ["localhost", "127.0.0.1", "::1"].contains(&host) => None,
        "http" => Some("a webhook without encryption is only allowed on this machine; write `https://`"),
        _ => Some("a webhook is an address such as `https://alerts.example.org/zhinaq`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(table: &str) -> (AlertSettings, Vec<String>) {
        let text = format!("[alerts]\n{table}");
        let mut reader = Reader::open("zhinaq.toml", &text);
        let meant = read(&mut reader);
        (meant, reader.close().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_alert_goes_to_a_command_and_a_webhook() {
        let (meant, faults) =
            of("command = [\"page\", \"-x\"]\nwebhook = \"http://127.0.0.1:8080/a\"\nlimit_seconds = 3\n");
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!((meant.command.len(), meant.limit.as_secs()), (2, 3));
        assert_eq!(meant.webhook.as_deref(), Some("http://127.0.0.1:8080/a"));
        assert_eq!(of("").0, AlertSettings::default());
    }

    #[test]
    fn what_an_alert_cannot_go_to_is_refused() {
        for (table, wanted) in [
            ("command = []", "write the program"),
            ("command = [\"\"]", "write the program"),
            ("webhook = \"http://alerts.example.org/\"", "only allowed on this machine"),
            ("webhook = \"http://127.0.0.1.example.org/\"", "only allowed on this machine"),
            ("webhook = \"https://user:word@alerts.example.org/\"", "a user or a password"),
            ("webhook = \"alerts.example.org\"", "is an address such as"),
            ("webhook = \"https://\"", "is an address such as"),
            ("limit_seconds = 0", "write 1 to 300 seconds"),
            ("limit_seconds = 301", "write 1 to 300 seconds"),
            ("comand = []", "did you mean `command`?"),
        ] {
            let faults = of(table).1;
            assert!(faults.len() == 1 && faults[0].contains(wanted), "{table}: {faults:?}");
        }
    }
}
