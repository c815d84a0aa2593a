//! Who may act: the account that runs the program, with the roles that schedules/people.toml gives it.

use super::{by, facts, held, staffed, take_the_place_of};
use crate::support::program::{Ended, Office};

/// An office of real figures with the three people.
fn real() -> Office {
    let office = staffed();
    office.edit("schedules/sources.toml", |text| text.replace("use = \"sample\"", "use = \"real\""));
    office
}

fn as_person(office: &Office, person: &str, words: &str) -> Ended {
    take_the_place_of(office, person);
    office.zhinaq(&words.split_whitespace().collect::<Vec<_>>())
}

const CORRECT: &str =
    "correct --form 1-n --period 2025-Q2 --section R1 --row 1 --column 1 --unit 19 --old 1 --new 2 --reason x";

#[test]
fn on_real_figures_an_account_may_what_people_toml_gives_it_and_nothing_by_a_claimed_name() {
    let office = real();
    for (person, words, why) in [
        ("op", CORRECT, "`Operator` is not a statistician"),
        ("op", "rebuild --period 2025-Q2 --reason x", "`Operator` is not a statistician"),
        ("stat", "approve --period 2025-Q2 --reason x", "`Statistician` is not an approver"),
        (
            "stat",
            "override --period 2025-Q2 --collection corruption --rule r --reason x",
            "`Statistician` is not an approver",
        ),
        (
            "op",
            "override --period 2025-Q2 --collection corruption --rule r --reason x --by chief",
            "is not an approver",
        ),
        ("op", "accept --document a.json --reason x", "`Operator` is not a statistician"),
        ("signs", "accept --document a.json --reason x", "`Signatory` is not a statistician"),
        ("op", "reject --document a.json --reason x --yes", "`Operator` is not a statistician"),
        ("signs", "resend --parcel 2025-Q2/narcotics/r0/mia --reason x", "`Signatory` is not an operator"),
        ("signs", "resend --period 2025-Q2 --organ mia --reason x --by op", "`Signatory` is not an operator"),
        ("signs", "readdress --period 2025-Q2 --organ mia --reason x", "`Signatory` is not an operator"),
        ("signs", "readdress --parcel 2025-Q2/narcotics/r0/mia --reason x", "`Signatory` is not an operator"),
        ("signs", "settle --parcel 2025-Q2/narcotics/r0/mia --handed --evidence x", "`Signatory` is not an operator"),
        ("signs", "send --period 2025-Q2 --now --reason x", "`Signatory` is not an operator"),
        ("signs", "reopen --period 2025-Q2 --reason x", "`Signatory` is not an operator"),
        ("signs", "close --period 2025-Q2", "`Signatory` is not an operator"),
        ("signs", "pull --period 2025-Q2 --form 1-n", "`Signatory` is not an operator"),
        ("gone", "run --period 2025-Q2", "may not act since 2020-01-01"),
        ("op", "run --period 2025-Q2 --by gone", "may not act since 2020-01-01"),
        ("nobody", "run --period 2025-Q2", "is not in schedules/people.toml"),
        ("nobody", "run --period 2025-Q2 --by op", "is not in schedules/people.toml"),
        ("op", "run --period 2025-Q2 --by somebody", "`somebody` is not listed in schedules/people.toml"),
    ] {
        let refused = as_person(&office, person, words).exits(1);
        assert!(refused.err.contains(why), "{person}, {words}: {}", refused.err);
    }
    // The refusal says how the role is given, and to whom.
    let overrule = "override --period 2025-Q2 --collection corruption --rule r --reason x";
    let refused = as_person(&office, "stat", overrule).exits(1).err;
    for part in ["the person responsible for the office changes the entry there to:", "\"statistician\", \"approver\"]"]
    {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    // A person with the role passes the check of rights, and the command gets as far as the matter itself.
    for (person, words) in [
        ("stat", "accept --document a.json --reason x"),
        ("stat", "reject --document a.json --reason x --yes"),
        ("op", "resend --parcel 2025-Q2/narcotics/r0/mia --reason x"),
        ("op", "readdress --period 2025-Q2 --organ mia --reason x"),
    ] {
        let refused = as_person(&office, person, words).exits(1);
        assert!(!refused.err.contains("is not a") && !refused.err.contains("people.toml"), "{words}: {}", refused.err);
    }
    let empty = ["--by", "", "run", "--period", "2025-Q2"];
    assert!(office.zhinaq(&empty).exits(1).err.contains("`--by`"));
}

#[test]
fn on_real_figures_what_is_held_waits_for_a_statistician_and_so_does_taking_it_back() {
    let office = held::office();
    held::put(&office, "a.json", "14672");
    held::put(&office, "b.json", "9999");
    let pull = "pull --from-file inbox --form court-1 --period 2025-Q2";
    as_person(&office, "op", pull).exits(3);
    let waiting =
        |office: &Office| as_person(office, "op", "held --format json").exits(0).json().as_array().unwrap().len();
    assert_eq!(waiting(&office), 2);
    let refused = |person: &str, words: &str| {
        let ended = as_person(&office, person, words).exits(1);
        assert!(ended.err.contains("is not a statistician"), "{person}, {words}: {}", ended.err);
    };
    let (accept, reject) = ("accept --document a.json --reason x --yes", "reject --document b.json --reason x --yes");
    for person in ["op", "signs"] {
        refused(person, accept);
        refused(person, reject);
    }
    refused("op", "accept --document a.json --reason x --yes --by stat");
    assert_eq!(waiting(&office), 2, "a refused act changes nothing");

    as_person(&office, "stat", accept).exits(0);
    assert_eq!(waiting(&office), 0);
    refused("op", "withdraw --accept a.json --reason x");
    assert_eq!(waiting(&office), 0);
    as_person(&office, "stat", "withdraw --accept a.json --reason x").exits(0);
    as_person(&office, "stat", reject).exits(0);
    refused("signs", "withdraw --reject b.json --reason x");
    as_person(&office, "stat", "withdraw --reject b.json --reason x").exits(0);
    assert_eq!(waiting(&office), 2, "as it was before");
}

#[test]
fn an_empty_or_missing_list_lets_nobody_act_on_real_figures() {
    let office = real();
    office.edit("schedules/people.toml", |_| String::new());
    for words in [&["run", "--period", "2025-Q2"][..], &["run", "--period", "2025-Q2", "--quiet"]] {
        let refused = office.zhinaq_with(words, &[("USER", "op"), ("LOGNAME", "op")]).exits(1);
        for part in ["lists no person, so no person may act", "[[person]]", "account = ", "roles = [\"operator\"]"] {
            assert!(refused.err.contains(part), "{part}: {}", refused.err);
        }
    }
    let note = office.zhinaq(&["doctor"]).out;
    assert!(note.contains("schedules/people.toml lists no person"), "{note}");
    std::fs::remove_file(office.path().join("schedules/people.toml")).unwrap();
    for words in [&["run", "--period", "2025-Q2"][..], &["doctor"], &["run", "--sample", "--period", "2025-Q2"]] {
        let refused = office.zhinaq(words).exits(1);
        assert!((refused.err + &refused.out).contains("schedules/people.toml: is missing"), "{words:?}");
    }
}

#[test]
fn the_journal_keeps_the_account_the_machine_and_the_claimed_name() {
    let office = staffed();
    by(&office, "op", "pull --period 2025-Q2 --form 1-n --by chief").exits(0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = format!("sqlite:{}", office.path().join("output/sample/ledger.sqlite").display());
    let events = runtime.block_on(async {
        let ledger = zhinaq::ledger::Ledger::open(&url).await.unwrap();
        ledger.events(&zhinaq::ledger::Filter::default()).await.unwrap()
    });
    let actor = &events.last().unwrap().actor;
    let written = serde_json::to_value(actor).unwrap();
    let own = zhinaq::pipeline::account_of_process();
    assert_eq!(written["uid"].as_u64(), own.uid.map(u64::from));
    assert_eq!((&written["account"], &written["host"]), (&own.name.into(), &own.host.into()));
    assert_eq!((&written["name"], &written["by"]), (&"Operator".into(), &"Approver".into()));
    assert_eq!(actor.to_string(), "Operator for Approver");
    assert!(!facts(&office, "dataset-read").is_empty());
}

#[test]
fn init_lets_the_account_that_ran_it_act_and_says_so() {
    let office = Office::empty();
    let said = office.zhinaq(&["init", "."]).exits(0).err;
    let own = zhinaq::pipeline::account_of_process().name;
    assert!(said.contains(&format!("account `{own}`")) && said.contains("operator and statistician"), "{said}");
    let people = std::fs::read_to_string(office.path().join("schedules/people.toml")).unwrap();
    assert!(people.contains("\nroles = [\"operator\", \"statistician\"]\n"), "{people}");
    let files = zhinaq::config::Office::load(office.path()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(files.people.iter().map(|p| p.account.as_str()).collect::<Vec<_>>(), [own.as_str()]);
}
