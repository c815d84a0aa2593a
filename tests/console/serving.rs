//! A console that the program serves for one test, and a browser that keeps its cookies.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{
    Client, Method,
    header::{self, HeaderMap},
};
use zhinaq::{access::TotpSeed, pipeline::account_of_process};

use crate::{access::bytes_of, sample::visit::visitor, support::program::Office};

pub const KEY: (&str, &str) =
    ("ZHINAQ_CONSOLE_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
pub const PASSWORD: &str = "nine grey herons over Balkhash";

/// A console that runs until it is dropped.
pub struct Serving {
    pub office: Office,
    pub url: String,
    child: Child,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A person who can sign in.
pub struct Person {
    pub account: &'static str,
    seed: TotpSeed,
    /// When the last code was used; each is taken once.
    used: DateTime<Utc>,
}

/// An office in which the account of the tests gives access and runs what is due.
pub fn with_admin() -> Office {
    let office = Office::small();
    let account = account_of_process().name;
    office.edit("schedules/people.toml", |_| {
        format!("[[person]]\naccount = \"{account}\"\nname = \"Head\"\nroles = [\"admin\", \"operator\"]\n")
    });
    office
}

fn add(office: &Office, account: &str, role: &str) {
    let name = format!("Name of {account}");
    let words = ["person", "add", account, "--name", &name, "--role", role, "--reason", "x", "--sample"];
    office.zhinaq_with(&words, &[KEY]).exits(0);
}

impl Serving {
    /// Serves an office on a free port.
    pub fn of(office: Office) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
            .args(["serve", "--sample", "--listen", "127.0.0.1:0"])
            .current_dir(office.path())
            .env(KEY.0, KEY.1)
            .env("NO_COLOR", "1")
            .env_remove("ZHINAQ_HOME")
            .env_remove("ZHINAQ_LANGUAGE")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = lines.find_map(|line| line.ok().filter(|line| line.contains("is open at http://")));
        let line = line.expect("the console ended before it served");
        // Nobody may wait for the reader: the program prints little more.
        std::thread::spawn(move || lines.for_each(drop));
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { office, url: url.trim_end_matches(';').to_owned(), child }
    }

    /// Adds a person and lets them follow the link of their invitation.
    pub async fn enrolled(&self, account: &'static str, role: &str) -> Person {
        add(&self.office, account, role);
        self.invited(account).await
    }

    /// Lets a person follow the link of an invitation.
    pub async fn invited(&self, account: &'static str) -> Person {
        let words = ["person", "invite", account, "--reason", "x", "--sample", "--format", "json"];
        let link = self.office.zhinaq_with(&words, &[KEY]).exits(0).json()["link"].as_str().unwrap().to_owned();
        let path = format!("/invite/{}", link.rsplit('/').next().unwrap());
        let mut browser = Browser::new(&self.url);
        let page = browser.get(&path).await.text;
        let letters = between(&page, "<code class=\"letters\">", "</code>").replace(' ', "");
        let sealed = between(&page, "name=\"sealed\" value=\"", "\"");
        let seed = TotpSeed::from_bytes(&bytes_of(&letters)).unwrap();
        let used = Utc::now();
        let code = seed.code_at(used);
        let fields = [("password", PASSWORD), ("again", PASSWORD), ("sealed", &sealed), ("code", &code)];
        let answer = browser.post(&path, &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("<ol class=\"codes\">"));
        Person { account, seed, used }
    }

    /// Signs a person in.
    pub async fn sign_in(&self, person: &mut Person) -> Browser {
        // A code is taken once; the next one is taken half a minute early, and the one after it is waited for.
        let step = |at: DateTime<Utc>| at.timestamp() / 30;
        while step(person.used) > step(Utc::now()) {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        person.used = Utc::now().max(person.used + TimeDelta::seconds(30));
        let mut browser = Browser::new(&self.url);
        let code = person.seed.code_at(person.used);
        let fields = [("account", person.account), ("password", PASSWORD), ("code", &code), ("next", "/")];
        let answer = browser.post("/sign-in", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// Signs a person in who agrees to the agreement.
    pub async fn entered(&self, person: &mut Person) -> Browser {
        let mut browser = self.sign_in(person).await;
        let page = browser.get("/agreement").await.text;
        let (forms, hash, language) = (browser.forms.clone(), value(&page, "hash"), value(&page, "language"));
        let fields = [("forms", &*forms), ("agree", "yes"), ("hash", &hash), ("language", &language)];
        assert_eq!(browser.post("/agreement", &fields).await.status, 303);
        browser
    }
}

/// An answer of the console.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// A browser without script: it keeps cookies and follows no redirection by itself.
pub struct Browser {
    client: Client,
    url: String,
    cookies: BTreeMap<String, String>,
    /// The token of the session's forms, from the last page.
    pub forms: String,
    pub language: &'static str,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        let client = visitor();
        Self { client, url: url.to_owned(), cookies: BTreeMap::new(), forms: String::new(), language: "ru" }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.ask(Method::GET, path, None, &[]).await;
        if page.text.contains("name=\"forms\"") {
            self.forms = value(&page.text, "forms");
        }
        page
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, Some(&self.url.clone())).await
    }

    /// A form that says which site it comes from.
    pub async fn post_from(&mut self, path: &str, fields: &[(&str, &str)], origin: Option<&str>) -> Page {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let headers: Vec<(&str, &str)> = origin.map(|origin| ("origin", origin)).into_iter().collect();
        self.ask(Method::POST, path, Some(body.join("&")), &headers).await
    }

    pub async fn ask(&mut self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .header("accept", "text/html")
            .header("accept-language", self.language)
            .header("cookie", cookies.join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        let answer = request.send().await.unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Page { status, headers, text: answer.text().await.unwrap() }
    }

    /// The cookies that the console gave, by name.
    pub const fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The value of a hidden field of a page.
fn value(page: &str, name: &str) -> String {
    between(page, &format!("type=\"hidden\" name=\"{name}\" value=\""), "\"")
}

#[track_caller]
fn between(page: &str, before: &str, after: &str) -> String {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before} in\n{page}"));
    rest.split_once(after).unwrap().0.to_owned()
}
