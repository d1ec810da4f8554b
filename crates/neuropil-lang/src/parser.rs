//! Tokens to the tree. A statement that cannot be read is reported and skipped, so that one run finds all of them.

mod expression;
mod quantity;
mod statement;

use std::collections::HashSet;

use crate::diagnostic::{Problem, Report};
use crate::lexer::{self, shortened};
use crate::syntax::{Name, Text, Tree};
use crate::token::{RESERVED, STATEMENTS, Span, Symbol, Token, TokenKind};

/// An error that is in the report already.
#[derive(Debug)]
struct Reported;

type Parse<T> = Result<T, Reported>;

/// Reads a whole file. The tree lacks what could not be read; the report says so, and forgives what follows from it.
pub(crate) fn tree(text: &str, report: &mut Report<'_>) -> Tree {
    let tokens = lexer::tokens(text, report);
    let mut parser = Parser { tokens: &tokens, at: 0, text, report, depth: 0 };
    let mut statements = Vec::new();
    let mut unread = HashSet::new();
    while parser.at < tokens.len() && !parser.report.is_full() {
        let start = parser.at;
        let mark = parser.report.mark();
        if let Ok(statement) = parser.statement() {
            statements.push(statement);
        } else {
            parser.at = start;
            unread.extend(parser.declared());
            let end = parser.statement_end();
            // What the lexer could not read is told already.
            if parser.report.has_error_in(Span { start: tokens[start].span.start, end }, mark) {
                parser.report.forget(mark);
            }
        }
        parser.skip_statement();
    }
    report.forgive(unread);
    Tree { statements }
}

struct Parser<'t, 'r, 'a> {
    tokens: &'t [Token],
    at: usize,
    text: &'t str,
    report: &'r mut Report<'a>,
    /// How many brackets and operators the parser is in.
    depth: u32,
}

impl<'t> Parser<'t, '_, '_> {
    fn peek(&self) -> Token {
        self.peek_after(0)
    }

    fn peek_after(&self, ahead: usize) -> Token {
        let end = Token {
            kind: TokenKind::End,
            span: Span { start: self.text.len(), end: self.text.len() },
            continues: false,
        };
        self.tokens.get(self.at + ahead).copied().unwrap_or(end)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// Span of the token before.
    fn last_span(&self) -> Span {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(Span::default(), |token| token.span)
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Names that the next statement, which cannot be read, may be meant to declare: its first two words (the first
    /// may be a misspelt keyword), and what stands behind a keyword or before `=`.
    fn declared(&self) -> HashSet<String> {
        let mut declared = HashSet::new();
        let mut before: Option<&str> = None;
        for (place, token) in self.tokens.iter().skip(self.at).enumerate() {
            if token.kind == TokenKind::End {
                break;
            }
            let word = (token.kind == TokenKind::Name).then(|| self.slice(token.span));
            if let Some(word) = word {
                let follows = self.tokens.get(self.at + place + 1).map(|token| token.kind);
                let assigns = matches!(follows, Some(TokenKind::Symbol(Symbol::Assign | Symbol::Update)));
                if place < 2 || assigns || before.is_some_and(|before| STATEMENTS.contains(&before)) {
                    declared.insert(word.to_owned());
                }
                if follows == Some(TokenKind::Symbol(Symbol::Slash)) {
                    declared.extend(word.strip_prefix('d').map(str::to_owned));
                }
            }
            before = word;
        }
        declared
    }

    /// Where the next statement ends in the text.
    fn statement_end(&self) -> usize {
        let end = self.tokens[self.at..].iter().find(|token| token.kind == TokenKind::End);
        end.map_or(self.text.len(), |token| token.span.end)
    }

    fn skip_statement(&mut self) {
        while self.at < self.tokens.len() {
            if self.next().kind == TokenKind::End {
                break;
            }
        }
    }

    fn is_symbol(&self, symbol: Symbol) -> bool {
        self.peek().kind == TokenKind::Symbol(symbol)
    }

    /// Takes the symbol if it is next.
    fn accept(&mut self, symbol: Symbol) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: Symbol) -> Parse<Span> {
        if self.is_symbol(symbol) {
            return Ok(self.next().span);
        }
        Err(self.unexpected(&format!("`{}`", symbol.spelling())))
    }

    /// The word that is next, if one is.
    fn word(&self) -> Option<&'t str> {
        let token = self.peek();
        (token.kind == TokenKind::Name).then(|| self.slice(token.span))
    }

    /// Takes the word if it is next.
    fn accept_word(&mut self, word: &str) -> bool {
        let found = self.word() == Some(word);
        self.at += usize::from(found);
        found
    }

    /// A name that an author chose.
    fn name(&mut self, what: &str) -> Parse<Name> {
        let token = self.peek();
        let Some(word) = self.word() else {
            return Err(self.unexpected(what));
        };
        if RESERVED.contains(&word) {
            self.report
                .error(token.span, format!("`{word}` is a word of the language, expected {what}"))
                .hint("choose another name");
            return Err(Reported);
        }
        self.at += 1;
        Ok(Name { text: word.to_owned(), span: token.span })
    }

    /// The quoted text that is next, if one is.
    fn accept_text(&mut self) -> Option<Text> {
        let token = self.peek();
        if token.kind != TokenKind::Text {
            return None;
        }
        self.at += 1;
        let text = self.slice(token.span).trim_matches('"').trim().to_owned();
        Some(Text { text, span: token.span })
    }

    fn expect_text(&mut self, what: &str) -> Parse<Text> {
        self.accept_text().ok_or_else(|| self.unexpected(what))
    }

    /// Reports that the next token is not what should stand there.
    fn unexpected(&mut self, expected: &str) -> Reported {
        let _ = self.unexpected_problem(expected);
        Reported
    }

    fn unexpected_problem(&mut self, expected: &str) -> &mut Problem {
        let token = self.peek();
        let found = match token.kind {
            TokenKind::End => "the end of the statement".to_owned(),
            TokenKind::LongText => "a description".to_owned(),
            _ => format!("`{}`", shortened(self.slice(token.span))),
        };
        let problem = self.report.error(token.span, format!("expected {expected}, found {found}"));
        if token.continues {
            problem.hint("a line that starts with a space continues the statement before it");
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::syntax::Statement;

    fn errors(text: &str) -> Vec<String> {
        let mut report = Report::new(text, "x");
        tree(text, &mut report);
        report.finish().unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn errors_of_several_statements_are_found_in_one_run() {
        let found = errors("param = 1\nx = 1 +\nstate y = 0 : 1\nnoise 3\n");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("expected the name of the parameter, found `=`"), "{}", found[0]);
        assert!(found[1].contains("found the end of the statement"), "{}", found[1]);
    }

    #[test]
    fn a_statement_that_continues_by_accident_gets_a_hint() {
        let found = errors("a = 1\n b = 2");
        assert!(found[0].contains("a line that starts with a space"), "{}", found[0]);
    }

    #[test]
    fn words_of_the_language_are_no_names() {
        let found = errors("param if = 1");
        assert!(found[0].contains("`if` is a word of the language"), "{}", found[0]);
    }

    #[test]
    fn what_is_right_is_kept() {
        let text = "param = 1\nparam b = 2";
        let mut report = Report::new(text, "x");
        let tree = tree(text, &mut report);
        assert!(matches!(&tree.statements[..], [Statement::Parameter(p)] if p.name.text == "b"));
    }
}
