//! Where documents come from: many sources at once, folders, the addresses of services.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::symlink,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::StreamExt as _;
use zhinaq::acquire::{
    Ask, AskPlace, Enquiry, FetchError, FetchFault, FetchLimits, FetchProgress, Fetcher, Secret, ServiceDate, Shape,
    asks,
};

use super::fetch::{ask, limits};
use super::loopback::{Loopback, Script};

#[tokio::test]
async fn many_documents_come_a_few_at_a_time_and_one_failure_stops_none() {
    let source = Loopback::serve([
        Script::answer("200 OK", &[], b"1"),
        Script::answer("404 Not Found", &[], b""),
        Script::answer("200 OK", &[], b"3"),
    ])
    .await;
    let fetcher = Fetcher::new(FetchLimits { at_a_time: 8, at_a_time_per_host: 2, ..limits() }).unwrap();
    let asks: Vec<_> = (0..12).map(|n| (ask(&format!("{}/{n}", source.base)), None)).collect();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let witness = Arc::clone(&seen);
    let watch = move |progress| witness.lock().unwrap().push(progress);
    let mut answers: Vec<_> = fetcher.fetch_all(&asks, &watch).collect().await;
    answers.sort_by_key(|(index, _)| *index);
    assert_eq!(answers.iter().map(|(index, _)| *index).collect::<Vec<_>>(), (0..12).collect::<Vec<_>>());
    assert_eq!(answers.iter().filter(|(_, answer)| answer.is_err()).count(), 1);
    assert!(source.most_at_a_time() <= 2, "{}", source.most_at_a_time());
    let done = seen.lock().unwrap().iter().filter(|p| matches!(p, FetchProgress::Done { came: true, .. })).count();
    assert_eq!(done, 11);
}

#[tokio::test]
async fn a_host_that_does_not_answer_does_not_hold_up_the_run() {
    let gone = { Loopback::serve([Script::HangUp]).await.base.clone() };
    tokio::task::yield_now().await;
    let fetcher = Fetcher::new(FetchLimits { attempts: 3, at_a_time_per_host: 1, ..limits() }).unwrap();
    let asks: Vec<_> = (0..200).map(|n| (ask(&format!("{gone}/{n}")), None)).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let watch = move |progress| {
        count.fetch_add(usize::from(matches!(progress, FetchProgress::Asked { .. })), Ordering::SeqCst);
    };
    let answers: Vec<_> = fetcher.fetch_all(&asks, &watch).collect().await;
    assert!(answers.iter().all(|(_, answer)| answer.as_ref().is_err_and(FetchError::is_transient)));
    assert!(asked.load(Ordering::SeqCst) < 60, "{asked:?}");
    let last = answers.iter().find(|(index, _)| *index == 199).unwrap().1.as_ref().unwrap_err().to_string();
    assert!(last.contains("its host could not be reached at several addresses before"), "{last}");
}

#[tokio::test]
async fn one_form_that_does_not_answer_leaves_the_others_of_its_host_alone() {
    let silent = Script::ByPath {
        part: "service_1e".into(),
        there: Box::new(Script::SayAndWait(vec![])),
        elsewhere: Box::new(Script::answer("200 OK", &[], b"figures")),
    };
    let source = Loopback::serve([silent]).await;
    let fetcher = Fetcher::new(FetchLimits { at_a_time: 4, at_a_time_per_host: 4, ..limits() }).unwrap();
    let of = |form: &str, path: &str, n: usize| {
        let one = ask(&format!("{}/{path}?date={n}", source.base));
        (zhinaq::acquire::Ask { form: form.parse().unwrap(), ..one }, None)
    };
    let mut asks: Vec<_> = (0..12).map(|n| of("1-e", "service_1e", n)).collect();
    asks.extend((0..20).map(|n| of("execution-4", "service_4", n)));
    asks.extend((0..20).map(|n| of("3-k", "forms/3k", n)));
    let answers: Vec<_> = fetcher.fetch_all(&asks, &|_| {}).collect().await;
    for (index, answer) in &answers {
        assert_eq!(answer.is_err(), *index < 12, "{}: {answer:?}", asks[*index].0.shown());
    }
    // The silent one is not waited for a dozen times.
    let asked = source.questions().iter().filter(|q| q.contains("service_1e")).count();
    assert!((3..12).contains(&asked), "{asked}");
    let last = answers.iter().find(|(index, _)| *index == 11).unwrap().1.as_ref().unwrap_err().to_string();
    assert!(last.contains("other addresses of this form did not answer before"), "{last}");
}

#[tokio::test]
async fn a_dropped_file_is_taken_and_a_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    fs::write(folder.path().join("outside.xlsx"), b"outside").unwrap();
    fs::write(inbox.join("a.XLSX"), b"dropped").unwrap();
    fs::write(inbox.join("~$a.XLSX"), b"lock").unwrap();
    fs::write(inbox.join("b.xlsx.part"), b"half").unwrap();
    fs::write(inbox.join("c.xlsx"), vec![0; 2000]).unwrap();
    fs::create_dir(inbox.join("d.xlsx")).unwrap();
    symlink(folder.path().join("outside.xlsx"), inbox.join("e.xlsx")).unwrap();
    let form = "3-k".parse().unwrap();
    let enquiry = Enquiry {
        form: &form,
        period: "2024-M08".parse().unwrap(),
        shape: Shape::Folder { path: &inbox },
        base: "",
        code: "3k",
        units: &[],
        agencies: &[],
    };
    let asks = asks(&enquiry).unwrap();
    let names: Vec<&str> = asks.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["a.XLSX", "c.xlsx", "e.xlsx"]);
    let fetcher = Fetcher::new(limits()).unwrap();
    assert_eq!(fetcher.fetch(&asks[0]).await.unwrap().bytes, b"dropped");
    assert!(matches!(*fetcher.fetch(&asks[1]).await.unwrap_err().fault, FetchFault::TooLarge { .. }));
    assert!(matches!(*fetcher.fetch(&asks[2]).await.unwrap_err().fault, FetchFault::Link));
    let outside = AskPlace::Dropped { folder: inbox.clone(), file: inbox.join("../outside.xlsx") };
    let error = fetcher.fetch(&Ask { place: outside, ..asks[0].clone() }).await.unwrap_err();
    assert!(matches!(*error.fault, FetchFault::Outside), "{error}");
    let folder_ask = Ask::named(form, "2024-M08".parse().unwrap(), inbox.join("d.xlsx"));
    assert!(matches!(*fetcher.fetch(&folder_ask).await.unwrap_err().fault, FetchFault::NoFile));
}

#[tokio::test]
async fn a_file_that_is_still_growing_is_left_for_later() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.xlsx");
    fs::write(&file, b"half").unwrap();
    let place = AskPlace::Dropped { folder: folder.path().into(), file: file.clone() };
    let growing = Ask { place, ..ask("") };
    let fetcher =
        Fetcher::new(FetchLimits { body_bytes: 1 << 21, settle: Duration::from_millis(100), ..limits() }).unwrap();
    let finished = Arc::new(AtomicBool::new(false));
    let writer = std::thread::spawn({
        let finished = Arc::clone(&finished);
        move || {
            let mut open = fs::OpenOptions::new().append(true).open(file).unwrap();
            while !finished.load(Ordering::Relaxed) && open.metadata().unwrap().len() < 1 << 20 {
                open.write_all(b"more").unwrap();
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    });
    let answer = fetcher.fetch(&growing).await;
    finished.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    let error = answer.unwrap_err();
    assert!(matches!(*error.fault, FetchFault::Growing), "{error}");
    assert!(error.is_transient());
}

#[test]
fn a_service_is_asked_with_its_date_and_its_key() {
    let form = "4".parse().unwrap();
    let key = Secret::of(Some("k&1".into())).unwrap();
    let ask = |url, date| {
        let shape = Shape::Service { url, index: "gp_od_service_42", key: Some(&key), date };
        let enquiry = Enquiry {
            form: &form,
            period: "2024-Q2".parse().unwrap(),
            shape,
            base: "http://127.0.0.1:1",
            code: "4",
            units: &[],
            agencies: &[],
        };
        asks(&enquiry).map(|mut asks| asks.remove(0))
    };
    let proxy = "{base}/proxy/{index}?apiKey={apiKey}&date={yyyy-MM-dd}";
    let by_day_after = ask(proxy, ServiceDate::DayAfter).unwrap();
    let sent = "http://127.0.0.1:1/proxy/gp_od_service_42?apiKey=k%261&date=2024-07-01";
    assert_eq!(by_day_after.place, AskPlace::Url(sent.into()));
    assert_eq!(by_day_after.shown(), "http://127.0.0.1:1/proxy/gp_od_service_42?apiKey=***&date=2024-07-01");
    assert!(ask(proxy, ServiceDate::LastDay).unwrap().shown().ends_with("date=2024-06-30"));
    let error = ask(proxy, ServiceDate::Newest).unwrap_err().to_string();
    assert!(error.starts_with("form `4`: ") && error.contains("`{yyyy-MM-dd}`"), "{error}");
    assert!(ask("{base}/proxy/{index}", ServiceDate::Newest).is_ok());
}

#[tokio::test]
async fn the_address_with_two_question_marks_is_sent_exactly_so() {
    let source = Loopback::serve([Script::answer("200 OK", &[], b"[]")]).await;
    let url = format!("{}/datasets/view?index=gp_od_service_42?date=2020-01-01", source.base);
    Fetcher::new(limits()).unwrap().fetch(&ask(&url)).await.unwrap();
    let first = source.questions()[0].lines().next().unwrap().to_owned();
    assert_eq!(first, "GET /datasets/view?index=gp_od_service_42?date=2020-01-01 HTTP/1.1");
}
