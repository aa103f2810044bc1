use sfmc_catalog::ampscript::{Arg, Type, Types};
use sfmc_semantic::{Constant, ExprId, Marks};

use crate::flow::{CallSite, CheckCall, CheckFlow, FlowContext, Loop};

declare_rule! {
    /// Rows, row sets and objects are passed to functions that take them.
    ///
    /// ## Why
    /// Text, numbers, dates and booleans are converted into each other. Rows, row sets and objects are converted into nothing, and nothing
    /// into them: `Field` of a whole row set fails, `RowCount` of a text does. Reported only where a value can be of one type alone.
    /// A text of letters alone stands for no number, where one is needed. A loop counts whole numbers.
    /// Source: ampscript.md, section 7 (values and conversion); ampscript-functions.json.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @rows = LookupRows("Orders", "Email", @email) set @total = Field(@rows, "Total") ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @rows = LookupRows("Orders", "Email", @email)
    ///     if RowCount(@rows) > 0 then set @total = Field(Row(@rows, 1), "Total") endif ]%%
    /// ```
    pub InvalidArgumentType {
        id: "amp/invalid-argument-type",
        aliases: ["arg-types", "arg-type"],
        group: Correctness,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

/// Functions that only ask or pass on what they are given, whatever it is.
const INDIFFERENT: [&str; 7] = ["Empty", "IsNull", "IsNullDefault", "IIf", "v", "Output", "OutputLine"];

impl CheckCall for InvalidArgumentType {
    const FUNCTIONS: &'static [&'static str] = &[];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        let function = call.function;
        if INDIFFERENT.contains(&function.name) {
            return;
        }
        let known: Vec<Arg> = ctx.args(call).iter().map(|&arg| known(ctx, arg)).collect();
        for (index, &arg) in ctx.args(call).iter().enumerate() {
            let Some(param) = function.param(index, &known) else { continue };
            let accepted = param.types;
            if !param.out && !param.optional && param.disputed.is_none() && is_word_for_number(ctx, call, accepted, arg)
            {
                let range = ctx.range(arg);
                let message = format!("this text is no number, but `{}` takes one here", function.name);
                ctx.report::<Self>(range, message);
                continue;
            }
            // What it returns where it finds nothing is disputed; rows it is never.
            let is_lookup = || ctx.source_call(arg).is_some_and(|source| source.function.name == "Lookup");
            let text = || (!accepted.iter().any(Type::is_scalar) && is_lookup()).then_some(Type::String);
            let Some(found) = ctx.types(arg).single().or_else(text) else { continue };
            if never_comes(ctx, arg) {
                continue;
            }
            // What is not needed is left out by an empty text or a zero.
            let left_out = found.is_scalar() && (param.optional || function.name.starts_with("Invoke"));
            if param.out || param.disputed.is_some() || accepted.is_empty() || accepted.accept(found) || left_out {
                continue;
            }
            let range = ctx.range(arg);
            let message = format!("this is {}, but `{}` takes {} here", a(found), function.name, several(accepted));
            let definitions: Vec<_> = ctx.definitions(arg).take(2).copied().collect();
            let mut report = ctx.report::<Self>(range, message);
            if let [definition] = definitions[..] {
                report = report.related_at(definition.at, "it is set here");
            }
            if let Some(help) = help(accepted, found) {
                report.help(help);
            }
        }
    }
}

/// The values between which a loop counts.
impl CheckFlow<Loop> for InvalidArgumentType {
    fn check(ctx: &mut FlowContext<'_>, item: &Loop) {
        for value in [item.start, item.bound] {
            let range = ctx.range(value);
            match ctx.types(value).single() {
                Some(found @ (Type::Row | Type::Rowset | Type::Object)) => {
                    let set_at = ctx.set_at(value);
                    let report = ctx
                        .report::<Self>(
                            range,
                            format!("this is {}, but a loop counts from one number to another", a(found)),
                        )
                        .set_at(set_at);
                    if found == Type::Rowset {
                        report.help("count them: `RowCount(…)`");
                    }
                }
                _ => {
                    if let Some(why) = ctx.every_value(value, no_whole_number) {
                        let set_at = ctx.set_at(value);
                        ctx.report::<Self>(range, format!("a loop counts whole numbers: {why}")).set_at(set_at);
                    }
                }
            }
        }
    }
}

/// Why a loop cannot count from or to a value.
fn no_whole_number(constant: &Constant) -> Option<&'static str> {
    match constant {
        Constant::Integer(_) => None,
        Constant::Boolean(_) => Some("true or false is none"),
        Constant::Number(_) => constant.as_number().filter(|n| n.fract() != 0.0).map(|_| "this is none"),
        Constant::Text(text) => {
            let number = constant.as_number();
            let fraction = number.is_some_and(|n| n.fract() != 0.0);
            let words = text.contains(char::is_alphabetic) && !text.contains(char::is_numeric);
            (fraction || words).then_some("this text is none")
        }
    }
}

/// Whether a condition lets come here only what is not empty, and the variable is: nobody ever comes by.
fn never_comes(ctx: &FlowContext<'_>, arg: ExprId) -> bool {
    ctx.marks(arg).has(Marks::NOT_EMPTY) && ctx.constant_text(arg) == Some("")
}

/// Whether a text that no one reads as a number stands where only a number is taken: arguments in the wrong order, most likely.
fn is_word_for_number(ctx: &FlowContext<'_>, call: &CallSite, accepted: Types, arg: ExprId) -> bool {
    // Of the counts of pairs, their groups speak.
    let counts = ["Upsert", "Update", "Create"].iter().any(|start| call.function.name.starts_with(start));
    if counts || !accepted.iter().eq([Type::Number]) {
        return false;
    }
    match ctx.sure_constant(arg) {
        Some(Constant::Text(text)) => {
            text.chars().any(|c| c.is_ascii_alphabetic()) && !text.chars().any(char::is_numeric)
        }
        _ => false,
    }
}

fn known(ctx: &FlowContext<'_>, arg: ExprId) -> Arg {
    match ctx.constant(arg) {
        Some(Constant::Integer(n)) => Arg::Integer(*n),
        _ => Arg::Unknown,
    }
}

fn a(found: Type) -> &'static str {
    match found {
        Type::String => "a text",
        Type::Number => "a number",
        Type::Boolean => "true or false",
        Type::Date => "a date",
        Type::Row => "a row",
        Type::Rowset => "a row set",
        Type::Object => "an object",
    }
}

fn several(accepted: Types) -> String {
    let mut words: Vec<&str> = accepted.iter().filter(|item| !item.is_scalar()).map(a).collect();
    if accepted.iter().any(Type::is_scalar) {
        words.insert(0, "a single value");
    }
    words.join(" or ")
}

fn help(accepted: Types, found: Type) -> Option<&'static str> {
    match found {
        Type::Rowset if accepted.contains(Type::Row) => Some("take one of its rows: `Row(…, 1)`"),
        Type::Row if accepted.iter().any(Type::is_scalar) => Some("take one of its columns: `Field(…, \"…\")`"),
        Type::Rowset if accepted.iter().any(Type::is_scalar) => {
            Some("take a column of one of its rows: `Field(Row(…, 1), \"…\")`")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn one_value_is_no_rows() {
        check(
            "amp/invalid-argument-type",
            "
%%[ set @n = RowCount(Lookup('d', 'x', 'a', @k)) set @r = Row(Lookup('d', 'x', 'a', @k), 1) ]%%
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^ this is a text, but `RowCount` takes a row set here
//                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^ this is a text, but `Row` takes a row set
%%[ set @l = Lookup('d', 'x', 'a', @k) set @n = RowCount(@l) ]%%
//                                                       ^^ this is a text
",
        );
        silent(
            "amp/invalid-argument-type",
            "%%[ set @n = RowCount(LookupRows('d', 'a', @k)) set @l = Lookup('d', 'x', 'a', @k) set @t = Trim(@l)
            if @x then set @l = LookupRows('d', 'a', @k) endif set @m = RowCount(@l) ]%%",
        );
    }

    #[test]
    fn at_the_argument() {
        check(
            "amp/invalid-argument-type",
            "
%%[ set @rows = LookupRows('d', 'a', 'b') set @row = Row(@rows, 1) set @x = Field(@rows, 'c') set @y = Concat('a', @row) ]%%
//                                                                                ^^^^^ this is a row set, but `Field` takes a row or an object here
//                                                                                                                 ^^^^ this is a row, but `Concat` takes a single value here
%%=RowCount('Orders')=%% %%=Row(@row, 1)=%% %%=RowCount(5)=%%
//          ^^^^^^^^ this is a text, but `RowCount` takes a row set here
//                              ^^^^ this is a row, but `Row` takes a row set here
//                                                      ^ this is a number
",
        );
    }

    #[test]
    fn at_a_word_where_a_number_belongs() {
        check(
            "amp/invalid-argument-type",
            "
%%[ set @rows = LookupOrderedRows('d', 'Date desc', 5, 'k', @k) set @row = Row(@rows, 'first') ]%%
//                                     ^^^^^^^^^^^ warning: this text is no number, but `LookupOrderedRows` takes one here
//                                                                                    ^^^^^^^ this text is no number, but `Row` takes one here
",
        );
        silent(
            "amp/invalid-argument-type",
            "%%[ set @rows = LookupOrderedRows('d', '5', 'Date desc', 'k', 'v') set @row = Row(@rows, @n) set @x = Row(@rows, '') ]%%",
        );
    }

    #[test]
    fn what_a_loop_counts() {
        check(
            "amp/invalid-argument-type",
            "
%%[ set @rows = LookupRows('d', 'a', 'b') for @i = 1 to @rows do next for @i = 1.5 to 'abc' do next for @i = 'true' to 3 do next ]%%
//                                                      ^^^^^ this is a row set, but a loop counts
//                                                                             ^^^ a loop counts whole numbers: this is none
//                                                                                    ^^^^^ a loop counts whole numbers: this text is none
//                                                                                                           ^^^^^^ this text is none
",
        );
        silent(
            "amp/invalid-argument-type",
            "%%[ set @n = '5' for @i = 1 to @n do next for @i = '1' to RowCount(@rows) do next for @i = 1 to Length do next
            for @i = 2.0 to Divide(@a, 2) do next for @i = 1 to @x do next ]%%",
        );
    }

    #[test]
    fn silent_where_nobody_comes_by() {
        silent(
            "amp/invalid-argument-type",
            "%%[ set @r = '' if not Empty(@r) then ]%%%%=Field(@r,'x')=%%%%[ endif ]%%",
        );
    }

    #[test]
    fn silent_on_what_is_converted_or_not_known() {
        silent(
            "amp/invalid-argument-type",
            "%%[ set @rows = LookupRows('d', 'a', 1) if Empty(@rows) or IsNull(@rows) then endif set @n = Add('1', 2)
            if @x then set @rows = '' endif set @c = RowCount(@rows) set @v = Field(@unknown, 'c') set @z = Concat(Now(), 1)
            for @i = 1 to RowCount(@rows) do set @row = Row(@rows, @i) set @v = Field(@row, 'c') next
            set @o = CreateObject('Subscriber') SetObjectProperty(@o, 'Email', 'x') AddObjectArrayItem(@o, 'L', @o) ]%%",
        );
    }
}
