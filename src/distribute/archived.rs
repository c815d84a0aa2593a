//! A mail of ours as the archive's mailbox keeps it: the evidence that a parcel left, outside of this office's disks.

use chrono::{DateTime, Utc};
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders as _};

use super::letter::SAMPLE;
use domain::{CopyNumbers, CopyRecord, Origin, ParcelId, Sha256};

/// What a mail of ours says of itself in its headers, and the copies that are attached to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedMail {
    pub parcel: ParcelId,
    /// The numbers of the copies that went with it.
    pub copies: Vec<u32>,
    /// With angle brackets.
    pub message_id: String,
    /// Which sending of the copies it is; 1 for the first.
    pub sending: u32,
    pub origin: Origin,
    /// Its date: when the parcel was numbered, or when a person requested the sending.
    pub at: Option<DateTime<Utc>>,
    /// The attached copies as the register would have them; an encrypted archive is not one.
    pub attached: Vec<CopyRecord>,
}

impl ArchivedMail {
    /// Reads a mail; `None` when it is not one of ours.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(bytes)?;
        let parcel = header(&message, "X-Zhinaq-Parcel")?.parse().ok()?;
        let numbers: CopyNumbers = header(&message, "X-Zhinaq-Copies")?.replace(' ', ",").parse().ok()?;
        let is_sample = message.subject().is_some_and(|subject| subject.starts_with(SAMPLE));
        Some(Self {
            parcel,
            copies: numbers.as_slice().to_vec(),
            message_id: format!("<{}>", message.message_id()?),
            sending: header(&message, "X-Zhinaq-Sending").and_then(|n| n.parse().ok()).unwrap_or(1),
            origin: if is_sample { Origin::Sample } else { Origin::Real },
            at: message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0)),
            attached: attached(&message),
        })
    }
}

fn header(message: &Message<'_>, name: &'static str) -> Option<String> {
    match message.header(name)? {
        HeaderValue::Text(text) => Some(text.trim().to_owned()),
        _ => None,
    }
}

fn attached(message: &Message<'_>) -> Vec<CopyRecord> {
    let copies = message.attachments().filter_map(|part| {
        let file = part.attachment_name()?;
        let (number, of) = numbered(file)?;
        let copy =
            CopyRecord { number, of, file: file.to_owned(), sha256: Sha256::of(part.contents()), language: None };
        Some(CopyRecord { language: copy.language(), ..copy })
    });
    copies.collect()
}

/// The number in a copy's file name, `…_copy-3-of-7_ru.xlsx`, and of how many.
fn numbered(file: &str) -> Option<(u32, u32)> {
    let stem = file.strip_suffix(".xlsx")?;
    let (number, rest) = stem.rsplit_once("copy-")?.1.split_once("-of-")?;
    let of = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((number.parse().ok()?, of.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: a@test.invalid\r\nTo: b@test.invalid\r\nSubject: SAMPLE DATA \u{b7} crime\r\n\
        Date: Mon, 14 Jul 2025 05:00:00 +0000\r\nMessage-ID: <abc@test.invalid>\r\nX-Zhinaq-Parcel: 2025-Q2/crime/r0/mia\r\n\
        X-Zhinaq-Copies: 1 3\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nletter\r\n\
        --b\r\nContent-Type: application/octet-stream\r\n\
        Content-Disposition: attachment; filename=\"crime_2025-Q2_copy-3-of-7_ru.xlsx\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--\r\n";

    #[test]
    fn a_mail_of_ours_says_which_copies_left() {
        let mail = ArchivedMail::read(MAIL.as_bytes()).unwrap();
        assert_eq!((mail.parcel.to_string().as_str(), mail.copies.as_slice()), ("2025-Q2/crime/r0/mia", &[1, 3][..]));
        assert_eq!((mail.message_id.as_str(), mail.origin), ("<abc@test.invalid>", Origin::Sample));
        let copy = &mail.attached[0];
        assert_eq!((copy.number, copy.of, copy.sha256), (3, 7, Sha256::of(b"x")));
        assert_eq!(mail.at.unwrap().to_rfc3339(), "2025-07-14T05:00:00+00:00");
    }

    #[test]
    fn what_is_not_ours_is_passed_over() {
        for other in [MAIL.replace("X-Zhinaq-Parcel", "X-Other"), MAIL.replace("2025-Q2/crime/r0/mia", "crime")] {
            assert_eq!(ArchivedMail::read(other.as_bytes()), None);
        }
        assert_eq!(numbered("crime_copy-3-of-7_ru.zip"), None);
    }
}
