//! Where code runs, and on what.

use std::fmt;

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// A page that answers a request.
    CloudPage,
    /// Content that is sent.
    Email,
    /// A text message.
    Sms,
    /// A push message.
    Push,
    /// A script activity of an automation.
    Script,
}

impl Context {
    /// Every context.
    pub const ALL: &'static [Context] =
        &[Context::CloudPage, Context::Email, Context::Sms, Context::Push, Context::Script];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Context::CloudPage => "CloudPage",
            Context::Email => "email",
            Context::Sms => "SMS",
            Context::Push => "push",
            Context::Script => "script activity",
        }
    }

    /// The word for it in a configuration or a directive, in lower case.
    pub fn key(self) -> &'static str {
        match self {
            Context::CloudPage => "cloudpage",
            Context::Email => "email",
            Context::Sms => "sms",
            Context::Push => "push",
            Context::Script => "script",
        }
    }

    /// The context that a configuration or a directive names, in any case.
    pub fn from_key(key: &str) -> Option<Context> {
        Context::ALL.iter().copied().find(|context| context.key().eq_ignore_ascii_case(key))
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The platform that runs the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Marketing Cloud Engagement.
    #[default]
    Engagement,
    /// Marketing Cloud Next.
    Next {
        /// The version of its API; none is the newest that is known.
        api_version: Option<u16>,
    },
}

/// Where a file runs, and on what, as far as the project says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Environment {
    /// Where; none where it is not known, as of a content block.
    pub context: Option<Context>,
    /// On what.
    pub platform: Platform,
    /// It is a content block, which runs where others include it, however whole it looks.
    pub is_block: bool,
}
