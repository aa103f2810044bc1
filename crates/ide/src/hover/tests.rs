use std::path::Path;

use expect_test::{Expect, expect};
use sfmc_db::{FileKind, Host};
use sfmc_test_support::extract_cursor;

use super::*;

fn hover_in(text: &str) -> Option<(String, Hover)> {
    let (text, at) = extract_cursor(text);
    let mut host = Host::default();
    let file = host.set_text(Path::new("/a.html"), text.clone(), FileKind::Page);
    let at = TextSize::try_from(at).unwrap();
    hover(&host.snapshot(), file, at).map(|hover| (text, hover))
}

fn check(text: &str, expected: &Expect) {
    let (text, hover) = hover_in(text).expect("a hover");
    expected.assert_eq(&format!("{}\n---\n{}\n", &text[hover.range], hover.text.plain()));
}

fn check_none(text: &str) {
    assert_eq!(hover_in(text).map(|(_, hover)| hover.text.plain()), None, "{text}");
}

#[test]
fn functions() {
    check(
        "%%=lookUp$0('a','b','c',1)=%%",
        &expect![[r#"
        lookUp
        ---
        Lookup(dataObject: string, returnColumn: string, searchColumn: string, searchValue: string or number, …) → string

        One column of the first matching row.

        Where: works in CloudPage, email.

        Cost: reads or writes data or content of the account with each call.

        Note: Marketing Cloud Next needs the complete primary key.
    "#]],
    );
    check(
        "%%[ /* sfmc-context: email */ set @x = $0CreateObject('a') ]%%",
        &expect![[r#"
        CreateObject
        ---
        CreateObject(typeName: string) → object

        Make a SOAP API object handle.

        Refused here: this page runs as email.

        Where: works in CloudPage; refused in email. Messages refuse the functions of the SOAP API.
    "#]],
    );
    check(
        "%%=Msg(0).Ver$0b=%%",
        &expect![[r#"
        Verb
        ---
        Verb() → string

        Keyword of the inbound SMS.

        Where: works in SMS; refused in CloudPage, email. Anywhere but in a text message its presence stops the page from compiling.
    "#]],
    );
    check(
        "<p>%%[ set @x = Upsert$0MSCRMRecord( ]%%",
        &expect![[r#"
        UpsertMSCRMRecord
        ---
        UpsertMSCRMRecord(entityName: string, sortField: string, sortType: string, numPairsForRetrieve: number, filterAttributeName: string, filterAttributeValue: any, numPairsForUpdate: number, updateAttributeName: string, updateAttributeValue: any, …) → string

        Deprecated.

        Create or update a Dynamics record.

        Does not work: every call of it fails.

        Where: refused in CloudPage, email.

        Cost: crosses the network with each call.

        Effects: sends an HTTP request; writes a record of a connected CRM.

        Sources disagree: The counts suggest that more pairs are possible than the catalogue has.
    "#]],
    );
    check_none("%%=Lokup$0()=%%");
    check_none("%%[ /* Lookup$0() */ ]%%");
    check_none("Lookup$0()");
}

#[test]
fn variables() {
    check(
        "😀%%[ var @tier\nset @tier = 'gold'\nif @x == 1 then set @tier = 'red' endif ]%%\n%%=v(@TIER$0)=%%",
        &expect![[r#"
            @TIER
            ---
            @TIER: string

            Set in lines 2, 3.

            Declared in line 1.

            Writes: 2, reads: 1.
        "#]],
    );
    check(
        "%%[ set @$0a = 'x' ]%%",
        &expect![[r#"
            @a
            ---
            @a: string = "x"

            Set in line 1.

            Writes: 1, reads: 0.
        "#]],
    );
    check(
        "%%=v(@b$0)=%%",
        &expect![[r#"
            @b
            ---
            @b

            Never set in this page.

            Writes: 0, reads: 1.
        "#]],
    );
    check(
        "%%=v(@b$0)=%% %%=ContentBlockByKey('x')=%%",
        &expect![[r#"
            @b
            ---
            @b

            Never set in this page.

            Writes: 0, reads: 1.

            Content that the page calls in can set and read it too.
        "#]],
    );
    check(
        "%%[ for @$0i = 1 to 3 do next @i ]%%",
        &expect![[r#"
            @i
            ---
            @i: number

            Set in line 1.

            Writes: 1, reads: 0.
        "#]],
    );
    check(
        "%%[ set @rows = LookupRows('d','c',1) ]%%%%=RowCount(@ro$0ws)=%%",
        &expect![[r#"
            @rows
            ---
            @rows: rowset

            Set in line 1.

            Writes: 1, reads: 1.
        "#]],
    );
    // What is lost can set it.
    check(
        "%%=v(@b$0)=%%%%[ set @b = ",
        &expect![[r#"
            @b
            ---
            @b
        "#]],
    );
    check(
        "%%[ set @a = 'x' ]%%<script runat=server>Variable.GetValue('$0a'); // '@a'\n</script>",
        &expect![[r#"
            a
            ---
            @a

            Set in line 1.

            Writes: 1, reads: 1.
        "#]],
    );
    check_none("<script runat=server>Variable.GetValue('a'); // '@a$0'\n</script>");
    check_none("%%[ set @a = 'x' /* @a$0 */ ]%%");
    check_none("me@a$0.example");
    check_none("%%[ set @ $0= 1 ]%%");
}

#[test]
fn members() {
    for text in ["%%=Msg(0).No$0uns=%%", "%%=MSG(0).NOUNS$0=%%", "%%[ set @a = Msg(0) . nou$0ns() ]%%"] {
        let (_, hover) = hover_in(text).expect(text);
        let hover = hover.text.plain();
        assert!(hover.starts_with("Nouns() → string\n\nAll text after the keyword of the inbound SMS."), "{hover}");
    }
    // Only Msg has members.
    check_none("%%=Foo(0).Ver$0b=%%");
    check_none("%%=@a.Ver$0b=%%");
    check_none("%%=Msg(0).Ver$0bs=%%");
}

#[test]
fn names() {
    check(
        "%%emailad$0dr%%",
        &expect![[r#"
        %%emailaddr%%
        ---
        %%emailaddr%%

        Address of the recipient.

        Has a value in: email
    "#]],
    );
    check(
        "%%[ set @a = [emailaddr$0] ]%%",
        &expect![[r#"
        [emailaddr]
        ---
        %%emailaddr%%

        Address of the recipient.

        Has a value in: email
    "#]],
    );
    check(
        "%%[ set @a = emailaddr$0 ]%%",
        &expect![[r#"
        emailaddr
        ---
        %%emailaddr%%

        Address of the recipient.

        Has a value in: email
    "#]],
    );
    check(
        "%%[ if @@Exec$0Ctx == 'LOAD' then endif ]%%",
        &expect![[r#"
        @@ExecCtx
        ---
        @@ExecCtx

        Why the page runs: LOAD or POST; read-only, and current pages say LOAD only.
    "#]],
    );
    check_none("%%Shoe$0Size%%");
}

#[test]
fn keywords() {
    check(
        "%%[ if @a == 1 then ]%%x%%[ end$0if ]%%",
        &expect![[r#"
        endif
        ---
        if condition then
          …
        elseif condition then
          …
        else
          …
        endif

        Close an IF.

        Belongs to line 1: `if @a == 1 then`
    "#]],
    );
    check(
        "%%[\nif @a == 1 then\n  for @i = 1 to 2 do\n  $0next @i\nendif ]%%",
        &expect![[r#"
        next
        ---
        for @i = first to last do
          …
        next @i

        Close a loop, optional counter name.

        Belongs to line 3: `for @i = 1 to 2 do`
    "#]],
    );
    check(
        "%%[ endif$0 ]%%",
        &expect![[r#"
        endif
        ---
        if condition then
          …
        elseif condition then
          …
        else
          …
        endif

        Close an IF.
    "#]],
    );
    check(
        "%%[ $0set @a = 1 ]%%",
        &expect![[r#"
        set
        ---
        set @name = expression

        Assign a value to a variable.
    "#]],
    );
}

#[test]
fn format_patterns() {
    check(
        "%%=FormatDate(Now(), 'dddd, MMMM d$0')=%%",
        &expect![[r#"
        'dddd, MMMM d'
        ---
        Prints Tuesday, 7 May 2024 as `Tuesday, May 7`, in English.
    "#]],
    );
    check(
        "%%=FormatNumber(5, '#,##0.00$0')=%%",
        &expect![[r#"
        '#,##0.00'
        ---
        Prints 1234.5 as `1,234.50`, in English.
    "#]],
    );
    let text = |markup: &str| hover_in(markup).unwrap().1.text.plain();
    assert_eq!(text("%%=Format(5, \"N2$0\")=%%"), "Prints 1234.5 as `1,234.50`, in English.");
    let moment = "Prints Tuesday, 7 May 2024, 15:04:09 as `07/05`, in English.";
    assert_eq!(text("%%=Format(Now(), \"dd/M$0M\")=%%"), moment);
    assert_eq!(
        text("%%[ set @d = Now() ]%%%%=Format(@d, \"dd/M$0M\", \"\", \"en-US\")=%%"),
        moment.replace("English", "en-US")
    );
    assert_eq!(text("%%=Format(@x, \"dd/M$0M\", \"Date\")=%%"), moment);
    for unsure in [
        "%%=Format(@x, 'dd/M$0M')=%%",
        "%%=Format(Now(), 'd$0', 'Date')=%%",
        "%%=Format(Now(), 'N2$0')=%%",
        "%%=Format(5, 'N2$0', '', 'de-DE')=%%",
    ] {
        check_none(unsure);
    }
    check_none("%%=FormatDate(Now(), 'yyyy-mm$0-dd')=%%");
    check_none("%%=v('yyyy$0')=%%");
}

#[test]
fn format_patterns_of_another_language() {
    check_none("%%=FormatDate(Now(), \"MMMM$0\", \"\", \"de-DE\")=%%");
    check_none("%%=FormatNumber(5, \"#,#$0#0.00\", @locale)=%%");
    let text = |markup: &str| hover_in(markup).unwrap().1.text.plain();
    assert_eq!(text("%%=FormatNumber(5, \"#,#$0#0.00\", \"en-gb\")=%%"), "Prints 1234.5 as `1,234.50`, in en-GB.");
    assert_eq!(text("%%=FormatDate(Now(), \"MMMM$0\", \"\")=%%"), "Prints Tuesday, 7 May 2024 as `May`, in English.");
}

#[test]
fn ends_where_something_is_wrong() {
    for (markup, head) in [
        ("%%[ for @i = 1 to 2 do if @a then ne$0xt @i endif ]%%", "for @i = 1 to 2 do if @a then next @i endif"),
        ("%%[ if @a then ]%%x%%[ el$0se ]%%y%%[ else ]%%z%%[ endif ]%%", "if @a then"),
    ] {
        let text = hover_in(markup).unwrap().1.text.plain();
        assert!(text.ends_with(&format!("Belongs to line 1: `{head}`")), "{text}");
    }
}

#[test]
fn addresses() {
    check(
        "%%=RedirectTo('https://a.example/b%20c/d?utm_source=caf%C3%A9+x&empty=&flag#part$0')=%%",
        &expect![[r#"
            'https://a.example/b%20c/d?utm_source=caf%C3%A9+x&empty=&flag#part'
            ---
            Web address at `a.example`.

            Path: `/b c/d`

            Parameters: `utm_source` = `café x`, `empty` is empty, `flag`

            Fragment: `part`
        "#]],
    );
    check(
        "%%[ set @a = \"HTTP://a.ex$0ample\" ]%%",
        &expect![[r#"
        "HTTP://a.example"
        ---
        Web address at `a.example`, not encrypted.
    "#]],
    );
    // What cannot be read stays as it is written.
    check(
        "%%[ set @a = 'https://a.example/%zz?x=%FF&y=%0A&z=%4$0' ]%%",
        &expect![[r#"
        'https://a.example/%zz?x=%FF&y=%0A&z=%4'
        ---
        Web address at `a.example`.

        Path: `/%zz`

        Parameters: `x` = `%FF`, `y` = `%0A`, `z` = `%4`
    "#]],
    );
    check(
        "<a href=\"https://a.example/b?c=1&amp;d$0=2\">",
        &expect![[r#"
            https://a.example/b?c=1&amp;d=2
            ---
            Web address at `a.example`.

            Path: `/b`

            Parameters: `c` = `1`, `d` = `2`
        "#]],
    );
    check_none("<a href=\"https://a.example/%%=v(@a)=%%/$0\">");
    check_none("<a title=\"https://a.ex$0ample\">https://a.example</a>");
    check_none("%%=Concat('https$0://', @host)=%%");
    check_none("%%[ set @a = 'see https://a.ex$0ample' ]%%");
    check_none("%%[ set @a = 'https://a.ex$0ample");
    check_none("%%[ /* 'https://a.ex$0ample' */ ]%%");
}

#[test]
fn numbers_of_contents() {
    let said = |text: &str| {
        let (host, file) = crate::testing::host(text);
        let at = crate::testing::size(text.find("12").unwrap());
        hover(&host.snapshot(), file, at).map(|hover| (text[hover.range].to_owned(), hover.text.plain()))
    };
    let content = "Number of a content. Files do not keep these numbers: only Marketing Cloud knows which it is.";
    assert_eq!(said("%%=ContentBlockById('a12')=%%").unwrap().1, content);
    assert_eq!(said("%%=ContentBlockById(12, 'x')=%%"), Some(("12".to_owned(), content.to_owned())));
    assert!(said("%%=ContentImageByID(12").unwrap().1.contains("an image"));
    assert_eq!(said("%%=ContentImageByID(3, 12)=%%"), None);
    assert_eq!(said("%%=ContentBlockByKey(12)=%%"), None);
    assert_eq!(said("%%=ContentBlockById(Add(12, 1))=%%"), None);
}

#[test]
fn markdown() {
    let (_, hover) = hover_in("%%[ set @$0a = 'x```y*' ]%%").unwrap();
    expect![[r#"
        ````ampscript
        @a: string = "x```y*"
        ````

        Set in line 1.

        Writes: 1, reads: 0."#]]
    .assert_eq(&hover.text.markdown());
}

#[test]
fn a_cut_region_is_one() {
    let mut text = "%%[\n".to_owned();
    for n in 0..2000 {
        text.push_str(&format!("set @v{n} = Concat('a', @v{})\n", n / 2));
    }
    text.push_str("]%%");
    let mut host = Host::default();
    let file = host.set_text(Path::new("/a.html"), text.clone(), FileKind::Page);
    let snapshot = host.snapshot();
    assert!(snapshot.page(file).unwrap().chunks(snapshot.db()).len() > 1);
    for (at, _) in text.match_indices("set") {
        let found = hover(&snapshot, file, TextSize::try_from(at).unwrap()).unwrap();
        assert_eq!(&text[found.range], "set");
    }
}

#[test]
fn what_a_text_sets_that_runs_as_code() {
    let (_, found) = hover_in("%%[ set @x = 'a' ]%%%%=TreatAsContent(\"%%[set @x = 5]%%\")=%%\n%%=v(@$0x)=%%").unwrap();
    assert!(found.text.plain().contains("Writes: 2, reads: 1."), "{}", found.text.plain());
}
