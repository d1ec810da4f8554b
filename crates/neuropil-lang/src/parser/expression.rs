//! Expressions, by precedence.

use super::{Parse, Parser, Reported};
use crate::lexer::shortened;
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, Name, Tightness, UnaryOperator};
use crate::token::{RESERVED, Span, Symbol, TokenKind};

/// Deepest tree. Passes over the tree recurse, and text from strangers must not exhaust their stack.
const DEEPEST_TREE: u32 = 200;

/// Most calls of the parser within each other; a pair of brackets takes two.
const DEEPEST_CALLS: u32 = 2 * DEEPEST_TREE;

/// An expression and how deep its tree is.
type Tall = (Expression, u32);

impl Parser<'_, '_, '_> {
    pub(super) fn expression(&mut self) -> Parse<Expression> {
        self.conditional().map(|(expression, _)| expression)
    }

    /// Runs `parse` one level further down, if there is one.
    pub(super) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= DEEPEST_CALLS {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn too_deep(&mut self) -> Reported {
        let span = self.peek().span;
        self.report
            .error(span, format!("the expression is nested more than {DEEPEST_TREE} operations deep"))
            .hint("give a part of it a name");
        Reported
    }

    /// An expression whose tallest part has this height.
    fn tall(&mut self, kind: ExpressionKind, span: Span, height: u32) -> Parse<Tall> {
        if height >= DEEPEST_TREE {
            return Err(self.too_deep());
        }
        Ok((Expression { kind, span }, height + 1))
    }

    fn conditional(&mut self) -> Parse<Tall> {
        self.deeper(|parser| {
            let (value, height_value) = parser.binary(Tightness::Or)?;
            if !parser.accept_word("if") {
                return Ok((value, height_value));
            }
            let (condition, height_condition) = parser.binary(Tightness::Or)?;
            if !parser.accept_word("else") {
                if parser.is_symbol(Symbol::Assign) {
                    parser.unexpected_problem("`else`").hint("equality is written `==`");
                    return Err(Reported);
                }
                return Err(parser.unexpected("`else`"));
            }
            let (otherwise, height_otherwise) = parser.conditional()?;
            let height = height_value.max(height_condition).max(height_otherwise);
            let span = value.span.to(otherwise.span);
            let kind = ExpressionKind::Conditional(Box::new(value), Box::new(condition), Box::new(otherwise));
            parser.tall(kind, span, height)
        })
    }

    /// Operators that bind at least as tightly as `loosest`.
    fn binary(&mut self, loosest: Tightness) -> Parse<Tall> {
        self.deeper(|parser| {
            let (mut left, mut height) = parser.prefix(loosest)?;
            let mut compared = false;
            while let Some(operator) = parser.operator() {
                let tightness = operator.tightness();
                if tightness < loosest {
                    break;
                }
                if tightness == Tightness::Comparison && std::mem::replace(&mut compared, true) {
                    let span = parser.peek().span;
                    parser.report.error(span, "comparisons cannot be chained").hint("write `a < b and b < c`");
                    return Err(Reported);
                }
                compared &= tightness == Tightness::Comparison;
                parser.at += 1;
                let (right, right_height) = parser.binary(operator.operands().1)?;
                let span = left.span.to(right.span);
                let kind = ExpressionKind::Binary(operator, Box::new(left), Box::new(right));
                (left, height) = parser.tall(kind, span, height.max(right_height))?;
            }
            Ok((left, height))
        })
    }

    /// The operator that is next, if one is.
    fn operator(&self) -> Option<BinaryOperator> {
        match self.word() {
            Some("and") => return Some(BinaryOperator::And),
            Some("or") => return Some(BinaryOperator::Or),
            _ => {}
        }
        let TokenKind::Symbol(symbol) = self.peek().kind else {
            return None;
        };
        Some(match symbol {
            Symbol::Plus => BinaryOperator::Add,
            Symbol::Minus => BinaryOperator::Subtract,
            Symbol::Star => BinaryOperator::Multiply,
            Symbol::Slash => BinaryOperator::Divide,
            Symbol::Power => BinaryOperator::Power,
            Symbol::Less => BinaryOperator::Less,
            Symbol::LessEqual => BinaryOperator::LessEqual,
            Symbol::Greater => BinaryOperator::Greater,
            Symbol::GreaterEqual => BinaryOperator::GreaterEqual,
            Symbol::Equals => BinaryOperator::Equal,
            Symbol::NotEqual => BinaryOperator::NotEqual,
            _ => return None,
        })
    }

    fn prefix(&mut self, loosest: Tightness) -> Parse<Tall> {
        let start = self.peek().span;
        let (operator, operand) = if self.is_symbol(Symbol::Minus) {
            (UnaryOperator::Negate, Tightness::Negation)
        } else if self.word() == Some("not") && loosest <= Tightness::Not {
            (UnaryOperator::Not, Tightness::Not)
        } else {
            return self.atom();
        };
        self.at += 1;
        let (inner, height) = self.binary(operand)?;
        let span = start.to(inner.span);
        let kind = ExpressionKind::Unary(operator, Box::new(inner));
        self.tall(kind, span, height)
    }

    fn atom(&mut self) -> Parse<Tall> {
        let token = self.peek();
        match token.kind {
            TokenKind::Number(value) => {
                self.at += 1;
                let unit = if self.accept(Symbol::OpenSquare) {
                    let unit = self.unit()?;
                    self.expect(Symbol::CloseSquare)?;
                    Some(unit)
                } else {
                    None
                };
                let span = token.span.to(self.last_span());
                let kind = ExpressionKind::Number(value, unit);
                Ok((Expression { kind, span }, 1))
            }
            TokenKind::Symbol(Symbol::OpenRound) => {
                self.at += 1;
                let (mut inner, height) = self.conditional()?;
                self.expect(Symbol::CloseRound)?;
                inner.span = token.span.to(self.last_span());
                Ok((inner, height))
            }
            TokenKind::Name => {
                let word = self.slice(token.span);
                // `delay` and `next` are words of the language, and functions.
                let is_function = matches!(word, "delay" | "next");
                if (RESERVED.contains(&word) && word != "pi" && !is_function) || word == "dt" {
                    return Err(self.no_expression(word));
                }
                self.at += 1;
                let name = Name { text: word.to_owned(), span: token.span };
                if self.is_symbol(Symbol::OpenRound) {
                    return self.call(name);
                }
                let kind = ExpressionKind::Name(name.text);
                Ok((Expression { kind, span: token.span }, 1))
            }
            _ => Err(self.unexpected("an expression")),
        }
    }

    fn no_expression(&mut self, word: &str) -> Reported {
        let problem = self.unexpected_problem("an expression");
        match word {
            "dt" => problem.hint("equations do not depend on the time step"),
            "inf" => problem.hint("`inf` stands only in ranges"),
            "not" => problem.hint("put brackets around `not ...`"),
            _ => {}
        }
        Reported
    }

    fn call(&mut self, name: Name) -> Parse<Tall> {
        self.expect(Symbol::OpenRound)?;
        let mut arguments = Vec::new();
        let mut height = 0;
        if !self.is_symbol(Symbol::CloseRound) {
            loop {
                let (argument, argument_height) = self.conditional()?;
                arguments.push(argument);
                height = height.max(argument_height);
                if !self.accept(Symbol::Comma) {
                    break;
                }
            }
        }
        if !self.is_symbol(Symbol::CloseRound) {
            let what = format!("`,` or `)` in the call of `{}`", shortened(&name.text));
            return Err(self.unexpected(&what));
        }
        self.at += 1;
        let start = name.span;
        let kind = if self.accept(Symbol::Dot) {
            let column = self.name("the name of a column")?;
            ExpressionKind::Column(name, arguments, column)
        } else {
            ExpressionKind::Call(name, arguments)
        };
        let span = start.to(self.last_span());
        self.tall(kind, span, height)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::Report;
    use crate::syntax::{Statement, UnitProduct};
    use crate::token::Span;

    fn parse(text: &str) -> Result<Expression, String> {
        let text = format!("y = {text}");
        let mut report = Report::new(&text, "x");
        let tree = crate::parser::tree(&text, &mut report);
        report.finish().map_err(|errors| errors.to_string())?;
        match tree.statements.into_iter().next() {
            Some(Statement::Value { value, .. }) => Ok(value),
            other => Err(format!("{other:?}")),
        }
    }

    /// An expression with a bracket around every operation.
    fn explicit(text: &str) -> String {
        fn write(expression: &Expression) -> String {
            use crate::syntax::ExpressionKind as Kind;
            match &expression.kind {
                Kind::Unary(operator, a) => format!("({operator:?} {})", write(a)),
                Kind::Binary(operator, a, b) => format!("({} {} {})", write(a), operator.spelling(), write(b)),
                Kind::Conditional(a, c, b) => format!("({} if {} else {})", write(a), write(c), write(b)),
                _ => expression.to_string(),
            }
        }
        write(&parse(text).unwrap())
    }

    #[test]
    fn precedence_is_that_of_the_reference() {
        assert_eq!(explicit("a + b * c - d / e"), "((a + (b * c)) - (d / e))");
        assert_eq!(explicit("-x^2"), "(Negate (x ^ 2))");
        assert_eq!(explicit("-x * y"), "((Negate x) * y)");
        assert_eq!(explicit("a ^ b ** c"), "(a ^ (b ^ c))");
        assert_eq!(explicit("2 ^ -x * y"), "((2 ^ (Negate x)) * y)");
        assert_eq!(explicit("a - b - c"), "((a - b) - c)");
        assert_eq!(explicit("a / b * c"), "((a / b) * c)");
        assert_eq!(
            explicit("a if b < c + 1 and not d > e or f == g else h if i != j else k"),
            "(a if (((b < (c + 1)) and (Not (d > e))) or (f == g)) else (h if (i != j) else k))"
        );
        assert_eq!(explicit("f(a, -b).c + 59[mV/ms]"), "(f(a, -b).c + 59[mV/ms])");
    }

    #[test]
    fn errors_say_what_is_missing() {
        for (text, message) in [
            ("a < b < c", "comparisons cannot be chained"),
            ("1 if a = 2 else 3", "equality is written `==`"),
            ("1 if a", "expected `else`, found the end of the statement"),
            ("a +", "expected an expression, found the end of the statement"),
            ("f(a b)", "expected `,` or `)` in the call of `f`, found `b`"),
            ("a + not b", "put brackets around `not ...`"),
            ("a * dt", "equations do not depend on the time step"),
            ("2[]", "write `1` where there is none"),
            ("2[3 mV]", "expected a unit, found `3`"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn depth_is_limited_in_every_direction() {
        let many = 100_000;
        for text in [
            format!("{}x{}", "(".repeat(many), ")".repeat(many)),
            format!("{}x", "-".repeat(many)),
            format!("{}x", "not ".repeat(many)),
            format!("x{}", " + x".repeat(many)),
            format!("x{}", "^x".repeat(many)),
            format!("x{}", " if c else x".repeat(many)),
            format!("{}x{}", "f(".repeat(many), ")".repeat(many)),
            format!("1[{}ms{}]", "(".repeat(many), ")".repeat(many)),
        ] {
            assert!(parse(&text).is_err());
        }
        assert!(parse(&format!("x{}", " + x".repeat(190))).is_ok());
        assert!(parse(&format!("{}x{}", "(".repeat(150), ")".repeat(150))).is_ok());
    }

    #[test]
    fn printed_trees_parse_to_themselves() {
        for text in
            ["a - (b - c)", "(a ^ b) ^ c", "-(a * b)", "(-a) ^ 2", "a - -b", "(a if b else c) + 1", "not (a or b)"]
        {
            let tree = parse(text).unwrap();
            assert_eq!(parse(&tree.to_string()).unwrap(), tree, "{text}");
        }
        assert_eq!(parse("(a) + ((b) * 1e-9)").unwrap().to_string(), "a + b * 1e-9");
    }

    fn any_expression() -> impl Strategy<Value = Expression> {
        use ExpressionKind as Kind;
        let place = |kind| Expression { kind, span: Span::default() };
        let name = |text: &str| Name { text: text.to_owned(), span: Span::default() };
        let unit = UnitProduct { text: "mV/ms".to_owned(), factors: vec![], span: Span::default() };
        let number =
            any::<f64>().prop_filter("finite and positive", |value| value.is_finite() && !value.is_sign_negative());
        let leaf = prop_oneof![
            (number, any::<bool>())
                .prop_map(move |(value, has_unit)| Kind::Number(value, has_unit.then(|| unit.clone()))),
            proptest::sample::select(&["x", "tau_1", "pi", "_"][..]).prop_map(|name| Kind::Name(name.to_owned())),
        ]
        .prop_map(place);
        leaf.prop_recursive(6, 60, 3, move |inner| {
            use BinaryOperator::{
                Add, And, Divide, Equal, Greater, GreaterEqual, Less, LessEqual, Multiply, NotEqual, Or, Power, Subtract,
            };
            let operators =
                &[Or, And, Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual, Add, Subtract, Multiply, Divide, Power];
            let boxed = || inner.clone().prop_map(Box::new);
            let arguments = || proptest::collection::vec(inner.clone(), 0..3);
            prop_oneof![
                4 => (proptest::sample::select(&operators[..]), boxed(), boxed()).prop_map(|(f, a, b)| Kind::Binary(f, a, b)),
                1 => boxed().prop_map(|a| Kind::Unary(UnaryOperator::Negate, a)),
                1 => boxed().prop_map(|a| Kind::Unary(UnaryOperator::Not, a)),
                1 => (boxed(), boxed(), boxed()).prop_map(|(a, b, c)| Kind::Conditional(a, b, c)),
                1 => arguments().prop_map(move |list| Kind::Call(name("f"), list)),
                1 => arguments().prop_map(move |list| Kind::Column(name("table_1"), list, name("column"))),
            ]
            .prop_map(place)
        })
    }

    proptest! {
        #[test]
        fn any_printed_tree_parses_to_itself(tree in any_expression()) {
            let printed = tree.to_string();
            let again = parse(&printed);
            prop_assert_eq!(again.as_ref(), Ok(&tree), "{}", printed);
        }
    }
}
