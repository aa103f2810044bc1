use expect_test::{Expect, expect};
use sfmc_lint::DefaultLevels;
use sfmc_syntax::apply_edits;

use super::*;
use crate::testing::{host, sql_host, with_selection};

fn actions_at(markup: &str, kind: ActionKind) -> (String, Vec<Action>) {
    let (host, file, range, text) = with_selection(markup);
    let actions = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &|wanted| wanted == kind);
    (text, actions)
}

fn titles(markup: &str, kind: ActionKind) -> Vec<String> {
    actions_at(markup, kind).1.into_iter().map(|action| action.title).collect()
}

/// What the page is after the action with this title; nothing where it is not offered.
#[track_caller]
fn check(markup: &str, kind: ActionKind, title: &str, expected: &Expect) {
    let (text, actions) = actions_at(markup, kind);
    let action = actions.into_iter().find(|action| action.title == title);
    let found = action.map(|action| apply_edits(&text, &action.edits).unwrap());
    expected.assert_eq(&found.unwrap_or_else(|| "nothing".to_owned()));
}

#[track_caller]
fn suppress(markup: &str, rule: &str, expected: &Expect) {
    check(markup, ActionKind::QuickFix, &format!("suppress `{rule}` here"), expected);
}

/// A guard is a fix where the rule asks for one, and then no refactoring besides.
#[test]
fn a_guard_mends_a_finding() {
    let text = "%%[ set @rows = LookupRows('d', 'a', 1) set @row = $0Row(@rows, 1)$0 ]%%";
    let (host, file, range, _) = with_selection(text);
    let found = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &|_| true);
    let guards: Vec<_> = found.iter().filter(|action| action.title.starts_with("guard")).collect();
    let [guard] = guards.as_slice() else { panic!("{guards:?}") };
    assert_eq!(guard.kind, ActionKind::QuickFix);
    assert_eq!(guard.diagnostic.as_ref().unwrap().rule.id, "amp/row-index-guard");
    let guarded =
        "%%[ set @rows = LookupRows('d', 'a', 1) if RowCount(@rows) > 0 then set @row = $0Row(@rows, 1)$0 endif ]%%";
    assert!(titles(guarded, ActionKind::QuickFix).iter().all(|title| !title.starts_with("guard")));
}

#[test]
fn only_what_touches_the_range() {
    let text = |selected: &str| "%%[ if @a && @b ]%%%%[ endif ]%%".replacen(selected, &format!("$0{selected}$0"), 1);
    let fixes = |text: &str| {
        let all = titles(text, ActionKind::QuickFix).into_iter();
        all.filter(|title| !title.starts_with("suppress")).collect::<Vec<_>>()
    };
    assert_eq!(fixes(&text("&")), ["replace `&&` by `and`"]);
    assert_eq!(fixes(&text("%%[ if @a && @b ]%%")), ["replace `&&` by `and`", "insert `then`"]);
    assert!(fixes(&text("[ endif ")).is_empty());
}

#[test]
fn all_of_a_rule() {
    let text = "%%[ if @a $0&& @b && @c && @d ]%%%%[ set @x == 1 endif set @y == 2 ]%%";
    check(
        text,
        ActionKind::QuickFix,
        "fix all `amp/unsupported-operator` in this file",
        &expect![["%%[ if @a and @b and @c and @d ]%%%%[ set @x == 1 endif set @y == 2 ]%%"]],
    );
    check(text, ActionKind::QuickFix, "fix all `amp/equality-in-set` in this file", &expect![["nothing"]]);
    check(
        "%%[ set @x =$0= 1 ]%%",
        ActionKind::QuickFix,
        "fix all `amp/equality-in-set` in this file",
        &expect![["nothing"]],
    );
}

#[test]
fn all_of_a_file() {
    let title = "apply all safe fixes in this file";
    let text = "$0<p>\n%%[ if @a && @b ]%%\n%%[ set @x == 1 endif ]%%\n";
    check(text, ActionKind::FixAll, title, &expect![["<p>\n%%[ if @a and @b then ]%%\n%%[ set @x = 1 endif ]%%\n"]]);
    check("$0%%=Lokup('d', 'c', 'k', 1)=%%", ActionKind::FixAll, title, &expect![["nothing"]]);
    check("$0<p>", ActionKind::FixAll, title, &expect![["nothing"]]);
}

#[test]
fn nothing_outside_of_the_file() {
    let (host, file) = host("%%[ if @a && @b ]%%");
    let range = TextRange::new(5.into(), 500.into());
    assert!(code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &|_| true).is_empty());
}

#[test]
fn suppressed_in_a_block() {
    suppress(
        "%%[\n  set @x = Sp$0ecial(1)\n  set @y = Special(2)\n]%%",
        "amp/unknown-function",
        &expect![["%%[\n  /* sfmc-ignore amp/unknown-function */\n  set @x = Special(1)\n  set @y = Special(2)\n]%%"]],
    );
    // On its own line it would reach the line above.
    suppress(
        "%%[ set @x = Sp$0ecial(1)\r\nset @y = Special(2)\r\n]%%",
        "amp/unknown-function",
        &expect![["%%[ /* sfmc-ignore amp/unknown-function */ set @x = Special(1)\r\nset @y = Special(2)\r\n]%%"]],
    );
    suppress(
        "<script runat=server language=ampscript>\nset @x = Sp$0ecial(1)</script>",
        "amp/unknown-function",
        &expect![[
            "<script runat=server language=ampscript>\n/* sfmc-ignore amp/unknown-function */\nset @x = Special(1)</script>"
        ]],
    );
}

#[test]
fn suppressed_in_text_and_inline() {
    suppress(
        "<a title=\"%%=Sp$0ecial(1)=%%\">\n%%=Special(2)=%%",
        "amp/unknown-function",
        &expect![["<a title=\"%%[ /* sfmc-ignore amp/unknown-function */ ]%%%%=Special(1)=%%\">\n%%=Special(2)=%%"]],
    );
    suppress(
        "<p>\n a ]$0%% b",
        "amp/stray-block-close",
        &expect![["<p>\n a %%[ /* sfmc-ignore amp/stray-block-close */ ]%%]%% b"]],
    );
}

#[test]
fn suppressed_in_the_file() {
    let title = "suppress `amp/unknown-function` in this file";
    check(
        "<p>\n%%=Sp$0ecial(1)=%%",
        ActionKind::QuickFix,
        title,
        &expect![["%%[ /* sfmc-ignore-file amp/unknown-function */ ]%%<p>\n%%=Special(1)=%%"]],
    );
    check(
        "<p>\n%%[\nset @x = Sp$0ecial(1) ]%%%%=Special(1)=%%",
        ActionKind::QuickFix,
        title,
        &expect![["<p>\n%%[ /* sfmc-ignore-file amp/unknown-function */\nset @x = Special(1) ]%%%%=Special(1)=%%"]],
    );
    check(
        "%%[set @x = Spe$0cial(1)]%%",
        ActionKind::QuickFix,
        title,
        &expect![["%%[ /* sfmc-ignore-file amp/unknown-function */ set @x = Special(1)]%%"]],
    );
    check(
        "%%[[type=post] set @x = Sp$0ecial(1) ]%%",
        ActionKind::QuickFix,
        title,
        &expect![["%%[ /* sfmc-ignore-file amp/unknown-function */ ]%%%%[[type=post] set @x = Special(1) ]%%"]],
    );
}

/// What a file of SQL is after the action with this title.
#[track_caller]
fn check_sql(markup: &str, title: &str, expected: &Expect) {
    let (text, range) = {
        let (_, _, range, text) = with_selection(markup);
        (text, range)
    };
    let (host, file) = sql_host(&text);
    let actions = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &|_| true);
    let action = actions.into_iter().find(|action| action.title == title);
    let found = action.map(|action| apply_edits(&text, &action.edits).unwrap());
    expected.assert_eq(&found.unwrap_or_else(|| "nothing".to_owned()));
}

#[test]
fn fixed_and_suppressed_in_sql() {
    check_sql("SELECT `a`$0, `b` FROM t", "write `[a]`", &expect![["SELECT [a], `b` FROM t"]]);
    check_sql("SELECT `a`$0, `b` FROM t", "fix all `sql/limit` in this file", &expect![["SELECT [a], [b] FROM t"]]);
    let here = "suppress `sql/limit` here";
    check_sql(
        "SELECT\n  x,\n  `a`$0\nFROM t",
        here,
        &expect![["SELECT\n  x,\n  -- sfmc-ignore sql/limit\n  `a`\nFROM t"]],
    );
    check_sql("SELECT `a`$0\nFROM `t`", here, &expect![["-- sfmc-ignore sql/limit\nSELECT `a`\nFROM `t`"]]);
    check_sql(
        "SELECT `a`$0 FROM t",
        "suppress `sql/limit` in this file",
        &expect![["-- sfmc-ignore-file sql/limit\nSELECT `a` FROM t"]],
    );
}

/// A comment in a block makes it no empty one any more.
#[test]
fn suppressed_beside_what_it_would_change() {
    let title = "suppress `amp/empty-block` in this file";
    let expected = expect![["%%[ /* sfmc-ignore-file amp/empty-block */ ]%%%%[ ]%%"]];
    check("%%$0[ ]%%", ActionKind::QuickFix, title, &expected);
}

/// Both ways, each as whoever wrote it could have meant it.
#[test]
fn conditions_that_can_be_read_in_two_ways() {
    let grouped = |markup: &str| -> Vec<String> {
        let (text, actions) = actions_at(markup, ActionKind::QuickFix);
        let groups = actions.into_iter().filter(|action| action.title.starts_with("group as"));
        groups
            .map(|action| {
                assert!(!action.preferred);
                format!("{}: {}", action.title, apply_edits(&text, &action.edits).unwrap())
            })
            .collect()
    };
    assert_eq!(
        grouped("%%[ if @a == 1 $0or Empty(@b) and @c == 2 then set @x = 1 endif ]%%"),
        [
            "group as `a or (b and c)`: %%[ if @a == 1 or (Empty(@b) and @c == 2) then set @x = 1 endif ]%%",
            "group as `(a or b) and c`: %%[ if (@a == 1 or Empty(@b)) and @c == 2 then set @x = 1 endif ]%%",
        ]
    );
    assert_eq!(
        grouped("%%[ IF @a $0OR @b AND @c OR @d AND (@e OR @f) THEN SET @x = 1 ENDIF ]%%"),
        [
            "group as `a or (b and c) or (d and e)`: %%[ IF @a OR (@b AND @c) OR (@d AND (@e OR @f)) THEN SET @x = 1 ENDIF ]%%",
            "group as `(((a or b) and c) or d) and e`: %%[ IF (((@a OR @b) AND @c) OR @d) AND (@e OR @f) THEN SET @x = 1 ENDIF ]%%",
        ]
    );
    assert_eq!(
        grouped("%%[ if $0not @a == 1 and @b == 2 then set @x = 1 endif ]%%"),
        [
            "group as `(not a) and b`: %%[ if (not @a == 1) and @b == 2 then set @x = 1 endif ]%%",
            "group as `not (a and b)`: %%[ if not (@a == 1 and @b == 2) then set @x = 1 endif ]%%",
        ]
    );
    for none in [
        "%%[ if @a == 1 $0and @b == 2 or @c == 3 then set @x = 1 endif ]%%",
        "%%[ if @a $0or not @b and @c then set @x = 1 endif ]%%",
        "%%[ if @a $0or and @c then set @x = 1 endif ]%%",
    ] {
        assert_eq!(grouped(none), [""; 0], "{none}");
    }
}

#[test]
fn ends_that_are_missing() {
    let ended = |markup: &str| -> Option<String> {
        let (text, actions) = actions_at(markup, ActionKind::QuickFix);
        let action = actions.into_iter().find(|action| action.title.ends_with("at the end of the page"))?;
        assert!(!action.preferred);
        Some(apply_edits(&text, &action.edits).unwrap())
    };
    for (markup, expected) in [
        ("%%[ $0if @a then ]%%x\n", "%%[ if @a then ]%%x%%[ endif ]%%\n"),
        ("%%[ $0IF @a THEN SET @x = 1 ]%%", "%%[ IF @a THEN SET @x = 1 ENDIF ]%%"),
        ("%%[ set @a = 1]%%%%[ $0if @a then set @x = 1]%%", "%%[ set @a = 1]%%%%[ if @a then set @x = 1 endif ]%%"),
        (
            "%%[\n  $0For @i = 1 to 2 Do\n    set @x = @i\n]%%\n",
            "%%[\n  For @i = 1 to 2 Do\n    set @x = @i\n  Next @i\n]%%\n",
        ),
        ("%%[ $0if @a then ]%%x%%=v(@a)=%%", "%%[ if @a then ]%%x%%=v(@a)=%%%%[ endif ]%%"),
    ] {
        assert_eq!(ended(markup).as_deref(), Some(expected), "{markup}");
    }
    for none in [
        "%%[ $0if @a then ]%%x%%[ endif ]%%",
        "%%[ for @i = 1 to 2 do $0if @i then next @i ]%%",
        "%%[ $0if @a then set @x = 1",
    ] {
        assert_eq!(ended(none), None, "{none}");
    }
}
