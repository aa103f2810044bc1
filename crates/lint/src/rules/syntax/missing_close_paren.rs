use sfmc_catalog::ampscript::{Arg, Function, Type, Types, function};
use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};
use crate::lexemes::{LexemeKind, Lexemes};
use crate::surroundings::{ends_or_begins_statement, has_doubtful_quotes, region_of, upcoming};

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

fn place(content: &str, call: bool) -> Place {
    let mut rest = content;
    let mut place = if content.trim().is_empty() { Place::Doubtful } else { Place::Certain };
    // An operator in the last argument can be meant to stand behind the call; a comma after it says that it is not.
    let mut operator = false;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        match c {
            '"' | '\'' | '[' => {
                let close = if c == '[' { ']' } else { c };
                let Some(end) = rest[len..].find(close) else {
                    return Place::Wrong;
                };
                // A doubled quote ends one text and begins another: together they are skipped like one.
                len += end + close.len_utf8();
            }
            // A call inside can be the one that is open; what does not exist, or a comment, is for a person to look at.
            '(' | ')' | '+' | '*' | '/' | '&' | '|' => place = Place::Doubtful,
            // `(@a) == 1` and `(@a == 1)` are the same.
            '=' | '!' | '<' | '>' => operator |= call,
            ',' => operator = false,
            _ if is_name(c) => {
                len = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                operator |= ["and", "or"].iter().any(|word| rest[..len].eq_ignore_ascii_case(word));
            }
            '@' => {
                len = rest.len() - rest[len..].trim_start_matches(is_name).len();
            }
            _ => {}
        }
        rest = &rest[len..];
    }
    match place {
        _ if content.trim_end().ends_with(',') => Place::Wrong,
        Place::Certain if operator => Place::Doubtful,
        place => place,
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether another parenthesis is open before: then both end somewhere behind, and where the inner one does is not sure.
fn is_nested(before: &str) -> bool {
    let mut open = 0usize;
    let mut quote = None;
    for c in before.chars() {
        match c {
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open > 0
}

/// A parenthesis that is open, and what stands in it.
struct Open {
    /// The function whose arguments they are.
    function: Option<&'static Function>,
    /// How many commas there were.
    commas: usize,
    /// An operator, as a part of an argument that takes no boolean: how many commas stand before, and where what is before it ends.
    operator: Option<(usize, usize)>,
}

impl Open {
    fn takes_boolean(&self) -> bool {
        let Some(function) = self.function else { return true };
        let types = function.param(self.commas, &[]).map(|param| param.types);
        types.is_some_and(|types| types.contains(Type::Boolean) && types != Types::ANY)
    }

    /// Whether the call can end before its operator: what comes behind it is its last argument, or one more than it takes.
    fn before_operator(&self) -> Option<usize> {
        let (commas, end) = self.operator?;
        let fits = |commas: usize| {
            self.function.is_some_and(|function| function.arity_problem(&vec![Arg::Unknown; commas + 1]).is_none())
        };
        (fits(commas) && (commas == self.commas || !fits(self.commas))).then_some(end)
    }
}

/// Where the parenthesis belongs in front of an operator: `IndexOf(@a, "x" > 0`. In bytes of `content`, which stands after the open one.
fn before_operator(before: &str, content: &str) -> Option<usize> {
    let code = Lexemes::of(content);
    let called = |word: &str| SyntaxKind::from_ampscript_keyword(word).is_none().then(|| function(word)).flatten();
    let before = before.trim_end();
    let callee = called(&before[before.trim_end_matches(is_name).len()..]);
    let mut open = vec![Open { function: callee, commas: 0, operator: None }];
    let mut last_end = 0;
    let mut word = "";
    for lexeme in &code.all {
        let text = code.text(lexeme);
        let is_operator = match lexeme.kind {
            LexemeKind::Word => ["and", "or"].iter().any(|word| text.eq_ignore_ascii_case(word)),
            LexemeKind::Sign => matches!(text, "==" | "!=" | "<" | ">" | "<=" | ">="),
            LexemeKind::Variable | LexemeKind::Quoted => false,
        };
        match text {
            "(" => open.push(Open { function: called(word), commas: 0, operator: None }),
            ")" if open.len() > 1 => {
                if let Some(found) = open.pop().and_then(|open| open.before_operator()) {
                    return Some(found);
                }
            }
            _ => {
                let Some(innermost) = open.last_mut() else { break };
                if text == "," {
                    innermost.commas += 1;
                } else if is_operator && innermost.operator.is_none() && !innermost.takes_boolean() {
                    innermost.operator = Some((innermost.commas, last_end));
                }
            }
        }
        word = if lexeme.kind == LexemeKind::Word { text } else { "" };
        last_end = lexeme.range.end;
    }
    open.iter().rev().find_map(Open::before_operator)
}

/// Whether the parenthesis after `before` holds the arguments of a call.
fn is_call(before: &str) -> bool {
    let before = before.trim_end();
    let word = &before[before.trim_end_matches(is_name).len()..];
    !word.is_empty() && SyntaxKind::from_ampscript_keyword(word).is_none()
}

impl CheckProblem for MissingCloseParen {
    const KIND: ProblemKind = ProblemKind::MissingCloseParen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let gap = problem.range.end();
        let next = upcoming(ctx, gap);
        // A list that goes on, or text whose quotes do not match.
        let glued = ctx.line_after(gap).starts_with(|c| is_name(c) || matches!(c, '"' | '\''));
        let doubtful = glued || next.0.starts_with(',');
        let opener = problem.related.filter(|opener| opener.end() <= gap && !doubtful);
        let place = opener.map_or(Place::Wrong, |opener| {
            place(ctx.text(TextRange::new(opener.end(), gap)), is_call(ctx.line_before(opener.start())))
        });
        let nested = opener.is_some_and(|opener| is_nested(region_of(ctx.line_before(opener.start()))));
        let after = next.0.trim_start_matches(is_name);
        let word = &next.0[..next.0.len() - after.len()];
        let head_ends = !after.trim_start().starts_with([')', ',', '"', '\''])
            && ["then", "do"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
        let ends = head_ends || ends_or_begins_statement(next);
        let doubtful_quotes = has_doubtful_quotes(ctx, gap);
        let earlier = opener.filter(|_| place != Place::Wrong).and_then(|opener| {
            let content = ctx.text(TextRange::new(opener.end(), gap));
            let earlier = before_operator(ctx.line_before(opener.start()), content)?;
            Some(opener.end() + TextSize::try_from(earlier).ok()?)
        });
        let mut report = ctx.report::<Self>(problem.range, "expected `)`");
        if let Some(opener) = problem.related {
            report = report.related(opener, "this `(` is not closed");
        }
        if doubtful_quotes {
            return;
        }
        if let Some(earlier) = earlier {
            report.unsafe_fix("insert `)` before the operator", [TextEdit::insert(earlier, ")")]);
            return;
        }
        let edit = TextEdit::insert(gap, ")");
        match place {
            Place::Certain if ends && !nested => {
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
    use super::{Place, is_call, is_nested, place};
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
        fixed(
            "amp/missing-close-paren",
            "%%[ set @a = Add(1, 2\nset @b = 1 ]%%",
            "%%[ set @a = Add(1, 2)\nset @b = 1 ]%%",
        );
        fixed("amp/missing-close-paren", "%%[ if Empty(@a then endif ]%%", "%%[ if Empty(@a) then endif ]%%");
        fixed("amp/missing-close-paren", "%%[ if (@a == 1 then endif ]%%", "%%[ if (@a == 1) then endif ]%%");
        fixed("amp/missing-close-paren", "%%=IIf(@a == 1, 'x', 'y'=%%", "%%=IIf(@a == 1, 'x', 'y')=%%");
    }

    #[test]
    fn how_sure_the_place_is() {
        for content in ["@a", "'a', 'b'", "'it''s', [a (b]", "\"(\"", "@order, name", "@a == 1, 'x', -2"] {
            assert_eq!(place(content, true), Place::Certain, "{content}");
        }
        for content in ["", " ", "Lowercase(@a, 'b')", "@a == 1", "1, @a and @b", "@a + 1", "1 /* one */"] {
            assert_eq!(place(content, true), Place::Doubtful, "{content}");
        }
        for content in ["'a", "1,", "'a', \"b'", "[a"] {
            assert_eq!(place(content, true), Place::Wrong, "{content}");
        }
        assert_eq!(place("@a == 1", false), Place::Certain);
        assert_eq!(place("@a == 1 or @b", false), Place::Doubtful);
    }

    #[test]
    fn inside_another() {
        assert!(is_nested("set @a = Concat(@b, Lowercase"));
        assert!(!is_nested("set @a = '(' set @b = Concat(@b) set @c = Lowercase"));
    }

    #[test]
    fn calls_and_groups() {
        assert!(is_call("set @a = Concat"));
        assert!(is_call("Concat "));
        for before in ["if ", "if @a and ", "set @a = ", "(", "elseif not"] {
            assert!(!is_call(before), "{before}");
        }
    }

    #[test]
    fn in_front_of_an_operator() {
        for (before, after) in [
            ("%%[ if RequestParameter('go' == '1' then ]%%", "%%[ if RequestParameter('go') == '1' then ]%%"),
            ("%%[ if Lookup('a', 'b', 'c', 'd' == 'x' then ]%%", "%%[ if Lookup('a', 'b', 'c', 'd') == 'x' then ]%%"),
            ("%%[ if (IndexOf(@k, 'HELP' > 0) then ]%%", "%%[ if (IndexOf(@k, 'HELP') > 0) then ]%%"),
            ("%%[ if Length(@a and @b == 1 then ]%%", "%%[ if Length(@a) and @b == 1 then ]%%"),
            ("%%=IIf(IndexOf(@k, 'a' > 0, 1, 2)=%%", "%%=IIf(IndexOf(@k, 'a') > 0, 1, 2)=%%"),
            // The first argument of IIf is a condition.
            ("%%=IIf(@a == 1, 'x', 'y'=%%", "%%=IIf(@a == 1, 'x', 'y')=%%"),
        ] {
            fixed("amp/missing-close-paren", before, after);
        }
    }

    #[test]
    fn no_fix_where_the_quotes_do_not_match() {
        for text in [
            "<p>%%=Concat(\"Hello , @first, \", news for you\")=%%</p>",
            "%%=ContentBlockByName(Content Builder\\A\\Header\")=%%",
            "<a href=\"%%=RedirectTo(\"https://x.example)=%%\">x</a> <a href=\"%%=RedirectTo(\"https://y.example\")=%%\">y</a>",
        ] {
            let found = diagnostics(text);
            let found = found.iter().filter(|d| d.rule.id == "amp/missing-close-paren");
            assert!(found.flat_map(|found| &found.fixes).next().is_none(), "{text}");
        }
    }

    #[test]
    fn not_unseen_where_it_is_doubtful() {
        for text in [
            "%%[ set @a = Concat(Lowercase(@b, 'c') ]%%",
            "%%[ if (@a == 1 and @b then endif ]%%",
            "%%[ set @a = Add(1 2 ]%%",
            "%%[ set @a = Concat(Lowercase(@b, 'c' ]%%",
        ] {
            let found = diagnostics(text);
            let fix =
                found.iter().find(|d| d.rule.id == "amp/missing-close-paren").and_then(|d| d.fixes.first()).unwrap();
            assert_eq!(fix.applicability, sfmc_diagnostics::Applicability::Unsafe, "{text}");
        }
    }
}
