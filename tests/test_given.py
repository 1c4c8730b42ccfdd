"""Whatever a Python caller passes, the answer is a result or one line that says what to mend."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

import planner
from planner.errors import LONGEST, finite, shown
from planner.flask.fields import FIELDS
from planner.plans.request import Request, build_request

AMINE, CARBONYL = "NCc1ccccc1", "CCCC=O"


class Mute:
    """An object that cannot say what it is, and is no number although it has the methods."""

    def __repr__(self) -> str:
        raise RuntimeError("no words")

    __str__ = __float__ = __iter__ = __len__ = __bool__ = __repr__  # type: ignore[assignment]


ODD = [
    None,
    True,
    [],
    ["NCC"],
    ("NCC", "C=O"),
    {"a": 1},
    {1, 2},
    b"NCC",
    1j,
    object(),
    Mute(),
    Mute,
    Decimal("1.5"),
    Decimal("NaN"),
    Fraction(10**400),
    Fraction(1, 3),
    10**400,
    -(10**5000),
    float("nan"),
    float("inf"),
    1e308,
    -1.0,
    np.array([1.0, 2.0]),
    np.array("NCC"),
    np.array(1.0),
    np.float32(0.5),
    np.int64(3),
    pd.Series([1.0]),
    pd.NA,
    range(3),
    lambda: None,
    "",
    "NC\0C",
    "\ud800",
    "\ufffe\x07\n",
    "N" * 100_000,
    "9" * 5000,
]
odd = (
    st.sampled_from(ODD) | st.text(max_size=5) | st.floats() | st.integers() | st.lists(st.none(), max_size=2)
)


def ends_well(call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Call it: an answer, or a PlannerError of one line that is not too long to read."""
    try:
        call(*arguments, **named)
    except planner.PlannerError as error:
        message = str(error)
        assert message
        assert message.isprintable(), message
        assert len(message) < 700


@pytest.mark.parametrize(
    ("amine", "named"),
    [
        (["NCC"], {}),
        (("NCC",), {}),
        (np.array(["NCC"]), {}),
        ("NCC", {"carbonyl_equivalents": 10**400}),
        ("NCC", {"carbonyl_equivalents": Fraction(10**400)}),
        ("NCC", {"carbonyl_equivalents": -(10**5000)}),
        ("NCC", {"water": np.array(["dry", "wet"])}),
        ("NCC", {"basis": ["amine"]}),
        ("NCC", {"draws": 10**5000}),
        ("NCC", {"target": 10**5000}),
        ("NCC", {"reductant": "STAB\ud800"}),
    ],
)
def test_no_type_gives_a_traceback(amine: Any, named: dict[str, Any]) -> None:
    """Lists for structures, fractions and integers of 400 digits, arrays for words: one line each."""
    with pytest.raises(planner.PlannerError) as caught:
        planner.predict(amine, "C=O", **named)
    assert str(caught.value).isprintable()


@settings(max_examples=150)
@given(st.sampled_from(["amine", "carbonyl", "target", "basis", "draws", "seed", *FIELDS]), odd)
def test_anything_to_predict(name: str, value: Any) -> None:
    """Any value in any place of ``predict`` ends in an answer or one line."""
    ends_well(planner.predict, **{"amine": AMINE, "carbonyl": CARBONYL, "draws": 1} | {name: value})


@settings(max_examples=150)
@given(
    st.sampled_from([*(set(Request.__dataclass_fields__) - {"fixed", "models"}), *FIELDS]),
    odd | st.lists(odd, max_size=2) | st.tuples(odd, odd),
)
def test_anything_to_a_request(name: str, value: Any) -> None:
    """Any value of any wish ends in a request or one line, before a search begins."""
    ends_well(
        lambda amine=AMINE, carbonyl=CARBONYL, **asked: build_request(amine, carbonyl, asked), **{name: value}
    )


def test_recommend_refuses_before_the_search() -> None:
    """A request that cannot be used is refused at once by ``recommend`` too."""
    for named in ({"amine": [AMINE]}, {"temperature_window_C": b"12"}, {"effort": Mute()}, {"top": 10**5000}):
        with pytest.raises(planner.PlannerError):
            planner.recommend(**{"amine": AMINE, "carbonyl": CARBONYL} | named)


@given(st.sampled_from(["models", "model"]), odd)
def test_anything_as_a_model(name: str, value: Any) -> None:
    """Any value as a folder, a set's name or a model ends in an answer or one line, wherever it is given."""
    ends_well(planner.predict, AMINE, CARBONYL, draws=1, **{name: value})
    ends_well(planner.find_sites, AMINE, **{name: value})
    ends_well(planner.load_model, value)
    ends_well(planner.load_model, None, value)
    with pytest.raises(planner.PlannerError):
        planner.recommend(AMINE, CARBONYL, top=0, **{name: value})


@given(odd)
def test_anything_to_find_sites(value: Any) -> None:
    """Any value as a structure ends in sites or one line."""
    ends_well(planner.find_sites, value)


@given(
    st.sampled_from([planner.Segment, planner.Arrhenius, planner.Species, planner.Reaction, planner.Network]),
    st.data(),
)
def test_anything_to_a_record(kind: Any, data: st.DataObject) -> None:
    """Any value in any field of a record that a user builds ends in the record or one line."""
    name = data.draw(st.sampled_from(sorted(kind.__dataclass_fields__)))
    pair = st.tuples(st.just("A") | odd, odd)
    good = {"Species": {"name": "A"}, "Arrhenius": {"k": 1.0}, "Segment": {"duration": 1.0}}
    good |= {"Reaction": {"reactants": ("A",), "products": (), "constants": ("k",)}}
    good |= {"Network": {"species": (planner.Species(name="A"),), "reactions": ()}}
    value = data.draw(odd | st.tuples(odd) | st.tuples(pair) | st.lists(pair, max_size=2))
    ends_well(kind, **good[kind.__name__] | {name: value})


NETWORK = planner.Network(
    species=(planner.Species(name="A"), planner.Species(name="B")),
    reactions=(planner.Reaction(reactants=("A",), products=("B",), constants=("k",)),),
)


@settings(max_examples=150)
@given(
    st.sampled_from(["network", "constants", "amounts", "volume", "schedule", "times", "relative_tolerance"]),
    odd
    | st.lists(odd, max_size=2)
    | st.dictionaries(st.sampled_from(["A", "k", "\0"]) | st.integers(), odd, max_size=2),
)
def test_anything_to_simulate_network(name: str, value: Any) -> None:
    """Any value in any place of ``simulate_network`` ends in a trajectory or one line."""
    asked = {"network": NETWORK, "constants": {"k": 1e-3}, "amounts": {"A": 1.0}, "volume": 1.0}
    asked |= {"schedule": [planner.Segment(duration=10.0)], "times": None, "relative_tolerance": 1e-6} | {
        name: value
    }
    network, constants = asked.pop("network"), asked.pop("constants")
    ends_well(planner.simulate_network, network, constants, **asked)


def test_a_network_without_reactions() -> None:
    """Nothing happens in a network without reactions but what is fed; one without species is none."""
    schedule = [planner.Segment(duration=2.0, feeds=(("A", 0.5),))]
    idle = planner.Network(species=(planner.Species(name="A"),), reactions=())
    end = planner.simulate_network(idle, {}, amounts={"A": 1.0}, volume=1.0, schedule=schedule)
    assert end.amount("A")[0, 0, -1] == pytest.approx(2.0)
    with pytest.raises(planner.ParameterError, match="species"):
        planner.simulate_network(
            planner.Network(species=(), reactions=()), {}, amounts={}, volume=1.0, schedule=schedule
        )


def test_a_rate_constant_beyond_any_number_is_refused() -> None:
    """An energy that makes k overflow at the flask's temperature is named."""
    wild = planner.Arrhenius(k=1.0, activation_energy=-1e9, reference_temperature=400.0)
    with pytest.raises(planner.ParameterError, match="finite k"):
        planner.simulate_network(
            NETWORK, {"k": wild}, amounts={"A": 1.0}, volume=1.0, schedule=[planner.Segment(duration=1.0)]
        )


@given(odd)
def test_a_value_is_shown_on_a_line(value: Any) -> None:
    """Any value is shown in at most 60 printable letters, and a number is one that a float holds."""
    assert shown(value).isprintable()
    assert len(shown(value)) <= LONGEST
    assert finite(value) is None or isinstance(finite(value), float)
