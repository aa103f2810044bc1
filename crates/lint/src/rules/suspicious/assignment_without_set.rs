use sfmc_syntax::{Problem, ProblemKind, SyntaxKind, TextEdit};

use crate::context::{CheckProblem, Context};
use crate::lexemes::{LexemeKind, Lexemes};
use crate::surroundings::{in_case_of_line, region_of};

declare_rule! {
    /// A variable is assigned with SET.
    ///
    /// ## Why
    /// `@a = 1` alone compiles and does nothing: the variable keeps its value.
    /// Source: ampscript.md, section 3 (expression statements); the Sage corpus `ignored-statements`.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ @total = Add(@price, @tax) ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @total = Add(@price, @tax) ]%%
    /// ```
    pub AssignmentWithoutSet {
        id: "amp/assignment-without-set",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// The variable on the left, if nothing else stands there.
fn target(text: &str) -> Option<&str> {
    let name = text.strip_prefix('@')?;
    let rest = name.trim_start_matches(is_name);
    let len = text.len() - rest.len();
    (len > 1 && rest.trim_start().starts_with('=')).then(|| &text[..len])
}

/// Whether code ends with another word where SET belongs: `let @a = 1`. A keyword, a number and a value are none.
fn stands_for_set(before: &str) -> bool {
    let code = Lexemes::of(region_of(before));
    let mut lexemes = code.all.iter().rev();
    let Some(word) = lexemes.next().filter(|lexeme| lexeme.kind == LexemeKind::Word).map(|word| code.text(word)) else {
        return false;
    };
    // What stands behind an operator or a comma is a value.
    let is_value = lexemes.next().is_some_and(|lexeme| {
        let sign = code.text(lexeme);
        lexeme.kind == LexemeKind::Sign && !matches!(sign, ")" | ";" | "%%[" | "%%=")
    });
    !is_value && !word.starts_with(|c: char| c.is_ascii_digit()) && SyntaxKind::from_ampscript_keyword(word).is_none()
}

impl CheckProblem for AssignmentWithoutSet {
    const KIND: ProblemKind = ProblemKind::AssignmentWithoutSet;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        let start = problem.range.start();
        let glued = ctx.line_before(start).ends_with(is_name);
        match target(ctx.text(problem.range)) {
            Some(variable) if stands_for_set(ctx.line_before(start)) && !glued => {
                ctx.report::<Self>(problem.range, format!("`{variable}` is not assigned: `set` is missing"))
                    .help("write `set` in place of the word before");
            }
            Some(variable) => {
                let set = in_case_of_line(ctx, start, "set");
                let set = if glued { format!(" {set} ") } else { format!("{set} ") };
                ctx.report::<Self>(problem.range, format!("`{variable}` is not assigned: `set` is missing"))
                    // The page runs as it is, and may rely on the variable's other value.
                    .unsafe_fix("insert `set`", [TextEdit::insert(start, set)]);
            }
            None => {
                ctx.report::<Self>(problem.range, "an assignment without `set` does nothing")
                    .help("only variables can be assigned: `set @name = …`");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{stands_for_set, target};
    use crate::tests::{check, every_finding, fixed, silent};

    #[test]
    fn is_the_only_finding() {
        for (text, start) in [
            ("%%[ @a = 1 ]%%<html>%%[ set @b = 1 ]%%%%=v(@a)=%%%%=v(@b)=%%</html>", 4),
            (
                "<html>%%[ set @rows = LookupRows('d', 'a', 'b')
                @has = IIf(RowCount(@rows) > 0, 1, 0) if @has == 1 then set @r = Row(@rows, 1) endif ]%%%%=Field(@r, 'x')=%%</html>",
                64,
            ),
            ("%%[ @rs = LookupRows('d', 'a', 'b') set @r = Row(@rs, 1) ]%%", 4),
            ("<html>%%[ set @b = 1 for @i = 1 to 2 do @a = Concat(@a, @b) next ]%%%%=v(@a)=%%</html>", 40),
        ] {
            let found = every_finding(text);
            let found: Vec<_> = found.iter().filter(|found| found.rule.on_by_default).collect();
            assert!(found.iter().all(|found| found.rule.id == "amp/assignment-without-set"), "{text} {found:#?}");
            assert_eq!(found.first().map(|found| u32::from(found.range.start())), Some(start), "{text}");
        }
    }

    #[test]
    fn on_the_whole() {
        check(
            "amp/assignment-without-set",
            "
%%[ @a = Add(1, 2) name = 1 ]%%
//  ^^^^^^^^^^^^^^ `@a` is not assigned: `set` is missing
//                 ^^^^^^^^ an assignment without `set` does nothing
",
        );
    }

    #[test]
    fn silent_on_set() {
        silent(
            "amp/assignment-without-set",
            "%%[ set @a = 1 set\n@b = 2 for @i = 1 to 2 do next if @a == 1 then endif ]%% @a = 1",
        );
    }

    #[test]
    fn inserts_set() {
        fixed("amp/assignment-without-set", "%%[ @a = 1 ]%%", "%%[ set @a = 1 ]%%");
        fixed("amp/assignment-without-set", "%%[ if @b then@a = 1 endif ]%%", "%%[ if @b then set @a = 1 endif ]%%");
        fixed("amp/assignment-without-set", "%%[ var @a\n  @a = 1 ]%%", "%%[ var @a\n  set @a = 1 ]%%");
    }

    #[test]
    fn inserts_set_behind_keywords_and_values() {
        for (before, after) in [
            ("if 1 == 1 then @q = Now() endif", "if 1 == 1 then set @q = Now() endif"),
            ("if @x == 1 then else @q = 1 endif", "if @x == 1 then else set @q = 1 endif"),
            ("for @i = 1 to 3 do @q = 1 next @i", "for @i = 1 to 3 do set @q = 1 next @i"),
            ("set @a = 1 @b = 2", "set @a = 1 set @b = 2"),
            ("set @a = true @b = 2", "set @a = true set @b = 2"),
            ("set @a = FirstName @b = 2", "set @a = FirstName set @b = 2"),
            ("SET @a = @c @b = 2", "SET @a = @c SET @b = 2"),
        ] {
            fixed("amp/assignment-without-set", &format!("%%[ {before} ]%%"), &format!("%%[ {after} ]%%"));
        }
    }

    #[test]
    fn another_word_in_the_place_of_set() {
        assert!(stands_for_set("%%[ let ") && stands_for_set("%%[ set @a = f(1) const"));
        for before in ["", "%%[ ", "%%[ if @a == 1 then ", "%%[ set @a = 1 ", "%%[ var @a ", "%%[ set @b = Name "] {
            assert!(!stands_for_set(before), "{before}");
        }
    }

    #[test]
    fn what_can_be_assigned() {
        assert_eq!(target("@a = 1"), Some("@a"));
        assert_eq!(target("@a_2=1"), Some("@a_2"));
        for text in ["@@a = 1", "name = 1", "@a and @b = 1", "f(@a) = 1", "@ = 1"] {
            assert_eq!(target(text), None, "{text}");
        }
    }
}
