//! A condition as a line of text, around an operator that AMPscript does not have: what else joins it on the same level. Rules that word a
//! problem see no tree.

use std::ops::Range;

use sfmc_syntax::{TextEdit, TextRange, TextSize};

use crate::surroundings::is_name;

/// What joins two conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    And,
    Or,
}

/// A word or a sign that does.
struct Joint {
    kind: Kind,
    is_word: bool,
    range: Range<usize>,
}

/// On longer lines nobody looks for conditions: they are searched once for each operator.
const LONGEST: usize = 2048;

/// The condition that an operator is part of, as far as nothing in parentheses is meant, in bytes of its line.
pub(crate) struct Condition {
    line: String,
    /// Where the line begins, in bytes of what ranges refer to.
    start: TextSize,
    /// What joins it, in order: the operator too, as AND.
    joints: Vec<Joint>,
    /// Which of them the operator is.
    own: usize,
    /// Where it begins and ends, if that is on the line.
    begin: Option<usize>,
    end: Option<usize>,
}

impl Condition {
    /// The condition of the operator between two parts of a line; nothing where the line is very long or has a comment.
    pub(crate) fn around(before: &str, after: &str, operator: TextRange) -> Option<Condition> {
        let has_comment = |text: &str| text.contains("/*") || text.contains("*/");
        if before.len() + after.len() > LONGEST || has_comment(before) || has_comment(after) {
            return None;
        }
        let own = before.len()..before.len() + usize::from(operator.len());
        let line = format!("{before}{}{after}", " ".repeat(own.len()));
        let words = words(&line);
        let split = words.partition_point(|(range, _)| range.start < own.start);
        let mut joints = Vec::new();
        let (mut begin, mut end) = (None, None);
        let mut depth = 0usize;
        for (range, word) in words[..split].iter().rev() {
            match word.as_str() {
                ")" => depth += 1,
                "(" if depth > 0 => depth -= 1,
                "(" | "," | "if" | "elseif" if depth == 0 => {
                    begin = Some(range.end);
                    break;
                }
                word if depth == 0 => joints.extend(joint(word, range)),
                _ => {}
            }
        }
        joints.reverse();
        // Blanks stand for the operator in the line: it is none of its words.
        let place = joints.len();
        joints.push(Joint { kind: Kind::And, is_word: false, range: own });
        depth = 0;
        for (range, word) in &words[split..] {
            match word.as_str() {
                "(" => depth += 1,
                ")" if depth > 0 => depth -= 1,
                ")" | "," | "then" | "]%%" | "=%%" if depth == 0 => {
                    end = Some(range.start);
                    break;
                }
                "]%%" | "=%%" => break,
                word if depth == 0 => joints.extend(joint(word, range)),
                _ => {}
            }
        }
        let start = operator.start() - TextSize::of(before);
        Some(Condition { line, start, joints, own: place, begin, end })
    }

    /// Whether all of it stands on the line.
    pub(crate) fn is_whole(&self) -> bool {
        self.begin.is_some() && self.end.is_some()
    }

    /// Whether an OR of any spelling joins it, too.
    pub(crate) fn has_or(&self) -> bool {
        self.joints.iter().any(|joint| joint.kind == Kind::Or)
    }

    /// Whether the word AND joins it.
    pub(crate) fn has_and(&self) -> bool {
        self.joints.iter().any(|joint| joint.kind == Kind::And && joint.is_word)
    }

    /// The edits that make ANDs of what the operator and its neighbours up to the next OR are, with parentheses around them all; nothing
    /// where the condition goes on on another line.
    pub(crate) fn in_parentheses(&self) -> Option<Vec<TextEdit>> {
        let own = self.own;
        let is_or = |joint: &Joint| joint.kind == Kind::Or;
        let first = self.joints[..own].iter().rposition(is_or).map_or(0, |or| or + 1);
        let last = self.joints[own..].iter().position(is_or).map_or(self.joints.len(), |or| own + or);
        let begin = match first.checked_sub(1) {
            Some(or) => self.joints.get(or)?.range.end,
            None => self.begin?,
        };
        let end = match self.joints.get(last) {
            Some(or) => or.range.start,
            None => self.end?,
        };
        let text = self.line.get(begin..end)?;
        let begin = begin + (text.len() - text.trim_start().len());
        let end = end - (text.len() - text.trim_end().len());
        let mut edits = vec![TextEdit::insert(self.at(begin)?, "(")];
        for joint in self.joints[first..last].iter().filter(|joint| !joint.is_word) {
            let blank = |here: Option<&str>, at_end: bool| {
                let touches = |text: &str| match at_end {
                    true => !text.ends_with(char::is_whitespace),
                    false => !text.starts_with(char::is_whitespace),
                };
                if here.is_some_and(touches) { " " } else { "" }
            };
            let (left, right) = (self.line.get(..joint.range.start), self.line.get(joint.range.end..));
            let range = TextRange::new(self.at(joint.range.start)?, self.at(joint.range.end)?);
            edits.push(TextEdit::replace(range, format!("{}and{}", blank(left, true), blank(right, false))));
        }
        edits.push(TextEdit::insert(self.at(end)?, ")"));
        Some(edits)
    }

    fn at(&self, offset: usize) -> Option<TextSize> {
        Some(self.start + TextSize::try_from(offset).ok()?)
    }
}

fn joint(word: &str, range: &Range<usize>) -> Option<Joint> {
    let (kind, is_word) = match word {
        "and" => (Kind::And, true),
        "&&" | "&" => (Kind::And, false),
        "or" => (Kind::Or, true),
        "||" | "|" => (Kind::Or, false),
        _ => return None,
    };
    Some(Joint { kind, is_word, range: range.clone() })
}

/// The words, in lower case, and the signs of code that matter to how conditions are joined, with their places; nothing of strings.
fn words(code: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut open = None;
    let mut at = 0;
    while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
        let c = rest.chars().next().unwrap_or_default();
        let name = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let sign = ["||", "|", "&&", "&", "]%%", "=%%", "(", ")", ","].into_iter().find(|sign| rest.starts_with(sign));
        let (len, word) = match open {
            Some(quote) => {
                open = open.filter(|_| c != quote);
                (c.len_utf8(), None)
            }
            None if matches!(c, '"' | '\'') => {
                open = Some(c);
                (1, None)
            }
            None if name > 0 => (name, Some(rest[..name].to_ascii_lowercase())),
            // The name of a variable is no word.
            None if c == '@' => (1 + rest[1..].find(|c| !is_name(c)).unwrap_or(rest.len() - 1), None),
            None => (sign.map_or(c.len_utf8(), str::len), sign.map(str::to_owned)),
        };
        found.extend(word.map(|word| (at..at + len, word)));
        at += len;
    }
    found
}
