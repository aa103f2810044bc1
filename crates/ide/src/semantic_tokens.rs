//! What is each word of the code? For editors that colour by meaning; HTML around the code is left to their own grammars.

use std::ops::RangeInclusive;

use sfmc_db::{FileId, FileKind, Snapshot, page_map};
pub use sfmc_semantic::{ClassifiedToken, TokenClass, TokenMarks};
use sfmc_semantic::{chunk_tokens, sql_tokens};
use sfmc_syntax::PositionEncoding;

/// The tokens of a file, in order, in lines and columns of the file; or those of some lines. None goes over the end of a line.
pub fn semantic_tokens(
    snapshot: &Snapshot,
    file: FileId,
    lines: Option<RangeInclusive<u32>>,
    encoding: PositionEncoding,
) -> Option<Vec<ClassifiedToken>> {
    let db = snapshot.db();
    let page = snapshot.page(file)?;
    let map = page_map(db, page);
    let is_sql = page.kind(db) == FileKind::Sql;
    let (first, last) = lines.map_or((0, u32::MAX), RangeInclusive::into_inner);
    // The last chunk that begins before the first line can reach into it.
    let start = map.chunks().partition_point(|position| position.line < first).saturating_sub(1);
    let mut column = map.chunks().get(start).map_or(0, |position| map.line_col(db, position.start, encoding).col);
    let mut found = Vec::new();
    for position in &map.chunks()[start.min(map.chunks().len())..] {
        if position.line > last {
            break;
        }
        let chunk = match is_sql {
            true => sql_tokens(db, position.chunk, encoding),
            false => chunk_tokens(db, position.chunk, encoding),
        };
        for token in &chunk.tokens {
            let line = position.line + token.line;
            if (first..=last).contains(&line) {
                let shift = if token.line == 0 { column } else { 0 };
                found.push(ClassifiedToken { line, column: token.column + shift, ..*token });
            }
        }
        column = if chunk.lines == 0 { column + chunk.end } else { chunk.end };
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{far_apart, host};

    /// The words of tokens, with their lines.
    fn words(text: &str, lines: Option<RangeInclusive<u32>>, encoding: PositionEncoding) -> Vec<(u32, String)> {
        let (host, file) = host(text);
        let found = semantic_tokens(&host.snapshot(), file, lines, encoding).unwrap();
        let lines: Vec<&str> = text.split('\n').collect();
        let word = |token: &ClassifiedToken| {
            let line = lines[token.line as usize];
            let [from, to] = [token.column, token.column + token.len].map(|column| encoding.byte_offset(line, column));
            (token.line, line[from..to].to_owned())
        };
        found.iter().map(word).collect()
    }

    #[test]
    fn over_chunks() {
        let text = far_apart(&["😀%%=v(@a)=%%", "\n<p>😀</p>%%[ set @b\n = 'ü' ]%%", "%%=v(@c)=%%"]);
        for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32] {
            let all = words(&text, None, encoding);
            let texts: Vec<&str> = all.iter().map(|(_, word)| word.as_str()).collect();
            let expected = ["%%=", "v", "@a", "=%%", "%%[", "set", "@b", "'ü'", "]%%", "%%=", "v", "@c", "=%%"];
            assert_eq!(texts, expected, "{encoding:?}");
            for line in [0, all[5].0, all[7].0, all[10].0] {
                let here: Vec<_> = all.iter().filter(|(at, _)| *at == line).cloned().collect();
                assert_eq!(words(&text, Some(line..=line), encoding), here, "{encoding:?} {line}");
            }
        }
        assert!(words(&text, Some(1..=2), PositionEncoding::Utf8).is_empty());
        assert!(words(&text, Some(99_999..=u32::MAX), PositionEncoding::Utf8).is_empty());
        assert!(words("", None, PositionEncoding::Utf8).is_empty());
    }

    #[test]
    fn a_line_that_is_cut() {
        // One line of many chunks: columns go on.
        let text = "%%=v(@a)=%% <b>ü</b> ".repeat(2000);
        let found = words(&text, None, PositionEncoding::Utf16);
        assert_eq!(found.len(), 8000);
        assert!(found.iter().all(|(line, word)| *line == 0 && ["%%=", "v", "@a", "=%%"].contains(&word.as_str())));
    }
}
