//! A real mail server for a test: Postfix on loopback, with STARTTLS under a test authority, delivering into Maildirs
//! in a folder of its own. Needs root, the `postfix` and `openssl` programs, and nothing else of the machine.

use std::{
    fs,
    io::Read as _,
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

pub struct Postfix {
    folder: tempfile::TempDir,
    /// Plain and STARTTLS.
    pub port: u16,
    /// Encrypted from the first byte.
    pub tls_port: u16,
}

const DOMAIN: &str = "test.invalid";

impl Postfix {
    /// Starts a server with these mailboxes, or prints why not.
    pub fn start(mailboxes: &[&str], message_size_limit: u64) -> Option<Self> {
        for program in ["postfix", "openssl"] {
            if !Path::new("/usr/sbin").join(program).exists() && !Path::new("/usr/bin").join(program).exists() {
                super::skipped(&format!("`{program}` is not installed"));
                return None;
            }
        }
        if !rustix::process::geteuid().is_root() {
            super::skipped("Postfix starts as root only");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("zq-postfix-").tempdir_in("/tmp").unwrap();
        let server = Self { folder, port: free_port(), tls_port: free_port() };
        server.configure(mailboxes, message_size_limit);
        let started = Command::new("postfix").arg("-c").arg(server.path("etc")).arg("start").output().unwrap();
        assert!(started.status.success(), "{}{}", String::from_utf8_lossy(&started.stderr), server.log());
        server.wait();
        Some(server)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The certificate of the test authority.
    pub fn authority(&self) -> PathBuf {
        self.path("tls/ca.pem")
    }

    /// An authority that did not sign the server's certificate.
    pub fn other_authority(&self) -> PathBuf {
        self.path("tls/other.pem")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path("mail.log")).unwrap_or_default()
    }

    /// The messages in a mailbox, as soon as there are so many.
    pub fn mailbox(&self, name: &str, wanted: usize) -> Vec<Vec<u8>> {
        let folder = self.path("mail").join(name).join("new");
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let found: Vec<PathBuf> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
            if found.len() >= wanted || Instant::now() > deadline {
                return found.iter().map(|p| fs::read(p).unwrap()).collect();
            }
            std::thread::yield_now();
        }
    }

    fn configure(&self, mailboxes: &[&str], message_size_limit: u64) {
        for name in ["etc", "spool", "data", "mail", "tls"] {
            fs::create_dir(self.path(name)).unwrap();
        }
        fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        run(Command::new("chown").arg("nobody").arg(self.path("mail")));
        run(Command::new("chown").arg("postfix").arg(self.path("data")));
        certify(self.folder.path());
        let root = self.folder.path().display().to_string();
        let main =
            MAIN.replace("ROOT", &root).replace("LIMIT", &message_size_limit.to_string()).replace("DOMAIN", DOMAIN);
        fs::write(self.path("etc/main.cf"), main).unwrap();
        let master = MASTER.replace("TLS_PORT", &self.tls_port.to_string()).replace("PORT", &self.port.to_string());
        fs::write(self.path("etc/master.cf"), master).unwrap();
        let boxes: Vec<String> = mailboxes.iter().map(|name| format!("{name}@{DOMAIN} {name}/\n")).collect();
        fs::write(self.path("etc/mailboxes"), boxes.concat()).unwrap();
        // The complaints of this command concern the machine's own instance.
        let _ =
            Command::new("postfix").arg("-c").arg(self.path("etc")).args(["post-install", "create-missing"]).output();
    }

    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
                let mut greeting = [0; 3];
                let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
                if stream.read_exact(&mut greeting).is_ok() && &greeting == b"220" {
                    return;
                }
            }
            std::thread::yield_now();
        }
        panic!("Postfix did not come up: {}", self.log());
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = Command::new("postfix").arg("-c").arg(self.path("etc")).arg("stop").output();
    }
}

/// A test authority, another one, and a certificate for `localhost` under the first, in `tls/` of a folder.
pub fn certify(folder: &Path) {
    let at = |name: &str| folder.join(name);
    let key = |name: &str| at(&format!("tls/{name}.key"));
    let pem = |name: &str| at(&format!("tls/{name}.pem"));
    for authority in ["ca", "other"] {
        run(openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=zhinaq-test")
            .arg("-keyout")
            .arg(key(authority))
            .arg("-out")
            .arg(pem(authority)));
    }
    run(openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost")
        .arg("-keyout")
        .arg(key("server"))
        .arg("-out")
        .arg(at("tls/server.csr")));
    fs::write(at("tls/names"), "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n").unwrap();
    sign(folder, "server", "30");
}

/// A certificate for `localhost` beside the others, with the same key, which expired a day ago.
pub fn expired(folder: &Path) {
    sign(folder, "expired", "-1");
}

fn sign(folder: &Path, name: &str, days: &str) {
    let at = |name: &str| folder.join("tls").join(name);
    run(openssl("x509 -req -CAcreateserial")
        .args(["-days", days])
        .arg("-in")
        .arg(at("server.csr"))
        .arg("-CA")
        .arg(at("ca.pem"))
        .arg("-CAkey")
        .arg(at("ca.key"))
        .arg("-extfile")
        .arg(at("names"))
        .arg("-out")
        .arg(at(&format!("{name}.pem"))));
}

fn openssl(words: &str) -> Command {
    let mut command = Command::new("openssl");
    command.args(words.split(' '));
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

const MAIN: &str = "compatibility_level = 3.6
queue_directory = ROOT/spool
data_directory = ROOT/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
multi_instance_enable = no
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.DOMAIN
mydestination =
mynetworks = 127.0.0.0/8
relay_domains =
default_transport = error:no outside mail from a test
relay_transport = error:no outside mail from a test
virtual_mailbox_domains = DOMAIN
virtual_mailbox_base = ROOT/mail
virtual_mailbox_maps = texthash:ROOT/etc/mailboxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
virtual_transport = virtual
alias_maps =
alias_database =
message_size_limit = LIMIT
mailbox_size_limit = 0
smtpd_tls_cert_file = ROOT/tls/server.pem
smtpd_tls_key_file = ROOT/tls/server.key
smtpd_tls_security_level = may
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = yes
smtpd_peername_lookup = no
maillog_file = ROOT/mail.log
maillog_file_prefixes = /
";

const MASTER: &str = "127.0.0.1:PORT inet n - n - - smtpd
127.0.0.1:TLS_PORT inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";
