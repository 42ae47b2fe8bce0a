"""Sphinx settings. Build with `make docs`; the build needs no network."""

import sys
import urllib.request
import warnings
from pathlib import Path

import cid

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))
(HERE / "generated" / "extra").mkdir(parents=True, exist_ok=True)  # looked for before it is filled

project = "causal-influence-diagrams"
author = "The causal-influence-diagrams authors"
copyright = author
version = release = cid.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "sphinxcontrib.bibtex",
    "diagrams",
    "mathml",
]
html_math_renderer = "mathml"
templates_path = ["_templates"]
exclude_patterns = ["_build", "generated/extra", "_templates", "**/*.ipynb"]
default_role = "py:obj"
nitpicky = False

autosummary_generate = True
autosummary_imported_members = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings give types in words
numpydoc_show_class_members = False
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "alpha"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "capture_repr": ("_repr_html_",),  # what matplotlib's calls return is no result
    "examples_dirs": "../examples",
    "gallery_dirs": "generated/gallery",
    "filename_pattern": r"/plot_",
    "copyfile_regex": r".*\.cid",
    "download_all_examples": False,
    "min_reported_time": 1,
    "reference_url": {"cid": None},
    "remove_config_comments": True,
    "show_memory": False,
}
# Without a screen plt.show() warns that it shows nothing; the gallery catches the figure itself.
warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")

_OTHERS = {
    "python": "https://docs.python.org/3/",
    "networkx": "https://networkx.org/documentation/stable/",
    "numpy": "https://numpy.org/doc/stable/",
    "matplotlib": "https://matplotlib.org/stable/",
    "pandas": "https://pandas.pydata.org/docs/",
}


def _reachable_inventories():
    """Return intersphinx's mapping, or none at all when the network cannot be reached.

    An inventory that cannot be fetched is a warning, and warnings fail the build.
    """
    folder = HERE / "_build" / "inventories"
    folder.mkdir(parents=True, exist_ok=True)
    mapping = {}
    for name, url in _OTHERS.items():
        file = folder / f"{name}.inv"
        if not file.exists():
            try:
                with urllib.request.urlopen(url + "objects.inv", timeout=5) as answer:
                    file.write_bytes(answer.read())
            except OSError:
                return {}
        mapping[name] = (url, str(file))
    return mapping


intersphinx_mapping = _reachable_inventories()

html_theme = "pydata_sphinx_theme"
html_title = "causal influence diagrams"
html_static_path = ["_static"]
html_css_files = ["cid.css"]
html_extra_path = ["generated/extra"]
html_show_sourcelink = False
html_theme_options = {
    "header_links_before_dropdown": 9,
    "navbar_persistent": ["search-button"],
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
}
