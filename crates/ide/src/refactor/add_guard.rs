//! Put what needs rows, or a value, behind a condition that asks for them: `if RowCount(@rows) > 0 then … endif`, `if not Empty(@value) then …
//! endif`. Whole statements are wrapped, an inline region with blocks around it.

use rustc_hash::FxHashSet;
use sfmc_catalog::ampscript::{FunctionId, Type};
use sfmc_db::{Chunk, page_map};
use sfmc_semantic::{Body, DefinitionKind, Expr, ExprId, Marks, Step, ValueTypes, chunk_flow, lowered, page_variables};
use sfmc_syntax::{SyntaxKind, TextRange};

use super::{Refactoring, Site, reach::Asks, wrapped::Wrapped};
use crate::{
    cursor::{token_at, token_of},
    variables::key,
};

/// Functions that give an empty text, or null, where there is nothing.
const MAYBE_EMPTY: [&str; 5] = ["Lookup", "Field", "AttributeValue", "RequestParameter", "QueryParameter"];

/// Around a row that is taken from rows which nobody counted.
pub(super) fn guard_rows(site: &Site<'_>) -> Option<Refactoring> {
    let found = token_of(site.db, site.page, site.selection.start())?;
    let (chunk, start) = (found.position.chunk, found.position.start);
    let lowered = lowered(site.db, chunk);
    let (body, flow) = (&*lowered.body, chunk_flow(site.db, site.page, chunk));
    let selection = site.selection.checked_sub(start)?;
    let is_meant = |call: ExprId| match selection.is_empty() {
        false => selection.contains_range(lowered.range(call)),
        true => {
            let touches = |expr: ExprId| lowered.range(expr).contains_inclusive(selection.start());
            // At `Field(Row(…), …)`, too.
            let field = body
                .ids()
                .find(|(_, expr)| call_of(body, expr, "Field").is_some_and(|args| args.first() == Some(&call)));
            touches(call) || field.is_some_and(|(field, _)| touches(field))
        }
    };
    // The variables that hold the rows, and which of them is taken.
    let taken: Vec<(ExprId, Index)> = body
        .ids()
        .filter_map(|(call, expr)| {
            let &[rows, index] = call_of(body, expr, "Row")? else { return None };
            let value = flow.value(rows);
            let is_rows = body.variable(rows).is_some() && value.types.is_within(ValueTypes::ROWSET);
            let is_guarded = value.marks.has(Marks::HAS_ROWS) || value.marks.has(Marks::CHECKED);
            let index = match flow.constant(index) {
                Some(constant) => Index::Number(constant.as_integer().filter(|index| *index > 0)?),
                None => Index::Counter(counter(site, chunk, index)?),
            };
            (is_meant(call) && is_rows && !is_guarded).then_some((rows, index))
        })
        .collect();
    let rows = taken.first()?.0;
    let same = taken.iter().filter(|(other, _)| body.variable(*other) == body.variable(rows));
    let last = same.map(|(_, index)| index).max()?;
    let written = site.layout.slice(site.in_page(chunk, lowered.range(rows))?);
    let condition = match last {
        Index::Number(1) => format!("RowCount({written}) > 0"),
        Index::Number(last) => format!("RowCount({written}) >= {last}"),
        Index::Counter(counter) => format!("RowCount({written}) >= {counter}"),
    };
    let wrapped = Wrapped::around(site, &found, chunk, rows)?;
    let wrapped = if site.selection.is_empty() { wrapped.with_dependents(site) } else { wrapped };
    guard(site, &wrapped.with_readers(site, Asks::Rows)?, &condition, &condition)
}

fn guard(site: &Site<'_>, wrapped: &Wrapped, condition: &str, shown: &str) -> Option<Refactoring> {
    let edits = wrapped.edits(site, condition)?;
    let up_to = wrapped.last_line(site).map(|line| format!(" up to line {line}")).unwrap_or_default();
    Some(Refactoring { title: format!("guard with `if {shown}`{up_to}"), edits })
}

/// Which row is taken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Index {
    Number(i64),
    /// That of the counter of a FOR, as it is written.
    Counter(String),
}

/// A variable that only a FOR can have given its value.
fn counter(site: &Site<'_>, chunk: Chunk, expr: ExprId) -> Option<String> {
    let (lowered, flow) = (lowered(site.db, chunk), chunk_flow(site.db, site.page, chunk));
    lowered.body.variable(expr)?;
    let mut definitions = flow.definitions(expr).peekable();
    definitions.peek()?;
    let is_counter = definitions.all(|definition| definition.kind == DefinitionKind::Counter);
    is_counter.then(|| site.layout.slice(site.in_page(chunk, lowered.range(expr)).unwrap_or_default()).to_owned())
}

/// Around a read of a variable that may be empty.
pub(super) fn guard_value(site: &Site<'_>) -> Option<Refactoring> {
    let found = token_at(site.db, site.page, site.selection.start(), |kind| kind == SyntaxKind::VARIABLE)?;
    let chunk = found.position.chunk;
    let lowered = lowered(site.db, chunk);
    let (body, flow) = (&*lowered.body, chunk_flow(site.db, site.page, chunk));
    let read = super::expr_in(site.db, chunk, found.token.text_range())?;
    super::effects::when(lowered, read)?;
    let value = flow.value(read);
    let things = ValueTypes::ROWSET.or(ValueTypes::ROW).or(ValueTypes::OBJECT);
    // What is empty among rows and objects nobody says.
    let is_thing = value.types != ValueTypes::ANY && value.types.intersects(things)
        || super::effects::parameter(body, read)
            .ok()
            .flatten()
            .is_some_and(|param| !param.types.iter().any(Type::is_scalar));
    let is_boolean = value.types.is_within(ValueTypes::BOOLEAN);
    let thought_of = [Marks::NOT_EMPTY, Marks::EMPTY, Marks::CHECKED, Marks::HAS_ROWS];
    let is_asked = thought_of.into_iter().any(|mark| value.marks.has(mark));
    if flow.lost || is_asked || flow.constant(read).is_some() || body.variable(read).is_none() || is_thing || is_boolean
    {
        return None;
    }
    let from_data = flow.definitions(read).any(|definition| {
        let source = &sfmc_semantic::lowered(site.db, definition.at.chunk).body;
        definition.value.is_some_and(|value| match source.expr(value) {
            Expr::Attribute(_) => true,
            expr => MAYBE_EMPTY.into_iter().any(|name| call_of(source, expr, name).is_some()),
        })
    });
    if !from_data && !value.marks.has(Marks::MAYBE_UNSET) || is_never_set(site, &key(found.token.text())) {
        return None;
    }
    let written = found.token.text();
    let wrapped = Wrapped::around(site, &found, chunk, read)?;
    // What a condition does with an empty value is for its branches to say.
    if wrapped.is_control() {
        return None;
    }
    let not = site.words(wrapped.start(), "not");
    let (condition, shown) = (format!("{not} Empty({written})"), format!("not Empty({written})"));
    let wrapped = wrapped.with_readers(site, Asks::Value)?;
    if thinks_of_empty(site, wrapped.range(), &key(written)) {
        return None;
    }
    guard(site, &wrapped, &condition, &shown)
}

/// Functions that say what is to be done without a value.
const ASKING: [&str; 4] = ["Empty", "IsNull", "IsNullDefault", "Length"];

/// Whether a variable, or one that the code in a range sets, is asked if it is empty there or further on, or is in a condition: what is done
/// then would never be done behind another condition, or not with what it was made of.
fn thinks_of_empty(site: &Site<'_>, range: TextRange, key: &str) -> bool {
    let chunks = page_map(site.db, site.page).chunks();
    let first = chunks.partition_point(|position| position.start <= range.start()).saturating_sub(1);
    let positions = chunks.get(first..).unwrap_or_default();
    let mut names: FxHashSet<&str> = [key].into_iter().collect();
    for position in positions.iter().take_while(|position| position.start < range.end()) {
        let lowered = lowered(site.db, position.chunk);
        for step in &lowered.body.steps {
            if let Step::Set { target, .. } = step
                && range.contains_range(lowered.range(*target) + position.start)
            {
                names.extend(lowered.body.variable(*target).map(|name| lowered.body.name(name).as_str()));
            }
        }
    }
    positions.iter().any(|position| {
        let lowered = lowered(site.db, position.chunk);
        let body = &lowered.body;
        let reads = |expr: ExprId| {
            (lowered.range(expr) + position.start).start() >= range.start()
                && super::effects::parts(body, expr)
                    .into_iter()
                    .filter_map(|part| body.variable(part))
                    .any(|name| names.contains(body.name(name).as_str()))
        };
        let is_asked = body.ids().any(|(_, expr)| match expr {
            Expr::Compare { lhs, rhs, .. } => {
                let is_empty = |side: ExprId| matches!(body.expr(side), Expr::Text(text) if text.is_empty());
                is_empty(*lhs) && reads(*rhs) || is_empty(*rhs) && reads(*lhs)
            }
            // What is asked in IIf is what its branches are for.
            _ => {
                let asking = ASKING.into_iter().find_map(|name| call_of(body, expr, name));
                let asked = asking.or_else(|| call_of(body, expr, "IIf")?.get(..1));
                asked.is_some_and(|asked| asked.iter().any(|&arg| reads(arg)))
            }
        });
        is_asked || body.steps.iter().any(|step| matches!(step, Step::If(asked) | Step::Elseif(asked) if reads(*asked)))
    })
}

/// Whether nothing that is known sets a variable: `@null`, which some pages pass where they have nothing to say. What stands behind a
/// condition on it would never run.
fn is_never_set(site: &Site<'_>, key: &str) -> bool {
    let variables = page_variables(site.db, site.page);
    let variable = variables.variables.iter().find(|variable| variable.name == key);
    let is_set = variable.is_some_and(|variable| {
        variable.set_elsewhere || variable.definitions().any(|(kind, _)| kind != DefinitionKind::Declare)
    });
    !is_set && !variables.opaque && !site.elsewhere.names(key)
}

fn call_of<'b>(body: &'b Body, expr: &Expr, name: &str) -> Option<&'b [ExprId]> {
    let Expr::Call(call) = expr else { return None };
    let is_it = call.function.map(FunctionId::get).is_some_and(|function| function.name == name);
    is_it.then(|| body.operands(call.args))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::refactor::properties::after;

    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        expected.assert_eq(&after(markup, "guard with"));
    }

    #[test]
    fn with_what_needs_the_row() {
        check(
            "%%[\n\tset @rows = LookupRows('d', 'a', @k)\n\tset @row = R$0ow(@rows, 1)\n\tset @name = Field(@row,\n\t\t'x\n')\n\n\tset @b = 1\n]%%",
            &expect![[
                "%%[\n\tset @rows = LookupRows('d', 'a', @k)\n\tif RowCount(@rows) > 0 then\n\t\tset @row = Row(@rows, 1)\n\t\tset @name = Field(@row,\n\t\t\t'x\n')\n\tendif\n\n\tset @b = 1\n]%%"
            ]],
        );
        check(
            "%%[ set @rows = LookupRows('d', 'a', @k) set @row = Row(@r$0ows, 1) set @b = 1 ]%%",
            &expect![[
                "%%[ set @rows = LookupRows('d', 'a', @k) if RowCount(@rows) > 0 then set @row = Row(@rows, 1) endif set @b = 1 ]%%"
            ]],
        );
    }

    #[test]
    fn as_many_rows_as_are_taken() {
        check(
            "%%[ set @rows = LookupRows('d', 'a', @k) $0set @a = Row(@rows, 1) set @b = Row(@rows, 3)$0 ]%%",
            &expect![[
                "%%[ set @rows = LookupRows('d', 'a', @k) if RowCount(@rows) >= 3 then set @a = Row(@rows, 1) set @b = Row(@rows, 3) endif ]%%"
            ]],
        );
    }

    #[test]
    fn inline_and_whole_statements() {
        check(
            "%%[ set @rows = LookupRows('d', 'a', @k) ]%%<b>%%=Fie$0ld(Row(@rows, 1), 'x')=%%</b>",
            &expect![[
                "%%[ set @rows = LookupRows('d', 'a', @k) ]%%<b>%%[ if RowCount(@rows) > 0 then ]%%%%=Field(Row(@rows, 1), 'x')=%%%%[ endif ]%%</b>"
            ]],
        );
        check(
            "%%[ set @rows = LookupRows('d', 'a', @k)\nif Field(R$0ow(@rows, 1), 'x') == 1 then\n  set @b = 1\nendif\n]%%",
            &expect![[
                "%%[ set @rows = LookupRows('d', 'a', @k)\nif RowCount(@rows) > 0 then\n  if Field(Row(@rows, 1), 'x') == 1 then\n    set @b = 1\n  endif\nendif\n]%%"
            ]],
        );
        check(
            "%%[ set @rows = LookupRows('d', 'a', @k) se$0t @r = Row(@rows, 1) set @b =$0 1 set @c = 2 ]%%",
            &expect![[
                "%%[ set @rows = LookupRows('d', 'a', @k) if RowCount(@rows) > 0 then set @r = Row(@rows, 1) set @b = 1 endif set @c = 2 ]%%"
            ]],
        );
    }

    /// The row is read behind other statements, other blocks and text: none of that is left outside.
    #[test]
    fn up_to_the_last_reader() {
        let rows = "set @rows = LookupRows('d', 'a', @k)";
        check(
            &format!(
                "%%[\n{rows}\nset @row = R$0ow(@rows, 1)\nset @a = Field(@row, 'x')\nset @z = 1\nset @b = Field(@row, 'y')\n]%%"
            ),
            &expect![[r#"
                %%[
                set @rows = LookupRows('d', 'a', @k)
                if RowCount(@rows) > 0 then
                  set @row = Row(@rows, 1)
                  set @a = Field(@row, 'x')
                  set @z = 1
                  set @b = Field(@row, 'y')
                endif
                ]%%"#]],
        );
        check(
            &format!(
                "%%[ {rows} set @row = R$0ow(@rows, 1) ]%%\n<p>%%=Field(@row, 'a')=%% <b>!</b></p>\n<p>%%=v(@k)=%%"
            ),
            &expect![[r#"
                %%[ set @rows = LookupRows('d', 'a', @k) if RowCount(@rows) > 0 then set @row = Row(@rows, 1) ]%%
                <p>%%=Field(@row, 'a')=%% <b>!</b></p>%%[ endif ]%%
                <p>%%=v(@k)=%%"#]],
        );
        check(
            &format!(
                "%%[\n  {rows}\n  set @row = R$0ow(@rows, 1)\n]%%\n<p>\n%%[\n  if @k == 1 then\n    set @b = Field(@row, 'y')\n  endif\n  set @c = 1\n]%%\n</p>"
            ),
            &expect![[r#"
                %%[
                  set @rows = LookupRows('d', 'a', @k)
                  if RowCount(@rows) > 0 then
                    set @row = Row(@rows, 1)
                ]%%
                <p>
                %%[
                    if @k == 1 then
                      set @b = Field(@row, 'y')
                    endif
                    set @c = 1
                ]%%
                </p>%%[ endif ]%%"#]],
        );
        check(
            &format!(
                "%%[\n  {rows}\n  set @row = R$0ow(@rows, 1)\n]%%\n<p>x</p>\n%%[\n  if @k == 1 then\n    set @b = Field(@row, 'y')\n  endif\n  set @c = 1\n]%%\n</p>"
            ),
            &expect![[r#"
                %%[
                  set @rows = LookupRows('d', 'a', @k)
                  if RowCount(@rows) > 0 then
                    set @row = Row(@rows, 1)
                ]%%
                <p>x</p>
                %%[
                    if @k == 1 then
                      set @b = Field(@row, 'y')
                    endif
                  endif
                  set @c = 1
                ]%%
                </p>"#]],
        );
    }

    #[test]
    fn not_where_a_reader_would_stay_outside() {
        let rows = "set @rows = LookupRows('d', 'a', @k)";
        for text in [
            // Half of an element, half of an IF, what has nothing to do with it, a script.
            format!("<p>%%[ {rows} set @row = R$0ow(@rows, 1) ]%%</p>%%=Field(@row, 'a')=%%"),
            format!("%%[ {rows} if @k == 1 then set @row = R$0ow(@rows, 1) endif ]%%%%=Field(@row, 'a')=%%"),
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) set @z = 1 set @b = Field(@row, 'y') ]%%%%=v(@z)=%%"),
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) ]%%<script runat=server>Variable.GetValue('@row')</script>"),
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) ]%%%%=TreatAsContent(\"%%=Field(@row, 'a')=%%\")=%%"),
        ] {
            check(&text, &expect![["nothing"]]);
        }
    }

    /// Nor where what is not known may read or set it.
    #[test]
    fn not_where_nobody_knows_the_readers() {
        let rows = "set @rows = LookupRows('d', 'a', @k)";
        for text in [
            // Text that runs as code, and is put together.
            format!(
                "%%[ {rows} set @row = R$0ow(@rows, 1) set @c = Concat('%', '%=v(@row)=%%') ]%%%%=TreatAsContent(@c)=%%"
            ),
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) set @z = 1 set @b = Field(@row, 'y') ]%%%%=TreatAsContent('%%=v(@z)=%%')=%%"),
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) set @z = 1 set @b = Field(@row, 'y') ]%%%%=ContentBlockByKey('k')=%%"),
            // What is set without SET, and by functions.
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) set @p = HTTPGet('u', false, 0, @s) set @b = Field(@row, 'y') ]%%%%=v(@s)=%%"),
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) @z = 1 set @b = Field(@row, 'y') ]%%%%=v(@z)=%%"),
            format!("%%[ {rows} set @row = R$0ow(@rows, 1) ]%%<script runat=server>f()</script>%%=Field(@row, 'a')=%%"),
            "%%[ set @n = Lookup('d', 'c', 'k', 1) set @rs = LookupRows('e', 'b', @n$0) ]%%%%=ContentBlockByKey('k')=%%".to_owned(),
        ] {
            check(&text, &expect![["nothing"]]);
        }
    }

    /// What comes of the row may be empty, but not for everybody.
    #[test]
    fn up_to_who_needs_a_value() {
        let row = "set @rows = LookupRows('d', 'a', @k) set @row = R$0ow(@rows, 1) set @d = Field(@row, 'x')";
        for (reader, is_inside) in [
            ("%%=v(@d)=%%", false),
            ("%%=Concat('a', @d)=%%", false),
            ("%%=Divide(@d, 2)=%%", false),
            ("%%=DateAdd(@d, 1, 'D')=%%", true),
            ("%%=v(DateParse(Trim(@d)))=%%", true),
            ("%%=AttributeValue(@d)=%%", true),
            ("%%=ContentBlockByKey(@d)=%%", true),
            ("%%=Divide(2, @d)=%%", true),
            ("%%[ set @e = Concat('', @d) ]%%%%=Mod(2, @e)=%%", true),
            ("%%[ for @i = 1 to @d do ]%%a%%[ next @i ]%%", true),
            ("%%[ if @d then ]%%a%%[ endif ]%%", true),
            ("%%[ if @d == 1 then ]%%a%%[ endif ]%%", false),
        ] {
            let made = after(&format!("%%[ {row} ]%%<b>{reader}</b>"), "guard with");
            let end = if is_inside { "</b>%%[ endif ]%%" } else { "</b>" };
            assert!(made.contains("if RowCount(@rows) > 0 then") && made.ends_with(end), "{reader}: {made}");
            assert_eq!(
                made.matches(" endif ]%%").count(),
                1 + usize::from(reader.contains("endif")),
                "{reader}: {made}"
            );
        }
    }

    /// As far as for a row.
    #[test]
    fn a_value_up_to_the_readers_of_what_comes_of_it() {
        check(
            "%%[\nset @n = Lookup('d', 'c', 'k', @k)\nset @rs = LookupRows('e', 'b', @n$0)\nfor @i = 1 to RowCount(@rs) do\nset @z = 1\nnext\n]%%",
            &expect![[r#"
                %%[
                set @n = Lookup('d', 'c', 'k', @k)
                if not Empty(@n) then
                  set @rs = LookupRows('e', 'b', @n)
                  for @i = 1 to RowCount(@rs) do
                  set @z = 1
                  next
                endif
                ]%%"#]],
        );
        check(
            "%%[ set @n = Lookup('d', 'c', 'k', @k) set @d = DateParse(@n$0) ]%%%%=FormatDate(@d, 'iso')=%%<p>",
            &expect![
                "%%[ set @n = Lookup('d', 'c', 'k', @k) if not Empty(@n) then set @d = DateParse(@n) ]%%%%=FormatDate(@d, 'iso')=%%%%[ endif ]%%<p>"
            ],
        );
    }

    /// Each round sees what comes of what, up to the end.
    #[test]
    fn a_long_chain() {
        use std::fmt::Write as _;
        let mut text = "%%[ set @rows = LookupRows('d', 'a', @k) set @r0 = R$0ow(@rows, 1) ".to_owned();
        for at in 1..500 {
            write!(text, "]%%<p>%%[ set @r{at} = Row(LookupRows('d', 'a', Field(@r{}, 'x')), 1) ]%%</p>%%[ ", at - 1)
                .unwrap();
        }
        assert!(after(&format!("{text} ]%%<b>"), "guard with").ends_with("</p>%%[ endif ]%%%%[  ]%%<b>"));
        // So many names nobody looks for in text that runs as code.
        check(&format!("{text} ]%%%%=TreatAsContent('a')=%%"), &expect![["nothing"]]);
    }

    #[test]
    fn the_row_of_a_counter() {
        check(
            "%%[ set @rows = LookupRows('d', 'a', @k) for @i = 1 to 5 do set @row = Row(@rows, @$0i) next ]%%",
            &expect![
                "%%[ set @rows = LookupRows('d', 'a', @k) for @i = 1 to 5 do if RowCount(@rows) >= @i then set @row = Row(@rows, @i) endif next ]%%"
            ],
        );
    }

    #[test]
    fn a_value() {
        check(
            "%%[ set @name = Lookup('d', 'c', 'k', @k) ]%%<b>%%=v(@na$0me)=%%</b>",
            &expect![[
                "%%[ set @name = Lookup('d', 'c', 'k', @k) ]%%<b>%%[ if not Empty(@name) then ]%%%%=v(@name)=%%%%[ endif ]%%</b>"
            ]],
        );
        check(
            "%%[\n  set @name = Lookup('d', 'c', 'k', @k)\n  set @a = Concat(@na$0me, 'x')\n]%%",
            &expect![[
                "%%[\n  set @name = Lookup('d', 'c', 'k', @k)\n  if not Empty(@name) then\n    set @a = Concat(@name, 'x')\n  endif\n]%%"
            ]],
        );
    }

    #[test]
    fn not_where_the_code_says_what_is_done_without_a_value() {
        for statement in [
            "set @s = IIf(Empty(@n$0), 'friend', @n)",
            "set @s = IIf(Empty(@n), 'friend', @n$0)",
            "set @s = IIf(@n == '', 'friend', @n$0)",
            "set @e = Empty(@n$0)",
            "set @e = Length(Trim(@n$0))",
            "set @s = IsNullDefault(@n$0, 'friend')",
            "$0set @s = Trim(@n) set @t = IIf(Empty(@s), 'friend', @s)$0",
        ] {
            check(&format!("%%[ set @n = AttributeValue('n') {statement} ]%%%%=v(@s)=%%"), &expect![["nothing"]]);
        }
        for statement in [
            "set @s = Concat('Hi ', @n$0) if @n == '' then set @s = 'friend' endif",
            "set @s = Concat('Hi ', @n$0) if Empty(@n) then set @s = 'friend' endif",
            "set @s = Trim(@n$0) if @s == '' then set @s = 'friend' endif",
            "set @s = Trim(@n$0) if @q == 1 then elseif '' == Trim(@s) then set @s = 'friend' endif",
            "set @s = Trim(@n$0) ]%%<p>%%[ set @s = IIf(@s == '', 'friend', @s)",
        ] {
            check(&format!("%%[ set @n = AttributeValue('n') {statement} ]%%%%=v(@s)=%%"), &expect![["nothing"]]);
        }
        check(
            "%%[ set @n = AttributeValue('n') set @s = Trim(@n$0) if @q == '' then endif ]%%",
            &expect![[
                "%%[ set @n = AttributeValue('n') if not Empty(@n) then set @s = Trim(@n) endif if @q == '' then endif ]%%"
            ]],
        );
        check(
            "%%[ set @n = AttributeValue('n') set @s = IIf(Empty(@m), 'x', @$0n) ]%%",
            &expect![[
                "%%[ set @n = AttributeValue('n') if not Empty(@n) then set @s = IIf(Empty(@m), 'x', @n) endif ]%%"
            ]],
        );
    }

    #[test]
    fn not_where_an_address_begins() {
        let link =
            |before: &str| format!("%%[ set @u = AttributeValue('u') ]%%<a href=\"{before}%%=RedirectTo(@u$0)=%%\">");
        check(&link(""), &expect![["nothing"]]);
        assert_ne!(after(&link("https://x/"), "guard with"), "nothing");
    }

    #[test]
    fn in_the_case_of_the_page() {
        check(
            "%%[\n  SET @name = Lookup('d', 'c', 'k', @k)\n  SET @a = Concat(@na$0me, 'x')\n]%%",
            &expect![[
                "%%[\n  SET @name = Lookup('d', 'c', 'k', @k)\n  IF NOT Empty(@name) THEN\n    SET @a = Concat(@name, 'x')\n  ENDIF\n]%%"
            ]],
        );
        check(
            "%%[ SET @n = Lookup('d', 'c', 'k', 1) IF @k THEN ]%%%%=v(@n$0)=%%%%[ ENDIF ]%%",
            &expect![[
                "%%[ SET @n = Lookup('d', 'c', 'k', 1) IF @k THEN ]%%%%[ IF NOT Empty(@n) THEN ]%%%%=v(@n)=%%%%[ ENDIF ]%%%%[ ENDIF ]%%"
            ]],
        );
    }

    #[test]
    fn not_where_it_is_no_use() {
        for text in [
            "%%[ set @a = EncryptSymmetric('x', 'des', @nu$0ll, 'p', @null, 's', @null, 'i') ]%%",
            "%%[ set @rows = LookupRows('d', 'a', @k) if RowCount(@rows) > 0 then set @row = R$0ow(@rows, 1) endif ]%%",
            "%%[ set @rows = LookupRows('d', 'a', @k) for @i = 1 to RowCount(@rows) do set @row = R$0ow(@rows, @i) next ]%%",
            "%%[ set @row = R$0ow(@other, 1) ]%%",
            "%%[ set @rows = LookupRows('d', 'a', @k) set @row = R$0ow(@rows, @i) ]%%",
            "%%=Field(@ro$0w, 'x')=%%",
            "%%[ if @a == 1 then set @rows = LookupRows('d', 'a', @k) endif ]%%%%=RowCount(@ro$0ws)=%%",
            "%%[ set @name = 'x' ]%%%%=v(@na$0me)=%%",
            "%%[ set @na$0me = Lookup('d', 'c', 'k', @k) ]%%",
            "%%[ set @name = [City] if not Empty(@name) then ]%%%%=v(@na$0me)=%%%%[ endif ]%%",
            "%%[ set @name = [City] if @na$0me == 1 then endif ]%%",
        ] {
            check(text, &expect![["nothing"]]);
        }
    }

    #[test]
    fn not_around_half_of_something() {
        for text in [
            "%%[ set @rows = LookupRows('d', 'a', @k) if Field(R$0ow(@rows, 1), 'x') == 1 then ]%%a%%[ endif ]%%",
            "%%[ set @rows = LookupRows('d', 'a', @k) if @a == 1 then $0set @r = Row(@rows, 1) endif set @b =$0 1 ]%%",
            "%%[ $0set @rows = LookupRows('d', 'a', @k) set @r = Row(@rows, 1)$0 ]%%",
            "%%[ set @rows = LookupRows('d', 'a', @k) if @a == 1 then elseif Field(R$0ow(@rows, 1), 'x') == 1 then endif ]%%",
        ] {
            check(text, &expect![["nothing"]]);
        }
    }
}
