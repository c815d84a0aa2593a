//! A mail to the office itself: an alert, without copies.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::{
    Message,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::{MailError, message::envelope_address};
use domain::EmailAddress;

/// One mail of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The office's own address.
    pub to: EmailAddress,
    pub subject: String,
    pub text: String,
    pub date: DateTime<Utc>,
    /// The id; it follows from the subject matter, so that a notice that is sent again is recognised.
    pub id: String,
}

impl Notice {
    /// The mail as it goes over the wire, before dots are doubled.
    ///
    /// # Errors
    /// When an address cannot be used in a header.
    pub fn bytes(&self, from: &EmailAddress, from_name: Option<&str>) -> Result<Vec<u8>, MailError> {
        let clean = |text: &str| text.chars().filter(|c| !c.is_control()).take(250).collect::<String>();
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(Mailbox::new(from_name.map(clean), envelope_address(from)?))
            .to(Mailbox::new(None, envelope_address(&self.to)?))
            .subject(clean(&self.subject))
            .date(SystemTime::from(self.date))
            .message_id(Some(format!("<{}@{}>", self.id, from.domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
            .header(ContentType::TEXT_PLAIN)
            .body(self.text.replace('\n', "\r\n"))
            .map_err(|error| MailError::Build(error.to_string()))?;
        Ok(message.formatted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_cannot_write_headers_of_its_own() {
        let notice = Notice {
            to: "office@example.org".parse().unwrap(),
            subject: "late\r\nBcc: x@example.org".into(),
            text: "форма 1-М\nне поступила".into(),
            date: DateTime::from_timestamp(0, 0).unwrap(),
            id: "2025-07-14.at".into(),
        };
        let bytes = notice.bytes(&"zhinaq@example.org".parse().unwrap(), None).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("\r\nBcc:"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
        assert!(text.contains("Message-ID: <2025-07-14.at@example.org>\r\n"), "{text}");
    }
}
