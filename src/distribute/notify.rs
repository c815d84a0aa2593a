//! Sends a notice: one mail over its own connection, without a journal, because a second delivery does no harm.

use std::sync::{Arc, atomic::AtomicBool};

use super::{Notice, Smtp, SmtpError, message::envelope_address};
use smtp::{SmtpFailure, StreamedMail};

impl Smtp {
    /// Sends a notice, and returns the server's reply.
    ///
    /// # Errors
    /// When the mail server cannot be reached, or does not take it.
    pub(super) async fn send_notice(&self, notice: &Notice) -> Result<String, SmtpError> {
        let sender = &self.sender;
        let wrong = |error: &dyn std::fmt::Display| SmtpError(error.to_string());
        let mail = StreamedMail::text(notice.bytes(&sender.from, sender.from_name.as_deref()).map_err(|e| wrong(&e))?);
        let from = envelope_address(&sender.from).map_err(|e| wrong(&e))?;
        let to = [envelope_address(&notice.to).map_err(|e| wrong(&e))?];
        let dot = Arc::new(AtomicBool::new(false));
        let failed = |failure: SmtpFailure| SmtpError(failure.words);
        let mut session = self.open(self.only_loopback, dot).await.map_err(failed)?;
        let offer = session.offer(from, &to, None, mail.length()).await.map_err(failed)?;
        if let Some(refusal) = offer.refusals.into_iter().flatten().next() {
            return Err(SmtpError(format!("{} was refused: {}", notice.to, refusal.words)));
        }
        session.begin().await.map_err(failed)?;
        let words = session.message(&mail).await.map_err(failed)?;
        session.close().await;
        Ok(words)
    }
}
