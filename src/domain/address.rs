//! Mail addresses. They are not for logs: printing one shows only enough to recognise it.

use std::{fmt, str::FromStr};

use super::NameError;

/// A mail address that was checked once. Prints masked, `s…@mia.example.org`; [`EmailAddress::as_str`] gives all of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The whole address: for the envelope and the header of a mail, never for a log.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the at sign.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for EmailAddress {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if is_address(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(NameError {
            text: text.into(),
            kind: "a mail address",
            rule: "write `name@domain` in latin letters, without blanks, brackets or a display name",
        })
    }
}

/// A dot-atom on both sides (RFC 5321, section 4.1.2, without quoted names and address literals).
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&c);
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
        && domain.split('.').all(label)
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…@{}", &self.0[..1], self.domain())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_prints_masked() {
        let address: EmailAddress = "statistics@mia.example.org".parse().unwrap();
        assert_eq!(format!("{address} {address:?}"), "s…@mia.example.org `s…@mia.example.org`");
        assert_eq!(address.as_str(), "statistics@mia.example.org");
    }

    #[test]
    fn what_could_break_a_header_or_an_envelope_is_refused() {
        for wrong in [
            "",
            "mia",
            "@x.org",
            "a@",
            "a b@x.org",
            "a@x.org\r\nBcc: b@x.org",
            "<a@x.org>",
            "A <a@x.org>",
            "a@x.org,b@x.org",
            "a..b@x.org",
            "a@-x.org",
            "a@x..org",
            "имя@x.org",
            "a@[127.0.0.1]",
            "\"a b\"@x.org",
        ] {
            assert!(wrong.parse::<EmailAddress>().is_err(), "{wrong}");
        }
        assert!("gp@localhost".parse::<EmailAddress>().is_ok());
    }
}
