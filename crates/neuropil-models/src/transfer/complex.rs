//! The little complex arithmetic that the response needs.

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
}

impl Complex {
    /// The quotient, with the divisor scaled so that its square neither overflows nor vanishes.
    pub(super) fn divided_by(self, divisor: Self) -> Self {
        let scale = 1.0 / divisor.re.abs().max(divisor.im.abs());
        let (re, im) = (divisor.re * scale, divisor.im * scale);
        let norm = scale / (re * re + im * im);
        Self { re: (self.re * re + self.im * im) * norm, im: (self.im * re - self.re * im) * norm }
    }
}
