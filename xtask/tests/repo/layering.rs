//! Which crate may depend on which, and which outside package may be named where.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// What each crate may depend on; what those may depend on, it may too. Crates are named by their folder.
const LAYERS: &[(&str, &[&str])] = &[
    ("syntax", &[]),
    ("host", &["syntax"]),
    ("ampscript", &["syntax"]),
    ("ssjs", &["syntax"]),
    ("sql", &["syntax"]),
    ("catalog", &[]),
    ("schema", &["catalog"]),
    ("diagnostics", &["syntax"]),
    ("db", &["syntax", "host", "ampscript", "ssjs", "sql", "catalog", "schema", "diagnostics"]),
    ("semantic", &["db", "catalog", "schema"]),
    ("lint", &["semantic", "diagnostics"]),
    ("ide", &["semantic", "lint"]),
    ("ai", &["ide"]),
    ("project", &["lint", "db"]),
    ("lsp", &["ide", "ai", "project"]),
    ("cli", &["project", "lsp"]),
    ("test-support", &[]),
    ("workbench", &["lsp", "project", "test-support"]),
    ("xtask", &[]),
];

/// Outside packages that only these crates may name, in tests too.
const CONFINED: &[(&str, &[&str])] = &[
    ("salsa", &["db", "semantic", "lint"]),
    ("dashmap", &["db"]),
    ("rowan", &["syntax", "ampscript", "ssjs", "sql", "db", "workbench"]),
    ("logos", &["ampscript", "ssjs", "sql"]),
    ("chumsky", &["diagnostics", "project"]),
    ("tower-lsp", &["lsp"]),
    ("tower-lsp-server", &["lsp"]),
    ("tokio", &["lsp", "cli", "ai", "workbench"]),
    ("reqwest", &["ai"]),
];

/// Outside packages that these crates must not name: they do no I/O and their types are nobody's wire format.
const BANNED: &[(&[&str], &[&str])] = &[
    (
        &["syntax", "host", "ampscript", "ssjs", "sql", "catalog", "schema"],
        &["serde", "serde_json", "rayon", "tracing", "anyhow"],
    ),
    (&["semantic", "ide"], &["serde", "serde_json", "anyhow"]),
];

/// A crate and what it names.
struct Crate {
    /// Its folder.
    name: String,
    /// Crates of the workspace, and whether for tests only.
    inside: Vec<(String, bool)>,
    /// Outside packages.
    outside: Vec<String>,
}

/// The crates of the workspace.
fn workspace() -> Result<Vec<Crate>> {
    let manifest = crate::root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec()?;
    crates(&metadata)
}

fn crates(metadata: &Metadata) -> Result<Vec<Crate>> {
    let folder = |package: &Package| -> Result<String> {
        let folder = package.manifest_path.parent().and_then(|folder| folder.file_name());
        Ok(folder.context("a manifest lies in a folder")?.to_owned())
    };
    let mut folders = BTreeMap::new();
    for package in &metadata.packages {
        folders.insert(package.name.to_string(), folder(package)?);
    }
    let describe = |package: &Package| -> Result<Crate> {
        let mut found = Crate { name: folder(package)?, inside: Vec::new(), outside: Vec::new() };
        for dependency in &package.dependencies {
            match folders.get(&dependency.name) {
                Some(folder) => {
                    let for_tests = dependency.kind == cargo_metadata::DependencyKind::Development;
                    found.inside.push((folder.clone(), for_tests));
                }
                None => found.outside.push(dependency.name.clone()),
            }
        }
        Ok(found)
    };
    metadata.packages.iter().map(describe).collect()
}

/// Everything that `name` may depend on.
fn allowed(name: &str) -> Result<BTreeSet<&'static str>> {
    let (_, below) = LAYERS
        .iter()
        .find(|(layer, _)| *layer == name)
        .with_context(|| format!("the crate `{name}` has no row in LAYERS (and in the table of crates/README.md)"))?;
    let mut all = BTreeSet::new();
    for &layer in *below {
        all.insert(layer);
        all.extend(allowed(layer)?);
    }
    Ok(all)
}

/// What is wrong with what `krate` names.
fn violations(krate: &Crate) -> Result<Vec<String>> {
    let Crate { name, inside, outside } = krate;
    let allowed = allowed(name)?;
    let mut wrong = Vec::new();
    for (dependency, for_tests) in inside {
        let exempt = *for_tests && (dependency == name || (dependency == "test-support" && name != "test-support"));
        if !exempt && !allowed.contains(dependency.as_str()) {
            wrong.push(format!("`{name}` must not depend on `{dependency}`"));
        }
    }
    for package in outside {
        let confined = CONFINED.iter().find(|(confined, _)| confined == package);
        if confined.is_some_and(|(_, places)| !places.contains(&name.as_str())) {
            wrong.push(format!("`{name}` must not name `{package}`"));
        }
        for (crates, banned) in BANNED {
            if crates.contains(&name.as_str()) && banned.contains(&package.as_str()) {
                wrong.push(format!("`{name}` must not name `{package}`"));
            }
        }
    }
    if name == "test-support" && !(inside.is_empty() && outside.is_empty()) {
        wrong.push("`test-support` depends on nothing".to_owned());
    }
    Ok(wrong)
}

#[test]
fn crates_depend_downward_only() -> Result<()> {
    let workspace = workspace()?;
    ensure!(workspace.len() > 10, "the crates were not found");
    let mut wrong = Vec::new();
    for krate in &workspace {
        wrong.extend(violations(krate)?);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn the_table_is_a_hierarchy() -> Result<()> {
    for (name, below) in LAYERS {
        ensure!(!allowed(name)?.contains(name), "`{name}` stands below itself");
        for layer in *below {
            let position = |wanted: &str| LAYERS.iter().position(|(layer, _)| *layer == wanted);
            ensure!(position(layer) < position(name), "`{name}` comes before `{layer}`");
        }
    }
    for (package, places) in CONFINED {
        for place in *places {
            ensure!(LAYERS.iter().any(|(layer, _)| layer == place), "{package}: no crate is called `{place}`");
        }
    }
    Ok(())
}

#[test]
fn violations_are_found() -> Result<()> {
    let violations = |name: &str, inside: &[(&str, bool)], outside: &[&str]| {
        let inside = inside.iter().map(|(name, for_tests)| ((*name).to_owned(), *for_tests)).collect();
        let outside = outside.iter().map(|name| (*name).to_owned()).collect();
        super::layering::violations(&Crate { name: name.to_owned(), inside, outside }).map(|wrong| wrong.len())
    };
    assert_eq!(violations("lint", &[("syntax", false), ("test-support", true)], &["salsa"])?, 0);
    assert_eq!(violations("lint", &[("ide", false)], &[])?, 1);
    assert_eq!(violations("lint", &[("ide", true)], &[])?, 1);
    assert_eq!(violations("lint", &[("test-support", false)], &[])?, 1);
    assert_eq!(violations("ide", &[("ide", true)], &["salsa", "serde"])?, 2);
    assert_eq!(violations("project", &[], &["tokio", "tower-lsp-server"])?, 2);
    assert_eq!(violations("syntax", &[], &["serde", "rowan"])?, 1);
    assert_eq!(violations("test-support", &[("syntax", true)], &[])?, 2);
    assert_eq!(violations("test-support", &[], &["expect-test"])?, 1);
    assert!(violations("new-crate", &[], &[]).is_err());
    Ok(())
}
