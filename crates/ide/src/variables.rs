//! Where does a page name a variable? Every place, as it is written: also in code that is broken, behind NEXT, and in server scripts.
//!
//! Names are looked for in the text and then held against the tokens: what stands in strings, comments and text is none, and nothing
//! depends on how the page is cut, or on whether its structure is understood. Literals that run as code are code ([`crate::treated`]).

use memchr::memchr_iter;
use sfmc_catalog::ampscript::FunctionId;
use sfmc_db::{ChunkPosition, Db, Page, chunk_syntax, page_map};
use sfmc_semantic::{ScriptName, each_script, script_names};
use sfmc_syntax::{SmolStr, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

use crate::{
    cursor::{statement_range, token_at, token_of_byte},
    treated::in_literals,
};

/// How a variable is named somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Use {
    /// `var @name`
    Declare,
    /// `set @name = …`
    Set,
    /// `for @name = …`
    Counter,
    /// An argument that a function stores a result in.
    Out,
    /// `Variable.SetValue("@name", …)`
    ScriptSet,
    /// Its value is read.
    Read,
    /// `next @name`
    Next,
    /// `Variable.GetValue("@name")`
    ScriptRead,
}

impl Use {
    /// Whether it gets a value there.
    pub(crate) fn is_definition(self) -> bool {
        matches!(self, Use::Declare | Use::Set | Use::Counter | Use::Out | Use::ScriptSet)
    }
}

/// A place where a variable is named, in bytes of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The name as it is written, with its `@`.
    pub(crate) range: TextRange,
    /// The name without `@`.
    pub(crate) name: TextRange,
    /// The statement around it.
    pub(crate) statement: TextRange,
    pub(crate) how: Use,
}

/// A variable, and where it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct VariableAt {
    /// Without `@`, in lower case.
    pub(crate) key: SmolStr,
    /// As it is written, with its `@`.
    pub(crate) written: SmolStr,
    pub(crate) at: Named,
}

/// What a variable is called, whatever its spelling: without `@`, in lower case.
pub(crate) fn key(written: &str) -> SmolStr {
    SmolStr::new(written.trim_start_matches('@').to_lowercase())
}

/// The variable at a place: its name begins, goes on or ends there.
pub(crate) fn variable_at(db: &dyn Db, page: Page, offset: TextSize) -> Option<VariableAt> {
    if let Some(found) = token_at(db, page, offset, |kind| kind == SyntaxKind::VARIABLE) {
        let written = SmolStr::new(found.token.text());
        let at = in_code(&found.token, found.position)?;
        return Some(VariableAt { key: key(&written), written, at });
    }
    token_at(db, page, offset, |kind| kind == SyntaxKind::SERVER_SCRIPT)?;
    let mut found = None;
    each_script(db, page, |script, start| {
        let len = TextSize::of(script);
        if found.is_none() && start <= offset && offset <= start + len {
            let names = script_names(script).into_iter();
            found = names.map(|name| (name, in_script(name, start))).find_map(|(name, at)| {
                let touches = at.range.start() <= offset && offset <= at.range.end();
                let written = &script[at.range - start];
                touches.then(|| VariableAt { key: key(&script[name.range]), written: SmolStr::new(written), at })
            });
        }
    });
    found
}

/// All places where a page names a variable, in order. `key` is its name without `@`, in lower case.
pub(crate) fn places(db: &dyn Db, page: Page, key: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for position in page_map(db, page).chunks() {
        db.unwind_if_revision_cancelled();
        in_chunk(db, *position, key, &mut found);
        in_literals(db, *position, key, &mut found);
    }
    each_script(db, page, |script, start| {
        let names = script_names(script).into_iter();
        let same = names.filter(|name| script[name.range].to_lowercase() == key);
        found.extend(same.map(|name| in_script(name, start)));
    });
    found.sort_by_key(|named| named.range.start());
    found
}

fn in_chunk(db: &dyn Db, position: ChunkPosition, key: &str, found: &mut Vec<Named>) {
    let source = position.chunk.source(db);
    let mut root: Option<SyntaxNode> = None;
    for at in memchr_iter(b'@', source.text.as_bytes()) {
        if !begins_with_name(&source.text[at + 1..], key) {
            continue;
        }
        let Ok(at) = u32::try_from(at) else { return };
        let last = source.regions.partition_point(|region| region.start <= at);
        let region = last.checked_sub(1).and_then(|index| source.regions.get(index));
        if !region.is_some_and(|region| region.kind.code().is_some() && at < region.end()) {
            continue;
        }
        let root = root.get_or_insert_with(|| chunk_syntax(db, position.chunk));
        let token = token_of_byte(root, TextSize::new(at));
        let is_it =
            |token: &SyntaxToken| u32::from(token.text_range().start()) == at && token.kind() == SyntaxKind::VARIABLE;
        found.extend(token.filter(is_it).and_then(|token| in_code(&token, position)));
    }
}

/// Whether a text begins with a name, in whatever case, and not with a longer one.
pub(crate) fn begins_with_name(text: &str, key: &str) -> bool {
    let end = text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len());
    let name = &text[..end];
    // Other alphabets may need another length for their other case.
    name.eq_ignore_ascii_case(key) || (!name.is_ascii() && name.to_lowercase() == key)
}

/// What the token of a variable is; none for an `@` alone.
fn in_code(token: &SyntaxToken, position: ChunkPosition) -> Option<Named> {
    let range = token.text_range();
    let name = TextRange::new(range.start() + TextSize::new(1), range.end());
    (!name.is_empty()).then(|| Named {
        range: range + position.start,
        name: name + position.start,
        statement: statement_range(token) + position.start,
        how: use_of(token),
    })
}

fn use_of(token: &SyntaxToken) -> Use {
    let Some(mut node) = token.parent().filter(|node| node.kind() == SyntaxKind::VARIABLE_EXPR) else {
        return Use::Read;
    };
    while let Some(parent) = node.parent().filter(|parent| parent.kind() == SyntaxKind::PAREN_EXPR) {
        node = parent;
    }
    let Some(parent) = node.parent() else { return Use::Read };
    let is_first = || node.prev_sibling().is_none();
    match parent.kind() {
        SyntaxKind::VAR_STMT => Use::Declare,
        SyntaxKind::SET_STMT if is_first() => Use::Set,
        SyntaxKind::FOR_STMT if is_first() => Use::Counter,
        SyntaxKind::NEXT_STMT => Use::Next,
        SyntaxKind::ARG_LIST if is_out(&parent, &node) => Use::Out,
        _ => Use::Read,
    }
}

/// Whether a function stores a result in an argument.
fn is_out(arguments: &SyntaxNode, argument: &SyntaxNode) -> bool {
    let name = arguments.parent().and_then(|call| {
        call.children_with_tokens()
            .filter_map(|element| element.into_token())
            .find(|token| token.kind() == SyntaxKind::IDENT)
    });
    let Some(function) = name.and_then(|name| FunctionId::of(name.text())).map(FunctionId::get) else {
        return false;
    };
    let index = || arguments.children().position(|child| child == *argument);
    function.has_out() && index().is_some_and(|index| function.out_param(index).is_some())
}

fn in_script(name: ScriptName, start: TextSize) -> Named {
    let written = TextRange::new(name.range.start() - TextSize::new(name.ats), name.range.end()) + start;
    let how = if name.sets { Use::ScriptSet } else { Use::ScriptRead };
    Named { range: written, name: name.range + start, statement: written, how }
}

#[cfg(test)]
mod tests {
    use sfmc_db::{Database, FileKind};
    use sfmc_semantic::{DefinitionKind, OccurrenceKind, page_variables};

    use super::*;

    fn found(text: &str, name: &str) -> Vec<(String, Use)> {
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        places(&db, page, name).into_iter().map(|named| (text[named.range].to_owned(), named.how)).collect()
    }

    #[test]
    fn every_way_to_name_a_variable() {
        let text = "@a %%[ var @A, @aa set @a = Concat(@a, '@a') /* @a */ for @a = 1 to 2 do next @A \
                    HTTPGet('u', 0, 0, @a) ]%% %%=v(@a)=%% @a <script runat=server>Variable.SetValue('@a', \
                    Variable.GetValue(\"A\")) // Variable.GetValue('@a')\n</script>";
        use Use::{Counter, Declare, Next, Out, Read, ScriptRead, ScriptSet, Set};
        let found = found(text, "a");
        let expected = [
            ("@A", Declare),
            ("@a", Set),
            ("@a", Read),
            ("@a", Counter),
            ("@A", Next),
            ("@a", Out),
            ("@a", Read),
            ("@a", ScriptSet),
            ("A", ScriptRead),
        ];
        let expected: Vec<_> = expected.into_iter().map(|(name, how)| (name.to_owned(), how)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn in_code_that_is_broken() {
        assert_eq!(found("%%[ set @a = ( @a", "a").len(), 2);
        assert_eq!(found("%%[ if @a then next @a ) @a ]%% %%= @a @a =%%", "a").len(), 5);
    }

    #[test]
    fn other_alphabets_and_other_case() {
        assert_eq!(found("%%[ set @größe = @GRÖSSE set @Größe = 1 ]%%", "größe").len(), 2);
    }

    /// Where the flow of values knows a variable, it says the same.
    #[test]
    fn as_the_flow_of_values_has_it() {
        let db = Database::default();
        let text = "%%[ var @a, @b set @a = Concat(@b, (@a)) for @i = @a to @b do set (@b) = @i next @i HTTPGet('u', 0, 0, @b) \
                    if @a == 1 and not Empty(@b) then endif ]%%%%=v(@b)=%%";
        let page = db.add_page(text, FileKind::Page);
        for variable in &page_variables(&db, page).variables {
            let mut expected: Vec<_> = variable
                .occurrences
                .iter()
                .map(|occurrence| {
                    let how = match occurrence.kind {
                        OccurrenceKind::Define(DefinitionKind::Declare) => Use::Declare,
                        OccurrenceKind::Define(DefinitionKind::Set) => Use::Set,
                        // The tree says that it does nothing.
                        OccurrenceKind::Define(DefinitionKind::Assign) => Use::Read,
                        OccurrenceKind::Define(DefinitionKind::Counter) => Use::Counter,
                        OccurrenceKind::Define(DefinitionKind::Out) => Use::Out,
                        OccurrenceKind::Define(DefinitionKind::Script) => Use::ScriptSet,
                        OccurrenceKind::Read => Use::Read,
                        OccurrenceKind::ScriptRead => Use::ScriptRead,
                    };
                    (page_map(&db, page).range_in(occurrence.at.chunk, occurrence.at.range(&db)).unwrap(), how)
                })
                .collect();
            expected.sort_by_key(|(range, _)| range.start());
            let found = places(&db, page, &variable.name).into_iter().filter(|named| named.how != Use::Next);
            assert_eq!(found.map(|named| (named.range, named.how)).collect::<Vec<_>>(), expected, "{}", variable.name);
        }
    }
}
