use sfmc_catalog::{Context as RunContext, Platform};
use sfmc_db::{Db, PageMap};
use sfmc_diagnostics::similar;
use sfmc_semantic::{Directive, DirectiveError, chunk_directive_errors, chunk_directives};
use sfmc_syntax::{TextEdit, TextRange};

use crate::context::Context;

declare_rule! {
    /// A comment that says what the content is for names a context or a platform that exists.
    ///
    /// ## Why
    /// `sfmc-context:` and `sfmc-target:` decide what is checked; a word that is not known decides nothing, and neither does a directive
    /// that is misspelt, or one that contradicts another before it. Contexts are `cloudpage`, `email`, `sms`, `push`, `script`, and `unknown` for what can run anywhere; targets are `engagement`, `next`, and `next` with a version such as `next 67`.
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
    report_contradictions(ctx, db, map);
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

/// Reports the directives of a page that say something else than one of their kind before them: the first counts.
fn report_contradictions(ctx: &mut Context<'_>, db: &dyn Db, map: &PageMap) {
    let mut first: [Option<(Directive, TextRange)>; 2] = [None, None];
    for position in map.chunks() {
        for &(directive, range) in chunk_directives(db, position.chunk).iter() {
            let range = range + position.start;
            let (kind, name) = match directive {
                Directive::Context(_) => (0, "sfmc-context"),
                Directive::Platform(_) => (1, "sfmc-target"),
            };
            let &mut (before, at) = first[kind].get_or_insert((directive, range));
            if contradict(before, directive) {
                let message =
                    format!("another `{name}` says `{}` before this one, which decides nothing", ctx.text(at));
                ctx.report::<UnknownDirectiveWord>(range, message)
                    .related(at, "this one counts")
                    .help("a file has one of them");
            }
        }
    }
}

/// Whether two directives of one kind say different things; of versions the one can say more than the other.
fn contradict(one: Directive, other: Directive) -> bool {
    match (one, other) {
        (
            Directive::Platform(Platform::Next { api_version: one }),
            Directive::Platform(Platform::Next { api_version: other }),
        ) => one != other && one.is_some() && other.is_some(),
        (one, other) => one != other,
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
    fn against_one_before() {
        check(
            "directive/unknown-word",
            "
%%[ /* sfmc-context: email */ /* sfmc-context: Email */ /* sfmc-target: next */ /* sfmc-target: next 67 */ ]%%
<!-- sfmc-context: cloudpage -->%%[ /* sfmc-target: engagement */ ]%%
//                 ^^^^^^^^^ another `sfmc-context` says `email` before this one
//                                                  ^^^^^^^^^^ another `sfmc-target` says `next`
",
        );
    }

    #[test]
    fn silent_on_known_words_and_prose() {
        let silent = |text: &str| silent("directive/unknown-word", text);
        silent(
            "%%[ /* sfmc-context: CloudPage */ /* sfmc-target: Next 67, since summer */ ]%%<!--sfmc-context: cloudpage-->",
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
