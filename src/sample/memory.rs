//! Figures of large sections that were made lately: a region's are wanted again for the republic, and a form's for
//! another form that takes one over. Nothing depends on what is remembered but time.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::spans::Span;
use domain::{FormId, SectionId};

/// How many figures are kept (32 MB); the oldest go first.
const ROOM: usize = 4_000_000;

/// Fewer figures than this are made faster than they are found.
const SMALL: usize = 500;

/// A section's cases in one place during some months of a year.
pub(super) type Key = (FormId, SectionId, Span, i32);

#[derive(Debug, Default)]
pub(super) struct Memory {
    cells: HashMap<Key, Arc<[i64]>>,
    order: VecDeque<Key>,
    count: usize,
}

impl Memory {
    pub fn find(&self, key: &Key) -> Option<Arc<[i64]>> {
        self.cells.get(key).cloned()
    }

    pub fn keep(&mut self, key: Key, cells: &Arc<[i64]>) {
        if cells.len() < SMALL || self.cells.contains_key(&key) {
            return;
        }
        self.count += cells.len();
        self.order.push_back(key.clone());
        self.cells.insert(key, Arc::clone(cells));
        while self.count > ROOM {
            let Some(oldest) = self.order.pop_front() else { break };
            self.count -= self.cells.remove(&oldest).map_or(0, |cells| cells.len());
        }
    }
}
