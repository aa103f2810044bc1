use sfmc_diagnostics::Severity;
use sfmc_semantic::{Expr, ExprId, LogicalOp};
use sfmc_syntax::{Problem, ProblemKind};

use crate::{
    context::{CheckProblem, Context},
    flow::FlowContext,
};

declare_rule! {
    /// Where AND or OR follows a NOT, parentheses say how far the NOT reaches.
    ///
    /// ## Why
    /// The sources disagree on `not a and b`: Sage negates everything to the right, `not (a and b)`; another parser only the first
    /// comparison, `(not a) and b`. What the platform does is not known.
    /// Nothing is said of a NOT before a call or parentheses where AND alone follows, `not Empty(@a) and …`: so everybody writes it, and
    /// means the call. Where OR follows, or both, that is a hint. Nothing is said of a NOT in the last place either, `a and not b`, which
    /// has nothing to reach for.
    /// Source: ampscript.md, sections 4 (precedence) and 14 (2).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ if not @optOut == 1 and @country == "DE" then set @ask = 1 endif ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ if (not @optOut == 1) and @country == "DE" then set @ask = 1 endif ]%%
    /// ```
    ///
    /// ## Off
    /// When the page was tested with every combination of values.
    pub AmbiguousNot {
        id: "amp/ambiguous-not",
        aliases: [],
        group: Suspicious,
        severity: Warning,
        fix: None,
        since: "0.1.0",
    }
}

impl CheckProblem for AmbiguousNot {
    const KIND: ProblemKind = ProblemKind::AmbiguousNot;

    fn check(ctx: &mut Context<'_>, problem: &Problem) {
        ctx.report::<Self>(problem.range, "`not` before `and` or `or`: sources disagree on how far it reaches")
            .help("write `(not a) and b` or `not (a and b)`; a `not` in the last place is clear too");
    }
}

/// What joins conditions without parentheses, in order: the conditions, each with what joins it to the next.
fn chain(ctx: &FlowContext<'_>, expr: ExprId, next: Option<LogicalOp>, found: &mut Vec<(ExprId, Option<LogicalOp>)>) {
    let body = ctx.body();
    match body.expr(expr) {
        Expr::Logical { op, operands, .. } if !ctx.in_parentheses(expr) || found.is_empty() => {
            let operands = body.operands(*operands);
            for (index, &operand) in operands.iter().enumerate() {
                let next = if index + 1 < operands.len() { Some(*op) } else { next };
                if matches!(body.expr(operand), Expr::Logical { .. }) && !ctx.in_parentheses(operand) {
                    chain(ctx, operand, next, found);
                } else {
                    found.push((operand, next));
                }
            }
        }
        _ => found.push((expr, next)),
    }
}

/// Looks at conditions that AND or OR joins, and nothing joins the whole further without parentheses: for a NOT before a call or
/// parentheses. Of one before anything else the parser knows how far it can reach.
pub(crate) fn look(ctx: &mut FlowContext<'_>, expr: ExprId) {
    if ctx.runs::<AmbiguousNot>() {
        let mut parts = Vec::new();
        chain(ctx, expr, None, &mut parts);
        let body = ctx.body();
        let has_or = parts.iter().any(|(_, next)| *next == Some(LogicalOp::Or));
        let mut negated = None;
        for (part, next) in &parts {
            let Expr::Not(operand) = body.expr(*part) else { continue };
            if next.is_none() || ctx.in_parentheses(*part) {
                continue;
            }
            let simple = matches!(body.expr(*operand), Expr::Call(_)) || ctx.in_parentheses(*operand);
            if !simple {
                return;
            }
            negated.get_or_insert(*part);
        }
        let Some(negated) = negated.filter(|_| has_or) else { return };
        let range = ctx.range(negated);
        ctx.report::<AmbiguousNot>(range, "`not` before `or`: sources disagree on how far it reaches")
            .severity(Severity::Hint)
            .help("write `(not a) or b` or `not (a or b)`");
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, silent};

    #[test]
    fn on_the_expression() {
        check(
            "amp/ambiguous-not",
            "
%%[ if not @a == 1 and @b == 2 then endif ]%%
//     ^^^^^^^^^^^^^^^^^^^^^^^ sources disagree
",
        );
    }

    #[test]
    fn before_calls_and_parentheses_where_or_follows() {
        check(
            "amp/ambiguous-not",
            "
%%[ if not Empty(@a) or Empty(@b) then elseif not (@a == 1) and @b == 2 or @c == 3 then endif ]%%
//     ^^^^^^^^^^^^^ hint: `not` before `or`
//                                            ^^^^^^^^^^^^^ hint: `not` before `or`
%%=IIf(@a == 1 or not Empty(@b) or @c == 1, 1, 2)=%%
//                ^^^^^^^^^^^^^ hint: `not` before `or`
",
        );
        silent(
            "amp/ambiguous-not",
            "%%=IIf(not Empty(@a) and @b > 1, 'x', 'y')=%% %%[ if (not Empty(@a)) or @b then
            elseif @a == 1 or not Empty(@b) then elseif (not Empty(@a) and @b) or @c then elseif @a or (@b and not Empty(@c)) or @d then
            endif ]%%",
        );
    }

    #[test]
    fn silent_where_it_is_clear() {
        silent(
            "amp/ambiguous-not",
            "%%[ if not @a == 1 then elseif Empty(@a) and not Empty(@b) then endif ]%% not a and b",
        );
        silent("amp/ambiguous-not", "%%[ if (not @a) and @b then elseif not (@a and @b) then endif ]%%");
    }
}
