use std::path::Path;

use expect_test::{Expect, expect};
use sfmc_db::{FileKind, Host};
use sfmc_syntax::TextSize;
use sfmc_test_support::extract_cursor;

use crate::{CompletionOptions, completions, hover, testing::schema};

fn with_schema(markup: &str) -> (Host, sfmc_db::FileId, TextSize, String) {
    let (text, at) = extract_cursor(markup);
    let mut host = Host::default();
    let file = host.set_text(Path::new("/a.html"), text.clone(), FileKind::Page);
    host.set_schema(file, schema());
    (host, file, TextSize::try_from(at).unwrap(), text)
}

fn check_hover(markup: &str, expected: &Expect) {
    let (host, file, at, text) = with_schema(markup);
    let found = hover(&host.snapshot(), file, at);
    let found = found.map(|hover| format!("{}\n---\n{}\n", &text[hover.range], hover.text.plain()));
    expected.assert_eq(&found.unwrap_or_else(|| "nothing\n".to_owned()));
}

/// What is proposed of the schema, with what is inserted where that is something else.
fn check_completion(markup: &str, expected: &Expect) {
    let (host, file, at, _) = with_schema(markup);
    let found = completions(&host.snapshot(), file, at, CompletionOptions { snippets: true }, None);
    let items = found.map(|found| found.items).unwrap_or_default();
    let line = |item: &crate::CompletionItem| {
        let insert = item.insert.as_ref().map(|text| format!(" => {text}")).unwrap_or_default();
        format!("{}{insert} // {}\n", item.label, item.detail.as_deref().unwrap_or_default())
    };
    expected.assert_eq(&items.iter().map(line).collect::<String>());
}

#[test]
fn data_extensions_on_their_names() {
    check_hover(
        "%%=Lookup('or$0ders', 'Total', 'Id', 1)=%%",
        &expect![[r#"
            'orders'
            ---
            Data extension `Orders`

            Key: `orders-key`

            Columns: `Id` Text(36) (primary key), `Total` Decimal(18,2), `Placed` Date
        "#]],
    );
    check_hover(
        "%%[ set @rows = LookupRows(\"ent.$0Regions\", 'Name', 'x') ]%%",
        &expect![[r#"
            "ent.Regions"
            ---
            Shared data extension `Regions`

            Columns: `Name` Text(50)
        "#]],
    );
    check_hover(
        "%%=Lookup('Joe''s l$0ist', 'a', 'b', 1)=%%",
        &expect![[r#"
        'Joe''s list'
        ---
        Data extension `Joe's list`

        Columns: not known
    "#]],
    );
    for nothing in [
        "%%=Lookup('Oth$0er', 'a', 'b', 1)=%%",
        "%%=Concat('Ord$0ers', 'x')=%%",
        "%%=Field('Ord$0ers', 'Id')=%%",
        "Ord$0ers",
    ] {
        check_hover(nothing, &expect![["nothing\n"]]);
    }
}

#[test]
fn columns_on_their_names() {
    check_hover(
        "%%=Lookup('Orders', 'tot$0al', 'Id', 1)=%%",
        &expect![[r#"
            'total'
            ---
            `Total` Decimal(18,2) of `Orders`

            Default: `0`
        "#]],
    );
    check_hover(
        "%%[ UpsertDE('Orders', 1, 'I$0d', @id, 'Total', 1) ]%%",
        &expect![[r#"
            'Id'
            ---
            `Id` Text(36) (primary key) of `Orders`

            It always has a value.
        "#]],
    );
    check_hover("%%=Lookup('Orders', 'No$0ne', 'Id', 1)=%%", &expect![["nothing\n"]]);
    check_hover("%%=Lookup(@de, 'To$0tal', 'Id', 1)=%%", &expect![["nothing\n"]]);
}

/// Through variables, rows and keys.
#[test]
fn data_extensions_that_are_not_written_there() {
    let rows = "%%[ set @de = 'Orders' set @rows = LookupRows(@de, 'Id', 1) set @row = Row(@rows, 1)";
    for (markup, expected) in [
        (format!("{rows} set @a = Field(@row, 'To$0tal') ]%%"), "`Total` Decimal(18,2) of `Orders`"),
        ("%%=Lookup('orders-key', 'To$0tal', 'Id', 1)=%%".to_owned(), "`Total` Decimal(18,2) of `Orders`"),
        (
            "%%=Field(Row(LookupRows('Orders', 'Id', 1), 1), 'To$0tal')=%%".to_owned(),
            "`Total` Decimal(18,2) of `Orders`",
        ),
        (format!("{rows} set @a = Field(@row, 'Total') ]%%%%=v(@$0a)=%%"), "@a: string (Decimal(18,2))"),
        ("%%[ set @x$0 = Lookup('Orders', 'Total', 'Id', 1) ]%%".to_owned(), "@x: string (Decimal(18,2))"),
        ("%%[ set @x$0 = Lookup('Other', 'Total', 'Id', 1) ]%%".to_owned(), "@x: string"),
    ] {
        let (host, file, at, _) = with_schema(&markup);
        let text = hover(&host.snapshot(), file, at).unwrap().text.plain();
        assert_eq!(text.lines().next(), Some(expected), "{markup}");
    }
    let two = "%%[ if @k then set @rows = LookupRows('Orders', 'Id', 1) else set @rows = LookupRows('ENT.Regions', 'Name', 1) endif ";
    check_hover(&format!("{two} set @a = Field(Row(@rows, 1), 'To$0tal') ]%%"), &expect![["nothing\n"]]);
}

#[test]
fn only_columns_of_the_data_extension() {
    let others = "%%=Lookup('Regions', 'Name', 'Elsewhere', 1)=%% %%[ set @rows = LookupRows('Orders', 'Id', 1) set @row = Row(@rows, 1) ]%%";
    for call in ["Lookup('Orders', '$0', 'Id', 1)", "Field(@row, '$0')", "Field(Row(@rows, 2), '$0')"] {
        check_completion(
            &format!("{others}%%={call}=%%"),
            &expect![[r#"
                Id // Text(36), primary key
                Total // Decimal(18,2)
                Placed // Date
            "#]],
        );
    }
    // Of one that is not known what others name.
    check_completion(
        &format!("{others}%%=Field(@other, '$0')=%%"),
        &expect![[r#"
        Elsewhere // Regions
        Id // Orders
        Name // Regions
    "#]],
    );
}

#[test]
fn sort_expressions() {
    let sorted = "%%[ set @r = LookupOrderedRows('Orders', 1, '";
    check_completion(
        &format!("{sorted}Placed $0', 'Id', 1) ]%%"),
        &expect![[r#"
        desc => Placed desc // 
        asc => Placed asc // 
    "#]],
    );
    check_completion(
        &format!("{sorted}Placed desc, T$0', 'Id', 1) ]%%"),
        &expect![[r#"
        Id => Placed desc, Id // 
        Total => Placed desc, Total // 
        Placed => Placed desc, Placed // 
    "#]],
    );
    check_completion(
        &format!("{sorted}$0', 'Id', 1) ]%%"),
        &expect![[r#"
        Id // Text(36), primary key
        Total // Decimal(18,2)
        Placed // Date
    "#]],
    );
}

#[test]
fn names_are_proposed() {
    check_completion(
        "%%=Lookup('$0', 'a', 'b', 1)=%%",
        &expect![[r#"
            ENT.Regions // 1 column
            Joe's list => Joe''s list // data extension
            Orders // 3 columns, key orders-key
        "#]],
    );
    check_completion(
        "%%[ set @a = LookupRows(\"ord$0",
        &expect![[r#"
            Orders // 3 columns, key orders-key
        "#]],
    );
    check_completion("%%=Concat('$0', 'a')=%%", &expect![[""]]);
}

#[test]
fn columns_are_proposed() {
    let expected = expect![[r#"
        Id // Text(36), primary key
        Total // Decimal(18,2)
        Placed // Date
    "#]];
    check_completion(
        "%%=Lookup('Orders', '$0', 'Id', 1)=%%",
        &expect![[r#"
            Id // Text(36), primary key
            Total // Decimal(18,2)
            Placed // Date
        "#]],
    );
    check_completion("%%[ set @r = LookupRows('Orders', '$0', 1) ]%%", &expected);
    check_completion(
        "%%[ UpsertDE('Orders', 1, 'Id', @id, '$0', 1) ]%%",
        &expect![[r#"
            Id // Text(36), primary key
            Total // Decimal(18,2)
            Placed // Date
        "#]],
    );
    check_completion("%%[ set @r = LookupRows(@de, '$0', 1) ]%%", &expect![[""]]);
    check_completion("%%[ set @r = LookupRows('Other', '$0', 1) ]%%", &expect![[""]]);
}

/// What names the same, however it is written.
#[test]
fn all_that_name_it() {
    let text = "%%[ set @rows = LookupRows('Orders', 'Id', 1) set @row = Row(@rows, 1) ]%%
%%=Lookup(\"orders\", 'TOTAL', 'Id', 1)=%% %%=Field(@row, 'Total')=%% %%=Lookup('orders-key', 'Placed', 'Id', 2)=%%
%%=Lookup('ENT.Regions', 'Name', 'Id', 1)=%% %%=Concat('Orders', 'Total')=%%
%%[ UpsertDE('Orders', 1, 'Id', 1, 'Total', 'Total') ]%%";
    let named = |needle: &str| -> Vec<String> {
        let at = text.find(needle).unwrap() + 2;
        let (host, file, at, text) = with_schema(&format!("{}$0{}", &text[..at], &text[at..]));
        let found = crate::references(&host.snapshot(), file, at, true).unwrap_or_default();
        found.into_iter().map(|range| text[range].to_owned()).collect()
    };
    assert_eq!(named("'Orders'"), ["Orders", "orders", "orders-key", "Orders"]);
    assert_eq!(named("'TOTAL'"), ["TOTAL", "Total", "Total"]);
    assert_eq!(named("'Orders', 'Total'"), [""; 0]);
    // Whatever ends it.
    let (host, file, at, _) = with_schema("%%=Lookup('Orders', 'Id', 'Id', 1)=%% %%[ set @a = Lookup('Ord$0ers");
    assert!(crate::references(&host.snapshot(), file, at, true).is_none_or(|found| found.len() < 3));
}
