//! What can be folded? Statements and their clauses, what stands in parentheses, CASE, comments, and `#region` in comments.

use sfmc_db::{Db, Page, page_map, sql_syntax};
use sfmc_syntax::{NodeOrToken, SyntaxKind::*, SyntaxNode, SyntaxToken, TextSize, WalkEvent};

use crate::{
    cursor::trimmed,
    folding::{FoldKind, Folds},
};

/// Adds the folds of a file.
pub(crate) fn folds(db: &dyn Db, page: Page, folds: &mut Folds) {
    let mut comments = Comments::default();
    for position in page_map(db, page).chunks() {
        db.unwind_if_revision_cancelled();
        let root = sql_syntax(db, position.chunk);
        for event in root.preorder_with_tokens() {
            match event {
                WalkEvent::Enter(NodeOrToken::Node(node)) => fold_node(&node, position.start, folds),
                WalkEvent::Enter(NodeOrToken::Token(token)) => comments.token(&token, position.start, folds),
                WalkEvent::Leave(_) => {}
            }
        }
    }
    comments.end_run(folds);
}

fn fold_node(node: &SyntaxNode, start: TextSize, folds: &mut Folds) {
    let kind = node.kind();
    let is_whole = matches!(
        kind,
        SQL_SELECT
            | SQL_SELECT_LIST
            | SQL_FROM_CLAUSE
            | SQL_JOIN
            | SQL_WHERE_CLAUSE
            | SQL_GROUP_BY_CLAUSE
            | SQL_HAVING_CLAUSE
            | SQL_ORDER_BY_CLAUSE
    ) || node.parent().is_some_and(|parent| parent.kind() == SQL_SCRIPT);
    if is_whole && kind != SQL_PROSE {
        let range = trimmed(node) + start;
        folds.add(folds.lines.line(range.start()), folds.lines.line(range.end()), FoldKind::Code);
    }
    // The line of what closes stays visible.
    let (open, close) = match kind {
        SQL_CASE_EXPR => (CASE_KW, END_KW),
        _ => (L_PAREN, R_PAREN),
    };
    let tokens = || node.children_with_tokens().filter_map(NodeOrToken::into_token);
    let Some(open) = tokens().find(|token| token.kind() == open) else { return };
    let Some(close) = tokens().filter(|token| token.kind() == close).last() else { return };
    let first = folds.lines.line(open.text_range().start() + start);
    let last = folds.lines.line_before(close.text_range().start() + start);
    folds.add(first, last, FoldKind::Code);
}

/// Comments of the file: long ones, runs of lines that are comments, and marks in them.
#[derive(Default)]
struct Comments {
    /// The first and the last line of a run of lines.
    run: Option<(u32, u32)>,
    /// The lines of `#region` that are open.
    marks: Vec<u32>,
}

impl Comments {
    fn token(&mut self, token: &SyntaxToken, start: TextSize, folds: &mut Folds) {
        let range = token.text_range() + start;
        match token.kind() {
            COMMENT => {
                self.end_run(folds);
                folds.comment(range);
                folds.mark(&mut self.marks, range, token.text().trim_start_matches("/*"));
            }
            LINE_COMMENT => {
                let line = folds.lines.line(range.start());
                let words = token.text().trim_start_matches('-').trim_start();
                let is_mark = words.starts_with("#region") || words.starts_with("#endregion");
                // Behind code it is a note on that line.
                let is_alone = folds.lines.line_before(range.start()) < line || line == 0;
                if is_mark || !is_alone {
                    self.end_run(folds);
                    folds.mark(&mut self.marks, range, words);
                    return;
                }
                match &mut self.run {
                    Some((_, last)) if *last + 1 == line => *last = line,
                    _ => {
                        self.end_run(folds);
                        self.run = Some((line, line));
                    }
                }
            }
            WHITESPACE => {}
            _ => self.end_run(folds),
        }
    }

    fn end_run(&mut self, folds: &mut Folds) {
        if let Some((first, last)) = self.run.take() {
            folds.add(first, last, FoldKind::Comment);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use crate::{folding_ranges, testing::sql_host};

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let (host, file) = sql_host(text);
        let mut out = String::new();
        let lines: Vec<&str> = text.split('\n').collect();
        for fold in folding_ranges(&host.snapshot(), file) {
            writeln!(out, "{}-{} {:?} {}", fold.first, fold.last, fold.kind, lines[fold.first as usize]).unwrap();
            assert!(fold.last > fold.first && (fold.last as usize) < lines.len());
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_query() {
        check(
            "-- one\n-- two\nSELECT\n  a,\n  CASE\n    WHEN 1 = 1 THEN 2\n  END AS b\nFROM (\n  SELECT *\n  FROM t\n) AS d\n\
             JOIN u\n  ON u.x = d.x\nWHERE a IN (\n  1,\n  2\n)\n\n/* long\ncomment */\nSELECT 1 -- three\n-- four\n",
            &expect![[r#"
                0-1 Comment -- one
                2-16 Code SELECT
                3-6 Code   a,
                4-5 Code   CASE
                7-12 Code FROM (
                8-9 Code   SELECT *
                11-12 Code JOIN u
                13-16 Code WHERE a IN (
                18-19 Comment /* long
            "#]],
        );
    }

    #[test]
    fn regions_and_what_is_half_typed() {
        check(
            "-- #region a\nSELECT 1\n-- #endregion\nSELECT (\n  1,\n",
            &expect![[r#"
                0-2 Region -- #region a
                3-4 Code SELECT (
            "#]],
        );
        check(
            "SELECT CASE WHEN\n(\nFROM\n",
            &expect![[r#"
            0-2 Code SELECT CASE WHEN
        "#]],
        );
        check("", &expect![[r#""#]]);
    }
}
