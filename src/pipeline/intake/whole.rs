//! A document that may have been cut on the way: it is asked for again.
//!
//! In: a document that came. Out: that document, or the one that came when it was asked for once more.

use super::readings;
use crate::Context;
use acquire::{Ask, FetchedDelivery, Fetcher};
use read::Wanted;

/// How often a document is asked for again that came without its length and cannot be read.
const ONCE_MORE: usize = 2;

/// A document that came without its length may have been cut on the way with nobody noticing: where it cannot be read, it
/// is asked for again. What comes last is taken as it is, and its refusal is told.
pub(super) async fn whole(
    context: &Context,
    fetcher: &Fetcher,
    ask: &Ask,
    wanted: &Wanted,
    first: FetchedDelivery,
) -> FetchedDelivery {
    let mut delivery = first;
    for _ in 0..ONCE_MORE {
        if delivery.length_declared {
            break;
        }
        let read =
            tokio::task::block_in_place(|| readings::read_document(context, wanted, &delivery.name, &delivery.bytes));
        let Some(fault) = read.err().filter(read::ReadError::is_transient) else { break };
        tracing::info!(form = %ask.form, url = %ask.shown(), %fault, "came without its length and cannot be read: asked again");
        match fetcher.fetch(ask).await {
            Ok(again) => delivery = again,
            Err(_) => break,
        }
    }
    delivery
}
