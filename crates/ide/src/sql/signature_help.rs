//! Which function is being called here, and which of its parameters is meant?

use sfmc_catalog::sql::{Form, Function, function};
use sfmc_db::{Db, Page};
use sfmc_syntax::TextSize;

use super::{
    context::{Context, OpenCall},
    function_docs::{describe_param, facts, signature},
};
use crate::{
    markup::Markup,
    signature_help::{SignatureHelp, SignatureParameter},
};

/// The innermost call around a place of a function that is known.
pub(crate) fn signature_help(db: &dyn Db, page: Page, offset: TextSize) -> Option<SignatureHelp> {
    let context = Context::new(db, page, offset)?;
    if context.in_comment {
        return None;
    }
    let call = context.calls.last()?;
    let function = function(context.text(call.name))?;
    let (label, places) = signature(function);
    let mut text = Markup::default();
    facts(&mut text, function);
    let parameters = function.params.iter().zip(places);
    let parameters = parameters.map(|(param, label)| SignatureParameter { label, text: describe_param(param) });
    let active = active_param(function, *call);
    let range = call.name + context.position.start;
    Some(SignatureHelp { label, text, parameters: parameters.collect(), active, range })
}

/// The place among the parameters of what an argument is passed for.
pub(super) fn active_param(function: &Function, call: OpenCall) -> Option<usize> {
    if function.form == Form::WithAs {
        let place = usize::from(call.behind_as) + call.commas;
        return (place < function.params.len()).then_some(place);
    }
    if call.commas < function.params.len() {
        return Some(call.commas);
    }
    // Those that go on forever stand last, one behind the other: what they take comes in turns.
    let variadic = function.params.iter().filter(|param| param.variadic).count();
    let fixed = function.params.len().checked_sub(variadic.max(1))?;
    (variadic > 0).then(|| fixed + (call.commas - fixed) % variadic)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::{
        signature_help,
        testing::{size, sql_host},
    };

    /// The signature, with the parameter at `$0` marked.
    #[track_caller]
    fn check(cases: &[&str], expected: &Expect) {
        let mut out = String::new();
        for markup in cases {
            let at = size(markup.find("$0").unwrap());
            let text = markup.replace("$0", "");
            let (host, file) = sql_host(&text);
            let found = signature_help(&host.snapshot(), file, at);
            let shown = found.map_or_else(
                || "nothing".to_owned(),
                |found| {
                    let mut label = found.label;
                    if let Some(active) = found.active {
                        let place = found.parameters[active].label.clone();
                        label.insert(place.end, '»');
                        label.insert(place.start, '«');
                    }
                    label
                },
            );
            out.push_str(&format!("{markup}: {shown}\n"));
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn the_argument_at_the_place() {
        check(
            &[
                "SELECT DATEADD($0",
                "SELECT DATEADD(day, $0) FROM t",
                "SELECT dateadd(day, 1, x), LEFT($0x, 2)",
                "SELECT COALESCE(a, b, c$0",
                "SELECT CAST(a$0 AS int)",
                "SELECT CAST(a AS in$0t)",
                "SELECT CONVERT(date, a, $0",
                "SELECT CONCAT(a, UPPER(b), $0",
                "SELECT GETDATE($0)",
                "SELECT COUNT($0*)",
                "SELECT REPLACE(a, '$0",
                "SELECT REPLACE(a, /* , $0 */ b)",
                "SELECT REPLACE(a, (b + $0",
                "SELECT nobody(LEN($0), x)",
                "SELECT nobody(LEN(x), $0)",
                "SELECT LEN(x)$0",
                "SELECT ROW_NUMBER($0",
            ],
            &expect![[r#"
                SELECT DATEADD($0: DATEADD(«part: part of a date», amount: int, date) → same as date
                SELECT DATEADD(day, $0) FROM t: DATEADD(part: part of a date, «amount: int», date) → same as date
                SELECT dateadd(day, 1, x), LEFT($0x, 2): LEFT(«text», count: int) → string
                SELECT COALESCE(a, b, c$0: COALESCE(a, b, «rest», …) → highest-precedence type
                SELECT CAST(a$0 AS int): CAST(«value» AS type) → target type
                SELECT CAST(a AS in$0t): CAST(value AS «type») → target type
                SELECT CONVERT(date, a, $0: CONVERT(type, value[, «style: int»]) → target type
                SELECT CONCAT(a, UPPER(b), $0: CONCAT(a, b, «rest», …) → string
                SELECT GETDATE($0): GETDATE() → datetime
                SELECT COUNT($0*): COUNT(«value: value or *») → int
                SELECT REPLACE(a, '$0: REPLACE(text, «find: text», with: text) → string
                SELECT REPLACE(a, /* , $0 */ b): nothing
                SELECT REPLACE(a, (b + $0: REPLACE(text, «find: text», with: text) → string
                SELECT nobody(LEN($0), x): LEN(«text») → int
                SELECT nobody(LEN(x), $0): nothing
                SELECT LEN(x)$0: nothing
                SELECT ROW_NUMBER($0: ROW_NUMBER() OVER (…) → bigint
            "#]],
        );
    }
}
