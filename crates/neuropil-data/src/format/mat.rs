//! MATLAB's `.mat` files of version 5 to 7.
//!
//! Format: "MAT-File Format" by `MathWorks` (R2024a). Read are full and sparse real matrices of every numeric class, in
//! either byte order, compressed or not, and lists of texts. Structures, objects, complex numbers and arrays of more
//! dimensions are named and passed over. Version 7.3 is HDF5 and refused.

mod element;

use flate2::read::ZlibDecoder;

use self::element::{Cursor, Element, number};
use super::archive::limited;
use super::named::{Array, Named};
use super::number::Reader;
use super::{LARGEST, ParseError};
use crate::matrix::Matrix;

const HEADER: usize = 128;
const SAVE_AS_7: &str = "save it in MATLAB with the option -v7, or as .npz";

/// Types of elements.
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;

/// Classes of arrays.
const CELL: u8 = 1;
const CHARACTERS: u8 = 4;
const SPARSE: u8 = 5;
const DOUBLE: u8 = 6;
const UINT64: u8 = 15;

/// Bit of the array flags that marks complex numbers.
const COMPLEX: u32 = 0x800;

/// The most entries of a sparse matrix, zeros included: the file says nothing of the memory that the full one takes.
const SPARSE_ENTRIES: usize = 1 << 25;

/// Whether a file begins like one of MATLAB's, of a version that is read or not.
pub(super) fn recognise(content: &[u8]) -> bool {
    content.starts_with(b"MATLAB") || matches!(content.get(126..128), Some(b"IM" | b"MI")) || version_4(content)
}

/// Version 4 has no text at its beginning but five small numbers: a type below 5000, rows, columns, 0 or 1, and the
/// length of a name.
fn version_4(content: &[u8]) -> bool {
    let Some(start) = content.first_chunk::<20>() else {
        return false;
    };
    let numbers = |read: fn([u8; 4]) -> u32| {
        let mut numbers = [0; 5];
        for (number, bytes) in numbers.iter_mut().zip(start.chunks_exact(4)) {
            *number = bytes.try_into().map_or(u32::MAX, read);
        }
        matches!(numbers, [kind, _, _, 0 | 1, 1..256] if kind < 5000)
    };
    numbers(u32::from_le_bytes) || numbers(u32::from_be_bytes)
}

/// The variables of a file.
pub(super) fn parse(content: &[u8]) -> Result<Named, ParseError> {
    if version_4(content) {
        return Err(ParseError::unsupported("a .mat file of version 4", SAVE_AS_7));
    }
    let (header, body) = content
        .split_at_checked(HEADER)
        .ok_or_else(|| ParseError::truncated("the header of the .mat file", HEADER, content.len()))?;
    let big = match &header[126..] {
        b"IM" => false,
        b"MI" => true,
        _ => {
            return Err(ParseError::Malformed("found another mark of byte order, expected a .mat file".to_owned()));
        }
    };
    match if big { header[124] } else { header[125] } {
        1 => {}
        2 => return Err(ParseError::unsupported("a .mat file of version 7.3 (HDF5)", SAVE_AS_7)),
        version => {
            return Err(ParseError::Malformed(format!("found {version}, expected .mat version 1")));
        }
    }
    let mut named = Named::default();
    let mut budget = LARGEST;
    let mut cursor = Cursor::new(body, big);
    while let Some(element) = cursor.next("the .mat file")? {
        match element.kind {
            MATRIX => variable(element, &mut named)?,
            COMPRESSED => {
                let inflated = limited(ZlibDecoder::new(element.data), budget, "a compressed variable")?;
                budget -= inflated.len() as u64;
                let mut inner = Cursor::new(&inflated, big);
                if let Some(element) = inner.next("a compressed variable")?.filter(|element| element.kind == MATRIX) {
                    variable(element, &mut named)?;
                }
            }
            _ => {}
        }
    }
    Ok(named)
}

/// What every array begins with.
struct Head {
    class: u8,
    complex: bool,
    dimensions: Vec<usize>,
    name: String,
}

/// Reads the beginning of an array; `None` for those that begin otherwise (opaque objects).
fn head(cursor: &mut Cursor) -> Result<Option<Head>, ParseError> {
    let flags = cursor.require("the flags of a variable")?;
    let Some(flags) = flags.integers().next() else {
        return Ok(None);
    };
    let dimensions = cursor.require("the dimensions of a variable")?;
    let Ok(dimensions) = dimensions.integers().map(usize::try_from).collect::<Result<Vec<usize>, _>>() else {
        return Ok(None);
    };
    let name = cursor.require("the name of a variable")?;
    let name = String::from_utf8_lossy(name.data).into_owned();
    Ok(Some(Head { class: (flags & 0xff) as u8, complex: flags as u32 & COMPLEX != 0, dimensions, name }))
}

fn variable(element: Element, named: &mut Named) -> Result<(), ParseError> {
    let mut cursor = element.inside();
    let Some(head) = head(&mut cursor)? else { return Ok(()) };
    let what = format!("variable {:?}", head.name);
    let array = match (head.class, head.dimensions.as_slice()) {
        (DOUBLE..=UINT64, _) if head.complex => Array::Other("complex numbers"),
        (DOUBLE..=UINT64, &[rows, columns]) => Array::Numbers(full(&mut cursor, rows, columns, &what)?),
        (SPARSE, _) if head.complex => Array::Other("complex numbers"),
        (SPARSE, &[rows, columns]) => Array::Numbers(sparse(&mut cursor, rows, columns, &what)?),
        (CHARACTERS, &[rows, columns]) => Array::Text(characters(&mut cursor, rows, columns, &what)?),
        (CELL, dimensions) => cell(&mut cursor, dimensions, &what)?,
        (DOUBLE..=UINT64, _) => Array::Other("not two dimensions"),
        _ => Array::Other("not an array of numbers"),
    };
    named.push(head.name, array);
    Ok(())
}

/// The number of entries of a matrix, if memory may hold it.
fn entries(rows: usize, columns: usize, what: &str) -> Result<usize, ParseError> {
    let entries = rows.checked_mul(columns).filter(|entries| *entries as u64 <= LARGEST / size_of::<f64>() as u64);
    entries.ok_or_else(|| ParseError::too_large(what))
}

/// How the numbers of an element are read, and their width in bytes.
fn reader(data: Element, what: &str) -> Result<(Reader, usize), ParseError> {
    let number = number(data.kind)
        .ok_or_else(|| ParseError::Malformed(format!("{what}: found type {}, expected numbers", data.kind)))?;
    Ok((number.reader(data.big), number.width()))
}

/// A full matrix: the numbers column after column, in whatever type took least space.
fn full(cursor: &mut Cursor, rows: usize, columns: usize, what: &str) -> Result<Matrix, ParseError> {
    let entries = entries(rows, columns, what)?;
    if entries == 0 {
        return Ok(Matrix::default());
    }
    let data = cursor.require(what)?;
    let (read, width) = reader(data, what)?;
    if data.data.len() / width < entries {
        return Err(ParseError::truncated(what, entries * width, data.data.len()));
    }
    Ok(Matrix::from_fn(rows, columns, |i, j| {
        let start = (j * rows + i) * width;
        read(&data.data[start..start + width])
    }))
}

/// A sparse matrix: row indices, where each column starts among them, and the numbers.
fn sparse(cursor: &mut Cursor, rows: usize, columns: usize, what: &str) -> Result<Matrix, ParseError> {
    let entries = entries(rows, columns, what)?;
    if entries > SPARSE_ENTRIES {
        return Err(ParseError::too_large(what));
    }
    let indices: Vec<i64> = cursor.require(what)?.integers().collect();
    let starts: Vec<i64> = cursor.require(what)?.integers().collect();
    if entries == 0 {
        return Ok(Matrix::default());
    }
    let data = cursor.require(what)?;
    let (read, width) = reader(data, what)?;
    let damaged = || ParseError::Malformed(format!("{what}: the indices of the sparse matrix are damaged"));
    if starts.len() <= columns {
        return Err(damaged());
    }
    let mut matrix = Matrix::zeros(rows, columns);
    for (column, bounds) in starts.windows(2).take(columns).enumerate() {
        let bounds = usize::try_from(bounds[0]).ok().zip(usize::try_from(bounds[1]).ok());
        let (start, end) = bounds.filter(|(start, end)| start <= end).ok_or_else(damaged)?;
        let places = indices.get(start..end).ok_or_else(damaged)?;
        for (place, index) in places.iter().zip(start..) {
            let row = usize::try_from(*place).ok().filter(|row| *row < rows).ok_or_else(damaged)?;
            let number = index.checked_mul(width).and_then(|at| data.data.get(at..at.checked_add(width)?));
            matrix[(row, column)] = number.map(read).ok_or_else(damaged)?;
        }
    }
    Ok(matrix)
}

/// A matrix of characters: one text per row, filled up with blanks.
fn characters(cursor: &mut Cursor, rows: usize, columns: usize, what: &str) -> Result<Vec<String>, ParseError> {
    let entries = entries(rows, columns, what)?;
    if entries == 0 {
        return Ok(Vec::new());
    }
    let data = cursor.require(what)?;
    let letters: Vec<char> = data.characters();
    if letters.len() < entries {
        return Err(ParseError::truncated(what, entries, letters.len()));
    }
    let row = |i: usize| (0..columns).map(|j| letters[j * rows + i]).collect::<String>().trim().to_owned();
    Ok((0..rows).map(row).collect())
}

/// A cell array, read where every cell is a text of one row.
fn cell(cursor: &mut Cursor, dimensions: &[usize], what: &str) -> Result<Array, ParseError> {
    const OTHER: Array = Array::Other("a cell array of more than texts");
    let count = dimensions.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let mut texts = Vec::new();
    while let Some(element) = cursor.next(what)? {
        let mut inside = element.inside();
        let text = match head(&mut inside)? {
            Some(Head { class: CHARACTERS, dimensions, .. }) => match dimensions.as_slice() {
                &[0, _] | &[_, 0] => String::new(),
                &[1, columns] => characters(&mut inside, 1, columns, what)?.concat(),
                _ => return Ok(OTHER),
            },
            _ => return Ok(OTHER),
        };
        texts.push(text);
    }
    Ok(if count == Some(texts.len()) { Array::Text(texts) } else { OTHER })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn element(kind: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    }

    fn file(dimensions: [i32; 2], class: u8, body: &[u8]) -> Vec<u8> {
        let mut matrix = element(6, &[class, 0, 0, 0, 0, 0, 0, 0]);
        matrix.extend(element(5, &dimensions.map(i32::to_le_bytes).concat()));
        matrix.extend(element(1, b"sc"));
        matrix.extend(body);
        let mut bytes = vec![b' '; HEADER];
        bytes[124..].copy_from_slice(&[0, 1, b'I', b'M']);
        bytes.extend(element(MATRIX, &matrix));
        bytes
    }

    #[test]
    fn sizes_are_checked_before_memory_is_taken() {
        let message = |dimensions| parse(&file(dimensions, DOUBLE, &element(9, &[0; 8]))).unwrap_err().to_string();
        assert!(message([30_000, 30_000]).contains("found a larger size"));
        assert!(message([3000, 3000]).contains("found 8, expected 72000000 bytes"));
        let wrong = parse(&file([-1, 3], DOUBLE, &element(9, &[0; 8]))).unwrap();
        assert!(
            wrong.missing(std::path::Path::new("a.mat"), &["sc"]).to_string().contains(": found nothing, expected ")
        );
    }

    #[test]
    fn an_empty_axis_does_not_hide_a_huge_one() {
        let mut named = parse(&file([0, i32::MAX], DOUBLE, &[])).unwrap();
        assert_eq!(named.take_only_matrix(), Some(Matrix::default()));
    }

    #[test]
    fn damaged_sparse_indices_are_found() {
        let sparse = |rows: &[i32], starts: &[i32]| {
            let bytes = |numbers: &[i32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
            let body = [element(5, &bytes(rows)), element(5, &bytes(starts)), element(9, &1.5_f64.to_le_bytes())];
            parse(&file([2, 2], SPARSE, &body.concat())).map(|mut named| named.take_only_matrix().unwrap())
        };
        assert_eq!(sparse(&[1], &[0, 0, 1]).unwrap().values(), [0.0, 0.0, 0.0, 1.5]);
        for (rows, starts) in
            [([2], &[0, 0, 1][..]), ([-1], &[0, 0, 1]), ([1], &[0, 1]), ([1], &[0, 0, 2]), ([1], &[1, 0, 1])]
        {
            assert!(sparse(&rows, starts).is_err(), "{rows:?} {starts:?}");
        }
        assert!(sparse(&[1, 1], &[0, 0, 2]).is_err());
    }

    #[test]
    fn other_versions_are_refused_with_a_hint() {
        let mut newer = file([1, 1], DOUBLE, &element(9, &[0; 8]));
        newer[125] = 2;
        assert!(parse(&newer).unwrap_err().hint().unwrap().contains("-v7"));
        let mut older = vec![0; 20];
        older[4] = 2;
        older[8] = 2;
        older[16] = 3;
        assert!(recognise(&older));
        assert!(parse(&older).unwrap_err().hint().unwrap().contains("-v7"));
        assert!(!recognise(b"0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6"));
    }
}
