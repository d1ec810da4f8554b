//! Units, numbers and ranges of declarations.

use super::{Parse, Parser, Reported};
use crate::lexer::shortened;
use crate::syntax::{Interval, Literal, Name, UnitProduct};
use crate::token::{Span, Symbol, TokenKind};

impl Parser<'_, '_, '_> {
    /// `: UNIT`, if a colon is next.
    pub(super) fn unit_clause(&mut self) -> Parse<Option<UnitProduct>> {
        if self.accept(Symbol::Colon) { self.unit().map(Some) } else { Ok(None) }
    }

    pub(super) fn unit(&mut self) -> Parse<UnitProduct> {
        let start = self.peek().span;
        let factors = self.unit_product()?;
        let span = start.to(self.last_span());
        let words: Vec<&str> = self.slice(span).split_whitespace().collect();
        Ok(UnitProduct { text: words.join(" "), factors, span })
    }

    fn unit_product(&mut self) -> Parse<Vec<(Name, f64)>> {
        let mut factors = self.unit_power()?;
        loop {
            let sign = if self.accept(Symbol::Star) {
                1.0
            } else if self.accept(Symbol::Slash) {
                -1.0
            } else {
                return Ok(factors);
            };
            let next = self.unit_power()?;
            factors.extend(next.into_iter().map(|(name, power)| (name, sign * power)));
        }
    }

    fn unit_power(&mut self) -> Parse<Vec<(Name, f64)>> {
        let mut factors = self.unit_atom()?;
        if self.accept(Symbol::Power) {
            let exponent = self.unit_exponent()?;
            for (_, power) in &mut factors {
                *power *= exponent;
            }
        }
        Ok(factors)
    }

    fn unit_exponent(&mut self) -> Parse<f64> {
        if self.accept(Symbol::OpenRound) {
            let above = self.unit_exponent()?;
            let below = if self.accept(Symbol::Slash) { self.unit_exponent()? } else { 1.0 };
            self.expect(Symbol::CloseRound)?;
            return Ok(above / below);
        }
        let sign = if self.accept(Symbol::Minus) { -1.0 } else { 1.0 };
        match self.peek().kind {
            TokenKind::Number(value) => {
                self.at += 1;
                Ok(sign * value)
            }
            _ => Err(self.unexpected("the number to which the unit is raised")),
        }
    }

    fn unit_atom(&mut self) -> Parse<Vec<(Name, f64)>> {
        let token = self.peek();
        match token.kind {
            TokenKind::Number(1.0) => {
                self.at += 1;
                Ok(vec![])
            }
            TokenKind::Symbol(Symbol::OpenRound) => self.unit_in_brackets(),
            TokenKind::Name if self.slice(token.span) == "sqrt" => {
                self.at += 1;
                let mut factors = self.unit_in_brackets()?;
                for (_, power) in &mut factors {
                    *power *= 0.5;
                }
                Ok(factors)
            }
            TokenKind::Symbol(Symbol::Percent) => {
                self.at += 1;
                let text = "%".to_owned();
                Ok(vec![(Name { text, span: token.span }, 1.0)])
            }
            TokenKind::Name if !matches!(self.slice(token.span), "in" | "clip" | "wrap") => {
                self.at += 1;
                let text = self.slice(token.span).to_owned();
                Ok(vec![(Name { text, span: token.span }, 1.0)])
            }
            _ => {
                self.unexpected_problem("a unit").hint("write `1` where there is none");
                Err(Reported)
            }
        }
    }

    fn unit_in_brackets(&mut self) -> Parse<Vec<(Name, f64)>> {
        self.deeper(|parser| {
            parser.expect(Symbol::OpenRound)?;
            let factors = parser.unit_product()?;
            parser.expect(Symbol::CloseRound)?;
            Ok(factors)
        })
    }

    /// A number of a declaration: a sign, and numbers, `pi` or `inf` with `*` and `/` between them.
    pub(super) fn literal(&mut self, what: &str) -> Parse<Literal> {
        let start = self.peek().span;
        let sign = if self.accept(Symbol::Minus) {
            -1.0
        } else {
            self.accept(Symbol::Plus);
            1.0
        };
        let mut value = sign * self.literal_factor(what)?;
        loop {
            if self.accept(Symbol::Star) {
                value *= self.literal_factor("a number")?;
            } else if self.accept(Symbol::Slash) {
                value /= self.literal_factor("a number")?;
            } else {
                break;
            }
        }
        let span = start.to(self.last_span());
        let words: Vec<&str> = self.slice(span).split_whitespace().collect();
        let text = words.join(" ");
        if value.is_nan() {
            self.report.error(span, format!("`{}` is not a number", shortened(&text)));
            return Err(Reported);
        }
        if self.is_symbol(Symbol::OpenSquare) {
            let bracket = self.peek().span;
            self.report
                .error(bracket, "a declaration has its unit after a colon")
                .hint(format!("write `{} : UNIT`", shortened(&text)));
            return Err(Reported);
        }
        Ok(Literal { value, text, span })
    }

    fn literal_factor(&mut self, what: &str) -> Parse<f64> {
        let value = match (self.peek().kind, self.word()) {
            (TokenKind::Number(value), _) => value,
            (_, Some("pi")) => std::f64::consts::PI,
            (_, Some("inf")) => f64::INFINITY,
            _ => return Err(self.unexpected(what)),
        };
        self.at += 1;
        Ok(value)
    }

    /// `[a, b]`, `(a, b]`, `[a, b)` or `(a, b)`.
    pub(super) fn interval(&mut self) -> Parse<Interval> {
        let start: Span = self.peek().span;
        let lower_open = self.accept(Symbol::OpenRound);
        if !lower_open && !self.accept(Symbol::OpenSquare) {
            return Err(self.unexpected("a range such as `[0, 1]` or `(0, inf)`"));
        }
        let lower = self.literal("the lower end of the range")?;
        self.expect(Symbol::Comma)?;
        let upper = self.literal("the upper end of the range")?;
        let upper_open = self.accept(Symbol::CloseRound);
        if !upper_open && !self.accept(Symbol::CloseSquare) {
            return Err(self.unexpected("`]` or `)`"));
        }
        let span = start.to(self.last_span());
        Ok(Interval {
            // No number is infinite, so an infinite end is excluded however it is written.
            lower_open: lower_open || lower.value.is_infinite(),
            upper_open: upper_open || upper.value.is_infinite(),
            lower,
            upper,
            span,
        })
    }
}
