//! What is wrong with a text, where, and what to do about it.

use std::collections::HashSet;
use std::fmt::{self, Display};

use crate::token::Span;

/// More errors than this are not collected: they come from a file that is not a model.
const LIMIT: usize = 50;

/// Characters of a source line that are shown at most.
const WIDTH: usize = 120;

/// Whether a model can be used in spite of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The model is used, but something in it looks wrong.
    Warning,
    /// The model cannot be used.
    Error,
}

/// One finding. `Display` prints its place, the message, the line with a caret beneath, and the hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the model can be used.
    pub severity: Severity,
    /// What is wrong: lower case, without full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters that the finding spans on this line, at least 1.
    pub length: usize,
    /// The line.
    pub source_line: String,
}

impl Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let (file, line, column) = (&self.file, self.line, self.column);
        writeln!(formatter, "{file}:{line}:{column}: {severity}: {}", self.message)?;
        // A window around the caret, should the line be very long.
        let skipped = if column > WIDTH * 3 / 4 { column - WIDTH / 2 } else { 0 };
        let shown: String = self.source_line.chars().skip(skipped).take(WIDTH).collect();
        let number = line.to_string();
        writeln!(formatter, " {number} | {shown}")?;
        let before = column.saturating_sub(1 + skipped);
        // Tabs stay tabs, so that the caret stands where the terminal puts the text.
        let indent: String =
            shown.chars().take(before).map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
        let carets = "^".repeat(self.length.min(WIDTH.saturating_sub(before)).max(1));
        write!(formatter, " {:width$} | {indent}{carets}", "", width = number.len())?;
        if let Some(hint) = &self.hint {
            write!(formatter, "\n hint: {hint}")?;
        }
        Ok(())
    }
}

/// Why a text is not a model: at least one error, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// One error without a place, should a text be refused for no reason that was told.
    pub(crate) fn unexplained(file: &str) -> Self {
        let mut report = Report::new("", file);
        report.error(Span::default(), "the text is not a model");
        Self { list: report.finish().err().map(|errors| errors.list).unwrap_or_default() }
    }

    /// The errors, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(formatter, "\n")?;
            }
            write!(formatter, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A finding before its place is looked up.
#[derive(Debug)]
pub(crate) struct Problem {
    severity: Severity,
    span: Span,
    message: String,
    hint: Option<String>,
    /// Whether it is about a name that a line declares which could not be read: it follows from that line's error.
    follows: bool,
}

impl Problem {
    /// Advice that goes with the message.
    pub(crate) fn hint(&mut self, hint: impl Into<String>) {
        self.hint = Some(hint.into());
    }

    /// "Did you mean ...?", if there is a name like it.
    pub(crate) fn did_you_mean(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.hint(format!("did you mean `{name}`?"));
        }
    }
}

/// Collects what all passes find in one text.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    text: &'a str,
    file: &'a str,
    problems: Vec<Problem>,
    errors: usize,
    /// Names that lines declare which could not be read.
    unread: HashSet<String>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(text: &'a str, file: &'a str) -> Self {
        Self { text, file, problems: Vec::new(), errors: 0, unread: HashSet::new() }
    }

    /// From now on, errors about these names are not told: they are declared by lines that could not be read.
    pub(crate) fn forgive(&mut self, unread: HashSet<String>) {
        self.unread = unread;
    }

    /// The text of a piece.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The number of the line in which a piece begins.
    pub(crate) fn line(&self, span: Span) -> usize {
        self.text.get(..span.start).unwrap_or_default().matches('\n').count() + 1
    }

    pub(crate) fn error(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        self.errors += 1;
        self.push(Severity::Error, span, message.into())
    }

    pub(crate) fn warning(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        self.push(Severity::Warning, span, message.into())
    }

    fn push(&mut self, severity: Severity, span: Span, message: String) -> &mut Problem {
        let index = self.problems.len();
        let follows = !self.unread.is_empty() && self.unread.contains(self.slice(span));
        self.problems.push(Problem { severity, span, message, hint: None, follows });
        &mut self.problems[index]
    }

    /// Whether it is no use to look for more.
    pub(crate) fn is_full(&self) -> bool {
        self.errors >= LIMIT
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether an error before the mark lies within a piece.
    pub(crate) fn has_error_in(&self, piece: Span, (before, _): (usize, usize)) -> bool {
        let errors = self.problems[..before].iter().filter(|problem| problem.severity == Severity::Error);
        errors.into_iter().any(|error| (piece.start..piece.end).contains(&error.span.start))
    }

    /// A point to return to with [`Self::forget`].
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.problems.len(), self.errors)
    }

    /// Drops what was found since a mark, and returns it for [`Self::restore`].
    pub(crate) fn forget(&mut self, mark: (usize, usize)) -> Vec<Problem> {
        self.errors = mark.1;
        self.problems.split_off(mark.0)
    }

    /// Takes back what was dropped.
    pub(crate) fn restore(&mut self, problems: Vec<Problem>) {
        self.errors += problems.iter().filter(|p| p.severity == Severity::Error).count();
        self.problems.extend(problems);
    }

    /// The warnings, or the errors if there are any.
    pub(crate) fn finish(mut self) -> Result<Vec<Diagnostic>, Diagnostics> {
        let failed = self.has_errors();
        let severity = if failed { Severity::Error } else { Severity::Warning };
        let mut problems = std::mem::take(&mut self.problems);
        problems.retain(|problem| problem.severity == severity && !problem.follows);
        problems.sort_by_key(|problem| problem.span);
        let mut seen = HashSet::new();
        problems.retain(|problem| seen.insert((problem.span.start, problem.message.clone())));
        problems.truncate(LIMIT);
        let list = problems.into_iter().map(|problem| self.locate(problem)).collect();
        if failed { Err(Diagnostics { list }) } else { Ok(list) }
    }

    fn locate(&self, problem: Problem) -> Diagnostic {
        let start = self.text.floor_char_boundary(problem.span.start);
        let end = self.text.ceil_char_boundary(problem.span.end).max(start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |length| start + length);
        Diagnostic {
            severity: problem.severity,
            message: problem.message,
            hint: problem.hint,
            file: self.file.to_owned(),
            line: self.line(problem.span),
            column: self.text[line_start..start].chars().count() + 1,
            length: self.text[start..end.min(line_end)].chars().count().max(1),
            source_line: self.text[line_start..line_end].trim_end().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn caret_stands_below_the_place() {
        let text = "a = 1\nb\t= tau_µ * q\n";
        let start = text.find('q').unwrap();
        let mut report = Report::new(text, "x.model");
        report.error(Span { start, end: start + 1 }, "unknown name `q`").did_you_mean(Some("a"));
        let errors = report.finish().unwrap_err();
        assert_eq!(
            errors.to_string(),
            "x.model:2:13: error: unknown name `q`\n 2 | b\t= tau_µ * q\n   |  \t          ^\n hint: did you mean `a`?"
        );
    }

    #[test]
    fn long_lines_are_shown_around_the_caret() {
        let text = format!("{}!{}", "x".repeat(100_000), "y".repeat(100_000));
        let mut report = Report::new(&text, "x");
        report.error(Span { start: 100_000, end: 100_001 }, "m");
        let shown = report.finish().unwrap_err().to_string();
        assert!(shown.len() < 500);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[1].find('!').unwrap() - lines[1].find('|').unwrap(),
            lines[2].find('^').unwrap() - lines[2].find('|').unwrap()
        );
    }

    #[test]
    fn the_same_finding_is_told_once_and_errors_hide_warnings() {
        let mut report = Report::new("abc", "x");
        let span = Span { start: 1, end: 2 };
        report.warning(span, "w");
        report.error(span, "e");
        report.error(span, "e");
        let errors = report.finish().unwrap_err();
        assert_eq!(errors.iter().count(), 1);
        assert_eq!(errors.iter().next().unwrap().message, "e");
    }
}
