//! What is in a file? Blocks, control flow over all of them, and in it the variables that are set and the content that is called in.

use sfmc_db::{FileId, FileKind, Snapshot, chunk_syntax, page_map};
use sfmc_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

use crate::sql;

/// What kind of thing a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A block that holds all of what begins in it.
    Block,
    /// An IF with its branches.
    Condition,
    /// An ELSEIF or ELSE branch.
    Branch,
    /// A FOR loop.
    Loop,
    /// A variable where VAR, SET or FOR names it.
    Variable,
    /// Content that is called in: ContentBlockByKey and its like with a literal name.
    Content,
    /// A statement of SQL, or an operand of UNION and its like.
    Statement,
    /// A query that has a name in a statement of SQL: a derived table, a common table expression.
    NamedQuery,
    /// A query inside of an expression of SQL.
    Subquery,
}

/// A thing in a file, with what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What it is called: `if @tier == "gold"`, `@offer`.
    pub name: String,
    /// What kind of thing.
    pub kind: SymbolKind,
    /// All of it.
    pub range: TextRange,
    /// What to select when somebody goes there; lies in `range`.
    pub selection: TextRange,
    /// What it holds, in order.
    pub children: Vec<Symbol>,
}

/// Nested deeper than this, symbols become children of the deepest level: a client draws no deeper tree, and serializing one would
/// recurse.
pub(crate) const MAX_LEVELS: usize = 64;

/// The symbols of a file, in order of place.
pub fn document_symbols(snapshot: &Snapshot, file: FileId) -> Vec<Symbol> {
    let Some(page) = snapshot.page(file) else {
        return Vec::new();
    };
    if page.kind(snapshot.db()) == FileKind::Sql {
        return sql::symbols(snapshot.db(), page);
    }
    let mut outline = Outline { open: Vec::new(), done: Vec::new() };
    let map = page_map(snapshot.db(), page);
    for position in map.chunks() {
        for region in chunk_syntax(snapshot.db(), position.chunk).children() {
            let before = outline.mark();
            for statement in region.children() {
                outline.statement(&statement, position.start);
            }
            outline.block(&region, position.start, &before);
        }
    }
    while !outline.open.is_empty() {
        let end = map.len();
        outline.close(end);
    }
    outline.done
}

struct Outline {
    open: Vec<Symbol>,
    done: Vec<Symbol>,
}

impl Outline {
    /// What is open, and how much is in the innermost of it.
    fn mark(&self) -> (Vec<TextRange>, usize) {
        let open = self.open.iter().map(|symbol| symbol.selection).collect();
        (open, self.open.last().map_or(&self.done, |parent| &parent.children).len())
    }

    /// Puts what a block holds into one symbol; but not where an IF or FOR begins in it that ends elsewhere, or ends that began elsewhere,
    /// nor where the block is cut or holds nothing.
    fn block(&mut self, region: &SyntaxNode, base: TextSize, before: &(Vec<TextRange>, usize)) {
        let open = match region.kind() {
            SyntaxKind::BLOCK => first_token(region, SyntaxKind::BLOCK_OPEN),
            SyntaxKind::SCRIPT_BLOCK => first_token(region, SyntaxKind::SCRIPT_OPEN),
            _ => None,
        };
        let is_whole = [SyntaxKind::BLOCK_CLOSE, SyntaxKind::SCRIPT_CLOSE];
        let is_whole = is_whole.into_iter().any(|kind| first_token(region, kind).is_some());
        let same = self.open.iter().map(|symbol| symbol.selection).eq(before.0.iter().copied());
        let Some(open) = open.filter(|_| is_whole && same && self.open.len() < MAX_LEVELS) else { return };
        let siblings = self.open.last_mut().map_or(&mut self.done, |parent| &mut parent.children);
        let children = siblings.split_off(before.1.min(siblings.len()));
        if children.is_empty() {
            return;
        }
        let name = if region.kind() == SyntaxKind::BLOCK { "%%[ … ]%%" } else { "<script> … </script>" };
        let (range, selection) = (region.text_range() + base, open.text_range() + base);
        siblings.push(Symbol { name: name.to_owned(), kind: SymbolKind::Block, range, selection, children });
    }

    fn add(&mut self, symbol: Symbol) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(symbol),
            None => self.done.push(symbol),
        }
    }

    fn open(&mut self, kind: SymbolKind, statement: &SyntaxNode, base: TextSize) {
        let range = statement.text_range() + base;
        let symbol = Symbol { name: head(statement), kind, range, selection: range, children: Vec::new() };
        if self.open.len() < MAX_LEVELS {
            self.open.push(symbol);
        } else {
            self.add(symbol);
        }
    }

    fn close(&mut self, end: TextSize) {
        if let Some(mut symbol) = self.open.pop() {
            symbol.range = TextRange::new(symbol.range.start(), end.max(symbol.range.end()));
            self.add(symbol);
        }
    }

    fn innermost(&self, kind: SymbolKind) -> bool {
        self.open.last().is_some_and(|symbol| symbol.kind == kind)
    }

    fn statement(&mut self, statement: &SyntaxNode, base: TextSize) {
        let range = statement.text_range() + base;
        match statement.kind() {
            SyntaxKind::IF_STMT => self.open(SymbolKind::Condition, statement, base),
            SyntaxKind::ELSEIF_STMT | SyntaxKind::ELSE_STMT => {
                if self.innermost(SymbolKind::Branch) {
                    self.close(range.start());
                }
                if self.innermost(SymbolKind::Condition) {
                    self.open(SymbolKind::Branch, statement, base);
                }
            }
            SyntaxKind::ENDIF_STMT => {
                if self.innermost(SymbolKind::Branch) {
                    self.close(range.start());
                }
                if self.innermost(SymbolKind::Condition) {
                    self.close(range.end());
                }
            }
            SyntaxKind::FOR_STMT => self.open(SymbolKind::Loop, statement, base),
            SyntaxKind::NEXT_STMT => {
                if self.innermost(SymbolKind::Loop) {
                    self.close(range.end());
                }
            }
            SyntaxKind::VAR_STMT => {
                for variable in statement.children().filter(|n| n.kind() == SyntaxKind::VARIABLE_EXPR) {
                    self.variable(&variable, variable.text_range() + base, base);
                }
            }
            SyntaxKind::SET_STMT => {
                if let Some(variable) = statement.children().find(|n| n.kind() == SyntaxKind::VARIABLE_EXPR) {
                    self.variable(&variable, range, base);
                }
                self.content(statement, base);
            }
            _ => self.content(statement, base),
        }
    }

    fn variable(&mut self, variable: &SyntaxNode, range: TextRange, base: TextSize) {
        let selection = variable.text_range() + base;
        let name = variable.text().to_string();
        self.add(Symbol { name, kind: SymbolKind::Variable, range, selection, children: Vec::new() });
    }

    fn content(&mut self, node: &SyntaxNode, base: TextSize) {
        for call in node.descendants().filter(|n| n.kind() == SyntaxKind::CALL_EXPR) {
            let Some(name) = first_token(&call, SyntaxKind::IDENT) else {
                continue;
            };
            let lower = name.text().to_ascii_lowercase();
            if !(lower.starts_with("contentblockby") || lower.starts_with("contentarea")) {
                continue;
            }
            let Some(arguments) = call.children().find(|n| n.kind() == SyntaxKind::ARG_LIST) else {
                continue;
            };
            let Some(literal) = arguments.children().next().filter(|n| n.kind() == SyntaxKind::LITERAL) else {
                continue;
            };
            self.add(Symbol {
                name: format!("{} {}", name.text(), literal.text()),
                kind: SymbolKind::Content,
                range: call.text_range() + base,
                selection: name.text_range() + base,
                children: Vec::new(),
            });
        }
    }
}

fn first_token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    node.children_with_tokens().filter_map(|element| element.into_token()).find(|token| token.kind() == kind)
}

/// A statement's head on one line, short enough to read.
fn head(statement: &SyntaxNode) -> String {
    let text = statement.text().to_string();
    let mut words = text.split_whitespace().collect::<Vec<_>>();
    if let Some(last) = words.last()
        && (last.eq_ignore_ascii_case("then") || last.eq_ignore_ascii_case("do"))
    {
        words.pop();
    }
    shortened(&words.join(" "))
}

/// A text that is short enough to read.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write, path::Path};

    use expect_test::{Expect, expect};
    use sfmc_db::{FileKind, Host};

    use super::*;

    fn check(text: &str, expected: &Expect) {
        let mut host = Host::default();
        let file = host.set_text(Path::new("/a.html"), text.to_owned(), FileKind::Page);
        let mut out = String::new();
        write(&mut out, &document_symbols(&host.snapshot(), file), 0, text);
        expected.assert_eq(&out);
    }

    fn write(out: &mut String, symbols: &[Symbol], level: usize, text: &str) {
        for symbol in symbols {
            assert!(symbol.range.contains_range(symbol.selection));
            let selected = &text[symbol.selection];
            let indent = "  ".repeat(level);
            writeln!(out, "{indent}{:?} {} {:?} {selected:?}", symbol.kind, symbol.name, symbol.range).unwrap();
            for child in &symbol.children {
                assert!(symbol.range.contains_range(child.range), "{symbol:?}");
            }
            write(out, &symbol.children, level + 1, text);
        }
    }

    #[test]
    fn control_flow_over_blocks() {
        check(
            "%%[ var @a, @b set @a = Lookup('d','c','k',1) if @a == 1 then ]%%x%%[ for @i = 1 to 3 do set @b = @i next @i \
             else ]%%%%=ContentBlockByKey('promo')=%%%%[ endif ]%%",
            &expect![[r#"
                Variable @a 8..10 "@a"
                Variable @b 12..14 "@b"
                Variable @a 15..45 "@a"
                Condition if @a == 1 46..158 "if @a == 1 then"
                  Loop for @i = 1 to 3 70..108 "for @i = 1 to 3 do"
                    Variable @b 89..100 "@b"
                  Branch else 109..153 "else"
                    Content ContentBlockByKey 'promo' 120..146 "ContentBlockByKey"
            "#]],
        );
    }

    #[test]
    fn blocks_that_hold_something() {
        check(
            "%%[ set @a = 1 ]%%%%[ if @a then set @b = 2 endif ]%%%%[ /* nothing */ ]%%%%[ if @a then ]%%%%[ var @c ]%%%%[ endif ]%%\
             <script runat=server language=ampscript>set @d = 1</script>%%=v(@d)=%%",
            &expect![[r#"
                Block %%[ … ]%% 0..18 "%%["
                  Variable @a 4..14 "@a"
                Block %%[ … ]%% 18..53 "%%["
                  Condition if @a 22..49 "if @a then"
                    Variable @b 33..43 "@b"
                Condition if @a 78..115 "if @a then"
                  Block %%[ … ]%% 92..106 "%%["
                    Variable @c 100..102 "@c"
                Block <script> … </script> 119..178 "<script runat=server language=ampscript>"
                  Variable @d 159..169 "@d"
            "#]],
        );
    }

    #[test]
    fn broken_structure_still_nests() {
        check(
            "%%[ endif if @a then set @b = 1 ]%%",
            &expect![[r#"
                Condition if @a 10..35 "if @a then"
                  Variable @b 21..31 "@b"
            "#]],
        );
    }
}
