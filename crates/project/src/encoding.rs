//! Bytes to text and back.

use std::{borrow::Cow, fmt};

use encoding_rs::WINDOWS_1252;
use sfmc_syntax::TextSize;

/// How the bytes of a file stand for its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 after a byte order mark, which is no part of the text.
    Utf8Bom,
    /// UTF-16, the low byte first, after a byte order mark.
    Utf16Le,
    /// UTF-16, the high byte first, after a byte order mark.
    Utf16Be,
    /// Windows-1252: what is not UTF-8 and no other encoding either. Every sequence of bytes is valid in it.
    Cp1252,
}

impl Encoding {
    /// Its name for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Bom => "UTF-8 with a byte order mark",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
            Encoding::Cp1252 => "Windows-1252",
        }
    }

    /// The bytes for `text`, with the byte order mark if there is one.
    ///
    /// # Errors
    /// When the encoding has no bytes for a character.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, Unencodable> {
        let utf16 = |to_bytes: fn(u16) -> [u8; 2]| {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(to_bytes).collect::<Vec<u8>>()
        };
        match self {
            Encoding::Utf8 => Ok(text.as_bytes().into()),
            Encoding::Utf8Bom => Ok([UTF8_BOM, text.as_bytes()].concat().into()),
            Encoding::Utf16Le => Ok(utf16(u16::to_le_bytes).into()),
            Encoding::Utf16Be => Ok(utf16(u16::to_be_bytes).into()),
            Encoding::Cp1252 => match WINDOWS_1252.encode(text) {
                (bytes, _, false) => Ok(bytes),
                (_, _, true) => Err(Unencodable::first_in(text)),
            },
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A character that Windows-1252 does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unencodable {
    /// Where it stands in the text.
    pub at: TextSize,
    /// The character.
    pub character: char,
}

impl Unencodable {
    fn first_in(text: &str) -> Unencodable {
        let lacks = |c: char| WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2;
        let found = text.char_indices().find(|&(_, c)| lacks(c));
        let (at, character) = found.unwrap_or((text.len(), char::REPLACEMENT_CHARACTER));
        Unencodable { at: size(at), character }
    }
}

/// The text of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text.
    pub(crate) text: String,
    /// How the bytes stood for it.
    pub(crate) encoding: Encoding,
    /// The first place where the bytes are not what they should be: not UTF-8 ([`Encoding::Cp1252`]), or half a character
    /// of UTF-16.
    pub(crate) first_invalid: Option<TextSize>,
}

/// Bytes that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// They look like UTF-16, but do not say so.
    UnmarkedUtf16,
    /// UTF-32.
    Utf32,
    /// An image, an archive or the like.
    Other,
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Binary::UnmarkedUtf16 => "this is no text, but seems to be UTF-16 without a byte order mark",
            Binary::Utf32 => "this is UTF-32, which is not supported",
            Binary::Other => "this is binary, not text",
        })
    }
}

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// How far a file is searched for the NUL bytes that give away a binary one.
const PROBE: usize = 8 * 1024;

/// Makes text of bytes.
///
/// # Errors
/// When the bytes are no text.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Decoded, Binary> {
    let utf16 = |units: &[u8], to_unit: fn([u8; 2]) -> u16, encoding| {
        let (text, first_invalid) = decode_utf16(units, to_unit);
        Decoded { text, encoding, first_invalid }
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(Binary::Utf32),
        [0xFF, 0xFE, units @ ..] => return Ok(utf16(units, u16::from_le_bytes, Encoding::Utf16Le)),
        [0xFE, 0xFF, units @ ..] => return Ok(utf16(units, u16::from_be_bytes, Encoding::Utf16Be)),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(PROBE)];
    if memchr::memchr(0, head).is_some() {
        return Err(if looks_like_utf16(head) { Binary::UnmarkedUtf16 } else { Binary::Other });
    }
    let (bytes, at) = match String::from_utf8(bytes) {
        Ok(mut text) => {
            let has_bom = text.as_bytes().starts_with(UTF8_BOM);
            if has_bom {
                text.drain(..UTF8_BOM.len());
            }
            let encoding = if has_bom { Encoding::Utf8Bom } else { Encoding::Utf8 };
            return Ok(Decoded { text, encoding, first_invalid: None });
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            (error.into_bytes(), at)
        }
    };
    let cp1252 = |bytes| WINDOWS_1252.decode_without_bom_handling(bytes).0;
    let first_invalid = size(cp1252(&bytes[..at]).len());
    let text = cp1252(&bytes).into_owned();
    Ok(Decoded { text, encoding: Encoding::Cp1252, first_invalid: Some(first_invalid) })
}

fn decode_utf16(bytes: &[u8], to_unit: fn([u8; 2]) -> u16) -> (String, Option<TextSize>) {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut first_invalid = None;
    for decoded in char::decode_utf16(units.iter().map(|&unit| to_unit(unit))) {
        let c = decoded.unwrap_or_else(|_| {
            first_invalid.get_or_insert(size(text.len()));
            char::REPLACEMENT_CHARACTER
        });
        text.push(c);
    }
    if !rest.is_empty() {
        first_invalid.get_or_insert(size(text.len()));
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (text, first_invalid)
}

/// In code, which is mostly ASCII, every other byte of UTF-16 is NUL, and the bytes between are not.
fn looks_like_utf16(head: &[u8]) -> bool {
    let (pairs, _) = head.as_chunks::<2>();
    let count = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (count(0), count(1));
    pairs.len() >= 2 && first.min(second) == 0 && first.max(second) * 10 >= pairs.len() * 7
}

fn size(n: usize) -> TextSize {
    TextSize::new(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Decoded {
        decode(bytes.to_vec()).unwrap()
    }

    #[track_caller]
    fn check_round_trip(bytes: &[u8], text: &str, encoding: Encoding) {
        let decoded = decoded(bytes);
        assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
        assert_eq!(decoded.first_invalid, None);
        assert_eq!(encoding.encode(text).unwrap(), bytes);
    }

    #[test]
    fn encodings_that_say_what_they_are() {
        check_round_trip(b"", "", Encoding::Utf8);
        check_round_trip("Grüße 😀".as_bytes(), "Grüße 😀", Encoding::Utf8);
        check_round_trip(b"\xEF\xBB\xBF%%[", "%%[", Encoding::Utf8Bom);
        check_round_trip(b"\xFF\xFEa\0\x3D\xD8\x00\xDE", "a😀", Encoding::Utf16Le);
        check_round_trip(b"\xFE\xFF\0a\xD8\x3D\xDE\x00", "a😀", Encoding::Utf16Be);
        check_round_trip(b"\xFF\xFE", "", Encoding::Utf16Le);
    }

    #[test]
    fn every_byte_survives_windows_1252() {
        let bytes: Vec<u8> = (1..=255).collect();
        let decoded = decoded(&bytes);
        assert_eq!(decoded.encoding, Encoding::Cp1252);
        assert_eq!(decoded.first_invalid, Some(TextSize::new(0x7F)));
        assert_eq!(Encoding::Cp1252.encode(&decoded.text).unwrap(), bytes);
    }

    #[test]
    fn the_first_bad_byte_is_counted_in_the_decoded_text() {
        let decoded = decoded("é".as_bytes().iter().chain(b"\xFC!").copied().collect::<Vec<_>>().as_slice());
        assert_eq!(decoded.text, "Ã©ü!");
        assert_eq!(decoded.first_invalid, Some(TextSize::of("Ã©")));
    }

    #[test]
    fn windows_1252_does_not_have_everything() {
        let error = Encoding::Cp1252.encode("€😀").unwrap_err();
        assert_eq!(error, Unencodable { at: TextSize::of("€"), character: '😀' });
        assert_eq!(Encoding::Cp1252.encode("€").unwrap().as_ref(), b"\x80");
    }

    #[test]
    fn damaged_utf16() {
        for bytes in [b"\xFF\xFEa\0\x3D\xD8b\0".as_slice(), b"\xFF\xFEa\0b"] {
            let decoded = decoded(bytes);
            assert!(decoded.text.starts_with("a\u{FFFD}"), "{decoded:?}");
            assert_eq!(decoded.first_invalid, Some(TextSize::of("a")));
        }
    }

    #[test]
    fn what_is_no_text() {
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()), Err(Binary::Other));
        assert_eq!(decode(b"%\0%\0[\0".to_vec()), Err(Binary::UnmarkedUtf16));
        assert_eq!(decode(b"\0%\0%\0[".to_vec()), Err(Binary::UnmarkedUtf16));
        assert_eq!(decode(b"\xFF\xFE\0\0%\0\0\0".to_vec()), Err(Binary::Utf32));
        assert_eq!(decode(b"\0".to_vec()), Err(Binary::Other));
        let mut late = vec![b' '; PROBE];
        late.push(0);
        assert_eq!(decoded(&late).encoding, Encoding::Utf8);
    }
}
