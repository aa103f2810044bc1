//! How is a text shown? Written once, as Markdown for clients that draw it and as plain text for the others.

/// A text to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    /// AMPscript.
    Code(String),
    /// SQL.
    Sql(String),
    /// Prose; `code` stands between backticks.
    Text(String),
    /// Prose behind a word that says what it is about: `**Limits:** …`.
    Labelled(&'static str, String),
}

impl Markup {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(crate) fn code(&mut self, code: impl Into<String>) {
        self.blocks.push(Block::Code(code.into()));
    }

    pub(crate) fn sql(&mut self, code: impl Into<String>) {
        self.blocks.push(Block::Sql(code.into()));
    }

    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    pub(crate) fn labelled(&mut self, label: &'static str, text: impl Into<String>) {
        self.blocks.push(Block::Labelled(label, text.into()));
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Code(code) => fenced("ampscript", code),
            Block::Sql(code) => fenced("sql", code),
            Block::Text(text) => escape(text),
            Block::Labelled(label, text) => format!("**{label}:** {}", escape(text)),
        });
        blocks.collect::<Vec<_>>().join("\n\n")
    }

    /// As plain text.
    pub fn plain(&self) -> String {
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Code(code) | Block::Sql(code) => code.clone(),
            Block::Text(text) => text.clone(),
            Block::Labelled(label, text) => format!("{label}: {text}"),
        });
        blocks.collect::<Vec<_>>().join("\n\n")
    }
}

fn fenced(language: &str, code: &str) -> String {
    let fence = "`".repeat(longest_run(code).max(2) + 1);
    format!("{fence}{language}\n{code}\n{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text that may begin with anything as Markdown that means nothing but it, except for what stands between backticks.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut in_code = false;
    let balanced = text.matches('`').count().is_multiple_of(2);
    for c in text.chars() {
        if c == '`' && balanced {
            in_code = !in_code;
        } else if !in_code && matches!(c, '\\' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '`' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// `text` as code in prose; what holds a backtick itself stands as it is.
pub(crate) fn inline_code(text: &str) -> String {
    if text.contains('`') || text.is_empty() { text.replace('`', "'") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_escaped() {
        let mut markup = Markup::default();
        markup.code("```");
        markup.text("a *b* `c_d` <e>");
        markup.labelled("Limits", "x_y");
        assert_eq!(markup.markdown(), "````ampscript\n```\n````\n\na \\*b\\* `c_d` \\<e\\>\n\n**Limits:** x\\_y");
        assert_eq!(markup.plain(), "```\n\na *b* `c_d` <e>\n\nLimits: x_y");
    }
}
