"""Two chemists at once: neither sees the other."""

import time
from itertools import count
from typing import Any

from steps import number, opened, press, settled, watched

import planner

SECONDS = 60.0
PAIRS = (("aniline", "CCC=O"), ("C1CNCCNC1", "O=Cc1ccccc1"))
LEAST, MOST = 20, 40
"""Ends of the walk of the slider, in steps of 0.05 equivalents."""


def test_sessions_never_see_each_other(browser: Any, app_url: str) -> None:
    """Two browsers, clicked in turn for a minute: after every click each shows its own inputs and its own answer."""
    contexts = [browser.new_context() for _ in PAIRS]
    pages = [context.new_page() for context in contexts]
    seen = [watched(page, app_url) for page in pages]
    for page, (amine, carbonyl) in zip(pages, PAIRS, strict=True):
        opened(page, f"{app_url}/?amine={amine}&carbonyl={carbonyl}&carbonyl_equivalents=1")
    start = time.monotonic()
    for turn in count(1):
        steps = [walked(turn), walked(2 * turn)]
        for page, before, here in zip(pages, (walked(turn - 1), walked(2 * turn - 2)), steps, strict=True):
            press(
                page, "Carbonyl [equiv]", abs(here - before), "ArrowRight" if here > before else "ArrowLeft"
            )
        if turn % 5 == 0:
            for name in ("Model", "Plan"):
                for page in pages:
                    page.get_by_role("radio", name=name).click()
                    settled(page)
        for page, pair, here in zip(pages, PAIRS, steps, strict=True):
            shows_its_own(page, pair, here / 20)
        if time.monotonic() - start > SECONDS:
            break
    assert seen == [[], []]
    for context in contexts:
        context.close()


def walked(turn: int) -> int:
    """Walk up and down between the ends, one step a turn."""
    span = MOST - LEAST
    return LEAST + span - abs(turn % (2 * span) - span)


def shows_its_own(page: Any, pair: tuple[str, str], equivalents: float) -> None:
    """Wait for the address, then compare boxes and answer with those of this pair computed here."""
    page.wait_for_function(
        "e => (new URLSearchParams(location.search).get('carbonyl_equivalents') || '1') == e",
        arg=f"{equivalents:g}",
    )
    settled(page)
    alone = planner.predict(*pair, carbonyl_equivalents=equivalents)
    assert page.get_by_role("combobox", name="Amine").input_value() == pair[0]
    assert number(page, "Target") == round(100 * alone.target_fraction.mean)
    assert page.get_by_test_id("stException").count() == 0
