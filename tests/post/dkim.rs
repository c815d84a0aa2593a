//! Signatures of mails, checked by a program that shares no code with ours.

use std::{fs, path::Path, process::Command, sync::Arc};

use zhinaq::{distribute::Dkim, domain::ParcelState};

use super::context::{Notebook, QUICK, parcel, send, server};
use crate::support::{
    fake_smtp::{Act, FakeSmtp},
    skipped,
};

/// Checks a signature by RFC 6376: takes a mail and a public key, prints what it found.
const CHECK: &str = r#"
import base64, hashlib, re, subprocess, sys
mail, key, folder = open(sys.argv[1], "rb").read(), sys.argv[2], sys.argv[3]
head, body = mail.split(b"\r\n\r\n", 1)
fields = re.split(rb"\r\n(?![ \t])", head)
assert fields[0].startswith(b"DKIM-Signature:")
value = fields[0].split(b":", 1)[1]
tags = dict(t.strip().split(b"=", 1) for t in re.sub(rb"\s+", b"", value).split(b";"))
body = re.sub(rb"(\r\n)*$", b"", body) + b"\r\n"
assert base64.b64encode(hashlib.sha256(body).digest()) == tags[b"bh"], "body"
def relaxed(field):
    name, value = field.split(b":", 1)
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()
left, text = fields[1:], b""
for name in tags[b"h"].split(b":"):
    for field in reversed(left):
        if field.split(b":", 1)[0].strip().lower() == name:
            text += relaxed(field) + b"\r\n"
            left.remove(field)
            break
text += relaxed(re.sub(rb"b=[^;]*$", b"b=", fields[0]))
algorithm = tags[b"a"]
open(folder + "/sig", "wb").write(base64.b64decode(tags[b"b"]))
if algorithm == b"ed25519-sha256":
    open(folder + "/text", "wb").write(hashlib.sha256(text).digest())
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", folder + "/text", "-sigfile", folder + "/sig"]
else:
    open(folder + "/text", "wb").write(text)
    command = ["openssl", "dgst", "-sha256", "-verify", key, "-signature", folder + "/sig", folder + "/text"]
sys.exit(subprocess.run(command).returncode)
"#;

fn run(program: &str, words: &[&str]) -> bool {
    Command::new(program).args(words).output().is_ok_and(|output| output.status.success())
}

fn holds(folder: &Path, mail: &[u8], key: &str) -> bool {
    let at = |name: &str| folder.join(name).display().to_string();
    fs::write(at("mail"), mail).unwrap();
    run("python3", &["-c", CHECK, &at("mail"), key, &folder.display().to_string()])
}

#[tokio::test]
async fn a_signed_mail_holds_and_one_that_was_touched_does_not() {
    if !run("openssl", &["version"]) || !run("python3", &["--version"]) {
        skipped("`openssl` or `python3` is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for (algorithm, more) in [("RSA", &["-pkeyopt", "rsa_keygen_bits:2048"][..]), ("ED25519", &[])] {
        let (key, public) = (at("key.pem"), at("public.pem"));
        assert!(run("openssl", &[&["genpkey", "-algorithm", algorithm, "-out", &key], more].concat()));
        assert!(run("openssl", &["pkey", "-in", &key, "-pubout", "-out", &public]));
        let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
        let mut server = server(fake.address.port());
        server.dkim = Some(Arc::new(Dkim::new("zhinaq.invalid", "post", Path::new(&key)).unwrap()));
        assert!(!format!("{server:?}").contains("BEGIN"), "a key is told nowhere");
        let parcels = vec![parcel("mia", 2, 5000), parcel("moj", 1, 5000)];
        let notebook = Notebook::with(&parcels);
        let receipts = send(server, &notebook, parcels, QUICK).await;
        assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Handed), "{receipts:?}");
        for kept in fake.kept() {
            assert!(holds(folder.path(), &kept.message, &public), "{algorithm}");
            let text = String::from_utf8(kept.message).unwrap();
            assert!(text.contains("d=zhinaq.invalid; s=post;") && text.contains(&algorithm.to_lowercase()));
            for (from, to) in
                [("Subject: ", "Subject: x"), ("\r\n\r\n", "\r\n\r\nx"), ("Date: ", "From: x@y.z\r\nDate: ")]
            {
                assert!(!holds(folder.path(), text.replacen(from, to, 1).as_bytes(), &public), "{algorithm} {from:?}");
            }
        }
    }
    fs::write(at("none.pem"), "no key").unwrap();
    let error = Dkim::new("zhinaq.invalid", "post", Path::new(&at("none.pem"))).unwrap_err();
    assert!(error.to_string().contains("holds no RSA or Ed25519 key"), "{error}");
}
