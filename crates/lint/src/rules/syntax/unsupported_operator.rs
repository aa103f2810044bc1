use sfmc_syntax::{Problem, ProblemKind, TextEdit};

use crate::{
    condition::Condition,
    context::{CheckProblem, Context},
    surroundings::in_case_of_line,
};

declare_rule! {
    /// AMPscript has no arithmetic, no `&&`, no `<>`: functions and words stand for them.
    ///
    /// ## Why
    /// The only operators are `==`, `!=`, `<`, `<=`, `>`, `>=`, `and`, `or` and `not`. Anything else is a compile error, or two
    /// values next to each other of which the second is dropped.
    /// Source: ampscript.md, section 4 (operators that do not exist).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @total = @price + @tax ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @total = Add(@price, @tax) ]%%
    /// ```
    pub UnsupportedOperator {
        id: "amp/unsupported-operator",
        aliases: ["invalid-operator"],
        group: Syntax,
        severity: Error,
        fix: Safe,
        since: "0.1.0",
    }
}

/// What stands for an operator of other languages.
enum Instead {
    /// Another spelling of the same.
    Operator(&'static str),
    /// A function.
    Function(&'static str),
    /// It depends.
    Depends(&'static str),
    /// Nothing.
    Nothing,
}

/// The operator for a word of another language.
fn word(operator: &str) -> Option<&'static str> {
    let words: Vec<String> = operator.split_whitespace().map(str::to_ascii_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Some(match words[..] {
        ["eq" | "equal" | "equals" | "is"] => "==",
        ["ne" | "neq"] | ["is", "not"] => "!=",
        ["gt"] => ">",
        ["ge" | "gte"] => ">=",
        ["lt"] => "<",
        ["le" | "lte"] => "<=",
        _ => return None,
    })
}

fn instead(operator: &str, condition: bool) -> Instead {
    match operator {
        "&&" | "&" if condition => Instead::Operator("and"),
        "||" | "|" if condition => Instead::Operator("or"),
        "&&" | "||" => Instead::Depends("texts are joined with `Concat(a, b)`, conditions with `and` and `or`"),
        "&" | "|" | "~" => Instead::Function("Concat(a, b)"),
        "." => Instead::Depends("texts are joined with `Concat(a, b)`; of a row, `Field(@row, \"name\")` is the value"),
        "!" => Instead::Operator("not"),
        "<>" | "!==" | "=!" => Instead::Operator("!="),
        "===" => Instead::Operator("=="),
        _ if word(operator).is_some() => word(operator).map_or(Instead::Nothing, Instead::Operator),
        "=>" => Instead::Operator(">="),
        "=<" => Instead::Operator("<="),
        "+" | "++" | "+=" => Instead::Function("Add(a, b)` or, for text, `Concat(a, b)"),
        "-" | "--" | "-=" => Instead::Function("Subtract(a, b)"),
        "*" | "*=" => Instead::Function("Multiply(a, b)"),
        "/" | "/=" => Instead::Function("Divide(a, b)"),
        "%" => Instead::Function("Mod(a, b)"),
        "?" | ":" | "??" => Instead::Function("IIf(condition, a, b)"),
        _ if operator.eq_ignore_ascii_case("mod") => Instead::Function("Mod(a, b)"),
        _ if ["contains", "like", "in"].iter().any(|word| operator.eq_ignore_ascii_case(word)) => {
            Instead::Function("IndexOf(text, part)")
        }
        _ => Instead::Nothing,
    }
}

impl CheckProblem for UnsupportedOperator {
    const KIND: ProblemKind = ProblemKind::UnsupportedOperator;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let operator = ctx.text(problem.range);
        let before = ctx.line_before(problem.range.start());
        let after = ctx.line_after(problem.range.end());
        let in_case = |word: &str| in_case_of_line(ctx, problem.range.start(), word);
        let [and, or, not] = ["and", "or", "not"].map(in_case);
        let report = ctx.report::<Self>(problem.range, format!("AMPscript has no operator `{operator}`"));
        match instead(operator, problem.expected == "a condition") {
            Instead::Operator(word) => {
                // Words need blanks around them where the operator had none.
                let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
                let space = |here: bool| if is_word && here { " " } else { "" };
                let left = space(before.ends_with(|c: char| !c.is_whitespace() && c != '('));
                let right = space(after.starts_with(|c: char| !c.is_whitespace() && c != '('));
                let title = format!("replace `{operator}` by `{word}`");
                let report = report.help(format!("write `{word}`"));
                let replace = |word: &str| {
                    let word = match word {
                        "and" => &*and,
                        "or" => &*or,
                        "not" => &*not,
                        word => word,
                    };
                    TextEdit::replace(problem.range, format!("{left}{word}{right}"))
                };
                let joins = matches!(word, "and" | "or");
                let condition = if joins { Condition::around(before, after, problem.range) } else { None };
                let has = |of: fn(&Condition) -> bool| condition.as_ref().is_some_and(of);
                match problem.related {
                    // What follows could be negated, too: parentheses say that it is not.
                    Some(operand) => report.fix(title, [replace("(not"), TextEdit::insert(operand.end(), ")")]),
                    // `!@a == 1` compares what is negated, `not @a == 1` negates the comparison.
                    None if problem.expected == "a comparison" => report.unsafe_fix(title, [replace(word)]),
                    // Sources disagree on how AND and OR group: parentheses say what other languages do.
                    None if word == "and" && has(Condition::has_or) => match condition.and_then(|c| c.in_parentheses())
                    {
                        Some(edits) => report.fix(format!("{title}, in parentheses"), edits),
                        None => report.help("write `a or (b and c)` or `(a or b) and c`"),
                    },
                    // What stands on other lines and around comments may be joined otherwise.
                    None if joins && (word == "or" && has(Condition::has_and) || !has(Condition::is_whole)) => {
                        report.unsafe_fix(title, [replace(word)])
                    }
                    None => report.fix(title, [replace(word)]),
                };
            }
            Instead::Function(call) => {
                report.help(format!("use `{call}`"));
            }
            Instead::Depends(help) => {
                report.help(help);
            }
            Instead::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn in_the_case_of_the_code_around() {
        fixed(
            "amp/unsupported-operator",
            "%%[ IF @a == 1 && @b == 2 THEN ENDIF ]%%",
            "%%[ IF @a == 1 AND @b == 2 THEN ENDIF ]%%",
        );
    }

    #[test]
    fn on_the_operator() {
        check(
            "amp/unsupported-operator",
            "
%%[ set @a = @b + 2 ]%%
//              ^ AMPscript has no operator `+`
",
        );
    }

    #[test]
    fn words_are_put_with_blanks() {
        fixed("amp/unsupported-operator", "%%[ if @a&&@b then endif ]%%", "%%[ if @a and @b then endif ]%%");
        fixed("amp/unsupported-operator", "%%[ if !Empty(@a) then endif ]%%", "%%[ if not Empty(@a) then endif ]%%");
        fixed("amp/unsupported-operator", "%%[ if @a<>1 then endif ]%%", "%%[ if @a!=1 then endif ]%%");
    }

    #[test]
    fn words_that_compare() {
        for (word, operator) in [("eq", "=="), ("NE", "!="), ("gt", ">"), ("lte", "<="), ("is", "=="), ("is not", "!=")]
        {
            let text = |operator| format!("%%[ if @a {operator} 1 then endif ]%%");
            fixed("amp/unsupported-operator", &text(word), &text(operator));
        }
    }

    #[test]
    fn no_fix_where_texts_can_be_meant() {
        for text in [
            "%%[ set @a = 'x' & 'y' ]%%",
            "%%[ set @a = @b & 'x' ]%%",
            "%%[ set @a = Lookup('d', 'c', 'k', 1) & ' ' & @b ]%%",
            "%%=v(@a|@b)=%%",
            "%%=IIf(@a, @b & @c, 1)=%%",
            "%%[ if @a & ' ' & @b == 'x y' then endif ]%%",
            "%%[ if @a & @b == 'xy' then endif ]%%",
            "%%[ if Lookup('d', 'c', 'k', 1) & 'x' == 'yx' then endif ]%%",
            "%%[ if Concat(@a & @b) == 1 then endif ]%%",
            "%%[ set @a = (@b && @c) ]%%",
        ] {
            unfixed("amp/unsupported-operator", text);
        }
    }

    #[test]
    fn between_conditions() {
        let rule = "amp/unsupported-operator";
        fixed(rule, "%%=IIf(@a & @b, 1, 2)=%%", "%%=IIf(@a and @b, 1, 2)=%%");
        fixed(rule, "%%[ if (@a == 1 | Empty(@b)) then endif ]%%", "%%[ if (@a == 1 or Empty(@b)) then endif ]%%");
        fixed(rule, "%%[ if @a && @b == 'x' then endif ]%%", "%%[ if @a and @b == 'x' then endif ]%%");
    }

    #[test]
    fn a_negation_reaches_no_farther_than_before() {
        let rule = "amp/unsupported-operator";
        fixed(
            rule,
            "%%[ if !Empty(@a) and @b == 1 then endif ]%%",
            "%%[ if (not Empty(@a)) and @b == 1 then endif ]%%",
        );
        fixed(rule, "%%[ if @a==1 or!@b or @c then endif ]%%", "%%[ if @a==1 or (not @b) or @c then endif ]%%");
        fixed(rule, "%%[ if @b and !Empty(@a) then endif ]%%", "%%[ if @b and not Empty(@a) then endif ]%%");
        let safe = |text| {
            let found = crate::tests::diagnostics(text);
            found.iter().flat_map(|d| &d.fixes).any(|fix| fix.applicability == sfmc_diagnostics::Applicability::Safe)
        };
        assert!(safe("%%[ if !Empty(@a) then endif ]%%"));
        assert!(!safe("%%[ if !@a == 1 then endif ]%%"));
    }

    #[test]
    fn parentheses_say_how_they_group() {
        let rule = "amp/unsupported-operator";
        let fixes = |text: &str| {
            let found = crate::tests::diagnostics(text);
            let found = found.into_iter().filter(|d| d.rule.id == rule);
            found.map(|mut d| d.fixes.pop()).collect::<Vec<_>>()
        };
        for (text, at, expected) in [
            (
                "%%[ if @a == 1 || @b == 2 && @c == 3 then endif ]%%",
                1,
                "%%[ if @a == 1 || (@b == 2 and @c == 3) then endif ]%%",
            ),
            (
                "%%[ if @a == ' || '&&Empty(Trim(@b)) && @c || @d then endif ]%%",
                1,
                "%%[ if (@a == ' || ' and Empty(Trim(@b)) and @c) || @d then endif ]%%",
            ),
            ("%%[ if (@a || @b && @c) && @d then endif ]%%", 1, "%%[ if (@a || (@b and @c)) && @d then endif ]%%"),
            ("%%[ if (@a || @b && @c) && @d then endif ]%%", 2, "%%[ if (@a || @b && @c) and @d then endif ]%%"),
            ("%%=IIf(@a | @b & @c, 1, 2)=%%", 1, "%%=IIf(@a | (@b and @c), 1, 2)=%%"),
            ("%%=IIf(@a || @b && @c, 1, 2)=%%", 1, "%%=IIf(@a || (@b and @c), 1, 2)=%%"),
        ] {
            let fix = fixes(text).swap_remove(at).unwrap();
            assert_eq!(fix.applicability, sfmc_diagnostics::Applicability::Safe, "{text}");
            assert_eq!(sfmc_syntax::apply_edits(text, &fix.edits).unwrap(), expected, "{text}");
        }
        unfixed(rule, "%%[ if @a or\n @b && @c or @d then endif ]%%");
        for text in [
            "%%[ if @a == 1 ||\n @b == 2 && @c == 3 then endif ]%%",
            "%%[ if @a == 1 and\n @b == 2 || @c == 3 then endif ]%%",
            "%%[ if @a == 1 /* vip or staff */ && @b == 2 then endif ]%%",
            "%%[ if @a == 1 && @b == 2 /* staff or vip */ then endif ]%%",
            "%%[ if /* it's */ @a == 1 || @b == 2 && @c == 3 then endif ]%%",
        ] {
            let fixes = fixes(text);
            let safe = |fix: &sfmc_diagnostics::Fix| fix.applicability == sfmc_diagnostics::Applicability::Safe;
            assert!(!fixes.iter().flatten().any(safe), "{text}");
        }
        let or = fixes("%%[ if @a || @b and @c then endif ]%%").swap_remove(0).unwrap();
        assert_eq!(or.applicability, sfmc_diagnostics::Applicability::Unsafe);
    }

    #[test]
    fn silent_on_what_only_looks_like_one() {
        silent("amp/unsupported-operator", "%%[ set @a = Concat('a + b', '-') set @b = -5 ]%% 5 + 5 && x");
    }
}
