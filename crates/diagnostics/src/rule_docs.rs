//! The documentation of a rule in its parts, and as a terminal shows it.
//!
//! The documentation is Markdown: a first paragraph that states the rule, then headings of the second level (Why, Bad, Good,
//! perhaps Off), and fenced blocks of code. Tests run the blocks under Bad and Good.

use std::fmt::Write as _;

use crate::{FixKind, Rule};

/// The documentation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDocs<'a> {
    /// What stands before the first heading.
    pub intro: Vec<Part<'a>>,
    /// What stands under the headings.
    pub sections: Vec<Section<'a>>,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// The heading.
    pub title: &'a str,
    /// Its prose and code.
    pub parts: Vec<Part<'a>>,
}

/// Prose or code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Some paragraphs, without empty lines before and after.
    Prose(String),
    /// A fenced block.
    Code(CodeBlock<'a>),
}

/// A fenced block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock<'a> {
    /// The first word after the fence: `ampscript`, `html`; empty if there is none.
    pub language: &'a str,
    /// The words after that.
    pub attributes: Vec<&'a str>,
    /// The code; every line has its line end.
    pub text: String,
}

impl<'a> RuleDocs<'a> {
    /// Takes `docs` apart. The blank that a documentation comment leaves before every line is removed.
    pub fn parse(docs: &'a str) -> RuleDocs<'a> {
        let mut parsed = RuleDocs { intro: Vec::new(), sections: Vec::new() };
        let mut prose: Vec<&str> = Vec::new();
        let from_comment = docs.lines().all(|line| line.is_empty() || line.starts_with(' '));
        let mut lines = docs.lines().map(|line| line.strip_prefix(' ').filter(|_| from_comment).unwrap_or(line));
        while let Some(line) = lines.next() {
            let fence = line.len() - line.trim_start_matches('`').len();
            if fence >= 3 {
                parsed.flush(&mut prose);
                let mut info = line[fence..].split([' ', ',']).filter(|word| !word.is_empty());
                let language = info.next().unwrap_or("");
                let closes = |line: &&str| {
                    let line = line.trim_end();
                    line.len() >= fence && line.bytes().all(|b| b == b'`')
                };
                let code = lines.by_ref().take_while(|line| !closes(line));
                let text = code.flat_map(|line| [line, "\n"]).collect();
                parsed.parts().push(Part::Code(CodeBlock { language, attributes: info.collect(), text }));
            } else if let Some(title) = line.strip_prefix("## ") {
                parsed.flush(&mut prose);
                parsed.sections.push(Section { title: title.trim(), parts: Vec::new() });
            } else {
                prose.push(line);
            }
        }
        parsed.flush(&mut prose);
        parsed
    }

    /// The parts that are being read.
    fn parts(&mut self) -> &mut Vec<Part<'a>> {
        self.sections.last_mut().map_or(&mut self.intro, |section| &mut section.parts)
    }

    fn flush(&mut self, prose: &mut Vec<&str>) {
        let text = prose.join("\n");
        prose.clear();
        let text = text.trim_matches('\n').trim_end();
        if !text.is_empty() {
            self.parts().push(Part::Prose(text.to_owned()));
        }
    }

    /// The section with this heading.
    pub fn section(&self, title: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.title == title)
    }

    /// The code in which the rule finds something.
    pub fn bad(&self) -> impl Iterator<Item = &CodeBlock<'a>> {
        self.section("Bad").into_iter().flat_map(Section::code)
    }

    /// The code in which it finds nothing.
    pub fn good(&self) -> impl Iterator<Item = &CodeBlock<'a>> {
        self.section("Good").into_iter().flat_map(Section::code)
    }
}

impl<'a> Section<'a> {
    /// Its blocks of code.
    pub fn code(&self) -> impl Iterator<Item = &CodeBlock<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Code(code) => Some(code),
            Part::Prose(_) => None,
        })
    }
}

/// All there is to say about `rule`, as plain text for a terminal; lines are broken as the documentation breaks them.
pub fn explain(rule: &Rule) -> String {
    let docs = RuleDocs::parse(rule.docs);
    let mut out = format!("{}\n\n", rule.id);
    write_parts(&mut out, &docs.intro, "");
    let mut facts = vec![
        ("group", rule.group.as_str().to_owned()),
        ("severity", rule.severity.as_str().to_owned()),
        ("default", if rule.on_by_default { "on" } else { "off" }.to_owned()),
        ("fix", fix_words(rule.fix).to_owned()),
        ("since", rule.since.to_owned()),
    ];
    if !rule.aliases.is_empty() {
        facts.push(("also", rule.aliases.join(", ")));
    }
    facts.push(("web", rule.url()));
    for (name, value) in facts {
        let _ = writeln!(out, "  {name:<9} {value}");
    }
    for section in &docs.sections {
        let _ = write!(out, "\n{}\n\n", section.title);
        write_parts(&mut out, &section.parts, "  ");
        // Each part ends with an empty line; the section that follows brings its own.
        out.pop();
    }
    out
}

fn fix_words(fix: FixKind) -> &'static str {
    match fix {
        FixKind::None => "none",
        FixKind::Safe => "safe",
        FixKind::Unsafe => "unsafe",
    }
}

fn write_parts(out: &mut String, parts: &[Part<'_>], indent: &str) {
    for part in parts {
        let (text, more) = match part {
            Part::Prose(text) => (text, ""),
            Part::Code(code) => (&code.text, "    "),
        };
        for line in text.lines() {
            let blank = if line.is_empty() { "" } else { indent };
            let more = if line.is_empty() { "" } else { more };
            let _ = writeln!(out, "{blank}{more}{line}");
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::{Group, Severity};

    static RULE: Rule = Rule {
        id: "amp/next-variable-mismatch",
        aliases: &["mismatched-next"],
        group: Group::Suspicious,
        severity: Severity::Warning,
        on_by_default: true,
        fix: FixKind::Safe,
        since: "0.1.0",
        docs: " `NEXT @j` closes a loop that counts\n with `@i`.\n\n ## Why\n The engine ignores the name after NEXT.\n\n It \
               reads wrongly.\n ## Bad\n ```ampscript,two words\n %%[ for @i = 1 to 3 do\n\n   next @j ]%%\n ```\n Or in \
               a page:\n ````html\n ```\n ````\n ## Good\n ```ampscript\n %%[ for @i = 1 to 3 do next @i ]%%\n ```\n",
    };

    #[test]
    fn parts_of_the_documentation() {
        let docs = RuleDocs::parse(RULE.docs);
        assert_eq!(docs.intro, [Part::Prose("`NEXT @j` closes a loop that counts\nwith `@i`.".to_owned())]);
        let titles: Vec<_> = docs.sections.iter().map(|section| section.title).collect();
        assert_eq!(titles, ["Why", "Bad", "Good"]);
        let bad: Vec<_> = docs.bad().map(|code| (code.language, code.text.as_str())).collect();
        assert_eq!(bad, [("ampscript", "%%[ for @i = 1 to 3 do\n\n  next @j ]%%\n"), ("html", "```\n")]);
        assert_eq!(docs.bad().next().unwrap().attributes, ["two", "words"]);
        assert_eq!(docs.good().count(), 1);
        assert_eq!(docs.section("Off"), None);
    }

    #[test]
    fn a_block_that_is_not_closed() {
        let docs = RuleDocs::parse("## Bad\n```sql\nSELECT");
        assert_eq!(docs.bad().next().unwrap().text, "SELECT\n");
    }

    #[test]
    fn explanation() {
        expect![[r#"
            amp/next-variable-mismatch

            `NEXT @j` closes a loop that counts
            with `@i`.

              group     suspicious
              severity  warning
              default   on
              fix       safe
              since     0.1.0
              also      mismatched-next
              web       https://sfmc-analyzer.github.io/rules/amp/next-variable-mismatch

            Why

              The engine ignores the name after NEXT.

              It reads wrongly.

            Bad

                  %%[ for @i = 1 to 3 do

                    next @j ]%%

              Or in a page:

                  ```

            Good

                  %%[ for @i = 1 to 3 do next @i ]%%
        "#]]
        .assert_eq(&explain(&RULE));
    }
}
