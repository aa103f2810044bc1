//! `sfmc-analyzer check`

use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, bail};
use rayon::prelude::*;
use sfmc_diagnostics::{
    Severity,
    format::{FileReport, OutputFormat, Summary, Terminal},
};
use sfmc_project::{
    Checked, Checker, Configs, FixMode, Language, Options, all_rules, discover,
    options::{ErrorOn, RuleName},
};

use crate::arguments::{Check, Color, Format};

pub(crate) fn run(arguments: &Check, color: Color) -> anyhow::Result<u8> {
    let start = Instant::now();
    #[allow(clippy::disallowed_methods, reason = "the command line knows the working folder")]
    let folder = std::env::current_dir().context("cannot tell the working folder")?;
    let rules = all_rules();
    let mut configs = Configs::new(&folder, &rules).with_command_line(options(arguments)?);
    if let Some(file) = &arguments.config {
        if !folder.join(file).is_file() {
            bail!("there is no configuration file {}", file.display());
        }
        configs = configs.with_file(file);
    }
    let fix = match (arguments.fix, arguments.unsafe_fixes) {
        (_, true) => FixMode::All,
        (true, false) => FixMode::Safe,
        (false, false) => FixMode::Off,
    };

    let mut run = Run::default();
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        if arguments.paths.len() > 1 {
            bail!("`-` stands for standard input and cannot be given together with other paths");
        }
        if fix != FixMode::Off {
            bail!("standard input cannot be fixed in place; give the file's path");
        }
        run.stdin(&configs, arguments.stdin_filename.as_deref())?;
    } else {
        if arguments.stdin_filename.is_some() {
            bail!("--stdin-filename is the name of standard input; give `-` as the path");
        }
        run.files(&configs, &arguments.paths, fix);
    }
    run.configurations(&configs);
    run.report(arguments.output_format, color, start)?;
    Ok(run.exit_code())
}

/// The arguments that decide over every configuration file.
fn options(arguments: &Check) -> anyhow::Result<Options> {
    let rules = all_rules();
    let known = |names: &[String]| -> anyhow::Result<Vec<RuleName>> {
        let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
        names
            .map(|name| {
                sfmc_diagnostics::selector::Selector::resolve(name, &rules)?;
                Ok(RuleName(name.to_owned()))
            })
            .collect()
    };
    let mut options = Options::default();
    let select = known(&arguments.select).context("--select")?;
    options.rules.select = (!select.is_empty()).then_some(select);
    options.rules.ignore = known(&arguments.ignore).context("--ignore")?;
    options.error_on = arguments.error_on.as_deref().and_then(|level| match level {
        "hint" => Some(ErrorOn::Hint),
        "info" => Some(ErrorOn::Info),
        "warning" => Some(ErrorOn::Warning),
        "error" => Some(ErrorOn::Error),
        _ => None,
    });
    Ok(options)
}

/// Whether one of the configuration files that were read has errors.
fn has_errors(configs: &Configs) -> bool {
    configs.files().iter().any(|file| file.diagnostics().iter().any(|found| found.severity == Severity::Error))
}

/// As many files are drawn before they are written: reports are larger than what they are about.
const DRAWN_AT_ONCE: usize = 256;

/// What a run has come to so far.
#[derive(Default)]
struct Run {
    checked: Vec<Checked>,
    /// How many of them are files that were looked at, rather than places of problems.
    files: usize,
    usage: bool,
}

impl Run {
    fn stdin(&mut self, configs: &Configs, name: Option<&Path>) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
        let name = name.unwrap_or(Path::new("stdin.html"));
        self.checked.push(Checker::new(configs, FixMode::Off).text(name, bytes));
        self.files = 1;
        Ok(())
    }

    fn files(&mut self, configs: &Configs, paths: &[PathBuf], fix: FixMode) {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here } else { paths };
        let found = discover(paths, configs);
        for problem in &found.problems {
            // What was asked for and is not there is a mistake of the call.
            self.usage |= paths.contains(&problem.path);
            let diagnostic = problem.diagnostic();
            let fails = configs.for_file(&problem.path).is_failure(diagnostic.severity);
            let path = problem.path.clone();
            self.checked.push(Checked { path, diagnostics: vec![diagnostic], fails, ..Checked::default() });
        }
        // What a configuration with mistakes would exclude, nobody knows.
        let unsure = fix != FixMode::Off && has_errors(configs);
        if unsure {
            // If nobody listens there, the exit code still says it.
            let _ = writeln!(io::stderr(), "nothing was fixed: correct the configuration first");
        }
        let checked = Checker::new(configs, if unsure { FixMode::Off } else { fix }).files(&found.files);
        for (file, checked) in found.files.iter().zip(&checked) {
            // What somebody named, and what is not looked at: silence would pass for praise.
            if file.is_named
                && let Some(language) = checked.skipped
            {
                let what = match language {
                    Language::Ssjs => "server-side JavaScript, which is not checked yet",
                    Language::Page | Language::Sql | Language::Unknown => "nothing that runs on the platform",
                };
                let _ = writeln!(io::stderr(), "note: {} is {what}", checked.path.display());
            }
        }
        self.files = checked.iter().filter(|file| file.skipped.is_none()).count();
        self.checked.extend(checked);
    }

    /// Mistakes in the configuration are findings of its file.
    fn configurations(&mut self, configs: &Configs) {
        for file in configs.files() {
            let diagnostics = file.diagnostics();
            if diagnostics.is_empty() {
                continue;
            }
            self.usage |= diagnostics.iter().any(|found| found.severity == Severity::Error);
            let path = file.path.strip_prefix(configs.folder()).unwrap_or(&file.path).to_owned();
            self.checked.push(Checked { path, text: file.text.clone(), diagnostics, ..Checked::default() });
        }
    }

    fn report(&mut self, format: Format, color: Color, start: Instant) -> anyhow::Result<()> {
        self.checked.sort_by(|a, b| a.path.cmp(&b.path));
        let mut summary = Summary { duration: Some(start.elapsed()), ..Summary::default() };
        let format = match format {
            Format::Human => OutputFormat::Human,
            Format::Json => OutputFormat::Json,
        };
        let stdout = io::stdout().lock();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        };
        let mut out = io::BufWriter::new(stdout);
        let terminal = Terminal { color, ..Terminal::default() };
        let mut reporter = format.reporter(&mut out, terminal);
        for file in &self.checked {
            summary.fixed += file.fixed;
            summary.add_file(&file.diagnostics);
        }
        let found: Vec<&Checked> = self.checked.iter().filter(|file| !file.diagnostics.is_empty()).collect();
        let draw = |file: &&Checked| {
            let path = file.path.to_string_lossy();
            format.draw(&FileReport { path: &path, text: &file.text, diagnostics: &file.diagnostics }, terminal)
        };
        for files in found.chunks(DRAWN_AT_ONCE) {
            let drawn: Vec<io::Result<Vec<u8>>> = files.par_iter().map(draw).collect();
            for drawn in drawn {
                reporter.drawn(&drawn?)?;
            }
        }
        // Configurations and paths that are not there have findings, too, but are no files that were checked.
        summary.files_checked = self.files;
        reporter.finish(&summary)?;
        drop(reporter);
        out.flush()?;
        Ok(())
    }

    fn exit_code(&self) -> u8 {
        if self.checked.iter().any(|file| file.panicked) {
            crate::PANICKED
        } else if self.usage {
            crate::USAGE
        } else if self.checked.iter().any(|file| file.fails) {
            crate::FINDINGS
        } else {
            crate::CLEAN
        }
    }
}
