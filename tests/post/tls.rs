//! Encryption as the whole program meets it: replies that a server sends before it, and expired certificates.

use std::path::Path;

use super::program::{SEND, by_mail, moved, narcotics};
use crate::support::{
    postfix::{certify, expired},
    program::{Ended, Office},
    skipped,
    tls_smtp::TlsSmtp,
};

/// A folder with certificates; `None`, with a printed line, if they cannot be made.
fn certificates() -> Option<tempfile::TempDir> {
    if !Path::new("/usr/bin/openssl").exists() {
        skipped("`openssl` is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("tls")).unwrap();
    certify(folder.path());
    expired(folder.path());
    Some(folder)
}

/// Sends the parcel of one organ over an encrypted connection.
fn sent(folder: &Path, port: u16) -> (Office, Ended) {
    let office = moved(port);
    let authority = folder.join("tls/ca.pem").display().to_string();
    let smtp = format!("host = \"localhost\"\nport = {port}\ntls = \"starttls\"\nauthorities = \"{authority}\"\n");
    std::fs::write(office.path().join("zhinaq.toml"), by_mail(&smtp)).unwrap();
    let words: Vec<&str> = SEND.into_iter().filter(|word| *word != "--quiet").chain(["--organ", "mia"]).collect();
    let ended = office.zhinaq(&words);
    (office, ended)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_says_between_starttls_and_encryption_is_not_believed() {
    let Some(folder) = certificates() else { return };
    let (certificate, key) = (folder.path().join("tls/server.pem"), folder.path().join("tls/server.key"));
    let replies: &[u8] =
        b"250-evil.invalid\r\n250 AUTH PLAIN\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 go on\r\n250 2.0.0 taken\r\n";
    for (injected, code, taken) in [(&b""[..], 0, (1, 1)), (replies, 4, (0, 0))] {
        let server = TlsSmtp::start(&certificate, &key, injected).await;
        let (office, ended) = tokio::task::block_in_place(|| sent(folder.path(), server.address.port()));
        assert_eq!((ended.code, server.taken()), (code, taken), "{}", ended.err);
        let standing = tokio::task::block_in_place(|| narcotics(&office));
        assert_eq!(standing["parcels"]["handed"], taken.0, "{standing}");
        assert_eq!(ended.err.contains("STARTTLS"), code == 4, "it says why: {}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_certificate_is_over_gets_nothing() {
    let Some(folder) = certificates() else { return };
    let (certificate, key) = (folder.path().join("tls/expired.pem"), folder.path().join("tls/server.key"));
    let server = TlsSmtp::start(&certificate, &key, b"").await;
    let (office, ended) = tokio::task::block_in_place(|| sent(folder.path(), server.address.port()));
    assert_eq!((ended.code, server.taken()), (4, (0, 0)), "{}", ended.err);
    assert!(
        ended.err.contains("could not be encrypted") && ended.err.to_lowercase().contains("certificate: expired"),
        "{}",
        ended.err
    );
    let standing = tokio::task::block_in_place(|| narcotics(&office));
    assert_eq!(standing["parcels"]["handed"], 0, "{standing}");
}
