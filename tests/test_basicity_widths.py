"""How the page of basicity judges widths: leaving one out, and where a measurement falls in its own distribution."""

from dataclasses import replace

import numpy as np
import pytest

from scripts import script

page = script("basicity")
RNG = np.random.default_rng(5)


def row(error: float, sd: float = 0.3, increments: tuple[tuple[str, float], ...] = ()):
    """A made-up compound."""
    return page.Row(
        name="made up", smiles="N", family="plain", source="none", measured=9.0, estimated=9.0 + error, sd=sd,
        on_ring=False, said_on_ring=False, held_out=False, increments=increments,
    )  # fmt: skip


def test_leaving_one_out_is_conditioning_on_all_others() -> None:
    """The closed form is what deleting a row and conditioning on the rest gives, row by row."""
    loads = RNG.normal(size=(7, 3))
    foretold = loads @ loads.T + np.diag(RNG.uniform(0.1, 0.5, 7))
    errors = RNG.normal(size=7)
    rest, sd = page.left_out(errors, foretold)
    for i in range(7):
        others = [j for j in range(7) if j != i]
        weights = np.linalg.solve(foretold[np.ix_(others, others)], foretold[others, i])
        assert rest[i] == pytest.approx(errors[i] - weights @ errors[others])
        assert sd[i] ** 2 == pytest.approx(foretold[i, i] - weights @ foretold[others, i])


def test_errors_that_nothing_shares_stay_as_they_are() -> None:
    """Without a common increment the others tell nothing; with one alone they tell nearly all."""
    apart = [
        row(e, increments=((f"group {i}", 0.3), (page.OWN, 0.1))) for i, e in enumerate((0.4, -0.2, 0.1))
    ]
    errors = np.array([r.error for r in apart])
    assert page.left_out(errors, page.covariance(apart))[0] == pytest.approx(errors)
    alike = [row(0.4, increments=(("group", 0.3), (page.OWN, 0.03))) for _ in range(5)]
    rest, _ = page.left_out(np.full(5, 0.4), page.covariance(alike))
    assert np.abs(rest).max() < 0.02


def test_right_widths_are_called_right() -> None:
    """Errors drawn from their own widths: 90 % within 1.645, rms 1, even fifths; half the width shows at the ends."""
    widths = RNG.uniform(0.1, 0.8, 4000)
    rows = [row(float(e), float(sd)) for e, sd in zip(RNG.normal(0.0, widths), widths, strict=True)]
    assert page.share_covered(rows, page.Z_90) == pytest.approx(0.9, abs=0.02)
    assert page.spread(rows) == pytest.approx(1.0, abs=0.03)
    assert np.array(page.places(rows)) / 4000 == pytest.approx(np.full(5, 0.2), abs=0.03)
    narrow = page.places([replace(r, sd=r.sd / 2) for r in rows])
    assert min(narrow[0], narrow[-1]) > 1.5 * narrow[2]


@pytest.mark.parametrize("error", [-0.5, 0.0, 0.5])
def test_a_measurement_above_its_estimate_falls_high(error: float) -> None:
    """The place is below a half where the estimate is too high, and a half where it is right."""
    assert np.sign(0.5 - row(error).place) == np.sign(error)


def test_a_width_is_followed_into_the_interval() -> None:
    """A poorly known basicity widens the interval of its product, a well-known strong one hardly moves it."""
    _, _, without, with_it = page.interval_without_and_with("Nc1ncccn1")
    assert with_it > without
    _, _, without, with_it = page.interval_without_and_with("CCCCN")
    assert with_it == pytest.approx(without, abs=0.02)
