//! Text to tokens, and lines to statements.

use crate::diagnostic::Report;
use crate::token::{STATEMENTS, Span, Symbol, Token, TokenKind};

/// Longest text (bytes) that is read. The largest models of the field have a few tens of thousands.
const LONGEST_TEXT: usize = 1 << 20;

/// Longest name (bytes).
const LONGEST_NAME: usize = 100;

/// The tokens of a text. Every statement ends with [`TokenKind::End`], and so does the text.
pub(crate) fn tokens(text: &str, report: &mut Report<'_>) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        open: Vec::new(),
        margin: None,
        at_line_start: true,
        continues: false,
    };
    if text.len() > LONGEST_TEXT {
        report.error(Span::default(), format!("the text has {} bytes, expected at most {LONGEST_TEXT}", text.len()));
        return lexer.tokens;
    }
    lexer.run(report);
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// Where the brackets that are open stand. Ranges like `[0, 1)` mix both kinds, so kinds are not matched here.
    open: Vec<Span>,
    /// Column of the first statement: a line that starts further right continues the one before.
    margin: Option<usize>,
    at_line_start: bool,
    continues: bool,
}

impl Lexer<'_> {
    fn run(&mut self, report: &mut Report<'_>) {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        while let Some(character) = self.rest().chars().next() {
            if character == '\n' {
                self.at += 1;
                self.at_line_start = true;
            } else if character.is_whitespace() {
                self.at += character.len_utf8();
            } else if character == '#' {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else {
                if self.at_line_start {
                    self.start_line(report);
                }
                self.token(character, report);
            }
        }
        self.end_statement(report);
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Decides whether the line that begins here continues the statement before.
    fn start_line(&mut self, report: &mut Report<'_>) {
        self.at_line_start = false;
        let line_start = self.text[..self.at].rfind('\n').map_or(0, |newline| newline + 1);
        let column = self.text[line_start..self.at].trim_start_matches('\u{feff}').chars().count();
        let margin = *self.margin.get_or_insert(column);
        let further_right = column > margin && !self.tokens.is_empty();
        // A bracket that is never closed should not swallow the rest of the file.
        let in_brackets = !self.open.is_empty() && !self.looks_like_statement();
        self.continues = further_right || in_brackets;
        if !self.continues {
            self.end_statement(report);
        }
    }

    /// Whether the text here can only be the start of a statement.
    fn looks_like_statement(&self) -> bool {
        let word_length = name_length(self.rest());
        let (word, after) = self.rest().split_at(word_length);
        let after = after.trim_start_matches([' ', '\t']);
        if self.rest().starts_with("\"\"\"") {
            return true;
        }
        if word.is_empty() {
            return false;
        }
        let assigned = (after.starts_with('=') && !after.starts_with("==")) || after.starts_with(":=");
        let declared =
            STATEMENTS.contains(&word) && after.starts_with(|next: char| next.is_alphabetic() || next == '"');
        let derivative = word.starts_with('d')
            && after.strip_prefix('/').is_some_and(|rest| {
                let rest = rest.trim_start_matches([' ', '\t']);
                rest.starts_with("dt") && name_length(rest) == 2
            });
        assigned || declared || derivative
    }

    fn end_statement(&mut self, report: &mut Report<'_>) {
        if let Some(span) = self.open.pop() {
            let bracket = &self.text[span.start..span.end];
            let expected = if bracket == "(" { ")" } else { "]" };
            report
                .error(span, format!("`{bracket}` is never closed"))
                .hint(format!("a `{expected}` is missing before the end of the statement"));
            self.open.clear();
        }
        if self.tokens.last().is_some_and(|token| token.kind != TokenKind::End) {
            let end = self.tokens.last().map_or(0, |token| token.span.end);
            self.continues = false;
            self.push(TokenKind::End, Span { start: end, end });
        }
    }

    fn push(&mut self, kind: TokenKind, span: Span) {
        self.tokens.push(Token { kind, span, continues: std::mem::take(&mut self.continues) });
    }

    fn token(&mut self, character: char, report: &mut Report<'_>) {
        let start = self.at;
        let rest = self.rest();
        let next_is_digit = rest[character.len_utf8()..].starts_with(|next: char| next.is_ascii_digit());
        if character.is_ascii_digit() || (character == '.' && next_is_digit) {
            self.number(report);
        } else if character.is_ascii_alphabetic() || character == '_' {
            self.at += name_length(rest);
            let span = Span { start, end: self.at };
            if span.end - span.start > LONGEST_NAME {
                report.error(span, format!("a name is longer than {LONGEST_NAME} characters"));
            }
            self.push(TokenKind::Name, span);
        } else if rest.starts_with("\"\"\"") {
            self.long_text(report);
        } else if character == '"' {
            self.text(report);
        } else if let Some((spelling, symbol)) = Symbol::SPELLINGS.iter().find(|(s, _)| rest.starts_with(s)) {
            self.at += spelling.len();
            let span = Span { start, end: self.at };
            match symbol {
                Symbol::OpenRound | Symbol::OpenSquare => self.open.push(span),
                Symbol::CloseRound | Symbol::CloseSquare => {
                    self.open.pop();
                }
                _ => {}
            }
            self.push(TokenKind::Symbol(*symbol), span);
        } else {
            self.unexpected(character, report);
        }
    }

    fn number(&mut self, report: &mut Report<'_>) {
        let start = self.at;
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let bytes = self.text;
        let mut end = start + digits(&bytes[start..]);
        if bytes[end..].starts_with('.') {
            end += 1;
            end += digits(&bytes[end..]);
        }
        if bytes[end..].starts_with(['e', 'E']) {
            let signed = end + 1 + usize::from(bytes[end + 1..].starts_with(['+', '-']));
            let exponent = digits(&bytes[signed..]);
            if exponent > 0 {
                end = signed + exponent;
            }
        }
        self.at = end;
        let span = Span { start, end };
        let spelling = &bytes[start..end];
        let value = spelling.parse().unwrap_or(f64::INFINITY);
        if !value.is_finite() {
            report.error(span, format!("the number `{}` is too large", shortened(spelling)));
        }
        self.push(TokenKind::Number(value), span);
        let attached = name_length(&bytes[end..]);
        if attached > 0 {
            let name = &bytes[end..end + attached];
            let all = Span { start, end: end + attached };
            report.error(all, format!("a number is followed by `{}`", shortened(name))).hint(format!(
                "write `{0} * {1}` for a product, `{0}[{1}]` for a number with a unit",
                shortened(spelling),
                shortened(name)
            ));
            self.at += attached;
        }
    }

    /// A text on one line. The quotes belong to the token.
    fn text(&mut self, report: &mut Report<'_>) {
        let start = self.at;
        let line = self.rest().lines().next().unwrap_or_default();
        let closed = line[1..].find('"');
        self.at += closed.map_or(line.len(), |length| length + 2);
        let span = Span { start, end: self.at };
        if closed.is_none() {
            report.error(Span { start, end: start + 1 }, "a text is not closed on its line").hint("end it with `\"`");
        }
        self.push(TokenKind::Text, span);
    }

    fn long_text(&mut self, report: &mut Report<'_>) {
        let start = self.at;
        let closed = self.rest()[3..].find("\"\"\"");
        self.at += closed.map_or(self.rest().len(), |length| length + 6);
        let span = Span { start, end: self.at };
        if closed.is_none() {
            report.error(Span { start, end: start + 3 }, "a description is never closed").hint("end it with `\"\"\"`");
        }
        self.push(TokenKind::LongText, span);
    }

    fn unexpected(&mut self, character: char, report: &mut Report<'_>) {
        let start = self.at;
        self.at += character.len_utf8();
        // A run of foreign characters is one error.
        while let Some(next) = self.rest().chars().next() {
            if next.is_ascii() || next.is_whitespace() || next == '\u{2212}' {
                break;
            }
            self.at += next.len_utf8();
        }
        let span = Span { start, end: self.at };
        let shown: String = shortened(&self.text[start..self.at]);
        let problem = report.error(span, format!("unexpected character `{}`", shown.escape_debug()));
        match character {
            '\u{201c}' | '\u{201d}' | '\'' | '\u{2018}' | '\u{2019}' => problem.hint("texts stand in `\"`"),
            '&' => problem.hint("write `and`"),
            '|' => problem.hint("write `or`, and `abs(x)` for an absolute value"),
            '!' => problem.hint("write `not`, or `!=`"),
            '\u{d7}' | '\u{b7}' | '\u{22c5}' => problem.hint("write `*`"),
            '\u{b2}' => problem.hint("write `^2`"),
            '{' | '}' => problem.hint("parts of expressions stand in `(` and `)`"),
            ';' => problem.hint("a statement ends with its line"),
            _ if character.is_alphabetic() => problem.hint("names are letters from a to z, digits and `_`"),
            _ => {}
        }
    }
}

/// Bytes of the name that a text begins with, 0 if it begins otherwise.
fn name_length(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len()
}

/// The start of a word, for messages.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST - 3).chain("...".chars()).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The text of each token, statements apart.
    fn words(text: &str) -> Vec<Vec<&str>> {
        let mut report = Report::new(text, "x");
        let tokens = tokens(text, &mut report);
        assert_eq!(report.finish(), Ok(vec![]));
        let mut statements = vec![vec![]];
        for token in tokens {
            if token.kind == TokenKind::End {
                statements.push(vec![]);
            } else {
                statements.last_mut().unwrap().push(&text[token.span.start..token.span.end]);
            }
        }
        statements.pop();
        statements
    }

    fn errors(text: &str) -> Vec<String> {
        let mut report = Report::new(text, "x");
        tokens(text, &mut report);
        report.finish().unwrap_err().iter().map(|error| error.message.clone()).collect()
    }

    #[test]
    fn operators_are_taken_as_long_as_possible() {
        assert_eq!(
            words("a:=b**2<=c->d!=1e-3.x"),
            [["a", ":=", "b", "**", "2", "<=", "c", "->", "d", "!=", "1e-3", ".", "x"]]
        );
        assert_eq!(words("2.5e+3 .5 2."), [["2.5e+3", ".5", "2."]]);
    }

    #[test]
    fn lines_continue_when_indented_or_in_brackets() {
        assert_eq!(
            words("a = 1\n  + 2 # c\n\n  + 3\nb = (1\n+ 2)\nc"),
            [vec!["a", "=", "1", "+", "2", "+", "3"], vec!["b", "=", "(", "1", "+", "2", ")"], vec!["c"],]
        );
    }

    #[test]
    fn ranges_mix_brackets() {
        assert_eq!(
            words("in [0, 1)\nin (0, 1]\nx"),
            [vec!["in", "[", "0", ",", "1", ")"], vec!["in", "(", "0", ",", "1", "]"], vec!["x"]]
        );
    }

    #[test]
    fn an_indented_file_has_its_own_margin() {
        assert_eq!(words("\n    a\n      b\n    c\n  d"), [vec!["a", "b"], vec!["c"], vec!["d"]]);
    }

    #[test]
    fn texts_keep_their_signs() {
        assert_eq!(words("\"a # b\" \"\"\"x\n\"y\"\n\"\"\" z"), [["\"a # b\"", "\"\"\"x\n\"y\"\n\"\"\"", "z"]]);
    }

    #[test]
    fn an_open_bracket_ends_with_the_statement() {
        assert_eq!(errors("a = (1 + 2\nparam b = 1\nc = 1"), ["`(` is never closed"]);
        assert_eq!(errors("a = (1 + 2\ndx/dt = 1)"), ["`(` is never closed"]);
    }

    #[test]
    fn foreign_characters_numbers_and_open_texts_are_errors() {
        assert_eq!(errors("a = τ * 1"), ["unexpected character `τ`"]);
        assert_eq!(errors("a = 59mV"), ["a number is followed by `mV`"]);
        assert_eq!(errors("a = 1e999"), ["the number `1e999` is too large"]);
        assert_eq!(errors("a = \"b\nc"), ["a text is not closed on its line"]);
        assert_eq!(errors("\"\"\"b\nc"), ["a description is never closed"]);
        assert_eq!(errors(&"a".repeat(101)), ["a name is longer than 100 characters"]);
        assert_eq!(errors(&" ".repeat(LONGEST_TEXT + 1)).len(), 1);
    }
}
