//! Answers in pieces, for a client that wants to show what there is before everything has been found.
//!
//! Pieces and the answer must arrive in this order, so pieces do not go through the [`Outbox`](crate::outbox::Outbox), which another task
//! empties: they are put on the wire by whoever answers.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use serde::Serialize;
use serde_json::json;
use tower_lsp::ls_types::ProgressToken;

use crate::transport::Wire;

/// Nobody sees sooner what is sent more often.
const INTERVAL: Duration = Duration::from_millis(50);

/// Whether a piece of an answer is on its way. It cannot be taken back: the request must not be answered from the beginning again.
#[derive(Debug, Default)]
pub(crate) struct Begun(Cell<bool>);

impl Begun {
    pub(crate) fn get(&self) -> bool {
        self.0.get()
    }
}

/// An answer that is a list, while it is found.
#[derive(Debug)]
pub(crate) struct Pieces<'a, T> {
    wire: &'a Wire,
    token: Option<&'a ProgressToken>,
    waiting: Vec<T>,
    last: Instant,
    begun: &'a Begun,
}

impl<'a, T: Serialize> Pieces<'a, T> {
    /// Without a token all of it is the answer.
    pub(crate) fn new(wire: &'a Wire, begun: &'a Begun, token: Option<&'a ProgressToken>) -> Pieces<'a, T> {
        Pieces { wire, token, waiting: Vec::new(), last: Instant::now(), begun }
    }

    /// More of it was found.
    pub(crate) fn add(&mut self, found: impl IntoIterator<Item = T>) {
        self.waiting.extend(found);
        if self.last.elapsed() >= INTERVAL {
            self.send();
        }
    }

    fn send(&mut self) {
        let Some(token) = self.token.filter(|_| !self.waiting.is_empty()) else { return };
        self.wire.notify("$/progress", &json!({ "token": token, "value": self.waiting }));
        self.waiting.clear();
        self.last = Instant::now();
        self.begun.0.set(true);
    }

    /// The answer: all of it, or nothing if it was sent in pieces.
    pub(crate) fn finish(mut self) -> Vec<T> {
        if self.begun.get() {
            self.send();
        }
        self.waiting
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn sent(token: Option<&ProgressToken>, waits: bool) -> (Vec<Value>, Vec<u32>) {
        let (wire, _open, mut frames) = Wire::for_tests();
        let begun = Begun::default();
        let mut pieces = Pieces::new(&wire, &begun, token);
        pieces.add([1, 2]);
        if waits {
            pieces.last = Instant::now().checked_sub(INTERVAL).unwrap();
        }
        pieces.add([3]);
        pieces.add([4]);
        let answer = pieces.finish();
        assert_eq!(begun.get(), token.is_some() && waits);
        let body = |frame: Vec<u8>| {
            let text = String::from_utf8(frame).unwrap();
            serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
        };
        (std::iter::from_fn(|| frames.try_recv().ok()).map(body).collect(), answer)
    }

    #[test]
    fn all_at_once_or_in_pieces() {
        let token = ProgressToken::String("t".to_owned());
        assert_eq!(sent(None, true), (vec![], vec![1, 2, 3, 4]), "nobody asked for pieces");
        assert_eq!(sent(Some(&token), false), (vec![], vec![1, 2, 3, 4]), "it did not take long");
        let piece = |value: &[u32]| {
            let params = json!({ "token": "t", "value": value });
            json!({ "jsonrpc": "2.0", "method": "$/progress", "params": params })
        };
        assert_eq!(sent(Some(&token), true), (vec![piece(&[1, 2, 3]), piece(&[4])], vec![]));
    }
}
