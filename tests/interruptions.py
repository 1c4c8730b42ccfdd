"""Interruptions: what a test does to a screen in the middle of its run."""

from collections.abc import Callable

import pytest

from planner.library import screening


def in_the_middle(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]
) -> tuple[Callable[[float, str], None], list[float]]:
    """Do something the first time that rows are done and others are not.

    Progress is told each time that anything comes back, or a fast machine would be through before the second time.

    Returns
    -------
    tell, done
        For ``progress``; and the share at which it was done, if it was.
    """
    monkeypatch.setattr(screening, "TELL_S", 0.0)
    done: list[float] = []

    def tell(share: float, words: str) -> None:
        if 0.0 < share < 1.0 and not done:
            done.append(share)
            act()

    return tell, done
