//! A quote is wrong: one problem says so, and what follows from it is not said.

use sfmc_syntax::{
    Problem, ProblemKind,
    SyntaxKind::{L_PAREN, R_PAREN, STRING},
    TextRange, TextSize,
};

use super::{Input, Parse, Parser, lies_in};

/// Texts that lack the opening quote, `b1a44f-5f26"`: from where they must have begun on their line to the quote that is taken for
/// the opening one.
pub(super) fn unopened_strings(text: &str, unterminated: &[TextSize]) -> Vec<TextRange> {
    let bytes = text.as_bytes();
    let words = |&quote: &TextSize| {
        let before = &bytes[..usize::from(quote)];
        let edge = before.iter().rposition(|b| matches!(b, b'=' | b'(' | b',' | b'\n' | b'"' | b'\''));
        let start = edge.map_or(0, |edge| edge + 1);
        let range = TextRange::new(TextSize::new(u32::try_from(start).unwrap_or(0)), quote);
        (!before[start..].trim_ascii().is_empty()).then_some(range)
    };
    unterminated.iter().filter_map(words).collect()
}

/// The words of such a text are no code.
pub(super) fn drop_words_of_text(unopened: &[TextRange], problems: &mut Vec<Problem>) {
    if unopened.is_empty() {
        return;
    }
    // Where something else was found wrong with the quote, these are.
    let reported = |p: &Problem| p.kind == ProblemKind::UnterminatedString;
    let mut quotes: Vec<TextSize> = problems.iter().filter(|p| reported(p)).map(|p| p.range.start()).collect();
    quotes.sort_unstable();
    let unopened: Vec<TextRange> =
        unopened.iter().copied().filter(|words| quotes.binary_search(&words.end()).is_ok()).collect();
    if !unopened.is_empty() {
        problems.retain(|p| p.kind == ProblemKind::UnterminatedString || !lies_in(&unopened, p.range));
    }
}

/// After a text that does not end, the quotes of a line are the wrong way round: that another does not end either follows from it.
pub(super) fn one_unterminated_string_a_line(text: &str, problems: &mut Vec<Problem>) {
    let mut last: Option<TextSize> = None;
    problems.retain(|problem| {
        if problem.kind != ProblemKind::UnterminatedString {
            return true;
        }
        let start = problem.range.start();
        let same_line = last.is_some_and(|last| {
            memchr::memchr(b'\n', &text.as_bytes()[usize::from(last)..usize::from(start)]).is_none()
        });
        last = Some(start);
        !same_line
    });
}

/// What somebody reads who takes text for code, and code for text.
fn follows(kind: ProblemKind) -> bool {
    use ProblemKind::{
        AssignmentInExpression, AssignmentWithoutSet, ChainedComparison, ComparisonAsValue, EmptyBracketName,
        EqualityInSet, ExpectedDo, ExpectedEquals, ExpectedExpression, ExpectedThen, ExpectedTo, ExpectedVariable,
        ExponentNumber, IgnoredExpression, InlineNotFunctionCall, InvalidNumber, InvalidVariableName,
        LeadingZeroNumber, LineComment, MissingCloseParen, MissingComma, MissingOpenParen, MultipleExpressionsInInline,
        NumberStyle, StatementInInline, TrailingComma, UnexpectedCharacter, UnexpectedKeyword, UnexpectedToken,
        UnmatchedCloseParen, UnsupportedOperator, UnsupportedStatement, UnterminatedBracketName, VariableLeadingDigit,
    };
    matches!(
        kind,
        AssignmentInExpression
            | AssignmentWithoutSet
            | ChainedComparison
            | ComparisonAsValue
            | EmptyBracketName
            | EqualityInSet
            | ExpectedDo
            | ExpectedEquals
            | ExpectedExpression
            | ExpectedThen
            | ExpectedTo
            | ExpectedVariable
            | ExponentNumber
            | IgnoredExpression
            | InlineNotFunctionCall
            | InvalidNumber
            | InvalidVariableName
            | LeadingZeroNumber
            | LineComment
            | MissingCloseParen
            | MissingComma
            | MissingOpenParen
            | MultipleExpressionsInInline
            | NumberStyle
            | StatementInInline
            | TrailingComma
            | UnexpectedCharacter
            | UnexpectedKeyword
            | UnexpectedToken
            | UnmatchedCloseParen
            | UnsupportedOperator
            | UnsupportedStatement
            | UnterminatedBracketName
            | VariableLeadingDigit
    )
}

/// Where a text does not end, one quote too few or too many stands before: on its line, or on a line from which texts reach into that.
pub(super) fn drop_what_follows(text: &str, input: &[Input], parse: &mut Parse) {
    let bytes = text.as_bytes();
    let line_start = |at: usize| memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
    let broken = parse.problems.iter().filter(|p| p.kind == ProblemKind::UnterminatedString);
    let mut zones: Vec<TextRange> = Vec::new();
    for problem in broken {
        let mut start = line_start(problem.range.start().into());
        // Texts are the wrong way round up to the one that begins first.
        let mut at = input.partition_point(|token| token.start < u32::from(problem.range.start()));
        while let Some(token) = at.checked_sub(1).and_then(|before| input.get(before)) {
            if (token.end as usize) <= start {
                break;
            }
            if token.kind == STRING {
                start = start.min(line_start(token.start as usize));
            }
            at -= 1;
        }
        let start = TextSize::new(u32::try_from(start).unwrap_or(0));
        zones.push(TextRange::new(start.min(problem.range.start()), problem.range.end()));
    }
    if zones.is_empty() {
        return;
    }
    let last = zones.len() - 1;
    let inside = |range: TextRange| {
        // They are in order of their ends, and can begin at one line.
        let at = zones.partition_point(|zone| zone.end() < range.start());
        zones[at.min(last)].contains_range(TextRange::empty(range.start()))
    };
    parse.problems.retain(|p| !(follows(p.kind) && inside(p.range)));
    parse.outline.dangling = parse.outline.dangling.filter(|dangling| !inside(dangling.at));
}

impl Parser<'_, '_> {
    /// Whether a text on the rest of the line does not end.
    pub(super) fn text_breaks_ahead(&self) -> bool {
        let from = self.gap().start();
        let next = self.unterminated.partition_point(|&start| start < from);
        self.unterminated.get(next).is_some_and(|&start| {
            memchr::memchr(b'\n', &self.text.as_bytes()[usize::from(from)..usize::from(start)]).is_none()
        })
    }

    /// Behind a text that does not end: the rest of its line, and of the lists that are open since the token at index `first`.
    pub(super) fn rest_of_broken(&mut self, first: usize) {
        if !self.at_end() && !self.first_on_line(0) && !self.at_code_behind_text(0) {
            let range = self.rest_of_line();
            self.muted.push(range);
        }
        let tokens = &self.input[first.min(self.at)..self.at];
        let of = |kind| tokens.iter().filter(|token| token.kind == kind).count();
        for _ in 0..of(L_PAREN).saturating_sub(of(R_PAREN)) {
            let Some(close) = self.closing_paren() else { break };
            let range = self.skip(close - self.at + 1);
            self.muted.push(range);
        }
    }
}
