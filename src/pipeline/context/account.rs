//! The account of the operating system under which this process runs. The system proves the account; a name in the
//! environment or on the command line proves nothing.
//!
//! The name of an account is read from `/etc/passwd`. Accounts of LDAP or of a domain are not in that file; for them
//! `getent` queries the system's directory, as getpwuid does. A crate for getpwuid would change the features of `libc`
//! for every dependency.
//!
//! In: the process. Out: its [`Account`], and the full name of a person. Unknown here: what the account may do.

use std::{fs, path::Path, process::Command};

use domain::Account;

const PASSWD: &str = "/etc/passwd";
/// Where systems keep `getent`. It is not searched in `PATH`, because the user who starts the program sets `PATH`.
const GETENT: [&str; 2] = ["/usr/bin/getent", "/bin/getent"];

/// The account of this process: the one that started it.
#[must_use]
pub fn of_process() -> Account {
    let uid = rustix::process::getuid().as_raw();
    Account { uid: Some(uid), name: name_of(uid), host: host() }
}

/// The name of this machine, for a person: it decides nothing, for two machines may have one name.
#[must_use]
pub fn host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.is_empty() { "localhost".into() } else { name }
}

/// The name of an account by its number.
#[must_use]
pub fn name_of(uid: u32) -> String {
    let known = entry(uid).map(|entry| entry.name).filter(|name| !name.is_empty());
    known.unwrap_or_else(|| format!("uid {uid}"))
}

/// The full name of the account's owner in the system's directory; the account's name if the directory has none.
#[must_use]
pub fn full_name(account: &Account) -> String {
    let name = account.uid.and_then(entry).map(|entry| entry.person).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| account.name.clone())
}

/// The entry of an account in the system's directory.
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

/// The entry of an account number among lines in the format of passwd(5): name, password, uid, gid, the person's name
/// (more may follow after commas), home, shell.
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
        assert_eq!(account.uid, Some(rustix::process::getuid().as_raw()));
        assert!(!account.name.is_empty() && !account.host.is_empty());
        let nobody = Account { uid: Some(3_999_999_999), name: "uid 3999999999".into(), host: "m".into() };
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
