//! Slips that were once reported more than once, or in the wrong place; beside each what looks alike and is right.

use super::{ids, problems};

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let found = ids(text);
        if found != *expected {
            wrong.push(format!("{text}\n  expected {expected}\n  found    {found}: {}", problems(text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_misspelt_keyword_before_a_name() {
    check(&[
        ("%%[ if @a then elsif IndexOf(@k, 'H') > 0 then endif ]%%", "unexpected-token"),
        ("%%[ iff Empty(@a) then endif ]%%", "unexpected-token"),
        ("%%[ fi RowCount(@r) > 0 then endif ]%%", "unexpected-token"),
        ("%%[ fi FirstName == 'x' then endif ]%%", "unexpected-token"),
        ("%%[ if @a then elsif Mod(@a, 2) == 1 then endif ]%%", "unexpected-token"),
        ("%%[ fi Mod(@i, 2) == 0 then endif ]%%", "unexpected-token"),
        ("%%[ if if Empty(@a) then endif ]%%", "unexpected-keyword"),
        ("%%[ if Amount Mod (2) == 1 then endif ]%%", "unsupported-operator"),
        ("%%[ if FirstName == LastName then endif ]%%", ""),
    ]);
}

#[test]
fn the_quote_of_an_attribute_ends_no_text() {
    check(&[
        ("%%=RedirectTo(\"https://x.example)=%%", "unterminated-string"),
        ("%%=Concat(\"Hello , @first, \", news for you\")=%%", "unterminated-string"),
        ("%%=Concat(\"Hello , @first, \", \" news for you\")=%%", ""),
        ("%%=v(\"a=%%b\")=%%", "delimiter-in-string"),
    ]);
}

#[test]
fn a_text_that_lacks_its_end_on_the_line_of_an_argument() {
    let at = |text: &str| problems(text);
    let text = "%%[ UpsertDE(\"Log\", 1,\n\"Id\", @id,\n\"Name, @name,\n\"When\", Now()\n) ]%%";
    assert_eq!(at(text), "unterminated-string@34..47 \"\\\"Name, @name,\"");
    let text = "%%[ set @a = Concat([Street], \"<br>,\n [City], \" - \", [Zip], \"<br>\") set @b = 1 ]%%";
    assert_eq!(at(text), "unterminated-string@30..36 \"\\\"<br>,\"");
    check(&[
        ("%%[ set @a = Concat(\"Hello,\n dear \", @y, \"friend,\n\") ]%%", "multiline-string multiline-string"),
        ("%%[ set @a = \"Hello,\nfriend,\"\nOutput(@a) ]%%", "multiline-string"),
        ("%%[ set @a = \"Hello,\nfriend,\" Output(@a) ]%%", "multiline-string"),
        ("%%[ if @a == \"Hello,\nfriend,\" or @b then endif ]%%", "multiline-string"),
    ]);
}

#[test]
fn a_backslash_before_a_quote() {
    check(&[
        ("%%[ set @q = \"5\\\" pipe\" ]%%", "backslash-escape unterminated-string"),
        ("%%[ set @q = \"5\\\"\" ]%%", "unterminated-string backslash-escape"),
        ("%%=Concat(\"size 5\\\" x 7\\\"\",\"a\")=%%", "backslash-escape"),
        ("%%[ set @h = \"<a href=\\\"https://x.example\\\">x</a>\" ]%%", "backslash-escape"),
        ("%%[ set @h = RequestParameter(\"\\\"x\\\"\") ]%%", "backslash-escape"),
        ("%%[ if @a == \"\\\"save\\\"\" then endif ]%%", "backslash-escape"),
        ("%%=v(Concat(\"{\\\"k\\\":\\\"\", @v, \"\\\"}\"))=%%", "backslash-escape"),
        ("%%[ set @h = Concat(\"C:\\temp\\\", 'x\\y\\', \"a\") set @i = \"b\\\" set @j = 1 ]%%", ""),
        ("%%[ set @h = Concat(\"C:\\temp\\\", \"a) ]%%", "unterminated-string"),
        ("%%[ set @h = \"C:\\temp\\\" // note\n ]%%", "line-comment"),
        ("%%[ set @a = Concat(\"C:\\dir\\\" @x) /* c\n */ set @z = \"open\n ]%%", "missing-comma unterminated-string"),
        ("%%[ set @a = \"C:\\dir\\\" + @x set @z = \"open\n ]%%", "unterminated-string"),
    ]);
}

#[test]
fn the_end_of_another_head() {
    check(&[
        ("%%[ if @a == 1 do endif ]%%", "expected-then"),
        ("%%[ for @i = 1 to 3 then next @i ]%%", "expected-do"),
        ("%%[ if @a == 1: ]%%", "unexpected-token"),
        ("%%[ if @a:\nset @b = 1 endif ]%%", "unexpected-token"),
        ("%%[ if @a ? @b : @c then endif ]%%", "unsupported-operator"),
        ("%%[ if @b == 1 then\nand @a == 1\nendif ]%%", "unexpected-keyword"),
        ("%%[ and @a == 1 ]%%", "unexpected-keyword"),
        ("%%[ set @x = 1 or @a then endif ]%%", "unexpected-keyword"),
        ("%%[ if @b == 1\nand @a == 1 then endif ]%%", ""),
    ]);
}

#[test]
fn a_call_without_its_parenthesis_and_with_other_separators() {
    check(&[
        ("%%[ set @g = HTTPGet\"https://x.example/a\", true, 0, @st) ]%%", "missing-open-paren"),
        ("%%[ set @g = ClaimRow\"Coupons\", \"Used\") ]%%", "missing-open-paren"),
        ("%%[ UpsertDE(\"d\", Email\", @b) ]%%", "unterminated-string"),
        ("%%=Lookup(\"a\";\"b\";\"c\";\"d\")=%%", "unexpected-token"),
        ("%%=Lookup(\"a\", \"b\";)=%%", "unexpected-character"),
        ("%%[ set @a = Trim(\"b\"); ]%%", "unexpected-character"),
    ]);
}

#[test]
fn a_sign_before_the_end_of_an_expression() {
    assert_eq!(problems("%%=Uppercase(FirstName)==%%"), "unexpected-token@23..24 \"=\"");
    check(&[("%%=IIf(@a == 'x=', 1, 2)=%%", ""), ("%%=v(@a=%%", "missing-close-paren")]);
}

#[test]
fn an_operator_in_two_parts() {
    check(&[
        ("%%[ if @a = = 1 then endif ]%%", "single-equals-comparison"),
        ("%%[ if @a > = 1 then endif ]%%", "unsupported-operator"),
        ("%%[ if @a < = 1 and @b > 1 then endif ]%%", "unsupported-operator"),
        ("%%[ if @a >= 1 then set @b = 1 endif ]%%", ""),
    ]);
}

#[test]
fn heads_of_other_languages() {
    check(&[
        ("%%[ for @i = 1..5 do next @i ]%%", "invalid-number"),
        ("%%[ for @i = 1 to 5 do set @a = 1..5 next @i ]%%", "invalid-number"),
        ("%%[ for (@i = 1; @i < 3; @i++) { set @a = 1 } ]%%", "unsupported-statement"),
        ("%%[ for (var i = 1; i < 3; i++) do next ]%%", "unsupported-statement"),
        ("%%[ for (@i = 1 to 3) do next ]%%", "unexpected-token"),
    ]);
}

#[test]
fn words_that_are_no_statements() {
    check(&[
        ("%%[ set @b = 1 setvar @a = 1 ]%%", "assignment-without-set"),
        ("%%[ set @b = 1 print \"x\" ]%%", "ignored-expression"),
        ("%%[ set @b = 1 print\n\"x\" ]%%", "ignored-expression ignored-expression"),
        ("%%[ set @b = 1 FirstName @a == 1 ]%%", "ignored-expression"),
        ("%%[ set @b = 1 print \"x\" == \"y\" ]%%", "ignored-expression"),
        ("%%[ set @b = 1 print \"a\" and \"b\" ]%%", "ignored-expression"),
        ("%%[=v(@b)]%%", "unexpected-token"),
        ("%%[ =v(@b) ]%%", "unexpected-token"),
    ]);
}
