//! What belongs to what stands here? All places that name a variable, or all keywords of an IF or FOR.

use sfmc_db::{Db, FileId, FileKind, Snapshot};
use sfmc_syntax::{TextRange, TextSize};

use crate::{
    control, data_extensions, sql,
    variables::{places, variable_at},
};

/// What happens at a place that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HighlightKind {
    /// A variable gets a value, or is declared.
    Write,
    /// A variable is read, or named behind NEXT.
    Read,
    /// A keyword stands there.
    Keyword,
}

/// A place to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub range: TextRange,
    /// What happens there.
    pub kind: HighlightKind,
}

/// What to show for the variable or the keyword at an offset, in order; `None` where neither stands.
pub fn highlights(snapshot: &Snapshot, file: FileId, offset: TextSize) -> Option<Vec<Highlight>> {
    let (db, page): (&dyn Db, _) = (snapshot.db(), snapshot.page(file)?);
    if page.kind(db) == FileKind::Sql {
        return sql::highlights(db, page, offset);
    }
    if let Some(variable) = variable_at(db, page, offset) {
        let found = places(db, page, &variable.key).into_iter();
        let kind = |is_definition| if is_definition { HighlightKind::Write } else { HighlightKind::Read };
        return Some(
            found.map(|named| Highlight { range: named.range, kind: kind(named.how.is_definition()) }).collect(),
        );
    }
    if let Some(found) = data_extensions::places(db, page, offset) {
        return Some(found.into_iter().map(|range| Highlight { range, kind: HighlightKind::Read }).collect());
    }
    let keyword = control::keyword_at(db, page, offset)?;
    let frame = control::frame_of(db, page, keyword.place)?;
    let found = control::keyword_ranges(db, page, frame).into_iter();
    Some(found.map(|range| Highlight { range, kind: HighlightKind::Keyword }).collect())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{far_apart, host, marked, size, with_cursor};

    fn answer(markup: &str) -> String {
        let (host, file, at, text) = with_cursor(markup);
        let Some(found) = highlights(&host.snapshot(), file, at) else { return "nothing\n".to_owned() };
        assert!(found.is_sorted_by_key(|highlight| highlight.range.start()));
        let label = |kind| match kind {
            HighlightKind::Write => "w",
            HighlightKind::Read => "r",
            HighlightKind::Keyword => "",
        };
        marked(&text, found.into_iter().map(|highlight| (highlight.range, label(highlight.kind))))
    }

    #[track_caller]
    fn check(markup: &str, expected: &Expect) {
        expected.assert_eq(&answer(markup));
    }

    #[test]
    fn variables() {
        check(
            "%%[ var @a$0\nset @a = @A\nfor @a = 1 to 2 do next @a\nHTTPGet('u', 0, 0, @a) ]%%
<script runat=server>Variable.SetValue('@a', Variable.GetValue('@a'))</script>",
            &expect![[r#"
                %%[ var «@a»w
                set «@a»w = «@A»r
                for «@a»w = 1 to 2 do next «@a»r
                HTTPGet('u', 0, 0, «@a»w) ]%%
                <script runat=server>Variable.SetValue('«@a»w', Variable.GetValue('«@a»r'))</script>
            "#]],
        );
    }

    #[test]
    fn every_keyword_of_a_condition_shows_all_of_it() {
        let text = "%%[ IF @a THEN\nif @b then endif ]%%\n%%[ elseif @c then ]%%x\n%%[ else for @i = 1 to 2 do next ]%%\n%%[ end if ]%%";
        let shown = expect![[r#"
            %%[ «IF» @a «THEN»
            %%[ «elseif» @c «then» ]%%x
            %%[ «else» for @i = 1 to 2 do next ]%%
            %%[ «end if» ]%%
        "#]];
        for keyword in ["IF", "THEN", "elseif", "else for", "end if"] {
            let at = text.find(keyword).unwrap();
            for at in [at, at + 1, at + 2] {
                check(&format!("{}$0{}", &text[..at], &text[at..]), &shown);
            }
        }
        check(
            &text.replace("then endif", "then end$0if"),
            &expect![[r#"
                «if» @b «then» «endif» ]%%
            "#]],
        );
    }

    #[test]
    fn every_keyword_of_a_loop_shows_all_of_it() {
        let text = "%%[ for @i = 3 downto 1 do ]%%\n%%[ if @i then ]%%x%%[ endif ]%%\n%%[ next @i ]%%";
        for keyword in ["for", "downto", "do ]", "next"] {
            let at = text.find(keyword).unwrap();
            check(
                &format!("{}$0{}", &text[..at], &text[at..]),
                &expect![[r#"
                    %%[ «for» @i = 3 «downto» 1 «do» ]%%
                    %%[ «next» @i ]%%
                "#]],
            );
        }
    }

    #[test]
    fn what_is_not_closed() {
        check(
            "%%[ if$0 @a then else set @b = 1 ]%%",
            &expect![[r#"
                %%[ «if» @a «then» «else» set @b = 1 ]%%
            "#]],
        );
        check("%%[ end$0if ]%%", &expect![["nothing\n"]]);
        check("%%[ set @a = Con$0cat('if') ]%%", &expect![["nothing\n"]]);
    }

    #[test]
    fn over_chunks() {
        let text = far_apart(&["%%[ if @a then ]%%", "%%[ else ]%%", "%%[ endif ]%%"]);
        let (host, file) = host(&text);
        let at = size(text.find("else").unwrap());
        let found = highlights(&host.snapshot(), file, at).unwrap();
        let words: Vec<&str> = found.iter().map(|highlight| &text[highlight.range]).collect();
        assert_eq!(words, ["if", "then", "else", "endif"]);
    }
}
