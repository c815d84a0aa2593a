//! What people decide, as they do it: with the program, in a small office.

mod acting;
mod approving;
mod commenting;
mod correcting;
mod deciding;
mod held;
mod later;
mod readdressing;
mod tracing;

use std::sync::Arc;

use serde_json::Value;
use zhinaq::{
    clock::Clock,
    domain::{Account, Acting, Actor, Origin},
    pipeline::{self, Context, ContextOptions, Invocation, RunWishes, Silent, account_of_process},
};

use crate::support::program::{Ended, Office};

/// Three invented people, and what each may do.
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
[[person]]
account = "signs"
name = "Signatory"
roles = ["approver"]
"#;

fn staffed() -> Office {
    let office = Office::small();
    office.edit("schedules/people.toml", |_| PEOPLE.into());
    office
}

/// Gives the entry of one person to the account of these tests. The person is found by account or by name; with any
/// other text the account is in no entry.
fn take_the_place_of(office: &Office, person: &str) {
    let own = account_of_process().name;
    let own = toml::Value::from(own.as_str()).to_string();
    office.edit("schedules/people.toml", |text| {
        let mut people: Vec<String> = Vec::new();
        for entry in text.split("[[person]]").map(str::to_owned) {
            let account = entry.lines().find_map(|line| {
                let written = line.strip_prefix("account = ")?;
                Some(written.split_once(" # ").map_or(written, |(_, before)| before).to_owned())
            });
            let Some(account) = account else {
                people.push(entry);
                continue;
            };
            let is_meant = account == format!("\"{person}\"") || entry.contains(&format!("name = \"{person}\""));
            let line = if is_meant { format!("account = {own} # {account}") } else { format!("account = {account}") };
            let lines = entry.lines().map(|l| if l.starts_with("account = ") { line.as_str() } else { l });
            people.push(lines.collect::<Vec<_>>().join("\n") + "\n");
        }
        people.join("[[person]]")
    });
}

/// Acts as another account than that of these tests: in this process, as the program does it for that account.
fn by_another<T>(office: &Office, act: impl AsyncFnOnce(&Context) -> T) -> T {
    by_another_asking(office, Arc::new(pipeline::Given), act)
}

/// As [`by_another`], where somebody is asked before what cannot be undone.
fn by_another_asking<T>(
    office: &Office,
    consent: Arc<dyn pipeline::Consent>,
    act: impl AsyncFnOnce(&Context) -> T,
) -> T {
    let account = Account { uid: Some(3_999_999_999), name: "stat".into(), host: "elsewhere".into() };
    let acting = Acting { name: "Statistician".into(), account: Some(account), claimed: None };
    let options = ContextOptions {
        clock: Clock::System,
        actor: Actor::Person(acting),
        origin: Some(Origin::Sample),
        faults: zhinaq::sample::SampleFaults::default(),
        progress: Arc::new(Silent),
        call: Invocation::default(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let files = zhinaq::config::Office::load(office.path()).unwrap_or_else(|faults| panic!("{faults}"));
        let context = Context::open(files, options).await.unwrap().asking(consent);
        act(&context).await
    })
}

/// Runs a period as another account.
fn run_by_another(office: &Office, period: &str) {
    let period = period.parse().unwrap();
    by_another(office, async |context: &Context| {
        pipeline::run(context, period, &RunWishes::default()).await.map(drop).unwrap();
    });
}

/// Runs the program as a person, on sample data.
fn by(office: &Office, person: &str, words: &str) -> Ended {
    take_the_place_of(office, person);
    let mut all: Vec<&str> = Vec::new();
    // A reason of several words is in quotes.
    for (place, part) in words.split('"').enumerate() {
        if place % 2 == 1 { all.push(part) } else { all.extend(part.split_whitespace()) }
    }
    all.push("--sample");
    office.zhinaq(&all)
}

fn run(office: &Office, person: &str, period: &str) -> Value {
    by(office, person, &format!("run --period {period} --format json")).json()
}

/// Parcels and copies handed over in all, then parcels and copies handed over now.
fn totals(report: &Value) -> [u64; 4] {
    let of = |what: &str, which: &str| report["totals"][what][which].as_u64().unwrap();
    [of("parcels", "handed"), of("copies", "handed"), of("parcels", "handed_now"), of("copies", "handed_now")]
}

/// The facts of one kind in the ledger: actor and body.
pub fn facts(office: &Office, kind: &str) -> Vec<(Value, Value)> {
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
