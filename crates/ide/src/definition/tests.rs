use expect_test::{Expect, expect};

use super::*;
use crate::testing::{far_apart, host, marked, size, with_cursor};

type Ask = fn(&Snapshot, FileId, TextSize) -> Option<Navigation>;

fn answer(ask: Ask, markup: &str) -> String {
    let (host, file, at, text) = with_cursor(markup);
    let Some(found) = ask(&host.snapshot(), file, at) else { return "nothing\n".to_owned() };
    assert!(found.origin.contains_inclusive(at), "{found:?}");
    for target in &found.targets {
        assert!(target.range.contains_range(target.focus), "{target:?}");
    }
    marked(&text, found.targets.iter().map(|target| (target.focus, "")))
}

#[track_caller]
fn check(markup: &str, expected: &Expect) {
    expected.assert_eq(&answer(definition, markup));
}

#[track_caller]
fn check_declaration(markup: &str, expected: &Expect) {
    expected.assert_eq(&answer(declaration, markup));
}

#[test]
fn what_reaches_a_read() {
    check(
        "%%[ var @a\nset @a = 1\nset @a = 2 ]%%\n%%=v(@A$0)=%%\n%%[ set @a = 3 ]%%",
        &expect![[r#"
            set «@a» = 2 ]%%
        "#]],
    );
    check(
        "%%[ if @x then\nset @a = 1\nelse\nset @a = 2\nendif ]%%\n<p>%%=v($0@a)=%%</p>",
        &expect![[r#"
            set «@a» = 1
            set «@a» = 2
        "#]],
    );
    check(
        "%%[ set @n = 1\nfor @i = 1 to 3 do\nset @n = Add(@$0n, @i)\nnext @i ]%%",
        &expect![[r#"
            %%[ set «@n» = 1
            set «@n» = Add(@n, @i)
        "#]],
    );
}

#[test]
fn out_arguments_and_scripts() {
    check(
        "%%[ HTTPGet('https://a.b', false, 0, @status) ]%%\n%%=v(@status$0)=%%",
        &expect![[r#"
            %%[ HTTPGet('https://a.b', false, 0, «@status») ]%%
        "#]],
    );
    check(
        "<script runat=\"server\">\n// Variable.SetValue('@a', 0)\nVariable.SetValue('@a', 1);\n</script>\n%%=v($0@a)=%%",
        &expect![[r#"
            Variable.SetValue('«@a»', 1);
        "#]],
    );
    check(
        "%%[ set @a = 1 ]%%\n<script runat=\"server\">var x = Variable.GetValue('@$0A');</script>",
        &expect![[r#"
            %%[ set «@a» = 1 ]%%
        "#]],
    );
}

#[test]
fn where_nothing_reaches_everything_that_sets_it() {
    check(
        "%%=v(@a$0)=%%\n%%[ set @a = 1\nset @a = 2 ]%%",
        &expect![[r#"
            %%[ set «@a» = 1
            set «@a» = 2 ]%%
        "#]],
    );
    check("%%=v(@a$0)=%%", &expect![["nothing\n"]]);
}

#[test]
fn a_definition_is_its_own() {
    check(
        "%%[ var @a\nset @a$0 = 1 ]%%",
        &expect![[r#"
            set «@a» = 1 ]%%
        "#]],
    );
}

#[test]
fn while_typing() {
    check(
        "%%[ set @a = 1 ]%%\n%%[ set @b = Concat(@a$0",
        &expect![[r#"
            %%[ set «@a» = 1 ]%%
        "#]],
    );
}

#[test]
fn keywords_lead_to_what_they_belong_to() {
    let text = "%%[ IF @a THEN ]%%\n%%[ if @b then ]%%x\n%%[ elseif @c then\nelse ]%%\n%%[ end if\n";
    check(
        &format!("{text}else]%% %%[ENDIF$0 ]%%"),
        &expect![[r#"
            %%[ «IF» @a THEN ]%%
        "#]],
    );
    let inner = expect![[r#"
        %%[ «if» @b then ]%%x
    "#]];
    for (old, new) in [("elseif", "else$0if"), ("\nelse ", "\n$0else "), ("end if", "end$0 if"), ("end if", "end if$0")]
    {
        check(&format!("{}else]%% %%[ENDIF ]%%", text.replacen(old, new, 1)), &inner);
    }
    check("%%[ i$0f @a then endif ]%%", &expect![["nothing\n"]]);
}

#[test]
fn loops() {
    check(
        "%%[ for @i = 1 to 2 do\nfor @j = 1 to 2 do\nnext @j ]%%\n%%[ next$0 @i ]%%",
        &expect![[r#"
            %%[ «for» @i = 1 to 2 do
        "#]],
    );
    check(
        "%%[ for @i = 1 to 2 do\nfor @j = 1 to 2 do\nnext @j ]%%\n%%[ next @i$0 ]%%",
        &expect![[r#"
            %%[ for «@i» = 1 to 2 do
        "#]],
    );
    // It ends the loop that it ends, whatever it says.
    check(
        "%%[ for @i = 1 to 2 do\nnext @$0j\nset @j = 1 ]%%",
        &expect![[r#"
            %%[ for «@i» = 1 to 2 do
        "#]],
    );
}

#[test]
fn declarations() {
    check_declaration(
        "%%[ set @a = 0\nvar @a, @b ]%%\n%%=v(@A$0)=%%",
        &expect![[r#"
            var «@a», @b ]%%
        "#]],
    );
    check_declaration(
        "%%=v(@a)=%%\n%%[ set @a = 1\nset @a$0 = 2 ]%%",
        &expect![[r#"
            %%[ set «@a» = 1
        "#]],
    );
    check_declaration(
        "%%[ if @a then ]%%\n%%[ endif$0 ]%%",
        &expect![[r#"
            %%[ «if» @a then ]%%
        "#]],
    );
    check_declaration("%%=v(@@ExecCtx$0)=%%", &expect![["nothing\n"]]);
}

#[test]
fn over_chunks() {
    let text = far_apart(&["%%[ set @a = 1 if @x then ]%%", "%%=v(@a)=%%", "%%[ endif ]%%"]);
    let (host, file) = host(&text);
    let snapshot = host.snapshot();
    let first = |needle: &str| {
        let at = size(text.find(needle).unwrap() + 1);
        let found = definition(&snapshot, file, at).unwrap();
        assert_eq!(found.targets.len(), 1);
        usize::from(found.targets[0].focus.start())
    };
    assert_eq!(first("@a)"), text.find("@a").unwrap());
    assert_eq!(first("endif"), text.find("if").unwrap());
}

#[test]
fn nothing_in_text_strings_and_comments() {
    for text in
        ["@a$0 %%[ set @a = 1 ]%%", "%%[ set @a = '@a$0' ]%%", "%%[ /* @a$0 endif */ set @a = 1 ]%%", "$0", "x$0"]
    {
        check(text, &expect![["nothing\n"]]);
    }
}
