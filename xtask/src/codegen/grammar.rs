//! The grammars as codegen sees them: token kinds in sections, nodes with their documentation.

use anyhow::{Context, Result, bail, ensure};

/// A section of `tokens.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Kinds of the machinery.
    Special,
    /// Pieces of a page outside code.
    Host,
    /// Tokens of AMPscript.
    Ampscript,
    /// Tokens of SQL that AMPscript does not have, and reserved words.
    Sql,
    /// Words of SQL that are names wherever they mean nothing.
    SqlContextual,
}

/// A token kind.
#[derive(Debug)]
pub(super) struct TokenKind {
    pub(super) section: Section,
    /// `L_PAREN`
    pub(super) kind: String,
    /// `(`, as the grammar spells it; none for what no grammar can contain.
    pub(super) spelling: Option<String>,
    pub(super) description: String,
    /// A keyword of AMPscript that is no more than a name in SQL wherever it means nothing.
    pub(super) contextual_in_sql: bool,
}

impl TokenKind {
    /// Whether it is a keyword, and so spelled like one.
    pub(super) fn is_keyword(&self) -> bool {
        self.kind.ends_with("_KW")
    }

    /// The name of a getter for it, without `_token`.
    pub(super) fn getter(&self) -> String {
        self.kind.trim_end_matches("_KW").to_ascii_lowercase()
    }
}

/// A node, or a choice of nodes.
#[derive(Debug)]
pub(super) struct Node {
    /// `IfStmt`
    pub(super) name: String,
    /// The comment above the rule.
    pub(super) comment: Option<String>,
    /// The rule as it is written, on one line.
    pub(super) source: String,
    pub(super) shape: Shape,
    /// What its kind begins with: `SQL_`.
    prefix: &'static str,
}

impl Node {
    /// `IF_STMT`
    pub(super) fn kind(&self) -> String {
        format!("{}{}", self.prefix, super::rust::snake(&self.name).to_ascii_uppercase())
    }
}

/// What a rule says.
#[derive(Debug)]
pub(super) enum Shape {
    /// One of these nodes.
    Choice(Vec<String>),
    /// A node with children, in order.
    Node(Vec<Child>),
}

/// A child of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Child {
    pub(super) label: Option<String>,
    pub(super) what: What,
    /// There can be any number of them.
    pub(super) many: bool,
    /// It can be left out.
    pub(super) optional: bool,
}

/// What a child is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A node of this name.
    Node(String),
    /// A token of this kind.
    Token(String),
}

/// A language: its file and what the kinds of its nodes begin with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Language {
    /// Where its grammar stands.
    pub(super) path: &'static str,
    /// `SQL_`
    pub(super) prefix: &'static str,
}

pub(super) const AMPSCRIPT: Language = Language { path: "grammars/ampscript.ungram", prefix: "" };
pub(super) const SQL: Language = Language { path: "grammars/sql.ungram", prefix: "SQL_" };

/// The tokens and the grammar of a language together.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) tokens: Vec<TokenKind>,
    pub(super) nodes: Vec<Node>,
}

impl Grammar {
    pub(super) fn parse(language: Language, tokens: &str, ungrammar: &str) -> Result<Grammar> {
        let tokens = parse_tokens(tokens).context("grammars/tokens.txt")?;
        let nodes = parse_nodes(&tokens, ungrammar, language.prefix).context(language.path)?;
        Ok(Grammar { tokens, nodes })
    }

    /// Whether a rule mentions the token.
    pub(super) fn mentions(&self, token: &TokenKind) -> bool {
        let is = |child: &Child| matches!(&child.what, What::Token(kind) if *kind == token.kind);
        self.nodes.iter().any(|node| matches!(&node.shape, Shape::Node(children) if children.iter().any(is)))
    }

    pub(super) fn node(&self, name: &str) -> Result<&Node> {
        self.nodes.iter().find(|node| node.name == name).with_context(|| format!("no rule {name}"))
    }

    pub(super) fn token(&self, kind: &str) -> Result<&TokenKind> {
        self.tokens.iter().find(|token| token.kind == kind).with_context(|| format!("no token {kind}"))
    }

    /// The names of the nodes with a kind that `name` can be: itself, or the members of the choice.
    pub(super) fn members(&self, name: &str) -> Result<Vec<&str>> {
        let node = self.node(name)?;
        Ok(match &node.shape {
            Shape::Node(_) => vec![node.name.as_str()],
            Shape::Choice(members) => members.iter().map(String::as_str).collect(),
        })
    }
}

fn parse_tokens(text: &str) -> Result<Vec<TokenKind>> {
    let mut section = None;
    let mut tokens: Vec<TokenKind> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let place = || format!("line {}", i + 1);
        let line = line.trim();
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = Some(match name {
                "special" => Section::Special,
                "host" => Section::Host,
                "ampscript" => Section::Ampscript,
                "sql" => Section::Sql,
                "sql contextual" => Section::SqlContextual,
                _ => bail!("{}: no section is called `{name}`", place()),
            });
            continue;
        }
        let section = section.with_context(|| format!("{}: a token before the first section", place()))?;
        if let Some(kind) = line.strip_prefix("= ").filter(|_| section == Section::SqlContextual) {
            let token = tokens.iter_mut().find(|token| token.kind == kind);
            token.with_context(|| format!("{}: no token `{kind}`", place()))?.contextual_in_sql = true;
            continue;
        }
        let mut words = line.splitn(3, char::is_whitespace);
        let kind = words.next().unwrap_or_default().to_owned();
        let rest = words.collect::<Vec<_>>().join(" ");
        let (spelling, description) = rest
            .trim_start()
            .split_once(char::is_whitespace)
            .with_context(|| format!("{}: a token needs a kind, a spelling and a description", place()))?;
        ensure!(tokens.iter().all(|token| token.kind != kind), "{}: `{kind}` exists", place());
        let spelling = (spelling != "-").then(|| spelling.to_owned());
        let description = description.trim().to_owned();
        tokens.push(TokenKind { section, kind, spelling, description, contextual_in_sql: false });
    }
    Ok(tokens)
}

fn parse_nodes(tokens: &[TokenKind], source: &str, prefix: &'static str) -> Result<Vec<Node>> {
    let grammar: ungrammar::Grammar = source.parse().map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut nodes = Vec::new();
    // In the order of the file, so that a node keeps its number; ungrammar has them in the order in which they are mentioned.
    for Definition { name, comment, source } in definitions(source) {
        let node = grammar.iter().find(|&node| grammar[node].name == name);
        let rule = &grammar[node.with_context(|| format!("no rule {name}"))?].rule;
        let lowering = Lowering { grammar: &grammar, tokens };
        let shape = lowering.shape(rule).with_context(|| format!("rule {name}"))?;
        nodes.push(Node { name, comment, source, shape, prefix });
    }
    ensure!(nodes.len() == grammar.iter().count(), "every rule must begin a line");
    Ok(nodes)
}

struct Definition {
    name: String,
    comment: Option<String>,
    source: String,
}

/// What ungrammar throws away: comments, the order of rules and how they are written.
fn definitions(source: &str) -> Vec<Definition> {
    let mut definitions: Vec<Definition> = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("//") {
            comment.push(text.trim());
            continue;
        }
        let begins = line.split_once('=').filter(|(name, _)| {
            name.starts_with(|c: char| c.is_ascii_uppercase()) && name.trim_end().chars().all(char::is_alphanumeric)
        });
        if let Some((name, _)) = begins {
            let text = comment.join(" ");
            definitions.push(Definition {
                name: name.trim().to_owned(),
                comment: (!text.is_empty()).then_some(text),
                source: line.trim().to_owned(),
            });
        } else if let (Some(last), false) = (definitions.last_mut(), line.trim().is_empty()) {
            last.source.push(' ');
            last.source.push_str(line.trim());
        }
        comment.clear();
    }
    definitions
}

struct Lowering<'a> {
    grammar: &'a ungrammar::Grammar,
    tokens: &'a [TokenKind],
}

impl Lowering<'_> {
    fn shape(&self, rule: &ungrammar::Rule) -> Result<Shape> {
        if let ungrammar::Rule::Alt(rules) = rule {
            let nodes: Option<Vec<String>> = rules
                .iter()
                .map(|rule| match rule {
                    ungrammar::Rule::Node(node) => Some(self.grammar[*node].name.clone()),
                    _ => None,
                })
                .collect();
            if let Some(nodes) = nodes {
                return Ok(Shape::Choice(nodes));
            }
        }
        let mut children = Vec::new();
        self.children(
            rule,
            &Child { label: None, what: What::Node(String::new()), many: false, optional: false },
            &mut children,
        )?;
        Ok(Shape::Node(children))
    }

    /// Appends the children of `rule`; `outer` says what holds for all of them.
    fn children(&self, rule: &ungrammar::Rule, outer: &Child, children: &mut Vec<Child>) -> Result<()> {
        use ungrammar::Rule;
        let optional = Child { optional: true, ..outer.clone() };
        match rule {
            Rule::Labeled { label, rule } => {
                self.children(rule, &Child { label: Some(label.clone()), ..outer.clone() }, children)?;
            }
            Rule::Node(node) => {
                children.push(Child { what: What::Node(self.grammar[*node].name.clone()), ..outer.clone() });
            }
            Rule::Token(token) => {
                let spelling = &self.grammar[*token].name;
                let token = self.tokens.iter().find(|token| token.spelling.as_ref() == Some(spelling));
                let kind = token.with_context(|| format!("tokens.txt has no token spelled '{spelling}'"))?.kind.clone();
                children.push(Child { what: What::Token(kind), ..outer.clone() });
            }
            Rule::Seq(rules) => rules.iter().try_for_each(|rule| self.children(rule, outer, children))?,
            Rule::Alt(rules) => rules.iter().try_for_each(|rule| self.children(rule, &optional, children))?,
            Rule::Opt(rule) => self.children(rule, &optional, children)?,
            Rule::Rep(rule) => self.children(rule, &Child { many: true, ..optional }, children)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &str = "# comment\n[special]\nEOF - end\n[ampscript]\nL_PAREN   (   opens\nR_PAREN ) closes\nIF_KW if opens a condition\n";

    #[test]
    fn tokens() {
        let tokens = parse_tokens(TOKENS).unwrap();
        assert_eq!(tokens.len(), 4);
        assert_eq!((tokens[0].section, &tokens[0].spelling), (Section::Special, &None));
        assert_eq!((tokens[1].kind.as_str(), tokens[1].spelling.as_deref()), ("L_PAREN", Some("(")));
        assert_eq!(tokens[3].description, "opens a condition");
        assert_eq!(tokens[3].getter(), "if");
        assert!(parse_tokens("EOF - end").is_err());
        assert!(parse_tokens("[special]\nEOF -").is_err());
        assert!(parse_tokens("[special]\nEOF - a\nEOF - b").is_err());
        assert!(parse_tokens("[other]").is_err());
    }

    #[test]
    fn nodes_keep_the_order_of_the_file_and_their_comments() {
        let source = "// of the file\n\nA = B*\n// Two\n// lines\nC =\n  D\n| B\nB = '('\nD = 'if' value:C ')'?\n";
        let grammar = Grammar::parse(AMPSCRIPT, TOKENS, source).unwrap();
        let names: Vec<_> = grammar.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["A", "C", "B", "D"]);
        assert_eq!(grammar.nodes[0].comment, None);
        assert_eq!(grammar.nodes[1].comment.as_deref(), Some("Two lines"));
        assert_eq!(grammar.nodes[1].source, "C = D | B");
        assert_eq!(grammar.members("C").unwrap(), ["D", "B"]);
        let Shape::Node(children) = &grammar.node("D").unwrap().shape else { panic!("a node") };
        assert_eq!(children.len(), 3);
        assert_eq!(children[1].label.as_deref(), Some("value"));
        assert!(children[2].optional && !children[1].optional);
    }

    #[test]
    fn an_unknown_token_is_an_error() {
        let error = Grammar::parse(AMPSCRIPT, TOKENS, "A = 'what'").unwrap_err();
        assert!(format!("{error:#}").contains("'what'"), "{error:#}");
    }
}
