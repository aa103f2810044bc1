use sfmc_semantic::sql::{Nullability, Query, Select, SqlMeaning};
use sfmc_sql::quoted_name;
use sfmc_syntax::{
    TextEdit,
    ast::{
        AstNode,
        sql::{self, Expr, QueryBody},
    },
};

use crate::sql::{CheckSql, SqlContext, is_denied};

declare_rule! {
    /// NOT IN does not look into a query that can give NULL.
    ///
    /// ## Why
    /// One NULL among the rows of the query makes `NOT IN` true of no row at all: nothing is left, without an error. NOT EXISTS does not care,
    /// and neither does NOT IN where the query leaves NULL out. `NOT x IN (…)` is the same. Only said of columns that are known to be NULL in
    /// some rows.
    /// Source: sql.md, section 4; rules.md, 2.5 (sql/not-in-subquery).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT JobID FROM _Job WHERE EventID NOT IN (SELECT TriggeredSendCustomerKey FROM _Job)
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT JobID FROM _Job WHERE EventID NOT IN
    /// (SELECT TriggeredSendCustomerKey FROM _Job WHERE TriggeredSendCustomerKey IS NOT NULL)
    /// ```
    pub NotInSubquery {
        id: "sql/not-in-subquery",
        aliases: ["MCE027"],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::InExpr> for NotInSubquery {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::InExpr) {
        if expr.not_token().is_some() == is_denied(expr.syntax()) {
            return;
        }
        let meaning = ctx.meaning();
        let Some(inner) = expr.in_list().and_then(|list| list.query()) else { return };
        let query = meaning.query_at(inner.range()).and_then(|query| meaning.query(query));
        let Some(query) = query.filter(|query| !query.open && query.columns.len() == 1 && !meaning.doubtful) else {
            return;
        };
        let nullable = query.columns.first().is_some_and(|column| column.nullability == Nullability::Maybe);
        if !nullable {
            return;
        }
        let edits = edits(ctx, meaning, expr, &inner, query);
        let range = query.columns.first().map_or(inner.range(), |column| column.range);
        let report = ctx.report::<Self>(range, "this can be NULL, and then NOT IN is true of no row");
        match edits {
            Some((title, edits)) => report.unsafe_fix(title, edits),
            None => report.help("ask by NOT EXISTS, or leave NULL out of the query"),
        };
    }
}

/// NOT EXISTS where what is looked for is never NULL: then both keep the same rows, but for the NULLs. Else the query without them.
fn edits(
    ctx: &SqlContext<'_>,
    meaning: &SqlMeaning,
    expr: &sql::InExpr,
    inner: &sql::Query,
    query: &Query,
) -> Option<(&'static str, Vec<TextEdit>)> {
    if ctx.is_broken(expr.range()) {
        return None;
    }
    let Some(QueryBody::Select(node)) = inner.query_body() else { return None };
    let [select] = query.selects.as_slice() else { return None };
    let select = meaning.select(*select)?;
    let item = node.items().next()?.expr()?.without_parens();
    // A column of the query around this one is NULL or not whatever this one leaves out.
    let of_inner = meaning.expr(&item)?.column.is_some_and(|column| select.sources.contains(&column.source));
    let plain = of_inner && matches!(item, Expr::NameExpr(_)) && !ctx.text(expr.range()).contains("--");
    let simple = plain && !select.top && inner.order_by_clause().is_none() && inner.limit_clause().is_none();
    if !simple {
        return None;
    }
    let column = ctx.text(item.range());
    if let Some(outer) = outer_name(ctx, meaning, expr, select)
        && select.grouping.group_by.is_none()
        && !select.grouping.having
    {
        let condition = format!("{column} = {outer}");
        let from = ctx.text(node.from_clause()?.range());
        // The NOT of `NOT x IN (…)` stays where it is.
        let not = if expr.not_token().is_some() { "NOT " } else { "" };
        let text = match node.where_clause().and_then(|clause| clause.expr()) {
            Some(filter) => {
                format!("{not}EXISTS (SELECT 1 {from} WHERE {} AND {condition})", grouped(ctx, &filter))
            }
            None => format!("{not}EXISTS (SELECT 1 {from} WHERE {condition})"),
        };
        return Some(("write NOT EXISTS", vec![TextEdit::replace(expr.range(), text)]));
    }
    let condition = format!("{column} IS NOT NULL");
    let edits = match node.where_clause().and_then(|clause| clause.expr()) {
        Some(filter) => vec![TextEdit::replace(filter.range(), format!("{} AND {condition}", grouped(ctx, &filter)))],
        None => vec![TextEdit::insert(node.from_clause()?.range().end(), format!(" WHERE {condition}"))],
    };
    Some(("leave NULL out of the query", edits))
}

/// What is looked for as it can be written inside of the query: a column that is never NULL, by a name that nothing inside has.
fn outer_name(ctx: &SqlContext<'_>, meaning: &SqlMeaning, expr: &sql::InExpr, inner: &Select) -> Option<String> {
    let operand = expr.expr()?.without_parens();
    let info = meaning.expr(&operand).filter(|info| info.nullability == Nullability::Never)?;
    let source = meaning.source(info.column?.source)?;
    let Expr::NameExpr(name) = &operand else { return None };
    let own = source.name.as_deref()?;
    let key = source.key.as_ref()?;
    let hides = |select: &Select| {
        let others = select.sources.iter().filter(|id| Some(**id) != info.column.map(|column| column.source));
        others.filter_map(|id| meaning.source(*id)).any(|other| other.key.as_ref().is_none_or(|other| other == key))
    };
    if hides(inner) {
        return None;
    }
    let mut around = inner.outer;
    while let Some(id) = around {
        let select = meaning.select(id).filter(|select| !hides(select))?;
        around = select.outer.filter(|_| id != source.select);
    }
    let text = ctx.text(operand.range());
    let qualified = name.name()?.parts().len() > 1;
    Some(if qualified { text.to_owned() } else { format!("{}.{text}", quoted_name(own)) })
}

/// A condition as an operand of AND.
fn grouped(ctx: &SqlContext<'_>, filter: &Expr) -> String {
    let text = ctx.text(filter.range());
    match filter {
        Expr::LogicalExpr(logical) if logical.op() == sql::LogicalOp::Or => format!("({text})"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, fixed, silent, silent_known, target::target, unfixed};

    const RULE: &str = "sql/not-in-subquery";

    #[test]
    fn on_what_can_be_null() {
        check_known(
            RULE,
            &target(),
            "
SELECT OrderId, EmailAddress FROM Report WHERE EmailAddress NOT IN (SELECT o.EmailAddress FROM Orders o)
//                                                                         ^^^^^^^^^^^^^^ warning: this can be NULL, and then NOT IN is true of no row
",
        );
        check(
            RULE,
            "
SELECT Id FROM t WHERE Id NOT IN (SELECT j.EventID FROM _Sent s LEFT JOIN _Job j ON j.JobID = s.JobID)
//                                       ^^^^^^^^^ this can be NULL
SELECT Id FROM t WHERE NOT Id IN (SELECT EventID FROM _Job) AND NOT ((Id IN (SELECT EventID FROM _Job)) OR a = 1)
//                                       ^^^^^^^ this can be NULL, and then NOT IN is true of no row
//                                                                                  ^^^^^^^ this can be NULL, and then NOT IN
",
        );
    }

    #[test]
    fn silent_where_it_is_never_null_or_nobody_knows() {
        for text in [
            "SELECT Id FROM t WHERE Id NOT IN (SELECT SubscriberKey FROM _Sent)",
            "SELECT Id FROM t WHERE Id NOT IN (SELECT EventID FROM _Job WHERE EventID IS NOT NULL)",
            "SELECT Id FROM t WHERE Id NOT IN (SELECT ISNULL(EventID, '') FROM _Job)",
            "SELECT Id FROM t WHERE Id NOT IN (SELECT Id FROM Orders)",
            "SELECT Id FROM t WHERE Id IN (SELECT EventID FROM _Job)",
            "SELECT Id FROM t WHERE NOT (Id NOT IN (SELECT EventID FROM _Job)) OR NOT (NOT Id IN (SELECT EventID FROM _Job))",
            "SELECT Id FROM t WHERE NOT Id IN (SELECT SubscriberKey FROM _Sent)",
            "SELECT Id FROM t WHERE Id NOT IN (SELECT EventID FROM _Job WHERE EventID LIKE 'a%')",
        ] {
            silent(RULE, text);
        }
        silent_known(
            RULE,
            &target(),
            "SELECT OrderId, EmailAddress FROM Orders WHERE OrderId NOT IN (SELECT OrderId FROM Report)",
        );
    }

    #[test]
    fn not_exists() {
        fixed(
            RULE,
            "SELECT s.JobID FROM _Sent s WHERE s.SubscriberKey NOT IN (SELECT EventID FROM _Job)",
            "SELECT s.JobID FROM _Sent s WHERE NOT EXISTS (SELECT 1 FROM _Job WHERE EventID = s.SubscriberKey)",
        );
        fixed(
            RULE,
            "SELECT JobID FROM _Sent WHERE SubscriberKey NOT IN (SELECT j.EventID FROM _Job j WHERE j.JobID = 1 OR j.JobID = 2)",
            "SELECT JobID FROM _Sent WHERE NOT EXISTS (SELECT 1 FROM _Job j WHERE (j.JobID = 1 OR j.JobID = 2) AND j.EventID = _Sent.SubscriberKey)",
        );
    }

    #[test]
    fn under_a_not_of_its_own() {
        fixed(
            RULE,
            "SELECT s.JobID FROM _Sent s WHERE NOT s.SubscriberKey IN (SELECT EventID FROM _Job)",
            "SELECT s.JobID FROM _Sent s WHERE NOT EXISTS (SELECT 1 FROM _Job WHERE EventID = s.SubscriberKey)",
        );
        fixed(
            RULE,
            "SELECT Id FROM t WHERE NOT (Id IN (SELECT EventID FROM _Job))",
            "SELECT Id FROM t WHERE NOT (Id IN (SELECT EventID FROM _Job WHERE EventID IS NOT NULL))",
        );
    }

    #[test]
    fn without_null_where_what_is_looked_for_can_be_null() {
        fixed(
            RULE,
            "SELECT JobID FROM _Job WHERE EventID NOT IN (SELECT EventID FROM _Job WHERE JobID > 5)",
            "SELECT JobID FROM _Job WHERE EventID NOT IN (SELECT EventID FROM _Job WHERE JobID > 5 AND EventID IS NOT NULL)",
        );
        fixed(
            RULE,
            "SELECT Id FROM t WHERE Id NOT IN (SELECT EventID FROM _Job)",
            "SELECT Id FROM t WHERE Id NOT IN (SELECT EventID FROM _Job WHERE EventID IS NOT NULL)",
        );
    }

    #[test]
    fn no_fix_for_a_column_of_the_outer_query() {
        unfixed(RULE, "SELECT s.JobID FROM _Sent s WHERE s.SubscriberKey NOT IN (SELECT EventID FROM _Job o WHERE o.)");
        unfixed(RULE, "SELECT j.JobID FROM _Job j WHERE j.EventID NOT IN (SELECT j.EventID FROM _Sent s)");
    }

    #[test]
    fn leaves_null_out_where_a_query_in_between_hides_the_name() {
        fixed(
            RULE,
            "SELECT s.JobID FROM _Sent s WHERE EXISTS (SELECT 1 FROM _Job s WHERE SubscriberKey NOT IN (SELECT EventID FROM _Job))",
            "SELECT s.JobID FROM _Sent s WHERE EXISTS (SELECT 1 FROM _Job s WHERE SubscriberKey NOT IN (SELECT EventID FROM _Job WHERE EventID IS NOT NULL))",
        );
    }
}
