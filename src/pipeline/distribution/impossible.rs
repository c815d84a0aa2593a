//! Settings with which delivery must fail: a parcel without an address, a folder that cannot be written, secrets that
//! cannot be read. The program can prove this without the network, so it says so before it numbers a copy.
//!
//! In: an office. Out: faults with file and line. Unknown here: whether a server answers.

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::{Failure, Invocation, distribution::transport_setup};
use config::{Office, TransportSettings, is_office, line_of};
use domain::OrganId;

/// The file with the settings, below the home.
const SETTINGS: &str = "zhinaq.toml";

/// What makes delivery impossible. Each fault begins with its file, and with its line if the setting is written.
#[must_use]
pub fn faults(office: &Office) -> Vec<String> {
    let mut faults: Vec<String> = without_address(office).into_iter().collect();
    faults.extend(transport_setup::faults(office));
    faults.extend(unwritable(office));
    faults
}

/// Refuses to number copies that cannot be delivered.
///
/// # Errors
/// Lists each fault.
pub fn refuse(office: &Office, call: &Invocation) -> Result<(), Failure> {
    let found = faults(office);
    if found.is_empty() {
        return Ok(());
    }
    let list: String = found.iter().map(|fault| format!("\n  {fault}")).collect();
    Err(Failure::usage(format!(
        "parcels cannot be delivered with these settings, so no copy is numbered until they are corrected ({} lists every \
         fault):{list}",
        call.command("doctor")
    )))
}

/// The entitled organs without a mail address, if parcels go by mail.
fn without_address(office: &Office) -> Option<String> {
    let TransportSettings::Smtp(_) = office.settings.transport else { return None };
    let matrix = &office.regulation().matrix;
    let entitled = |organ: &&OrganId| matrix.collections().iter().any(|c| matrix.entitlement(c, organ).copies() > 0);
    let missing: Vec<&str> = matrix
        .organs()
        .iter()
        .filter(entitled)
        .filter(|organ| office.settings.addresses.get(*organ).is_none_or(Vec::is_empty))
        .map(OrganId::as_str)
        .collect();
    let place = place(office, &["addresses"]).or_else(|| place(office, &["transport", "kind"]));
    let place = place.unwrap_or_else(|| SETTINGS.into());
    (!missing.is_empty())
        .then(|| format!("{place}: parcels go by mail, but these organs have no address: {}", missing.join(", ")))
}

/// The folders of the settings that cannot be written. Without an office there are no settings to correct.
fn unwritable(office: &Office) -> Vec<String> {
    if !is_office(&office.home) {
        return Vec::new();
    }
    let settings = &office.settings;
    let mut folders: Vec<(&[&str], PathBuf)> =
        vec![(&["output"], settings.output.clone()), (&["ledger", "witness"], settings.witness.clone())];
    if let Some(path) = settings.ledger.strip_prefix("sqlite:") {
        let folder = Path::new(path).parent().map(Path::to_owned).unwrap_or_default();
        folders.push((&["ledger", "url"], folder));
    }
    if let TransportSettings::Folder { path } = &settings.transport {
        folders.push((&["transport", "folder"], path.clone()));
    }
    let told = |(key, path): (&[&str], PathBuf)| {
        let error = cannot_write(&office.path(&path)).err()?;
        let place = place(office, key).unwrap_or_else(|| SETTINGS.into());
        Some(format!("{place}: `{}` cannot be written: {error}", path.display()))
    };
    folders.into_iter().filter_map(told).collect()
}

/// Tries to write into a folder, or into the nearest one above it that exists. Nothing is left behind.
fn cannot_write(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|place| place.exists()).unwrap_or(folder);
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    if !there.is_dir() {
        return Err(io::Error::other(format!("`{}` is not a folder", there.display())));
    }
    let probe = there.join(durable::part_name());
    OpenOptions::new().write(true).create_new(true).open(&probe)?;
    fs::remove_file(&probe)
}

/// Where a setting is written.
fn place(office: &Office, key: &[&str]) -> Option<String> {
    let text = fs::read_to_string(office.home.join(SETTINGS)).ok()?;
    line_of(&text, key).map(|line| format!("{SETTINGS}:{line}"))
}
