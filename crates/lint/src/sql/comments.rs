//! Comments: where they stand, and that no fix loses one.
//!
//! What people write beside their code no repair may throw away. Each rule would have to think of it wherever it puts one text in place of
//! another, so all fixes of a chunk are looked at here when they are made: one whose new texts lack a comment of what they replace is not
//! offered, and neither is one that writes such a comment anew with code behind its `--`. Not looked at are fixes that only insert, whose
//! rules see to it that they do not do so behind a `--`, and those of findings about the file as a whole.

use rustc_hash::FxHashMap;
use sfmc_diagnostics::{Diagnostic, Fix};
use sfmc_sql::lex;
use sfmc_syntax::{GreenNode, NodeOrToken, SyntaxKind, TextRange, TextSize};

/// Whether a text can have comments: most statements have none.
pub(super) fn has_comments(text: &str) -> bool {
    ["--", "/*"].iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

/// Where comments stand, in order. Cursors are not moved over every token for the few that are one.
pub(super) fn places_of_comments(root: &GreenNode) -> Vec<TextRange> {
    let mut places = Vec::new();
    let mut open = vec![(root.children(), TextSize::new(0))];
    while let Some((children, mut at)) = open.pop() {
        let mut children = children;
        while let Some(child) = children.next() {
            let start = at;
            match child {
                NodeOrToken::Token(token) => {
                    at += token.text_len();
                    let kind = SyntaxKind::from_raw(token.kind());
                    if matches!(kind, SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT) {
                        places.push(TextRange::new(start, at));
                    }
                }
                NodeOrToken::Node(node) => {
                    at += node.text_len();
                    open.push((children, at));
                    open.push((node.children(), start));
                    break;
                }
            }
        }
    }
    places
}

/// Takes away the fixes that would lose a comment.
pub(super) fn keep_comments(found: &mut [Diagnostic], text: &str, root: &GreenNode) {
    let is_removal = |fix: &Fix| fix.edits.iter().any(|edit| !edit.range.is_empty());
    if !has_comments(text) || !found.iter().any(|found| found.fixes.iter().any(is_removal)) {
        return;
    }
    let comments = places_of_comments(root);
    for found in found {
        found.fixes.retain(|fix| keeps_all(text, &comments, fix));
    }
}

/// Whether every comment in what a fix replaces stands in what it writes, and nothing comes behind one that ends with its line.
fn keeps_all(text: &str, comments: &[TextRange], fix: &Fix) -> bool {
    let mut missing: FxHashMap<&str, usize> = FxHashMap::default();
    for edit in fix.edits.iter().filter(|edit| !edit.range.is_empty()) {
        let first = comments.partition_point(|comment| comment.end() <= edit.range.start());
        let touched = comments.iter().skip(first).take_while(|comment| comment.start() < edit.range.end());
        // What a fix changes in a comment it changes on purpose.
        for comment in touched.filter(|comment| !comment.contains_range(edit.range)) {
            let comment = text.get(usize::from(comment.start())..usize::from(comment.end())).unwrap_or_default();
            *missing.entry(comment).or_default() += 1;
        }
    }
    if missing.is_empty() {
        return true;
    }
    for edit in &fix.edits {
        let mut tokens = Vec::new();
        lex(&edit.new_text, &mut tokens, &mut Vec::new());
        let mut rest = edit.new_text.as_str();
        for token in tokens {
            let Some((comment, behind)) = rest.split_at_checked(token.len as usize) else { return false };
            rest = behind;
            if !matches!(token.kind, SyntaxKind::COMMENT | SyntaxKind::LINE_COMMENT) {
                continue;
            }
            if let Some(count) = missing.get_mut(comment) {
                *count = count.saturating_sub(1);
            }
            let follows = text.get(edit.range.end().into()..).unwrap_or_default();
            let runs_on = rest.is_empty() && !follows.is_empty() && !follows.starts_with(['\n', '\r']);
            if token.kind == SyntaxKind::LINE_COMMENT && runs_on {
                return false;
            }
        }
    }
    missing.values().all(|count| *count == 0)
}

#[cfg(test)]
mod tests {
    use sfmc_test_support::assert_linear;

    use crate::tests::{activity, every_sql_finding, fixed, unfixed};

    #[test]
    fn no_fix_loses_a_comment() {
        for (rule, text) in [
            ("sql/cte", "WITH /*k*/ x AS (SELECT a FROM t) SELECT a FROM x"),
            ("sql/cte", "WITH x /*k*/ AS (SELECT a FROM t) SELECT a FROM x"),
            ("sql/cte", "WITH x AS -- k\n(SELECT a FROM t) SELECT a FROM x"),
            ("sql/cte", "WITH x AS (SELECT /*k*/ a FROM t), y AS (SELECT b FROM u) SELECT b FROM y"),
            ("sql/limit", "SELECT a FROM t ORDER BY a LIMIT /*k*/ 10"),
            ("sql/option", "SELECT a FROM t OPTION /*k*/ (MAXDOP 1)"),
            ("sql/option", "SELECT a FROM t OPTION (MAXDOP -- k\n 1)"),
            ("sql/trim-from", "SELECT TRIM(BOTH /*k*/ ' ' FROM Tier) AS x FROM t"),
            ("sql/null-comparison", "SELECT a FROM t WHERE Tier = /*k*/ NULL"),
            ("sql/is-distinct", "SELECT a FROM t WHERE a IS /*k*/ DISTINCT FROM b"),
        ] {
            unfixed(rule, text);
        }
    }

    #[test]
    fn one_that_keeps_them_is_offered() {
        fixed(
            "sql/cte",
            "WITH x AS (SELECT /*k*/ a FROM t) SELECT a FROM x -- l",
            "SELECT a FROM (SELECT /*k*/ a FROM t) AS x -- l",
        );
        fixed("sql/limit", "SELECT a FROM t # notes", "SELECT a FROM t -- notes");
        fixed("sql/limit", "SELECT a FROM t /*k*/ ORDER BY a LIMIT 1", "SELECT TOP 1 a FROM t /*k*/ ORDER BY a");
    }

    #[test]
    fn many_are_linear_work() {
        let activity = activity();
        for piece in ["/* k */ a = NULL AND ", "a = /*k*/ NULL AND ", "/*k*/ OR b = -- l\n NULL "] {
            let text = |count: usize| format!("SELECT a FROM t WHERE {} 1 = 1", piece.repeat(count));
            assert_linear(piece, [100, 1000], text, |text| drop(every_sql_finding(&text, &activity)));
        }
    }
}
