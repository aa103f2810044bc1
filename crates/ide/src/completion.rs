//! What can be written here? Told from the region around the place as it stands, and from what the page does elsewhere; the best first.
//!
//! Every candidate gets a weight, in proportion to how likely it is: that of its kind at such a place (a call, a variable, a word of the
//! language) times that of itself among its kind. So candidates of all kinds have one order.

mod attributes;
mod facts;
mod functions;
mod header;
mod keywords;
mod members;
mod repetition;
mod strings;
mod usual;
mod variables;

use std::cmp::Reverse;

use sfmc_db::{FileId, FileKind, Snapshot};
use sfmc_syntax::{SyntaxKind, TextRange, TextSize, cursor::Code};

use crate::{
    code::{CodeAt, CodeToken},
    expected::{Expected, Head, Slot, expected},
    markup::Markup,
    sql,
    workspace::Workspace,
};
use facts::{Facts, UseSlot};

/// More are not sent at once: nobody reads them, and a page can have tens of thousands of variables.
pub(crate) const MAX_ITEMS: usize = 600;

/// What a client can do with completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CompletionOptions {
    /// It fills in place holders.
    pub snippets: bool,
}

/// What kind of thing is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A function.
    Function,
    /// A member of the inbound message.
    Member,
    /// A variable.
    Variable,
    /// A word of the language.
    Keyword,
    /// An attribute or personalization string.
    Attribute,
    /// The content of a string.
    Value,
    /// A piece of code.
    Snippet,
    /// A function of SQL.
    SqlFunction,
    /// A table of SQL: a data extension, a data view, a query that has a name.
    Table,
    /// A column of one.
    Column,
    /// A type of SQL.
    Type,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    /// How it is shown.
    pub label: String,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// What to insert, if not the label.
    pub insert: Option<String>,
    /// What to insert with place holders, for a client that can.
    pub snippet: Option<String>,
    /// What is compared with what was typed, if not the label: of a variable the name, where no `@` is typed yet.
    pub filter: Option<String>,
    /// In short, what it is.
    pub detail: Option<String>,
    /// What there is to know of it; functions are described when somebody asks ([`describe_function`]).
    pub text: Markup,
    /// It should not be used any more.
    pub deprecated: bool,
}

/// What can be written somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// What is replaced: the word around the place.
    pub replace: TextRange,
    /// What of it a client replaces that leaves what stands behind the place: it begins there, too.
    pub insert: TextRange,
    /// What a client replaces that knows one range only.
    pub only: TextRange,
    /// The best first.
    pub items: Vec<CompletionItem>,
    /// There are more: with what is typed next it has to be asked again.
    pub incomplete: bool,
}

/// What can be written at `offset`; nothing in text and comments. What the workspace names is proposed behind what the page does.
pub fn completions(
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    options: CompletionOptions,
    workspace: Option<&Workspace>,
) -> Option<Completions> {
    let page = snapshot.page(file)?;
    let db = snapshot.db();
    if page.kind(db) == FileKind::Sql {
        return sql::completions(db, page, offset, options);
    }
    let Some(code) = CodeAt::new(db, page, offset) else {
        return attributes::in_text(db, page, offset, options, workspace);
    };
    let expected = expected(&code, offset);
    if let Some(header) = header::around(&code, offset) {
        return header::complete(&code, header, offset);
    }
    let replace = replaced(&code, &expected, offset);
    let sigil = expected.word.map(|word| word.kind);
    let facts = Facts::new(db, page, &code, replace);
    let path = snapshot.path(file)?;
    let (code, expected, facts, path) = (&code, &expected, &facts, &*path);
    let place = Place { snapshot, db, page, path, offset, code, expected, facts, options, replace, workspace };
    if let Some(found) = attributes::several_words(&place) {
        return Some(found);
    }
    let mut found = Candidates::default();
    match expected.slot {
        Slot::Nothing | Slot::Number | Slot::Equals => {}
        Slot::Member => members::complete(&place, &mut found),
        Slot::Text(_) => strings::complete(&place, &mut found),
        Slot::Bracket(_) => attributes::in_code(&place, 1.0, &mut found),
        _ if sigil == Some(SyntaxKind::SYSTEM_VARIABLE) => variables::system(1.0, &mut found),
        Slot::Declared | Slot::SetTarget | Slot::Counter => variables::complete(&place, 1.0, &mut found),
        _ if sigil == Some(SyntaxKind::VARIABLE) => {
            variables::complete(&place, 1.0, &mut found);
            variables::system(0.001, &mut found);
        }
        // `-1`: nothing else has a sign.
        Slot::Operand if place.is_behind_sign() => {}
        slot => {
            let kinds = usual::kinds(&place);
            // What stands before parentheses is a function.
            let is_value = !place.is_name_of_call();
            if slot == Slot::Operand || place.can_begin_statement() {
                functions::complete(&place, kinds.call, &mut found);
            }
            if matches!(slot, Slot::Operand | Slot::NextName) {
                variables::complete(&place, kinds.variable, &mut found);
            }
            if slot == Slot::Operand && is_value {
                variables::system(0.001, &mut found);
                attributes::in_code(&place, 0.02, &mut found);
                strings::quoted(&place, &mut found);
            }
            keywords::complete(&place, &mut found);
            attributes::alone(&place, &mut found);
        }
    }
    // Of a string only what stands before the place was typed.
    let typed = code.text(TextRange::new(replace.start(), offset));
    found.finish(replace, offset, typed)
}

/// What there is to know of a function that was proposed.
pub fn describe_function(name: &str) -> Option<Markup> {
    let function = sfmc_catalog::ampscript::function(name)?;
    Some(crate::function_docs::describe(function, sfmc_catalog::Environment::default()))
}

/// What there is to know of a function of SQL that was proposed.
pub fn describe_sql_function(name: &str) -> Option<Markup> {
    sql::describe(name)
}

/// Where something is to be proposed, and what is known of that place.
struct Place<'a> {
    snapshot: &'a Snapshot,
    db: &'a dyn sfmc_db::Db,
    page: sfmc_db::Page,
    offset: TextSize,
    code: &'a CodeAt,
    expected: &'a Expected,
    facts: &'a Facts,
    options: CompletionOptions,
    replace: TextRange,
    /// The other files, if they are known.
    workspace: Option<&'a Workspace>,
    path: &'a std::path::Path,
}

impl Place<'_> {
    /// What the expression that stands here is for.
    fn slot(&self) -> UseSlot {
        if let Some(call) = self.expected.calls.iter().rev().find(|call| call.name.is_some()) {
            let param = crate::signature_help::active_param(self.code, call).and_then(|param| u8::try_from(param).ok());
            let function = call.function.and_then(|function| sfmc_catalog::ampscript::FunctionId::of(function.name));
            return match (function, param) {
                (Some(function), Some(param)) => UseSlot::Argument(function, param),
                _ => UseSlot::Other,
            };
        }
        match self.expected.head {
            Head::Print => UseSlot::Print,
            Head::Set if self.expected.slot == Slot::Operand => UseSlot::Set,
            Head::If if self.expected.slot == Slot::Operand => UseSlot::Condition,
            Head::ForStart | Head::ForBound if self.expected.slot == Slot::Operand => UseSlot::Bound,
            _ => UseSlot::Statement,
        }
    }

    /// What was typed so far of what is replaced.
    fn typed(&self) -> &str {
        self.code.text(TextRange::new(self.replace.start(), self.offset))
    }

    /// Another statement can begin here.
    fn can_begin_statement(&self) -> bool {
        let expected = self.expected;
        let bare = expected.calls.is_empty() && self.code.code != Code::Inline;
        let is_complete = matches!(expected.head, Head::None | Head::Set | Head::Expr);
        match expected.slot {
            Slot::Statement | Slot::AfterDeclared | Slot::NextName => bare,
            Slot::Operator => bare && is_complete,
            _ => false,
        }
    }

    /// A minus stands before it that no operand stands before.
    fn is_behind_sign(&self) -> bool {
        let start = self.replace.start();
        let before = self.code.tokens.partition_point(|token| token.range.end() <= start);
        let mut before = self.code.tokens[..before].iter().rev().filter(|token| !token.kind.is_trivia());
        let is_minus =
            |token: &&CodeToken| token.kind == SyntaxKind::BAD_OPERATOR && self.code.text(token.range) == "-";
        use SyntaxKind::{IDENT, INTEGER, R_PAREN, REAL, STRING, SYSTEM_VARIABLE, VARIABLE};
        let is_operand = |kind| {
            matches!(
                kind,
                IDENT | INTEGER | REAL | STRING | VARIABLE | SYSTEM_VARIABLE | SyntaxKind::BRACKET_NAME | R_PAREN
            )
        };
        before.next().filter(is_minus).is_some() && !before.next().is_some_and(|token| is_operand(token.kind))
    }

    /// A word is being written that parentheses stand behind.
    fn is_name_of_call(&self) -> bool {
        !self.replace.is_empty() && self.is_called()
    }

    /// Parentheses stand behind it: right there, or behind blanks where the name of what is called is being written.
    fn is_called(&self) -> bool {
        self.behind(self.replace.is_empty()).is_some_and(|token| token.kind == SyntaxKind::L_PAREN)
    }

    /// What stands behind what is replaced: right there, or the first that is no blank or comment.
    fn behind(&self, adjoining: bool) -> Option<CodeToken> {
        let mut behind = self.tokens_behind();
        if adjoining { behind.next() } else { behind.find(|token| !token.kind.is_trivia()) }
    }

    /// What stands behind what is replaced, the rest of blanks around it first.
    fn tokens_behind(&self) -> impl Iterator<Item = CodeToken> {
        let end = self.replace.end();
        let behind = self.code.tokens.partition_point(|token| token.range.end() <= end);
        let tokens = self.code.tokens.get(behind..).unwrap_or_default().iter();
        tokens.map(move |token| CodeToken {
            range: TextRange::new(token.range.start().max(end), token.range.end()),
            ..*token
        })
    }

    /// What the place begins: nothing more stands on its line.
    fn is_at_line_end(&self) -> bool {
        for token in self.tokens_behind() {
            if !token.kind.is_trivia() {
                return matches!(
                    token.kind,
                    SyntaxKind::BLOCK_CLOSE | SyntaxKind::SCRIPT_CLOSE | SyntaxKind::INLINE_CLOSE
                );
            }
            if self.code.text(token.range).contains('\n') {
                return true;
            }
        }
        true
    }
}

/// The word around the place, or what of a string can be replaced.
fn replaced(code: &CodeAt, expected: &Expected, offset: TextSize) -> TextRange {
    match expected.slot {
        Slot::Text(content) | Slot::Bracket(content) => {
            let here = TextRange::new(content.start().min(offset), content.end().max(offset));
            let text = code.text(TextRange::new(offset, here.end()));
            // What looks like code belongs to a string that is not closed yet.
            let whole = !text.contains(['\n', '\r', '"', '\'', ',', '(', ')', '=', '@', '%', ']']);
            let before = code.text(TextRange::new(here.start(), offset));
            let start = before.rfind(['\n', '\r']).map_or(here.start(), |at| here.start() + size(at + 1));
            TextRange::new(start, if whole { here.end() } else { offset })
        }
        _ => expected.word.map_or(TextRange::empty(offset), |word| word.range),
    }
}

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Whether the letters that were typed are in a label, in their order: clients show such labels.
pub(crate) fn is_like(label: &str, typed: &str) -> bool {
    let mut letters = label.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|typed| letters.any(|letter| letter == typed))
}

/// What is proposed so far.
#[derive(Default)]
pub(crate) struct Candidates {
    found: Vec<(f32, CompletionItem)>,
    /// Some were left out.
    cut: bool,
}

impl Candidates {
    pub(crate) fn add(&mut self, weight: f32, item: CompletionItem) {
        self.found.push((weight, item));
    }

    /// Leaves only what is like what was typed; by what is compared with it, and what begins with it comes first.
    pub(crate) fn keep_like(&mut self, typed: &str) {
        if typed.is_empty() {
            return;
        }
        let typed = typed.to_lowercase();
        self.found.retain_mut(|(weight, item)| {
            let compared = item.filter.as_ref().unwrap_or(&item.label).trim_start_matches('[');
            let begins = compared.to_lowercase().starts_with(&typed);
            *weight *= if begins { 4.0 } else { 1.0 };
            begins || is_like(compared, &typed)
        });
    }

    /// Says of what goes over several words that it is a snippet: Neovim takes no more than the first word of anything else.
    pub(crate) fn words_as_snippets(&mut self) {
        for (_, item) in &mut self.found {
            let text = item.insert.as_ref().unwrap_or(&item.label);
            if item.snippet.is_none() && text.contains(char::is_whitespace) {
                item.snippet = Some(text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}"));
            }
        }
    }

    pub(crate) fn finish(mut self, replace: TextRange, offset: TextSize, typed: &str) -> Option<Completions> {
        let incomplete = self.cut || self.found.len() > MAX_ITEMS;
        if self.found.len() > MAX_ITEMS {
            self.found.retain(|(_, item)| is_like(&item.label, typed));
        }
        // Weights are no less than zero, and the bits of such numbers are in their order.
        self.found.sort_by_cached_key(|(weight, item)| (Reverse(weight.to_bits()), item.label.to_lowercase()));
        self.found.truncate(MAX_ITEMS);
        let items: Vec<_> = self.found.into_iter().map(|(_, item)| item).collect();
        let insert = TextRange::new(replace.start(), offset.clamp(replace.start(), replace.end()));
        (!items.is_empty()).then_some(Completions { replace, insert, only: replace, items, incomplete })
    }
}

impl CompletionItem {
    pub(crate) fn new(label: impl Into<String>, kind: CompletionKind) -> CompletionItem {
        CompletionItem {
            label: label.into(),
            kind,
            insert: None,
            snippet: None,
            filter: None,
            detail: None,
            text: Markup::default(),
            deprecated: false,
        }
    }
}

#[cfg(test)]
mod tests;
