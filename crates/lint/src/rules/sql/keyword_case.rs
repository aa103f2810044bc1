use sfmc_syntax::{
    GreenNode, NodeOrToken, SyntaxKind, TextEdit, TextRange, TextSize,
    ast::{AstNode, sql},
};

use crate::sql::{CheckSql, SqlContext};

declare_rule! {
    /// The words of the language are written in capitals.
    ///
    /// ## Why
    /// They stand out from the names of data extensions and fields then. One finding for a statement names the first; its fix writes all.
    /// The server takes any case, so this is off until it is asked for. Source: rules.md, 2.5 (sql/keyword-case).
    ///
    /// ## Bad
    /// ```sql
    /// select OrderId from Orders where Status = 'sent'
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// SELECT OrderId FROM Orders WHERE Status = 'sent'
    /// ```
    pub KeywordCase {
        id: "sql/keyword-case",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSql<sql::SelectStmt> for KeywordCase {
    fn check(ctx: &mut SqlContext<'_>, statement: &sql::SelectStmt) {
        let small = in_small_letters(&statement.syntax().green().to_owned(), statement.syntax().text_range().start());
        let Some(&first) = small.first() else { return };
        let message = match small.len() {
            1 => format!("`{}` is not in capitals", ctx.text(first)),
            2 => format!("`{}` is not in capitals, nor is another word", ctx.text(first)),
            n => format!("`{}` is not in capitals, nor are {} other words", ctx.text(first), n - 1),
        };
        let edits: Vec<TextEdit> =
            small.iter().map(|&range| TextEdit::replace(range, ctx.text(range).to_ascii_uppercase())).collect();
        ctx.report::<Self>(first, message).fix("write the words of the language in capitals", edits);
    }
}

/// The words of the language that are not in capitals. A word that is a name is no keyword in the tree. Cursors are not moved over every
/// token for the few that are one.
fn in_small_letters(root: &GreenNode, start: TextSize) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut open = vec![(root.children(), start)];
    while let Some((mut children, mut at)) = open.pop() {
        while let Some(child) = children.next() {
            let start = at;
            at += child.text_len();
            match child {
                NodeOrToken::Token(token) => {
                    let is_keyword = SyntaxKind::from_raw(token.kind()).is_sql_keyword();
                    if is_keyword && token.text().bytes().any(|byte| byte.is_ascii_lowercase()) {
                        found.push(TextRange::new(start, at));
                    }
                }
                NodeOrToken::Node(node) => {
                    open.push((children, at));
                    open.push((node.children(), start));
                    break;
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_first_word() {
        check(
            "sql/keyword-case",
            "
SELECT a from t Where b = 1
//       ^^^^ hint: `from` is not in capitals, nor is another word
",
        );
        check("sql/keyword-case", "\n  select 1 AS a\n//^^^^^^ `select` is not in capitals\n");
    }

    #[test]
    fn silent_on_capitals_and_names() {
        for text in [
            "SELECT a FROM t WHERE b IN (SELECT c FROM u) ORDER BY a",
            "SELECT offset, [select] FROM rows AS first",
            "SELECT a -- from select\nFROM t WHERE b = 'where'",
        ] {
            silent("sql/keyword-case", text);
        }
    }

    #[test]
    fn writes_all() {
        fixed(
            "sql/keyword-case",
            "select top 5 a, case when b is null then 1 else 0 end as c from t left join u on t.a = u.a order by a desc",
            "SELECT TOP 5 a, CASE WHEN b IS NULL THEN 1 ELSE 0 END AS c FROM t LEFT JOIN u ON t.a = u.a ORDER BY a DESC",
        );
    }
}
