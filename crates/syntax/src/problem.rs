//! What scanners, lexers, parsers and the page fold find wrong, as plain data: the rules turn it into diagnostics.

use rowan::TextRange;

/// What kind of fact a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemClass {
    /// The platform refuses the page, or reads it as something else than what stands there.
    Error,
    /// The platform accepts it; a person should look.
    Notice,
}

macro_rules! problem_kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal, $class:ident;)*) => {
        /// The kinds of problems, named as the specification names them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum ProblemKind {
            $($(#[doc = $doc])* $name,)*
        }

        impl ProblemKind {
            /// Every kind, in order of declaration.
            pub const ALL: &'static [ProblemKind] = &[$(ProblemKind::$name),*];

            /// The name in the specification, without the language's prefix: `missing-endif`.
            pub fn id(self) -> &'static str {
                match self { $(ProblemKind::$name => $id),* }
            }

            /// Whether the platform refuses it.
            pub fn class(self) -> ProblemClass {
                match self { $(ProblemKind::$name => ProblemClass::$class),* }
            }
        }
    };
}

problem_kinds! {
    // --- the host scanner
    /// `%%[` without `]%%`. Range: the opener.
    UnterminatedBlock = "unterminated-block", Error;
    /// `%%=` without `=%%`. Range: the opener.
    UnterminatedInline = "unterminated-inline", Error;
    /// An AMPscript script tag without `</script>`. Range: the tag.
    UnterminatedScriptTag = "unterminated-script-tag", Error;
    /// A delimiter inside a region that is open already. Range: the inner opener.
    NestedBlockDelimiter = "nested-block-delimiter", Error;
    /// An AMPscript script tag inside another. Range: the inner tag.
    NestedScriptTag = "nested-script-tag", Error;
    /// A region closed by another kind's closer. Range: the closer.
    MismatchedClose = "mismatched-close", Error;
    /// `]%%` in text. Range: the closer.
    StrayBlockClose = "stray-block-close", Notice;
    /// `=%%` in text. Range: the closer.
    StrayInlineClose = "stray-inline-close", Notice;
    /// An AMPscript script tag without `runat=server`. Range: the tag.
    ScriptMissingRunat = "script-missing-runat", Notice;
    /// `<script … />`. Range: the tag.
    SelfClosingScript = "self-closing-script", Notice;
    /// `%%[Foo]%%`: a personalization string or a block of one word. Range: the region.
    AmbiguousBracketPersonalization = "ambiguous-bracket-personalization", Notice;
    /// `%%First Name%%`. Range: the region.
    PersonalizationNeedsBrackets = "personalization-needs-brackets", Notice;
    /// `%%Shoe-Size%%`: looks like a personalization string, is text. Range: the whole.
    PersonalizationInvalidName = "personalization-invalid-name", Notice;
    // --- the lexer
    /// `/*` without `*/`. Range: `/*`.
    UnterminatedComment = "unterminated-comment", Error;
    /// A quote that does not end. Range: from the quote to where the string was given up.
    UnterminatedString = "unterminated-string", Error;
    /// `[Shoe Size` without `]`. Range: the name.
    UnterminatedBracketName = "unterminated-bracket-name", Error;
    /// Characters that begin no token. Range: the run of them.
    UnexpectedCharacter = "unexpected-character", Error;
    /// A typographic quotation mark where a straight one belongs. Range: the mark, or the text between two with them.
    SmartQuote = "smart-quote", Error;
    /// `1.2.3`, `1,5` is another thing. Range: the number.
    InvalidNumber = "invalid-number", Error;
    /// `1e3`. Range: the number.
    ExponentNumber = "exponent-number", Error;
    /// `@größe`: other letters than A to Z in a name. Range: the name.
    InvalidVariableName = "invalid-variable-name", Error;
    /// `[]`. Range: the brackets.
    EmptyBracketName = "empty-bracket-name", Error;
    /// `007`. Range: the number.
    LeadingZeroNumber = "leading-zero-number", Notice;
    /// `1.`, `.5`. Range: the number.
    NumberStyle = "number-style", Notice;
    /// More than 64 bits. Range: the number.
    IntegerOverflow = "integer-overflow", Notice;
    /// A string over several lines. Range: the string.
    MultilineString = "multiline-string", Notice;
    /// `\"` in a string: the backslash escapes nothing. Range: the backslash and the quote.
    BackslashEscape = "backslash-escape", Notice;
    /// `// …` in code. Range: the comment.
    LineComment = "line-comment", Notice;
    /// `<!-- … -->` in code. Range: the comment.
    HtmlCommentInCode = "html-comment-in-code", Notice;
    /// `/* … */` in an inline expression. Range: the comment.
    CommentInInline = "comment-in-inline", Notice;
    /// `]%%` and its like in a string. Range: the delimiter.
    DelimiterInString = "delimiter-in-string", Notice;
    /// `]%%` and its like in a comment. Range: the delimiter.
    DelimiterInComment = "delimiter-in-comment", Notice;
    /// A non-breaking or other foreign blank in code. Range: the run of them.
    NonAsciiWhitespace = "non-ascii-whitespace", Notice;
    /// `@2row`. Range: the name.
    VariableLeadingDigit = "variable-leading-digit", Notice;
    // --- the parser
    /// A value is missing. Range: empty, where it should stand.
    ExpectedExpression = "expected-expression", Error;
    /// THEN is missing. Range: empty, after the condition, or what stands in its place: `{`.
    ExpectedThen = "expected-then", Error;
    /// DO is missing. Range: empty, after the bound, or what stands in its place: `{`.
    ExpectedDo = "expected-do", Error;
    /// TO or DOWNTO is missing. Range: empty, after the start value.
    ExpectedTo = "expected-to", Error;
    /// A variable is missing, or something else stands in its place. Range: that thing, or empty.
    ExpectedVariable = "expected-variable", Error;
    /// `=` is missing. Range: empty, after the variable, or what stands in its place.
    ExpectedEquals = "expected-equals", Error;
    /// A token that fits nowhere. Range: the token or the run of them.
    UnexpectedToken = "unexpected-token", Error;
    /// A keyword that fits nowhere. Range: the keyword; related, for THEN, TO and DO that lack what comes first: the expression before.
    UnexpectedKeyword = "unexpected-keyword", Error;
    /// `end if`. Range: both words.
    EndIfTwoWords = "end-if-two-words", Error;
    /// Two values or variables without a comma between. Range: empty, where it should stand.
    MissingComma = "missing-comma", Error;
    /// A comma with nothing after it. Range: the comma.
    TrailingComma = "trailing-comma", Error;
    /// `Concat "a", "b")`: `)` without the `(` after the function's name. Range: empty, where it should stand; related: the `)`.
    MissingOpenParen = "missing-open-paren", Error;
    /// `(` without `)`. Range: empty, where it should stand; related: the opener.
    MissingCloseParen = "missing-close-paren", Error;
    /// `)` without `(`. Range: the parenthesis.
    UnmatchedCloseParen = "unmatched-close-paren", Error;
    /// `var @a = 1`. Range: from `=` to the value's end.
    VarInitializer = "var-initializer", Error;
    /// `set @a == 1`. Range: the operator.
    EqualityInSet = "equality-in-set", Error;
    /// `if @a = 1`. Range: the operator.
    SingleEqualsComparison = "single-equals-comparison", Error;
    /// An operator that does not exist. Range: the operator.
    UnsupportedOperator = "unsupported-operator", Error;
    /// `while`, `switch`, `return`: a statement of other languages. Range: the word.
    UnsupportedStatement = "unsupported-statement", Error;
    /// `step 2` in FOR. Range: from STEP to its value.
    UnsupportedStep = "unsupported-step", Error;
    /// A statement in `%%= =%%`. Range: the keyword.
    StatementInInline = "statement-in-inline", Error;
    /// Two expressions in `%%= =%%`. Range: the second.
    MultipleExpressionsInInline = "multiple-expressions-in-inline", Error;
    /// `set @@x = 1`. Range: the variable.
    AssignSystemVariable = "assign-system-variable", Error;
    /// Nested more deeply than the parser follows. Range: where it gave up.
    NestingTooDeep = "nesting-too-deep", Notice;
    /// `else if`, two words. Range: both.
    ElseIfTwoWords = "else-if-two-words", Notice;
    /// An expression as a statement, which does nothing. Range: the expression.
    IgnoredExpression = "ignored-expression", Notice;
    /// `@a = 1` as a statement. Range: the whole.
    AssignmentWithoutSet = "assignment-without-set", Notice;
    /// `set @a = @b = 2`. Range: the inner part.
    AssignmentInExpression = "assignment-in-expression", Notice;
    /// AND and OR at one level. Range: the expression.
    MixedAndOr = "mixed-and-or", Notice;
    /// NOT before an unparenthesised AND or OR. Range: the expression.
    AmbiguousNot = "ambiguous-not", Notice;
    /// `1 < 2 < 3`. Range: the expression.
    ChainedComparison = "chained-comparison", Notice;
    /// `not not @a`. Range: both keywords.
    DoubleNot = "double-not", Notice;
    /// `set @ok = @a == 1`. Range: the comparison.
    ComparisonAsValue = "comparison-as-value", Notice;
    /// `null` as a value. Range: the word.
    NullIsAttribute = "null-is-attribute", Notice;
    /// `%%[ ]%%`. Range: the region.
    EmptyBlock = "empty-block", Notice;
    /// Anything but a call in `%%= =%%`. Range: the expression.
    InlineNotFunctionCall = "inline-not-function-call", Notice;
    // --- the fold over the page
    /// IF without ENDIF. Range: the IF.
    MissingEndif = "missing-endif", Error;
    /// FOR without NEXT. Range: the FOR.
    MissingNext = "missing-next", Error;
    /// Another word where the ENDIF of an open IF belongs: `fi`, `enidf`, `end`. Range: the words.
    ExpectedEndif = "expected-endif", Error;
    /// Another word where the NEXT of an open FOR belongs: `endfor`, `end for`, `nxt`. Range: the words.
    ExpectedNext = "expected-next", Error;
    /// ENDIF without IF. Range: the keyword.
    UnmatchedEndif = "unmatched-endif", Error;
    /// NEXT without FOR. Range: the keyword.
    UnmatchedNext = "unmatched-next", Error;
    /// ELSE or ELSEIF without IF. Range: the keyword.
    UnmatchedElse = "unmatched-else", Error;
    /// A second ELSE. Range: the keyword; related: the first.
    DuplicateElse = "duplicate-else", Error;
    /// ELSEIF after ELSE. Range: the keyword; related: the ELSE.
    ElseifAfterElse = "elseif-after-else", Error;
    /// An end in a block of another execution context. Range: the end; related: the opener.
    ControlFlowCrossesContext = "control-flow-crosses-context", Error;
    /// A statement that begins in one block and goes on in the next. Range: what begins.
    StatementCrossesBlock = "statement-crosses-block", Error;
    /// `next @j` closes `for @i`. Range: the name; related: the counter.
    NextVariableMismatch = "next-variable-mismatch", Notice;
}

/// Something wrong at a place. `K` are the kinds of a language; those of pages where nothing is said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem<K = ProblemKind> {
    /// What.
    pub kind: K,
    /// Where, in the coordinates of whoever returns it (region, chunk or page).
    pub range: TextRange,
    /// A second place that explains it: the opener of what is not closed.
    pub related: Option<TextRange>,
    /// What was expected at this place, in words that go into a message; empty where the kind says it all.
    pub expected: &'static str,
}

impl<K> Problem<K> {
    /// A problem at `range`.
    pub fn new(kind: K, range: TextRange) -> Problem<K> {
        Problem { kind, range, related: None, expected: "" }
    }

    /// The same problem with a second place.
    #[must_use]
    pub fn related(mut self, range: TextRange) -> Problem<K> {
        self.related = Some(range);
        self
    }

    /// The same problem with what was expected.
    #[must_use]
    pub fn expected(mut self, what: &'static str) -> Problem<K> {
        self.expected = what;
        self
    }

    /// The same problem in the coordinates of whatever this one's text starts at `base` of.
    #[must_use]
    pub fn shifted(mut self, base: rowan::TextSize) -> Problem<K> {
        self.range += base;
        self.related = self.related.map(|r| r + base);
        self
    }
}
