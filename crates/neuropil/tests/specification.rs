//! What a specification says, and what is said when it cannot be.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use neuropil::{Connections, Experiment, Network, Population, Recording, Response, Simulation, model};

fn build_error(text: &str) -> (String, Option<String>) {
    let error = Experiment::from_toml(text).and_then(|experiment| experiment.build().map(|_| ())).unwrap_err();
    assert!(error.is_input());
    (error.to_string(), error.hint())
}

#[test]
fn several_populations_are_the_network_built_by_hand() {
    let text = r#"
        simulation = { duration = "50 ms", seed = 5 }

        [[population]]
        name = "fast"
        model = "hopf"
        nodes = 3
        parameters = { w = 0.4 }
        initial = { x = [0.1, 0.2, 0.3], y = 0 }

        [[population]]
        name = "slow"
        model = "fhn"
        nodes = 3

        [[projection]]
        from = "fast"
        to = "slow.x_ext"
        connections = "one_to_one"
        strength = 0.2
        delay = "3 ms"

        [[record]]
        population = "slow"
        every = "1 ms"
        reduction = "sample"
    "#;
    let outcome = Experiment::from_toml(text).unwrap().build().unwrap().run().unwrap();
    assert_eq!(outcome.recordings[0].plan.name, "slow.x");

    let mut fast = Population::new("fast", model("hopf").unwrap(), 3);
    fast.set("w", 0.4).unwrap();
    fast.start_from("x", vec![0.1, 0.2, 0.3]).unwrap();
    fast.start_from("y", 0.0).unwrap();
    let mut network = Network::new();
    network.add(fast).unwrap();
    network.add(Population::new("slow", model("fhn").unwrap(), 3)).unwrap();
    let connections = Connections::sparse(3, 3, (0..3).map(|node| (node, node, 1.0, 3.0))).unwrap();
    network
        .connect(neuropil::Projection {
            source: "fast".into(),
            output: "x".into(),
            target: "slow".into(),
            connections: Arc::new(connections),
            links: vec![neuropil::Link::additive("x_ext").strength(0.2)],
        })
        .unwrap();
    let mut simulation = Simulation::new(network, 0.1);
    simulation.seed = 5;
    simulation.recordings.push(Recording::sampled("slow", "x", 1.0));
    let mut run = simulation.start().unwrap();
    run.advance(500).unwrap();
    assert_eq!(outcome.recordings[0].values, run.take(0).values);
}

#[test]
fn projections_say_what_is_done_to_the_sum() {
    let specification = |response: &str| {
        format!(
            "simulation = {{ duration = 20 }}\nrecord = [{{ population = \"b\", every = 1, reduction = \"sample\" }}]\n\
             [[population]]\nname = \"a\"\nmodel = \"hopf\"\nnodes = 2\ninitial = {{ x = [0.3, 0.5] }}\n\
             [[population]]\nname = \"b\"\nmodel = \"fhn\"\nnodes = 2\n\
             [[projection]]\nfrom = \"a\"\nto = \"b.x_ext\"\nconnections = \"one_to_one\"\nstrength = 0.5\n{response}"
        )
    };
    for (response, expected) in [
        ("", Response::Linear),
        ("response = \"linear\"\n", Response::Linear),
        ("response = { sigmoid = { slope = 2, midpoint = 0.5 } }\n", Response::Sigmoid { slope: 2.0, midpoint: 0.5 }),
        ("response = { sigmoid = { slope = -2 } }\n", Response::Sigmoid { slope: -2.0, midpoint: 0.0 }),
        ("response = { tanh = { scale = 3 } }\n", Response::Tanh { scale: 3.0 }),
    ] {
        let experiment = Experiment::from_toml(&specification(response)).unwrap();
        assert_eq!(Experiment::from_toml(&experiment.to_toml()).unwrap(), experiment);
        let plan = experiment.build().unwrap();
        assert_eq!(plan.simulation.network.projections()[0].links[0].response, expected);
        assert!(plan.run().unwrap().complete);
    }
    for (response, expected) in [
        ("response = { sigmoid = { midpoint = 1 } }\n", "slope`: found nothing, expected a value"),
        ("response = { tanh = { slope = 1 } }\n", "unexpected keys in table: slope, available keys: scale"),
        ("response = \"sine\"\n", "response`: found `sine`, expected"),
        ("response = { tanh = { scale = nan } }\n", "`scale`: found NaN, expected a finite number"),
    ] {
        let (message, _) = build_error(&specification(response));
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn stimuli_reach_their_nodes_in_their_time() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("sum.model");
    let text = "model sum \"x\"\ninput i : 1/ms \"i\"\nstate x = 0 : 1 \"x\"\ndx/dt = i\noutput x\n";
    std::fs::write(&model, text).unwrap();
    std::fs::write(folder.path().join("course.txt"), "1 2 3\n").unwrap();
    let specification = folder.path().join("stimuli.toml");
    std::fs::write(
        &specification,
        r#"
        network = { model_file = "sum.model", nodes = 4 }
        simulation = { duration = 100 }
        record = [{ every = 1, reduction = "sample" }]
        [[stimulus]]
        input = "i"
        nodes = [1]
        value = 0.5
        start = 10
        end = 30
        [[stimulus]]
        input = "i"
        nodes = [2]
        kind = "sine"
        frequency = 25
        end = 40
        [[stimulus]]
        input = "i"
        nodes = [3]
        kind = "file"
        file = "course.txt"
        interval = 1
        value = 2
        "#,
    )
    .unwrap();
    let outcome = Experiment::read(&specification).unwrap().build().unwrap().run().unwrap();
    let series: Vec<&[f64]> = outcome.recordings[0].values.chunks_exact(100).collect();
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    assert!(series[0].iter().all(|x| *x == 0.0));
    close(series[1][9], 0.0);
    close(series[1][19], 5.0);
    close(series[1][99], 10.0);
    // A sine of 25 Hz: its integral is largest after half a period of 40 ms, and zero after the whole.
    assert!(series[2][19] > 12.0);
    close(series[2][99], 0.0);
    close(series[3][2], 12.0);
    close(series[3][99], 12.0);
}

#[test]
fn models_that_need_a_smaller_time_step_get_it() {
    let dt = |name: &str| {
        let text = format!("network = {{ model = \"{name}\" }}\nsimulation = {{ duration = 10 }}");
        Experiment::from_toml(&text).unwrap().build().unwrap().simulation.dt
    };
    assert_eq!((dt("thalamus"), dt("hopf")), (0.01, 0.1));
}

#[test]
fn the_diagonal_of_a_connectome_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("weights.csv"), "5,1\n1,5\n").unwrap();
    std::fs::write(folder.path().join("rest.toml"), "network = { model = \"hopf\", connectome = \"weights.csv\" }")
        .unwrap();
    let plan = Experiment::read(folder.path().join("rest.toml")).unwrap().build().unwrap();
    assert_eq!(plan.connectome.unwrap().weights().values(), [0.0, 1.0, 1.0, 0.0]);
    assert_eq!(plan.simulation.network.projections()[0].connections.len(), 2);
}

#[test]
fn mistakes_are_named_with_what_was_found_and_expected() {
    for (text, message, hint) in [
        ("", "`network`: found nothing, expected a `[network]` with a model, or populations", None),
        (
            "network = {}",
            "`network.model`: found nothing, expected the name of a model",
            Some("`neuropil models list` shows the catalogue"),
        ),
        (
            "network = { model = \"hopf\", parameters = { aa = 1 } }",
            "parameter `aa`: model `hopf` has none of this name",
            Some("did you mean `a`?"),
        ),
        (
            "network = { model = \"hopf\", parameters = { tau_ou = 0 } }",
            "parameter `tau_ou`: found 0 ms, expected a value in (0, inf)",
            None,
        ),
        (
            "network = { model = \"hopf\", nodes = 2, parameters = { a = [1, 2, 3] } }",
            "`a`: found 3 values, expected one for each of 2 nodes",
            None,
        ),
        (
            "network = { model = \"hopf\", nodes = 2, connectome = \"example\" }",
            "`network`: found `connectome` and `nodes`, expected one of them",
            None,
        ),
        (
            "network = { model = \"hopf\" }\nsimulation = { method = \"rk5\" }",
            "`method`: found `rk5`, expected euler, heun, rk4",
            Some("did you mean `rk4`?"),
        ),
        (
            "network = { model = \"hopf\" }\nsimulation = { dt = 0.3 }",
            "`duration`: found 10000 ms, expected a multiple of dt = 0.3 ms",
            Some("the nearest multiple is 9999.9"),
        ),
        (
            "network = { model = \"hopf\" }\nrecord = [{ output = \"z\" }]",
            "output `z`: model `hopf` has none of this name",
            Some("there are: x, y, bold_drive, x_ou, y_ou"),
        ),
        (
            "network = { model = \"hopf\", connectome = \"example\" }\n\
             stimulus = [{ input = \"x_ext\", nodes = [\"Precentral_M\"] }]",
            "`stimulus.nodes`: found `Precentral_M`, expected an index or a label of a region",
            Some("did you mean `Precentral_L`?"),
        ),
        (
            "population = [{ name = \"a\", model = \"hopf\" }]\n\
             projection = [{ from = \"a.x\", to = \"a\", connections = \"one_to_one\" }]",
            "`projection.to`: found `a`, expected `population.input`",
            Some("there are: a.network_x, a.x_ext, a.y_ext"),
        ),
    ] {
        let (found, advice) = build_error(text);
        assert_eq!(found, message);
        assert_eq!(advice.as_deref(), hint, "{found}");
    }
}

#[test]
fn schema_names_every_section() {
    let schema = Experiment::schema();
    let properties = schema["properties"].as_object().unwrap();
    for section in ["network", "population", "projection", "simulation", "record", "bold", "stimulus"] {
        assert!(properties.contains_key(section), "{section}");
    }
    assert_eq!(schema["additionalProperties"], false);
}
