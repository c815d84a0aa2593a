//! Uncertain parcels that a person settles, and parcels that are sent again.

use super::{by, facts, run, staffed, totals};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Kept, Stage},
    program::Office,
};

const PARCEL: &str = "2025-Q2/narcotics/r0/mia";

fn outbox(office: &Office) -> Vec<std::path::PathBuf> {
    let folder = office.path().join("output/sample/outbox/mia/2025-Q2/narcotics/r0");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_was_handed_goes_again_only_when_a_person_says_so_and_is_the_same() {
    let office = staffed();
    let first = run(&office, "op", "2025-Q2");
    let [parcels, copies, ..] = totals(&first);
    assert!(parcels > 0 && copies > parcels);
    assert_eq!(totals(&run(&office, "op", "2025-Q2")), [parcels, copies, 0, 0]);

    let resend = format!("resend --parcel {PARCEL} --reason \"the disk of the recipient broke\"");
    let missing = by(&office, "op", &resend.replace("narcotics/r0/mia", "narcotics/r7/mia")).exits(1);
    assert!(missing.err.contains("is not in the register"), "{}", missing.err);

    let before = outbox(&office);
    for file in &before {
        std::fs::remove_file(file).unwrap();
    }
    let report = by(&office, "op", &format!("{resend} --format json")).exits(0).json();
    assert_eq!(report["parcels"], serde_json::json!([PARCEL]));
    assert_eq!(outbox(&office), before, "the same names, which carry the hashes of the bytes");
    let kept = facts(&office, "resend");
    assert_eq!(
        (kept.len(), &kept[0].0, &kept[0].1["reason"]),
        (1, &"Operator".into(), &"the disk of the recipient broke".into())
    );

    let organ = "resend --period 2025-Q2 --organ mia --reason \"moved\" --format json";
    let report = by(&office, "op", organ).exits(0).json();
    assert_eq!(report["parcels"].as_array().unwrap().len(), 2, "both collections: {report}");
    assert_eq!(totals(&run(&office, "op", "2025-Q2")), [parcels, copies, 0, 0], "and then nothing more");

    let settled = by(&office, "op", &format!("settle --parcel {PARCEL} --handed --evidence log")).exits(1);
    assert!(settled.err.contains("is handed, not uncertain"), "{}", settled.err);
    let closed = by(&office, "op", "close --period 2025-Q2 --yes").exits(0);
    assert!(closed.out.contains(&format!("{parcels} parcels, {copies} copies")), "{}", closed.out);
    let status = by(&office, "op", "status --period 2025-Q2 --format json").exits(0).json();
    assert!(status["closed"].is_string(), "{status}");
}

/// An office whose parcels go by mail to a port of this machine.
fn by_mail(port: u16) -> Office {
    let office = staffed();
    let matrix = std::fs::read_to_string(office.path().join("schedules/order-25-2019/matrix.csv")).unwrap();
    let organs = matrix.lines().next().unwrap().split(',').skip(1);
    let addresses: String = organs.map(|o| format!("{o} = [\"{o}@test.invalid\"]\n")).collect();
    let smtp = format!(
        "[transport.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"from@test.invalid\"\n\n[addresses]\n{addresses}"
    );
    office.edit("zhinaq.toml", |text| {
        text.replace("kind = \"folder\"", "kind = \"smtp\"").replacen("[addresses]\n", &smtp, 1)
    });
    office
}

#[test]
fn an_uncertain_parcel_is_settled_by_a_person_with_evidence() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // The first connection is lost after the final dot: the server has the mail, but its reply is lost.
    let lose =
        |connection, stage, _: &str| if (connection, stage) == (1, Stage::Dot) { Act::KeepAndDrop } else { Act::Well };
    let server = runtime.block_on(FakeSmtp::start(lose));
    let office = by_mail(server.address.port());
    let report = by(&office, "op", "run --period 2025-Q1 --format json").exits(4).json();
    let trouble =
        report["troubles"].as_array().unwrap().iter().find(|t| t["why"].to_string().contains("uncertain")).unwrap();
    let parcel = trouble["what"].as_str().unwrap().trim_start_matches("parcel `").trim_end_matches('`').to_owned();
    let why = trouble["why"].as_str().unwrap();
    assert!(why.contains(&format!("`zhinaq settle --sample --parcel {parcel} --handed --evidence")), "{why}");
    let kept = server.kept().len();
    assert_eq!(by(&office, "op", "send --period 2025-Q1").exits(4).code, 4);
    assert_eq!(server.kept().len(), kept, "nothing uncertain goes again by itself");

    let resend = by(&office, "op", &format!("resend --parcel {parcel} --reason lost")).exits(1);
    assert!(resend.err.contains("is uncertain"), "{}", resend.err);
    let close = by(&office, "op", "close --period 2025-Q1").exits(1);
    assert!(close.err.contains(&parcel) && close.err.contains("uncertain"), "{}", close.err);
    let neither = by(&office, "op", &format!("settle --parcel {parcel} --evidence log")).exits(1);
    assert!(neither.err.contains("--handed|--not-handed"), "{}", neither.err);

    let not_handed = format!("settle --parcel {parcel} --not-handed --evidence \"the mailbox is empty\" --format json");
    let settled = by(&office, "op", &not_handed).exits(0).json();
    assert_eq!(settled["state"], "queued");
    assert!(by(&office, "op", &not_handed).exits(1).err.contains("is queued, not uncertain"));
    by(&office, "op", "send --period 2025-Q1").exits(0);
    assert_eq!(server.kept().len(), kept + 1);
    let ids = |kept: &[Kept]| {
        let id = |k: &Kept| {
            String::from_utf8_lossy(&k.message).lines().find(|l| l.starts_with("Message-ID")).unwrap().to_owned()
        };
        kept.iter().map(id).collect::<Vec<_>>()
    };
    let all = ids(&server.kept());
    assert!(all[..kept].contains(&all[kept]), "the retry carries the same Message-ID");
    let facts = facts(&office, "settled");
    assert_eq!((&facts[0].0, &facts[0].1["evidence"]), (&"Operator".into(), &"the mailbox is empty".into()));
    by(&office, "op", "close --period 2025-Q1 --yes").exits(0);
}

#[test]
fn what_cannot_go_again_stays_as_it_was_handed() {
    let office = staffed();
    let first = run(&office, "op", "2025-Q2");
    let [parcels, copies, ..] = totals(&first);
    office.edit("schedules/order-25-2019/recipients.toml", |text| {
        text.replacen("id = \"mia\"\n", "id = \"mia\"\nvalid_until = 2025-01-01\nsuccessor = \"knb\"\n", 1)
    });
    for words in [
        format!("resend --parcel {PARCEL} --reason lost"),
        "resend --period 2025-Q2 --organ mia --reason lost".to_owned(),
    ] {
        let refused = by(&office, "op", &words).exits(1);
        assert!(refused.err.contains("its successor is `knb`"), "{words}: {}", refused.err);
    }
    let unknown = by(&office, "op", "resend --period 2025-Q2 --organ miaa --reason lost").exits(1);
    assert!(unknown.err.contains("did you mean `mia`?"), "{}", unknown.err);
    // For a whole collection the other parcels go, and the one that cannot go is reported.
    let whole = "resend --period 2025-Q2 --collection narcotics --reason lost --format json";
    let report = by(&office, "op", whole).exits(4);
    assert!(report.err.contains("parcel `2025-Q2/narcotics/r0/mia`: not sent"), "{}", report.err);
    assert!(facts(&office, "resend").iter().all(|(_, fact)| fact["parcel"] != PARCEL));
    let status = by(&office, "op", "status --period 2025-Q2 --format json").exits(0).json();
    assert_eq!(totals(&status)[..2], [parcels, copies], "nothing counts as taken back");
    by(&office, "op", "close --period 2025-Q2 --yes").exits(0);
}

#[test]
fn a_reason_is_text_that_everybody_sees() {
    let office = staffed();
    run(&office, "op", "2025-Q2");
    for (reason, why) in [
        ("   ".to_owned(), "the reason is missing"),
        ("x".repeat(2001), "longer than 2000 characters"),
        ("red \u{1b}[31m".to_owned(), "U+001B, which is invisible"),
        ("turned \u{202e}txet".to_owned(), "U+202E, which is invisible"),
        ("a\u{0}b".replace('\u{0}', "\u{1}"), "U+0001, which is invisible"),
    ] {
        let words = ["resend", "--sample", "--parcel", PARCEL, "--reason", &reason];
        let refused = office.zhinaq(&words).exits(1);
        assert!(refused.err.contains(why), "{reason:?}: {}", refused.err);
    }
    assert!(facts(&office, "resend").is_empty());
    let words = ["resend", "--sample", "--parcel", PARCEL, "--reason", " диск\n сломан,  ӘҒҚ "];
    office.zhinaq(&words).exits(0);
    assert_eq!(facts(&office, "resend")[0].1["reason"], "диск сломан, ӘҒҚ");
}

/// Somebody who is asked, and says no.
#[derive(Default)]
struct Refuses(std::sync::Mutex<Vec<String>>);

impl zhinaq::pipeline::Consent for Refuses {
    fn agrees(&self, question: &str) -> bool {
        self.0.lock().unwrap().push(question.to_owned());
        false
    }
}

#[test]
fn nothing_is_handed_over_when_the_person_says_no() {
    use std::sync::Arc;
    use zhinaq::pipeline::{self, Context, ResendScope, RunWishes, SendScope};
    let office = staffed();
    let refuses = Arc::new(Refuses::default());
    super::by_another_asking(&office, refuses.clone(), async |context: &Context| {
        let period = "2025-Q2".parse().unwrap();
        let report = pipeline::run(context, period, &RunWishes::default()).await.unwrap();
        assert_eq!(report.standing.status.totals.parcels.handed, 0);
        assert!(
            report.troubles.iter().any(|trouble| trouble.why.contains("the answer was no")),
            "{:?}",
            report.troubles
        );
        let queued: usize = report.standing.status.collections.iter().map(|c| c.parcels.queued).sum();
        assert!(queued > 0, "the copies stay numbered");
        let sent = pipeline::send(context, period, &SendScope::default()).await.unwrap();
        assert_eq!((sent.handed, sent.exit), (0, pipeline::Exit::Short));
    });
    let asked = std::mem::take(&mut *refuses.0.lock().unwrap());
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.iter().all(|question| question.contains("cannot be taken back")), "{asked:?}");
    assert!(facts(&office, "sending").is_empty());
    // What was handed over goes again only after a yes, and a no leaves nothing behind.
    by(&office, "op", "send --period 2025-Q2").exits(0);
    super::by_another_asking(&office, refuses.clone(), async |context: &Context| {
        let scope = ResendScope::Parcel(PARCEL.parse().unwrap());
        let refused = pipeline::resend(context, &scope, "lost", false).await.unwrap_err();
        assert!(refused.message.contains("the answer was no"), "{}", refused.message);
    });
    assert_eq!(refuses.0.lock().unwrap().len(), 1);
    assert!(facts(&office, "resend").is_empty());
}
