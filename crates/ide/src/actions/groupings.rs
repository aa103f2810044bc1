//! Parentheses around what sources group in two ways: each way is offered, and whoever wrote it says which was meant.

use sfmc_db::{Db, FileId, Snapshot};
use sfmc_diagnostics::Diagnostic;
use sfmc_syntax::{SyntaxKind, TextEdit, TextRange, apply_edits};

use super::{Action, ActionKind, trial::Trial};
use crate::code::{CodeAt, CodeToken};

const MIXED: &str = "amp/mixed-and-or";
const NEGATED: &str = "amp/ambiguous-not";

/// For each finding about conditions that can be read in two ways: both of them, with parentheses.
pub(super) fn groupings(
    snapshot: &Snapshot,
    file: FileId,
    trial: &Trial<'_>,
    here: &[&Diagnostic],
    actions: &mut Vec<Action>,
) {
    let Some(page) = snapshot.page(file).filter(|_| !trial.is_sql()) else { return };
    let db: &dyn Db = snapshot.db();
    let unclear = here.iter().filter(|diagnostic| [MIXED, NEGATED].contains(&diagnostic.rule.id));
    for diagnostic in unclear.take(trial.budget().div_ceil(4)) {
        let Some(code) = CodeAt::new(db, page, diagnostic.range.start()) else { continue };
        let Some(chain) = Chain::new(&code, diagnostic.range) else { continue };
        let ways = match diagnostic.rule.id == MIXED {
            true => vec![chain.and_first(), chain.in_order()],
            false => chain.negated(),
        };
        for groups in ways {
            let edits = in_parentheses(&groups);
            let Ok(text) = apply_edits(trial.text(), &edits) else { continue };
            let count = |found: &[Diagnostic]| found.iter().filter(|found| found.rule == diagnostic.rule).count();
            if edits.is_empty() || count(&trial.check(&text)) >= count(trial.found()) || !trial.is_no_worse(&edits) {
                continue;
            }
            let title = format!("group as `{}`", shape(&chain, &groups));
            let diagnostic = Some((*diagnostic).clone());
            actions.push(Action { title, kind: ActionKind::QuickFix, edits, diagnostic, preferred: false });
        }
    }
}

/// Conditions that AND and OR join, without those in parentheses.
struct Chain {
    operands: Vec<TextRange>,
    /// What stands between them: one less.
    operators: Vec<SyntaxKind>,
    /// The NOT that the first operand begins with, and where what it negates begins.
    not: Option<(TextRange, TextRange)>,
}

impl Chain {
    /// The chain that a range of code is; none where something stands in it that is no condition, or a NOT that could reach further.
    fn new(code: &CodeAt, range: TextRange) -> Option<Chain> {
        let inside = code.tokens.iter().filter(|token| range.contains_range(token.range) && !token.kind.is_trivia());
        let tokens: Vec<CodeToken> = inside.copied().collect();
        let (first, last) = (tokens.first()?, tokens.last()?);
        if first.range.start() != range.start() || last.range.end() != range.end() {
            return None;
        }
        let mut chain = Chain { operands: Vec::new(), operators: Vec::new(), not: None };
        let (mut depth, mut operand) = (0usize, None::<TextRange>);
        for (n, token) in tokens.iter().enumerate() {
            match token.kind {
                SyntaxKind::L_PAREN => depth += 1,
                SyntaxKind::R_PAREN => depth = depth.checked_sub(1)?,
                SyntaxKind::AND_KW | SyntaxKind::OR_KW if depth == 0 => {
                    chain.operands.push(operand.take()?);
                    chain.operators.push(token.kind);
                    continue;
                }
                SyntaxKind::NOT_KW if depth == 0 && n == 0 => {
                    chain.not = Some((token.range, tokens.get(1)?.range));
                }
                SyntaxKind::NOT_KW if depth == 0 => return None,
                SyntaxKind::BAD_OPERATOR | SyntaxKind::EQ => return None,
                _ => {}
            }
            operand = Some(operand.map_or(token.range, |operand| operand.cover(token.range)));
        }
        chain.operands.push(operand.filter(|_| depth == 0)?);
        (!chain.operators.is_empty()).then_some(chain)
    }

    /// `a or (b and c)`
    fn and_first(&self) -> Vec<TextRange> {
        let mut groups = Vec::new();
        let mut open: Option<TextRange> = None;
        for (n, operand) in self.operands.iter().enumerate() {
            let joined = n.checked_sub(1).and_then(|n| self.operators.get(n)) == Some(&SyntaxKind::AND_KW);
            open = match open.filter(|_| joined) {
                Some(group) => {
                    groups.pop();
                    groups.push(group.cover(*operand));
                    groups.last().copied()
                }
                None => {
                    groups.push(*operand);
                    Some(*operand)
                }
            };
        }
        let is_one = |group: &TextRange| self.operands.contains(group);
        groups.retain(|group| !is_one(group));
        if self.not.is_some() { Vec::new() } else { groups }
    }

    /// `(a or b) and c`: what stands before a change of the operator belongs together.
    fn in_order(&self) -> Vec<TextRange> {
        let Some(first) = self.operands.first().filter(|_| self.not.is_none()) else { return Vec::new() };
        let changes = self.operators.windows(2).enumerate().filter(|(_, pair)| pair.first() != pair.last());
        changes.filter_map(|(n, _)| Some(first.cover(*self.operands.get(n + 1)?))).collect()
    }

    /// `(not a) and b`, and `not (a and b)`; none where what it reaches over would be read in two ways again.
    fn negated(&self) -> Vec<Vec<TextRange>> {
        let (Some((_, behind)), Some(first), Some(last)) = (self.not, self.operands.first(), self.operands.last())
        else {
            return Vec::new();
        };
        let is_plain = self.operators.iter().all(|operator| self.operators.first() == Some(operator));
        if is_plain { vec![vec![*first], vec![behind.cover(*last)]] } else { Vec::new() }
    }
}

/// The edits that put each of some ranges in parentheses; of ranges that begin at one place the longer ones are around the others.
fn in_parentheses(groups: &[TextRange]) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = Vec::new();
    let mut starts: Vec<_> = groups.iter().map(|group| group.start()).collect();
    starts.sort_unstable();
    let mut ends: Vec<_> = groups.iter().map(|group| group.end()).collect();
    ends.sort_unstable();
    for (places, sign) in [(starts, "("), (ends, ")")] {
        for run in places.chunk_by(|one, other| one == other) {
            if let Some(at) = run.first() {
                edits.push(TextEdit::insert(*at, sign.repeat(run.len())));
            }
        }
    }
    edits.sort_by_key(|edit| edit.range.start());
    edits
}

/// How a chain is grouped, with letters for its conditions; of a long one the beginning.
fn shape(chain: &Chain, groups: &[TextRange]) -> String {
    let mut text = String::new();
    for (n, (operand, letter)) in chain.operands.iter().zip('a'..='f').enumerate() {
        if let Some(operator) = n.checked_sub(1).and_then(|n| chain.operators.get(n)) {
            text.push_str(if *operator == SyntaxKind::AND_KW { " and " } else { " or " });
        }
        let not = chain.not.filter(|_| n == 0);
        let opens = |at| "(".repeat(groups.iter().filter(|group| group.start() == at).count());
        text.push_str(&opens(operand.start()));
        if let Some((_, behind)) = not {
            text.push_str("not ");
            text.push_str(&opens(behind.start()));
        }
        text.push(letter);
        text.push_str(&")".repeat(groups.iter().filter(|group| group.end() == operand.end()).count()));
    }
    if chain.operands.len() > 6 {
        text.push_str(" …");
    }
    text
}
