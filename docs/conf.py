"""How the manual is built: `make docs`."""

from importlib.metadata import version as installed_version
from pathlib import Path

from outrider.config import describe

project = "Outrider"
author = "The Outrider authors"
project_copyright = "The Outrider authors"
release = version = installed_version("outrider")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"Outrider {release}"
html_show_copyright = False

# The table of settings comes from the settings themselves.
_rows = [
    f"| `{key.path}` | {key.type} | {key.bounds} | {key.default} | {key.description} |" for key in describe()
]
_table = Path(__file__).parent / "_build" / "configuration-keys.md"
_table.parent.mkdir(exist_ok=True)
_table.write_text(
    "\n".join(["| key | type | bounds | default | meaning |", "|---|---|---|---|---|", *_rows]) + "\n"
)
