//! Records of parcels, as they follow from journals.

use crate::{Actor, Channel, CopyRecord, Event, Fact, ParcelId, ParcelState, Sha256, interrupted, parcels};

fn id() -> ParcelId {
    "2025-Q2/crime/r0/gp-leadership".parse().unwrap()
}

fn events(facts: Vec<Fact>) -> Vec<Event> {
    let at = chrono::DateTime::from_timestamp(0, 0).unwrap();
    let event = |(i, fact)| Event { seq: i as i64 + 1, at, run: format!("run-{i}"), actor: Actor::Schedule, fact };
    facts.into_iter().enumerate().map(event).collect()
}

fn queued(of: u32) -> Fact {
    let copy = |number| CopyRecord {
        number,
        of,
        file: format!("{number}.xlsx"),
        sha256: Sha256::of(&[number as u8]),
        language: None,
    };
    Fact::Queued { parcel: id(), copies: (1..=of).map(copy).collect() }
}

fn sending(transport: Channel, copies: &[u32]) -> Fact {
    Fact::Sending { parcel: id(), attempt: 1, message_id: None, transport, copies: copies.to_vec(), mail: None }
}

fn outcome(state: ParcelState, copies: &[u32]) -> Fact {
    let (words, copies) = (state.to_string(), copies.to_vec());
    Fact::Outcome { parcel: id(), attempt: 1, state, words, transient: false, copies, addresses: None }
}

fn state(facts: Vec<Fact>) -> ParcelState {
    parcels(&events(facts))[&id()].state
}

#[test]
fn a_split_parcel_is_handed_when_its_last_mail_is() {
    use Channel::Smtp;
    use ParcelState::Handed;
    let first = vec![queued(3), sending(Smtp, &[1, 2]), outcome(Handed, &[1, 2])];
    assert_eq!(state(first.clone()), ParcelState::Queued);
    let record = &parcels(&events(first.clone()))[&id()];
    assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [3]);
    let all = [first, vec![sending(Smtp, &[3]), outcome(Handed, &[3])]].concat();
    assert_eq!(state(all.clone()), Handed);
    assert!(parcels(&events(all.clone()))[&id()].was_handed_by("run-4"));
    assert_eq!(parcels(&events(all))[&id()].to_send().count(), 0);
}

#[test]
fn an_interrupted_mail_is_uncertain_and_an_interrupted_folder_is_queued() {
    for (channel, wanted) in [(Channel::Smtp, ParcelState::Uncertain), (Channel::Folder, ParcelState::Queued)] {
        let mut facts = vec![queued(2), sending(channel, &[])];
        assert_eq!(state(facts.clone()), ParcelState::Sending);
        facts.extend(interrupted(&events(facts.clone())));
        assert_eq!(state(facts.clone()), wanted);
        assert!(interrupted(&events(facts)).is_empty());
    }
}

#[test]
fn a_sender_that_speaks_up_late_cannot_undo_what_was_handed() {
    let second = |state| Fact::Outcome {
        parcel: id(),
        attempt: 2,
        state,
        words: String::new(),
        transient: false,
        copies: Vec::new(),
        addresses: None,
    };
    let again = Fact::Sending {
        parcel: id(),
        attempt: 2,
        message_id: None,
        transport: Channel::Smtp,
        copies: Vec::new(),
        mail: None,
    };
    let tried = vec![queued(1), sending(Channel::Smtp, &[]), again];
    for late in [ParcelState::Queued, ParcelState::Failed, ParcelState::Uncertain] {
        let facts = [tried.clone(), vec![second(ParcelState::Handed), outcome(late, &[])]].concat();
        assert_eq!(state(facts), ParcelState::Handed);
    }
    let facts = [tried, vec![second(ParcelState::Failed), outcome(ParcelState::Handed, &[])]].concat();
    assert_eq!(state(facts), ParcelState::Handed);
}

#[test]
fn a_person_settles_only_what_is_uncertain() {
    let mut facts = vec![queued(2), outcome(ParcelState::Handed, &[1]), outcome(ParcelState::Uncertain, &[2])];
    assert_eq!(state(facts.clone()), ParcelState::Uncertain);
    facts.push(settled(ParcelState::Failed, &[]));
    let record = &parcels(&events(facts))[&id()];
    assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [2]);
}

fn settled(state: ParcelState, copies: &[u32]) -> Fact {
    Fact::Settled { parcel: id(), state, evidence: "not in the archive".into(), copies: copies.to_vec() }
}

#[test]
fn two_uncertain_mails_are_settled_each_by_itself() {
    let mail = |id: &str, copies: &[u32]| Fact::Sending {
        parcel: self::id(),
        attempt: 1,
        message_id: Some(id.into()),
        transport: Channel::Smtp,
        copies: copies.to_vec(),
        mail: None,
    };
    let lost = |copies| outcome(ParcelState::Uncertain, copies);
    let facts = vec![queued(3), mail("<a@x>", &[1, 3]), mail("<b@x>", &[2]), lost(&[1, 3]), lost(&[2])];
    let mails = |facts: &[Fact]| {
        let records = parcels(&events(facts.to_vec()));
        records[&id()].uncertain().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(mails(&facts), ["1, 3", "2"]);
    let one = [&facts[..], &[settled(ParcelState::Handed, &[1, 3])]].concat();
    assert_eq!((mails(&one), state(one.clone())), (vec!["2".to_owned()], ParcelState::Uncertain));
    let both = [&one[..], &[settled(ParcelState::Queued, &[2])]].concat();
    let record = &parcels(&events(both))[&id()];
    assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [2]);
    // In an older journal, a fact without copies means all copies that were uncertain.
    let older = r#"{"kind":"settled","parcel":"2025-Q2/crime/r0/gp-leadership","state":"handed","evidence":"log"}"#;
    let all = [&facts[..], &[serde_json::from_str(older).unwrap()]].concat();
    assert_eq!(state(all), ParcelState::Handed);
}

#[test]
fn what_was_handed_once_stays_so_whatever_becomes_of_a_second_sending() {
    use ParcelState::{Acknowledged, Bounced, Failed, Handed, Queued, Uncertain};
    let mut facts = vec![queued(1), sending(Channel::Smtp, &[]), outcome(Handed, &[])];
    assert_eq!(parcels(&events(facts.clone()))[&id()].to_send().count(), 0);
    facts.push(Fact::Resend { parcel: id(), reason: "the organ lost it".into() });
    let second = |state: ParcelState| {
        let mut facts = [&facts[..], &[sending(Channel::Smtp, &[]), outcome(state, &[])]].concat();
        for fact in &mut facts[4..] {
            if let Fact::Sending { attempt, .. } | Fact::Outcome { attempt, .. } = fact {
                *attempt = 2;
            }
        }
        facts
    };
    let stands = |facts: Vec<Fact>| {
        let record = parcels(&events(facts)).remove(&id()).unwrap();
        (record.state, record.again, record.to_send().count(), record.copies[0].handed_by.clone().unwrap_or_default())
    };
    assert_eq!(stands(facts.clone()), (Handed, Some(Queued), 1, "run-2".into()));
    assert_eq!(stands(second(Failed)), (Handed, Some(Failed), 1, "run-2".into()));
    assert_eq!(stands(second(Uncertain)), (Handed, Some(Uncertain), 0, "run-2".into()));
    assert_eq!(stands(second(Handed)), (Handed, None, 0, "run-5".into()));
    let found = [second(Uncertain), vec![settled(Handed, &[])]].concat();
    assert_eq!(stands(found), (Handed, None, 0, "run-6".into()));
    let lost = [second(Uncertain), vec![settled(Queued, &[])]].concat();
    assert_eq!(stands(lost), (Handed, Some(Queued), 1, "run-2".into()));
    // The answer to the first sending does not change the second. If the first bounced, only the second counts.
    let answered = [second(Failed), vec![outcome(Acknowledged, &[])]].concat();
    assert_eq!(stands(answered), (Acknowledged, Some(Failed), 1, "run-2".into()));
    let bounced = [second(Failed), vec![outcome(Bounced, &[])]].concat();
    assert_eq!(stands(bounced), (Failed, None, 1, String::new()));
    // The attempt that was open when the program ended was the second one.
    let dead = second(Handed)[..5].to_vec();
    let open = interrupted(&events(dead.clone()));
    assert_eq!(stands([dead, open].concat()), (Handed, Some(Uncertain), 0, "run-2".into()));
}

#[test]
fn the_kind_of_a_fact_is_the_word_in_its_json() {
    for fact in [queued(1), sending(Channel::Smtp, &[1]), outcome(ParcelState::Handed, &[])] {
        assert_eq!(serde_json::to_value(&fact).unwrap()["kind"], fact.kind());
    }
}

#[test]
fn a_withdrawn_copy_keeps_its_number_and_what_was_handed_stays() {
    let withdrawn = |copies: &[u32]| Fact::Readdressed {
        parcel: id(),
        to: Some("mia".parse().unwrap()),
        copies: copies.to_vec(),
        reason: "joined".into(),
    };
    let facts = vec![queued(3), outcome(ParcelState::Handed, &[1]), withdrawn(&[2, 3])];
    let record = &parcels(&events(facts.clone()))[&id()];
    assert_eq!((record.state, record.copies.len(), record.counted().count()), (ParcelState::Handed, 3, 1));
    assert_eq!(record.to_send().count(), 0);
    assert_eq!(state(vec![queued(2), withdrawn(&[1, 2])]), ParcelState::Withdrawn);
    // More copies come: those of another organ that this one succeeds. A number that exists already keeps its copy.
    let more = Fact::Queued {
        parcel: id(),
        copies: (3..=5)
            .map(|number| CopyRecord { number, of: 5, file: "x.xlsx".into(), sha256: Sha256::of(b"x"), language: None })
            .collect(),
    };
    let record = &parcels(&events([facts, vec![more]].concat()))[&id()];
    let open: Vec<(u32, u32)> = record.to_send().map(|c| (c.record.number, c.record.of)).collect();
    assert_eq!((record.state, open), (ParcelState::Queued, vec![(4, 5), (5, 5)]));
    // When the organ ends, the second sending of a handed copy is cancelled.
    let again = Fact::Resend { parcel: id(), reason: "lost".into() };
    let record = &parcels(&events(vec![queued(1), outcome(ParcelState::Handed, &[]), again, withdrawn(&[])]))[&id()];
    assert_eq!((record.state, record.again), (ParcelState::Handed, None));
}
