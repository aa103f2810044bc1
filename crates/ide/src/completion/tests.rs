use std::{fmt::Write, path::Path};

use expect_test::{Expect, expect};
use sfmc_db::{FileKind, Host};
use sfmc_test_support::extract_cursor;

use super::*;

const SNIPPETS: CompletionOptions = CompletionOptions { snippets: true };

fn ask(text: &str, options: CompletionOptions) -> (String, Option<Completions>) {
    let (text, at) = extract_cursor(text);
    let mut host = Host::default();
    let file = host.set_text(Path::new("/a.html"), text.clone(), FileKind::Page);
    let found = completions(&host.snapshot(), file, TextSize::try_from(at).unwrap(), options, None);
    if let Some(found) = &found {
        assert!(found.replace.contains_inclusive(TextSize::try_from(at).unwrap()));
    }
    (text, found)
}

/// The labels of the first.
fn labels(text: &str, count: usize) -> String {
    let (_, found) = ask(text, SNIPPETS);
    let Some(found) = found else { return "nothing".to_owned() };
    found.items.iter().take(count).map(|item| item.label.as_str()).collect::<Vec<_>>().join(" ")
}

fn has(text: &str, label: &str) -> bool {
    ask(text, SNIPPETS).1.is_some_and(|found| found.items.iter().any(|item| item.label == label))
}

/// The text after the proposal with this label was taken.
fn taken(text: &str, label: &str, options: CompletionOptions) -> String {
    let (text, found) = ask(text, options);
    let found = found.expect("completions");
    let item = found.items.iter().find(|item| item.label == label).expect("the label");
    let insert = item.snippet.as_ref().or(item.insert.as_ref()).unwrap_or(&item.label);
    let mut text = text;
    text.replace_range(std::ops::Range::<usize>::from(found.replace), insert);
    text
}

fn check(text: &str, count: usize, expected: &Expect) {
    let (text, found) = ask(text, SNIPPETS);
    let found = found.expect("completions");
    let mut out = format!("{:?}\n", &text[found.replace]);
    for item in found.items.iter().take(count) {
        let detail = item.detail.as_deref().map(|detail| format!(" // {detail}")).unwrap_or_default();
        let insert =
            item.snippet.as_ref().or(item.insert.as_ref()).map(|text| format!(" => {text:?}")).unwrap_or_default();
        writeln!(out, "{:?} {}{insert}{detail}", item.kind, item.label).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn functions_that_the_page_uses() {
    check(
        "%%[ set @a = Lookup('d', 'c', 'k', 1) set @b = $0 ]%%",
        2,
        &expect![[r#"
        ""
        Function Lookup => "Lookup(${1:dataObject}, ${2:returnColumn}, ${3:searchColumn}, ${4:searchValue})$0" // Lookup(dataObject: string, returnColumn: string, searchColumn: string, searchValue: string or number, …) → string
        Variable @a // string
    "#]],
    );
    assert_eq!(labels("%%=$0=%%", 1), "v");
    assert_eq!(labels("%%[ set @rowCount = $0 ]%%", 1), "RowCount");
    assert_eq!(labels("%%=RowCount($0)=%%", 2), "LookupRows LookupOrderedRows");
    assert!(!has("%%[ /* sfmc-context: email */ set @a = $0 ]%%", "CreateObject"));
    assert!(has("%%[ /* sfmc-context: cloudpage */ set @a = $0 ]%%", "CreateObject"));
    assert!(!has("%%[ set @a = $0 ]%%", "UpsertMSCRMRecord"));
}

#[test]
fn what_is_replaced() {
    assert_eq!(taken("%%=Loo$0kup=%%", "Lookup", CompletionOptions::default()), "%%=Lookup=%%");
    assert_eq!(taken("%%=Loo$0kup('d')=%%", "LookupRows", SNIPPETS), "%%=LookupRows('d')=%%");
    assert_eq!(
        taken("%%=Loo$0=%%", "Lookup", SNIPPETS),
        "%%=Lookup(${1:dataObject}, ${2:returnColumn}, ${3:searchColumn}, ${4:searchValue})$0=%%"
    );
    assert_eq!(taken("%%=GU$0=%%", "GUID", SNIPPETS), "%%=GUID()$0=%%");
    assert_eq!(
        taken("%%[ set @first = 1 ]%%%%=v(@f$0oo)=%%", "@first", SNIPPETS),
        "%%[ set @first = 1 ]%%%%=v(@first)=%%"
    );
    assert_eq!(
        taken("%%[ set @first = 1 ]%%%%=v(@$0)=%%", "@first", SNIPPETS),
        "%%[ set @first = 1 ]%%%%=v(@first)=%%"
    );
    assert_eq!(
        taken("%%=Lookup('a', 'b')=%% %%=Lookup('$0x', 'b')=%%", "a", SNIPPETS),
        "%%=Lookup('a', 'b')=%% %%=Lookup('a', 'b')=%%"
    );
}

/// What stands behind the place is not written a second time.
#[test]
fn what_stands_behind_stays_single() {
    assert_eq!(taken("%%=Loo$0kup ('d')=%%", "LookupRows", SNIPPETS), "%%=LookupRows ('d')=%%");
    assert_eq!(taken("%%=Loo$0kup()=%%", "LookupRows", SNIPPETS), "%%=LookupRows()=%%");
    assert_eq!(taken("%%=Msg(0).No$0 (1)=%%", "Noun", SNIPPETS), "%%=Msg(0).Noun (1)=%%");
    // Nothing of what is called is written yet.
    assert_eq!(
        taken("%%[ set @a = $0 (1) ]%%", "Uppercase", SNIPPETS),
        "%%[ set @a = Uppercase(${1:sourceString})$0 (1) ]%%"
    );
    let head = "%%[ for @row = 1 to 2 do";
    assert_eq!(taken(&format!("{head} n$0ext @row ]%%"), "next", SNIPPETS), format!("{head} next @row ]%%"));
    assert_eq!(
        taken(&format!("{head} $0\nset @a = 1 ]%%"), "next", SNIPPETS),
        format!("{head} next @row\nset @a = 1 ]%%")
    );
    assert!(!has("%%=DateAdd(Now(), 1, $0\"Y\")=%%", "\"Y\"") && !has("%%=DateAdd(Now(), 1, d$0'Y')=%%", "'D'"));
    assert_eq!(taken("%%=DateAdd(Now(), 1, '$0Y')=%%", "MI", SNIPPETS), "%%=DateAdd(Now(), 1, 'MI')=%%");
    assert_eq!(taken("%%=v([Em$0ail])=%%%%Points%%", "Points", SNIPPETS), "%%=v([Points])=%%%%Points%%");
}

/// What a client replaces that leaves what stands behind the place.
#[test]
fn what_is_inserted() {
    let inserted = |markup: &str| {
        let (text, found) = ask(markup, SNIPPETS);
        let found = found.unwrap();
        assert_eq!(found.only, found.replace, "{markup}");
        (text[found.insert].to_owned(), text[found.replace].to_owned())
    };
    let pair = |insert: &str, replace: &str| (insert.to_owned(), replace.to_owned());
    assert_eq!(inserted("%%=Loo$0kup('d')=%%"), pair("Loo", "Lookup"));
    assert_eq!(inserted("%%[ set @first = 1 ]%%%%=v(@f$0oo)=%%"), pair("@f", "@foo"));
    assert_eq!(inserted("%%=DateAdd(Now(), 1, '$0Y')=%%"), pair("", "Y"));
    assert_eq!(inserted("<p>%%em$0ail%%</p>"), pair("em", "email"));
    assert_eq!(inserted("<p>%%First N$0ame%%</p>"), pair("First N", "First Name"));
    assert_eq!(inserted("<p>%%em$0ail</p>"), pair("em", "em"));
}

#[test]
fn variables() {
    let text = "%%[ var @unset set @rows = LookupRows('d','c',1) set @name = 'x' ";
    assert_eq!(labels(&format!("{text}set @n = RowCount(@$0) ]%%"), 1), "@rows");
    assert_eq!(labels(&format!("{text}set @$0 ]%%"), 1), "@unset");
    assert_eq!(labels(&format!("{text}set $0 ]%%"), 1), "@unset");
    assert_eq!(labels(&format!("{text}]%%<b>Name: %%=v(@$0)=%%"), 1), "@name");
    assert_eq!(labels(&format!("{text}set @email = 1 InsertDE('d', 'Name', $0) ]%%"), 1), "@name");
    assert_eq!(labels("%%[ for @k = 1 to 3 do set @a = @k next @$0 ]%%", 1), "@k");
    // What came next the last time.
    let branch = "set @a = 1 set @b = 2 set @c = 3";
    assert_eq!(labels(&format!("%%[ if @x then {branch} else set @a = 1 set @$0 endif ]%%"), 1), "@b");
    assert_eq!(labels("%%[ if @@$0 ]%%", 1), "@@ExecCtx");
    // A region that nobody has closed yet.
    assert_eq!(labels("%%[ set @first = 1\nset @b = @f$0", 1), "@first");
    assert_eq!(labels("%%=HTTPGet('u', 1, 2, $0)=%%%%[ set @status = 1 ]%%", 1), "@status");
}

#[test]
fn keywords() {
    assert_eq!(labels("%%[ if @a == 1 $0 ]%%", 1), "then");
    assert_eq!(labels("%%[ for @i = 1 $0 ]%%", 2), "to downto");
    assert_eq!(labels("%%[ for @i = 1 to 5 $0 ]%%", 1), "do");
    // Behind a call, too.
    assert_eq!(labels("%%[ if not Empty(@a) $0 ]%%", 1), "then");
    assert_eq!(labels("%%[ if (@a == Trim(@b)) t$0hen endif ]%%", 1), "then");
    assert_eq!(labels("%%[ for @i = RowCount(@a) $0 ]%%", 2), "to downto");
    assert_eq!(labels("%%[ for @i = 1 to RowCount(@a) $0 ]%%", 1), "do");
    assert!(has("%%[ set @a = Trim(@b) $0 ]%%", "set") && !has("%%[ set @a = Trim(@b) $0 ]%%", "then"));
    assert!(has("%%[ Trim(@b) $0 ]%%", "set") && has("%%[ (@a) $0 ]%%", "set"));
    assert_eq!(labels("%%[ if @a then ]%%x%%[ $0 ]%%", 3), "endif set else");
    assert_eq!(labels("%%[ if @a then for @i = 1 to 2 do $0 ]%%", 1), "next");
    assert!(!has("%%[ $0 ]%%", "endif") && !has("%%[ $0 ]%%", "then"));
    assert!(!has("%%=$0=%%", "set") && !has("%%=v(@a)$0=%%", "set"));
    assert!(!has("%%[ if @a then else $0 ]%%", "else"));
    assert!(has("%%[ set @a = 1 $0 ]%%", "set") && has("%%[ var @a $0 ]%%", "set"));
    assert_eq!(
        taken("%%[\n$0\n]%%", "for", SNIPPETS),
        "%%[\nfor @${1:i} = ${2:1} to ${3:last} do\n\t$0\nnext @${1:i}\n]%%"
    );
    assert_eq!(taken("%%[\n$0\n]%%", "if", SNIPPETS), "%%[\nif ${1:condition} then\n\t$0\nendif\n]%%");
    assert_eq!(
        taken("%%[\n  $0\n  set @a = 1\n]%%", "if", SNIPPETS),
        "%%[\n  if ${1:condition} then\n\t$0\nendif\n  set @a = 1\n]%%"
    );
    assert_eq!(taken("%%[ i$0 @a then ]%%", "if", SNIPPETS), "%%[ if @a then ]%%");
    assert_eq!(taken("%%[\n$0\n]%%", "if", CompletionOptions::default()), "%%[\nif\n]%%");
    assert_eq!(taken("%%[ for @row = 1 to 2 do n$0 ]%%", "next", SNIPPETS), "%%[ for @row = 1 to 2 do next @row ]%%");
}

#[test]
fn strings() {
    check(
        "%%=DateAdd(Now(), 1, '$0')=%%",
        9,
        &expect![[r#"
        ""
        Value Y
        Value M
        Value D
        Value H
        Value MI
    "#]],
    );
    check(
        "%%=FormatDate(Now(), '$0')=%%",
        3,
        &expect![[r#"
        ""
        Value yyyy-MM-dd // 2024-05-07
        Value MM/dd/yyyy // 05/07/2024
        Value dd/MM/yyyy // 07/05/2024
    "#]],
    );
    check(
        "%%[ set @a = Lookup('Orders', 'Total', 'Id', 1)\nset @b = Lookup('People', 'Name', 'Key', 1)\nset @c = Lookup('People', '$0') ]%%",
        9,
        &expect![[r#"
            ""
            Value Key // People
            Value Name // People
            Value Id // Orders
            Value Total // Orders
        "#]],
    );
    check(
        "%%[ set @a = Lookup('It''s', 'Total', 'Id', 1)\nset @c = LookupRows('$0 ]%%",
        9,
        &expect![[r#"
        ""
        Value It's => "It''s" // used in this page
    "#]],
    );
    assert_eq!(labels("%%=Concat('$0')=%%", 9), "nothing");
    assert_eq!(labels("%%=v('a, $0b')=%%", 9), "nothing");
}

#[test]
fn attributes() {
    check(
        "%%[ set @a = [Shoe Size] ]%%%%Club%% %%=AttributeValue('$0')=%%",
        3,
        &expect![[r#"
            ""
            Attribute Club // attribute of this page
            Attribute Shoe Size // attribute of this page
            Attribute member_busname // Company name of the business unit.
        "#]],
    );
    check(
        "%%[ set @a = [Shoe Size] set @b = [$0] ]%%",
        1,
        &expect![[r#"
        ""
        Attribute Shoe Size // attribute of this page
    "#]],
    );
    check(
        "<p>%%Club%% %%em$0 x</p>",
        1,
        &expect![[r#"
        "em"
        Attribute Club => "Club%%" // attribute of this page
    "#]],
    );
    assert_eq!(taken("<p>%%em$0</p>", "emailaddr", SNIPPETS), "<p>%%emailaddr%%</p>");
    assert_eq!(taken("<p>%%em$0ail%%</p>", "emailaddr", SNIPPETS), "<p>%%emailaddr%%</p>");
    assert_eq!(taken("<p>%%$0</p>", "emailaddr", SNIPPETS), "<p>%%emailaddr%%</p>");
    assert_eq!(taken("<p>%%$0%%</p>", "emailaddr", SNIPPETS), "<p>%%emailaddr%%</p>");
    assert_eq!(taken("<p>%%$0</p>", "=v(@…)=%%", SNIPPETS), "<p>%%=v(@$1)=%%$0</p>");
    // Names with blanks in them.
    let page = "%%[Shoe Size]%%";
    assert_eq!(taken(&format!("{page} %%First $0Name%%"), "emailaddr", SNIPPETS), format!("{page} %%emailaddr%%"));
    assert_eq!(taken(&format!("{page} %%[First N$0ame]%%"), "emailaddr", SNIPPETS), format!("{page} %%[emailaddr]%%"));
    assert_eq!(taken("%%Fir$0st Name%%", "emailaddr", SNIPPETS), "%%emailaddr%%");
    // A name that is begun in front of text and of another one.
    assert_eq!(taken("%%em$0 dear friend%%Points%%", "emailaddr", SNIPPETS), "%%emailaddr%% dear friend%%Points%%");
    assert_eq!(labels("%%First Name%%$0", 1), "nothing");
    assert_eq!(labels("%%First Name%$0%", 1), "nothing");
}

#[test]
fn what_makes_no_sense_is_not_first() {
    assert_eq!(labels("%%[ set @x = $0 ]%%", 1), "Field", "not itself");
    assert_eq!(labels("%%[ var @a, $0 ]%%", 9), "nothing");
    assert_eq!(labels("%%[ var @a, @$0 set @b = 1 ]%%", 9), "@b");
    assert_eq!(labels("%%[ set @b = 1 if @a == $0 ]%%", 1), "@b");
    let rows = "%%[ set @rows = LookupRows('d', 'k', 1) ";
    assert_eq!(labels(&format!("{rows} for @i = 1 to $0 do next @i ]%%"), 1), "RowCount");
    for text in ["%%=RequestParameter($0)=%%", "%%=v($0)=%%", "%%=Concat(StringToDate($0))=%%"] {
        assert_eq!(labels(text, 1), "Concat", "not again what is being called: {text}");
    }
    assert_eq!(labels("%%=Trim(Lowercase(@a))=%%%%=Trim($0)=%%", 2), "@a Lowercase");
    // No statement can begin there.
    for text in
        ["%%[ if @a == 'x' $0 ]%%", "%%=IIf(Empty(@x)$0, 1, 2)=%%", "%%=v(@a) $0=%%", "%%[ for @i = 1 to 2 $0 ]%%"]
    {
        assert!(!has(text, "InsertDE") && !has(text, "Empty"), "{text}");
    }
    assert!(has("%%[ set @a = 1 Ins$0 ]%%", "InsertDE") && has("%%[ var @a $0 ]%%", "InsertDE"));
    assert_eq!(labels("<p>%%$0%%</p>", 2), "member_busname member_addr");
}

#[test]
fn values_without_quotation_marks() {
    assert_eq!(labels("%%=DateAdd(Now(), 1, $0)=%%", 2), "\"Y\" \"M\"");
    assert_eq!(taken("%%=DateAdd('2024', 1, d$0)=%%", "'D'", SNIPPETS), "%%=DateAdd('2024', 1, 'D')=%%");
    assert!(!has("%%=DateAdd(Now(), 1, Concat($0))=%%", "\"Y\"") && !has("%%=DateAdd($0)=%%", "\"Y\""));
    assert!(!has("%%=DateAdd(Now(), 1, (@a == $0))=%%", "\"Y\""));
}

#[test]
fn the_case_of_words() {
    assert_eq!(taken("%%[ if @a then ENDI$0 ]%%", "ENDIF", SNIPPETS), "%%[ if @a then ENDIF ]%%");
    assert_eq!(taken("%%[ IF @a THEN endi$0 ]%%", "endif", SNIPPETS), "%%[ IF @a THEN endif ]%%");
    assert_eq!(taken("%%[ IF @a THEN $0 ]%%", "ENDIF", SNIPPETS), "%%[ IF @a THEN ENDIF ]%%");
    assert_eq!(taken("%%[ FOR @i = 1 TO 3 DO N$0 ]%%", "NEXT", SNIPPETS), "%%[ FOR @i = 1 TO 3 DO NEXT @i ]%%");
    assert_eq!(
        taken("%%[ SET @a = 1\nI$0\n]%%", "IF", SNIPPETS),
        "%%[ SET @a = 1\nIF ${1:condition} THEN\n\t$0\nENDIF\n]%%"
    );
}

#[test]
fn members_of_the_message() {
    check(
        "%%=Msg(0).$0=%%",
        9,
        &expect![[r#"
            ""
            Member Verb // Verb() → string
            Member Nouns // Nouns() → string
            Member Noun => "Noun(${1:position})$0" // Noun(position: number) → string
        "#]],
    );
    assert_eq!(labels("%%[ set @a = MSG( 0 ) . no$0 ]%%", 9), "Verb Nouns Noun");
    assert_eq!(labels("%%[ /* sfmc-context: sms */ if Msg(0).$0 == 'x' then ]%%", 9), "Verb Nouns Noun");
    assert_eq!(labels("%%[ /* sfmc-context: sms */ if Msg(0).$0", 9), "Verb Nouns Noun");
    assert_eq!(taken("%%=Msg(0).V$0erb=%%", "Nouns", SNIPPETS), "%%=Msg(0).Nouns=%%");
    assert_eq!(taken("%%=Msg(0).$0(1)=%%", "Noun", SNIPPETS), "%%=Msg(0).Noun(1)=%%");
    // Nothing has them but the message, and only text messages have that.
    assert_eq!(labels("%%=Trim(0).$0=%%", 9), "nothing");
    assert_eq!(labels("%%=@a.$0=%%", 9), "nothing");
    assert_eq!(labels("%%=Msg(0)).$0=%%", 9), "nothing");
    assert_eq!(labels("%%=1.$0=%%", 9), "nothing");
    assert_eq!(labels("%%[ /* sfmc-context: email */ set @a = Msg(0).$0 ]%%", 9), "nothing");
    assert_eq!(taken("%%[ set @a = [MSG$0] ]%%", "MSG(0).NOUN(0)", SNIPPETS), "%%[ set @a = [MSG(0).NOUN(0)] ]%%");
    assert_eq!(taken("hi %%MSG(0).$0", "MSG(0).VERB", SNIPPETS), "hi %%MSG(0).VERB%%");
}

#[test]
fn nothing_in_text_and_comments() {
    for text in [
        "$0",
        "<p>$0</p>",
        "a%$0",
        "100% $0",
        "%%[ /* set @a = $0 */ ]%%",
        "%%[ // set $0\n ]%%",
        "%%[ set @a = 12$0 ]%%",
        "%%=v(@a)=%%$0",
        "%%[ set @a = 1 ]%%$0",
        "%%[ set @a $0 ]%%",
        "%%jobid%%$0",
        "%%jobid%%x$0",
        "%$0%[ ]%%",
        "<script runat=server>var a = $0</script>",
    ] {
        assert_eq!(labels(text, 3), "nothing", "{text}");
    }
}

#[test]
fn where_the_region_is_cut_does_not_matter() {
    let line = |n: usize| format!("set @v{n} = Concat('a', @v{})\n", n / 2);
    let mut text = "%%[\n".to_owned();
    for n in 0..1500 {
        text.push_str(&line(n));
    }
    text.push_str("]%%");
    let mut host = Host::default();
    let file = host.set_text(Path::new("/a.html"), text.clone(), FileKind::Page);
    assert!(host.page(file).unwrap().chunks(host.db()).len() > 1);
    for (at, _) in text.match_indices("set").step_by(7) {
        // The end of the line before: code that goes on there is seen, and ends there.
        let found = completions(&host.snapshot(), file, TextSize::try_from(at).unwrap(), SNIPPETS, None).unwrap();
        assert!(found.items.iter().any(|item| item.label == "set"), "{at}");
        assert!(found.items.iter().any(|item| item.label == "Redirect"), "{at}");
        let found = completions(&host.snapshot(), file, TextSize::try_from(at + 3).unwrap(), SNIPPETS, None).unwrap();
        assert_eq!(&text[found.replace], "set");
    }
}

#[test]
fn headers_of_blocks() {
    assert_eq!(labels("%%[[type=$0]%%", 9), "Load Post");
    assert_eq!(labels("%%[[ TYPE = p$0;name=x] set @a = 1 ]%%", 9), "Load Post");
    assert_eq!(labels("%%[[type=post;$0] set @a = 1 ]%%", 9), "type= name=");
    assert_eq!(labels("%%[[type=post;$0name=x] set @a = 1 ]%%", 9), "type name");
    assert_eq!(labels("%%[[type=post;name=$0] set @a = 1 ]%%", 9), "nothing");
    assert!(has("%%[[type=post]$0 ]%%", "set"));
}

#[test]
fn parts_of_patterns() {
    let parts = |markup: &str, label: &str| taken(markup, label, SNIPPETS);
    assert_eq!(parts("%%=FormatDate(Now(), 'MM/$0dd')=%%", "dddd"), "%%=FormatDate(Now(), 'MM/dddd')=%%");
    assert_eq!(parts("%%=FormatDate(Now(), 'MM/d$0d')=%%", "d"), "%%=FormatDate(Now(), 'MM/d')=%%");
    assert_eq!(parts("%%=FormatDate(Now(), 'dddd, $0')=%%", "MMM"), "%%=FormatDate(Now(), 'dddd, MMM')=%%");
    assert_eq!(parts("%%=FormatDate(Now(), 'x', 'H:m$0')=%%", "mm"), "%%=FormatDate(Now(), 'x', 'H:mm')=%%");
    assert!(!has("%%=FormatDate(Now(), 'x', 'HH:m$0')=%%", "MMMM"));
    assert!(has("%%=Format(12, '$0')=%%", "N2"));
}

#[test]
fn attributes_right_behind_the_delimiter() {
    assert_eq!(taken("%%[First Name]%% %%[Fi$0", "First Name", SNIPPETS), "%%[First Name]%% %%[First Name]%%");
    assert_eq!(taken("%%[First Name]%% %%[Fi$0]%%", "First Name", SNIPPETS), "%%[First Name]%% %%[First Name]%%");
    assert!(!has("%%[First Name]%% %%[ set @a = 1 Fi$0 ]%%", "First Name"));
    assert_eq!(
        taken("%%[First Name]%% %%[ First N$0 ]%%", "First Name", SNIPPETS),
        "%%[First Name]%% %%[ First Name ]%%"
    );
    assert_eq!(
        taken("%%[First Name]%% %%[ First N$0ame ]%%", "First Name", SNIPPETS),
        "%%[First Name]%% %%[ First Name ]%%"
    );
    assert!(!has("%%[First Name]%% %%[ Last N$0 ]%%", "First Name"));
}

#[test]
fn names_in_quotation_marks() {
    let page = "%%=Lookup(\"Stores\", \"City\", \"Id\", 1)=%%%%=ContentBlockByKey(\"head\")=%%";
    assert!(has(&format!("{page}%%=Lookup($0)=%%"), "\"Stores\""));
    assert!(has(&format!("{page}%%=ContentBlockByKey($0)=%%"), "\"head\""));
    assert!(!has(&format!("{page}%%=ContentBlockByKey($0\"x\")=%%"), "\"head\""));
    assert!(!has(&format!("{page}%%=Concat($0)=%%"), "\"head\""));
}

#[test]
fn a_number_is_wanted() {
    let first = labels("%%[ set @rows = LookupRows('d', 'a', 1) set @row = Row(@rows, $0) ]%%", 3);
    assert!(!first.contains("Now") && !first.contains("@rows"), "{first}");
    assert_eq!(labels("%%=Substring('abc', $0)=%%", 3), "RowCount Length IndexOf");
    assert_eq!(labels("%%=Add($0, 2)=%%", 3), "RowCount Length IndexOf");
    assert!(labels("%%=Substring($0, 2)=%%", 3).starts_with("Concat"));
}

#[test]
fn what_the_parser_would_refuse() {
    assert!(!has("%%[ if @a == $0 then endif ]%%", "not"));
    assert!(has("%%[ if @a == 1 and $0 then endif ]%%", "not"));
    assert!(!has("%%[ for @k = 1 to 2 do next $0 ]%%", "next @k"));
}

#[test]
fn what_the_workspace_names() {
    let mut project = crate::workspace::testing::Project::new(&[
        ("block/header", "%%=Lookup('Stores', 'City', 'Id', 1)=%% %%Points%% %%[Loyalty Rank]%%"),
        ("block/vars", "%%[ set @fromBlock = 1 ]%%"),
        // No part of others.
        ("message/mail.asset-message-meta", ""),
        ("cloudpage/page.asset-cloudpage-meta", ""),
        ("block/menu", "%%=Lookup('Stores', 'Zip', 'Id', 1)=%%%%=Lookup('Other', 'Street', 'Id', 1)=%%"),
    ]);
    let mut labels = |markup: &str| -> Vec<String> {
        let at = markup.find("$0").unwrap();
        let file = project.open("message/new", &markup.replace("$0", ""));
        let offset = TextSize::try_from(at).unwrap();
        let workspace = Some(&project.workspace);
        let found = completions(&project.snapshot(), file, offset, CompletionOptions::default(), workspace);
        found.map_or_else(Vec::new, |found| {
            found.items.into_iter().map(|item| item.insert.unwrap_or(item.label)).collect()
        })
    };
    assert_eq!(labels("%%=ContentBlockByKey('$0')=%%"), ["header", "menu", "vars"]);
    assert_eq!(
        labels("%%=ContentBlockByName('$0')=%%"),
        ["header", "menu", "vars"].map(|name| format!("Content Builder\\Shop\\The {name}"))
    );
    assert_eq!(labels("%%=Lookup('$0')=%%"), ["Stores", "Other"]);
    // Columns of the same data extension first.
    assert_eq!(labels("%%=Lookup('stores', '$0')=%%"), ["Id", "City", "Zip", "Street"]);
    assert_eq!(labels("%%=AttributeValue('$0')=%%")[..2], ["Loyalty Rank", "Points"]);
    assert!(labels("%%[ set @a = $0 ]%%").contains(&"[Loyalty Rank]".to_owned()));
    let with_block = labels("%%=ContentBlockByKey('vars')=%%%%[ set @own = 1 ]%%%%=v(@$0)=%%");
    assert_eq!(with_block[0], "@own");
    assert!(with_block.contains(&"@fromBlock".to_owned()), "{with_block:?}");
    assert!(labels("%%$0").contains(&"Points%%".to_owned()));
    assert!(labels("%%$0").contains(&"[Loyalty Rank]%%".to_owned()), "a name of two words");
}

/// Nothing but a number has a sign, and nothing but a function stands before parentheses.
#[test]
fn what_stands_around_a_value() {
    let labels = |markup: &str| -> Vec<String> {
        let (host, file, at, _) = crate::testing::with_cursor(markup);
        let found = completions(&host.snapshot(), file, at, CompletionOptions::default(), None);
        found.map(|found| found.items.into_iter().map(|item| item.label).collect()).unwrap_or_default()
    };
    for markup in ["%%[ set @x = -$0 ]%%", "%%=Add(-$0, 1)=%%", "%%[ set @x = - a$0 ]%%"] {
        assert_eq!(labels(markup), [""; 0], "{markup}");
    }
    for markup in ["%%[ set @x = $0 ]%%", "%%[ set @x = @y - $0 ]%%", "%%=Add(1, $0)=%%"] {
        assert!(labels(markup).iter().any(|label| label == "Lookup"), "{markup}");
    }
    let called = labels("%%=lookup$0('a')=%%");
    assert!(called.iter().any(|label| label == "Lookup"));
    assert!(
        !called.iter().any(|label| ["true", "false", "emailaddr"].contains(&&**label) || label.starts_with("@@")),
        "{called:?}"
    );
    let free = labels("%%=l$0=%%");
    assert!(free.iter().any(|label| label == "true") && free.iter().any(|label| label == "@@ExecCtx"));
}

/// Ends are written as what they end, also in a block of their own.
#[test]
fn the_case_of_ends() {
    let labels = |markup: &str| -> Vec<String> {
        let (host, file, at, _) = crate::testing::with_cursor(markup);
        let found = completions(&host.snapshot(), file, at, CompletionOptions::default(), None);
        found.map(|found| found.items.into_iter().map(|item| item.label).collect()).unwrap_or_default()
    };
    for (markup, end) in [
        ("%%[ IF @a THEN ]%%x%%[ E$0", "ENDIF"),
        ("%%[ IF @a THEN ]%%x%%[ $0 ]%%", "ENDIF"),
        ("%%[ if @a then ]%%x%%[ $0 ]%%", "endif"),
        ("%%[ If @a Then ]%%x%%[ $0 ]%%", "Endif"),
        ("%%[ IF @a THEN ]%%x%%[ en$0 ]%%", "endif"),
        ("%%[ For @i = 1 To 2 Do $0 ]%%", "Next"),
    ] {
        assert!(labels(markup).iter().any(|label| label == end), "{markup}: {:?}", labels(markup));
    }
    let dates = labels("%%=Format(Now(), \"$0\")=%%");
    assert!(dates.iter().any(|label| label == "dd/MM/yyyy") && !dates.iter().any(|label| label == "N2"), "{dates:?}");
    let begun = labels("%%[ set @x = Format(DateAdd(@d, 1, 'D'), \"$0");
    assert!(begun.iter().any(|label| label == "HH:mm") && !begun.iter().any(|label| label == "N2"), "{begun:?}");
    let numbers = labels("%%=Format(5, \"$0\")=%%");
    assert!(numbers.iter().any(|label| label == "N2") && !numbers.iter().any(|label| label == "HH:mm"), "{numbers:?}");
}
