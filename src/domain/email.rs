//! Addresses of electronic mail. In: a text. Out: an address that is safe in an envelope and in a header. This module
//! does not know whether a mailbox exists.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, Serializer};

use super::NameError;

/// A mailbox: `office@example.kz`. It prints masked; [`EmailAddress::as_str`] is the whole address.
///
/// The domain is ASCII, so a look-alike letter shows as `xn--…`. The part before `@` may contain letters of any script
/// (RFC 6531).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct EmailAddress {
    text: String,
    at: usize,
}

const RULE: &str =
    "write `name@domain` with the domain in ASCII (`xn--…` for other letters), without blanks and quotes";
/// The most bytes before the `@`, and of the whole address (RFC 5321, 4.5.3.1).
const LOCAL_LIMIT: usize = 64;
const ADDRESS_LIMIT: usize = 254;

impl EmailAddress {
    /// The address, for an envelope or a header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// The domain, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// Whether the address is in a domain or below it.
    #[must_use]
    pub fn is_within(&self, domain: &str) -> bool {
        self.domain().strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Whether the domain could be taken for another one at a glance: letters that look alike (`0` and `o`, `rn` and
    /// `m`), one letter more or less, or letters of another script (`xn--…`).
    #[must_use]
    pub fn looks_like(&self, domain: &str) -> bool {
        if self.is_within(domain) {
            return false;
        }
        let (ours, theirs) = (at_a_glance(self.domain()), at_a_glance(domain));
        let other_script = self.domain().split('.').any(|label| label.starts_with("xn--"));
        other_script
            || ours == theirs
            || ours.ends_with(&format!(".{theirs}"))
            || strsim::damerau_levenshtein(&ours, &theirs) <= 1
    }

    /// The address as a log may show it: its first letter and its domain.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = self.text.chars().next().unwrap_or_default();
        format!("{first}…@{}", self.domain())
    }
}

/// A domain in which letters that look alike are equal.
fn at_a_glance(domain: &str) -> String {
    let single: String = domain
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            '5' => 's',
            c => c,
        })
        .collect();
    single.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

impl FromStr for EmailAddress {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let parts = text.split_once('@').filter(|(local, domain)| is_local(local) && is_domain(domain));
        match parts {
            Some((local, domain)) if text.len() <= ADDRESS_LIMIT => {
                Ok(Self { text: format!("{local}@{}", domain.to_ascii_lowercase()), at: local.len() })
            }
            _ => Err(NameError { text: text.chars().take(80).collect(), kind: "an e-mail address", rule: RULE }),
        }
    }
}

fn is_local(text: &str) -> bool {
    let is_atom = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    (1..=LOCAL_LIMIT).contains(&text.len())
        && text.chars().all(is_atom)
        && !text.starts_with('.')
        && !text.ends_with('.')
        && !text.contains("..")
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (text == "localhost" || text.contains('.')) && text.split('.').all(is_label)
}

impl TryFrom<String> for EmailAddress {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

/// The whole address: the ledger has to say where a copy went. Logs get the masked one, through `Display` and `Debug`.
impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.masked())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_masked() {
        let address: EmailAddress = "office.one@Test.Invalid".parse().unwrap();
        assert_eq!(address.as_str(), "office.one@test.invalid");
        assert_eq!((address.local(), address.domain()), ("office.one", "test.invalid"));
        assert_eq!(format!("{address} {address:?}"), "o…@test.invalid o…@test.invalid");
        assert!("әділет@test.invalid".parse::<EmailAddress>().is_ok());
        // The ledger keeps the whole address.
        let kept = serde_json::to_string(&address).unwrap();
        assert_eq!(kept, "\"office.one@test.invalid\"");
        assert_eq!(serde_json::from_str::<EmailAddress>(&kept).unwrap(), address);
    }

    #[test]
    fn a_domain_that_only_looks_alike_is_another() {
        let address = |domain: &str| format!("office@{domain}").parse::<EmailAddress>().unwrap();
        for inside in ["prokuror.kz", "mail.prokuror.kz"] {
            assert!(address(inside).is_within("prokuror.kz") && !address(inside).looks_like("prokuror.kz"), "{inside}");
        }
        for alike in ["pr0kuror.kz", "prokur0r.kz", "prokurror.kz", "prokuror-.kz", "pokuror.kz", "xn--prkuror-3fg.kz"]
        {
            let Ok(address) = format!("office@{alike}").parse::<EmailAddress>() else { continue };
            assert!(!address.is_within("prokuror.kz") && address.looks_like("prokuror.kz"), "{alike}");
        }
        assert!(address("governrnent.kz").looks_like("government.kz"));
        for other in ["example.org", "notprokuror.kz.example.org", "evilprokuror.kz"] {
            assert!(!address(other).is_within("prokuror.kz"), "{other}");
        }
        assert!(!address("example.org").looks_like("prokuror.kz"));
    }

    #[test]
    fn nothing_that_could_become_another_header_is_an_address() {
        for wrong in [
            "",
            "a",
            "@test.invalid",
            "a@",
            "a@b@test.invalid",
            "a@test",
            "a b@test.invalid",
            "a@test.invalid\r\nBcc: x@y.z",
            "a\n@test.invalid",
            "<a@test.invalid>",
            "\"a b\"@test.invalid",
            "a@[127.0.0.1]",
            ".a@test.invalid",
            "a..b@test.invalid",
            "a@-test.invalid",
            "a@test..invalid",
            "office@prоkuror.kz",
        ] {
            assert!(wrong.parse::<EmailAddress>().is_err(), "{wrong}");
        }
        assert!(format!("{}@test.invalid", "a".repeat(65)).parse::<EmailAddress>().is_err());
    }
}
