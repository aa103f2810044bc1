//! Trees are shown without blanks; a node that holds only tokens stands on one line.

mod dialects;
mod expressions;
mod limits;
mod properties;
mod queries;
mod recovery;
mod statements;
mod tables;
mod typed;

use std::fmt::Write;

use expect_test::Expect;
use sfmc_syntax::{NodeOrToken, SyntaxNode};

use super::*;

/// The tree of a file, and what is wrong with it.
pub(super) fn parse(text: &str) -> (SyntaxNode, Vec<SqlProblem>) {
    let parsed = parse_file(text);
    let root = SyntaxNode::new_root(parsed.green);
    assert_eq!(root.text(), text);
    for problem in &parsed.problems {
        assert!(text.get(std::ops::Range::from(problem.range)).is_some(), "{problem:?}");
    }
    (root, parsed.problems)
}

/// What is wrong, one after the other: the kind, the text at the place, or `|` and what follows a gap.
pub(super) fn problems(text: &str) -> String {
    let (_, problems) = parse(text);
    let show = |p: &SqlProblem| {
        let place = if p.range.is_empty() {
            let rest: String = text[usize::from(p.range.end())..].chars().take(8).collect();
            format!("|{rest}")
        } else {
            text[p.range].to_owned()
        };
        let expected = if p.expected.is_empty() { String::new() } else { format!(" (expected {})", p.expected) };
        format!("{} {place:?}{expected}", p.kind.id())
    };
    problems.iter().map(show).collect::<Vec<_>>().join("; ")
}

fn write_node(node: &SyntaxNode, depth: usize, out: &mut String) {
    let kind = format!("{:?}", node.kind());
    let _ = write!(out, "{}{}", "  ".repeat(depth), kind.trim_start_matches("SQL_"));
    let tokens = |node: &SyntaxNode| {
        let elements = node.children_with_tokens();
        elements.filter(|e| !e.kind().is_trivia()).collect::<Vec<_>>()
    };
    let children = tokens(node);
    if node.children().next().is_none() {
        for child in children {
            if let NodeOrToken::Token(token) = child {
                let _ = write!(out, " {}", token.text());
            }
        }
        out.push('\n');
        return;
    }
    out.push('\n');
    for child in children {
        match child {
            NodeOrToken::Node(node) => write_node(&node, depth + 1, out),
            NodeOrToken::Token(token) => {
                let _ = writeln!(out, "{}{:?} {}", "  ".repeat(depth + 1), token.kind(), token.text());
            }
        }
    }
}

/// Shows the statements of a text that has no problems.
pub(super) fn tree(text: &str, expected: &Expect) {
    assert_eq!(problems(text), "", "{text}");
    show(text, expected);
}

/// Shows the statements of a text, whatever is wrong with it.
pub(super) fn show(text: &str, expected: &Expect) {
    let (root, _) = parse(text);
    let mut out = String::new();
    for statement in root.children().flat_map(|chunk| chunk.children()).flat_map(|script| script.children()) {
        write_node(&statement, 0, &mut out);
    }
    expected.assert_eq(&out);
}

/// Texts that have no problems.
#[track_caller]
pub(super) fn clean(texts: &[&str]) {
    for text in texts {
        assert_eq!(problems(text), "", "{text}");
    }
}
