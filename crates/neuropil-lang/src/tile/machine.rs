//! Runs byte-code.

// Instructions beyond the baseline can be used only in what is inlined into `dispatch`.
#![allow(clippy::inline_always)]

use std::cell::Cell;

use neuropil_kernel::{LANES, ModelInfo, Operation, Row, Simd, Table, dispatch, math};

use super::Fields;
use super::code::{Code, Instruction, Load, Opcode};

/// Tiles that are done at once.
pub(super) const GROUP: usize = 4;

/// Where states are read and results written.
pub(super) enum Target<'a> {
    /// The results are the new states.
    InPlace { states: &'a mut [Row] },
    /// The states stay.
    Apart { states: &'a [Row], results: &'a mut [Row] },
}

impl Target<'_> {
    #[inline(always)]
    fn states(&self) -> &[Row] {
        match self {
            Self::InPlace { states } => states,
            Self::Apart { states, .. } => states,
        }
    }

    #[inline(always)]
    fn results(&mut self) -> &mut [Row] {
        match self {
            Self::InPlace { states } => states,
            Self::Apart { results, .. } => results,
        }
    }
}

/// Code and what it works on.
pub(super) struct Run<'a> {
    pub(super) code: &'a Code,
    pub(super) info: &'a ModelInfo,
    pub(super) tables: &'a [Table],
    pub(super) fields: &'a Fields<'a>,
    pub(super) target: Target<'a>,
}

thread_local! {
    /// Memory of the registers: grows when a thread first runs a model that needs more.
    static SCRATCH: Cell<Vec<Row>> = const { Cell::new(Vec::new()) };
}

pub(super) fn run(run: Run<'_>) {
    if run.code.results.is_empty() {
        return;
    }
    let rows = run.code.registers * GROUP;
    let mut scratch = SCRATCH.take();
    if scratch.len() < rows {
        scratch.resize(rows, Row::default());
    }
    dispatch(WithScratch { run, scratch: &mut scratch[..rows] });
    SCRATCH.set(scratch);
}

struct WithScratch<'a, 'b> {
    run: Run<'a>,
    scratch: &'b mut [Row],
}

impl Operation for WithScratch<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { mut run, scratch } = self;
        let count = run.fields.count;
        if count > 1 {
            let (registers, _) = scratch.as_chunks_mut::<GROUP>();
            let whole = count - count % GROUP;
            // A group that is not full repeats its last tile; a single tile is left for below.
            let groups = if count % GROUP > 1 { count } else { whole };
            run.begin(registers);
            for first in (0..groups).step_by(GROUP) {
                run.group(s, registers, first, GROUP.min(count - first));
            }
        }
        if count % GROUP == 1 {
            let (registers, _) = scratch.as_chunks_mut::<1>();
            run.begin(registers);
            run.group(s, registers, count - 1, 1);
        }
    }
}

impl Run<'_> {
    /// Fills in what is the same for all tiles.
    #[inline(always)]
    fn begin<const G: usize>(&self, registers: &mut [[Row; G]]) {
        for &(value, to) in &self.code.literals {
            registers[to as usize] = [Row::splat(value); G];
        }
        if let Some(to) = self.code.time_step {
            registers[to as usize] = [Row::splat(self.fields.dt); G];
        }
        if self.fields.constant_tiles == 1 {
            for &(row, to) in &self.code.constants {
                registers[to as usize] = [self.fields.constants[row as usize]; G];
            }
        }
    }

    /// `tiles` tiles from tile `first` on, at least one and at most G.
    #[inline(always)]
    fn group<S: Simd, const G: usize>(&mut self, s: S, registers: &mut [[Row; G]], first: usize, tiles: usize) {
        let (code, info, fields) = (self.code, self.info, self.fields);
        let source: [usize; G] = std::array::from_fn(
            #[inline(always)]
            |member| first + member.min(tiles - 1),
        );
        if fields.constant_tiles > 1 {
            let source = source.map(
                #[inline(always)]
                |tile| tile % fields.constant_tiles,
            );
            load(registers, &source, &code.constants, fields.constants, info.constants);
        }
        load(registers, &source, &code.states, self.target.states(), info.states.len());
        load(registers, &source, &code.inputs, fields.inputs, info.feeds());
        load(registers, &source, &code.noise, fields.noise, info.noises.len());
        for instruction in &code.instructions {
            execute(s, registers, code, self.tables, instruction);
        }
        let rows = code.results.len();
        let results = self.target.results();
        for member in 0..tiles {
            let tile = &mut results[(first + member) * rows..][..rows];
            for (row, &register) in tile.iter_mut().zip(&code.results) {
                *row = registers[register as usize][member];
            }
        }
    }
}

/// Copies rows of a field with `count` rows a tile.
#[inline(always)]
fn load<const G: usize>(registers: &mut [[Row; G]], source: &[usize; G], loads: &[Load], field: &[Row], count: usize) {
    for &(row, to) in loads {
        let register = &mut registers[to as usize];
        for member in 0..G {
            register[member] = field[source[member] * count + row as usize];
        }
    }
}

/// Loops over rows use the same index in several registers.
#[allow(clippy::needless_range_loop)]
#[inline(always)]
fn execute<S: Simd, const G: usize>(
    s: S,
    registers: &mut [[Row; G]],
    code: &Code,
    tables: &[Table],
    instruction: &Instruction,
) {
    let [ia, ib, ic, id] = instruction.operands.map(
        #[inline(always)]
        |register| register as usize,
    );
    let to = instruction.to as usize;
    /// One row after the other: operands are loaded, the result is stored.
    macro_rules! rows {
        ($($name:ident = $register:ident),* => $result:expr) => {
            for member in 0..G {
                $(let $name = s.load(&registers[$register][member]);)*
                let result = $result;
                s.store(&mut registers[to][member], result);
            }
        };
    }
    /// A condition as 1 or 0.
    macro_rules! condition {
        ($condition:expr) => {
            s.select($condition, s.splat(1.0), s.splat(0.0))
        };
    }
    match instruction.opcode {
        Opcode::Neg => rows!(a = ia => s.neg(a)),
        Opcode::Abs => rows!(a = ia => s.abs(a)),
        Opcode::Sqrt => rows!(a = ia => s.sqrt(a)),
        Opcode::Exp => rows!(a = ia => math::exp(s, a)),
        Opcode::Ln => rows!(a = ia => math::ln(s, a)),
        Opcode::Sin => rows!(a = ia => math::sin(s, a)),
        Opcode::Cos => rows!(a = ia => math::cos(s, a)),
        Opcode::Tanh => rows!(a = ia => math::tanh(s, a)),
        Opcode::Exprel => rows!(a = ia => math::exprel(s, a)),
        Opcode::Bernoulli => rows!(a = ia => math::bernoulli(s, a)),
        Opcode::Floor => rows!(a = ia => s.floor(a)),
        Opcode::Add => rows!(a = ia, b = ib => s.add(a, b)),
        Opcode::Sub => rows!(a = ia, b = ib => s.sub(a, b)),
        Opcode::Mul => rows!(a = ia, b = ib => s.mul(a, b)),
        Opcode::Div => rows!(a = ia, b = ib => s.div(a, b)),
        Opcode::Min => rows!(a = ia, b = ib => s.min(a, b)),
        Opcode::Max => rows!(a = ia, b = ib => s.max(a, b)),
        Opcode::MulAdd => rows!(a = ia, b = ib, c = ic => s.mul_add(a, b, c)),
        Opcode::NegMulAdd => rows!(a = ia, b = ib, c = ic => s.neg_mul_add(a, b, c)),
        Opcode::MulSub => rows!(a = ia, b = ib, c = ic => s.mul_add(a, b, s.neg(c))),
        Opcode::Less => rows!(a = ia, b = ib => condition!(s.less(a, b))),
        Opcode::LessEqual => rows!(a = ia, b = ib => condition!(s.less_equal(a, b))),
        Opcode::Equal => rows!(a = ia, b = ib => condition!(s.equal(a, b))),
        Opcode::Not => rows!(a = ia => s.sub(s.splat(1.0), a)),
        Opcode::Select => rows!(a = ia, b = ib, c = ic => s.select(s.equal(a, s.splat(0.0)), c, b)),
        Opcode::SelectLess => rows!(a = ia, b = ib, c = ic, d = id => s.select(s.less(a, b), c, d)),
        Opcode::SelectLessEqual => rows!(a = ia, b = ib, c = ic, d = id => s.select(s.less_equal(a, b), c, d)),
        Opcode::SelectEqual => rows!(a = ia, b = ib, c = ic, d = id => s.select(s.equal(a, b), c, d)),
        Opcode::SineCosine => {
            for member in 0..G {
                let a = s.load(&registers[ia][member]);
                let (sine, cosine) = math::sin_cos(s, a);
                s.store(&mut registers[to][member], sine);
                s.store(&mut registers[ib][member], cosine);
            }
        }
        Opcode::Lookup => {
            let lookup = &code.lookups[ic];
            for member in 0..G {
                let at = [s.load(&registers[ia][member]), s.load(&registers[ib][member])];
                let columns = tables[lookup.table as usize].lookup(s, at);
                for column in 0..Table::COLUMNS {
                    if let Some(to) = lookup.to[column] {
                        s.store(&mut registers[to as usize][member], columns[column]);
                    }
                }
            }
        }
        Opcode::Slope => {
            let slope = code.slopes[ic];
            let table = &tables[slope.table as usize];
            for member in 0..G {
                let (a, b) = (registers[ia][member], registers[ib][member]);
                let result = &mut registers[to][member];
                for lane in 0..LANES {
                    result[lane] = table.slope_scalar(slope.axis as usize, [a[lane], b[lane]])[slope.column as usize];
                }
            }
        }
    }
}
