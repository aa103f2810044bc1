//! Whether a page says which half of the day a time is in: AM or PM.

use sfmc_db::{Chunk, Db, Page};
use sfmc_semantic::{Body, Expr, ExprId, chunk_body};

use super::context::FlowContext;

impl FlowContext<'_> {
    /// Whether the page asks for AM or PM somewhere: then it can have thought of the clock.
    pub(crate) fn asks_for_half(&self) -> bool {
        let (db, page) = self.place_of_page();
        page_asks_for_half(db, page)
    }

    /// Whether AM or PM is written anywhere in the page, in its code or its text.
    pub(crate) fn names_half(&self) -> bool {
        let (db, page) = self.place_of_page();
        page_names_half(db, page)
    }
}

#[salsa::tracked(returns(copy))]
fn page_asks_for_half(db: &dyn Db, page: Page) -> bool {
    page.chunks(db).iter().any(|&chunk| asks_for_half(chunk_body(db, chunk)))
}

#[salsa::tracked(returns(copy))]
fn page_names_half(db: &dyn Db, page: Page) -> bool {
    page.chunks(db).iter().any(|&chunk| chunk_names_half(db, chunk))
}

#[salsa::tracked(returns(copy))]
fn chunk_names_half(db: &dyn Db, chunk: Chunk) -> bool {
    let format = |expr: &Expr| matches!(expr, Expr::Text(text) if text.to_ascii_lowercase().contains("tt"));
    names_half(&chunk.source(db).text) || chunk_body(db, chunk).exprs.iter().any(format)
}

fn asks_for_half(body: &Body) -> bool {
    let is_half = |expr: ExprId| matches!(body.expr(expr), Expr::Text(text) if ["am", "pm"].contains(&text.to_ascii_lowercase().as_str()));
    body.exprs.iter().any(|expr| match expr {
        // What is only printed, `IIf(@hour < 12, "am", "pm")`, asks for nothing.
        Expr::Compare { lhs, rhs, .. } => is_half(*lhs) || is_half(*rhs),
        Expr::Call(call) => {
            let format = call.function.is_some_and(|id| ["Format", "FormatDate"].contains(&id.get().name));
            let half =
                |&arg: &ExprId| matches!(body.expr(arg), Expr::Text(text) if text.to_ascii_lowercase().contains("tt"));
            format && body.operands(call.args).iter().any(half)
        }
        _ => false,
    })
}

/// Whether a text has one of the words `am`, `pm`, `a.m.`, `p.m.`; a number can stand before it without a space. `I am` is another word.
fn names_half(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'm', b'M', bytes).any(|m| {
        let dotted = m > 0 && bytes.get(m - 1) == Some(&b'.');
        let Some(half) = m.checked_sub(if dotted { 2 } else { 1 }) else { return false };
        let letter = bytes.get(half).map_or(b' ', u8::to_ascii_lowercase);
        let before = bytes.get(..half).unwrap_or_default();
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
        let ends = !bytes.get(m + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80 || *byte == b'_');
        let is_verb = letter == b'a' && !dotted && (before.ends_with(b"I ") || before.ends_with(b"i "));
        matches!(letter, b'a' | b'p') && ends && !is_word(before.last()) && !is_verb
    })
}

#[cfg(test)]
mod tests {
    use super::names_half;

    #[test]
    fn words() {
        for text in ["9 AM", "9pm", "at 9 p.m.", "AM/PM", "(a.m.)", "am"] {
            assert!(names_half(text), "{text}");
        }
        for text in ["", "m", "I am here", "spam", "a.mx", "ample", "@example.mx", "lamp.mail", "über", "xam"] {
            assert!(!names_half(text), "{text}");
        }
    }
}
