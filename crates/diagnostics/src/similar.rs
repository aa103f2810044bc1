//! "Did you mean …?"

/// The candidate that `word` was probably meant to be: the nearest one, the first of several as near, if it is near enough
/// to be a slip of the pen (about a third of the letters). Letters are compared without regard to case.
///
/// ```
/// use sfmc_diagnostics::similar::closest;
///
/// let functions = ["Lookup", "LookupRows", "Lowercase"];
/// assert_eq!(closest("lokup", functions.into_iter()), Some("Lookup"));
/// assert_eq!(closest("Insert", functions.into_iter()), None);
/// ```
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    let mut best = None;
    // Exclusive; with every candidate found the next one has to be nearer.
    let mut limit = word.len().max(3) / 3 + 1;
    let mut rows = Rows::default();
    for candidate in candidates {
        let letters = folded(candidate);
        // Nothing of a word is left when all of it was replaced.
        let limit_here = limit.min(word.len().max(letters.len()));
        if let Some(distance) = rows.distance(&word, &letters, limit_here) {
            best = Some(candidate);
            limit = distance;
        }
        if limit == 0 {
            break;
        }
    }
    best
}

/// Whether one word becomes the other by one slip of the pen: a letter too many, missing or wrong, or two neighbours swapped. Letters are
/// compared without regard to case; equal words are none.
pub fn is_one_slip(a: &str, b: &str) -> bool {
    if !(a.is_ascii() && b.is_ascii()) {
        return Rows::default().distance(&folded(a), &folded(b), 2) == Some(1);
    }
    // Asked of every pair of many names: without allocation, and most are told apart by their lengths.
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same = |(x, y): &(&u8, &u8)| x.eq_ignore_ascii_case(y);
    let begin = a.iter().zip(b).take_while(same).count();
    let (a, b) = (&a[begin..], &b[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([w, x], [y, z]) => w.eq_ignore_ascii_case(z) && x.eq_ignore_ascii_case(y),
        _ => false,
    }
}

fn folded(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// The three rows of the distance table that are needed at a time, kept between candidates.
#[derive(Default)]
struct Rows {
    before_last: Vec<usize>,
    last: Vec<usize>,
    current: Vec<usize>,
}

impl Rows {
    /// The number of insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b` (optimal string
    /// alignment: no letter is touched twice), if it is below `limit`.
    fn distance(&mut self, a: &[char], b: &[char], limit: usize) -> Option<usize> {
        if a.len().abs_diff(b.len()) >= limit {
            return None;
        }
        let Rows { before_last, last, current } = self;
        last.clear();
        last.extend(0..=b.len());
        for (i, &x) in a.iter().enumerate() {
            current.clear();
            current.push(i + 1);
            let mut nearest = i + 1;
            for (j, &y) in b.iter().enumerate() {
                let mut cost = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(current[j] + 1);
                if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                    cost = cost.min(before_last[j - 1] + 1);
                }
                nearest = nearest.min(cost);
                current.push(cost);
            }
            // A swap reaches back over one row, so the row before has to be out of reach as well.
            if nearest >= limit && last.iter().all(|&cost| cost >= limit) {
                return None;
            }
            std::mem::swap(before_last, last);
            std::mem::swap(last, current);
        }
        last.last().copied().filter(|&distance| distance < limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_a_distance_of_one() {
        let words =
            ["", "a", "b", "ab", "ba", "abc", "acb", "aab", "aabb", "abab", "abba", "bbaa", "ABC", "abcd", "bcd"];
        for a in words {
            for b in words {
                let distance = Rows::default().distance(&folded(a), &folded(b), 2);
                assert_eq!(is_one_slip(a, b), distance == Some(1), "{a} {b}");
            }
        }
    }

    fn distance(a: &str, b: &str) -> usize {
        Rows::default().distance(&folded(a), &folded(b), usize::MAX).unwrap()
    }

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("lookup", "lokoup"), 1);
        assert_eq!(distance("ca", "abc"), 3);
        assert_eq!(distance("é", "e"), 1);
    }

    #[test]
    fn a_bound_changes_no_answer() {
        let words = ["", "a", "ab", "ba", "lookup", "lokoup", "lookuprows", "rowcount", "count", "uocnt"];
        for a in words {
            for b in words {
                for limit in 0..12 {
                    let bounded = Rows::default().distance(&folded(a), &folded(b), limit);
                    assert_eq!(bounded, Some(distance(a, b)).filter(|&d| d < limit), "{a} {b} {limit}");
                }
            }
        }
    }

    #[test]
    fn one_slip() {
        assert!(is_one_slip("emialaddr", "EmailAddr") && is_one_slip("jobi", "JobID"));
        assert!(!is_one_slip("jobid", "JOBID") && !is_one_slip("jid", "jobid"));
    }

    #[test]
    fn the_nearest_is_chosen() {
        let words = ["RowCount", "Row", "Rows", "IIf", "if"];
        let find = |word| closest(word, words.into_iter());
        assert_eq!(find("rowcuont"), Some("RowCount"));
        assert_eq!(find("rwos"), Some("Rows"));
        assert_eq!(find("ROW"), Some("Row"));
        assert_eq!(find("fi"), Some("if"));
        assert_eq!(find("x"), None);
        assert_eq!(find("xy"), None);
        assert_eq!(find(""), None);
        assert_eq!(find("ContentBlockByKey"), None);
    }
}
