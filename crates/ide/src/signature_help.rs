//! Which function is being called here, and which of its parameters is meant? Told from the tokens before the place, so that a call which
//! nobody has closed yet is one.

use std::ops::Range;

use sfmc_db::{FileId, FileKind, Snapshot};
use sfmc_semantic::page_environment;
use sfmc_syntax::{TextRange, TextSize};

use crate::{
    code::CodeAt,
    expected::{OpenCall, Slot, expected},
    function_docs::{describe_param, facts, typed_signature},
    markup::Markup,
    sql,
};

/// How a call is written, and where in it one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// The signature with types.
    pub label: String,
    /// What the function does.
    pub text: Markup,
    /// The parameters: a repeated one once.
    pub parameters: Vec<SignatureParameter>,
    /// The parameter that the place stands in; none behind the last one.
    pub active: Option<usize>,
    /// The name of the function in the code.
    pub range: TextRange,
}

/// A parameter in a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureParameter {
    /// Where it stands in [`SignatureHelp::label`], in bytes.
    pub label: Range<usize>,
    /// What there is to know.
    pub text: Markup,
}

/// The innermost call around `offset` of a function that is known.
pub fn signature_help(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<SignatureHelp> {
    let page = snapshot.page(file)?;
    let db = snapshot.db();
    if page.kind(db) == FileKind::Sql {
        return sql::signature_help(db, page, offset);
    }
    let code = CodeAt::new(db, page, offset)?;
    let around = expected(&code, offset);
    if around.slot == Slot::Nothing {
        return None;
    }
    // Parentheses around an operand are inside of the argument; a call that nobody knows hides those around it.
    let call = around.calls.iter().rev().find(|call| call.name.is_some())?;
    let function = call.function?;
    let (label, places) = typed_signature(function);
    let mut text = Markup::default();
    text.text(function.description);
    facts(&mut text, function, page_environment(db, page));
    let parameters = function.params.iter().zip(places);
    let parameters = parameters.map(|(param, label)| SignatureParameter { label, text: describe_param(param) });
    let active = active_param(&code, call);
    Some(SignatureHelp { label, text, parameters: parameters.collect(), active, range: call.name? })
}

/// The place in [`sfmc_catalog::ampscript::Function::params`] of what the argument at the place is passed for.
pub(crate) fn active_param(code: &CodeAt, call: &OpenCall) -> Option<usize> {
    let function = call.function?;
    let param = function.param(call.active(), &call.known_args(code))?;
    function.params.iter().position(|known| std::ptr::eq(known, param))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sfmc_db::{FileKind, Host};
    use sfmc_test_support::extract_cursor;

    use super::*;

    fn help(text: &str) -> Option<SignatureHelp> {
        let (text, at) = extract_cursor(text);
        let mut host = Host::default();
        let file = host.set_text(Path::new("/a.html"), text, FileKind::Page);
        signature_help(&host.snapshot(), file, TextSize::try_from(at).unwrap())
    }

    /// The function and the active parameter.
    fn active(text: &str) -> String {
        let Some(help) = help(text) else { return "nothing".to_owned() };
        let name = help.label.split('(').next().unwrap();
        let param = help.active.map_or("-", |active| &help.label[help.parameters[active].label.clone()]);
        format!("{name} {}", param.split(':').next().unwrap())
    }

    #[test]
    fn the_argument_at_the_place() {
        assert_eq!(active("%%=Lookup($0)=%%"), "Lookup dataObject");
        assert_eq!(active("%%=lookup('d', $0'c')=%%"), "Lookup returnColumn");
        assert_eq!(active("%%=Lookup('d,(', 'c$0')=%%"), "Lookup returnColumn");
        assert_eq!(active("%%=Lookup('d', 'c', 1$0)=%%"), "Lookup searchColumn");
        assert_eq!(active("%%=Lookup('d', /* , , */ $0)=%%"), "Lookup returnColumn");
        assert_eq!(active("%%=Lookup('d', /* ,$0 , */ )=%%"), "nothing");
        assert_eq!(active("%%=Lookup('d')$0=%%"), "nothing");
        assert_eq!(active("%%=Lookup$0('d')=%%"), "nothing");
        assert_eq!(active("Lookup('d', $0)"), "nothing");
        assert_eq!(active("%%=GUID($0)=%%"), "GUID -");
        assert_eq!(active("%%=Add(1, 2, $0)=%%"), "Add -");
    }

    #[test]
    fn nested() {
        assert_eq!(active("%%=Concat('a', Lookup('d', $0), 'b')=%%"), "Lookup returnColumn");
        assert_eq!(active("%%=Concat('a', Lookup('d', 'c', 'k', 1), $0'b')=%%"), "Concat string");
        assert_eq!(active("%%=Add(1, (2$0))=%%"), "Add number2");
        assert_eq!(active("%%=Add(1, Nobody($0))=%%"), "nothing");
        assert_eq!(active("%%=Msg(0).Noun($0)=%%"), "Noun position");
    }

    #[test]
    fn repeated_groups() {
        assert_eq!(active("%%=Lookup('d', 'c', 'k', 1, 'l', $0)=%%"), "Lookup searchValue");
        let upsert = |count: &str, rest: &str| active(&format!("%%[ UpsertDE('d', {count}, {rest}$0) ]%%"));
        assert_eq!(upsert("1", "'a', 1, "), "UpsertDE columnToUpsert");
        assert_eq!(upsert("2", "'a', 1, "), "UpsertDE searchColumnName");
        assert_eq!(upsert("2", "'a', 1, 'b', 2, 'c', "), "UpsertDE upsertedValue");
    }

    #[test]
    fn code_that_is_being_written() {
        assert_eq!(active("%%[ set @a = Lookup('d', $0 ]%%"), "Lookup returnColumn");
        assert_eq!(active("%%[ set @a = Lookup('d', $0]%%"), "Lookup returnColumn");
        assert_eq!(active("%%[ set @a = Lookup(\"d\", $0\nset @b = 1 ]%%"), "Lookup returnColumn");
        assert_eq!(active("%%[ set @a = Lookup('d', \nset @b = $0@c ]%%"), "nothing");
        assert_eq!(active("%%[ if Empty($0 ]%%"), "Empty value");
        assert_eq!(active("%%=Lookup('d',$0"), "Lookup returnColumn");
        assert_eq!(active("%%[ set @a = Lookup('d',$0"), "Lookup returnColumn");
        assert_eq!(active("%%[ set @a = Lookup('d$0"), "Lookup dataObject");
        assert_eq!(active("<p>%%=v(Lookup('d',$0</p>\n%%=v(@a)=%%"), "Lookup returnColumn");
    }
}
