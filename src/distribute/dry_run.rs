//! A dry run by mail: each mail is written as a file that a mail program can open. Nothing is sent.

use std::path::PathBuf;

use super::{Attempt, Enclosure, Folder, Mail, MailSender, OneStep, Outcome, Parcel, split};
use domain::Channel;
use durable::replace;

/// A transport that writes mails into a folder.
#[derive(Debug)]
pub struct DryRun {
    root: PathBuf,
    sender: MailSender,
}

impl DryRun {
    /// A dry run that writes the mails below the folder `root`, as they would go to a server.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, sender: MailSender) -> Self {
        Self { root: root.into(), sender }
    }
}

impl OneStep for DryRun {
    fn channel(&self) -> Channel {
        Channel::Folder
    }

    fn is_addressed(&self) -> bool {
        true
    }

    /// Writes the mails of a parcel, split as for sending.
    fn take(&self, parcel: &Parcel, _: &Attempt) -> Outcome {
        let letter = parcel.letter_bytes();
        let copies: Vec<(u32, u64)> = parcel.copies.iter().map(|c| (c.record.number, c.length())).collect();
        let limit = [self.sender.max_message_bytes, parcel.max_message_bytes].into_iter().flatten().min();
        let mails = match split(&copies, letter, limit) {
            Ok(mails) => mails,
            Err(error) => return Outcome::failed(error.to_string(), false),
        };
        let place = Folder::place(&parcel.id);
        for (index, numbers) in mails.iter().enumerate() {
            let copies: Vec<&Enclosure> = parcel.copies.iter().filter(|c| numbers.contains(&c.record.number)).collect();
            let first = numbers.first().copied().unwrap_or_default();
            let mail = Mail {
                parcel,
                copies,
                part: (index + 1, mails.len()),
                from: &self.sender.from,
                from_name: self.sender.from_name.as_deref(),
            };
            let bytes = match self.sender.outgoing(&mail) {
                Ok(mail) => mail.bytes(),
                Err(error) => return Outcome::failed(error.to_string(), false),
            };
            let path = self.root.join(&place).join(format!("from-copy-{first}.eml"));
            if let Err(error) = replace(&path, &bytes) {
                return Outcome::failed(error.to_string(), true);
            }
        }
        Outcome::handed(format!("{} written to `{place}`; nothing was sent", domain::counted(mails.len(), "mail")))
    }
}
