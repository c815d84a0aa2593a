//! The letter that goes with a parcel, in the organ's language, from templates that an office may edit.
//!
//! The templates are strict: a name that does not exist is a fault that `zhinaq doctor` shows, not a blank in a mail.

use std::{fmt, fs, path::Path};

use minijinja::{Environment, UndefinedBehavior, syntax::SyntaxConfig, value::Serde};
use serde::Serialize;

use domain::{Language, ParcelId, Sha256};

/// A letter that can go into a mail as it is: its subject is one line without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    subject: String,
    text: String,
    html: Option<String>,
}

/// Why a letter cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    #[error("`{subject}` is not a subject: write one line of 1 to 250 characters")]
    Subject { subject: String },
    #[error("the template `{template}` failed: {why}")]
    Template { template: String, why: String },
}

/// What is wrong with a template. Prints as `templates/mail/en/body.txt:2: undefined value`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LetterFault {
    /// The file's path below the office's home.
    pub file: String,
    /// From 1; `None` where the fault is about the file as a whole.
    pub line: Option<usize>,
    pub message: String,
}

/// Every fault of the templates, to be shown at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LetterFaults(pub Vec<LetterFault>);

/// What the templates may name.
#[derive(Debug, Clone, Serialize)]
pub struct LetterText {
    pub parcel: ParcelId,
    /// The organ's title.
    pub organ: String,
    /// The collection's title.
    pub collection: String,
    /// The period in words: `II квартал 2025 года`.
    pub period: String,
    pub revision: u32,
    /// The number of a supplement; 0 with the collection itself.
    pub supplement: u32,
    /// Why a later issue was made; empty with the first.
    pub reason: String,
    pub copies: Vec<LetterCopy>,
    /// Whether the copies come in encrypted archives.
    pub sealed: bool,
    pub content_id: Sha256,
    pub sample: bool,
    pub draft: bool,
    /// Titles of the forms that are not in the collection.
    pub incomplete: Vec<String>,
    /// The sender.
    pub office: String,
    pub contact: String,
}

/// A copy as the letter lists it.
#[derive(Debug, Clone, Serialize)]
pub struct LetterCopy {
    pub number: u32,
    pub of: u32,
    pub file: String,
    pub sha256: Sha256,
}

/// The templates of an office.
#[derive(Debug, Clone)]
pub struct Letters {
    environment: Environment<'static>,
}

/// The mark of sample data, in every language the same.
pub const SAMPLE: &str = "SAMPLE DATA";
/// Well below the 998 octets of a header line (RFC 5322, 2.1.1) in any encoding.
const SUBJECT_LIMIT: usize = 250;

macro_rules! template {
    ($name:literal) => {
        ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/mail/", $name)))
    };
}

const TEMPLATES: [(&str, &str); 9] = [
    template!("ru/subject.txt"),
    template!("ru/body.txt"),
    template!("ru/body.html"),
    template!("kk/subject.txt"),
    template!("kk/body.txt"),
    template!("kk/body.html"),
    template!("en/subject.txt"),
    template!("en/body.txt"),
    template!("en/body.html"),
];

impl Letter {
    /// A letter with its own words.
    ///
    /// # Errors
    /// When the subject is empty, too long, or not one line.
    pub fn new(subject: &str, text: &str, html: Option<&str>) -> Result<Self, LetterError> {
        let subject = subject.trim();
        let length = subject.chars().count();
        if !(1..=SUBJECT_LIMIT).contains(&length) || subject.chars().any(char::is_control) {
            return Err(LetterError::Subject { subject: subject.chars().take(80).collect() });
        }
        Ok(Self { subject: subject.into(), text: text.into(), html: html.map(Into::into) })
    }

    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }
}

impl Letters {
    /// The templates that the program carries.
    ///
    /// # Errors
    /// When one of them is broken.
    pub fn embedded() -> Result<Self, LetterFaults> {
        Self::with(|_| None)
    }

    /// The templates below an office's home, `templates/mail/<language>/…`; those that are not there are the
    /// program's.
    ///
    /// # Errors
    /// Every template that cannot be read, is broken, or names something that a letter does not have.
    pub fn load(home: &Path) -> Result<Self, LetterFaults> {
        let folder = home.join("templates/mail");
        Self::with(|name| match fs::read_to_string(folder.join(name)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            read => Some(read.map_err(|error| error.to_string())),
        })
    }

    fn with(edited: impl Fn(&str) -> Option<Result<String, String>>) -> Result<Self, LetterFaults> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        let mut faults = Vec::new();
        for (name, text) in TEMPLATES {
            let file = format!("templates/mail/{name}");
            let text = match edited(name) {
                None => text.to_owned(),
                Some(Ok(text)) => text,
                Some(Err(why)) => {
                    faults.push(LetterFault { file, line: None, message: format!("cannot be read: {why}") });
                    continue;
                }
            };
            if let Err(error) = environment.add_template_owned(name, text) {
                faults.push(fault(&file, &error));
            }
        }
        let letters = Self { environment };
        if faults.is_empty() {
            faults = letters.try_out();
        }
        if faults.is_empty() { Ok(letters) } else { Err(LetterFaults(faults)) }
    }

    /// Writes each template once, with everything there is to say, to find names that do not exist.
    fn try_out(&self) -> Vec<LetterFault> {
        let Some(text) = LetterText::everything() else { return Vec::new() };
        let mut faults = Vec::new();
        for (name, _) in TEMPLATES {
            let written = self.environment.get_template(name).and_then(|template| template.render(Serde(&text)));
            if let Err(error) = written {
                faults.push(fault(&format!("templates/mail/{name}"), &error));
            }
        }
        faults
    }

    /// Writes a letter.
    ///
    /// # Errors
    /// When a template fails, or its subject is not one line.
    pub fn write(&self, language: Language, text: &LetterText) -> Result<Letter, LetterError> {
        let render = |file: &str| {
            let template = format!("{language}/{file}");
            let rendered = self.environment.get_template(&template).and_then(|t| t.render(Serde(text)));
            rendered.map_err(|error| LetterError::Template { template, why: why(&error) })
        };
        let mut subject = render("subject.txt")?.split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.chars().count() > SUBJECT_LIMIT {
            subject = subject.chars().take(SUBJECT_LIMIT - 1).chain(['…']).collect();
        }
        Letter::new(&subject, &render("body.txt")?, Some(&render("body.html")?))
    }
}

impl LetterText {
    fn everything() -> Option<Self> {
        let hash = Sha256::of(b"");
        Some(Self {
            parcel: "2025-Q2/crime/r1/mia".parse().ok()?,
            organ: "organ".into(),
            collection: "collection".into(),
            period: "period".into(),
            revision: 1,
            supplement: 1,
            reason: "reason".into(),
            copies: vec![LetterCopy { number: 1, of: 1, file: "file".into(), sha256: hash }],
            sealed: true,
            content_id: hash,
            sample: true,
            draft: true,
            incomplete: vec!["form".into()],
            office: "office".into(),
            contact: "contact".into(),
        })
    }
}

impl fmt::Display for LetterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

fn fault(file: &str, error: &minijinja::Error) -> LetterFault {
    LetterFault { file: file.into(), line: error.line(), message: why(error) }
}

fn why(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_written_in_each_language() {
        let letters = Letters::embedded().unwrap();
        let mut text = LetterText::everything().unwrap();
        text.organ = "Служба <«Сырбар»> & Ко".into();
        for language in Language::ALL {
            let letter = letters.write(language, &text).unwrap();
            assert!(letter.subject().starts_with("SAMPLE DATA · collection · period · "), "{}", letter.subject());
            assert!(letter.text().starts_with("Служба <«Сырбар»> & Ко\n"));
            assert!(letter.text().contains(&Sha256::of(b"").to_string()));
            assert!(letter.html().unwrap().contains("Служба &lt;«Сырбар»&gt; &amp; Ко"));
        }
        text.sample = false;
        assert!(!letters.write(Language::Ru, &text).unwrap().text().contains(SAMPLE));
    }

    #[test]
    fn a_template_with_an_unknown_name_is_a_fault_with_its_line() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("templates/mail/en");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("body.txt"), "Dear {{ organ }},\n{{ nmae }}\n").unwrap();
        fs::write(folder.join("subject.txt"), "{{ collection }}").unwrap();
        let faults = Letters::load(home.path()).unwrap_err();
        assert_eq!(faults.0.len(), 1, "{faults}");
        assert!(faults.to_string().starts_with("templates/mail/en/body.txt:2: undefined value"), "{faults}");
    }

    #[test]
    fn a_subject_cannot_become_another_header() {
        for wrong in ["", " ", "a\r\nBcc: x@y.z", "a\nb", "a\0b", &"a".repeat(251)] {
            assert!(Letter::new(wrong, "", None).is_err(), "{wrong:?}");
        }
        let mut text = LetterText::everything().unwrap();
        text.collection = "crime\r\nBcc: x@y.z\r\n\r\n".into();
        let letter = Letters::embedded().unwrap().write(Language::En, &text).unwrap();
        assert_eq!(letter.subject(), "SAMPLE DATA · crime Bcc: x@y.z · period · revision 1 · supplement 1");
    }
}
