//! Contents of which it is known what they do.

use sfmc_db::{ContentEffects, ContentName, Contents};

use super::*;
use crate::{PageEffects, effects::page_effects};

fn names(names: &str) -> Vec<SmolStr> {
    names.split_whitespace().map(SmolStr::new).collect()
}

/// `header` sets `@s` and `@t`, and reads `@r`; `empty` does nothing.
fn known() -> Arc<Included> {
    let effects = |sets, reads| Arc::new(ContentEffects { sets: names(sets), reads: names(reads) });
    let key = |key: &str| ContentName::Key(key.into());
    Arc::new([(key("header"), effects("s t", "r")), (key("empty"), effects("", ""))].into_iter().collect())
}

#[track_caller]
fn check(text: &str, expect: &Expect) {
    expect.assert_eq(&reads_with(text, &known()));
}

fn page_with(text: &str) -> (Database, Page) {
    let mut db = Database::default();
    let page = db.add_page(text, FileKind::Page);
    db.set_included(page, known());
    (db, page)
}

#[test]
fn only_what_a_content_sets_is_not_known_behind_it() {
    check(
        "%%[ set @a = 1 set @s = 2 ]%%%%=ContentBlockByKey('Header')=%%\n%%=v(@a)=%%%%=v(@s)=%%%%=v(@t)=%%%%=v(@u)=%%",
        &expect![[r#"
            2 @a: maybe-set; number = Integer(1) <- Set in 1
            2 @s: maybe-unset maybe-set opaque; any <- Set in 1
            2 @t: maybe-unset maybe-set opaque; any
            2 @u: maybe-unset; any
        "#]],
    );
}

#[test]
fn parts_of_one_message_share_variables() {
    let effects = |sets: &str, reads: &str, opaque: bool| {
        Arc::new(PageEffects {
            own: ContentEffects { sets: names(sets), reads: names(reads) },
            includes: Vec::new(),
            opaque,
        })
    };
    let beside = |opaque: bool| {
        let content = sfmc_db::Content {
            key: "mail".to_owned(),
            name: None,
            folder: None,
            unit: sfmc_db::UnitId(0),
            root: 0,
            files: vec!["/p/html".into(), "/p/text".into()],
            named: names("subj"),
        };
        let contents = Contents::new(Vec::new(), vec![content]);
        let mut db = Database::default();
        let page = db.add_page("%%[ set @t = 1 set @subj = 1 set @none = 1 ]%%%%=v(@s)=%%", FileKind::Page);
        let found = crate::included(&contents, std::path::Path::new("/p/html"), &[], |file| {
            (file == std::path::Path::new("/p/text")).then(|| effects("s", "t", opaque))
        });
        db.set_included(page, Arc::new(found));
        let variables = crate::page_variables(&db, page);
        let named = |which: fn(&crate::Variable) -> bool| {
            let found =
                variables.variables.iter().filter(|variable| which(variable)).map(|variable| variable.name.as_str());
            found.collect::<Vec<_>>().join(" ")
        };
        (named(|variable| variable.read_elsewhere), named(|variable| variable.set_elsewhere), variables.opaque)
    };
    let expected = |reads: &str, sets: &str| (reads.to_owned(), sets.to_owned(), false);
    assert_eq!(beside(false), expected("t subj", "s"));
    assert_eq!(beside(true), expected("t subj none s", "s"), "it may read any");
}

#[test]
fn of_others_nothing_is_known() {
    check(
        "%%[ set @k = 'empty' set @a = 1 ]%%%%=ContentBlockByKey(@k)=%%\n%%=v(@a)=%%%%=ContentBlockByKey('other')=%%\n%%=v(@a)=%%",
        &expect![[r#"
            1 @k: maybe-set; string = Text("empty") <- Set in 1
            2 @a: maybe-set; number = Integer(1) <- Set in 1
            3 @a: maybe-unset maybe-set opaque; any <- Set in 1
        "#]],
    );
    check(
        "%%[ set @a = 1 ]%%%%=ContentBlockByKey('empty', 'r', false, '%%[ set @a = 2 ]%%')=%%\n%%=v(@a)=%%",
        &expect![[r#"
            2 @a: maybe-unset maybe-set opaque; any <- Set in 1
        "#]],
    );
    check(
        "%%[ set @a = 1 ]%%%%=ContentBlockByKey('empty', 'r', false, 'none', @status)=%%\n%%=v(@a)=%%%%=v(@status)=%%",
        &expect![[r#"
            2 @a: maybe-set; number = Integer(1) <- Set in 1
            2 @status: maybe-set; number <- Out in 1
        "#]],
    );
}

#[test]
fn on_some_ways() {
    check(
        "%%[ set @a = 1 set @s = 1 if @x == 1 then ]%%%%=ContentBlockByKey('header')=%%\n%%=v(@s)=%%%%[ else set @s = 2 endif ]%%\n\
         %%=v(@a)=%%%%=v(@s)=%%",
        &expect![[r#"
            1 @x: maybe-unset; any
            2 @s: maybe-unset maybe-set opaque; any <- Set in 1
            3 @a: maybe-set; number = Integer(1) <- Set in 1
            3 @s: maybe-unset maybe-set opaque; any <- Set in 1, Set in 2
        "#]],
    );
}

#[test]
fn in_loops() {
    check(
        "%%[ set @a = 1 set @s = 1 for @i = 1 to 2 do ]%%\n%%=v(@a)=%%%%=v(@s)=%%%%=v(@t)=%%\n\
         %%=ContentBlockByKey('header')=%%%%[ next ]%%\n%%=v(@a)=%%%%=v(@s)=%%",
        &expect![[r#"
            2 @a: maybe-set; number = Integer(1) <- Set in 1
            2 @s: maybe-unset maybe-set opaque; any <- Set in 1
            2 @t: maybe-unset maybe-set opaque; any
            4 @a: maybe-set; number = Integer(1) <- Set in 1
            4 @s: maybe-unset maybe-set opaque; any <- Set in 1
        "#]],
    );
    // What a variable names is not known where the loop begins.
    check(
        "%%[ set @a = 1 set @k = 'empty' for @i = 1 to 2 do ]%%\n%%=v(@a)=%%%%=ContentBlockByKey(@k)=%%%%[ next ]%%",
        &expect![[r#"
            2 @a: maybe-unset maybe-set opaque; any <- Set in 1
            2 @k: maybe-unset maybe-set opaque; any <- Set in 1
        "#]],
    );
}

#[test]
fn what_was_proven_before_says_nothing_of_what_a_content_set() {
    check(
        "%%[ set @s = Lookup('d', 'a', 'b', 'c') set @known = not Empty(@s) ]%%%%=ContentBlockByKey('header')=%%\n\
         %%[ if @known then ]%%\n%%=v(@s)=%%%%[ endif ]%%",
        &expect![[r#"
            1 @s: maybe-set; any <- Set in 1
            2 @known: maybe-set; boolean <- Set in 1
            3 @s: maybe-unset maybe-set opaque; any <- Set in 1
        "#]],
    );
}

#[test]
fn what_contents_read_and_set() {
    let (db, page) = page_with("%%[ set @r = 1 set @x = 1 set @s = 1 ]%%%%=ContentBlockByKey('header')=%%");
    let variables = page_variables(&db, page);
    let found = |which: fn(&Variable) -> bool| {
        variables.variables.iter().filter(|v| which(v)).map(|v| v.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(found(|v| v.read_elsewhere), ["r"]);
    assert_eq!(found(|v| v.set_elsewhere), ["s"]);
    assert_eq!(found(|_| true), ["r", "x", "s"], "what only the content names is not the page's");
    assert!(!variables.opaque && !variables.unnamed);
}

#[test]
fn what_a_page_does() {
    let does = |text: &str| {
        let db = Database::default();
        let page = db.add_page(text, FileKind::Page);
        PageEffects::clone(page_effects(&db, page))
    };
    let found = does(
        "%%[ var @b set @A = @c for @i = 1 to 2 do next ]%%%%=ContentBlockByKey('x')=%%%%=ContentBlockByKey('X')=%%",
    );
    assert_eq!((found.own.sets, found.own.reads), (names("a b i"), names("c")));
    assert_eq!((found.includes, found.opaque), (vec![ContentName::Key("x".into())], false));
    for opaque in [
        "%%=ContentBlockByKey(@k)=%%",
        "%%=ContentBlockById(1)=%%",
        "%%=TreatAsContent(@k)=%%",
        "%%[ if @a then ]%%",
        "<div data-type=\"slot\"></div>",
        "<script runat=server>Variable.SetValue(name, 1);</script>",
        "%%=ContentBlockByKey('x', '', false, @instead)=%%",
    ] {
        assert!(does(opaque).opaque, "{opaque}");
    }
    let db = Database::default();
    assert!(page_effects(&db, db.add_page("x", FileKind::Other)).opaque);
    assert!(PageEffects::default().opaque, "of what nobody looked at nothing is known");
}

/// What `page` is told of `includes`, in a project of these contents.
fn told(files: &[(&str, &str)], includes: &[&str]) -> Vec<String> {
    let content = |key: &str| sfmc_db::Content {
        key: key.to_owned(),
        name: None,
        folder: None,
        unit: sfmc_db::UnitId(0),
        root: 0,
        files: vec![format!("/p/{key}").into()],
        named: Vec::new(),
    };
    let unit = sfmc_db::Unit { folders: vec!["/p".into()], parent: None };
    let contents = Contents::new(vec![unit], files.iter().map(|(key, _)| content(key)).collect());
    let effects = |path: &std::path::Path| {
        let text = files.iter().find(|(key, _)| path == std::path::Path::new("/p").join(key))?.1;
        let db = Database::default();
        Some(Arc::clone(page_effects(&db, db.add_page(text, FileKind::Page))))
    };
    let names: Vec<ContentName> = includes.iter().map(|key| ContentName::Key((*key).into())).collect();
    let found = crate::included(&contents, std::path::Path::new("/p/page"), &names, effects);
    let show = |name| match found.get(name) {
        Some(effects) => format!("sets {}, reads {}", effects.sets.join(" "), effects.reads.join(" ")),
        None => "?".to_owned(),
    };
    names.iter().map(show).collect()
}

#[test]
fn all_that_is_included_counts() {
    let files = [
        ("a", "%%[ set @a = 1 ]%%%%=ContentBlockByKey('b')=%%"),
        ("b", "%%[ set @b = @c ]%%%%=ContentBlockByKey('a')=%%"),
        ("c", "%%=ContentBlockByKey('gone')=%%"),
        ("d", "%%=ContentBlockByKey('e')=%%"),
        ("e", "%%=TreatAsContent(@x)=%%"),
    ];
    assert_eq!(told(&files, &["A", "b"]), ["sets a b, reads c"; 2], "circles end");
    assert_eq!(told(&files, &["c", "d", "e", "gone"]), ["?"; 4]);
    let twice = [("a", "x"), ("A", "y")];
    assert_eq!(told(&twice, &["a"]), ["?"], "nobody knows which");
}
