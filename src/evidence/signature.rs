//! Makes and checks a detached signature of the list of files (CMS, RFC 5652).
//!
//! In: bytes, certificates and a key. Out: a signature, or who signed. The program `openssl` does the work, because it
//! can read the keys in an office's files and devices.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU64, Ordering},
};

/// Why a signature could not be made or checked.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    #[error("the program `openssl` cannot be started ({0}); install it, or pack without a signature")]
    Program(std::io::Error),
    #[error("`openssl` refused: {0}")]
    Refused(String),
    #[error("a temporary file for `openssl` could not be written")]
    Temporary(#[from] std::io::Error),
}

/// Signs bytes with an X.509 certificate and its key, both PEM files. Returns DER.
///
/// # Errors
/// When `openssl` is not installed, or refuses the files.
pub fn sign(bytes: &[u8], certificate: &Path, key: &Path) -> Result<Vec<u8>, SignatureError> {
    let mut command = Command::new("openssl");
    command.args(["cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-nosmimecap", "-signer"]);
    command.arg(certificate).arg("-inkey").arg(key);
    Ok(given(&mut command, bytes)?.stdout)
}

/// Checks a signature of bytes against the authorities of a PEM file, and returns who signed. `at` is the time at which
/// the certificates must be valid, in seconds since 1970, because they expire sooner than evidence; `None` means now.
///
/// # Errors
/// When the signature does not match these bytes and these authorities, or `openssl` is not installed.
pub fn check(bytes: &[u8], signature: &[u8], authorities: &Path, at: Option<i64>) -> Result<String, SignatureError> {
    let (file, signer) = (Temporary::holding(signature)?, Temporary::holding(b"")?);
    let mut command = Command::new("openssl");
    command.args(["cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-content", "/dev/stdin", "-in"]);
    command.arg(&file.0).arg("-signer").arg(&signer.0);
    // Only the given authorities: without the two options `openssl` trusts those of the system as well.
    command.arg("-CAfile").arg(authorities).args(["-no-CApath", "-no-CAstore"]);
    if let Some(second) = at {
        command.arg("-attime").arg(second.to_string());
    }
    given(&mut command, bytes)?;
    let mut command = Command::new("openssl");
    command.args(["x509", "-noout", "-subject", "-nameopt", "RFC2253,utf8,-esc_msb", "-in"]).arg(&signer.0);
    let said = given(&mut command, b"")?.stdout;
    let subject = String::from_utf8_lossy(&said);
    let subject = subject.trim().trim_start_matches("subject=").trim();
    Ok(subject.chars().filter(|c| !c.is_control()).take(200).collect())
}

fn given(command: &mut Command, bytes: &[u8]) -> Result<Output, SignatureError> {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().map_err(SignatureError::Program)?;
    let stdin = child.stdin.take();
    // Writes on its own thread, because the program may write output before it has read everything.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
        child.wait_with_output()
    })?;
    if output.status.success() {
        return Ok(output);
    }
    Err(SignatureError::Refused(reason(&String::from_utf8_lossy(&output.stderr))))
}

/// Why the program refused, from lines such as `80…:error:17000064:CMS routines:…:certificate verify
/// error:../crypto/cms/cms_smime.c:289:Verify error: certificate has expired`.
fn reason(said: &str) -> String {
    let line = said.lines().rev().find(|line| line.contains(":error:")).or_else(|| said.lines().next_back());
    let line = line.unwrap_or_default();
    let parts: Vec<&str> = line.split(':').map(str::trim).collect();
    let told = match line.split_once("Verify error:") {
        Some((_, why)) => why.trim().to_owned(),
        // The message comes before the place in the program's source, and what it is about comes after it.
        None => match parts.iter().position(|part| part.starts_with("..")) {
            Some(at) if at > 0 => {
                let about = parts.get(at + 2..).unwrap_or_default().join(" ");
                format!("{} {about}", parts[at - 1]).trim().to_owned()
            }
            _ => line.trim().to_owned(),
        },
    };
    told.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// A temporary file, removed when it is dropped.
struct Temporary(PathBuf);

impl Temporary {
    fn holding(bytes: &[u8]) -> std::io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("zhinaq-signature-{}-{count}", std::process::id()));
        let _ = fs::remove_file(&path);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(bytes)?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_says_is_told_in_its_words_alone() {
        for (said, wanted) in [
            (
                "80:error:17000064:CMS routines:cms_verify:certificate verify error:../crypto/cms/x.c:289:Verify error: certificate has expired\n",
                "certificate has expired",
            ),
            (
                "80:error:17000088:CMS routines:CMS_add1_signer:private key does not match certificate:../crypto/cms/x.c:313:\n",
                "private key does not match certificate",
            ),
            (
                "80:error:80000002:system library:file_open:No such file or directory:../providers/x.c:266:calling stat(none.pem)\n",
                "No such file or directory calling stat(none.pem)",
            ),
            ("something else\n", "something else"),
            ("", ""),
        ] {
            assert_eq!(reason(said), wanted);
        }
    }
}
