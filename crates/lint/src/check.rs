//! Running the rules: over a chunk, and over a page.

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use sfmc_db::{Chunk, Db, FileKind, Page, PageMap, chunk_parse, page_map};
use sfmc_diagnostics::{Diagnostic, Related, Rule, Severity};
use sfmc_host::Region;
use sfmc_semantic::{commented_code, page_structure};

use crate::{
    context::Context,
    declare::Declared,
    flow::{absolute, chunk_flow_findings, page_findings, pattern_findings},
    generated::registry,
    rules::{
        meta::unknown_directive_word,
        suspicious::{code_in_html_comment::CodeInHtmlComment, stray_block_close::StrayBlockClose},
        syntax::{invalid_variable_name::InvalidVariableName, unterminated_block::UnterminatedBlock},
        variables::naming_convention::NamingConvention,
    },
    sql::{file_findings, sql_findings},
    structure::{Readings, structure_findings},
    suppress,
};

/// How bad findings are: the configuration, as far as rules are concerned.
pub trait Levels {
    /// The severity of a rule's findings; `None` when it is off.
    fn severity(&self, rule: &'static Rule) -> Option<Severity>;

    /// What names of variables have to look like, where that is not what `amp/naming-convention` says.
    fn variable_names(&self) -> Option<&dyn NamePattern> {
        None
    }
}

/// What names have to look like.
pub trait NamePattern {
    /// The pattern, as somebody wrote it.
    fn as_str(&self) -> &str;

    /// Whether a name, without `@`, is as it should be.
    fn is_match(&self, name: &str) -> bool;
}

/// What rules say of themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultLevels;

impl Levels for DefaultLevels {
    fn severity(&self, rule: &'static Rule) -> Option<Severity> {
        rule.on_by_default.then_some(rule.severity)
    }
}

/// What is wrong in a chunk, whatever stands around it; in bytes from the chunk's start, in order of place.
#[salsa::tracked(returns(ref))]
pub fn chunk_diagnostics(db: &dyn Db, chunk: Chunk) -> Arc<[Diagnostic]> {
    let parse = chunk_parse(db, chunk);
    let source = chunk.source(db);
    let mut ctx = Context::for_chunk(&source.text);
    let mut regions = source.regions.iter().map(Region::range).peekable();
    for problem in &parse.problems {
        // Problems and regions both are in order of place.
        while regions
            .next_if(|region| region.end() < problem.range.end() || region.end() <= problem.range.start())
            .is_some()
        {}
        ctx.look_into(regions.peek().copied().filter(|region| region.contains_range(problem.range)));
        registry::check_problem(&mut ctx, problem);
    }
    let mut found = ctx.finish();
    sort(&mut found);
    found.into()
}

/// All findings in a file, in bytes from its start, in order of place: suppressed ones left out, severities as `levels` says. The command
/// line and the editor both show what this returns.
pub fn check_file(db: &dyn Db, page: Page, levels: &dyn Levels) -> Vec<Diagnostic> {
    let (mut found, readings) = all_findings(db, page, levels);
    found.retain_mut(|diagnostic| match levels.severity(diagnostic.rule) {
        Some(severity) => {
            diagnostic.severity = with_level(diagnostic, severity);
            true
        }
        None => false,
    });
    readings.choose(&mut found);
    found
}

/// The severity of a finding where its rule has this one. A rule can find some things less bad than others; that holds as long as nobody
/// gives it another severity.
fn with_level(diagnostic: &Diagnostic, severity: Severity) -> Severity {
    match severity == diagnostic.rule.severity {
        true => diagnostic.severity.min(severity),
        false => severity,
    }
}

/// The rules that are off by default.
static OPTIONAL: LazyLock<Vec<&'static Rule>> =
    LazyLock::new(|| registry::RULES.iter().copied().filter(|rule| !rule.on_by_default).collect());

/// All findings of all rules, and which of them stand for each other. Where there are suppressions, those that are off too: whether one
/// is needed does not depend on the configuration.
fn all_findings(db: &dyn Db, page: Page, levels: &dyn Levels) -> (Vec<Diagnostic>, Readings) {
    match page.kind(db) {
        FileKind::Page => {}
        FileKind::Sql => return (all_sql_findings(db, page), Readings::default()),
        FileKind::Other => return Default::default(),
    }
    let map = page_map(db, page);
    let mut found = Vec::new();
    let silenced = silenced(db, page);
    let optional = OPTIONAL.iter().any(|rule| levels.severity(rule).is_some()) || suppress::any(db, map);
    for position in map.chunks() {
        let diagnostics = chunk_diagnostics(db, position.chunk).iter();
        let off = optional.then(|| chunk_flow_findings(db, page, position.chunk, true).iter()).into_iter().flatten();
        let flow = chunk_flow_findings(db, page, position.chunk, false).iter().chain(off);
        let silenced = silenced.get(&position.chunk);
        // That it does not end is said at its opener, or at what was meant to end it.
        let speaks = |found: &Diagnostic| {
            let follows = |region: &Region| {
                let opener = region.open > 0 && found.range.start() == region.range().start();
                region.range().contains_range(found.range) && !opener
            };
            found.rule == UnterminatedBlock::RULE || silenced.is_none_or(|regions| !regions.iter().any(follows))
        };
        let before = found.len();
        found.extend(diagnostics.filter(|d| speaks(d)).cloned().map(|diagnostic| diagnostic.shifted(position.start)));
        let in_order = found.len();
        let flow = flow.filter(|finding| speaks(&finding.diagnostic));
        found.extend(flow.map(|finding| absolute(db, map, finding, position.start)));
        if found.len() > in_order {
            sort(&mut found[before..]);
        }
    }
    let (mut whole, readings) = structure_findings(db, page, map);
    whole.extend(comment_findings(db, page, map));
    whole.extend(directive_findings(db, map));
    whole.extend(page_findings(db, page, map, false));
    if optional {
        whole.extend(page_findings(db, page, map, true));
        if let Some(pattern) = levels.variable_names() {
            whole.retain(|found| found.rule != NamingConvention::RULE);
            whole.extend(pattern_findings(db, page, map, pattern));
        }
    }
    if !whole.is_empty() {
        // What the page knows more of than the chunk.
        found.retain(|found| found.rule != StrayBlockClose::RULE || !readings.strays().contains(&found.range));
        found.extend(whole);
        sort(&mut found);
    }
    suppress::apply(db, page, map, &mut found);
    name_once(&mut found);
    (found, readings)
}

/// Of names of variables that cannot be, each is reported once, and where else it stands is said there: it is one name.
fn name_once(found: &mut Vec<Diagnostic>) {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found.drain(..) {
        if diagnostic.rule == InvalidVariableName::RULE && diagnostic.fixes.is_empty() {
            let first = *seen.entry(diagnostic.message.to_lowercase()).or_insert(kept.len());
            if let Some(first) = kept.get_mut(first) {
                first.related.push(Related { range: diagnostic.range, message: "it stands here, too".to_owned() });
                continue;
            }
        }
        kept.push(diagnostic);
    }
    *found = kept;
}

/// All findings of all rules in a file of SQL.
fn all_sql_findings(db: &dyn Db, page: Page) -> Vec<Diagnostic> {
    let map = page_map(db, page);
    let mut found = Vec::new();
    for position in map.chunks() {
        let diagnostics = sql_findings(db, page, position.chunk).iter();
        found.extend(diagnostics.cloned().map(|diagnostic| diagnostic.shifted(position.start)));
    }
    let whole = file_findings(db, page, map);
    if !whole.is_empty() {
        found.extend(whole);
        sort(&mut found);
    }
    suppress::apply(db, page, map, &mut found);
    found
}

/// Where, in a chunk, findings only follow from a region that does not end.
fn silenced(db: &dyn Db, page: Page) -> FxHashMap<Chunk, Vec<Region>> {
    let mut regions: FxHashMap<Chunk, Vec<Region>> = FxHashMap::default();
    for &(chunk, code) in page_structure(db, page).silenced.iter() {
        let region = chunk_parse(db, chunk).code.get(code as usize).map(|code| code.region as usize);
        let region = region.and_then(|region| chunk.source(db).regions.get(region));
        regions.entry(chunk).or_default().extend(region);
    }
    regions
}

/// Comments that should say where the page runs, and do not.
fn directive_findings(db: &dyn Db, map: &PageMap) -> Vec<Diagnostic> {
    let mut ctx = Context::for_page(db, map);
    unknown_directive_word::report(&mut ctx, db, map);
    ctx.finish()
}

/// Code that an HTML comment does not keep from running.
fn comment_findings(db: &dyn Db, page: Page, map: &PageMap) -> Vec<Diagnostic> {
    let commented = commented_code(db, page);
    let mut ctx = Context::for_page(db, map);
    for &(chunk, region) in commented.iter() {
        let source = chunk.source(db);
        if let Some(region) = source.regions.get(region as usize)
            && let Some(range) = map.range_in(chunk, region.open_range())
        {
            ctx.report::<CodeInHtmlComment>(range, "this code runs, although it stands in an HTML comment")
                .help("code that is to rest stands in `/* */`");
        }
    }
    ctx.finish()
}

pub(crate) fn sort(found: &mut [Diagnostic]) {
    found.sort_by(|a, b| {
        let key = |d: &Diagnostic| (d.range.start(), d.range.end(), d.rule.id);
        key(a).cmp(&key(b))
    });
}
