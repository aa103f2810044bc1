//! What a page has in common with others: the variables that it names, and the contents that it includes.
//!
//! Variables are known in the whole render: what a page includes sets and reads its variables (ampscript.md section 6).

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{FunctionId, Role};
use sfmc_db::{ContentName, Db, Page, chunk_parse, page_map};
use sfmc_syntax::{SmolStr, TextRange};

use crate::{
    body::{Body, Call, Expr, ExprId, chunk_body, lowered},
    flow::{ChunkFlow, DefinitionKind, chunk_flow, page_variables},
    words::{Words, words},
};

/// What a page has in common with others. Ranges are in bytes of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The variables, without `@` and in lower case, in order of their first occurrence.
    pub variables: Vec<MentionedVariable>,
    /// The contents that it includes, in order.
    pub includes: Vec<Inclusion>,
    /// The words that it uses.
    pub words: Words,
}

/// A variable of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionedVariable {
    /// Its name, without `@` and in lower case.
    pub name: SmolStr,
    /// Where the page sets it first.
    pub set: Option<TextRange>,
}

/// A call that includes a content whose name is known before the page runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// What is included.
    pub name: ContentName,
    /// The argument that says it.
    pub argument: TextRange,
    /// The call.
    pub call: TextRange,
}

/// What a page has in common with others.
#[salsa::tracked(no_eq, returns(ref))]
pub fn page_mentions(db: &dyn Db, page: Page) -> Arc<Mentions> {
    Arc::new(mentions(db, page))
}

fn mentions(db: &dyn Db, page: Page) -> Mentions {
    let map = page_map(db, page);
    let range = |at: crate::CodePlace| map.range_in(at.chunk, at.range(db));
    let variables = page_variables(db, page).variables.iter().map(|variable| {
        let set = variable.definitions().find(|(kind, _)| *kind != DefinitionKind::Declare);
        MentionedVariable { name: variable.name.clone(), set: set.and_then(|(_, at)| range(at)) }
    });
    let mut variables: Vec<MentionedVariable> = variables.collect();
    let mut known: FxHashSet<SmolStr> = variables.iter().map(|variable| variable.name.clone()).collect();
    let mut includes = Vec::new();
    for position in map.chunks() {
        // What stands behind NEXT is no part of what flows, but named all the same.
        for name in chunk_parse(db, position.chunk).controls.iter().filter_map(|control| control.name) {
            let written = position.chunk.source(db).text.get(std::ops::Range::<usize>::from(name)).unwrap_or_default();
            let name = SmolStr::new(written.trim_start_matches('@').to_lowercase());
            if !name.is_empty() && known.insert(name.clone()) {
                variables.push(MentionedVariable { name, set: None });
            }
        }
        let body = chunk_body(db, position.chunk);
        for (id, expr) in body.ids() {
            let Expr::Call(call) = expr else { continue };
            let Some(argument) = content_argument(body, *call) else { continue };
            let flow = chunk_flow(db, page, position.chunk);
            let Some(name) = content_name(flow, call, argument) else { continue };
            let lowered = lowered(db, position.chunk);
            let [argument, call] = [argument, id].map(|expr| lowered.range(expr) + position.start);
            includes.push(Inclusion { name, argument, call });
        }
    }
    Mentions { variables, includes, words: words(db, page) }
}

/// The argument of a call that says which content it includes.
fn content_argument(body: &Body, call: Call) -> Option<ExprId> {
    let role = call.function?.get().params.first()?.role;
    matches!(role, Some(Role::ContentBlockKey | Role::ContentBlockName)).then_some(())?;
    body.operands(call.args).first().copied()
}

/// The content that a call includes, if that is known before the page runs. The classic ContentArea is no content that a project holds.
fn content_name(flow: &ChunkFlow, call: &Call, argument: ExprId) -> Option<ContentName> {
    let text = SmolStr::new(flow.constant(argument)?.as_text()?);
    match call.function.map(FunctionId::get)?.name {
        "ContentBlockByKey" => Some(ContentName::Key(text)),
        "ContentBlockByName" => Some(ContentName::Path(text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind};

    use super::*;

    #[test]
    fn variables_and_contents() {
        let text = "%%[ var @a set @key = Concat('head', 'er') ]%%%%=ContentBlockByKey(@key)=%%\n\
                    %%=ContentBlockByName('My\\Foot')=%%%%=ContentBlockByKey(@other)=%%%%=ContentBlockById(1)=%%%%=ContentAreaByName('x')=%%";
        let db = Database::default();
        let found = mentions(&db, db.add_page(text, FileKind::Page));
        let variables: Vec<_> =
            found.variables.iter().map(|variable| (&*variable.name, variable.set.map(|range| &text[range]))).collect();
        assert_eq!(variables, [("a", None), ("key", Some("@key")), ("other", None)]);
        let includes: Vec<_> = found.includes.iter().map(|found| (found.name.clone(), &text[found.argument])).collect();
        assert_eq!(
            includes,
            [(ContentName::Key("header".into()), "@key"), (ContentName::Path("My\\Foot".into()), "'My\\Foot'"),]
        );
        assert_eq!(&text[found.includes[0].call], "ContentBlockByKey(@key)");
    }
}
