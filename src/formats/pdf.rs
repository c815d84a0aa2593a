//! Prints a workbook as PDF with LibreOffice, if it is installed.
//!
//! The PDF is tagged (its pages have a structure that a screen reader follows) and has the language of the book.
//! LibreOffice writes the time of printing and random ids into it, so equal books do not give equal bytes.
//!
//! LibreOffice runs with its own profile, so that it does not disturb a LibreOffice that a person has open. After a
//! time limit it is stopped, with all processes that it started.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use domain::Language;

/// The longest time for printing a workbook. Forty sheets took 6 s; the first start of a profile takes longer.
pub const TIME_LIMIT: Duration = Duration::from_mins(3);
/// The pause between two checks whether LibreOffice is done.
const PAUSE: Duration = Duration::from_millis(50);
/// The names of LibreOffice's program.
const NAMES: [&str; 2] = ["soffice", "libreoffice"];

/// The filter, and what it has to do beyond its defaults.
const FILTER: &str = r#"pdf:calc_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}"#;

/// Why a PDF could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("no PDF without LibreOffice: neither `soffice` nor `libreoffice` is on the PATH; install LibreOffice Calc")]
    NotInstalled,
    #[error("the program did not finish in {0} s and was stopped; try again when the machine has less to do")]
    TooSlow(u64),
    #[error("the program ended without a result: {0}")]
    Refused(String),
    #[error("the folder for LibreOffice could not be used")]
    Io(#[from] io::Error),
}

/// Prints workbooks with LibreOffice.
#[derive(Debug, Clone)]
pub struct Printer {
    program: PathBuf,
}

impl Printer {
    /// Finds LibreOffice on the PATH.
    ///
    /// # Errors
    /// When it is not found.
    pub fn find() -> Result<Self, PdfError> {
        on_path(&NAMES).map(|program| Self { program }).ok_or(PdfError::NotInstalled)
    }

    /// Prints a workbook in a language as a tagged PDF.
    ///
    /// # Errors
    /// When LibreOffice refuses it or takes longer than `limit`.
    pub fn print(&self, workbook: &[u8], language: Language, limit: Duration) -> Result<Vec<u8>, PdfError> {
        let folder = Folder::new()?;
        let user = folder.0.join("profile/user");
        fs::create_dir_all(&user)?;
        fs::write(user.join("registrymodifications.xcu"), profile_in(language))?;
        let file = folder.0.join("book.xlsx");
        fs::write(&file, workbook)?;
        let profile = format!("-env:UserInstallation=file://{}", folder.0.join("profile").display());
        let child = own_group(Command::new(&self.program).args(["--headless", "--norestore", &profile]))
            .args(["--convert-to", FILTER, "--outdir"])
            .arg(&folder.0)
            .arg(&file)
            .current_dir(&folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        finished(child, limit)?;
        let pdf = folder.0.join("book.pdf");
        fs::read(&pdf)
            .map_err(|_| PdfError::Refused("it wrote no file; is the filter for spreadsheets installed?".into()))
    }
}

/// The settings of a profile whose documents are in a language. LibreOffice adds the country that goes with it.
fn profile_in(language: Language) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{language}</value></prop></item>
</oor:items>
"#
    )
}

/// Draws the pages of a PDF as PNG, with `pdftoppm` of Poppler; `None` if that is not installed.
///
/// # Errors
/// When it refuses the PDF or takes longer than `limit`.
pub fn pages(pdf: &[u8], dots_per_inch: u32, limit: Duration) -> Result<Option<Vec<Vec<u8>>>, PdfError> {
    let Some(program) = on_path(&["pdftoppm"]) else { return Ok(None) };
    let folder = Folder::new()?;
    let file = folder.0.join("book.pdf");
    fs::write(&file, pdf)?;
    let child = own_group(Command::new(program).args(["-png", "-r", &dots_per_inch.to_string()]))
        .arg(&file)
        .arg(folder.0.join("page"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    finished(child, limit)?;
    let mut names: Vec<PathBuf> = fs::read_dir(&folder.0)?.filter_map(|e| Some(e.ok()?.path())).collect();
    names.retain(|path| path.extension().is_some_and(|e| e == "png"));
    // The file names contain page numbers of equal length, so they sort.
    names.sort();
    Ok(Some(names.iter().map(fs::read).collect::<io::Result<_>>()?))
}

/// Finds a program on the PATH by one of its names.
fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|p| p.is_file())
}

/// Waits for a program. After `limit` it stops the program and all that the program started.
fn finished(mut child: Child, limit: Duration) -> Result<(), PdfError> {
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(PdfError::Refused(status.to_string())),
            None if waited >= limit => {
                stop(&mut child);
                return Err(PdfError::TooSlow(limit.as_secs()));
            }
            None => {
                thread::sleep(PAUSE);
                waited += PAUSE;
            }
        }
    }
}

#[cfg(unix)]
fn own_group(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0)
}

#[cfg(not(unix))]
fn own_group(command: &mut Command) -> &mut Command {
    command
}

fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// A temporary folder, removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        let base = std::env::temp_dir();
        for attempt in 0..1000_u32 {
            let path: PathBuf = base.join(format!("zhinaq-{}-{attempt}", std::process::id()));
            match made(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "no free name for a folder of its own"))
    }
}

/// Creates a folder that only the owner can read.
fn made(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
