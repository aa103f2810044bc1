use sfmc_semantic::sql::{CallKind, SelectId, SqlMeaning};
use sfmc_syntax::{
    TextRange,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext, selects_in};

declare_rule! {
    /// Which row is kept of several does not change from run to run.
    ///
    /// ## Why
    /// ROW_NUMBER numbers the rows of a group in the order that it is told. Where all of them are alike in that, any of them is the first,
    /// today this one, tomorrow another. MAX of several texts takes each from another row: the first name of one with the city of the other.
    /// Source: rules.md, 2.5 (sql/deterministic-dedupe).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT Email, ROW_NUMBER() OVER (PARTITION BY Email ORDER BY Email) AS n FROM Customers
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT Email, ROW_NUMBER() OVER (PARTITION BY Email ORDER BY ModifiedDate DESC, Id) AS n FROM Customers
    /// ```
    pub DeterministicDedupe {
        id: "sql/deterministic-dedupe",
        aliases: [],
        group: Suspicious,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for DeterministicDedupe {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let meaning = ctx.meaning();
        let mut mixed = Vec::new();
        for (id, select) in selects_in(meaning, statement.range()) {
            if select.grouping.group_by.is_some() {
                mixed.extend(mixed_texts(meaning, id, select.list));
            }
        }
        for range in mixed {
            ctx.report::<Self>(range, "these texts can come from different rows of a group")
                .help("take one row of each group by ROW_NUMBER");
        }
    }
}

/// The second MAX or MIN of a text in a list, which has another column than the first.
fn mixed_texts(meaning: &SqlMeaning, id: SelectId, list: Option<TextRange>) -> Option<TextRange> {
    let calls = meaning.calls_in(list?).filter(|call| {
        let picks = ["MAX", "MIN"].iter().any(|name| call.name.eq_ignore_ascii_case(name));
        picks && call.kind == CallKind::Aggregate && call.folds == Some(id)
    });
    let mut first = None;
    for call in calls {
        let Some(info) = call.args.first().map(|arg| &arg.info).filter(|info| info.ty.is_text()) else { continue };
        let Some(column) = info.column else { continue };
        match first {
            None => first = Some(column),
            Some(first) if first.source == column.source && first != column => return Some(call.range),
            Some(_) => {}
        }
    }
    None
}

impl CheckSql<sql::CallExpr> for DeterministicDedupe {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        if !call.is_call_of("ROW_NUMBER") {
            return;
        }
        let Some(window) = call.over_clause().and_then(|over| over.window_spec()) else { return };
        let Some(partition) = window.partition_clause() else { return };
        let Some(order) = window.order_by_clause() else { return };
        let written = |expr: &Expr| {
            let text = ctx.text(expr.clone().without_parens().range());
            text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect::<String>()
        };
        let parts: Vec<String> = partition.items().map(|expr| written(&expr)).collect();
        let keys: Option<Vec<Expr>> = order.items().map(|item| item.expr()).collect();
        let Some(keys) = keys.filter(|keys| !keys.is_empty()) else { return };
        let same = keys.iter().all(|key| is_constant(key) || parts.contains(&written(key)));
        if same && !ctx.is_broken(call.range()) {
            ctx.report::<Self>(
                order.range(),
                "all rows of a group are alike in this: which of them is the first can change",
            )
            .help("order by what tells them apart");
        }
    }
}

/// `(SELECT NULL)`, `(SELECT 1)`: an order that is none.
fn is_constant(key: &Expr) -> bool {
    match key.clone().without_parens() {
        Expr::Literal(_) => true,
        Expr::Subquery(subquery) => {
            let select = subquery.query().and_then(|query| query.naming_select());
            select.is_some_and(|select| {
                let mut items = select.items();
                let only = items.next().and_then(|item| item.expr()).filter(|_| items.next().is_none());
                select.from_clause().is_none() && matches!(only, Some(Expr::Literal(_)))
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, silent, silent_known, target::target};

    const RULE: &str = "sql/deterministic-dedupe";

    #[test]
    fn on_the_order() {
        check(
            RULE,
            "
SELECT a, ROW_NUMBER() OVER (PARTITION BY t.a, b ORDER BY b, T.A DESC) AS n FROM t
//                                               ^^^^^^^^^^^^^^^^^^^^ hint: all rows of a group are alike in this
SELECT a, ROW_NUMBER() OVER (PARTITION BY a ORDER BY (SELECT NULL)) AS n FROM t
//                                          ^^^^^^^^^^^^^^^^^^^^^^ which of them is the first can change
",
        );
        check_known(
            RULE,
            &target(),
            "
SELECT OrderId, MAX(EmailAddress) AS EmailAddress, MAX(City) AS City, MAX(Placed) AS Placed FROM Orders GROUP BY OrderId
//                                                 ^^^^^^^^^ hint: these texts can come from different rows
",
        );
    }

    #[test]
    fn silent_where_rows_are_told_apart() {
        for text in [
            "SELECT a, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) AS n FROM t",
            "SELECT a, ROW_NUMBER() OVER (PARTITION BY a ORDER BY a, b) AS n FROM t",
            "SELECT a, ROW_NUMBER() OVER (PARTITION BY a ORDER BY NEWID()) AS n FROM t",
            "SELECT a, ROW_NUMBER() OVER (ORDER BY a) AS n FROM t",
            "SELECT a, RANK() OVER (PARTITION BY a ORDER BY a) AS n FROM t",
            "SELECT JobID, MAX(EventDate) AS a, MIN(EventDate) AS b FROM _Sent GROUP BY JobID",
        ] {
            silent(RULE, text);
        }
        let text =
            "SELECT OrderId, MAX(EmailAddress) AS EmailAddress, MAX(Placed) AS Placed FROM Orders GROUP BY OrderId";
        silent_known(RULE, &target(), text);
    }
}
