//! Tables of numbers in text: separated by commas, semicolons, tabs or blanks, with or without labels.

use super::ParseError;
use crate::matrix::Matrix;

/// A matrix and the labels beside or above it.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) values: Matrix,
    pub(super) labels: Option<Vec<String>>,
}

/// A row of the text: its line number, from 1, and its cells.
struct Row {
    line: u64,
    cells: Vec<String>,
}

/// A table of numbers. Lines that are empty or start with `#` or `%` are skipped. A first row with a cell that is no
/// number holds the labels of the columns; a first column without numbers holds those of the rows.
pub(super) fn parse(content: &[u8]) -> Result<Table, ParseError> {
    let mut rows = rows(text(content)?)?;
    let is_number = |cell: &String| cell.parse::<f64>().is_ok();
    let header = match rows.first() {
        Some(first) if !first.cells.iter().all(is_number) && rows.len() > 1 => {
            // A first row like any other, with a label in its first cell, is no header.
            let labelled = |row: &Row| row.cells.len() > 1 && !row.cells.first().is_some_and(is_number);
            let data = labelled(first) && first.cells.iter().skip(1).all(is_number) && rows.iter().all(labelled);
            if data { None } else { Some(rows.remove(0).cells) }
        }
        _ => None,
    };
    let row_labels = rows.iter().all(|row| row.cells.first().is_some_and(|cell| !is_number(cell)));
    let mut labels = Vec::new();
    let mut values = Vec::new();
    for row in &mut rows {
        if row_labels && row.cells.len() > 1 {
            labels.push(row.cells.remove(0));
        }
        let offset = usize::from(row_labels) + 1;
        let numbers = row.cells.iter().enumerate().map(|(column, cell)| {
            cell.parse::<f64>().map_err(|_| {
                let (line, column) = (row.line, column + offset);
                ParseError::Malformed(format!(
                    "line {line}, column {column}: found {:?}, expected a number",
                    short(cell)
                ))
            })
        });
        values.push((row.line, numbers.collect::<Result<Vec<f64>, _>>()?));
    }
    let columns = values.first().map_or(0, |(_, row)| row.len());
    if let Some((line, row)) = values.iter().find(|(_, row)| row.len() != columns) {
        return Err(ParseError::Malformed(format!("line {line}: found {}, expected {columns} numbers", row.len())));
    }
    let count = values.len();
    let matrix = Matrix::new(count, columns, values.into_iter().flat_map(|(_, row)| row).collect())
        .map_err(|error| ParseError::Malformed(error.to_string()))?;
    let labels = match header {
        _ if !labels.is_empty() => Some(labels),
        Some(mut header) => {
            // The corner above a column of labels names nothing.
            if header.len() == columns + 1 {
                header.remove(0);
            }
            (header.len() == columns).then_some(header)
        }
        None => None,
    };
    Ok(Table { values: matrix, labels })
}

/// A list of texts, one per line. Empty lines at the end do not count.
pub(super) fn lines(content: &[u8]) -> Result<Vec<String>, ParseError> {
    Ok(text(content)?.trim_end().lines().map(|line| line.trim().to_owned()).collect())
}

/// Labels and centres: a label, x, y and z per line.
pub(super) fn points(content: &[u8]) -> Result<(Vec<String>, Vec<[f64; 3]>), ParseError> {
    let (mut labels, mut centres) = (Vec::new(), Vec::new());
    for (index, line) in text(content)?.lines().enumerate() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let point = cells.last_chunk::<3>().and_then(|point| {
            let [x, y, z] = point.map(|cell| cell.parse::<f64>().ok());
            Some([x?, y?, z?])
        });
        match point {
            Some(point) => {
                labels.push(cells[..cells.len() - 3].join(" "));
                centres.push(point);
            }
            None if cells.first().is_none_or(|cell| cell.starts_with(['#', '%'])) => {}
            None => {
                let line = short(line);
                return Err(ParseError::Malformed(format!(
                    "line {}: found {line:?}, expected a label, x, y and z",
                    index + 1
                )));
            }
        }
    }
    Ok((labels, centres))
}

fn text(content: &[u8]) -> Result<&str, ParseError> {
    if content.starts_with(b"\x89HDF") {
        return Err(ParseError::unsupported(
            "an HDF5 file",
            "save the arrays as .npz, or in MATLAB with the option -v7",
        ));
    }
    if content.starts_with(b"\x1f\x8b") {
        return Err(ParseError::unsupported("a gzip file", "unpack it first"));
    }
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    match std::str::from_utf8(content) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(ParseError::Malformed("found other bytes, expected text or a known file format".to_owned())),
    }
}

fn rows(text: &str) -> Result<Vec<Row>, ParseError> {
    let content = |line: &&str| !(line.trim().is_empty() || line.starts_with(['#', '%']));
    let Some(first) = text.lines().find(content) else {
        return Ok(Vec::new());
    };
    let Some(separator) = ['\t', ';', ','].into_iter().find(|separator| first.contains(*separator)) else {
        let lines = text.lines().zip(1..).filter(|(line, _)| content(line));
        return Ok(lines
            .map(|(line, number)| Row { line: number, cells: line.split_whitespace().map(str::to_owned).collect() })
            .collect());
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| ParseError::Malformed(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        let skipped = cells.iter().all(String::is_empty) || cells.first().is_some_and(|cell| cell.starts_with('%'));
        if !skipped {
            rows.push(Row { line, cells });
        }
    }
    // Some programs end every line with a separator.
    if rows.iter().all(|row| row.cells.len() > 1 && row.cells.last().is_some_and(String::is_empty)) {
        for row in &mut rows {
            row.cells.pop();
        }
    }
    Ok(rows)
}

/// The beginning of a text, for a message.
fn short(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn values(text: &str) -> Vec<f64> {
        let table = parse(text.as_bytes()).unwrap();
        assert_eq!((table.values.rows(), table.values.columns()), (2, 2), "{text:?}");
        table.values.into_values()
    }

    #[test]
    fn every_separator_gives_the_same_numbers() {
        let expected = [0.0, 1.5, -2.0, 3e-7];
        for text in [
            "0,1.5\n-2,3e-7\n",
            "0, 1.5\r\n-2, 3e-7\r\n",
            "0;1.5\n-2;3e-7",
            "0\t1.5\n-2\t3e-7\n",
            "  0   1.5\n -2.0 3e-7\n\n",
            "# by hand\n0,1.5,\n\n-2,3e-7,\n",
            "% Octave\n0 1.5\n-2 3e-7\n",
            "\u{feff}0,1.5\n-2,3e-7\n",
        ] {
            assert_eq!(values(text), expected, "{text:?}");
        }
    }

    #[test]
    fn labels_are_found_above_and_beside_the_numbers() {
        for text in
            ["a,b\n0,1\n2,3\n", ",a,b\nx,0,1\ny,2,3\n", "a,0,1\nb,2,3\n", "a 0 1\nb 2 3\n", "\"a, left\",b\n0,1\n2,3"]
        {
            assert_eq!(values(text), [0.0, 1.0, 2.0, 3.0], "{text:?}");
        }
        let labels = |text: &str| parse(text.as_bytes()).unwrap().labels.unwrap();
        assert_eq!(labels("a,b\n0,1\n2,3\n"), ["a", "b"]);
        assert_eq!(labels("region,a,b\nx,0,1\ny,2,3\n"), ["x", "y"]);
        assert_eq!(labels("a 0 1\nb 2 3\n"), ["a", "b"]);
        assert_eq!(labels("\"a, left\",b\n0,1\n2,3"), ["a, left", "b"]);
    }

    #[test]
    fn messages_give_line_and_column() {
        let message = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(message("0,1\n2,x\n"), "line 2, column 2: found \"x\", expected a number");
        assert_eq!(message("# head\n0 1\n2\n"), "line 3: found 1, expected 2 numbers");
        assert_eq!(message("0,1\n2,\n"), "line 2, column 2: found \"\", expected a number");
        assert_eq!(message("\x00\x01"), "found other bytes, expected text or a known file format");
        assert!(parse(b"\x89HDF\r\n\x1a\n").unwrap_err().hint().unwrap().contains("-v7"));
    }

    #[test]
    fn an_empty_text_is_an_empty_matrix() {
        for text in ["", "\n\n", "# nothing\n"] {
            assert!(parse(text.as_bytes()).unwrap().values.is_empty());
        }
    }

    #[test]
    fn centres_carry_labels_of_several_words() {
        let (labels, centres) = points(b"# label x y z\nrA1 1 2 3\nleft insula -1.5 2 3e1\n\n").unwrap();
        assert_eq!(labels, ["rA1", "left insula"]);
        assert_eq!(centres, [[1.0, 2.0, 3.0], [-1.5, 2.0, 30.0]]);
        let message = points(b"rA1 1 2\n").unwrap_err().to_string();
        assert_eq!(message, "line 1: found \"rA1 1 2\", expected a label, x, y and z");
    }
}
