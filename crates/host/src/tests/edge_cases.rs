//! The rows of ampscript-edge-cases.md by their numbers.

use expect_test::expect;

use super::check;

#[test]
fn text_1_2() {
    check("plain <b>text</b>", &expect![""]);
    check("50% off, 100%% sure", &expect![""]);
}

#[test]
fn personalization_4_5_7() {
    check(
        "Hi %%First Name%%",
        &expect![[r#"
        Personalization@3..17 NEEDS_BRACKETS "%%" "First Name" "%%"
        ! personalization-needs-brackets @3 "%%First Name%%"
    "#]],
    );
    check(
        "Hi %%[First Name]%%",
        &expect![[r#"
        Personalization@3..19 "%%[" "First Name" "]%%"
    "#]],
    );
    check(
        "%%MSG(0).VERB%%",
        &expect![[r#"
        Personalization@0..15 "%%" "MSG(0).VERB" "%%"
    "#]],
    );
    check(
        "%%[Foo]%%",
        &expect![[r#"
        Personalization@0..9 AMBIGUOUS "%%[" "Foo" "]%%"
        ! ambiguous-bracket-personalization @0 "%%[Foo]%%"
    "#]],
    );
    check(
        "%%[ Foo ]%%",
        &expect![[r#"
        Block@0..11 "%%[" " Foo " "]%%"
    "#]],
    );
}

#[test]
fn blocks_8_10_11_26() {
    check(
        "%%[ set @a = 1 ]%%%%[ set @b = 2 ]%%",
        &expect![[r#"
        Block@0..18 "%%[" " set @a = 1 " "]%%"
        Block@18..36 "%%[" " set @b = 2 " "]%%"
    "#]],
    );
    check(
        "%%[ if 1 == 1 ]%%x%%[ then ]%%y%%[ endif ]%%",
        &expect![[r#"
        Block@0..17 "%%[" " if 1 == 1 " "]%%"
        Block@18..30 "%%[" " then " "]%%"
        Block@31..44 "%%[" " endif " "]%%"
    "#]],
    );
    check(
        "%%[ ]%%",
        &expect![[r#"
        Block@0..7 "%%[" " " "]%%"
    "#]],
    );
    check(
        "%%[]%%",
        &expect![[r#"
        Block@0..6 "%%[" "" "]%%"
    "#]],
    );
    check(
        "%%[[type=post;name=Save] set @a = 1 ]%%",
        &expect![[r#"
        Block@0..39 "%%[" "[type=post;name=Save] set @a = 1 " "]%%"
    "#]],
    );
}

#[test]
fn inlines_13_14() {
    check(
        "%%==%%",
        &expect![[r#"
        Inline@0..6 "%%=" "" "=%%"
    "#]],
    );
    check(
        "%%=v(@a)",
        &expect![[r#"
        Inline@0..8 UNTERMINATED "%%=" "v(@a)" ""
        ! unterminated-inline @0 "%%="
    "#]],
    );
    check(
        "%%=v(@a)⏎%%name%% =%%",
        &expect![[r#"
        Inline@0..21 "%%=" "v(@a)\n%%name%% " "=%%"
    "#]],
    );
    check(
        "%%=v(@a) 100%% x",
        &expect![[r#"
        Inline@0..12 UNTERMINATED "%%=" "v(@a) 100" ""
        ! unterminated-inline @0 "%%="
    "#]],
    );
}

#[test]
fn stray_closers_16_17() {
    check(
        "text ]%% more",
        &expect![[r#"
        ! stray-block-close @5 "]%%"
    "#]],
    );
    check(
        "text =%% more",
        &expect![[r#"
        ! stray-inline-close @5 "=%%"
    "#]],
    );
}

#[test]
fn foreign_closers_19() {
    check(
        "%%[ set @a = 1 =%%",
        &expect![[r#"
        Block@0..18 MISMATCHED_CLOSE "%%[" " set @a = 1 " "=%%"
        ! mismatched-close @15 "=%%"
    "#]],
    );
    check(
        "%%[ set @a = 1 =%% set @b = 2 ]%%",
        &expect![[r#"
        Block@0..33 "%%[" " set @a = 1 =%% set @b = 2 " "]%%"
    "#]],
    );
    check(
        "%%[ set @a = 1 =%% <p> %%[ set @b = 2 ]%%",
        &expect![[r#"
        Block@0..18 MISMATCHED_CLOSE "%%[" " set @a = 1 " "=%%"
        Block@23..41 "%%[" " set @b = 2 " "]%%"
        ! mismatched-close @15 "=%%"
    "#]],
    );
    check(
        "<script language=ampscript runat=server>var @q ]%% <p>",
        &expect![[r#"
        ScriptBlock@0..50 MISMATCHED_CLOSE "<script language=ampscript runat=server>" "var @q " "]%%"
        ! mismatched-close @47 "]%%"
    "#]],
    );
    check(
        "%%=v(@a)]%% <p>%%=v(@b)=%%",
        &expect![[r#"
        Inline@0..11 MISMATCHED_CLOSE "%%=" "v(@a)" "]%%"
        Inline@15..26 "%%=" "v(@b)" "=%%"
        ! mismatched-close @8 "]%%"
    "#]],
    );
    check(
        "%%[ set @a = 1 </script>",
        &expect![[r#"
        Block@0..24 MISMATCHED_CLOSE "%%[" " set @a = 1 " "</script>"
        ! mismatched-close @15 "</script>"
    "#]],
    );
}

#[test]
fn delimiters_in_strings_20_22_38() {
    check(
        r#"%%[ set @x = "a ]%% b" ]%%"#,
        &expect![[r#"
        Block@0..26 "%%[" " set @x = \"a ]%% b\" " "]%%"
    "#]],
    );
    check(
        r#"%%[ set @u = "http://x/?n=%%=Add(1,2)=%%" ]%%"#,
        &expect![[r#"
        Block@0..45 "%%[" " set @u = \"http://x/?n=%%=Add(1,2)=%%\" " "]%%"
    "#]],
    );
    check(
        r#"<script runat="server" language="ampscript">set @s = "</script>"</script>"#,
        &expect![[r#"
        ScriptBlock@0..73 "<script runat=\"server\" language=\"ampscript\">" "set @s = \"</script>\"" "</script>"
    "#]],
    );
}

#[test]
fn nested_delimiters_23_40() {
    // One error for one mistake: neither a stray closer nor an unterminated block follows from it.
    check(
        "%%[ %%[ set @a = 1 ]%% ]%%",
        &expect![[r#"
        Block@0..26 NESTED "%%[" " %%[ set @a = 1 ]%% " "]%%"
        ! nested-block-delimiter @4 "%%["
    "#]],
    );
    check(
        r#"<script runat="server" language="ampscript"> %%[ set @a = 1 ]%% </script>"#,
        &expect![[r#"
        ScriptBlock@0..73 NESTED "<script runat=\"server\" language=\"ampscript\">" " %%[ set @a = 1 ]%% " "</script>"
        ! nested-block-delimiter @45 "%%["
    "#]],
    );
    check(
        "%%[ set @a = %%=v(@b)=%% ]%% x",
        &expect![[r#"
        Block@0..28 NESTED "%%[" " set @a = %%=v(@b)=%% " "]%%"
        ! nested-block-delimiter @13 "%%="
    "#]],
    );
    check(
        "%%[ <script language=ampscript runat=server>set @a = 1</script> ]%%",
        &expect![[r#"
        Block@0..67 NESTED "%%[" " <script language=ampscript runat=server>set @a = 1</script> " "]%%"
        ! nested-script-tag @4 "<script language=ampscript runat=server>"
    "#]],
    );
    check(
        "%%[ %%[ %%[ a ]%% ]%% ]%%",
        &expect![[r#"
        Block@0..25 NESTED "%%[" " %%[ %%[ a ]%% ]%% " "]%%"
        ! nested-block-delimiter @4 "%%["
        ! nested-block-delimiter @8 "%%["
    "#]],
    );
    check(
        "%%[ ; %%[ set @a = 1 ]%% ]%%",
        &expect![[r#"
        Block@0..6 UNTERMINATED "%%[" " ; " ""
        Block@6..24 "%%[" " set @a = 1 " "]%%"
        ! unterminated-block @0 "%%["
        ! stray-block-close @25 "]%%"
    "#]],
    );
    check(
        "%%[ set @a = 1 ⏎<p>%%=v(@a)=%%</p>",
        &expect![[r#"
        Block@0..19 UNTERMINATED "%%[" " set @a = 1 \n<p>" ""
        Inline@19..30 "%%=" "v(@a)" "=%%"
        ! unterminated-block @0 "%%["
    "#]],
    );
    check(
        "%%[ %%[ %%[ %%[ %%[ a ]%% ]%% ]%% ]%% ]%%",
        &expect![[r#"
        Block@0..41 NESTED "%%[" " %%[ %%[ %%[ %%[ a ]%% ]%% ]%% ]%% " "]%%"
        ! nested-block-delimiter @4 "%%["
        ! nested-block-delimiter @8 "%%["
        ! nested-block-delimiter @12 "%%["
        ! nested-block-delimiter @16 "%%["
    "#]],
    );
    check(
        "%%[ %%[ %%[ %%[ %%[ %%[ a ]%% ]%% ]%% ]%% ]%% ]%%",
        &expect![[r#"
        Block@0..4 UNTERMINATED "%%[" " " ""
        Block@4..45 NESTED "%%[" " %%[ %%[ %%[ %%[ a ]%% ]%% ]%% ]%% " "]%%"
        ! unterminated-block @0 "%%["
        ! nested-block-delimiter @8 "%%["
        ! nested-block-delimiter @12 "%%["
        ! nested-block-delimiter @16 "%%["
        ! nested-block-delimiter @20 "%%["
        ! stray-block-close @46 "]%%"
    "#]],
    );
}

#[test]
fn html_comments_25() {
    // HTML does not shield.
    check(
        "<!-- %%[ set @a = 1 ]%% -->",
        &expect![[r#"
        Block@5..23 "%%[" " set @a = 1 " "]%%"
    "#]],
    );
}

#[test]
fn syndication_28() {
    check(
        r#"%%Before;HTTPGet "https://e.example/x"%%"#,
        &expect![[r#"
        Syndication@0..40 "%%" "Before;HTTPGet \"https://e.example/x\"" "%%"
    "#]],
    );
    check("%%HTTPGet https://e.example%%", &expect![""]);
    check(
        r#"%%httppost  "https://e.example/?q=%%[x]%%"  %%"#,
        &expect![[r#"
        Syndication@0..46 "%%" "httppost  \"https://e.example/?q=%%[x]%%\"  " "%%"
    "#]],
    );
    check(r#"%%After;HTTPGet "a⏎b"%%"#, &expect![""]);
    check(
        "%%HTTPGet%%",
        &expect![[r#"
        Personalization@0..11 "%%" "HTTPGet" "%%"
    "#]],
    );
}

#[test]
fn script_tags_29_to_41() {
    check(
        r#"<script language="ampscript" runat="server">set @a = 1</script>"#,
        &expect![[r#"
        ScriptBlock@0..63 "<script language=\"ampscript\" runat=\"server\">" "set @a = 1" "</script>"
    "#]],
    );
    check(
        "<script runat=server language=ampscript>set @a = 1</script>",
        &expect![[r#"
        ScriptBlock@0..59 "<script runat=server language=ampscript>" "set @a = 1" "</script>"
    "#]],
    );
    check(
        "<script runat='server' language='ampscript'>set @a = 1</script>",
        &expect![[r#"
        ScriptBlock@0..63 "<script runat='server' language='ampscript'>" "set @a = 1" "</script>"
    "#]],
    );
    check(
        r#"<script language="ampscript">set @a = 1</script>"#,
        &expect![[r#"
        ScriptBlock@0..48 MISSING_RUNAT "<script language=\"ampscript\">" "set @a = 1" "</script>"
        ! script-missing-runat @0 "<script language=\"ampscript\">"
    "#]],
    );
    check(
        r#"<script runat="server" language="ampscript" executioncontexttype="Post" executioncontextname=Save>set @a = 1</script>"#,
        &expect![[r#"
        ScriptBlock@0..117 "<script runat=\"server\" language=\"ampscript\" executioncontexttype=\"Post\" executioncontextname=Save>" "set @a = 1" "</script>"
    "#]],
    );
    check(
        r#"<script>if (a < b) { x = "%%=v(@a)=%%" }</script>"#,
        &expect![[r#"
        Inline@26..37 "%%=" "v(@a)" "=%%"
    "#]],
    );
    check(
        r#"<script runat="server" language="ampscript"/>text"#,
        &expect![[r#"
        ScriptBlock@0..45 SELF_CLOSING "<script runat=\"server\" language=\"ampscript\"/>" "" ""
        ! self-closing-script @0 "<script runat=\"server\" language=\"ampscript\"/>"
    "#]],
    );
    check(
        "<script runat=server/>text",
        &expect![[r#"
        ServerScript@0..22 SELF_CLOSING "<script runat=server/>" "" ""
        ! self-closing-script @0 "<script runat=server/>"
    "#]],
    );
}

#[test]
fn quotes_62() {
    check(
        r#"%%[ set @a = "oops ]%%⏎<p>x</p>"#,
        &expect![[r#"
        Block@0..22 "%%[" " set @a = \"oops " "]%%"
    "#]],
    );
}

#[test]
fn comments_43_to_47() {
    check(
        "%%[ /* one */ set @a = 1 /* two⏎lines */ ]%%",
        &expect![[r#"
        Block@0..44 "%%[" " /* one */ set @a = 1 /* two\nlines */ " "]%%"
    "#]],
    );
    check(
        "%%[ /* a /* b */ set @a = 1 */ ]%%",
        &expect![[r#"
        Block@0..34 "%%[" " /* a /* b */ set @a = 1 */ " "]%%"
    "#]],
    );
    check(
        "%%[ // note⏎set @a = 1 ]%%",
        &expect![[r#"
        Block@0..26 "%%[" " // note\nset @a = 1 " "]%%"
    "#]],
    );
    check(
        "%%[ // note ]%%⏎",
        &expect![[r#"
        Block@0..15 "%%[" " // note " "]%%"
    "#]],
    );
    check(
        "%%[ <!-- note ]%% --> set @a = 1 ]%%",
        &expect![[r#"
        Block@0..17 "%%[" " <!-- note " "]%%"
        ! stray-block-close @33 "]%%"
    "#]],
    );
    check(
        "%%[ /* never ended ]%% <p> %%[ set @a = 1 ]%%",
        &expect![[r#"
        Block@0..22 "%%[" " /* never ended " "]%%"
        Block@27..45 "%%[" " set @a = 1 " "]%%"
    "#]],
    );
}

#[test]
fn bracket_names_89() {
    check(
        "%%[ set @a = [x]]%%",
        &expect![[r#"
        Block@0..19 "%%[" " set @a = [x]" "]%%"
    "#]],
    );
    check(
        "%%[ set @a = [x]%%",
        &expect![[r#"
        Block@0..18 "%%[" " set @a = [x" "]%%"
    "#]],
    );
}

#[test]
fn template_tags_175_to_181() {
    check(
        "{{.block b1 htmlemail}}x{{/block}}",
        &expect![[r#"
        TemplateTag@0..23 "{{" ".block b1 htmlemail" "}}"
        TemplateTag@24..34 "{{" "/block" "}}"
    "#]],
    );
    check(
        r#"{{.data}}{"a":{"b":1}}{{/data}}"#,
        &expect![[r#"
        TemplateTag@0..9 "{{" ".data" "}}"
        TemplateTag@22..31 "{{" "/data" "}}"
    "#]],
    );
    check(
        "{{=Add(1,1)}}",
        &expect![[r#"
        TemplateTag@0..13 "{{" "=Add(1,1)" "}}"
    "#]],
    );
    check(
        "{{#if x}}a{{else}}b{{/if}}",
        &expect![[r##"
        TemplateTag@0..9 "{{" "#if x" "}}"
        TemplateTag@10..18 "{{" "else" "}}"
        TemplateTag@19..26 "{{" "/if" "}}"
    "##]],
    );
    check(r#"{ "a": { "b": 1 }}"#, &expect![""]);
    check(
        "{{{ raw }}} {{{{a}}}} {{ {{b}} {{! c }}",
        &expect![[r#"
        TemplateTag@0..11 "{{{" " raw " "}}}"
        TemplateTag@13..20 "{{{" "a" "}}}"
        TemplateTag@25..30 "{{" "b" "}}"
        TemplateTag@31..39 "{{" "! c " "}}"
    "#]],
    );
    check(
        "{{!-- {{ %% }} --}} {{ %%=v(@a)=%% }} {{",
        &expect![[r#"
        TemplateTag@0..19 "{{" "!-- {{ %% }} " "--}}"
        Inline@23..34 "%%=" "v(@a)" "=%%"
    "#]],
    );
}
