//! Requests a document again that may have been cut on the way.
//!
//! In: a document that came. Out: that document, or the one that came when it was requested again.

use super::readings;
use crate::Context;
use acquire::{Ask, FetchedDelivery, Fetcher};
use read::Wanted;

/// How often a document is requested again that came without its length and cannot be read.
const ONCE_MORE: usize = 2;

/// A document that came without its length may have been cut on the way, and nobody would notice. If it cannot be read,
/// it is requested again. The document that comes last is taken as it is, and its refusal is reported.
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
