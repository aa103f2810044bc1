//! `sfmc-analyzer parse FILE`

use std::{
    io::{Read, Write},
    path::Path,
};

use anyhow::{Context, anyhow, bail};
use serde_json::{Value, json};
use sfmc_db::{Database, FileKind, page_tree, system::DiskSystem};
use sfmc_project::{Language, classify};
use sfmc_syntax::{SyntaxElement, SyntaxNode};

use crate::arguments::Parse;

pub(crate) fn run(arguments: &Parse) -> anyhow::Result<u8> {
    let text = read(&arguments.file)?;
    let green = match classify(&text, &arguments.file) {
        Language::Sql => sfmc_sql::parse_file(&text).green,
        Language::Page | Language::Ssjs | Language::Unknown => {
            let db = Database::default();
            let page = db.add_page(&text, FileKind::Page);
            page_tree(&db, page)
        }
    };
    let root = SyntaxNode::new_root(green);
    let lossless = root.text() == text.as_str();
    if !lossless {
        bail!("the tree of {} does not hold the file's text: please report it", arguments.file.display());
    }
    if arguments.check {
        return Ok(crate::CLEAN);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &tree(&root))?;
        writeln!(out)?;
    } else {
        write!(out, "{root:#?}")?;
    }
    out.flush()?;
    Ok(crate::CLEAN)
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        let source = sfmc_project::source_from_bytes(bytes);
        return source.map(|source| source.text).map_err(|_| anyhow!("standard input is binary, not text"));
    }
    Ok(sfmc_project::read_source(&DiskSystem, file)?.text)
}

/// Nodes nest no deeper than the parser's limit, so that this recursion is bounded.
fn tree(node: &SyntaxNode) -> Value {
    let children = node.children_with_tokens().map(|child| match child {
        SyntaxElement::Node(node) => tree(&node),
        SyntaxElement::Token(token) => json!({
            "kind": format!("{:?}", token.kind()),
            "range": [u32::from(token.text_range().start()), u32::from(token.text_range().end())],
            "text": token.text(),
        }),
    });
    json!({
        "kind": format!("{:?}", node.kind()),
        "range": [u32::from(node.text_range().start()), u32::from(node.text_range().end())],
        "children": children.collect::<Vec<_>>(),
    })
}
