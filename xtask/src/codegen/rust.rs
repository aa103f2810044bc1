//! Writing Rust.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// Runs `source` through rustfmt.
pub(super) fn format(source: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(crate::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run rustfmt; `rustup component add rustfmt` installs it")?;
    let mut stdin = child.stdin.take().context("rustfmt takes no input")?;
    // rustfmt reads everything before it writes, so this cannot block on its output.
    stdin.write_all(source.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt refuses generated code:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A string literal.
pub(super) fn string(text: &str) -> String {
    format!("{text:?}")
}

/// `Some("…")` or `None`.
pub(super) fn option(text: Option<&str>) -> String {
    text.map_or_else(|| "None".to_owned(), |text| format!("Some({text:?})"))
}

/// A slice of string literals.
pub(super) fn strings(texts: &[String]) -> String {
    format!("&{texts:?}")
}

/// `text` as lines of a documentation comment.
pub(super) fn documentation_lines(text: &str) -> String {
    let mut lines = String::from("///");
    let mut width = lines.len();
    for word in text.split(' ') {
        if width + 1 + word.chars().count() > 100 {
            lines.push_str("\n///");
            width = 3;
        }
        lines.push(' ');
        lines.push_str(word);
        width += 1 + word.chars().count();
    }
    lines
}

/// `some-kebab words` as `SomeKebabWords`.
pub(super) fn pascal(words: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    words.split(['-', '_', ' ']).map(capital).collect()
}

/// `SomePascalWords` as `some_pascal_words`.
pub(super) fn snake(words: &str) -> String {
    let mut snake = String::new();
    for (i, c) in words.chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        assert_eq!(pascal("data-extension-name"), "DataExtensionName");
        assert_eq!(snake("VariableExpr"), "variable_expr");
        assert_eq!(string("a \"b\" – c"), r#""a \"b\" – c""#);
    }

    #[test]
    fn formatting() {
        assert_eq!(format("fn  f( ){ }").unwrap(), "fn f() {}\n");
        assert!(format("fn (").is_err());
    }
}
