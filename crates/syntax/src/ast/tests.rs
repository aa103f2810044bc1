use rowan::GreenNodeBuilder;

use super::*;
use crate::{SyntaxKind::*, TextSize};

/// A node with its children, or a token with its text.
enum Tree {
    Node(SyntaxKind, Vec<Tree>),
    Token(SyntaxKind, &'static str),
}

fn node<const N: usize>(kind: SyntaxKind, children: [Tree; N]) -> Tree {
    Tree::Node(kind, children.into())
}

fn token(kind: SyntaxKind, text: &'static str) -> Tree {
    Tree::Token(kind, text)
}

fn blank() -> Tree {
    token(WHITESPACE, " ")
}

fn variable(text: &'static str) -> Tree {
    node(VARIABLE_EXPR, [token(VARIABLE, text)])
}

fn integer(text: &'static str) -> Tree {
    node(LITERAL, [token(INTEGER, text)])
}

fn missing() -> Tree {
    node(MISSING_EXPR, [])
}

fn error(text: &'static str) -> Tree {
    node(ERROR, [token(IDENT, text)])
}

fn cast<N: AstNode>(tree: &Tree) -> N {
    fn build(builder: &mut GreenNodeBuilder<'_>, tree: &Tree) {
        match tree {
            Tree::Token(kind, text) => builder.token((*kind).into(), text),
            Tree::Node(kind, children) => {
                builder.start_node((*kind).into());
                children.iter().for_each(|child| build(builder, child));
                builder.finish_node();
            }
        }
    }
    let mut builder = GreenNodeBuilder::new();
    build(&mut builder, tree);
    N::cast(SyntaxNode::new_root(builder.finish())).unwrap()
}

fn text<N: AstNode>(node: Option<N>) -> Option<String> {
    node.map(|node| node.syntax().text().to_string())
}

fn first<T: AstToken>(kind: SyntaxKind, text: &'static str) -> T {
    let block: Block = cast(&node(BLOCK, [blank(), token(kind, text)]));
    T::cast(block.syntax().last_token().unwrap()).unwrap()
}

fn set<const N: usize>(children: [Tree; N]) -> (Option<String>, Option<String>) {
    let set: SetStmt = cast(&node(SET_STMT, children));
    (text(set.target()), text(set.value()))
}

#[test]
fn operands_are_found_by_what_separates_them() {
    let (set_kw, eq) = (|| token(SET_KW, "set"), || token(EQ, "="));
    let found = |target: Option<&str>, value: Option<&str>| (target.map(String::from), value.map(String::from));
    assert_eq!(set([set_kw(), variable("@a"), eq(), variable("@b")]), found(Some("@a"), Some("@b")));
    assert_eq!(set([set_kw(), missing(), eq(), variable("@b")]), found(Some(""), Some("@b")));
    // What is no expression does not push the value into the place of the target.
    assert_eq!(set([set_kw(), error("a"), eq(), variable("@b")]), found(None, Some("@b")));
    assert_eq!(set([set_kw(), variable("@a"), error("x"), eq(), integer("1")]), found(Some("@a"), Some("1")));
    assert_eq!(set([set_kw(), variable("@a"), eq(), error("x")]), found(Some("@a"), None));
    assert_eq!(set([set_kw(), variable("@a"), variable("@b")]), found(Some("@a"), Some("@b")));
    assert_eq!(set([set_kw(), variable("@a"), token(EQ2, "=="), integer("1")]), found(Some("@a"), Some("1")));
    assert_eq!(set([set_kw(), eq(), integer("1")]), found(None, Some("1")));
    assert_eq!(set([set_kw()]), found(None, None));
}

#[test]
fn for_statement() {
    let parts = |children: Vec<Tree>| {
        let for_: ForStmt = cast(&Tree::Node(FOR_STMT, children));
        (text(for_.counter()), text(for_.start()), text(for_.bound()), for_.direction())
    };
    let found = |counter: &str, start: &str, bound: &str| {
        let some = |text: &str| (text != "-").then(|| text.to_owned());
        (some(counter), some(start), some(bound), Some(LoopDirection::Up))
    };
    let (eq, to) = (|| token(EQ, "="), || token(TO_KW, "to"));
    let whole =
        vec![token(FOR_KW, "for"), variable("@i"), eq(), integer("1"), to(), variable("@n"), token(DO_KW, "do")];
    assert_eq!(parts(whole), found("@i", "1", "@n"));
    // The start value is a variable and must not be taken for the counter.
    let without_counter = vec![token(FOR_KW, "for"), missing(), eq(), variable("@a"), to(), integer("3")];
    assert_eq!(parts(without_counter), found("-", "@a", "3"));
    let with_word = vec![token(FOR_KW, "for"), error("i"), eq(), variable("@a"), to(), integer("3")];
    assert_eq!(parts(with_word), found("-", "@a", "3"));
    let without_start = vec![token(FOR_KW, "for"), variable("@i"), to(), integer("3")];
    assert_eq!(parts(without_start), found("@i", "-", "3"));
    let without_equals = vec![token(FOR_KW, "for"), variable("@i"), integer("1"), to(), integer("3")];
    assert_eq!(parts(without_equals), found("@i", "1", "3"));
    let down: ForStmt = cast(&node(FOR_STMT, [token(FOR_KW, "for"), token(DOWNTO_KW, "downto")]));
    assert_eq!(down.direction(), Some(LoopDirection::Down));
}

#[test]
fn comparisons() {
    let chain: CompareExpr = cast(&node(
        COMPARE_EXPR,
        [integer("1"), blank(), token(LTE, "<="), blank(), variable("@a"), token(LT, "<"), integer("3")],
    ));
    assert_eq!((text(chain.lhs()).unwrap(), text(chain.rhs()).unwrap()), ("1".to_owned(), "@a".to_owned()));
    assert_eq!(chain.operands().count(), 3);
    assert_eq!(chain.op(), Some(CompareOp::LessOrEqual));
    let bad: CompareExpr = cast(&node(COMPARE_EXPR, [error("x"), token(BAD_OPERATOR, "<>"), integer("1")]));
    assert_eq!((text(bad.lhs()), text(bad.rhs()).as_deref()), (None, Some("1")));
    assert_eq!((bad.op(), bad.op_token().unwrap().text()), (None, "<>"));
}

#[test]
fn logic() {
    let operation = |kind, sign| -> LogicalExpr {
        cast(&node(
            LOGICAL_EXPR,
            [variable("@a"), token(kind, sign), variable("@b"), token(kind, sign), variable("@c")],
        ))
    };
    assert_eq!(operation(AND_KW, "AND").op(), Some(LogicalOp::And));
    assert_eq!(operation(BAD_OPERATOR, "||").op(), Some(LogicalOp::Or));
    assert_eq!(operation(OR_KW, "or").operands().count(), 3);
}

#[test]
fn calls() {
    let call = |arguments: Vec<Tree>| -> CallExpr {
        cast(&node(CALL_EXPR, [token(IDENT, "Lookup"), blank(), Tree::Node(ARG_LIST, arguments)]))
    };
    let (open, comma, close) = (|| token(L_PAREN, "("), || token(COMMA, ","), || token(R_PAREN, ")"));
    let whole = call(vec![open(), integer("1"), comma(), variable("@a"), close()]);
    assert_eq!(whole.name().as_deref(), Some("Lookup"));
    assert!(whole.is_call_of("LOOKUP") && !whole.is_call_of("LookupRows"));
    assert_eq!(whole.args().count(), 2);
    assert!(whole.arg_list().unwrap().is_whole());
    assert!(call(vec![open(), close()]).arg_list().unwrap().is_whole());
    for arguments in [
        vec![open(), integer("1")],
        vec![open(), missing(), comma(), integer("1"), close()],
        vec![open(), error("{{x}}"), comma(), integer("1"), close()],
    ] {
        assert!(!call(arguments).arg_list().unwrap().is_whole());
    }
}

#[test]
fn literals() {
    let value = |kind, text| cast::<Literal>(&node(LITERAL, [token(kind, text)])).value().unwrap();
    assert!(matches!(value(INTEGER, "-3"), LiteralValue::Integer(n) if n.value() == Some(-3)));
    assert!(matches!(value(INTEGER, "9223372036854775808"), LiteralValue::Integer(n) if n.value().is_none()));
    assert!(matches!(value(REAL, ".5"), LiteralValue::Real(_)));
    assert_eq!(value(TRUE_KW, "True"), LiteralValue::Boolean(true));
    assert!(matches!(value(SMART_QUOTE, "“a”"), LiteralValue::String(s) if s.value() == "a"));
    let parens: Expr = cast(&node(PAREN_EXPR, [token(L_PAREN, "("), integer("7"), token(R_PAREN, ")")]));
    assert_eq!(parens.integer_value(), None);
    assert_eq!(parens.without_parens().integer_value(), Some(7));
}

#[test]
fn strings() {
    let check = |text: &'static str, value: &str, terminated: bool| {
        let literal: StringLiteral = first(STRING, text);
        assert_eq!(literal.value(), value, "{text}");
        assert_eq!(literal.is_terminated(), terminated, "{text}");
        let content = literal.content_range();
        assert_eq!(content.start(), TextSize::new(2), "{text}");
        let closing = if terminated { 1 } else { 0 };
        assert_eq!(usize::from(content.len()), text.len() - 1 - closing, "{text}");
    };
    check("'it''s'", "it's", true);
    check(r#""say ""hi""""#, r#"say "hi""#, true);
    check(r#""it''s""#, "it''s", true);
    check("''", "", true);
    check("''''", "'", true);
    check("\"a\n\u{e4}\"", "a\n\u{e4}", true);
    check("'oops", "oops", false);
    check("'a''", "a'", false);
    check("'", "", false);
    let smart: StringLiteral = first(SMART_QUOTE, "“John’s”");
    assert_eq!((&*smart.value(), smart.is_terminated()), ("John’s", true));
    let open: StringLiteral = first(SMART_QUOTE, "“");
    assert_eq!((&*open.value(), open.is_terminated()), ("", false));
}

#[test]
fn variables_and_names() {
    let found: VariableExpr = cast(&variable("@FirstName"));
    assert_eq!(found.name().as_deref(), Some("FirstName"));
    assert_eq!(found.key().as_deref(), Some("firstname"));
    assert!(!found.is_system());
    assert_eq!(cast::<VariableExpr>(&variable("@")).name(), None);
    let system: VariableExpr = cast(&node(VARIABLE_EXPR, [token(SYSTEM_VARIABLE, "@@ExecCtx")]));
    assert_eq!((system.key().as_deref(), system.is_system()), (Some("execctx"), true));
    let name: VariableName = first(SYSTEM_VARIABLE, "@@ExecCtx");
    assert_eq!(usize::from(name.name_range().len()), 7);
    let attribute = |kind, text| cast::<NameExpr>(&node(NAME_EXPR, [token(kind, text)])).text().unwrap();
    assert_eq!(attribute(IDENT, "City"), "City");
    assert_eq!(attribute(BRACKET_NAME, "[First Name]"), "First Name");
    assert_eq!(attribute(BRACKET_NAME, "[First Name"), "First Name");
}

#[test]
fn block_headers() {
    let parts = |text: &'static str| {
        let header: BlockHeader = first(BLOCK_HEADER, text);
        (header.context_type().map(String::from), header.context_name().map(String::from))
    };
    let found = |kind: Option<&str>, name: Option<&str>| (kind.map(String::from), name.map(String::from));
    assert_eq!(parts("[type=post;name=Save]"), found(Some("post"), Some("Save")));
    assert_eq!(parts("[ Name = \"go\" ]"), found(None, Some("go")));
    assert_eq!(parts("[type=post\n"), found(Some("post"), None));
}

#[test]
fn script_tags() {
    let attributes = |text: &'static str| -> Vec<(String, String)> {
        let tag: ScriptOpen = first(SCRIPT_OPEN, text);
        tag.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(
        attributes("<script runat=server language=ampscript>"),
        pairs(&[("runat", "server"), ("language", "ampscript")])
    );
    assert_eq!(
        attributes("<SCRIPT\n  Language = 'ampscript' async data-x=\"a>b\" runat=\"server\" />"),
        pairs(&[("Language", "ampscript"), ("async", ""), ("data-x", "a>b"), ("runat", "server")])
    );
    for text in ["<script>", "<script", "<script =>", "<script a=", "<script a='", "<script a=\"b"] {
        attributes(text);
    }
    let tag: ScriptOpen = first(SCRIPT_OPEN, "<script executioncontexttype=\"Post\" executioncontextname=save>");
    assert_eq!((tag.context_type(), tag.context_name()), (Some("Post"), Some("save")));
}

#[test]
fn choices() {
    let chunk: Chunk = cast(&node(
        CHUNK,
        [token(TEXT, "x"), node(INLINE, []), node(SCRIPT_BLOCK, []), token(TEXT, "y"), node(BLOCK, [])],
    ));
    let regions: Vec<_> = chunk.regions().collect();
    assert!(matches!(regions[..], [Region::Inline(_), Region::ScriptBlock(_), Region::Block(_)]));
    assert_eq!((chunk.blocks().count(), chunk.inlines().count()), (1, 1));
    assert!(Statement::can_cast(NEXT_STMT) && !Statement::can_cast(LITERAL) && !Expr::can_cast(ERROR));
    let statement: Statement = cast(&node(EXPR_STMT, [variable("@a")]));
    let Statement::ExprStmt(statement) = statement else { panic!("an expression") };
    assert!(matches!(statement.expr(), Some(Expr::VariableExpr(_))));
}
