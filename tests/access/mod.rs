//! People, sessions and the chain of the journal, in a small office.

mod chain;
mod people;
mod rights;
mod sign_in;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use zhinaq::{
    access::TotpSeed,
    clock::Clock,
    config,
    domain::{Acting, Actor, Event, Origin, Role},
    ledger::Filter,
    pipeline::{
        self, Context, ContextOptions, EnrolTry, GrantAccess, Invocation, SealingKey, SignInEnd, SignInTry, Silent,
        account_of_process,
    },
};

use crate::support::program::Office;

const PASSWORD: &str = "nine grey herons over Balkhash";
const HOME: &str = "10.0.0.9";

/// A console in the sample office, whose clock stands until it is moved.
struct Console {
    office: Office,
    clock: Clock,
    key: SealingKey,
    context: Context,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_782_000_000, 0).unwrap()
}

fn process() -> Actor {
    let account = account_of_process();
    Actor::Person(Acting { name: account.name.clone(), account: Some(account), claimed: None })
}

async fn context(office: &Office, clock: &Clock) -> Context {
    let options = ContextOptions {
        clock: clock.clone(),
        actor: process(),
        origin: Some(Origin::Sample),
        faults: zhinaq::sample::SampleFaults::default(),
        progress: Arc::new(Silent),
        call: Invocation::default(),
    };
    let files = config::Office::load(office.path()).unwrap_or_else(|faults| panic!("{faults}"));
    Context::open(files, options).await.unwrap()
}

impl Console {
    async fn open() -> Self {
        let office = Office::small();
        let clock = Clock::set_at(now());
        let context = context(&office, &clock).await;
        let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".parse().unwrap();
        Self { office, clock, key, context }
    }

    /// The same console after its program ended and began again.
    async fn restarted(self) -> Self {
        let Self { office, clock, key, context: before } = self;
        before.ledger.close().await;
        let context = context(&office, &clock).await;
        Self { office, clock, key, context }
    }

    fn later(&self, seconds: i64) {
        self.clock.advance_to(self.context.now() + TimeDelta::seconds(seconds));
    }

    async fn grant(&self, by: &Actor, account: &str, roles: &[Role]) -> Result<(), String> {
        let grant = GrantAccess {
            account: account.into(),
            name: Some(format!("Name of {account}")),
            roles: roles.iter().copied().collect(),
            reason: "x".into(),
        };
        pipeline::grant_access(&self.context, by, &grant).await.map(drop).map_err(|failure| failure.message)
    }

    /// Two administrators; both are of the console.
    async fn admins(&self) -> [Actor; 2] {
        self.grant(&process(), "head", &[Role::Admin]).await.unwrap();
        let head = Actor::signed_in("head", "Name of head", "m");
        self.grant(&head, "deputy", &[Role::Admin]).await.unwrap();
        [head, Actor::signed_in("deputy", "Name of deputy", "m")]
    }

    /// A person who has set a password, the seed of the second factor, and the recovery codes.
    async fn person(&self, by: &Actor, account: &str, roles: &[Role]) -> (TotpSeed, Vec<String>) {
        self.grant(by, account, roles).await.unwrap();
        let link = pipeline::invite(&self.context, by, account, "first entry").await.unwrap().link;
        let token = link.rsplit('/').next().unwrap();
        let shown = pipeline::begin_enrolment(&self.context, &self.key, token).await.unwrap();
        let seed = TotpSeed::from_bytes(&bytes_of(&shown.letters)).unwrap();
        let code = seed.code_at(self.context.now());
        let tried = EnrolTry { token, password: PASSWORD, sealed: &shown.sealed, code: &code };
        let enrolled = pipeline::enrol(&self.context, &self.key, tried).await.unwrap();
        // The code is used up; the telephone shows the next one.
        self.later(30);
        (seed, enrolled.recovery)
    }

    async fn sign_in(&self, account: &str, password: &str, code: &str, network: &str) -> SignInEnd {
        let tried = SignInTry { account, password, code, network, agent: "Browser" };
        pipeline::sign_in(&self.context, &self.key, tried).await.unwrap()
    }

    /// The token of a session that begins now.
    async fn enter(&self, account: &str, seed: &TotpSeed) -> String {
        let code = seed.code_at(self.context.now());
        let end = self.sign_in(account, PASSWORD, &code, HOME).await;
        let SignInEnd::In { token, .. } = end else { panic!("{account} is not let in") };
        self.later(30);
        token.text()
    }

    async fn is_in(&self, token: &str) -> bool {
        pipeline::session_of(&self.context, token).await.unwrap().is_some()
    }

    async fn events(&self, kind: &'static str) -> Vec<Event> {
        self.context.events(&Filter::default().kinds(&[kind])).await.unwrap()
    }
}

/// The bytes of letters in base 32 (RFC 4648, section 6).
pub fn bytes_of(letters: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in letters.bytes() {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        held = (held << 5) | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
