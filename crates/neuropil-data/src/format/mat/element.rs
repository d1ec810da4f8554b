//! The elements that a `.mat` file is made of: a type, a size and that many bytes.

use crate::format::ParseError;
use crate::format::number::Number;

/// Elements start on multiples of this many bytes.
const ALIGNMENT: usize = 8;
/// Small elements hold their data in the tag.
const SMALL: usize = 4;

/// Bytes being read as elements.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    /// The most significant byte of a number comes first.
    big: bool,
}

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) kind: u32,
    pub(super) data: &'a [u8],
    pub(super) big: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], big: bool) -> Self {
        Self { bytes, big }
    }

    /// The next element, or `None` at the end.
    pub(super) fn next(&mut self, what: &str) -> Result<Option<Element<'a>>, ParseError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let truncated = |expected| ParseError::truncated(what, expected, self.bytes.len());
        let (tag, rest) = self.bytes.split_first_chunk::<8>().ok_or_else(|| truncated(ALIGNMENT))?;
        let [a, b, c, d, e, f, g, h] = *tag;
        let word = |bytes| {
            if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        let first = word([a, b, c, d]);
        let big = self.big;
        let small = first >> 16;
        if small > 0 {
            let data = self.bytes.get(4..4 + (small as usize).min(SMALL)).ok_or_else(|| truncated(ALIGNMENT))?;
            if small as usize > SMALL {
                return Err(ParseError::Malformed(format!("{what}: found {small}, expected at most 4 bytes in a tag")));
            }
            self.bytes = rest;
            return Ok(Some(Element { kind: first & 0xffff, data, big }));
        }
        let size = word([e, f, g, h]) as usize;
        let data = rest.get(..size).ok_or_else(|| ParseError::truncated(what, size, rest.len()))?;
        // Compressed elements are not filled up.
        let taken = if first == super::COMPRESSED { size } else { size.next_multiple_of(ALIGNMENT) };
        self.bytes = rest.get(taken..).unwrap_or_default();
        Ok(Some(Element { kind: first, data, big }))
    }

    /// The next element, which must be there.
    pub(super) fn require(&mut self, what: &str) -> Result<Element<'a>, ParseError> {
        self.next(what)?.ok_or_else(|| ParseError::truncated(what, ALIGNMENT, 0))
    }
}

impl<'a> Element<'a> {
    /// The elements inside this one.
    pub(super) fn inside(self) -> Cursor<'a> {
        Cursor::new(self.data, self.big)
    }

    /// The data as whole numbers; none when they are of another type.
    pub(super) fn integers(self) -> impl Iterator<Item = i64> {
        let width = match self.kind {
            5 | 6 => 4,
            // A word is never that long: no chunk is exact.
            _ => usize::MAX,
        };
        let (signed, big) = (self.kind == 5, self.big);
        self.data.chunks_exact(width).filter_map(move |word| {
            let word: [u8; 4] = word.try_into().ok()?;
            let word = if big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) };
            Some(if signed { i64::from(word.cast_signed()) } else { i64::from(word) })
        })
    }

    /// The data as characters: UTF-8, UTF-16, UTF-32 or one number per character.
    pub(super) fn characters(self) -> Vec<char> {
        let decode = |word: u32| char::from_u32(word).unwrap_or(char::REPLACEMENT_CHARACTER);
        match self.kind {
            1 | 2 | 16 => String::from_utf8_lossy(self.data).chars().collect(),
            4 | 17 => {
                let pairs = self.data.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
                let words =
                    pairs.map(|pair| if self.big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
                char::decode_utf16(words).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
            18 => {
                let words = self.data.chunks_exact(4).map(|word| [word[0], word[1], word[2], word[3]]);
                words
                    .map(|word| decode(if self.big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The numbers that a type of elements stands for; `None` for types that are no numbers.
pub(super) fn number(kind: u32) -> Option<Number> {
    Some(match kind {
        1 => Number::Int8,
        2 => Number::UInt8,
        3 => Number::Int16,
        4 => Number::UInt16,
        5 => Number::Int32,
        6 => Number::UInt32,
        7 => Number::Float32,
        9 => Number::Float64,
        12 => Number::Int64,
        13 => Number::UInt64,
        _ => return None,
    })
}
