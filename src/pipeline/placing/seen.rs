//! Reads the list of files back from where readers find the site. In: the site that was switched to. Out: whether they see
//! it; if so, a fact. The site of the sample office is on no server, so its folder is read. Unknown here: what is on it.

use super::switch;
use crate::{Context, Failure, chain, intake::sources};
use acquire::Fetcher;
use domain::{Event, Fact, Origin, Sha256, site_seen};
use site::SUMS;

/// What readers see.
pub enum SiteSight {
    /// This site.
    This,
    /// Another one, or none: why.
    Other(String),
    /// The office does not have it read back.
    NotAsked,
}

impl SiteSight {
    pub const fn is_seen(&self) -> Option<bool> {
        match self {
            Self::This => Some(true),
            Self::Other(_) => Some(false),
            Self::NotAsked => None,
        }
    }

    pub fn why(self) -> Option<String> {
        if let Self::Other(why) = self { Some(why) } else { None }
    }
}

/// Reads the list of a site back, and records that it was seen.
///
/// # Errors
/// When the ledger cannot be written, or no request can be made at all.
pub async fn read_back(context: &Context, site: Sha256, events: &[Event]) -> Result<SiteSight, Failure> {
    let settings = &context.office.site;
    let (address, read) = match context.origin {
        Origin::Sample => {
            let folder = switch::folder(context).join("current");
            let read = std::fs::read(folder.join(SUMS)).map_err(|error| error.to_string());
            (folder.display().to_string(), read)
        }
        Origin::Real if !settings.seen => return Ok(SiteSight::NotAsked),
        Origin::Real => {
            let fetcher = Fetcher::new(sources::limits(context))
                .map_err(|error| Failure::ours("the site could not be read back", error))?;
            let read = fetcher.read_back(&format!("{}{SUMS}", settings.base)).await;
            (settings.base.clone(), read.map_err(|fault| chain(&fault)))
        }
    };
    match read {
        Ok(bytes) if Sha256::of(&bytes) == site => {
            if site_seen(events) != Some(site) {
                context.record(&[Fact::PlacementSeen { address, tree: site }]).await?;
            }
            Ok(SiteSight::This)
        }
        Ok(_) => Ok(SiteSight::Other(format!(
            "readers of `{address}` see another site; is the web server set to the link `current`?"
        ))),
        Err(why) => Ok(SiteSight::Other(format!("the site was not seen at `{address}`: {why}"))),
    }
}
