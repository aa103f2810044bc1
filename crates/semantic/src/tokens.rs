//! What each word of the code is, for editors that colour it: of every token of AMPscript its class, and what is done to a variable.
//!
//! Chunk by chunk, in lines and columns from the chunk's start, so that typing recomputes one chunk of a large page. Made from the lexer's
//! tokens: what is half typed is coloured as far as it goes. HTML and scripts are left to the editor's own grammars.

mod sql;

use std::sync::Arc;

use rustc_hash::FxHashSet;
use sfmc_ampscript::{RegionText, lex};
use sfmc_catalog::ampscript::FunctionId;
use sfmc_db::{Chunk, Db};
use sfmc_host::{Region, RegionKind};
use sfmc_syntax::{
    PositionEncoding,
    SyntaxKind::{self, *},
    TextSize,
};

use crate::body::{Expr, lowered};

pub use sql::sql_tokens;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenClass {
    /// A comment.
    Comment,
    /// Text in quotation marks.
    String,
    /// A number.
    Number,
    /// A word of the language.
    Keyword,
    /// A comparison, or an operator that AMPscript has not got.
    Operator,
    /// The name of a function that is called.
    Function,
    /// A variable, `@name` or `@@name`; in SQL the alias of a table, too.
    Variable,
    /// An attribute or personalization string; in SQL a column.
    Property,
    /// A table of SQL.
    Table,
    /// A type of SQL.
    Type,
    /// What stands before the name of a shared table of SQL: `Ent`.
    Namespace,
    /// What begins or ends code: `%%[`, `=%%`, a script tag.
    Delimiter,
}

/// What more there is to say of a token: bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenMarks(pub u8);

impl TokenMarks {
    /// A variable is declared.
    pub const DECLARATION: TokenMarks = TokenMarks(1);
    /// A variable gets a value.
    pub const MODIFICATION: TokenMarks = TokenMarks(2);
    /// Nothing can set it.
    pub const READONLY: TokenMarks = TokenMarks(4);
    /// The platform has it.
    pub const BUILT_IN: TokenMarks = TokenMarks(8);
    /// It should not be used any more.
    pub const DEPRECATED: TokenMarks = TokenMarks(16);

    fn with(self, other: TokenMarks) -> TokenMarks {
        TokenMarks(self.0 | other.0)
    }
}

/// A token, or the part of one that stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassifiedToken {
    /// The line, from that in which the chunk begins.
    pub line: u32,
    /// The column; in the first line from where the chunk begins.
    pub column: u32,
    /// How many columns it takes.
    pub len: u32,
    /// What it is.
    pub class: TokenClass,
    /// What more there is to say.
    pub marks: TokenMarks,
}

/// The tokens of a chunk, in order; none is empty, and none overlaps another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkTokens {
    /// The tokens.
    pub tokens: Box<[ClassifiedToken]>,
    /// How many line ends the chunk has.
    pub lines: u32,
    /// The column at which it ends; if it has no line ends, from where it begins.
    pub end: u32,
}

/// The tokens of a chunk, in the columns of an encoding.
#[salsa::tracked(returns(ref))]
pub fn chunk_tokens(db: &dyn Db, chunk: Chunk, encoding: PositionEncoding) -> Arc<ChunkTokens> {
    let source = chunk.source(db);
    let mut place = Place { encoding, line: 0, column: 0, tokens: Vec::new() };
    // The few variables in which calls store results: only a parser knows them.
    let lowered = lowered(db, chunk);
    let mut stored: FxHashSet<TextSize> = FxHashSet::default();
    for expr in &lowered.body.exprs {
        let Expr::Call(call) = expr else { continue };
        for (index, &arg) in lowered.body.operands(call.args).iter().enumerate() {
            if lowered.body.out_param(*call, index).is_some() {
                stored.insert(lowered.range(arg).start());
            }
        }
    }
    let mut done = 0;
    for region in &source.regions {
        let (start, end) = (usize::from(region.range().start()), usize::from(region.range().end()));
        place.skip(&source.text[done..start]);
        region_tokens(region, &source.text[start..end], &stored, &mut place);
        done = end;
    }
    place.skip(&source.text[done..]);
    Arc::new(ChunkTokens { tokens: place.tokens.into(), lines: place.line, end: place.column })
}

fn region_tokens(region: &Region, text: &str, stored: &FxHashSet<TextSize>, place: &mut Place) {
    let Some(code) = region.kind.code() else {
        let class = match region.kind {
            RegionKind::Personalization => TokenClass::Property,
            RegionKind::Syndication => TokenClass::Delimiter,
            _ => return place.skip(text),
        };
        return place.token(text, class, TokenMarks::default());
    };
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    lex(RegionText { text, code, open: region.open, close: region.close }, &mut tokens, &mut problems);
    let mut statement = Statement::default();
    let mut at = 0;
    for (index, token) in tokens.iter().enumerate() {
        let Some(word) = text.get(at..at + token.len as usize) else { return };
        let next = || tokens[index + 1..].iter().map(|token| token.kind).find(|kind| !kind.is_trivia());
        let (class, marks) = match token.kind {
            COMMENT | LINE_COMMENT | HTML_COMMENT => (Some(TokenClass::Comment), TokenMarks::default()),
            IDENT if next() == Some(L_PAREN) => (Some(TokenClass::Function), function(word)),
            VARIABLE => {
                let offset = region.range().start() + TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
                let marks = if stored.contains(&offset) { TokenMarks::MODIFICATION } else { statement.variable() };
                (Some(TokenClass::Variable), marks)
            }
            SYSTEM_VARIABLE => (Some(TokenClass::Variable), TokenMarks::READONLY.with(TokenMarks::BUILT_IN)),
            kind => (class(kind), TokenMarks::default()),
        };
        if !token.kind.is_trivia() && token.kind != VARIABLE {
            statement.next(token.kind);
        }
        match class {
            Some(class) => place.token(word, class, marks),
            None => place.skip(word),
        }
        at += token.len as usize;
    }
    place.skip(text.get(at..).unwrap_or_default());
}

fn class(kind: SyntaxKind) -> Option<TokenClass> {
    Some(match kind {
        kind if kind.is_ampscript_keyword() => TokenClass::Keyword,
        STRING => TokenClass::String,
        INTEGER | REAL => TokenClass::Number,
        IDENT | BRACKET_NAME => TokenClass::Property,
        EQ2 | NEQ | LT | LTE | GT | GTE | BAD_OPERATOR => TokenClass::Operator,
        BLOCK_OPEN | BLOCK_HEADER | BLOCK_CLOSE | INLINE_OPEN | INLINE_CLOSE | SCRIPT_OPEN | SCRIPT_CLOSE => {
            TokenClass::Delimiter
        }
        _ => return None,
    })
}

fn function(name: &str) -> TokenMarks {
    match FunctionId::of(name).map(FunctionId::get) {
        Some(function) if function.deprecated.is_some() => TokenMarks::BUILT_IN.with(TokenMarks::DEPRECATED),
        Some(_) => TokenMarks::BUILT_IN,
        None => TokenMarks::default(),
    }
}

/// What the next variable is there for, as far as the words before it say.
#[derive(Clone, Copy, Default)]
enum Statement {
    #[default]
    Other,
    /// Behind VAR and its commas.
    Declares,
    /// Behind SET or FOR.
    Sets,
}

impl Statement {
    fn variable(&mut self) -> TokenMarks {
        match *self {
            Statement::Other => TokenMarks::default(),
            Statement::Declares => TokenMarks::DECLARATION,
            Statement::Sets => {
                *self = Statement::Other;
                TokenMarks::MODIFICATION
            }
        }
    }

    fn next(&mut self, kind: SyntaxKind) {
        *self = match (kind, *self) {
            (VAR_KW, _) => Statement::Declares,
            (SET_KW | FOR_KW, _) => Statement::Sets,
            (COMMA, Statement::Declares) => Statement::Declares,
            _ => Statement::Other,
        };
    }
}

/// Where the text has been read to.
struct Place {
    encoding: PositionEncoding,
    line: u32,
    column: u32,
    tokens: Vec<ClassifiedToken>,
}

impl Place {
    fn skip(&mut self, text: &str) {
        match memchr::memrchr(b'\n', text.as_bytes()) {
            Some(last) => {
                let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
                self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
                self.column = self.encoding.measure(&text[last + 1..]);
            }
            None => self.column = self.column.saturating_add(self.encoding.measure(text)),
        }
    }

    /// A token; what goes over several lines is one in each of them.
    fn token(&mut self, text: &str, class: TokenClass, marks: TokenMarks) {
        for line in text.split_inclusive('\n') {
            let len = self.encoding.measure(line.trim_end_matches(['\r', '\n']));
            if len > 0 {
                self.tokens.push(ClassifiedToken { line: self.line, column: self.column, len, class, marks });
            }
            self.skip(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};
    use sfmc_db::{Database, FileKind};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        let lines: Vec<&str> = text.split('\n').collect();
        let mut found = String::new();
        for token in &chunk_tokens(&db, page.chunks(&db)[0], PositionEncoding::Utf8).tokens {
            let start = token.column as usize;
            let word = &lines[token.line as usize][start..start + token.len as usize];
            let marks = if token.marks.0 == 0 { String::new() } else { format!(" {:#b}", token.marks.0) };
            writeln!(found, "{} {word}: {:?}{marks}", token.line, token.class).unwrap();
        }
        expected.assert_eq(&found);
    }

    #[test]
    fn all_classes() {
        check(
            "<p>text %%First Name%%</p>%%[ var @a, @b set @a = Concat('x', 1.5) /* two\nlines */\nfor @i = 1 to @a do next @i ]%%\n\
             %%=HTTPGet('u', true, 0, @st)=%% %%=nope([City], emailaddr, @@x)=%% {{x}}",
            &expect![[r#"
                0 %%First Name%%: Property
                0 %%[: Delimiter
                0 var: Keyword
                0 @a: Variable 0b1
                0 @b: Variable 0b1
                0 set: Keyword
                0 @a: Variable 0b10
                0 Concat: Function 0b1000
                0 'x': String
                0 1.5: Number
                0 /* two: Comment
                1 lines */: Comment
                2 for: Keyword
                2 @i: Variable 0b10
                2 1: Number
                2 to: Keyword
                2 @a: Variable
                2 do: Keyword
                2 next: Keyword
                2 @i: Variable
                2 ]%%: Delimiter
                3 %%=: Delimiter
                3 HTTPGet: Function 0b1000
                3 'u': String
                3 true: Keyword
                3 0: Number
                3 @st: Variable 0b10
                3 =%%: Delimiter
                3 %%=: Delimiter
                3 nope: Function
                3 [City]: Property
                3 emailaddr: Property
                3 @@x: Variable 0b1100
                3 =%%: Delimiter
            "#]],
        );
    }

    #[test]
    fn what_is_half_typed() {
        check(
            "%%[ if @a == \"x then\nset @b = Lookup(",
            &expect![[r#"
                0 %%[: Delimiter
                0 if: Keyword
                0 @a: Variable
                0 ==: Operator
                0 "x then: String
                1 set: Keyword
                1 @b: Variable 0b10
                1 Lookup: Function 0b1000
            "#]],
        );
    }

    #[test]
    fn columns_in_every_encoding() {
        let text = "😀%%=v('😀')=%%😀\n😀%%=v(1)=%%";
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        for (encoding, columns, end) in [
            (PositionEncoding::Utf8, [4, 7, 9, 16, 4, 7, 9, 11], 14),
            (PositionEncoding::Utf16, [2, 5, 7, 12, 2, 5, 7, 9], 12),
            (PositionEncoding::Utf32, [1, 4, 6, 10, 1, 4, 6, 8], 11),
        ] {
            let found = chunk_tokens(&db, page.chunks(&db)[0], encoding);
            let starts: Vec<u32> = found.tokens.iter().map(|token| token.column).collect();
            assert_eq!((&*starts, found.lines, found.end), (&columns[..], 1, end), "{encoding:?}");
        }
    }
}
