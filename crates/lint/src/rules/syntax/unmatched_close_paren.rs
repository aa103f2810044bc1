use sfmc_catalog::ampscript::function;
use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit, TextSize};

use crate::context::{CheckProblem, Context};
use crate::lexemes::{LexemeKind, Lexemes};

declare_rule! {
    /// Every `)` closes a `(` of the same statement.
    ///
    /// ## Why
    /// The page does not compile and nothing of it is shown. Whether one parenthesis is too many or one before it is missing only its
    /// author knows.
    /// Source: ampscript.md, section 4 (`call`, `primary`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=ProperCase(Trim(@firstName)))=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=ProperCase(Trim(@firstName))=%%
    /// ```
    pub UnmatchedCloseParen {
        id: "amp/unmatched-close-paren",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// A function whose `(` is missing in code, which ends with a `)` that closes nothing: its name as it is written, and where it ends, in bytes
/// of the code. What is glued to it can be a number or an attribute, right before the `)`: `CloudPagesURL12345)`. No call stands between.
fn lost_call(code: &str) -> Option<(&str, usize)> {
    let lexemes = Lexemes::of(code);
    let statement = lexemes.all.iter().rposition(|lexeme| lexemes.begins_statement(lexeme)).map_or(0, |at| at + 1);
    let statement = lexemes.all.get(statement..).unwrap_or_default();
    let mut found = None;
    let mut open = Vec::new();
    for (index, lexeme) in statement.iter().enumerate() {
        let (text, next) = (lexemes.text(lexeme), statement.get(index + 1));
        match text {
            "(" => open.push(lexeme.range.start),
            ")" => {
                let opened = open.pop().unwrap_or(0);
                found = found.filter(|(_, end)| *end > opened);
            }
            _ if lexeme.kind == LexemeKind::Word && !lexemes.is_sign(next, "(") => {
                let value_follows = next.is_some_and(|next| {
                    next.kind != LexemeKind::Sign && SyntaxKind::from_ampscript_keyword(lexemes.text(next)).is_none()
                });
                let can_be_glued = function(text).is_none() && next.is_none();
                let name = (1..=text.len()).rev().filter_map(|len| text.split_at_checked(len)).find(|(name, rest)| {
                    let glued = name.len() > 1 && rest.bytes().all(|b| b.is_ascii_digit())
                        || name.len() > 2
                            && open.is_empty()
                            && rest.starts_with(|c: char| c == '_' || c.is_uppercase());
                    let is_called = if rest.is_empty() { value_follows } else { can_be_glued && glued };
                    is_called && function(name).is_some_and(|function| !function.params.is_empty())
                });
                found = name.map(|(name, _)| (name, lexeme.range.start + name.len())).or(found);
            }
            _ => {}
        }
    }
    found
}

impl CheckProblem for UnmatchedCloseParen {
    const KIND: ProblemKind = ProblemKind::UnmatchedCloseParen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let start = problem.range.start();
        let code = ctx.code_before(start);
        let report = ctx.report::<Self>(problem.range, "`)` without an open `(`");
        // What stands before is not known: the other one may be what is missing.
        let Some(code) = code else { return };
        let call = lost_call(code).and_then(|(name, end)| Some((name, TextSize::try_from(end).ok()?)));
        match call {
            Some((name, end)) => {
                let at = start - TextSize::of(code) + end;
                report
                    .help(format!("did you mean `{name}(`? The arguments of a function stand in parentheses"))
                    .unsafe_fix("insert `(`", [TextEdit::insert(at, "(")]);
            }
            None => {
                report.unsafe_fix("delete the parenthesis", [TextEdit::delete(problem.range)]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn on_the_parenthesis() {
        check(
            "amp/unmatched-close-paren",
            "
%%[ set @a = Add(1, 2)) if (@a == 1)) then endif ]%%
//                    ^ `)` without an open `(`
//                                  ^ `)` without an open `(`
",
        );
    }

    #[test]
    fn silent_on_balanced_calls() {
        silent("amp/unmatched-close-paren", "%%[ set @a = Concat(')', Lowercase(@b), [a) b]) /* ) */ ]%% :) )");
    }

    #[test]
    fn inserts_the_other_one_where_a_function_lacks_it() {
        let rule = "amp/unmatched-close-paren";
        fixed(rule, "<a href=\"%%=CloudPagesURL12345)=%%\">x</a>", "<a href=\"%%=CloudPagesURL(12345)=%%\">x</a>");
        fixed(rule, "%%=UppercaseFirstName)=%%", "%%=Uppercase(FirstName)=%%");
        // A name that begins like a function, inside parentheses.
        fixed(rule, "%%=Uppercase(AddOn))=%%", "%%=Uppercase(AddOn)=%%");
        fixed(rule, "%%=v(Now))=%%", "%%=v(Now)=%%");
        fixed(rule, "%%[ set @a = RowCount) ]%%", "%%[ set @a = RowCount ]%%");
    }

    #[test]
    fn leaves_what_stands_elsewhere_alone() {
        let rule = "amp/unmatched-close-paren";
        for code in [
            "set @n = AddOns set @b = Trim(@c)*)",
            "set @n = FieldName set @b = Trim(@c)*)",
            "set @n = Trim @c set @b = Trim(@c)*)",
            "if @n == RowNumber and Empty(@c)*) then endif",
            "if @n == AddOns then set @b = 1*) endif",
        ] {
            let (before, after) = (code.replace('*', ""), code.replace("*)", ""));
            fixed(rule, &format!("%%[ {before} ]%%"), &format!("%%[ {after} ]%%"));
        }
    }

    #[test]
    fn no_fix_where_the_line_is_cut() {
        let text = |blanks: usize| format!("%%[ set @a = 'x{}y' set @b = Trim(@c)) ]%%", " ".repeat(blanks));
        crate::tests::unfixed("amp/unmatched-close-paren", &text(2000));
        fixed("amp/unmatched-close-paren", &text(10), &text(10).replace("))", ")"));
    }

    #[test]
    fn deletes_it() {
        fixed("amp/unmatched-close-paren", "%%=v(@a))=%%", "%%=v(@a)=%%");
        fixed("amp/unmatched-close-paren", "%%[ set @a = 1) ]%%", "%%[ set @a = 1 ]%%");
    }
}
