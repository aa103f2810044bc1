use sfmc_syntax::{Problem, ProblemKind, TextEdit, TextRange, TextSize};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// The arguments of a function stand in parentheses.
    ///
    /// ## Why
    /// Without the opening one the name is an attribute, what follows a value of its own, and the closing one closes nothing: the page does not
    /// compile.
    /// Source: ampscript.md, section 4 (`call`).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @name = Concat @first, " ", @last) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @name = Concat(@first, " ", @last) ]%%
    /// ```
    pub MissingOpenParen {
        id: "amp/missing-open-paren",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// `empty @a`: the other one is missing, too.
fn without_both(ctx: &mut Context<'_>, problem: &Problem) {
    let name = ctx.text(problem.range);
    let edits = problem.related.and_then(|values| {
        let blanks = TextRange::new(problem.range.end(), values.start());
        let edits = [TextEdit::replace(blanks, "("), TextEdit::insert(values.end(), ")")];
        // Not where a comment stands between.
        ctx.text(blanks).trim().is_empty().then_some(edits)
    });
    let report = ctx.report::<MissingOpenParen>(
        problem.range,
        format!("`{name}` is a function: its arguments stand in parentheses"),
    );
    if let Some(edits) = edits {
        report.unsafe_fix("put parentheses around what follows", edits);
    }
}

impl CheckProblem for MissingOpenParen {
    const KIND: ProblemKind = ProblemKind::MissingOpenParen;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        if !problem.range.is_empty() {
            without_both(ctx, problem);
            return;
        }
        let gap = problem.range.end();
        let after = ctx.line_after(gap);
        let blanks = TextSize::of(after) - TextSize::of(after.trim_start_matches([' ', '\t']));
        let mut report = ctx.report::<Self>(problem.range, "expected `(` after the function's name");
        if let Some(closer) = problem.related {
            report = report.related(closer, "this `)` closes it");
        }
        // It can be the closing one that is too much.
        report.unsafe_fix("insert `(`", [TextEdit::replace(TextRange::at(gap, blanks), "(")]);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, fixed, silent};

    /// The parser does not see the catalogue; what it takes for functions are some.
    #[test]
    fn what_is_called_without_parentheses_is_a_function() {
        for name in sfmc_ampscript::BARE_FUNCTIONS {
            let found = sfmc_catalog::ampscript::function(name);
            assert!(found.is_some_and(|found| !found.params.is_empty()), "{name}");
        }
    }

    #[test]
    fn after_the_name() {
        check(
            "amp/missing-open-paren",
            "
%%[ set @a = Concat 'x', 'y') if not Empty @b) then endif ]%%
//                 | expected `(` after the function's name
//                                        | expected `(` after the function's name
%%=v@a)=%%
//  | expected `(` after the function's name
",
        );
    }

    #[test]
    fn nothing_else_is_said() {
        for text in [
            "%%=v@a)=%%",
            "%%[ set @a = Concat'x', 'y') ]%%",
            "%%=Concat(Lowercase @a), 'x')=%%",
            "%%=Propercasev(@a))=%%",
        ] {
            assert_eq!(diagnostics(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn silent_where_it_stands() {
        silent("amp/missing-open-paren", "%%[ set @a = Concat ('x', FirstName) set @b = (FirstName) ]%% v @a)");
    }

    #[test]
    fn inserts_it() {
        fixed("amp/missing-open-paren", "%%=v @a)=%%", "%%=v(@a)=%%");
        fixed("amp/missing-open-paren", "%%=OutputConcat(@a, 'x'))=%%", "%%=Output(Concat(@a, 'x'))=%%");
        fixed("amp/missing-open-paren", "%%[ set @a = Concat'x', 'y') ]%%", "%%[ set @a = Concat('x', 'y') ]%%");
    }

    #[test]
    fn without_both_at_the_name() {
        check(
            "amp/missing-open-paren",
            "
%%[ if empty @a and @b == 1 then elseif not Empty @a then endif
//     ^^^^^ `empty` is a function: its arguments stand in parentheses
//                                          ^^^^^ `Empty` is a function
set @a = Lookup 'DE', 'c', 'k', 1
//       ^^^^^^ `Lookup` is a function
InsertDE 'DE', 'k', 1 ]%%
//<^^^^^ `InsertDE` is a function
%%=v@name=%% %%=Concat(Trim @a, 'x')=%%
// ^ `v` is a function
//                     ^^^^ `Trim` is a function
",
        );
        for text in ["%%[ if empty @a then endif ]%%", "%%=v@name=%%", "%%=v @name=%%", "%%[ Lookup 'd','c','k',1 ]%%"]
        {
            assert_eq!(diagnostics(text).len(), 1, "{text}");
        }
        silent("amp/missing-open-paren", "%%[ set @a = Row\n'x' ]%% Row 5, 6 %%[ set @b = 'Row 5' ]%%");
    }

    #[test]
    fn puts_both() {
        let rule = "amp/missing-open-paren";
        fixed(rule, "%%[ if empty @a then endif ]%%", "%%[ if empty(@a) then endif ]%%");
        fixed(rule, "%%=v@name=%%", "%%=v(@name)=%%");
        fixed(rule, "%%[ set @a = Lookup 'd', 'c', 'k', 1 ]%%", "%%[ set @a = Lookup('d', 'c', 'k', 1) ]%%");
    }
}
