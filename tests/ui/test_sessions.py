"""Two chemists at once: neither sees the other."""

from typing import Any

from steps import number, opened, press, settled, watched

ROUNDS = 4


def test_sessions_never_see_each_other(browser: Any, app_url: str) -> None:
    """Two browsers with different inputs, clicked in turn: each keeps its own inputs and answers, none fails."""
    addresses = (
        f"{app_url}/?amine=aniline&carbonyl=CCC=O&carbonyl_equivalents=1",
        f"{app_url}/?amine=C1CNCCNC1&carbonyl=O=Cc1ccccc1&carbonyl_equivalents=1",
    )
    contexts = [browser.new_context() for _ in addresses]
    pages = [context.new_page() for context in contexts]
    seen = [watched(page, app_url) for page in pages]
    for page, address in zip(pages, addresses, strict=True):
        opened(page, address)
    for _ in range(ROUNDS):
        press(pages[0], "Carbonyl [equiv]", 1)
        press(pages[1], "Carbonyl [equiv]", 2)
        for page in pages:
            settled(page)
    for page, amine, steps in zip(pages, ("aniline", "C1CNCCNC1"), (ROUNDS, 2 * ROUNDS), strict=True):
        page.wait_for_url(f"**carbonyl_equivalents={1 + 0.05 * steps:g}**")
        settled(page)
        assert page.get_by_role("textbox", name="Amine").input_value() == amine
        assert page.get_by_test_id("stException").count() == 0
    alone = opened(
        contexts[0].new_page(), addresses[1].replace("equivalents=1", f"equivalents={1 + 0.1 * ROUNDS:g}")
    )
    assert number(alone, "Target") == number(pages[1], "Target")
    assert seen == [[], []]
    for context in contexts:
        context.close()
