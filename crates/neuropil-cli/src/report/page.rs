//! The HTML page around the figures.

use serde_json::{Value, json};

use super::figure::{Figure, Width};
use super::summary::Fact;

const STYLE: &str = include_str!("style.css");

/// Everything on the page.
pub(super) struct Page {
    pub(super) title: String,
    pub(super) facts: Vec<Fact>,
    pub(super) sections: Vec<Section>,
    /// What ran, as TOML.
    pub(super) specification: Option<String>,
    pub(super) version: String,
    /// Scripts that come after the figures.
    pub(super) scripts: String,
}

/// Figures under a heading.
pub(super) struct Section {
    heading: &'static str,
    /// What stands before the figures.
    html: String,
    figures: Vec<Figure>,
}

impl Section {
    pub(super) fn new(heading: &'static str, figures: Vec<Figure>) -> Self {
        Self { heading, html: String::new(), figures }
    }

    /// What is no figure, as HTML; without any, the section is left out.
    pub(super) fn of_html(heading: &'static str, html: String) -> Self {
        Self { heading, html, figures: Vec::new() }
    }
}

impl Page {
    pub(super) fn render(&self) -> String {
        let (mut body, mut figures) = (String::new(), Vec::new());
        for section in &self.sections {
            if section.figures.is_empty() && section.html.is_empty() {
                continue;
            }
            body += "<section>";
            if !section.heading.is_empty() {
                body = [&body, "<h2>", &escape(section.heading), "</h2>\n"].concat();
            }
            body += &section.html;
            if !section.figures.is_empty() {
                body += "<div class=\"figures\">\n";
                for figure in &section.figures {
                    let id = format!("figure-{}", figures.len() + 1);
                    body += &figure_html(figure, &id);
                    figures.push(json!({ "id": id, "data": figure.data, "layout": figure.layout }));
                }
                body += "</div>";
            }
            body += "</section>\n";
        }
        let facts: String = self.facts.iter().map(fact_html).collect();
        let title = escape(&self.title);
        let specification = self.specification.as_ref().map_or(String::new(), |specification| {
            format!("<section><h2>Specification</h2>\n<pre>{}</pre></section>\n", escape(specification))
        });
        let (figures, scripts) = (data_script("figures", &Value::Array(figures)), &self.scripts);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n{}\n</head>\n\
             <body>\n<main>\n<header><h1>{title}</h1>\n<dl>{facts}</dl></header>\n{body}{specification}\
             <footer>neuropil {}</footer>\n</main>\n\
             {figures}<script>{SCRIPT}</script>\n{scripts}</body>\n</html>\n",
            plotly_script(),
            escape(&self.version),
        )
    }
}

const SCRIPT: &str = "
for (const figure of JSON.parse(document.getElementById('figures').textContent)) {
  Plotly.newPlot(figure.id, figure.data, figure.layout, { responsive: true, displaylogo: false });
}
";

/// Data that a script reads.
pub(super) fn data_script(id: &str, data: &Value) -> String {
    // A label may hold anything, even the end of a script.
    let data = data.to_string().replace('<', "\\u003c");
    format!("<script type=\"application/json\" id=\"{id}\">{data}</script>\n")
}

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

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
