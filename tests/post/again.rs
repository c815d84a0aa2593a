//! Mails of one parcel, each with an outcome of its own; and second sendings, which take nothing from the first.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use super::program::{SEND, moved, narcotics};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Stage},
    program::{Ended, Office},
};

const PARCEL: &str = "2025-Q2/narcotics/r0/gp-leadership";

fn act(office: &Office, words: &str) -> Ended {
    let words: Vec<&str> = words.split(' ').chain(["--by", "op", "--sample"]).collect();
    office.zhinaq(&words)
}

/// The rows of the parcel in the register.
fn rows(office: &Office) -> Vec<Value> {
    let all = act(office, "register --period 2025-Q2 --collection narcotics --format json").exits(0).json();
    all.as_array().unwrap().iter().filter(|row| row["parcel"] == PARCEL).cloned().collect()
}

fn notices(office: &Office) -> String {
    act(office, "status --period 2025-Q2 --format json").exits(0).json()["notices"].to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_uncertain_mails_of_one_parcel_are_settled_each_by_itself() {
    let fake = FakeSmtp::start(|_, stage, _| if stage == Stage::Dot { Act::KeepAndDrop } else { Act::Well }).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.edit("zhinaq.toml", |text| {
            let text = text.replace("[\"gp-leadership@test.invalid\"]", "[\"a@test.invalid\", \"b@test.invalid\"]");
            format!(
                "{text}[delivery.gp-leadership]\ncopies = {{ \"a@test.invalid\" = [1, 2], \"b@test.invalid\" = [3] }}\n"
            )
        });
        office.zhinaq(&[&SEND[..], &["--organ", "gp-leadership"]].concat()).exits(4);
        assert_eq!(fake.kept().len(), 3);

        let settle = format!("settle --parcel {PARCEL} --evidence log --format json");
        let asked = act(&office, &format!("{settle} --handed")).exits(1);
        for which in ["3 mails", "`--copies 1-2`", "`--copies 3`", "`--copies 4-7`"] {
            assert!(asked.err.contains(which), "{which}: {}", asked.err);
        }
        let done = act(&office, &format!("{settle} --handed --copies 1-2,4-7")).exits(0).json();
        assert_eq!((&done["copies"], &done["state"]), (&json!([1, 2, 4, 5, 6, 7]), &json!("handed")));
        let again = act(&office, &format!("{settle} --not-handed --copies 2,3")).exits(1);
        assert!(again.err.contains("copy 2 is not uncertain") && again.err.contains("`--copies 3`"), "{}", again.err);
        let states = || rows(&office).iter().map(|row| row["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(states(), ["handed", "handed", "uncertain", "handed", "handed", "handed", "handed"]);
        // One mail is left, so the command needs no choice.
        act(&office, &format!("{settle} --not-handed")).exits(0);
        assert_eq!(states()[2], "queued");
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_sending_that_fails_is_told_and_takes_nothing_from_the_first() {
    let dots = Arc::new(AtomicUsize::new(0));
    let refusing = Arc::new(AtomicUsize::new(0));
    let fake = FakeSmtp::start({
        let (dots, refusing) = (Arc::clone(&dots), Arc::clone(&refusing));
        move |_, stage, _| match (stage, refusing.load(Ordering::SeqCst)) {
            (Stage::Rcpt, 1) => Act::Say(b"550 5.1.1 the mailbox is closed\r\n"),
            (Stage::Dot, 2) => Act::Drop,
            (Stage::Dot, _) => {
                dots.fetch_add(1, Ordering::SeqCst);
                Act::Well
            }
            _ => Act::Well,
        }
    })
    .await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        office.zhinaq(&SEND).exits(0);
        let (handed, first) = (narcotics(&office)["parcels"]["handed"].clone(), dots.load(Ordering::SeqCst));
        let was = rows(&office);

        refusing.store(1, Ordering::SeqCst);
        let resend = format!("resend --parcel {PARCEL} --reason lost");
        let ended = act(&office, &resend).exits(4);
        assert!(ended.err.contains("the mailbox is closed"), "{}", ended.err);
        let standing = narcotics(&office);
        assert_eq!((&standing["parcels"]["handed"], &standing["parcels"]["again"]), (&handed, &json!(1)), "{standing}");
        assert_eq!(standing["parcels"]["failed"], 0);
        let told = notices(&office);
        let words = format!("parcel `{PARCEL}` was handed over, and its second sending is failed");
        assert!(told.contains(&words) && told.contains("the mailbox is closed"), "{told}");
        let rows_now = rows(&office);
        assert_eq!((&rows_now[0]["state"], &rows_now[0]["again"]), (&json!("handed"), &json!("failed")));
        assert_eq!(rows_now[0]["handed_at"], was[0]["handed_at"]);
        let table = act(&office, "register --period 2025-Q2 --collection narcotics").exits(0).out;
        assert_eq!(table.matches("handed, again: failed").count(), 7, "{table}");

        // A machine does not try again what was refused for good. A person does; the connection is lost, so somebody has
        // to find out.
        refusing.store(2, Ordering::SeqCst);
        office.zhinaq(&SEND).exits(4);
        assert!(notices(&office).contains("its second sending is failed"));
        office.zhinaq(&[&SEND[..], &["--refused"]].concat()).exits(4);
        assert!(notices(&office).contains("its second sending is uncertain"));
        assert!(act(&office, &resend).exits(1).err.contains("is uncertain"));
        office.zhinaq(&SEND).exits(4);
        act(&office, &format!("settle --parcel {PARCEL} --not-handed --evidence mailbox")).exits(0);
        refusing.store(0, Ordering::SeqCst);
        office.zhinaq(&SEND).exits(0);
        assert_eq!(dots.load(Ordering::SeqCst), first + 1, "the first time, and once more");
        assert!(rows(&office).iter().all(|row| row["state"] == "handed" && row["again"].is_null()));
        let now = narcotics(&office);
        assert_eq!((&now["parcels"]["handed"], &now["parcels"]["again"]), (&handed, &json!(0)));
    });
}
