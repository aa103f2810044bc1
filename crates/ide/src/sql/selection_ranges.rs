//! What is selected when somebody selects more and more? Word, name, expression, item, list, clause, query, statement.

use sfmc_syntax::{NodeOrToken, SyntaxKind::*, SyntaxNode, TextRange, TextSize};

use crate::{
    cursor::{TokenAt, trimmed},
    selection_ranges::word,
};

/// Adds the ranges around a token, in no order.
pub(crate) fn selections(token: &TokenAt, offset: TextSize, found: &mut Vec<TextRange>) {
    let start = token.position.start;
    let range = token.range();
    let text = token.token.text();
    match token.kind() {
        WHITESPACE => {}
        COMMENT | LINE_COMMENT => {
            found.push(range);
            found.extend(word(token, offset));
        }
        STRING | NATIONAL_STRING | SMART_QUOTE | BRACKET_NAME | QUOTED_NAME | BACKTICK_NAME => {
            found.push(range);
            found.extend(inside(text).map(|inner| inner + range.start()));
            found.extend(word(token, offset));
        }
        _ => found.push(range),
    }
    for node in token.token.parent_ancestors() {
        if node.kind() == SQL_SCRIPT {
            break;
        }
        found.extend(between_parens(&node).map(|range| range + start));
        found.push(trimmed(&node) + start);
        // An expression, or the first source, without what it is called.
        if node.kind() == SQL_SELECT_ITEM || node.kind() == SQL_FROM_ITEM {
            found.extend(without_alias(&node).map(|range| range + start));
        }
    }
}

/// What stands between the marks of a string or a name.
fn inside(text: &str) -> Option<TextRange> {
    let open = text.find(['\'', '[', '"', '`', '‘', '’', '“', '”'])?;
    let open = open + text[open..].chars().next().map_or(0, char::len_utf8);
    let last = text.chars().next_back().filter(|last| matches!(last, '\'' | ']' | '"' | '`' | '‘' | '’' | '“' | '”'));
    let close = text.len() - last.map_or(0, char::len_utf8);
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    (open <= close).then(|| TextRange::new(size(open), size(close)))
}

/// What stands between the parentheses of a node.
fn between_parens(node: &SyntaxNode) -> Option<TextRange> {
    let tokens = || node.children_with_tokens().filter_map(NodeOrToken::into_token);
    let open = tokens().find(|token| token.kind() == L_PAREN)?.text_range().end();
    let close = tokens().filter(|token| token.kind() == R_PAREN).last()?.text_range().start();
    let within = |range: &TextRange| range.start() >= open && range.end() <= close && !range.is_empty();
    let children = node.children_with_tokens().filter(|child| !child.kind().is_trivia());
    let mut ranges = children.map(|child| child.text_range()).filter(within);
    let first = ranges.next()?;
    Some(ranges.last().map_or(first, |last| first.cover(last)))
}

/// The expression of an item of the list.
fn without_alias(item: &SyntaxNode) -> Option<TextRange> {
    let expr = item.children().find(|child| !matches!(child.kind(), SQL_LEADING_ALIAS | SQL_ALIAS))?;
    Some(trimmed(&expr))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::{
        selection_ranges,
        testing::{size, sql_host},
    };

    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        let at = markup.find("$0").unwrap();
        let text = markup.replace("$0", "");
        let (host, file) = sql_host(&text);
        let found = selection_ranges(&host.snapshot(), file, size(at));
        let lines: Vec<String> = found.iter().map(|range| format!("{:?}\n", &text[*range])).collect();
        expected.assert_eq(&lines.concat());
    }

    #[test]
    fn from_the_word_to_the_file() {
        check(
            "SELECT ISNULL(o.[First$0 Name], 'x') AS n, b\nFROM (SELECT * FROM t) AS o\n\nSELECT 2",
            &expect![[r#"
                "First"
                "First Name"
                "[First Name]"
                "o.[First Name]"
                "o.[First Name], 'x'"
                "(o.[First Name], 'x')"
                "ISNULL(o.[First Name], 'x')"
                "ISNULL(o.[First Name], 'x') AS n"
                "ISNULL(o.[First Name], 'x') AS n, b"
                "SELECT ISNULL(o.[First Name], 'x') AS n, b"
                "SELECT ISNULL(o.[First Name], 'x') AS n, b\nFROM (SELECT * FROM t) AS o"
                "SELECT ISNULL(o.[First Name], 'x') AS n, b\nFROM (SELECT * FROM t) AS o\n\nSELECT 2"
            "#]],
        );
        check(
            "SELECT 1 WHERE a = 1 AND b IN ('x$0y', 'z')",
            &expect![[r#"
            "xy"
            "'xy'"
            "'xy', 'z'"
            "('xy', 'z')"
            "b IN ('xy', 'z')"
            "a = 1 AND b IN ('xy', 'z')"
            "WHERE a = 1 AND b IN ('xy', 'z')"
            "SELECT 1 WHERE a = 1 AND b IN ('xy', 'z')"
        "#]],
        );
        check(
            "SELECT a FROM t$0 WHERE",
            &expect![[r#"
            "t"
            "FROM t"
            "SELECT a FROM t WHERE"
        "#]],
        );
        check(
            "-- one tw$0o\nSELECT 1",
            &expect![[r#"
            "two"
            "-- one two"
            "-- one two\nSELECT 1"
        "#]],
        );
        check(
            "SELECT '$0",
            &expect![[r#"
            "'"
            "SELECT '"
        "#]],
        );
    }
}
