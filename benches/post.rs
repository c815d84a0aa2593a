//! Measures numbering copies and sending mails, each against the simplest way to do the same. They take turns. The
//! median of some rounds is printed, with the least and the most.
//!
//! `cargo bench --bench post` stamps 176 copies from six masters: those of the sample half-year, each with additional
//! sheets of figures so that it has about 3.7 MB. It stores them as a run does: each copy by one core, and one flush
//! and then the renames for all copies of a master; once without and once with the hashes for the register. For
//! comparison the bytes of the masters are written under the same names with `publish_all` (temporary file, flush,
//! rename, flush of the folder), one after another, as a program that copies files does.
//!
//! Then it sends 176 mails of 3 MB to a sink on loopback (a separate process that only reads) over one connection and
//! over four. For comparison the same mails are only built and formatted by the mail library, from copies that are read
//! and whose hashes are compared as before sending. The CPU time of sending is compared with this. At the end Python's
//! smtplib sends the mails over one connection (`benches/smtplib_send.py`).
//!
//! `cargo bench --bench post -- stamping` runs only the first part, `-- sending` only the second.
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
#[path = "support/office.rs"]
mod office;
#[path = "support/processor.rs"]
mod processor;

use lettre::{
    Message,
    message::{Attachment, MultiPart, SinglePart, header::ContentType},
};
use office::{books, zhinaq};
use processor::cpu;
use rayon::prelude::*;
use zhinaq::{
    assemble::Book,
    distribute::{
        Attempt, CopyContent, Enclosure, Journal, JournalError, Letter, MailSender, Outcome, Pace, Parcel, Repetition,
        Security, Smtp, SmtpServer, WORKBOOK_TYPE, hand_over,
    },
    domain::{CopyRecord, EmailAddress, Language, Origin, Sha256},
    durable::{Together, publish_all},
    words::Dictionary,
    workbook::{
        CopyMark, Profile, Stamper,
        plan::{Brief, CellContent, PlannedCell, SheetPlan, Style, planned},
        theme::StyleRole,
        written,
    },
};

const COPIES: usize = 176;
const MASTERS: usize = 6;
const PERIOD: &str = "2025-Q2";
/// The number of additional sheets that makes a master of about 3.7 MB.
const MORE_SHEETS: u32 = 27;
const ROUNDS: usize = 5;

fn main() {
    if env::args().any(|word| word == "sink") {
        return sink();
    }
    println!("{COPIES} copies, {}", machine::machine());
    let masters = masters();
    let only = |part: &str| env::args().any(|word| word == part);
    if !only("sending") {
        stamping(&masters);
    }
    if !only("stamping") {
        sending(&masters[0]);
    }
}

/// The masters of the sample half-year, each with additional sheets of figures.
fn masters() -> Vec<Vec<u8>> {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path();
    zhinaq(path, &["init", path.to_str().expect("a plain name")]);
    zhinaq(path, &["pull", "--sample", "--period", PERIOD]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let books = runtime.block_on(books(path, PERIOD, true));
    assert_eq!(books.len(), MASTERS);
    books.iter().map(master).collect()
}

fn master(book: &Book) -> Vec<u8> {
    let words = Dictionary::embedded().expect("the program's words");
    let lexicon = words.lexicon(Language::RU).expect("Russian");
    let brief = Brief { book, lexicon, profile: Profile::Accessible };
    let content = book.content();
    let mut sheets = planned(&brief, &content);
    let like = sheets.last().expect("a sheet").clone();
    sheets.extend((0..MORE_SHEETS).map(|number| more(&like, number)));
    written(&brief, &content, &sheets).expect("a workbook")
}

/// A sheet of figures with the header and footer of another sheet.
fn more(like: &SheetPlan, number: u32) -> SheetPlan {
    let cell = |row: u32, column: u16| {
        let value = (row * 7919 + u32::from(column) * 104_729 + number * 31) % 1_000_003;
        PlannedCell { row, column, content: CellContent::Number(f64::from(value)), style: Style::of(StyleRole::Figure) }
    };
    SheetPlan {
        name: format!("figures {number}"),
        cells: (0..950).flat_map(|row| (0..20).map(move |column| cell(row, column))).collect(),
        page_header: like.page_header.clone(),
        page_footer: like.page_footer.clone(),
        last_row: 949,
        ..SheetPlan::default()
    }
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
        language: Language::RU,
        numbered: format!("Экземпляр № {number} из {COPIES}"),
        content_id: Sha256::of(b"figures"),
    }
}

/// A way to make the copies of masters in a folder.
type Way = fn(&[Vec<u8>], &Path);

fn stamping(masters: &[Vec<u8>]) {
    let bytes: usize = (0..COPIES).map(|n| masters[n % MASTERS].len()).sum();
    println!("{:.0} MB in all", bytes as f64 / 1e6);
    let ways: [(&str, Way); 3] = [
        ("copied", copy_all),
        ("stamped", |masters, folder| stamp_all(masters, folder, false)),
        ("stamped and hashed", |masters, folder| stamp_all(masters, folder, true)),
    ];
    let mut taken = [const { (Vec::new(), Vec::new()) }; 3];
    for round in 0..ROUNDS {
        // The first leaves the disk in another state for the second, so they take turns.
        for turn in 0..ways.len() {
            let place = (round + turn) % ways.len();
            let (seconds, cpu) = timed(|folder| ways[place].1(masters, folder));
            taken[place].0.push(seconds);
            taken[place].1.push(cpu);
        }
    }
    for ((name, _), (seconds, cpu)) in ways.iter().zip(&taken) {
        let ratios: Vec<f64> = seconds.iter().zip(&taken[0].0).map(|(seconds, copied)| seconds / copied).collect();
        println!("{name:<18} {}, {} of CPU, {}", spread(seconds, "s"), spread(cpu, "s"), spread(&ratios, "times"));
    }
}

/// Writes the unchanged masters under the names of the copies.
fn copy_all(masters: &[Vec<u8>], folder: &Path) {
    for (index, master) in masters.iter().enumerate() {
        let files: Vec<(PathBuf, &[u8])> =
            of_master(index).map(|n| (folder.join(n.to_string()), master.as_slice())).collect();
        publish_all(&files).expect("copies are written");
    }
}

/// Stamps the copies, and stores them as a run does.
fn stamp_all(masters: &[Vec<u8>], folder: &Path, hashed: bool) {
    for (index, master) in masters.iter().enumerate() {
        let stamper = Stamper::new(master.clone()).expect("a master");
        let together = Together::default();
        let numbers: Vec<usize> = of_master(index).collect();
        numbers.par_iter().for_each(|n| {
            let copy = stamper.stamped(&mark(*n as u32 + 1)).expect("a copy");
            let slices = copy.slices();
            together.add(&folder.join(n.to_string()), &slices).expect("a copy is written");
            if hashed {
                std::hint::black_box(Sha256::of_pieces(&slices));
            }
        });
        together.publish().expect("copies are written");
    }
}

fn of_master(index: usize) -> impl Iterator<Item = usize> {
    (0..COPIES).filter(move |n| n % MASTERS == index)
}

/// Measures work in a temporary folder. Its files are removed and the disk is synchronised before the next work begins.
fn timed(work: impl FnOnce(&Path)) -> (f64, f64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let taken = measured(|| work(folder.path()));
    drop(folder);
    rustix::fs::sync();
    taken
}

/// The median with the least and the most, as text.
fn spread(values: &[f64], unit: &str) -> String {
    let (least, most) = (values.iter().copied().fold(f64::MAX, f64::min), values.iter().copied().fold(0.0, f64::max));
    format!("{:7.3} {unit} ({least:.3} to {most:.3})", median(values))
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
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
        let record = CopyRecord { number: 1, of: 1, file: format!("crime_{number}.xlsx"), sha256, language: None };
        Parcel {
            id: format!("2025-Q2/crime/r0/organ-{number}").parse().expect("an id"),
            language: Language::RU,
            origin: Origin::Sample,
            to: vec!["organ@test.invalid".parse().expect("an address")],
            letter: Letter::new("О преступности", "Направляется сборник.\n", None).expect("a letter"),
            copies: vec![Enclosure { record, content: CopyContent::Stored(Arc::new(file.to_owned())) }],
            date: chrono::DateTime::from_timestamp(1_752_480_000, 0).expect("a time"),
            attempts: 0,
            max_message_bytes: None,
            by_folder_if_large: false,
            sending: Repetition::default(),
            settings: String::new(),
        }
    };
    (0..COPIES).map(parcel).collect()
}

fn sender(port: u16) -> MailSender {
    MailSender {
        server: SmtpServer::new("127.0.0.1", port, Security::None),
        from: "sender@zhinaq.invalid".parse().expect("an address"),
        from_name: None,
        archive: None,
        max_message_bytes: None,
        dkim: None,
    }
}

const CONNECTIONS: [usize; 2] = [1, 4];

/// Reads the copy of a mail, compares its hash, and builds and formats the mail with only the mail library.
fn build(parcel: &Parcel, from: &EmailAddress) {
    let attachment = |copy: &Enclosure| {
        let kind = ContentType::parse(WORKBOOK_TYPE).expect("a media type");
        Attachment::new(copy.record.file.clone()).body(copy.bytes().expect("the copy").into_owned(), kind)
    };
    let letter = SinglePart::plain(parcel.letter.text().to_owned());
    let parts = parcel.copies.iter().map(attachment).fold(MultiPart::mixed().singlepart(letter), MultiPart::singlepart);
    let message = Message::builder()
        .from(from.as_str().parse().expect("an address"))
        .to(parcel.to[0].as_str().parse().expect("an address"))
        .subject(parcel.letter.subject())
        .multipart(parts)
        .expect("a mail");
    std::hint::black_box(message.formatted());
}

fn sending(master: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("copy.xlsx");
    fs::write(&file, master).expect("a copy");
    let (mut child, port) = start_sink();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let parcels = parcels(&file);
    let from = sender(port).from;
    let mut built = (Vec::new(), Vec::new());
    let mut sent = [(Vec::new(), Vec::new()), (Vec::new(), Vec::new())];
    let note = |to: &mut (Vec<f64>, Vec<f64>), (seconds, cpu): (f64, f64)| {
        to.0.push(seconds);
        to.1.push(cpu);
    };
    for _ in 0..ROUNDS {
        note(&mut built, measured(|| parcels.iter().for_each(|parcel| build(parcel, &from))));
        for (connections, sent) in CONNECTIONS.into_iter().zip(&mut sent) {
            let pace = Pace { workers: connections, ..Pace::default() };
            let once = || {
                let transport = Arc::new(Smtp::on_this_machine(sender(port)).expect("a transport"));
                let receipts = runtime.block_on(hand_over(transport, Arc::new(NoJournal), parcels.clone(), pace));
                assert!(receipts.iter().all(|r| r.outcome.state.is_handed()), "{:?}", receipts[0]);
            };
            note(sent, measured(once));
        }
    }
    println!("built and formatted     {}, {} of CPU", spread(&built.0, "s"), spread(&built.1, "s"));
    for (connections, (seconds, cpu)) in CONNECTIONS.into_iter().zip(&sent) {
        println!("sent, {connections} connections     {}, {} of CPU", spread(seconds, "s"), spread(cpu, "s"));
        let ratios: Vec<f64> = cpu.iter().zip(&built.1).map(|(cpu, built)| cpu / built).collect();
        println!("  CPU, in the same round {}", spread(&ratios, "times that of building"));
    }
    let one = median(&sent[0].0);
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

/// The wall time and the CPU time of this process, in seconds.
fn measured(work: impl FnOnce()) -> (f64, f64) {
    let (started, before) = (Instant::now(), cpu());
    work();
    (started.elapsed().as_secs_f64(), cpu() - before)
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
