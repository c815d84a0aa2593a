//! Reads what a mail in the office's mailbox says about a mail of ours: a report of non-delivery (RFC 3464), a read
//! receipt (RFC 8098), an answer, or our own mail that the archive address got.
//!
//! In: the bytes of a mail. Out: a [`Report`]. It does not know the ledger. The headers say which mail it is about (RFC
//! 5322, 3.6.4): a report contains the `Message-ID` of the reported mail, and an answer refers to it. A mail with
//! neither is not a report.

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};

use domain::Sha256;

/// What one mail says about a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The `Message-ID`s of the mails that it is about, with angle brackets.
    pub about: Vec<String>,
    pub kind: ReportKind,
    /// The sender's domain, which anybody can forge.
    pub from: String,
    /// Its message, as one line.
    pub words: String,
    /// The hash of the mail, to recognise it when it is read again.
    pub id: Sha256,
}

/// The kind of a mail about one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportKind {
    /// The mail was not delivered and will not be; with the recipients for whom it failed.
    Failed(Vec<String>),
    /// The mail is delayed or delivered; this changes no state.
    Progress,
    /// The mail was displayed to a person.
    Read,
    /// A person answered.
    Answer,
    /// A program answered, such as an absence notice or a filter.
    Automatic,
    /// The mail itself, in a mailbox of the office.
    Itself,
}

/// The most characters of a message; longer ones are cut.
const WORDS: usize = 300;
/// The most ids in one header; a long thread has some dozens.
const IDS: usize = 200;

impl Report {
    /// Reads a mail; `None` if the bytes are not a mail, or it is not about another mail.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(bytes)?;
        let from = message.from().and_then(|a| a.first()).and_then(|a| a.address()).unwrap_or_default();
        let from = from.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
        let id = Sha256::of(bytes);
        let (about, kind, words) = reported(&message).or_else(|| itself(&message)).or_else(|| answered(&message))?;
        Some(Self { about, kind, from: line(&from), words: line(&words), id })
    }
}

type Told = (Vec<String>, ReportKind, String);

/// Reads a `multipart/report`.
fn reported(message: &Message<'_>) -> Option<Told> {
    let content_type = message.content_type()?;
    let is_report = content_type.ctype().eq_ignore_ascii_case("multipart")
        && content_type.subtype().is_some_and(|s| s.eq_ignore_ascii_case("report"));
    if !is_report {
        return None;
    }
    let part = |subtype: &str| {
        message.parts.iter().find(|part| {
            let typed = part.content_type().and_then(|t| t.subtype());
            typed.is_some_and(|s| s.eq_ignore_ascii_case(subtype))
        })
    };
    let mut about = original(message);
    if about.is_empty() {
        // Some servers do not return any part of the mail, but refer to it as an answer does.
        about = named(message);
    }
    if let Some(status) = part("delivery-status") {
        let (kind, words) = delivery_status(&String::from_utf8_lossy(status.contents()));
        return Some((about, kind, words));
    }
    let disposition = part("disposition-notification")?;
    let fields = fields(&String::from_utf8_lossy(disposition.contents()));
    let value = |name: &str| fields.iter().flatten().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let about = value("original-message-id").map_or(about, |id| ids(&id));
    let disposition = value("disposition").unwrap_or_default();
    let kind = if disposition.to_lowercase().contains("displayed") { ReportKind::Read } else { ReportKind::Automatic };
    Some((about, kind, disposition))
}

/// The `Message-ID` of the mail that a report contains, whole or as headers.
fn original(message: &Message<'_>) -> Vec<String> {
    for part in &message.parts {
        if let PartType::Message(inner) = &part.body
            && let Some(id) = inner.message_id()
        {
            return vec![format!("<{id}>")];
        }
        let is_headers = part.content_type().and_then(|t| t.subtype()).is_some_and(|s| s.ends_with("rfc822-headers"));
        if is_headers
            && let Some(inner) = MessageParser::default().parse(part.contents())
            && let Some(id) = inner.message_id()
        {
            return vec![format!("<{id}>")];
        }
    }
    Vec::new()
}

fn delivery_status(text: &str) -> (ReportKind, String) {
    let (mut failed, mut words, mut actions) = (Vec::new(), Vec::new(), Vec::new());
    for group in fields(text) {
        let value = |name: &str| group.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let Some(action) = value("action").map(str::to_lowercase) else { continue };
        let recipient = value("original-recipient").or(value("final-recipient")).unwrap_or_default();
        let address = recipient.split_once(';').map_or(recipient, |(_, address)| address).trim();
        let why = value("diagnostic-code").map(|d| d.split_once(';').map_or(d, |(_, text)| text).trim().to_owned());
        let why = why.or_else(|| value("status").map(ToOwned::to_owned)).unwrap_or_default();
        // Addresses are always masked.
        let why = masked(&why, address);
        if action == "failed" {
            failed.extend((!address.is_empty()).then(|| address.to_lowercase()));
            words.push(why);
        } else {
            actions.push(format!("{action}: {why}"));
        }
    }
    if words.is_empty() {
        (ReportKind::Progress, actions.join("; "))
    } else {
        (ReportKind::Failed(failed), words.join("; "))
    }
}

/// A server's words without an address, however it is written.
fn masked(words: &str, address: &str) -> String {
    let mut rest = words;
    let mut masked = String::new();
    let found = |rest: &str| {
        let mut places = rest.char_indices().map(|(at, _)| at);
        places.find(|at| rest.get(*at..at + address.len()).is_some_and(|part| part.eq_ignore_ascii_case(address)))
    };
    while let Some(at) = found(rest).filter(|_| !address.is_empty()) {
        masked.push_str(&rest[..at]);
        masked.push_str("the recipient");
        rest = &rest[at + address.len()..];
    }
    masked + rest
}

/// The groups of fields between empty lines (RFC 3464, 2.1), with names in lower case and continued lines joined.
fn fields(text: &str) -> Vec<Vec<(String, String)>> {
    let (mut groups, mut group): (Vec<_>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    for line in text.lines().take(2_000) {
        if line.trim().is_empty() {
            groups.extend((!group.is_empty()).then(|| std::mem::take(&mut group)));
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
    }
    groups.extend((!group.is_empty()).then_some(group));
    groups
}

/// Reads one of our own mails.
fn itself(message: &Message<'_>) -> Option<Told> {
    message.header_raw("X-Zhinaq-Parcel")?;
    let id = message.message_id()?;
    Some((vec![format!("<{id}>")], ReportKind::Itself, "the mail itself".into()))
}

/// The mails that an answer refers to.
fn named(message: &Message<'_>) -> Vec<String> {
    let header = |name: &'static str| message.header_raw(name).unwrap_or_default();
    ids(&format!("{} {}", header("In-Reply-To"), header("References")))
}

fn answered(message: &Message<'_>) -> Option<Told> {
    let header = |name: &str| message.header_raw(name).unwrap_or_default().trim().to_owned();
    let about = named(message);
    if about.is_empty() {
        return None;
    }
    let submitted = header("Auto-Submitted").to_lowercase();
    let is_automatic = !submitted.is_empty() && !submitted.starts_with("no");
    let from_nobody = header("Return-Path") == "<>";
    let kind = if is_automatic || from_nobody { ReportKind::Automatic } else { ReportKind::Answer };
    let text = message.body_text(0).unwrap_or_default();
    let first =
        text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('>')).unwrap_or_default().to_owned();
    Some((about, kind, first))
}

fn ids(text: &str) -> Vec<String> {
    let inner = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| id);
    let mut ids: Vec<String> = inner.filter(|id| id.contains('@')).take(IDS).map(|id| format!("<{id}>")).collect();
    ids.dedup();
    ids
}

/// A text as one line, for a table and for the journal.
pub fn line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNCE: &str = "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test.invalid\r\nTo: sender@zhinaq.invalid\r\n\
        Subject: Undelivered\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n\
        --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test.invalid\r\n\r\n\
        Final-Recipient: rfc822; mia@test.invalid\r\nOriginal-Recipient: rfc822;mia@test.invalid\r\nAction: ACTION\r\n\
        Status: 5.2.2\r\nDiagnostic-Code: x-unix; <mia@test.invalid>:\r\n    mailbox is full\r\n\r\n\
        --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <abc@zhinaq.invalid>\r\nSubject: ours\r\n\r\ntext\r\n--b--\r\n";

    #[test]
    fn a_bounce_names_the_mail_and_masks_the_recipient() {
        let report = Report::read(BOUNCE.replace("ACTION", "failed").as_bytes()).unwrap();
        assert_eq!(report.about, ["<abc@zhinaq.invalid>"]);
        assert_eq!(report.kind, ReportKind::Failed(vec!["mia@test.invalid".into()]));
        assert_eq!(
            (report.words.as_str(), report.from.as_str()),
            ("<the recipient>: mailbox is full", "mx.test.invalid")
        );
        let delayed = Report::read(BOUNCE.replace("ACTION", "delayed").as_bytes()).unwrap();
        assert_eq!(delayed.kind, ReportKind::Progress);
        let headers = BOUNCE.replace("message/rfc822\r\n", "text/rfc822-headers\r\n").replace("ACTION", "failed");
        assert_eq!(Report::read(headers.as_bytes()).unwrap().about, ["<abc@zhinaq.invalid>"]);
    }

    #[test]
    fn an_address_is_masked_however_it_is_written() {
        assert_eq!(
            masked("550 <Mia@Test.Invalid> is ämpty: mia@test.invalid", "mia@test.invalid"),
            "550 <the recipient> is ämpty: the recipient"
        );
        assert_eq!(masked("550 no such user", ""), "550 no such user");
        let both = "Final-Recipient: rfc822; mia@test.invalid\r\nOriginal-Recipient: rfc822;mia@test.invalid\r\n";
        let nobody = BOUNCE.replace(both, "").replace("ACTION", "failed");
        let report = Report::read(nobody.as_bytes()).unwrap();
        assert_eq!(
            (report.kind, report.words.as_str()),
            (ReportKind::Failed(Vec::new()), "<mia@test.invalid>: mailbox is full")
        );
    }

    #[test]
    fn answers_of_people_and_of_programs_are_told_apart() {
        let mail = |more: &str| {
            format!("From: x@mia.invalid\r\nIn-Reply-To: <abc@zhinaq.invalid>\r\n{more}\r\n> quoted\r\nПолучено.\r\n")
        };
        let answer = Report::read(mail("Content-Type: text/plain; charset=utf-8\r\n").as_bytes()).unwrap();
        assert_eq!((answer.kind, answer.words.as_str()), (ReportKind::Answer, "Получено."));
        for automatic in ["Auto-Submitted: auto-replied\r\n", "Return-Path: <>\r\n"] {
            assert_eq!(Report::read(mail(automatic).as_bytes()).unwrap().kind, ReportKind::Automatic);
        }
        assert!(Report::read(b"From: x@y.z\r\nSubject: nothing of ours\r\n\r\ntext\r\n").is_none());
        assert!(Report::read(b"").is_none());
    }
}
