//! Mails as other programs read them: Python's `email` with its strictest rules, and `dkimpy`.

use std::{fs, path::Path, process::Command, sync::Arc};

use serde_json::{Value, json};
use zhinaq::{
    distribute::{Dkim, Letter, MailSender},
    domain::{ParcelState, Sha256},
};

use super::context::{Notebook, QUICK, parcel, send, server};
use crate::support::{
    fake_smtp::{Act, FakeSmtp},
    skipped,
};

/// Reads a mail and prints what it found; fails on anything that other programs may misread.
const READ: &str = r#"
import email, email.policy, hashlib, json, re, sys
raw = open(sys.argv[1], "rb").read()
assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw), "a line end that is none"
assert max(map(len, raw.split(b"\r\n"))) <= 998, "a long line"
assert b"\0" not in raw
mail = email.message_from_bytes(raw, policy=email.policy.default)
for part in mail.walk():
    assert not part.defects, part.defects
    for name, value in part.items():
        assert not value.defects, (name, value.defects)
names = [name.lower() for name in mail.keys()]
assert len(names) == len(set(names)), names
print(json.dumps({
    "subject": mail["subject"],
    "from": [(a.display_name, a.addr_spec) for a in mail["from"].addresses],
    "to": [a.addr_spec for a in mail["to"].addresses],
    "date": mail["date"].datetime.isoformat(),
    "id": mail["message-id"],
    "automatic": mail["auto-submitted"],
    "mime": mail["mime-version"],
    "text": mail.get_body(("plain",)).get_content().replace("\r\n", "\n"),
    "html": mail.get_body(("html",)).get_content().replace("\r\n", "\n"),
    "files": [(p.get_filename(), p.get_content_type(), hashlib.sha256(p.get_content()).hexdigest())
              for p in mail.iter_attachments()],
    "ascii": raw.isascii(),
}))
"#;

fn python(script: &str, words: &[&str]) -> Option<Result<String, String>> {
    let output = Command::new("python3").args(["-c", script]).args(words).env("PYTHONUTF8", "1").output().ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) })
}

fn read(folder: &Path, mail: &[u8]) -> Option<Value> {
    let path = folder.join("mail.eml");
    fs::write(&path, mail).unwrap();
    let Some(read) = python(READ, &[path.to_str().unwrap()]) else {
        skipped("`python3` is not installed");
        return None;
    };
    Some(serde_json::from_str(&read.unwrap()).unwrap())
}

/// Letters, signs and lengths that are hard for headers.
fn hard_names() -> Vec<String> {
    vec![
        "crime_2025-Q2_r0_mia_copy-1-of-1_ru.xlsx".into(),
        "Жинақ әғқңөұүһі № 1 (бас прокуратура).xlsx".into(),
        format!("{}.xlsx", "ә".repeat(115)),
        format!("{}.xlsx", "n".repeat(230)),
        "two  blanks; a semicolon=and 'quotes' 100%.xlsx".into(),
        "𝛼 beyond the first plane 📊.xlsx".into(),
    ]
}

#[tokio::test]
async fn another_program_reads_each_mail_as_it_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let texts = [
        "Ә".repeat(240),
        "Қазақстан Республикасындағы қылмыстылық туралы жинақ ".repeat(4),
        "plain ASCII, a subject of many words ".repeat(6),
        "=?utf-8?b?SGFsbG8=?= looks encoded".into(),
        "№ 1: «ӘҒҚ», \"quotes\" <and> @ signs".into(),
    ];
    for (number, text) in texts.iter().enumerate() {
        for (place, name) in hard_names().into_iter().enumerate() {
            let mut one = parcel("mia", 2, 2000 + 57 * place);
            let subject = text.trim();
            let body = format!("{subject}\n.\n..\n.точка\nFrom here on\n{}\n\nend\n", "long ".repeat(400));
            one.letter = Letter::new(subject, &body, Some(&format!("<p>{body}</p>"))).unwrap();
            one.to = ["first@test.invalid", "second.name+tag@xn--80ak6aa92e.test.invalid"]
                .map(|a| a.parse().unwrap())
                .into();
            one.copies[0].record.file = name;
            let server =
                MailSender { from_name: Some(format!("{subject}, \"office\"")), ..server(fake.address.port()) };
            let notebook = Notebook::with(std::slice::from_ref(&one));
            let receipts = send(server, &notebook, vec![one.clone()], QUICK).await;
            assert_eq!(receipts[0].outcome.state, ParcelState::Handed, "{receipts:?}");
            let kept = fake.kept().pop().unwrap();
            let Some(mail) = read(folder.path(), &kept.message) else { return };
            let told = format!("subject {number}, name {place}: {mail}");
            // A text that only looks encoded must not be decoded.
            let subject = subject.replace("=?", "= ?");
            assert_eq!(mail["subject"], json!(format!("SAMPLE DATA · {subject}")), "{told}");
            // Python before 3.13 puts blanks between the encoded words of a name; RFC 2047, 6.2 removes them.
            let name = mail["from"][0][0].as_str().unwrap().replace(' ', "");
            assert_eq!(name, format!("{subject},\"office\"").replace(' ', ""), "{told}");
            assert_eq!(mail["from"][0][1], "sender@zhinaq.invalid", "{told}");
            assert_eq!(
                mail["to"],
                json!(["first@test.invalid", "second.name+tag@xn--80ak6aa92e.test.invalid"]),
                "{told}"
            );
            assert_eq!(mail["date"], "2025-07-14T08:00:00+00:00", "{told}");
            assert_eq!((&mail["automatic"], &mail["mime"]), (&json!("auto-generated"), &json!("1.0")), "{told}");
            assert_eq!(mail["text"].as_str().unwrap().trim_end(), body.trim_end(), "{told}");
            assert_eq!(mail["html"].as_str().unwrap().trim_end(), format!("<p>{body}</p>").trim_end(), "{told}");
            let files: Vec<Value> = one
                .copies
                .iter()
                .map(|c| json!([c.record.file, zhinaq::distribute::WORKBOOK_TYPE, c.record.sha256.to_string()]))
                .collect();
            assert_eq!(mail["files"], json!(files), "{told}");
            assert_eq!(mail["ascii"], true, "{told}");
            assert!(mail["id"].as_str().unwrap().ends_with("@zhinaq.invalid>"), "{told}");
        }
    }
}

/// Checks the first signature with the public key that the DNS would give.
const VERIFY: &str = r#"
import sys
try:
    import dkim
except ImportError:
    sys.exit("no dkimpy")
record = open(sys.argv[2], "rb").read()
asked = []
def dns(name, timeout=5):
    asked.append(name)
    return record
assert dkim.verify(open(sys.argv[1], "rb").read(), dnsfunc=dns), "the signature does not hold"
assert asked == [b"post._domainkey.zhinaq.invalid."], asked
"#;

#[tokio::test]
async fn dkimpy_finds_the_signature_good_and_one_on_a_changed_mail_bad() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let openssl = |words: &[&str]| Command::new("openssl").args(words).output().is_ok_and(|o| o.status.success());
    let key = at("key.pem");
    if !openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &key]) {
        return skipped("`openssl` is not installed");
    }
    assert!(openssl(&["pkey", "-in", &key, "-pubout", "-out", &at("public.pem")]));
    let public: String =
        fs::read_to_string(at("public.pem")).unwrap().lines().filter(|line| !line.starts_with('-')).collect();
    fs::write(at("record"), format!("v=DKIM1; k=rsa; p={public}")).unwrap();
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let mut server = server(fake.address.port());
    server.dkim = Some(Arc::new(Dkim::new("zhinaq.invalid", "post", Path::new(&key)).unwrap()));
    // Larger than one block on the wire.
    let parcels = vec![parcel("mia", 2, 400_000), parcel("moj", 1, 100)];
    let notebook = Notebook::with(&parcels);
    send(server, &notebook, parcels, QUICK).await;
    assert_eq!(fake.kept().len(), 2);
    for kept in fake.kept() {
        let verdict = |mail: &[u8]| {
            fs::write(at("mail"), mail).unwrap();
            python(VERIFY, &[&at("mail"), &at("record")])
        };
        match verdict(&kept.message) {
            None => return skipped("`python3` is not installed"),
            Some(Err(why)) if why.contains("no dkimpy") => {
                return skipped("the Python package `dkimpy` is not installed");
            }
            Some(held) => held.map(drop).unwrap(),
        }
        let text = String::from_utf8(kept.message).unwrap();
        let changed = text.replacen("Subject: ", "Subject: not ", 1);
        assert!(verdict(changed.as_bytes()).unwrap().unwrap_err().contains("does not hold"));
    }
}

#[tokio::test]
async fn one_id_for_each_mail_the_same_on_each_attempt() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let parcels: Vec<_> = (0..20).map(|i| parcel(&format!("organ-{i}"), 1 + i % 3, 100)).collect();
    let small = MailSender { max_message_bytes: Some(12_000), ..server(fake.address.port()) };
    let mut ids: Vec<Vec<(String, Sha256)>> = Vec::new();
    for _ in 0..2 {
        let before = fake.kept().len();
        let receipts = send(small.clone(), &Notebook::with(&parcels), parcels.clone(), QUICK).await;
        assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Handed), "{receipts:?}");
        let id = |message: &[u8]| {
            mail_parser::MessageParser::default().parse(message).unwrap().message_id().unwrap().to_owned()
        };
        let mut sent: Vec<_> = fake.kept()[before..].iter().map(|k| (id(&k.message), Sha256::of(&k.message))).collect();
        sent.sort();
        let count = sent.len();
        sent.dedup_by(|a, b| a.0 == b.0);
        assert_eq!(sent.len(), count, "two mails with one id");
        ids.push(sent);
    }
    assert_eq!(ids[0], ids[1]);
}
