//! What a source may do to the program, and what the program reports then.

use std::{io::Write as _, time::Duration};

use zhinaq::acquire::{
    Ask, AskPlace, FetchError, FetchFault, FetchLimits, FetchedDelivery, Fetcher, Known, Patience, Secret, WhoActs,
};

use super::loopback::{Loopback, Script, answer};

const SHORT: Duration = Duration::from_millis(150);

pub(super) fn limits() -> FetchLimits {
    FetchLimits {
        body_bytes: 1000,
        attempts: 1,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(20),
        settle: Duration::from_millis(1),
        patience: Patience { answer: SHORT, idle: SHORT, whole: Duration::from_secs(5) },
        ..FetchLimits::default()
    }
}

pub(super) fn ask(url: &str) -> Ask {
    Ask {
        form: "3-k".parse().unwrap(),
        period: "2024-M08".parse().unwrap(),
        unit: None,
        agency: None,
        place: AskPlace::Url(url.into()),
        name: "a.xlsx".into(),
        secrets: vec![],
        patience: None,
    }
}

pub(super) async fn fetched(
    limits: FetchLimits,
    script: Vec<Script>,
) -> (Result<FetchedDelivery, FetchError>, Vec<String>) {
    let source = Loopback::serve(script).await;
    let answer = Fetcher::new(limits).unwrap().fetch(&ask(&format!("{}/a.xlsx", source.base))).await;
    (answer, source.questions())
}

async fn fault(script: Script) -> FetchError {
    fetched(limits(), vec![script]).await.0.unwrap_err()
}

#[tokio::test]
async fn a_document_comes_with_what_is_known_of_it() {
    let script = Script::answer("200 OK", &[("ETag", "\"7\""), ("Content-Type", "text/html")], b"bytes");
    let (answer, questions) = fetched(limits(), vec![script]).await;
    let delivery = answer.unwrap();
    assert_eq!((delivery.bytes.as_slice(), delivery.name.as_str()), (&b"bytes"[..], "a.xlsx"));
    assert!(delivery.length_declared);
    assert!(delivery.headers.contains(&("content-type".into(), "text/html".into())));
    assert_eq!(Known::of_headers(&delivery.headers).unwrap().etag.unwrap(), "\"7\"");
    assert!(questions[0].starts_with("GET /a.xlsx HTTP/1.1\r\n"), "{}", questions[0]);
}

#[tokio::test]
async fn a_source_that_does_not_answer_is_left_in_time() {
    let error = fault(Script::SayAndWait(vec![])).await;
    assert!(matches!(*error.fault, FetchFault::Slow { what: "answer", .. }), "{error}");
    assert!(error.is_transient());
    assert_eq!(error.who(), WhoActs::Nobody);
}

#[tokio::test]
async fn a_body_that_stops_flowing_is_left_in_time() {
    let error = fault(Script::SayAndWait(answer("200 OK", &[("Content-Length", "10")], b"half"))).await;
    assert!(matches!(*error.fault, FetchFault::Slow { .. }), "{error}");
    assert!(error.to_string().contains("the next piece"), "{error}");
}

#[tokio::test]
async fn a_body_that_drips_for_ever_is_left_in_time() {
    let drip =
        Script::SayForEver { head: answer("200 OK", &[("Content-Length", "999999999999")], b""), piece: vec![0] };
    let impatient =
        FetchLimits { body_bytes: u64::MAX, patience: Patience { whole: SHORT, ..Patience::default() }, ..limits() };
    let error = fetched(impatient, vec![drip]).await.0.unwrap_err();
    assert!(error.to_string().contains("did not send its whole answer within 150ms"), "{error}");
}

#[tokio::test]
async fn a_body_shorter_than_declared_was_cut_off() {
    let error = fault(Script::answer("200 OK", &[("Content-Length", "10")], b"half")).await;
    assert!(matches!(*error.fault, FetchFault::Cut { got: 4, .. }), "{error}");
    assert!(error.is_transient());
}

#[tokio::test]
async fn chunks_without_their_end_were_cut_off() {
    let error =
        fault(Script::Say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n".to_vec())).await;
    assert!(matches!(*error.fault, FetchFault::Cut { got: 4, .. }), "{error}");
}

#[tokio::test]
async fn a_body_of_undeclared_length_says_so() {
    let open = Script::Say(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nperhaps all".to_vec());
    let delivery = fetched(limits(), vec![open]).await.0.unwrap();
    assert!(!delivery.length_declared);
}

#[tokio::test]
async fn a_declared_giant_is_refused_before_it_is_read() {
    let error = fault(Script::SayAndWait(answer("200 OK", &[("Content-Length", "2147483648")], b"PK"))).await;
    assert!(matches!(*error.fault, FetchFault::TooLarge { limit: 1000, declared: Some(2_147_483_648) }), "{error}");
    assert!(!error.is_transient());
}

#[tokio::test]
async fn an_undeclared_giant_is_refused_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    let error = fault(Script::SayForEver { head, piece: vec![b'x'; 512] }).await;
    assert!(matches!(*error.fault, FetchFault::TooLarge { limit: 1000, declared: None }), "{error}");
}

#[tokio::test]
async fn a_body_that_unpacks_into_a_giant_is_refused_at_the_limit() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..1000 {
        packer.write_all(&[0; 10_000]).unwrap();
    }
    let small = packer.finish().unwrap();
    assert!(small.len() < 20_000);
    let patient = FetchLimits { body_bytes: 100_000, ..limits() };
    let script = Script::answer("200 OK", &[("Content-Encoding", "gzip")], &small);
    let error = fetched(patient, vec![script]).await.0.unwrap_err();
    assert!(matches!(*error.fault, FetchFault::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_packed_body_comes_unpacked_and_a_cut_one_not_at_all() {
    let mut gzipper = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzipper.write_all(b"the figures").unwrap();
    let packed = gzipper.finish().unwrap();
    let gzip = [("Content-Encoding", "gzip")];
    let delivery = fetched(limits(), vec![Script::answer("200 OK", &gzip, &packed)]).await.0.unwrap();
    assert_eq!(delivery.bytes, b"the figures");
    let error = fault(Script::answer("200 OK", &gzip, &packed[..packed.len() - 6])).await;
    assert!(matches!(*error.fault, FetchFault::Cut { .. }), "{error}");
}

#[tokio::test]
async fn a_packing_that_nobody_asked_for_is_named() {
    let error = fault(Script::answer("200 OK", &[("Content-Encoding", "br")], b"xx")).await;
    assert!(error.to_string().contains("packed as `br`"), "{error}");
}

#[tokio::test]
async fn another_host_is_named_and_not_followed() {
    let error = fault(Script::answer("302 Found", &[("Location", "https://elsewhere.example/login?k=1")], b"")).await;
    assert!(matches!(&*error.fault, FetchFault::OtherHost { to } if to == "https://elsewhere.example"), "{error}");
    assert!(!error.is_transient());
    assert_eq!(error.who(), WhoActs::Source);
}

#[tokio::test]
async fn the_same_host_is_followed_but_not_in_circles() {
    let moved = |to| Script::answer("301 Moved Permanently", &[("Location", to)], b"");
    let (answer, questions) = fetched(limits(), vec![moved("/b.xlsx"), Script::answer("200 OK", &[], b"ok")]).await;
    assert_eq!(answer.unwrap().bytes, b"ok");
    assert!(questions[1].starts_with("GET /b.xlsx "));
    assert!(matches!(*fault(moved("/a.xlsx")).await.fault, FetchFault::Circle));
}

#[tokio::test]
async fn only_200_is_a_document() {
    for (status, words) in [
        ("204 No Content", "no content"),
        ("206 Partial Content", "a part only"),
        ("202 Accepted", "a success of another kind"),
        ("304 Not Modified", "an unexpected redirect"),
        ("300 Multiple Choices", "an unexpected redirect"),
    ] {
        let body: &[u8] = if status.starts_with("206") { b"half" } else { b"" };
        let error = fault(Script::answer(status, &[], body)).await;
        assert!(matches!(*error.fault, FetchFault::NoDocument { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn what_has_not_changed_does_not_come_again() {
    let source = Loopback::serve([Script::answer("304 Not Modified", &[], b"")]).await;
    let known = Known { etag: Some("\"7\"".into()), last_modified: Some("Fri, 04 Jul 2025 09:00:00 GMT".into()) };
    let fetcher = Fetcher::new(limits()).unwrap();
    let answer = fetcher.fetch_if_changed(&ask(&format!("{}/a.xlsx", source.base)), &known).await;
    assert_eq!(answer.unwrap(), None);
    let question = &source.questions()[0].to_lowercase();
    assert!(question.contains("if-none-match: \"7\"") && question.contains("if-modified-since: fri, 04 jul"));
}

#[tokio::test]
async fn a_refusal_without_a_key_says_that_there_was_none() {
    let refusal = || Script::answer("403 Forbidden", &[], b"");
    let error = fault(refusal()).await;
    assert!(error.to_string().contains("without a key"), "{error}");
    assert_eq!(error.who(), WhoActs::Office);

    let source = Loopback::serve([refusal()]).await;
    let mut with_key = ask(&format!("{}/proxy/x?apiKey=top%2Fhush", source.base));
    with_key.secrets.extend(Secret::of(Some("top/hush".into())));
    let error = Fetcher::new(limits()).unwrap().fetch(&with_key).await.unwrap_err();
    assert!(error.to_string().contains("the key was not accepted"), "{error}");
    for shown in [error.to_string(), format!("{error:?}"), format!("{with_key:?}"), with_key.shown()] {
        assert!(!shown.contains("hush"), "{shown}");
    }
    assert!(source.questions()[0].starts_with("GET /proxy/x?apiKey=top%2Fhush "));
}

#[tokio::test]
async fn a_form_that_is_not_published_yet_is_nobodys_fault() {
    let error = fault(Script::answer("404 Not Found", &[], b"<html>")).await;
    assert_eq!(error.who(), WhoActs::Nobody);
    assert!(!error.is_transient());
    let text = error.to_string();
    assert!(text.starts_with("form `3-k` for `2024-M08`: `http://127.0.0.1:"), "{text}");
    assert!(text.ends_with("is not there (status 404); asked again at the next run"), "{text}");
}

#[tokio::test]
async fn a_passing_failure_is_asked_again() {
    let patient = FetchLimits { attempts: 3, ..limits() };
    let script = vec![
        Script::answer("500 Internal Server Error", &[], b"oops"),
        Script::HangUp,
        Script::answer("200 OK", &[], b"ok"),
    ];
    let (answer, questions) = fetched(patient, script).await;
    assert_eq!((answer.unwrap().bytes.as_slice(), questions.len()), (&b"ok"[..], 3));
}

#[tokio::test]
async fn asking_again_has_an_end_and_a_lasting_failure_is_not_asked_again() {
    let patient = FetchLimits { attempts: 3, ..limits() };
    let (answer, questions) = fetched(patient, vec![Script::answer("503 Busy", &[], b"")]).await;
    let error = answer.unwrap_err();
    assert_eq!((error.attempts, questions.len()), (3, 3));
    assert!(error.to_string().contains("status 503; asked 3 times"), "{error}");
    let (answer, questions) = fetched(patient, vec![Script::answer("501 No", &[], b"")]).await;
    assert_eq!((answer.unwrap_err().attempts, questions.len()), (1, 1));
}

#[tokio::test]
async fn a_wished_pause_is_kept_within_the_limit() {
    let patient = FetchLimits { attempts: 3, ..limits() };
    let busy = |wait| Script::answer("429 Too Many Requests", &[("Retry-After", wait)], b"");
    let (answer, questions) = fetched(patient, vec![busy("0"), Script::answer("200 OK", &[], b"ok")]).await;
    assert_eq!((answer.unwrap().bytes.as_slice(), questions.len()), (&b"ok"[..], 2));
    let (answer, questions) = fetched(patient, vec![busy("3600")]).await;
    let error = answer.unwrap_err();
    assert_eq!(questions.len(), 1);
    assert!(error.to_string().contains("asks for a pause of 3600 s"), "{error}");
    assert!(error.is_transient());
}

#[tokio::test]
async fn a_pause_without_end_is_no_panic() {
    let patient = FetchLimits { attempts: 2, at_a_time_per_host: 1, ..limits() };
    for wait in ["18446744073709551615", "9999999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let headers = [("Retry-After", wait), ("Date", "Fri, 04 Jul 2025 09:00:00 GMT")];
        let (answer, questions) = fetched(patient, vec![Script::answer("429 Too Many Requests", &headers, b"")]).await;
        let error = answer.unwrap_err();
        assert_eq!(questions.len(), 1, "{wait}");
        assert!(error.to_string().contains(&format!("asks for a pause of {} s", 366 * 86_400)), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_told_with_its_own_status() {
    for status in [301, 303, 307, 308] {
        let error = fault(Script::answer(&format!("{status} Elsewhere"), &[], b"")).await;
        assert!(error.to_string().contains(&format!("status {status} (a redirect to nowhere)")), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_does_not_open_is_told_with_the_limit_of_connecting() {
    // The queue of this listener is full, so further connections wait for it.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let _filling: Vec<_> =
        (0..4).map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100))).collect();
    let hasty = FetchLimits {
        connect: Duration::from_millis(120),
        patience: Patience { answer: Duration::from_secs(3), ..limits().patience },
        ..limits()
    };
    let error = Fetcher::new(hasty).unwrap().fetch(&ask(&format!("http://{address}/x"))).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("did not accept a connection within 120ms"), "{text}");
}

#[tokio::test]
async fn an_unreachable_source_is_named() {
    let gone = { Loopback::serve([Script::HangUp]).await.base.clone() };
    tokio::task::yield_now().await;
    let error = Fetcher::new(limits()).unwrap().fetch(&ask(&format!("{gone}/x"))).await.unwrap_err();
    assert!(matches!(*error.fault, FetchFault::Unreachable { .. }), "{error}");
    for wrong in ["no address", "ftp://127.0.0.1/x", "http://"] {
        let error = Fetcher::new(limits()).unwrap().fetch(&ask(wrong)).await.unwrap_err();
        assert!(matches!(*error.fault, FetchFault::Address { .. }), "{error}");
    }
}
