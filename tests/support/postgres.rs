//! A real PostgreSQL server for a test: in a folder of its own, on a socket in that folder, removed with the test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub struct Postgres {
    server: Child,
    folder: tempfile::TempDir,
}

impl Postgres {
    /// Starts a server, or prints why not.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            super::skipped("PostgreSQL's programs (initdb, postgres) are not installed");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("zq-pg-").tempdir_in("/tmp").unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        if is_root() {
            // The server refuses to run as root.
            let owned = Command::new("chown").args(["-R", "postgres:"]).arg(folder.path()).status();
            if !owned.is_ok_and(|s| s.success()) {
                super::skipped("PostgreSQL refuses to run as root, and there is no user `postgres`");
                return None;
            }
        }
        let made = unprivileged(&programs.join("initdb"))
            .args(["--auth=trust", "--username=zhinaq", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .current_dir("/tmp")
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let server = unprivileged(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .current_dir("/tmp")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = Self { server, folder };
        started.wait(&programs);
        Some(started)
    }

    /// The address of a new, empty database.
    pub fn url(&self) -> String {
        format!("postgres://zhinaq@localhost/postgres?host={}", self.folder.path().display())
    }

    fn wait(&self, programs: &Path) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            let ready = Command::new(programs.join("pg_isready")).arg("-q").arg("-h").arg(self.folder.path()).status();
            if ready.unwrap().success() {
                return;
            }
            std::thread::yield_now();
        }
        panic!("PostgreSQL did not come up within 30 s");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is the fast shutdown of the server.
        if let Some(id) = rustix::process::Pid::from_raw(self.server.id() as i32) {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::INT);
        }
        let _ = self.server.wait();
    }
}

fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|e| e.path().join("bin"));
    versions.filter(|bin| bin.join("initdb").exists() && bin.join("postgres").exists()).max()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A command that does not run as root. `setpriv` is replaced by the program, so that its id is the program's.
fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT"]).arg(program);
    command
}
