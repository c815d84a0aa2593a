//! Offers a mail to the server: sender, recipients, archive.
//!
//! In: addresses, and the size of the mail. Out: the server's answer for each address. Up to here nothing is sent that
//! cannot be taken back. It does not know the mail.

use lettre::{
    Address,
    transport::smtp::{
        commands::{Mail, Rcpt},
        extension::MailParameter,
    },
};

use crate::{
    Session,
    failure::{SmtpFailure, refused},
    session::step,
};

/// The server's answer to an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpOffer {
    /// For each recipient, in order: why the server refused it; `None` if it accepted it.
    pub refusals: Vec<Option<SmtpFailure>>,
    /// Why the server refused the archive, if it did.
    pub archive: Option<SmtpFailure>,
}

impl SmtpOffer {
    /// Whether the server accepted any recipient. If not, the offer has to be taken back.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.refusals.iter().any(Option::is_none)
    }
}

impl Session {
    /// Offers a mail. Each recipient has an answer of its own: a server may refuse one for good (5xx), or take no more
    /// in this transaction (452; RFC 5321, 4.5.3.1.10). The archive is offered if any recipient is accepted. `size` is
    /// the size of the mail in bytes (RFC 1870).
    ///
    /// # Errors
    /// When the server refuses the sender, or the connection is lost.
    pub async fn offer(
        &mut self,
        from: Address,
        to: &[Address],
        archive: Option<Address>,
        size: u64,
    ) -> Result<SmtpOffer, SmtpFailure> {
        let wait = self.server.timeouts.command;
        let mut parameters = Vec::new();
        if self.size_limit.is_some() {
            parameters.push(MailParameter::Size(size as usize));
        }
        if to.iter().chain([&from]).chain(&archive).any(|a| !AsRef::<str>::as_ref(a).is_ascii()) {
            if !self.takes_any_script {
                let words = "an address has letters that the mail server does not take (no SMTPUTF8)";
                return Err(refused(words.into()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        step(&self.wire, wait, "MAIL FROM", self.connection.command(Mail::new(Some(from), parameters))).await?;
        let mut offer = SmtpOffer { refusals: Vec::with_capacity(to.len()), archive: None };
        for address in to {
            offer.refusals.push(self.recipient(address).await?);
        }
        if let Some(archive) = archive
            && offer.is_accepted()
        {
            offer.archive = self.recipient(&archive).await?;
        }
        Ok(offer)
    }

    /// Offers one recipient; returns why the server refused it, if it did. The words do not contain the address.
    async fn recipient(&mut self, address: &Address) -> Result<Option<SmtpFailure>, SmtpFailure> {
        let rcpt = self.connection.command(Rcpt::new(address.clone(), Vec::new()));
        match step(&self.wire, self.server.timeouts.command, "RCPT TO", rcpt).await {
            Ok(()) => Ok(None),
            Err(failure) => {
                let whole: &str = address.as_ref();
                let failure = SmtpFailure { words: failure.words.replace(whole, "the recipient"), ..failure };
                if failure.is_lost { Err(failure) } else { Ok(Some(failure)) }
            }
        }
    }
}
