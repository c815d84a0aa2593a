//! The address of a ledger: `sqlite:PATH` or `postgres://…`.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::LedgerError;

/// The address of a ledger. It is printed without user and password.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    Sqlite(PathBuf),
    Postgres(url::Url),
}

impl Address {
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let wrong = || LedgerError::Address { text: text.split('@').next_back().unwrap_or_default().to_owned() };
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains('\0') || path == ":memory:" {
                return Err(wrong());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        match url::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => Ok(Self::Postgres(url)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                write!(f, "postgres://{}{}", url.host_str().unwrap_or("local"), url.path())
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The address under which the driver opens a file: absolute, with the characters escaped that have a meaning in
/// addresses. The folder of the file must exist.
pub fn driver_url(path: &Path, mode: &str) -> Result<String, LedgerError> {
    let unreachable = |why: &dyn fmt::Display| LedgerError::Unreachable { why: format!("`{}`: {why}", path.display()) };
    let name = path.file_name().ok_or_else(|| unreachable(&"the path names no file"))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let folder = folder.canonicalize().map_err(|e| unreachable(&e))?;
    let path = folder.join(name);
    let text = path.to_str().ok_or_else(|| unreachable(&"the path is not UTF-8"))?;
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '?' => escaped.push_str("%3F"),
            '#' => escaped.push_str("%23"),
            '\\' => escaped.push_str("%5C"),
            c => escaped.push(c),
        }
    }
    Ok(format!("sqlite://{escaped}?mode={mode}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let address = Address::parse("postgres://office:secret@db.example/zhinaq").unwrap();
        assert_eq!(format!("{address} {address:?}"), "postgres://db.example/zhinaq postgres://db.example/zhinaq");
        let error = Address::parse("mysql://office:secret@db.example/zhinaq").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn a_ledger_is_a_file_or_a_database() {
        assert_eq!(Address::parse("sqlite:a/b.sqlite").unwrap(), Address::Sqlite("a/b.sqlite".into()));
        assert_eq!(Address::parse("sqlite:///a/b.sqlite").unwrap(), Address::Sqlite("/a/b.sqlite".into()));
        for wrong in ["", "sqlite:", "ledger.sqlite", "http://x/y", "sqlite::memory:"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }
}
