//! Contents that are included by scripts, by code in texts, and by names that are one of a few: everything that asks who includes what sees
//! these, too.

use sfmc_lint::DefaultLevels;
use sfmc_syntax::{TextRange, TextSize, apply_edits};

use super::{
    content_definition, content_links, content_references, definition_elsewhere, incoming_calls, outgoing_calls,
    rename_everywhere, testing::Project,
};
use crate::{ActionKind, code_actions};

const HEADER: &str = "%%[ set @brand = 'x' ]%%";

/// Ways to include the content `header`.
const WAYS: [&str; 9] = [
    "<script runat=\"server\">Write(Platform.Function.ContentBlockByKey(\"header\"));</script>",
    "<script runat=\"server\">Write(Platform.Function.ContentBlockByName('Content Builder\\\\Shop\\\\The header'));</script>",
    "%%=TreatAsContent(\"%%=ContentBlockByKey('header')=%%\")=%%",
    "%%=TreatAsContent('%%=ContentBlockByKey(''header'')=%%')=%%",
    "%%[ set @t = \"%%=ContentBlockByKey('header')=%%\" ]%%%%=TreatAsContent(@t)=%%",
    "<script runat=server>Platform.Function.TreatAsContent('%%=ContentBlockByKey(\"header\")=%%')</script>",
    "<script runat=server>var t = \"%%=ContentBlockByKey(\\\"header\\\")=%%\"; Platform.Function.TreatAsContent(t)</script>",
    "%%[ if @a == 1 then set @k = 'header' else set @k = 'logo' endif ]%%%%=ContentBlockByKey(@k)=%%",
    "%%[ set @k = IIf(@a == 1, 'logo', 'header') ]%%%%=ContentBlockByKey(@k)=%%",
];

fn at(text: &str, what: &str) -> TextSize {
    TextSize::new(u32::try_from(text.find(what).unwrap()).unwrap() + 1)
}

fn project(page: &str) -> Project {
    Project::new(&[("block/header", HEADER), ("block/logo", "x"), ("message/page", page)])
}

fn rename(project: &mut Project, file: &str, new_name: &str) -> Result<Vec<(String, String)>, String> {
    let text = project.text(file).to_owned();
    let open = project.open(file, &text);
    let offset = at(&text, "@brand");
    let found = rename_everywhere(&project.workspace, &project.snapshot(), open, offset, new_name, |found| {
        let text = found.view.snapshot.text(found.view.file).unwrap();
        (found.view.path, apply_edits(&text, &found.edits).unwrap())
    });
    let found = found.map_err(|error| error.to_string())?;
    Ok(found.into_iter().map(|(path, text)| (project.name(&path), text)).collect())
}

#[test]
fn renames_follow_them() {
    for way in WAYS {
        let page = format!("{way}%%=v(@brand)=%%");
        for file in ["block/header", "message/page"] {
            let mut found = rename(&mut project(&page), file, "zed").unwrap();
            found.sort();
            let expected =
                [("block/header", HEADER.replace("@brand", "@zed")), ("message/page", page.replace("@brand", "@zed"))];
            let expected = expected.map(|(name, text)| (name.to_owned(), text));
            assert_eq!(found, expected, "{way}");
        }
        let taken = format!("{way}%%=v(@zed)=%%");
        assert!(rename(&mut project(&taken), "block/header", "zed").is_err(), "{way}");
    }
    // What includes nothing of it.
    for way in [
        "<script runat=server>// Platform.Function.ContentBlockByKey('header')\n</script>",
        "%%=ContentBlockByKey('logo')=%%",
        "%%=v(\"%%=ContentBlockByKey('header')=%%\")=%%",
    ] {
        let found = rename(&mut project(&format!("{way}%%=v(@brand)=%%")), "block/header", "zed").unwrap();
        assert_eq!(found.len(), 1, "{way}");
    }
}

/// A page that gets at the variable by a name that it computes.
#[test]
fn renames_are_refused_where_another_file_puts_names_together() {
    for code in [
        "<script runat=server>var k = f(); Write(Variable.GetValue('@' + k));</script>",
        "<script runat=server>var k = f(); Write(Variable.GetValue('@br' + k));</script>",
        "<script runat=server>var n = '@brand'; Write(Variable.GetValue(n));</script>",
        "<script runat=server>var n = 'Brand';</script><script runat=server>Write(Variable.GetValue(n));</script>",
        "%%=TreatAsContent(Concat('%%=v(@bra', 'nd)=%%'))=%%",
    ] {
        let page = format!("%%=ContentBlockByKey('header')=%%{code}");
        let error = rename(&mut project(&page), "block/header", "zed").unwrap_err();
        assert!(error.starts_with("text that `The page` runs"), "{error}");
    }
    let page = "%%=ContentBlockByKey('header')=%%<script runat=server>Write(Variable.GetValue('@zed' + k));</script>";
    assert!(rename(&mut project(page), "block/header", "other").is_ok());
}

/// An address in a script.
#[test]
fn what_a_script_only_writes_is_no_name() {
    let page = |code: &str| {
        format!("%%=ContentBlockByKey('header')=%%<script runat=\"server\">Write(\"me@acme.com\"){code}</script>")
    };
    assert!(rename(&mut project(&page("")), "block/header", "acme").is_ok());
    for code in [
        "; Write(Variable.GetValue(n))",
        "; Write(Platform.Function.TreatAsContent(n))",
        "; var c = '%%=v(@acme)=%%'",
        "</script>%%=TreatAsContent(Concat('%%=v(', @n, ')=%%'))=%%<script runat=server>",
    ] {
        assert!(rename(&mut project(&page(code)), "block/header", "acme").is_err(), "{code}");
    }
}

#[test]
fn navigation_follows_them() {
    for way in WAYS {
        let page = format!("{way}%%=v(@brand)=%%");
        let mut project = project(&page);
        let file = project.open("message/page", &page);
        let snapshot = project.snapshot();
        let workspace = &project.workspace;
        let header = project.path("block/header");
        let set = definition_elsewhere(workspace, &snapshot, file, at(&page, "@brand"), |found| found.view.path);
        assert_eq!(set.unwrap(), std::slice::from_ref(&header), "{way}");
        let incoming = incoming_calls(workspace, &snapshot, &header, |call| call.ranges.len());
        assert_eq!(incoming, [1], "{way}");
        let outgoing = outgoing_calls(workspace, &snapshot, &project.path("message/page"));
        assert!(outgoing.iter().any(|call| call.target.path == header), "{way}");
        let call = page.find("ContentBlock").unwrap();
        let offset = TextSize::try_from(call).unwrap();
        let target = content_definition(workspace, &snapshot, file, offset).unwrap();
        assert!(target.files.iter().any(|path| **path == *header), "{way}");
        let references = content_references(workspace, &snapshot, file, offset, |found| found.ranges.len()).unwrap();
        assert_eq!(references, [1], "{way}");
    }
    let literal = |way: &str| {
        let mut project = project(way);
        let file = project.open("message/page", way);
        let found = content_links(&project.workspace, &project.snapshot(), file);
        found.iter().map(|link| way[link.origin].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(literal(WAYS[0]), ["header"]);
    assert_eq!(literal(WAYS[2]), ["header"]);
    assert_eq!(literal(WAYS[3]), [""; 0], "not as it is written");
    assert_eq!(literal(WAYS[5]), ["header"]);
}

#[test]
fn names_come_and_go_with_them_in_mind() {
    let titled = |way: &str, header: &str, what: &str, title: &str| {
        let page = format!("{way}%%=v(@own)=%%%%[ set @lowercase = 1 ]%%");
        let mut project = Project::new(&[("block/header", header), ("block/logo", "x"), ("message/page", &page)]);
        let file = project.open("block/header", header);
        let range = TextRange::empty(at(header, what));
        let wanted = |kind| matches!(kind, ActionKind::Extract | ActionKind::Inline);
        let actions = code_actions(&project.snapshot(), Some(&project.workspace), file, range, &DefaultLevels, &wanted);
        let action = actions.into_iter().find(|action| action.title.starts_with(title));
        action.map(|action| apply_edits(header, &action.edits).unwrap())
    };
    let read = "%%[ set @own = Trim(1) ]%%%%=v(@own)=%%";
    for way in WAYS {
        assert_eq!(titled(way, read, "@own", "inline"), None, "{way}");
        let found = titled(way, "%%=Trim(Lowercase(@q))=%%", "Lower", "extract").unwrap();
        assert!(found.contains("set @lowercase2 ="), "{way}");
    }
    let computed = "%%=ContentBlockByKey('header')=%%<script runat=server>Write(Variable.GetValue('@' + k));</script>";
    assert_eq!(titled(computed, &read.replace("own", "other"), "@other", "inline"), None);
    assert!(titled("", &read.replace("own", "other"), "@other", "inline").is_some());
}

/// The subject line of an e-mail, which stands in its metadata.
#[test]
fn what_metadata_names_is_left_alone() {
    let page = "%%=ContentBlockByKey('header')=%%";
    let named = |name: &str| {
        let mut project = project(page);
        project.name_in_metadata("page", name);
        project
    };
    let error = rename(&mut named("brand"), "block/header", "zed").unwrap_err();
    assert!(error.starts_with("the metadata of `The page`"), "{error}");
    assert!(rename(&mut named("zed"), "block/header", "zed").is_err());
    assert!(rename(&mut named("other"), "block/header", "zed").is_ok());
    let inline = |name: &str| {
        let text = "%%[ set @own = Trim(1) ]%%%%=v(@own)=%%";
        let mut project = named(name);
        let file = project.open("message/page", text);
        let range = TextRange::empty(at(text, "@own"));
        let wanted = |kind| kind == ActionKind::Inline;
        let actions = code_actions(&project.snapshot(), Some(&project.workspace), file, range, &DefaultLevels, &wanted);
        actions.len()
    };
    assert_eq!((inline("own"), inline("other")), (0, 1));
}
