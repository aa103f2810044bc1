//! What the texts of a page say that may run as code, or become names of variables: in literals of AMPscript, and in strings of server scripts.

use rustc_hash::FxHashSet;
use sfmc_db::{Db, Page, page_map};
use sfmc_syntax::{SmolStr, TextRange, TextSize};

use crate::{
    body::{Body, Expr, ExprId, chunk_body, lowered},
    mentions::{Inclusion, code_arguments},
    nested::{Nested, in_code, in_script, literal, may_include},
    script_names::script_texts,
    server_scripts::each_script,
};

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// The variables that texts name.
    pub(crate) names: Vec<SmolStr>,
    /// What may be the beginning of a name.
    pub(crate) begun: Vec<SmolStr>,
    /// What is included.
    pub(crate) includes: Vec<Inclusion>,
    /// Whether AMPscript of the page runs some text as code.
    runs_code: bool,
}

impl Texts {
    /// Of the literals of a page, if it runs some text as code.
    pub(crate) fn of_code(&mut self, db: &dyn Db, page: Page) {
        let map = page_map(db, page);
        let (mut runs, mut computes) = (false, false);
        for position in map.chunks() {
            let body = chunk_body(db, position.chunk);
            for argument in code_arguments(body) {
                runs = true;
                computes |= !matches!(body.expr(argument), Expr::Text(_));
            }
        }
        self.runs_code = runs;
        if !runs {
            return;
        }
        for position in map.chunks() {
            let lowered = lowered(db, position.chunk);
            let body = &lowered.body;
            let known: FxHashSet<ExprId> = code_arguments(body).collect();
            let parts = parts(body, known.iter().copied().collect());
            for (id, expr) in body.ids() {
                let Expr::Text(text) = expr else { continue };
                if parts.contains(&id) || text.contains('%') {
                    self.names.extend(names_in_text(text));
                }
                if computes && !known.contains(&id) {
                    self.begins(text);
                }
                if !text.contains('%') || !may_include(text) {
                    continue;
                }
                let range = lowered.range(id);
                let written = position.chunk.source(db).text.get(std::ops::Range::<usize>::from(range));
                let is_exact = written.is_some_and(|written| {
                    literal(written, &(0..written.len()))
                        .is_some_and(|(inner, said)| written.get(inner) == Some(&*said) && said == text.as_str())
                });
                let at = range + position.start;
                for nested in in_code(text) {
                    self.includes.extend(if is_exact {
                        inclusion(&nested, at.start() + TextSize::new(1))
                    } else {
                        Some(Inclusion { name: nested.name, argument: at, call: at, literal: None })
                    });
                }
            }
        }
    }

    /// Of the strings of server scripts. What [`Texts::of_code`] found must be known.
    pub(crate) fn of_scripts(&mut self, db: &dyn Db, page: Page) {
        let (mut computes, mut passes, mut strings) = (false, false, Vec::new());
        let mut is_wanted = false;
        each_script(db, page, |script, start| {
            self.includes.extend(in_script(script).iter().filter_map(|nested| inclusion(nested, start)));
            is_wanted |= script.contains('@') || script.contains("Variable");
        });
        // Most scripts have nothing to do with variables.
        if !is_wanted {
            return;
        }
        each_script(db, page, |script, _| {
            let found = script_texts(script);
            computes |= found.computes_names || found.runs_code;
            passes |= found.computes_names;
            strings.extend(found.texts.iter().map(|&text| SmolStr::new(&script[text])));
        });
        // Where nothing makes a name or code of a string, what follows an `@` is no name: `me@example.com`.
        let told = strings.iter().filter(|text| computes || self.runs_code || text.contains("%%"));
        self.names.extend(told.flat_map(|text| names_in_text(text)));
        if computes {
            strings.iter().for_each(|text| self.begins(text));
        }
        if passes {
            // Names are passed on without their `@`, too.
            let plain =
                strings.iter().map(|text| text.trim()).filter(|text| !text.is_empty() && text.chars().all(is_word));
            self.names.extend(plain.map(|text| SmolStr::new(text.to_lowercase())));
        }
    }

    fn begins(&mut self, text: &str) {
        let before = text.trim_end_matches(is_word);
        if before.ends_with('@') {
            self.begun.push(SmolStr::new(text[before.len()..].to_lowercase()));
        }
    }
}

fn inclusion(nested: &Nested, base: TextSize) -> Option<Inclusion> {
    let size = |at: usize| u32::try_from(at).ok().map(TextSize::new);
    let range =
        |range: &std::ops::Range<usize>| Some(TextRange::new(size(range.start)? + base, size(range.end)? + base));
    let (argument, call) = (range(&nested.argument)?, range(&nested.call)?);
    let one = TextSize::new(1);
    let literal = nested.literal.then(|| TextRange::new(argument.start() + one, argument.end() - one));
    Some(Inclusion { name: nested.name.clone(), argument, call, literal })
}

/// The names of variables in a text, without `@` and in lower case.
pub fn names_in_text(text: &str) -> impl Iterator<Item = SmolStr> {
    text.split('@').skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        (end > 0).then(|| SmolStr::new(rest[..end].to_lowercase()))
    })
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The expressions that some are made of, these among them.
fn parts(body: &Body, mut exprs: Vec<ExprId>) -> FxHashSet<ExprId> {
    let mut found = FxHashSet::default();
    while let Some(expr) = exprs.pop() {
        if found.insert(expr) {
            exprs.extend(body.children(expr));
        }
    }
    found
}
