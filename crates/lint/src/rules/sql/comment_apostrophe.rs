use sfmc_syntax::{SyntaxToken, TextEdit, TextRange, TextSize};

use crate::sql::{CheckSqlComment, SqlContext};

declare_rule! {
    /// A comment has no lone apostrophe.
    ///
    /// ## Why
    /// The platform looks for strings in the whole text, in comments too: with an odd number of apostrophes in a comment the query can be
    /// saved, and fails when it runs.
    /// Source: sql.md, section 3 (sql/comment-apostrophe; seen in a live account).
    ///
    /// ## Bad
    /// ```sql
    /// -- don't forget the archive
    /// SELECT SubscriberKey FROM Orders
    /// ```
    ///
    /// ## Good
    /// ```sql
    /// -- do not forget the archive
    /// SELECT SubscriberKey FROM Orders
    /// ```
    pub CommentApostrophe {
        id: "sql/comment-apostrophe",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckSqlComment for CommentApostrophe {
    fn check(ctx: &mut SqlContext<'_>, comment: &SyntaxToken) {
        let text = comment.text();
        let all: Vec<usize> = text.match_indices('\'').map(|(at, _)| at).collect();
        if all.len().is_multiple_of(2) {
            return;
        }
        // Inside of a word it is the one that is too much; quotation marks stand in pairs.
        let in_words: Vec<usize> = all.iter().copied().filter(|&at| is_in_word(text, at)).collect();
        let wrong = if in_words.len() % 2 == 1 { in_words } else { all };
        let range = |at: usize| {
            let at = TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
            TextRange::at(comment.text_range().start() + at, TextSize::of('\''))
        };
        let edits: Vec<_> = wrong.iter().map(|&at| TextEdit::replace(range(at), "’")).collect();
        let Some(&first) = wrong.first() else { return };
        ctx.report::<Self>(range(first), "a lone apostrophe in a comment makes the query fail when it runs")
            .fix("write `’`", edits);
    }
}

fn is_in_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + 1..].chars().next();
    [before, after].iter().all(|c| c.is_some_and(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_first() {
        check(
            "sql/comment-apostrophe",
            "
SELECT a FROM t -- it's
//                   ^ error: a lone apostrophe in a comment
/* 'a' and b's */
//          ^ a lone apostrophe
",
        );
    }

    #[test]
    fn silent_on_pairs() {
        for text in ["-- where x = 'y'\nSELECT 'it''s' AS a FROM t", "/* '' */ -- a\nSELECT 'b' AS c FROM t"] {
            silent("sql/comment-apostrophe", text);
        }
    }

    #[test]
    fn writes_another_sign() {
        fixed("sql/comment-apostrophe", "SELECT a FROM t -- 'it's'", "SELECT a FROM t -- 'it’s'");
    }
}
