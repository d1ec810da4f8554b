//! Functional connectivity, spectra, filters and distances to data for neuropil.
//!
//! A recording is a [`Series`]: channels (regions) in rows, samples in columns. It is checked once, when it is made:
//! every number in it is finite. The functions here take it from there.
//!
//! | question | items |
//! | --- | --- |
//! | which regions go together | [`functional_connectivity`], [`ConnectivityAccumulator`] for runs too long to keep |
//! | how does that change | [`functional_connectivity_dynamics`] |
//! | how close is a simulation to data | [`matrix_correlation`], [`kolmogorov_smirnov`], [`matrix_kolmogorov_smirnov`], [`log_spectral_distance`], [`spectrum_correlation_distance`] |
//! | which rhythms are there | [`Welch`], [`Spectrum`] |
//! | cut out a band | [`butterworth`], [`SecondOrderSections::zero_phase`] |
//! | remove mean, trend, scale | [`detrend`], [`z_score`] |
//! | amplitude and phase | [`analytic_signal`] |
//! | do the phases agree | [`order_parameter`] |
//! | a few numbers | [`summarise`] |
//!
//! Results have the same bits for any number of threads. Frequencies are in Hz, phases in radians; correlations and
//! order parameters have no unit.

mod analytic_signal;
mod butterworth;
mod comparison;
mod connectivity_accumulator;
mod functional_connectivity;
mod functional_connectivity_dynamics;
mod gram;
mod name;
mod second_order_sections;
mod series;
mod spectrum;
mod spectrum_distance;
mod square_matrix;
mod standardise;
mod summary;
mod sums;
mod synchrony;

pub use analytic_signal::{AnalyticSignal, analytic_signal};
pub use butterworth::{Band, FilterDesignError, butterworth};
pub use comparison::{ComparisonError, kolmogorov_smirnov, matrix_correlation, matrix_kolmogorov_smirnov};
pub use connectivity_accumulator::{AccumulatorError, ConnectivityAccumulator};
pub use functional_connectivity::{FunctionalConnectivityError, functional_connectivity};
pub use functional_connectivity_dynamics::{
    DynamicsDefinition, DynamicsError, DynamicsOptions, functional_connectivity_dynamics,
    functional_connectivity_dynamics_until,
};
pub use name::UnknownName;
pub use second_order_sections::{FilterError, SecondOrderSections, Section};
pub use series::{Series, SeriesBuffer, SeriesError};
pub use spectrum::{Spectrum, SpectrumError, SpectrumScaling, Welch};
pub use spectrum_distance::{SpectrumDistanceError, log_spectral_distance, spectrum_correlation_distance};
pub use square_matrix::{SquareMatrix, SquareMatrixError};
pub use standardise::{Detrend, detrend, z_score};
pub use summary::{Summary, summarise};
pub use synchrony::{OrderParameter, order_parameter};
