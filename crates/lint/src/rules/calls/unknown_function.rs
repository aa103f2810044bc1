use sfmc_catalog::ampscript::{function, functions, member};
use sfmc_diagnostics::similar;
use sfmc_semantic::Expr;
use sfmc_syntax::TextEdit;

use crate::flow::{CheckFlow, FlowContext, UnknownCall};

declare_rule! {
    /// A call names a function of AMPscript.
    ///
    /// ## Why
    /// There are no functions of one's own. A name that the platform does not know stops the page from compiling: nothing is shown, a send
    /// fails for everybody (error 19691 in the preview). Source: ampscript.md, sections 0 and 12 (tested live).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%=Upper(@city)=%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%=Uppercase(@city)=%%
    /// ```
    pub UnknownFunction {
        id: "amp/unknown-function",
        aliases: ["sfmc/amp-no-unknown-function"],
        group: Correctness,
        severity: Error,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// Names that people bring from other languages, with what does the same here.
const FOREIGN: &[(&str, &str)] = &[
    ("upper", "Uppercase"),
    ("toupper", "Uppercase"),
    ("ucase", "Uppercase"),
    ("lower", "Lowercase"),
    ("tolower", "Lowercase"),
    ("lcase", "Lowercase"),
    ("parsedate", "DateParse"),
    ("todate", "DateParse"),
    ("getdate", "Now"),
    ("today", "Now"),
    ("encodeurl", "URLEncode"),
    ("urlencoded", "URLEncode"),
    ("stringformat", "Format"),
    ("len", "Length"),
    ("strlen", "Length"),
    ("instr", "IndexOf"),
    ("substr", "Substring"),
    ("mid", "Substring"),
    ("if", "IIf"),
    ("isempty", "Empty"),
    ("coalesce", "IsNullDefault"),
    ("sub", "Subtract"),
    ("minus", "Subtract"),
    ("mult", "Multiply"),
    ("div", "Divide"),
    ("modulo", "Mod"),
    ("count", "RowCount"),
    ("getvalue", "AttributeValue"),
    ("print", "Output"),
    ("write", "Output"),
    ("echo", "Output"),
];

fn suggestion(name: &str) -> Option<&'static str> {
    let foreign = FOREIGN.iter().find(|(foreign, _)| foreign.eq_ignore_ascii_case(name));
    let foreign = foreign.and_then(|(_, here)| function(here)).map(|function| function.name);
    foreign.or_else(|| {
        similar::closest(name, functions().iter().map(|function| function.name)).filter(|near| !differs(name, near))
    })
}

/// Whether a name that looks much like another says something else: a negation, the opposite direction, another number.
fn differs(name: &str, near: &str) -> bool {
    const OPPOSITES: &[(&str, &str)] = &[("encod", "decod"), ("encryp", "decryp")];
    let (name, near) = (name.to_ascii_lowercase(), near.to_ascii_lowercase());
    let number = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    let turned = |a: &str, b: &str| name.contains(a) && near.contains(b);
    name.contains("not") != near.contains("not")
        || OPPOSITES.iter().any(|(a, b)| turned(a, b) || turned(b, a))
        || (!number(&name).is_empty() && number(&name) != number(&near))
}

/// The function that takes the place of one of the `*Data` functions in messages, if a name does not say which of the two is meant:
/// `InsertDate`.
fn twin(name: &str, near: &str) -> Option<&'static str> {
    let verb = near.strip_suffix("Data")?;
    let says = name.to_ascii_lowercase().ends_with("data");
    functions().iter().map(|function| function.name).find(|other| !says && other.strip_suffix("DE") == Some(verb))
}

/// The function that a name negates: `IsNotNull`, `NotEmpty`.
fn negation(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let (before, after) = lower.split_once("not")?;
    let without = [format!("{before}{after}"), after.to_owned()];
    without.iter().find_map(|name| Some(function(name)?.name)).filter(|name| *name != "v")
}

impl CheckFlow<UnknownCall> for UnknownFunction {
    fn check(ctx: &mut FlowContext<'_>, call: &UnknownCall) {
        let name = ctx.text(call.name);
        // Of other letters the lexer has said so.
        if member(name).is_some() || !name.is_ascii() {
            return;
        }
        let other = suggestion(name);
        let mut edits: Vec<TextEdit> = other.map(|other| TextEdit::replace(call.name, other)).into_iter().collect();
        if other == Some("Output") {
            // Of a plain variable Output prints nothing.
            for &arg in ctx.body().operands(call.call.args) {
                if matches!(ctx.expr(arg), Expr::Variable(_) | Expr::System(_)) {
                    let range = ctx.range(arg);
                    edits.push(TextEdit::insert(range.start(), "v("));
                    edits.push(TextEdit::insert(range.end(), ")"));
                }
            }
        }
        let report = ctx.report::<Self>(call.name, format!("there is no function `{name}`"));
        if let Some(negated) = negation(name) {
            report.help(format!("did you mean `not {negated}(…)`?"));
        } else if let Some((other, twin)) = other.and_then(|other| Some((other, twin(name, other)?))) {
            report.help(format!("did you mean `{other}` or `{twin}`? Messages accept only `{twin}`"));
        } else if let Some(other) = other {
            report.help(format!("did you mean `{other}`?")).unsafe_fix(format!("write `{other}`"), edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent, unfixed};

    #[test]
    fn at_the_name() {
        check(
            "amp/unknown-function",
            "
<p>😀 %%=Lokup('d', 'c', 'k', 1)=%%</p>
//      ^^^^^ there is no function `Lokup`
",
        );
    }

    #[test]
    fn in_arguments() {
        check(
            "amp/unknown-function",
            "
%%[ set @a = Concat('a', Foo(1)) ]%%
//                       ^^^ there is no function `Foo`
",
        );
    }

    #[test]
    fn silent_on_any_spelling_of_what_exists() {
        silent("amp/unknown-function", "%%=lOOKUP('d', 'c', 'k', 1)=%% %%=v (@a)=%% %%=Msg(0).Noun(1)=%%");
        silent(
            "amp/unknown-function",
            "%%[ set @a = 'Foo(1)' /* Foo(1) */ ]%% Foo(1) <script runat=server>Foo(1)</script>",
        );
    }

    #[test]
    fn suggests() {
        fixed("amp/unknown-function", "%%=Lokup('d', 'c', 'k', 1)=%%", "%%=Lookup('d', 'c', 'k', 1)=%%");
        fixed("amp/unknown-function", "%%=ParseDate('x')=%%", "%%=DateParse('x')=%%");
        fixed("amp/unknown-function", "%%=URLEncod('x')=%%", "%%=URLEncode('x')=%%");
        fixed("amp/unknown-function", "%%[ InsrtData('d', 'a', 1) ]%%", "%%[ InsertData('d', 'a', 1) ]%%");
    }

    #[test]
    fn no_fix_that_says_something_else() {
        for text in [
            "%%=IIf(IsNotNull(@a), 1, 2)=%%",
            "%%=IIf(NotEmpty(@a), 1, 2)=%%",
            "%%=URLDecode(@a)=%%",
            "%%=MD4(@a)=%%",
            "%%[ set @a = HTTPPost3(@u, 'text/plain', 'x') ]%%",
            "%%[ InsertDate('d', 'a', 1) ]%%",
        ] {
            unfixed("amp/unknown-function", text);
        }
        check(
            "amp/unknown-function",
            "
%%=IIf(IsNotNull(@a), 1, 2)=%%
//     ^^^^^^^^^ there is no function `IsNotNull`
",
        );
    }

    #[test]
    fn prints_a_variable() {
        fixed("amp/unknown-function", "%%[ print(@x) ]%%", "%%[ Output(v(@x)) ]%%");
        fixed("amp/unknown-function", "%%[ write((@x), 'a') ]%%", "%%[ Output((v(@x)), 'a') ]%%");
    }
}
