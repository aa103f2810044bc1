use sfmc_sql::{SqlProblem, SqlProblemKind};
use sfmc_syntax::{
    TextEdit, TextRange, TextSize,
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
        let report = ctx.report::<Self>(range, "a data extension has nothing but `Ent.` in front of its name");
        if let Some(Some(last)) = parts.last() {
            let start = last.syntax().text_range().start();
            report.unsafe_fix(
                format!("write `{}`", last.text()),
                [TextEdit::delete(TextRange::new(range.start(), start))],
            );
        }
    }
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
    }
}
