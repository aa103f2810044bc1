use sfmc_syntax::{
    SyntaxKind, TextEdit, TextRange,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// A statement has one sign for "not equal".
    ///
    /// ## Why
    /// `<>` and `!=` mean the same; both in one statement make readers look for a difference. The server takes both, so this is off until
    /// it is asked for. Source: rules.md, 2.5 (sql/neq-style).
    ///
    /// ## Bad
    /// ```sql
    /// SELECT OrderId FROM Orders WHERE Status <> 'lost' AND City != 'Rome'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId FROM Orders WHERE Status <> 'lost' AND City <> 'Rome'
    /// ```
    pub NeqStyle {
        id: "sql/neq-style",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for NeqStyle {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let text = ctx.text(statement.range()).as_bytes();
        if memchr::memmem::find(text, b"!=").is_none() || memchr::memmem::find(text, b"<>").is_none() {
            return;
        }
        let mut first: Option<SyntaxKind> = None;
        let mut others: Vec<TextRange> = Vec::new();
        for node in statement.syntax().descendants().filter_map(sql::CompareExpr::cast) {
            let tokens = node.syntax().children_with_tokens().filter_map(|element| element.into_token());
            for token in tokens.filter(|token| matches!(token.text(), "!=" | "<>")) {
                match first {
                    Some(kind) if kind != token.kind() => others.push(token.text_range()),
                    Some(_) => {}
                    None => first = Some(token.kind()),
                }
            }
        }
        let (this, that) = match first {
            Some(SyntaxKind::NEQ) => ("!=", "<>"),
            _ => ("<>", "!="),
        };
        for range in others {
            ctx.report::<Self>(range, format!("`{that}` is written `{this}` before"))
                .fix(format!("write `{this}`"), [TextEdit::replace(range, this)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_other_sign() {
        check(
            "sql/neq-style",
            "
SELECT a FROM t WHERE a != 1 AND b <> 2 AND c IN (SELECT d FROM u WHERE e <> 3 AND f != 4)
//                                 ^^ hint: `<>` is written `!=` before
//                                                                        ^^ `<>` is written `!=` before
",
        );
    }

    #[test]
    fn silent_on_one_sign() {
        for text in [
            "SELECT a FROM t WHERE a != 1 AND b != 2",
            "SELECT a FROM t WHERE a <> '!=' AND b <> 2 -- !=",
            "SELECT a FROM t WHERE a <> 1\nSELECT a FROM t WHERE a != 1",
            "SELECT a FROM t WHERE a < > 1 AND b <> 1",
        ] {
            silent("sql/neq-style", text);
        }
    }

    #[test]
    fn writes_the_first() {
        fixed("sql/neq-style", "SELECT a FROM t WHERE a <> 1 AND b!=2", "SELECT a FROM t WHERE a <> 1 AND b<>2");
    }
}
