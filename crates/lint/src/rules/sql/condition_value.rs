use sfmc_catalog::sql::function;
use sfmc_semantic::sql::{SqlMeaning, SqlType, Target};
use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit, TextRange,
    ast::{
        AstNode,
        sql::{self, Expr},
    },
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// Conditions stand where something is asked, and values everywhere else.
    ///
    /// ## Why
    /// T-SQL has no type for true and false: a Boolean field is a number, 1 or 0. WHERE, ON, HAVING, NOT and WHEN want a comparison, and the
    /// server refuses a value there (message 4145); in a list, in ORDER BY or in a function it refuses a comparison. CASE makes a value of a
    /// condition. Source: sql.md, section 7 (grammar), and T-SQL's reference (search condition).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM _Open WHERE IsUnique
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM _Open WHERE IsUnique = 1
    /// ```
    pub ConditionValue {
        id: "sql/condition-value",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

// --- values where a condition belongs

impl CheckSql<sql::WhereClause> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, clause: &sql::WhereClause) {
        asked(ctx, clause.expr(), "WHERE");
    }
}

impl CheckSql<sql::OnClause> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, clause: &sql::OnClause) {
        asked(ctx, clause.expr(), "ON");
    }
}

impl CheckSql<sql::HavingClause> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, clause: &sql::HavingClause) {
        asked(ctx, clause.expr(), "HAVING");
    }
}

impl CheckSql<sql::CaseExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, case: &sql::CaseExpr) {
        // `CASE x WHEN 1` compares with values.
        if case.operand().is_none() {
            for arm in case.arms() {
                asked(ctx, arm.condition(), "WHEN");
            }
        }
    }
}

impl CheckSql<sql::CallExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, call: &sql::CallExpr) {
        if call.is_call_of("IIF") && call.args().count() == 3 {
            asked(ctx, call.args().next(), "IIF");
        }
    }
}

/// Looks for values among the parts of what should be a condition.
fn asked(ctx: &mut SqlContext<'_>, expr: Option<Expr>, place: &str) {
    let mut open: Vec<Expr> = expr.into_iter().collect();
    while let Some(expr) = open.pop() {
        match &expr {
            Expr::ParenExpr(parens) => open.extend(parens.expr()),
            Expr::NotExpr(not) => open.extend(not.expr()),
            Expr::LogicalExpr(logical) => open.extend(logical.operands()),
            _ if is_value(ctx, &expr) => value(ctx, &expr, place),
            _ => {}
        }
    }
}

/// Whether an expression is surely a value: not one that nobody knows here, nor one that another rule refuses.
fn is_value(ctx: &SqlContext<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::NameExpr(name) => name.name().is_some_and(|name| {
            let parts = name.parts();
            let plain = |part: &Option<sql::NameToken>| {
                part.as_ref().is_some_and(|part| !part.has_placeholder() && !is_sign(ctx.text(part_range(part))))
            };
            !name.lacks_brackets() && parts.iter().all(plain)
        }),
        Expr::CallExpr(call) => {
            let name = call.name().filter(|name| name.parts().len() == 1).and_then(|name| name.last());
            name.is_some_and(|name| function(&name.value()).is_some())
        }
        Expr::Literal(_)
        | Expr::CaseExpr(_)
        | Expr::CastExpr(_)
        | Expr::ConvertExpr(_)
        | Expr::Subquery(_)
        | Expr::UnaryExpr(_)
        | Expr::ArithExpr(_)
        | Expr::CollateExpr(_)
        | Expr::TimeZoneExpr(_) => true,
        _ => false,
    }
}

fn part_range(part: &sql::NameToken) -> sfmc_syntax::TextRange {
    use sfmc_syntax::ast::AstToken;
    part.syntax().text_range()
}

/// `@x`, `#x`: another rule says what is wrong with it.
fn is_sign(text: &str) -> bool {
    text.starts_with(['@', '#', '$', '%'])
}

fn value(ctx: &mut SqlContext<'_>, expr: &Expr, place: &str) {
    let range = expr.range();
    let meaning = ctx.meaning();
    if meaning.doubtful || is_beside_trouble(ctx, expr.syntax()) || is_no_column(meaning, expr) {
        return;
    }
    let is_bit = meaning.expr(expr).is_some_and(|info| info.ty == SqlType::Bit);
    let text = ctx.text(range);
    let message = format!("{place} needs a comparison here, and this is a value");
    let report = ctx.report::<ConditionValue>(range, message);
    if is_bit && matches!(expr, Expr::NameExpr(_)) {
        report
            .help("a Boolean field is 1 or 0")
            .fix(format!("write `{text} = 1`"), [TextEdit::insert(range.end(), " = 1")]);
    } else {
        report.help("compare it with something: `x = 1`, `x IS NOT NULL`, `x <> ''`");
    }
}

/// Whether this rule says of a word that it is no condition.
pub(super) fn speaks_of(ctx: &SqlContext<'_>, word: &SyntaxNode) -> bool {
    let mut around = word.ancestors().skip(1);
    let place = around.find(|node| {
        !matches!(node.kind(), SyntaxKind::SQL_PAREN_EXPR | SyntaxKind::SQL_NOT_EXPR | SyntaxKind::SQL_LOGICAL_EXPR)
    });
    let asks = place.is_some_and(|place| {
        matches!(place.kind(), SyntaxKind::SQL_WHERE_CLAUSE | SyntaxKind::SQL_ON_CLAUSE | SyntaxKind::SQL_HAVING_CLAUSE)
    });
    let meaning = ctx.meaning();
    asks && !meaning.doubtful
        && !is_beside_trouble(ctx, word)
        && Expr::cast(word.clone()).is_some_and(|expr| is_value(ctx, &expr) && !is_no_column(meaning, &expr))
}

/// Whether another rule says that there is no such column: what is asked of it comes with the right name.
fn is_no_column(meaning: &SqlMeaning, expr: &Expr) -> bool {
    let reference = meaning.reference_at(expr.range().end()).filter(|_| matches!(expr, Expr::NameExpr(_)));
    reference.is_some_and(|reference| matches!(reference.target, Target::Absent(_) | Target::NoSource))
}

/// Whether the parser found something wrong at a node or at the words beside it, or a placeholder stands there.
fn is_beside_trouble(ctx: &SqlContext<'_>, node: &SyntaxNode) -> bool {
    let (mut before, mut after) = (node.first_token(), node.last_token());
    let mut range = node.text_range();
    for _ in 0..3 {
        before = before.and_then(|token| token.prev_token());
        after = after.and_then(|token| token.next_token());
        for token in before.iter().chain(after.iter()) {
            if token.kind() == SyntaxKind::PLACEHOLDER {
                return true;
            }
            range = range.cover(token.text_range());
        }
        let done = |token: &Option<sfmc_syntax::SyntaxToken>| token.as_ref().is_none_or(|t| !t.kind().is_trivia());
        if done(&before) && done(&after) {
            break;
        }
    }
    ctx.is_broken(range)
}

// --- conditions where a value belongs

impl CheckSql<sql::CompareExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::CompareExpr) {
        condition(ctx, expr.syntax());
    }
}

impl CheckSql<sql::LogicalExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::LogicalExpr) {
        condition(ctx, expr.syntax());
    }
}

impl CheckSql<sql::NotExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::NotExpr) {
        condition(ctx, expr.syntax());
    }
}

impl CheckSql<sql::BetweenExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::BetweenExpr) {
        condition(ctx, expr.syntax());
    }
}

impl CheckSql<sql::InExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::InExpr) {
        condition(ctx, expr.syntax());
    }
}

impl CheckSql<sql::LikeExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::LikeExpr) {
        condition(ctx, expr.syntax());
    }
}

impl CheckSql<sql::IsNullExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::IsNullExpr) {
        condition(ctx, expr.syntax());
    }
}

impl CheckSql<sql::ExistsExpr> for ConditionValue {
    fn check(ctx: &mut SqlContext<'_>, expr: &sql::ExistsExpr) {
        condition(ctx, expr.syntax());
    }
}

/// Whether something stands between CASE and its first WHEN. Nothing behind that is looked at: every WHEN asks.
fn has_operand(case: &SyntaxNode) -> bool {
    let mut before = case.children().take_while(|child| child.kind() != SyntaxKind::SQL_WHEN_ARM);
    before.any(|child| Expr::can_cast(child.kind()))
}

/// Reports a condition that stands where a value belongs.
fn condition(ctx: &mut SqlContext<'_>, node: &SyntaxNode) {
    let mut outer = node.clone();
    let parent = loop {
        let Some(parent) = outer.parent() else { return };
        if parent.kind() != SyntaxKind::SQL_PAREN_EXPR {
            break parent;
        }
        outer = parent;
    };
    // What can be mended by writing CASE around it, and what can be meant otherwise.
    let mendable = match parent.kind() {
        SyntaxKind::SQL_SELECT_ITEM | SyntaxKind::SQL_ORDER_ITEM | SyntaxKind::SQL_ELSE_ARM => true,
        SyntaxKind::SQL_WHEN_ARM => {
            let Some(arm) = sql::WhenArm::cast(parent.clone()) else { return };
            let is_result = arm.result().is_some_and(|result| *result.syntax() == outer);
            let compared = parent.parent().is_some_and(|case| has_operand(&case));
            if !is_result && !compared {
                return;
            }
            is_result
        }
        SyntaxKind::SQL_ARG_LIST => {
            let Some(call) = parent.parent().and_then(sql::CallExpr::cast) else { return };
            let name = call.name().filter(|name| name.parts().len() == 1).and_then(|name| name.last());
            let known = name.is_some_and(|name| function(&name.value()).is_some());
            let first = call.args().next().is_some_and(|first| *first.syntax() == outer);
            // `OPENROWSET(BULK …, FORMAT = 'CSV')` names its arguments.
            let table = call.syntax().parent().is_some_and(|parent| parent.kind() == SyntaxKind::SQL_FUNCTION_TABLE);
            if !known || table || (first && call.is_call_of("IIF")) {
                return;
            }
            ["SUM", "MIN", "MAX", "AVG"].iter().any(|name| call.is_call_of(name))
        }
        SyntaxKind::SQL_GROUP_BY_CLAUSE
        | SyntaxKind::SQL_PARTITION_CLAUSE
        | SyntaxKind::SQL_ARITH_EXPR
        | SyntaxKind::SQL_CAST_EXPR
        | SyntaxKind::SQL_CONVERT_EXPR => true,
        SyntaxKind::SQL_COMPARE_EXPR | SyntaxKind::SQL_IS_NULL_EXPR => false,
        SyntaxKind::SQL_CASE_EXPR => false,
        _ => return,
    };
    if ctx.meaning().doubtful || is_beside_trouble(ctx, &outer) || is_beside_trouble(ctx, node) {
        return;
    }
    let compared = first_comparison(&parent, node);
    let mendable = mendable && !matches!(compared, Some(Compared::Alone(_)));
    let range = compared.map_or(node.text_range(), |compared| compared.range().cover(node.text_range()));
    let text = ctx.text(range);
    let report = ctx
        .report::<ConditionValue>(range, "a condition is no value in T-SQL")
        .help("make one of it: `CASE WHEN … THEN 1 ELSE 0 END`");
    if mendable && !text.contains("--") {
        let edits = [TextEdit::replace(range, format!("CASE WHEN {text} THEN 1 ELSE 0 END"))];
        report.unsafe_fix("write CASE around it", edits);
    }
}

/// The first word of `a = 1 AND b = 2` in a list, which was read as the alias of the rest.
enum Compared {
    /// An alias follows the whole.
    Named(TextRange),
    /// Nothing says what the column is to be called.
    Alone(TextRange),
}

impl Compared {
    fn range(&self) -> TextRange {
        match self {
            Compared::Named(range) | Compared::Alone(range) => *range,
        }
    }
}

/// What stands before a condition in a list and belongs to it: of `a = b = 1` the first is a name, of `a = 1 AND b = 2` it is compared, and
/// so it is where a name follows the whole.
fn first_comparison(item: &SyntaxNode, node: &SyntaxNode) -> Option<Compared> {
    let item = sql::SelectItem::cast(item.clone())?;
    let alias = item.leading_alias()?.range();
    if item.alias().is_some() {
        return Some(Compared::Named(alias));
    }
    let Expr::LogicalExpr(logical) = Expr::cast(node.clone())? else { return None };
    logical.operands().next().is_some_and(|first| !is_condition(&first)).then_some(Compared::Alone(alias))
}

/// Whether an expression is true or false, and no value.
fn is_condition(expr: &Expr) -> bool {
    matches!(
        expr.clone().without_parens(),
        Expr::CompareExpr(_)
            | Expr::InExpr(_)
            | Expr::LikeExpr(_)
            | Expr::BetweenExpr(_)
            | Expr::IsNullExpr(_)
            | Expr::ExistsExpr(_)
            | Expr::LogicalExpr(_)
            | Expr::NotExpr(_)
    )
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    const RULE: &str = "sql/condition-value";

    #[test]
    fn values_in_the_place_of_conditions() {
        check(
            RULE,
            "
SELECT CASE WHEN t.a THEN 1 END AS b, IIF(LEN(a), 1, 0) AS c FROM t JOIN u ON u.k WHERE NOT (Qty) OR 1 HAVING COUNT(*)
//               ^^^ error: WHEN needs a comparison here
//                                        ^^^^^^ IIF needs a comparison here
//                                                                            ^^^ ON needs a comparison here
//                                                                                           ^^^ WHERE needs a comparison
//                                                                                                   ^ WHERE needs a comparison
//                                                                                                            ^^^^^^^^ HAVING needs
",
        );
    }

    #[test]
    fn conditions_in_the_place_of_values() {
        check(
            RULE,
            "
SELECT Qty > 1 AS a, (b = c) AS d, COUNT(e = 1) AS f, g IS NULL AS h FROM t ORDER BY (i LIKE 'x%'), j IN (1) DESC
//     ^^^^^^^ error: a condition is no value in T-SQL
//                    ^^^^^ a condition is no value
//                                       ^^^^^ a condition is no value
//                                                    ^^^^^^^^^ a condition is no value
//                                                                                    ^^^^^^^^^^^ a condition is no value
//                                                                                                  ^^^^^^^^ a condition is no value
SELECT CASE a WHEN b > 1 THEN 1 ELSE EXISTS (SELECT 1 FROM u) END AS c, NOT d AS e, CAST(f AND g AS bit) AS h FROM t
//                 ^^^^^ a condition is no value
//                                   ^^^^^^^^^^^^^^^^^^^^^^^^ a condition is no value
//                                                                      ^^^^^ a condition is no value
//                                                                                       ^^^^^^^ a condition is no value
",
        );
    }

    #[test]
    fn silent_where_they_fit_or_nobody_knows() {
        for text in [
            "SELECT CASE WHEN a = 1 THEN 2 END AS b, CASE c WHEN 1 THEN 2 END AS d, IIF(a = 1, 2, 3) AS e FROM t",
            "SELECT a = b, c = (d) FROM t WHERE (((a = 1)) OR NOT (b LIKE 'x')) AND EXISTS (SELECT 1 FROM u)",
            "SELECT a FROM t WHERE {{{condition}}} AND @active",
            "SELECT a FROM t WHERE a = 1 AND {{{more}}}",
            "SELECT a FROM t WHERE a REGEXP 'x' AND MyTest(a) AND CONTAINS(a, 'x')",
            "SELECT a FROM t WHERE Status LIKEE 'x'",
            "SELECT a FROM t WHERE Status ==",
            "SELECT a FROM t WHERE a < b < c",
            "SELECT IF(a > 1, 2, 3) AS b, dbo.f(a = 1) AS c FROM t",
            "SELECT a FROM t WHERE a IN (SELECT b FROM u WHERE b > 1)",
            "UPDATE t SET a = b > 1",
            "SELECT a FROM t WHERE (b > 1) IS DISTINCT FROM (c > 1)",
            "SELECT a FROM OPENROWSET(BULK 'x', FORMAT = 'CSV') AS b",
        ] {
            silent(RULE, text);
        }
    }

    #[test]
    fn compares_a_boolean_column() {
        fixed(
            RULE,
            "SELECT JobID FROM _Open WHERE NOT (IsUnique) AND JobID = 1",
            "SELECT JobID FROM _Open WHERE NOT (IsUnique = 1) AND JobID = 1",
        );
        unfixed(RULE, "SELECT JobID FROM _Open WHERE JobID");
        // That there is no such column is said.
        silent(RULE, "SELECT JobID FROM _Open WHERE IsActive");
    }

    #[test]
    fn writes_case() {
        fixed(RULE, "SELECT (Qty > 1) AS a FROM t", "SELECT (CASE WHEN Qty > 1 THEN 1 ELSE 0 END) AS a FROM t");
        unfixed(RULE, "SELECT Qty FROM t WHERE (a > 1) = (b > 1)");
        // What stands before the first `=` belongs to the condition where it is no name for it.
        fixed(
            RULE,
            "SELECT a = 'x' AND b = 'y' AS c FROM t",
            "SELECT CASE WHEN a = 'x' AND b = 'y' THEN 1 ELSE 0 END AS c FROM t",
        );
        fixed(
            RULE,
            "SELECT c = a = 'x' AND b = 1 FROM t",
            "SELECT c = CASE WHEN a = 'x' AND b = 1 THEN 1 ELSE 0 END FROM t",
        );
        unfixed(RULE, "SELECT a = 'x' AND b = 'y' FROM t");
        for (value, behind) in
            [("UPPER('a')", "AND b = 'y'"), ("(x)", "AND b = 'y'"), ("CAST(1 AS int)", "OR c = 1"), ("'a'", "IN ('b')")]
        {
            let fixed_text = format!("SELECT CASE WHEN a = {value} {behind} THEN 1 ELSE 0 END AS c FROM t");
            fixed(RULE, &format!("SELECT a = {value} {behind} AS c FROM t"), &fixed_text);
        }
        unfixed(RULE, "SELECT a = UPPER('x') AND b = 'y' FROM t");
    }
}
