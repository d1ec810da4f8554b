//! Damaged files give errors: no parser panics, hangs or takes memory that the file does not justify.
//!
//! Valid files are cut, flipped, overwritten, spliced and packed again. The test runs for two seconds; longer with
//!
//! ```text
//! NEUROPIL_FUZZ_SECONDS=600 cargo test -p neuropil-data --test fuzz -- --nocapture
//! ```
//!
//! A file that fails is written to `tests/corpus`, where it stays as a regression test. Limit the memory of the shell
//! (`ulimit -v 4000000`) to find allocations by unchecked sizes. The start is taken from the clock; set
//! `NEUROPIL_FUZZ_SEED` to the number printed to repeat a run.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Cursor, Write};
use std::panic;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use neuropil_data::parse_with_all;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The longest that the parsers may take together for one of these small files.
const SLOW: Duration = Duration::from_secs(10);

fn files(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                walk(&entry.path(), found);
            } else {
                found.push(entry.path());
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder), &mut found);
    found.sort_unstable();
    found
}

/// A small generator of Marsaglia (2003, doi:10.18637/jss.v008.i14).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

fn mutate(content: &mut Vec<u8>, others: &[Vec<u8>], random: &mut Random) {
    const WORDS: [u32; 10] = [0, 1, 2, 0x7f, 0xff, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000, u32::MAX];
    const TEXTS: [&str; 12] =
        ["nan", "inf", "-", ",", "\n", "\"", "1e999", "'", "(", "99999999999999999999", "\0", "é"];
    // Headers are at the beginning, and matter most.
    let end = if random.below(2) == 0 { content.len() } else { content.len().min(300) };
    let at = random.below(end);
    let range = at..(at + random.below(64)).min(content.len());
    match random.below(9) {
        0 => content.truncate(at),
        1 | 2 => {
            if let Some(byte) = content.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        3 => {
            if let Some(byte) = content.get_mut(at) {
                *byte = [0, 1, 0x7f, 0x80, 0xff, b'9', b' '][random.below(7)];
            }
        }
        4 => {
            let word = WORDS[random.below(WORDS.len())];
            let word = if random.below(2) == 0 { word.to_le_bytes() } else { word.to_be_bytes() };
            let aligned = at / 4 * 4;
            if let Some(place) = content.get_mut(aligned..aligned + 4) {
                place.copy_from_slice(&word);
            }
        }
        5 => drop(content.drain(range)),
        6 => {
            let copy = content[range].to_vec();
            content.splice(at..at, copy);
        }
        7 => {
            let other = &others[random.below(others.len())];
            let from = random.below(other.len());
            content.splice(at.., other[from..].iter().copied());
        }
        _ => {
            let text = TEXTS[random.below(TEXTS.len())];
            content.splice(range, text.bytes());
        }
    }
}

/// The content as a file of an archive, so that damage lies behind a right checksum.
fn packed(content: &[u8], random: &mut Random) -> Vec<u8> {
    let names = ["weights.npy", "lengths.npy", "labels.npy", "weights.txt", "centres.txt", "weights.txt.bz2"];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(names[random.below(names.len())], SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

/// What goes wrong with a content, if anything does.
fn failure(content: &[u8]) -> Option<&'static str> {
    let start = Instant::now();
    let finished = panic::catch_unwind(|| parse_with_all(content)).is_ok();
    if !finished {
        Some("panic")
    } else if start.elapsed() > SLOW {
        Some("slow")
    } else {
        None
    }
}

#[test]
fn files_that_once_failed_do_not_fail_again() {
    for path in files("corpus") {
        assert_eq!(failure(&fs::read(&path).unwrap()), None, "{}", path.display());
    }
}

#[test]
fn valid_files_are_understood() {
    for path in files("fixtures") {
        let understood = parse_with_all(&fs::read(&path).unwrap());
        // That version is recognised and refused.
        let expected = !path.ends_with("version_4.mat");
        assert_eq!(understood > 0, expected, "{}", path.display());
    }
}

#[test]
fn damaged_files_give_errors() {
    let seconds = std::env::var("NEUROPIL_FUZZ_SECONDS").ok().map_or(2.0, |seconds| seconds.parse().unwrap());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = std::env::var("NEUROPIL_FUZZ_SEED").ok().map_or_else(clock, |seed| seed.parse().unwrap()).max(1);
    eprintln!("NEUROPIL_FUZZ_SEED={seed}");
    let mut random = Random(seed);
    let mut valid: Vec<Vec<u8>> =
        files("fixtures").iter().chain(&files("corpus")).map(|path| fs::read(path).unwrap()).collect();
    // Large files only slow the search down.
    valid.retain(|content| content.len() < 8192);
    let (start, mut tried) = (Instant::now(), 0_u64);
    while start.elapsed().as_secs_f64() < seconds {
        let mut content = valid[random.below(valid.len())].clone();
        for _ in 0..=random.below(4) {
            mutate(&mut content, &valid, &mut random);
        }
        if random.below(4) == 0 {
            content = packed(&content, &mut random);
        }
        if let Some(failure) = failure(&content) {
            let name = format!("tests/corpus/{failure}-{seed}-{tried}");
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&name), &content).unwrap();
            panic!("{failure}: {name}");
        }
        tried += 1;
    }
    eprintln!("{tried} damaged files");
    assert!(tried > 100, "{tried} files in {seconds} s");
}
