//! Where does a server script name variables of AMPscript? For whoever changes these names: what stands in strings and comments of the
//! script is none, and neither is the name of anything else that has a `GetValue`.
//!
//! The flow of values asks less ([`crate::ScriptUse`]): there, taking too much for an access only means to know less.

use std::ops::Range;

use sfmc_syntax::{TextRange, TextSize};

use crate::script_lexer::Lexer;

/// A literal name of a variable in `Variable.GetValue("@name")` or `Variable.SetValue("@name", …)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptName {
    /// The name without `@`, in bytes of the script.
    pub range: TextRange,
    /// How many `@` stand before it.
    pub ats: u32,
    /// Whether the variable is set; else it is read.
    pub sets: bool,
}

/// The names in the text of a script, in order.
pub fn script_names(script: &str) -> Vec<ScriptName> {
    let mut found = Vec::new();
    if memchr::memmem::find(script.as_bytes(), b"etValue").is_none() {
        return found;
    }
    let mut lexer = Lexer::new(script);
    // The two tokens before: the receiver of a member, and its dot.
    let (mut receiver, mut dot) = ("", false);
    while let Some(token) = lexer.token() {
        let sets = token == "SetValue";
        if (sets || token == "GetValue")
            && dot
            && let Some((range, ats)) = lexer.literal_argument().and_then(|(literal, _)| name(script, literal))
            && (receiver == "Variable" || ats == 1)
        {
            found.push(ScriptName { range, ats, sets });
        }
        dot = token == ".";
        if !dot {
            receiver = token;
        }
    }
    found
}

/// The name that a literal is.
fn name(script: &str, literal: Range<usize>) -> Option<(TextRange, u32)> {
    let content = script.get(literal.clone())?;
    let blank = content.len() - content.trim_start().len();
    let written = content.trim();
    let name = written.trim_start_matches('@');
    let ats = written.len() - name.len();
    let plain = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_alphanumeric());
    let size = |n: usize| u32::try_from(n).ok();
    let from = TextSize::new(size(literal.start + blank + ats)?);
    (plain && ats < 2).then_some((TextRange::at(from, TextSize::of(name)), size(ats)?))
}

/// What a script says in strings, for whoever looks for names that it does not pass on at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptTexts {
    /// What stands between the quotation marks of each string, in bytes of the script, without those that are nothing but a [`ScriptName`].
    pub texts: Vec<TextRange>,
    /// It has names of variables computed, or passes the object on that knows them.
    pub computes_names: bool,
    /// It runs texts as code.
    pub runs_code: bool,
}

/// The strings of a script.
pub fn script_texts(script: &str) -> ScriptTexts {
    let mut found = ScriptTexts::default();
    // Both go through the script in order.
    let mut known = script_names(script).into_iter().peekable();
    let size = |at: usize| TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    let mut lexer = Lexer::new(script);
    loop {
        let mut ahead = lexer;
        if let Some(string) = ahead.string() {
            lexer = ahead;
            let range = TextRange::new(size(string.start), size(string.end));
            while known.next_if(|name| name.range.start() < range.start()).is_some() {}
            if !known.peek().is_some_and(|name| range.contains_range(name.range)) {
                found.texts.push(range);
            }
            continue;
        }
        let Some(token) = lexer.token() else { return found };
        found.runs_code |= token.starts_with("TreatAsContent");
        found.computes_names |= token == "Variable" && !names_variable(script, lexer);
    }
}

/// Whether a literal name is passed to the object of the variables, which was just read.
fn names_variable(script: &str, mut lexer: Lexer<'_>) -> bool {
    lexer.token() == Some(".")
        && matches!(lexer.token(), Some("GetValue" | "SetValue"))
        && lexer.literal_argument().is_some_and(|(literal, _)| name(script, literal).is_some())
}

#[cfg(test)]
mod tests {
    use sfmc_test_support::assert_linear;

    use super::*;

    fn names(script: &str) -> Vec<(&str, bool)> {
        script_names(script).into_iter().map(|name| (&script[name.range], name.sets)).collect()
    }

    #[test]
    fn literal_names_of_variables() {
        assert_eq!(
            names(
                "Variable.SetValue(\"@Name\", x); var y = Platform . Variable.GetValue( ' @b ' ); Variable.GetValue('c')"
            ),
            [("Name", true), ("b", false), ("c", false)]
        );
        assert_eq!(names("V.SetValue('@a', 1); Attribute.GetValue('Email')"), [("a", true)]);
        assert_eq!(names("Variable.SetValue('@a' + i, 1); Variable.SetValue('@@a', 1); SetValue"), []);
        assert_eq!(names("Variable.SetValue('a b', 1); Variable.SetValue('', 1); Variable.SetValue('"), []);
    }

    #[test]
    fn strings_and_what_becomes_of_them() {
        let found = |script: &str| {
            let found = script_texts(script);
            let texts = found.texts.iter().map(|range| script[*range].to_owned()).collect::<Vec<_>>();
            (texts.join("|"), found.computes_names, found.runs_code)
        };
        let expect = |texts: &str, computes: bool, runs: bool| (texts.to_owned(), computes, runs);
        assert_eq!(found("Write(Variable.GetValue('@a') + 'x')"), expect("x", false, false));
        assert_eq!(found("var n = \"@a\"; Variable.GetValue(n)"), expect("@a", true, false));
        assert_eq!(found("Variable.GetValue('@' + n)"), expect("@", true, false));
        assert_eq!(found("var V = Variable; V.GetValue(n)"), expect("", true, false));
        assert_eq!(found("Attribute.GetValue(n) // Variable.GetValue(n)"), expect("", false, false));
        assert_eq!(found("Platform.Function.TreatAsContent(/* 'a' */ 'b' + c)"), expect("b", false, true));
        assert_eq!(found("'a"), expect("", false, false));
    }

    #[test]
    fn many_names_are_linear() {
        let text = |count: usize| "Variable.GetValue('@a'); f('b');".repeat(count);
        assert_linear("names", [200, 2_000], text, |text| assert!(script_texts(&text).texts.len() >= 200));
    }

    #[test]
    fn nothing_in_strings_and_comments() {
        assert_eq!(
            names(
                "// Variable.GetValue('@a')\n/* Variable.GetValue('@b') */ var s = \"Variable.GetValue('@c')\", \
                 t = 'it\\'s', r = /['\"]/g, d = a / b; Variable /* x */ .GetValue('@d') / 2"
            ),
            [("d", false)]
        );
        assert_eq!(names("var s = 'not closed\nVariable.GetValue('@a')"), [("a", false)]);
        assert_eq!(names("/* Variable.GetValue('@a')"), []);
    }
}
