"""How Sphinx builds the site; `cargo xtask docs` runs it."""

import shutil
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert

import neuropil

project = "neuropil"
author = "The neuropil developers"
copyright = author
exclude_patterns = ["conf.py"]
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

html_theme = "furo"
html_title = "neuropil"
html_show_sphinx = False
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
pygments_style = "friendly"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
# Shapes such as (nodes, times) are no names to be linked.
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = True

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_execution_excludepatterns = ["*.md"]
nb_merge_streams = True
nb_render_markdown_format = "myst"
nb_output_stderr = "remove"

HERE = Path(__file__).parent
#: What is written before each build: pages of models, copies of the examples.
GENERATED = HERE / "_generated"


def generate() -> None:
    shutil.rmtree(GENERATED, ignore_errors=True)
    models, examples = GENERATED / "models", GENERATED / "examples"
    models.mkdir(parents=True)
    for model in neuropil.models.list():
        (models / f"{model.name}.md").write_text(model.markdown(), encoding="utf-8")
    shutil.copytree(HERE.parent / "examples" / "python", examples)


def mathml(self, node) -> None:
    """Formulas as MathML: browsers draw it without a script, so that pages need no network."""
    is_block = node.tagname == "math_block"
    text = node.astext().replace("{aligned}", "{split}")
    formula = convert(text, display="block" if is_block else "inline")
    self.body.append(f'<div class="math">{formula}</div>' if is_block else formula)
    raise nodes.SkipNode


def setup(app) -> None:
    generate()
    app.add_html_math_renderer("mathml", (mathml, None), (mathml, None))
