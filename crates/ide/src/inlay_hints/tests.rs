use expect_test::{Expect, expect};
use sfmc_catalog::ampscript::function;
use sfmc_syntax::{TextRange, TextSize};

use super::*;
use crate::testing::{far_apart, host, size};

const ALL: InlayHintOptions = InlayHintOptions { parameters: ParameterHints::All, ends: true, types: true };
const NONE: InlayHintOptions = InlayHintOptions { parameters: ParameterHints::None, ends: false, types: false };
const LITERALS: InlayHintOptions = InlayHintOptions { parameters: ParameterHints::Literals, ..NONE };
const ENDS: InlayHintOptions = InlayHintOptions { ends: true, ..NONE };
const TYPES: InlayHintOptions = InlayHintOptions { types: true, ..NONE };

fn hints(text: &str, options: InlayHintOptions) -> Vec<InlayHint> {
    let (host, file) = host(text);
    inlay_hints(&host.snapshot(), file, TextRange::up_to(size(text.len())), options)
}

/// The lines of a text that have hints, with these in them.
fn shown(text: &str, options: InlayHintOptions) -> String {
    let mut out = text.to_owned();
    for hint in hints(text, options).into_iter().rev() {
        out.insert_str(hint.at.into(), &format!("⟦{}⟧", hint.label));
    }
    out.lines().filter(|line| line.contains('⟦')).flat_map(|line| [line.trim_start(), "\n"]).collect()
}

#[track_caller]
fn check(text: &str, options: InlayHintOptions, expected: &Expect) {
    expected.assert_eq(&shown(text, options));
}

#[test]
fn literals_that_do_not_say_what_they_are() {
    check(
        "%%[ set @a = Lookup('Orders', 'Sum', 'Id', @id, 'Day', 1)
        set @rows = LookupOrderedRows('Orders', 20, 'Day desc', 'Id', 1)
        set @b = Substring(@text, 2, (3))
        set @d = Now(1)
        HTTPGet('https://a.example', false, 0, @status)
        set @e = FormatCurrency(1.5, 'en-US', 2)
        set @f = Field(Row(@rows, 1), 'Name', 0) ]%%
        😀%%=CreateSalesforceObject('Lead', 2, 'Name', 'é', 'Age', 3)=%%",
        LITERALS,
        &expect![[r#"
            %%[ set @a = Lookup('Orders', ⟦returnColumn:⟧'Sum', ⟦searchColumn:⟧'Id', @id, 'Day', 1)
            set @rows = LookupOrderedRows('Orders', ⟦numRows:⟧20, ⟦sortColumn:⟧'Day desc', ⟦searchColumn:⟧'Id', 1)
            set @b = Substring(@text, ⟦startPosition:⟧2, (3))
            set @d = Now(⟦persistFormat:⟧1)
            HTTPGet('https://a.example', ⟦continueOnError:⟧false, ⟦emptyContentHandling:⟧0, @status)
            set @e = FormatCurrency(1.5, 'en-US', ⟦decimalPlaces:⟧2)
            set @f = Field(Row(@rows, 1), 'Name', ⟦exceptionIfNotFound:⟧0) ]%%
            😀%%=CreateSalesforceObject('Lead', ⟦numFields:⟧2, ⟦fieldName:⟧'Name', 'é', 'Age', 3)=%%
        "#]],
    );
}

#[test]
fn what_is_evident_is_not_said() {
    for text in [
        "%%=Concat('a', 'b', 1)=%%",
        "%%=Add(1, 2)=%%",
        "%%=IIf(true, 'a', 'b')=%%",
        "%%=DateAdd(@d, 1, 'D')=%%",
        "%%=Uppercase('a')=%%",
        "%%=ContentBlockByKey('key')=%%",
        "%%=Row(@rows, 1)=%%%%=Field(@row, 'Name')=%%",
        "%%=FormatDate(@d, 'MM/dd/yyyy')=%%",
        "%%=Nobody(1, 2, 3)=%%",
        "Lookup('a', 'b', 'c', 1)",
    ] {
        assert_eq!(shown(text, LITERALS), "", "{text}");
    }
}

#[test]
fn any_argument_where_that_is_wanted() {
    check(
        "%%[ set @a = Lookup(@orders, @sum, [Id], @searchValue)
        set @b = Substring(@string, @from, @length)
        set @c = Lookup(@d, @return_column, SearchColumn, Uppercase(@x)) ]%%",
        InlayHintOptions { parameters: ParameterHints::All, ..NONE },
        &expect![[r#"
            %%[ set @a = Lookup(@orders, ⟦returnColumn:⟧@sum, ⟦searchColumn:⟧[Id], @searchValue)
            set @b = Substring(@string, ⟦startPosition:⟧@from, @length)
        "#]],
    );
}

#[test]
fn groups_behind_a_count() {
    check(
        "%%[ UpsertDE('D', 1, 'Id', 1, 'Name', 'a', 'Age', 2)
        UpsertDE('D', 2, 'Id', 1, 'Name', 'a', 'Age', 2)
        set @n = 2
        UpsertDE('D', @n, 'Id', 1, 'Name', 'a', 'Age', 2)
        UpsertDE('D', @other, 'Id', 1, 'Name', 'a', 'Age', 2)
        UpsertDE('D', -1, 'Id', 1, 'Name', 'a', 'Age', 2)
        InsertDE('D', 'Id', 1, 'Name', 2) ]%%",
        LITERALS,
        &expect![[r#"
            %%[ UpsertDE('D', ⟦columnValuePairs:⟧1, ⟦searchColumnName:⟧'Id', 1, ⟦columnToUpsert:⟧'Name', 'a', 'Age', 2)
            UpsertDE('D', ⟦columnValuePairs:⟧2, ⟦searchColumnName:⟧'Id', 1, 'Name', 'a', ⟦columnToUpsert:⟧'Age', 2)
            UpsertDE('D', @n, ⟦searchColumnName:⟧'Id', 1, 'Name', 'a', ⟦columnToUpsert:⟧'Age', 2)
            UpsertDE('D', @other, ⟦searchColumnName:⟧'Id', 1, 'Name', 'a', 'Age', 2)
            UpsertDE('D', ⟦columnValuePairs:⟧-1, ⟦searchColumnName:⟧'Id', 1, 'Name', 'a', 'Age', 2)
        "#]],
    );
}

#[test]
fn names_of_functions_are_those_of_the_catalog() {
    for name in arguments::PLAIN.iter().chain(&arguments::DISPUTED) {
        assert_eq!(function(name).map(|function| function.name), Some(*name));
    }
}

#[test]
fn code_that_is_being_written() {
    for text in ["%%[ set @a = Lookup('d', ", "%%[ set @a = Lookup('d', 'c' ]%%", "%%=Lookup(", "%%[ set @a ="] {
        shown(text, ALL);
    }
    check(
        "%%=Substring(@a, , 2)=%%%%=Substring(@a, 1, 2, 3, 4)=%%",
        LITERALS,
        &expect![[r#"
        %%=Substring(@a, , 2)=%%%%=Substring(@a, ⟦startPosition:⟧1, 2, 3, 4)=%%
    "#]],
    );
}

const LINES: &str = "\n\n\n\n\n\n\n\n\n\n";

#[test]
fn ends_of_what_is_far_above() {
    let text = format!(
        "%%[ if @a /* é */ ==\n 'x'  then ]%%{LINES}%%[ endif ]%%\n\
         %%[ for @i = 1 to RowCount(@rows) do ]%%{LINES}%%[ if @b then if @c then{LINES}end if else{LINES}ENDIF next @i ]%%\n\
         %%[ if @near then ]%%\n%%[ endif ]%%\n\
         %%[ if @said then ]%%{LINES}%%[ endif /* @said */ ]%%\n\
         %%[ if ]%%{LINES}%%[ endif ]%%\n\
         %%[ if @one == \"a long text, much longer than anybody reads 😀\" and @two == 2 then ]%%{LINES}%%[ endif\n/* x */ ]%%"
    );
    check(
        &text,
        ENDS,
        &expect![[r#"
        %%[ endif⟦if @a == 'x'⟧ ]%%
        end if⟦if @c⟧ else
        ENDIF⟦if @b⟧ next @i⟦for @i = 1 to RowCount(@rows)⟧ ]%%
        %%[ endif⟦if @one == "a long text, much longer tha…⟧
    "#]],
    );
    for hint in hints(&text, ENDS) {
        let target = &text[hint.target.unwrap()];
        let words: Vec<&str> = hint.label.split(' ').collect();
        assert!(target.starts_with(words[0]) && target.contains(words[1]), "{target}: {hint:?}");
    }
}

#[test]
fn ends_in_broken_structures() {
    let text = format!("%%[ endif if @a then for @i = 1 to 2 do{LINES}endif if @b then{LINES}next ]%%");
    check(
        &text,
        ENDS,
        &expect![[r#"
        endif⟦if @a⟧ if @b then
        next⟦if @b⟧ ]%%
    "#]],
    );
    let text = far_apart(&["%%[ if @a then ]%%", "%%[ else ]%%", "%%[ endif ]%%"]);
    check(
        &text,
        ENDS,
        &expect![[r#"
        %%[ endif⟦if @a⟧ ]%%
    "#]],
    );
}

#[test]
fn types() {
    check(
        "%%[ set @rows = LookupRows('Orders', 'Id', 1)
        set @row = Row(@rows, 1)
        set @count = RowCount(@rows)
        set @name = Lookup('Orders', 'Name', 'Id', 1)
        set @text = Concat('a', 'b') set @one = 1 set @yes = true set @x = 'x'
        set @again = (@rows)
        set @size = @count
        set (@due) = Now()
        set @empty = Empty(@name)
        set @is = not @empty
        set @either = IIf(@empty, 1, 2)
        set @chosen = IIf(@empty, @count, @one)
        set @done = UpdateDE('d', 1, 'a', 1, 'b', 2)
        set @nothing = @never
        set @é = @row
        set @o = CreateObject('Subscriber')
        set @now = Now()
        set @later = DateAdd(@now, 1, 'D')
        ]%%",
        TYPES,
        &expect![[r#"
            %%[ set @rows⟦: rowset⟧ = LookupRows('Orders', 'Id', 1)
            set @row⟦: row⟧ = Row(@rows, 1)
            set @name⟦: string⟧ = Lookup('Orders', 'Name', 'Id', 1)
            set @again⟦: rowset⟧ = (@rows)
            set @size⟦: number⟧ = @count
            set @chosen⟦: number⟧ = IIf(@empty, @count, @one)
            set @é⟦: row⟧ = @row
            set @now⟦: date⟧ = Now()
            set @later⟦: date⟧ = DateAdd(@now, 1, 'D')
        "#]],
    );
    check(
        "%%[ set @half = \n set @rows = LookupRows('d', ]%%",
        TYPES,
        &expect![[r#"
        set @rows⟦: rowset⟧ = LookupRows('d', ]%%
    "#]],
    );
    // Where the structure is wrong nothing is known of variables.
    check(
        "%%[ endif set @rows = LookupRows('Orders', 'Id', 1) set @again = @rows ]%%",
        TYPES,
        &expect![[r#"
        %%[ endif set @rows⟦: rowset⟧ = LookupRows('Orders', 'Id', 1) set @again = @rows ]%%
    "#]],
    );
}

#[test]
fn only_in_the_range() {
    let text = far_apart(&[
        "%%[ if @a then set @r = LookupRows('d', 'c', 1) ]%%",
        "%%[ set @b = Substring(@a, 1, 2) for @i = 1 to 2 do ]%%",
        "%%[ next set @c = @r endif ]%%",
    ]);
    let all = hints(&text, ALL);
    assert_eq!(all.len(), 5, "{all:#?}");
    let (host, file) = host(&text);
    let snapshot = host.snapshot();
    let places = all.iter().flat_map(|hint| [-1, 0, 1].map(|by| usize::from(hint.at).saturating_add_signed(by)));
    let places: Vec<usize> = places.chain([0, text.len()]).collect();
    for &start in &places {
        for &end in places.iter().filter(|&&end| end >= start) {
            let range = TextRange::new(size(start), size(end));
            let expected: Vec<_> = all.iter().filter(|hint| range.contains_inclusive(hint.at)).cloned().collect();
            assert_eq!(inlay_hints(&snapshot, file, range, ALL), expected, "{range:?}");
        }
    }
    let past = TextRange::new(size(text.len() + 1), TextSize::new(u32::MAX));
    assert_eq!(inlay_hints(&snapshot, file, past, ALL), []);
}
