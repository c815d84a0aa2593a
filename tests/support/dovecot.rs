//! A real IMAP server for a test: Dovecot on loopback with one Maildir in a folder of its own, encrypted only, under a
//! test authority. Needs root, the `dovecot`, `doveadm` and `openssl` programs, and nothing else of the machine.

use std::{
    fs,
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::postfix::{certify, free_port};

pub struct Dovecot {
    folder: tempfile::TempDir,
    /// Encrypted from the first byte.
    pub tls_port: u16,
    /// Plain, with STARTTLS before anything else.
    pub port: u16,
}

pub const USER: &str = "post@test.invalid";
pub const PASSWORD: &str = "a \"quoted\" \\ password";

impl Dovecot {
    /// Starts a server with an empty mailbox, or prints why not.
    pub fn start() -> Option<Self> {
        for program in ["/usr/sbin/dovecot", "/usr/bin/doveadm", "/usr/bin/openssl"] {
            if !Path::new(program).exists() {
                super::skipped(&format!("`{program}` is not installed"));
                return None;
            }
        }
        if !rustix::process::geteuid().is_root() {
            super::skipped("Dovecot starts as root only");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("zq-dovecot-").tempdir_in("/tmp").unwrap();
        let server = Self { folder, tls_port: free_port(), port: free_port() };
        fs::set_permissions(server.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(server.path("tls")).unwrap();
        certify(server.folder.path());
        server.renew();
        let users = format!("{USER}:{{PLAIN}}{PASSWORD}\n");
        fs::write(server.path("users"), users).unwrap();
        let root = server.folder.path().display().to_string();
        let text = CONFIGURATION
            .replace("ROOT", &root)
            .replace("TLS_PORT", &server.tls_port.to_string())
            .replace("PORT", &server.port.to_string());
        fs::write(server.path("dovecot.conf"), text).unwrap();
        // The daemon keeps its output open, so that waiting for the end of the output would never end.
        let mut start = Command::new("/usr/sbin/dovecot");
        start.arg("-c").arg(server.path("dovecot.conf")).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(start.status().unwrap().success(), "{}", server.log());
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", server.tls_port)).is_err() {
            assert!(Instant::now() < deadline, "Dovecot did not come up: {}", server.log());
            std::thread::yield_now();
        }
        Some(server)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Replaces the mailbox with an empty one, whose mails are numbered from the beginning.
    pub fn renew(&self) {
        let _ = fs::remove_dir_all(self.path("mail"));
        for name in ["mail/new", "mail/cur", "mail/tmp"] {
            fs::create_dir_all(self.path(name)).unwrap();
        }
        let owned = Command::new("chown").arg("-R").arg("nobody").arg(self.path("mail")).status().unwrap();
        assert!(owned.success());
    }

    /// Puts a mail into the mailbox.
    pub fn deliver(&self, name: &str, mail: &[u8]) {
        let path = self.path("mail/new").join(name);
        fs::write(&path, mail).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = Command::new("/usr/bin/doveadm").arg("-c").arg(self.path("dovecot.conf")).arg("stop").output();
    }
}

const CONFIGURATION: &str = "base_dir = ROOT/run
state_dir = ROOT/state
protocols = imap
listen = 127.0.0.1
log_path = ROOT/log
ssl = required
ssl_cert = <ROOT/tls/server.pem
ssl_key = <ROOT/tls/server.key
auth_mechanisms = plain login
mail_location = maildir:ROOT/mail
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ROOT/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=ROOT/mail
}
service imap-login {
  inet_listener imap {
    port = PORT
  }
  inet_listener imaps {
    port = TLS_PORT
    ssl = yes
  }
}
service stats {
  client_limit = 100
}
";
