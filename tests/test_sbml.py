"""The SBML export says what the engine integrates: read back by three other programs."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from planner.engine import Batch
from planner.errors import ParameterError
from planner.flask.contents import needs_joint_states
from planner.flask.flask import central_batch, prepare
from planner.flask.procedure import Procedure
from planner.flask.sbml import MATHML, NAMESPACE, flask_sbml, sbml_text
from planner.flask.schedule import Segment
from planner.flask.settling import settle
from planner.flask.simulate import Arrhenius, integrate_amounts, network_batch
from planner.mechanism.network import Network, Reaction, Species
from planner.model.parameters import load_model
from planner.structures.pairs import read_pair
from planner.version import VERSION

S, M = f"{{{NAMESPACE}}}", f"{{{MATHML}}}"

PAIRS = {"alkanal": ("CCCCN", "CCCC=O"), "diamine": ("NCCN", "O=Cc1ccccc1"), "ammonia": ("N", "O=C1CCCCC1")}
PROCEDURES = {
    "all at once": {},
    "carbonyl over 2 h": {"addition": "slow_carbonyl", "addition_time_h": 2.0, "feed_volume_fraction": 0.4},
    "amine over 3 h": {"addition": "slow_amine", "addition_time_h": 3.0},
    "imine first, warm": {"addition": "imine_first", "imine_time_h": 1.5, "temperature_C": 40.0},
    "in portions, cold": {
        "addition": "imine_first", "imine_time_h": 1.0, "hydride_portions": 3, "hydride_time_h": 1.0,
        "hydride_temperature_C": 0.0,
    },
    "in portions": {"addition": "all_at_once", "hydride_portions": 4, "hydride_time_h": 4.0},
    "imine first for no time": {"addition": "imine_first", "imine_time_h": 0.0},
    "carbonyl over no time": {"addition": "slow_carbonyl", "addition_time_h": 0.0},
    "amine over no time": {"addition": "slow_amine", "addition_time_h": 0.0},
    "amine over 3 h, no hold": {"addition": "slow_amine", "addition_time_h": 3.0, "hold_time_h": 0.0},
}  # fmt: skip
CASES = [(pair, procedure) for pair in PAIRS for procedure in PROCEDURES]


def flask_run(pair: str, procedure: str) -> tuple[Network, Batch]:
    """One procedure of a pair, every constant at its median."""
    model = load_model()
    both = read_pair(*PAIRS[pair])
    asked = Procedure(**{"reductant": "STAB", "hold_time_h": 4.0} | PROCEDURES[procedure])
    settled, _ = settle(asked, model, both)
    flask = prepare(both, joint=needs_joint_states(both, settled))
    return flask.network, central_batch(flask, model, settled)


def stepped_run() -> tuple[Network, Batch]:
    """A network by hand with portions, a changing feed, a temperature step and orders 0 to 3."""
    network = Network(
        species=tuple(Species(name=n) for n in "ABCD"),
        reactions=(
            Reaction(reactants=(), products=("A",), constants=("source",)),
            Reaction(reactants=("A", "B"), products=("C",), constants=("k",)),
            Reaction(reactants=("A", "A", "C"), products=("D", "D"), constants=("third",)),
            Reaction(reactants=("C",), products=("B",), constants=("back",)),
        ),
    )
    schedule = [
        Segment(duration=0.0, doses=(("B", 0.01),), feeds=(("A", 1.0),), volume_rate=1.0),
        Segment(duration=300.0, feeds=(("B", 1e-3),), volume_rate=1e-4),
        Segment(duration=200.0, feeds=(("B", 2e-4),), volume_rate=2e-5, doses=(("A", 0.2),)),
        Segment(duration=0.0, doses=(("C", 0.02),), temperature=280.0),
        Segment(duration=500.0, temperature=323.15, doses=(("B", 0.05), ("A", 0.1))),
    ]
    constants = {"source": 1e-5, "k": Arrhenius(k=2e-2, activation_energy=50.0), "third": 1e-2, "back": 1e-4}
    return network, network_batch(network, constants, amounts={"A": 0.1}, volume=0.5, schedule=schedule)


def every_run() -> list[tuple[str, Network, Batch]]:
    """All runs that are compared."""
    runs = [(f"{pair}, {procedure}", *flask_run(pair, procedure)) for pair, procedure in CASES]
    return [*runs, ("portions and steps", *stepped_run())]


RUNS = every_run()
"""Built once; nobody writes into them."""


def end_of(network: Network, batch: Batch) -> np.ndarray:
    """Amounts at the end, by the engine at a tight tolerance."""
    return integrate_amounts(network, batch, 1e-9)[0, -1]


class Reader:
    """A small interpreter of the SBML that is written: values, rates and events."""

    def __init__(self, text: str) -> None:
        model = ET.fromstring(text).find(f"{S}model")
        assert model is not None
        self.values = {s.get("id"): float(s.get("initialAmount")) for s in model.iter(f"{S}species")}
        self.species = list(self.values)
        self.values |= {c.get("id"): float(c.get("size")) for c in model.iter(f"{S}compartment")}
        self.values |= {p.get("id"): float(p.get("value")) for p in model.iter(f"{S}parameter")}
        self.rules = {r.get("variable"): self.law(r.find(f"{M}math")[0]) for r in model.iter(f"{S}rateRule")}
        self.reactions = [self.reaction(r) for r in model.iter(f"{S}reaction")]
        self.events = [self.event(e) for e in model.iter(f"{S}event")]

    def reaction(self, element: ET.Element):
        """Net stoichiometry and rate law."""
        change: dict[str, float] = {}
        for tag, sign in (("listOfReactants", -1), ("listOfProducts", 1)):
            for side in element.findall(f"{S}{tag}/{S}speciesReference"):
                species = side.get("species")
                change[species] = change.get(species, 0) + sign * float(side.get("stoichiometry"))
        return change, self.law(element.find(f"{S}kineticLaw/{M}math")[0])

    def event(self, element: ET.Element):
        """Time and assignments."""
        trigger = element.find(f"{S}trigger/{M}math")[0]
        assignments = element.iter(f"{S}eventAssignment")
        return self.law(trigger[2])({}), {
            a.get("variable"): self.law(a.find(f"{M}math")[0]) for a in assignments
        }

    def law(self, element: ET.Element) -> Callable[[dict[str, float]], float]:
        """Read MathML once, to be evaluated many times."""
        return eval(f"lambda values: {self.written(element)}")

    def written(self, element: ET.Element) -> str:
        """Write MathML as Python."""
        tag = element.tag.removeprefix(M)
        if tag == "ci":
            return f"values[{element.text!r}]"
        if tag == "cn":
            exponent = (element[0].tail or "0") if len(element) else "0"
            return repr(float(f"{element.text}e{exponent}"))
        operator, *arguments = element
        sign = {"times": " * ", "plus": " + ", "divide": " / "}[operator.tag.removeprefix(M)]
        return f"({sign.join(self.written(a) for a in arguments)})"

    def run(self, end: float) -> np.ndarray:
        """Integrate from event to event."""
        values, moving = dict(self.values), [*self.species, *self.rules]

        def slopes(_t: float, y: np.ndarray) -> np.ndarray:
            now = values | dict(zip(moving, y, strict=True))
            slope = dict.fromkeys(moving, 0.0) | {v: law(now) for v, law in self.rules.items()}
            for change, law in self.reactions:
                rate = law(now)
                for species, n in change.items():
                    slope[species] += n * rate
            return np.array(list(slope.values()))

        time = 0.0
        for until, assignments in [*sorted(self.events, key=lambda e: e[0]), (end, {})]:
            if until > time:
                y = np.array([values[name] for name in moving])
                found = solve_ivp(slopes, (time, until), y, method="LSODA", rtol=1e-10, atol=1e-14)
                assert found.success
                values |= dict(zip(moving, found.y[:, -1].tolist(), strict=True))
            values |= {name: law(values) for name, law in assignments.items()}
            time = until
        return np.array([values[name] for name in self.species])


@pytest.mark.parametrize(("title", "network", "batch"), RUNS, ids=lambda x: x if isinstance(x, str) else "")
def test_an_interpreter_of_the_text_agrees(title: str, network: Network, batch: Batch) -> None:
    """Rates, feeds, volume and events as written in the file give the engine's amounts to 1e-6 of the charge."""
    found = Reader(sbml_text(network, batch)).run(float(batch.durations[0].sum()))
    assert found == pytest.approx(end_of(network, batch), abs=1e-6 * batch.charge[0]), title


@pytest.mark.parametrize(("title", "network", "batch"), RUNS, ids=lambda x: x if isinstance(x, str) else "")
def test_libroadrunner_agrees(title: str, network: Network, batch: Batch) -> None:
    """LibRoadRunner reads the file and gives the engine's amounts to 1e-6 of the charge."""
    roadrunner = pytest.importorskip(
        "roadrunner", reason="libRoadRunner is not installed (extra: crosscheck)"
    )
    model = roadrunner.RoadRunner(sbml_text(network, batch))
    model.integrator.relative_tolerance, model.integrator.absolute_tolerance = 1e-10, 1e-16
    model.integrator.maximum_num_steps = 100000
    species = [f"s{i}" for i in range(len(network.species))]
    model.timeCourseSelections = ["time", *species]
    end = float(batch.durations[0].sum())
    kinks = np.cumsum(batch.durations[0])[:-1]
    times = sorted({0.0, *kinks.tolist(), end})
    rows = model.simulate(times=times)
    assert np.asarray(rows)[-1, 1:] == pytest.approx(end_of(network, batch), abs=1e-6 * batch.charge[0]), (
        title
    )


@pytest.mark.parametrize(("title", "network", "batch"), RUNS, ids=lambda x: x if isinstance(x, str) else "")
def test_copasi_agrees(title: str, network: Network, batch: Batch, tmp_path: Path) -> None:
    """COPASI reads the file and gives the engine's amounts to 1e-6 of the charge."""
    copasi = pytest.importorskip("COPASI", reason="COPASI is not installed (extra: crosscheck)")
    data = copasi.CRootContainer.addDatamodel()
    assert data.importSBMLFromString(sbml_text(network, batch)), copasi.CCopasiMessage.getAllMessageText()
    task = data.getTask("Time-Course")
    problem = task.getProblem()
    problem.setDuration(float(batch.durations[0].sum()))
    problem.setStepNumber(1)
    problem.setAutomaticStepSize(False)
    method = task.getMethod()
    method.getParameter("Relative Tolerance").setDblValue(1e-10)
    method.getParameter("Absolute Tolerance").setDblValue(1e-16)
    method.getParameter("Max Internal Steps").setIntValue(1000000)
    assert task.initializeRaw(copasi.CCopasiTask.OUTPUT_UI)
    assert task.processRaw(True), copasi.CCopasiMessage.getAllMessageText()
    per_mole = data.getModel().getQuantity2NumberFactor()
    metabolites = {m.getSBMLId(): m.getValue() / per_mole for m in data.getModel().getMetabolites()}
    found = [metabolites[f"s{i}"] for i in range(len(network.species))]
    copasi.CRootContainer.removeDatamodel(data)
    assert found == pytest.approx(end_of(network, batch), abs=1e-6 * batch.charge[0]), title


def test_libsbml_finds_no_errors() -> None:
    """The reference library reads every file without an error or warning, units included."""
    libsbml = pytest.importorskip("libsbml", reason="python-libsbml is not installed (extra: crosscheck)")
    for title, network, batch in RUNS:
        document = libsbml.readSBMLFromString(sbml_text(network, batch))
        document.checkConsistency()
        problems = [document.getError(i).getMessage() for i in range(document.getNumErrors())]
        assert not problems, (title, problems)


def test_a_file_says_what_it_is() -> None:
    """Notes name the pair, the flask, the numbers and the time span; reactions and constants carry their names."""
    model = load_model()
    asked = {"reductant": "NaBH4", "addition": "imine_first", "imine_time_h": 2, "hold_time_h": 1}
    text = flask_sbml("NCc1ccccc1", "CCCC=O", asked, model)
    document = ET.fromstring(text)[0]
    notes = " ".join(document[0].itertext())
    assert document[0].tag == f"{S}notes"
    for words in (
        "NCc1ccccc1", "CCCC=O", "NaBH4", "imine 2 h", "concentration_M = 0.2", "median", model.sha256, VERSION,
        "0 to 10800 s (3 h)",
    ):  # fmt: skip
        assert words in notes, words
    reactions = {r.get("name"): r.get("id") for r in document.iter(f"{S}reaction")}
    constants = {p.get("id"): p.get("name") for p in document.iter(f"{S}parameter")}
    assert constants[reactions["carbonyl + hydride -> alcohol"].replace("r", "k")] == "carbonyl reduction"
    assert None not in reactions
    assert None not in constants.values()


def test_what_happens_at_the_start_is_no_event() -> None:
    """A dose or a feed of no length at time 0 is in the amounts at the start; no event waits for time 0."""
    for title, network, batch in RUNS:
        reader = Reader(sbml_text(network, batch))
        assert all(time > 0 for time, _ in reader.events), title
        start = [reader.values[s] for s in reader.species]
        n_at_once = int(np.searchsorted(np.cumsum(batch.durations[0]), 0.0, side="right")) + 1
        assert start == pytest.approx(batch.amounts[0] + batch.doses[0, :n_at_once].sum(axis=0)), title


def test_a_feed_that_ends_with_the_schedule_is_switched_off() -> None:
    """The rate of a feed of the only segment is no constant, since an event at its end sets it to 0."""
    network = Network(species=(Species(name="A"),), reactions=())
    batch = network_batch(
        network, {}, amounts={}, volume=1.0, schedule=[Segment(duration=9.0, feeds=(("A", 0.1),))]
    )
    (feed,) = [
        p for p in ET.fromstring(sbml_text(network, batch)).iter(f"{S}parameter") if p.get("id") == "feed0"
    ]
    assert feed.get("constant") == "false"


@pytest.mark.parametrize("name", ["A\x01", "A\0", "\ud800A", "A\ufffe", "\x1f"])
@pytest.mark.parametrize("place", ["species", "constant", "model", "notes"])
def test_a_name_that_xml_cannot_hold_is_refused(name: str, place: str) -> None:
    """Control characters, halves of characters and non-characters are refused in one line, wherever they stand."""
    species, constant = (name if place == "species" else "A", name if place == "constant" else "k")
    network = Network(
        species=(Species(name=species),),
        reactions=(Reaction(reactants=(species,), products=(), constants=(constant,)),),
    )
    batch = network_batch(
        network, {constant: 1.0}, amounts={species: 1.0}, volume=1.0, schedule=[Segment(duration=1.0)]
    )
    more = {"name": name} if place == "model" else {"notes": [name]} if place == "notes" else {}
    with pytest.raises(ParameterError, match="XML") as caught:
        sbml_text(network, batch, **more)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["A<&>\"'", "amine\u202f\u03b1", "\U0001f9ea", "a\tb"])
def test_a_name_that_xml_can_hold_comes_back(name: str) -> None:
    """Marks of XML, Greek letters and pictures in a name are read back as they were."""
    network = Network(species=(Species(name=name),), reactions=())
    batch = network_batch(network, {}, amounts={}, volume=1.0, schedule=[Segment(duration=1.0)])
    (species,) = ET.fromstring(sbml_text(network, batch).encode()).iter(f"{S}species")
    assert species.get("name") == name
