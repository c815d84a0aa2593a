//! Writes the letter of a parcel, in the organ's language, from templates that an office may edit.
//!
//! In: templates and the texts of a parcel. Out: a [`Letter`]. It does not know how the letter is sent. The templates
//! are strict: an unknown name is a fault that `zhinaq doctor` reports, not a gap in a mail.

use std::{fmt, fs, path::Path};

use minijinja::{Environment, UndefinedBehavior, syntax::SyntaxConfig, value::Serde};
use serde::Serialize;

use domain::{Language, ParcelId, Sha256};

/// A letter that can be put into a mail as it is. Its subject is one line without control characters.
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
    /// Counted from 1; `None` if the fault concerns the whole file.
    pub line: Option<usize>,
    pub message: String,
}

/// All faults of the templates, to be printed at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LetterFaults(pub Vec<LetterFault>);

/// The names that templates may use.
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
    /// The number of a supplement; 0 for the collection itself.
    pub supplement: u32,
    /// Why a later issue was made; empty for the first issue.
    pub reason: String,
    pub copies: Vec<LetterCopy>,
    /// Whether the copies come in encrypted archives.
    pub sealed: bool,
    pub content_id: Sha256,
    pub sample: bool,
    pub draft: bool,
    /// The titles of the forms that are missing in the collection.
    pub incomplete: Vec<String>,
    /// The name of the sender.
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

/// The mark of sample data, the same in every language.
pub const SAMPLE: &str = "SAMPLE DATA";
/// The most characters of a subject: in any encoding far below the 998 octets of a header line (RFC 5322, 2.1.1).
const SUBJECT_LIMIT: usize = 250;

macro_rules! carried {
    ($language:literal) => {
        [carried!($language, "/subject.txt"), carried!($language, "/body.txt"), carried!($language, "/body.html")]
    };
    ($language:literal, $file:literal) => {
        (
            concat!($language, $file),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/mail/", $language, $file)),
        )
    };
}

/// The templates that the program carries.
const CARRIED: [[(&str, &str); 3]; 3] = [carried!("ru"), carried!("kk"), carried!("en")];
/// The templates of each language.
const FILES: [&str; 3] = ["subject.txt", "body.txt", "body.html"];

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
    /// The templates built into the program.
    ///
    /// # Errors
    /// When one of them is broken.
    pub fn embedded() -> Result<Self, LetterFaults> {
        Self::with([Language::RU, Language::KK, Language::EN], |_| None)
    }

    /// The templates of an office, `templates/mail/<language>/…`. A missing one is replaced by the built-in one.
    ///
    /// # Errors
    /// When a template cannot be read, is broken, or uses an unknown name; the error lists all of them.
    pub fn load(home: &Path, languages: impl IntoIterator<Item = Language>) -> Result<Self, LetterFaults> {
        let folder = home.join("templates/mail");
        Self::with(languages, |name| match fs::read_to_string(folder.join(name)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            read => Some(read.map_err(|error| error.to_string())),
        })
    }

    fn with(
        languages: impl IntoIterator<Item = Language>,
        edited: impl Fn(&str) -> Option<Result<String, String>>,
    ) -> Result<Self, LetterFaults> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        let mut faults = Vec::new();
        let names = languages.into_iter().flat_map(|language| FILES.map(|file| format!("{language}/{file}")));
        let names: Vec<String> = names.collect();
        for name in &names {
            let file = format!("templates/mail/{name}");
            let carried = CARRIED.iter().flatten().find(|(carried, _)| carried == name);
            let text = match edited(name).or_else(|| carried.map(|(_, text)| Ok((*text).to_owned()))) {
                None => {
                    let message = "is missing: every language in templates/words/ needs its mails".to_owned();
                    faults.push(LetterFault { file, line: None, message });
                    continue;
                }
                Some(Ok(text)) => text,
                Some(Err(why)) => {
                    faults.push(LetterFault { file, line: None, message: format!("cannot be read: {why}") });
                    continue;
                }
            };
            if let Err(error) = environment.add_template_owned(name.clone(), text) {
                faults.push(fault(&file, &error));
            }
        }
        let letters = Self { environment };
        if faults.is_empty() {
            faults = letters.try_out(&names);
        }
        if faults.is_empty() { Ok(letters) } else { Err(LetterFaults(faults)) }
    }

    /// Renders each template once, with every name set, to find unknown names.
    fn try_out(&self, names: &[String]) -> Vec<LetterFault> {
        let Some(text) = LetterText::everything() else { return Vec::new() };
        let mut faults = Vec::new();
        for name in names {
            let written = self.environment.get_template(name).and_then(|template| template.render(Serde(&text)));
            let file = format!("templates/mail/{name}");
            let told = |message: &str| LetterFault { file: file.clone(), line: None, message: message.to_owned() };
            match written {
                Err(error) => faults.push(fault(&file, &error)),
                Ok(words) if words.trim().is_empty() => {
                    faults.push(told(
                        "is empty: write the words of the mail, or remove the file to use the built-in one",
                    ));
                }
                Ok(words) if words.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) => {
                    faults.push(told("has a control character, which no mail may have"));
                }
                Ok(_) => {}
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
        for language in [Language::RU, Language::KK, Language::EN] {
            let letter = letters.write(language, &text).unwrap();
            assert!(letter.subject().starts_with("SAMPLE DATA · collection · period · "), "{}", letter.subject());
            assert!(letter.text().starts_with("Служба <«Сырбар»> & Ко\n"));
            assert!(letter.text().contains(&Sha256::of(b"").to_string()));
            assert!(letter.html().unwrap().contains("Служба &lt;«Сырбар»&gt; &amp; Ко"));
        }
        text.sample = false;
        assert!(!letters.write(Language::RU, &text).unwrap().text().contains(SAMPLE));
    }

    #[test]
    fn a_template_with_an_unknown_name_is_a_fault_with_its_line() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("templates/mail/en");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("body.txt"), "Dear {{ organ }},\n{{ nmae }}\n").unwrap();
        fs::write(folder.join("subject.txt"), "{{ collection }}").unwrap();
        let faults = Letters::load(home.path(), [Language::EN]).unwrap_err();
        assert_eq!(faults.0.len(), 1, "{faults}");
        assert!(faults.to_string().starts_with("templates/mail/en/body.txt:2: undefined value"), "{faults}");
    }

    #[test]
    fn an_empty_or_broken_template_is_a_fault() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("templates/mail/en");
        fs::create_dir_all(&folder).unwrap();
        for (file, text, said) in [
            ("body.txt", "\n \n", "is empty"),
            ("subject.txt", "{# nothing #}", "is empty"),
            ("body.html", "<p>\u{0}</p>", "has a control character"),
        ] {
            fs::write(folder.join(file), text).unwrap();
            let faults = Letters::load(home.path(), [Language::EN]).unwrap_err().to_string();
            assert!(faults.starts_with(&format!("templates/mail/en/{file}: {said}")), "{faults}");
            fs::remove_file(folder.join(file)).unwrap();
        }
        Letters::load(home.path(), [Language::EN]).unwrap();
    }

    #[test]
    fn a_further_language_needs_all_its_templates() {
        let home = tempfile::tempdir().unwrap();
        let (folder, uzbek) = (home.path().join("templates/mail/uz"), "uz".parse::<Language>().unwrap());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("subject.txt"), "{{ collection }}").unwrap();
        fs::write(folder.join("body.txt"), "{{ organ }}").unwrap();
        let faults = Letters::load(home.path(), [Language::RU, uzbek]).unwrap_err().to_string();
        assert!(faults.starts_with("templates/mail/uz/body.html: is missing"), "{faults}");
        fs::write(folder.join("body.html"), "<p>{{ organ }}</p>").unwrap();
        let letters = Letters::load(home.path(), [Language::RU, uzbek]).unwrap();
        assert_eq!(letters.write(uzbek, &LetterText::everything().unwrap()).unwrap().text(), "organ");
    }

    #[test]
    fn a_subject_cannot_become_another_header() {
        for wrong in ["", " ", "a\r\nBcc: x@y.z", "a\nb", "a\0b", &"a".repeat(251)] {
            assert!(Letter::new(wrong, "", None).is_err(), "{wrong:?}");
        }
        let mut text = LetterText::everything().unwrap();
        text.collection = "crime\r\nBcc: x@y.z\r\n\r\n".into();
        let letter = Letters::embedded().unwrap().write(Language::EN, &text).unwrap();
        assert_eq!(letter.subject(), "SAMPLE DATA · crime Bcc: x@y.z · period · revision 1 · supplement 1");
    }
}
