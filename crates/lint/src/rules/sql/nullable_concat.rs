use sfmc_semantic::sql::Nullability;
use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit,
    ast::{
        AstNode,
        sql::{self, ArithOp, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext, likeness};

declare_rule! {
    /// Texts that `+` joins are never NULL.
    ///
    /// ## Why
    /// `+` with NULL is NULL: where one part is missing, all of the text is gone. CONCAT takes NULL as an empty text.
    /// Only what the query returns is looked at, and only parts that are known to be NULL in some rows.
    /// Source: sql.md, section 4 (`+` with a nullable string).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT JobID, EmailName + ' (' + EmailSubject + ')' AS Title FROM _Job
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT JobID, CONCAT(EmailName, ' (', EmailSubject, ')') AS Title FROM _Job
    /// ```
    pub NullableConcat {
        id: "sql/nullable-concat",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::ArithExpr> for NullableConcat {
    fn check(ctx: &mut SqlContext<'_>, arith: &sql::ArithExpr) {
        let whole = Expr::ArithExpr(arith.clone());
        let meaning = ctx.meaning();
        let is_text = meaning.expr(&whole).is_some_and(|info| info.ty.is_text());
        if !is_text || !arith.ops().all(|(_, op)| op == Some(ArithOp::Add)) || !is_returned(arith.syntax()) {
            return;
        }
        let operands: Vec<Expr> = arith.operands().collect();
        let nullable = operands.iter().find(|operand| {
            let info = meaning.expr(operand);
            // NULL that is written there is meant.
            info.is_some_and(|info| info.nullability == Nullability::Maybe && info.constant.is_none())
                && !is_asked_for(ctx, arith, operand)
        });
        let Some(nullable) = nullable else { return };
        let texts = operands.iter().all(|operand| meaning.expr(operand).is_some_and(|info| info.ty.is_text()));
        let parts: Vec<&str> = operands.iter().map(|operand| ctx.text(operand.range())).collect();
        let edit = TextEdit::replace(arith.range(), format!("CONCAT({})", parts.join(", ")));
        // A comment at the end of a line would take what follows it along.
        let plain = !ctx.text(arith.range()).contains("--") && !is_sorted_as_listed(arith.syntax());
        let report = ctx.report::<Self>(nullable.range(), "this can be NULL, and then the whole text is NULL");
        if texts && plain && operands.len() > 1 {
            report.unsafe_fix("write CONCAT", [edit]);
        } else {
            report.help("CONCAT takes NULL as an empty text");
        }
    }
}

/// Whether a value goes into what a query returns, and nothing asks before or behind it whether it is NULL.
fn is_returned(node: &SyntaxNode) -> bool {
    let mut around = node.parent();
    while let Some(node) = around {
        match node.kind() {
            SyntaxKind::SQL_PAREN_EXPR => {}
            SyntaxKind::SQL_SELECT_ITEM => return !is_joined(&node),
            _ => return false,
        }
        around = node.parent();
    }
    false
}

/// Whether WHERE lets rows through only where what is joined is not NULL. Columns are known for that; expressions are looked for as they are
/// written: `JSON_VALUE(Payload, '$.a') IS NOT NULL`.
fn is_asked_for(ctx: &mut SqlContext<'_>, arith: &sql::ArithExpr, operand: &Expr) -> bool {
    let select = arith.syntax().ancestors().find_map(sql::Select::cast);
    let clause = select.and_then(|select| select.where_clause());
    clause.is_some_and(|clause| ctx.filled(&clause).contains(&likeness(ctx, operand)))
}

/// Whether ORDER BY may only name what the list holds, as it stands there.
fn is_sorted_as_listed(node: &SyntaxNode) -> bool {
    let select = node.ancestors().find_map(sql::Select::cast).filter(|select| select.distinct_token().is_some());
    let query = select.and_then(|select| select.syntax().ancestors().find_map(sql::Query::cast));
    query.is_some_and(|query| query.order_by_clause().is_some())
}

/// Whether FOR XML puts the rows together into one text, where a NULL is left out as it should be.
fn is_joined(item: &SyntaxNode) -> bool {
    let query = item.ancestors().find_map(sql::Query::cast);
    query.is_some_and(|query| query.for_clause().is_some())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    const RULE: &str = "sql/nullable-concat";

    #[test]
    fn on_the_first_that_can_be_null() {
        check(
            RULE,
            "
SELECT 'a: ' + (j.EmailName + j.FromName) AS a, '<' + j.FromName + '>' AS b FROM _Sent s LEFT JOIN _Job j ON j.JobID = s.JobID
//             ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: this can be NULL, and then the whole text is NULL
//                                                    ^^^^^^^^^^ this can be NULL
",
        );
    }

    #[test]
    fn on_what_only_seems_to_be_asked() {
        check(
            RULE,
            "
SELECT EmailName + 'x' AS a FROM _Job GROUP BY EmailName HAVING MAX(FromName) IS NOT NULL
//     ^^^^^^^^^ this can be NULL
SELECT JSON_VALUE(EmailName, '$.a') + 'x' AS a FROM _Job WHERE JSON_VALUE(EmailName, '$.b') IS NOT NULL OR JobID = 1
//     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this can be NULL
SELECT JSON_VALUE(EmailName, '$.a') + JSON_VALUE(EmailName, '$.b') AS x FROM _Job WHERE JSON_VALUE(EmailName, '$.a') IS NOT NULL
//                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this can be NULL
SELECT j.EmailName + 'x' AS a FROM _Job j WHERE EXISTS (SELECT COUNT(*) FROM Names n WHERE n.Name = j.EmailName)
//     ^^^^^^^^^^^ this can be NULL
SELECT j.EmailName + 'x' AS a FROM _Job j WHERE EXISTS (SELECT 1 FROM Names n WHERE n.Name = j.EmailName HAVING 1 = 1)
//     ^^^^^^^^^^^ this can be NULL
SELECT j.EmailName + 'x' AS a FROM _Job j WHERE NOT EXISTS (SELECT 1 FROM Names n WHERE n.Name = j.EmailName)
//     ^^^^^^^^^^^ this can be NULL
",
        );
    }

    #[test]
    fn silent_where_null_is_cared_for() {
        for text in [
            "SELECT SubscriberKey + '-' + Domain AS a FROM _Sent",
            "SELECT ISNULL(EmailName + ' ', '') AS a FROM _Job",
            "SELECT CASE WHEN EmailName IS NULL THEN '' ELSE EmailName + ' ' END AS a FROM _Job",
            "SELECT CONCAT(EmailName, FromName) AS a FROM _Job",
            "SELECT ISNULL(EmailName, '') + ' ' AS a FROM _Job",
            "SELECT EmailID + 1 AS a FROM _Job",
            "SELECT First + ' ' + Last AS a FROM Customers",
            "SELECT EmailName + ' ' AS a FROM _Job WHERE EmailName IS NOT NULL",
            "SELECT JobID FROM _Job WHERE EmailName + 'x' = 'ax'",
            "SELECT EmailName + 'x' AS a FROM _Job GROUP BY EmailName HAVING EmailName IS NOT NULL",
            "SELECT j.EmailName + 'x' AS a FROM _Job j WHERE EXISTS (SELECT 1 FROM Names n WHERE n.Name = j.EmailName)",
            "SELECT JSON_VALUE(j.EmailName, '$.a') + 'x' AS a FROM _Job j WHERE JobID = 1 AND json_value(EmailName, '$.a') IS NOT NULL",
            "SELECT NULLIF(EmailName, '') + 'x' AS a FROM _Job WHERE (NULLIF(EmailName, '') LIKE 'a%')",
            "SELECT STUFF((SELECT ', ' + EmailName FROM _Job FOR XML PATH('')), 1, 2, '') AS a",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn writes_concat() {
        fixed(
            RULE,
            "SELECT SubscriberKey + ' ' + URL AS a FROM _Click",
            "SELECT CONCAT(SubscriberKey, ' ', URL) AS a FROM _Click",
        );
    }
}
