"""Published kinetic models run through the public API and give their published answers."""

import numpy as np
import pytest

from planner.errors import ParameterError, ProcedureError
from planner.flask.schedule import Segment
from planner.flask.simulate import Arrhenius, simulate_network
from planner.mechanism.network import Network, Reaction, Species

SNAR = Network(
    species=tuple(Species(name=n) for n in ("difluoronitrobenzene", "pyrrolidine", "ortho", "para", "bis")),
    reactions=(
        Reaction(reactants=("difluoronitrobenzene", "pyrrolidine"), products=("ortho",), constants=("k1",)),
        Reaction(reactants=("difluoronitrobenzene", "pyrrolidine"), products=("para",), constants=("k2",)),
        Reaction(reactants=("ortho", "pyrrolidine"), products=("bis",), constants=("k3",)),
        Reaction(reactants=("para", "pyrrolidine"), products=("bis",), constants=("k4",)),
    ),
)
"""2,4-Difluoronitrobenzene and pyrrolidine: Hone et al., React. Chem. Eng. 2017, 2, 103."""

SNAR_CONSTANTS = {
    name: Arrhenius(k=1e-2 * k, activation_energy=energy, reference_temperature=363.15)
    for name, k, energy in (
        ("k1", 57.9, 33.3),
        ("k2", 2.70, 35.3),
        ("k3", 0.865, 38.9),
        ("k4", 1.63, 44.8),
    )
}


@pytest.mark.parametrize(
    ("equivalents", "expected"),
    [
        (1.0, (0.134, 0.816, 0.036, 0.014)),
        (1.25, (0.047, 0.889, 0.039, 0.026)),
        (1.5, (0.013, 0.907, 0.039, 0.040)),
        (2.0, (0.001, 0.888, 0.037, 0.074)),
        (3.0, (0.0, 0.825, 0.033, 0.142)),
        (5.0, (0.0, 0.706, 0.026, 0.268)),
    ],
)
def test_snar_of_difluoronitrobenzene(equivalents: float, expected: tuple[float, ...]) -> None:
    """One minute in a plug-flow tube at 60 C, 0.5 M: the four fractions to 0.001."""
    end = simulate_network(
        SNAR,
        SNAR_CONSTANTS,
        amounts={"difluoronitrobenzene": 0.5, "pyrrolidine": 0.5 * equivalents},
        volume=1.0,
        schedule=[Segment(duration=60.0, temperature=333.15)],
    )
    names = ("difluoronitrobenzene", "ortho", "para", "bis")
    found = [float(end.amount(name)[0, 0, -1]) / 0.5 for name in names]
    assert found == pytest.approx(expected, abs=1e-3)


ROBERTSON = Network(
    species=tuple(Species(name=n) for n in "ABC"),
    reactions=(
        Reaction(reactants=("A",), products=("B",), constants=("k1",)),
        Reaction(reactants=("B", "B"), products=("B", "C"), constants=("k2",)),
        Reaction(reactants=("B", "C"), products=("A", "C"), constants=("k3",)),
    ),
)


def test_robertson() -> None:
    """Robertson's stiff autocatalysis: the reference of the IVP test set (Mazzia and Magherini, 2008) at t = 40."""
    end = simulate_network(
        ROBERTSON,
        {"k1": 0.04, "k2": 3e7, "k3": 1e4},
        amounts={"A": 1.0},
        volume=1.0,
        schedule=[Segment(duration=40.0)],
        relative_tolerance=1e-9,
    )
    assert end.amounts[0, 0, -1] == pytest.approx([0.7158270688, 9.185534765e-6, 0.2841637457], rel=1e-7)


FED = Network(
    species=(Species(name="A"), Species(name="B"), Species(name="C")),
    reactions=(Reaction(reactants=("A", "B"), products=("C",), constants=("k",)),),
)


def test_feed_table_portions_and_times() -> None:
    """A piecewise feed with portions keeps the books at every requested time, and cutting it changes nothing."""
    schedule = [
        Segment(duration=600.0, feeds=(("B", 1e-4),), volume_rate=1e-5),
        Segment(duration=300.0, doses=(("B", 0.02),)),
        Segment(duration=900.0, feeds=(("B", 5e-5),), volume_rate=5e-6, temperature=310.0),
    ]
    constants = {"k": Arrhenius(k=0.05, activation_energy=40.0)}
    times = [0.0, 100.0, 600.0, 601.0, 850.0, 1500.0, 1800.0]
    given = {"amounts": {"A": 0.1}, "volume": 0.5, "schedule": schedule}
    course = simulate_network(FED, constants, times=times, **given)
    whole = simulate_network(FED, constants, **given)
    assert course.amounts[0, 0, -1] == pytest.approx(whole.amounts[0, 0, -1], rel=1e-5)
    assert course.times_h[0] * 3600 == pytest.approx(times)
    charged = [0.0, 0.01, 0.06, 0.08, 0.08, 0.08 + 600 * 5e-5, 0.08 + 900 * 5e-5]
    b_and_c = course.amount("B") + course.amount("C")
    assert b_and_c[0, 0] == pytest.approx(charged, abs=1e-9)
    a_and_c = course.amount("A") + course.amount("C")
    assert a_and_c[0, 0] == pytest.approx(np.full(len(times), 0.1), abs=1e-9)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"constants": {}}, ParameterError),
        ({"constants": {"k": 1.0, "j": 1.0}}, ParameterError),
        ({"constants": {"k": -1.0}}, ParameterError),
        ({"amounts": {"X": 1.0}}, ProcedureError),
        ({"amounts": {"A": -1.0}}, ProcedureError),
        ({"amounts": {"A": float("nan")}}, ProcedureError),
        ({"volume": 0.0}, ProcedureError),
        ({"schedule": []}, ProcedureError),
        ({"times": [0.0, 5.0, 3.0]}, ProcedureError),
        ({"times": [0.0, 1e9]}, ProcedureError),
    ],
)
def test_impossible_input_is_named(change: dict, error: type[Exception]) -> None:
    """What cannot be simulated is refused with one line before any work is done."""
    given = {
        "constants": {"k": 1.0},
        "amounts": {"A": 1.0},
        "volume": 1.0,
        "schedule": [Segment(duration=10.0)],
    }
    given |= change
    with pytest.raises(error) as caught:
        simulate_network(FED, given.pop("constants"), **given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("reaction", "word"),
    [
        ({"reactants": ("A",), "products": ("X",), "constants": ("k",)}, "X"),
        ({"reactants": ("A",) * 4, "products": ("B",) * 4, "constants": ("k",)}, "order 4"),
        ({"reactants": ("A",), "products": ("B", "B"), "constants": ("k",)}, "balance"),
        ({"reactants": ("A",), "products": ("B+",), "constants": ("k",)}, "charge"),
        ({"reactants": ("A",), "products": ("B",), "constants": ()}, "constant"),
    ],
)
def test_networks_are_checked_when_built(reaction: dict, word: str) -> None:
    """Unknown species, high order, unbalanced elements or charge and nameless constants cannot be built."""
    carbon = (("C", 1),)
    species = (
        Species(name="A", formula=carbon),
        Species(name="B", formula=carbon),
        Species(name="B+", formula=carbon, charge=1),
    )
    with pytest.raises(ParameterError, match=word.replace("+", r"\+")):
        Network(species=species, reactions=(Reaction(**reaction),))
