use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize,
    ast::{AstNode, AstToken, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A data extension is called by its name, or by that behind `Ent.`.
    ///
    /// ## Why
    /// A table has no schema, database or business unit in front of its name: "The dbo.Orders table has a multi-part specification. This is
    /// not allowed." Only `Ent.` stands there, for what the parent business unit shares.
    /// Source: sql.md, sections 2 (tables) and 3 (sql/multipart-name).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT SubscriberKey FROM dbo.Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT SubscriberKey FROM Ent.Orders
    /// ```
    pub MultipartName {
        id: "sql/multipart-name",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Words the problem of a business unit's number in front of a name; says whether it is one.
pub(crate) fn words(ctx: &mut SqlContext<'_>, problem: &SqlProblem) -> bool {
    let text = ctx.text(problem.range);
    let Some((number, name)) = text.split_once('.') else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if !is_number || name.is_empty() || problem.kind != SqlProblemKind::UnquotedName {
        return false;
    }
    let prefix = TextRange::at(problem.range.start(), TextSize::of(number) + TextSize::of('.'));
    ctx.report::<MultipartName>(problem.range, "a data extension has no business unit in front of its name")
        .help("what the parent shares is called `Ent.…`; of other business units nothing can be read")
        .unsafe_fix(format!("write `{name}`"), [TextEdit::delete(prefix)]);
    true
}

impl CheckSql<sql::NamedTable> for MultipartName {
    fn check(ctx: &mut SqlContext<'_>, table: &sql::NamedTable) {
        let Some(name) = table.name() else { return };
        let parts = name.parts();
        if parts.len() < 2 || ctx.is_broken(name.range()) || parts.iter().flatten().any(|part| part.has_placeholder()) {
            return;
        }
        let is_ent = |part: &Option<sql::NameToken>| part.as_ref().is_some_and(|part| part.key() == "ent");
        if parts.len() == 2 && parts.first().is_some_and(is_ent) {
            return;
        }
        let range = name.range();
        let prefixes = of_columns(table, &parts);
        let report = ctx.report::<Self>(range, "a data extension has nothing but `Ent.` in front of its name");
        if let Some(Some(last)) = parts.last() {
            let start = last.syntax().text_range().start();
            let mut edits = vec![TextEdit::delete(TextRange::new(range.start(), start))];
            edits.extend(prefixes);
            edits.sort_by_key(|edit| edit.range.start());
            report.unsafe_fix(format!("write `{}`", last.text()), edits);
        }
    }
}

/// How long a SELECT is in which columns are looked for: each of its tables can have a prefix.
const MAX_LEN: TextSize = TextSize::new(16 << 10);

/// What takes the same prefix from the columns of the table: `dbo.Orders.OrderId`.
fn of_columns(table: &sql::NamedTable, parts: &[Option<sql::NameToken>]) -> Vec<TextEdit> {
    let select = table.syntax().ancestors().find_map(sql::Select::cast);
    let Some(select) = select.filter(|select| select.range().len() < MAX_LEN) else { return Vec::new() };
    let is_same = |a: &Option<sql::NameToken>, b: &Option<sql::NameToken>| match (a, b) {
        (Some(a), Some(b)) => a.is_same(b),
        _ => a.is_none() && b.is_none(),
    };
    let names = select.syntax().descendants().filter(|node| {
        let parent = node.parent().map(|parent| parent.kind());
        node.kind() == SyntaxKind::SQL_NAME
            && matches!(parent, Some(SyntaxKind::SQL_NAME_EXPR | SyntaxKind::SQL_STAR_EXPR))
    });
    let prefix = |node: SyntaxNode| {
        let of_star = node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::SQL_STAR_EXPR);
        let name = sql::Name::cast(node)?;
        let own = name.parts();
        let fits = own.len() == parts.len() + usize::from(!of_star);
        let alike = fits && own.iter().zip(parts).all(|(a, b)| is_same(a, b));
        let kept = own.get(parts.len().checked_sub(1)?).filter(|_| alike)?.as_ref()?;
        Some(TextEdit::delete(TextRange::new(name.range().start(), kept.syntax().text_range().start())))
    };
    names.filter_map(prefix).collect()
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_whole_name() {
        check(
            "sql/multipart-name",
            "
SELECT a FROM dbo.t JOIN [100].u ON 1 = 1 JOIN Ent.dbo.v ON 1 = 1 JOIN a..b ON 1 = 1
//            ^^^^^ error: nothing but `Ent.`
//                       ^^^^^^^ nothing but `Ent.`
//                                             ^^^^^^^^^ nothing but `Ent.`
//                                                                     ^^^^ nothing but `Ent.`
",
        );
    }

    #[test]
    fn on_the_number_of_a_business_unit() {
        check(
            "sql/multipart-name",
            "
SELECT a FROM 5123456.Orders
//            ^^^^^^^^^^^^^^ error: no business unit in front of its name
",
        );
    }

    #[test]
    fn silent_on_ent_and_on_columns() {
        for text in
            ["SELECT t.a FROM ENT.t JOIN [Ent].[u] ON t.b = u.b", "SELECT a FROM [dbo.t]", "SELECT a FROM {{{ent}}}.t"]
        {
            silent("sql/multipart-name", text);
        }
    }

    #[test]
    fn leaves_the_name() {
        fixed("sql/multipart-name", "SELECT a FROM dbo.[My Orders] o", "SELECT a FROM [My Orders] o");
        fixed(
            "sql/multipart-name",
            "SELECT dbo.Orders.a, [dbo].orders.*, Orders.b, x.Orders.c FROM dbo.Orders WHERE DBO.[Orders].d = 1",
            "SELECT Orders.a, orders.*, Orders.b, x.Orders.c FROM Orders WHERE [Orders].d = 1",
        );
    }
}
