"""SBML: one run of any network as an SBML Level 3 model, so that others' simulators can carry on.

The export states what the engine integrates, in mol, L and s: species are amounts
(``hasOnlySubstanceUnits``), the one compartment grows by a rate rule ``dV/dt = q``, a reaction turns
over at ``k V prod(n_i / V)``, a feed is a reaction from nothing at a rate that is a parameter, and
whatever changes at a kink of the schedule (feeds, q, temperature, doses) is an event at that time.

Reference: SBML Level 3 Version 1 Core, https://doi.org/10.1515/jib-2015-266.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

from planner.engine import Batch
from planner.flask.flask import central_batch, needs_joint_states, prepare
from planner.flask.procedure import asked_procedure, settle
from planner.mechanism.network import Network
from planner.model.model import Model
from planner.structures.pairs import read_pair

NAMESPACE = "http://www.sbml.org/sbml/level3/version1/core"
MATHML = "http://www.w3.org/1998/Math/MathML"
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


def sbml_text(network: Network, batch: Batch, *, run: int = 0, name: str = "flask") -> str:
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

    Returns
    -------
    str
        An SBML Level 3 Version 1 document. Species ``s0, s1, ...`` carry their names, in the order
        of the network; so do reactions ``r0, r1, ...`` with rate constants ``k0, k1, ...``.
    """
    units = {"substanceUnits": "mole", "timeUnits": "second", "volumeUnits": "litre", "extentUnits": "mole"}
    ET.register_namespace("sbml", NAMESPACE)
    sbml = ET.Element("sbml", xmlns=NAMESPACE, level="3", version="1")
    model = ET.SubElement(sbml, "model", {"id": "flask", "name": name} | units)
    _unit_definitions(model)
    compartments = ET.SubElement(model, "listOfCompartments")
    ET.SubElement(
        compartments, "compartment", id="V", spatialDimensions="3", size=_number(batch.volume[run]),
        units="litre", constant="false",
    )  # fmt: skip
    amounts = batch.amounts[run] + batch.doses[run, 0]
    _species(model, network, amounts)
    values = _schedule_values(network, batch, run)
    _parameters(model, network, values)
    rules = ET.SubElement(model, "listOfRules")
    _math(ET.SubElement(rules, "rateRule", variable="V"), _name("q"))
    reactions = ET.SubElement(model, "listOfReactions")
    for i, reaction in enumerate(network.reactions):
        index = network.species_names.index
        reactants = [f"s{index(n)}" for n in reaction.reactants]
        products = [f"s{index(n)}" for n in reaction.products]
        _reaction(reactions, f"r{i}", reactants, products, _rate(f"k{i}", reactants))
    for i in _fed(batch, run):
        _reaction(reactions, f"feed{i}_in", [], [f"s{i}"], _name(f"feed{i}"))
    _events(model, network, batch, run, values)
    ET.indent(sbml)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(sbml, encoding="unicode") + "\n"


def _number(value: float) -> str:
    return repr(float(value))


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


def _parameters(model: ET.Element, network: Network, values: Sequence[dict[str, float]]) -> None:
    """List the parameters with their value in the first segment."""
    listed = ET.SubElement(model, "listOfParameters")
    units = _parameter_units(network, values[0])
    for key, value in values[0].items():
        is_constant = all(later[key] == value for later in values) and key != "q"
        ET.SubElement(
            listed, "parameter", id=key, value=_number(value), units=units[key],
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
) -> None:
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


def _events(
    model: ET.Element, network: Network, batch: Batch, run: int, values: Sequence[dict[str, float]]
) -> None:
    """Write an event for every kink: what changes its value, what is dosed; and the end of the schedule's feeds."""
    times = np.cumsum(batch.durations[run])
    stopped = {key: value for key, value in values[-1].items() if key.startswith("k")}
    after = [*values[1:], stopped | {key: 0.0 for key in values[-1] if not key.startswith("k")}]
    doses = [*batch.doses[run, 1:], np.zeros(len(network.species))]
    units = _parameter_units(network, values[0])
    events = ET.Element("listOfEvents")
    for i, (time, now, then, dose) in enumerate(zip(times, values, after, doses, strict=True)):
        changes = {key: _constant(value, units[key]) for key, value in then.items() if value != now[key]}
        changes |= {
            f"s{j}": _apply("plus", _name(f"s{j}"), _constant(dose[j], "mole")) for j in np.flatnonzero(dose)
        }
        if changes:
            _event(events, f"kink{i}", float(time), changes)
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
    settled, _ = settle(asked_procedure(procedure), model, is_ketone=pair.carbonyl_class.is_ketone)
    flask = prepare(pair, model, joint=needs_joint_states(pair, settled))
    name = f"{pair.amine.smiles} + {pair.carbonyl.smiles}"
    return sbml_text(flask.network, central_batch(flask, model, settled), name=name)
