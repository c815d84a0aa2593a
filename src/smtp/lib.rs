//! Mail submission over SMTP. It does not know what the mails are about.

#![doc = include_str!("README.md")]

mod client;
mod dkim;
mod failure;
mod message;
mod offer;
mod rate;
mod server;
mod session;
mod streamed_mail;
mod tls;
mod trust;
mod wire;

pub use client::SmtpClient;
pub use dkim::{Dkim, DkimError};
pub use failure::SmtpFailure;
pub use lettre::Address;
pub use offer::SmtpOffer;
pub use rate::Rate;
pub use server::{Credentials, Security, SmtpServer, Timeouts};
pub use session::Session;
pub use streamed_mail::{StreamedMail, Stretch, Stretches};
pub use tls::{Tls, TlsError, certificates};
