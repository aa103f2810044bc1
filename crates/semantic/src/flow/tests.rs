mod chains;
mod contents;

use std::fmt::Write;

use expect_test::{Expect, expect};
use sfmc_db::{Database, FileKind, Included};

use super::*;
use crate::body::{Expr, lowered};

/// For each variable that is read: what is known of it there.
fn reads(text: &str) -> String {
    reads_with(text, &Arc::default())
}

/// The same, where something is known of what the page includes.
fn reads_with(text: &str, included: &Arc<Included>) -> String {
    let mut db = Database::default();
    let page = db.add_page(text, FileKind::Page);
    db.set_included(page, Arc::clone(included));
    let flow = page_flow(&db, page);
    let mut found = String::new();
    let mut start = 0;
    for &chunk in page.chunks(&db).iter() {
        let lowered = lowered(&db, chunk);
        let flow = &flow.chunks[&chunk];
        let source = &chunk.source(&db).text;
        for (id, expr) in lowered.body.exprs.iter().enumerate() {
            let id = ExprId::new(id);
            let Expr::Variable(_) = expr else { continue };
            let is_read = page_flow(&db, page)
                .variables
                .variables
                .iter()
                .any(|variable| variable.reads().any(|at| at == CodePlace { chunk, what: CodeItem::Expr(id) }));
            if !is_read {
                continue;
            }
            let value = flow.value(id);
            let line = text[..start + usize::from(lowered.range(id).start())].lines().count();
            write!(found, "{line} {}: {:?}; {:?}", &source[lowered.range(id)], value.marks, value.types).unwrap();
            if let Some(constant) = flow.constant(id) {
                write!(found, " = {constant:?}").unwrap();
            }
            let mut lines: Vec<String> = flow
                .definitions(id)
                .map(|definition| {
                    let at = usize::from(definition.at.range(&db).start());
                    format!("{:?} in {}", definition.kind, text[..at].lines().count())
                })
                .collect();
            lines.sort();
            if !lines.is_empty() {
                write!(found, " <- {}", lines.join(", ")).unwrap();
            }
            found.push('\n');
        }
        start += source.len();
    }
    found
}

#[track_caller]
fn check(text: &str, expect: &Expect) {
    expect.assert_eq(&reads(text));
}

#[test]
fn a_variable_that_is_set() {
    check(
        "%%[ set @a = 'x'\nset @b = Concat(@A, '-', 1) ]%%\n%%=v(@b)=%% %%=v(@c)=%%",
        &expect![[r#"
            2 @A: maybe-set; string = Text("x") <- Set in 1
            3 @b: maybe-set; string = Text("x-1") <- Set in 2
            3 @c: maybe-unset; any
        "#]],
    );
}

#[test]
fn branches_meet() {
    check(
        "%%[ var @a\nif @x == 1 then ]%%one%%[ set @a = 'p'\n]%%\n%%[ elseif @x == 2 then set @a = 3\nendif ]%%\n%%=v(@a)=%%",
        &expect![[r#"
            2 @x: maybe-unset; any
            4 @x: maybe-unset checked; any
            6 @a: maybe-unset maybe-set; null|number|string <- Declare in 1, Set in 2, Set in 4
        "#]],
    );
}

#[test]
fn branches_that_all_set() {
    check(
        "%%[ if @x == 1 then set @a = 'p'\nelse set @a = 'P' set @a = 'p'\nendif ]%%\n%%=v(@a)=%%",
        &expect![[r#"
            1 @x: maybe-unset; any
            4 @a: maybe-set; string = Text("p") <- Set in 1, Set in 2
        "#]],
    );
}

#[test]
fn a_branch_that_ends_the_page() {
    check(
        "%%[ set @a = RequestParameter('a')\nif Empty(@a) then\nRedirect('x')\nendif ]%%\n%%=v(@a)=%%",
        &expect![[r#"
            2 @a: maybe-set; string <- Set in 1
            5 @a: maybe-set not-empty checked; string <- Set in 1
        "#]],
    );
}

#[test]
fn loops() {
    check(
        "%%[ set @n = 1\nset @rows = LookupRows('d', 'a', 'b')\nset @count = RowCount(@rows)\nfor @i = 1 to @count do\n\
         set @row = Row(@rows, @i)\nset @n = Add(@n, 1)\nnext @i ]%%\n%%=v(@n)=%% %%=v(@row)=%%",
        &expect![[r#"
            3 @rows: maybe-set; rowset <- Set in 2
            4 @count: maybe-set; number <- Set in 3
            5 @rows: maybe-set not-empty has-rows checked; rowset <- Set in 2
            5 @i: maybe-set not-empty; number <- Counter in 4
            6 @n: maybe-set; any <- Set in 1, Set in 6
            8 @n: maybe-set; number <- Set in 1, Set in 6
            8 @row: maybe-unset maybe-set; any <- Set in 5
        "#]],
    );
}

#[test]
fn conditions_prove() {
    check(
        "%%[ set @rows = LookupRows('d', 'a', 'b') set @n = RowCount(@rows)\nif @n > 0 and not Empty(@b) then ]%%\n\
         %%=v(Row(@rows, 1))=%%%%=v(@b)=%%%%[ else ]%%\n%%=v(@rows)=%%%%=v(@b)=%%%%[ endif ]%%",
        &expect![[r#"
            1 @rows: maybe-set; rowset <- Set in 1
            2 @n: maybe-set; number <- Set in 1
            2 @b: maybe-unset; any
            3 @rows: maybe-set not-empty has-rows checked; rowset <- Set in 1
            3 @b: maybe-unset opaque not-empty checked; any
            4 @rows: maybe-set checked; rowset <- Set in 1
            4 @b: maybe-unset checked; any
        "#]],
    );
}

#[test]
fn code_that_is_not_known() {
    check(
        "%%[ set @a = 1\nset @x = TreatAsContent('plain')\nset @b = @a\nset @y = ContentBlockByKey('k')\nset @b = @a ]%%\n%%=v(@c)=%%",
        &expect![[r#"
            3 @a: maybe-set; number = Integer(1) <- Set in 1
            5 @a: maybe-unset maybe-set opaque; any <- Set in 1
            6 @c: maybe-unset maybe-set opaque; any
        "#]],
    );
}

#[test]
fn code_that_is_not_known_in_one_branch() {
    check(
        "%%[ set @a = 1 set @b = 2\nif @x then set @y = ContentBlockByKey('k') set @b = 3 else set @b = 4 endif ]%%\n\
         %%=v(@a)=%% %%=v(@b)=%%",
        &expect![[r#"
            2 @x: maybe-unset; any
            3 @a: maybe-unset maybe-set opaque; any <- Set in 1
            3 @b: maybe-set; number <- Set in 2, Set in 2
        "#]],
    );
}

#[test]
fn out_arguments_and_scripts() {
    check(
        "%%[ set @r = HTTPGet('u', true, 0, @status) ]%%\n%%=v(@status)=%%\n\
         <script runat=server>Variable.SetValue('@s', 1); var x = Variable.GetValue('@r');</script>\n%%=v(@s)=%%",
        &expect![[r#"
            2 @status: maybe-set; number <- Out in 1
            4 @s: maybe-unset maybe-set; any <- Script in 2
        "#]],
    );
}

#[test]
fn execution_contexts_may_run() {
    check(
        "%%[[type=post;name=save] set @a = 1 ]%%\n%%=v(@a)=%%",
        &expect![[r#"
            2 @a: maybe-unset maybe-set; any <- Set in 1
        "#]],
    );
}

#[test]
fn a_wrong_structure_says_nothing() {
    check(
        "%%[ set @a = 1 if @a then ]%%\n%%=v(@a)=%%",
        &expect![[r#"
        1 @a: maybe-unset maybe-set opaque; any <- Set in 1
        2 @a: maybe-unset maybe-set opaque; any <- Set in 1
    "#]],
    );
}

#[test]
fn disputed_conditions_prove_nothing() {
    check(
        "%%[ if not Empty(@a) and @b == 1 or @c == 2 then ]%%\n%%=v(@a)=%%%%[ endif ]%%",
        &expect![[r#"
            1 @a: maybe-unset; any
            1 @b: maybe-unset; any
            1 @c: maybe-unset; any
            2 @a: maybe-unset checked; any
        "#]],
    );
}

#[test]
fn redeclared() {
    let db = Database::default();
    let text = "%%[ var @a if @x then var @b else var @b endif var @A for @i = 1 to 2 do var @c set @c = 1 next ]%%\
                %%[[type=load;name=a] var @d ]%%%%[[type=post;name=b] var @d ]%%";
    let page = db.add_page(text, FileKind::Page);
    let lowered = lowered(&db, page.chunks(&db)[0]);
    let found: Vec<_> = chunk_flow(&db, page, page.chunks(&db)[0])
        .redeclared
        .iter()
        .map(|(at, _)| (&text[lowered.range(*at)], lowered.range(*at).start()))
        .collect();
    assert_eq!(found, [("@A", 51.into())]);
}

#[test]
fn empty_branches() {
    let db = Database::default();
    let text =
        "%%[ if @a then ]%% x %%[ elseif @b then /* nothing */ ]%%\n%%[ else endif if @c then set @c = 1 endif ]%%";
    let page = db.add_page(text, FileKind::Page);
    let found: Vec<_> =
        page_variables(&db, page).empty_branches.iter().map(|at| usize::from(at.range(&db).start())).collect();
    assert_eq!(found, [text.find("elseif").unwrap(), text.find("else endif").unwrap()]);
}

#[test]
fn conditions_of_conditions_stay_small() {
    let mut text = "%%[ set @c0 = Empty(@x)\n".to_owned();
    for n in 1..60 {
        writeln!(text, "set @c{n} = @c{} and @c{}", n - 1, n - 1).unwrap();
    }
    text.push_str("if @c59 then ]%%x%%[ endif ]%%");
    let db = Database::default();
    let page = db.add_page(&text, FileKind::Page);
    assert_eq!(page_flow(&db, page).variables.variables.len(), 61);
}

/// Whether nothing is known of what runs when.
fn is_lost(text: &str) -> bool {
    let db = Database::default();
    let page = db.add_page(text, FileKind::Page);
    chunk_flow(&db, page, page.chunks(&db)[0]).lost
}

#[test]
fn what_does_not_nest_is_not_understood() {
    let load = "%%[[type=load;name=f] ";
    assert!(is_lost(&format!("{load}if @v then ]%%x{load}endif ]%%")));
    assert!(is_lost(&format!("{load}for @i = 1 to 2 do ]%%x{load}next ]%%")));
    assert!(!is_lost("%%[ if @v then ]%%x%%[ endif ]%%"));
    assert!(!is_lost(&format!("%%[ if @v then ]%%{load}set @a = 1 ]%%%%[ endif ]%%")));
    assert!(is_lost("%%[ for @i = 1 to 3 do iff @x then next set @i = 5 ]%%"));
    assert!(!is_lost("%%[ for @i = 1 to 3 do if @x then elseif @y then else endif next ]%%"));
}

#[test]
fn what_runs_on_some_ways_only() {
    check(
        "%%[ if not Empty(@p) then\nset @a = IIf(@p == 'x', RaiseError('no'), @p)\n\
         set @b = @p == 1 and Redirect('u')\nset @c = @p == 2 or HTTPGet('u', true, 0, @st) == 'x'\nendif ]%%\n%%=v(@a)=%%%%=v(@st)=%%",
        &expect![[r#"
            1 @p: maybe-unset; any
            2 @p: maybe-unset opaque not-empty checked; any
            2 @p: maybe-unset opaque not-empty checked; any
            3 @p: maybe-unset opaque not-empty checked; any
            4 @p: maybe-unset opaque not-empty checked; any
            6 @a: maybe-unset maybe-set; any <- Set in 2
            6 @st: maybe-unset maybe-set; any <- Out in 4
        "#]],
    );
}

#[test]
fn a_condition_of_an_elseif_runs_before_what_comes_after_it() {
    check(
        "%%[ if @u == 'a' then\nset @y = 1\nelseif HTTPGet(@u, true, 0, @st) == 'x' then\nset @y = 2\nelseif IsNull(@b) then\nelse\n\
         set @y = @st set @z = @b endif ]%%\n%%=v(@st)=%%%%=v(@y)=%%",
        &expect![[r#"
            1 @u: maybe-unset; any
            3 @u: maybe-unset checked; any
            5 @b: maybe-unset; any
            7 @st: maybe-set checked; number <- Out in 3
            7 @b: maybe-unset checked; any
            8 @st: maybe-unset maybe-set; any <- Out in 3
            8 @y: maybe-unset maybe-set; any <- Set in 2, Set in 4, Set in 7
        "#]],
    );
}

#[test]
fn many_definitions() {
    let mut text = "%%[ ".to_owned();
    for n in 0..200 {
        writeln!(text, "if @c == {n} then set @x = {n} endif").unwrap();
    }
    text.push_str("]%%%%=v(@x)=%%");
    let db = Database::default();
    let page = db.add_page(&text, FileKind::Page);
    let (chunk, read) = page_variables(&db, page)
        .variables
        .iter()
        .find(|variable| variable.name == "x")
        .and_then(|variable| variable.reads().next())
        .and_then(|at| match at.what {
            CodeItem::Expr(expr) => Some((at.chunk, expr)),
            CodeItem::Step(_) => None,
        })
        .unwrap();
    let flow = chunk_flow(&db, page, chunk);
    let found = flow.definitions(read).count();
    assert!((2..200).contains(&found), "{found}");
    assert!(flow.value(read).marks.has(Marks::OPAQUE), "what is left out is said");
}
