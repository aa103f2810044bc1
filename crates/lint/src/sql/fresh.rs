//! Names that nothing has yet.

use sfmc_syntax::{
    NodeOrToken, SyntaxNode,
    ast::{AstToken, sql::NameToken},
};

/// A name that begins with `stem` and stands nowhere in a tree: `t`, `t2`, `t3`.
pub(crate) fn fresh_name(root: &SyntaxNode, stem: &str) -> String {
    let tokens = root.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let taken: Vec<_> = tokens.filter_map(NameToken::cast).map(|name| name.key()).collect();
    let is_free = |name: &String| !taken.iter().any(|taken| taken == name);
    let lower = stem.to_lowercase();
    if is_free(&lower) {
        return stem.to_owned();
    }
    let number = (2..).find(|n| is_free(&format!("{lower}{n}"))).unwrap_or(2);
    format!("{stem}{number}")
}
