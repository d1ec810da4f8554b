//! The HTML page around the figures.

use serde_json::{Value, json};

use super::content::Content;
use super::figure::{Figure, Width};
use super::summary::Fact;

const STYLE: &str = include_str!("style.css");

/// Everything on the page.
pub(super) struct Page<'a, const SECTIONS: usize> {
    pub(super) title: String,
    pub(super) facts: Vec<Fact>,
    pub(super) sections: [Section; SECTIONS],
    pub(super) content: &'a Content,
}

/// Figures under a heading.
pub(super) struct Section {
    heading: &'static str,
    figures: Vec<Figure>,
}

impl Section {
    pub(super) fn new(heading: &'static str, figures: Vec<Figure>) -> Self {
        Self { heading, figures }
    }
}

impl<const SECTIONS: usize> Page<'_, SECTIONS> {
    pub(super) fn render(&self) -> String {
        let (mut body, mut figures) = (String::new(), Vec::new());
        for section in self.sections.iter().filter(|section| !section.figures.is_empty()) {
            body = [&body, "<section><h2>", &escape(section.heading), "</h2>\n<div class=\"figures\">\n"].concat();
            for figure in &section.figures {
                let id = format!("figure-{}", figures.len() + 1);
                body += &figure_html(figure, &id);
                figures.push(json!({ "id": id, "data": figure.data, "layout": figure.layout }));
            }
            body += "</div></section>\n";
        }
        let facts: String = self.facts.iter().map(fact_html).collect();
        let title = escape(&self.title);
        let specification = self.content.experiment.as_ref().map_or(String::new(), |experiment| {
            format!("<section><h2>Specification</h2>\n<pre>{}</pre></section>\n", escape(&experiment.to_toml()))
        });
        let version = self.content.text("neuropil_version").unwrap_or_default();
        // A label may hold anything, even the end of a script.
        let figures = Value::Array(figures).to_string().replace('<', "\\u003c");
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n{}\n</head>\n\
             <body>\n<main>\n<header><h1>{title}</h1>\n<dl>{facts}</dl></header>\n{body}{specification}\
             <footer>neuropil {}</footer>\n</main>\n\
             <script type=\"application/json\" id=\"figures\">{figures}</script>\n<script>{SCRIPT}</script>\n\
             </body>\n</html>\n",
            plotly_script(),
            escape(version),
        )
    }
}

const SCRIPT: &str = "
for (const figure of JSON.parse(document.getElementById('figures').textContent)) {
  Plotly.newPlot(figure.id, figure.data, figure.layout, { responsive: true, displaylogo: false });
}
";

/// plotly.js, without the typesetter of formulas that comes with it and is not used here.
fn plotly_script() -> String {
    const END: &str = "</script>";
    let sources = plotly::Plot::offline_js_sources();
    let end = sources.find(END).map_or(sources.len(), |start| start + END.len());
    sources[..end].to_owned()
}

fn figure_html(figure: &Figure, id: &str) -> String {
    let width = match figure.width {
        Width::Full => "full",
        Width::Half => "half",
    };
    let (title, caption, height) = (escape(&figure.title), escape(&figure.caption), figure.height);
    format!(
        "<figure class=\"{width}\"><h3>{title}</h3><div id=\"{id}\" style=\"height:{height}px\"></div>\
         <figcaption>{caption}</figcaption></figure>\n"
    )
}

fn fact_html(fact: &Fact) -> String {
    format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(fact.name), escape(&fact.value))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
