//! Put the value of a variable where it is read, and take away what declares and sets it.
//!
//! The variable is set once, everything that reads it reads that, and no other code can reach it. Its value either cannot fail and is the same
//! at every read; or it is read once, in the next step, and nothing is done in between.

use std::borrow::Cow;

use sfmc_db::{Chunk, page_map};
use sfmc_host::html::{HtmlContext, Quote};
use sfmc_semantic::{
    Body, CodeItem, CodePlace, DefinitionKind, Expr, ExprId, OccurrenceKind, Step, Variable, chunk_flow, lowered,
    page_variables,
};
use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize,
    ast::{self, AstNode},
};

use super::{Refactoring, Site, effects, html::html_context, is_region, region_of};
use crate::{
    cursor::{token_of_byte, trimmed},
    treated::is_out_of_reach,
    variables::{places, variable_at},
};

/// Where a variable gets its only value.
struct Only {
    at: CodePlace,
    value: ExprId,
    step: usize,
}

pub(super) fn inline_variable(site: &Site<'_>) -> Option<Refactoring> {
    let asked = variable_at(site.db, site.page, site.selection.start())?;
    if !asked.at.range.contains_range(site.selection) {
        return None;
    }
    let variables = page_variables(site.db, site.page);
    let variable = variables.variables.iter().find(|variable| variable.name == asked.key)?;
    if site.elsewhere.may_name(&asked.key) || is_out_of_reach(site.db, site.page, &asked.key) {
        return None;
    }
    // Code that is not in the page could read it; and what the flow does not know is not known.
    let is_alone = !(variables.opaque || variable.set_elsewhere || variable.read_elsewhere);
    let is_known = is_alone && places(site.db, site.page, &asked.key).len() == variable.occurrences.len();
    let only = only_definition(site, variable).filter(|_| is_known)?;
    let reads = reads_of(site, variable, &only)?;
    if !is_same_everywhere(site, &only, &variables.variables) && !is_next(site, &only, &reads) {
        return None;
    }
    let mut edits =
        reads.iter().map(|&(chunk, read)| replacement(site, &only, chunk, read)).collect::<Option<Vec<_>>>()?;
    edits.extend(removals(site, variable)?);
    Some(Refactoring { title: format!("inline `{}`", asked.written), edits })
}

/// The SET of a variable that is set once and by nothing else.
fn only_definition(site: &Site<'_>, variable: &Variable) -> Option<Only> {
    let mut sets = variable.definitions().filter(|(kind, _)| *kind != DefinitionKind::Declare);
    let (DefinitionKind::Set, at) = sets.next()? else { return None };
    let CodeItem::Expr(variable) = at.what else { return None };
    if sets.next().is_some() {
        return None;
    }
    let steps = &lowered(site.db, at.chunk).body.steps;
    let found = steps.iter().enumerate().find_map(|(step, what)| match what {
        Step::Set { target, value } if *target == variable => Some((step, *value)),
        _ => None,
    });
    found.map(|(step, value)| Only { at, value, step })
}

/// The reads of a variable, if all of them read what one SET gives it.
fn reads_of(site: &Site<'_>, variable: &Variable, only: &Only) -> Option<Vec<(Chunk, ExprId)>> {
    let set = start(site, only.at)?;
    let mut found = Vec::new();
    for occurrence in &variable.occurrences {
        match (occurrence.kind, occurrence.at.what) {
            (OccurrenceKind::Define(_), _) => {}
            (OccurrenceKind::Read, CodeItem::Expr(read)) => {
                let flow = chunk_flow(site.db, site.page, occurrence.at.chunk);
                let marks = flow.value(read).marks;
                let unsure = sfmc_semantic::Marks::MAYBE_UNSET.with(sfmc_semantic::Marks::OPAQUE);
                let mut sources = flow.definitions(read);
                let is_it = sources.next().is_some_and(|source| source.at == only.at) && sources.next().is_none();
                if flow.lost || !is_it || marks.without(unsure) != marks || start(site, occurrence.at)? < set {
                    return None;
                }
                found.push((occurrence.at.chunk, read));
            }
            _ => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}

fn start(site: &Site<'_>, at: CodePlace) -> Option<TextSize> {
    Some(site.in_page(at.chunk, at.range(site.db))?.start())
}

/// Whether a value can be computed anywhere behind its SET, and as often as wanted: nothing gives one of its variables another value there.
fn is_same_everywhere(site: &Site<'_>, only: &Only, variables: &[Variable]) -> bool {
    let body = &lowered(site.db, only.at.chunk).body;
    let flow = chunk_flow(site.db, site.page, only.at.chunk);
    let set = start(site, only.at);
    let is_settled = |part: ExprId| {
        let Some(name) = body.variable(part) else { return true };
        let input = variables.iter().find(|variable| variable.name == *body.name(name));
        let input = input.filter(|input| !input.set_elsewhere);
        input.is_some_and(|input| input.definitions().all(|(_, at)| start(site, at).is_some_and(|at| Some(at) < set)))
    };
    effects::is_total(body, flow, only.value) && effects::parts(body, only.value).into_iter().all(is_settled)
}

/// Whether a value is read once, by the step that comes next, and always.
fn is_next(site: &Site<'_>, only: &Only, reads: &[(Chunk, ExprId)]) -> bool {
    let &[(chunk, read)] = reads else { return false };
    let lowered = lowered(site.db, chunk);
    let body = &*lowered.body;
    let Some(when) = effects::when(lowered, read) else { return false };
    let counter = match body.steps.get(when.step) {
        Some(Step::Elseif(_)) => return false,
        Some(Step::For { counter, .. }) => counter.and_then(|counter| body.variable(counter)),
        _ => None,
    };
    let source = &sfmc_semantic::lowered(site.db, only.at.chunk).body;
    let counter = counter.map(|counter| body.name(counter));
    let reads_counter = || {
        let mut read = effects::parts(source, only.value).into_iter().filter_map(|part| source.variable(part));
        counter.is_some() && read.any(|read| Some(source.name(read)) == counter)
    };
    !when.perhaps
        && nothing_between(site, (only.at.chunk, only.step), (chunk, when.step))
        && effects::is_quiet(source, only.value)
        && when.before.iter().all(|&before| effects::is_quiet(body, before))
        && !reads_counter()
}

/// Whether nothing is done between two steps, which may stand in different chunks.
fn nothing_between(site: &Site<'_>, from: (Chunk, usize), to: (Chunk, usize)) -> bool {
    let chunks = page_map(site.db, site.page).chunks().iter().map(|position| position.chunk);
    let mut inside = false;
    for chunk in chunks.skip_while(|chunk| *chunk != from.0) {
        for (index, step) in lowered(site.db, chunk).body.steps.iter().enumerate() {
            if (chunk, index) == to {
                return inside;
            }
            if inside && !matches!(step, Step::Enter(None) | Step::Exit | Step::Text) {
                return false;
            }
            inside |= (chunk, index) == from;
        }
    }
    false
}

/// The value in the place of a read.
fn replacement(site: &Site<'_>, only: &Only, chunk: Chunk, read: ExprId) -> Option<TextEdit> {
    let source = lowered(site.db, only.at.chunk);
    let value = site.layout.slice(site.in_page(only.at.chunk, source.range(only.value))?);
    let range = lowered(site.db, chunk).range(read);
    let value = &*fitting(site, &source.body, only.value, value, site.in_page(chunk, range)?)?;
    let token = token_of_byte(&sfmc_db::chunk_syntax(site.db, chunk), range.start())?;
    let node = token.parent().filter(|node| node.kind() == SyntaxKind::VARIABLE_EXPR)?;
    let parent = node.parent()?;
    // `v(@name)` prints a variable, a call prints itself.
    let is_call = matches!(source.body.expr(only.value), Expr::Call(_));
    if let Some(call) = printing(&parent).filter(|_| is_call && effects::is_no_boolean(&source.body, only.value)) {
        return Some(TextEdit::replace(site.in_page(chunk, trimmed(&call))?, value));
    }
    let text = match needs_parens(&source.body, only.value) && ast::Expr::can_cast(parent.kind()) {
        true if parent.kind() != SyntaxKind::PAREN_EXPR => format!("({value})"),
        _ => value.to_owned(),
    };
    Some(TextEdit::replace(site.in_page(chunk, range)?, text))
}

/// A value as it can be written where a variable is read: nothing in it may end what stands around it. In an attribute of HTML it is written
/// with other quotes, so that tools which do not know AMPscript find its end.
fn fitting<'v>(site: &Site<'_>, body: &Body, value: ExprId, written: &'v str, read: TextRange) -> Option<Cow<'v, str>> {
    let is_near = |text: &str| text.contains("%%") || text.to_ascii_lowercase().contains("</script");
    if is_near(written) {
        return None;
    }
    let (quote, other) = match html_context(site, read) {
        Some(HtmlContext::AttributeValue { quote: Quote::Double, .. }) => ("\"", "'"),
        Some(HtmlContext::AttributeValue { quote: Quote::Single, .. }) => ("'", "\""),
        _ => return Some(Cow::Borrowed(written)),
    };
    if !written.contains(quote) {
        return Some(Cow::Borrowed(written));
    }
    let has_quotes = |part: ExprId| match body.expr(part) {
        Expr::Text(text) | Expr::Attribute(text) => text.contains(['"', '\'']),
        _ => false,
    };
    let is_plain = !written.contains("/*") && !effects::parts(body, value).into_iter().any(has_quotes);
    is_plain.then(|| Cow::Owned(written.replace(quote, other)))
}

/// The call of `v` that is all of an inline region, if this is the list of its only argument.
fn printing(args: &SyntaxNode) -> Option<SyntaxNode> {
    let call = ast::CallExpr::cast(args.parent()?).filter(|call| call.is_call_of("v"))?;
    let is_inline = call.syntax().parent()?.kind() == SyntaxKind::INLINE;
    (is_inline && call.args().count() == 1).then(|| call.syntax().clone())
}

fn needs_parens(body: &Body, value: ExprId) -> bool {
    matches!(body.expr(value), Expr::Not(_) | Expr::Logical { .. } | Expr::Compare { .. })
}

/// The SET and the VARs of a variable go, and blocks with nothing else in them.
fn removals(site: &Site<'_>, variable: &Variable) -> Option<Vec<TextEdit>> {
    let mut found: Vec<(TextRange, SyntaxNode, TextSize)> = Vec::new();
    for (_, at) in variable.definitions() {
        let position = page_map(site.db, site.page).chunks().iter().find(|position| position.chunk == at.chunk)?;
        let token = token_of_byte(&sfmc_db::chunk_syntax(site.db, at.chunk), at.range(site.db).start())?;
        let (region, statement) = region_of(&token.parent()?)?;
        let range = match ast::VarStmt::cast(statement.clone()) {
            Some(list) if list.variables().count() > 1 => {
                let range = from_list(&list, &token.parent()?)? + position.start;
                // A comment in it is not ours to take away.
                Some(range).filter(|range| !site.layout.slice(*range).contains("/*"))?
            }
            _ => whole(site, trimmed(&statement) + position.start),
        };
        found.push((range, region, position.start));
    }
    // A block that would be empty goes as a whole. Blanks around it are printed as before.
    let mut edits: Vec<TextEdit> = Vec::new();
    for (range, region, base) in &found {
        let others =
            || found.iter().filter(|(_, other, base)| (other, base) == (region, base)).map(|(range, ..)| *range);
        let block = region.text_range() + *base;
        let range = if is_block_of(site, region, *base, others().collect()) { block } else { *range };
        if !edits.iter().any(|edit| edit.range == range) {
            edits.push(TextEdit::delete(range));
        }
    }
    Some(edits)
}

/// A variable of a VAR with others, and the comma that goes with it.
fn from_list(list: &ast::VarStmt, variable: &SyntaxNode) -> Option<TextRange> {
    let variables: Vec<TextRange> = list.variables().map(|variable| trimmed(variable.syntax())).collect();
    let index = variables.iter().position(|range| *range == trimmed(variable))?;
    Some(match (index.checked_sub(1).and_then(|before| variables.get(before)), variables.get(index + 1)) {
        (_, Some(next)) => TextRange::new(variables.get(index)?.start(), next.start()),
        (Some(before), None) => TextRange::new(before.end(), variables.get(index)?.end()),
        (None, None) => return None,
    })
}

/// A statement with what goes with it: its whole lines, or the blanks up to the next thing in its line. A comment stays: whoever wrote it may
/// have meant more than the statement.
fn whole(site: &Site<'_>, statement: TextRange) -> TextRange {
    if let Some(lines) = site.layout.whole_lines(statement) {
        return lines;
    }
    let rest = site.layout.slice(TextRange::new(statement.end(), site.layout.line_end_at(statement.end())));
    let before = site.layout.slice(TextRange::new(site.layout.line_start(statement.start()), statement.start()));
    if rest.trim().is_empty() && before.trim_end().ends_with("%%[") {
        let start = statement.start() - TextSize::of(&before[before.trim_end().len()..]);
        return TextRange::new(start, site.layout.line_end_at(statement.end()));
    }
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let end = statement.end() + TextSize::try_from(blanks).unwrap_or_default();
    TextRange::new(statement.start(), end)
}

/// Whether nothing is left in a block, whose delimiters both are there, without these ranges.
fn is_block_of(site: &Site<'_>, region: &SyntaxNode, base: TextSize, mut ranges: Vec<TextRange>) -> bool {
    let is_delimiter = |kind| matches!(kind, SyntaxKind::BLOCK_OPEN | SyntaxKind::BLOCK_CLOSE);
    let tokens = region.children_with_tokens().filter_map(|element| element.into_token());
    let delimiters: Vec<TextRange> =
        tokens.filter(|token| is_delimiter(token.kind())).map(|token| token.text_range() + base).collect();
    let &[open, close] = &*delimiters else { return false };
    ranges.sort_by_key(|range| range.start());
    let mut done = open.end();
    for range in ranges {
        if !site.layout.slice(TextRange::new(done.min(range.start()), range.start())).trim().is_empty() {
            return false;
        }
        done = done.max(range.end());
    }
    is_region(region.kind())
        && site.layout.slice(TextRange::new(done.min(close.start()), close.start())).trim().is_empty()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::refactor::properties::after;

    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        expected.assert_eq(&after(markup, "inline `"));
    }

    #[track_caller]
    fn refused(markup: &str) {
        assert_eq!(after(markup, "inline `"), "nothing", "{markup}");
    }

    #[test]
    fn read_once_in_the_next_step() {
        check(
            "%%[\n  var @a, @name\n  set $0@name = Lookup('d', 'c', 'k', @k)\n]%%\n<p>%%=v(@name)=%%",
            &expect![["%%[\n  var @a\n]%%\n<p>%%=Lookup('d', 'c', 'k', @k)=%%"]],
        );
        check(
            "%%[ set @rows = LookupRows('d', 'c', @k) for @i = 1 to RowCount($0@ROWS) do next ]%%",
            &expect![["%%[ for @i = 1 to RowCount(LookupRows('d', 'c', @k)) do next ]%%"]],
        );
        check(
            "%%[ var @name /* of the reader */, @b set @n$0ame = [First Name] ]%%%%=Trim(@name)=%%",
            &expect![["nothing"]],
        );
        check("a %%[ set @n$0ame = [First Name] ]%% b %%=Trim(@name)=%%", &expect![["a  b %%=Trim([First Name])=%%"]]);
    }

    #[test]
    fn comments() {
        let used = "set @b = Add(@a, 1)\n]%%";
        let inlined = "set @b = Add(1, 1)\n]%%";
        let check = |before: &str, after_it: &str| {
            assert_eq!(after(&format!("{before}{used}"), "inline `"), format!("{after_it}{inlined}"), "{before}");
        };
        // None is lost.
        check("%%[\n  set @a$0 = 1 /* of all */\n  ", "%%[\n  /* of all */\n  ");
        check("%%[ set @a$0 = 1 /* of all */\n  ", "%%[ /* of all */\n  ");
        check("%%[\n  var @a /* number */\n  set @a$0 = 1 \r\n  ", "%%[\n  /* number */\n  ");
        check("%%[ set @a$0 = 1 /* of all */ ]%%x%%[ ", "%%[ /* of all */ ]%%x%%[ ");
        check("%%[ set @a$0 = 1\n  ", "%%[\n  ");
        // What stands on a line of its own may be about more.
        check("%%[\n  /* of all */\n  set @a$0 = 1\n  ", "%%[\n  /* of all */\n  ");
        check("%%[\n  set @a$0 = 1\n  /* of all */\n  ", "%%[\n  /* of all */\n  ");
        check("%%[\n  set @a$0 = 1 /* of all\n  things */\n  ", "%%[\n  /* of all\n  things */\n  ");
        check("%%[\n  /* of all */ set @a$0 = 1\n  ", "%%[\n  /* of all */ \n  ");
        // What stands beside other statements, too.
        check("%%[\n  set @a$0 = 1 /* of all */ set @c = 2\n  ", "%%[\n  /* of all */ set @c = 2\n  ");
        check("%%[\n  set @c = 2 set @a$0 = 1 /* of all */\n  ", "%%[\n  set @c = 2 /* of all */\n  ");
        // And what is said to this program.
        check("%%[\n  set @a$0 = 1 /* sfmc-context: sms */\n  ", "%%[\n  /* sfmc-context: sms */\n  ");
    }

    #[test]
    fn the_same_everywhere() {
        check(
            "%%[ var @k, @name set @k = 1 set @name = Concat(@k, 'x') if @name == 'x' then ]%%%%=v(@$0name)=%%%%[ endif ]%%",
            &expect![["%%[ var @k set @k = 1 if Concat(@k, 'x') == 'x' then ]%%%%=Concat(@k, 'x')=%%%%[ endif ]%%"]],
        );
        check(
            "%%[ set @is = @a == 1 if @$0is and not @is then endif ]%%",
            &expect![["%%[ if (@a == 1) and not (@a == 1) then endif ]%%"]],
        );
        check(
            "%%[ set @is$0 = @a == 1 if @is then endif if (@is) or @b == 2 then endif ]%%",
            &expect![["%%[ if @a == 1 then endif if (@a == 1) or @b == 2 then endif ]%%"]],
        );
        check(
            "%%[ set @is$0 = @a == 1 if @b == 2 or @is then endif ]%%",
            &expect![["%%[ if @b == 2 or (@a == 1) then endif ]%%"]],
        );
    }

    #[test]
    fn nothing_that_would_end_what_stands_around_it() {
        refused("%%[ set $0@x = \"=%%\" set @z = 1 ]%%<p>%%=Uppercase(@x)=%%</p>");
        refused(
            "%%[ set $0@x = \"</script>\" ]%%<script runat=server language=ampscript>set @y = Uppercase(@x)</script>",
        );
        refused("%%[ set $0@x = \"it's\" ]%%<a title=\"%%=Uppercase(@x)=%%\">");
        check(
            "%%[ set $0@x = Concat(\"a\", \"\") ]%%<a title=\"%%=Uppercase(@x)=%%\">",
            &expect![["<a title=\"%%=Uppercase(Concat('a', ''))=%%\">"]],
        );
        check("%%[ set $0@x = \"100%\" ]%%<p>%%=Uppercase(@x)=%%</p>", &expect![["<p>%%=Uppercase(\"100%\")=%%</p>"]]);
    }

    #[test]
    fn not_where_a_script_may_say_its_name() {
        refused("%%[ set $0@a = Trim(1) ]%%%%=v(@a)=%%<script runat=server>var x = '%%=v(@a)=%%';</script>");
    }

    #[test]
    fn not_where_something_happens_in_between() {
        refused("%%[ set $0@a = Lookup('d', 'c', 'k', 1) set @b = InsertData('d', 'c', 1) ]%%%%=v(@a)=%%");
        refused("%%[ set $0@a = Concat(@k) set @k = 2 ]%%%%=v(@a)=%%");
        refused("%%[ set $0@a = InsertData('d', 'c', 1) ]%%%%=v(@a)=%%");
        refused("%%[ set $0@a = Lookup('d', 'c', 'k', 1) if @b == 1 and @a == 2 then endif ]%%");
        refused("%%[ set $0@a = Lookup('d', 'c', 'k', 1) if @b == 1 then elseif @a == 2 then endif ]%%");
        refused("%%[ set $0@a = Lookup('d', 'c', 'k', 1) set @b = Concat(UpsertData('d', 'c', 1), @a) ]%%");
        refused("%%[ set @r = LookupRows('d', 'c', 1) set $0@a = Trim(@r) set @b = 1 ]%%%%=v(@a)=%%");
        refused("%%[ set $0@a = Now() ]%%%%=v(@a)=%%%%=v(@a)=%%");
        refused("%%[ set $0@a = DateParse(@k) if @b == 1 then ]%%%%=v(@a)=%%%%[ endif ]%%");
    }

    #[test]
    fn not_where_other_code_may_read_it() {
        refused("%%[ set $0@a = 1 ]%%%%=Add(@a, 1)=%%%%=ContentBlockByKey('x')=%%");
        refused("%%[ set $0@a = 1 ]%%%%=Add(@a, 1)=%%<script runat=server>Variable.GetValue('@a')</script>");
    }

    #[test]
    fn not_where_it_may_be_something_else() {
        refused("%%[ if @b == 1 then set $0@a = 1 endif ]%%%%=Add(@a, 1)=%%");
        refused("%%[ set $0@a = 1 set @a = 2 ]%%%%=Add(@a, 1)=%%");
        refused("%%[ set @b = @a set $0@a = 1 ]%%%%=Add(@a, 1)=%%");
        refused("%%[ for @$0i = 1 to 2 do set @b = Add(@i, 1) next @i ]%%");
        refused("%%[ set $0@a = 1 ]%%");
        refused("%%[ set $0@a = 1 if @a == 1 then ]%%");
    }
}
