//! Writes the mail of a parcel as bytes (RFC 5322, MIME).
//!
//! In: a parcel, some of its copies, and the sender. Out: a [`StreamedMail`]; the same mail gives the same bytes. It
//! does not know how the mail is sent.

use std::time::SystemTime;

use lettre::{
    Address, Message,
    message::{
        Attachment, Body, Mailbox, MultiPart, MultiPartBuilder, MultiPartKind, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use sha2::Digest as _;

use super::{Enclosure, Parcel, letter::SAMPLE, parcel::ContentError};
use domain::{EmailAddress, Origin, ParcelId};
use smtp::StreamedMail;

/// The media type of a workbook.
pub const WORKBOOK_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of a sealed copy.
const ARCHIVE_TYPE: &str = "application/zip";

/// One mail of a parcel.
#[derive(Debug)]
pub struct Mail<'a> {
    pub parcel: &'a Parcel,
    /// The copies in it.
    pub copies: Vec<&'a Enclosure>,
    /// The number of this mail among the parcel's mails, from 1, and their total.
    pub part: (usize, usize),
    pub from: &'a EmailAddress,
    pub from_name: Option<&'a str>,
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error("`{0}` cannot be used in a mail header")]
    Address(EmailAddress),
    #[error("the organ has no address for mail; add one to `zhinaq.toml`, or hand over by folder")]
    NoAddress,
    #[error("the mail has no copies")]
    Empty,
    #[error("the mail cannot be written: {0}")]
    Build(String),
}

/// The id of a parcel's mail. It follows from the parcel, the copies that go with it and the sending, so a retry carries
/// the same, and a sending that a person requested another one: a receiver may drop a mail whose id it has seen.
#[must_use]
pub fn message_id(parcel: &ParcelId, copies: &[&Enclosure], sending: u32, from: &EmailAddress) -> String {
    format!("<{}@{}>", digest(parcel, copies, sending), from.domain())
}

fn digest(parcel: &ParcelId, copies: &[&Enclosure], sending: u32) -> String {
    let mut hash = sha2::Sha256::new();
    hash.update(parcel.to_string());
    for copy in copies {
        hash.update(copy.record.number.to_be_bytes());
        hash.update(copy.record.sha256.as_bytes());
    }
    if sending > 1 {
        hash.update(format!("sending {sending}"));
    }
    hex::encode(&hash.finalize()[..20])
}

impl Mail<'_> {
    /// The id that [`message_id`] gives this mail.
    #[must_use]
    pub fn message_id(&self) -> String {
        message_id(&self.parcel.id, &self.copies, self.parcel.sending.number, self.from)
    }

    /// The mail as it goes over the wire. The copies are read here.
    ///
    /// # Errors
    /// When a copy cannot be read or differs from the register, or a header cannot be written.
    pub fn outgoing(&self) -> Result<StreamedMail, MailError> {
        let Self { parcel, copies, .. } = self;
        if copies.is_empty() {
            return Err(MailError::Empty);
        }
        if parcel.to.is_empty() {
            return Err(MailError::NoAddress);
        }
        let mut builder = Message::builder()
            .from(mailbox(self.from, self.from_name)?)
            .subject(self.subject())
            .date(SystemTime::from(parcel.date))
            .message_id(Some(self.message_id()));
        let named = if parcel.sending.named.is_empty() { &parcel.to } else { &parcel.sending.named };
        for address in named {
            builder = builder.to(mailbox(address, None)?);
        }
        let numbers: Vec<String> = copies.iter().map(|c| c.record.number.to_string()).collect();
        for (name, value) in [
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("X-Zhinaq-Parcel", parcel.id.to_string()),
            ("X-Zhinaq-Copies", numbers.join(" ")),
        ] {
            builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        for (name, value) in self.repetition() {
            builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        let digest = digest(&parcel.id, copies, parcel.sending.number);
        let mut mixed = part(MultiPartKind::Mixed, &format!("mixed-{digest}")).multipart(self.letter(&digest));
        let mut contents = Vec::with_capacity(copies.len());
        for copy in copies {
            let kind = if copy.is_sealed() { ARCHIVE_TYPE } else { WORKBOOK_TYPE };
            let kind = ContentType::parse(kind).map_err(|e| MailError::Build(e.to_string()))?;
            // The library would keep two encoded copies in memory. So it gets only a mark, which the copy replaces
            // later.
            let mark = format!("copy-{}-{digest}", copy.record.number);
            let body = Body::dangerous_pre_encoded(mark.clone().into_bytes(), ContentTransferEncoding::Base64);
            mixed = mixed.singlepart(Attachment::new(copy.record.file.clone()).body(body, kind));
            contents.push((mark, copy.bytes()?.into_owned()));
        }
        let message = builder.multipart(mixed).map_err(|e| MailError::Build(e.to_string()))?;
        let lost = || MailError::Build("a copy has no place in it".into());
        StreamedMail::with_copies(&message.formatted(), contents).ok_or_else(lost)
    }

    /// The whole mail as bytes.
    ///
    /// # Errors
    /// As [`Self::outgoing`].
    pub fn bytes(&self) -> Result<Vec<u8>, MailError> {
        self.outgoing().map(|mail| mail.bytes())
    }

    /// The headers of a mail that a person had sent again: which sending it is, and which mail it repeats (RFC 5322,
    /// 3.6.4).
    fn repetition(&self) -> Vec<(&'static str, String)> {
        let sending = &self.parcel.sending;
        if sending.number == 1 {
            return Vec::new();
        }
        let mut headers = vec![("X-Zhinaq-Sending", sending.number.to_string())];
        if let Some(of) = &sending.of {
            headers.extend([("X-Resend-Of", of.clone()), ("References", of.clone())]);
        }
        headers
    }

    /// The subject, with the marks of sample data, of a repeated sending, and of the part.
    #[must_use]
    pub fn subject(&self) -> String {
        let mut subject = self.parcel.letter.subject().to_owned();
        if let Some(words) = &self.parcel.sending.words {
            subject = format!("{subject} · {}", words.mark);
        }
        if self.parcel.origin == Origin::Sample && !subject.contains(SAMPLE) {
            subject = format!("{SAMPLE} · {subject}");
        }
        let subject = plainly(&subject);
        match self.part {
            (_, 1) => subject,
            (part, parts) => format!("{subject} [{part}/{parts}]"),
        }
    }

    fn letter(&self, digest: &str) -> MultiPart {
        let letter = &self.parcel.letter;
        // The sentence is not a part of the templates: the letter stays the same, and so does the manifest of a folder.
        let again = self.parcel.sending.words.as_ref().map(|words| words.sentence.as_str());
        let text = again.map_or_else(|| letter.text().to_owned(), |a| format!("{a}\n\n{}", letter.text()));
        let text = SinglePart::plain(text.replace('\n', "\r\n"));
        let alternative = part(MultiPartKind::Alternative, &format!("letter-{digest}")).singlepart(text);
        match letter.html() {
            Some(html) => {
                let html = again.map_or_else(|| html.to_owned(), |again| with_paragraph(html, again));
                alternative.singlepart(SinglePart::html(html.replace('\n', "\r\n")))
            }
            None => alternative,
        }
    }
}

/// An HTML letter with a paragraph at the beginning of its body.
fn with_paragraph(html: &str, words: &str) -> String {
    let body = html.find("<body").and_then(|at| Some(at + html[at..].find('>')? + 1)).unwrap_or_default();
    format!("{}<p>{words}</p>{}", &html[..body], &html[body..])
}

/// A header's text in which nothing is taken for an encoded word (RFC 2047, 2): the library leaves words of ASCII as they
/// are, and a reader would decode what only looks so.
fn plainly(text: &str) -> String {
    text.replace("=?", "= ?")
}

fn part(kind: MultiPartKind, boundary: &str) -> MultiPartBuilder {
    MultiPart::builder().kind(kind).boundary(boundary)
}

fn mailbox(address: &EmailAddress, name: Option<&str>) -> Result<Mailbox, MailError> {
    let name = name.map(|n| plainly(&n.chars().filter(|c| !c.is_control()).collect::<String>()));
    Ok(Mailbox::new(name, envelope_address(address)?))
}

/// The address in the type of the mail library.
pub fn envelope_address(address: &EmailAddress) -> Result<Address, MailError> {
    Address::new(address.local(), address.domain()).map_err(|_| MailError::Address(address.clone()))
}
