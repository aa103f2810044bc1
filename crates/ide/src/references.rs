//! Where is this variable used? On the whole page, in server scripts too.

use sfmc_db::{Db, FileId, FileKind, Snapshot};
use sfmc_syntax::{TextRange, TextSize};

use crate::{
    data_extensions,
    definition::declaration_of,
    sql,
    variables::{places, variable_at},
};

/// The places that name the variable at an offset, in order; without the one that [`declaration`](crate::declaration) leads to unless it is
/// wanted. Of data extensions and their columns the strings of the page that name them. Of names in SQL those of the statement. `None` where nothing stands that has a name.
pub fn references(
    snapshot: &Snapshot,
    file: FileId,
    offset: TextSize,
    with_declaration: bool,
) -> Option<Vec<TextRange>> {
    let (db, page): (&dyn Db, _) = (snapshot.db(), snapshot.page(file)?);
    if page.kind(db) == FileKind::Sql {
        return sql::references(db, page, offset, with_declaration);
    }
    let Some(variable) = variable_at(db, page, offset) else {
        return data_extensions::places(db, page, offset);
    };
    let found = places(db, page, &variable.key);
    let left_out = declaration_of(&found).filter(|_| !with_declaration).map(|named| named.range);
    Some(found.iter().map(|named| named.range).filter(|range| Some(*range) != left_out).collect())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{marked, with_cursor};

    #[track_caller]
    fn check(markup: &str, with_declaration: bool, expected: &Expect) {
        let (host, file, at, text) = with_cursor(markup);
        let found = references(&host.snapshot(), file, at, with_declaration);
        let found = found
            .map_or_else(|| "nothing\n".to_owned(), |found| marked(&text, found.into_iter().map(|range| (range, ""))));
        expected.assert_eq(&found);
    }

    const TEXT: &str = "%%[ var @a, @aa
        for @A = 1 to @a do /* @a */
        next @a$0
        HTTPGet('@a', 0, 0, @a) ]%% @a
        <a title=\"%%=v(@a)=%%\">
        <script runat=\"server\">
        // Variable.GetValue('@a')
        Variable.SetValue('@a', Variable.GetValue(\"A\"));
        </script>";

    #[test]
    fn everywhere() {
        check(
            TEXT,
            true,
            &expect![[r#"
                %%[ var «@a», @aa
                        for «@A» = 1 to «@a» do /* @a */
                        next «@a»
                        HTTPGet('@a', 0, 0, «@a») ]%% @a
                        <a title="%%=v(«@a»)=%%">
                        Variable.SetValue('«@a»', Variable.GetValue("«A»"));
            "#]],
        );
    }

    #[test]
    fn without_the_declaration() {
        let text = "%%[ set @a$0 = 1\nset @a = 2\nvar @a ]%%";
        check(
            text,
            false,
            &expect![[r#"
                %%[ set «@a» = 1
                set «@a» = 2
            "#]],
        );
        check("%%[ set @a$0 = 1 ]%%", false, &expect![[""]]);
    }

    #[test]
    fn from_a_script() {
        check(
            "<script runat=server>Variable.SetValue(\"$0Name\", 1)</script>%%=v(@name)=%%",
            true,
            &expect![[r#"
                <script runat=server>Variable.SetValue("«Name»", 1)</script>%%=v(«@name»)=%%
            "#]],
        );
    }

    #[test]
    fn of_nothing_else() {
        check("%%=Con$0cat('@a')=%%", true, &expect![["nothing\n"]]);
        check("%%=v(@@ExecCtx$0)=%%", true, &expect![["nothing\n"]]);
        check("%%[ if @a then end$0if ]%%", true, &expect![["nothing\n"]]);
    }
}
