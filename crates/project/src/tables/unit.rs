//! Who sees which data extensions: a business unit its own, and behind `Ent.` those that the parent shares.

use std::{path::Path, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::{UnitKind, system::System};
use sfmc_schema::{Schema, Table, TableKind, Tables};

use super::{
    cache::{Found, TableCache, TablesFingerprint},
    configured,
};
use crate::{
    mcdev::{DATA_EXTENSION, Unit},
    settings::Settings,
};

/// What a business unit sees with what the configuration adds; without a unit that alone.
pub(super) fn schema(system: &dyn System, cache: &TableCache, unit: Option<&Unit>, settings: &Settings) -> Schema {
    let configured = configured::tables(system, cache, settings);
    let own = unit.map_or_else(Read::default, |unit| read(system, cache, unit));
    let is_parent = unit.map(|unit| unit.kind() == UnitKind::Parent);
    let shared = match (unit, is_parent) {
        (Some(unit), Some(false)) => read(system, cache, &unit.parent()).shared(),
        (Some(_), _) => own.shared(),
        (None, _) => Read::default(),
    };
    let finish = |read: Read, more: Vec<Arc<Table>>| {
        // The configuration may say that there are others, or that there are none.
        let is_complete = settings.tables().complete.unwrap_or(read.is_complete) && configured.is_readable;
        let tables = read.tables.into_iter().map(|(table, _)| table);
        Arc::new(Tables::new(tables.chain(more), is_complete))
    };
    Schema::new(finish(own, configured.own), finish(shared, configured.shared), is_parent)
}

/// Adds what is read for a unit.
pub(super) fn fingerprint(system: &dyn System, unit: &Unit, found: &mut TablesFingerprint) {
    for unit in [unit, &unit.parent()] {
        found.folder(system, &unit.retrieve.join(DATA_EXTENSION), &unit.root);
        found.folder(system, &unit.deploy.join(DATA_EXTENSION), &unit.root);
    }
}

/// The data extensions of a unit.
#[derive(Default)]
struct Read {
    /// With whether it says if it is shared.
    tables: Vec<(Arc<Table>, bool)>,
    /// There is no other.
    is_complete: bool,
}

impl Read {
    /// Those that other units see.
    fn shared(&self) -> Read {
        let is_shared = |table: &Table| matches!(table.kind, TableKind::Shared | TableKind::Synchronized);
        let tables = self.tables.iter().filter(|(table, _)| is_shared(table)).cloned().collect();
        // Any of those that do not say it may be shared.
        let is_complete = self.is_complete && self.tables.iter().all(|(_, says_owner)| *says_owner);
        Read { tables, is_complete }
    }
}

/// The data extensions of a unit: as the platform has them, and what is about to be deployed.
fn read(system: &dyn System, cache: &TableCache, unit: &Unit) -> Read {
    let folder = |folder: &Path| cache.folder(system, &folder.join(DATA_EXTENSION), &unit.root);
    let (retrieved, deployed) = (folder(&unit.retrieve), folder(&unit.deploy));
    let new: FxHashMap<_, _> = deployed.tables.iter().filter_map(|found| Some((key(found)?, found))).collect();
    let mut names = FxHashSet::default();
    let mut tables = Vec::new();
    for found in &retrieved.tables {
        let table = match key(found).and_then(|key| new.get(&key)) {
            // The platform knows best what there is; what is new in the other will be there soon.
            Some(new) => Arc::new(found.table.extended(&new.table)),
            None => Arc::clone(&found.table),
        };
        names.insert((key(found), table.name.to_lowercase()));
        tables.push((table, found.says_owner));
    }
    // One that is there under another name is about to be renamed.
    let is_new = |found: &&Arc<Found>| !names.contains(&(key(found), found.table.name.to_lowercase()));
    tables.extend(deployed.tables.iter().filter(is_new).map(|found| (Arc::clone(&found.table), found.says_owner)));
    // What is to be deployed is a part of all at best, and a file of it that cannot be read may be any.
    let is_complete = retrieved.is_complete && (deployed.is_complete || !deployed.exists);
    Read { tables, is_complete }
}

fn key(found: &Found) -> Option<String> {
    Some(found.table.key.as_deref()?.to_lowercase())
}
