//! Turn an IF around: `if c then A else B endif` as `if not c then B else A endif`, also where its branches stand in other blocks and hold text.
//!
//! The negated condition has a form on which no two sources disagree, or it is not offered: NOT stands before parentheses or alone, and an
//! ordering is only turned around where null cannot be in it (ampscript.md sections 4 and 7).

use sfmc_ampscript::ControlKind;
use sfmc_catalog::ampscript::{FunctionId, Type};
use sfmc_db::{Chunk, chunk_parse};
use sfmc_semantic::{ControlFrame, Place, ValueTypes, chunk_flow, page_structure};
use sfmc_syntax::{
    SyntaxElement, SyntaxKind, TextEdit, TextRange,
    ast::{self, AstNode, CompareExpr, CompareOp, Expr, LogicalExpr},
};

use super::{Refactoring, Site, expr_in};
use crate::{
    control::{frame_of, keyword_at, range_of, statement_node},
    cursor::trimmed,
};

pub(super) fn invert_if(site: &Site<'_>) -> Option<Refactoring> {
    if !site.selection.is_empty() || page_structure(site.db, site.page).is_wrong() {
        return None;
    }
    let keyword = keyword_at(site.db, site.page, site.selection.start())?;
    let ControlFrame { opener, alternatives, end } = frame_of(site.db, site.page, keyword.place)?;
    let &[alternative] = &**alternatives else { return None };
    let end = (*end)?;
    for (place, kind) in [(*opener, ControlKind::If), (alternative, ControlKind::Else), (end, ControlKind::Endif)] {
        if kind_of(site, place)? != kind {
            return None;
        }
    }
    let statement = ast::IfStmt::cast(statement_node(site.db, *opener)?)?;
    let then = site.in_page(opener.chunk, statement.then_token()?.text_range())?;
    let condition = statement.condition()?;
    let place = site.in_page(opener.chunk, trimmed(condition.syntax()))?;
    let negated = Negation { site, chunk: opener.chunk, statement: &statement }.of(&condition)?;
    let otherwise = range_of(site.db, site.page, alternative)?;
    let end = range_of(site.db, site.page, end)?;
    let first = TextRange::new(then.end(), otherwise.start());
    let second = TextRange::new(otherwise.end(), end.start());
    let edits = vec![
        TextEdit::replace(place, negated),
        TextEdit::replace(first, site.layout.slice(second)),
        TextEdit::replace(second, site.layout.slice(first)),
    ];
    Some(Refactoring { title: "invert IF".to_owned(), edits })
}

fn kind_of(site: &Site<'_>, place: Place) -> Option<ControlKind> {
    Some(chunk_parse(site.db, place.chunk).controls.get(place.index as usize)?.kind)
}

/// The negation of a condition.
struct Negation<'a> {
    site: &'a Site<'a>,
    chunk: Chunk,
    statement: &'a ast::IfStmt,
}

impl Negation<'_> {
    /// What a condition has to become.
    fn of(&self, condition: &Expr) -> Option<String> {
        let inner = condition.clone().without_parens();
        let negated = match &inner {
            Expr::NotExpr(not) => {
                let operand = not.expr()?;
                self.is_condition(&operand.clone().without_parens()).then(|| self.text(&operand))?
            }
            Expr::CompareExpr(compare) => match self.opposite(compare)? {
                Some((token, opposite)) => self.with(&inner, &[(token, opposite)]),
                None => self.not(&inner),
            },
            Expr::LogicalExpr(logical) => self.de_morgan(logical).unwrap_or_else(|| self.not(&inner)),
            _ if self.is_condition(&inner) => format!("{} {}", self.word("not"), self.text(&inner)),
            _ => return None,
        };
        // `if(…)then` needs its parentheses.
        let parens = matches!(condition, Expr::ParenExpr(_)) && !negated.starts_with('(');
        Some(if parens { format!("({negated})") } else { negated })
    }

    fn not(&self, condition: &Expr) -> String {
        format!("{} ({})", self.word("not"), self.text(condition))
    }

    /// Whether NOT of an expression is known to be the opposite of it: it is true or false, and not something that is taken for one of them.
    fn is_condition(&self, expr: &Expr) -> bool {
        match expr {
            Expr::CompareExpr(compare) => self.opposite(compare).is_some(),
            Expr::LogicalExpr(_) | Expr::NotExpr(_) => true,
            Expr::CallExpr(call) => {
                let function = call.name().and_then(|name| FunctionId::of(&name)).map(FunctionId::get);
                function.is_some_and(|function| {
                    function.returns.contains(Type::Boolean) && function.returns.iter().count() == 1
                })
            }
            Expr::VariableExpr(_) => self.types(expr).is_within(ValueTypes::BOOLEAN),
            _ => false,
        }
    }

    fn types(&self, expr: &Expr) -> ValueTypes {
        let id = expr_in(self.site.db, self.chunk, trimmed(expr.syntax()));
        let flow = chunk_flow(self.site.db, self.site.page, self.chunk);
        id.map_or(ValueTypes::ANY, |id| flow.value(id).types)
    }

    /// The operator of a comparison and the one that asks for the opposite; no operator where there is none for what it compares, nothing for
    /// what is no comparison of two values.
    fn opposite(&self, compare: &CompareExpr) -> Option<Option<(TextRange, &'static str)>> {
        let operands: Vec<Expr> = compare.operands().collect();
        let opposite = match compare.op()? {
            CompareOp::Equal => "!=",
            CompareOp::NotEqual => "==",
            CompareOp::Less => ">=",
            CompareOp::LessOrEqual => ">",
            CompareOp::Greater => "<=",
            CompareOp::GreaterOrEqual => "<",
        };
        if operands.len() != 2
            || operands.iter().any(|operand| matches!(operand, Expr::MissingExpr(_) | Expr::BadExpr(_)))
        {
            return None;
        }
        // Of null and of booleans `<` and `>=` do not ask what they ask of numbers.
        let ordered = ValueTypes::NUMBER.or(ValueTypes::DATE).or(ValueTypes::STRING);
        let plain = |operand: &Expr| self.types(&operand.clone().without_parens()).is_within(ordered);
        let is_known = !compare.op()?.is_ordering() || operands.iter().all(plain);
        Some(is_known.then(|| Some((compare.op_token()?.text_range(), opposite))).flatten())
    }

    /// `a == 1 and b == 2` as `a != 1 or b != 2`: where all is compared for equality, so that no NOT stands beside AND or OR.
    fn de_morgan(&self, logical: &LogicalExpr) -> Option<String> {
        let mut changes = Vec::new();
        for operand in logical.operands() {
            let Expr::CompareExpr(compare) = operand.without_parens() else { return None };
            changes.push(self.opposite(&compare)??);
        }
        for token in logical.syntax().children_with_tokens().filter_map(SyntaxElement::into_token) {
            match token.kind() {
                SyntaxKind::AND_KW => changes.push((token.text_range(), self.word("or"))),
                SyntaxKind::OR_KW => changes.push((token.text_range(), self.word("and"))),
                SyntaxKind::BAD_OPERATOR => return None,
                _ => {}
            }
        }
        changes.sort_by_key(|(range, _)| range.start());
        Some(self.with(&Expr::LogicalExpr(logical.clone()), &changes))
    }

    /// A keyword as the IF writes its own.
    fn word(&self, word: &'static str) -> &'static str {
        let capital = self.statement.if_token().is_some_and(|token| token.text() == "IF");
        match word {
            "not" if capital => "NOT",
            "and" if capital => "AND",
            "or" if capital => "OR",
            _ => word,
        }
    }

    fn text(&self, expr: &Expr) -> String {
        self.with(expr, &[])
    }

    /// The text of an expression with other operators, in order of place.
    fn with(&self, expr: &Expr, changes: &[(TextRange, &str)]) -> String {
        let range = trimmed(expr.syntax());
        let slice = |range: TextRange| {
            self.site.in_page(self.chunk, range).map(|range| self.site.layout.slice(range)).unwrap_or_default()
        };
        let (mut text, mut done) = (String::new(), range.start());
        for (place, operator) in changes {
            text.push_str(slice(TextRange::new(done, place.start())));
            text.push_str(operator);
            done = place.end();
        }
        text.push_str(slice(TextRange::new(done, range.end())));
        text
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::refactor::properties::after;

    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        expected.assert_eq(&after(markup, "invert IF"));
    }

    /// What a condition becomes; the same once more gives `back`.
    #[track_caller]
    fn condition(before: &str, negated: &str) {
        let setup = "set @n = 1 set @flag = Empty(@a)";
        let page = |condition: &str| format!("%%[ {setup} $0if {condition} then set @x = 1 else set @x = 2 endif ]%%");
        let found = after(&page(before), "invert IF");
        let expected = match negated {
            "" => "nothing".to_owned(),
            _ => format!("%%[ {setup} if {negated} then set @x = 2 else set @x = 1 endif ]%%"),
        };
        assert_eq!(found, expected, "{before}");
    }

    #[test]
    fn across_blocks() {
        check(
            "%%[ IF @a == 1 THEN ]%%\n<p>A</p>\n%%[ $0ELSE ]%%\n<b>B</b>\n%%[ ENDIF ]%%",
            &expect![["%%[ IF @a != 1 THEN ]%%\n<b>B</b>\n%%[ ELSE ]%%\n<p>A</p>\n%%[ ENDIF ]%%"]],
        );
        check(
            "%%[ if Empty(@a) then ]%%A%%[ else\n  if @b == 1 then set @c = 1 endif\nend$0if ]%%",
            &expect![["%%[ if not Empty(@a) then\n  if @b == 1 then set @c = 1 endif\nelse ]%%A%%[ endif ]%%"]],
        );
    }

    #[test]
    fn conditions() {
        condition("@a == 1", "@a != 1");
        condition("(@a != 1)", "(@a == 1)");
        condition("Empty(@a)", "not Empty(@a)");
        condition("not Empty(@a)", "Empty(@a)");
        condition("not @a == 1", "@a == 1");
        condition("@flag", "not @flag");
        condition("not (@a == 1 or @b == 2)", "(@a == 1 or @b == 2)");
        condition("@a == 1 and (@b != 2) and 3 == @c", "@a != 1 or (@b == 2) or 3 != @c");
        condition("@a == 1 and Empty(@b)", "not (@a == 1 and Empty(@b))");
    }

    #[test]
    fn orderings_with_null() {
        condition("@n < 5", "@n >= 5");
        condition("Length(@a) >= 5", "Length(@a) < 5");
        condition("@a < 5", "not (@a < 5)");
        condition("@a == 1 or @b > 2", "not (@a == 1 or @b > 2)");
    }

    #[test]
    fn where_the_opposite_is_not_known() {
        condition("@a", "");
        condition("not @a", "");
        condition("'text'", "");
        condition("City", "");
        condition("1 < 2 < 3", "");
        condition("Lookup('d', 'c', 'k', 1)", "");
    }

    #[test]
    fn only_with_else_alone() {
        check("%%[ $0if @a == 1 then set @x = 1 endif ]%%", &expect![["nothing"]]);
        check("%%[ $0if @a == 1 then elseif @b == 2 then else endif ]%%", &expect![["nothing"]]);
        check("%%[ $0if @a == 1 then else ]%%", &expect![["nothing"]]);
        check("%%[ if @a == 1 then $0set @x = 1 else endif ]%%", &expect![["nothing"]]);
        // Its blocks would close with the wrong delimiters.
        check(
            "<script runat=server language=ampscript>$0if @a == 1 then</script>A%%[ else ]%%B%%[ endif ]%%",
            &expect![["nothing"]],
        );
    }
}
