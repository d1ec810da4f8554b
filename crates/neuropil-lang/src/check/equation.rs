//! Right sides of equations, and what a dimensionless model may leave out.
//!
//! The right side of `dx/dt` has the dimension of x over time. If x has none, the right side is a sum of terms, and
//! each term is either measured in 1/ms, or has no dimension and is read as 1/ms. In a term without dimension noise
//! has none either.

use neuropil_kernel::StateKind;

use super::declaration::Entity;
use super::expression::{Lowering, sum_operation};
use super::shown;
use super::value::{Number, told, unify};
use crate::nearest::nearest;
use crate::syntax::{BinaryOperator, EquationKind, Expression, ExpressionKind, Name, UnaryOperator};
use crate::unit::Dimension;

impl<'t> Lowering<'_, 't, '_, '_> {
    /// The index of the state and its right side. Both are none where they are wrong, which is reported.
    pub(super) fn equation(
        &mut self,
        state: &'t Name,
        kind: EquationKind,
        right: &'t Expression,
    ) -> (Option<usize>, Option<Number>) {
        let declarations = self.declarations;
        let index = match declarations.entity(&state.text) {
            Some(Entity::State(index)) => index,
            other => {
                self.no_state(state, kind, other);
                // What is wrong in the right side is told all the same.
                let _ = self.value(right);
                return (None, None);
            }
        };
        let Some(dimension) = declarations.states[index] else {
            return (Some(index), None);
        };
        let number = match declarations.info.states[index].kind {
            StateKind::Differential => self.differential(state, dimension, right),
            StateKind::Updated => self.update(state, dimension, right),
        };
        (Some(index), number)
    }

    fn no_state(&mut self, state: &Name, kind: EquationKind, entity: Option<Entity>) {
        let name = &state.text;
        if let Some(entity) = entity {
            let message = format!("`{name}` is {}, but has the equation of a state", entity.described());
            let problem = self.report.error(state.span, message);
            if kind == EquationKind::Update {
                problem.hint(format!("a named value is written `{name} = ...`"));
            }
            return;
        }
        let near = nearest(name, self.declarations.info.states.iter().map(|state| state.name.as_str()));
        let problem = self.report.error(state.span, format!("unknown state `{name}`"));
        if near.is_some() {
            problem.did_you_mean(near);
        } else {
            problem.hint(format!("declare it by `state {name} = INITIAL : UNIT`"));
        }
    }

    fn update(&mut self, state: &Name, dimension: Dimension, right: &'t Expression) -> Option<Number> {
        let number = self.number(right)?;
        if !number.noise.is_empty() {
            self.error(right.span, format!("noise cannot enter the value that is assigned to `{}`", state.text))
                .hint("white noise has no value at a point in time: let it drive a `dx/dt`");
            return None;
        }
        if unify(number.dimension, Some(dimension)).is_none() {
            let found = told(number.dimension);
            let message = format!("the right side of `{}` has dimension {found}, expected {dimension}", state.text);
            self.error(right.span, message);
            return None;
        }
        Some(number)
    }

    fn differential(&mut self, state: &Name, dimension: Dimension, right: &'t Expression) -> Option<Number> {
        let expected = dimension.over(Dimension::TIME);
        if dimension.is_none() {
            return self.terms(state, expected, right);
        }
        let number = self.number(right)?;
        if unify(number.dimension, Some(expected)).is_none() {
            let found = told(number.dimension);
            let message = format!("the right side of `d{}/dt` has dimension {found}, expected {expected}", state.text);
            let problem = self.error(right.span, message);
            if number.dimension == Some(dimension) {
                problem.hint("is a time constant missing?");
            }
            return None;
        }
        Some(number)
    }

    /// Terms of the equation of a state without dimension. The dimension of the result is not used.
    fn terms(&mut self, state: &Name, expected: Dimension, right: &'t Expression) -> Option<Number> {
        match &right.kind {
            ExpressionKind::Binary(operator @ (BinaryOperator::Add | BinaryOperator::Subtract), a, b) => {
                let (a, b) = (self.terms(state, expected, a), self.terms(state, expected, b));
                Some(a?.combine(&mut self.graph, sum_operation(*operator), &b?, Some(expected)))
            }
            ExpressionKind::Unary(UnaryOperator::Negate, a) => {
                let number = self.terms(state, expected, a)?;
                Some(number.negate(&mut self.graph))
            }
            ExpressionKind::Conditional(value, condition, otherwise) => {
                let a = self.terms(state, expected, value);
                let condition = self.condition(condition);
                let b = self.terms(state, expected, otherwise);
                Some(a?.select(&mut self.graph, condition?, &b?, Some(expected)))
            }
            _ => self.term(state, expected, right),
        }
    }

    fn term(&mut self, state: &Name, expected: Dimension, term: &'t Expression) -> Option<Number> {
        let mark = self.report.mark();
        let measured = self.number(term);
        if let Some(number) = &measured {
            let without_dimension = number.noise.is_empty() && number.dimension == Some(Dimension::NONE);
            if without_dimension || unify(number.dimension, Some(expected)).is_some() {
                return measured;
            }
        }
        if self.mentions_noise(term) {
            let errors = self.report.forget(mark);
            let plain = self.without_noise_unit(|lowering| lowering.number(term));
            self.report.forget(mark);
            if plain.as_ref().is_some_and(|number| unify(number.dimension, Some(Dimension::NONE)).is_some()) {
                return plain;
            }
            self.report.restore(errors);
        }
        if let Some(number) = measured {
            let message = format!(
                "the term `{}` in the equation of `{}` has dimension {}, expected {expected} or none",
                shown(term),
                state.text,
                told(number.dimension)
            );
            self.error(term.span, message);
        }
        None
    }
}
