//! What is written from data: each module has one function from sources to the content of files.

mod ast;
mod catalog;
mod grammar;
mod kinds;
mod rules;
mod rust;
mod sql_catalog;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use similar::TextDiff;

/// Whether stale files are written or reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write them.
    Write,
    /// Show what is stale, and fail.
    Check,
}

/// A generated file.
struct Output {
    /// Its path in the workspace.
    path: &'static str,
    content: String,
}

/// Writes or checks every generated file.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let stale = bring_up_to_date(&crate::root(), mode)?;
    if stale.is_empty() {
        return Ok(());
    }
    for file in &stale {
        match mode {
            Mode::Write => println!("wrote {}", file.path),
            Mode::Check => print!("{}", file.diff),
        }
    }
    if mode == Mode::Check {
        bail!(
            "{} stale; run `cargo xtask codegen`",
            match stale.len() {
                1 => "1 generated file is".to_owned(),
                n => format!("{n} generated files are"),
            }
        );
    }
    Ok(())
}

/// A file that was not what its sources say.
struct Stale {
    path: &'static str,
    diff: String,
}

fn bring_up_to_date(root: &Path, mode: Mode) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for Output { path, content } in outputs(root)? {
        let file = root.join(path);
        let old = fs::read_to_string(&file).unwrap_or_default();
        if old == content {
            continue;
        }
        if mode == Mode::Write {
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&file, &content).with_context(|| format!("cannot write {path}"))?;
        }
        let diff = TextDiff::from_lines(&old, &content)
            .unified_diff()
            .header(&format!("{path} (as it is)"), &format!("{path} (as it must be)"))
            .to_string();
        stale.push(Stale { path, diff });
    }
    Ok(stale)
}

fn outputs(root: &Path) -> Result<Vec<Output>> {
    let read = |path: &str| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let tokens = read("grammars/tokens.txt")?;
    let parse = |language: grammar::Language| grammar::Grammar::parse(language, &tokens, &read(language.path)?);
    let (ampscript, sql) = (parse(grammar::AMPSCRIPT)?, parse(grammar::SQL)?);
    let mut outputs = vec![
        Output {
            path: "crates/syntax/src/generated/kinds.rs",
            content: rust::format(&kinds::generate(&ampscript, &sql)?)?,
        },
        Output {
            path: "crates/syntax/src/ast/generated.rs",
            content: rust::format(&ast::generate(&ampscript, "super")?)?,
        },
        Output {
            path: "crates/syntax/src/ast/sql/generated.rs",
            content: rust::format(&ast::generate(&sql, "crate::ast")?)?,
        },
        Output {
            path: "crates/catalog/src/generated/ampscript_functions.rs",
            content: rust::format(&catalog::functions(&read("crates/catalog/data/ampscript-functions.json")?)?)?,
        },
        Output {
            path: "crates/catalog/src/generated/ampscript_names.rs",
            content: rust::format(&catalog::names(&read("crates/catalog/data/ampscript-names.json")?)?)?,
        },
        Output {
            path: "crates/catalog/src/generated/data_views.rs",
            content: rust::format(&sql_catalog::views(&read("crates/catalog/data/data-views.json")?)?)?,
        },
        Output {
            path: "crates/catalog/src/generated/sql_functions.rs",
            content: rust::format(&sql_catalog::functions(&read("crates/catalog/data/sql-functions.json")?)?)?,
        },
    ];
    let rules = root.join("crates/lint/src/rules");
    if rules.is_dir() {
        let (modules, registry) = rules::generate(&rules)?;
        outputs.push(Output { path: "crates/lint/src/rules.rs", content: rust::format(&modules)? });
        outputs.push(Output { path: "crates/lint/src/generated/registry.rs", content: rust::format(&registry)? });
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_fresh() {
        let stale = bring_up_to_date(&crate::root(), Mode::Check).unwrap();
        let diffs: String = stale.iter().map(|file| file.diff.as_str()).collect();
        assert!(stale.is_empty(), "{diffs}\nrun `cargo xtask codegen`");
    }

    #[test]
    fn a_stale_file_is_shown_and_written() {
        let root = std::env::temp_dir().join(format!("xtask-codegen-{}", std::process::id()));
        for path in [
            "grammars/tokens.txt",
            "grammars/ampscript.ungram",
            "grammars/sql.ungram",
            "crates/catalog/data/ampscript-functions.json",
            "crates/catalog/data/ampscript-names.json",
            "crates/catalog/data/data-views.json",
            "crates/catalog/data/sql-functions.json",
        ] {
            let copy = root.join(path);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(crate::root().join(path), copy).unwrap();
        }
        bring_up_to_date(&root, Mode::Write).unwrap();
        assert!(bring_up_to_date(&root, Mode::Check).unwrap().is_empty());

        let kinds = root.join("crates/syntax/src/generated/kinds.rs");
        let fresh = fs::read_to_string(&kinds).unwrap();
        fs::write(&kinds, fresh.replace("EOF = 1,", "EOF = 3,")).unwrap();
        let stale = bring_up_to_date(&root, Mode::Check).unwrap();
        assert_eq!(stale.len(), 1);
        assert!(stale[0].diff.contains("-    EOF = 3,\n+    EOF = 1,\n"), "{}", stale[0].diff);
        assert_ne!(fs::read_to_string(&kinds).unwrap(), fresh);
        bring_up_to_date(&root, Mode::Write).unwrap();
        assert_eq!(fs::read_to_string(&kinds).unwrap(), fresh);
        fs::remove_dir_all(root).unwrap();
    }
}
