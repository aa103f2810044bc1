//! Rules about what flows through a page: the walk over what a chunk does, and what such a rule is given.
//!
//! A rule here sees expressions and their values rather than nodes and tokens: `@unit` where it holds `"W"` is as good as `"W"`.

mod constants;
mod context;
mod dominance;
mod equal_lookups;
mod fewest_rows;
mod half_of_day;
mod items;
mod mistakes;
mod request;
mod walk;

use std::sync::{Arc, LazyLock};

use sfmc_catalog::ampscript::{FunctionId, functions};
use sfmc_db::{Chunk, Db, Page, PageMap};
use sfmc_diagnostics::{Diagnostic, Related};
use sfmc_semantic::{CodePlace, page_variables};
use sfmc_syntax::TextSize;

pub(crate) use context::{FlowContext, PageContext, SourceCall};
pub(crate) use items::{
    Assignment, CallSite, Comparison, Condition, Declaration, Literal, Loop, NameRead, Opening, PageItem, Printed,
    Read, Statement, UnknownCall, Usage,
};
pub(crate) use request::as_flag;

use crate::{check::NamePattern, declare::Declared, generated::registry, rules::variables::naming_convention};

/// A rule that looks at calls of some functions, where all their arguments were read.
pub(crate) trait CheckCall: Declared {
    /// The functions, in the catalog's spelling; none stands for all.
    const FUNCTIONS: &'static [&'static str];

    /// Looks at a call and reports what is wrong with it.
    fn check(ctx: &mut FlowContext<'_>, call: &CallSite);
}

/// The check of such a rule.
pub(crate) type CallCheck = fn(&mut FlowContext<'_>, &CallSite);

/// For each function: the rules that look at its calls; those that are on by default, then those that are off.
static BY_FUNCTION: LazyLock<[Vec<Vec<CallCheck>>; 2]> = LazyLock::new(|| {
    [false, true].map(|optional| {
        let checks = |name: &str| {
            let looks = |names: &[&str]| names.is_empty() || names.contains(&name);
            let all = registry::CALL_CHECKS.iter();
            let rules = all.filter(|(rule, names, _)| rule.on_by_default != optional && looks(names));
            rules.map(|(.., check)| *check).collect()
        };
        functions().iter().map(|function| checks(function.name)).collect()
    })
});

/// Runs the rules that look at calls of a function.
fn check_call(ctx: &mut FlowContext<'_>, function: FunctionId, call: &CallSite) {
    let checks = &BY_FUNCTION[usize::from(ctx.is_optional())];
    for check in checks.get(function.index()).into_iter().flatten() {
        check(ctx, call);
    }
}

/// A rule that looks at one kind of thing that code does.
pub(crate) trait CheckFlow<T>: Declared {
    /// Looks at it and reports what is wrong with it.
    fn check(ctx: &mut FlowContext<'_>, item: &T);
}

/// A rule that looks at a page as a whole: at its variables.
pub(crate) trait CheckPage: Declared {
    /// Looks at the page and reports what is wrong with it.
    fn check(ctx: &mut PageContext<'_>, page: &PageItem<'_>);
}

/// A finding whose related places can stand in other chunks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FlowFinding {
    /// The finding, in bytes from the start of the chunk that it stands in.
    pub diagnostic: Diagnostic,
    /// Its chunk.
    pub chunk: Chunk,
    /// Places that explain it.
    pub related: Vec<(CodePlace, String)>,
}

/// What is wrong with what the code of a chunk does: the findings of the rules that are on by default, or of those that are off. What the
/// latter find is only looked for where somebody wants it: they find much.
#[salsa::tracked(returns(ref))]
pub fn chunk_flow_findings(db: &dyn Db, page: Page, chunk: Chunk, optional: bool) -> Arc<[FlowFinding]> {
    let mut ctx = FlowContext::new(db, page, chunk, optional);
    walk::walk(&mut ctx);
    ctx.finish().into()
}

/// What is wrong with the variables of a page.
#[salsa::tracked(returns(ref))]
pub fn page_flow_findings(db: &dyn Db, page: Page, optional: bool) -> Arc<[FlowFinding]> {
    let variables = page_variables(db, page);
    let mut ctx = PageContext::new(db, page, optional);
    registry::check_page(&mut ctx, &PageItem { variables });
    ctx.finish().into()
}

/// What is wrong with the variables of a page, in bytes from its start.
pub(crate) fn page_findings(db: &dyn Db, page: Page, map: &PageMap, optional: bool) -> Vec<Diagnostic> {
    in_page(db, map, page_flow_findings(db, page, optional))
}

/// The variables of a page whose names are not as the configuration wants them, in bytes from its start.
pub(crate) fn pattern_findings(db: &dyn Db, page: Page, map: &PageMap, pattern: &dyn NamePattern) -> Vec<Diagnostic> {
    let mut ctx = PageContext::new(db, page, true);
    naming_convention::check_pattern(&mut ctx, &PageItem { variables: page_variables(db, page) }, pattern);
    in_page(db, map, &ctx.finish())
}

fn in_page(db: &dyn Db, map: &PageMap, findings: &[FlowFinding]) -> Vec<Diagnostic> {
    let shown = |finding: &FlowFinding| Some(absolute(db, map, finding, start(map, finding.chunk)?));
    findings.iter().filter_map(shown).collect()
}

/// A finding, in bytes from the page's start; its chunk begins at `base`.
pub(crate) fn absolute(db: &dyn Db, map: &PageMap, finding: &FlowFinding, base: TextSize) -> Diagnostic {
    let mut diagnostic = finding.diagnostic.clone().shifted(base);
    for (place, message) in &finding.related {
        if let Some(start) = start(map, place.chunk) {
            diagnostic.related.push(Related { range: place.range(db) + start, message: message.clone() });
        }
    }
    diagnostic
}

fn start(map: &PageMap, chunk: Chunk) -> Option<TextSize> {
    map.chunks().iter().find(|position| position.chunk == chunk).map(|position| position.start)
}

#[cfg(test)]
mod tests {
    use sfmc_test_support::assert_linear;

    use super::*;
    use crate::tests::every_finding;

    #[test]
    fn every_function_that_a_rule_names_exists() {
        for name in registry::CALL_CHECKS.iter().flat_map(|(_, names, _)| *names) {
            assert!(functions().iter().any(|function| function.name == *name), "{name}");
        }
    }

    /// Ten times the code is about ten times the work, however much in it is asked of the whole page.
    #[test]
    fn questions_about_the_page_are_linear_work() {
        type Line = fn(usize) -> String;
        let lines: [(&str, Line); 8] = [
            ("row-index-guard", |n| {
                format!(
                    "set @r{n} = LookupRows('d', 'a', @k{n}) if RowCount(@r{n}) > 0 then endif set @x{n} = Row(@r{n}, 1)\n"
                )
            }),
            ("row-index-guard", |n| {
                format!(
                    "set @r{n} = LookupRows('d', 'a', @k{n}) if RowCount(@r{n}) > 0 then set @x = Row(@r{n}, 2) endif\n"
                )
            }),
            ("row-index-guard", |n| {
                format!(
                    "set @r{n} = LookupRows('d', 'a', @r{}) if @k == {n} then Redirect('u') endif set @x{n} = Row(@r{n}, 1)\n",
                    n.saturating_sub(1)
                )
            }),
            ("row-index-guard", |n| {
                format!(
                    "set @q{n} = Lookup('d', 'i', 'a', {n}) if Empty(@q{n}) then endif set @x = Row(LookupRows('d', 'b', {n}), 1)\n"
                )
            }),
            ("row-index-guard", |n| {
                format!(
                    "set @r{n} = LookupRows('d', 'a', {n}) for @i{n} = 1 to 5 do set @x{n} = Row(@r{n}, @i{n}) next\n"
                )
            }),
            ("row-index-guard", |n| {
                format!("if @k == {n} then set @r{n} = LookupRows('d', 'a', @k) set @x{n} = Row(@r{n}, 1)\n")
            }),
            ("datepart-hour", |n| format!("set @t{n} = Concat(DatePart(@d, 'H'), ':', 1)\n")),
            ("datepart-hour", |n| format!("if DatePart(@d{n}, 'H') > 12 then endif\n")),
        ];
        for (what, line) in lines {
            assert_linear(
                &format!("{what}: {}", line(1)),
                // More than what one question looks at.
                [1000, 4000],
                |count| format!("%%[ {} ]%%", (0..count).map(line).collect::<String>()),
                |text| drop(every_finding(&text)),
            );
        }
    }

    /// Many places can ask of one condition, and that can be long.
    #[test]
    fn questions_about_one_condition_are_linear_work() {
        assert_linear(
            "row-index-guard",
            [100, 1000],
            |count| {
                let any: String = (0..count).map(|n| format!("@y{n} == 1 or ")).collect();
                let rows = "if @z == 1 then set @r = Row(@rs, 1) endif\n".repeat(count);
                format!("%%[ set @rs = LookupRows('d', 'a', @k) if {any}RowCount(@rs) > 0 then {rows} endif ]%%")
            },
            |text| drop(every_finding(&text)),
        );
    }
}
