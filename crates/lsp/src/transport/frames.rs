//! The framing of the protocol: headers, an empty line, a body.

/// No message is longer. A header that promises more is damaged; believing it would swallow everything after it.
const MAX_BODY: usize = 1 << 30;

/// No header line is longer; what is longer is no header.
const MAX_LINE: usize = 8 * 1024;

const CONTENT_LENGTH: &[u8] = b"content-length:";

/// What stands in the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The body of a message.
    Body(Vec<u8>),
    /// Something that is no message: said once for all of it up to the next message.
    Garbage,
}

/// Takes a stream apart, whatever is in it.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    buffer: Vec<u8>,
    /// Everything before is done.
    at: usize,
    /// The length that the headers so far name.
    length: Option<usize>,
    /// The headers are complete, and a body of this length follows.
    body: Option<usize>,
    /// Garbage came since the last body.
    garbage: bool,
}

impl Decoder {
    /// Adds what was read.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame; `None` when more has to be read first.
    pub(super) fn next(&mut self) -> Option<Frame> {
        loop {
            let rest = &self.buffer[self.at..];
            if let Some(length) = self.body {
                let body = rest.get(..length)?.to_vec();
                self.at += length;
                self.body = None;
                self.garbage = false;
                return Some(Frame::Body(body));
            }
            let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
                if rest.len() <= MAX_LINE {
                    return None;
                }
                // The beginning of a header may be the last that was read.
                self.at = self.buffer.len() - CONTENT_LENGTH.len();
                match self.spoiled() {
                    true => return Some(Frame::Garbage),
                    false => continue,
                }
            };
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
            let header = Header::parse(line);
            self.at += end + 1;
            match header {
                Header::End => self.body = self.length.take(),
                Header::Length { length, spoiled } => {
                    self.length = length;
                    if (spoiled || length.is_none()) && self.spoiled() {
                        return Some(Frame::Garbage);
                    }
                }
                Header::Other => {}
                Header::Garbage => {
                    if self.spoiled() {
                        return Some(Frame::Garbage);
                    }
                }
            }
        }
    }

    /// Notes garbage; `true` for the first since the last body.
    fn spoiled(&mut self) -> bool {
        !std::mem::replace(&mut self.garbage, true)
    }

    /// Goes back into `body`, which [`Decoder::next`] just returned, when a header stands in it: its length was wrong, and it has swallowed
    /// the message after it. (No line end can stand in a string of JSON, so this is no mere text.)
    pub(super) fn rewind_to_header(&mut self, body: &[u8]) {
        let header = (0..body.len()).find(|&at| {
            let rest = &body[at..];
            let line = || rest.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
            starts_with_content_length(rest) && matches!(Header::parse(line()), Header::Length { length: Some(_), .. })
        });
        if let Some(at) = header {
            self.at -= body.len() - at;
        }
    }
}

fn starts_with_content_length(line: &[u8]) -> bool {
    line.get(..CONTENT_LENGTH.len()).is_some_and(|name| name.eq_ignore_ascii_case(CONTENT_LENGTH))
}

/// A line before a body.
#[derive(Debug, PartialEq, Eq)]
enum Header {
    /// The empty line.
    End,
    /// `Content-Length`; without a length that can be believed, or with something before it on its line.
    Length {
        length: Option<usize>,
        spoiled: bool,
    },
    /// `Content-Type`, and whatever else a client may send.
    Other,
    Garbage,
}

impl Header {
    fn parse(line: &[u8]) -> Header {
        if line.is_empty() {
            return Header::End;
        }
        if let Some(at) = (0..line.len()).find(|&at| starts_with_content_length(&line[at..])) {
            let digits = line[at + CONTENT_LENGTH.len()..].trim_ascii();
            let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
            return Header::Length { length: length.filter(|&length| length <= MAX_BODY), spoiled: at > 0 };
        }
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        if is_name && name.len() < line.len() { Header::Other } else { Header::Garbage }
    }
}

/// A body with its header.
pub(super) fn encode(body: &[u8]) -> Vec<u8> {
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(body);
    frame
}

/// How many of the whole frames in `bytes` have a body that `counts`.
pub(super) fn count(mut bytes: &[u8], counts: impl Fn(&[u8]) -> bool) -> i64 {
    let mut found = 0;
    while let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        let Header::Length { length: Some(length), .. } = Header::parse(&bytes[..end]) else { break };
        let Some(body) = bytes.get(end + 4..end + 4 + length) else { break };
        found += i64::from(counts(body));
        bytes = &bytes[end + 4 + length..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(stream: &[u8], step: usize) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut found = Vec::new();
        for bytes in stream.chunks(step) {
            decoder.feed(bytes);
            while let Some(frame) = decoder.next() {
                found.push(match frame {
                    Frame::Body(body) => String::from_utf8(body).unwrap(),
                    Frame::Garbage => "garbage".to_owned(),
                });
            }
        }
        found
    }

    #[track_caller]
    fn check(stream: &[u8], expected: &[&str]) {
        for step in [1, 7, usize::MAX] {
            assert_eq!(decode(stream, step), expected, "{step} bytes at a time");
        }
    }

    #[test]
    fn messages_in_a_row() {
        check(
            b"Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x; charset=utf-8\r\n\r\n[1]",
            &["{}", "[1]"],
        );
        check(b"Content-Length: 0\r\n\r\nContent-Length: 2\n\n{}", &["", "{}"]);
    }

    #[test]
    fn garbage_between_messages() {
        check(b"foobarContent-Length: 2\r\n\r\n{}", &["garbage", "{}"]);
        check(b"GET / HTTP/1.1\nHost: x\n\nmore\n\xff\xfe\nContent-Length: 2\r\n\r\n{}", &["garbage", "{}"]);
        check(b"{\"jsonrpc\":\"2.0\"}\n", &["garbage"]);
        check(b"Content-Length: two\r\n\r\nContent-Length: 2\r\n\r\n{}", &["garbage", "{}"]);
        check(b"Content-Length: 99999999999\r\n\r\nContent-Length: 2\r\n\r\n{}", &["garbage", "{}"]);
    }

    #[test]
    fn garbage_without_end() {
        let mut stream = vec![b'x'; 5 * MAX_LINE];
        stream.extend_from_slice(b"Content-Length: 2\r\n\r\n{}");
        check(&stream, &["garbage", "{}"]);
    }

    #[test]
    fn a_length_that_is_too_long_swallows_nothing() {
        let mut decoder = Decoder::default();
        decoder.feed(b"Content-Length: 7\r\n\r\n{}Content-Length: 3\r\n\r\n[1]");
        let Some(Frame::Body(body)) = decoder.next() else { panic!() };
        assert_eq!(body, b"{}Conte");
        decoder.rewind_to_header(&body);
        // The header is cut, so its message is lost, but nothing waits for more.
        decoder.feed(b"Content-Length: 2\r\n\r\n{}");
        assert_eq!(decoder.next(), Some(Frame::Garbage));
        assert_eq!(decoder.next(), Some(Frame::Body(b"{}".to_vec())));

        let mut decoder = Decoder::default();
        decoder.feed(b"Content-Length: 25\r\n\r\n{}Content-Length: 3\r\n\r\n[1]");
        let Some(Frame::Body(body)) = decoder.next() else { panic!() };
        decoder.rewind_to_header(&body);
        assert_eq!(decoder.next(), Some(Frame::Body(b"[1]".to_vec())));
    }

    #[test]
    fn counts_whole_frames() {
        let bytes = [encode(b"{\"a\"}"), encode(b"x"), encode(b"{}")].concat();
        assert_eq!(count(&bytes, |body| body.starts_with(b"{")), 2);
        assert_eq!(count(b"", |_| true), 0);
    }
}
