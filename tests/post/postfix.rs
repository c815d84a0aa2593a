//! Parcels through a real mail server into real mailboxes.

use zhinaq::{
    distribute::{Pace, Parcel, Security},
    domain::{ParcelState, Sha256},
};

use super::context::{Notebook, QUICK, attachments, parcel, send, server};
use crate::support::postfix::Postfix;

pub const ORGANS: [&str; 23] = [
    "gp-leadership",
    "gp-office",
    "gp-criminal-prosecution",
    "gp-sentences",
    "gp-public-interests",
    "gp-special-prosecutors",
    "gp-academy",
    "gp-committee",
    "president-administration",
    "constitutional-council",
    "senate",
    "majilis",
    "pm-office",
    "security-council",
    "supreme-court",
    "knb",
    "mia",
    "moj",
    "anticorruption-bureau",
    "financial-monitoring",
    "mod",
    "state-security-service",
    "syrbar",
];

fn encrypted(postfix: &Postfix, security: Security) -> zhinaq::distribute::MailSender {
    let port = if security == Security::Implicit { postfix.tls_port } else { postfix.port };
    let mut server = server(port);
    server.server.host = "localhost".into();
    server.server.security = security;
    server.server.authorities = Some(postfix.authority());
    server.server.timeouts = zhinaq::distribute::Timeouts::default();
    server
}

/// Five collections to each of the 23 organs: 115 parcels.
fn parcels() -> Vec<Parcel> {
    let mut parcels = Vec::new();
    for organ in ORGANS {
        for collection in ["crime", "corruption", "narcotics", "courts", "supervision"] {
            let copies = match organ {
                "gp-leadership" => 7,
                "gp-committee" => 5,
                _ => 1,
            };
            let mut parcel = parcel(organ, copies, 30_000);
            parcel.id = format!("2025-Q2/{collection}/r0/{organ}").parse().unwrap();
            for copy in &mut parcel.copies {
                copy.record.file = copy.record.file.replace("2025-Q2", &format!("2025-Q2_{collection}"));
            }
            parcels.push(parcel);
        }
    }
    parcels
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_half_year_goes_through_a_real_mail_server_and_each_copy_arrives_intact() {
    let mut boxes = ORGANS.to_vec();
    boxes.push("archive");
    let Some(postfix) = Postfix::start(&boxes, 10_240_000) else { return };
    let parcels = parcels();
    let notebook = Notebook::with(&parcels);
    let mut server = encrypted(&postfix, Security::StartTls);
    server.archive = Some("archive@test.invalid".parse().unwrap());
    let receipts = send(server, &notebook, parcels.clone(), Pace::default()).await;
    assert_eq!(receipts.len(), 115);
    assert!(receipts.iter().all(|r| r.outcome.state == ParcelState::Handed), "{receipts:?}\n{}", postfix.log());
    assert!(receipts[0].outcome.words.contains("queued as "), "{:?}", receipts[0].outcome);

    for organ in ORGANS {
        let mut wanted: Vec<(String, Sha256)> = parcels
            .iter()
            .filter(|p| p.id.organ.as_str() == organ)
            .flat_map(|p| &p.copies)
            .map(|c| (c.record.file.clone(), c.record.sha256))
            .collect();
        let messages = postfix.mailbox(organ, 5);
        assert_eq!(messages.len(), 5, "{organ}: {}", postfix.log());
        let mut found: Vec<(String, Sha256)> =
            messages.iter().flat_map(|m| attachments(m)).map(|(name, bytes)| (name, Sha256::of(&bytes))).collect();
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "{organ}");
    }
    assert_eq!(postfix.mailbox("archive", 115).len(), 115);
    assert!(postfix.log().contains("TLS connection established") || !postfix.log().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_server_refuses_what_it_must_and_takes_the_rest() {
    let Some(postfix) = Postfix::start(&["mia", "gp-leadership"], 400_000) else { return };
    // The connection is encrypted from the first byte; seven copies of 100 kB are more than the server takes in one
    // mail.
    let large = parcel("gp-leadership", 7, 100_000);
    let notebook = Notebook::with(std::slice::from_ref(&large));
    let receipts = send(encrypted(&postfix, Security::Implicit), &notebook, vec![large.clone()], QUICK).await;
    assert_eq!(receipts[0].outcome.state, ParcelState::Handed, "{receipts:?}\n{}", postfix.log());
    let messages = postfix.mailbox("gp-leadership", 4);
    assert_eq!(messages.len(), 4);
    assert_eq!(messages.iter().map(|m| attachments(m).len()).sum::<usize>(), 7);

    // An organ without a mailbox, and a copy that is too large for any mail.
    let parcels = vec![parcel("nobody-there", 1, 100), parcel("mia", 1, 400_000), parcel("mia", 1, 100)];
    let mut parcels = parcels;
    parcels[1].id = "2025-Q2/courts/r0/mia".parse().unwrap();
    let notebook = Notebook::with(&parcels);
    let receipts = send(encrypted(&postfix, Security::StartTls), &notebook, parcels, QUICK).await;
    let states: Vec<ParcelState> = receipts.iter().map(|r| r.outcome.state).collect();
    assert_eq!(states, [ParcelState::Failed, ParcelState::Failed, ParcelState::Handed], "{receipts:?}");
    assert!(receipts[0].outcome.words.contains("n…@test.invalid was refused: 550"), "{receipts:?}");
    assert!(receipts[1].outcome.words.contains("the largest mail that is taken has 0.400 MB"), "{receipts:?}");
    assert_eq!(postfix.mailbox("mia", 1).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_another_authority_is_refused_before_anything_is_said() {
    let Some(postfix) = Postfix::start(&["mia"], 400_000) else { return };
    for security in [Security::StartTls, Security::Implicit] {
        let parcels = vec![parcel("mia", 1, 100)];
        let notebook = Notebook::with(&parcels);
        let mut server = encrypted(&postfix, security);
        server.server.authorities = Some(postfix.other_authority());
        let receipts = send(server, &notebook, parcels.clone(), QUICK).await;
        let outcome = &receipts[0].outcome;
        assert!(
            outcome.words.starts_with("the connection could not be encrypted: invalid peer certificate"),
            "{outcome:?}"
        );
        assert!(outcome.state == ParcelState::Failed && !outcome.is_transient(), "{outcome:?}");
        // The right authority, but not the name in the certificate.
        let mut server = encrypted(&postfix, security);
        server.server.host = "127.0.0.1".into();
        let receipts = send(server, &Notebook::with(&parcels), parcels, QUICK).await;
        assert!(receipts[0].outcome.words.contains("certificate"), "{receipts:?}");
    }
    assert!(!postfix.log().contains("from=<"), "nothing was said: {}", postfix.log());
}
