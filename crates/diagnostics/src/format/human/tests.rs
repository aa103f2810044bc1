//! What is drawn, as a reader sees it.

use expect_test::{Expect, expect};
use sfmc_syntax::{TextEdit, TextRange, TextSize};
use sfmc_test_support::{Rng, extract_range};

use super::*;
use crate::{Fix, FixKind, Group, Related, Rule, format::OutputFormat};

static RULE: Rule = Rule {
    id: "amp/some-rule",
    aliases: &[],
    group: Group::Syntax,
    severity: Severity::Error,
    on_by_default: true,
    fix: FixKind::Safe,
    since: "0.1.0",
    docs: "",
};

fn range(range: Range<usize>) -> TextRange {
    TextRange::new(TextSize::new(range.start as u32), TextSize::new(range.end as u32))
}

fn draw(text: &str, diagnostic: &Diagnostic, terminal: Terminal) -> String {
    let report = FileReport { path: "page.html", text, diagnostics: std::slice::from_ref(diagnostic) };
    String::from_utf8(super::draw(&report, terminal).unwrap()).unwrap()
}

/// Draws a finding at the selection of `markup`, to which `more` can add what it wants.
fn check(markup: &str, more: impl FnOnce(&str, &mut Diagnostic), expected: &Expect) {
    let (text, selection) = extract_range(markup);
    let mut diagnostic = Diagnostic::new(&RULE, range(selection), "something is wrong");
    more(&text, &mut diagnostic);
    expected.assert_eq(&draw(&text, &diagnostic, Terminal::default()));
}

fn none(_: &str, _: &mut Diagnostic) {}

/// Where `part` stands in `text`.
fn find(text: &str, part: &str) -> TextRange {
    let at = text.find(part).unwrap();
    range(at..at + part.len())
}

fn fix(title: &str, applicability: Applicability, edits: Vec<TextEdit>) -> Fix {
    Fix { title: title.to_owned(), applicability, edits }
}

fn related(range: TextRange, message: &str) -> Related {
    Related { range, message: message.to_owned() }
}

#[test]
fn everything_that_a_finding_can_have() {
    check(
        "<p>\n%%[ for @i = 1 to 3 do ]%%\n  <li>%%[ next $0@j$0 ]%%\n</p>\n",
        |text, d| {
            d.severity = Severity::Warning;
            d.related.push(related(find(text, "@i"), "the counter"));
            d.help = Some("name the counter, or nothing".to_owned());
            let edit = TextEdit::replace(d.range, "@i");
            d.fixes.push(fix("close it by its own name", Applicability::Safe, vec![edit]));
            let edit = TextEdit::delete(d.range);
            d.fixes.push(fix("remove the name", Applicability::Unsafe, vec![edit]));
        },
        &expect![[r#"
            warning[amp/some-rule]: something is wrong
             --> page.html:3:16
              |
            2 | %%[ for @i = 1 to 3 do ]%%
              |         -- the counter
            3 |   <li>%%[ next @j ]%%
              |                ^^
            4 | </p>
              |
              = help: name the counter, or nothing
            fix: close it by its own name
              |
            3 -   <li>%%[ next @j ]%%
            3 +   <li>%%[ next @i ]%%
              |
            unsafe fix: remove the name

        "#]],
    );
}

#[test]
fn an_empty_range_is_a_caret() {
    check(
        "%%[ if @a$0 ]%%",
        none,
        &expect![[r#"
        error[amp/some-rule]: something is wrong
         --> page.html:1:10
          |
        1 | %%[ if @a ]%%
          |          ^

    "#]],
    );
    check(
        "set @a = $0\nset @b = 1\n",
        none,
        &expect![[r#"
        error[amp/some-rule]: something is wrong
         --> page.html:1:10
          |
        1 | set @a = 
          |          ^
        2 | set @b = 1
          |

    "#]],
    );
    check(
        "%%[ if @a\n$0",
        none,
        &expect![[r#"
        error[amp/some-rule]: something is wrong
         --> page.html:2:1
          |
        1 | %%[ if @a
        2 |
          | ^

    "#]],
    );
    check(
        "$0",
        none,
        &expect![[r#"
        error[amp/some-rule]: something is wrong
         --> page.html:1:1
          |
        1 |
          | ^

    "#]],
    );
}

#[test]
fn a_range_over_lines() {
    check(
        "<p>\r\n$0%%[\r\n  if @a then\r\n\r\n]%%$0\r\n</p>\r\n",
        none,
        &expect![[r#"
            error[amp/some-rule]: something is wrong
             --> page.html:2:1
              |
            1 |   <p>
            2 | / %%[
            3 | |   if @a then
            4 | |
            5 | | ]%%
              | |___^
            6 |   </p>
              |

        "#]],
    );
    check(
        "  $0one\r\n\r\n$0\r\ntwo",
        none,
        &expect![[r#"
        error[amp/some-rule]: something is wrong
         --> page.html:1:3
          |
        1 |   one
          |   ^^^

    "#]],
    );
}

#[test]
fn a_range_over_very_many_lines() {
    let lines = "  line\n".repeat(500);
    check(
        &format!("<p>\n$0%%[ if @a then ]%%\n{lines}$0</p>"),
        none,
        &expect![[r#"
            error[amp/some-rule]: something is wrong
             --> page.html:2:1
              |
            1 | <p>
            2 | %%[ if @a then ]%%
              | ^^^^^^^^^^^^^^^^^^ … to line 502
            3 |   line
              |

        "#]],
    );
}

#[test]
fn a_minified_page() {
    let cell = "<td class=\"x\">%%=v(@a)=%%</td>".repeat(2000);
    check(
        &format!("<table>{cell}%%=$0Lokup$0()=%%{cell}</table>"),
        |text, d| {
            d.related.push(related(find(text, "<table>"), "in this table"));
            let edit = TextEdit::replace(d.range, "Lookup");
            d.fixes.push(fix("write `Lookup`", Applicability::Safe, vec![edit]));
        },
        &expect![[r#"
            error[amp/some-rule]: something is wrong
             --> page.html:1:60011
              |
            1 | <table><td class="x">%%=v(@a)=%%</td><td class="x">%%=v(@a)=%…ass="x">%%=v(@a)=%%</td>%%=Lokup()=%%<td class="x">%%=v(@a)…
              | ------- in this table                                                                    ^^^^^
              |
            fix: write `Lookup`
              |
            1 | …ass="x">%%=v(@a)=%%</td><td class="x">%%=v(@a)=%%</td>%%=Lookup()=%%<td class="x">%%=v(@a)=%%</td><td class="x">%%=v(@a)=…
              |                                                             +

        "#]],
    );
    check(
        &format!("<table>$0{cell}$0</table>"),
        none,
        &expect![[r#"
        error[amp/some-rule]: something is wrong
         --> page.html:1:8
          |
        1 | <table><td class="x">%%=v(@a)=%%</td><td class="x">%%=v(@a)=%%</td>…=v(@a)=%%</td><td class="x">%%=v(@a)=%%</td></table>
          |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    "#]],
    );
}

#[test]
fn tabs_and_wide_characters() {
    check(
        "\tset\t@a = '日本 😀 é' $0+$0 1\n",
        none,
        &expect![[r#"
        error[amp/some-rule]: something is wrong
         --> page.html:1:20
          |
        1 |     set    @a = '日本 😀 é' + 1
          |                             ^

    "#]],
    );
}

#[test]
fn related_places_far_away_have_their_own_excerpt() {
    let between = "<br>\n".repeat(120);
    check(
        &format!("%%[ set @a = 1 ]%%\n{between}%%=v($0@b$0)=%%\n{between}@c"),
        |text, d| {
            d.related.push(related(find(text, "@c"), "after"));
            d.related.push(related(find(text, "@a"), "before"));
            d.related.extend((0..7).map(|_| related(find(text, "@b"), "here")));
        },
        &expect![[r#"
            error[amp/some-rule]: something is wrong
               --> page.html:122:6
                |
            121 | <br>
            122 | %%=v(@b)=%%
                |      ^^
                |      |
                |      here
                |      here
                |      here
                |      here
            123 | <br>
                |
               ::: page.html:243:1
                |
            243 | @c
                | -- after
                |
               ::: page.html:1:9
                |
              1 | %%[ set @a = 1 ]%%
                |         -- before
                |
                = note: and 3 more places

        "#]],
    );
}

#[test]
fn fixes_that_are_more_than_an_excerpt_can_show() {
    let lines = "line\n".repeat(20);
    check(
        &format!("$0first$0\n{lines}"),
        |text, d| {
            let all = TextEdit::delete(TextRange::up_to(TextSize::of(text)));
            d.fixes.push(fix("delete everything", Applicability::Unsafe, vec![all]));
        },
        &expect![[r#"
            error[amp/some-rule]: something is wrong
             --> page.html:1:1
              |
            1 | first
              | ^^^^^
            2 | line
              |
            unsafe fix: delete everything

        "#]],
    );
    check(
        "$0one$0\r\ntwo\r\n",
        |_, d| {
            let edits = vec![
                TextEdit::insert(0.into(), "%%[\r\n"),
                TextEdit::replace(range(5..8), "2"),
                TextEdit::insert(8.into(), "\r\n]%%"),
            ];
            d.fixes.push(fix("wrap it", Applicability::Safe, edits));
        },
        &expect![[r#"
            error[amp/some-rule]: something is wrong
             --> page.html:1:1
              |
            1 | one
              | ^^^
            2 | two
              |
            fix: wrap it
              |
            1 + %%[
            2 | one
            3 ~ 2
            4 + ]%%
              |

        "#]],
    );
}

#[test]
fn nothing_reaches_the_terminal_that_could_steer_it() {
    let text = "a \x1b[31m b\u{202e}";
    let mut d = Diagnostic::new(&RULE, range(2..7), "message \x1b[31m");
    d.help = Some("help \x1b[31m".to_owned());
    d.related.push(related(range(0..1), "related \x1b[31m"));
    d.fixes.push(fix("fix \x1b[31m", Applicability::Safe, vec![TextEdit::insert(0.into(), "\x1b")]));
    let drawn = draw(text, &d, Terminal::default());
    assert!(!drawn.contains(['\x1b', '\u{202e}']), "{drawn:?}");
}

#[test]
fn links_lead_to_the_page_of_the_rule() {
    let terminal = Terminal { hyperlinks: true, ..Terminal::default() };
    let drawn = draw("a", &Diagnostic::new(&RULE, range(0..1), "m"), terminal);
    assert!(drawn.contains(&RULE.url()));
    assert!(!draw("a", &Diagnostic::new(&RULE, range(0..1), "m"), Terminal::default()).contains("http"));
}

/// A finding with random places, most of them sound.
fn random_finding(rng: &mut Rng, text: &str) -> Diagnostic {
    let mut some = |longest: usize| range(rng.range(text, longest));
    let mut d = Diagnostic::new(&RULE, some(text.len()), "message");
    d.related.push(related(some(5), "one"));
    d.related.push(related(some(100), "two"));
    let edits = vec![TextEdit::replace(some(9), "new\r\ntext"), TextEdit::insert(some(0).start(), "é")];
    d.fixes.push(fix("a fix", Applicability::Safe, edits));
    if rng.one_in(8) {
        d.range = range(rng.below(text.len() + 9)..text.len() + 9);
    }
    d
}

#[test]
fn any_place_in_any_text_can_be_drawn() {
    let mut rng = Rng::new(1);
    let words = ["\n", "\r\n", "\t", "\r", "é", "日本", "😀", "%%[ set @a = 1 ]%%", "", "\u{feff}", "\0"];
    for _ in 0..3000 {
        let text: String = (0..rng.below(60)).map(|_| rng.pick(&words).repeat(1 + rng.below(9))).collect();
        let d = random_finding(&mut rng, &text);
        let plain = draw(&text, &d, Terminal::default());
        let at = Positions::new(&text).at(d.range.start().into());
        let header = format!("--> page.html:{}:{}\n", at.line, at.column);
        assert!(plain.contains(&header), "{header} expected:\n{plain}");
        let colored = draw(&text, &d, Terminal { color: true, ..Terminal::default() });
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
    }
}

#[test]
fn the_summary_is_colored() {
    let summary = Summary { errors: 21, infos: 1, files_checked: 1, files_with_findings: 1, ..Summary::default() };
    let mut out = Vec::new();
    let terminal = Terminal { color: true, ..Terminal::default() };
    OutputFormat::Human.write([], &summary, terminal, &mut out).unwrap();
    let line = String::from_utf8(out).unwrap();
    assert_ne!(line, format!("{summary}\n"));
    assert_eq!(anstream::adapter::strip_str(&line).to_string(), format!("{summary}\n"));
}
