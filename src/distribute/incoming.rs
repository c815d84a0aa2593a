//! A mail that somebody sent to the office, as a person reads it. In: its bytes. Out: sender, subject, text. This module
//! does not know what the mail is about.

use mail_parser::MessageParser;

/// The readable parts of a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct IncomingMail {
    pub name: Option<String>,
    pub address: Option<String>,
    pub subject: Option<String>,
    pub text: String,
}

impl IncomingMail {
    /// Reads a mail; `None` if it is not one, or has neither a sender nor a text.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(bytes)?;
        let sender = message.from().and_then(|from| from.first());
        let text = message.body_text(0).map(|text| text.trim().to_owned()).unwrap_or_default();
        let mail = Self {
            name: sender.and_then(|sender| sender.name()).map(ToOwned::to_owned),
            address: sender.and_then(|sender| sender.address()).map(ToOwned::to_owned),
            subject: message.subject().map(ToOwned::to_owned),
            text,
        };
        (mail.address.is_some() && !mail.text.is_empty()).then_some(mail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_has_its_sender_and_text_and_other_bytes_are_none() {
        let mail = IncomingMail::read(b"From: A B <a@test.invalid>\r\nSubject: s\r\n\r\nhow many\r\n").unwrap();
        assert_eq!((mail.name.as_deref(), mail.address.as_deref()), (Some("A B"), Some("a@test.invalid")));
        assert_eq!((mail.subject.as_deref(), mail.text.as_str()), (Some("s"), "how many"));
        assert!(IncomingMail::read(b"PK\x03\x04").is_none() && IncomingMail::read(b"").is_none());
    }
}
