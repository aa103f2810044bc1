//! Give an expression a name: `set @name = …` in front of its statement, or in a block in front of its inline region.
//!
//! It is evaluated earlier then, and always. That is only the same where nothing before it in its statement does anything, where it does
//! nothing itself, and where it is evaluated in any case: not on the right of AND and OR, not in a branch of IIf, not in ELSEIF.

use sfmc_catalog::ampscript::{FunctionId, LiteralNeed, Role};
use sfmc_semantic::{Body, Expr, ExprId, Lowered, Step, chunk_flow, lowered};
use sfmc_syntax::{
    SyntaxKind, SyntaxNode, TextEdit,
    ast::{self, AstNode},
};

use super::{
    Refactoring, Site, effects, expr_in,
    html::{begins_link, tag_start},
    region_of,
    variable_name::variable_name,
};
use crate::cursor::{TokenAt, token_at, token_of, trimmed};

pub(super) fn extract_variable(site: &Site<'_>) -> Option<Refactoring> {
    let (found, node) = selected(site)?;
    let chunk = found.position.chunk;
    let lowered = lowered(site.db, chunk);
    let body = &*lowered.body;
    let inner = ast::Expr::cast(node.clone())?.without_parens();
    let expr = expr_in(site.db, chunk, trimmed(inner.syntax()))?;
    if !effects::is_no_boolean(body, expr) || is_bare(body, expr) || must_be_written_out(lowered, expr) {
        return None;
    }
    let when = effects::when(lowered, expr)?;
    let flow = chunk_flow(site.db, site.page, chunk);
    let is_safe = match when.perhaps {
        true => effects::is_total(body, flow, expr),
        false => effects::is_quiet(body, expr),
    };
    if !is_safe || !when.before.iter().all(|&before| effects::is_quiet(body, before)) {
        return None;
    }
    let (region, statement) = region_of(&node)?;
    let start = found.position.start;
    let name = variable_name(site, body, expr);
    let value = site.layout.slice(site.in_page(chunk, lowered.range(expr))?);
    let word = site.words(found.range().start(), "set");
    let set = format!("{word} @{name} = {value}");
    let range = trimmed(&node) + start;
    let (at, assignment, read) = match body.steps.get(when.step)? {
        Step::Print(whole) => {
            // A variable alone is not printed by all accounts; `v` prints what it holds.
            let read = if *whole == expr { format!("v(@{name})") } else { format!("@{name}") };
            let region = region.text_range() + start;
            // A block where an address begins would be in the way of how a send tracks that.
            let at = if begins_link(site, region) { tag_start(site, region)? } else { region.start() };
            (at, format!("%%[ {set} ]%%"), read)
        }
        // The whole of it would only be said twice.
        Step::Set { value, .. } | Step::Eval(value) if *value == expr => return None,
        Step::Set { .. } | Step::Eval(_) | Step::If(_) | Step::For { .. } if region.kind() != SyntaxKind::INLINE => {
            if let Step::For { counter: Some(counter), .. } = body.steps.get(when.step)?
                && reads(body, expr, *counter)
            {
                return None;
            }
            let at = trimmed(&statement).start() + start;
            let line = match site.layout.is_first_on_line(at) {
                true => format!("{set}{}{}", site.layout.line_end(), site.layout.indentation(at)),
                false => format!("{set} "),
            };
            (at, line, format!("@{name}"))
        }
        _ => return None,
    };
    let title = format!("extract into variable `@{name}`");
    Some(Refactoring { title, edits: vec![TextEdit::insert(at, assignment), TextEdit::replace(range, read)] })
}

/// The expression that is selected, or that begins at the cursor with what cannot be taken apart: a literal, a name, the name of a call.
fn selected(site: &Site<'_>) -> Option<(TokenAt, SyntaxNode)> {
    use SyntaxKind::{BRACKET_NAME, CALL_EXPR, IDENT, INTEGER, LITERAL, NAME_EXPR, REAL, STRING};
    let at = site.selection.start();
    if site.selection.is_empty() {
        let is_it = |kind| matches!(kind, IDENT | BRACKET_NAME | INTEGER | REAL | STRING);
        let found = token_at(site.db, site.page, at, is_it)?;
        let node = found.token.parent().filter(|node| matches!(node.kind(), CALL_EXPR | LITERAL | NAME_EXPR))?;
        return Some((found, node));
    }
    let found = token_of(site.db, site.page, at)?;
    let wanted = site.selection.checked_sub(found.position.start)?;
    let mut nodes = found.token.parent_ancestors();
    let node = nodes.find(|node| ast::Expr::can_cast(node.kind()) && trimmed(node) == wanted)?;
    Some((found, node))
}

/// Whether an expression gains nothing from a name: one that means something else (`null`, a function without its parentheses), and `v(…)`,
/// which is nothing but what it is given.
fn is_bare(body: &Body, expr: ExprId) -> bool {
    match body.expr(expr) {
        Expr::Attribute(name) => name.is_empty() || name.eq_ignore_ascii_case("null") || FunctionId::of(name).is_some(),
        Expr::Call(call) => call.function.is_some_and(|function| function.get().name == "v"),
        _ => false,
    }
}

/// Whether an expression is an argument for which only a literal will do, or which says how many others there are.
fn must_be_written_out(lowered: &Lowered, expr: ExprId) -> bool {
    let body = &lowered.body;
    if !matches!(body.expr(expr), Expr::Text(_) | Expr::Integer(_) | Expr::Number(_)) {
        return false;
    }
    match effects::parameter(body, expr) {
        Ok(None) => false,
        Ok(Some(param)) => {
            // A region of impressions with a variable as its name ends the page (ampscript.md section 12).
            let is_fixed = matches!(param.role, Some(Role::PairCount | Role::ImpressionRegionName));
            is_fixed || param.literal != LiteralNeed::None
        }
        Err(()) => true,
    }
}

/// Whether an expression reads the variable that another one is.
fn reads(body: &Body, expr: ExprId, variable: ExprId) -> bool {
    let name = body.variable(variable);
    effects::parts(body, expr).into_iter().any(|part| body.variable(part).is_some_and(|read| Some(read) == name))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::refactor::properties::after;

    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        expected.assert_eq(&after(markup, "extract into variable"));
    }

    #[test]
    fn in_the_case_of_the_page() {
        check(
            "%%[ SET @k = 1 IF Tri$0m(@k) == 'x' THEN ENDIF ]%%",
            &expect![["%%[ SET @k = 1 SET @trim = Trim(@k) IF @trim == 'x' THEN ENDIF ]%%"]],
        );
    }

    #[test]
    fn what_is_nothing_but_its_argument() {
        check("%%=$0v(Trim(@a))=%%", &expect![["nothing"]]);
        check("%%=v(Tri$0m(@a))=%%", &expect![["%%[ set @trim = Trim(@a) ]%%%%=v(@trim)=%%"]]);
    }

    #[test]
    fn in_front_of_the_statement() {
        check(
            "%%[\r\n  set @a = Concat(Look$0up('d', 'First Name', 'k', @k), 'x')\r\n]%%",
            &expect![[
                "%%[\r\n  set @firstName = Lookup('d', 'First Name', 'k', @k)\r\n  set @a = Concat(@firstName, 'x')\r\n]%%"
            ]],
        );
        check(
            "%%[ set @a = 1 if $0Trim(@k)$0 == 'x' then endif ]%%",
            &expect![["%%[ set @a = 1 set @trim = Trim(@k) if @trim == 'x' then endif ]%%"]],
        );
        check(
            "%%[ if @a then set @b = 1 else if Tri$0m(@k) == 'x' then set @b = 2 endif endif ]%%",
            &expect![[
                "%%[ if @a then set @b = 1 else set @trim = Trim(@k) if @trim == 'x' then set @b = 2 endif endif ]%%"
            ]],
        );
        check(
            "%%[ set @rows = LookupRows('d', 'a', @k) for @i = 1 to RowC$0ount(@rows) do next ]%%",
            &expect![[
                "%%[ set @rows = LookupRows('d', 'a', @k) set @rowCount = RowCount(@rows) for @i = 1 to @rowCount do next ]%%"
            ]],
        );
    }

    #[test]
    fn in_front_of_inline() {
        check(
            "<p title=\"%%=v($0Concat(@a, 'x')$0)=%%\">",
            &expect![["<p title=\"%%[ set @concat = Concat(@a, 'x') ]%%%%=v(@concat)=%%\">"]],
        );
        check(
            "<p>%%=Low$0ercase(@concat)=%%",
            &expect![["<p>%%[ set @lowercase = Lowercase(@concat) ]%%%%=v(@lowercase)=%%"]],
        );
    }

    #[test]
    fn not_where_an_address_begins() {
        check(
            "<p><a class=\"x\" href=\"%%=RedirectTo($0Concat('http://x/', @q)$0)=%%\">",
            &expect![[
                "<p>%%[ set @concat = Concat('http://x/', @q) ]%%<a class=\"x\" href=\"%%=RedirectTo(@concat)=%%\">"
            ]],
        );
        check(
            "<a href=\"https://x/%%=v($0Trim(@q)$0)=%%\">",
            &expect![["<a href=\"https://x/%%[ set @trim = Trim(@q) ]%%%%=v(@trim)=%%\">"]],
        );
        for text in [
            "<a href=%%=RedirectTo($0Concat('http://x/', @q)$0)=%%>",
            "<a title=\"%%=v(@t)=%%\" href=\"%%=RedirectTo($0Concat('http://x/', @q)$0)=%%\">",
            "<a title=\"a<b\" href=\"%%=RedirectTo($0Concat('http://x/', @q)$0)=%%\">",
        ] {
            check(text, &expect![["nothing"]]);
        }
    }

    #[test]
    fn with_a_name_that_is_free() {
        for taken in ["var n=\"@city\";Write(Variable.GetValue(n));", "var n = '%%=v(@CITY)=%%';"] {
            let text = format!("%%=Trim([Ci$0ty])=%%<script runat=server>{taken}</script>");
            assert!(after(&text, "extract into variable").contains("@city2"), "{taken}");
        }
        check(
            "%%[ set @a = Lookup('Cust$0omers', 'c', 'k', 1) ]%%",
            &expect![["%%[ set @dataObject = 'Customers' set @a = Lookup(@dataObject, 'c', 'k', 1) ]%%"]],
        );
        check(
            "%%[ set @CITY = 1 set @a = Concat(Attribute$0Value('City'), @city2) ]%%",
            &expect![["%%[ set @CITY = 1 set @city3 = AttributeValue('City') set @a = Concat(@city3, @city2) ]%%"]],
        );
        check(
            "<script runat=server>Variable.SetValue('@city', 1)</script>%%=Trim([Ci$0ty])=%%",
            &expect![[
                "<script runat=server>Variable.SetValue('@city', 1)</script>%%[ set @city2 = [City] ]%%%%=Trim(@city2)=%%"
            ]],
        );
    }

    #[test]
    fn only_where_it_is_evaluated_in_any_case() {
        for text in [
            "%%[ if @a == 1 and Look$0up('d', 'c', 'k', @k) == 2 then endif ]%%",
            "%%[ if @a == 1 then elseif Tri$0m(@k) == 2 then endif ]%%",
            "%%[ set @x = IIf(@a == 1, Look$0up('d', 'c', 'k', @k), '') ]%%",
            "%%[ for @i = 1 to Ad$0d(@i, 3) do next ]%%",
        ] {
            check(text, &expect![["nothing"]]);
        }
        // What cannot fail may be.
        check(
            "%%[ if @a == 1 or Tri$0m(@k) == 2 then endif ]%%",
            &expect![["%%[ set @trim = Trim(@k) if @a == 1 or @trim == 2 then endif ]%%"]],
        );
    }

    #[test]
    fn only_where_nothing_else_is_done_before_and_by_it() {
        for text in [
            "%%[ set @a = Concat(InsertData('d', 'a', 1), Look$0up('d', 'c', 'k', @k)) ]%%",
            "%%[ set @a = Add(Insert$0Data('d', 'a', 1), 1) ]%%",
            "%%[ set @a = Concat(ContentBlockByKey('x'), Tri$0m(@k)) ]%%",
            "%%=Redirect$0To(@url)=%%",
            "%%=Spec$0ial(1)=%%",
            "%%[ HTTPGet('u', 0, 0, $0@status$0) ]%%",
        ] {
            check(text, &expect![["nothing"]]);
        }
    }

    #[test]
    fn nothing_that_has_to_stand_there() {
        for text in [
            "%%=BeginImpressionRegion('re$0gion')=%%",
            "%%=ContentBlockByKey('k', 'Reg$0ion')=%%",
            "%%[ UpsertDE('d', $01, 'k', 1, 'c', 2) ]%%",
            "%%[ set @a = Trim($0@k) ]%%",
            "%%[ set @a = Tr$0im(@k) ]%%",
            "%%[ if $0@a == 1$0 then endif ]%%",
            "%%[ if Emp$0ty(@a) then endif ]%%",
            "%%[ set @a = Concat($0null, 1) ]%%",
            "text $0Trim(1)",
            "%%[ set @a = Concat('x', Trim($01 ]%%",
        ] {
            check(text, &expect![["nothing"]]);
        }
    }
}
