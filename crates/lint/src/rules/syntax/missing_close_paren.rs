use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange};

use super::expected_do::statement_ends;
use crate::context::{CheckProblem, Context};

declare_rule! {
    /// Every `(` has its `)` in the same statement.
    ///
    /// ## Why
    /// The page does not compile and nothing of it is shown.
    /// Source: ampscript.md, section 4 (`call`, `primary`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @name = ProperCase(@firstName ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = ProperCase(@firstName) ]%%
    /// ```
    pub MissingCloseParen {
        id: "amp/missing-close-paren",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// How sure it is that the parenthesis belongs to the end of `content`, which stands after the open one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It can stand nowhere else.
    Certain,
    /// Elsewhere it would compile too.
    Doubtful,
    /// There it would not compile, or be part of a text.
    Wrong,
}

fn place(content: &str) -> Place {
    let mut rest = content;
    let mut place = if content.trim().is_empty() { Place::Doubtful } else { Place::Certain };
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        match c {
            '"' | '\'' | '[' => {
                let close = if c == '[' { ']' } else { c };
                let Some(end) = rest[len..].find(close) else { return Place::Wrong };
                // A doubled quote ends one text and begins another: together they are skipped like one.
                len += end + close.len_utf8();
            }
            // Operators bind what stands before the parenthesis or with it, a call inside can be the one that is open. A comment is rare
            // enough to be looked at by a person.
            '(' | ')' | '=' | '!' | '<' | '>' | '+' | '-' | '*' | '/' | '&' | '|' => place = Place::Doubtful,
            _ if c == '_' || c.is_alphabetic() => {
                len = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
                if ["and", "or", "not"].iter().any(|word| rest[..len].eq_ignore_ascii_case(word)) {
                    place = Place::Doubtful;
                }
            }
            '@' => {
                let name = rest[len..].trim_start_matches(|c: char| c == '_' || c.is_alphanumeric());
                len = rest.len() - name.len();
            }
            _ => {}
        }
        rest = &rest[len..];
    }
    if content.trim_end().ends_with(',') { Place::Wrong } else { place }
}

impl CheckProblem for MissingCloseParen {
    const KIND: ProblemKind = ProblemKind::MissingCloseParen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let gap = problem.range.end();
        let rest = ctx.line_after(gap).trim_start();
        let content = problem.related.filter(|opener| opener.end() <= gap);
        let content = content.map(|opener| ctx.text(TextRange::new(opener.end(), gap)));
        let head_ends = ["then", "do"].iter().any(|word| {
            let follows = rest.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word));
            follows.is_some() && !rest[word.len()..].starts_with(|c: char| c == '_' || c.is_alphanumeric())
        });
        let ends = head_ends || statement_ends(rest);
        let mut report = ctx.report::<Self>(problem.range, "expected `)`");
        if let Some(opener) = problem.related {
            report = report.related(opener, "this `(` is not closed");
        }
        let edit = TextEdit::insert(gap, ")");
        match content.map_or(Place::Wrong, place) {
            Place::Certain if ends => {
                report.fix("insert `)`", [edit]);
            }
            Place::Certain | Place::Doubtful => {
                report.unsafe_fix("insert `)`", [edit]);
            }
            Place::Wrong => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, place};
    use crate::tests::{check, diagnostics, fixed, silent};

    #[test]
    fn where_it_belongs() {
        check(
            "amp/missing-close-paren",
            "
%%[ set @a = Concat('a', 'b'
//                          | expected `)`
if (@a == 'x' then endif ]%%
//           | expected `)`
",
        );
    }

    #[test]
    fn says_which_is_open() {
        let text = "%%=v(@a=%%";
        let found = diagnostics(text);
        let found = found.iter().find(|d| d.rule.id == "amp/missing-close-paren").unwrap();
        assert_eq!(&text[found.related[0].range], "(");
    }

    #[test]
    fn silent_on_balanced_calls() {
        silent("amp/missing-close-paren", "%%[ set @a = Concat('(', Lowercase(@b), [a (b]) ]%% :( (");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/missing-close-paren", "%%=v(@a=%%", "%%=v(@a)=%%");
        fixed("amp/missing-close-paren", "%%[ set @a = Add(1, 2\nset @b = 1 ]%%", "%%[ set @a = Add(1, 2)\nset @b = 1 ]%%");
        fixed("amp/missing-close-paren", "%%[ if Empty(@a then endif ]%%", "%%[ if Empty(@a) then endif ]%%");
    }

    #[test]
    fn how_sure_the_place_is() {
        for content in ["@a", "'a', 'b'", "'it''s', [a (b]", "\"(\"", "@order, name"] {
            assert_eq!(place(content), Place::Certain, "{content}");
        }
        for content in ["", " ", "Lowercase(@a, 'b')", "@a == 1", "@a and @b", "not @a", "@a -1"] {
            assert_eq!(place(content), Place::Doubtful, "{content}");
        }
        for content in ["'a", "1,", "'a', \"b'", "[a"] {
            assert_eq!(place(content), Place::Wrong, "{content}");
        }
    }

    #[test]
    fn not_unseen_where_it_is_doubtful() {
        for text in ["%%[ set @a = Concat(Lowercase(@b, 'c') ]%%", "%%[ if (@a == 1 and @b then endif ]%%", "%%[ set @a = Add(1 2 ]%%"] {
            let found = diagnostics(text);
            let fix = found.iter().find(|d| d.rule.id == "amp/missing-close-paren").and_then(|d| d.fixes.first()).unwrap();
            assert_eq!(fix.applicability, sfmc_diagnostics::Applicability::Unsafe, "{text}");
        }
    }
}
