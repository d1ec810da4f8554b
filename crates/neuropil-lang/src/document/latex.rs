//! Expressions in LaTeX.

use super::Left;
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, Name, Tightness, UnaryOperator, UnitProduct};

const GREEK: [&str; 34] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
];

/// The time of a value after the step.
const AFTER_STEP: &str = r"t + \Delta t";

/// The left side of an equation.
pub(super) fn left(left: Left<'_>) -> String {
    match left {
        Left::Value(name) => symbol(&name.text),
        Left::Function(name, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(|argument| symbol(&argument.text)).collect();
            format!("{}{}", symbol(&name.text), bracketed(&arguments.join(", ")))
        }
        Left::Differential(name) => format!(r"\frac{{\mathrm{{d}} {}}}{{\mathrm{{d}} t}}", symbol(&name.text)),
        Left::Update(name) => format!("{}{}", symbol(&name.text), bracketed(AFTER_STEP)),
    }
}

/// A name as a symbol: `tau_ou` is a tau with the index ou.
pub(super) fn symbol(name: &str) -> String {
    let parts: Vec<&str> = name.split('_').collect();
    if parts.iter().any(|part| part.is_empty()) {
        return format!(r"\mathrm{{{}}}", name.replace('_', r"\_"));
    }
    let (head, tail) = parts.split_first().map_or((name, &[][..]), |(head, tail)| (*head, tail));
    // Digits at the end of a single letter are an index too.
    let stem = head.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_short = stem.chars().count() == 1 || GREEK.contains(&stem);
    let (stem, number) = if is_short { (stem, &head[stem.len()..]) } else { (head, "") };
    let numbers = Some(number).filter(|number| !number.is_empty());
    let indices: Vec<String> = numbers.into_iter().chain(tail.iter().copied()).map(word).collect();
    if indices.is_empty() { word(stem) } else { format!("{}_{{{}}}", word(stem), indices.join(",")) }
}

/// One word of a name: a Greek letter, a letter, a number, or upright text.
fn word(word: &str) -> String {
    if GREEK.contains(&word) {
        format!(r"\{word}")
    } else if word.len() == 1 || word.chars().all(|c| c.is_ascii_digit()) {
        word.to_owned()
    } else {
        format!(r"\mathrm{{{word}}}")
    }
}

fn bracketed(inner: &str) -> String {
    format!(r"\left({inner}\right)")
}

/// An expression.
pub(super) fn expression(expression: &Expression) -> String {
    match &expression.kind {
        ExpressionKind::Number(value, unit) => match unit {
            None => number(*value),
            Some(product) => format!(r"{}\,{}", number(*value), unit_product(product)),
        },
        ExpressionKind::Name(name) => symbol(name),
        ExpressionKind::Call(name, arguments) => call(name, arguments),
        ExpressionKind::Column(table, arguments, column) => {
            format!(r"\mathrm{{{}}}_{{{}}}{}", escaped(&table.text), symbol(&column.text), list(arguments))
        }
        ExpressionKind::Unary(UnaryOperator::Negate, a) => format!("-{}", part(a, Tightness::Product)),
        ExpressionKind::Unary(UnaryOperator::Not, a) => format!(r"\neg {}", part(a, Tightness::Atom)),
        ExpressionKind::Binary(operator, a, b) => binary(*operator, a, b),
        ExpressionKind::Conditional(..) => cases(expression),
    }
}

/// A part of an expression, in brackets if it is looser than `loosest`.
fn part(inner: &Expression, loosest: Tightness) -> String {
    let text = expression(inner);
    // A number with a unit is a product.
    let tightness = match &inner.kind {
        ExpressionKind::Number(_, Some(_)) => Tightness::Product,
        ExpressionKind::Number(..) if text.contains("10^") => Tightness::Product,
        _ => inner.tightness(),
    };
    if tightness >= loosest { text } else { bracketed(&text) }
}

fn binary(operator: BinaryOperator, a: &Expression, b: &Expression) -> String {
    let (left, right) = operator.operands();
    match operator {
        BinaryOperator::Divide => format!(r"\frac{{{}}}{{{}}}", expression(a), expression(b)),
        BinaryOperator::Power => {
            let base = part(a, Tightness::Atom);
            // A superscript cannot carry another one.
            let base = if base.starts_with("e^") { bracketed(&base) } else { base };
            format!("{base}^{{{}}}", expression(b))
        }
        _ => {
            let (a, b) = (part(a, left), part(b, right));
            let b = if b.starts_with('-') && left >= Tightness::Sum { bracketed(&b) } else { b };
            let sign = match operator {
                BinaryOperator::Or => r"\text{ or }",
                BinaryOperator::And => r"\text{ and }",
                BinaryOperator::Less => " < ",
                BinaryOperator::LessEqual => r" \le ",
                BinaryOperator::Greater => " > ",
                BinaryOperator::GreaterEqual => r" \ge ",
                BinaryOperator::Equal => " = ",
                BinaryOperator::NotEqual => r" \ne ",
                BinaryOperator::Subtract => " - ",
                BinaryOperator::Multiply if b.starts_with(|c: char| c.is_ascii_digit()) => r" \cdot ",
                BinaryOperator::Multiply => r" \, ",
                _ => " + ",
            };
            format!("{a}{sign}{b}")
        }
    }
}

/// A conditional expression; those in its last case continue it.
fn cases(mut rest: &Expression) -> String {
    let mut rows = Vec::new();
    while let ExpressionKind::Conditional(value, condition, otherwise) = &rest.kind {
        rows.push(format!(r"{} & \text{{if }} {}", expression(value), expression(condition)));
        rest = otherwise;
    }
    rows.push(format!(r"{} & \text{{otherwise}}", expression(rest)));
    format!(r"\begin{{cases}} {} \end{{cases}}", rows.join(r" \\ "))
}

fn call(name: &Name, arguments: &[Expression]) -> String {
    match (name.text.as_str(), arguments) {
        ("exp", [x]) if !is_tall(x) => format!("e^{{{}}}", expression(x)),
        ("exp" | "ln" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "min" | "max", _) => {
            format!(r"\{}{}", name.text, list(arguments))
        }
        ("sqrt", [x]) => format!(r"\sqrt{{{}}}", expression(x)),
        ("abs", [x]) => format!(r"\left|{}\right|", expression(x)),
        ("floor", [x]) => format!(r"\left\lfloor {}\right\rfloor", expression(x)),
        ("delay", [x, time]) => format!("{}{}", expression(x), bracketed(&format!("t - {}", expression(time)))),
        ("next", [x]) => format!("{}{}", expression(x), bracketed(AFTER_STEP)),
        ("strength" | "sigmoid" | "exprel" | "clip", _) => {
            format!(r"\operatorname{{{}}}{}", name.text, list(arguments))
        }
        _ => format!("{}{}", symbol(&name.text), list(arguments)),
    }
}

/// Whether an expression is too tall for a superscript.
fn is_tall(expression: &Expression) -> bool {
    let mut tall = false;
    expression.walk(&mut |part| {
        tall |=
            matches!(part.kind, ExpressionKind::Binary(BinaryOperator::Divide, ..) | ExpressionKind::Conditional(..));
    });
    tall
}

fn list(arguments: &[Expression]) -> String {
    let arguments: Vec<String> = arguments.iter().map(expression).collect();
    bracketed(&arguments.join(", "))
}

fn escaped(name: &str) -> String {
    name.replace('_', r"\_")
}

fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) {
        return format!("{value}");
    }
    let scientific = format!("{value:e}");
    match scientific.split_once('e') {
        Some(("1", exponent)) => format!("10^{{{exponent}}}"),
        Some((digits, exponent)) => format!(r"{digits} \cdot 10^{{{exponent}}}"),
        None => scientific,
    }
}

/// A unit, upright.
fn unit_product(unit: &UnitProduct) -> String {
    let factors: Vec<String> = unit
        .factors
        .iter()
        .map(|(name, power)| {
            let name = if name.text == "%" { r"\%".to_owned() } else { format!(r"\mathrm{{{}}}", name.text) };
            if *power == 1.0 { name } else { format!("{name}^{{{power}}}") }
        })
        .collect();
    factors.join(r"\,")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnostic::Report;
    use crate::syntax::Statement;

    fn latex(text: &str) -> String {
        let text = format!("y = {text}");
        let mut report = Report::new(&text, "x");
        let tree = crate::parser::tree(&text, &mut report);
        report.finish().unwrap();
        let Some(Statement::Value { value, .. }) = tree.statements.first() else { panic!() };
        expression(value)
    }

    #[test]
    fn names_become_symbols() {
        assert_eq!(symbol("tau_ou"), r"\tau_{\mathrm{ou}}");
        assert_eq!(symbol("x"), "x");
        assert_eq!(symbol("x1"), "x_{1}");
        assert_eq!(symbol("w_ee"), r"w_{\mathrm{ee}}");
        assert_eq!(symbol("ext_exc_current"), r"\mathrm{ext}_{\mathrm{exc},\mathrm{current}}");
        assert_eq!(symbol("sigma_x2"), r"\sigma_{\mathrm{x2}}");
        assert_eq!(symbol("theta2_1"), r"\theta_{2,1}");
        assert_eq!(symbol("_a__b"), r"\mathrm{\_a\_\_b}");
        assert_eq!(symbol("_"), r"\mathrm{\_}");
    }

    #[test]
    fn expressions_read_as_in_papers() {
        assert_eq!(latex("(a + b) / (2 * tau_m)"), r"\frac{a + b}{2 \, \tau_{m}}");
        assert_eq!(latex("-(a + b) * c"), r"-\left(a + b\right) \, c");
        assert_eq!(latex("a - (b - c)"), r"a - \left(b - c\right)");
        assert_eq!(latex("a * -b + a * 2"), r"a \, \left(-b\right) + a \cdot 2");
        assert_eq!(latex("exp(-x)^2"), r"\left(e^{-x}\right)^{2}");
        assert_eq!(latex("exp(x / y)"), r"\exp\left(\frac{x}{y}\right)");
        assert_eq!(latex("1e-9 * 59[mV/ms]"), r"10^{-9} \, \left(59\,\mathrm{mV}\,\mathrm{ms}^{-1}\right)");
        assert_eq!(latex("2.5e7^2"), r"\left(2.5 \cdot 10^{7}\right)^{2}");
        assert_eq!(latex("sqrt(abs(x))"), r"\sqrt{\left|x\right|}");
        assert_eq!(latex("delay(r, d_e) + next(x)"), r"r\left(t - d_{e}\right) + x\left(t + \Delta t\right)");
        assert_eq!(latex("f_1(mu, s).V_mean"), r"\mathrm{f\_1}_{V_{\mathrm{mean}}}\left(\mu, s\right)");
        assert_eq!(
            latex("a if x < 1 else b if not (x == 2 and y) else c"),
            r"\begin{cases} a & \text{if } x < 1 \\ b & \text{if } \neg \left(x = 2\text{ and }y\right) \\ c & \text{otherwise} \end{cases}"
        );
    }
}
