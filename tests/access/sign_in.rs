//! Signing in: codes that are taken once, sessions that end, the brake.

use chrono::TimeDelta;
use zhinaq::{
    domain::{Actor, Fact, Role},
    pipeline::{self, EnrolTry, SignInEnd},
};

use super::{Console, HOME, PASSWORD, now};

fn is_let_in(end: &SignInEnd) -> bool {
    matches!(end, SignInEnd::In { .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_taken_once_and_a_recovery_code_too() {
    let console = Console::open().await;
    let [head, _] = console.admins().await;
    let (seed, recovery) = console.person(&head, "aliya", &[Role::Operator]).await;
    let code = seed.code_at(console.context.now());
    let enter = async |password: &str, code: &str| is_let_in(&console.sign_in("aliya", password, code, HOME).await);
    assert!(!enter("nine grey herons over balkhash", &code).await, "a wrong password does not use the code up");
    assert!(!enter(PASSWORD, "000000").await || code == "000000");
    assert!(enter(PASSWORD, &code).await);
    assert!(!enter(PASSWORD, &code).await, "the same code again");
    console.later(30);
    assert!(enter(PASSWORD, &seed.code_at(console.context.now())).await);
    assert!(enter(PASSWORD, &recovery[0].to_lowercase()).await);
    assert!(!enter(PASSWORD, &recovery[0]).await && enter(PASSWORD, &recovery[1]).await);
    let ways: Vec<String> = console.events("signed-in").await.iter().map(|event| event.fact.said()).collect();
    assert_eq!(ways.iter().filter(|way| way.ends_with("password and code")).count(), 2, "{ways:?}");
    assert_eq!(ways.iter().filter(|way| way.ends_with("recovery code")).count(), 2, "{ways:?}");
    // Three sessions of one person: the first of the four has ended.
    let sessions = pipeline::sessions(&console.context, Some("aliya")).await.unwrap();
    assert_eq!((sessions.len(), sessions.iter().filter(|session| session.is_open).count()), (4, 3));
    assert_eq!((sessions[0].network.as_str(), sessions[0].agent.as_str()), (HOME, "Browser"));
    // The ledger has none of what was typed.
    let file = std::fs::read(console.office.path().join("output/sample/ledger.sqlite")).unwrap();
    let log = std::fs::read(console.office.path().join("output/sample/ledger.sqlite-wal")).unwrap_or_default();
    for secret in [PASSWORD, seed.letters().as_str(), recovery[2].as_str()] {
        for bytes in [&file, &log] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_ends_all_sessions_at_once_and_so_does_the_day_of_leaving() {
    let console = Console::open().await;
    let [head, _] = console.admins().await;
    let (seed, _) = console.person(&head, "aliya", &[Role::Operator]).await;
    let (other, _) = console.person(&head, "erlan", &[Role::Viewer]).await;
    let tokens = [console.enter("aliya", &seed).await, console.enter("aliya", &seed).await];
    let erlan = console.enter("erlan", &other).await;
    assert!(console.is_in(&tokens[0]).await && console.is_in(&tokens[1]).await && console.is_in(&erlan).await);
    let person = pipeline::session_of(&console.context, &tokens[0]).await.unwrap().unwrap();
    assert_eq!((person.name.as_str(), person.has_agreed), ("Name of aliya", false));

    let blocked = pipeline::block_access(&console.context, &head, "aliya", "left").await.unwrap();
    assert_eq!(blocked.ended_sessions, 2);
    assert!(!console.is_in(&tokens[0]).await && !console.is_in(&tokens[1]).await && console.is_in(&erlan).await);
    let code = seed.code_at(console.context.now());
    assert!(!is_let_in(&console.sign_in("aliya", PASSWORD, &code, HOME).await));
    // A grant lets the person in again, with a new link and a new password only.
    console.grant(&head, "aliya", &[Role::Operator]).await.unwrap();
    console.later(30);
    let code = seed.code_at(console.context.now());
    assert!(!is_let_in(&console.sign_in("aliya", PASSWORD, &code, HOME).await));

    console.office.edit("schedules/people.toml", |_| {
        "[[person]]\naccount = \"erlan\"\nname = \"Erlan\"\nroles = [\"viewer\"]\nuntil = 2020-01-01\n".into()
    });
    let console = console.restarted().await;
    assert!(!console.is_in(&erlan).await);
    let code = other.code_at(console.context.now());
    assert!(!is_let_in(&console.sign_in("erlan", PASSWORD, &code, HOME).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_when_nobody_uses_it_or_somebody_ends_it() {
    let console = Console::open().await;
    let [head, _] = console.admins().await;
    let (seed, _) = console.person(&head, "aliya", &[Role::Operator]).await;
    let first = console.enter("aliya", &seed).await;
    console.later(29 * 60);
    assert!(console.is_in(&first).await);
    console.later(29 * 60);
    assert!(console.is_in(&first).await, "it was used");
    console.later(30 * 60);
    assert!(!console.is_in(&first).await);
    let (own, others) = (console.enter("aliya", &seed).await, console.enter("aliya", &seed).await);
    let person = pipeline::session_of(&console.context, &own).await.unwrap().unwrap();
    pipeline::sign_out(&console.context, &person).await.unwrap();
    assert!(!console.is_in(&own).await && console.is_in(&others).await);
    let stranger = Actor::signed_in("head", "Name of head", "m");
    assert_eq!(pipeline::end_sessions(&console.context, &stranger, "aliya").await.unwrap(), 1);
    assert!(!console.is_in(&others).await && !console.is_in("").await && !console.is_in(&"0".repeat(64)).await);
    let own = Actor::signed_in("aliya", "Name of aliya", "m");
    assert!(pipeline::end_sessions(&console.context, &own, "head").await.is_err());
    let ended: Vec<String> = console.events("signed-out").await.iter().map(|event| event.fact.said()).collect();
    assert_eq!(ended, ["1 session of `aliya` ended by the person", "1 session of `aliya` ended by an administrator"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_brake_survives_a_restart_and_locks_nobody_else_out() {
    let console = Console::open().await;
    let [head, _] = console.admins().await;
    let (seed, _) = console.person(&head, "aliya", &[Role::Operator]).await;
    let attacker = "192.0.2.7";
    // A name that exists and one that nobody has are treated alike.
    for account in ["aliya", "nobody-has-this"] {
        for _ in 0..6 {
            let end = console.sign_in(account, "wrong password of fifteen", "123456", attacker).await;
            assert!(matches!(end, SignInEnd::Refused), "{account}");
        }
        let end = console.sign_in(account, PASSWORD, "123456", attacker).await;
        let SignInEnd::Wait { until } = end else { panic!("{account} is not slowed") };
        assert_eq!(until, console.context.now() + TimeDelta::seconds(10), "{account}");
    }
    let refused: Vec<Fact> = console.events("sign-in-refused").await.into_iter().map(|event| event.fact).collect();
    let refusal = |account: &str| Fact::SignInRefused { account: account.into(), failures: 6 };
    assert_eq!(refused, [refusal("aliya"), refusal("unknown")]);

    let console = console.restarted().await;
    let end = console.sign_in("aliya", PASSWORD, &seed.code_at(console.context.now()), attacker).await;
    assert!(matches!(end, SignInEnd::Wait { .. }), "a restart does not forget");
    // The person signs in from elsewhere, and so does everybody else from the attacker's network.
    let code = seed.code_at(console.context.now());
    assert!(is_let_in(&console.sign_in("aliya", PASSWORD, &code, HOME).await));
    let (other, _) = console.person(&head, "erlan", &[Role::Viewer]).await;
    let code = other.code_at(console.context.now());
    assert!(is_let_in(&console.sign_in("erlan", PASSWORD, &code, attacker).await));
    // After its time the next try is looked at.
    console.later(10);
    let code = seed.code_at(console.context.now());
    assert!(is_let_in(&console.sign_in("aliya", PASSWORD, &code, attacker).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_for_one_person_one_time_and_24_hours() {
    let console = Console::open().await;
    let [head, deputy] = console.admins().await;
    console.grant(&head, "aliya", &[Role::Operator]).await.unwrap();
    let context = &console.context;
    let refused = pipeline::invite(context, &head, "head", "x").await.unwrap_err();
    assert!(refused.message.contains("`head` is who asks"), "{}", refused.message);
    pipeline::invite(context, &deputy, "head", "lost the telephone").await.unwrap();

    let link = pipeline::invite(context, &head, "aliya", "first entry").await.unwrap().link;
    let token = link.strip_prefix("http://127.0.0.1:8080/invite/").unwrap();
    let shown = pipeline::begin_enrolment(context, &console.key, token).await.unwrap();
    assert!(shown.address.starts_with("otpauth://totp/127.0.0.1%3A8080:aliya?secret="), "{}", shown.address);
    let seed = zhinaq::access::TotpSeed::from_bytes(&super::bytes_of(&shown.letters)).unwrap();
    let code = seed.code_at(now());
    let enrol = async |password: &str, sealed: &str, code: &str| {
        let tried = EnrolTry { token, password, sealed, code };
        pipeline::enrol(context, &console.key, tried).await.map(|done| done.recovery.len()).map_err(|f| f.message)
    };
    for (password, why) in [
        ("too short", "too short"),
        ("aaaaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("we all like aliya here", "contains the account"),
    ] {
        let refused = enrol(password, &shown.sealed, &code).await.unwrap_err();
        assert!(refused.contains(why), "{password}: {refused}");
    }
    assert!(enrol(PASSWORD, &shown.sealed, "12345").await.unwrap_err().contains("the code is not that"));
    assert!(enrol(PASSWORD, "00", &code).await.unwrap_err().contains("this link was used"));
    assert_eq!(enrol(PASSWORD, &shown.sealed, &code).await, Ok(10));
    assert!(enrol(PASSWORD, &shown.sealed, &code).await.unwrap_err().contains("this link was used"));

    // A new link makes the password void at once, and runs out.
    console.later(30);
    let session = console.enter("aliya", &seed).await;
    let link = pipeline::invite(context, &head, "aliya", "lost").await.unwrap().link;
    assert!(!console.is_in(&session).await);
    let token = link.rsplit('/').next().unwrap();
    pipeline::begin_enrolment(context, &console.key, token).await.unwrap();
    console.later(24 * 3600);
    assert!(pipeline::begin_enrolment(context, &console.key, token).await.is_err());
    assert!(pipeline::begin_enrolment(context, &console.key, "").await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_ends_all_sessions_and_the_agreement_is_signed_as_it_is_now() {
    let console = Console::open().await;
    let [head, _] = console.admins().await;
    let (seed, _) = console.person(&head, "aliya", &[Role::Operator]).await;
    let token = console.enter("aliya", &seed).await;
    let person = pipeline::session_of(&console.context, &token).await.unwrap().unwrap();
    let office = &console.context.office;
    let shown = pipeline::agreement(office, Some(zhinaq::domain::Language::RU)).unwrap();
    pipeline::sign_agreement(&console.context, &person, &shown).await.unwrap();
    assert!(pipeline::session_of(&console.context, &token).await.unwrap().unwrap().has_agreed);
    let folder = console.office.path().join("templates/console/agreement");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ru.md"), "Другой текст\n").unwrap();
    assert!(!pipeline::session_of(&console.context, &token).await.unwrap().unwrap().has_agreed);
    let stale = pipeline::sign_agreement(&console.context, &person, &shown).await.unwrap_err();
    assert!(stale.message.contains("has changed"), "{}", stale.message);

    let change = async |old: &str, code: &str, new: &str| {
        pipeline::change_password(&console.context, &console.key, "aliya", (old, code, new)).await
    };
    let new = "seven tall poplars by the Ili";
    assert!(change("wrong password of fifteen", &seed.code_at(console.context.now()), new).await.is_err());
    assert!(change(PASSWORD, &seed.code_at(console.context.now()), "short").await.is_err());
    assert!(console.is_in(&token).await);
    change(PASSWORD, &seed.code_at(console.context.now()), new).await.unwrap();
    assert!(!console.is_in(&token).await);
    console.later(30);
    let code = seed.code_at(console.context.now());
    assert!(!is_let_in(&console.sign_in("aliya", PASSWORD, &code, HOME).await));
    assert!(is_let_in(&console.sign_in("aliya", new, &code, HOME).await));
}
