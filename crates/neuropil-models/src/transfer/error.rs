//! What can go wrong while a table is computed.

/// Why a transfer table could not be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// A parameter of the neuron is out of its range.
    #[error("`{name}`: expected {expected}, found {value}")]
    Neuron {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        expected: String,
    },
    /// The mean or the standard deviation of the input, or its axis in the grid, is out of its range.
    #[error("`{axis}`: expected {expected}, found {found}")]
    Axis {
        /// `mu` or `sigma`.
        axis: &'static str,
        /// What is there.
        found: String,
        /// What must be there.
        expected: &'static str,
    },
    /// The numbers left the range of floating point.
    #[error("the numbers leave the floating-point range at mu = {mu} mV/ms, sigma = {sigma} mV/sqrt(ms)")]
    NotFinite {
        /// Mean input, mV/ms.
        mu: f64,
        /// Standard deviation of the input, mV/sqrt(ms).
        sigma: f64,
    },
    /// A part of the population lies below the potentials that are integrated over.
    #[error(
        "the membrane potential's distribution reaches below {lowest} mV at mu = {mu} mV/ms, sigma = {sigma} mV/sqrt(ms)"
    )]
    TooLow {
        /// Mean input, mV/ms.
        mu: f64,
        /// Standard deviation of the input, mV/sqrt(ms).
        sigma: f64,
        /// Lower end of the integration, mV.
        lowest: f64,
    },
}

impl TransferError {
    /// What to do about it, where that is not plain from the message.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Neuron { .. } | Self::Axis { .. } => None,
            Self::NotFinite { .. } => Some("let `sigma` start at a larger value".to_owned()),
            Self::TooLow { .. } => Some("let `mu` start at a larger value, or `sigma` end at a smaller one".to_owned()),
        }
    }
}
