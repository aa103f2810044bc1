//! What does `Msg(0).` have? The words of the inbound text message, where there can be one.

use sfmc_catalog::ampscript::{CallForm, functions};
use sfmc_semantic::page_environment;

use super::{Candidates, CompletionKind, Place, functions::item};
use crate::function_docs::{describe, is_usable};

pub(super) fn complete(place: &Place<'_>, found: &mut Candidates) {
    let index = place.code.tokens.partition_point(|token| token.range.end() <= place.replace.start());
    if !place.code.is_member_of_message(index) {
        return;
    }
    let environment = page_environment(place.db, place.page);
    for member in functions().iter().filter(|function| function.form == CallForm::Member) {
        if is_usable(member, environment) {
            // Those without arguments are written without parentheses, too.
            let takes_some = member.max_args != Some(0);
            let mut item = item(member, takes_some && place.options.snippets && !place.is_called());
            item.kind = CompletionKind::Member;
            item.text = describe(member, environment);
            found.add(usual(member.name), item);
        }
    }
}

/// How likely a member is.
fn usual(name: &str) -> f32 {
    match name {
        "Verb" => 0.5,
        "Nouns" => 0.3,
        _ => 0.2,
    }
}
