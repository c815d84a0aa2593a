//! Sends a message over a session: the bytes, the final dot, the reply to it.
//!
//! In: a mail that was offered. Out: the server's words, or why it is not taken, or not known. It does not know the
//! recipients.

use std::time::Duration;

use lettre::transport::smtp::{Error, response::Response};
use tokio::time::{Instant, timeout};

use crate::{
    Session, StreamedMail,
    failure::{SmtpFailure, broken, failure, lost, spoke_early},
    wire,
};

/// How the sending of a message ended.
enum Ended {
    Answered(Result<Response, Error>),
    /// The server replied or closed the connection before the final dot, and the dot was not sent.
    Early,
    /// The message could not be written completely.
    Broken,
}

/// How long to wait for the reason why the server closed the connection: mostly it has come already.
const LAST_WORDS: Duration = Duration::from_secs(1);

impl Session {
    /// Sends the message, waits for the server's reply and returns it. After an error, [`Self::dot_has_left`] says
    /// whether the server may have taken the message.
    ///
    /// # Errors
    /// When the server did not take the message, or it is not known.
    pub async fn message(&mut self, message: &StreamedMail) -> Result<String, SmtpFailure> {
        self.is_used = true;
        self.wire.begin_message();
        let written = self.watched(message).await;
        self.wire.end_message();
        match written? {
            Ended::Answered(Ok(response)) if response.code().to_string().starts_with('2') => Ok(self.wire.words()),
            // 3xx is not a valid reply to a message.
            Ended::Answered(Ok(_)) => Err(lost(format!("the reply is not valid: {}", self.wire.words()))),
            Ended::Answered(Err(error)) => Err(failure(&error, &self.wire, "the message")),
            Ended::Early => Err(spoke_early(&self.wire)),
            Ended::Broken if !self.wire.dot_has_left() => {
                // A server that refuses in the middle of a message sends the reason and closes the connection. The
                // error of the write does not contain the reason.
                if let Ok(Err(error)) = timeout(LAST_WORDS, self.connection.read_response()).await
                    && error.status().is_some()
                {
                    return Err(SmtpFailure { is_lost: true, ..failure(&error, &self.wire, "the message") });
                }
                Err(broken(&self.wire, "the message"))
            }
            Ended::Broken => Err(broken(&self.wire, "the message")),
        }
    }

    /// Writes the message and reads the reply, as long as bytes leave in time. Each wait runs from the moment that it
    /// is about: from the last byte that left.
    ///
    /// # Errors
    /// When nothing happens within the time-outs, or the message takes too long.
    async fn watched(&mut self, message: &StreamedMail) -> Result<Ended, SmtpFailure> {
        let timeouts = self.server.timeouts;
        let (begin, longest) = (Instant::now(), timeouts.longest(message.length()));
        let mut wire = self.wire.clone();
        let writing = async move {
            if wire::write_message(&mut wire, message).await.is_err() {
                return Some(Ended::Broken);
            }
            // Before the dot is sent, a server that replies or closes the connection has not taken the message.
            if wire.has_spoken().await {
                return Some(Ended::Early);
            }
            wire::write_end(&mut wire, message).await.err().map(|_| Ended::Broken)
        };
        tokio::pin!(writing);
        loop {
            let moved = self.wire.last_write().max(begin);
            let (wait, limit) = if self.wire.dot_has_left() {
                (timeouts.end, moved + timeouts.end)
            } else {
                (timeouts.block, (moved + timeouts.block).min(begin + longest))
            };
            match tokio::time::timeout_at(limit, &mut writing).await {
                Ok(Some(ended)) => return Ok(ended),
                Ok(None) => break,
                Err(_) if !self.wire.dot_has_left() && begin.elapsed() >= longest => {
                    let words = "the mail server takes the message too slowly: given up after";
                    return Err(lost(format!("{words} {} s", longest.as_secs_f32())));
                }
                Err(_) if self.wire.last_write().max(begin) > moved => {}
                Err(_) => return Err(lost(format!("no progress within {} s", wait.as_secs_f32()))),
            }
        }
        match self.wire.within(timeouts.end, self.connection.read_response()).await {
            Ok(response) => Ok(Ended::Answered(response)),
            Err(_) => Err(lost(format!("no reply to the end of the message within {} s", timeouts.end.as_secs_f32()))),
        }
    }
}
