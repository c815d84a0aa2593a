//! Signs mails with the office's own key (DKIM, RFC 6376; Ed25519 by RFC 8463), so that a recipient's server can check
//! that a mail comes from the office. The signature contains no time, so the same mail gives the same signature.
//!
//! The crate mail-auth is not used for two reasons. It signs a mail that is whole in memory, but our mails are streamed
//! with workbooks of megabytes. And it needs a second crypto library (aws-lc) or an RSA crate with an open advisory,
//! although the library for TLS already has a signer.

use std::{fmt, fs, path::Path, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{
    SignatureScheme,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
    sign::SigningKey,
};
use sha2::{Digest as _, Sha256};

use crate::StreamedMail;

/// Why mails cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum DkimError {
    #[error("the key `{path}` cannot be read: {why}")]
    Read { path: String, why: String },
    #[error("`{path}` holds no RSA or Ed25519 key in PEM")]
    Key { path: String },
    #[error("the mail could not be signed")]
    Sign,
}

/// Signs mails for one domain.
#[derive(Clone)]
pub struct Dkim {
    domain: String,
    selector: String,
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
}

/// The headers that are signed. Three are listed twice, so that a second one of them cannot be added later
/// (RFC 6376, 8.15).
const HEADERS: [&str; 11] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "auto-submitted",
    "from",
    "to",
    "subject",
];
/// The most characters of the signature in one line of its header.
const LINE: usize = 72;

impl Dkim {
    /// The signer of a domain under a selector. The public key must be in the domain's DNS at
    /// `<selector>._domainkey.<domain>`.
    ///
    /// # Errors
    /// When the file does not contain a usable key.
    pub fn new(domain: &str, selector: &str, key: &Path) -> Result<Self, DkimError> {
        let path = key.display().to_string();
        let pem = fs::read(key).map_err(|e| DkimError::Read { path: path.clone(), why: e.to_string() })?;
        let none = || DkimError::Key { path: path.clone() };
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| none())?;
        let key = any_supported_type(&key).map_err(|_| none())?;
        let known = [SignatureScheme::RSA_PKCS1_SHA256, SignatureScheme::ED25519];
        let scheme = key.choose_scheme(&known).map(|signer| signer.scheme()).ok_or_else(none)?;
        Ok(Self { domain: domain.to_owned(), selector: selector.to_owned(), key, scheme })
    }

    /// Signs a mail, and puts the signature before its other headers.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, mail: &mut StreamedMail) -> Result<(), DkimError> {
        let head = String::from_utf8_lossy(mail.head());
        let algorithm = if self.scheme == SignatureScheme::ED25519 { "ed25519-sha256" } else { "rsa-sha256" };
        let hash = STANDARD.encode(hash_of_body(mail));
        let (domain, selector, names) = (&self.domain, &self.selector, HEADERS.join(":"));
        let value = format!(
            "v=1; a={algorithm}; c=relaxed/simple; d={domain}; s={selector};\r\n\th={names};\r\n\tbh={hash};\r\n\tb="
        );
        let mut text = chosen(&head);
        text.push_str(relaxed("DKIM-Signature", &value).trim_end());
        let signature = STANDARD.encode(self.signature(text.as_bytes())?);
        let folded: Vec<&str> = signature.as_bytes().chunks(LINE).filter_map(|c| std::str::from_utf8(c).ok()).collect();
        mail.put_first(format!("DKIM-Signature: {value}{}\r\n", folded.join("\r\n\t ")).as_bytes());
        Ok(())
    }

    fn signature(&self, text: &[u8]) -> Result<Vec<u8>, DkimError> {
        let signer = self.key.choose_scheme(&[self.scheme]).ok_or(DkimError::Sign)?;
        let signed = if self.scheme == SignatureScheme::ED25519 {
            // With Ed25519 the hash is signed (RFC 8463, 3).
            signer.sign(&Sha256::digest(text))
        } else {
            signer.sign(text)
        };
        signed.map_err(|_| DkimError::Sign)
    }
}

impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dkim({}._domainkey.{})", self.selector, self.domain)
    }
}

/// The hash of the body, which ends with exactly one line end (RFC 6376, 3.4.3). Line ends are counted, and are hashed
/// only when more text follows, because those at the end of the body do not count.
fn hash_of_body(mail: &StreamedMail) -> [u8; 32] {
    let (mut hash, mut left, mut skip) = (Sha256::new(), 0_usize, mail.head().len() + 2);
    let mut stretches = mail.stretches();
    while let Some(stretch) = stretches.next_stretch() {
        let bytes = stretch.bytes();
        let bytes = &bytes[skip.min(bytes.len())..];
        skip = 0;
        let mut inner = bytes;
        while let Some(shorter) = inner.strip_suffix(b"\r\n") {
            inner = shorter;
        }
        if !inner.is_empty() {
            (0..left).for_each(|_| hash.update(b"\r\n"));
            left = 0;
            hash.update(inner);
        }
        left += (bytes.len() - inner.len()) / 2;
    }
    hash.update(b"\r\n");
    hash.finalize().into()
}

/// The text of the headers that are signed; of several with one name, the last comes first (RFC 6376, 5.4.2). A missing
/// header adds no text, so the signature also proves that it was missing.
fn chosen(head: &str) -> String {
    let mut headers = headers(head);
    let mut text = String::new();
    for name in HEADERS {
        if let Some(at) = headers.iter().rposition(|(n, _)| n.eq_ignore_ascii_case(name)) {
            let (name, value) = headers.remove(at);
            text.push_str(&relaxed(&name, &value));
        }
    }
    text
}

/// The names and values of headers; the line breaks in a value are kept.
fn headers(head: &str) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split_inclusive("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim_end().to_owned(), value.to_owned()));
        }
    }
    headers
}

/// One header in the relaxed canonical form (RFC 6376, 3.4.2).
fn relaxed(name: &str, value: &str) -> String {
    let words: Vec<&str> = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}\r\n", name.to_ascii_lowercase(), words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_bodies_take_the_forms_of_the_standard() {
        // The examples of RFC 6376, 3.4.5 and 3.4.6.
        let told: String =
            headers("A: X\r\nB : Y\t\r\n\tZ  \r\n").iter().map(|(name, value)| relaxed(name, value)).collect();
        assert_eq!(told, "a:X\r\nb:Y Z\r\n");
        let hash = |mail: &str| hash_of_body(&StreamedMail::text(mail.into()));
        let of = |body: &str| <[u8; 32]>::from(Sha256::digest(body));
        assert_eq!(hash("A: X\r\n\r\n C \r\nD \t E\r\n\r\n\r\n"), of(" C \r\nD \t E\r\n"));
        assert_eq!(hash("A: X\r\n\r\n"), of("\r\n"));
        assert_eq!(hash("A: X\r\n\r\n\r\n\r\na"), of("\r\n\r\na\r\n"));
        let copies = vec![("<1>".to_owned(), b"\r\n".to_vec())];
        let mail = StreamedMail::with_copies(b"A: X\r\n\r\n\r\n<1>\r\n--end\r\n\r\n", copies).unwrap();
        assert_eq!(hash_of_body(&mail), of("\r\nDQo=\r\n--end\r\n"));
        let twice = "From: one\r\nFrom: two\r\nSubject: s\r\n";
        assert_eq!(chosen(twice), "from:two\r\nsubject:s\r\nfrom:one\r\n");
    }
}
