//! Sources that misbehave, met by the whole program.

use std::path::Path;

use crate::{
    intake::loopback::{Loopback, Script, answer},
    support::program::{Ended, Office},
};

/// An office whose services are at `base`, each requested once, one after the other, without a key.
fn office(base: &str) -> Office {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    edit(
        &office.path().join("schedules/sources.toml"),
        &[
            ("workbooks = \"\"", &format!("workbooks = \"{base}\"")),
            ("services = \"https://data.egov.kz\"", &format!("services = \"{base}\"")),
            ("key_env = ", "#key_env = "),
        ],
    );
    let settings = [("attempts = 4", "attempts = 1"), ("fetch_at_a_time = 4", "fetch_at_a_time = 1")];
    edit(&office.path().join("zhinaq.toml"), &settings);
    office
}

fn edit(file: &Path, changes: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(file).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` is not in {}", file.display());
        text = text.replacen(from, to, 1);
    }
    std::fs::write(file, text).unwrap();
}

async fn pull(office: Office, forms: &[&str]) -> (Office, Ended) {
    let mut words = vec!["pull".to_owned(), "--period".into(), "2025-Q2".into()];
    words.extend(forms.iter().flat_map(|form| ["--form".to_owned(), (*form).to_owned()]));
    tokio::task::spawn_blocking(move || {
        let ended = office.zhinaq(&words.iter().map(String::as_str).collect::<Vec<_>>());
        (office, ended)
    })
    .await
    .unwrap()
}

/// A body without a declared length: it ends when the connection ends.
fn undeclared(body: &[u8]) -> Script {
    let whole = answer("200 OK", &[("content-length", "")], b"");
    let head = String::from_utf8(whole).unwrap().replace("content-length: \r\n", "");
    Script::Say([head.as_bytes(), body].concat())
}

/// The requests for the quarter itself, without those for the periods that it is compared with.
fn questions(source: &Loopback) -> Vec<String> {
    source.questions().into_iter().filter(|question| question.contains("date=2025-07-01")).collect()
}

const ANSWER: &str = r#"[{"region":"г. Астана","ostatok neokochennuh del na nachalo otchetnovo perioda":"3"}]"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_its_length_that_was_cut_is_asked_for_again() {
    let cut = &ANSWER.as_bytes()[..ANSWER.len() - 8];
    let source = Loopback::serve([undeclared(cut), undeclared(ANSWER.as_bytes())]).await;
    let (_, ended) = pull(office(&source.base), &["court-1"]).await;
    assert_eq!(questions(&source).len(), 2, "{}{}", ended.out, ended.err);
    assert!(!ended.out.contains("cut off"), "{}", ended.out);
    drop(source);

    let source = Loopback::serve([undeclared(cut)]).await;
    let (_, ended) = pull(office(&source.base), &["court-1"]).await;
    assert_eq!(questions(&source).len(), 3);
    assert!(ended.out.contains("it is cut off"), "{}", ended.out);
    assert_eq!(ended.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_with_a_tag_is_asked_for_with_it_and_makes_no_new_revision() {
    let first = Script::answer("200 OK", &[("ETag", "\"7\"")], ANSWER.as_bytes());
    let source = Loopback::serve([first, Script::answer("304 Not Modified", &[], b"")]).await;
    let (office, ended) = pull(office(&source.base), &["court-1"]).await;
    assert_eq!(questions(&source).len(), 1, "{}{}", ended.out, ended.err);
    let (_, again) = pull(office, &["court-1"]).await;
    let questions = questions(&source);
    assert_eq!(questions.len(), 2);
    let second = questions[1].to_lowercase();
    // The answer was about one region and the request is for all, and still the tag is sent.
    assert!(second.contains("if-none-match: \"7\""), "{second}");
    assert_eq!(again.code, ended.code, "{}", again.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_hostile_source_stops_no_other_form() {
    // A form's answer that declares 2 GiB and does not end; the limit is 64 MiB.
    let giant = Script::SayForEver {
        head: answer("200 OK", &[("content-length", "2147483648")], b""),
        piece: vec![b'['; 1 << 16],
    };
    let source = Loopback::serve([giant, Script::answer("200 OK", &[], ANSWER.as_bytes())]).await;
    let (_, ended) = pull(office(&source.base), &["court-2", "court-1"]).await;
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.out.contains("2147483648"), "{}", ended.out);
    assert_eq!(ended.out.matches("failed: ").count(), 1, "{}", ended.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_sent_where_it_is_configured_and_nowhere_else() {
    const KEY: &str = "hush-4711";
    let other = Loopback::serve([Script::answer("200 OK", &[], ANSWER.as_bytes())]).await;
    let to = format!("{}/login?apiKey={KEY}", other.base);
    let source = Loopback::serve([Script::answer("302 Found", &[("Location", &to)], b"")]).await;
    let office = office(&source.base);
    office.edit("schedules/sources.toml", |text| text.replacen("#key_env = ", "key_env = ", 1));
    let (office, ended) = tokio::task::spawn_blocking(move || {
        let words = ["pull", "--period", "2025-Q2", "--form", "court-1", "-v", "-v"];
        let ended = office.zhinaq_with(&words, &[("ZHINAQ_EGOV_KEY", KEY)]);
        (office, ended)
    })
    .await
    .unwrap();
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(source.questions().iter().all(|question| question.contains(&format!("apiKey={KEY}"))));
    assert_eq!(other.questions(), Vec::<String>::new());
    for said in [&ended.out, &ended.err] {
        assert!(!said.contains(KEY), "{said}");
    }
    let mut kept = vec![office.path().join("output")];
    while let Some(path) = kept.pop() {
        if path.is_dir() {
            kept.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "{}", path.display());
        }
    }
}
