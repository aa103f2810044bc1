//! What rules about the variables of a page share.

use rustc_hash::{FxHashMap, FxHashSet};
use sfmc_db::Chunk;
use sfmc_semantic::{
    Body, CodeItem, CodePlace, DefinitionKind, Expr, ExprId, Marks, OccurrenceKind, PageVariables, Step, Variable,
};

use crate::flow::PageContext;

/// Functions that ask whether there is a value, or take null for what it is.
const ASKING: [&str; 4] = ["Empty", "IsNull", "IsNullDefault", "Length"];

/// Functions that are called with a null in the place of what is not needed.
const TAKING_NULL: [&str; 2] = ["EncryptSymmetric", "DecryptSymmetric"];

/// What stands in a name that is meant to stay null: `@null`, `@emptyValue`.
const NULL_NAMES: [&str; 6] = ["null", "empty", "nothing", "undefined", "unset", "blank"];

/// How expressions of chunks are nested in each other.
#[derive(Default)]
pub(crate) struct Nesting {
    chunks: FxHashMap<Chunk, Vec<Option<ExprId>>>,
}

impl Nesting {
    /// What an expression is an operand of.
    fn parent(&mut self, chunk: Chunk, body: &Body, expr: ExprId) -> Option<ExprId> {
        let parents = self.chunks.entry(chunk).or_insert_with(|| {
            let mut parents = vec![None; body.exprs.len()];
            for (id, _) in body.ids() {
                for child in body.children(id) {
                    parents[child.index()] = Some(id);
                }
            }
            parents
        });
        parents.get(expr.index()).copied().flatten()
    }
}

/// Whether null is as good as a value where a variable is read: the code asks for it, or only adds to what may be there.
pub(crate) fn null_will_do(ctx: &PageContext<'_>, nesting: &mut Nesting, at: CodePlace) -> bool {
    let CodeItem::Expr(read) = at.what else { return true };
    let body = ctx.body(at.chunk);
    let mut expr = read;
    // `if @name then` and `if not @name then` only ask.
    let mut bare = true;
    while let Some(parent) = nesting.parent(at.chunk, body, expr) {
        match body.expr(parent) {
            Expr::Call(call) => {
                let name = call.function.map_or("", |function| function.get().name);
                let condition = name == "IIf" && body.operands(call.args).first() == Some(&expr);
                if ASKING.contains(&name) || TAKING_NULL.contains(&name) || (bare && condition) {
                    return true;
                }
                bare = false;
            }
            Expr::Compare { lhs, rhs, .. } => {
                let other = if *lhs == expr { *rhs } else { *lhs };
                let asks = match body.expr(other) {
                    Expr::Text(text) => text.trim().is_empty() || stands_for_null(text),
                    Expr::Attribute(name) => stands_for_null(name),
                    // Another variable that is meant to be null, or this one once more.
                    Expr::Variable(name) => stands_for_null(body.name(*name)),
                    _ => false,
                };
                if bare && asks {
                    return true;
                }
                bare = false;
            }
            Expr::Not(_) | Expr::Logical { .. } => {}
            _ => bare = false,
        }
        expr = parent;
    }
    let step = body.steps.iter().find(|step| match **step {
        Step::Set { value, .. } => value == expr,
        Step::If(condition) | Step::Elseif(condition) => condition == expr,
        _ => false,
    });
    match step {
        // `set @list = Concat(@list, …)`
        Some(Step::Set { target, .. }) => body.variable(*target) == body.variable(read),
        Some(_) => bare,
        None => false,
    }
}

/// The names, in lower case, that are written without `@` where something is set: `set name = …`, `name = …`, `HTTPGet(…, name)`.
pub(crate) fn bare_targets(ctx: &PageContext<'_>, nesting: &mut Nesting) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    for (chunk, body) in ctx.bodies() {
        let evaluated = |step: &Step| match *step {
            Step::Eval(root) | Step::Print(root) | Step::Personalization(root) => vec![root],
            Step::If(root) | Step::Elseif(root) => vec![root],
            Step::Set { value, .. } | Step::Assign { value, .. } => vec![value],
            Step::For { start, bound, .. } => vec![start, bound],
            _ => Vec::new(),
        };
        let roots: FxHashSet<ExprId> = body.steps.iter().flat_map(evaluated).collect();
        for (expr, what) in body.ids() {
            let name = match what {
                Expr::Attribute(name) => name.as_str(),
                // What stands in the place of the variable is kept as it is.
                Expr::Other(operands) if operands.is_empty() => {
                    ctx.text(CodePlace { chunk, what: CodeItem::Expr(expr) })
                }
                _ => continue,
            };
            let is_target = match nesting.parent(chunk, body, expr).map(|parent| (parent, body.expr(parent))) {
                // What no step evaluates is what it sets.
                None => !roots.contains(&expr),
                Some((parent, Expr::Other(operands))) => {
                    nesting.parent(chunk, body, parent).is_none() && body.operands(*operands).first() == Some(&expr)
                }
                Some((_, Expr::Call(call))) => call.function.is_some_and(|function| {
                    let index = body.operands(call.args).iter().position(|&arg| arg == expr);
                    index.is_some_and(|index| function.get().out_param(index).is_some())
                }),
                Some(_) => false,
            };
            if is_target {
                found.insert(name.to_lowercase());
            }
        }
    }
    found
}

/// Whether a name says that what it names is meant to be null.
pub(crate) fn stands_for_null(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NULL_NAMES.iter().any(|null| name.contains(null)) || name == "nil" || name == "none"
}

/// Whether nothing can have given a variable a value where it is read.
pub(crate) fn is_unset(marks: Marks) -> bool {
    marks.has(Marks::MAYBE_UNSET) && marks.without(Marks::MAYBE_SET).without(Marks::OPAQUE) == marks
}

/// Whether something gives a variable a value, be it only null.
pub(crate) fn is_defined(variable: &Variable) -> bool {
    variable.set_elsewhere || variable.definitions().next().is_some()
}

/// Whether something sets a variable.
pub(crate) fn is_set(variable: &Variable) -> bool {
    variable.definitions().any(|(kind, _)| kind != DefinitionKind::Declare)
}

/// Variables that are read but set nowhere, each with the one that is set and has almost the same name.
///
/// Where something that is not in the page can set variables, the other must not be read at all: two that miss each other belong together.
pub(crate) fn misspelt<'v>(ctx: &PageContext<'_>, page: &'v PageVariables) -> Vec<(&'v Variable, &'v Variable)> {
    let wrong: Vec<&Variable> = page
        .variables
        .iter()
        .filter(|variable| {
            !is_defined(variable) && variable.reads().next().is_some() && !stands_for_null(&variable.name)
        })
        .collect();
    if wrong.is_empty() {
        return Vec::new();
    }
    let closed = ctx.is_whole() && !page.opaque;
    let right: Vec<&Variable> = page
        .variables
        .iter()
        .filter(|variable| {
            is_set(variable) && (closed || !(variable.read_elsewhere || variable.reads().next().is_some()))
        })
        .collect();
    // No page that people write has so many; each is compared with each.
    if wrong.len().saturating_mul(right.len()) > 1_000_000 {
        return Vec::new();
    }
    let twin = |variable: &Variable| {
        let mut twins = right.iter().filter(|other| is_slip(&variable.name, &other.name));
        let first = twins.next()?;
        twins.next().is_none().then_some(*first)
    };
    wrong.into_iter().filter_map(|variable| Some((variable, twin(variable)?))).collect()
}

/// Whether one name is the other with a letter too many, missing, wrong or in the wrong place; not where names differ like that on purpose:
/// in a digit, a plural, a first letter (`@sDate` and `@eDate`) or a last one (`@rowA` and `@rowB`).
fn is_slip(wrong: &str, right: &str) -> bool {
    // Every pair of a page is asked about.
    if wrong.is_ascii() && right.is_ascii() && wrong.len().abs_diff(right.len()) > 1 {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (wrong.chars().collect(), right.chars().collect());
    if a.len() < 5 || b.len() < 5 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let at = a.iter().zip(&b).position(|(x, y)| x != y).unwrap_or(a.len().min(b.len()));
    if a.len() == b.len() {
        let (Some([x, rest_a @ ..]), Some([y, rest_b @ ..])) = (a.get(at..), b.get(at..)) else { return false };
        if x.is_ascii_digit() || y.is_ascii_digit() {
            return false;
        }
        if rest_a == rest_b {
            return at > 0 && !rest_a.is_empty();
        }
        let swapped = rest_a.first() == Some(y) && rest_b.first() == Some(x);
        return swapped && rest_a.get(1..) == rest_b.get(1..);
    }
    let (long, short) = if a.len() > b.len() { (&a, &b) } else { (&b, &a) };
    let surplus = long[at];
    let last = at + 1 == long.len();
    // A last letter more makes a plural, or names something else: `@orderB`.
    let on_purpose = at == 0 || last || surplus.is_ascii_digit();
    !on_purpose && long[at + 1..] == short[at..]
}

/// A place where a variable gets its name from, as code that can be copied.
pub(crate) fn written(ctx: &PageContext<'_>, variable: &Variable) -> String {
    let places = variable.occurrences.iter().filter(|occurrence| {
        matches!(occurrence.kind, OccurrenceKind::Define(_)) && matches!(occurrence.at.what, CodeItem::Expr(_))
    });
    let first = places.map(|occurrence| ctx.text(occurrence.at)).find(|text| text.starts_with('@'));
    first.map_or_else(|| format!("@{}", variable.name), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        for (wrong, right) in [
            ("fristname", "firstname"),
            ("frstname", "firstname"),
            ("firstnname", "firstname"),
            ("fitstname", "firstname"),
            ("first_name", "firstname"),
        ] {
            assert!(is_slip(wrong, right), "{wrong}");
        }
    }

    #[test]
    fn names_that_differ_on_purpose() {
        for (a, b) in [
            ("row1x", "row2x"),
            ("offer", "offers"),
            ("sdate", "edate"),
            ("rowab", "rowac"),
            ("offerb", "offer"),
            ("name", "nmae"),
            ("firstname", "lastname"),
            ("pname", "name"),
            ("offer1", "offer"),
            ("emails", "email"),
        ] {
            assert!(!is_slip(a, b) && !is_slip(b, a), "{a} {b}");
        }
    }

    #[test]
    fn unset_marks() {
        assert!(is_unset(Marks::MAYBE_UNSET));
        assert!(is_unset(Marks::MAYBE_UNSET.with(Marks::EMPTY)));
        assert!(!is_unset(Marks::MAYBE_UNSET.with(Marks::MAYBE_SET)));
        assert!(!is_unset(Marks::MAYBE_UNSET.with(Marks::OPAQUE)));
        assert!(!is_unset(Marks::default()));
    }
}
