//! What comes back: bounces and acknowledgements from a mailbox, acknowledgements from the folders of organs, and
//! evidence about uncertain parcels.
//!
//! What is certain is recorded. An uncertain parcel needs a person's decision: the evidence is shown with the command
//! that settles it, and nothing is recorded.
//!
//! In: mails, notes, logs. Out: facts, and proposals for a person. Unknown here: the format of a report, which
//! `distribute` reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    Context, Failure, Trouble,
    context::{claimed::ClaimedPieces, place},
    distribution::{
        mailbox,
        sent_mails::{SentMail, sent_mails},
    },
    status::witnesses,
};
use distribute::{Folder, Report, ReportKind, one_line};
use domain::{Channel, CopyStanding, Event, Fact, ParcelId, ParcelRecord, ParcelState, Piece, follow, parcels};
use ledger::Filter;

/// Where to look.
#[derive(Debug, Clone, Default)]
pub struct ReceiptsScope {
    /// Folders in the Maildir format: `new` and `cur` are read, nothing is moved.
    pub maildirs: Vec<PathBuf>,
    /// Read the mailbox of zhinaq.toml too.
    pub imap: bool,
    /// Logs of a mail server.
    pub logs: Vec<PathBuf>,
}

/// What came back.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReceiptsReport {
    pub recorded: Vec<Came>,
    /// For a person to decide.
    pub proposals: Vec<Came>,
    pub told: Vec<Trouble>,
    pub mails_read: usize,
}

/// What came back about the copies of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Came {
    pub parcel: ParcelId,
    pub copies: Vec<u32>,
    /// The attempt that it is about, and so the sending.
    pub attempt: u32,
    pub state: ParcelState,
    pub words: String,
}

impl Came {
    fn fact(&self) -> Fact {
        Fact::Outcome {
            parcel: self.parcel.clone(),
            attempt: self.attempt,
            state: self.state,
            words: self.words.clone(),
            transient: false,
            copies: self.copies.clone(),
            addresses: None,
        }
    }
}

/// The largest mail that is read, in bytes. A mail with seven copies that was returned whole has about 29 MB.
const MAIL: u64 = 64 << 20;
/// How much of a note of acknowledgement is read, in bytes.
const NOTE: u64 = 4096;

/// Reads what came back and records it. Reading the same again records nothing twice.
///
/// # Errors
/// When a folder or log cannot be read, or the ledger fails.
pub async fn receipts(context: &Context, scope: &ReceiptsScope) -> Result<ReceiptsReport, Failure> {
    let after_seq = context.last_seq().await?;
    let (report, mut facts) = read(context, scope).await?;
    // Nobody hands these parcels over, or records the same report, meanwhile.
    let pieces: Vec<Piece> = facts.iter().filter_map(Fact::witnessed).cloned().map(Piece::Hand).collect();
    let claimed = ClaimedPieces::wait(context, pieces).await?;
    let newer = context.events(&Filter { after_seq, ..Filter::default() }.kinds(&["outcome"])).await;
    let recorded = match newer {
        Ok(newer) => {
            facts.retain(|fact| !newer.iter().any(|event| event.fact == *fact));
            context.record_holding(&[&claimed], &facts).await
        }
        Err(failure) => Err(failure),
    };
    claimed.after(recorded).await?;
    Ok(report)
}

/// Reads what came back, and records nothing. Returns the facts to record, too.
///
/// # Errors
/// As [`receipts`].
pub async fn read(context: &Context, scope: &ReceiptsScope) -> Result<(ReceiptsReport, Vec<Fact>), Failure> {
    let kinds = ["queued", "sending", "outcome", "settled", "resend", "readdressed", "mailbox-read"];
    let events = context.events(&Filter::default().kinds(&kinds)).await?;
    let mut reading = Reading {
        context,
        records: parcels(&events),
        sent: sent_mails(&events),
        known: known(&events),
        report: ReceiptsReport::default(),
    };
    for folder in &scope.maildirs {
        for path in maildir(folder)? {
            reading.mail(&path);
        }
    }
    let mut read_to = None;
    if scope.imap {
        let uncertain = reading.uncertain();
        read_to = mailbox::read(context, &events, &uncertain, MAIL, |name, mail| match mail {
            Ok(bytes) => reading.bytes(&name, &bytes),
            Err(why) => reading.tell(format!("mail `{name}`"), why),
        })
        .await?;
    }
    reading.folders();
    for log in &scope.logs {
        reading.log(log)?;
    }
    let mut facts: Vec<Fact> = reading.report.recorded.iter().map(Came::fact).collect();
    facts.extend(read_to);
    Ok((reading.report, facts))
}

/// The words of every outcome that came from a report; a report that was taken before is recognised in them.
fn known(events: &[Event]) -> String {
    let words = events.iter().filter_map(|event| match &event.fact {
        Fact::Outcome { words, .. } if words.contains(MARK) => Some(words.as_str()),
        _ => None,
    });
    words.collect::<Vec<_>>().join("\n")
}

/// Precedes the hash of a report in the words of an outcome.
const MARK: &str = "report ";

/// The mails of a folder in the Maildir format, by name.
///
/// # Errors
/// When it is not such a folder.
pub fn maildir(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let is_maildir = folder.join("new").is_dir() || folder.join("cur").is_dir();
    if !is_maildir {
        return Err(Failure::usage(format!("`{}` is not a Maildir: it has neither `new` nor `cur`", folder.display())));
    }
    for name in ["new", "cur"] {
        let Ok(entries) = fs::read_dir(folder.join(name)) else { continue };
        files.extend(entries.flatten().map(|e| e.path()).filter(|p| p.is_file()));
    }
    files.sort();
    Ok(files)
}

/// The bytes of a mail in a folder.
///
/// # Errors
/// When it cannot be read, or is larger than any mail of ours.
pub fn mail_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(MAIL + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > MAIL {
        return Err(format!("is larger than {MAIL} bytes; look at it yourself"));
    }
    Ok(bytes)
}

/// What a report is about: a parcel, its copies (empty = all), and the attempt.
pub(super) type About<'a> = (&'a ParcelId, &'a [u32], u32);

pub(super) struct Reading<'a> {
    pub(super) context: &'a Context,
    pub(super) records: BTreeMap<ParcelId, ParcelRecord>,
    sent: BTreeMap<String, SentMail>,
    known: String,
    report: ReceiptsReport,
}

impl Reading<'_> {
    fn mail(&mut self, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match mail_bytes(path) {
            Ok(bytes) => self.bytes(&name, &bytes),
            Err(why) => self.tell(format!("mail `{name}`"), why),
        }
    }

    /// The ids of the mails whose copies are uncertain; whatever is found about these mails is evidence each time.
    fn uncertain(&self) -> BTreeSet<String> {
        let is_open = |mail: &SentMail| {
            let record = self.records.get(&mail.parcel);
            let meant = |c: &&CopyStanding| mail.copies.is_empty() || mail.copies.contains(&c.record.number);
            record.is_some_and(|r| r.copies.iter().filter(meant).any(|c| c.sending_of(mail.attempt()).is_uncertain()))
        };
        self.sent.iter().filter(|(_, mail)| is_open(mail)).map(|(id, _)| id.clone()).collect()
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.report.mails_read += 1;
        let Some(report) = Report::read(bytes) else { return };
        let found: Vec<_> = report.about.iter().filter_map(|id| self.sent.get(id).cloned()).collect();
        let Some(mail) = found.last().cloned() else {
            // An answer in another thread of the mailbox does not concern this office. A bounce may be about one of its
            // mails.
            if matches!(report.kind, ReportKind::Failed(_)) {
                let about = report.about.first().map_or("a mail without an id", String::as_str).to_owned();
                self.tell(
                    format!("mail `{name}`"),
                    format!("is a bounce about {about}, which is not a mail of this office"),
                );
            }
            return;
        };
        self.about(&mail, &report);
    }

    fn about(&mut self, mail: &SentMail, report: &Report) {
        let (parcel, about) = (&mail.parcel, (&mail.parcel, &mail.copies[..], mail.attempt()));
        let mark = format!("{MARK}{}", report.id.short());
        let (from, words) = (&report.from, &report.words);
        match &report.kind {
            ReportKind::Failed(recipients) if self.is_for_all(mail, recipients) => {
                let words = format!("bounced by {from}: {words} ({mark})");
                self.came(about, ParcelState::Bounced, &words);
            }
            ReportKind::Failed(recipients) if self.is_of_others(mail, recipients) => {
                let why = "a bounce for addresses that are not the organ's";
                self.tell(format!("parcel `{parcel}`"), format!("{why}: {words} ({mark})"));
            }
            ReportKind::Failed(_) => {
                self.tell(format!("parcel `{parcel}`"), format!("one of its addresses failed: {words} ({mark})"));
            }
            ReportKind::Read => {
                self.came(about, ParcelState::Acknowledged, &format!("shown to a reader at {from} ({mark})"));
            }
            ReportKind::Answer if self.is_of_organ(mail, from) => {
                let words = format!("answered from {from}: {words} ({mark})");
                self.came(about, ParcelState::Acknowledged, &words);
            }
            ReportKind::Answer => self.tell(
                format!("parcel `{parcel}`"),
                format!("was answered from {from}, which is not a domain of the organ; read it yourself ({mark})"),
            ),
            ReportKind::Itself => {
                let words = format!("a copy of the mail lies in the mailbox ({mark})");
                if self.records.get(parcel).is_none_or(|record| mail.archive_proves(record)) {
                    self.propose(about, ParcelState::Handed, words);
                } else if self.is_open(about) {
                    let why = "which does not show which sending or which addresses it is from";
                    self.tell(format!("parcel `{parcel}`"), format!("{words}, {why}"));
                }
            }
            ReportKind::Automatic | ReportKind::Progress => {
                self.tell(format!("parcel `{parcel}`"), format!("{from} wrote: {words} ({mark})"));
            }
        }
    }

    /// Takes over what returned mail shows about copies. For copies that were handed over it is a fact, for uncertain copies a
    /// proposal. An organ that answered has the copies, whatever a mail server reports before or after: a bounce does
    /// not undo an answer, and an answer overrides a bounce.
    ///
    /// It concerns the sending that it is about: a bounce of a second sending takes nothing from the first.
    fn came(&mut self, (parcel, copies, attempt): About<'_>, state: ParcelState, words: &str) {
        let Some(record) = self.records.get(parcel) else { return };
        let mark = words.rsplit_once(MARK).map_or("", |(_, hash)| hash).trim_end_matches(')');
        if !mark.is_empty() && self.known.contains(&format!("{MARK}{mark}")) {
            return;
        }
        self.known.push_str(&format!("\n{words}"));
        let (mut certain, mut uncertain, mut other) = (Vec::new(), Vec::new(), None);
        let standing = record.copies.iter().filter(|c| copies.is_empty() || copies.contains(&c.record.number));
        for copy in standing {
            let sending = copy.sending_of(attempt);
            match sending.state {
                _ if sending.is_uncertain() => uncertain.push(copy.record.number),
                stands if stands == ParcelState::Handed || (stands == ParcelState::Bounced && state.is_handed()) => {
                    certain.push(copy.record.number);
                }
                stands if stands != state => other = Some(stands),
                _ => {}
            }
        }
        let came = |copies, state, words| Came { parcel: parcel.clone(), copies, attempt, state, words };
        if !certain.is_empty() {
            let came = came(certain, state, words.to_owned());
            // Later reports of the same reading find the new state.
            let (at, actor) = (self.context.now(), self.context.actor.clone());
            let event = Event { seq: 0, at, run: self.context.run.clone(), actor, fact: came.fact() };
            follow(&mut self.records, &event);
            self.report.recorded.push(came);
        }
        if !uncertain.is_empty() {
            let state = if state.is_handed() { ParcelState::Handed } else { state };
            self.report.proposals.push(came(uncertain, state, words.to_owned()));
        }
        if let Some(stands) = other {
            self.tell(format!("parcel `{parcel}`"), format!("is {stands} and stays so, though it was {words}"));
        }
    }

    fn propose(&mut self, (parcel, copies, attempt): About<'_>, state: ParcelState, words: String) {
        let Some(record) = self.records.get(parcel) else { return };
        let standing = record.copies.iter().filter(|c| copies.is_empty() || copies.contains(&c.record.number));
        let uncertain = standing.filter(|c| c.sending_of(attempt).is_uncertain()).map(|c| c.record.number);
        let copies: Vec<u32> = uncertain.collect();
        if !copies.is_empty() {
            self.report.proposals.push(Came { parcel: parcel.clone(), copies, attempt, state, words });
        }
    }

    fn tell(&mut self, what: String, why: String) {
        self.report.told.push(Trouble::new(what, why));
    }

    /// Reads the notes that organs put beside their parcels: any file that ends in `.ack`.
    fn folders(&mut self) {
        let outbox = witnesses::outbox(self.context);
        let by_folder = |r: &&ParcelRecord| {
            r.copies.iter().any(|c| c.state == ParcelState::Handed && c.channel == Some(Channel::Folder))
        };
        let waiting: Vec<ParcelId> = self.records.values().filter(by_folder).map(|r| r.parcel.clone()).collect();
        for parcel in waiting {
            let folder = outbox.join(Folder::place(&parcel));
            let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
            // The organ may write in this folder. A link there may lead to any file, so it is not a note.
            let is_file = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
            let mut notes: Vec<PathBuf> =
                entries.filter(|p| p.extension().is_some_and(|e| e == "ack") && is_file(p)).collect();
            notes.sort();
            let Some(note) = notes.first() else { continue };
            let mut bytes = Vec::new();
            let _ = fs::File::open(note).and_then(|file| file.take(NOTE).read_to_end(&mut bytes));
            let name = note.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let words = one_line(&format!("`{name}` in its folder: {}", String::from_utf8_lossy(&bytes)));
            let attempt = self.records.get(&parcel).map_or(0, |record| record.attempts);
            self.came((&parcel, &[], attempt), ParcelState::Acknowledged, &words);
        }
    }

    /// Reads lines of a mail server's log about uncertain mails. The line with the id of the mail contains its queue
    /// id, and later lines with that queue id say what became of it.
    fn log(&mut self, path: &Path) -> Result<(), Failure> {
        let file = place::opened(path)?;
        let mut queued: BTreeMap<String, SentMail> = BTreeMap::new();
        for line in BufReader::new(file).split(b'\n').map_while(Result::ok).filter(|line| line.len() < 16_384) {
            let line = String::from_utf8_lossy(&line).into_owned();
            if let Some((before, id)) = line.split_once("message-id=") {
                let id = id.split_whitespace().next().unwrap_or_default();
                let number = before.trim_end().trim_end_matches(':').rsplit([' ', ']']).next().unwrap_or_default();
                if let Some(mail) = self.sent.get(id) {
                    queued.insert(number.to_owned(), mail.clone());
                }
                continue;
            }
            let Some((number, said)) = line.split(": ").find_map(|word| queued.get_key_value(word)) else { continue };
            let (number, mail) = (number.clone(), said.clone());
            let about = (&mail.parcel, &mail.copies[..], mail.attempt());
            if line.contains("status=sent") {
                self.propose(about, ParcelState::Handed, format!("line {number} of the log: status=sent"));
            } else if line.contains("status=bounced") {
                self.propose(about, ParcelState::Bounced, format!("line {number} of the log: status=bounced"));
            }
        }
        Ok(())
    }
}
