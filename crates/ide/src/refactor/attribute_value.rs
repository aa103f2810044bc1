//! Personalization strings and bare attributes as `AttributeValue("Name")`, and back.
//!
//! Where there is no such attribute, `AttributeValue` is empty; what the others are then is disputed. Names of the platform are left alone:
//! they are always there, and not all of them can be read in the other way. Back a name of several words goes in brackets, as whoever has tried
//! it on the platform writes it: `%%Two Words%%` is disputed (ampscript.md section 14, 13).

use sfmc_catalog::ampscript::{FunctionId, keyword, personalization_string};
use sfmc_host::html::{HtmlContext, Quote};
use sfmc_syntax::{
    SyntaxKind, TextEdit, TextRange, TextSize,
    ast::{self, AstNode},
};

use super::{
    Refactoring, Site,
    html::{begins_link, html_context},
};
use crate::{
    code::personalization_at,
    cursor::{token_at, trimmed},
};

const NAME: &str = "AttributeValue";

/// `%%name%%` and `[name]` as a call.
pub(super) fn to_call(site: &Site<'_>) -> Option<Refactoring> {
    let at = site.selection.start();
    let title = |name: &str| format!("read `{name}` with `{NAME}`");
    if let Some((range, name)) = personalization_at(site.db, site.page, at)
        && range.contains_range(site.selection)
    {
        let call = call(&name, site, range)?;
        return Some(Refactoring {
            title: title(&name),
            edits: vec![TextEdit::replace(range, format!("%%={call}=%%"))],
        });
    }
    let found = token_at(site.db, site.page, at, |kind| matches!(kind, SyntaxKind::IDENT | SyntaxKind::BRACKET_NAME))?;
    let node = found.token.parent().and_then(ast::NameExpr::cast)?;
    let parent = node.syntax().parent()?;
    // A name that is a statement does nothing, whatever it is.
    if parent.kind() == SyntaxKind::EXPR_STMT {
        return None;
    }
    let range = trimmed(node.syntax()) + found.position.start;
    let name = node.text()?;
    let call = call(&name, site, range)?;
    range
        .contains_range(site.selection)
        .then(|| Refactoring { title: title(&name), edits: vec![TextEdit::replace(range, call)] })
}

/// `%%=AttributeValue("name")=%%` as `%%name%%`.
pub(super) fn to_personalization(site: &Site<'_>) -> Option<Refactoring> {
    let is_in_call = |kind| matches!(kind, SyntaxKind::IDENT | SyntaxKind::STRING);
    let found = token_at(site.db, site.page, site.selection.start(), is_in_call)?;
    let call = found.token.parent_ancestors().find_map(ast::CallExpr::cast).filter(|call| call.is_call_of(NAME))?;
    let parent = call.syntax().parent()?;
    let mut args = call.args();
    let name = args.next()?.string_value()?;
    if args.next().is_some()
        || !is_own_attribute(&name)
        || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-'))
        || name.trim() != name
    {
        return None;
    }
    let is_word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let written = if is_word { name.to_string() } else { format!("[{name}]") };
    if parent.kind() != SyntaxKind::INLINE {
        // A word of the language is no name, and a name alone no statement.
        if keyword(&name).is_some() || parent.kind() == SyntaxKind::EXPR_STMT {
            return None;
        }
        let range = trimmed(call.syntax()) + found.position.start;
        let title = format!("read `{written}` without `{NAME}`");
        return Some(Refactoring { title, edits: vec![TextEdit::replace(range, written)] });
    }
    let inline = parent;
    let is_whole = ast::Inline::cast(inline.clone())?.inline_close_token().is_some();
    if !is_whole || inline.children().count() != 1 {
        return None;
    }
    let range = inline.text_range() + found.position.start;
    if begins_link(site, range) {
        return None;
    }
    // It would join what stands before or behind it.
    let percent = |at: TextSize| site.layout.slice(TextRange::at(at, TextSize::new(1))) == "%";
    if range.start().checked_sub(TextSize::new(1)).is_some_and(percent) || percent(range.end()) {
        return None;
    }
    let title = format!("print `{name}` as a personalization string");
    Some(Refactoring { title, edits: vec![TextEdit::replace(range, format!("%%{written}%%"))] })
}

/// The call that reads an attribute; none for what is no attribute of the data.
fn call(name: &str, site: &Site<'_>, range: TextRange) -> Option<String> {
    if !is_own_attribute(name) || begins_link(site, range) {
        return None;
    }
    // In an attribute of HTML the other quotes, so that tools which do not know AMPscript find its end.
    let is_quoted = matches!(html_context(site, range), Some(HtmlContext::AttributeValue { quote: Quote::Double, .. }));
    let quote = if is_quoted && !name.contains('\'') { '\'' } else { '"' };
    (!name.contains(quote)).then(|| format!("{NAME}({quote}{name}{quote})"))
}

/// Whether a name is one of the data's: not one of the platform's, and nothing that means something else.
fn is_own_attribute(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('_')
        && !name.contains(['(', ')', '.', '[', ']', '%'])
        && !name.eq_ignore_ascii_case("null")
        && personalization_string(name).is_none()
        && FunctionId::of(name).is_none()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::refactor::properties::after;

    #[track_caller]
    fn to_call(markup: &str, expected: &Expect) {
        expected.assert_eq(&after(markup, "read `"));
    }

    #[track_caller]
    fn back(markup: &str, expected: &Expect) {
        expected.assert_eq(&after(markup, "print `"));
    }

    #[test]
    fn personalization() {
        to_call("Dear %%First$0 Name%%,", &expect![[r#"Dear %%=AttributeValue("First Name")=%%,"#]]);
        to_call("Dear %%[First$0 Name]%%,", &expect![[r#"Dear %%=AttributeValue("First Name")=%%,"#]]);
        to_call("<p title=\"%%Cit$0y%%\">", &expect![[r#"<p title="%%=AttributeValue('City')=%%">"#]]);
        to_call("<p title='%%Cit$0y%%'>", &expect![[r#"<p title='%%=AttributeValue("City")=%%'>"#]]);
    }

    #[test]
    fn in_links() {
        to_call(
            "<a href='https://x.example/?c=%%Cit$0y%%'>",
            &expect![[r#"<a href='https://x.example/?c=%%=AttributeValue("City")=%%'>"#]],
        );
    }

    #[test]
    fn in_code() {
        to_call(
            "%%[ set @a = Concat([First $0Name], 1) ]%%",
            &expect![[r#"%%[ set @a = Concat(AttributeValue("First Name"), 1) ]%%"#]],
        );
        to_call(
            "%%[ if Cit$0y == 'x' then endif ]%%",
            &expect![[r#"%%[ if AttributeValue("City") == 'x' then endif ]%%"#]],
        );
    }

    #[test]
    fn names_of_the_platform_and_others() {
        for text in [
            "%%view_email$0_url%%",
            "%%[ set @a = emailadd$0r ]%%",
            "%%_PreHea$0der%%",
            "%%[ Cit$0y ]%%",
            "%%[ set @a = Concat(nu$0ll) ]%%",
            "%%[ set @a = No$0w ]%%",
            "%%[ set @a = '[Fir$0st Name]' ]%%",
            "Cit$0y",
            "<a href=\"%%Lin$0k%%\">",
        ] {
            to_call(text, &expect![["nothing"]]);
        }
    }

    #[test]
    fn and_back() {
        back("Dear %%=Attribute$0Value('City')=%%,", &expect![["Dear %%City%%,"]]);
        back("Dear %%=Attribute$0Value('First Name')=%%,", &expect![["Dear %%[First Name]%%,"]]);
        let in_code = |markup: &str| after(markup, "read `");
        assert_eq!(in_code("%%[ set @a = Attribute$0Value('City') ]%%"), "%%[ set @a = City ]%%");
        assert_eq!(in_code("%%=Trim(Attribute$0Value('First Name'))=%%"), "%%=Trim([First Name])=%%");
        for text in [
            "Dear %%=Attribute$0Value('_PreHeader')=%%,",
            "Dear %%=Attribute$0Value(@name)=%%,",
            "Dear 5%%%=Attribute$0Value('City')=%%,",
            "%%[ set @a = Attribute$0Value('set') ]%%",
            "%%[ Attribute$0Value('City') ]%%",
        ] {
            back(text, &expect![["nothing"]]);
        }
    }
}
