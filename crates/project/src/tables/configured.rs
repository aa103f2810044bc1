//! The data extensions that the configuration names: in files, or by itself.

use std::{path::Path, sync::Arc};

use ignore::WalkBuilder;
use sfmc_db::system::System;
use sfmc_schema::{Column, ColumnType, Columns, Nullable, Table, TableKind};

use super::cache::{Folder, Listed, TableCache, TablesFingerprint, is_csv};
use crate::{
    globs::Globs,
    options::{ColumnOptions, Glob, TableOptions},
    settings::Settings,
};

/// More files are not looked at: somebody wrote `**`.
const MAX_FILES: usize = 50_000;

/// What the configuration names.
#[derive(Default)]
pub(super) struct Configured {
    pub(super) own: Vec<Arc<Table>>,
    pub(super) shared: Vec<Arc<Table>>,
    /// Every file that it names could be read, and nothing is wrong with what it says itself.
    pub(super) is_readable: bool,
}

/// The tables that the configuration names.
pub(super) fn tables(system: &dyn System, cache: &TableCache, settings: &Settings) -> Configured {
    let options = settings.tables();
    let mut found = Configured { is_readable: !options.is_damaged, ..Configured::default() };
    if !options.files.is_empty() {
        let root = settings.root();
        // No folder of data extensions has this name.
        let name = root.join("\0files");
        let Folder { tables, is_complete, .. } = &*cache.files(system, &name, || list(root, &options.files));
        for table in tables.iter().map(|found| &found.table) {
            let shared = matches!(table.kind, TableKind::Shared | TableKind::Synchronized);
            if shared { &mut found.shared } else { &mut found.own }.push(Arc::clone(table));
        }
        found.is_readable &= *is_complete;
    }
    // What is called nothing was reported where it stands.
    for table in options.tables.iter().filter(|table| !table.name.trim().is_empty()) {
        let shared = table.shared == Some(true);
        if shared { &mut found.shared } else { &mut found.own }.push(Arc::new(described(table, options.is_damaged)));
    }
    found
}

/// Adds what is read for the configuration.
pub(super) fn fingerprint(system: &dyn System, settings: &Settings, found: &mut TablesFingerprint) {
    let files = &settings.tables().files;
    if !files.is_empty() {
        for path in list(settings.root(), files).files {
            found.file(system, &path);
        }
    }
}

/// The files below `root` that some globs match and that can describe a table, by path. Links to folders are not followed, nor are those
/// that lead out of `root`.
fn list(root: &Path, files: &[Glob]) -> Listed {
    let globs = Globs::new(files);
    let mut listed = Listed { files: Vec::new(), is_complete: true };
    let real = root.canonicalize().ok();
    let leads_out =
        |path: &Path| path.canonicalize().ok().zip(real.as_ref()).is_none_or(|(path, root)| !path.starts_with(root));
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false)
        .filter_entry(|entry| entry.file_name() != "node_modules" && entry.file_name() != ".git");
    for entry in walk.build() {
        let Ok(entry) = entry else {
            listed.is_complete = false;
            continue;
        };
        let path = entry.path();
        let is_table = is_csv(path) || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let is_folder = entry.file_type().is_none_or(|file_type| file_type.is_dir());
        if is_folder || !is_table || !path.strip_prefix(root).is_ok_and(|inner| globs.is_match(inner)) {
            continue;
        }
        if (entry.path_is_symlink() && leads_out(path)) || listed.files.len() >= MAX_FILES {
            listed.is_complete = false;
            continue;
        }
        listed.files.push(path.to_owned());
    }
    listed.files.sort();
    listed
}

/// A data extension as the configuration describes it.
fn described(options: &TableOptions, is_damaged: bool) -> Table {
    let mut columns = match &options.columns {
        None => Columns::unknown(),
        Some(columns) => Columns::known(columns.iter().filter(|column| !column.name.trim().is_empty()).map(column)),
    };
    columns.open |= is_damaged;
    Table {
        key: options.key.as_deref().map(Into::into),
        kind: if options.shared == Some(true) { TableKind::Shared } else { TableKind::DataExtension },
        columns,
        // Nobody says that there is none.
        has_retention: true,
        ..Table::named(options.name.as_str())
    }
}

fn column(options: &ColumnOptions) -> Column {
    let primary_key = options.primary_key == Some(true);
    let size = |number: Option<u16>| number.map(u32::from);
    let ty = options.r#type.map(|ty| ColumnType::of_field(ty.field(), size(options.length), size(options.scale)));
    Column {
        ty: ty.unwrap_or(ColumnType::Unknown),
        nullable: match options.required {
            _ if primary_key => Nullable::No,
            Some(true) => Nullable::No,
            Some(false) => Nullable::Yes,
            None => Nullable::Unknown,
        },
        primary_key,
        ..Column::named(options.name.as_str())
    }
}
