//! tower-lsp's side: every method first sends its event, and only then may wait.

use std::{any::Any, future::Future};

use sfmc_db::system::System;
