use sfmc_semantic::Constant;

use crate::flow::{CallSite, CheckCall, FlowContext};
use crate::rules::calls::invalid_enum_value::swapped_unit;

declare_rule! {
    /// Where a function computes, it is given numbers that it can compute with.
    ///
    /// ## Why
    /// Words, `"true"` and (for Add) an empty text are not taken for 0: they end the page, and all of its output is lost. Functions that
    /// count whole things (DateAdd, Char, Substring, the occurrence of IndexOf) end it on a decimal number or a boolean too, and Char on a
    /// negative repeat count. Source: the reference pages of these functions on sfmc.guide (each tested live; ampscript.md section 0, LIVE).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=Multiply("price", 2)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=Multiply(@price, 2)=%%
    /// ```
    pub InvalidNumberArgument {
        id: "amp/invalid-number-argument",
        aliases: [],
        group: Correctness,
        severity: Error,
        fix: None,
        since: "0.1.0",
    }
}

/// What was seen to fail as one argument of a function.
#[derive(Clone, Copy)]
struct Fails {
    function: &'static str,
    index: usize,
    decimals: bool,
    booleans: bool,
    negatives: bool,
    empty: bool,
}

const fn any_number(function: &'static str, index: usize) -> Fails {
    Fails { function, index, decimals: false, booleans: false, negatives: false, empty: false }
}

const fn whole(function: &'static str, index: usize) -> Fails {
    Fails { decimals: true, booleans: true, ..any_number(function, index) }
}

const FAILS: &[Fails] = &[
    Fails { empty: true, ..any_number("Add", 0) },
    Fails { empty: true, ..any_number("Add", 1) },
    any_number("Subtract", 0),
    any_number("Subtract", 1),
    any_number("Multiply", 0),
    any_number("Multiply", 1),
    any_number("Divide", 0),
    any_number("Divide", 1),
    any_number("Mod", 0),
    any_number("Mod", 1),
    any_number("Random", 0),
    any_number("Random", 1),
    Fails { booleans: false, ..whole("DateAdd", 1) },
    whole("Char", 0),
    Fails { negatives: true, booleans: false, ..whole("Char", 1) },
    whole("Substring", 1),
    whole("Substring", 2),
    whole("IndexOf", 2),
];

impl Fails {
    /// What is wrong with a value, in words.
    fn why(self, constant: &Constant) -> Option<&'static str> {
        match constant {
            Constant::Boolean(_) => self.booleans.then_some("a boolean is no number"),
            Constant::Integer(n) => (self.negatives && *n < 0).then_some("it cannot be negative"),
            Constant::Number(_) => {
                let fraction = constant.as_number().is_some_and(|n| n.is_finite() && n.fract() != 0.0);
                (self.decimals && fraction).then_some("it must be a whole number")
            }
            Constant::Text(text) if text.is_empty() => self.empty.then_some("an empty text is no number"),
            Constant::Text(text) => {
                // Only what no culture reads as a number: digits can have currency signs and separators around them.
                let word = text.chars().any(|c| c.is_ascii_alphabetic());
                let named = ["nan", "infinity", "-infinity"].contains(&text.trim().to_ascii_lowercase().as_str());
                (word && !named && !text.chars().any(char::is_numeric)).then_some("this text is no number")
            }
        }
    }
}

impl CheckCall for InvalidNumberArgument {
    const FUNCTIONS: &'static [&'static str] =
        &["Add", "Subtract", "Multiply", "Divide", "Mod", "Random", "DateAdd", "Char", "Substring", "IndexOf"];

    fn check(ctx: &mut FlowContext<'_>, call: &CallSite) {
        if ctx.is_next() {
            return;
        }
        // The other one of the two is reported.
        if call.function.name == "DateAdd" && swapped_unit(ctx, call).is_some() {
            return;
        }
        for fails in FAILS.iter().filter(|fails| fails.function == call.function.name) {
            let Some(arg) = ctx.arg(call, fails.index) else { continue };
            let Some(why) = ctx.sure_constant(arg).and_then(|constant| fails.why(constant)) else { continue };
            let set_at = ctx.set_at(arg);
            let range = ctx.range(arg);
            let message = format!("`{}` cannot compute with this and ends the page: {why}", call.function.name);
            ctx.report::<Self>(range, message).set_at(set_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn at_the_argument() {
        check(
            "amp/invalid-number-argument",
            "
%%=Add('one', 1)=%% %%=DateAdd(Now(), 1.5, 'D')=%% %%=Substring(@a, true)=%%
//     ^^^^^ this text is no number
//                                    ^^^ it must be a whole number
//                                                                  ^^^^ a boolean is no number
",
        );
    }

    #[test]
    fn silent_on_numbers_in_any_spelling() {
        silent("amp/invalid-number-argument", "%%=Add('1', '2.5')=%% %%=Add('$5', '1,000')=%% %%=Add(@a, Price)=%%");
        silent("amp/invalid-number-argument", "%%=Subtract('', 1)=%% %%=IndexOf('banana', 'na', 2)=%%");
    }
}
