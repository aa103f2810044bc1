use super::*;

/// The tokens of a text that mean something, and what is wrong with them.
fn tokens(text: &str) -> String {
    let mut lexer = Lexer::new(text, 0);
    let found: Vec<String> = lexer
        .by_ref()
        .filter(|token| token.kind != WHITESPACE)
        .map(|token| format!("{:?} {}", token.kind, &text[token.start..token.end]))
        .collect();
    let problems: Vec<&str> = lexer.problems.iter().map(|problem| problem.kind.id()).collect();
    let problems = if problems.is_empty() { String::new() } else { format!(" ! {}", problems.join(", ")) };
    found.join(" | ") + &problems
}

#[test]
fn numbers() {
    assert_eq!(
        tokens("1 1.5 .5 1. 1e3 1.5E-2 0xFf"),
        "INTEGER 1 | REAL 1.5 | REAL .5 | REAL 1. | FLOAT 1e3 | FLOAT 1.5E-2 | HEX 0xFf"
    );
    assert_eq!(tokens("$1 $-1.50 £1,234.5 $"), "MONEY $1 | MONEY $-1.50 | MONEY £1,234.5 | MONEY $");
    assert_eq!(tokens("2024_Orders t.5a"), "INTEGER 2024 | IDENT _Orders | IDENT t | DOT . | INTEGER 5 | IDENT a");
}

#[test]
fn names() {
    assert_eq!(
        tokens("größe a@b#c$d _x #t ##t @v @@v"),
        "IDENT größe | IDENT a@b#c$d | IDENT _x | TEMP_NAME #t | TEMP_NAME ##t | VARIABLE @v | SYSTEM_VARIABLE @@v"
    );
    assert_eq!(
        tokens("[a]] b] \"a\"\"b\" [a[b]"),
        "BRACKET_NAME [a]] b] | QUOTED_NAME \"a\"\"b\" | BRACKET_NAME [a[b]"
    );
    assert_eq!(tokens("$action @größe @😀"), "IDENT $action | VARIABLE @größe | VARIABLE @😀");
}

#[test]
fn one_name_that_is_not_closed_on_a_line() {
    assert_eq!(tokens("[[[[ \n[[a"), "BRACKET_NAME [[[[ | BRACKET_NAME [[a ! unterminated-name, unterminated-name");
    assert_eq!(
        tokens("[a, [b [c, [[d]"),
        "BRACKET_NAME [a | COMMA , | BRACKET_NAME [b | BRACKET_NAME [c | COMMA , | BRACKET_NAME [[d] ! unterminated-name, \
         unterminated-name, unterminated-name"
    );
    assert_eq!(
        tokens("[a, [b, [c"),
        "BRACKET_NAME [a | COMMA , | BRACKET_NAME [b | COMMA , | BRACKET_NAME [c ! unterminated-name"
    );
    assert_eq!(tokens("[a, [b]"), "BRACKET_NAME [a | COMMA , | BRACKET_NAME [b] ! unterminated-name");
}

#[test]
fn placeholders() {
    assert_eq!(
        tokens("{{{a}}} {{{a}}}_b c_{{{d}}}_e {{ f }} ${g} {h} $(i) {d '2024'}"),
        "PLACEHOLDER {{{a}}} | PLACEHOLDER {{{a}}}_b | PLACEHOLDER c_{{{d}}}_e | PLACEHOLDER {{ f }} | PLACEHOLDER ${g} | \
         PLACEHOLDER {h} | PLACEHOLDER $(i) | ODBC_LITERAL {d '2024'}"
    );
    assert_eq!(
        tokens("{ ts'a' } {T 'b'} {d 2} {d 'a"),
        "ODBC_LITERAL { ts'a' } | ODBC_LITERAL {T 'b'} | ERROR_TOKEN { | IDENT d | INTEGER 2 | ERROR_TOKEN } | ERROR_TOKEN { | IDENT d | \
         STRING 'a ! unexpected-character, unexpected-character, unexpected-character, unterminated-string"
    );
    assert_eq!(
        tokens("[a [b]].c] [d [e]]"),
        "BRACKET_NAME [a [b]].c] | BRACKET_NAME [d | BRACKET_NAME [e]] ! unterminated-name, unterminated-name"
    );
    assert_eq!(tokens("[{{{a}}} b] '{{{c}}}'"), "BRACKET_NAME [{{{a}}} b] | STRING '{{{c}}}'");
}

#[test]
fn comments() {
    assert_eq!(
        tokens("a /* b /* c */ d */ -- e\n*"),
        "IDENT a | COMMENT /* b /* c */ d */ | LINE_COMMENT -- e | STAR *"
    );
    assert_eq!(tokens("a */* c */ b"), "IDENT a | STAR * | COMMENT /* c */ | IDENT b");
    assert_eq!(tokens("/* a /* b */"), "COMMENT /* a /* b */ ! unterminated-comment");
    assert_eq!(tokens("# a\r\n// b"), "LINE_COMMENT # a | LINE_COMMENT // b ! foreign-comment, foreign-comment");
}

#[test]
fn texts() {
    assert_eq!(
        tokens("'a''b' N'c' n'd' ''"),
        "STRING 'a''b' | NATIONAL_STRING N'c' | NATIONAL_STRING n'd' | STRING ''"
    );
    assert_eq!(tokens("'two\nlines'"), "STRING 'two\nlines'");
    assert_eq!(tokens("'a'AS b"), "STRING 'a' | AS_KW AS | IDENT b");
    assert_eq!(tokens("'it's' b"), "STRING 'it's' | IDENT b ! unescaped-quote");
    assert_eq!(tokens("'a\n= 'b'"), "STRING 'a | EQ = | STRING 'b' ! unterminated-string");
    assert_eq!(
        tokens("don't x'FF'"),
        "IDENT don | ERROR_TOKEN ' | IDENT t | IDENT x | STRING 'FF' ! unexpected-character"
    );
    assert_eq!(
        tokens("‘a’ “b c” ’"),
        "SMART_QUOTE ‘a’ | SMART_QUOTE “b c” | SMART_QUOTE ’ ! smart-quote, smart-quote, smart-quote"
    );
}

#[test]
fn operators() {
    assert_eq!(tokens("<> != !< !> <= >="), "LTGT <> | NEQ != | NOT_LT !< | NOT_GT !> | LTE <= | GTE >=");
    assert_eq!(
        tokens("== && || => :: += *="),
        "EQ2 == | BAD_OPERATOR && | BAD_OPERATOR || | BAD_OPERATOR => | COLON2 :: | ASSIGN_OP += | ASSIGN_OP *="
    );
    assert_eq!(tokens("a=-1 b<-1"), "IDENT a | EQ = | MINUS - | INTEGER 1 | IDENT b | LT < | MINUS - | INTEGER 1");
}

#[test]
fn blanks() {
    assert_eq!(tokens("\u{feff}a"), "IDENT a");
    assert_eq!(tokens("a\u{a0}\u{200b}b"), "IDENT a | IDENT b ! non-ascii-whitespace");
}
