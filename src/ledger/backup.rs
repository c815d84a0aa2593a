//! Backup of the ledger. SQLite writes the copy itself, because the file alone may be in the middle of a write.

use std::{
    fs::{self, File},
    path::Path,
};

use super::{Ledger, LedgerError, open::Dialect};

impl Ledger {
    /// Writes a backup of an SQLite ledger to a new file, whole or not at all. Other programs can write to the ledger
    /// meanwhile.
    ///
    /// # Errors
    /// When the file exists or cannot be written; for PostgreSQL always, with the program to use instead.
    pub async fn backup(&self, to: &Path) -> Result<(), LedgerError> {
        if self.dialect == Dialect::Postgres {
            return Err(LedgerError::BackupElsewhere);
        }
        if to.exists() {
            return Err(LedgerError::BackupExists { path: to.into() });
        }
        let failed = |why: &dyn std::fmt::Display| LedgerError::Backup { path: to.into(), why: why.to_string() };
        let folder = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let part = folder.join(durable::part_name());
        let text = part.to_str().ok_or_else(|| failed(&"its path is not UTF-8"))?.to_owned();

        // Without a limit of time: the copy of a large ledger takes as long as its disk needs.
        let mut connection = self.reader().await?;
        let written = sqlx::query("VACUUM INTO $1").bind(text).execute(&mut *connection).await;
        connection.give_back();
        let published = written.map_err(LedgerError::from).and_then(|_| {
            File::open(&part)
                .and_then(|f| f.sync_all())
                // Unlike a rename, a link never replaces a file that was made meanwhile.
                .and_then(|()| fs::hard_link(&part, to))
                .and_then(|()| durable::keep_folder(folder))
                .map_err(|error| failed(&error))
        });
        let _ = fs::remove_file(&part);
        published
    }
}
