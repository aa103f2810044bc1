//! What the tests of refactorings share, and what holds of all of them: wherever one is offered, the page has no new findings and its
//! structure is no worse.

use sfmc_db::Host;
use sfmc_lint::DefaultLevels;
use sfmc_semantic::page_structure;
use sfmc_syntax::{TextRange, apply_edits};

use crate::{
    ActionKind, code_actions,
    testing::{far_apart, host, size, with_selection},
    workspace::testing::Project,
};

/// The page after the first refactoring whose title begins so; `nothing` where it is not offered.
#[track_caller]
pub(super) fn after(markup: &str, title: &str) -> String {
    let (host, file, range, text) = with_selection(markup);
    let actions = code_actions(&host.snapshot(), None, file, range, &DefaultLevels, &is_refactoring);
    let action = actions.into_iter().find(|action| action.title.starts_with(title));
    action.map_or_else(|| "nothing".to_owned(), |action| apply_edits(&text, &action.edits).unwrap())
}

fn is_refactoring(kind: ActionKind) -> bool {
    matches!(kind, ActionKind::Extract | ActionKind::Inline | ActionKind::Rewrite)
}

const PAGES: [&str; 4] = [
    "😀%%[ var @rows, @row, @name set @rows = LookupRows('d', 'a', _subscriberkey)\r\n  set @row = Row(@rows, 1)\r\n  \
     set @name = Field(@row, 'First Name')\r\nif Empty(@name) then set @name = 'é' else set @b = Concat(@name, Trim([Last Name])) \
     endif ]%%\r\n%%=v(@name)=%% %%Last Name%% <a title=\"%%=Concat(@b, 'x')=%%\">%%City%%</a>",
    "%%[ set @n = 3 for @i = 1 to RowCount(LookupRows('d', 'k', @n)) do set @x = Add(@i, @n) ]%%<li>%%=v(@x)=%%</li>%%[ next @i \
     if @n > 2 and @x == 1 then ]%%A%%[ else ]%%B%%[ endif ]%%%%=AttributeValue(\"City\")=%%",
    "%%[ if @a == then set @b = (Trim(@a) endif else set = 'x\n]%%%%=Concat(@a, )=%%%%[ next @i set @c = Lower(",
    "<script runat=server language=ampscript>set @a = Trim(' x ') if @a == 'x' then set @b = @a else set @b = 1 endif</script>\
     <script runat=server>Variable.SetValue('@q', 1)</script>%%=Uppercase(@b)=%%%%[[type=post] set @z = @b ]%%%%=v(@z)=%%",
];

/// Every refactoring of a place: how many there were.
fn try_all(text: &str, range: TextRange, host: &Host, file: sfmc_db::FileId) -> usize {
    let snapshot = host.snapshot();
    let wrong = |text: &str| {
        let (host, file) = crate::testing::host(text);
        let problems = page_structure(host.db(), host.page(file).unwrap()).problems.len();
        (problems, crate::diagnostics(&host.snapshot(), file, &DefaultLevels).len())
    };
    let actions = code_actions(&snapshot, None, file, range, &DefaultLevels, &is_refactoring);
    for action in &actions {
        let after = apply_edits(text, &action.edits).unwrap();
        assert_ne!(after, text, "{}", action.title);
        let (before, after_it) = (wrong(text), wrong(&after));
        assert!(after_it.0 <= before.0 && after_it.1 <= before.1, "{} at {range:?}:\n{text}\n{after}", action.title);
    }
    actions.len()
}

#[test]
fn everywhere() {
    for text in PAGES.iter().map(|text| (*text).to_owned()).chain([PAGES.concat(), far_apart(&PAGES)]) {
        let (host, file) = host(&text);
        let step = if text.len() > 5000 { 613 } else { 1 };
        let mut offered = 0;
        for at in (0..=text.len()).step_by(step) {
            offered += try_all(&text, TextRange::empty(size(at)), &host, file);
            let end = (at + 17).min(text.len());
            offered += try_all(&text, TextRange::new(size(at), size(end)), &host, file);
        }
        assert!(offered > 0 || text == PAGES[2] || step > 1, "nothing is offered in {text}");
    }
}

/// A block that a page includes: its variables are those of the page.
#[test]
fn other_files_count_where_names_come_and_go() {
    let files = |header: &'static str| {
        [("block/header", header), ("message/one", "%%=ContentBlockByKey('header')=%%%%=v(@greeting)=%%%%=v(@city)=%%")]
    };
    let titled = |header: &'static str, at: &str, title: &str| {
        let mut project = Project::new(&files(header));
        let file = project.open("block/header", header);
        let range = TextRange::empty(size(header.find(at).unwrap() + 1));
        let actions =
            code_actions(&project.snapshot(), Some(&project.workspace), file, range, &DefaultLevels, &is_refactoring);
        let action = actions.into_iter().find(|action| action.title.starts_with(title));
        action.map(|action| apply_edits(header, &action.edits).unwrap())
    };
    let inline = |header: &'static str| titled(header, "@", "inline");
    assert_eq!(inline("%%[ set @greeting = 'x' ]%%%%=v(@greeting)=%%"), None, "the page reads it");
    assert_eq!(inline("%%[ set @own = Trim(1) ]%%%%=v(@own)=%%").as_deref(), Some("%%=Trim(1)=%%"));
    assert_eq!(
        titled("%%=Trim(AttributeValue('City'))=%%", "Attr", "extract").as_deref(),
        Some("%%[ set @city2 = AttributeValue('City') ]%%%%=Trim(@city2)=%%"),
        "the page has one of that name"
    );
}

#[test]
fn there_and_back() {
    let text = "%%[ if Empty(@a) then ]%%A%%[ $0else ]%%B%%[ endif ]%%";
    let once = after(text, "invert IF");
    assert_eq!(after(&once.replacen("else", "$0else", 1), "invert IF"), text.replace("$0", ""));
}
