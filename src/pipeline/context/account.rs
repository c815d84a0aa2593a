//! The account of the operating system that this process runs under. The system proves it; a name in the environment or
//! on the command line proves nothing.
//!
//! The name of a number stands in `/etc/passwd`; where that lacks it (accounts of LDAP, of a domain), `getent` asks the
//! system's directory as getpwuid does. A crate for getpwuid would change the features of `libc` for every dependency.

use std::{fs, path::Path, process::Command};

use super::run_lock;
use domain::Account;

const PASSWD: &str = "/etc/passwd";
/// Where systems keep it; never looked for in `PATH`, which whoever starts the program chooses.
const GETENT: [&str; 2] = ["/usr/bin/getent", "/bin/getent"];

/// The account of this process: the one that started it.
#[must_use]
pub fn of_process() -> Account {
    let uid = rustix::process::getuid().as_raw();
    let known = entry(uid).map(|entry| entry.name).filter(|name| !name.is_empty());
    Account { uid, name: known.unwrap_or_else(|| format!("uid {uid}")), host: run_lock::host() }
}

/// The name of the person whose account it is, as the system has it; the account's name where it has none.
#[must_use]
pub fn full_name(account: &Account) -> String {
    let name = entry(account.uid).map(|entry| entry.person).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| account.name.clone())
}

/// What the system's directory says of an account.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    person: String,
}

fn entry(uid: u32) -> Option<Entry> {
    let listed = fs::read_to_string(PASSWD).ok().and_then(|text| find(&text, uid));
    listed.or_else(|| {
        let getent = GETENT.into_iter().find(|path| Path::new(path).exists())?;
        let asked = Command::new(getent).arg("passwd").arg(uid.to_string()).env_clear().output().ok()?;
        find(&String::from_utf8_lossy(&asked.stdout), uid)
    })
}

/// The entry of a number among lines as in passwd(5): name, password, uid, gid, person and more by commas, home, shell.
fn find(lines: &str, uid: u32) -> Option<Entry> {
    lines.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, number, _, person, ..] = fields.as_slice() else { return None };
        let is_its = number.parse() == Ok(uid);
        let person = person.split(',').next().unwrap_or_default().trim();
        is_its.then(|| Entry { name: (*name).to_owned(), person: person.to_owned() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_that_of_the_process_whatever_the_environment_says() {
        let account = of_process();
        assert_eq!(account.uid, rustix::process::getuid().as_raw());
        assert!(!account.name.is_empty() && !account.host.is_empty());
        let nobody = Account { uid: 3_999_999_999, name: "uid 3999999999".into(), host: "m".into() };
        assert_eq!(full_name(&nobody), "uid 3999999999");
    }

    #[test]
    fn a_line_of_passwd_says_the_name_and_the_person() {
        let lines =
            "root:x:0:0:root:/root:/bin/bash\n# a remark\naigul:x:1001:1001:Айгуль Ә.,room 7,:/home/aigul:/bin/sh\n";
        let entry = find(lines, 1001).unwrap();
        assert_eq!((entry.name.as_str(), entry.person.as_str()), ("aigul", "Айгуль Ә."));
        assert_eq!((find(lines, 1), find("", 0)), (None, None));
    }
}
