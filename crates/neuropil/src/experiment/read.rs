//! Specifications as text.

use std::path::{Path, PathBuf};

use super::mistake::{Mistake, deserialize};
use super::{Against, Experiment, NetworkSection, StimulusKind, StudySection, Value};
use crate::error::Error;

/// Bytes of a specification, at most: a longer file is something else.
const LARGEST: u64 = 16 << 20;

impl Experiment {
    /// Reads a specification: JSON if the file's name ends with `.json`, TOML otherwise. Relative paths in it start at
    /// its folder.
    ///
    /// # Errors
    /// If the file cannot be read, is no TOML or JSON, or has a field that specifications do not have.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let in_file = |source| Error::File { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(in_file)?.len() > LARGEST {
            return Err(Error::specification(path.display(), "a file of more than 16 MB", "a specification"));
        }
        let text = std::fs::read_to_string(path).map_err(in_file)?;
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let name = path.display().to_string();
        let mut experiment = if is_json { from_json(&text, &name) } else { from_toml(&text, &name) }?;
        if let Some(folder) = path.parent() {
            experiment.start_paths_at(folder);
        }
        Ok(experiment)
    }

    /// A specification from TOML.
    ///
    /// # Errors
    /// If it is no TOML, or has a field that specifications do not have.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        from_toml(text, "specification")
    }

    /// A specification from JSON.
    ///
    /// # Errors
    /// If it is no JSON, or has a field that specifications do not have.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        from_json(text, "specification")
    }

    /// The specification as JSON, from which [`from_json`](Self::from_json) gives it back.
    pub fn to_json(&self) -> serde_json::Value {
        // Numbers, texts, lists and maps with text keys always have a JSON form.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The specification as TOML, from which [`from_toml`](Self::from_toml) gives it back.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Puts `folder` before relative paths.
    fn start_paths_at(&mut self, folder: &Path) {
        self.visit_paths(|path| *path = folder.join(&*path));
    }

    /// Calls a function with each path of a file or folder.
    pub(crate) fn visit_paths(&mut self, mut visit: impl FnMut(&mut PathBuf)) {
        if let Some(network) = &mut self.network {
            let NetworkSection { model_file, connectome, lengths, labels, dataset, .. } = network;
            let connectome = connectome.as_mut().filter(|connectome| !is_example(connectome));
            [model_file.as_mut(), connectome, lengths.as_mut(), labels.as_mut(), dataset.as_mut()]
                .into_iter()
                .flatten()
                .for_each(&mut visit);
        }
        self.populations.iter_mut().filter_map(|population| population.model_file.as_mut()).for_each(&mut visit);
        let connections = self.projections.iter_mut().map(|projection| &mut projection.connections);
        connections.filter(|path| !is_keyword(path)).for_each(&mut visit);
        for stimulus in self.stimuli.iter_mut().filter(|stimulus| stimulus.kind == StimulusKind::File) {
            stimulus.file.iter_mut().for_each(&mut visit);
        }
        let network = self.network.iter_mut().flat_map(|network| [&mut network.parameters, &mut network.initial]);
        let populations = self.populations.iter_mut().flat_map(|p| [&mut p.parameters, &mut p.initial]);
        let values = network.chain(populations).flat_map(|values| values.values_mut());
        let strengths = self.projections.iter_mut().filter_map(|projection| projection.strength.as_mut());
        for value in values.chain(strengths) {
            if let Value::File(path) = value {
                visit(path);
            }
        }
        let axes = self.study.iter_mut().flat_map(|study| study.axes.values_mut());
        for value in axes.flat_map(|axis| [&mut axis.map, &mut axis.groups]).flatten() {
            if let Value::File(path) = value {
                visit(path);
            }
        }
        let scores = self.study.iter_mut().flat_map(|study| study.scores.values_mut());
        for against in scores.filter_map(|score| score.against.as_mut()) {
            if let Against::File(path) = against {
                visit(path);
            }
        }
    }
}

/// Whether a connectome is the built-in one rather than a file.
pub(crate) fn is_example(connectome: &Path) -> bool {
    connectome.as_os_str() == "example"
}

/// Whether connections are named rather than in a file.
fn is_keyword(connections: &Path) -> bool {
    ["one_to_one", "connectome"].iter().any(|name| connections.as_os_str() == *name)
}

fn from_toml(text: &str, name: &str) -> Result<Experiment, Error> {
    let placed = |error: &toml::de::Error, message: &str, hint| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let before = text.get(..start).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.chars().rev().take_while(|&c| c != '\n').count();
        syntax(name, line, column, message, hint)
    };
    let toml = toml::Deserializer::parse(text).map_err(|error| placed(&error, error.message(), None))?;
    let whole = || toml::from_str(text).ok();
    deserialize(toml, whole, |error| error.message().to_owned())
        .map_err(|(error, mistake)| placed(&error, &mistake.message(), mistake.hint))
}

fn from_json(text: &str, name: &str) -> Result<Experiment, Error> {
    let placed =
        |error: &serde_json::Error, message: &str, hint| syntax(name, error.line(), error.column(), message, hint);
    json(text).map_err(|(error, mistake)| match mistake {
        Some(mistake) => placed(&error, &mistake.message(), mistake.hint),
        None => placed(&error, &words(&error), None),
    })
}

/// A value of JSON; what is wrong with a field, unless the text is no JSON.
fn json<'de, T: serde::Deserialize<'de>>(text: &'de str) -> Result<T, (serde_json::Error, Option<Mistake>)> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = deserialize(&mut json, || serde_json::from_str(text).ok(), words).map_err(|(error, mistake)| {
        let is_of_field = error.is_data();
        (error, is_of_field.then_some(mistake))
    })?;
    json.end().map_err(|error| (error, None))?;
    Ok(value)
}

/// What is wrong, without the place.
fn words(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rsplit_once(" at line ").map_or(message.clone(), |(message, _)| message.into())
}

fn syntax(name: &str, line: usize, column: usize, message: &str, hint: Option<String>) -> Error {
    let message = message.lines().collect::<Vec<_>>().join("; ");
    Error::Syntax { place: format!("{name}:{line}:{column}"), message, hint }
}

impl StudySection {
    /// The section `[study]` as JSON.
    ///
    /// # Errors
    /// If it is no JSON, has a field that the section does not have, or a value of another kind.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        json(text).map_err(|(error, mistake)| match mistake {
            Some(mistake) => mistake.below("study").into(),
            None => syntax("study", error.line(), error.column(), &words(&error), None),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::experiment::{RecordSection, Speed};
    use crate::milliseconds::Milliseconds;

    #[test]
    fn toml_and_json_give_back_what_was_written() {
        let mut experiment = Experiment::example();
        let network = experiment.network.as_mut().unwrap();
        network.speed = Some(Speed::Instant);
        network.parameters.insert("b".into(), Value::Trials(vec![1.0, 2.0]));
        network.initial.insert("IA".into(), Value::Nodes(vec![0.5; 80]));
        experiment.recordings.push(RecordSection { every: Some(Milliseconds(1.0)), ..RecordSection::default() });
        assert_eq!(Experiment::from_toml(&experiment.to_toml()).unwrap(), experiment);
        assert_eq!(Experiment::from_json(&experiment.to_json().to_string()).unwrap(), experiment);
    }

    #[test]
    fn mistakes_are_placed_and_a_name_is_offered() {
        let error = Experiment::from_toml("[network]\nmodle = \"aln\"\n").unwrap_err();
        assert!(
            error.to_string().starts_with("specification:2:1: `network.modle`: found an unknown field, expected"),
            "{error}"
        );
        assert_eq!(error.hint().as_deref(), Some("did you mean `model`?"));
        let error = Experiment::from_json("{\"simulation\": {\"duration\": \"3 parsecs\"}}").unwrap_err();
        let place = "specification:1:39: `simulation.duration`: found `3 parsecs`, expected a time";
        assert!(error.to_string().starts_with(place), "{error}");
    }

    #[test]
    fn wrong_kinds_name_the_field() {
        let network = "network = { model = \"hopf\" }\n";
        for (text, json, expected) in [
            (
                "study.axes.a.values = [1, true]",
                r#"{"axes": {"a": {"values": [1, true]}}}"#,
                "`study.axes.a.values.1`: found true, expected a number or a text",
            ),
            ("study.axes.a = 3", r#"{"axes": {"a": 3}}"#, "`study.axes.a`: found 3, expected fields"),
            (
                "study.axes.a.steps = -2",
                r#"{"axes": {"a": {"steps": -2}}}"#,
                "`study.axes.a.steps`: found -2, expected a whole number from 0 on",
            ),
            (
                "study.points = \"ten\"",
                r#"{"points": "ten"}"#,
                "`study.points`: found \"ten\", expected a whole number from 0 on",
            ),
            (
                "study.axes.a.from = [1.5]",
                r#"{"axes": {"a": {"from": [1.5]}}}"#,
                "`study.axes.a.from`: found [1.5], expected a number",
            ),
            (
                "study.axes.a.per_node = 1",
                r#"{"axes": {"a": {"per_node": 1}}}"#,
                "`study.axes.a.per_node`: found 1, expected true or false",
            ),
            (
                "study.scores.m = { kind = \"mean\", against = 3 }",
                r#"{"scores": {"m": {"kind": "mean", "against": 3}}}"#,
                "`study.scores.m.against`: found 3, expected the path of a text file, or rows of numbers",
            ),
            (
                "study.scores.m = { kind = \"meen\" }",
                r#"{"scores": {"m": {"kind": "meen"}}}"#,
                "`study.scores.m.kind`: found `meen`, expected one of `fc_correlation`",
            ),
            (
                "study.search = { algorithm = { cma_es = { size = \"x\" } }, evaluations = 3 }",
                r#"{"search": {"algorithm": {"cma_es": {"size": "x"}}, "evaluations": 3}}"#,
                "`study.search.algorithm.cma_es.size`: found \"x\", expected a whole number from 0 on",
            ),
            (
                "study.search = { algorithm = \"cma\", evaluations = 3 }",
                r#"{"search": {"algorithm": "cma", "evaluations": 3}}"#,
                "`study.search.algorithm`: found `cma`, expected one of `evolution`",
            ),
            (
                "study.search.algorithm = \"cma_es\"",
                r#"{"search": {"algorithm": "cma_es"}}"#,
                "`study.search.evaluations`: found nothing, expected a value",
            ),
            (
                "study.stage = [{ duration = 3, keep_if = { score = \"m\", abov = 2 } }]",
                r#"{"stage": [{"duration": 3, "keep_if": {"score": "m", "abov": 2}}]}"#,
                "`study.stage.0.keep_if.abov`: found an unknown field, expected one of `score`, `above`, `below`",
            ),
            ("study.keep = \"scores\"", r#"{"keep": "scores"}"#, "`study.keep`: found \"scores\", expected a list"),
        ] {
            let file = Experiment::from_toml(&format!("{network}{text}\n")).unwrap_err().to_string();
            assert!(file.starts_with("specification:2:") && file.contains(&format!(": {expected}")), "{file}");
            let section = StudySection::from_json(json).unwrap_err();
            assert!(section.to_string().starts_with(expected), "{section}");
            let whole = Experiment::from_json(&format!("{{\"study\": {json}}}")).unwrap_err().to_string();
            assert!(whole.starts_with("specification:1:") && whole.contains(&format!(": {expected}")), "{whole}");
        }
        for text in ["{\"axes\": {}", "{} 3", ""] {
            let error = StudySection::from_json(text).unwrap_err().to_string();
            assert!(error.starts_with("study:1:"), "{error}");
        }
    }

    #[test]
    fn relative_paths_start_at_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rest.toml");
        let text = "[network]\nmodel_file = \"my.model\"\nconnectome = \"example\"\nparameters = { a = \"a.csv\" }\n";
        std::fs::write(&path, text).unwrap();
        let network = Experiment::read(&path).unwrap().network.unwrap();
        assert_eq!(network.model_file, Some(folder.path().join("my.model")));
        assert_eq!(network.connectome, Some("example".into()));
        assert_eq!(network.parameters["a"], Value::File(folder.path().join("a.csv")));
    }
}
