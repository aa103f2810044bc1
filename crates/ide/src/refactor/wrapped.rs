//! Whole statements, or an inline region, that are put behind a condition.

use sfmc_db::{Chunk, page_map};
use sfmc_semantic::{ExprId, Place, lowered, page_frames};
use sfmc_syntax::{SyntaxKind, SyntaxNode, TextEdit, TextRange, TextSize};

use super::{
    Site, Statement,
    html::begins_link,
    is_region,
    reach::{Asks, Reach, reach},
    region_of,
};
use crate::{
    control::{frame_of, keyword_at, range_of},
    cursor::{TokenAt, token_of, token_of_byte},
    variables::{key, places},
};

/// What is put behind a condition.
pub(super) struct Wrapped {
    /// The first and the last statement, or the inline region.
    first: Statement,
    last: Statement,
    range: TextRange,
    is_inline: bool,
    /// Where it ends, if that is further on: in another block, or in text.
    far: Option<Reach>,
}

impl Wrapped {
    /// Whether it is a control statement, with all that it holds.
    pub(super) fn is_control(&self) -> bool {
        !self.is_inline && is_control(self.first.node.kind())
    }

    /// The statements that are selected, or the one around an expression; whole IFs and FORs.
    pub(super) fn around(site: &Site<'_>, found: &TokenAt, chunk: Chunk, expr: ExprId) -> Option<Wrapped> {
        let base = found.position.start;
        let read = lowered(site.db, chunk).range(expr);
        let token = token_of_byte(&sfmc_db::chunk_syntax(site.db, chunk), read.start())?;
        let (region, node) = region_of(&token.parent()?)?;
        if region.kind() == SyntaxKind::INLINE {
            let range = region.text_range() + base;
            let is_inside = site.selection.is_empty() || range.contains_range(site.selection);
            let region = Statement { node: region, base };
            return is_inside.then(|| Wrapped {
                first: region.clone(),
                last: region,
                range,
                is_inline: true,
                far: None,
            });
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
        (!set_before && is_balanced(site, range)).then_some(Wrapped { first, last, range, is_inline: false, far: None })
    }

    /// Where it begins.
    pub(super) fn start(&self) -> TextSize {
        self.range.start()
    }

    /// All of it.
    pub(super) fn range(&self) -> TextRange {
        self.far.map_or(self.range, |far| TextRange::new(self.range.start(), far.end))
    }

    /// With the statements behind that read what these set: without them they would have nothing to read.
    pub(super) fn with_dependents(mut self, site: &Site<'_>) -> Wrapped {
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

    /// With all that cannot do without what these set, over blocks and text; none where the structure of the page is against it.
    pub(super) fn with_readers(mut self, site: &Site<'_>, asks: Asks) -> Option<Wrapped> {
        if !self.is_inline {
            self.far = Some(reach(site, self.range, asks)?).filter(|far| far.end > self.range.end());
            return is_balanced(site, self.range()).then_some(self);
        }
        Some(self)
    }

    /// Up to where it goes, if text or other blocks stand in between.
    pub(super) fn last_line(&self, site: &Site<'_>) -> Option<usize> {
        let far = self.far?;
        let is_far = site.layout.slice(TextRange::new(self.range.start(), far.end)).contains("%%");
        is_far.then(|| site.layout.slice(TextRange::up_to(far.end)).split('\n').count())
    }

    /// What puts it behind a condition.
    pub(super) fn edits(&self, site: &Site<'_>, condition: &str) -> Option<Vec<TextEdit>> {
        let end = self.far.map_or(self.range.end(), |far| far.end);
        let (start, in_code) = (self.range.start(), self.far.is_none_or(|far| far.in_code));
        let [if_, then, endif] = ["if", "then", "endif"].map(|word| site.words(start, word));
        if self.is_inline {
            // The block would stand where the address begins.
            if begins_link(site, self.range) {
                return None;
            }
            let open = format!("%%[ {if_} {condition} {then} ]%%");
            return Some(vec![TextEdit::insert(start, open), TextEdit::insert(end, format!("%%[ {endif} ]%%"))]);
        }
        let layout = site.layout;
        let close = if in_code { format!(" {endif}") } else { format!("%%[ {endif} ]%%") };
        if !layout.is_first_on_line(start) || (self.far.is_none() && !layout.is_last_on_line(end)) {
            return Some(vec![
                TextEdit::insert(start, format!("{if_} {condition} {then} ")),
                TextEdit::insert(end, close),
            ]);
        }
        let (line_end, indentation, unit) = (layout.line_end(), layout.indentation(start), layout.indent_unit());
        let mut edits = vec![TextEdit::insert(start, format!("{if_} {condition} {then}{line_end}{indentation}{unit}"))];
        let mut at = start;
        loop {
            let text = layout.slice(TextRange::new(at, end));
            let Some(line) = text.find('\n') else { break };
            at += TextSize::try_from(line + 1).ok()?;
            // What stands in a text or a comment over several lines stays as it is, and so do empty lines.
            // And what is printed.
            let is_code = token_of(site.db, site.page, at).is_none_or(|found| match found.kind() {
                SyntaxKind::STRING | SyntaxKind::COMMENT => found.range().start() == at,
                SyntaxKind::BLOCK_OPEN | SyntaxKind::SCRIPT_OPEN | SyntaxKind::INLINE_OPEN => false,
                _ => found.token.parent_ancestors().any(|node| is_region(node.kind())),
            });
            let rest = layout.slice(TextRange::new(at, end)).trim_start();
            if is_code && !layout.is_last_on_line(at) && !rest.starts_with("]%%") {
                edits.push(TextEdit::insert(at, unit));
            }
        }
        let is_line = in_code && layout.is_last_on_line(end);
        edits.push(TextEdit::insert(end, if is_line { format!("{line_end}{indentation}{endif}") } else { close }));
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
    let keyword = keyword_at(site.db, site.page, opener.range().start())?;
    let frame = frame_of(site.db, site.page, keyword.place).filter(|frame| frame.opener == keyword.place)?;
    let end = range_of(site.db, site.page, frame.end?)?.start();
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
    let chunks = page_map(site.db, site.page).chunks();
    let first = chunks.partition_point(|position| position.start <= range.start()).saturating_sub(1);
    let touched: Vec<Chunk> =
        chunks.iter().skip(first).take_while(|position| position.start < range.end()).map(|p| p.chunk).collect();
    let is_in = |place: Place| {
        let keyword = touched.contains(&place.chunk).then(|| range_of(site.db, site.page, place)).flatten();
        keyword.is_some_and(|keyword| range.contains_range(keyword))
    };
    page_frames(site.db, site.page).iter().all(|frame| {
        let (total, inside) = (frame.keywords().count(), frame.keywords().filter(|place| is_in(*place)).count());
        inside == 0 || inside == total
    })
}

fn is_control(kind: SyntaxKind) -> bool {
    use SyntaxKind::{ELSE_STMT, ELSEIF_STMT, ENDIF_STMT, FOR_STMT, IF_STMT, NEXT_STMT};
    matches!(kind, IF_STMT | ELSEIF_STMT | ELSE_STMT | ENDIF_STMT | FOR_STMT | NEXT_STMT)
}
