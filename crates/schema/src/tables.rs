//! The data extensions of one owner, found by name and key.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::table::Table;

/// The data extensions of a business unit, or those that a parent shares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    list: Vec<Arc<Table>>,
    by_name: FxHashMap<Box<str>, u32>,
    by_key: FxHashMap<Box<str>, u32>,
    /// Whether there is no other: every file that could describe one was read.
    pub complete: bool,
}

impl Tables {
    /// From all data extensions that were read. Those of one name become one, whose columns are those of all of them.
    pub fn new(tables: impl IntoIterator<Item = impl Into<Arc<Table>>>, complete: bool) -> Tables {
        let mut found = Tables { complete, ..Tables::default() };
        for table in tables {
            found.add(table.into());
        }
        found
    }

    fn add(&mut self, table: Arc<Table>) {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let place = *self.by_name.entry(table.name.to_lowercase().into()).or_insert(next);
        if let Some(key) = &table.key {
            self.by_key.entry(key.to_lowercase().into()).or_insert(place);
        }
        match self.list.get_mut(place as usize) {
            Some(known) => Arc::make_mut(known).merge(&table),
            None => self.list.push(table),
        }
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them.
    pub fn list(&self) -> &[Arc<Table>] {
        &self.list
    }

    /// The one of a name, in any case.
    pub fn by_name(&self, name: &str) -> Option<&Table> {
        self.get(&self.by_name, name)
    }

    /// The one of a key, in any case.
    pub fn by_key(&self, key: &str) -> Option<&Table> {
        self.get(&self.by_key, key)
    }

    fn get(&self, index: &FxHashMap<Box<str>, u32>, name: &str) -> Option<&Table> {
        let place = match index.get(name) {
            Some(place) => *place,
            None => *index.get(&*name.to_lowercase())?,
        };
        self.list.get(place as usize).map(|table| &**table)
    }
}
