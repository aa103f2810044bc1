use sfmc_syntax::{Problem, ProblemKind};

use crate::context::{CheckProblem, Context};

declare_rule! {
    /// AMPscript has VAR, SET, IF and FOR, and no other statement.
    ///
    /// ## Why
    /// There is no `while`, no `foreach`, no `switch`, no `function`, no `return`, `break` or `continue`. The word is read as an attribute that does
    /// nothing, and what follows as whatever it looks like.
    /// Source: ampscript.md, section 3 (FOR, expression statements).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ while @count < 3 do set @count = Add(@count, 1) endwhile ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ for @count = 1 to 3 do Output(v(@count)) next @count ]%%
    /// ```
    pub UnsupportedStatement {
        id: "amp/unsupported-statement",
        aliases: [],
        group: Syntax,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// What AMPscript has in its place.
fn instead(found: &str) -> &'static str {
    match found.to_ascii_lowercase().as_str() {
        "while" | "until" | "endwhile" | "wend" => "a loop counts: `for @i = 1 to 9 do … next @i`",
        "switch" | "case" | "default" | "endswitch" => "write `if … then … elseif … then … else … endif`",
        "function" | "endfunction" => {
            "there are no functions of one's own: content blocks are used again with `ContentBlockByKey(…)`"
        }
        "break" | "continue" => "a loop runs to its end: put what is to be left out into an `if`",
        "return" => "code runs to its end: put what follows into an `if`",
        "let" | "const" => "write `set @name = value`",
        "dim" => "write `var @name`",
        word if word.starts_with("for") => "a loop counts: `for @i = 1 to RowCount(@rows) do … next @i`",
        _ => "there are only `var`, `set`, `if` and `for`",
    }
}

impl CheckProblem for UnsupportedStatement {
    const KIND: ProblemKind = ProblemKind::UnsupportedStatement;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let found = ctx.text(problem.range);
        ctx.report::<Self>(problem.range, format!("AMPscript has no `{}`", found.to_ascii_lowercase()))
            .help(instead(found));
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, diagnostics, silent};

    #[test]
    fn on_the_word() {
        check(
            "amp/unsupported-statement",
            "
%%[ while @a == 1 do set @b = 2 endwhile ]%%
//  ^^^^^ AMPscript has no `while`
%%[ for each @row in @rows do set @b = 1 next @row ]%%
//  ^^^^^^^^ AMPscript has no `for each`
%%[ if @a then return endif ]%%
//             ^^^^^^ AMPscript has no `return`
",
        );
    }

    #[test]
    fn one_for_a_construct() {
        for text in [
            "%%[ while @a == 1 do set @b = 2 endwhile ]%%",
            "%%[ while (@a < 3) set @b = 2 end while ]%%",
            "%%[ while @a < 3 do set @b = 2 next ]%%",
            "%%[ foreach @row in @rows do set @b = 1 next @row ]%%",
            "%%[ foreach (@row in @rows) { set @b = 1 } ]%%",
            "%%[ switch @a case 1 set @b = 1 break case 2 set @b = 2 endswitch ]%%",
            "%%[ switch(@a) { case 'x': set @b = 1 break default: set @b = 2 } ]%%",
            "%%[ function f(@a) return @a endfunction ]%%",
            "%%[ function f(a) { return a } ]%%",
            "%%[ let @a = 1 ]%%",
        ] {
            let found = diagnostics(text);
            assert_eq!(found.iter().map(|d| d.rule.id).collect::<Vec<_>>(), ["amp/unsupported-statement"], "{text}");
        }
    }

    #[test]
    fn silent_on_names() {
        silent(
            "amp/unsupported-statement",
            "%%[ set @while = Return set @b = [function] ]%% while switch (x) { return }",
        );
    }
}
