"""Can everybody use it: axe finds nothing serious in what we draw."""

from pathlib import Path
from typing import Any

import pytest
from steps import opened

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.skipif(not AXE.is_file(), reason="axe is not there: npm install --no-save axe-core")
@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        ("/", "light"),
        ("/", "dark"),
        ("/?page=Recommend", "dark"),
        ("/?page=Peaks", "light"),
        ("/?page=Peaks", "dark"),
        ("/?page=Learn", "light"),
        ("/?page=Learn", "dark"),
        ("/?page=Rings", "light"),
        ("/?page=Rings", "dark"),
        ("/?page=Model", "light"),
    ],
)
def test_axe_finds_nothing_serious(page: Any, app_url: str, address: str, scheme: str) -> None:
    """No serious or critical violation, in Streamlit's own elements neither."""
    page.emulate_media(color_scheme=scheme)
    opened(page, app_url + address)
    page.wait_for_timeout(2000)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    said = [f"{v['id']}: {v['help']}; {node['html'][:200]}" for v in serious for node in v["nodes"]]
    assert not said, "\n".join(said)
