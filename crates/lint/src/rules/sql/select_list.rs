use sfmc_diagnostics::Severity;
use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    SyntaxKind, SyntaxToken, TextEdit, TextRange, TextSize,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A select list names its columns, with one comma between two.
    ///
    /// ## Why
    /// A list that is empty, ends with a comma or lacks one does not compile. Where only one comma is missing, the second name is read as
    /// the alias of the first, which no message tells: such an alias on a line of its own, which is a column of the table, is a hint.
    /// Source: sql.md, section 3 (sql/select-list).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey, EmailAddress, FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey, EmailAddress FROM Orders
    /// ```
    pub SelectList {
        id: "sql/select-list",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// Words a problem of a select list; says whether it is one.
pub(crate) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    use SqlProblemKind::{ExpectedExpression, MissingComma, TrailingComma};
    if !matches!(problem.kind, ExpectedExpression | MissingComma | TrailingComma) {
        return false;
    }
    let at = problem.range.start();
    let token = if problem.kind == TrailingComma { ctx.token_at(at) } else { ctx.token_before(at) };
    // The list is the innermost thing that the place belongs to: an expression of its own has other problems.
    let mut nodes = token.iter().flat_map(|token| token.parent_ancestors());
    let list = match problem.kind {
        TrailingComma => token.as_ref().and_then(|token| token.parent()),
        ExpectedExpression => {
            let follows = matches!(
                token.as_ref().map(|token| token.kind()),
                Some(SyntaxKind::COMMA | SyntaxKind::SELECT_KW | SyntaxKind::DISTINCT_KW | SyntaxKind::ALL_KW)
            );
            let parent = token.as_ref().and_then(|token| token.parent());
            parent.filter(|node| follows && matches!(node.kind(), SyntaxKind::SQL_SELECT_LIST | SyntaxKind::SQL_SELECT))
        }
        _ => nodes.find(|node| {
            matches!(
                node.kind(),
                SyntaxKind::SQL_SELECT_LIST
                    | SyntaxKind::SQL_ARG_LIST
                    | SyntaxKind::SQL_SUBQUERY
                    | SyntaxKind::SQL_IN_LIST
                    | SyntaxKind::SQL_TUPLE_EXPR
            ) && node.text_range().start() < at
        }),
    };
    if !list.is_some_and(|list| matches!(list.kind(), SyntaxKind::SQL_SELECT_LIST | SyntaxKind::SQL_SELECT)) {
        return false;
    }
    match problem.kind {
        TrailingComma => match token.and_then(|comma| second_distinct(&comma)) {
            Some(distinct) => {
                let range = distinct.text_range();
                let report =
                    ctx.report::<SelectList>(range, "DISTINCT stands once, behind SELECT, and is about all columns");
                report.unsafe_fix("remove DISTINCT", [TextEdit::delete(range)]);
            }
            None => {
                let report = ctx.report::<SelectList>(problem.range, "nothing follows this comma");
                report.fix("remove the comma", [TextEdit::delete(problem.range)]);
            }
        },
        MissingComma => {
            let (at, called) = match token.and_then(|token| name_of_call(&token)) {
                Some((at, call)) => (at, Some(call)),
                None => (at, None),
            };
            let range = if called.is_some() { TextRange::empty(at) } else { problem.range };
            let report = ctx.report::<SelectList>(range, "a comma is missing between these columns");
            report.unsafe_fix("insert a comma", [TextEdit::insert(at, ",")]);
            if let Some(call) = called {
                // What its parentheses hold was read as a column.
                ctx.mute(call);
            }
        }
        _ => {
            ctx.report::<SelectList>(problem.range, "a column is missing here");
        }
    }
    true
}

/// `Status` and `Qty` on two lines, without a comma: the second is read as the alias of the first.
impl CheckSql<sql::SelectItem> for SelectList {
    fn check(ctx: &mut SqlContext<'_>, item: &sql::SelectItem) {
        let (Some(expr), Some(alias)) = (item.expr(), item.alias()) else { return };
        let column = matches!(expr, sql::Expr::NameExpr(_));
        let Some(name) = alias.name().filter(|_| column && alias.as_token().is_none()) else { return };
        let between = TextRange::new(expr.range().end(), alias.range().start());
        let meaning = ctx.meaning();
        if !ctx.text(between).contains('\n') || meaning.doubtful || ctx.is_broken(item.range()) {
            return;
        }
        let Some(id) = meaning.expr(&expr).and_then(|info| info.column) else { return };
        let Some(source) = meaning.source(id.source) else { return };
        // Of another source it would need no comma to be wrong.
        let other = source.columns.place(&name.key()).is_some_and(|place| place != id.column);
        if !other {
            return;
        }
        let message = format!("`{}` is a column, and an alias here: a comma may be missing", name.value());
        ctx.report::<Self>(alias.range(), message)
            .severity(Severity::Hint)
            .help("to give that name to another column, write AS")
            .unsafe_fix("insert a comma", [TextEdit::insert(expr.range().end(), ",")]);
    }
}

/// The DISTINCT behind a comma.
fn second_distinct(comma: &SyntaxToken) -> Option<SyntaxToken> {
    next_solid(comma).filter(|next| next.kind() == SyntaxKind::DISTINCT_KW)
}

/// Where the comma belongs in `a COUNT(b)`, of which COUNT was read as an alias of `a`; and the call.
fn name_of_call(name: &SyntaxToken) -> Option<(TextSize, TextRange)> {
    let alias = name.parent().and_then(sql::Alias::cast).filter(|alias| alias.as_token().is_none())?;
    let paren = next_solid(name).filter(|next| next.kind() == SyntaxKind::L_PAREN)?;
    let item = alias.syntax().parent().and_then(sql::SelectItem::cast)?;
    let end = paren.parent().map_or(paren.text_range().end(), |node| node.text_range().end());
    Some((item.expr()?.range().end(), TextRange::new(alias.range().start(), end)))
}

fn next_solid(token: &SyntaxToken) -> Option<SyntaxToken> {
    std::iter::successors(token.next_token(), |token| token.next_token()).find(|token| !token.kind().is_trivia())
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, check_known, fixed, silent, silent_known, target::target};

    #[test]
    fn commas() {
        check(
            "sql/select-list",
            "
SELECT a, b, FROM t
//         ^ error: nothing follows this comma
SELECT a x b FROM t
//        | a comma is missing
SELECT FROM t
//    | a column is missing
SELECT a,, b FROM t
//       | a column is missing
SELECT DISTINCT
//             | a column is missing
SELECT DISTINCT (a), DISTINCT b FROM t
//                   ^^^^^^^^ DISTINCT stands once
SELECT a MAX(b) AS m FROM t
//      | a comma is missing
SELECT a COUNT(*) AS c FROM t
//      | a comma is missing
",
        );
    }

    #[test]
    fn silent_on_other_lists_and_whole_ones() {
        for text in [
            "SELECT a, b c, d AS e, f = g FROM t",
            "SELECT a FROM t ORDER BY a,",
            "SELECT COALESCE(a, ) FROM t",
            "SELECT a + FROM t",
            "SELECT c.a, .b FROM t c",
            "SELECT a FROM t WHERE b IN (1 2)",
            "SELECT *, 1 AS x FROM t",
        ] {
            silent("sql/select-list", text);
        }
    }

    #[test]
    fn columns_that_became_aliases() {
        check_known(
            "sql/select-list",
            &target(),
            "
SELECT OrderId, City
Total, Placed FROM Orders
//<^^ hint: `Total` is a column, and an alias here
",
        );
        for text in [
            "SELECT OrderId, City Total FROM Orders",
            "SELECT OrderId, City\n AS Total FROM Orders",
            "SELECT OrderId, City\n City FROM Orders",
            "SELECT OrderId, City\n Town FROM Orders",
            "SELECT OrderId, UPPER(City)\n Total FROM Orders",
            "SELECT a\n b FROM Unheard",
        ] {
            silent_known("sql/select-list", &target(), text);
        }
        fixed(
            "sql/select-list",
            "SELECT d.a\n b\nFROM (SELECT 1 AS a, 2 AS b) d",
            "SELECT d.a,\n b\nFROM (SELECT 1 AS a, 2 AS b) d",
        );
    }

    #[test]
    fn mends_a_comma() {
        fixed("sql/select-list", "SELECT a, b, FROM t", "SELECT a, b FROM t");
        fixed("sql/select-list", "SELECT a MAX(b) AS m FROM t", "SELECT a, MAX(b) AS m FROM t");
        fixed("sql/select-list", "SELECT c.a\n       c.b\nFROM t c", "SELECT c.a,\n       c.b\nFROM t c");
    }
}
