//! What the server says by itself: messages in the order in which the loop gave them, and questions whose answers come back as events.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tower_lsp::{
    Client,
    ls_types::{ConfigurationItem, MessageType, ProgressToken, PublishDiagnosticsParams, Registration, notification},
};

use crate::{
    conversions::SOURCE,
    event_loop::{Event, Sender},
    transport::Backlog,
};

/// Never waits: the loop must not stand still because the client does not read.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    client: Client,
    events: Sender,
    runtime: tokio::runtime::Handle,
    messages: mpsc::UnboundedSender<Message>,
}

#[derive(Debug)]
enum Message {
    Diagnostics(PublishDiagnosticsParams),
    Warning(String),
}

/// Tells how far some work is, as long as it lives.
#[derive(Debug)]
pub(crate) struct Progress(mpsc::UnboundedSender<u32>);

impl Progress {
    /// So many hundredths are done.
    pub(crate) fn report(&self, percent: u32) {
        let _ = self.0.send(percent);
    }
}

impl Outbox {
    /// Must be called in a tokio runtime.
    pub(crate) fn new(client: Client, events: Sender, backlog: Backlog) -> Outbox {
        let (messages, queue) = mpsc::unbounded_channel();
        tokio::spawn(deliver(client.clone(), queue, backlog));
        Outbox { client, events, runtime: tokio::runtime::Handle::current(), messages }
    }

    pub(crate) fn publish(&self, params: PublishDiagnosticsParams) {
        let _ = self.messages.send(Message::Diagnostics(params));
    }

    /// Shows a message to the user.
    pub(crate) fn warn(&self, text: impl Into<String>) {
        let _ = self.messages.send(Message::Warning(text.into()));
    }

    /// Asks for the client's settings; they come as an event.
    pub(crate) fn ask_for_settings(&self) {
        let (client, events) = (self.client.clone(), self.events.clone());
        self.runtime.spawn(async move {
            let item = ConfigurationItem { scope_uri: None, section: Some(SOURCE.to_owned()) };
            match client.configuration(vec![item]).await {
                Ok(settings) => {
                    let _ = events.send(Event::Settings(settings.into_iter().next().unwrap_or_default()));
                }
                Err(error) => tracing::warn!("the client does not tell its settings: {error}"),
            }
        });
    }

    pub(crate) fn register(&self, registrations: Vec<Registration>) {
        let client = self.client.clone();
        self.runtime.spawn(async move {
            if let Err(error) = client.register_capability(registrations).await {
                tracing::warn!("the client registers nothing: {error}");
            }
        });
    }

    /// Begins to tell how far some work is. It ends when what is returned is dropped.
    pub(crate) fn progress(&self, title: &'static str) -> Progress {
        let (reports, mut queue) = mpsc::unbounded_channel();
        let client = self.client.clone();
        let token = ProgressToken::String(format!("{SOURCE}/{title}"));
        self.runtime.spawn(async move {
            if let Err(error) = client.create_work_done_progress(token.clone()).await {
                tracing::debug!("the client shows no progress: {error}");
                return;
            }
            let progress = client.progress(token, title).with_percentage(0).begin().await;
            while let Some(mut percent) = queue.recv().await {
                // Only the newest matters.
                while let Ok(newer) = queue.try_recv() {
                    percent = newer;
                }
                progress.report(percent).await;
            }
            progress.finish().await;
        });
        Progress(reports)
    }

    /// Asks the client to pull all diagnostics again.
    pub(crate) fn refresh_diagnostics(&self) {
        let client = self.client.clone();
        self.runtime.spawn(async move {
            if let Err(error) = client.workspace_diagnostic_refresh().await {
                tracing::warn!("the client does not ask for diagnostics again: {error}");
            }
        });
    }

    /// Asks the client to ask for all inlay hints again.
    pub(crate) fn refresh_inlay_hints(&self) {
        let client = self.client.clone();
        self.runtime.spawn(async move {
            if let Err(error) = client.inlay_hint_refresh().await {
                tracing::warn!("the client does not ask for inlay hints again: {error}");
            }
        });
    }

    /// Asks the client to ask for all code lenses again.
    pub(crate) fn refresh_code_lenses(&self) {
        let client = self.client.clone();
        self.runtime.spawn(async move {
            if let Err(error) = client.code_lens_refresh().await {
                tracing::warn!("the client does not ask for code lenses again: {error}");
            }
        });
    }
}

/// Tells the client everything, in order. While it does not read, diagnostics that newer ones replace are dropped rather than kept.
async fn deliver(client: Client, mut queue: mpsc::UnboundedReceiver<Message>, backlog: Backlog) {
    let mut waiting = VecDeque::new();
    while let Some(message) = queue.recv().await {
        waiting.push_back(message);
        while !waiting.is_empty() {
            backlog.is_small().await;
            while let Ok(message) = queue.try_recv() {
                waiting.push_back(message);
            }
            match waiting.pop_front() {
                Some(Message::Diagnostics(params)) if !is_replaced(&params, &waiting) => {
                    client.send_notification::<notification::PublishDiagnostics>(params).await;
                }
                Some(Message::Warning(text)) => client.show_message(MessageType::WARNING, text).await,
                _ => {}
            }
        }
    }
}

fn is_replaced(params: &PublishDiagnosticsParams, newer: &VecDeque<Message>) -> bool {
    newer.iter().any(|message| matches!(message, Message::Diagnostics(newer) if newer.uri == params.uri))
}
