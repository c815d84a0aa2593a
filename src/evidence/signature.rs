//! A detached signature of the list of files (CMS, RFC 5652), made and checked by the `openssl` program where it is
//! installed: the keys of an office live in its files or devices, and that program knows them.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
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

/// Signs bytes with an X.509 certificate and its key, both PEM files; answers DER.
///
/// # Errors
/// When `openssl` is not there, or the files are not what they should be.
pub fn sign(bytes: &[u8], certificate: &Path, key: &Path) -> Result<Vec<u8>, SignatureError> {
    let mut command = Command::new("openssl");
    command.args(["cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-nosmimecap", "-signer"]);
    command.arg(certificate).arg("-inkey").arg(key);
    Ok(given(&mut command, bytes)?.stdout)
}

/// Checks a signature of bytes against the authorities of a PEM file.
///
/// # Errors
/// When the signature is not one of these bytes by a certificate of these authorities, or `openssl` is not there.
pub fn check(bytes: &[u8], signature: &[u8], authorities: &Path) -> Result<(), SignatureError> {
    let file = Temporary::holding(signature)?;
    let mut command = Command::new("openssl");
    command.args(["cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-content", "/dev/stdin", "-in"]);
    command.arg(&file.0).arg("-CAfile").arg(authorities);
    given(&mut command, bytes).map(drop)
}

fn given(command: &mut Command, bytes: &[u8]) -> Result<Output, SignatureError> {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().map_err(SignatureError::Program)?;
    let stdin = child.stdin.take();
    // On a thread of its own: the program may answer before it has read everything.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
        child.wait_with_output()
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| line.contains("rror") || line.contains("failure")).unwrap_or_default();
    Err(SignatureError::Refused(last.chars().filter(|c| !c.is_control()).take(300).collect()))
}

/// A file that goes when it is no longer needed.
struct Temporary(PathBuf);

impl Temporary {
    fn holding(bytes: &[u8]) -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("zhinaq-signature-{}.p7s", std::process::id()));
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
