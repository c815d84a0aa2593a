//! The office gets alerts by mail, and nobody else does.

use crate::support::{
    fake_smtp::{Act, FakeSmtp},
    program::Office,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calm_day_is_one_mail_to_the_office_itself() {
    let server = FakeSmtp::start(|_, _, _| Act::Well).await;
    let office = Office::fresh();
    let settings = format!(
        "[office]\naddress = \"office@example.org\"\n[transport]\nkind = \"smtp\"\n[transport.smtp]\n\
         host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"zhinaq@example.org\"\n",
        server.address.port()
    );
    std::fs::write(office.path().join("zhinaq.toml"), settings).unwrap();
    let look = || {
        let at = "2025-02-05T18:30";
        office.zhinaq(&["schedule", "--once", "--sample", "--since", "2025-02-05", "--as-of", at]).exits(0)
    };
    tokio::task::block_in_place(look);
    tokio::task::block_in_place(look);
    let kept = server.kept();
    let text: Vec<String> = kept.iter().map(|k| String::from_utf8_lossy(&k.message).into_owned()).collect();
    assert_eq!(kept.len(), 1, "{text:?}");
    assert_eq!(kept[0].to, ["office@example.org"]);
    assert!(text[0].contains("Subject: SAMPLE DATA: zhinaq: 2025-02-05: calm, all"), "{}", text[0]);
    assert!(text[0].contains("Message-ID: <2025-02-05.at.sample@example.org>"), "{}", text[0]);
}
