//! Numbering copies and sending mails, each against the plainest way to do the same.
//!
//! `cargo bench --bench post` stamps 176 copies out of six masters of 3 MB, stores them and takes their hashes for the
//! register, as a run does, and compares that with copying the same bytes, flushed to disk in the same way; then it sends 176 mails of 3 MB to a sink on loopback (a process of its own that only reads),
//! over one connection and over four, and compares that with Python's smtplib over one (`benches/smtplib_send.py`) and with
//! only building and formatting the mails.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured, and stops where it cannot")]

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

#[path = "support/machine.rs"]
#[expect(dead_code, reason = "the memory of a process is another benchmark's matter")]
mod machine;

use rayon::prelude::*;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use zhinaq::{
    distribute::{
        Attempt, Content, Enclosure, Journal, JournalError, Letter, Mail, Outcome, Pace, Parcel, Security, Smtp,
        SmtpServer, Timeouts, Transport, hand_over,
    },
    domain::{CopyRecord, Language, Origin, Sha256},
    publish::publish_all,
    store::{ArtifactKey, Artifacts},
    workbook::{CopyMark, Stamper},
};

const COPIES: usize = 176;
const MASTERS: usize = 6;
const ROUNDS: usize = 5;

fn main() {
    if env::args().any(|word| word == "sink") {
        return sink();
    }
    println!("{COPIES} copies, {}", machine::machine());
    stamping();
    sending();
}

/// A master of some 3 MB, with the places that a copy's number stands in.
fn master(seed: u32) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2025, 7, 14).expect("a day");
    workbook
        .set_properties(&DocProperties::new().set_creation_datetime(&created).set_custom_property("Copy", "⟦copy⟧"));
    for number in 0..30_u32 {
        let sheet = workbook.add_worksheet();
        sheet.set_footer("&L&8⟦copy⟧&R&P / &N");
        sheet.write_string(0, 0, if number == 0 { "⟦copy⟧" } else { "table" }).expect("a cell");
        for row in 1..950 {
            for column in 0..20 {
                let value = (row * 7919 + u32::from(column) * 104_729 + number * 31 + seed) % 1_000_003;
                sheet.write_number(row, column, f64::from(value)).expect("a cell");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn mark(number: u32) -> CopyMark {
    CopyMark {
        collection: "crime".parse().expect("an id"),
        period: "2025-Q2".parse().expect("a period"),
        revision: 0,
        supplement: 0,
        organ: "gp-leadership".parse().expect("an id"),
        organ_title: "Руководство Генеральной прокуратуры".into(),
        number,
        of: COPIES as u32,
        language: Language::Ru,
        content_id: Sha256::of(b"figures"),
    }
}

fn stamping() {
    let masters: Vec<Vec<u8>> = (0..MASTERS as u32).map(master).collect();
    println!("masters of {:.2} MB", masters[0].len() as f64 / 1e6);
    let (mut stamped, mut copied) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        copied.push(timed(|folder| {
            for (index, master) in masters.iter().enumerate() {
                let files: Vec<(PathBuf, &[u8])> =
                    of_master(index).map(|n| (folder.join(n.to_string()), master.as_slice())).collect();
                publish_all(&files).expect("copies are written");
            }
        }));
        stamped.push(timed(|folder| {
            let artifacts = Artifacts::open(folder).expect("a folder");
            for (index, master) in masters.iter().enumerate() {
                let stamper = Stamper::new(master.clone()).expect("a master");
                let numbers: Vec<usize> = of_master(index).collect();
                let copies: Vec<(ArtifactKey, Vec<u8>)> = numbers
                    .par_iter()
                    .map(|n| {
                        let copy = stamper.stamp(&mark(*n as u32 + 1)).expect("a copy");
                        (ArtifactKey::Named(n.to_string()), copy)
                    })
                    .collect();
                let files: Vec<(ArtifactKey, &[u8])> = copies.iter().map(|(k, b)| (k.clone(), b.as_slice())).collect();
                std::hint::black_box(artifacts.put_all(&files).expect("copies are written"));
            }
        }));
    }
    let ratios: Vec<f64> = stamped.iter().zip(&copied).map(|(stamped, copied)| stamped / copied).collect();
    let (stamped, copied) = (median(&mut stamped), median(&mut copied));
    println!("copied and flushed             {copied:7.3} s");
    println!("stamped, hashed and flushed    {stamped:7.3} s   {:.2} times (rounds: {ratios:.2?})", stamped / copied);
    println!("stamping alone                 {:7.3} s of CPU", stamping_alone(&masters));
}

/// What the masters' reading and all stamping takes, without any disk.
fn stamping_alone(masters: &[Vec<u8>]) -> f64 {
    let before = cpu();
    for (index, master) in masters.iter().enumerate() {
        let stamper = Stamper::new(master.clone()).expect("a master");
        for number in of_master(index) {
            std::hint::black_box(stamper.stamp(&mark(number as u32 + 1)).expect("a copy"));
        }
    }
    cpu() - before
}

fn of_master(index: usize) -> impl Iterator<Item = usize> {
    (0..COPIES).filter(move |n| n % MASTERS == index)
}

fn timed(work: impl FnOnce(&Path)) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let started = Instant::now();
    work(folder.path());
    started.elapsed().as_secs_f64()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

struct NoJournal;

impl Journal for NoJournal {
    async fn intent(&self, _: &Attempt) -> Result<(), JournalError> {
        Ok(())
    }

    async fn may_send(&self, _: &Attempt) -> Result<bool, JournalError> {
        Ok(true)
    }

    async fn outcome(&self, _: &Attempt, _: &Outcome) -> Result<(), JournalError> {
        Ok(())
    }
}

fn parcels(file: &Path) -> Vec<Parcel> {
    let sha256 = Sha256::of(&fs::read(file).expect("the copy"));
    let parcel = |number: usize| {
        let record = CopyRecord { number: 1, of: 1, file: format!("crime_{number}.xlsx"), sha256 };
        Parcel {
            id: format!("2025-Q2/crime/r0/organ-{number}").parse().expect("an id"),
            language: Language::Ru,
            origin: Origin::Sample,
            to: vec!["organ@test.invalid".parse().expect("an address")],
            letter: Letter::new("О преступности", "Направляется сборник.\n", None).expect("a letter"),
            copies: vec![Enclosure { record, content: Content::File(file.to_owned()) }],
            date: chrono::DateTime::from_timestamp(1_752_480_000, 0).expect("a time"),
            attempts: 0,
            max_message_bytes: None,
        }
    };
    (0..COPIES).map(parcel).collect()
}

fn server(port: u16) -> SmtpServer {
    SmtpServer {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        authorities: None,
        credentials: None,
        from: "sender@zhinaq.invalid".parse().expect("an address"),
        from_name: None,
        archive: None,
        max_message_bytes: None,
        dkim: None,
        timeouts: Timeouts::default(),
    }
}

fn sending() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("copy.xlsx");
    fs::write(&file, master(1)).expect("a copy");
    let (mut child, port) = start_sink();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let parcels = parcels(&file);
    let from = server(port).from;
    let (built_seconds, built_cpu) = measured(|| {
        for parcel in &parcels {
            let mail =
                Mail { parcel, copies: parcel.copies.iter().collect(), part: (1, 1), from: &from, from_name: None };
            std::hint::black_box(mail.bytes().expect("a mail"));
        }
    });
    println!("built and formatted   {built_seconds:7.3} s   {built_cpu:.2} s of CPU");
    let mut one = 0.0;
    for workers in [1, 4] {
        let pace = Pace { workers, ..Pace::default() };
        let (seconds, cpu) = measured(|| {
            let transport = Arc::new(Transport::Smtp(Smtp::on_this_machine(server(port)).expect("a transport")));
            let receipts = runtime.block_on(hand_over(transport, Arc::new(NoJournal), parcels.clone(), pace));
            assert!(receipts.iter().all(|r| r.outcome.state.is_handed()), "{:?}", receipts[0]);
        });
        one = if workers == 1 { seconds } else { one };
        let ratio = cpu / built_cpu;
        println!(
            "sent, {workers} connections    {seconds:7.3} s   {cpu:.2} s of CPU, {ratio:.2} times that of building"
        );
    }
    let started = Instant::now();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/smtplib_send.py");
    let python = Command::new("python3").arg(script).arg(port.to_string()).arg(&file).arg(COPIES.to_string()).status();
    if python.is_ok_and(|status| status.success()) {
        let seconds = started.elapsed().as_secs_f64();
        println!("smtplib, 1 connection {seconds:7.3} s   {:.1} times as long as ours over one", seconds / one);
    } else {
        println!("smtplib: skipped, python3 does not run here");
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Wall time and the process's own CPU time, in seconds.
fn measured(work: impl FnOnce()) -> (f64, f64) {
    let (started, before) = (Instant::now(), cpu());
    work();
    (started.elapsed().as_secs_f64(), cpu() - before)
}

/// User and system time of this process; the kernel counts in hundredths of a second.
fn cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").expect("the process's own numbers");
    let after = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = |place: usize| after.split(' ').nth(place).and_then(|t| t.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

fn start_sink() -> (Child, u16) {
    let program = env::current_exe().expect("this program");
    let mut child = Command::new(program).arg("sink").stdout(Stdio::piped()).spawn().expect("the sink starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("its output");
    BufReader::new(out).read_line(&mut line).expect("its port");
    (child, line.trim().parse().expect("a port"))
}

/// A mail server that only reads.
fn sink() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    for stream in listener.incoming().flatten() {
        thread::spawn(move || drop(converse(stream)));
    }
}

fn converse(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    stream.write_all(b"220 sink\r\n")?;
    let (mut buffer, mut line) = (vec![0; 256 * 1024], Vec::new());
    let (mut in_message, mut tail) = (false, [0_u8; 5]);
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        if in_message {
            let last = &buffer[..count][count.saturating_sub(5)..];
            tail.rotate_left(last.len());
            tail[5 - last.len()..].copy_from_slice(last);
            if &tail == b"\r\n.\r\n" {
                in_message = false;
                stream.write_all(b"250 taken\r\n")?;
            }
            continue;
        }
        line.extend_from_slice(&buffer[..count]);
        while let Some(end) = line.iter().position(|b| *b == b'\n') {
            let command: Vec<u8> = line.drain(..=end).collect();
            let reply: &[u8] = match command.get(..4).unwrap_or_default() {
                b"EHLO" | b"ehlo" => b"250-sink\r\n250-8BITMIME\r\n250 SIZE 104857600\r\n",
                b"DATA" | b"data" => {
                    in_message = true;
                    tail = [0; 5];
                    b"354 go on\r\n"
                }
                b"QUIT" | b"quit" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            stream.write_all(reply)?;
        }
    }
}
