//! What is expected at `$0`.

use expect_test::{Expect, expect};

use super::*;
use crate::testing::{size, sql_host};

#[track_caller]
fn check(cases: &[&str], expected: &Expect) {
    let mut out = String::new();
    for markup in cases {
        let at = size(markup.find("$0").unwrap());
        let text = markup.replace("$0", "");
        let (host, file) = sql_host(&text);
        let context = Context::new(host.db(), host.page(file).unwrap(), at);
        let shown = context.map_or_else(
            || "none".to_owned(),
            |context| {
                let calls: Vec<String> =
                    context.calls.iter().map(|call| format!("{}#{}", context.text(call.name), call.commas)).collect();
                let qualifier: Vec<&str> = context.qualifier.iter().map(|part| context.text(*part)).collect();
                let mut shown = match context.slot {
                    Slot::Expected => format!("{:?} {:?}", context.clause, context.state),
                    slot => format!("{slot:?}"),
                };
                for (label, value) in [
                    (" word ", context.text(context.word).to_owned()),
                    (" of ", qualifier.join(".")),
                    (" in ", calls.join(" ")),
                ] {
                    if !value.is_empty() {
                        shown.push_str(&format!("{label}{value}"));
                    }
                }
                shown
            },
        );
        out.push_str(&format!("{markup:?}: {shown}\n"));
    }
    expected.assert_eq(&out);
}

#[test]
fn clauses() {
    check(
        &[
            "$0",
            "SEL$0",
            "SELECT $0",
            "SELECT TOP 5 $0",
            "SELECT TOP (5) $0 FROM t",
            "SELECT DISTINCT $0 FROM t",
            "SELECT a$0 FROM t",
            "SELECT a $0 FROM t",
            "SELECT a AS $0 FROM t",
            "SELECT a x $0 FROM t",
            "SELECT a, $0",
            "SELECT a.$0 FROM t a",
            "SELECT a.x$0y FROM t a",
            "SELECT a.[x$0 FROM t a",
            "SELECT [x$0y] FROM t a",
            "SELECT * FROM $0",
            "SELECT * FROM Ent.$0",
            "SELECT * FROM Ent.Or$0",
            "SELECT * FROM t $0",
            "SELECT * FROM t a $0",
            "SELECT * FROM t AS $0",
            "SELECT * FROM t LEFT $0",
            "SELECT * FROM t JOIN u $0",
            "SELECT * FROM t JOIN u ON $0",
            "SELECT * FROM t JOIN u ON t.a = $0",
            "SELECT * FROM t JOIN u ON t.a = u.b $0",
            "SELECT * FROM t, $0",
            "SELECT * FROM (SELECT a FROM $0",
            "SELECT * FROM ($0",
            "SELECT * FROM (SELECT 1) $0",
            "SELECT * FROM t WHERE $0",
            "SELECT * FROM t WHERE a $0",
            "SELECT * FROM t WHERE a IS $0",
            "SELECT * FROM t WHERE a NOT $0",
            "SELECT * FROM t WHERE a IN ($0",
            "SELECT * FROM t WHERE a IN (SELECT $0",
            "SELECT * FROM t WHERE EXISTS ($0",
            "SELECT * FROM t GROUP $0",
            "SELECT * FROM t GROUP BY $0",
            "SELECT * FROM t GROUP BY a HAVING $0",
            "SELECT * FROM t ORDER BY a $0",
            "SELECT * FROM t ORDER BY a DESC $0",
            "SELECT * FROM t UNION $0",
            "SELECT * FROM t UNION ALL $0",
            "SELECT 1;$0",
            "SELECT 1 FROM t\n$0\n\nSELECT 2",
            "SELECT 1;\n$0\nSELECT 2",
        ],
        &expect![[r#"
            "$0": none
            "SEL$0": Start Start word SEL
            "SELECT $0": List ListStart
            "SELECT TOP 5 $0": List Operand
            "SELECT TOP (5) $0 FROM t": List Operand
            "SELECT DISTINCT $0 FROM t": List Operand
            "SELECT a$0 FROM t": List ListStart word a
            "SELECT a $0 FROM t": List AfterOperand
            "SELECT a AS $0 FROM t": List Alias
            "SELECT a x $0 FROM t": List AfterAlias
            "SELECT a, $0": List Operand
            "SELECT a.$0 FROM t a": List Member of a
            "SELECT a.x$0y FROM t a": List Member word xy of a
            "SELECT a.[x$0 FROM t a": List Member word [x of a
            "SELECT [x$0y] FROM t a": List ListStart word [xy]
            "SELECT * FROM $0": From Table
            "SELECT * FROM Ent.$0": From Member of Ent
            "SELECT * FROM Ent.Or$0": From Member word Or of Ent
            "SELECT * FROM t $0": From AfterTable
            "SELECT * FROM t a $0": From AfterAlias
            "SELECT * FROM t AS $0": From Alias
            "SELECT * FROM t LEFT $0": From JoinWord
            "SELECT * FROM t JOIN u $0": From AfterTable
            "SELECT * FROM t JOIN u ON $0": On Operand
            "SELECT * FROM t JOIN u ON t.a = $0": On Operand
            "SELECT * FROM t JOIN u ON t.a = u.b $0": On AfterOperand
            "SELECT * FROM t, $0": From Table
            "SELECT * FROM (SELECT a FROM $0": From Table
            "SELECT * FROM ($0": From Table
            "SELECT * FROM (SELECT 1) $0": From AfterTable
            "SELECT * FROM t WHERE $0": Where Operand
            "SELECT * FROM t WHERE a $0": Where AfterOperand
            "SELECT * FROM t WHERE a IS $0": Where Is
            "SELECT * FROM t WHERE a NOT $0": Where Not
            "SELECT * FROM t WHERE a IN ($0": Where Operand
            "SELECT * FROM t WHERE a IN (SELECT $0": List ListStart
            "SELECT * FROM t WHERE EXISTS ($0": Where Start
            "SELECT * FROM t GROUP $0": GroupBy By
            "SELECT * FROM t GROUP BY $0": GroupBy Operand
            "SELECT * FROM t GROUP BY a HAVING $0": Having Operand
            "SELECT * FROM t ORDER BY a $0": OrderBy AfterOperand
            "SELECT * FROM t ORDER BY a DESC $0": OrderBy AfterKey
            "SELECT * FROM t UNION $0": Start Start
            "SELECT * FROM t UNION ALL $0": Start Start
            "SELECT 1;$0": Start Start
            "SELECT 1 FROM t\n$0\n\nSELECT 2": From AfterTable
            "SELECT 1;\n$0\nSELECT 2": Start Start
        "#]],
    );
}

#[test]
fn expressions() {
    check(
        &[
            "SELECT DATEADD($0",
            "SELECT DATEADD(day, -1, $0",
            "SELECT LEFT(a, LEN($0",
            "SELECT CAST(a AS $0",
            "SELECT CAST(a AS nvarchar($0",
            "SELECT CAST(a $0",
            "SELECT CONVERT($0",
            "SELECT CONVERT(date, a, $0",
            "SELECT COUNT(*) $0 FROM t",
            "SELECT COUNT(DISTINCT $0",
            "SELECT ROW_NUMBER() OVER ($0",
            "SELECT ROW_NUMBER() OVER (PARTITION BY $0",
            "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY $0",
            "SELECT CASE $0",
            "SELECT CASE WHEN a = 1 $0",
            "SELECT CASE WHEN a = 1 THEN $0",
            "SELECT CASE WHEN a = 1 THEN 'x' $0",
            "SELECT CASE WHEN a = 1 THEN 'x' END $0",
            "SELECT CASE WHEN a = $0 FROM t WHERE b",
            "SELECT a AT $0",
            "SELECT a AT TIME ZONE '$0'",
            "SELECT (a + $0",
            "SELECT (a + b) $0",
            "SELECT 'x$0'",
            "SELECT 'x' $0",
            "SELECT 'it''s' + '$0",
            "SELECT 12$0",
            "SELECT -- $0",
            "SELECT /* $0",
            "SELECT /* */$0",
            "SELECT {{{$0",
            "SELECT @a$0",
            "WITH $0",
            "WITH c AS ($0",
            "WITH c AS (SELECT 1) $0",
            "SELECT x = $0",
        ],
        &expect![[r#"
            "SELECT DATEADD($0": List Operand in DATEADD#0
            "SELECT DATEADD(day, -1, $0": List Operand in DATEADD#2
            "SELECT LEFT(a, LEN($0": List Operand in LEFT#1 LEN#0
            "SELECT CAST(a AS $0": List Type in CAST#0
            "SELECT CAST(a AS nvarchar($0": List Nothing in CAST#0
            "SELECT CAST(a $0": List AfterOperand in CAST#0
            "SELECT CONVERT($0": List Type in CONVERT#0
            "SELECT CONVERT(date, a, $0": List Operand in CONVERT#2
            "SELECT COUNT(*) $0 FROM t": List AfterOperand
            "SELECT COUNT(DISTINCT $0": List Operand in COUNT#0
            "SELECT ROW_NUMBER() OVER ($0": Window Operand
            "SELECT ROW_NUMBER() OVER (PARTITION BY $0": Window Operand
            "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY $0": Window Operand
            "SELECT CASE $0": List Operand
            "SELECT CASE WHEN a = 1 $0": List AfterOperand
            "SELECT CASE WHEN a = 1 THEN $0": List Operand
            "SELECT CASE WHEN a = 1 THEN 'x' $0": List AfterOperand
            "SELECT CASE WHEN a = 1 THEN 'x' END $0": List AfterOperand
            "SELECT CASE WHEN a = $0 FROM t WHERE b": List Operand
            "SELECT a AT $0": List TimeZone
            "SELECT a AT TIME ZONE '$0'": Text(23..23)
            "SELECT (a + $0": List Operand
            "SELECT (a + b) $0": List AfterOperand
            "SELECT 'x$0'": Text(8..9)
            "SELECT 'x' $0": List AfterOperand
            "SELECT 'it''s' + '$0": Text(18..18)
            "SELECT 12$0": Number(7..9)
            "SELECT -- $0": Nothing
            "SELECT /* $0": Nothing
            "SELECT /* */$0": List ListStart
            "SELECT {{{$0": Nothing
            "SELECT @a$0": Nothing
            "WITH $0": Start Alias
            "WITH c AS ($0": Start Start
            "WITH c AS (SELECT 1) $0": Start Start
            "SELECT x = $0": List Operand
        "#]],
    );
}
