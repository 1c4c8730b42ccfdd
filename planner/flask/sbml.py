"""SBML: one run of any network as an SBML Level 3 model, so that others' simulators can carry on.

The export states what the engine integrates, in mol, L and s: species are amounts
(``hasOnlySubstanceUnits``), the one compartment grows by a rate rule ``dV/dt = q``, a reaction turns
over at ``k V prod(n_i / V)``, a feed is a reaction from nothing at a rate that is a parameter, and
whatever changes at a kink of the schedule (feeds, q, temperature, doses) is an event at that time; what happens
at time 0 is in the amounts and parameters at the start, since not every simulator fires an event there. Notes say
what was charged, at which temperature, and how long the run is.

Reference: SBML Level 3 Version 1 Core, https://doi.org/10.1515/jib-2015-266.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import numpy as np

from planner.engine import Array, Batch
from planner.errors import ParameterError, shown
from planner.flask.fields import FIELDS
from planner.flask.flask import central_batch, flask_for
from planner.flask.procedure import asked_procedure, procedure_words
from planner.flask.schedule import SECONDS_PER_HOUR
from planner.flask.settling import settle
from planner.mechanism.network import Network
from planner.model.model import Model
from planner.structures.pairs import read_pair
from planner.version import VERSION

NAMESPACE = "http://www.sbml.org/sbml/level3/version1/core"
MATHML = "http://www.w3.org/1998/Math/MathML"
XHTML = "http://www.w3.org/1999/xhtml"
TIME = "http://www.sbml.org/sbml/symbols/time"
UNITS: dict[str, tuple[tuple[str, int], ...]] = {
    "per_second": (("second", -1),),
    "mole_per_second": (("mole", 1), ("second", -1)),
    "litre_per_second": (("litre", 1), ("second", -1)),
    "order_0": (("mole", 1), ("litre", -1), ("second", -1)),
    "order_2": (("litre", 1), ("mole", -1), ("second", -1)),
    "order_3": (("litre", 2), ("mole", -2), ("second", -1)),
}
CONSTANT_UNITS = ("order_0", "per_second", "order_2", "order_3")
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not have."""


class Moment(NamedTuple):
    """A time at which something changes."""

    time: float
    """[s]."""
    values: dict[str, float]
    """Of every parameter, from then on."""
    dose: Array
    """Added at once [mol], one per species."""


def sbml_text(
    network: Network, batch: Batch, *, run: int = 0, name: str = "flask", notes: Sequence[str] = ()
) -> str:
    """Write one run of a batch as SBML.

    Parameters
    ----------
    network
        Whose species and reactions the batch integrates.
    batch
        Charges, rate constants and schedule.
    run
        Which run of the batch.
    name
        Name of the model.
    notes
        Paragraphs that say what it is; the time span is added.

    Returns
    -------
    str
        An SBML Level 3 Version 1 document. Species ``s0, s1, ...`` carry their names, in the order
        of the network; so do reactions ``r0, r1, ...`` and rate constants ``k0, k1, ...`` their equations
        and the names of their factors.

    Raises
    ------
    ParameterError
        If a name holds a character that XML cannot.
    """
    _check_names((name, *notes, *network.species_names, *network.constant_names))
    units = {"substanceUnits": "mole", "timeUnits": "second", "volumeUnits": "litre", "extentUnits": "mole"}
    ET.register_namespace("sbml", NAMESPACE)
    sbml = ET.Element("sbml", xmlns=NAMESPACE, level="3", version="1")
    model = ET.SubElement(sbml, "model", {"id": "flask", "name": name} | units)
    _notes(model, (*notes, _time_span(float(batch.durations[run].sum()))))
    _unit_definitions(model)
    compartments = ET.SubElement(model, "listOfCompartments")
    ET.SubElement(
        compartments, "compartment", id="V", spatialDimensions="3", size=_number(batch.volume[run]),
        units="litre", constant="false",
    )  # fmt: skip
    moments = _moments(network, batch, run)
    _species(model, network, batch.amounts[run] + moments[0].dose)
    _parameters(model, network, moments)
    rules = ET.SubElement(model, "listOfRules")
    _math(ET.SubElement(rules, "rateRule", variable="V"), _name("q"))
    reactions = ET.SubElement(model, "listOfReactions")
    for i, reaction in enumerate(network.reactions):
        index = network.species_names.index
        reactants = [f"s{index(n)}" for n in reaction.reactants]
        products = [f"s{index(n)}" for n in reaction.products]
        element = _reaction(reactions, f"r{i}", reactants, products, _rate(f"k{i}", reactants))
        element.set("name", str(reaction))
    for i in _fed(batch, run):
        _reaction(reactions, f"feed{i}_in", [], [f"s{i}"], _name(f"feed{i}"))
    _events(model, network, moments)
    ET.indent(sbml)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(sbml, encoding="unicode") + "\n"


def _number(value: float) -> str:
    return repr(float(value))


def _check_names(names: Iterable[str]) -> None:
    """Refuse what an XML document cannot hold."""
    for name in names:
        if NO_XML.search(name):
            raise ParameterError(
                f"the name {shown(name)} holds a character that XML cannot; write it without"
            )


def _notes(model: ET.Element, paragraphs: Iterable[str]) -> None:
    """Write notes for people, in the HTML that SBML takes."""
    body = ET.SubElement(ET.SubElement(model, "notes"), "body", xmlns=XHTML)
    for text in paragraphs:
        ET.SubElement(body, "p").text = text


def _time_span(end: float) -> str:
    return f"Time span of the run: 0 to {end:g} s ({end / SECONDS_PER_HOUR:g} h)."


def _unit_definitions(model: ET.Element) -> None:
    """Define the units of rate constants and feeds."""
    listed = ET.SubElement(model, "listOfUnitDefinitions")
    for key, factors in UNITS.items():
        units = ET.SubElement(ET.SubElement(listed, "unitDefinition", id=key), "listOfUnits")
        for kind, exponent in factors:
            ET.SubElement(units, "unit", kind=kind, exponent=str(exponent), scale="0", multiplier="1")


def _species(model: ET.Element, network: Network, amounts: Sequence[float]) -> None:
    """List the species with their amounts at the start."""
    listed = ET.SubElement(model, "listOfSpecies")
    for i, (species, amount) in enumerate(zip(network.species, amounts, strict=True)):
        ET.SubElement(
            listed, "species", id=f"s{i}", name=species.name, compartment="V", initialAmount=_number(amount),
            substanceUnits="mole", hasOnlySubstanceUnits="true", boundaryCondition="false", constant="false",
        )  # fmt: skip


def _fed(batch: Batch, run: int) -> list[int]:
    """List the species that are fed at any time."""
    return [int(i) for i in np.flatnonzero(np.any(batch.feeds[run] > 0, axis=0))]


def _moments(network: Network, batch: Batch, run: int) -> list[Moment]:
    """Collect what holds and what is dosed from each time on, time 0 first; segments of no length share one."""
    values = _schedule_values(network, batch, run)
    stopped = {key: value if key.startswith("k") else 0.0 for key, value in values[-1].items()}
    starts = [0.0, *np.cumsum(batch.durations[run]).tolist()]
    doses = [*batch.doses[run], np.zeros(len(network.species))]
    moments: list[Moment] = []
    for time, now, dose in zip(starts, [*values, stopped], doses, strict=True):
        dosed = moments.pop().dose if moments and moments[-1].time == time else 0.0
        moments.append(Moment(time, now, dose + dosed))
    return moments


def _schedule_values(network: Network, batch: Batch, run: int) -> list[dict[str, float]]:
    """Collect, segment by segment, the value of every parameter that a schedule may change."""
    k = np.broadcast_to(batch.rate_constants[run], (batch.durations.shape[1], batch.rate_constants.shape[2]))
    fed = _fed(batch, run)
    return [
        {"q": float(batch.volume_rates[run, s])}
        | {f"feed{i}": float(batch.feeds[run, s, i]) for i in fed}
        | {f"k{r}": float(k[s, r]) for r in range(len(network.reactions))}
        for s in range(batch.durations.shape[1])
    ]


def _parameter_units(network: Network, keys: Iterable[str]) -> dict[str, str]:
    """Name the unit of every parameter."""
    orders = [len(reaction.reactants) for reaction in network.reactions]
    known = {f"k{i}": CONSTANT_UNITS[order] for i, order in enumerate(orders)} | {"q": "litre_per_second"}
    return {key: known.get(key, "mole_per_second") for key in keys}


def _parameter_names(network: Network) -> dict[str, str]:
    """Say what every parameter is: the factors of a rate constant, a feed, the growth of the volume."""
    names = {"q": "volume that the feeds bring"}
    names |= {f"feed{i}": f"feed of {name}" for i, name in enumerate(network.species_names)}
    for i, reaction in enumerate(network.reactions):
        ways = [str(reaction.multiplicity)] if reaction.multiplicity > 1 else []
        names[f"k{i}"] = " * ".join([*ways, *reaction.constants])
    return names


def _parameters(model: ET.Element, network: Network, moments: Sequence[Moment]) -> None:
    """List the parameters with their value at the start."""
    listed = ET.SubElement(model, "listOfParameters")
    first, *later = (moment.values for moment in moments)
    units, names = _parameter_units(network, first), _parameter_names(network)
    for key, value in first.items():
        is_constant = all(values[key] == value for values in later) and key != "q"
        ET.SubElement(
            listed, "parameter", id=key, name=names[key], value=_number(value), units=units[key],
            constant=str(is_constant).lower(),
        )  # fmt: skip


def _name(text: str) -> ET.Element:
    element = ET.Element("ci")
    element.text = text
    return element


def _apply(operator: str, *arguments: ET.Element) -> ET.Element:
    element = ET.Element("apply")
    ET.SubElement(element, operator)
    element.extend(arguments)
    return element


def _rate(constant: str, reactants: Sequence[str]) -> ET.Element:
    """Write k V prod(n_i / V)."""
    return _apply(
        "times", _name(constant), _name("V"), *(_apply("divide", _name(r), _name("V")) for r in reactants)
    )


def _math(parent: ET.Element, content: ET.Element) -> None:
    ET.SubElement(parent, "math", xmlns=MATHML).append(content)


def _reaction(
    listed: ET.Element, key: str, reactants: Sequence[str], products: Sequence[str], rate: ET.Element
) -> ET.Element:
    """Write one irreversible reaction with its rate [mol/s]; a species on both sides only counts in the rate."""
    reaction = ET.SubElement(listed, "reaction", id=key, reversible="false", fast="false")
    for tag, side in (("listOfReactants", reactants), ("listOfProducts", products)):
        if side:
            references = ET.SubElement(reaction, tag)
            for species in dict.fromkeys(side):
                stoichiometry = str(side.count(species))
                ET.SubElement(
                    references,
                    "speciesReference",
                    species=species,
                    stoichiometry=stoichiometry,
                    constant="true",
                )
    _math(ET.SubElement(reaction, "kineticLaw"), rate)
    return reaction


def _events(model: ET.Element, network: Network, moments: Sequence[Moment]) -> None:
    """Write an event for every kink: what changes its value, what is dosed; and the end of the schedule's feeds."""
    units = _parameter_units(network, moments[0].values)
    events = ET.Element("listOfEvents")
    for i, (before, at) in enumerate(pairwise(moments)):
        now, dose = before.values, at.dose
        changes = {key: _constant(value, units[key]) for key, value in at.values.items() if value != now[key]}
        changes |= {
            f"s{j}": _apply("plus", _name(f"s{j}"), _constant(dose[j], "mole")) for j in np.flatnonzero(dose)
        }
        if changes:
            _event(events, f"kink{i}", at.time, changes)
    if len(events):
        model.append(events)


def _constant(value: float, unit: str) -> ET.Element:
    """Write a number with its unit; MathML in SBML takes a mantissa and an exponent apart."""
    mantissa, _, exponent = repr(float(value)).partition("e")
    element = ET.Element("cn", {f"{{{NAMESPACE}}}units": unit})
    element.text = mantissa
    if exponent:
        element.set("type", "e-notation")
        ET.SubElement(element, "sep").tail = str(int(exponent))
    return element


def _event(events: ET.Element, key: str, time: float, changes: dict[str, ET.Element]) -> None:
    """Write assignments that happen when the time is reached."""
    event = ET.SubElement(events, "event", id=key, useValuesFromTriggerTime="true")
    clock = ET.Element("csymbol", encoding="text", definitionURL=TIME)
    clock.text = "time"
    trigger = ET.SubElement(event, "trigger", initialValue="false", persistent="true")
    _math(trigger, _apply("geq", clock, _constant(time, "second")))
    assignments = ET.SubElement(event, "listOfEventAssignments")
    for variable, value in changes.items():
        _math(ET.SubElement(assignments, "eventAssignment", variable=variable), value)


def flask_sbml(amine: str, carbonyl: str, procedure: dict[str, Any], model: Model) -> str:
    """Write the flask of a pair and a procedure, every constant at its median, as an SBML document."""
    pair = read_pair(amine, carbonyl, model)
    settled, _ = settle(asked_procedure(procedure), model, pair)
    flask = flask_for(pair, model, settled)
    name = f"{pair.amine.smiles} + {pair.carbonyl.smiles}"
    notes = (
        f"Reductive amination of {pair.carbonyl.smiles} with {pair.amine.smiles}: {procedure_words(settled)}.",
        f"Procedure: {', '.join(f'{field} = {getattr(settled, field)}' for field in FIELDS)}.",
        "Amounts are per litre of final volume, before the quench; every number of the model is at its median.",
        f"Numbers: {model.name}, sha256 {model.sha256}. Written by reductive-amination-planner {VERSION}.",
    )
    return sbml_text(flask.network, central_batch(flask, model, settled), name=name, notes=notes)
