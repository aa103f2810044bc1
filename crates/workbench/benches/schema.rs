//! How long does it take to read what data extensions a business unit has? 2,000 of 50 columns each, as mcdev writes them.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a benchmark makes its own project")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use divan::Bencher;
use sfmc_project::{Configs, TableCache, all_rules};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXTENSIONS: usize = 2_000;
const COLUMNS: usize = 50;
const QUERY: &str = "retrieve/cred/bu/query/q.query-meta.sql";

static PROJECT: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let project = tempfile::tempdir().unwrap();
    fs::create_dir_all(project.path().join("retrieve/cred/bu/query")).unwrap();
    fs::create_dir_all(project.path().join("retrieve/cred/bu/dataExtension")).unwrap();
    fs::write(project.path().join(".mcdevrc.json"), "{}").unwrap();
    fs::write(project.path().join(QUERY), "SELECT 1 AS a").unwrap();
    for n in 0..EXTENSIONS {
        fs::write(path(project.path(), n), extension(n, COLUMNS)).unwrap();
    }
    project
});

fn path(project: &Path, n: usize) -> PathBuf {
    project.join(format!("retrieve/cred/bu/dataExtension/extension_{n}.dataExtension-meta.json"))
}

fn extension(n: usize, columns: usize) -> String {
    let types =
        ["Text\",\n            \"MaxLength\": 50,\n            \"x\": \"", "Number", "Date", "Boolean", "EmailAddress"];
    let field = |at: usize| {
        let ty = types[at % types.len()];
        format!(
            "        {{\n            \"Name\": \"Column_{at}_of_{n}\",\n            \"DefaultValue\": \"\",\n            \
             \"IsRequired\": {},\n            \"IsPrimaryKey\": {},\n            \"FieldType\": \"{ty}\"\n        }}",
            at < 3,
            at == 0
        )
    };
    let fields: Vec<String> = (0..columns).map(field).collect();
    format!(
        "{{\n    \"CustomerKey\": \"key-{n}\",\n    \"Name\": \"Extension {n}\",\n    \"Description\": \"\",\n    \
         \"IsSendable\": false,\n    \"Fields\": [\n{}\n    ],\n    \"c__retentionPolicy\": \"none\",\n    \
         \"r__folder_ContentType\": \"dataextension\",\n    \"r__folder_Path\": \"Data Extensions\"\n}}\n",
        fields.join(",\n")
    )
}

fn configs(cache: &Arc<TableCache>) -> Configs {
    Configs::new(PROJECT.path(), &all_rules()).with_tables(Arc::clone(cache))
}

fn count(configs: &Configs) -> usize {
    configs.schema(Path::new(QUERY)).own().list().len()
}

/// The first time.
#[divan::bench]
fn all(bencher: Bencher<'_, '_>) {
    LazyLock::force(&PROJECT);
    bencher.with_inputs(Arc::default).bench_values(|cache| assert_eq!(count(&configs(&cache)), EXTENSIONS));
}

/// When something may have changed, and nothing did.
#[divan::bench]
fn again(bencher: Bencher<'_, '_>) {
    let cache = Arc::default();
    assert_eq!(count(&configs(&cache)), EXTENSIONS);
    bencher.bench_local(|| count(&configs(&cache)));
}

/// When one of them did.
#[divan::bench]
fn one_changed(bencher: Bencher<'_, '_>) {
    let cache = Arc::default();
    assert_eq!(count(&configs(&cache)), EXTENSIONS);
    let turn = AtomicUsize::new(0);
    let change = || {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        fs::write(path(PROJECT.path(), 7), extension(7, COLUMNS + turn % 2)).unwrap();
    };
    bencher.with_inputs(change).bench_local_values(|()| count(&configs(&cache)));
}

/// What a server does now and then for a client that does not watch files.
#[divan::bench]
fn look(bencher: Bencher<'_, '_>) {
    let configs = configs(&Arc::default());
    let query = [PathBuf::from(QUERY)];
    bencher.bench_local(|| configs.tables_fingerprint(&query));
}

fn main() {
    divan::main();
}
