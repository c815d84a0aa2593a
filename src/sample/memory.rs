//! Keeps the figures of large sections for a short time. The figures of a region are needed again for the republic, and
//! those of a form for another form that takes one over.
//!
//! The memory only saves time; no figure depends on it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::spans::Span;
use domain::{FormId, SectionId};

/// The most figures that are kept (32 MB). The oldest are removed first.
const ROOM: usize = 4_000_000;

/// It is faster to make fewer figures than this than to find them.
const SMALL: usize = 500;

/// The cases of a section in one place during some months of a year.
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
