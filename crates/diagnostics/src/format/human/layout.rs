//! What of a text is shown with a finding: which lines share an excerpt, what is marked in them, and whether a fix is short
//! enough to be shown at all.

use std::ops::Range;

use sfmc_syntax::{TextEdit, TextRange};

use crate::{
    Diagnostic, Fix, Related,
    format::{
        excerpt::Excerpt,
        positions::{Position, Positions},
    },
};

/// How many related places are shown.
pub(super) const MOST_RELATED: usize = 6;

/// Places at most this many lines apart share an excerpt.
const NEAR: usize = 8;

/// Of a range over more lines than this only the first line is marked.
const LONGEST_RANGE: usize = 60;

/// How many edits a fix may have, how many lines it may be about and how many bytes it may write, to be shown as a
/// difference and not only by its title.
const MOST_EDITS: usize = 6;
const MOST_EDITED_LINES: usize = 8;
const LONGEST_EDIT: usize = 400;

/// A text of which excerpts are made.
pub(super) struct Source<'t> {
    pub(super) positions: Positions<'t>,
    /// How many columns an excerpt may take.
    pub(super) width: usize,
}

/// A place that is marked.
pub(super) struct Place<'a> {
    /// What is marked.
    pub(super) range: Range<usize>,
    /// The lines (from 0) that it stands in.
    lines: Range<usize>,
    /// What is said of it; the finding's own place has the title instead.
    pub(super) label: Option<&'a str>,
    /// The last line of the range (from 1), where that is too far away to be marked.
    pub(super) continues_to: Option<usize>,
}

/// Places that are shown in one excerpt.
struct Cluster<'a> {
    lines: Range<usize>,
    places: Vec<Place<'a>>,
}

/// All that is shown of a text with one finding.
pub(super) struct Layout<'a> {
    /// The first has the finding's own place as its first.
    pub(super) views: Vec<View<'a>>,
    /// What the first fix changes.
    pub(super) change: Option<Change<'a>>,
}

/// The edits of a fix in an excerpt.
pub(super) struct Change<'a> {
    pub(super) excerpt: Excerpt,
    /// Spans of the excerpt and what stands there afterwards, in ascending order.
    pub(super) edits: Vec<(Range<usize>, &'a str)>,
}

/// An excerpt and what is marked in it.
pub(super) struct View<'a> {
    pub(super) excerpt: Excerpt,
    pub(super) places: Vec<Place<'a>>,
    /// Places in the excerpt whose lines are shown for the sake of context.
    pub(super) context: Vec<usize>,
    /// The position that is printed above it.
    pub(super) at: Position,
}

impl Source<'_> {
    /// Decides what is shown with `diagnostic`.
    pub(super) fn layout<'a>(&self, diagnostic: &'a Diagnostic) -> Layout<'a> {
        let primary = self.place(diagnostic.range, None);
        let context = self.context(&primary);
        let mut clusters = vec![Cluster { lines: context.clone(), places: vec![primary] }];
        for Related { range, message } in diagnostic.related.iter().take(MOST_RELATED) {
            let place = self.place(*range, Some(message));
            let near = clusters.iter_mut().find(|cluster| {
                place.lines.start <= cluster.lines.end + NEAR && cluster.lines.start <= place.lines.end + NEAR
            });
            match near {
                Some(cluster) => cluster.add(place),
                None => clusters.push(Cluster { lines: place.lines.clone(), places: vec![place] }),
            }
        }
        let views = clusters.into_iter().enumerate().map(|(nth, cluster)| {
            let context = if nth == 0 { context.clone() } else { 0..0 };
            self.view(cluster, context)
        });
        Layout { views: views.collect(), change: diagnostic.fixes.first().and_then(|fix| self.change(fix)) }
    }

    fn place<'a>(&self, range: TextRange, label: Option<&'a str>) -> Place<'a> {
        let text = self.positions.text();
        let start = text.floor_char_boundary(range.start().into());
        let end = text.floor_char_boundary(range.end().into());
        // A line end at the end of a range would be drawn as the beginning of the line after it.
        let end = start + text[start..end].trim_end_matches(['\r', '\n']).len();
        let lines = self.positions.line_of(start)..self.positions.line_of(end) + 1;
        if lines.len() <= LONGEST_RANGE {
            return Place { range: start..end, lines, label, continues_to: None };
        }
        let first_end = self.positions.line(lines.start).end;
        let (first, last) = (lines.start..lines.start + 1, lines.end);
        Place { range: start..first_end.max(start), lines: first, label, continues_to: Some(last) }
    }

    /// The lines around a place that are shown with it: one before, one after, if there is something in them.
    fn context(&self, place: &Place<'_>) -> Range<usize> {
        let says_something = |line: &usize| {
            let text = &self.positions.text()[self.positions.line(*line)];
            text.chars().take(self.width).any(|c| !c.is_whitespace())
        };
        let before = place.lines.start.checked_sub(1).filter(says_something);
        let after = Some(place.lines.end).filter(|&line| line < self.positions.line_count()).filter(says_something);
        before.unwrap_or(place.lines.start)..after.map_or(place.lines.end, |line| line + 1)
    }

    fn view<'a>(&self, cluster: Cluster<'a>, context: Range<usize>) -> View<'a> {
        let shown: Vec<Range<usize>> = cluster.places.iter().map(|place| place.range.clone()).collect();
        let excerpt = Excerpt::new(&self.positions, cluster.lines, &shown, self.width);
        let context = context.map(|line| excerpt.place(self.positions.line(line).start));
        let first = cluster.places.first().map_or(0, |place| place.range.start);
        View { context: context.collect(), places: cluster.places, at: self.positions.at(first), excerpt }
    }

    /// What a fix changes; `None` if that would show too much, or the edits are not sound.
    fn change<'a>(&self, fix: &'a Fix) -> Option<Change<'a>> {
        let text = self.positions.text();
        let range_and_text = |edit: &'a TextEdit| (Range::<usize>::from(edit.range), &*edit.new_text);
        let mut edits: Vec<_> = fix.edits.iter().map(range_and_text).collect();
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let exist = edits.iter().all(|(range, _)| text.get(range.clone()).is_some());
        let sound = exist && edits.is_sorted_by(|(a, _), (b, _)| a.end <= b.start);
        let (first, last) = (&edits.first()?.0, &edits.last()?.0);
        let lines = self.positions.line_of(first.start)..self.positions.line_of(last.end) + 1;
        let written: usize = edits.iter().map(|(_, new_text)| new_text.len()).sum();
        let short = edits.len() <= MOST_EDITS && lines.len() <= MOST_EDITED_LINES && written <= LONGEST_EDIT;
        if !sound || !short {
            return None;
        }
        let shown: Vec<Range<usize>> = edits.iter().map(|(range, _)| range.clone()).collect();
        let excerpt = Excerpt::new(&self.positions, lines, &shown, self.width);
        for (range, _) in &mut edits {
            *range = excerpt.span(range);
        }
        Some(Change { excerpt, edits })
    }
}

impl<'a> Cluster<'a> {
    fn add(&mut self, place: Place<'a>) {
        self.lines = self.lines.start.min(place.lines.start)..self.lines.end.max(place.lines.end);
        self.places.push(place);
    }
}
