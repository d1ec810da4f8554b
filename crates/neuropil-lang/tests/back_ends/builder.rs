//! Programs without a text.

use neuropil_kernel::{
    Bounds, Delay, Initial, Input, ModelInfo, Noise, Output, OutputSource, Parameter, Range, State, StateKind, Unit,
};
use neuropil_lang::{Diffusion, Graph, NodeId, Op, Program, TableInfo};

fn no_unit() -> Unit {
    Unit { text: "1".to_owned(), scale: 1.0 }
}

/// Builds a program statement by statement.
pub(crate) struct Builder {
    pub(crate) program: Program,
}

impl Builder {
    pub(crate) fn new(name: &str) -> Self {
        let info = ModelInfo {
            name: name.to_owned(),
            title: format!("Test model {name}"),
            description: String::new(),
            sources: Vec::new(),
            parameters: Vec::new(),
            states: Vec::new(),
            inputs: Vec::new(),
            strengths: Vec::new(),
            delays: Vec::new(),
            noises: Vec::new(),
            outputs: Vec::new(),
            listed_outputs: 0,
            expressions: 0,
            couplings: Vec::new(),
            constants: 0,
        };
        Self {
            program: Program {
                info,
                tables: Vec::new(),
                graph: Graph::default(),
                right_sides: Vec::new(),
                diffusion: Vec::new(),
                expressions: Vec::new(),
            },
        }
    }

    pub(crate) fn graph(&mut self) -> &mut Graph {
        &mut self.program.graph
    }

    pub(crate) fn parameter(&mut self, name: &str, default: f64) -> NodeId {
        let parameters = &mut self.program.info.parameters;
        parameters.push(Parameter {
            name: name.to_owned(),
            default,
            unit: no_unit(),
            range: Range { lower: f64::NEG_INFINITY, upper: f64::INFINITY, lower_open: true, upper_open: true },
            meaning: String::new(),
        });
        let index = parameters.len() as u32 - 1;
        self.graph().insert(Op::Parameter(index))
    }

    /// A state; its equation follows by `equation`.
    pub(crate) fn state(&mut self, name: &str, kind: StateKind, bounds: Option<Bounds>) -> NodeId {
        let states = &mut self.program.info.states;
        states.push(State {
            name: name.to_owned(),
            unit: no_unit(),
            kind,
            initial: Initial::Value(0.0),
            bounds,
            meaning: String::new(),
        });
        let index = states.len() as u32 - 1;
        let zero = self.graph().constant(0.0);
        self.program.right_sides.push(zero);
        self.graph().insert(Op::State(index))
    }

    pub(crate) fn differential(&mut self, name: &str) -> NodeId {
        self.state(name, StateKind::Differential, None)
    }

    pub(crate) fn updated(&mut self, name: &str) -> NodeId {
        self.state(name, StateKind::Updated, None)
    }

    fn state_index(&self, state: NodeId) -> usize {
        match self.program.graph.op(state) {
            Op::State(index) => index as usize,
            other => panic!("expected a state, found {other:?}"),
        }
    }

    pub(crate) fn equation(&mut self, state: NodeId, right_side: NodeId) {
        let index = self.state_index(state);
        self.program.right_sides[index] = right_side;
    }

    pub(crate) fn next(&mut self, state: NodeId) -> NodeId {
        let index = self.state_index(state) as u32;
        self.graph().insert(Op::Next(index))
    }

    /// Inputs must all come before strengths, these before delays.
    pub(crate) fn input(&mut self, name: &str) -> NodeId {
        self.program.info.inputs.push(Input {
            name: name.to_owned(),
            unit: no_unit(),
            default: 0.0,
            meaning: String::new(),
        });
        self.last_feed()
    }

    pub(crate) fn strength(&mut self, input: usize) -> NodeId {
        self.program.info.strengths.push(input);
        self.last_feed()
    }

    pub(crate) fn delay(&mut self, output: usize, parameter: usize) -> NodeId {
        self.program.info.delays.push(Delay { output, parameter });
        self.last_feed()
    }

    fn last_feed(&mut self) -> NodeId {
        let index = self.program.info.feeds() as u32 - 1;
        self.graph().insert(Op::Feed(index))
    }

    pub(crate) fn noise(&mut self, name: &str) -> usize {
        let noises = &mut self.program.info.noises;
        noises.push(Noise { name: name.to_owned(), meaning: String::new() });
        noises.len() - 1
    }

    pub(crate) fn amplitude(&mut self, state: NodeId, channel: usize, amplitude: NodeId) {
        let state = self.state_index(state);
        self.program.diffusion.push(Diffusion { state, channel, amplitude });
    }

    pub(crate) fn table(&mut self, name: &str, axes: usize, columns: &[&str]) -> u32 {
        self.program.tables.push(TableInfo {
            name: name.to_owned(),
            axis_scales: vec![1.0; axes],
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            column_scales: vec![1.0; columns.len()],
        });
        self.program.tables.len() as u32 - 1
    }

    pub(crate) fn column(&mut self, table: u32, column: u32, at: [NodeId; 2]) -> NodeId {
        self.graph().insert(Op::Table { table, column, at })
    }

    pub(crate) fn output(&mut self, name: &str, expression: NodeId) {
        let row = self.program.expressions.len();
        self.program.expressions.push(expression);
        self.program.info.expressions += 1;
        self.program.info.outputs.push(Output {
            name: name.to_owned(),
            unit: no_unit(),
            source: OutputSource::Expression(row),
            meaning: String::new(),
        });
        self.program.info.listed_outputs += 1;
    }
}
