//! How far the client has come, and why the server should end although nobody asked it to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sfmc_db::system::System;
use tokio::sync::watch;

/// How often the client's process is looked at.
const CHECK_CLIENT: Duration = Duration::from_secs(1);

/// What transport, handlers and loop tell each other.
#[derive(Debug, Default)]
pub(crate) struct Lifecycle {
    initialized: AtomicBool,
    shut_down: AtomicBool,
    stop: watch::Sender<bool>,
}

impl Lifecycle {
    /// `initialize` was answered well.
    pub(crate) fn initialize(&self) {
        self.initialized.store(true, Ordering::Release);
    }

    pub(crate) fn is_initialized(&self) -> bool {
        self.initialized.load(Ordering::Acquire)
    }

    /// `shutdown` came.
    pub(crate) fn shut_down(&self) {
        self.shut_down.store(true, Ordering::Release);
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        self.shut_down.load(Ordering::Acquire)
    }

    /// Ends the server.
    pub(crate) fn stop(&self, reason: &str) {
        tracing::warn!("stopping: {reason}");
        self.stop.send_replace(true);
    }

    /// Waits for [`Lifecycle::stop`].
    pub(crate) async fn stopped(&self) {
        let _ = self.stop.subscribe().wait_for(|&stop| stop).await;
    }
}

/// Ends the server when the client's process ends. Its end usually closes our input too, but not if another of its children has that open.
pub(crate) fn watch_client(process: u32, lifecycle: &Arc<Lifecycle>, runtime: &tokio::runtime::Handle) {
    // A client in another container names a process that cannot be seen from here.
    if !imp::is_alive(process) {
        tracing::warn!("the client's process {process} cannot be seen; only the end of its input will be noticed");
        return;
    }
    let lifecycle = Arc::downgrade(lifecycle);
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(CHECK_CLIENT).await;
            let Some(lifecycle) = lifecycle.upgrade() else { return };
            if !is_alive(process).await {
                lifecycle.stop("the client's process is gone");
                return;
            }
        }
    });
}

/// Whether there is such a process that has not ended.
async fn is_alive(process: u32) -> bool {
    tokio::task::spawn_blocking(move || imp::is_alive(process)).await.unwrap_or(true)
}

#[cfg(target_os = "linux")]
mod imp {
    use std::path::PathBuf;

    use super::System;

    /// One line with the name of a program in it.
    const MAX_STATUS: u64 = 1 << 16;

    /// A process that ended and that nobody waited for is still listed, in state `Z`.
    pub(super) fn is_alive(process: u32) -> bool {
        let status = PathBuf::from(format!("/proc/{process}/stat"));
        let Ok(status) = sfmc_db::system::DiskSystem.read(&status, MAX_STATUS) else { return false };
        // `pid (name) state …`, where the name may hold anything.
        let state = status.iter().rposition(|&byte| byte == b')').and_then(|end| status.get(end + 2));
        !matches!(state, Some(b'Z' | b'X'))
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod imp {
    use std::process::{Command, Stdio};

    pub(super) fn is_alive(process: u32) -> bool {
        let mut command = Command::new("kill");
        command.args(["-0", &process.to_string()]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

#[cfg(not(unix))]
mod imp {
    /// Windows closes the pipes of a process that ends; nothing else is looked at.
    pub(super) fn is_alive(_: u32) -> bool {
        true
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn processes_live_and_end() {
        assert!(imp::is_alive(std::process::id()));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let id = child.id();
        // Before it is waited for it is a zombie at most.
        let ended = (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            !imp::is_alive(id)
        });
        assert!(ended);
        child.wait().unwrap();
        assert!(!imp::is_alive(id));
    }
}
