//! Whatever text comes in, a model or diagnostics come out: no panic, no endless work.
#![allow(clippy::unwrap_used)]

use neuropil_lang::{compile, equations_latex, equations_text, markdown};
use proptest::prelude::*;

/// Compiles, and writes everything that can be written of the result.
fn swallow(text: &str) {
    match compile(text, "any.model") {
        Ok(model) => {
            let _ = equations_latex(&model.tree).len() + equations_text(&model.tree).len() + markdown(&model).len();
            for warning in &model.warnings {
                assert!(!warning.to_string().is_empty());
            }
        }
        Err(errors) => {
            assert!(errors.iter().count() > 0);
            assert!(!errors.to_string().is_empty());
        }
    }
}

const WORDS: [&str; 72] = [
    "model",
    "source",
    "doi",
    "param",
    "input",
    "noise",
    "state",
    "table",
    "function",
    "output",
    "coupling",
    "if",
    "else",
    "and",
    "or",
    "not",
    "in",
    "pi",
    "inf",
    "dt",
    "delay",
    "next",
    "strength",
    "exp",
    "sqrt",
    "max",
    "clip",
    "wrap",
    "uniform",
    "normal",
    "diffusive",
    "power",
    "per",
    "node",
    "x",
    "y",
    "dx",
    "dy",
    "xi",
    "tau",
    "f",
    "tab",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\"text\"",
    "\"\"\"",
    "0",
    "1",
    "2.5",
    "1e300",
    "mV",
    "ms",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    ":",
    "=",
    ":=",
    "->",
    "<",
    "==",
    "τ",
];

/// Lines that are nearly right, so that the passes behind the parser are reached.
const LINES: [&str; 36] = [
    "model m \"M\"",
    "\"\"\"\nabout\n\"\"\"",
    "source \"A\" doi \"10.1/2\"",
    "param tau = 1 : ms in (0, inf) \"t\"",
    "param a = -1 : 1",
    "param v0 = 5 : V in [0, 10] \"v\"",
    "input drive = 0 : mV/ms \"d\"",
    "input i : 1",
    "noise xi",
    "noise eta \"e\"",
    "state x = uniform(0, 1) : 1 clip [0, 1]",
    "state v = v0 : mV \"v\"",
    "state y = 0 : 1 wrap [0, 2*pi)",
    "table tab(q: 1) -> r: 1, s: mV",
    "table two(q: 1, r: mV) -> r: 1",
    "function f(q) = q * g(q)",
    "function g(q) = f(q) if q > 0 else a",
    "function h(q, r) = q + tau * r",
    "z = x + y",
    "n = xi * a",
    "z2 = z * n : 1 \"z\"",
    "dx/dt = -x / tau + xi",
    "dx/dt = next(y) + n",
    "dy/dt = next(x) - y + 0 * eta",
    "dv/dt = (v0 - v) / tau + drive",
    "v := v0 * h(x, 1 / tau)",
    "y := tab(z).r + delay(x, tau)",
    "x := two(x, v).r * strength(i)",
    "output x",
    "output z",
    "output o = v^2 : mV^2 \"o\"",
    "output p = drive",
    "coupling x -> i strength k = 1 : 1 in [0, 1] \"k\"",
    "coupling x -> i strength k per node",
    "coupling v -> drive strength k2 = 1 : 1/ms in [0, 1] \"k\" diffusive power 2",
    "coupling z -> drive",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        swallow(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_characters(text in "\\PC{0,200}") {
        swallow(&text);
    }

    #[test]
    fn random_words(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..120)) {
        swallow(&words.join(" "));
        swallow(&words.concat());
    }

    #[test]
    fn random_lines(lines in proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..30)) {
        swallow(&format!("model m \"M\"\n{}", lines.join("\n")));
    }

    #[test]
    fn models_with_a_hole(
        order in Just((0..LINES.len()).collect::<Vec<_>>()).prop_shuffle(),
        hole in 0_usize..800,
        length in 0_usize..4,
        fill in proptest::sample::select(&WORDS[..]),
    ) {
        let text: Vec<&str> = order.into_iter().map(|line| LINES[line]).collect();
        let text = format!("model m \"M\"\n{}", text.join("\n"));
        let start = text.floor_char_boundary(hole.min(text.len()));
        let end = text.floor_char_boundary((start + length).min(text.len()));
        swallow(&format!("{}{fill}{}", &text[..start], &text[end..]));
    }
}

#[test]
fn large_texts_take_little_time() {
    let many = 20_000;
    let started = std::time::Instant::now();
    let lines = |line: &dyn Fn(usize) -> String| (0..many).map(line).collect::<Vec<_>>().join("\n");
    for text in [
        lines(&|n| format!("param p{n} = 1 : 1")),
        lines(&|n| format!("param p{n} = q{n}")),
        lines(&|n| format!("y{n} = q{n}")),
        lines(&|_| "param p = 1 : 1".to_owned()),
        lines(&|n| format!("state x{n} = p{n} : q{n}")),
        format!("state x = 0 : 1\ny0 = x\n{}", lines(&|n| format!("y{} = y{n} + {n}", n + 1))),
        format!("{}\n{}", lines(&|n| format!("state x{n} = 0 : 1\ndx{n}/dt = next(x{})", n + 1)), "state x = 0"),
        format!("state x = 0 : 1\ndx/dt = 0\n{}", lines(&|n| format!("output o{n} = x + {n} : 1"))),
        lines(&|n| format!("function f{n}(x) = f{}(x)", n + 1)),
        "(".repeat(500_000),
        "\"".repeat(500_000),
        "x".repeat(500_000),
        "1".repeat(500_000),
        "\u{3c4}".repeat(250_000),
        "\n".repeat(1_000_000),
        "a = 1 ".repeat(100_000),
    ] {
        swallow(&format!("model m \"M\"\n{text}"));
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
