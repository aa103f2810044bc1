//! Semantic tokens as the protocol has them: five numbers for each, told from the one before.

use sfmc_ide::{ClassifiedToken, TokenClass};
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensDelta, SemanticTokensEdit,
    SemanticTokensFullDeltaResult, SemanticTokensLegend,
};

/// The order is that of [`token_type`], and of the bits of `TokenMarks`.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: vec![
            SemanticTokenType::COMMENT,
            SemanticTokenType::STRING,
            SemanticTokenType::NUMBER,
            SemanticTokenType::KEYWORD,
            SemanticTokenType::OPERATOR,
            SemanticTokenType::FUNCTION,
            SemanticTokenType::VARIABLE,
            SemanticTokenType::PROPERTY,
            SemanticTokenType::MACRO,
            SemanticTokenType::CLASS,
            SemanticTokenType::TYPE,
            SemanticTokenType::NAMESPACE,
        ],
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::MODIFICATION,
            SemanticTokenModifier::READONLY,
            SemanticTokenModifier::DEFAULT_LIBRARY,
            SemanticTokenModifier::DEPRECATED,
        ],
    }
}

fn token_type(class: TokenClass) -> u32 {
    match class {
        TokenClass::Comment => 0,
        TokenClass::String => 1,
        TokenClass::Number => 2,
        TokenClass::Keyword => 3,
        TokenClass::Operator => 4,
        TokenClass::Function => 5,
        TokenClass::Variable => 6,
        TokenClass::Property => 7,
        TokenClass::Delimiter => 8,
        TokenClass::Table => 9,
        TokenClass::Type => 10,
        TokenClass::Namespace => 11,
    }
}

/// Tokens in order.
pub(crate) fn encode(tokens: &[ClassifiedToken]) -> Vec<SemanticToken> {
    let (mut line, mut column) = (0, 0);
    let encode = |token: &ClassifiedToken| {
        let delta_line = token.line - line;
        let delta_start = if delta_line == 0 { token.column - column } else { token.column };
        (line, column) = (token.line, token.column);
        SemanticToken {
            delta_line,
            delta_start,
            length: token.len,
            token_type: token_type(token.class),
            token_modifiers_bitset: token.marks.0.into(),
        }
    };
    tokens.iter().map(encode).collect()
}

/// What a client was told last of a document.
#[derive(Debug, Default)]
pub(crate) struct LastTokens {
    id: u64,
    tokens: Vec<SemanticToken>,
}

impl LastTokens {
    /// All tokens.
    pub(crate) fn full(&mut self, tokens: Vec<SemanticToken>) -> SemanticTokens {
        self.id += 1;
        self.tokens.clone_from(&tokens);
        SemanticTokens { result_id: Some(self.id.to_string()), data: tokens }
    }

    /// What is different from what the client was told under an id: one edit. All tokens if that was not the last.
    pub(crate) fn delta(&mut self, previous: &str, tokens: Vec<SemanticToken>) -> SemanticTokensFullDeltaResult {
        if previous != self.id.to_string() || self.id == 0 {
            return SemanticTokensFullDeltaResult::Tokens(self.full(tokens));
        }
        let edits = edit(&self.tokens, &tokens).into_iter().collect();
        self.id += 1;
        self.tokens = tokens;
        SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta { result_id: Some(self.id.to_string()), edits })
    }
}

/// The edit that makes the new tokens of the old, in numbers rather than tokens; none if they are the same.
fn edit(old: &[SemanticToken], new: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[same..], &new[same..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    let numbers = |tokens: usize| u32::try_from(tokens * 5).unwrap_or(u32::MAX);
    (!old.is_empty() || !new.is_empty()).then(|| SemanticTokensEdit {
        start: numbers(same),
        delete_count: numbers(old.len()),
        data: (!new.is_empty()).then(|| new.to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(starts: &[u32]) -> Vec<SemanticToken> {
        let token = |&delta_start: &u32| SemanticToken { delta_start, length: 1, ..SemanticToken::default() };
        starts.iter().map(token).collect()
    }

    fn applied(old: &[u32], new: &[u32]) -> Vec<SemanticToken> {
        let mut result = tokens(old);
        if let Some(edit) = edit(&tokens(old), &tokens(new)) {
            let (start, count) = (edit.start as usize / 5, edit.delete_count as usize / 5);
            result.splice(start..start + count, edit.data.unwrap_or_default());
        }
        result
    }

    #[test]
    fn one_edit_makes_the_new_of_the_old() {
        let cases: &[&[u32]] =
            &[&[], &[1], &[1, 1], &[1, 2, 3], &[1, 3], &[2, 3], &[1, 2, 2, 3], &[3, 2, 1], &[1, 2, 1, 2]];
        for old in cases {
            for new in cases {
                assert_eq!(applied(old, new), tokens(new), "{old:?} {new:?}");
            }
        }
        assert_eq!(edit(&tokens(&[1, 2, 3]), &tokens(&[1, 2, 3])), None);
        let small = edit(&tokens(&[1, 2, 3]), &tokens(&[1, 9, 3])).unwrap();
        assert_eq!((small.start, small.delete_count, small.data.unwrap().len()), (5, 5, 1));
    }

    #[test]
    fn only_the_last_answer_is_known() {
        let mut last = LastTokens::default();
        assert!(matches!(last.delta("0", tokens(&[1])), SemanticTokensFullDeltaResult::Tokens(_)));
        let id = last.full(tokens(&[1])).result_id.unwrap();
        let SemanticTokensFullDeltaResult::TokensDelta(delta) = last.delta(&id, tokens(&[1, 2])) else { panic!() };
        assert_ne!(delta.result_id.as_deref(), Some(id.as_str()));
        assert!(matches!(last.delta(&id, tokens(&[1])), SemanticTokensFullDeltaResult::Tokens(_)), "an older one");
    }
}
