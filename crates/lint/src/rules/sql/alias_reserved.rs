use sfmc_syntax::{
    SyntaxKind,
    ast::{AstNode, AstToken, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// The alias of a table, or of a column of an inner query, is no word of the language.
    ///
    /// ## Why
    /// A reserved word is a name only in brackets, wherever it is used: one place without them, and the query does not parse. What the outer
    /// query returns is called as the field of the data extension is; that is not looked at. Without brackets it is
    /// `sql/unquoted-name`.
    /// Source: sql.md, sections 4 and 8.
    ///
    /// ## Bad
    /// ```sql
    /// SELECT [order].Id FROM Orders AS [order]
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT o.Id FROM Orders AS o
    /// ```
    pub AliasReserved {
        id: "sql/alias-reserved",
        aliases: [],
        group: Style,
        severity: Hint,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckSql<sql::Alias> for AliasReserved {
    fn check(ctx: &mut SqlContext<'_>, alias: &sql::Alias) {
        let Some(name) = alias.name().filter(|name| !name.has_placeholder()) else { return };
        if name.syntax().kind() == SyntaxKind::IDENT || !sfmc_sql::is_reserved_word(&name.value()) || is_returned(alias)
        {
            return;
        }
        let word = name.value();
        ctx.report::<Self>(
            name.syntax().text_range(),
            format!("`{word}` is a word of the language: it needs brackets wherever it is used"),
        );
    }
}

/// Whether it names what the outermost query returns.
fn is_returned(alias: &sql::Alias) -> bool {
    let item = alias.syntax().parent().filter(|node| node.kind() == SyntaxKind::SQL_SELECT_ITEM);
    let Some(item) = item else { return false };
    let mut queries = item.ancestors().filter(|node| node.kind() == SyntaxKind::SQL_QUERY);
    let outer = queries.next().and_then(|query| query.parent());
    outer.is_some_and(|node| matches!(node.kind(), SyntaxKind::SQL_SELECT_STMT | SyntaxKind::SQL_PAREN_QUERY))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    const RULE: &str = "sql/alias-reserved";

    #[test]
    fn on_the_name() {
        check(
            RULE,
            r#"
SELECT [Key].[user] FROM (SELECT a AS "User" FROM t [Group]) [Key]
//                                    ^^^^^^ hint: `User` is a word of the language
//                                                  ^^^^^^^ `Group` is
//                                                           ^^^^^ `Key` is
"#,
        );
    }

    #[test]
    fn silent_on_names_and_on_fields() {
        for text in [
            "SELECT a AS [Order] FROM t",
            "SELECT a AS [Date], b AS [Name] FROM t [Status]",
            "SELECT x.[Key] FROM (SELECT [Key] FROM t) x",
            "SELECT a AS [Order Id] FROM t AS [Order Lines]",
        ] {
            silent(RULE, text);
        }
    }
}
