//! The points of a study.

use std::collections::BTreeMap;
use std::ops::Range;

use neuropil_kernel::Brief;
use neuropil_optimize::{Design, DesignError, ParameterSpace, Plan, Value as Level};
use neuropil_sim::Values;

use super::axis::{AxisValues, Spread, StudyAxis, in_space};
use super::runs::{ParameterKind, ParameterValues, StudyRuns};
use crate::error::Error;
use crate::experiment::{AxisSection, DesignName, StudySection};

/// Points of a study, at most.
const MOST_POINTS: u64 = 100_000_000;
/// Axes that an error names, at most.
const MOST_NAMED: usize = 6;

/// Points of a study: those of a design, which depend on the study and their number alone, or as many as a search may
/// evaluate.
#[derive(Clone, Debug)]
pub struct Points {
    axes: Vec<StudyAxis>,
    space: ParameterSpace,
    /// Nothing for a search.
    design: Option<Design>,
    length: u64,
}

impl Points {
    /// The points of a study of these runs. `seed` is for designs that draw.
    pub(super) fn of(section: &StudySection, runs: &dyn StudyRuns, seed: u64) -> Result<Self, Error> {
        if section.axes.is_empty() {
            return Err(Error::specification("study.axes", "no axis", "at least one")
                .advise("an axis is the name of a parameter with a range or a list of values"));
        }
        if section.search.is_some() && section.design.is_some() {
            return Err(Error::specification("study", "`design` and `search`", "one of them"));
        }
        let design = section.design.unwrap_or_default();
        let is_listed =
            section.search.is_none() && matches!(design, DesignName::Grid | DesignName::Sequence | DesignName::List);
        let mut axes = Vec::new();
        let mut present = BTreeMap::new();
        for (name, axis) in &section.axes {
            let parameter = runs.parameter(axis.parameter.as_deref().unwrap_or(name))?;
            axes.extend(StudyAxis::of(name, axis, &parameter, is_listed)?);
            present.insert(name.clone(), parameter.present);
        }
        check_parameters(&section.axes, &axes)?;
        // What the points of a run share changes slowest, so that runs are large; otherwise by name.
        axes.sort_by_key(|axis| !axis.kind.is_shared());
        let plan = match &section.search {
            Some(_) => None,
            None => Some(plan(&mut axes, section, design, &present)?),
        };
        check_number(section, design, &axes)?;
        let space = ParameterSpace::new(axes.iter().map(StudyAxis::coordinate).collect()).map_err(|e| in_space(&e))?;
        let design = plan.map(|plan| Design::new(space.clone(), plan, seed)).transpose();
        let design = design.map_err(|error| in_design(&error))?;
        let evaluations = section.search.as_ref().map_or(0, |search| search.evaluations);
        let length = design.as_ref().map_or(evaluations, Design::len);
        if length == 0 {
            return Err(Error::specification("study.search.evaluations", "0", "at least 1"));
        }
        Ok(Self { axes, space, design, length })
    }

    /// Number of points: of a search, at most.
    #[allow(clippy::len_without_is_empty)] // a study without points cannot be made
    pub fn len(&self) -> u64 {
        self.length
    }

    /// The axes, in the order of the values of a point.
    pub fn axes(&self) -> &[StudyAxis] {
        &self.axes
    }

    /// The values of a point of a design, one for each axis; none where there is no such point, and of a search.
    pub fn values(&self, point: u64) -> Vec<Level> {
        let Some(Ok(point)) = self.design.as_ref().map(|design| design.point(point)) else { return Vec::new() };
        self.of_levels(&point)
    }

    /// The values of an axis at some points of a design; none for a search.
    pub(super) fn column(&self, axis: usize, points: Range<u64>) -> Vec<Level> {
        let Some(Ok(levels)) = self.design.as_ref().map(|design| design.column(axis, points)) else {
            return Vec::new();
        };
        levels.iter().map(|level| self.axes[axis].value(level)).collect()
    }

    /// The space as an algorithm sees it.
    pub(super) fn space(&self) -> &ParameterSpace {
        &self.space
    }

    /// The values that a point of that space stands for.
    pub(super) fn of_levels(&self, point: &[Level]) -> Vec<Level> {
        self.axes.iter().zip(point).map(|(axis, level)| axis.value(level)).collect()
    }

    /// Two points with the smallest and the largest value of each axis; fields as they come first.
    pub(super) fn extremes(&self) -> [Vec<Level>; 2] {
        let end = |axis: &StudyAxis, end: usize| match (&axis.values, axis.bounds()) {
            (_, Some(bounds)) if axis.kind != ParameterKind::Field => Level::Real(bounds[end]),
            (AxisValues::Listed(values), _) => values[0].clone(),
            (AxisValues::Within(_), bounds) => Level::Real(bounds.map_or(f64::NAN, |bounds| bounds[0])),
        };
        [0, 1].map(|index| self.axes.iter().map(|axis| end(axis, index)).collect())
    }

    /// What a run of some points is given: values by parameter.
    pub(super) fn parameters(&self, points: &[Vec<Level>]) -> Vec<(String, ParameterValues)> {
        let mut parameters: Vec<(String, ParameterValues)> = Vec::new();
        for (index, axis) in self.axes.iter().enumerate() {
            let number = |point: &Vec<Level>| point[index].as_number().unwrap_or(f64::NAN);
            if axis.kind.is_shared() {
                let shared = points.first().map_or(Level::Real(f64::NAN), |point| point[index].clone());
                parameters.push((axis.parameter.clone(), ParameterValues::Shared(shared)));
                continue;
            }
            let add = |rows: &mut Vec<Vec<f64>>| {
                for (row, point) in rows.iter_mut().zip(points) {
                    match &axis.spread {
                        Spread::All => row.iter_mut().for_each(|value| *value += number(point)),
                        Spread::Node(node, _) => row[*node] += number(point),
                        Spread::Weights(weights) => {
                            let weighted = row.iter_mut().zip(weights.iter());
                            weighted.for_each(|(value, weight)| *value += weight * number(point));
                        }
                    }
                }
            };
            let known = parameters.iter_mut().find(|(name, _)| *name == axis.parameter).map(|(_, values)| values);
            if let Some(ParameterValues::Numbers(Values::TrialsNodes(rows))) = known {
                add(rows);
                continue;
            }
            let values = match &axis.spread {
                Spread::All => Values::Trials(points.iter().map(number).collect()),
                Spread::Node(..) | Spread::Weights(_) => {
                    let mut rows = vec![vec![0.0; axis.spread.nodes()]; points.len()];
                    add(&mut rows);
                    Values::TrialsNodes(rows)
                }
            };
            parameters.push((axis.parameter.clone(), ParameterValues::Numbers(values)));
        }
        parameters
    }

    /// How many of some points, from the first on, may be trials of one run.
    pub(super) fn sharing(&self, points: &[Vec<Level>]) -> usize {
        let shared: Vec<usize> = (0..self.axes.len()).filter(|&axis| self.axes[axis].kind.is_shared()).collect();
        let is_other = |point: &Vec<Level>| shared.iter().any(|&axis| point[axis] != points[0][axis]);
        points.iter().position(is_other).unwrap_or(points.len())
    }
}

impl Spread {
    fn nodes(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Node(_, nodes) => *nodes,
            Self::Weights(weights) => weights.len(),
        }
    }
}

/// Axes of one parameter add up, so none of them may be of all nodes alike.
fn check_parameters(sections: &BTreeMap<String, AxisSection>, axes: &[StudyAxis]) -> Result<(), Error> {
    for (name, section) in sections {
        let parameter = section.parameter.as_deref().unwrap_or(name);
        let is_alone = axes.iter().filter(|axis| axis.parameter == parameter).count() == 1;
        let is_whole = !section.per_node && section.groups.is_none() && section.map.is_none();
        if is_whole && !is_alone {
            let error = Error::specification(
                format!("study.axes.{name}"),
                format!("another axis of `{parameter}`"),
                "one, or axes that each have a `map`",
            );
            return Err(error.advise("a `map` of 1 is the same for all nodes"));
        }
    }
    Ok(())
}

/// Refuses more points than a store can number in reasonable time, before anything is made of them.
fn check_number(section: &StudySection, design: DesignName, axes: &[StudyAxis]) -> Result<(), Error> {
    let expected = format!("at most {MOST_POINTS}");
    let given = [
        ("study.points", section.points),
        ("study.search.evaluations", section.search.as_ref().map(|search| search.evaluations)),
    ];
    for (field, found) in given {
        if let Some(found) = found.filter(|&found| found > MOST_POINTS) {
            return Err(Error::specification(field, found, expected));
        }
    }
    if section.search.is_some() || design != DesignName::Grid {
        return Ok(());
    }
    let points: f64 = axes.iter().map(|axis| axis.count() as f64).product();
    if points <= MOST_POINTS as f64 {
        return Ok(());
    }
    let mut factors: Vec<String> =
        axes.iter().take(MOST_NAMED).map(|axis| format!("{} of `{}`", axis.count(), axis.name)).collect();
    if axes.len() > MOST_NAMED {
        factors.push(format!("those of {} other axes", axes.len() - MOST_NAMED));
    }
    let found = format!("{} points ({})", Brief(points), factors.join(" x "));
    let error = Error::specification("study.axes", found, expected);
    Err(error.advise("take fewer values, or a number of points of a `random`, `latin_hypercube` or `sobol` design"))
}

fn plan(
    axes: &mut [StudyAxis],
    section: &StudySection,
    design: DesignName,
    present: &BTreeMap<String, Option<Level>>,
) -> Result<Plan, Error> {
    let is_sampled = matches!(design, DesignName::Random | DesignName::LatinHypercube | DesignName::Sobol);
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
    let all = |axis: &StudyAxis| (0..axis.count()).map(|index| axis.listed(index)).collect::<Vec<_>>();
    Ok(match design {
        DesignName::Grid => Plan::Grid { values: axes.iter().map(all).collect() },
        DesignName::Sequence => {
            let values = axes.iter().map(all).collect();
            // Where an axis stays is one value more, after those that it takes.
            let mut base = Vec::new();
            for axis in axes {
                base.push(axis.listed(axis.count()));
                let own = present.get(axis.section()).cloned().flatten().filter(|_| axis.spread == Spread::All);
                let own = own.filter(|own| axis.is_text == matches!(own, Level::Choice(_)));
                let own = own.ok_or_else(|| {
                    let field = format!("study.axes.{}", axis.name);
                    Error::specification(field, "no single value in the experiment", "one to start a sequence from")
                })?;
                if let AxisValues::Listed(values) = &mut axis.values {
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
            let row = |row: usize| axes.iter().map(|axis| axis.listed(row)).collect();
            Plan::Explicit { points: (0..length).map(row).collect() }
        }
        DesignName::Random => Plan::Random { count },
        DesignName::LatinHypercube => Plan::LatinHypercube { count },
        DesignName::Sobol => Plan::Sobol { count, scrambled: true },
    })
}

/// A design that cannot be.
fn in_design(error: &DesignError) -> Error {
    let (found, expected) = match error {
        DesignError::Space(error) => return in_space(error),
        DesignError::NoValues { axis } => {
            return Error::specification(format!("study.axes.{axis}"), "no value", "at least one");
        }
        DesignError::NoPoints { .. } => ("no point".into(), "at least one".into()),
        DesignError::TooMany { largest, found, .. } => (found.to_string(), format!("at most {largest}")),
        DesignError::Axes { largest, found } => (format!("{found} axes"), format!("at most {largest} for `sobol`")),
        DesignError::Index { length, found } => (format!("point {found}"), format!("a point below {length}")),
    };
    Error::specification("study.points", found, expected).advise_as(error.hint())
}
