//! Tables of numbers in text files: values of parameters, weights of projections, samples of stimuli.

use std::path::Path;

use crate::error::Error;

/// Bytes of a table, at most.
const LARGEST: u64 = 1 << 30;

/// Rows of numbers, separated by blanks, commas, semicolons or tabs. Empty lines, and what follows `#`, do not count.
pub(crate) fn read_table(path: &Path) -> Result<Vec<Vec<f64>>, Error> {
    let in_file = |source| Error::File { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(in_file)?.len() > LARGEST {
        return Err(Error::specification(path.display(), "a file of more than 1 GB", "a table of numbers"));
    }
    let bytes = std::fs::read(path).map_err(in_file)?;
    parse(&String::from_utf8_lossy(&bytes), &path.display().to_string())
}

/// One number per node: a table that is one row or one column.
pub(crate) fn read_list(path: &Path) -> Result<Vec<f64>, Error> {
    let table = read_table(path)?;
    match table.as_slice() {
        [row] => Ok(row.clone()),
        rows if rows.iter().all(|row| row.len() == 1) => Ok(table.concat()),
        rows => {
            let found = format!("{} rows of {} numbers", rows.len(), rows.first().map_or(0, Vec::len));
            Err(Error::specification(path.display(), found, "one row or one column of numbers"))
        }
    }
}

fn parse(text: &str, name: &str) -> Result<Vec<Vec<f64>>, Error> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let is_separator = |c: char| c.is_whitespace() || c == ',' || c == ';';
        let words = line.split(is_separator).filter(|word| !word.is_empty());
        let number = |word: &str| {
            let place = format!("{name}:{}", index + 1);
            word.parse::<f64>().map_err(|_| {
                let shown: String = word.chars().take(40).collect();
                Error::specification(place, format!("`{shown}`"), "a number")
            })
        };
        let row = words.map(number).collect::<Result<Vec<f64>, Error>>()?;
        if row.is_empty() {
            continue;
        }
        if let Some(first) = rows.first()
            && first.len() != row.len()
        {
            let expected = format!("{} as in the first row", first.len());
            let found = format!("{} numbers", row.len());
            return Err(Error::specification(format!("{name}:{}", index + 1), found, expected));
        }
        rows.push(row);
    }
    if rows.is_empty() { Err(Error::specification(name, "no number", "a table of numbers")) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn separators_comments_and_empty_lines() {
        let rows = parse("# header\n1, 2\t3\n\n4;5 6 # end\n", "x").unwrap();
        assert_eq!(rows, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    }

    #[test]
    fn mistakes_name_the_line() {
        let message = |text| parse(text, "x").unwrap_err().to_string();
        assert_eq!(message("1 2\n3 four\n"), "`x:2`: found `four`, expected a number");
        assert_eq!(message("1 2\n3\n"), "`x:2`: found 1 numbers, expected 2 as in the first row");
        assert_eq!(message("# nothing\n"), "`x`: found no number, expected a table of numbers");
    }
}
