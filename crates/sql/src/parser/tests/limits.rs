//! Depth, and work that goes with the length of the text.

use sfmc_syntax::{NodeOrToken, SyntaxNode};
use sfmc_test_support::assert_linear;

use super::*;

/// A level of nesting is at most this many nodes.
const NODES_FOR_EACH_LEVEL: usize = 8;

fn depth(root: &SyntaxNode) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for event in root.preorder_with_tokens() {
        match event {
            rowan::WalkEvent::Enter(NodeOrToken::Node(_)) => depth += 1,
            rowan::WalkEvent::Leave(NodeOrToken::Node(_)) => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[test]
fn nothing_nests_without_end() {
    let n = 10_000;
    for text in [
        format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
        format!("SELECT {}", "(".repeat(n)),
        format!("SELECT {}1", "- ".repeat(n)),
        format!("SELECT 1 WHERE {}a = 1", "NOT ".repeat(n)),
        format!("SELECT {}1", "CASE WHEN ".repeat(n)),
        format!("SELECT {}", "f(".repeat(n)),
        format!("SELECT 1{}", " + 1".repeat(n)),
        format!("SELECT 1 WHERE a = 1{}", " AND a = 1 OR b = 2".repeat(n)),
        format!("SELECT 1 WHERE a{}", " = a".repeat(n)),
        format!("SELECT 1 WHERE a{}", " IS NULL".repeat(n)),
        format!("SELECT 1 WHERE a{}", " IN (1)".repeat(n)),
        format!("SELECT a{}", " COLLATE x".repeat(n)),
        format!("SELECT a{}", "::int".repeat(n)),
        format!("SELECT a{}", " AT TIME ZONE 'x'".repeat(n)),
        format!("SELECT f(){}", ".g()".repeat(n)),
        format!("SELECT 1 FROM a{}", " JOIN b".repeat(n)),
        format!("SELECT 1 FROM a{}{}", " JOIN b".repeat(n), " ON 1 = 1".repeat(n)),
        format!("SELECT 1 FROM {}a", "(".repeat(n)),
        format!("{}SELECT 1", "SELECT 1 FROM (".repeat(n)),
        format!("{}SELECT 1", "(".repeat(n)),
        format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(n)),
        format!("SELECT 1{}", " UNION SELECT 1 INTERSECT SELECT 2".repeat(n)),
        format!("{}SELECT 1", "IF @a = 1 ".repeat(n)),
        format!("{}SELECT 1", "BEGIN\n".repeat(n)),
        format!("{}1", "WITH a AS (".repeat(n)),
        "SELECT a FROM t ORDER BY a UNION ".repeat(n),
    ] {
        let (root, _) = parse(&text);
        let depth = depth(&root);
        assert!(depth <= MAX_DEPTH as usize * NODES_FOR_EACH_LEVEL + 16, "{depth}: {}", &text[..40]);
    }
}

#[test]
fn every_operand_of_a_chain_is_one_child() {
    let (root, _) = parse(&format!("SELECT 1{}", " + 1".repeat(999)));
    let chain = root.descendants().find(|node| node.kind() == SQL_ARITH_EXPR).unwrap();
    assert_eq!(chain.children().count(), 1000);
}

#[test]
fn parsing_is_linear_work() {
    for unit in [
        "SELECT a, b AS c FROM t WHERE d = 'e' AND f IN (1, 2)\n",
        "SELECT a FROM t JOIN u ",
        "[",
        "]",
        "(",
        ")",
        "'",
        "\"",
        "`",
        "/*",
        "*/",
        "'a\n",
        "'a'b ",
        "'x''",
        "''' ",
        "‘a",
        "{",
        "{{",
        "{{{a",
        "@",
        "#",
        "$",
        "[a],",
        "[a [b",
        "a.",
        ".",
        "a ",
        "1 ",
        ",",
        ";",
        "= ",
        "SELECT ",
        "SELECT a,",
        "FROM ",
        "CASE ",
        "WHEN a THEN ",
        "f(",
        "(SELECT ",
        "((",
        "JOIN a ",
        "WITH a AS (SELECT 1), ",
        "IN (",
        "BETWEEN ",
        "a b c\n\n",
        "IF @a = 1 ",
        "BEGIN\n",
        "END ",
        "GO\n",
        "ORDER BY a ",
        "UNION ",
        "INSERT INTO t ",
        "don't ",
        "N'",
        "-- a\n",
        "a-b",
        "1_a ",
        "((a) ",
        "a\n\n",
        "OVER (",
        "LIMIT 1 ",
        "a::",
        "x => ",
        "a",
        "1",
        " ",
        "1.1",
        "é",
        "\u{a0}",
        "😀",
        "=",
        "DECLARE @a int = (",
        "FOR XML ",
        "PIVOT (",
        "VALUES (1), ",
        "CAST(",
    ] {
        assert_linear(unit, [2_000, 20_000], |len| unit.repeat(len.div_ceil(unit.len())), |text| drop(parse(&text)));
    }
}
