//! Integration methods.

/// How a step is made.
///
/// | method | order without noise | strong order with additive noise | model evaluations a step | noise |
/// | --- | --- | --- | --- | --- |
/// | `Euler` | 1 | 1 | 1 | any; Ito |
/// | `Heun` | 2 | 1 | 2 | any; Stratonovich |
/// | `RungeKutta4` | 4 | - | 4 | none |
///
/// With delays, `Heun` keeps its order; `RungeKutta4` reads delayed values between steps as the mean of the two
/// neighbours, and its order is then 2.
///
/// Source: Kloeden, P. E. & Platen, E. (1992) Numerical Solution of Stochastic Differential Equations,
/// doi:10.1007/978-3-662-12616-5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// Explicit Euler, with noise Euler-Maruyama.
    #[default]
    Euler,
    /// Heun's method, the explicit trapezoidal rule.
    Heun,
    /// The classical Runge-Kutta method of four stages.
    RungeKutta4,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 3] = [Self::Euler, Self::Heun, Self::RungeKutta4];

    /// Name that users type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Euler => "euler",
            Self::Heun => "heun",
            Self::RungeKutta4 => "rk4",
        }
    }

    /// The method of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// Order of convergence without noise and without delays.
    pub const fn order(self) -> u32 {
        match self {
            Self::Euler => 1,
            Self::Heun => 2,
            Self::RungeKutta4 => 4,
        }
    }

    /// Whether it may be used with noise.
    pub const fn is_stochastic(self) -> bool {
        !matches!(self, Self::RungeKutta4)
    }
}
