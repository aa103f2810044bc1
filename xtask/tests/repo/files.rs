//! What files may contain.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use ignore::WalkBuilder;

/// The longest that a file of code may be.
const MAX_LINES: usize = 900;

const CODE: [&str; 6] = ["rs", "ts", "js", "lua", "py", "sh"];

/// Calls `visit` with the path of every file that git does not ignore, and with its text, if it is text.
fn each_file(mut visit: impl FnMut(&Path, &str)) -> Result<()> {
    let root = crate::root();
    let mut files = 0;
    let walk = WalkBuilder::new(&root)
        .hidden(false)
        .require_git(false)
        .parents(false)
        .git_global(false)
        .filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != "node_modules")
        .build();
    for entry in walk {
        let entry = entry?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        files += 1;
        if let Ok(text) = fs::read_to_string(entry.path()) {
            visit(entry.path().strip_prefix(&root)?, &text);
        }
    }
    ensure!(files > 50, "the files were not found");
    Ok(())
}

fn is_generated(path: &Path) -> bool {
    path.components().any(|part| Path::new(&part).file_stem().is_some_and(|name| name == "generated"))
}

#[test]
fn no_file_of_code_is_too_long() -> Result<()> {
    let mut long = Vec::new();
    each_file(|path, text| {
        let is_code = path.extension().is_some_and(|extension| CODE.iter().any(|code| extension == *code));
        let lines = text.lines().count();
        if is_code && !is_generated(path) && lines > MAX_LINES {
            long.push(format!("{} has {lines} lines, more than {MAX_LINES}", path.display()));
        }
    })?;
    assert!(long.is_empty(), "{}", long.join("\n"));
    Ok(())
}

/// Paths that exist only where somebody works. Put together here, so that this file does not contain them.
fn private_paths() -> [String; 3] {
    [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/Us", "ers/"].concat()]
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() -> Result<()> {
    let mut found = Vec::new();
    each_file(|path, text| {
        for (i, line) in text.lines().enumerate() {
            for private in private_paths() {
                if line.contains(&private) {
                    found.push(format!("{}:{}: {private}", path.display(), i + 1));
                }
            }
        }
    })?;
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn generated_files_are_told_by_their_path() {
    assert!(is_generated(Path::new("crates/syntax/src/generated/kinds.rs")));
    assert!(is_generated(Path::new("crates/syntax/src/ast/generated.rs")));
    assert!(!is_generated(Path::new("crates/syntax/src/ast.rs")));
    assert!(!is_generated(Path::new("crates/syntax/src/generator.rs")));
}
