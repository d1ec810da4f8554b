//! Arrays of `NumPy`: `.npy` files and `.npz` archives of them.
//!
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>, versions 1 to 3. Read are real
//! numbers, booleans and text of fixed width in up to two dimensions.

use super::archive::{Archive, has_ending};
use super::named::{Array, Named};
use super::number::{Number, Reader};
use super::{LARGEST, ParseError};
use crate::matrix::Matrix;

/// The first bytes of every `.npy` file.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// An array in memory.
pub(super) fn parse(content: &[u8]) -> Result<Array, ParseError> {
    let (header, data) = split(content)?;
    let header = Header::parse(header)?;
    let values = header.shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let needed = values.and_then(|values| values.checked_mul(header.kind.width()));
    let (Some(values), Some(needed)) = (values, needed) else {
        return Err(ParseError::too_large("the array"));
    };
    if needed > data.len() {
        return Err(ParseError::truncated("the array", needed, data.len()));
    }
    // An empty axis may hide a huge one.
    if values == 0 {
        return Ok(Array::Numbers(Matrix::default()));
    }
    if values as u64 > LARGEST / 8 {
        return Err(ParseError::too_large("the array"));
    }
    let (rows, columns) = match header.shape.as_slice() {
        [] => (1, 1),
        [columns] => (1, *columns),
        [rows, columns] => (*rows, *columns),
        _ => return Ok(Array::Other("more than two dimensions")),
    };
    let index = |i: usize, j: usize| if header.fortran { j * rows + i } else { i * columns + j };
    let width = header.kind.width();
    let item = |index: usize| &data[index * width..(index + 1) * width];
    Ok(match header.kind {
        Kind::Number(read, _) => Array::Numbers(Matrix::from_fn(rows, columns, |i, j| read(item(index(i, j))))),
        Kind::Text { wide, big, .. } => Array::Text((0..values).map(|index| text(item(index), wide, big)).collect()),
    })
}

/// All arrays of an `.npz` archive.
pub(super) fn archive(mut archive: Archive) -> Result<Named, ParseError> {
    let names: Vec<String> = archive.names().filter(|name| has_ending(name, "npy")).map(str::to_owned).collect();
    let mut named = Named::default();
    for file in names {
        let array = match parse(&archive.read(&file)?) {
            Err(ParseError::Unsupported { .. }) => Array::Other("not plain numbers or text"),
            other => other.map_err(|error| match error {
                ParseError::Malformed(what) => ParseError::Malformed(format!("{file}: {what}")),
                error => error,
            })?,
        };
        named.push(file[..file.len() - ".npy".len()].to_owned(), array);
    }
    Ok(named)
}

/// The content of a `.npy` file with a matrix of doubles.
pub(super) fn numbers(matrix: &Matrix) -> Vec<u8> {
    let mut content = header("<f8", &format!("({}, {})", matrix.rows(), matrix.columns()));
    content.extend(matrix.values().iter().flat_map(|value| value.to_le_bytes()));
    content
}

/// The content of a `.npy` file with a list of texts.
pub(super) fn texts(texts: &[String]) -> Vec<u8> {
    let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
    let mut content = header(&format!("<U{width}"), &format!("({},)", texts.len()));
    for text in texts {
        let padded = text.chars().map(u32::from).chain(std::iter::repeat(0)).take(width);
        content.extend(padded.flat_map(u32::to_le_bytes));
    }
    content
}

fn header(descr: &str, shape: &str) -> Vec<u8> {
    const ALIGNMENT: usize = 64;
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let start = MAGIC.len() + 4;
    let padding = (start + text.len() + 1).next_multiple_of(ALIGNMENT) - (start + text.len() + 1);
    text.push_str(&" ".repeat(padding));
    text.push('\n');
    let mut content = MAGIC.to_vec();
    content.extend([1, 0]);
    // The texts written here stay far below 65 535 bytes.
    content.extend((text.len() as u16).to_le_bytes());
    content.extend(text.as_bytes());
    content
}

/// The header and the data of a file.
fn split(content: &[u8]) -> Result<(&str, &[u8]), ParseError> {
    let truncated = |expected| ParseError::truncated("the header of the array", expected, content.len());
    let rest = content
        .strip_prefix(MAGIC)
        .ok_or_else(|| ParseError::Malformed("found another file, expected an array of NumPy".to_owned()))?;
    let (version, rest) = rest.split_first_chunk::<2>().ok_or_else(|| truncated(MAGIC.len() + 2))?;
    let (length, rest) = match version[0] {
        1 => rest.split_first_chunk::<2>().map(|(length, rest)| (usize::from(u16::from_le_bytes(*length)), rest)),
        2 | 3 => rest.split_first_chunk::<4>().map(|(length, rest)| (u32::from_le_bytes(*length) as usize, rest)),
        version => {
            return Err(ParseError::Malformed(format!("found {version}, expected version 1, 2 or 3 of .npy")));
        }
    }
    .ok_or_else(|| truncated(MAGIC.len() + 6))?;
    let (header, data) = rest.split_at_checked(length).ok_or_else(|| truncated(MAGIC.len() + 6 + length))?;
    let header = std::str::from_utf8(header)
        .map_err(|_| ParseError::Malformed("found other bytes, expected text in the header of the array".to_owned()))?;
    Ok((header, data))
}

/// How one item is stored.
enum Kind {
    Number(Reader, usize),
    Text { width: usize, wide: bool, big: bool },
}

impl Kind {
    fn width(&self) -> usize {
        match self {
            Self::Number(_, width) | Self::Text { width, .. } => *width,
        }
    }
}

struct Header {
    kind: Kind,
    fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    /// Reads the header, a Python dictionary with the keys `descr`, `fortran_order` and `shape`.
    fn parse(text: &str) -> Result<Self, ParseError> {
        let malformed = |what: &str| ParseError::Malformed(format!("the header of the array: expected {what}"));
        let value = |key: &str| {
            let quoted = [format!("'{key}'"), format!("\"{key}\"")];
            let after = quoted.iter().find_map(|quoted| text.split_once(quoted.as_str())).map(|(_, after)| after);
            let value = after.and_then(|after| after.trim_start().strip_prefix(':')).map(str::trim_start);
            value.ok_or_else(|| malformed(&format!("the key {key:?}")))
        };
        let descr = value("descr")?;
        let quote = descr.chars().next().filter(|quote| matches!(quote, '\'' | '"')).ok_or_else(|| {
            ParseError::unsupported("an array of records", "save each field as an array of numbers of its own")
        })?;
        let (descr, _) = descr[1..].split_once(quote).ok_or_else(|| malformed("a type in quotes"))?;
        let order = value("fortran_order")?;
        let fortran = order.starts_with("True");
        if !fortran && !order.starts_with("False") {
            return Err(malformed("True or False for \"fortran_order\""));
        }
        let shape = value("shape")?.strip_prefix('(').and_then(|shape| shape.split_once(')')).map(|(shape, _)| shape);
        let shape = shape.ok_or_else(|| malformed("a shape in parentheses"))?;
        let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
        let shape: Result<Vec<usize>, _> = lengths.map(|length| length.trim_end_matches('L').parse()).collect();
        Ok(Self { kind: kind(descr)?, fortran, shape: shape.map_err(|_| malformed("whole numbers in the shape"))? })
    }
}

/// The type that a string such as `<f8` stands for.
fn kind(descr: &str) -> Result<Kind, ParseError> {
    let unsupported = || {
        let hint = "save numbers as float64 and labels as text of fixed width (`numpy.array(labels, dtype=str)`)";
        ParseError::unsupported(format!("an array of type {descr:?}"), hint)
    };
    let big = descr.starts_with('>');
    let number = |number: Number| Kind::Number(number.reader(big), number.width());
    let bare = descr.trim_start_matches(['<', '>', '|', '=']);
    Ok(match bare {
        "f8" => number(Number::Float64),
        "f4" => number(Number::Float32),
        "i8" => number(Number::Int64),
        "i4" => number(Number::Int32),
        "i2" => number(Number::Int16),
        "i1" => number(Number::Int8),
        "u8" => number(Number::UInt64),
        "u4" => number(Number::UInt32),
        "u2" => number(Number::UInt16),
        "u1" => number(Number::UInt8),
        "b1" => Kind::Number(|item| f64::from(u8::from(item != [0])), 1),
        text => {
            let wide = text.starts_with('U');
            let count: usize =
                text.strip_prefix(['U', 'S']).and_then(|count| count.parse().ok()).ok_or_else(unsupported)?;
            let width =
                count.checked_mul(if wide { 4 } else { 1 }).filter(|width| *width > 0).ok_or_else(unsupported)?;
            Kind::Text { width, wide, big }
        }
    })
}

/// A text of fixed width, without the zeros that fill it.
fn text(item: &[u8], wide: bool, big: bool) -> String {
    let text: String = if wide {
        let letters = item.chunks_exact(4).filter_map(|letter| letter.try_into().ok());
        let letters = letters.map(|letter| if big { u32::from_be_bytes(letter) } else { u32::from_le_bytes(letter) });
        letters.map(|letter| char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        String::from_utf8_lossy(item).into_owned()
    };
    text.trim_end_matches('\0').to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn array(descr: &str, order: &str, shape: &str, data: &[u8]) -> Result<Array, ParseError> {
        let text = format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let mut content = MAGIC.to_vec();
        content.extend([1, 0]);
        content.extend((text.len() as u16).to_le_bytes());
        content.extend(text.as_bytes());
        content.extend(data);
        parse(&content)
    }

    fn rows(rows: &[[f64; 2]]) -> Array {
        Array::Numbers(Matrix::from_rows(rows).unwrap())
    }

    #[test]
    fn what_is_written_is_read() {
        let matrix = Matrix::from_fn(2, 3, |i, j| 0.1 * (i + 3 * j) as f64);
        assert_eq!(parse(&numbers(&matrix)).unwrap(), Array::Numbers(matrix));
        let labels = ["Äquator".to_owned(), String::new(), "b".to_owned()];
        assert_eq!(parse(&texts(&labels)).unwrap(), Array::Text(labels.to_vec()));
        assert_eq!(numbers(&Matrix::zeros(1, 1)).len() % 64, 8);
    }

    #[test]
    fn byte_orders_and_axis_orders_are_respected() {
        assert_eq!(array("'|u1'", "False", "(2, 2)", &[1, 2, 3, 4]).unwrap(), rows(&[[1.0, 2.0], [3.0, 4.0]]));
        assert_eq!(array("'|u1'", "True", "(2, 2)", &[1, 2, 3, 4]).unwrap(), rows(&[[1.0, 3.0], [2.0, 4.0]]));
        assert_eq!(array("'>i2'", "False", "(2,)", &[0, 1, 255, 255]).unwrap(), rows(&[[1.0, -1.0]]));
        assert_eq!(array("'<i2'", "False", "(2,)", &[0, 1, 255, 255]).unwrap(), rows(&[[256.0, -1.0]]));
        assert_eq!(array("'|b1'", "False", "(2,)", &[0, 1]).unwrap(), rows(&[[0.0, 1.0]]));
    }

    #[test]
    fn sizes_are_checked_before_memory_is_taken() {
        let message = |shape: &str, descr: &str| array(descr, "False", shape, &[0; 8]).unwrap_err().to_string();
        assert!(message("(1000000000, 1000000000)", "'<f8'").contains("truncated"));
        assert!(message("(18446744073709551615, 2)", "'<f8'").contains("found a larger size"));
        assert!(message("(18446744073709551616, 2)", "'<f8'").contains("whole numbers"));
        assert!(message("(1000000000,)", "'<U0'").contains("cannot be read"));
        assert!(message("(1,)", "'<U18446744073709551615'").contains("cannot be read"));
    }

    #[test]
    fn objects_and_records_are_refused_with_a_hint() {
        for descr in ["'|O'", "[('a', '<f8')]", "'<c16'", "'<f2'"] {
            assert!(array(descr, "False", "(1,)", &[0; 16]).unwrap_err().hint().is_some(), "{descr}");
        }
        assert_eq!(array("'|u1'", "False", "(1, 2, 1)", &[0; 2]).unwrap(), Array::Other("more than two dimensions"));
        assert_eq!(array("'<f8'", "False", "(0, 1000000000000)", &[]).unwrap(), Array::Numbers(Matrix::default()));
    }
}
