//! The neuron whose population the table describes.

use super::TransferError;

/// An exponential integrate-and-fire neuron (Fourcaud-Trocmé et al. 2003, doi:10.1523/JNEUROSCI.23-37-11628.2003):
///
/// ```text
/// C dV/dt = -gL (V - EL) + gL DeltaT exp((V - VT) / DeltaT) + C (mu + sigma xi(t))
/// ```
///
/// with a spike when V reaches Vs, after which V stays at Vr for the time Tref. The input has mean mu (mV/ms) and
/// standard deviation sigma (mV/sqrt(ms)); xi is white noise.
///
/// The defaults are those of the adaptive linear-nonlinear cascade (Cakan & Obermayer 2020,
/// doi:10.1371/journal.pcbi.1007822).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransferNeuron {
    /// Capacitance of the membrane C, pF; 200.
    pub capacitance: f64,
    /// Leak conductance gL, nS; 10.
    pub leak_conductance: f64,
    /// Leak reversal potential EL, mV; -65.
    pub leak_potential: f64,
    /// Slope factor `DeltaT`: how sharp spikes begin, mV; 1.5.
    pub slope_factor: f64,
    /// Threshold of the exponential term VT, mV; -50.
    pub threshold_potential: f64,
    /// Potential after a spike Vr, mV; -70.
    pub reset_potential: f64,
    /// Potential at which a spike is counted Vs, mV; -40.
    pub spike_potential: f64,
    /// Refractory period Tref, ms; 1.5.
    pub refractory_period: f64,
}

impl Default for TransferNeuron {
    fn default() -> Self {
        Self {
            capacitance: 200.0,
            leak_conductance: 10.0,
            leak_potential: -65.0,
            slope_factor: 1.5,
            threshold_potential: -50.0,
            reset_potential: -70.0,
            spike_potential: -40.0,
            refractory_period: 1.5,
        }
    }
}

/// The range of membrane potentials (mV) that is integrated over ends here at the latest.
pub(super) const LOWEST_POTENTIAL: f64 = -200.0;
const HIGHEST_POTENTIAL: f64 = 100.0;

impl TransferNeuron {
    /// Names of the parameters, in the order of [`values`](Self::values) and of the asset.
    pub const NAMES: [&'static str; 8] = [
        "capacitance",
        "leak_conductance",
        "leak_potential",
        "slope_factor",
        "threshold_potential",
        "reset_potential",
        "spike_potential",
        "refractory_period",
    ];

    /// Membrane time constant C / gL, ms.
    pub fn membrane_time_constant(&self) -> f64 {
        self.capacitance / self.leak_conductance
    }

    /// The parameters in the order of [`NAMES`](Self::NAMES).
    pub fn values(&self) -> [f64; 8] {
        [
            self.capacitance,
            self.leak_conductance,
            self.leak_potential,
            self.slope_factor,
            self.threshold_potential,
            self.reset_potential,
            self.spike_potential,
            self.refractory_period,
        ]
    }

    /// The neuron with these parameters, in the order of [`NAMES`](Self::NAMES).
    pub fn from_values(values: [f64; 8]) -> Self {
        let [
            capacitance,
            leak_conductance,
            leak_potential,
            slope_factor,
            threshold_potential,
            reset_potential,
            spike_potential,
            refractory_period,
        ] = values;
        Self {
            capacitance,
            leak_conductance,
            leak_potential,
            slope_factor,
            threshold_potential,
            reset_potential,
            spike_potential,
            refractory_period,
        }
    }

    /// Checks that the parameters are those of a neuron that can spike.
    ///
    /// # Errors
    ///
    /// [`TransferError::Neuron`] with the first parameter that is out of its range.
    pub fn validate(&self) -> Result<(), TransferError> {
        let check = |holds: bool, name: &'static str, value: f64, expected: &str| {
            if holds && value.is_finite() {
                Ok(())
            } else {
                Err(TransferError::Neuron { name, value, expected: expected.to_owned() })
            }
        };
        let spike = self.spike_potential;
        let below_spike = format!("a potential above {LOWEST_POTENTIAL} mV and below `spike_potential` ({spike} mV)");
        let is_below_spike = |potential: f64| LOWEST_POTENTIAL < potential && potential < spike;
        check(self.capacitance > 0.0, "capacitance", self.capacitance, "a positive number of pF")?;
        check(self.leak_conductance > 0.0, "leak_conductance", self.leak_conductance, "a positive number of nS")?;
        let time_constant = self.membrane_time_constant();
        check(
            (0.1..=1000.0).contains(&time_constant),
            "capacitance / leak_conductance",
            time_constant,
            "a membrane time constant from 0.1 to 1000 ms",
        )?;
        check(
            LOWEST_POTENTIAL < spike && spike <= HIGHEST_POTENTIAL,
            "spike_potential",
            spike,
            &format!("a potential above {LOWEST_POTENTIAL} mV and at most {HIGHEST_POTENTIAL} mV"),
        )?;
        check(is_below_spike(self.leak_potential), "leak_potential", self.leak_potential, &below_spike)?;
        check(is_below_spike(self.reset_potential), "reset_potential", self.reset_potential, &below_spike)?;
        check(is_below_spike(self.threshold_potential), "threshold_potential", self.threshold_potential, &below_spike)?;
        check(
            (0.1..=20.0).contains(&self.slope_factor),
            "slope_factor",
            self.slope_factor,
            "a number of mV from 0.1 to 20",
        )?;
        check(
            (0.0..=100.0).contains(&self.refractory_period),
            "refractory_period",
            self.refractory_period,
            "a number of ms from 0 to 100",
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn values_and_back() {
        let neuron = TransferNeuron { refractory_period: 2.0, ..TransferNeuron::default() };
        assert_eq!(TransferNeuron::from_values(neuron.values()), neuron);
        neuron.validate().unwrap();
    }

    #[test]
    fn each_parameter_is_checked() {
        for index in 0..8 {
            for wrong in [f64::NAN, f64::INFINITY, -1e9] {
                let mut values = TransferNeuron::default().values();
                values[index] = wrong;
                let error = TransferNeuron::from_values(values).validate().unwrap_err();
                assert!(error.to_string().contains("expected"), "{error}");
            }
        }
        let reset_above_spike = TransferNeuron { reset_potential: -39.0, ..TransferNeuron::default() };
        let error = reset_above_spike.validate().unwrap_err();
        assert!(error.to_string().starts_with("`reset_potential`: expected"), "{error}");
    }
}
