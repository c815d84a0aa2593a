//! Logins of a mail server or a mailbox. In: entries of a table in `zhinaq.toml`. Out: a [`Login`], which is a file or
//! two variables of the environment. This module does not read the secrets.

use toml::Spanned;

use super::{Login, reader::Reader, settings_file::variable, values::FilePath};

/// The entries of a table that say where its secrets are.
pub(super) struct WrittenLogin {
    pub user_env: Option<Spanned<String>>,
    pub password_env: Option<Spanned<String>>,
    pub credentials: Option<Spanned<FilePath>>,
}

impl WrittenLogin {
    pub(super) const fn is_empty(&self) -> bool {
        self.user_env.is_none() && self.password_env.is_none() && self.credentials.is_none()
    }

    /// The login that the entries mean. `None` if no entry is written. `None` and a fault if the entries contradict
    /// each other.
    pub(super) fn meant(self, reader: &mut Reader<'_>) -> Option<Login> {
        match (self.user_env, self.password_env, self.credentials) {
            (None, None, None) => None,
            (None, None, Some(file)) => Some(Login::File(file.into_inner().0)),
            (Some(user), Some(password), None) => {
                let (user, password) = (variable(reader, &user), variable(reader, &password));
                Some(Login::Environment { user: user?, password: password? })
            }
            (_, _, Some(file)) => {
                let both = "user and password come from a file or from the environment, not from both";
                reader.fault(&file.span(), both);
                None
            }
            (Some(one), None, None) | (None, Some(one), None) => {
                reader.fault(&one.span(), "`user_env` and `password_env` belong together");
                None
            }
        }
    }
}
