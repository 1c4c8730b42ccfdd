"""Can everybody use it: axe finds nothing serious in what we draw."""

from pathlib import Path
from typing import Any

import pytest
from steps import opened, pasted, screened

LIBRARY = "/?page=Library&reductants=STAB&additions=all_at_once"
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
        ("/?page=Library", "light"),
        ("/?page=Library", "dark"),
        ("/?page=Model", "light"),
    ],
)
def test_axe_finds_nothing_serious(page: Any, app_url: str, address: str, scheme: str) -> None:
    """No serious or critical violation, in Streamlit's own elements neither."""
    page.emulate_media(color_scheme=scheme)
    opened(page, app_url + address)
    page.wait_for_timeout(2000)
    assert not serious(page)


@pytest.mark.skipif(not AXE.is_file(), reason="axe is not there: npm install --no-save axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screened_library_is_for_everybody(page: Any, app_url: str, scheme: str) -> None:
    """Nor is there one with matrix, pair and plate drawn, tables opened and a cross in a cell."""
    page.emulate_media(color_scheme=scheme)
    opened(page, app_url + LIBRARY)
    pasted(page, "NCc1ccccc1\nnonsense", "CCCC=O")
    screened(page, 2)
    page.get_by_text("The same as a table").click()
    page.wait_for_timeout(2000)
    assert not serious(page)


def serious(page: Any) -> str:
    """Say what axe finds that is serious or critical."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    worst = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    said = [f"{v['id']}: {v['help']}; {node['html'][:200]}" for v in worst for node in v["nodes"]]
    return "\n".join(said)
