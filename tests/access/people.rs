//! Who may do what: grants, blocks, the last administrator.

use serde_json::json;
use zhinaq::{
    domain::{Actor, Right, Role},
    pipeline::{self, AccessApplication, account_of_process},
};

use super::{Console, process};
use crate::support::program::Office;

fn words(line: &str) -> Vec<&str> {
    line.split(' ').chain(["--sample"]).collect()
}

#[test]
fn the_first_administrator_is_made_here_and_nobody_gives_roles_to_themselves() {
    let office = Office::small();
    let refused = |line: &str, why: &str| {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains(why), "{line}: {}", ended.err);
    };
    refused("person add head --name Head --role viewer --reason x", "nobody is an administrator yet");
    let made = office.zhinaq(&words("person add head --name Head --role admin --reason first")).exits(0);
    assert_eq!(made.out, "`head` (Head): admin\n");
    assert!(made.err.contains("person invite"), "{}", made.err);

    let own = account_of_process().name;
    refused(&format!("person add {own} --name Me --role viewer --reason x"), "nobody gives roles to themselves");
    refused("person add both --name Both --role admin --role approver --reason x", "who gives rights must not approve");
    refused("person add HEAD --name Other --role viewer --reason x", "looks like it; choose another");
    refused("person add unknown --name Other --role viewer --reason x", "choose another");
    refused("person invite nobody --reason x", "has no role");
    refused("person list nobody", "account `nobody` is unknown");

    // The last administrator keeps the role until there is another one.
    refused("person block head --reason left", "`head` is the last administrator");
    refused("person roles head --role viewer --reason x", "`head` is the last administrator");
    office.zhinaq(&words("person add deputy --name Deputy --role admin --reason second")).exits(0);
    let blocked = office.zhinaq(&words("person block head --reason left --format json")).exits(0).json();
    assert_eq!((&blocked["is_blocked"], &blocked["roles"]), (&json!(true), &json!([])));
    refused("person block deputy --reason left", "`deputy` is the last administrator");

    let people = office.zhinaq(&words("person list --format json")).exits(0).json();
    let of = |account: &str| people.as_array().unwrap().iter().find(|person| person["account"] == account).unwrap();
    assert_eq!(of("head")["blocked"]["reason"], "left");
    assert_eq!((&of("head")["is_in"], &of("deputy")["roles"]), (&json!(false), &json!(["admin"])));
    let journal = office.zhinaq(&words("journal --kind access-blocked")).exits(0).out;
    assert!(journal.contains("`head` blocked: left"), "{journal}");
    // Only a later grant lets the person in again.
    office.zhinaq(&words("person add head --name Head --role viewer --reason back")).exits(0);
    let people = office.zhinaq(&words("person list head --format json")).exits(0).json();
    assert_eq!((&people[0]["roles"], &people[0]["is_in"]), (&json!(["viewer"]), &json!(true)));
}

#[test]
fn on_real_figures_the_roles_of_people_toml_and_of_the_journal_count_together_and_a_block_wins() {
    let office = Office::small_real();
    let own = toml::Value::from(account_of_process().name).to_string();
    let lists = |roles: &str| {
        office.edit("schedules/people.toml", |_| {
            format!("[[person]]\naccount = {own}\nname = \"Myself\"\nroles = [{roles}]\n")
        });
    };
    let add = ["person", "add", "post", "--name", "Post", "--role"];
    let granting = |role: &'static str| [&add[..], &[role, "--reason", "x"]].concat();

    // Who may not work here makes no administrator.
    lists("\"statistician\"");
    assert!(office.zhinaq(&granting("admin")).exits(1).err.contains("`Myself` is not an operator"));
    lists("\"admin\"");
    office.zhinaq(&granting("sender")).exits(0);
    lists("\"operator\"");
    let refused = office.zhinaq(&granting("viewer")).exits(1).err;
    assert!(refused.contains("nobody is an administrator yet"), "{refused}");

    // Now somebody is a sender, so operators do not send.
    let send = ["send", "--period", "2025-Q2", "--now", "--reason", "x"];
    let refused = office.zhinaq(&send).exits(1).err;
    assert!(refused.contains("`Myself` is not a sender"), "{refused}");
    lists("\"admin\", \"approver\"");
    let fault = office.zhinaq(&send).exits(1).err;
    assert!(fault.contains("schedules/people.toml:4: who gives rights must not approve"), "{fault}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rights_of_the_console_are_asked_for_in_the_sample_office_too_and_a_block_counts_at_once() {
    let console = Console::open().await;
    let [head, deputy] = console.admins().await;
    let stranger = Actor::signed_in("stranger", "S", "m");
    let refusal = console.grant(&stranger, "friend", &[Role::Viewer]).await.unwrap_err();
    assert!(refusal.contains("account `stranger` is not in schedules/people.toml"), "{refusal}");
    // Both administrators take the same name for a friend of the other, and nobody for themselves.
    assert!(console.grant(&head, "head", &[Role::Admin, Role::Operator]).await.unwrap_err().contains("to themselves"));
    console.grant(&head, "clerk", &[Role::Operator]).await.unwrap();
    let clerk = Actor::signed_in("clerk", "Name of clerk", "m");
    let context = &console.context;
    context.person_as(&clerk, Right::Pull).await.unwrap();
    // Nobody is a sender yet.
    context.person_as(&clerk, Right::Send).await.unwrap();
    assert!(
        context.person_as(&clerk, Right::Grant).await.is_err() && context.person_as(&head, Right::Pull).await.is_err()
    );
    console.grant(&deputy, "post", &[Role::Sender]).await.unwrap();
    assert!(context.person_as(&clerk, Right::Send).await.unwrap_err().message.contains("is not a sender"));

    pipeline::block_access(context, &head, "clerk", "left").await.unwrap();
    let refusal = context.person_as(&clerk, Right::Pull).await.unwrap_err();
    assert!(refusal.message.contains("`clerk` was blocked by `Name of head`"), "{}", refusal.message);
    assert_eq!(refusal.code, "not-permitted");
    // The account of the process is blocked in the sample office too.
    let own = account_of_process().name;
    pipeline::block_access(context, &head, "nobody-has-this", "x").await.unwrap_err();
    console.grant(&head, &own, &[Role::Viewer]).await.unwrap();
    context.person_as(&process(), Right::Pull).await.unwrap();
    pipeline::block_access(context, &head, &own, "x").await.unwrap();
    assert!(context.person_as(&process(), Right::Pull).await.is_err());
    // Two administrators block one another: one of them stays.
    let (one, other) = tokio::join!(
        pipeline::block_access(context, &head, "deputy", "x"),
        pipeline::block_access(context, &deputy, "head", "x")
    );
    assert!(one.is_ok() ^ other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_waits_for_a_decision_with_its_reason() {
    let console = Console::open().await;
    let [head, _] = console.admins().await;
    let asked = |account: &str| AccessApplication {
        account: account.into(),
        name: "Aliya B.".into(),
        position: "statistician".into(),
        roles: [Role::Statistician].into(),
        reason: "works on form 1-m".into(),
        at: super::now(),
    };
    let context = &console.context;
    let hash = pipeline::ask_access(context, &asked("aliya")).await.unwrap();
    assert!(pipeline::ask_access(context, &asked("aliya")).await.unwrap_err().message.contains("waits already"));
    assert!(pipeline::ask_access(context, &AccessApplication { reason: " ".into(), ..asked("b1") }).await.is_err());
    pipeline::ask_access(context, &asked("erlan")).await.unwrap();
    let (waiting, lost) = pipeline::applications(context).await.unwrap();
    assert_eq!(waiting.iter().map(|(_, a)| a.account.as_str()).collect::<Vec<_>>(), ["aliya", "erlan"]);
    assert_eq!((waiting[0].1.position.as_str(), lost.len()), ("statistician", 0));
    // What the person wrote is not in the journal.
    let journal = console.office.zhinaq(&words("journal --format json")).exits(0).out;
    assert!(journal.contains(&hash.to_string()) && !journal.contains("works on form 1-m"), "{journal}");

    pipeline::refuse_access(context, &head, "erlan", "not of this office").await.unwrap();
    assert!(pipeline::refuse_access(context, &head, "erlan", "again").await.is_err());
    console.grant(&head, "aliya", &[Role::Statistician]).await.unwrap();
    assert_eq!(pipeline::applications(context).await.unwrap(), (vec![], vec![]));
    let granted = console.events("access-granted").await;
    let last = serde_json::to_value(&granted.last().unwrap().fact).unwrap();
    assert_eq!((&last["account"], &last["asked"]), (&json!("aliya"), &json!(waiting[0].0)));
}
