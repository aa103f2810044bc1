//! The same for SQL: told from the tree of a statement, because the same word is a column here, a table there and a function before a
//! parenthesis.

use std::sync::Arc;

use sfmc_db::{Chunk, Db, sql_syntax};
use sfmc_syntax::{
    NodeOrToken, PositionEncoding,
    SyntaxKind::{self, *},
    SyntaxNode, SyntaxToken,
};

use super::{ChunkTokens, Place, TokenClass, TokenMarks};

/// Functions whose first argument is a word that says which part of a date is meant.
const DATE_PART_FUNCTIONS: [&str; 6] = ["dateadd", "datediff", "datediff_big", "datename", "datepart", "datetrunc"];

/// The tokens of a chunk of a file of SQL, in the columns of an encoding.
#[salsa::tracked(returns(ref))]
pub fn sql_tokens(db: &dyn Db, chunk: Chunk, encoding: PositionEncoding) -> Arc<ChunkTokens> {
    let mut place = Place { encoding, line: 0, column: 0, tokens: Vec::new() };
    for token in sql_syntax(db, chunk).descendants_with_tokens().filter_map(NodeOrToken::into_token) {
        match classify(&token) {
            Some((class, marks)) => place.token(token.text(), class, marks),
            None => place.skip(token.text()),
        }
    }
    Arc::new(ChunkTokens { tokens: place.tokens.into(), lines: place.line, end: place.column })
}

fn classify(token: &SyntaxToken) -> Option<(TokenClass, TokenMarks)> {
    let plain = |class| Some((class, TokenMarks::default()));
    let parent = token.parent()?;
    match token.kind() {
        WHITESPACE | BYTE_ORDER_MARK => None,
        COMMENT | LINE_COMMENT => plain(TokenClass::Comment),
        // Notes between queries: their words are no words of SQL.
        _ if parent.kind() == SQL_PROSE => None,
        INTEGER | REAL | FLOAT | HEX | MONEY | ODBC_LITERAL => plain(TokenClass::Number),
        VARIABLE | SYSTEM_VARIABLE => plain(TokenClass::Variable),
        IDENT | BRACKET_NAME | QUOTED_NAME | BACKTICK_NAME | TEMP_NAME | PLACEHOLDER | STRING | NATIONAL_STRING
        | SMART_QUOTE => name(token, &parent),
        // CAST and its like are calls to the reader.
        CAST_KW | TRY_CAST_KW | PARSE_KW | TRY_PARSE_KW | CONVERT_KW | TRY_CONVERT_KW
            if matches!(parent.kind(), SQL_CAST_EXPR | SQL_CONVERT_EXPR) =>
        {
            Some((TokenClass::Function, TokenMarks::BUILT_IN))
        }
        kind if kind.is_sql_keyword() => plain(TokenClass::Keyword),
        kind if is_operator(kind) => plain(TokenClass::Operator),
        _ => None,
    }
}

fn is_operator(kind: SyntaxKind) -> bool {
    matches!(kind, EQ | EQ2 | NEQ | LT | LTE | GT | GTE | BAD_OPERATOR | ASSIGN_OP) || (LTGT..=TILDE).contains(&kind)
}

/// What a name is called by: told from what holds it.
fn name(token: &SyntaxToken, parent: &SyntaxNode) -> Option<(TokenClass, TokenMarks)> {
    let of = |class, marks| Some((class, marks));
    let none = TokenMarks::default();
    let holder = match parent.kind() {
        SQL_NAME => parent.parent()?,
        _ => parent.clone(),
    };
    let qualifies = parent.kind() == SQL_NAME && qualifies(token);
    match holder.kind() {
        SQL_NAME_EXPR if qualifies => of(TokenClass::Variable, none),
        SQL_NAME_EXPR if is_date_part(&holder) => of(TokenClass::Keyword, none),
        SQL_STAR_EXPR => of(TokenClass::Variable, none),
        SQL_CALL_EXPR if qualifies => of(TokenClass::Namespace, none),
        SQL_CALL_EXPR => of(TokenClass::Function, TokenMarks::BUILT_IN),
        SQL_DATA_TYPE | SQL_TYPE_SIZE => of(TokenClass::Type, none),
        SQL_NAMED_TABLE | SQL_INTO_CLAUSE | SQL_INSERT_STMT | SQL_UPDATE_STMT | SQL_DELETE_STMT | SQL_MERGE_STMT
        | SQL_CREATE_STMT | SQL_ALTER_STMT | SQL_DROP_STMT | SQL_TRUNCATE_STMT | SQL_NEXT_VALUE_EXPR
        | SQL_EXEC_STMT => {
            if qualifies {
                return of(TokenClass::Namespace, none);
            }
            let is_view = token.text().trim_start_matches(['[', '"']).starts_with('_');
            of(TokenClass::Table, if is_view { TokenMarks::BUILT_IN } else { none })
        }
        SQL_CTE => of(TokenClass::Table, TokenMarks::DECLARATION),
        SQL_ALIAS => {
            let of_column = holder.parent().is_some_and(|parent| parent.kind() == SQL_SELECT_ITEM);
            of(if of_column { TokenClass::Property } else { TokenClass::Variable }, TokenMarks::DECLARATION)
        }
        SQL_LEADING_ALIAS | SQL_COLUMN_LIST | SQL_SCHEMA_COLUMN => of(TokenClass::Property, TokenMarks::DECLARATION),
        SQL_NAME_EXPR | SQL_PIVOT_CLAUSE | SQL_UNPIVOT_CLAUSE | SQL_PIVOT_VALUES => of(TokenClass::Property, none),
        SQL_TABLE_HINTS | SQL_FOR_CLAUSE | SQL_OPTION_CLAUSE | SQL_COLLATE_EXPR => of(TokenClass::Keyword, none),
        SQL_WINDOW_DEFINITION | SQL_OVER_CLAUSE | SQL_WINDOW_SPEC => of(TokenClass::Variable, none),
        _ if matches!(token.kind(), STRING | NATIONAL_STRING | SMART_QUOTE) => of(TokenClass::String, none),
        _ => None,
    }
}

/// Whether a part of a name stands before a dot.
fn qualifies(token: &SyntaxToken) -> bool {
    let mut next = token.next_sibling_or_token();
    while let Some(found) = &next
        && found.kind().is_trivia()
    {
        next = found.next_sibling_or_token();
    }
    next.is_some_and(|found| matches!(found.kind(), DOT | COLON2))
}

/// Whether a word stands where a function asks which part of a date is meant.
fn is_date_part(word: &SyntaxNode) -> bool {
    let Some(args) = word.parent().filter(|parent| parent.kind() == SQL_ARG_LIST) else { return false };
    if args.first_child().as_ref() != Some(word) {
        return false;
    }
    let name = args.parent().and_then(|call| call.first_child()).map(|name| name.text().to_string());
    name.is_some_and(|name| DATE_PART_FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function)))
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
        let page = db.add_page(text, FileKind::Sql);
        let mut found = String::new();
        for &chunk in page.chunks(&db).iter() {
            let lines: Vec<&str> = chunk.source(&db).text.split('\n').collect();
            for token in &sql_tokens(&db, chunk, PositionEncoding::Utf8).tokens {
                let start = token.column as usize;
                let word = &lines[token.line as usize][start..start + token.len as usize];
                let marks = if token.marks.0 == 0 { String::new() } else { format!(" {:#b}", token.marks.0) };
                writeln!(found, "{word}: {:?}{marks}", token.class).unwrap();
            }
        }
        expected.assert_eq(&found);
    }

    #[test]
    fn every_word_of_a_query() {
        check(
            "-- all\nSELECT TOP 5 a.[First Name] AS n, LEFT(b.x, 2) y, COUNT(*) c, 'q' = CONVERT(date, d, 112), s.*\n\
             FROM Ent.Orders a WITH (NOLOCK) JOIN _Sent b ON a.x <> 1.5 /* two\nlines */",
            &expect![[r#"
                -- all: Comment
                SELECT: Keyword
                TOP: Keyword
                5: Number
                a: Variable
                [First Name]: Property
                AS: Keyword
                n: Property 0b1
                LEFT: Function 0b1000
                b: Variable
                x: Property
                2: Number
                y: Property 0b1
                COUNT: Function 0b1000
                *: Operator
                c: Property 0b1
                'q': Property 0b1
                =: Operator
                CONVERT: Function 0b1000
                date: Type
                d: Property
                112: Number
                s: Variable
                *: Operator
                FROM: Keyword
                Ent: Namespace
                Orders: Table
                a: Variable 0b1
                WITH: Keyword
                NOLOCK: Keyword
                JOIN: Keyword
                _Sent: Table 0b1000
                b: Variable 0b1
                ON: Keyword
                a: Variable
                x: Property
                <>: Operator
                1.5: Number
                /* two: Comment
                lines */: Comment
            "#]],
        );
        check(
            "SELECT DATEADD(day, -1, GETDATE()), day, N'x', CAST(z AS nvarchar(max)) FROM (SELECT 1 AS one) AS d (two)\n\
             WHERE CASE WHEN d.two IN (SELECT @v FROM {{{pre}}}_T) THEN 1 END = 1 ORDER BY two DESC",
            &expect![[r#"
                SELECT: Keyword
                DATEADD: Function 0b1000
                day: Keyword
                -: Operator
                1: Number
                GETDATE: Function 0b1000
                day: Property
                N'x': String
                CAST: Function 0b1000
                z: Property
                AS: Keyword
                nvarchar: Type
                max: Type
                FROM: Keyword
                SELECT: Keyword
                1: Number
                AS: Keyword
                one: Property 0b1
                AS: Keyword
                d: Variable 0b1
                two: Property 0b1
                WHERE: Keyword
                CASE: Keyword
                WHEN: Keyword
                d: Variable
                two: Property
                IN: Keyword
                SELECT: Keyword
                @v: Variable
                FROM: Keyword
                {{{pre}}}_T: Table
                THEN: Keyword
                1: Number
                END: Keyword
                =: Operator
                1: Number
                ORDER: Keyword
                BY: Keyword
                two: Property
                DESC: Keyword
            "#]],
        );
    }

    #[test]
    fn what_is_half_typed() {
        check(
            "SELECT a.b, CASE WHEN 'x FROM",
            &expect![[r#"
            SELECT: Keyword
            a: Variable
            b: Property
            CASE: Keyword
            WHEN: Keyword
            'x FROM: String
        "#]],
        );
        check(
            "INSERT INTO t (a) SELECT 1; SELECT [x\nGO\nnotes of somebody",
            &expect![[r#"
            INSERT: Keyword
            INTO: Keyword
            t: Table
            a: Property 0b1
            SELECT: Keyword
            1: Number
            SELECT: Keyword
            [x: Property
            GO: Keyword
        "#]],
        );
    }
}
