use sfmc_syntax::{
    NodeOrToken, SyntaxKind, SyntaxToken, TextEdit,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// The commas of a select list over several lines stand where its lines begin.
    ///
    /// ## Why
    /// A column can be taken out by commenting out its line, and a comma that is missing is seen at once. The server takes both, so this is
    /// off until it is asked for. Source: rules.md, 2.5 (sql/leading-comma).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT
    ///     OrderId,
    ///     Placed
    /// FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT
    ///     OrderId
    ///     , Placed
    /// FROM Orders
    /// ```
    pub LeadingComma {
        id: "sql/leading-comma",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectList> for LeadingComma {
    fn check(ctx: &mut SqlContext<'_>, list: &sql::SelectList) {
        if ctx.is_broken(list.range()) {
            return;
        }
        let commas = list.syntax().children_with_tokens().filter_map(NodeOrToken::into_token);
        for comma in commas.filter(|token| token.kind() == SyntaxKind::COMMA) {
            let Some(next) = first_of_next_line(&comma) else { continue };
            let range = comma.text_range();
            let edits = [TextEdit::delete(range), TextEdit::insert(next.text_range().start(), ", ")];
            ctx.report::<Self>(range, "this comma ends a line").fix("begin the next line with it", edits);
        }
    }
}

/// What a comma separates from what stands before it, if it begins a line.
fn first_of_next_line(comma: &SyntaxToken) -> Option<SyntaxToken> {
    let mut ends_line = false;
    let mut token = comma.next_token()?;
    while token.kind().is_trivia() {
        ends_line |= token.text().contains('\n');
        token = token.next_token()?;
    }
    ends_line.then_some(token)
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_comma() {
        check(
            "sql/leading-comma",
            "
SELECT a,
//      ^ hint: this comma ends a line
       b, c
FROM t
",
        );
    }

    #[test]
    fn silent_elsewhere() {
        for text in [
            "SELECT a, b, c FROM t",
            "SELECT\n    a\n    , b\n    , COALESCE(c,\n        d) AS e\nFROM t",
            "SELECT a\nFROM t\nGROUP BY a,\n    b",
            "SELECT a,\nFROM t",
        ] {
            silent("sql/leading-comma", text);
        }
    }

    #[test]
    fn moves_it() {
        fixed("sql/leading-comma", "SELECT\n    a,\n    b\nFROM t", "SELECT\n    a\n    , b\nFROM t");
        fixed(
            "sql/leading-comma",
            "SELECT\n    a, -- one\n    /* two */ b\nFROM t",
            "SELECT\n    a -- one\n    /* two */ , b\nFROM t",
        );
    }
}
