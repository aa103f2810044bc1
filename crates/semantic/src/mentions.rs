//! What a page has in common with others: the variables that it names, and the contents that it includes.
//!
//! Variables are known in the whole render: what a page includes sets and reads its variables (ampscript.md section 6).

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{Param, Role};
use sfmc_db::{ContentName, Db, Page, chunk_parse, page_map};
use sfmc_syntax::{SmolStr, TextRange, TextSize};

use crate::{
    body::{Body, Expr, ExprId, chunk_body, lowered},
    effects::{PageEffects, page_effects},
    flow::{DefinitionKind, chunk_flow, page_variables},
    inclusions::{inclusions, possible_inclusions},
    nested::literal,
    texts::Texts,
    words::{Words, words},
};

/// What a page has in common with others. Ranges are in bytes of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The variables, without `@` and in lower case, in order of their first occurrence.
    pub variables: Vec<MentionedVariable>,
    /// The contents that it includes, or may include, in order: also by server scripts, and by code in texts.
    pub includes: Vec<Inclusion>,
    /// What texts end with that may be the beginning of a name which the page puts together, in lower case and without `@`, each once. Empty
    /// where that may be any name.
    pub begun: Vec<SmolStr>,
    /// What it does to variables.
    pub effects: Arc<PageEffects>,
    /// The words that it uses.
    pub words: Words,
}

/// A variable of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionedVariable {
    /// Its name, without `@` and in lower case.
    pub name: SmolStr,
    /// As it is written where it is set first, or else first, without `@`.
    pub written: SmolStr,
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
    /// Of an argument that is a literal: what stands between its quotation marks.
    pub literal: Option<TextRange>,
}

impl Mentions {
    /// Whether the page names a variable, which is given without `@` and in lower case.
    pub fn names(&self, key: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == key)
    }

    /// Whether a name that the page puts together may be that of a variable.
    pub fn may_put_together(&self, key: &str) -> bool {
        self.begun.iter().any(|begun| key.starts_with(begun.as_str()))
    }
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
        let first = set.map(|(_, at)| at).or_else(|| variable.occurrences.first().map(|occurrence| occurrence.at));
        let written = first.and_then(|at| {
            let text = at.chunk.source(db).text.get(std::ops::Range::<usize>::from(at.range(db)))?;
            // A script says more than the name.
            Some(text.trim_start_matches('@')).filter(|text| text.to_lowercase() == *variable.name).map(SmolStr::new)
        });
        let written = written.unwrap_or_else(|| variable.name.clone());
        MentionedVariable { name: variable.name.clone(), written, set: set.and_then(|(_, at)| range(at)) }
    });
    let mut variables: Vec<MentionedVariable> = variables.collect();
    let mut known: FxHashSet<SmolStr> = variables.iter().map(|variable| variable.name.clone()).collect();
    let mut includes = Vec::new();
    for position in map.chunks() {
        // What stands behind NEXT is no part of what flows, but named all the same.
        for name in chunk_parse(db, position.chunk).controls.iter().filter_map(|control| control.name) {
            let written = position.chunk.source(db).text.get(std::ops::Range::<usize>::from(name)).unwrap_or_default();
            let written = SmolStr::new(written.trim_start_matches('@'));
            let name = SmolStr::new(written.to_lowercase());
            if !name.is_empty() && known.insert(name.clone()) {
                variables.push(MentionedVariable { name, written, set: None });
            }
        }
        let body = chunk_body(db, position.chunk);
        let calls = inclusions(body, || chunk_flow(db, page, position.chunk));
        for (id, argument, name) in calls.chain(possible_inclusions(db, page, position.chunk)) {
            let lowered = lowered(db, position.chunk);
            let written = position.chunk.source(db).text.get(std::ops::Range::from(lowered.range(argument)));
            let is_literal = written.is_some_and(|written| literal(written, &(0..written.len())).is_some());
            let [argument, call] = [argument, id].map(|expr| lowered.range(expr) + position.start);
            let one = TextSize::new(1);
            let literal = is_literal.then(|| TextRange::new(argument.start() + one, argument.end() - one));
            includes.push(Inclusion { name, argument, call, literal });
        }
    }
    let mut texts = Texts::default();
    texts.of_code(db, page);
    texts.of_scripts(db, page);
    includes.append(&mut texts.includes);
    includes.sort_by_key(|found| found.argument.start());
    texts.begun.sort_unstable();
    texts.begun.dedup();
    for name in texts.names {
        if known.insert(name.clone()) {
            variables.push(MentionedVariable { written: name.clone(), name, set: None });
        }
    }
    let effects = Arc::clone(page_effects(db, page));
    Mentions { variables, includes, begun: texts.begun, effects, words: words(db, page) }
}

/// The arguments of calls that the platform runs as code, as a part of the page: that of TreatAsContent, and the second of TreatAsContentArea.
pub fn code_arguments(body: &Body) -> impl Iterator<Item = ExprId> {
    body.ids().filter_map(|(_, expr)| {
        let Expr::Call(call) = expr else { return None };
        let is_code = |param: &Param| param.role == Some(Role::AmpscriptSource);
        let index = call.function?.get().params.iter().position(is_code)?;
        body.operands(call.args).get(index).copied()
    })
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind};

    use super::*;

    #[test]
    fn variables_and_contents() {
        let text = "%%[ var @a set @key = Concat('head', 'er') ]%%%%=ContentBlockByKey(@key)=%%\n\
                    %%=ContentBlockByName('My\\Foot')=%%%%=ContentBlockByKey(@other)=%%%%=ContentBlockById(1)=%%%%=ContentAreaByName('x')=%%%%=TreatAsContent('%%=v(@In)=%%')=%%%%=TreatAsContentArea('@no', '%%=v(@Area)=%%')=%%";
        let db = Database::default();
        let found = mentions(&db, db.add_page(text, FileKind::Page));
        let variables: Vec<_> =
            found.variables.iter().map(|variable| (&*variable.name, variable.set.map(|range| &text[range]))).collect();
        assert_eq!(variables, [("a", None), ("key", Some("@key")), ("other", None), ("in", None), ("area", None)]);
        let includes: Vec<_> = found.includes.iter().map(|found| (found.name.clone(), &text[found.argument])).collect();
        assert_eq!(
            includes,
            [(ContentName::Key("header".into()), "@key"), (ContentName::Path("My\\Foot".into()), "'My\\Foot'"),]
        );
        assert_eq!(&text[found.includes[0].call], "ContentBlockByKey(@key)");
    }
}
