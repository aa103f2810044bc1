//! Lookups that find the same rows: who knows that one found something knows it of the other.

use sfmc_semantic::{Body, Expr, ExprId, Step};

/// A call of a lookup: its arguments, and the body that they stand in.
#[derive(Clone, Copy)]
pub(super) struct LookupCall<'a> {
    pub(super) name: &'static str,
    pub(super) body: &'a Body,
    pub(super) args: &'a [ExprId],
}

impl<'a> LookupCall<'a> {
    /// The columns and values that it looks for.
    fn pairs(&self) -> &'a [ExprId] {
        let first = match self.name {
            "Lookup" => 2,
            name if name.starts_with("LookupOrdered") => 3,
            _ => 1,
        };
        self.args.get(first..).unwrap_or(&[])
    }

    fn finds_as(&self, other: &LookupCall<'_>) -> bool {
        let (Some(&table), Some(&other_table)) = (self.args.first(), other.args.first()) else { return false };
        let (pairs, others) = (self.pairs(), other.pairs());
        let same = |a: ExprId, b: ExprId| is_same(self.body, a, other.body, b);
        !pairs.is_empty()
            && pairs.len() == others.len()
            && same(table, other_table)
            && pairs.iter().zip(others).all(|(&a, &b)| same(a, b))
    }
}

/// Whether two expressions are written the same, but for what the platform does not tell apart.
fn is_same(a: &Body, x: ExprId, b: &Body, y: ExprId) -> bool {
    let all =
        |xs: &[ExprId], ys: &[ExprId]| xs.len() == ys.len() && xs.iter().zip(ys).all(|(&x, &y)| is_same(a, x, b, y));
    match (a.expr(x), b.expr(y)) {
        (Expr::Text(x), Expr::Text(y)) | (Expr::Attribute(x), Expr::Attribute(y)) => x.eq_ignore_ascii_case(y),
        (Expr::Variable(x), Expr::Variable(y)) => a.name(*x) == b.name(*y),
        (Expr::Call(x), Expr::Call(y)) => {
            x.function.is_some() && x.function == y.function && all(a.operands(x.args), b.operands(y.args))
        }
        (Expr::Integer(_) | Expr::Number(_) | Expr::Boolean(_) | Expr::System(_), _) => a.expr(x) == b.expr(y),
        _ => false,
    }
}

/// Whether somewhere in the bodies of a page it is asked whether a `Lookup` is empty that finds something exactly where `rows` does.
pub(super) fn asks_for_equal<'a>(bodies: impl Iterator<Item = &'a Body>, rows: LookupCall<'_>) -> bool {
    let bodies: Vec<&Body> = bodies.collect();
    let mut names: Vec<&str> = Vec::new();
    let equal = |body: &Body, expr: ExprId| match body.expr(expr) {
        Expr::Call(call) if call.whole && call.function.is_some_and(|function| function.get().name == "Lookup") => {
            LookupCall { name: "Lookup", body, args: body.operands(call.args) }.finds_as(&rows)
        }
        _ => false,
    };
    for body in &bodies {
        for step in &body.steps {
            if let Step::Set { target, value } = *step
                && let Some(name) = body.variable(target)
                && equal(body, value)
            {
                names.push(body.name(name));
            }
        }
    }
    bodies.iter().any(|body| {
        let asked = |expr: ExprId| match body.expr(expr) {
            Expr::Variable(name) => names.contains(&body.name(*name).as_str()),
            _ => equal(body, expr),
        };
        body.exprs.iter().any(|expr| match expr {
            Expr::Call(call) => {
                let name = call.function.map_or("", |function| function.get().name);
                matches!(name, "Empty" | "IsNull" | "Length")
                    && body.operands(call.args).first().is_some_and(|&arg| asked(arg))
            }
            Expr::Compare { lhs, rhs, .. } => asked(*lhs) || asked(*rhs),
            _ => false,
        })
    })
}
