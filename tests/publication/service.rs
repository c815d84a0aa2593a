//! The service as a program asks it: the same figures as `query`, limits with both numbers, nothing beside the site.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use super::{pulled, sample};
use crate::support::program::Office;

/// The service of an office, which ends with the test.
struct Serving {
    program: Child,
    address: String,
}

impl Serving {
    fn of(office: &Office) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
            .args(["serve", "--public", "--sample", "--listen", "127.0.0.1:0"])
            .current_dir(office.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Self { program, address }
    }

    /// The status and the body of an answer.
    fn ask(&self, path: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(head.to_lowercase().contains("access-control-allow-origin: *"), "{head}");
        (status, answer[end + 4..].to_vec())
    }

    fn json(&self, path: &str) -> Value {
        let (status, body) = self.ask(path);
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn the_service_answers_with_the_figures_of_query() {
    let office = pulled();
    let nothing = office.zhinaq(&["serve", "--public", "--sample"]).exits(1);
    assert!(nothing.err.contains("no site was placed"), "{}", nothing.err);
    sample(&office, "place --period 2025-Q2").exits(0);
    let serving = Serving::of(&office);
    let tables = serving.json("/api/v2/tables?query=1-n");
    let id = tables["tables"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(id, "1-n_2025-Q2_R1");
    for (unit, column) in [("19", "1"), ("19", "2"), ("1971", "1"), ("1910", "3"), ("1979", "4")] {
        let query = format!("query --form 1-n --period 2025-Q2 --section R1 --row 1 --column {column} --unit {unit}");
        let wanted = sample(&office, &format!("{query} --format json")).exits(0).json();
        let path = format!(
            "/api/v2/tables/{id}/data?valueCodes%5Bunit%5D={unit}&valueCodes%5Brow%5D=1&valueCodes%5Bcolumn%5D={column}"
        );
        assert_eq!(serving.json(&path)["value"][0], wanted[0]["value"], "{path}");
    }
    let (status, body) = serving.ask(&format!("/api/v2/tables/{id}/data?valueCodes%5Bunit%5D=1999"));
    assert_eq!(status, 400, "{}", String::from_utf8_lossy(&body));
    let (status, page) = serving.ask("/ru/");
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&page).contains("SAMPLE DATA"));
    assert_eq!(serving.ask("/../ledger.sqlite").0, 404);
    assert_eq!(serving.ask("/%2e%2e/%2e%2e/ledger.sqlite").0, 404);
}
