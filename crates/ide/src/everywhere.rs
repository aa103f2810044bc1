//! Every feature at every place of pages that are as bad as they come, and of the example: none fails, and what it says lies in the page.

use sfmc_db::{FileId, Host, page_map};
use sfmc_lint::DefaultLevels;
use sfmc_syntax::{PositionEncoding, TextRange, TextSize, apply_edits};
use sfmc_test_support::Rng;

use crate::{
    ClassifiedToken, CompletionOptions, Indentation, InlayHintOptions, Navigation, ParameterHints, code_actions,
    code_lenses, completions, declaration, definition, document_links, folding_ranges, highlights, hover, inlay_hints,
    on_line_end, prepare_rename, references, rename, selection_ranges, semantic_tokens,
    testing::{far_apart, host, size, sql_host},
};

const NASTY: [&str; 12] = [
    "😀%%[ if @a then ]%%é\n%%[ next @a endif for @i = ( to ]%% %%= @a @b\r\n%%[ set @a = 'x\n]%% {{ x %%a%% @",
    "%%[ end if end else elseif @ @@ @@x @1 set set = 1 var , @a @b for to do next next @x ) ]%%",
    "<script runat=\"server\">Variable.SetValue('@a\n // ' Variable.GetValue('@b') /* \n",
    "<script language=ampscript runat=server> if @a then /* </script><!-- %%[ endif ]%%",
    "%%[ if @a { set @b = 1; } else { @c++ } while @x wend ]%%<!-- #region\n -->\n\n<!-- #endregion\n-->",
    "%%[ set @größe = @GRÖSSE set @İ = 1 set @ß = @ẞ ]%%%%=v(@@ExecCtx)=%%%%[First Name]%%",
    "]%%=%%%%[%%=%%[ @a ]%%",
    "%%[ set @a = \"http://\" set @b = 'https://x",
    "%%[ if Lookup('d', , 😀, 1, then\n\n\n\n\n\n\n\n\n\n\n\nendif😀 set @a = Row(Substring('é', (1), 2 endif",
    "%%[ set @a = Lookup('Orders', 'é😀', \"Id\", LookupRows(\"ENT.Regions\", 'Na\nme', UpsertDE('Joe''s list', 1, '', 'x",
    "%%[ if @é == '\n😀\n\n\n\n\n\n\n\n\n\n\n' /* é */ then end\nif UpsertDE(@d, -1, 1, 2, 3, 4 set @ = LookupRows(1,2,3)",
    "",
];

const ALL_HINTS: InlayHintOptions = InlayHintOptions { parameters: ParameterHints::All, ends: true, types: true };

const NASTY_SQL: [&str; 9] = [
    "SELECT a, FROM `t` LIMIT 5, -- it's 😀\nSELCT 'é\n\nFROM #t WHERE x = ‘y’ 😀",
    "WITH a AS (SELECT 1 AS é), b AS (SELECT * FROM a) SELECT * FROM b JOIN a ON 1 = 1 ORDER BY é;\r\nGO",
    "SELECT N'x', IFNULL(a, ), NOW(, MOD(1,2 FROM dbo.t, [u v] WITH (NOLOCK) WHERE a = NULL OPTION (RECOMPILE)",
    "/* sfmc-ignore sql/x */ SELECT /* sfmc-ignore sql/limit */ `a` -- sfmc-ignore-file all\nFROM t LIMIT 1",
    "INSERT INTO t SELECT a FROM b;;; DECLARE @x INT SET @x = 1 BEGIN SELECT (SELECT (SELECT",
    "SELECT TOP 5 a::int, b || c FROM (SELECT a FROM t ORDER BY a) WHERE b LIKE IN ('x') FOR JSON AUTO",
    "%%[ set @a = 1 ]%%\nSELECT %%name%% FROM {{{x}}}_t, {{ [ \" /*",
    ") ) SELECT ' ' ' [ ] ] FROM ( 1 2",
    "",
];

fn check_page(text: &str, every: usize) {
    let (host, file) = host(text);
    check_file(&host, file, text, every);
}

fn check_query(text: &str, every: usize) {
    let (host, file) = sql_host(text);
    check_file(&host, file, text, every);
}

fn check_file(host: &Host, file: FileId, text: &str, every: usize) {
    let snapshot = host.snapshot();
    let inside = |range: TextRange| {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        assert!(text.get(start..end).is_some(), "{range:?} of {text:?}");
    };
    let navigation = |found: Option<Navigation>| {
        if let Some(found) = found {
            inside(found.origin);
            assert!(!found.targets.is_empty());
            for target in found.targets {
                inside(target.range);
                assert!(target.range.contains_range(target.focus), "{target:?} of {text:?}");
            }
        }
    };
    let hints = inlay_hints(&snapshot, file, TextRange::up_to(size(text.len())), ALL_HINTS);
    assert!(hints.is_sorted_by_key(|hint| hint.at));
    for hint in &hints {
        inside(TextRange::empty(hint.at));
        hint.target.into_iter().for_each(inside);
        assert!(!hint.label.is_empty() && !hint.label.contains('\n'), "{hint:?}");
    }
    let lenses = code_lenses(&snapshot, file);
    assert!(lenses.is_sorted_by(|a, b| a.range.end() <= b.range.start()), "{lenses:?} of {text:?}");
    for lens in lenses {
        inside(lens.range);
        let named = text[lens.range].to_lowercase();
        assert_eq!(named, format!("@{}", lens.variable));
    }
    let past = [size(text.len() + 1), size(text.len() + 9999), TextSize::new(u32::MAX)];
    for at in (0..=text.len()).step_by(every).map(size).chain(past) {
        navigation(definition(&snapshot, file, at));
        navigation(declaration(&snapshot, file, at));
        references(&snapshot, file, at, false).into_iter().flatten().for_each(inside);
        if let Some(found) = hover(&snapshot, file, at) {
            inside(found.range);
        }
        let proposed = completions(&snapshot, file, at, CompletionOptions { snippets: true }, None);
        // What is typed in the middle of a letter cannot be replaced; nobody stands there.
        if let Some(found) = proposed.filter(|_| text.is_char_boundary(at.into())) {
            inside(found.replace);
            inside(found.only);
            assert!(found.insert.start() == found.replace.start() && found.replace.contains_range(found.insert));
        }
        highlights(&snapshot, file, at).into_iter().flatten().for_each(|highlight| inside(highlight.range));
        if let Ok(target) = prepare_rename(&snapshot, file, at) {
            inside(target.range);
        }
        for action in code_actions(&snapshot, None, file, TextRange::empty(at), &DefaultLevels, &|_| true) {
            assert!(apply_edits(text, &action.edits).is_ok_and(|after| after != text), "{action:?} of {text:?}");
        }
        let typed = on_line_end(&snapshot, file, at, Indentation { width: 2, blanks: true });
        assert!(apply_edits(text, &typed).is_ok(), "{typed:?} of {text:?}");
        for edit in rename(&snapshot, file, at, "fresh").unwrap_or_default() {
            inside(edit.range);
        }
        for len in [0, 1, 40, 5000] {
            let range = TextRange::new(at, TextSize::new(u32::from(at).saturating_add(len)));
            let some = hints.iter().filter(|hint| range.contains_inclusive(hint.at));
            assert!(inlay_hints(&snapshot, file, range, ALL_HINTS).iter().eq(some), "{range:?} of {text:?}");
        }
        let selections = selection_ranges(&snapshot, file, at);
        assert!(selections.is_sorted_by(|inner, outer| outer.contains_range(*inner) && inner != outer));
        assert_eq!(selections.last().copied(), Some(TextRange::up_to(size(text.len()))));
        selections.into_iter().for_each(inside);
    }
    for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32] {
        let all = semantic_tokens(&snapshot, file, None, encoding).unwrap();
        let lines: Vec<&str> = text.split('\n').collect();
        for token in &all {
            let line = lines[token.line as usize];
            assert!(token.len > 0 && token.column + token.len <= encoding.measure(line), "{token:?} of {text:?}");
        }
        let is_behind = |a: &ClassifiedToken, b: &ClassifiedToken| {
            (a.line, a.column + a.len) <= (b.line, b.column) || a.line < b.line
        };
        assert!(all.is_sorted_by(is_behind), "{text:?}");
        let last = u32::try_from(lines.len()).unwrap();
        for (from, to) in [(0, 0), (last / 3, last / 2), (last / 2, last)] {
            let some = semantic_tokens(&snapshot, file, Some(from..=to), encoding).unwrap();
            assert!(some.iter().eq(all.iter().filter(|token| (from..=to).contains(&token.line))), "{text:?}");
        }
    }
    folding_ranges(&snapshot, file);
    document_links(&snapshot, file).into_iter().for_each(|link| inside(link.range));
}

/// Queries as bad as they come, and one that is none of it.
const NASTY_QUERIES: [&str; 12] = [
    "SELECT 😀.[é, 'x\n FROM (SELECT TOP ( a.* FROM Ent..[b]]c] AS ( JOIN x ON CASE WHEN END WHERE é IN (1, (SELECT",
    "-- it's #region\n--\n/* é /* b */ SELECT /* c */ a AS 'é' , b = c, , FROM t AS [x y] -- d\r\n-- #endregion\n/* open",
    "SELECT a.b.c.d, a..b, .a, a. , t.*, *.x FROM a. JOIN . ON . = . GROUP BY ORDER BY 1 OFFSET",
    "WITH c (x, AS (SELECT 1) SELECT * FROM c UNION ALL (SELECT 2) EXCEPT SELECT 3 ORDER BY x;;\nGO\nnotes é\n\nDROP TABLE t",
    "SELECT CASE x WHEN 1 THEN CASE WHEN 2 = 3 THEN 4 ELSE END END, CAST(x AS ), CONVERT(é(, DATEADD(day, , FROM FROM",
    "SELECT {{{a}}}.x, [{{b}}] FROM {{{c}}}_d AS e WHERE e.f = '{{g}}' AND N'x' LIKE \"y\" ) ) ] } |",
    "SELECT a.[First Name] AS n, b.x, COUNT(*) OVER (PARTITION BY a.y ORDER BY z DESC) c\nFROM Orders a\nLEFT JOIN      (SELECT x, MAX(y) AS y FROM _Sent s WHERE s.EventDate > DATEADD(day, -7, GETDATE()) GROUP BY x) AS b ON b.x = a.x\n     WHERE a.y IN (SELECT q FROM T2 WHERE T2.q = a.q) AND n <> '' ORDER BY n, c",
    "SELECT * FROM t PIVOT (COUNT(x) FOR y IN ([a], [b])) AS p CROSS APPLY (VALUES (1, 2)) AS v (m, n) WHERE p.",
    "((((((((((SELECT ((((((((((1",
    "SELECT TOP 10 PERCENT WITH TIES x FROM y,z WHERE @v = #t AND 0x1F > $1.5 OR 1e5 = .5 LIMIT 5 OFFSET 6",
    "]",
    "",
];

#[test]
fn nasty_queries() {
    for text in NASTY_QUERIES.into_iter().chain(NASTY_SQL) {
        check_query(text, 1);
        for at in (0..text.len()).filter(|&at| text.is_char_boundary(at)).step_by(7) {
            check_query(&text[..at], 13);
        }
    }
    check_query(&NASTY_QUERIES.join("\n\n"), 3);
    check_query(&NASTY_SQL.join("\n\n"), 3);
    // As a page they are text, and pages are no queries.
    check_page(&NASTY_QUERIES.concat(), 41);
    check_query(&NASTY.concat(), 7);
}

#[test]
fn nasty_pages() {
    for text in NASTY {
        check_page(text, 1);
    }
    check_page(&NASTY.concat(), 1);
    check_page(&far_apart(&NASTY), 997);
}

#[test]
fn the_example() {
    check_page(include_str!("../../../test-fixtures/example/emails/welcome.html"), 1);
    check_page(include_str!("../../../test-fixtures/example/emails/cart-reminder.html"), 1);
    check_page(include_str!("../../../test-fixtures/example/cloudpages/preferences.html"), 1);
    check_page(include_str!("../../../test-fixtures/example/blocks/footer.amp"), 1);
}

/// However a page came to its text, and was cut on the way: the answers are the same.
#[test]
fn however_the_page_is_cut() {
    let statements = "set @a = Concat(@b, Substring('@a', 1))\nset @r = LookupRows('d', 'c', 1)\nif @a then\nset @b = @A\nendif /* @b */\n".repeat(150);
    let script = "Variable.SetValue('@a', Variable.GetValue('b')); /* it's\n'@a' */\n".repeat(150);
    let text = format!(
        "<!-- %%[ var @a\n{statements}for @i = 1 to @b do ]%%\n<script runat=\"server\">{script}</script>-->%%=v(@a)=%%\n\
         {}%%[ next @i ]%%",
        "<p>%%=v(@a)=%%\n%%[ if @b then ]%%x%%[ else ]%%\n%%[ endif ]%%</p>\n".repeat(60)
    );
    let (whole, file) = host(&text);
    let starts = |host: &Host, file| {
        let map = page_map(host.db(), host.page(file).unwrap());
        map.chunks().iter().map(|position| position.start).collect::<Vec<_>>()
    };
    let mut rng = Rng::new(3);
    for _ in 0..4 {
        let (mut pieces, other) = host("");
        let mut done: Vec<usize> = (0..12).map(|_| rng.place(&text)).chain([0, text.len()]).collect();
        done.sort_unstable();
        // From the end to the beginning, so that what stands before is not known when a piece is cut.
        for ends in done.windows(2).rev() {
            pieces.replace(other, Some(TextRange::empty(TextSize::new(0))), &text[ends[0]..ends[1]]).unwrap();
        }
        assert_eq!(pieces.text(other), Some(&*text));
        assert_ne!(starts(&whole, file), starts(&pieces, other));
        let (a, b) = (whole.snapshot(), pieces.snapshot());
        assert_eq!(folding_ranges(&a, file), folding_ranges(&b, other));
        let everything = TextRange::up_to(size(text.len()));
        assert_eq!(code_lenses(&a, file), code_lenses(&b, other));
        assert_eq!(inlay_hints(&a, file, everything, ALL_HINTS), inlay_hints(&b, other, everything, ALL_HINTS));
        for _ in 0..40 {
            let at = size(rng.place(&text));
            assert_eq!(definition(&a, file, at), definition(&b, other, at), "{at:?}");
            assert_eq!(declaration(&a, file, at), declaration(&b, other, at), "{at:?}");
            assert_eq!(references(&a, file, at, true), references(&b, other, at, true), "{at:?}");
            assert_eq!(highlights(&a, file, at), highlights(&b, other, at), "{at:?}");
            assert_eq!(selection_ranges(&a, file, at), selection_ranges(&b, other, at), "{at:?}");
            assert_eq!(rename(&a, file, at, "x"), rename(&b, other, at, "x"), "{at:?}");
            let actions = |snapshot, file| {
                let found = code_actions(snapshot, None, file, TextRange::empty(at), &DefaultLevels, &|_| true);
                found.into_iter().map(|action| (action.title, action.edits)).collect::<Vec<_>>()
            };
            assert_eq!(actions(&a, file), actions(&b, other), "{at:?}");
            let typed = Indentation { width: 2, blanks: true };
            assert_eq!(on_line_end(&a, file, at, typed), on_line_end(&b, other, at, typed), "{at:?}");
        }
    }
}

#[test]
fn a_file_that_is_gone() {
    let (mut host, file) = host("%%=v(@a)=%%");
    host.remove(file);
    let snapshot = host.snapshot();
    let at = size(6);
    assert!(definition(&snapshot, file, at).is_none() && declaration(&snapshot, file, at).is_none());
    assert!(references(&snapshot, file, at, true).is_none() && highlights(&snapshot, file, at).is_none());
    assert!(prepare_rename(&snapshot, file, at).is_err() && rename(&snapshot, file, at, "b").is_err());
    assert!(selection_ranges(&snapshot, file, at).is_empty() && folding_ranges(&snapshot, file).is_empty());
    assert!(document_links(&snapshot, file).is_empty());
    assert!(code_actions(&snapshot, None, file, TextRange::empty(at), &DefaultLevels, &|_| true).is_empty());
    assert!(on_line_end(&snapshot, file, at, Indentation { width: 2, blanks: true }).is_empty());
    assert!(inlay_hints(&snapshot, file, TextRange::up_to(at), ALL_HINTS).is_empty());
    assert!(code_lenses(&snapshot, file).is_empty());
}
