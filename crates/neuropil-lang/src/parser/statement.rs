//! Statements.

use super::{Parse, Parser, Reported};
use crate::lexer::shortened;
use crate::nearest::nearest;
use crate::syntax::{
    Bounding, CouplingStatement, EquationKind, InitialValue, Literal, Measured, Name, ParameterStatement, Statement,
    StrengthClause, Text,
};
use crate::token::{STATEMENTS, Span, Symbol, TokenKind};

/// Largest power of the weights of a coupling.
const LARGEST_POWER: f64 = 8.0;

impl Parser<'_, '_, '_> {
    pub(super) fn statement(&mut self) -> Parse<Statement> {
        let token = self.peek();
        if token.kind == TokenKind::LongText {
            self.at += 1;
            let description = Statement::Description(self.description(token.span));
            return self.ended(description);
        }
        let Some(word) = self.word() else {
            return Err(self.unexpected("a statement"));
        };
        let follows = self.peek_after(1).kind;
        let assigns = matches!(follows, TokenKind::Symbol(Symbol::Assign | Symbol::Update));
        let statement = if STATEMENTS.contains(&word) && !(assigns && word != "param") {
            self.at += 1;
            self.declaration(word)?
        } else if assigns {
            self.assignment()?
        } else if follows == TokenKind::Symbol(Symbol::Slash) {
            self.differential()?
        } else {
            return Err(self.unknown_statement(word, token.span, follows));
        };
        self.ended(statement)
    }

    fn ended(&mut self, statement: Statement) -> Parse<Statement> {
        if self.peek().kind == TokenKind::End {
            return Ok(statement);
        }
        let colon = self.is_symbol(Symbol::Colon);
        let problem = self.unexpected_problem("the end of the statement");
        if colon && matches!(statement, Statement::Equation { .. }) {
            problem.hint("the unit of a state stands in its `state` statement");
        }
        Err(Reported)
    }

    fn unknown_statement(&mut self, word: &str, span: Span, follows: TokenKind) -> Reported {
        let shown = shortened(word);
        let problem = self.report.error(span, format!("`{shown}` does not begin a statement"));
        if follows == TokenKind::Symbol(Symbol::OpenRound) {
            problem.hint("a local function is declared by `function NAME(ARGUMENT, ...) = EXPRESSION`");
        } else if let Some(statement) = nearest(word, STATEMENTS) {
            problem.did_you_mean(Some(statement));
        } else {
            problem.hint(format!("statements begin with {}, or assign by `=` or `:=`", STATEMENTS.join(", ")));
        }
        Reported
    }

    fn declaration(&mut self, word: &str) -> Parse<Statement> {
        Ok(match word {
            "model" => {
                let name = self.name("the name of the model")?;
                let title = self.accept_text();
                Statement::Model { name, title }
            }
            "source" => {
                let citation = self.expect_text("a citation in quotes")?;
                let doi = if self.accept_word("doi") { Some(self.expect_text("a DOI in quotes")?) } else { None };
                Statement::Source { citation, doi }
            }
            "param" => Statement::Parameter(self.parameter("the name of the parameter")?),
            "input" => {
                let name = self.name("the name of the input")?;
                let default = if self.accept(Symbol::Assign) {
                    Some(self.literal("the value where nothing is connected")?)
                } else {
                    None
                };
                let unit = self.unit_clause()?;
                let meaning = self.accept_text();
                Statement::Input { name, default, unit, meaning }
            }
            "noise" => {
                let name = self.name("the name of the noise channel")?;
                let meaning = self.accept_text();
                Statement::Noise { name, meaning }
            }
            "state" => self.state()?,
            "table" => self.table()?,
            "function" => self.function()?,
            "output" => {
                let name = self.name("the name of the output")?;
                let value = if self.accept(Symbol::Assign) { Some(self.expression()?) } else { None };
                let unit = self.unit_clause()?;
                let meaning = self.accept_text();
                Statement::Output { name, value, unit, meaning }
            }
            "coupling" => self.coupling()?,
            _ => return Err(self.unexpected("a statement")),
        })
    }

    /// The text between the quotes, without the margin that all lines share.
    fn description(&self, span: Span) -> Text {
        let quoted = self.slice(span);
        let inner = quoted.strip_prefix("\"\"\"").unwrap_or(quoted);
        let inner = inner.strip_suffix("\"\"\"").unwrap_or(inner);
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let lines = inner.lines().skip(1).filter(|line| !line.trim().is_empty());
        let margin = lines.map(indent).min().unwrap_or(0);
        let text: Vec<&str> = inner
            .lines()
            .enumerate()
            .map(|(number, line)| {
                let cut = if number == 0 { 0 } else { margin.min(indent(line)) };
                line[cut..].trim_end()
            })
            .collect();
        let text = text.join("\n").trim().to_owned();
        Text { text, span }
    }

    fn parameter(&mut self, what: &str) -> Parse<ParameterStatement> {
        let name = self.name(what)?;
        if !self.is_symbol(Symbol::Assign) {
            return Err(self.unexpected("`=` and the default"));
        }
        self.at += 1;
        let default = self.literal("the default, a number")?;
        let unit = self.unit_clause()?;
        let range = if self.accept_word("in") { Some(self.interval()?) } else { None };
        let meaning = self.accept_text();
        Ok(ParameterStatement { name, default, unit, range, meaning })
    }

    fn state(&mut self) -> Parse<Statement> {
        let name = self.name("the name of the state")?;
        if !self.is_symbol(Symbol::Assign) {
            return Err(self.unexpected("`=` and the initial value"));
        }
        self.at += 1;
        let initial = self.initial()?;
        let unit = self.unit_clause()?;
        let bounds = if self.accept_word("clip") {
            Some(Bounding::Clip(self.interval()?))
        } else if self.accept_word("wrap") {
            Some(Bounding::Wrap(self.interval()?))
        } else {
            None
        };
        let meaning = self.accept_text();
        Ok(Statement::State { name, initial, unit, bounds, meaning })
    }

    fn initial(&mut self) -> Parse<InitialValue> {
        let what = "an initial value: a number, `uniform(a, b)`, `normal(mean, sd)` or the name of a parameter";
        match self.word() {
            Some("uniform") => {
                self.at += 1;
                self.pair().map(|(a, b)| InitialValue::Uniform(a, b))
            }
            Some("normal") => {
                self.at += 1;
                self.pair().map(|(mean, deviation)| InitialValue::Normal(mean, deviation))
            }
            Some("pi" | "inf") | None => self.literal(what).map(InitialValue::Number),
            Some(_) => self.name(what).map(InitialValue::Parameter),
        }
    }

    fn pair(&mut self) -> Parse<(Literal, Literal)> {
        self.expect(Symbol::OpenRound)?;
        let first = self.literal("a number")?;
        self.expect(Symbol::Comma)?;
        let second = self.literal("a number")?;
        self.expect(Symbol::CloseRound)?;
        Ok((first, second))
    }

    fn table(&mut self) -> Parse<Statement> {
        let name = self.name("the name of the table")?;
        self.expect(Symbol::OpenRound)?;
        let axes = self.measured_list("the name of an axis")?;
        self.expect(Symbol::CloseRound)?;
        self.expect(Symbol::Arrow)?;
        let columns = self.measured_list("the name of a column")?;
        let meaning = self.accept_text();
        Ok(Statement::Table { name, axes, columns, meaning })
    }

    fn measured_list(&mut self, what: &str) -> Parse<Vec<Measured>> {
        let mut list = Vec::new();
        loop {
            let name = self.name(what)?;
            let unit = self.unit_clause()?;
            list.push(Measured { name, unit });
            if !self.accept(Symbol::Comma) {
                return Ok(list);
            }
        }
    }

    fn function(&mut self) -> Parse<Statement> {
        let name = self.name("the name of the function")?;
        self.expect(Symbol::OpenRound)?;
        let mut arguments: Vec<Name> = Vec::new();
        loop {
            arguments.push(self.name("the name of an argument")?);
            if !self.accept(Symbol::Comma) {
                break;
            }
        }
        self.expect(Symbol::CloseRound)?;
        self.expect(Symbol::Assign)?;
        let body = self.expression()?;
        Ok(Statement::Function { name, arguments, body })
    }

    fn coupling(&mut self) -> Parse<Statement> {
        let output = self.name("the name of an output")?;
        self.expect(Symbol::Arrow)?;
        let input = self.name("the name of an input")?;
        let mut coupling =
            CouplingStatement { output, input, diffusive: false, power: 1, per_node: false, strength: None };
        let mut clauses: Vec<&str> = Vec::new();
        while let Some(word) = self.word() {
            let clause = match word {
                "additive" | "diffusive" => "kind",
                "power" | "per" | "strength" => word,
                _ => break,
            };
            if clauses.contains(&clause) {
                let span = self.peek().span;
                self.report.error(span, format!("`{word}`: a coupling says this once"));
                return Err(Reported);
            }
            clauses.push(clause);
            self.at += 1;
            match word {
                "diffusive" => coupling.diffusive = true,
                "power" => coupling.power = self.coupling_power()?,
                "per" => {
                    coupling.per_node = self.accept_word("node");
                    if !coupling.per_node {
                        return Err(self.unexpected("`node`"));
                    }
                }
                "strength" => coupling.strength = Some(self.strength()?),
                _ => {}
            }
        }
        if self.peek().kind != TokenKind::End {
            let word = self.word();
            let problem = self.unexpected_problem("`additive`, `diffusive`, `power`, `per node` or `strength`");
            problem.did_you_mean(
                word.and_then(|word| nearest(word, ["additive", "diffusive", "power", "per", "strength"])),
            );
            return Err(Reported);
        }
        Ok(Statement::Coupling(coupling))
    }

    fn coupling_power(&mut self) -> Parse<i32> {
        let power = self.literal("the power of the weights")?;
        if power.value.fract() != 0.0 || !(1.0..=LARGEST_POWER).contains(&power.value) {
            let message = format!(
                "the power of the weights is {}, expected a whole number from 1 to {LARGEST_POWER}",
                power.text
            );
            self.report.error(power.span, message);
            return Err(Reported);
        }
        Ok(power.value as i32)
    }

    fn strength(&mut self) -> Parse<StrengthClause> {
        if self.peek_after(1).kind == TokenKind::Symbol(Symbol::Assign) {
            let strength = self.parameter("the name of the strength")?;
            Ok(StrengthClause::Declared(Box::new(strength)))
        } else {
            self.name("the name of the strength").map(StrengthClause::Shared)
        }
    }

    /// `NAME = ...` or `NAME := ...`
    fn assignment(&mut self) -> Parse<Statement> {
        let name = self.name("a name")?;
        if self.accept(Symbol::Update) {
            let right = self.expression()?;
            return Ok(Statement::Equation { state: name, kind: EquationKind::Update, right });
        }
        self.expect(Symbol::Assign)?;
        let value = self.expression()?;
        let unit = self.unit_clause()?;
        let meaning = self.accept_text();
        Ok(Statement::Value { name, value, unit, meaning })
    }

    /// `dNAME/dt = ...`
    fn differential(&mut self) -> Parse<Statement> {
        let word = self.word().unwrap_or_default();
        let span = self.peek().span;
        let is_time = {
            let token = self.peek_after(2);
            token.kind == TokenKind::Name && self.slice(token.span) == "dt"
        };
        let state = word
            .strip_prefix('d')
            .filter(|state| !state.is_empty() && !state.starts_with(|c: char| c.is_ascii_digit()));
        let (Some(state), true) = (state, is_time) else {
            self.report.error(span, "expected an equation").hint("a differential equation begins with `dNAME/dt =`");
            return Err(Reported);
        };
        let state = Name { text: state.to_owned(), span: Span { start: span.start + 1, end: span.end } };
        self.at += 3;
        self.expect(Symbol::Assign)?;
        let right = self.expression()?;
        Ok(Statement::Equation { state, kind: EquationKind::Differential, right })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnostic::Report;

    fn parse(text: &str) -> Result<Statement, String> {
        let mut report = Report::new(text, "x");
        let tree = crate::parser::tree(text, &mut report);
        report.finish().map_err(|errors| errors.to_string())?;
        Ok(tree.statements.into_iter().next().unwrap())
    }

    #[test]
    fn parameters_have_default_unit_range_and_meaning() {
        let Statement::Parameter(parameter) = parse("param tau = 2*pi : mV/sqrt(ms) in (0, inf] \"time\"").unwrap()
        else {
            panic!()
        };
        assert_eq!(parameter.default.value, 2.0 * std::f64::consts::PI);
        let unit = parameter.unit.unwrap();
        assert_eq!(unit.text, "mV/sqrt(ms)");
        assert_eq!(
            unit.factors.iter().map(|(name, power)| (name.text.as_str(), *power)).collect::<Vec<_>>(),
            [("mV", 1.0), ("ms", -0.5)]
        );
        let range = parameter.range.unwrap();
        assert!(range.lower_open && range.upper_open);
        assert_eq!(parameter.meaning.unwrap().text, "time");
    }

    #[test]
    fn units_are_products_of_powers() {
        let factors = |unit: &str| match parse(&format!("noise_free = 1 : {unit}")).unwrap() {
            Statement::Value { unit: Some(unit), .. } => {
                unit.factors.iter().map(|(name, power)| format!("{}^{power}", name.text)).collect::<Vec<_>>().join(" ")
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(factors("1"), "");
        assert_eq!(factors("1/ms^2"), "ms^-2");
        assert_eq!(factors("mV*ms^-1/(nA*s)"), "mV^1 ms^-1 nA^-1 s^-1");
        assert_eq!(factors("sqrt(Hz/ms)^(1/2)"), "Hz^0.25 ms^-0.25");
        assert_eq!(factors("%/ms"), "%^1 ms^-1");
    }

    #[test]
    fn states_have_initial_values_and_bounds() {
        let state = parse("state theta = uniform(0, 2*pi) : rad wrap [0, 2*pi) \"phase\"").unwrap();
        let Statement::State { initial, bounds, .. } = state else { panic!() };
        assert!(matches!(initial, InitialValue::Uniform(a, b) if a.value == 0.0 && b.text == "2*pi"));
        assert!(matches!(bounds, Some(Bounding::Wrap(range)) if range.upper_open && !range.lower_open));
        let state = parse("state v = -65 : mV clip [-90, inf)").unwrap();
        assert!(matches!(state, Statement::State { initial: InitialValue::Number(n), .. } if n.value == -65.0));
        let state = parse("state v = EL : mV").unwrap();
        assert!(matches!(state, Statement::State { initial: InitialValue::Parameter(n), .. } if n.text == "EL"));
    }

    #[test]
    fn tables_functions_and_couplings() {
        let table = parse("table f(mu: mV/ms,\nsigma: mV) -> r: kHz, v: mV \"rates\"").unwrap();
        assert!(matches!(table, Statement::Table { axes, columns, .. } if axes.len() == 2 && columns.len() == 2));
        let function = parse("function f(a, b) = a * b").unwrap();
        assert!(matches!(function, Statement::Function { arguments, .. } if arguments.len() == 2));
        let coupling =
            parse("coupling r -> x per node power 2 strength k = 0.5 : mV in [0, 1] \"k\" diffusive").unwrap();
        let Statement::Coupling(coupling) = coupling else { panic!() };
        assert!(coupling.diffusive && coupling.per_node && coupling.power == 2);
        assert!(matches!(coupling.strength, Some(StrengthClause::Declared(k)) if k.name.text == "k"));
        let coupling = parse("coupling r -> x strength k").unwrap();
        assert!(matches!(coupling, Statement::Coupling(c) if matches!(&c.strength, Some(StrengthClause::Shared(_)))));
    }

    #[test]
    fn equations_name_their_state() {
        let equation = parse("dx_ou/dt = 1").unwrap();
        assert!(
            matches!(equation, Statement::Equation { state, kind: EquationKind::Differential, .. } if state.text == "x_ou")
        );
        let equation = parse("rate := 1").unwrap();
        assert!(
            matches!(equation, Statement::Equation { state, kind: EquationKind::Update, .. } if state.text == "rate")
        );
    }

    #[test]
    fn descriptions_lose_their_margin() {
        let Statement::Description(text) = parse("\"\"\"\n  One.\n\n    code\n  Two.\n\"\"\"").unwrap() else {
            panic!()
        };
        assert_eq!(text.text, "One.\n\n  code\nTwo.");
    }

    #[test]
    fn errors_say_what_should_stand_there() {
        for (text, message) in [
            ("parm a = 1", "did you mean `param`?"),
            ("f(x) = x", "`function NAME(ARGUMENT, ...) = EXPRESSION`"),
            ("param a = 5[ms]", "write `5 : UNIT`"),
            ("param a", "expected `=` and the default"),
            ("param a = 1 : ms in 3", "a range such as `[0, 1]`"),
            ("param a = 1 : in [0, 1]", "expected a unit, found `in`"),
            ("param a = inf/inf", "`inf/inf` is not a number"),
            ("dx/dv = 1", "`dNAME/dt =`"),
            ("dx/dt = 1 : mV", "the unit of a state stands in its `state` statement"),
            ("coupling a -> b diffusiv", "did you mean `diffusive`?"),
            ("coupling a -> b power 1.5", "expected a whole number from 1 to 8"),
            ("coupling a -> b additive diffusive", "a coupling says this once"),
            ("state x = \"a\"", "an initial value"),
            ("input = 3", "`input` is a word of the language"),
            ("= 3", "expected a statement, found `=`"),
            ("source Deco", "a citation in quotes"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
