//! The points of a study: which values they have, and what those are values of.

use neuropil_kernel::{ModelInfo, Parameter};
use neuropil_lang::nearest;
use neuropil_optimize::{Axis, Design, DesignError, Domain, ParameterSpace, Plan, Scale, SpaceError, Value as Level};
use neuropil_sim::Network;

use crate::error::Error;
use crate::experiment::{AxisScale, AxisSection, DesignName, Experiment, StudySection, Value};

/// Seeds and other whole numbers of which every one is a number of the type that values have.
const LARGEST_WHOLE: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// Values of an axis, at most.
const MOST_STEPS: usize = 1 << 24;

/// Points of a study. Point `i` depends on the study and `i` alone.
#[derive(Clone, Debug)]
pub struct Points {
    axes: Vec<StudyAxis>,
    design: Design,
}

/// What is varied along one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyAxis {
    /// Name of the parameter, input or strength, with its population where there are several; `speed` or `seed`.
    pub name: String,
    /// Unit of its values.
    pub unit: String,
    /// Meaning in a few words.
    pub meaning: String,
    /// Where the values go.
    pub(crate) target: Target,
    values: Values,
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
enum Values {
    /// These; a design sees their numbers.
    Listed(Vec<f64>),
    /// All of a range.
    Within(Domain),
}

/// What an axis is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The same for all points of a run, because delays follow from it.
    Speed,
    /// The same for all points of a run.
    Seed,
    /// May differ among the trials of a run. The population where there are several.
    Parameter { population: Option<String>, name: String },
}

impl StudyAxis {
    /// Whether the points of a run share its value.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.target, Target::Speed | Target::Seed)
    }
}

impl Points {
    /// The points of a study of this network.
    pub(super) fn of(experiment: &Experiment, section: &StudySection, network: &Network) -> Result<Self, Error> {
        if section.axes.is_empty() {
            return Err(Error::specification("study.axes", "no axis", "at least one")
                .advise("name a parameter and its range: `K_gl = { from = 0, to = 2, steps = 11 }`"));
        }
        let mut axes = Vec::new();
        for (name, axis) in &section.axes {
            axes.push(StudyAxis::of(name, axis, section.design, experiment, network)?);
        }
        // What the points of a run share changes slowest, so that runs are large; otherwise by name.
        axes.sort_by_key(|axis| !axis.is_shared());
        let plan = plan(&mut axes, section, experiment, network)?;
        let space = ParameterSpace::new(axes.iter().map(StudyAxis::coordinate).collect()).map_err(|e| in_space(&e))?;
        let design = Design::new(space, plan, experiment.simulation.seed).map_err(|error| in_design(&error))?;
        Ok(Self { axes, design })
    }

    /// Number of points.
    #[allow(clippy::len_without_is_empty)] // a study without points cannot be made
    pub fn len(&self) -> u64 {
        self.design.len()
    }

    /// The axes, in the order of the values of a point.
    pub fn axes(&self) -> &[StudyAxis] {
        &self.axes
    }

    /// The values of a point, one for each axis; none where there is no such point.
    pub fn values(&self, point: u64) -> Vec<f64> {
        let Ok(point) = self.design.point(point) else { return Vec::new() };
        let pairs = self.axes.iter().zip(&point);
        pairs.map(|(axis, level)| axis.value(level)).collect()
    }

    /// Two points with the smallest and the largest value of each axis.
    pub(super) fn extremes(&self) -> [Vec<f64>; 2] {
        [0, 1].map(|end| self.axes.iter().map(|axis| axis.bounds()[end]).collect())
    }
}

impl StudyAxis {
    fn of(
        name: &str,
        section: &AxisSection,
        design: DesignName,
        experiment: &Experiment,
        network: &Network,
    ) -> Result<Self, Error> {
        let (target, unit, meaning) = target(name, experiment, network)?;
        let is_whole = section.integer || target == Target::Seed;
        let values = values(name, section, design, is_whole)?;
        let axis = Self { name: name.into(), unit, meaning, target, values };
        for value in axis.bounds() {
            let is_seed = (0.0..=LARGEST_WHOLE).contains(&value) && value.fract() == 0.0;
            if axis.target == Target::Seed && !is_seed {
                return Err(Error::specification("study.axes.seed", value, "whole numbers from 0 to 2^53"));
            }
            if axis.target == Target::Speed && !(value >= 0.0 && value.is_finite()) {
                return Err(Error::specification("study.axes.speed", value, "numbers of mm/ms, or 0 for no delays"));
            }
        }
        Ok(axis)
    }

    /// Smallest and largest value.
    fn bounds(&self) -> [f64; 2] {
        match &self.values {
            Values::Listed(values) => {
                let ends = [f64::INFINITY, f64::NEG_INFINITY];
                values.iter().fold(ends, |[least, largest], &value| [least.min(value), largest.max(value)])
            }
            Values::Within(Domain::Real { lower, upper, .. }) => [*lower, *upper],
            Values::Within(Domain::Integer { lower, upper }) => [*lower as f64, *upper as f64],
            Values::Within(Domain::Categorical { .. }) => [f64::NAN; 2],
        }
    }

    /// Number of values that are listed.
    fn count(&self) -> usize {
        if let Values::Listed(values) = &self.values { values.len() } else { 0 }
    }

    /// As a design sees it.
    fn coordinate(&self) -> Axis {
        match &self.values {
            Values::Listed(values) => Axis::integer(&self.name, 0, values.len() as i64 - 1),
            Values::Within(domain) => Axis::new(&self.name, domain.clone()),
        }
    }

    fn value(&self, level: &Level) -> f64 {
        match (&self.values, level) {
            (Values::Listed(values), Level::Integer(level)) => values.get(*level as usize).copied().unwrap_or(f64::NAN),
            (_, level) => level.as_number().unwrap_or(f64::NAN),
        }
    }
}

/// The values that a section asks for.
fn values(name: &str, section: &AxisSection, design: DesignName, is_whole: bool) -> Result<Values, Error> {
    let field = format!("study.axes.{name}");
    let is_ranged = section.from.is_some() || section.to.is_some() || section.steps.is_some();
    if let Some(values) = &section.values {
        if is_ranged || section.scale == AxisScale::Log {
            return Err(Error::specification(field, "`values` and a range", "one of them"));
        }
        let is_wrong = |value: &&f64| !value.is_finite() || (is_whole && value.fract() != 0.0);
        return match values.iter().find(is_wrong) {
            _ if values.is_empty() => Err(Error::specification(field, "no value", "at least one")),
            Some(found) => {
                Err(Error::specification(field, found, if is_whole { "whole numbers" } else { "finite numbers" }))
            }
            None => Ok(Values::Listed(values.clone())),
        };
    }
    let (Some(from), Some(to)) = (section.from, section.to) else {
        let expected = "a range `{ from = ..., to = ... }` or `{ values = [...] }`";
        let found = if is_ranged { "half a range" } else { "neither values nor a range" };
        return Err(Error::specification(field, found, expected));
    };
    let is_countable = from.fract() == 0.0 && to.fract() == 0.0 && from.abs().max(to.abs()) <= LARGEST_WHOLE;
    let domain = match (is_whole, section.scale) {
        (true, _) if !is_countable => {
            return Err(Error::specification(field, format!("{from} to {to}"), "whole numbers up to 2^53"));
        }
        (true, AxisScale::Log) => {
            return Err(Error::specification(field, "whole numbers on a logarithmic scale", "a linear scale"));
        }
        (true, AxisScale::Linear) => Domain::Integer { lower: from as i64, upper: to as i64 },
        (false, AxisScale::Linear) => Domain::Real { lower: from, upper: to, scale: Scale::Linear },
        (false, AxisScale::Log) => Domain::Real { lower: from, upper: to, scale: Scale::Logarithmic },
    };
    let space = ParameterSpace::new(vec![Axis::new(name, domain.clone())]).map_err(|error| in_space(&error))?;
    let is_listed = matches!(design, DesignName::Grid | DesignName::Sequence | DesignName::List);
    let count = match section.steps {
        Some(steps) if steps == 0 || steps > MOST_STEPS => {
            let expected = format!("a number from 1 to {MOST_STEPS}");
            return Err(Error::specification(field + ".steps", steps, expected));
        }
        Some(steps) => steps,
        None if is_whole && is_listed && to - from < MOST_STEPS as f64 => (to - from) as usize + 1,
        None if is_listed => {
            let error = Error::specification(field, "a range without `steps`", "the number of its values");
            return Err(error.advise("`steps = 11` gives eleven values, both bounds included"));
        }
        None => return Ok(Values::Within(domain)),
    };
    let levels = space.levels(&[count]).map_err(|error| in_space(&error))?;
    Ok(Values::Listed(levels.iter().flatten().filter_map(Level::as_number).collect()))
}

fn plan(
    axes: &mut [StudyAxis],
    section: &StudySection,
    experiment: &Experiment,
    network: &Network,
) -> Result<Plan, Error> {
    let is_sampled = matches!(section.design, DesignName::Random | DesignName::LatinHypercube | DesignName::Sobol);
    let count = match (section.points, is_sampled) {
        (None, true) => {
            return Err(Error::specification("study.points", "nothing", "the number of points of this design"));
        }
        (Some(0), true) => return Err(Error::specification("study.points", "0", "at least 1")),
        (Some(points), false) => {
            let expected = "none for a design whose points follow from the axes";
            return Err(Error::specification("study.points", points, expected)
                .advise("`random`, `latin_hypercube` and `sobol` take a number of points"));
        }
        (count, _) => count.unwrap_or(1),
    };
    let all = |axis: &StudyAxis| (0..axis.count() as i64).map(Level::Integer).collect::<Vec<_>>();
    Ok(match section.design {
        DesignName::Grid => Plan::Grid { values: axes.iter().map(all).collect() },
        DesignName::Sequence => {
            let values = axes.iter().map(all).collect();
            // Where an axis stays is one value more, after those that it takes.
            let mut base = Vec::new();
            for axis in axes {
                base.push(Level::Integer(axis.count() as i64));
                let own = present(axis, experiment, network)?;
                if let Values::Listed(values) = &mut axis.values {
                    values.push(own);
                }
            }
            Plan::Sequence { base, values }
        }
        DesignName::List => {
            let length = axes[0].count();
            if let Some(other) = axes.iter().find(|axis| axis.count() != length) {
                let expected = format!("{length}, as `{}` has", axes[0].name);
                let found = format!("{} values", other.count());
                return Err(Error::specification(format!("study.axes.{}", other.name), found, expected));
            }
            Plan::Explicit { points: (0..length as i64).map(|row| vec![Level::Integer(row); axes.len()]).collect() }
        }
        DesignName::Random => Plan::Random { count },
        DesignName::LatinHypercube => Plan::LatinHypercube { count },
        DesignName::Sobol => Plan::Sobol { count, scrambled: true },
    })
}

/// The value that an axis has in the experiment itself.
fn present(axis: &StudyAxis, experiment: &Experiment, network: &Network) -> Result<f64, Error> {
    let (population, name) = match &axis.target {
        Target::Seed => return Ok(experiment.simulation.seed as f64),
        Target::Speed => {
            let speed = experiment.network.as_ref().and_then(|network| network.speed).unwrap_or_default();
            return Ok(speed.millimetres_per_millisecond().unwrap_or(0.0));
        }
        Target::Parameter { population, name } => (population, name),
    };
    let set = match population {
        None => experiment.network.as_ref().and_then(|network| network.parameters.get(name)),
        Some(population) => {
            let section = experiment.populations.iter().find(|section| section.name == *population);
            section.and_then(|section| section.parameters.get(name))
        }
    };
    match set {
        Some(Value::Number(number)) => Ok(*number),
        Some(_) => {
            let field = format!("study.axes.{}", axis.name);
            Err(Error::specification(field, "values that differ among nodes", "one number to start a sequence from"))
        }
        None => {
            let info = model_of(network, population.as_deref())?;
            let input = info.inputs.iter().find(|input| input.name == *name).map(|input| input.default);
            Ok(parameters(info).find(|parameter| parameter.name == *name).map(|p| p.default).or(input).unwrap_or(0.0))
        }
    }
}

/// What a name is of, its unit and meaning.
fn target(name: &str, experiment: &Experiment, network: &Network) -> Result<(Target, String, String), Error> {
    match name {
        "seed" => return Ok((Target::Seed, String::new(), "seed of noise and initial values".into())),
        "speed" if network.projections().is_empty() => {
            let field = "study.axes.speed";
            return Err(Error::specification(field, "a network without connections", "a `connectome` or `dataset`"));
        }
        "speed" => return Ok((Target::Speed, "mm/ms".into(), "speed of signals".into())),
        _ => {}
    }
    let (population, parameter) = match name.split_once('.') {
        Some((population, parameter)) if !experiment.populations.is_empty() => {
            network.population(population)?;
            (Some(population.to_owned()), parameter)
        }
        _ if !experiment.populations.is_empty() => {
            let names = network.populations().iter().map(|population| format!("`{}`", population.name()));
            let hint = format!("the populations are: {}", names.collect::<Vec<_>>().join(", "));
            return Err(Error::specification("study.axes", format!("`{name}`"), "POPULATION.NAME").advise(hint));
        }
        _ => (None, name),
    };
    let info = model_of(network, population.as_deref())?;
    let found = parameters(info).find(|known| known.name == parameter).map(|known| (&known.unit, &known.meaning));
    let input = info.inputs.iter().find(|input| input.name == parameter).map(|input| (&input.unit, &input.meaning));
    let Some((unit, meaning)) = found.or(input) else {
        let inputs = info.inputs.iter().map(|input| input.name.as_str());
        let known = parameters(info).map(|known| known.name.as_str()).chain(inputs).chain(["speed", "seed"]);
        let expected = format!("a parameter, input or coupling strength of `{}`, `speed` or `seed`", info.name);
        let error = Error::specification("study.axes", format!("`{name}`"), expected);
        return Err(match nearest(parameter, known) {
            Some(nearest) => error.advise(format!("did you mean `{nearest}`?")),
            None => error.advise(format!("`neuropil models show {}` lists them", info.name)),
        });
    };
    let unit = if unit.text == "1" { String::new() } else { unit.text.clone() };
    Ok((Target::Parameter { population, name: parameter.into() }, unit, meaning.clone()))
}

/// Parameters and coupling strengths of a model.
fn parameters(info: &ModelInfo) -> impl Iterator<Item = &Parameter> + Clone {
    info.parameters.iter().chain(info.couplings.iter().filter_map(|coupling| coupling.strength.as_ref()))
}

fn model_of<'a>(network: &'a Network, population: Option<&str>) -> Result<&'a ModelInfo, Error> {
    let population = match population {
        Some(name) => network.population(name)?,
        None => &network.populations()[0],
    };
    Ok(population.model().info())
}

/// A range that cannot be.
fn in_space(error: &SpaceError) -> Error {
    let (field, found, expected) = match error {
        SpaceError::Bounds { axis, lower, upper } => {
            (axis, format!("{lower} to {upper}"), "finite bounds, the smaller one first")
        }
        SpaceError::NotPositive { axis, lower } => (axis, lower.to_string(), "a lower bound above 0 on a log scale"),
        other => return Error::specification("study.axes", other, "axes with values"),
    };
    let known = Error::specification(format!("study.axes.{field}"), found, expected);
    match error {
        SpaceError::Bounds { .. } => {
            known.advise("what does not vary belongs to the experiment: `[network.parameters]`")
        }
        _ => known,
    }
}

/// A design that cannot be.
fn in_design(error: &DesignError) -> Error {
    let (found, expected) = match error {
        DesignError::TooMany { largest, found, .. } => (format!("{found} points"), format!("at most {largest}")),
        DesignError::Axes { largest, found } => (format!("{found} axes"), format!("at most {largest} for `sobol`")),
        other => (other.to_string(), "points to run".into()),
    };
    let wrong = Error::specification("study.points", found, expected);
    match error.hint() {
        Some(hint) => wrong.advise(hint),
        None => wrong,
    }
}
