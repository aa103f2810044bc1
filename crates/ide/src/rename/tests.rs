use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use sfmc_db::{Host, chunk_syntax, page_map};
use sfmc_semantic::{page_frames, page_structure};
use sfmc_syntax::apply_edits;
use sfmc_test_support::Rng;

use super::*;
use crate::{
    definition,
    testing::{far_apart, host, random_page, size, with_cursor},
};

fn renamed(host: &Host, file: FileId, at: TextSize, new_name: &str) -> Result<String, RenameError> {
    let text = host.text(file).unwrap().to_owned();
    let edits = rename(&host.snapshot(), file, at, new_name)?;
    Ok(apply_edits(&text, &edits).unwrap())
}

#[track_caller]
fn check(markup: &str, new_name: &str, expected: &Expect) {
    let (host, file, at, _) = with_cursor(markup);
    let found = renamed(&host, file, at, new_name).unwrap_or_else(|error| format!("no: {error}\n"));
    expected.assert_eq(&found);
}

#[test]
fn everything_that_names_it() {
    check(
        "%%[ var @a, @aa /* @a */
set @A = Concat('@a', @a$0)
for @a = 1 to @a do next @a
HTTPGet('u', 0, 0, @a) ]%% @a
<a title=\"%%=v(@a)=%%\">%%@a%%
<script runat=\"server\">
// Variable.GetValue('@a')
Variable.SetValue('@a', Variable.GetValue(\"A\") + '@a');
</script>
%%[ if @a",
        "@offer",
        &expect![[r#"
            %%[ var @offer, @aa /* @a */
            set @offer = Concat('@a', @offer)
            for @offer = 1 to @offer do next @offer
            HTTPGet('u', 0, 0, @offer) ]%% @a
            <a title="%%=v(@offer)=%%">%%@a%%
            <script runat="server">
            // Variable.GetValue('@a')
            Variable.SetValue('@offer', Variable.GetValue("offer") + '@a');
            </script>
            %%[ if @offer"#]],
    );
}

#[test]
fn names_with_and_without_at() {
    check("%%=v(@a$0)=%%", "b", &expect!["%%=v(@b)=%%"]);
    check("%%=v(@a$0)=%%", " @b_1 ", &expect!["%%=v(@b_1)=%%"]);
    check("%%=v($0@größe)=%%", "next", &expect!["%%=v(@next)=%%"]);
}

#[test]
fn in_text_that_runs_as_code() {
    check(
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContent(\"%%[ set @y = @X ]%%%%=v(@x)=%% @x\")=%%",
        "zz",
        &expect![[r#"%%[ set @zz = 1 ]%%%%=TreatAsContent("%%[ set @y = @zz ]%%%%=v(@zz)=%% @x")=%%"#]],
    );
    check(
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContentArea('@x', '%%=v(@x)=%%')=%%",
        "zz",
        &expect!["%%[ set @zz = 1 ]%%%%=TreatAsContentArea('@x', '%%=v(@zz)=%%')=%%"],
    );
    // It names no such variable.
    check(
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContent(@c)=%% @x",
        "zz",
        &expect!["%%[ set @zz = 1 ]%%%%=TreatAsContent(@c)=%% @x"],
    );
    check("%%[ set @x$0 = 1 set @c = '@x' ]%%", "zz", &expect!["%%[ set @zz = 1 set @c = '@x' ]%%"]);
    let refused = "text that this page runs as code (`TreatAsContent`), or that a server script of it passes on, names `@x`, and is put together or cannot be read; \
                   rename it there first";
    for text in [
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContentArea('k', Concat('%', '%=v(@x)=%%'))=%%",
        // Names that are put together.
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContent(Concat('%%=v(', '@x', ')=%%'))=%%",
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContent(Concat('%%=v(@', @n, ')=%%'))=%%",
        "%%[ set @x$0 = 1 set @c = '%%=v(@' set @c = Concat(@c, 'x)=%%') ]%%%%=TreatAsContent(@c)=%%",
        "%%[ set @x$0 = 1 ]%%<script runat=server>Platform.Function.TreatAsContent('%%=v(@' + n + ')=%%')</script>",
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContent(Concat(\"%\", \"%=v(@x)=%%\"))=%%",
        "%%[ set @x$0 = 1 set @c = \"%%=v(@x)=%%\" ]%%%%=TreatAsContent(@c)=%%",
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContent(\"%%[ if @x then \")=%%",
        "%%[ set @x$0 = 1 ]%%%%=TreatAsContent(\"%%=Concat(\"\"a\"\", @x)=%%\")=%%",
        "%%[ set @x$0 = 1 ]%%<script runat=server>Platform.Function.TreatAsContent(\"%%=v(@x)=%%\")</script>",
    ] {
        let (host, file, at, _) = crate::testing::with_cursor(text);
        assert_eq!(renamed(&host, file, at, "zz").unwrap_err().to_string(), refused, "{text}");
    }
}

#[test]
fn names_that_scripts_pass_on() {
    for script in [
        "var n = '@A'; Write(Variable.GetValue(n));",
        "var n = ['@b', '@a']; Write(Variable.GetValue(n[i]));",
        "Write(Platform.Variable.GetValue('@' + k));",
        "var n = 'a'; Variable.SetValue(n, 1);",
        "var x = '%%=v(@a)=%%';",
        "var V = Variable; f('@a', V);",
    ] {
        let text = format!("%%[ set @a$0 = 1 ]%%<script runat=\"server\">{script}</script>");
        let (host, file, at, _) = crate::testing::with_cursor(&text);
        let error = renamed(&host, file, at, "zz").unwrap_err();
        assert!(matches!(error, RenameError::InText(_)), "{script}: {error}");
    }
    for script in [
        "/* '@a' */ Write(Variable.GetValue(n));",
        "var n = '@b'; Write(Variable.GetValue(n));",
        "var n = 'info@a.com';",
        "Variable.GetValue('@b') + '@media'",
    ] {
        let text = format!("%%[ set @a$0 = 1 ]%%<script runat=\"server\">{script}</script>");
        let (host, file, at, _) = crate::testing::with_cursor(&text);
        assert!(renamed(&host, file, at, "zz").is_ok(), "{script}");
    }
    // Nor is one taken that a script looks for.
    let text = "%%[ set @a$0 = 1 ]%%<script runat=server>var n = '@zz'; Write(Variable.GetValue(n));</script>";
    let (host, file, at, _) = crate::testing::with_cursor(text);
    assert!(matches!(renamed(&host, file, at, "ZZ").unwrap_err(), RenameError::Taken(_)));
}

#[test]
fn in_text_that_may_name_another() {
    check(
        "%%[ set @name$0 = 1 set @c = 'x@other' set @d = '@name1' ]%%%%=TreatAsContent(@c)=%%",
        "zz",
        &expect!["%%[ set @zz = 1 set @c = 'x@other' set @d = '@name1' ]%%%%=TreatAsContent(@c)=%%"],
    );
    let text = "%%[ set @name$0 = 1 ]%%%%=TreatAsContent(Concat('%%=v(@Na', 'me)=%%'))=%%";
    let (host, file, at, _) = crate::testing::with_cursor(text);
    assert!(renamed(&host, file, at, "zz").is_err());
}

#[test]
fn only_another_case() {
    check("%%[ set @firstname$0 = @FIRSTNAME ]%%", "@firstName", &expect!["%%[ set @firstName = @firstName ]%%"]);
}

#[test]
fn what_is_refused() {
    let text = "%%[ set @a$0 = @B ]%%";
    check(
        text,
        "b",
        &expect![[r#"
            no: this page already has a variable `@B`; upper and lower case make no difference
        "#]],
    );
    for name in ["", "@", "@@a", "1a", "a b", "a-b", "@a@", "größe", "😀"] {
        let (host, file, at, _) = with_cursor(text);
        let error = renamed(&host, file, at, name).unwrap_err();
        assert_eq!(error, RenameError::InvalidName(name.to_owned()));
    }
    check(
        "%%=v(@@ExecCtx$0)=%%",
        "b",
        &expect![[r#"
            no: system variables (`@@…`) belong to the platform
        "#]],
    );
    for text in ["%%=v('@a$0')=%%", "@a$0", "%%[ s$0et @a = 1 ]%%", "%%[ /* @a$0 */ ]%%", "$0", "%%firstname$0%%"] {
        let (host, file, at, _) = with_cursor(text);
        assert_eq!(prepare_rename(&host.snapshot(), file, at), Err(RenameError::NoVariable), "{text}");
        assert_eq!(renamed(&host, file, at, "b"), Err(RenameError::NoVariable), "{text}");
    }
    // Only a script names it.
    check(
        "%%[ set @a$0 = 1 ]%%<script runat=server>Variable.GetValue('@b')</script>",
        "b",
        &expect![[r#"
            no: this page already has a variable `@b`; upper and lower case make no difference
        "#]],
    );
}

#[test]
fn the_spelling_at_the_cursor() {
    let (host, file, at, text) = with_cursor("%%[ set @first = @FIR$0ST ]%%");
    let found = prepare_rename(&host.snapshot(), file, at).unwrap();
    assert_eq!((&text[found.range], &*found.placeholder), ("@FIRST", "@FIRST"));
    let (host, file, at, text) = with_cursor("<script runat=server>Variable.GetValue('$0First')</script>");
    let found = prepare_rename(&host.snapshot(), file, at).unwrap();
    assert_eq!((&text[found.range], &*found.placeholder), ("First", "First"));
}

/// Every variable of a page with its places, what each leads to by their numbers, and the structure: all but the names.
fn bindings(host: &Host, file: FileId, name_of: impl Fn(&str) -> String) -> Vec<String> {
    let snapshot = host.snapshot();
    let page = host.page(file).unwrap();
    let db = host.db();
    let mut found = Vec::new();
    for name in names(host, file) {
        let all = places(db, page, &name);
        let number = |range: TextRange| all.iter().position(|named| named.range == range);
        // Of many places only some: each is looked up among all.
        for named in all.iter().step_by(1 + all.len() / 32) {
            let goes = definition(&snapshot, file, named.range.end()).map(|found| {
                let targets = found.targets.iter();
                // The counter of a NEXT with another name is no place of this name.
                targets.map(|target| number(target.focus)).collect::<Vec<_>>()
            });
            found.push(format!("{} {:?} {goes:?}", name_of(&name), named.how));
        }
    }
    found.sort();
    found.extend(page_structure(db, page).problems.iter().map(|problem| format!("{:?}", problem.kind)));
    let frames = page_frames(db, page).iter();
    found.extend(frames.map(|frame| format!("{} {}", frame.alternatives.len(), frame.end.is_some())));
    found
}

/// What the variables of a page are called.
fn names(host: &Host, file: FileId) -> BTreeSet<String> {
    let db = host.db();
    let mut found = BTreeSet::new();
    for position in page_map(db, host.page(file).unwrap()).chunks() {
        for element in chunk_syntax(db, position.chunk).descendants_with_tokens() {
            if element.kind() == SyntaxKind::VARIABLE {
                found.insert(key(&element.to_string()).to_string());
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// Renames each variable of a page, looks that everything is as before but for the name, and renames it back.
fn check_page(text: &str) {
    let (original, file) = host(text);
    let page = original.page(file).unwrap();
    for name in names(&original, file) {
        let at = places(original.db(), page, &name)[0].range.end();
        let long = "a_much_longer_name_than_any_other_in_this_page";
        for new_name in ["_q", long] {
            let changed = renamed(&original, file, at, new_name).unwrap();
            let (after, after_file) = host(&changed);
            let old = bindings(&original, file, str::to_owned);
            let back = |found: &str| if found == new_name { name.clone() } else { found.to_owned() };
            assert_eq!(bindings(&after, after_file, back), old, "{name} to {new_name} in {text:?}");
            let at = places(after.db(), after.page(after_file).unwrap(), new_name)[0].range.end();
            let back = renamed(&after, after_file, at, &name).unwrap();
            // The same bytes, but that spellings which differ in case have become one.
            let same = renamed(&original, file, places(original.db(), page, &name)[0].range.end(), &name).unwrap();
            assert_eq!(back, same, "{name} to {new_name} and back in {text:?}");
        }
    }
}

#[test]
fn nothing_but_the_name_changes() {
    let mut rng = Rng::new(7);
    for _ in 0..150 {
        check_page(&random_page(&mut rng));
    }
}

#[test]
fn nothing_but_the_name_changes_in_large_pages() {
    let mut rng = Rng::new(8);
    for _ in 0..4 {
        let parts: Vec<String> = (0..3).map(|_| random_page(&mut rng)).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        check_page(&far_apart(&parts));
    }
    // One block that is cut.
    let statements = "set @a = Concat(@b, '@a')\nset @b = @A /* @b */\n".repeat(400);
    check_page(&format!("%%[\nvar @a, @b\n{statements}]%%"));
    // A server script that is cut, with a comment over the cut.
    let filler = "var x = 1;\n".repeat(1500);
    let script = format!(
        "<script runat=\"server\">\n{filler}Variable.SetValue('@a', 1);/*\n{filler}Variable.SetValue('@a', 2);*/\n</script>"
    );
    check_page(&format!("{script}%%=v(@a)=%%"));
    let (host, file) = host(&script);
    let at = size(script.find("@a").unwrap());
    assert_eq!(rename(&host.snapshot(), file, at, "b").unwrap().len(), 1);
}

#[test]
fn nothing_but_the_name_changes_in_the_example() {
    for page in [
        include_str!("../../../../test-fixtures/example/emails/welcome.html"),
        include_str!("../../../../test-fixtures/example/emails/cart-reminder.html"),
        include_str!("../../../../test-fixtures/example/cloudpages/preferences.html"),
        include_str!("../../../../test-fixtures/example/blocks/footer.amp"),
    ] {
        check_page(page);
    }
}
