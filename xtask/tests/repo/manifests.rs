//! How manifests look: one table of versions, one table of lints.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

fn manifests() -> Result<Vec<PathBuf>> {
    let mut manifests = vec![crate::root().join("xtask/Cargo.toml")];
    for entry in fs::read_dir(crate::root().join("crates"))? {
        let manifest = entry?.path().join("Cargo.toml");
        if manifest.is_file() {
            manifests.push(manifest);
        }
    }
    ensure!(manifests.len() > 10, "the manifests were not found");
    Ok(manifests)
}

fn is_inherited(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

/// What is wrong with a manifest.
fn violations(manifest: &Table) -> Vec<String> {
    let mut wrong = Vec::new();
    if !is_inherited(manifest.get("lints")) {
        wrong.push("`[lints] workspace = true` is missing".to_owned());
    }
    for field in ["version", "edition", "rust-version", "license"] {
        if !is_inherited(manifest.get("package").and_then(|package| package.get(field))) {
            wrong.push(format!("`{field}.workspace = true` is missing"));
        }
    }
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables =
        std::iter::once(manifest).chain(targets.into_iter().flatten().filter_map(|(_, target)| target.as_table()));
    for dependencies in tables.flat_map(|table| DEPENDENCIES.iter().filter_map(|kind| table.get(*kind))) {
        for (name, value) in dependencies.as_table().into_iter().flatten() {
            if !is_inherited(Some(value)) {
                wrong.push(format!("`{name}.workspace = true` is missing: versions stand in the workspace's manifest"));
            }
        }
    }
    wrong
}

#[test]
fn manifests_inherit_from_the_workspace() -> Result<()> {
    let mut wrong = Vec::new();
    for path in manifests()? {
        let name = path.display();
        let manifest: Table = fs::read_to_string(&path)?.parse().with_context(|| name.to_string())?;
        wrong.extend(violations(&manifest).into_iter().map(|violation| format!("{name}: {violation}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn violations_are_found() -> Result<()> {
    let package = "[package]\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n";
    let lints = "[lints]\nworkspace = true\n";
    let check = |rest: &str| -> Result<usize> { Ok(violations(&format!("{package}{rest}").parse()?).len()) };
    assert_eq!(check(lints)?, 0);
    assert_eq!(check("")?, 1);
    assert_eq!(check("[lints]\nworkspace = false\n")?, 1);
    let inherited = "[dependencies]\na.workspace = true\nb = { workspace = true, features = [\"c\"] }\n";
    assert_eq!(check(&format!("{lints}{inherited}"))?, 0);
    for own in [
        "[dependencies]\na = \"1\"\n",
        "[dev-dependencies]\na = { version = \"1\" }\n",
        "[build-dependencies.a]\npath = \"../a\"\n",
        "[target.'cfg(unix)'.dependencies]\na = \"1\"\n",
    ] {
        assert_eq!(check(&format!("{lints}{own}"))?, 1, "{own}");
    }
    assert_eq!(violations(&"[package]\nname = \"x\"".parse()?).len(), 5);
    Ok(())
}
