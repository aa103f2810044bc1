//! Which queries run again for each kind of edit: the gate for incrementality. Counts, not time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{path::Path, sync::Arc};

use expect_test::{Expect, expect};
use sfmc_db::{ContentEffects, ContentName, FileId, FileKind, Host, Included};
use sfmc_lint::{DefaultLevels, check_file};
use sfmc_schema::{Schema, Table, Tables};
use sfmc_syntax::{TextRange, TextSize};

/// A page of many chunks, with `middle` in its midst.
fn page(middle: &str) -> String {
    let unit = "<p>Hello %%=v(@name)=%%,</p>\n%%[ if @a == 1 then ]%%<b>x</b>%%[ else ]%%y%%[ endif ]%%\n";
    let half = unit.repeat(400);
    format!("{half}{middle}\n{half}")
}

fn look(host: &Host, file: FileId) -> usize {
    check_file(host.db(), host.page(file).unwrap(), &DefaultLevels).len()
}

/// What runs when `old` in the middle becomes `new`.
fn edit(middle: &str, old: &str, new: &str, expected: &Expect) {
    let mut host = Host::logging();
    let text = page(middle);
    let file = host.set_text(Path::new("/page.html"), text.clone(), FileKind::Page);
    look(&host, file);
    let at = text.find(middle).unwrap() + middle.find(old).unwrap();
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap());
    let executed = host.executed(|host| {
        host.replace(file, Some(TextRange::at(size(at), size(old.len()))), new).unwrap();
        look(host, file);
    });
    let lines: Vec<String> = executed.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    expected.assert_eq(&lines.join("\n"));
}

const BLOCK: &str = "%%[ set @city = Lookup('d', 'c', 'k', @id) ]%%";

#[test]
fn typing_in_text() {
    edit(
        "<p>some text</p>",
        "some",
        "sume",
        &expect![[r#"
            chunk_body 1
            chunk_comments 1
            chunk_diagnostics 1
            chunk_directive_errors 1
            chunk_directives 1
            chunk_extent 1
            chunk_facts 1
            chunk_flow_findings 1
            chunk_markup 1
            chunk_parse 1
            chunk_signs 1
            chunk_suppressions 1
            lowered 1"#]],
    );
}

#[test]
fn typing_in_a_string() {
    edit(
        BLOCK,
        "'d'",
        "'de'",
        &expect![[r#"
            chunk_body 1
            chunk_comments 1
            chunk_diagnostics 1
            chunk_directive_errors 1
            chunk_directives 1
            chunk_extent 1
            chunk_facts 1
            chunk_flow 51
            chunk_flow_findings 1
            chunk_markup 1
            chunk_parse 1
            chunk_signs 1
            chunk_suppressions 1
            lowered 1
            page_flow 1
            page_map 1
            page_variables 1"#]],
    );
}

#[test]
fn typing_in_a_name() {
    edit(
        BLOCK,
        "@city",
        "@cities",
        &expect![[r#"
            chunk_body 1
            chunk_comments 1
            chunk_diagnostics 1
            chunk_directive_errors 1
            chunk_directives 1
            chunk_extent 1
            chunk_facts 1
            chunk_flow 51
            chunk_flow_findings 1
            chunk_markup 1
            chunk_parse 1
            chunk_signs 1
            chunk_suppressions 1
            lowered 1
            page_flow 1
            page_flow_findings 1
            page_map 1
            page_variables 1"#]],
    );
}

#[test]
fn typing_in_an_expression() {
    edit(
        BLOCK,
        "@id)",
        "Trim(@id))",
        &expect![[r#"
            chunk_body 1
            chunk_comments 1
            chunk_diagnostics 1
            chunk_directive_errors 1
            chunk_directives 1
            chunk_extent 1
            chunk_facts 1
            chunk_flow 51
            chunk_flow_findings 1
            chunk_markup 1
            chunk_parse 1
            chunk_signs 1
            chunk_suppressions 1
            lowered 1
            page_flow 1
            page_flow_findings 1
            page_map 1
            page_variables 1"#]],
    );
}

/// Somebody asks for the conditions of the page, since a row may not be there.
const ROW: &str = "%%[ set @rs = LookupRows('d', 'k', @id) if @b == 1 then set @r = Row(@rs, 1) endif ]%%<p>text</p>";

#[test]
fn the_conditions_of_a_page_are_gathered_once_for_each_change_of_its_code() {
    let guards = |old: &str, new: &str| {
        let mut host = Host::logging();
        let text = page(&format!("{ROW}{ROW}"));
        let file = host.set_text(Path::new("/page.html"), text.clone(), FileKind::Page);
        look(&host, file);
        let at = text.find(ROW).unwrap() + ROW.find(old).unwrap();
        let size = |n: usize| TextSize::new(u32::try_from(n).unwrap());
        let executed = host.executed(|host| {
            host.replace(file, Some(TextRange::at(size(at), size(old.len()))), new).unwrap();
            look(host, file);
        });
        executed.into_iter().find(|(name, _)| *name == "page_guards").map_or(0, |(_, count)| count)
    };
    assert_eq!(guards("text", "more text"), 0);
    assert_eq!(guards("set @rs", "set  @rs"), 0);
    assert_eq!(guards("@b == 1", "@b == 2"), 1);
}

#[test]
fn opening_an_if() {
    edit(
        BLOCK,
        " set",
        " if @x then set",
        &expect![[r#"
            chunk_body 1
            chunk_comments 1
            chunk_diagnostics 1
            chunk_directive_errors 1
            chunk_directives 1
            chunk_extent 1
            chunk_facts 1
            chunk_flow 51
            chunk_flow_findings 51
            chunk_hides_code 51
            chunk_markup 1
            chunk_parse 1
            chunk_signs 1
            chunk_suppressions 1
            hides_code 1
            lowered 1
            page_flow 1
            page_flow_findings 1
            page_map 1
            page_structure 1
            page_variables 1"#]],
    );
}

#[test]
fn deleting_a_delimiter() {
    edit(
        BLOCK,
        "]%%",
        "",
        &expect![[r#"
            chunk_body 1
            chunk_comments 1
            chunk_diagnostics 1
            chunk_directive_errors 1
            chunk_directives 1
            chunk_extent 1
            chunk_facts 1
            chunk_flow 51
            chunk_flow_findings 51
            chunk_markup 1
            chunk_parse 1
            chunk_signs 1
            chunk_suppressions 1
            lowered 1
            page_flow 1
            page_flow_findings 1
            page_map 1
            page_structure 1
            page_variables 1"#]],
    );
}

#[test]
fn inserting_a_region() {
    edit(
        "<p>some text</p>",
        "some",
        "some %%=v(@b)=%%",
        &expect![[r#"
            chunk_body 1
            chunk_comments 1
            chunk_diagnostics 1
            chunk_directive_errors 1
            chunk_directives 1
            chunk_extent 1
            chunk_facts 1
            chunk_flow 51
            chunk_flow_findings 1
            chunk_markup 1
            chunk_parse 1
            chunk_signs 1
            chunk_suppressions 1
            lowered 1
            page_flow 1
            page_flow_findings 1
            page_map 1
            page_structure 1
            page_variables 1"#]],
    );
}

/// A page is looked at again where what its contents do became something else, and not where they only were edited.
#[test]
fn what_contents_do() {
    let told = |sets: &[&str]| {
        let sets = sets.iter().map(|name| (*name).into()).collect();
        let effects = Arc::new(ContentEffects { sets, reads: Vec::new() });
        Arc::new([(ContentName::Key("header".into()), effects)].into_iter().collect::<Included>())
    };
    let mut host = Host::logging();
    let text = page("%%=ContentBlockByKey('Header')=%%");
    let file = host.set_text(Path::new("/page.html"), text, FileKind::Page);
    let other = host.set_text(Path::new("/other.html"), page("x"), FileKind::Page);
    host.set_included(file, told(&["x"]));
    look(&host, file);
    look(&host, other);
    let ran = |host: &mut Host, sets: &[&str]| {
        let executed = host.executed(|host| {
            host.set_included(file, told(sets));
            look(host, file);
            look(host, other);
        });
        executed.into_iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join("\n")
    };
    expect![[""]].assert_eq(&ran(&mut host, &["x"]));
    expect![[r#"
        chunk_flow 51
        chunk_flow_findings 25
        page_flow 1
        page_flow_findings 1
        page_variables 1"#]]
    .assert_eq(&ran(&mut host, &["name"]));
}

/// A schema that says the same is none that changed; of another one only those hear that asked for it.
#[test]
fn another_schema() {
    let schema = |name: &str| {
        let own = Tables::new([Table { key: Some("d".into()), ..Table::named(name) }], true);
        Schema::new(Arc::new(own), Arc::default(), Some(false))
    };
    let mut host = Host::logging();
    let text = page(&format!("%%[ /* sfmc-context: email */ ]%%{BLOCK}"));
    let file = host.set_text(Path::new("/page.html"), text, FileKind::Page);
    host.set_schema(file, schema("Orders"));
    let found = look(&host, file);
    let executed = host.executed(|host| {
        host.set_schema(file, schema("Orders"));
        look(host, file);
    });
    assert_eq!(executed, []);
    let executed = host.executed(|host| {
        host.set_schema(file, schema("d"));
        assert_eq!(look(host, file), found - 1, "it is a name now");
    });
    assert_eq!(executed, [("chunk_flow_findings".to_owned(), 1)]);
}
