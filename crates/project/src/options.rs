//! Every option there is, each declared once: the JSON schema, the checks of `sfmc-analyzer.toml`, the settings of
//! editors and the documentation are made from these types and their comments.
//!
//! An absent option says nothing, so that [`Options`] can be layered: configuration, settings of an editor, command
//! line ([`crate::Settings`]).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use sfmc_diagnostics::Severity;

/// Options of sfmc-analyzer, as they stand in `sfmc-analyzer.toml` and, under the key `sfmc-analyzer`, in the settings of
/// an editor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct Options {
    /// The platform that runs the code: `engagement` (Marketing Cloud Engagement, the default) or `next` (Marketing
    /// Cloud Next).
    pub target: Option<Platform>,
    /// The API version of Marketing Cloud Next that the code has to run on, for `target = "next"`. Without it: the
    /// newest one that is known.
    #[schemars(range(min = 65, max = 999))]
    pub api_version: Option<u16>,
    /// Where files run that nothing else is known about: neither an override nor `contexts` nor mcdev says it.
    pub context: Option<Context>,
    /// Where files run, by glob: `"emails/**" = "email"`. The longest glob that matches decides.
    ///
    /// A comment in the file (`/* sfmc-context: email */`) decides over the `context` of an override, that over this;
    /// this decides over what mcdev's name for the file or the metadata beside it says, and that over `context`.
    #[schemars(extend("propertyNames" = {"type": "string", "format": "glob"}))]
    pub contexts: BTreeMap<Glob, Context>,
    /// The mildest finding that makes a check fail; without it: `error`.
    pub error_on: Option<ErrorOn>,
    /// What names of variables have to look like for `amp/naming-convention`, as a regular expression that is looked for
    /// in the name without its `@`: `"^[A-Z]"`; without it: camelCase.
    #[schemars(extend("format" = "regex"))]
    pub variable_names: Option<String>,
    #[serde(flatten)]
    #[allow(missing_docs, reason = "what stands here becomes a description of the whole table in the schema")]
    pub rules: RuleOptions,
    /// Which files are checked.
    pub files: FileOptions,
    /// What data extensions there are, beside those that mcdev has written down.
    pub schema: SchemaOptions,
    /// What an editor writes between the characters of the code.
    pub inlay_hints: InlayHintOptions,
    /// What an editor writes above the lines of the code.
    pub code_lens: CodeLensOptions,
    /// Other options for some of the files. Where several match a file, the later one decides.
    pub overrides: Vec<Override>,
}

/// Which rules are on, and how severe they are. A rule is named by its id (`amp/unknown-function`), or together with
/// others by a prefix (`amp`, `amp/unknown-*`), a group (`suspicious`) or `all`; the most specific name decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct RuleOptions {
    /// The rules that are on, instead of those that are on by default.
    pub select: Option<Vec<RuleName>>,
    /// Rules that are off.
    pub ignore: Vec<RuleName>,
    /// The severity of rules: `"amp/unknown-function" = "warning"`. A rule that is named by its id is on even if it is
    /// not selected; `off` turns off.
    #[schemars(extend("propertyNames" = {"type": "string", "format": "rule"}))]
    pub rules: BTreeMap<RuleName, Level>,
}

/// Which files are checked when a folder is. A file that is named itself is always checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct FileOptions {
    /// Files to check besides those whose names say that they hold code (`.amp`, `.ampscript`, `.html`, `.htm`,
    /// `.ssjs`, `.sql` and the code files of mcdev): `"snippets/*.txt"`.
    pub include: Vec<Glob>,
    /// Files and folders to leave out. What `.gitignore` names is left out anyway, and so are hidden files and
    /// `node_modules`.
    pub exclude: Vec<Glob>,
    /// Files of SQL that each hold the query of one query activity, besides those of mcdev: `"queries/**"`. What stands
    /// behind the first statement of such a file is an error; other files may hold as many as one likes.
    pub queries: Vec<Glob>,
}

/// What data extensions there are: those that queries and lookups can name. In a project of mcdev's they are read from the folders
/// `dataExtension` of the business unit that a file belongs to, and of the parent what it shares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct SchemaOptions {
    /// The business unit whose data extensions are seen by files that stand in none of mcdev's folders: `"credential/unit"`.
    pub unit: Option<String>,
    /// Files that describe a data extension each: `.json` files like mcdev's `*.dataExtension-meta.json`, or `.csv` files, whose
    /// first line names the columns and whose name is that of the data extension.
    pub files: Vec<Glob>,
    /// Whether there is no other data extension than those that are known, so that other names are mistakes. Without it: so in a
    /// business unit whose data extensions mcdev has retrieved, and nowhere else.
    pub complete: Option<bool>,
    /// Data extensions, each with its name and its columns.
    pub tables: Vec<TableOptions>,
    /// Something of it was left out because it is wrong: what it would have said is not known.
    #[serde(skip)]
    #[schemars(skip)]
    pub is_damaged: bool,
}

impl SchemaOptions {
    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.unit.is_none() && self.files.is_empty() && self.tables.is_empty()
    }

    /// What several layers say together: all that they name, and of the rest what a later one says.
    pub(crate) fn layered<'a>(layers: impl IntoIterator<Item = &'a SchemaOptions>) -> SchemaOptions {
        let mut all = SchemaOptions::default();
        for layer in layers {
            all.unit = layer.unit.clone().or(all.unit);
            all.complete = layer.complete.or(all.complete);
            all.is_damaged |= layer.is_damaged;
            all.files.extend(layer.files.iter().cloned());
            all.tables.extend(layer.tables.iter().cloned());
        }
        all
    }
}

/// A data extension.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
#[schemars(extend("required" = ["name"]))]
pub struct TableOptions {
    /// Its name.
    pub name: String,
    /// Its external key.
    pub key: Option<String>,
    /// Whether the parent unit shares it, so that queries name it with `Ent.`; without it: `false`.
    pub shared: Option<bool>,
    /// Its columns. Without it they are not known.
    pub columns: Option<Vec<ColumnOptions>>,
}

/// A column of a data extension.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
#[schemars(extend("required" = ["name"]))]
pub struct ColumnOptions {
    /// Its name.
    pub name: String,
    /// Its type. Without it that is not known.
    pub r#type: Option<FieldType>,
    /// How many characters fit into text, or how many digits a decimal has. Text without it has no limit.
    #[schemars(range(min = 1, max = 4000))]
    pub length: Option<u16>,
    /// How many of the digits of a decimal stand behind the point.
    #[schemars(range(min = 0, max = 38))]
    pub scale: Option<u16>,
    /// Whether it has to have a value. Without it that is not known, unless it is part of the primary key.
    pub required: Option<bool>,
    /// Whether it is part of the primary key; without it: `false`.
    pub primary_key: Option<bool>,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A number with digits behind the point.
    Decimal,
    /// A date with its time.
    Date,
    /// True or false.
    Boolean,
    /// An email address.
    EmailAddress,
    /// A telephone number.
    Phone,
    /// A locale.
    Locale,
}

impl FieldType {
    /// What the platform calls it.
    pub(crate) fn field(self) -> sfmc_catalog::sql::FieldType {
        match self {
            FieldType::Text => sfmc_catalog::sql::FieldType::Text,
            FieldType::Number => sfmc_catalog::sql::FieldType::Number,
            FieldType::Decimal => sfmc_catalog::sql::FieldType::Decimal,
            FieldType::Date => sfmc_catalog::sql::FieldType::Date,
            FieldType::Boolean => sfmc_catalog::sql::FieldType::Boolean,
            FieldType::EmailAddress => sfmc_catalog::sql::FieldType::EmailAddress,
            FieldType::Phone => sfmc_catalog::sql::FieldType::Phone,
            FieldType::Locale => sfmc_catalog::sql::FieldType::Locale,
        }
    }
}

/// What an editor writes between the characters of the code. Nothing of it is in the file; checks do not know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct InlayHintOptions {
    /// At which arguments the names of parameters are shown that they do not say themselves; without it: `literals`.
    pub parameters: Option<ParameterHints>,
    /// Whether an `endif` or `next` says what it ends, where that stands ten lines above it or more; without it: `true`.
    pub ends: Option<bool>,
    /// Whether a variable says what it is set to, where one does not see it and it is not text: `: rowset`; without it:
    /// `true`.
    pub types: Option<bool>,
}

/// What an editor writes above the lines of the code. Checks do not know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct CodeLensOptions {
    /// Whether it says above the first place that declares or sets a variable how often others name it; without it:
    /// `false`. Pages set many variables one below the other, and each of these lines would move away from the next;
    /// and counting goes through all files that share the variable.
    pub references: Option<bool>,
}

/// At which arguments the names of parameters are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterHints {
    /// At none.
    None,
    /// At strings, numbers and booleans.
    #[default]
    Literals,
    /// At variables, attributes and calls too.
    All,
}

/// Other options for some of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
#[schemars(extend("required" = ["files"]))]
pub struct Override {
    /// The files.
    #[schemars(length(min = 1))]
    pub files: Vec<Glob>,
    /// The platform that runs them.
    pub target: Option<Platform>,
    /// The API version of Marketing Cloud Next.
    #[schemars(range(min = 65, max = 999))]
    pub api_version: Option<u16>,
    /// Where they run; decides over `contexts`.
    pub context: Option<Context>,
    #[serde(flatten)]
    #[allow(missing_docs, reason = "see `Options::rules`")]
    pub rules: RuleOptions,
}

/// Files, by their paths from the folder of the configuration file: `*` and `?` stand for characters of one name, `**`
/// for any folders, `{a,b}` for either. As in `.gitignore`, a glob without `/` matches at any depth, and one that
/// matches a folder matches everything in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[schemars(extend("format" = "glob"))]
pub struct Glob(pub String);

/// The name of a rule, or of several: an id, a prefix, a group or `all`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[schemars(extend("format" = "rule"))]
pub struct RuleName(pub String);

/// What becomes of the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// They are not reported.
    Off,
    /// Worth knowing; an editor shows them faintly.
    Hint,
    /// A fact about the code.
    Info,
    /// Probably not what was meant.
    Warning,
    /// The platform refuses the page or the send.
    Error,
}

impl Level {
    /// The severity; `None` is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Hint => Some(Severity::Hint),
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// The mildest finding that makes a check fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorOn {
    /// Any finding.
    Hint,
    /// Everything but hints.
    Info,
    /// Warnings and errors.
    Warning,
    /// Errors.
    Error,
    /// None: the check only reports.
    Never,
}

impl ErrorOn {
    /// The severity from which on a check fails; `None` is never.
    pub fn severity(self) -> Option<Severity> {
        match self {
            ErrorOn::Hint => Some(Severity::Hint),
            ErrorOn::Info => Some(Severity::Info),
            ErrorOn::Warning => Some(Severity::Warning),
            ErrorOn::Error => Some(Severity::Error),
            ErrorOn::Never => None,
        }
    }
}

/// Where a page runs: some functions work only in some of these places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// In an email send, one run for each subscriber.
    Email,
    /// Behind a URL: CloudPages, landing pages, code resources.
    Cloudpage,
    /// In a text message.
    Sms,
    /// In a push message.
    Push,
    /// In a script activity of an automation.
    Script,
    /// Anywhere: content blocks, snippets.
    #[default]
    Unknown,
}

impl Context {
    /// The place, unless it can be any.
    pub fn known(self) -> Option<sfmc_catalog::Context> {
        match self {
            Context::Email => Some(sfmc_catalog::Context::Email),
            Context::Cloudpage => Some(sfmc_catalog::Context::CloudPage),
            Context::Sms => Some(sfmc_catalog::Context::Sms),
            Context::Push => Some(sfmc_catalog::Context::Push),
            Context::Script => Some(sfmc_catalog::Context::Script),
            Context::Unknown => None,
        }
    }
}

/// The platform that runs the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Marketing Cloud Engagement.
    #[default]
    Engagement,
    /// Marketing Cloud Next.
    Next,
}

impl Platform {
    /// The platform with the version of its API, where it has one.
    pub fn with_api_version(self, api_version: Option<u16>) -> sfmc_catalog::Platform {
        match self {
            Platform::Engagement => sfmc_catalog::Platform::Engagement,
            Platform::Next => sfmc_catalog::Platform::Next { api_version },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_called_the_same_everywhere() {
        for &context in sfmc_catalog::Context::ALL {
            let named: Context = serde_json::from_value(context.key().into()).unwrap();
            assert_eq!(named.known(), Some(context));
        }
    }
}
