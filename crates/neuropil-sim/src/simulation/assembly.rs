//! From the description of a simulation to the state of a run.

use neuropil_kernel::{CouplingKind, HISTORY_PADDING, LANES, OutputSource, Rows};

use super::Simulation;
use crate::bank::{Bank, Trial};
use crate::connections::delay_steps;
use crate::coupling::{LONGEST_BLOCK, Pathway, Surroundings, source_of};
use crate::error::{NetworkError, SimulationError};
use crate::history::{History, Layout};
use crate::method::Method;
use crate::observation::Observer;
use crate::recorder::Recorder;
use crate::recording::Recording;
use crate::shard::{Drive, LocalDelay, Recorded, Shard};
use crate::signal::Signal;
use crate::snapshot::PartialMean;
use crate::stimulus::Stimulus;

/// Observing models, and what is recorded of them and of the network.
type Recorders = (Vec<Observer>, Vec<(Recorded, Recorder)>);

/// A signal that somebody needs: bank, output, longest delay in steps, and how its past is laid out.
struct Wanted {
    bank: usize,
    output: usize,
    depth: usize,
    layout: Layout,
}

#[derive(Default)]
struct Plan {
    wanted: Vec<Wanted>,
}

impl Plan {
    /// An output twice if its past is needed in both layouts, otherwise once.
    fn signal(&mut self, bank: usize, output: usize, depth: usize, layout: Layout) -> usize {
        let known = self.wanted.iter().position(|known| {
            let same_past = depth == 0 || known.depth == 0 || known.layout == layout;
            (known.bank, known.output) == (bank, output) && same_past
        });
        let Some(index) = known else {
            self.wanted.push(Wanted { bank, output, depth, layout });
            return self.wanted.len() - 1;
        };
        let known = &mut self.wanted[index];
        if depth > 0 {
            known.layout = layout;
        }
        known.depth = known.depth.max(depth);
        index
    }

    /// Banks with a wanted output that is an expression.
    fn expressive(&self, banks: &[Bank]) -> Vec<usize> {
        let is_expression =
            |wanted: &&Wanted| matches!(source_of(&banks[wanted.bank], wanted.output), OutputSource::Expression(_));
        let mut expressive: Vec<usize> = self.wanted.iter().filter(is_expression).map(|wanted| wanted.bank).collect();
        expressive.sort_unstable();
        expressive.dedup();
        expressive
    }
}

impl Simulation {
    /// Everything about some trials.
    pub(crate) fn shard(&self, trials: Vec<Trial>, wanted: usize, threads: usize) -> Result<Shard, SimulationError> {
        let stages = match self.method {
            Method::Euler => 0,
            Method::Heun => 2,
            Method::RungeKutta4 => 4,
        };
        let noise_substeps = self.noise_substeps()?;
        let populations = self.network.populations();
        let mut banks: Vec<Bank> = populations
            .iter()
            .enumerate()
            .map(|(i, population)| Bank::new(population, i, &trials, self.dt, self.seed, noise_substeps, stages))
            .collect();
        if !self.method.is_stochastic() {
            for bank in &banks {
                if let Some(noise) = bank.first_noise() {
                    let (noise, population) = (noise.into(), bank.name.clone());
                    return Err(SimulationError::NoisyMethod { method: self.method.name(), noise, population });
                }
            }
        }

        let mut plan = Plan::default();
        let (mut local_delays, mut projections) = (Vec::new(), Vec::new());
        for projection in self.network.projections() {
            let source = self.network.index(&projection.source)?;
            let target = self.network.index(&projection.target)?;
            let output = populations[source].output(&projection.output)?;
            let longest = delay_steps(projection.connections.longest_delay(), self.dt);
            let signal = plan.signal(source, output, longest, Layout::Times);
            let own = if projection.links.iter().any(|link| link.kind == CouplingKind::Diffusive) {
                Some(plan.signal(target, populations[target].output(&projection.output)?, 0, Layout::Times))
            } else {
                None
            };
            projections.push((projection, signal, target, own));
        }
        for (bank, population) in populations.iter().enumerate() {
            let info = population.model().info();
            for (i, delay) in info.delays.iter().enumerate() {
                let parameter = &info.parameters[delay.parameter];
                let mut steps = Vec::with_capacity(banks[bank].tiles * LANES);
                for lane in 0..banks[bank].tiles * LANES {
                    let lane = lane.min(banks[bank].lanes() - 1);
                    let (node, trial) = (lane / trials.len(), trials[lane % trials.len()].index);
                    let found = population.parameter(delay.parameter, trial, node) * parameter.unit.scale;
                    if !(found >= 0.0 && found.is_finite()) {
                        return Err(SimulationError::LocalDelay { name: parameter.name.clone(), found });
                    }
                    steps.push(delay_steps(found, self.dt));
                }
                // A history is kept even for delays that round to none: one rule for all.
                let longest = steps.iter().copied().max().unwrap_or(0).max(1);
                let signal = plan.signal(bank, delay.output, longest, Layout::Lanes);
                let row = info.inputs.len() + info.strengths.len() + i;
                let uniform = steps.first().copied().filter(|&first| first > 0 && steps.iter().all(|&s| s == first));
                local_delays.push(LocalDelay { signal, bank, row, steps, uniform });
            }
        }
        let (observers, recorders) = self.recorders(&mut plan, &trials, wanted)?;

        let expressive = plan.expressive(&banks);
        for &bank in &expressive {
            banks[bank].compute_outputs();
        }
        let signals: Vec<Signal> = plan
            .wanted
            .iter()
            .map(|&Wanted { bank, output, depth, layout }| {
                let source = source_of(&banks[bank], output);
                let lanes = banks[bank].tiles * LANES;
                let mut present = Rows::zeros(lanes + HISTORY_PADDING);
                banks[bank].read(source, &mut present);
                let past = populations[bank].pasts().get(&output);
                let past = |node, trial: usize| past.map_or(&[][..], |past| past.course(trials[trial].index, node));
                let size = [banks[bank].nodes, trials.len(), depth];
                let history =
                    (depth > 0).then(|| History::new(size, self.first_step as i64, layout, &present[..lanes], past));
                Signal { bank, source, present, history }
            })
            .collect();
        let mut pathways = Vec::new();
        for (projection, signal, target, own_signal) in projections {
            let Wanted { bank, output, .. } = plan.wanted[signal];
            let inputs: Result<Vec<_>, _> =
                projection.links.iter().map(|link| populations[target].input(&link.input)).collect();
            let around = Surroundings {
                signal,
                history: signals[signal].history.as_ref(),
                target,
                own_signal,
                unit: populations[bank].model().info().outputs[output].unit.scale,
                trials: &trials,
                dt: self.dt,
                single_stage: self.method == Method::Euler,
                block: self.block.clamp(1, LONGEST_BLOCK),
                start: self.first_step as i64,
            };
            pathways.push(Pathway::new(
                &projection.connections,
                &projection.links,
                &inputs?,
                &around,
                &mut banks[target],
            ));
        }
        let mut drives = self.stimuli.iter().map(|stimulus| self.drive(stimulus)).collect::<Result<Vec<_>, _>>()?;
        // Feeds that something is added to start from their base in each step; all others stay there.
        let mut driven: Vec<(usize, usize)> = Vec::new();
        let mut is_first = |feed: (usize, usize)| {
            let first = !driven.contains(&feed);
            driven.push(feed);
            first
        };
        for pathway in &mut pathways {
            for drive in &mut pathway.drives {
                drive.is_first = is_first((pathway.target, drive.input));
            }
        }
        for drive in &mut drives {
            drive.is_first = is_first((drive.bank, drive.input));
        }
        for bank in &mut banks {
            bank.feeds.copy_from_slice(&bank.base_feeds);
        }
        let parallel = threads > 1 && self.network.is_large();
        Ok(Shard {
            trials,
            wanted,
            dt: self.dt,
            method: self.method,
            parallel,
            step: self.first_step,
            banks,
            expressive,
            signals,
            pathways,
            local_delays,
            drives,
            observers,
            recorders,
        })
    }

    fn recorders(&self, plan: &mut Plan, trials: &[Trial], wanted: usize) -> Result<Recorders, SimulationError> {
        let (mut observers, mut recorders) = (Vec::new(), Vec::new());
        for (i, recording) in self.recordings.iter().enumerate() {
            let bank = self.network.index(&recording.population)?;
            let population = &self.network.populations()[bank];
            let output = population.output(&recording.output)?;
            let signal = plan.signal(bank, output, 0, Layout::Times);
            let unit = population.model().info().outputs[output].unit.scale;
            let (every, first) = self.sampling(recording)?;
            let size = [population.nodes(), trials.len(), wanted];
            let sample = self.begun_mean(recording, &recording.begun.sample, population.nodes(), trials)?;
            let Some(observation) = &recording.observation else {
                let mut recorder = Recorder::new(size, [every, first], recording.reduction, unit);
                if let Some((steps, sum)) = sample {
                    recorder.go_on(steps, &sum);
                }
                recorders.push((Recorded::Signal(signal), recorder));
                continue;
            };
            let observing = &observation.population;
            if !observing.model().info().delays.is_empty() {
                return Err(SimulationError::ObserverDelay(observing.model().info().name.clone()));
            }
            if observing.nodes() != population.nodes() {
                let (found, expected) = (observing.nodes(), population.nodes());
                return Err(NetworkError::NodeCount { name: observing.name().into(), found, expected }.into());
            }
            let steps = self.steps_of_interval("step", observation.step.unwrap_or(self.dt))?;
            for (name, time) in [("every", every), ("first", first)] {
                if !time.is_multiple_of(steps) {
                    let found = if name == "every" { recording.every } else { recording.first.unwrap_or(self.dt) };
                    let step = observation.step.unwrap_or(self.dt);
                    return Err(SimulationError::NotOnObservation { name, found, step });
                }
            }
            let input = observing.input(&observation.input)?;
            let output = observing.output(&observation.output)?;
            // Behind the network's populations, so that no random number is used twice.
            let index = self.network.populations().len() + i;
            let bank = Bank::new(observing, index, trials, self.dt * steps as f64, self.seed, 1, 0);
            let observed_unit = observing.model().info().outputs[output].unit.scale;
            let mut recorder = Recorder::new(size, [every / steps, first / steps], recording.reduction, observed_unit);
            if let Some((steps, sum)) = sample {
                recorder.go_on(steps, &sum);
            }
            let mut observer = Observer::new(bank, signal, input, output, steps, unit);
            if let Some((steps, sum)) =
                self.begun_mean(recording, &recording.begun.drive, population.nodes(), trials)?
            {
                observer.go_on(steps, &sum);
            }
            recorders.push((Recorded::Observer(observers.len()), recorder));
            observers.push(observer);
        }
        Ok((observers, recorders))
    }

    /// Steps and sum, by lane, of a mean that a run before this one has begun.
    fn begun_mean(
        &self,
        recording: &Recording,
        mean: &PartialMean,
        nodes: usize,
        trials: &[Trial],
    ) -> Result<Option<(u64, Vec<f64>)>, SimulationError> {
        if mean.steps == 0 {
            return Ok(None);
        }
        let all = self.trials.end.saturating_sub(self.trials.start) as usize;
        mean.check(&recording.output, all, nodes)?;
        let value = |lane: usize| mean.sum[trials[lane % trials.len()].index][lane / trials.len()];
        Ok(Some((mean.steps, (0..nodes * trials.len()).map(value).collect())))
    }

    fn drive(&self, stimulus: &Stimulus) -> Result<Drive, SimulationError> {
        let bank = self.network.index(&stimulus.population)?;
        let population = &self.network.populations()[bank];
        let input = population.input(&stimulus.input)?;
        let wrong = |found: String, expected: String| {
            Err(SimulationError::Stimulus { input: stimulus.input.clone(), found, expected })
        };
        let courses = &stimulus.courses;
        let nodes = population.nodes();
        if courses.len() != 1 && courses.len() != nodes {
            return wrong(format!("{} courses", courses.len()), format!("1 or {nodes}"));
        }
        let samples = courses[0].len();
        if let Some(other) = courses.iter().find(|course| course.len() != samples) {
            return wrong(format!("courses of {samples} and {} samples", other.len()), "one length".into());
        }
        if let Some(value) = courses.iter().flatten().find(|value| !value.is_finite()) {
            return wrong(format!("{value}"), "finite numbers".into());
        }
        let steps = self.steps_of_interval("interval", stimulus.interval.unwrap_or(self.dt))? as i64;
        let start = self.steps("start", stimulus.start)? as i64;
        let scale = population.model().info().inputs[input].unit.scale;
        let courses = courses.iter().map(|course| course.iter().map(|value| value * scale).collect()).collect();
        Ok(Drive { bank, input, courses, start, steps, is_first: false })
    }
}
