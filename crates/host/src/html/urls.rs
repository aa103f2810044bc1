//! The values of attributes that are URLs and nothing else: `href="https://a.example"`.

use sfmc_syntax::{TextRange, TextSize};

use super::{AttributeUse, HtmlState, Mode, Quote};
use crate::Region;

/// Walks over a page, chunk by chunk, and finds the values of attributes that hold a URL and have no region in them. A value that goes over
/// several chunks is found as a whole.
#[derive(Debug)]
pub struct UrlValues {
    state: HtmlState,
    /// Where the value begins that the walk is in, if it is one so far.
    begun: Option<TextSize>,
    found: Vec<TextRange>,
}

impl UrlValues {
    /// A walk that begins where a chunk does, which begins in `entry`.
    pub fn new(entry: HtmlState) -> UrlValues {
        UrlValues { state: entry, begun: None, found: Vec::new() }
    }

    /// Steps over a chunk. `regions` are all regions of `text` and in its coordinates, `start` is where it begins in the page.
    pub fn advance(&mut self, text: &str, regions: &[Region], start: TextSize) {
        let mut at = 0;
        for region in regions {
            self.text(text, at, region.start as usize, start);
            self.state.hole(region.kind);
            self.begun = None;
            at = region.end() as usize;
        }
        self.text(text, at, text.len(), start);
    }

    /// The values, in order.
    pub fn finish(self) -> Vec<TextRange> {
        self.found
    }

    fn text(&mut self, text: &str, from: usize, to: usize, start: TextSize) {
        let Some(piece) = text.as_bytes().get(from..to) else { return };
        let place = |at: usize| start + TextSize::new(u32::try_from(from + at).unwrap_or(u32::MAX));
        let mut at = 0;
        while at < piece.len() {
            let (before, here) = (self.state.mode, at);
            at = self.state.step(piece, at);
            match (before, self.state.mode) {
                (Mode::BeforeValue, Mode::Value(quote, AttributeUse::Url)) => {
                    self.begun = Some(place(if quote == Quote::None { here } else { at }));
                }
                (Mode::Value(quote, _), after) if !matches!(after, Mode::Value(..)) => {
                    let end = place(if quote == Quote::None { here } else { at - 1 });
                    self.found.extend(self.begun.take().map(|begun| TextRange::new(begun, end)));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::full_scan;

    fn values(text: &str) -> Vec<&str> {
        let regions = full_scan(text).regions;
        let mut walk = UrlValues::new(HtmlState::default());
        walk.advance(text, &regions, TextSize::new(0));
        walk.finish().into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn whole_values() {
        assert_eq!(
            values("<a href=\"x\" HREF = 'y z' id=\"n\"><img src=w/><p title='t'>href=\"u\""),
            ["x", "y z", "w/"]
        );
        assert_eq!(values("<!-- <a href='x'> --><script src=\"a.js\">href='b'</script><a href='c'>"), ["a.js", "c"]);
        assert_eq!(values("<a href='x"), [""; 0]);
        assert_eq!(values("<a href='' src=>"), [""]);
    }

    #[test]
    fn what_has_code_in_it_is_none() {
        assert_eq!(
            values("<a href=\"%%=v(@a)=%%/x\" src=\"x%%b%%\" href=\"%%[ if @a then ]%%y%%[ endif ]%%\">"),
            [""; 0]
        );
        assert_eq!(values("<a href=%%=v(@a)=%%x src=x%%b%%y>"), [""; 0]);
        assert_eq!(values("<a %%[ if @a then ]%%href='x'%%[ endif ]%%>"), ["x"]);
    }

    #[test]
    fn it_does_not_matter_where_it_is_cut() {
        let text = "<a href='one two' title=\"%%a%%\"><img src=three><b data='%%=v(1)=%%' cite=\"four\">";
        let regions = full_scan(text).regions;
        for cut in 0..=text.len() {
            // No page is cut in a region, nor where a tag begins.
            let within = |region: &Region| (region.start as usize) < cut && cut < region.end() as usize;
            if regions.iter().any(within) || text[..cut].ends_with('<') {
                continue;
            }
            let (first, last): (Vec<Region>, Vec<Region>) =
                regions.iter().copied().partition(|region| region.end() as usize <= cut);
            let size = |at: usize| TextSize::new(u32::try_from(at).unwrap());
            let last: Vec<Region> = last
                .into_iter()
                .map(|region| Region { start: region.start - u32::try_from(cut).unwrap(), ..region })
                .collect();
            let mut walk = UrlValues::new(HtmlState::default());
            walk.advance(&text[..cut], &first, size(0));
            walk.advance(&text[cut..], &last, size(cut));
            let found: Vec<&str> = walk.finish().into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, ["one two", "three", "four"], "{cut}");
        }
    }
}
