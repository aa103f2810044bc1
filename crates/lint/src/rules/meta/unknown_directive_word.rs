use sfmc_catalog::Context as RunContext;
use sfmc_db::{Db, PageMap};
use sfmc_diagnostics::similar;
use sfmc_semantic::{DirectiveError, chunk_directive_errors};
use sfmc_syntax::TextEdit;

use crate::context::Context;

declare_rule! {
    /// A comment that says what the content is for names a context or a platform that exists.
    ///
    /// ## Why
    /// `sfmc-context:` and `sfmc-target:` decide what is checked; a word that is not known decides nothing, and neither does a directive
    /// that is misspelt. Contexts are `cloudpage`, `email`, `sms`, `push`, `script`, and `unknown` for what can run anywhere; targets are `engagement`, `next`, and `next` with a version such as `next 67`.
    /// Source: own rule of this tool.
    ///
    /// ## Bad
    /// ```ampscript
    /// %%[ /* sfmc-context: e-mail */ set @a = 1 ]%%
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// %%[ /* sfmc-context: email */ set @a = 1 ]%%
    /// ```
    ///
    /// ## When to turn it off
    /// Where another tool reads such comments.
    pub UnknownDirectiveWord {
        id: "directive/unknown-word",
        aliases: [],
        group: Meta,
        severity: Warning,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// The platforms that `sfmc-target:` can name.
const TARGETS: [&str; 2] = ["engagement", "next"];

/// The directives themselves.
const DIRECTIVES: [&str; 4] = ["sfmc-context", "sfmc-target", "sfmc-ignore", "sfmc-ignore-file"];

/// Reports the directives of a page that say nothing.
pub(crate) fn report(ctx: &mut Context<'_>, db: &dyn Db, map: &PageMap) {
    for position in map.chunks() {
        for &(error, range) in chunk_directive_errors(db, position.chunk).iter() {
            let range = range + position.start;
            let word = ctx.text(range);
            let contexts: Vec<&str> = RunContext::ALL.iter().map(|context| context.key()).chain(["unknown"]).collect();
            let (words, what) = match error {
                DirectiveError::Name => {
                    // Other tools may have comments of that kind.
                    let near = similar::closest(word, DIRECTIVES.into_iter());
                    if let Some(near) = near.filter(|near| is_meant(near, ctx.line_after(range.end()))) {
                        ctx.report::<UnknownDirectiveWord>(range, format!("there is no directive `{word}`"))
                            .help(format!("did you mean `{near}`?"))
                            .unsafe_fix(format!("write `{near}`"), [TextEdit::replace(range, near)]);
                    }
                    continue;
                }
                DirectiveError::Colon => {
                    if !is_meant(word, ctx.line_after(range.end())) {
                        continue;
                    }
                    ctx.report::<UnknownDirectiveWord>(range, format!("`:` is missing behind `{word}`"))
                        .help(format!("write `{word}: …`"))
                        .unsafe_fix("insert `:`", [TextEdit::insert(range.end(), ":")]);
                    continue;
                }
                DirectiveError::Context => (&contexts[..], "context"),
                DirectiveError::Target => (&TARGETS[..], "platform"),
                DirectiveError::Version => {
                    ctx.report::<UnknownDirectiveWord>(range, format!("`{word}` is no version of the API"))
                        .help("a version is a number: `sfmc-target: next 67`");
                    continue;
                }
            };
            let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            if word.ends_with(':') {
                ctx.report::<UnknownDirectiveWord>(range, format!("no {what} is named"))
                    .help(format!("one of {listed}"));
                continue;
            }
            let near = similar::closest(word, words.iter().copied());
            let report = ctx.report::<UnknownDirectiveWord>(range, format!("there is no {what} `{word}`"));
            match near {
                Some(near) => {
                    report
                        .help(format!("did you mean `{near}`? There are {listed}"))
                        .unsafe_fix(format!("write `{near}`"), [TextEdit::replace(range, near)]);
                }
                None => {
                    report.help(format!("there are {listed}"));
                }
            }
        }
    }
}

/// Whether a word is meant for a directive, by what stands behind it: a colon, or without one a word that fits.
fn is_meant(directive: &str, behind: &str) -> bool {
    let word = behind.split_whitespace().next().unwrap_or_default();
    let fits = |known: &str| known.eq_ignore_ascii_case(word);
    behind.starts_with(':')
        || match directive {
            "sfmc-context" => RunContext::ALL.iter().any(|context| fits(context.key())),
            "sfmc-target" => TARGETS.into_iter().any(fits),
            // The id of a rule.
            _ => ["amp/", "sql/", "directive/"].iter().any(|prefix| word.starts_with(prefix)),
        }
}

#[cfg(test)]
mod tests {
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_word() {
        check(
            "directive/unknown-word",
            "
%%[ /* sfmc-context: moon */ set @a = 1 /* sfmc-target: next v67 */ ]%%<!-- sfmc-target: -->
//                   ^^^^ there is no context `moon`
//                                                           ^^^ `v67` is no version
//                                                                          ^^^^^^^^^^^^ no platform is named
",
        );
    }

    #[test]
    fn silent_on_known_words_and_prose() {
        let silent = |text: &str| silent("directive/unknown-word", text);
        silent(
            "%%[ /* sfmc-context: CloudPage */ /* sfmc-target: Next 67, since summer */ ]%%<!--sfmc-context: email-->",
        );
        silent(
            "%%[ /* sfmc-context: unknown */ /* sfmc-owner the shop */ /* sfmc-header */ /* sfmc-context block */ /* sfmc-ignores nothing */ ]%%<!-- sfmc-content -->",
        );
        silent("%%[ /* sfmc-owner: the shop team */ set @a = 1 ]%%");
        silent("<p>sfmc-context: moon</p>%%[ /* say sfmc-context: moon */ set @a = 'sfmc-context: moon' ]%%");
    }

    #[test]
    fn without_a_colon() {
        check(
            "directive/unknown-word",
            "
%%[ /* sfmc-context email */ /* sfmc-ignor amp/x */ ]%%<!-- sfmc-contxt email -->
//     ^^^^^^^^^^^^ `:` is missing behind `sfmc-context`
//                              ^^^^^^^^^^ there is no directive `sfmc-ignor`
//                                                          ^^^^^^^^^^^ there is no directive `sfmc-contxt`
",
        );
        fixed("directive/unknown-word", "%%[ /* sfmc-target next */ ]%%", "%%[ /* sfmc-target: next */ ]%%");
    }

    #[test]
    fn did_you_mean() {
        fixed("directive/unknown-word", "%%[ /* sfmc-context: emial */ ]%%", "%%[ /* sfmc-context: email */ ]%%");
        fixed("directive/unknown-word", "<!-- sfmc-contxt: email -->", "<!-- sfmc-context: email -->");
        fixed("directive/unknown-word", "%%[ /* sfmc-ingore: amp */ ]%%", "%%[ /* sfmc-ignore: amp */ ]%%");
        fixed("directive/unknown-word", "<!-- sfmc-target: nxt 67 -->", "<!-- sfmc-target: next 67 -->");
    }
}
