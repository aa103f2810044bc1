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
    ]);
}
