use rustc_hash::FxHashMap;
use sfmc_catalog::ampscript::Effect;
use sfmc_db::Chunk;
use sfmc_semantic::{Body, CodeItem, CodePlace, DefinitionKind, Expr, ExprId, Step};
use sfmc_syntax::{TextEdit, TextRange, TextSize};

use crate::flow::{CheckPage, PageContext, PageItem};

declare_rule! {
    /// A variable is declared with VAR before it is set.
    ///
    /// ## Why
    /// SET makes variables that do not exist; nothing has to be declared. Declaring them all the same shows at one place what a page uses.
    /// Source: ampscript.md, section 3 (SET); section 12 (undeclared variables are accepted).
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @city = "Rome" ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ var @city set @city = "Rome" ]%%
    /// ```
    ///
    /// ## When to turn it on
    /// Where your conventions ask for declarations.
    pub UndeclaredVariable {
        id: "amp/undeclared-variable",
        aliases: ["sfmc/amp-require-variable-declaration"],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Safe,
        since: "0.1.0",
    }
}

impl CheckPage for UndeclaredVariable {
    fn check(ctx: &mut PageContext<'_>, page: &PageItem<'_>) {
        let mut steps = Steps::default();
        for variable in &page.variables.variables {
            let Some((DefinitionKind::Set, at)) = variable.definitions().next() else { continue };
            let name = ctx.text(at);
            let keyword = keyword(ctx, &mut steps, at);
            let report = ctx.report::<Self>(at, format!("`{name}` is not declared"));
            if let Some(start) = keyword {
                report.fix(format!("insert `var {name}`"), [TextEdit::insert(start, format!("var {name} "))]);
            }
        }
    }
}

/// The SETs of chunks, by their variables.
#[derive(Default)]
struct Steps {
    chunks: FxHashMap<Chunk, FxHashMap<ExprId, (usize, ExprId)>>,
}

impl Steps {
    /// The step that sets a variable there, and what it is set to.
    fn set(&mut self, chunk: Chunk, body: &Body, variable: ExprId) -> Option<(usize, ExprId)> {
        let of_body = || {
            let set = |(index, step): (usize, &Step)| match step {
                Step::Set { target, value } => Some((*target, (index, *value))),
                _ => None,
            };
            body.steps.iter().enumerate().filter_map(set).collect()
        };
        self.chunks.entry(chunk).or_insert_with(of_body).get(&variable).copied()
    }
}

/// Where the SET of a variable begins, if a VAR before it changes nothing and says nothing wrong: what it is set to must not depend on what it was.
fn keyword(ctx: &PageContext<'_>, steps: &mut Steps, at: CodePlace) -> Option<TextSize> {
    let CodeItem::Expr(variable) = at.what else { return None };
    let body = ctx.body(at.chunk);
    let (index, value) = steps.set(at.chunk, body, variable)?;
    let place = |what| CodePlace { chunk: at.chunk, what };
    // What is no name, or goes on with what cannot be in one, would be wrong twice.
    let after =
        TextRange::new(ctx.range(at).end(), ctx.range(place(CodeItem::Expr(value))).start().max(ctx.range(at).end()));
    let is_plain = ctx.code(at.chunk, after).chars().all(|c| c.is_whitespace() || matches!(c, '=' | '('))
        && ctx.text(at).strip_prefix('@').is_some_and(|name| {
            !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c == '_' || c.is_alphanumeric())
        });
    let keyword = place(CodeItem::Step(u32::try_from(index).ok()?));
    (is_plain && !depends_on(body, value, variable)).then(|| ctx.range(keyword).start())
}

/// Whether the value of an expression can depend on a variable.
fn depends_on(body: &Body, expr: ExprId, variable: ExprId) -> bool {
    match body.expr(expr) {
        Expr::Variable(name) => body.variable(variable) == Some(*name),
        Expr::Missing | Expr::Other(_) => true,
        Expr::Call(call) => {
            let runs = call.function.is_none_or(|f| f.get().effects.contains(Effect::EvaluatesAmpscript));
            runs || body.children(expr).into_iter().any(|child| depends_on(body, child, variable))
        }
        _ => body.children(expr).into_iter().any(|child| depends_on(body, child, variable)),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, every_finding, fixed, silent};

    #[test]
    fn at_the_first_set() {
        check(
            "amp/undeclared-variable",
            "
%%[ set @a = 1 set @A = 2 var @b set @b = 3 ]%%
//      ^^ `@a` is not declared
",
        );
    }

    #[test]
    fn declares_it() {
        fixed(
            "amp/undeclared-variable",
            "%%[ if @x then set @a = 1 endif ]%%",
            "%%[ if @x then var @a set @a = 1 endif ]%%",
        );
    }

    #[test]
    fn does_not_empty_what_is_read() {
        for text in
            ["%%[ set @a = Concat(@a, 'x') ]%%", "%%[ set @a = ContentBlockByKey('k') ]%%", "%%[ set @2a = 1 ]%%"]
        {
            let found = every_finding(text);
            let found = found.iter().find(|d| d.rule.id == "amp/undeclared-variable").unwrap();
            assert!(found.fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn silent_on_what_is_declared_anywhere_before() {
        silent("amp/undeclared-variable", "%%[ var @a, @b ]%% <p> %%[ set @A = 1 for @b = 1 to 2 do next ]%%");
        silent(
            "amp/undeclared-variable",
            "%%[ for @i = 1 to 2 do next ]%% %%=HTTPGet('https://e.example', false, 0, @status)=%%",
        );
    }
}
