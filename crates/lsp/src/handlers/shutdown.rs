//! `shutdown`: after it only `exit` is heard.

use crate::event_loop::{EventLoop, Reply};

pub(crate) fn shutdown(state: &mut EventLoop, reply: Reply<()>) {
    tracing::info!(longest_write_wait = ?state.readers.longest_wait(), "shutdown");
    state.lifecycle.shut_down();
    // Nobody wants what is being computed.
    state.write(|_| ());
    let _ = reply.send(Ok(()));
}
