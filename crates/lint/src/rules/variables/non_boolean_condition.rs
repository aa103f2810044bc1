use sfmc_catalog::ampscript::Type;
use sfmc_semantic::{Constant, Expr, ExprId, ValueTypes};

use crate::flow::{CallSite, CheckCall, CheckFlow, Condition, FlowContext};

declare_rule! {
    /// A condition is true or false.
    ///
    /// ## Why
    /// A value is no condition because there is one: of numbers only 1 is true, of texts only "true" and "1". `if RowCount(@rows) then` skips
    /// two rows as it skips none. `IIf()` is stricter still: on a live page everything that is no boolean selects the second value.
    /// Source: ampscript.md, section 7 (to boolean; IIf tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @n = RowCount(@rows) if @n then set @found = "yes" endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @n = RowCount(@rows) if @n > 0 then set @found = "yes" endif ]%%
    /// ```
    pub NonBooleanCondition {
        id: "amp/non-boolean-condition",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: None,
        since: "0.1.0",
    }
}

/// What nothing makes a boolean of.
const NEVER: ValueTypes = ValueTypes::DATE.or(ValueTypes::ROW).or(ValueTypes::ROWSET).or(ValueTypes::OBJECT);

/// Functions whose numbers count or compute: that one of them is 1 is chance.
const NUMBERS: [&str; 9] =
    ["RowCount", "Length", "IndexOf", "Add", "Subtract", "Multiply", "Divide", "DateDiff", "Random"];

impl CheckFlow<Condition> for NonBooleanCondition {
    fn check(ctx: &mut FlowContext<'_>, condition: &Condition) {
        look(ctx, condition.expr, false);
    }
}

impl CheckCall for NonBooleanCondition {
    const FUNCTIONS: &'static [&'static str] = &["IIf"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if let Some(condition) = ctx.arg(call, 0) {
            parts(ctx, condition);
        }
    }
}

/// What AND, OR and NOT join. Recurses no deeper than parsers nest.
fn parts(ctx: &mut FlowContext<'_>, expr: ExprId) {
    match ctx.expr(expr) {
        Expr::Not(_) | Expr::Logical { .. } => {
            for child in ctx.body().children(expr) {
                parts(ctx, child);
            }
        }
        _ => look(ctx, expr, true),
    }
}

fn look(ctx: &mut FlowContext<'_>, expr: ExprId, strict: bool) {
    let Some(what) = what(ctx, expr, strict) else { return };
    let range = ctx.range(expr);
    let code = ctx.text(range);
    let takes = match strict {
        true => "`IIf` takes it for false",
        false => "only `true` and 1 are true",
    };
    let help = match (what, ctx.expr(expr)) {
        ("rows", _) => format!("ask for `RowCount({code}) > 0`"),
        ("a number", _) => "compare it, as in `… > 0`".to_owned(),
        (_, Expr::Variable(_)) => format!("ask for `not Empty({code})`, or compare it"),
        _ => "compare it with something".to_owned(),
    };
    ctx.report::<NonBooleanCondition>(range, format!("this condition is {what}: {takes}")).help(help);
}

/// What a condition is instead of a boolean.
fn what(ctx: &FlowContext<'_>, expr: ExprId, strict: bool) -> Option<&'static str> {
    let types = ctx.types(expr);
    if types.is_within(NEVER) {
        return Some(match types.single() {
            Some(Type::Date) => "a date",
            Some(Type::Row) => "a row",
            Some(Type::Object) => "an object",
            _ => "rows",
        });
    }
    if let Some(constant) = ctx.constant(expr) {
        return match constant {
            Constant::Boolean(_) => None,
            Constant::Text(text) => {
                let converted =
                    ["true", "false", "1", "0", ""].iter().any(|word| text.trim().eq_ignore_ascii_case(word));
                (strict || !converted).then_some("a text")
            }
            // `if 1 then` and flags that are 0 or 1.
            Constant::Integer(0 | 1) => strict.then_some("a number"),
            Constant::Integer(_) | Constant::Number(_) => Some("a number"),
        };
    }
    let source = ctx.source_call(expr)?;
    if types.is_within(ValueTypes::NUMBER) && NUMBERS.contains(&source.function.name) {
        return Some("a number");
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_each_part() {
        check(
            "amp/non-boolean-condition",
            "
%%[ set @n = 5 set @rows = LookupRows('d', 'a', 1) if @n and not @rows or RowCount(@rows) or 'yes' then endif ]%%
//                                                    ^^ this condition is a number: only `true` and 1 are true
//                                                               ^^^^^ this condition is rows
//                                                                        ^^^^^^^^^^^^^^^ this condition is a number
//                                                                                           ^^^^^ this condition is a text
",
        );
    }

    #[test]
    fn first_argument_of_iif() {
        check(
            "amp/non-boolean-condition",
            "
%%=IIf('true', 'a', 'b')=%% %%=IIf(not 1, 'a', 'b')=%%
//     ^^^^^^ `IIf` takes it for false
//                                     ^ `IIf` takes it for false
",
        );
    }

    #[test]
    fn silent_on_flags_and_on_what_is_not_known() {
        silent(
            "amp/non-boolean-condition",
            "%%[ set @on = 0 if @x then set @on = 1 endif if @on and @y and Empty(@z) and RequestParameter('f') then endif
            set @t = 'true' if @t or 1 or false then endif set @l = Lookup('d', 'f', 'k', 1) if @l then endif ]%%
            %%=IIf(Empty(@a), 1, 0)=%% %%=IIf(@a == 1 or @b, 'x', 'y')=%%",
        );
    }
}
