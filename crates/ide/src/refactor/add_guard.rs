//! Put what needs rows, or a value, behind a condition that asks for them: `if RowCount(@rows) > 0 then … endif`, `if not Empty(@value) then …
//! endif`. Whole statements are wrapped, an inline region with blocks around it.

use sfmc_catalog::ampscript::FunctionId;
use sfmc_db::Chunk;
use sfmc_semantic::{Body, Expr, ExprId, Marks, ValueTypes, chunk_flow, lowered, page_frames};
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize};

use super::{Refactoring, Site, Statement, region_of};
use crate::{
    control::range_of,
    cursor::{TokenAt, token_at, token_of, token_of_byte},
    variables::{key, places},
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
    let rows = body.ids().find_map(|(call, expr)| {
        let &rows = call_of(body, expr, "Row")?.first()?;
        let value = flow.value(rows);
        let is_rows = body.variable(rows).is_some() && value.types.is_within(ValueTypes::ROWSET);
        let is_guarded = value.marks.has(Marks::HAS_ROWS) || value.marks.has(Marks::CHECKED);
        (is_meant(call) && is_rows && !is_guarded).then_some(rows)
    })?;
    let written = site.layout.slice(site.in_page(chunk, lowered.range(rows))?);
    let wrapped = Wrapped::around(site, &found, chunk, rows)?;
    let wrapped = if site.selection.is_empty() { wrapped.with_dependents(site) } else { wrapped };
    let edits = wrapped.edits(site, &format!("RowCount({written}) > 0"))?;
    Some(Refactoring { title: format!("guard with `if RowCount({written}) > 0`"), edits })
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
    let things = ValueTypes::ROWSET.or(ValueTypes::ROW).or(ValueTypes::OBJECT).or(ValueTypes::BOOLEAN);
    let thought_of = [Marks::NOT_EMPTY, Marks::EMPTY, Marks::CHECKED, Marks::HAS_ROWS];
    let is_asked = thought_of.into_iter().any(|mark| value.marks.has(mark));
    if flow.lost
        || is_asked
        || flow.constant(read).is_some()
        || body.variable(read).is_none()
        || value.types.is_within(things)
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
    if !from_data && !value.marks.has(Marks::MAYBE_UNSET) {
        return None;
    }
    let written = found.token.text();
    let wrapped = Wrapped::around(site, &found, chunk, read)?;
    // What a condition does with an empty value is for its branches to say.
    if !wrapped.is_inline && is_control(wrapped.first.node.kind()) {
        return None;
    }
    let edits = wrapped.edits(site, &format!("not Empty({written})"))?;
    Some(Refactoring { title: format!("guard with `if not Empty({written})`"), edits })
}

fn call_of<'b>(body: &'b Body, expr: &Expr, name: &str) -> Option<&'b [ExprId]> {
    let Expr::Call(call) = expr else { return None };
    let is_it = call.function.map(FunctionId::get).is_some_and(|function| function.name == name);
    is_it.then(|| body.operands(call.args))
}

fn is_control(kind: SyntaxKind) -> bool {
    use SyntaxKind::{ELSE_STMT, ELSEIF_STMT, ENDIF_STMT, FOR_STMT, IF_STMT, NEXT_STMT};
    matches!(kind, IF_STMT | ELSEIF_STMT | ELSE_STMT | ENDIF_STMT | FOR_STMT | NEXT_STMT)
}

/// What is put behind a condition.
struct Wrapped {
    /// The first and the last statement, or the inline region.
    first: Statement,
    last: Statement,
    range: TextRange,
    is_inline: bool,
}

impl Wrapped {
    /// The statements that are selected, or the one around an expression; whole IFs and FORs.
    fn around(site: &Site<'_>, found: &TokenAt, chunk: Chunk, expr: ExprId) -> Option<Wrapped> {
        let base = found.position.start;
        let read = lowered(site.db, chunk).range(expr);
        let token = token_of_byte(&sfmc_db::chunk_syntax(site.db, chunk), read.start())?;
        let (region, node) = region_of(&token.parent()?)?;
        if region.kind() == SyntaxKind::INLINE {
            let range = region.text_range() + base;
            let is_inside = site.selection.is_empty() || range.contains_range(site.selection);
            let region = Statement { node: region, base };
            return is_inside.then(|| Wrapped { first: region.clone(), last: region, range, is_inline: true });
        }
        let mut first = Statement { node, base };
        let mut last = first.clone();
        if !site.selection.is_empty() {
            let touches = |statement: &Statement| {
                statement.range().intersect(site.selection).is_some_and(|common| !common.is_empty())
            };
            let node = region.children().find(|node| touches(&Statement { node: node.clone(), base }))?;
            first = Statement { node, base };
            last = first.clone();
            while let Some(next) = last.next(site).filter(touches) {
                last = next;
            }
            // The rest of it would stand in another region.
            if site.selection.end() > last.range().end() {
                return None;
            }
        }
        if first == last && is_control(first.node.kind()) {
            last = end_of(site, &first)?;
        }
        let range = first.range().cover(last.range());
        // Neither what is half in it, nor what sets the variable before it is read.
        let read = read + base;
        let set_before = places(site.db, site.page, &key(site.layout.slice(read))).iter().any(|named| {
            let at = named.range.start();
            named.how.is_definition() && range.contains(at) && at < read.start()
        });
        (!set_before && is_balanced(site, range)).then_some(Wrapped { first, last, range, is_inline: false })
    }

    /// With the statements behind that read what these set: without them they would have nothing to read.
    fn with_dependents(mut self, site: &Site<'_>) -> Wrapped {
        if self.is_inline || is_control(self.first.node.kind()) {
            return self;
        }
        let mut set: Vec<_> = target(&self.first.node).into_iter().collect();
        while let Some(next) = self.last.next(site) {
            let variables = next.node.descendants_with_tokens().filter_map(|element| element.into_token());
            let mut variables = variables.filter(|token| token.kind() == SyntaxKind::VARIABLE);
            let target = target(&next.node);
            if is_control(next.node.kind())
                || target.is_none()
                || !variables.any(|token| set.contains(&key(token.text())))
            {
                break;
            }
            set.extend(target);
            self.range = self.range.cover(next.range());
            self.last = next;
        }
        self
    }

    fn edits(&self, site: &Site<'_>, condition: &str) -> Option<Vec<TextEdit>> {
        let (start, end) = (self.range.start(), self.range.end());
        if self.is_inline {
            let open = format!("%%[ if {condition} then ]%%");
            return Some(vec![TextEdit::insert(start, open), TextEdit::insert(end, "%%[ endif ]%%")]);
        }
        let layout = site.layout;
        if layout.whole_lines(self.range).is_none() {
            return Some(vec![
                TextEdit::insert(start, format!("if {condition} then ")),
                TextEdit::insert(end, " endif"),
            ]);
        }
        let (line_end, indentation, unit) = (layout.line_end(), layout.indentation(start), layout.indent_unit());
        let mut edits = vec![TextEdit::insert(start, format!("if {condition} then{line_end}{indentation}{unit}"))];
        let mut at = start;
        loop {
            let text = layout.slice(TextRange::new(at, end));
            let Some(line) = text.find('\n') else { break };
            at += TextSize::try_from(line + 1).ok()?;
            // What stands in a text or a comment over several lines stays as it is, and so do empty lines.
            let is_code = token_of(site.db, site.page, at).is_none_or(|found| {
                found.range().start() == at || !matches!(found.kind(), SyntaxKind::STRING | SyntaxKind::COMMENT)
            });
            if is_code && !layout.is_last_on_line(at) {
                edits.push(TextEdit::insert(at, unit));
            }
        }
        edits.push(TextEdit::insert(end, format!("{line_end}{indentation}endif")));
        Some(edits)
    }
}

/// The variable that a SET sets.
fn target(statement: &SyntaxNode) -> Option<sfmc_syntax::SmolStr> {
    use sfmc_syntax::ast::{AstNode, SetStmt};
    SetStmt::cast(statement.clone())?.variable()?.key()
}

/// The ENDIF or NEXT of an IF or FOR, if it stands in the same block.
fn end_of(site: &Site<'_>, opener: &Statement) -> Option<Statement> {
    let at = |place| range_of(site.db, site.page, place);
    let start = opener.range().start();
    let frames = page_frames(site.db, site.page).iter();
    let frame = frames.into_iter().find(|frame| at(frame.opener).is_some_and(|range| range.start() == start))?;
    let end = at(frame.end?)?.start();
    let mut last = opener.next(site)?;
    while last.range().start() < end {
        last = last.next(site)?;
    }
    (last.range().start() == end).then_some(last)
}

/// Whether every IF and FOR stands in a range with all of its keywords, or with none.
fn is_balanced(site: &Site<'_>, range: TextRange) -> bool {
    if sfmc_semantic::page_structure(site.db, site.page).is_wrong() {
        return false;
    }
    let is_in = |place| range_of(site.db, site.page, place).is_some_and(|keyword| range.contains_range(keyword));
    page_frames(site.db, site.page).iter().all(|frame| {
        let (total, inside) = (frame.keywords().count(), frame.keywords().filter(|place| is_in(*place)).count());
        inside == 0 || inside == total
    })
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
    fn not_where_it_is_no_use() {
        for text in [
            "%%[ set @rows = LookupRows('d', 'a', @k) if RowCount(@rows) > 0 then set @row = R$0ow(@rows, 1) endif ]%%",
            "%%[ set @rows = LookupRows('d', 'a', @k) for @i = 1 to RowCount(@rows) do set @row = R$0ow(@rows, @i) next ]%%",
            "%%[ set @row = R$0ow(@other, 1) ]%%",
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
