//! What people decide, as they do it: with the program, in a small office.

mod approving;
mod correcting;
mod deciding;
mod held;
mod later;
mod readdressing;
mod tracing;

use serde_json::Value;

use crate::support::program::{Ended, Office};

/// Three people whose names nobody has, and what each may do.
const PEOPLE: &str = r#"
[[person]]
account = "op"
name = "Operator"
roles = ["operator"]
[[person]]
account = "stat"
name = "Statistician"
roles = ["statistician", "operator"]
[[person]]
account = "chief"
name = "Approver"
roles = ["approver", "operator"]
[[person]]
account = "gone"
name = "Former"
roles = ["operator", "statistician", "approver"]
until = 2020-01-01
"#;

fn staffed() -> Office {
    let office = Office::small();
    office.edit("schedules/people.toml", |_| PEOPLE.into());
    office
}

/// The program, started by a person for sample data.
fn by(office: &Office, person: &str, words: &str) -> Ended {
    let mut all: Vec<&str> = vec!["--by", person];
    // A reason of several words stands in quotes.
    for (place, part) in words.split('"').enumerate() {
        if place % 2 == 1 { all.push(part) } else { all.extend(part.split_whitespace()) }
    }
    all.push("--sample");
    office.zhinaq(&all)
}

fn run(office: &Office, person: &str, period: &str) -> Value {
    by(office, person, &format!("run --period {period} --format json")).json()
}

/// Parcels and copies: handed over in all, and now.
fn totals(report: &Value) -> [u64; 4] {
    let of = |what: &str, which: &str| report["totals"][what][which].as_u64().unwrap();
    [of("parcels", "handed"), of("copies", "handed"), of("parcels", "handed_now"), of("copies", "handed_now")]
}

/// What the ledger keeps of a kind of facts: actor and body.
fn facts(office: &Office, kind: &str) -> Vec<(Value, Value)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = format!("sqlite:{}", office.path().join("output/sample/ledger.sqlite").display());
    let events = runtime.block_on(async {
        let ledger = zhinaq::ledger::Ledger::open(&url).await.unwrap();
        ledger.events(&zhinaq::ledger::Filter::default()).await.unwrap()
    });
    let json = |event: &zhinaq::domain::Event| {
        (serde_json::to_value(&event.actor).unwrap()["name"].clone(), serde_json::to_value(&event.fact).unwrap())
    };
    events.iter().filter(|e| e.fact.kind() == kind).map(json).collect()
}
