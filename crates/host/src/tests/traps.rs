//! What other tools get wrong (peers.md 3.1 and 3.2) and what real pages hold (corpus.md).

use expect_test::expect;

use super::check;

#[test]
fn strings_and_comments_protect() {
    // peers.md 3.1
    check(
        "%%[ set @a = Concat('x ]%% y', 'z') set @b = Foo() ]%%",
        &expect![[r#"
        Block@0..54 "%%[" " set @a = Concat('x ]%% y', 'z') set @b = Foo() " "]%%"
    "#]],
    );
    check(
        "%%[ /* old: ]%% */ set @b = Foo() ]%%",
        &expect![[r#"
        Block@0..37 "%%[" " /* old: ]%% */ set @b = Foo() " "]%%"
    "#]],
    );
    check(
        "%%=Concat('a=%%b','c')=%%",
        &expect![[r#"
        Inline@0..25 "%%=" "Concat('a=%%b','c')" "=%%"
    "#]],
    );
    check(
        "%%=IIF(@a == 1, '%%=v(@b)=%%', 'x')=%%",
        &expect![[r#"
        Inline@0..38 "%%=" "IIF(@a == 1, '%%=v(@b)=%%', 'x')" "=%%"
    "#]],
    );
    check(
        r#"%%[ set @a = Concat("say ""hi""", "x") ]%%"#,
        &expect![[r#"
        Block@0..42 "%%[" " set @a = Concat(\"say \"\"hi\"\"\", \"x\") " "]%%"
    "#]],
    );
    check(
        r#"%%[ set @a = "abc⏎set @b = Foo() ]%%"#,
        &expect![[r#"
        Block@0..36 "%%[" " set @a = \"abc\nset @b = Foo() " "]%%"
    "#]],
    );
}

#[test]
fn closers_and_openers_that_do_not_match() {
    // peers.md 3.1
    check(
        "]%% text %%[ set @a = 1",
        &expect![[r#"
        Block@9..23 UNTERMINATED "%%[" " set @a = 1" ""
        ! stray-block-close @0 "]%%"
        ! unterminated-block @9 "%%["
    "#]],
    );
    check(
        "%%[ set @a = 1 =%% %%= v(@a) ]%%",
        &expect![[r#"
        Block@0..18 MISMATCHED_CLOSE "%%[" " set @a = 1 " "=%%"
        Inline@19..32 MISMATCHED_CLOSE "%%=" " v(@a) " "]%%"
        ! mismatched-close @15 "=%%"
        ! mismatched-close @29 "]%%"
    "#]],
    );
    check("Save 50%%=great deal", &expect![""]);
}

#[test]
fn percent_signs_of_prose() {
    check("Save 50%%=great deal", &expect![""]);
    check(
        "50%%=v(@a",
        &expect![[r#"
        Inline@2..9 UNTERMINATED "%%=" "v(@a" ""
        ! unterminated-inline @2 "%%="
    "#]],
    );
    check(
        "50%%=v(@a)=%% =%%",
        &expect![[r#"
        Inline@2..13 "%%=" "v(@a)" "=%%"
        ! stray-inline-close @14 "=%%"
    "#]],
    );
    check(
        "%%=v(@a) <b></b>⏎<a href=?j=%%jobid%%>",
        &expect![[r#"
        Inline@0..16 UNTERMINATED "%%=" "v(@a) <b></b>" ""
        Personalization@28..37 "%%" "jobid" "%%"
        ! unterminated-inline @0 "%%="
    "#]],
    );
    check(
        "%%=Lowercase(%%firstname%%)=%%",
        &expect![[r#"
        Inline@0..30 "%%=" "Lowercase(%%firstname%%)" "=%%"
    "#]],
    );
}

#[test]
fn an_expression_without_end_in_an_attribute() {
    for text in [
        r#"<a href="%%=RedirectTo(@url)" class="btn">go</a><p>%%=v(@x)=%%</p>"#,
        r#"<img src="%%=v(@img)%%" alt="x" width="10"><p>%%=v(@x)=%%</p>"#,
        r#"<a href="%%=RedirectTo(@url)=%" class="btn">go</a><p class="a">%%=v(@x)=%%</p>"#,
        r#"<a href='%%=@url' title='x'>%%=v(@x)=%%</a>"#,
        r#"<a href="%%=RedirectTo(@url)">go</a>⏎<p class="a">rest %%[ set @a = "1" ]%%</p>"#,
    ] {
        let text = text.replace('⏎', "\n");
        let scan = crate::full_scan(&text);
        let kinds: Vec<_> = scan.problems.iter().map(|problem| problem.kind.id()).collect();
        assert_eq!(kinds, ["unterminated-inline"], "{text}");
        assert_eq!(scan.regions.len(), 2, "{text}");
        super::properties::check_all(&text);
    }
    // Here code is closed before any is opened, or the expression is not whole.
    for text in [
        r#"%%=Concat(v(@a)"x", "y")=%% <p class="a">%%=v(@x)=%%</p>"#,
        r#"%%=TreatAsContent(Concat("(a)","%%=v(@b)=%%"))=%%"#,
        r#"%%=TreatAsContent(Concat(@a"(a)","%%=v(@b)=%%"))=%%"#,
        r#"%%=IIF(@s == ":)" AND"x" == @y, TreatAsContent("%%=v(1)=%%"), "")=%%"#,
    ] {
        let scan = crate::full_scan(text);
        assert!(scan.problems.iter().all(|problem| problem.kind.id() != "unterminated-inline"), "{text}");
        super::properties::check_all(text);
    }
}

#[test]
fn emoji() {
    // Ranges are bytes.
    check(
        "😀😀 %%=Foo(1)=%%",
        &expect![[r#"
        Inline@9..21 "%%=" "Foo(1)" "=%%"
    "#]],
    );
    check(
        "\u{feff}%%=v(@a)=%%",
        &expect![[r#"
        Inline@3..14 "%%=" "v(@a)" "=%%"
    "#]],
    );
}

#[test]
fn server_scripts() {
    // peers.md 3.2
    check(
        r#"<script runat="server">var t = "%%[ if @a then";</script>"#,
        &expect![[r#"
        ServerScript@0..57 "<script runat=\"server\">" "var t = \"%%[ if @a then\";" "</script>"
    "#]],
    );
    check(
        r#"<script runat="server" data-x="a>b">x</script>"#,
        &expect![[r#"
        ServerScript@0..46 "<script runat=\"server\" data-x=\"a>b\">" "x" "</script>"
    "#]],
    );
    check(
        r#"<script runat=server>var a = "<script>x</script>";</script >"#,
        &expect![[r#"
        ServerScript@0..48 "<script runat=server>" "var a = \"<script>x" "</script>"
    "#]],
    );
    check(
        r#"<!-- <script runat="server">a</script> -->"#,
        &expect![[r#"
        ServerScript@5..38 "<script runat=\"server\">" "a" "</script>"
    "#]],
    );
    check(
        "<script runat=server>a",
        &expect![[r#"
        ServerScript@0..22 UNTERMINATED "<script runat=server>" "a" ""
        ! unterminated-script-tag @0 "<script runat=server>"
    "#]],
    );
    check(
        r#"<script src="%%=CloudPagesURL(1)=%%" runat="server">a</script>"#,
        &expect![[r#"
        ServerScript@0..62 "<script src=\"%%=CloudPagesURL(1)=%%\" runat=\"server\">" "a" "</script>"
    "#]],
    );
    check(
        r#"<script runat="server">"\%\%[ "</script>"#,
        &expect![[r#"
        ServerScript@0..40 "<script runat=\"server\">" "\"\\%\\%[ \"" "</script>"
    "#]],
    );
}

#[test]
fn long_server_scripts() {
    // Blanks in a closing tag that is none, where the body could be cut.
    let text = format!("<script runat=server>var a = 1\nvar b = 2\n</script{}x", "\n".repeat(60));
    super::properties::check_all(&text);
}

#[test]
fn script_tags_without_end() {
    check(
        "<script runat=server language=ampscript⏎set @a = 1⏎</script> <p>",
        &expect![[r#"
        ScriptBlock@0..60 UNTERMINATED "<script runat=server language=ampscript" "\nset @a = 1\n" "</script>"
        ! unterminated-script-tag @0 "<script runat=server language=ampscript"
    "#]],
    );
    check(
        "<script runat=server language=ampscript",
        &expect![[r#"
        ScriptBlock@0..39 UNTERMINATED "<script runat=server language=ampscript" "" ""
        ! unterminated-script-tag @0 "<script runat=server language=ampscript"
    "#]],
    );
    check(r#"<script src=""#, &expect![""]);
    check(
        "<script language=ampscript>set @a = 1",
        &expect![[r#"
            ScriptBlock@0..37 UNTERMINATED|MISSING_RUNAT "<script language=ampscript>" "set @a = 1" ""
            ! unterminated-script-tag @0 "<script language=ampscript>"
            ! script-missing-runat @0 "<script language=ampscript>"
        "#]],
    );
}

#[test]
fn text_between_regions_is_no_name() {
    // corpus.md: `]%%text%%[` and `=%%text%%=`.
    check(
        "<option %%[if @x then]%%selected%%[endif]%%>",
        &expect![[r#"
        Block@8..24 "%%[" "if @x then" "]%%"
        Block@32..43 "%%[" "endif" "]%%"
    "#]],
    );
    check(
        "%%=v(@a)=%%text%%=v(@b)=%%",
        &expect![[r#"
        Inline@0..11 "%%=" "v(@a)" "=%%"
        Inline@15..26 "%%=" "v(@b)" "=%%"
    "#]],
    );
    check(
        "%%[if @x]%%a%%name%%b%%[endif]%%",
        &expect![[r#"
        Block@0..11 "%%[" "if @x" "]%%"
        Personalization@12..20 "%%" "name" "%%"
        Block@21..32 "%%[" "endif" "]%%"
    "#]],
    );
    check(
        "%%[if @x]%%%%name%%%%[endif]%%",
        &expect![[r#"
        Block@0..11 "%%[" "if @x" "]%%"
        Personalization@11..19 "%%" "name" "%%"
        Block@19..30 "%%[" "endif" "]%%"
    "#]],
    );
    check(
        "]%%selected%%[endif]%%",
        &expect![[r#"
        Block@11..22 "%%[" "endif" "]%%"
        ! stray-block-close @0 "]%%"
    "#]],
    );
    check(
        "100%% off %%[ set @a = 1 ]%%",
        &expect![[r#"
        Block@10..28 "%%[" " set @a = 1 " "]%%"
    "#]],
    );
}

#[test]
fn a_name_before_what_could_open_a_region() {
    check(
        "%%firstname%%=%%lastname%%",
        &expect![[r#"
        Personalization@0..13 "%%" "firstname" "%%"
        Personalization@14..26 "%%" "lastname" "%%"
    "#]],
    );
    check(
        "?a=%%a%%&b=%%b%%=1",
        &expect![[r#"
        Personalization@3..8 "%%" "a" "%%"
        Personalization@11..16 "%%" "b" "%%"
    "#]],
    );
    check(
        "%%a%%[note] x",
        &expect![[r#"
        Personalization@0..5 "%%" "a" "%%"
    "#]],
    );
    check(
        "%%a%%[ set @x = 1 ]%%",
        &expect![[r#"
        Block@3..21 "%%[" " set @x = 1 " "]%%"
    "#]],
    );
    check(
        "%%a%%[note] %%[ set @x = 1 ]%%",
        &expect![[r#"
        Personalization@0..5 "%%" "a" "%%"
        Block@12..30 "%%[" " set @x = 1 " "]%%"
    "#]],
    );
    check(
        "100%%a%%=v(@x)=%%",
        &expect![[r#"
        Inline@6..17 "%%=" "v(@x)" "=%%"
    "#]],
    );
    check(
        "%%a%%=1&b=%%b%%",
        &expect![[r#"
        Personalization@0..5 "%%" "a" "%%"
        Personalization@10..15 "%%" "b" "%%"
    "#]],
    );
}

#[test]
fn look_alikes_of_closers() {
    check(
        "a=%%First Name%%",
        &expect![[r#"
        Personalization@2..16 NEEDS_BRACKETS "%%" "First Name" "%%"
        ! personalization-needs-brackets @2 "%%First Name%%"
    "#]],
    );
    check(
        "?x=%%emailaddr%%&y=1",
        &expect![[r#"
        Personalization@3..16 "%%" "emailaddr" "%%"
    "#]],
    );
    check(
        "[%%name%%]%%name%%",
        &expect![[r#"
        Personalization@1..9 "%%" "name" "%%"
        Personalization@10..18 "%%" "name" "%%"
    "#]],
    );
    check("?id=%%jobid", &expect![""]);
    check(
        "v(@x)=%%text",
        &expect![[r#"
        ! stray-inline-close @5 "=%%"
    "#]],
    );
    check(
        "width=%%name%% ]%%name%%",
        &expect![[r#"
        Personalization@6..14 "%%" "name" "%%"
        Personalization@16..24 "%%" "name" "%%"
    "#]],
    );
    check(
        "%%=%%name%%=%%",
        &expect![[r#"
            Inline@0..14 "%%=" "%%name%%" "=%%"
        "#]],
    );
}

#[test]
fn names_in_brackets() {
    check(
        "%%[Shoe-Size]%%%%[Order.Id]%%%%[Terms and Conditions]%%",
        &expect![[r#"
        Personalization@0..15 "%%[" "Shoe-Size" "]%%"
        Personalization@15..29 "%%[" "Order.Id" "]%%"
        Personalization@29..55 "%%[" "Terms and Conditions" "]%%"
    "#]],
    );
    check(
        "%%[end]%%%%[ end if ]%%%%[end if]%%%%[else]%%%%[ next ]%%%%[End Date]%%",
        &expect![[r#"
        Block@0..9 "%%[" "end" "]%%"
        Block@9..23 "%%[" " end if " "]%%"
        Block@23..35 "%%[" "end if" "]%%"
        Block@35..45 "%%[" "else" "]%%"
        Block@45..57 "%%[" " next " "]%%"
        Personalization@57..71 "%%[" "End Date" "]%%"
    "#]],
    );
    check(
        "%%[a]%%%%[a ]%%%%[1]%%%%[a/b]%%%%[a//b]%%%%[a⏎b]%%",
        &expect![[r#"
        Personalization@0..7 AMBIGUOUS "%%[" "a" "]%%"
        Block@7..15 "%%[" "a " "]%%"
        Block@15..22 "%%[" "1" "]%%"
        Personalization@22..31 "%%[" "a/b" "]%%"
        Block@31..41 "%%[" "a//b" "]%%"
        Block@41..50 "%%[" "a\nb" "]%%"
        ! ambiguous-bracket-personalization @0 "%%[a]%%"
    "#]],
    );
    check(
        "%%[Größe]%%%%[Line, 2]%%",
        &expect![[r#"
        Personalization@0..13 AMBIGUOUS "%%[" "Größe" "]%%"
        Block@13..26 "%%[" "Line, 2" "]%%"
        ! ambiguous-bracket-personalization @0 "%%[Größe]%%"
    "#]],
    );
}

#[test]
fn names_that_are_none() {
    check(
        "%%Shoe-Size%% %%Order.Id%% %%2nd%% %%50%% %%a  b%% %%a b %%",
        &expect![[r#"
        ! personalization-invalid-name @0 "%%Shoe-Size%%"
        ! personalization-invalid-name @14 "%%Order.Id%%"
        ! personalization-invalid-name @27 "%%2nd%%"
    "#]],
    );
    check(
        "%%Größe%%",
        &expect![[r#"
        ! personalization-invalid-name @0 "%%Größe%%"
    "#]],
    );
    check("%%First%Name%%", &expect![""]);
}

#[test]
fn tags_with_regions() {
    // corpus.md: the attribute's own quote inside the region.
    check(
        r#"<a href="%%=RedirectTo(CloudPagesUrl(3544,"x",@y))=%%">"#,
        &expect![[r#"
        Inline@9..53 "%%=" "RedirectTo(CloudPagesUrl(3544,\"x\",@y))" "=%%"
    "#]],
    );
    check(
        r#"<td %%[if @a > 1 then]%% class="x" %%[endif]%%>"#,
        &expect![[r#"
        Block@4..24 "%%[" "if @a > 1 then" "]%%"
        Block@35..46 "%%[" "endif" "]%%"
    "#]],
    );
}

#[test]
fn an_opener_twice() {
    // corpus.md, a real page: the first was never closed.
    check(
        "%%[⏎/*Retrieve*/⏎%%[⏎/*Retrieve*/⏎SET @a = 1⏎]%%⏎<p>",
        &expect![[r#"
        Block@0..17 UNTERMINATED "%%[" "\n/*Retrieve*/\n" ""
        Block@17..48 "%%[" "\n/*Retrieve*/\nSET @a = 1\n" "]%%"
        ! unterminated-block @0 "%%["
    "#]],
    );
}

#[test]
fn one_percent_sign_short() {
    // corpus.md: `=%` for `=%%`.
    check(
        "<p %%=v(@a)=% >⏎<b %%=v(@b)=%%>",
        &expect![[r#"
        Inline@3..15 UNTERMINATED "%%=" "v(@a)=% >" ""
        Inline@19..30 "%%=" "v(@b)" "=%%"
        ! unterminated-inline @3 "%%="
    "#]],
    );
}

#[test]
fn control_tags() {
    check(
        r#"<ctrl:var name=x /> <ctrl:eval>a</ctrl:eval> <CTRL:var name="a>b"/> <ctrl:var <p>"#,
        &expect![[r#"
        CtrlTag@0..19 "<ctrl:" "var name=x " "/>"
        CtrlTag@20..31 "<ctrl:" "eval" ">"
        CtrlTag@32..44 "</ctrl:" "eval" ">"
        CtrlTag@45..67 "<CTRL:" "var name=\"a>b\"" "/>"
    "#]],
    );
    check(r#"<ctrl:var name=">"#, &expect![""]);
}

#[test]
fn the_quote_of_an_attribute_behind_an_expression() {
    check(
        r#"<a href="%%=RedirectTo("https://x)=%%">x</a> <img src="%%=Concat("y, @a)=%%" alt="z">%%=v("a=%%b")=%%"#,
        &expect![[r#"
            Inline@9..37 "%%=" "RedirectTo(\"https://x)" "=%%"
            Inline@55..75 "%%=" "Concat(\"y, @a)" "=%%"
            Inline@85..101 "%%=" "v(\"a=%%b\")" "=%%"
        "#]],
    );
}

#[test]
fn a_sign_too_many_at_a_delimiter() {
    check(
        "%%=v(@a)==%% %%[=v(@b)=%%x %%[ set @b = 1 =%%",
        &expect![[r#"
        Inline@0..12 "%%=" "v(@a)=" "=%%"
        Block@13..25 MISMATCHED_CLOSE "%%[" "=v(@b)" "=%%"
        Block@27..45 MISMATCHED_CLOSE "%%[" " set @b = 1 " "=%%"
        ! mismatched-close @42 "=%%"
    "#]],
    );
    check(
        "%%=v(@a)==%%Hello %%=v(@b)==%%Hello%%=v(@b)=%%",
        &expect![[r#"
            Inline@0..12 "%%=" "v(@a)=" "=%%"
            Inline@18..30 "%%=" "v(@b)=" "=%%"
            Inline@35..46 "%%=" "v(@b)" "=%%"
        "#]],
    );
    // Two mistakes: the sign, and the closer.
    check(
        "%%[=\nset @a = 1 =%%",
        &expect![[r#"
            Block@0..19 MISMATCHED_CLOSE "%%[" "=\nset @a = 1 " "=%%"
            ! mismatched-close @16 "=%%"
        "#]],
    );
    check(
        "%%=IIf(@a==%%name%%, 1, 2)=%%",
        &expect![[r#"
        Inline@0..29 "%%=" "IIf(@a==%%name%%, 1, 2)" "=%%"
    "#]],
    );
}
