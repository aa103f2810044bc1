//! What lexer and parser find wrong, as plain data.
//!
//! These are kinds of their own, not more of [`sfmc_syntax::ProblemKind`]: each of those is worded by a rule, and the rules of SQL come
//! with what a file of SQL is to the database.

use sfmc_syntax::{Problem, ProblemClass};

/// Something wrong at a place of a piece.
pub type SqlProblem = Problem<SqlProblemKind>;

macro_rules! sql_problem_kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal, $class:ident;)*) => {
        /// The kinds of problems that a file of SQL can have as text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum SqlProblemKind {
            $($(#[doc = $doc])* $name,)*
        }

        impl SqlProblemKind {
            /// Every kind, in order of declaration.
            pub const ALL: &'static [SqlProblemKind] = &[$(SqlProblemKind::$name),*];

            /// Its name, without the language's prefix: `missing-comma`.
            pub fn id(self) -> &'static str {
                match self { $(SqlProblemKind::$name => $id),* }
            }

            /// Whether the server refuses it.
            pub fn class(self) -> ProblemClass {
                match self { $(SqlProblemKind::$name => ProblemClass::$class),* }
            }
        }
    };
}

sql_problem_kinds! {
    // --- the lexer
    /// A quote that does not end. Range: from the quote to where the text was given up.
    UnterminatedString = "unterminated-string", Error;
    /// `'it's'`: a quote inside a text that must be doubled. Range: the quote.
    UnescapedQuote = "unescaped-quote", Error;
    /// `/*` without `*/`; comments nest. Range: the `/*` that is not closed.
    UnterminatedComment = "unterminated-comment", Error;
    /// `[First Name` without `]`, `"First Name` without `"`. Range: the name.
    UnterminatedName = "unterminated-name", Error;
    /// `[]`, `""`. Range: the name.
    EmptyName = "empty-name", Error;
    /// A typographic quotation mark where a straight one belongs. Range: the mark, or the text between two with them.
    SmartQuote = "smart-quote", Error;
    /// Characters that begin no token. Range: the run of them.
    UnexpectedCharacter = "unexpected-character", Error;
    /// `# …`, `// …`: comments of other languages. Range: the comment.
    ForeignComment = "foreign-comment", Error;
    /// A name between grave accents. Range: the name.
    BacktickName = "backtick-name", Error;
    /// A non-breaking or other foreign blank. Range: the run of them.
    NonAsciiWhitespace = "non-ascii-whitespace", Notice;
    // --- the parser: what is missing
    /// A value is missing. Range: empty, where it should stand.
    ExpectedExpression = "expected-expression", Error;
    /// A table is missing after FROM, JOIN or a comma. Range: empty, where it should stand.
    ExpectedTable = "expected-table", Error;
    /// A name is missing. Range: empty, where it should stand.
    ExpectedName = "expected-name", Error;
    /// A keyword is missing; the problem says which. Range: empty, where it should stand.
    ExpectedKeyword = "expected-keyword", Error;
    /// A join without its condition. Range: empty, after the table; related: the JOIN.
    ExpectedOn = "expected-on", Error;
    /// A query is missing. Range: empty, where it should stand.
    ExpectedQuery = "expected-query", Error;
    /// A data type is missing. Range: empty, where it should stand.
    ExpectedType = "expected-type", Error;
    /// Two items without a comma between. Range: empty, where it should stand.
    MissingComma = "missing-comma", Error;
    /// `(` is missing. Range: empty, where it should stand.
    MissingOpenParen = "missing-open-paren", Error;
    /// `(` without `)`. Range: empty, where it should stand; related: the opener.
    MissingCloseParen = "missing-close-paren", Error;
    /// `IN SELECT …`: a query without its parentheses. Range: the SELECT.
    MissingSubqueryParens = "missing-subquery-parens", Error;
    /// A CASE without END. Range: empty, where it should stand; related: the CASE.
    MissingEnd = "missing-end", Error;
    // --- the parser: what is too much
    /// A comma with nothing after it. Range: the comma.
    TrailingComma = "trailing-comma", Error;
    /// `)` without `(`. Range: the parenthesis.
    UnmatchedCloseParen = "unmatched-close-paren", Error;
    /// Tokens that fit nowhere. Range: the run of them.
    UnexpectedToken = "unexpected-token", Error;
    /// A text or a number among the columns of PIVOT, which are names. Range: its first token.
    PivotValue = "pivot-value", Error;
    /// A reserved word where a name belongs: it needs brackets. Range: the word.
    ReservedName = "reserved-name", Error;
    /// `FROM My-DE`, `FROM 2024 Orders`: a name that needs brackets. Range: the name.
    UnquotedName = "unquoted-name", Error;
    /// A clause that stands too late or a second time: `GROUP BY a WHERE b`. Range: its keyword.
    MisplacedClause = "misplaced-clause", Error;
    /// `a < b < c`. Range: the second operator.
    ChainedComparison = "chained-comparison", Error;
    /// A keyword with a slip of the pen; the problem says which. Range: the word.
    MisspeltKeyword = "misspelt-keyword", Error;
    /// Words that begin no statement. Range: the run of them.
    Prose = "prose", Error;
    /// Nested more deeply than the parser follows. Range: where it gave up.
    NestingTooDeep = "nesting-too-deep", Notice;
    // --- the parser: other dialects
    /// `==`, `&&`, `::`, ILIKE: an operator that T-SQL does not have. Range: the operator.
    UnsupportedOperator = "unsupported-operator", Error;
    /// LIMIT. Range: the clause.
    LimitClause = "limit-clause", Error;
    /// A clause or form of another dialect: USING, NATURAL JOIN, INTERVAL, FILTER, NULLS LAST. Range: its first word.
    UnsupportedSyntax = "unsupported-syntax", Error;
}
