use sfmc_catalog::ampscript::{Audience, PersonalizationString, personalization_string, personalization_strings};
use sfmc_diagnostics::similar;
use sfmc_semantic::Expr;
use sfmc_syntax::{TextEdit, TextRange, TextSize};

use crate::flow::{CheckFlow, FlowContext, NameRead};

declare_rule! {
    /// The name of a system attribute is spelled as the platform knows it.
    ///
    /// ## Why
    /// A name that does not exist is printed as it is written, is empty, or ends the send: sources disagree on which. Only names that are
    /// one slip of the pen away from one of the platform are reported, and only slips that give no sensible name: attributes of one's own
    /// are not known here.
    /// Source: ampscript.md, sections 1.6 and 14 (12).
    ///
    /// ## Bad
    /// ```ampscript
    /// <a href="%%view_emial_url%%">View online</a>
    /// ```
    ///
    /// ## Good
    /// ```ampscript
    /// <a href="%%view_email_url%%">View online</a>
    /// ```
    ///
    /// ## When to turn it off
    /// Where an attribute has such a name.
    pub UnknownAttribute {
        id: "amp/unknown-attribute",
        aliases: [],
        group: Suspicious,
        severity: Info,
        fix: Unsafe,
        since: "0.1.0",
    }
}

/// The shortest name that is looked at, and that is taken for what was meant.
const SHORTEST: usize = 6;

/// How many letters a name has of which another letter makes no other word.
const LONG: usize = 12;

/// Names of the platform that are common words: a name near to one of them is as likely one of an attribute.
const COMMON: [&str; 13] = [
    "_channel",
    "_priority",
    "_source",
    "_status",
    "_zipcode",
    "comment",
    "comment_",
    "description",
    "linkname",
    "listid",
    "member_city",
    "_createdby",
    "replyname",
];

/// Whether a name of the platform can be taken for what was meant.
fn is_distinctive(string: &PersonalizationString) -> bool {
    string.audiences.contains(Audience::Email) && !COMMON.contains(&string.name.to_ascii_lowercase().as_str())
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase()
}

/// Whether `name` is `known` with a slip in it, and no name that somebody would give.
fn is_slip(name: &str, known: &str) -> bool {
    if name.len() < SHORTEST || known.len() < SHORTEST || !similar::is_one_slip(name, known) {
        return false;
    }
    let (a, b) = (letters(name), letters(known));
    // `First_Name`, `FirstName2`, `EmailAdd`, `FirstNames` and `xFirstName` are names as good as any.
    let sensible = a == b || a.starts_with(&b) || b.starts_with(&a) || a.ends_with(&b) || b.ends_with(&a);
    // A short name with another letter is often another word: `ListName`, `LastName`.
    let sorted = |letters: &str| {
        let mut letters: Vec<char> = letters.chars().collect();
        letters.sort_unstable();
        letters
    };
    let other_word = a.len() == b.len() && a.len() < LONG && sorted(&a) != sorted(&b);
    !sensible && !other_word
}

fn meant(name: &str) -> Option<&'static str> {
    if personalization_string(name).is_some() {
        return None;
    }
    let mut near = personalization_strings().iter().filter(|known| is_slip(name, known.name) && is_distinctive(known));
    near.next().filter(|_| near.next().is_none()).map(|known| known.name)
}

impl CheckFlow<NameRead> for UnknownAttribute {
    fn check(ctx: &mut FlowContext<'_>, read: &NameRead) {
        let Expr::Attribute(name) = ctx.expr(read.expr) else { return };
        let Some(meant) = meant(name) else { return };
        let whole = ctx.range(read.expr);
        let Some(at) = ctx.text(whole).find(name.as_str()) else { return };
        let at = whole.start() + TextSize::new(u32::try_from(at).unwrap_or(0));
        let range = TextRange::at(at, TextSize::of(name.as_str()));
        ctx.report::<Self>(range, format!("the platform knows no `{name}`, but `{meant}`"))
            .help(
                "unless there is an attribute of that name, it is printed as it is written, is empty, or ends the send",
            )
            .unsafe_fix(format!("write `{meant}`"), [TextEdit::replace(range, meant)]);
    }
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::tests::{check, fixed, silent};

    #[test]
    fn at_the_name() {
        check(
            "amp/unknown-attribute",
            "
<p>%%emialaddr%% %%=v([fristname])=%%</p>
//   ^^^^^^^^^ no `emialaddr`, but `emailaddr`
//                     ^^^^^^^^^ no `fristname`, but `firstname`
",
        );
    }

    #[test]
    fn slips() {
        for (name, known) in [
            ("emialaddr", Some("emailaddr")),
            ("unsub_centre_url", Some("unsub_center_url")),
            ("subscriptoin_center_url", Some("subscription_center_url")),
            ("_subscribrekey", Some("_subscriberkey")),
            ("lastnmae", Some("lastname")),
            ("xtmonht", Some("xtmonth")),
            ("profile_center_urk", Some("profile_center_url")),
        ] {
            assert_eq!(meant(name), known, "{name}");
        }
        for name in [
            "EmailAddress",
            "First_Name",
            "FirstName2",
            "SubscriberKey",
            "EmailAdd",
            "Comments",
            "LastID",
            "SalesPrice",
            "MobileNumber",
            "emailname",
            "List_ID",
            "SubscriberID",
            "_SubscriberID",
            "MemberIDs",
            "FirstNames",
            "Surname",
            "JobId",
            "ListName",
            "ContactKey",
            "ContactKeys",
            "EmailAddr",
            "replayname",
            "xtyears",
            "FullName_",
        ] {
            assert_eq!(meant(name), None, "{name}");
        }
    }

    #[test]
    fn silent_in_text() {
        silent("amp/unknown-attribute", "emialaddr %%=v(@emialaddr)=%% %%[ set @a = 'emialaddr' /* emialaddr */ ]%%");
    }

    #[test]
    fn writes_the_name() {
        fixed("amp/unknown-attribute", "%%view_email_ulr%%", "%%view_email_url%%");
    }
}
