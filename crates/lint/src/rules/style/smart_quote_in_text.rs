use sfmc_syntax::{TextEdit, TextRange, TextSize};

use crate::flow::{CheckFlow, FlowContext, Literal};

declare_rule! {
    /// A typographic quotation mark in a string is text like any other.
    ///
    /// ## Why
    /// Only straight quotation marks begin and end strings; others in them are printed, compared and looked up as they are. Where a text was
    /// copied from a word processor, a name with `’` is not the name with `'` that the data extension holds.
    /// Source: ampscript.md, section 2 (strings); ampscript-edge-cases.md, 64.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ set @owner = Lookup("Shops", "Owner", "Name", "Joe’s Diner") ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ set @owner = Lookup("Shops", "Owner", "Name", "Joe's Diner") ]%%
    /// ```
    ///
    /// ## Off
    /// It is off until it is turned on: in texts that people read these marks are right.
    pub SmartQuoteInText {
        id: "amp/smart-quote-in-text",
        aliases: [],
        group: Style,
        severity: Hint,
        on_by_default: false,
        fix: Unsafe,
        since: "0.1.0",
    }
}

impl CheckFlow<Literal> for SmartQuoteInText {
    fn check(ctx: &mut FlowContext<'_>, item: &Literal) {
        let range = ctx.range(item.expr);
        let written = ctx.text(range);
        let Some(delimiter) = written.chars().next() else { return };
        let marks = written.char_indices().filter_map(|(at, c)| Some((at, c, straight(c)?)));
        let marks: Vec<(TextRange, char, char)> = marks
            .filter_map(|(at, c, straight)| {
                let start = range.start() + TextSize::new(u32::try_from(at).ok()?);
                Some((TextRange::at(start, TextSize::of(c)), c, straight))
            })
            .collect();
        let Some(&(first, mark, _)) = marks.first() else { return };
        let more =
            if marks.len() > 1 { format!(", as {} more in this string", marks.len() - 1) } else { String::new() };
        let message = format!("`{mark}` is a character of the text{more}");
        let report = ctx.report::<Self>(first, message);
        // One that ends strings would have to be doubled.
        if marks.iter().all(|(.., straight)| *straight != delimiter) {
            let edits = marks.iter().map(|(range, _, straight)| TextEdit::replace(*range, straight.to_string()));
            report.unsafe_fix("write straight quotation marks", edits.collect::<Vec<_>>());
        }
    }
}

/// The straight mark that a typographic one stands for.
fn straight(c: char) -> Option<char> {
    match c {
        '“' | '”' | '„' | '‟' => Some('"'),
        '‘' | '’' | '‚' | '‛' => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, every_finding, fixed, silent};

    #[test]
    fn on_the_first_mark() {
        check(
            "amp/smart-quote-in-text",
            "
%%[ set @a = 'x ’ y’' if @b == \"“yes”\" then endif ]%% %%=Concat('a', 'b')=%%
//              ^ hint: `’` is a character of the text, as 1 more in this string
//                              ^ `“` is a character of the text, as 1 more
",
        );
    }

    #[test]
    fn silent_outside_of_strings_and_on_other_marks() {
        silent("amp/smart-quote-in-text", "It’s %%[ /* “x” */ set @a = \"It's `so` «here»\" ]%%");
        silent("amp/smart-quote-in-text", "%%[ set @a = “x” ]%%");
    }

    #[test]
    fn writes_straight_ones_where_they_do_not_end_the_string() {
        fixed("amp/smart-quote-in-text", "%%[ set @a = \"it’s ‘so’\" ]%%", "%%[ set @a = \"it's 'so'\" ]%%");
        let found = every_finding("%%[ set @a = 'it’s' ]%%");
        let found = found.iter().find(|found| found.rule.id == "amp/smart-quote-in-text").unwrap();
        assert!(found.fixes.is_empty());
    }
}
