//! What is found in files and configuration before any code is read.

use sfmc_diagnostics::{FixKind, Group, Rule, Severity};

/// Every rule of this crate.
pub static RULES: &[&Rule] = &[&CONFIG_INVALID, &FILE_BINARY, &FILE_NOT_UTF8, &FILE_TOO_LARGE, &FILE_UNREADABLE];

/// A mistake in the configuration.
pub static CONFIG_INVALID: Rule = Rule {
    id: "config/invalid",
    aliases: &[],
    group: Group::Meta,
    severity: Severity::Error,
    on_by_default: true,
    fix: FixKind::None,
    since: "0.1.0",
    docs: r#"
Something in the configuration has no meaning: an option, rule or value that does not exist, a glob that cannot be read,
two entries that contradict each other, or a mistake in TOML itself.

## Why

The entry has no effect, so the check runs with other rules or over other files than the author of the configuration
believes. All other entries apply.
Source: own rule of this tool.

## Bad

```toml
error-on = "warn"

[rules]
"amp/unknown-funktion" = "warning"
```

## Good

```toml
error-on = "warning"

[rules]
"amp/unknown-function" = "warning"
```
"#,
};

/// A file that is not text.
pub static FILE_BINARY: Rule = Rule {
    id: "file/binary",
    aliases: &[],
    group: Group::Meta,
    severity: Severity::Error,
    on_by_default: true,
    fix: FixKind::None,
    since: "0.1.0",
    docs: r#"
A file that should hold code has NUL bytes near its beginning, as images, archives and other binary files do.

## Why

The file cannot be checked. It is damaged, has the wrong name, or is text in an encoding that nothing in it declares
(UTF-16 without a byte order mark, UTF-32).
Source: own rule of this tool.

## Bad

An image that is called `header.html`.

## Good

Text in UTF-8.

## Off

If the file is meant to be there, leave it out of the check with `exclude` under `[files]`.
"#,
};

/// A text that is not UTF-8.
pub static FILE_NOT_UTF8: Rule = Rule {
    id: "file/not-utf8",
    aliases: &[],
    group: Group::Meta,
    severity: Severity::Warning,
    on_by_default: true,
    fix: FixKind::None,
    since: "0.1.0",
    docs: r#"
The file is not UTF-8; it is read as Windows-1252, which is what it most probably is.

## Why

Marketing Cloud, mcdev and most editors take files for UTF-8. All letters outside of ASCII (`é`, `ß`, `’`, `€`) arrive
broken in the inbox, and are lost when the file is saved again.
Source: own rule of this tool.

## Bad

A file with the bytes `Gr\xFC\xDFe`.

## Good

The same word, `Grüße`, as the bytes `Gr\xC3\xBC\xC3\x9Fe`: save the file with the encoding UTF-8.
"#,
};

/// A file over the limit.
pub static FILE_TOO_LARGE: Rule = Rule {
    id: "file/too-large",
    aliases: &[],
    group: Group::Meta,
    severity: Severity::Error,
    on_by_default: true,
    fix: FixKind::None,
    since: "0.1.0",
    docs: r#"
A file is larger than 256 MB, and is not checked.

## Why

No content of Marketing Cloud comes near that size, so the file is probably an export of data with a misleading name.
Source: own rule of this tool.

## Bad

An export of 300 MB that is called `subscribers.sql`.

## Good

The query that made it.

## Off

If the file is meant to be there, leave it out of the check with `exclude` under `[files]`.
"#,
};

/// A file or folder that cannot be read.
pub static FILE_UNREADABLE: Rule = Rule {
    id: "file/unreadable",
    aliases: &[],
    group: Group::Meta,
    severity: Severity::Error,
    on_by_default: true,
    fix: FixKind::None,
    since: "0.1.0",
    docs: r#"
A file or folder does not exist, may not be read, or is no file: a broken symbolic link, a pipe, a device, a socket.

## Why

What cannot be read is not checked, and a check that silently leaves something out says more than it knows.
Source: own rule of this tool.

## Bad

`sfmc-analyzer check emials`, when the folder is called `emails`.

## Good

`sfmc-analyzer check emails`
"#,
};

#[cfg(test)]
mod tests {
    use sfmc_diagnostics::rule_docs::RuleDocs;

    use super::*;

    #[test]
    fn documentation_has_its_headings() {
        for rule in RULES {
            let docs = RuleDocs::parse(rule.docs);
            let titles: Vec<_> = docs.sections.iter().map(|section| section.title).collect();
            assert!(titles.starts_with(&["Why", "Bad", "Good"]), "{}: {titles:?}", rule.id);
            assert!(!rule.summary().is_empty(), "{}", rule.id);
        }
        assert!(RULES.is_sorted_by_key(|rule| rule.id));
    }
}
