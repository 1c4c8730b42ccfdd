"""Parameters: a checked set of numbers, with the reductants and solvents that they are about.

A *model* is one set of files in ``models/``: contributions of classes of amine, carbonyl and solvent
(positive factors, or constants in M and s at 298.15 K), reductants and solvents. The reference class
of a table has no entry: its factor is exactly 1. A set may instead name a parent and replace some of
its numbers; that is what calibration writes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path

from planner.errors import ParameterError, nearest
from planner.model import checks, folders
from planner.model.checks import Table, checked, optional
from planner.model.folders import model_names, models_folder
from planner.model.quantities import (
    COMMON,
    REDUCTANT,
    Parameter,
    Quantity,
    Source,
    check_complete,
    source_keys,
)
from planner.model.reagents import (
    ANY,
    REDUCTANT_HEAD,
    Defaults,
    Hazard,
    Reductant,
    Solvent,
    build_reductant,
    build_solvents,
    chain,
    check_names,
    look_up,
)

__all__ = [
    "Defaults",
    "FlaskDefaults",
    "Hazard",
    "Model",
    "Parameter",
    "Reductant",
    "Solvent",
    "Source",
    "load_model",
    "model_names",
    "models_folder",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class FlaskDefaults:
    """Defaults that do not depend on the reductant."""

    reductant: str
    carbonyl_equivalents: float
    temperature_C: float
    concentration_M: float
    feed_volume_fraction: float
    water: str
    quench: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A checked set of numbers."""

    name: str
    sha256: str
    """Of all files it was read from, the site rules among them."""
    parent: str | None
    """The set it narrows, for a calibrated one."""
    parameters: tuple[Parameter, ...]
    """Sorted by name."""
    reductants: tuple[Reductant, ...]
    """The default one first, then by name."""
    solvents: tuple[Solvent, ...]
    sources: tuple[Source, ...]
    defaults: FlaskDefaults
    does_not_claim: tuple[str, ...]

    def _at(self, name: str) -> Parameter | None:
        place = bisect_left(self.parameters, name, key=attrgetter("name"))
        found = self.parameters[place] if place < len(self.parameters) else None
        return found if found is not None and found.name == name else None

    def parameter(self, name: str) -> Parameter:
        """Return the number of this name; ParameterError if the model has none."""
        if (found := self._at(name)) is not None:
            return found
        known = [p.name for p in self.parameters]
        raise ParameterError(
            f"model {self.name!r} has no number {name!r}{nearest(name, known)}; add it to its files"
        )

    def find(self, table: str, names: Sequence[str]) -> Parameter | None:
        """Return the entry of the first of these names that the table has.

        Parameters
        ----------
        table
            First part of the parameters' name.
        names
            A class (or solvent) followed by what it is like, nearest first.

        Returns
        -------
        Parameter or None
            None stands for the reference: exactly 1, without width.
        """
        return next((found for name in names if (found := self._at(f"{table}.{name}")) is not None), None)

    def reductant(self, text: str) -> Reductant:
        """Return the reductant of this name or alias, however it is spelt; ProcedureError if unknown."""
        return look_up("reductant", text, self.reductants)

    def solvent(self, text: str) -> Solvent:
        """Return the solvent of this name or alias, however it is spelt; ProcedureError if unknown."""
        return look_up("solvent", text, self.solvents)

    def solvent_chain(self, name: str) -> tuple[str, ...]:
        """List a solvent, what it is like, what that is like, and at last ``any``."""
        return chain(self.solvent(name).name, self.solvents)


def load_model(models: str | Path | None = None, name: str = "default") -> Model:
    """Read and check a set of numbers.

    Parameters
    ----------
    models
        A models folder of the user's own; without it the shipped one.
    name
        Folder of the set in it.

    Raises
    ------
    ParameterError
        Naming the file, the key, what stands there and what was expected.
    """
    return _load(models_folder(models), name, ())


def _load(place: Path, name: str, children: tuple[str, ...]) -> Model:
    """Read a set, or a child and then its parent; ``children`` is the way here."""
    if name in children:
        raise ParameterError(
            f"model {name!r} is its own ancestor ({' -> '.join((*children, name))}); mend `parent`"
        )
    folder = folders.set_folder(place, name, is_parent=bool(children))
    if (folder / folders.CHILD).is_file():
        return _load_child(place, folder, (*children, name))
    tables = {
        file.relative_to(folder).as_posix(): folders.read_toml(file) for file in folders.set_files(folder)
    }
    known = (folders.COMMON, folders.SOLVENTS)
    for file in known:
        if file not in tables:
            raise ParameterError(f"{folder}: {file} is missing; a set has {' and '.join(known)}")
    for file in tables:
        if file not in known and not file.startswith("reductants/"):
            raise ParameterError(
                f"{folder}: unknown file {file!r}{nearest(file, known)}; known: {', '.join(known)}"
            )
    return _assemble(folder, tables, _class_names(place), folders.set_digest(place, folder))


_CHILD: checks.Schema = {"parent": checks.text, "does_not_claim": optional(checks.texts)}


def _load_child(place: Path, folder: Path, way: tuple[str, ...]) -> Model:
    """Read a set that names its parent and replaces some of its numbers."""
    file = folder / folders.CHILD
    strangers = [f.name for f in folders.set_files(folder) if f != file]
    if strangers:
        raise ParameterError(
            f"{folder}: {strangers[0]} beside {folders.CHILD}; a set with a parent is that file alone"
        )
    table = folders.read_toml(file)
    parent = _load(
        place, checked({"parent": table.get("parent", "")}, str(file), {"parent": checks.text})["parent"], way
    )
    head, sources, numbers = _split(table, _CHILD, [p.name for p in parent.parameters], str(file))
    old = {p.name: Quantity(p.unit, linear=p.linear) for p in parent.parameters}
    fresh = {p.name: p for p in _parameters(numbers, old, {}, str(file), "")}
    _check_sources(sources, parent.sources, [(p.name, p.source) for p in fresh.values()], str(file))
    return replace(
        parent,
        name=folder.name,
        parent=parent.name,
        sha256=folders.set_digest(place, folder, parent.sha256),
        parameters=tuple(fresh.get(p.name, p) for p in parent.parameters),
        sources=_merged((*parent.sources, *sources)),
        does_not_claim=(*parent.does_not_claim, *head.get("does_not_claim", ())),
    )


def _class_names(place: Path) -> dict[str, frozenset[str]]:
    """List the classes that the site rules know, by what they are."""
    rules = folders.read_toml(folders.sites_file(place))
    return {
        kind: frozenset(str(rule.get("name")) for rule in rules.get(kind, ()))
        for kind in ("amine", "carbonyl")
    }


_FLASK_DEFAULTS: checks.Schema = {
    "reductant": checks.text,
    "carbonyl_equivalents": checks.amount,
    "temperature_C": checks.number,
    "concentration_M": checks.amount,
    "feed_volume_fraction": checks.amount,
    "water": checks.one_of("dry", "wet", "sieves"),
    "quench": checks.one_of("aqueous", "borohydride"),
}
_COMMON: checks.Schema = {"does_not_claim": checks.texts, "defaults": checks.table}
_SOLVENTS: checks.Schema = {"solvents": checks.table}
_SOURCE: checks.Schema = {
    "citation": checks.text,
    "grade": checks.one_of("A", "B", "C"),
    "doi": optional(checks.text),
}


def _assemble(
    folder: Path, tables: Mapping[str, Table], classes: Mapping[str, frozenset[str]], sha256: str
) -> Model:
    """Build a model from the tables of its files."""
    where = str(folder / folders.COMMON)
    head, sources, numbers = _split(tables[folders.COMMON], _COMMON, COMMON, where)
    solvents, more = _read_solvents(tables[folders.SOLVENTS], str(folder / folders.SOLVENTS))
    entries = {**classes, "solvent": frozenset({*(s.name for s in solvents), ANY})}
    parameters = list(_parameters(numbers, COMMON, entries, where, ""))
    check_complete(COMMON, {p.name for p in parameters}, where)
    sources += more
    cited = [(s.name, s.density_source) for s in solvents if s.density_source]
    reductants = []
    for name in sorted(tables.keys() - {folders.COMMON, folders.SOLVENTS}):
        reductant, own, more = _read_reductant(tables[name], folder / name, solvents, entries)
        reductants.append(reductant)
        parameters += own
        sources += more
        cited += [(reductant.name, hazard.source) for hazard in reductant.hazards]
    check_names((*reductants, *solvents), str(folder))
    _check_sources(sources, (), [*cited, *((p.name, p.source) for p in parameters)], str(folder))
    defaults = _flask_defaults(head["defaults"], [r.name for r in reductants], where)
    return Model(
        name=folder.name,
        sha256=sha256,
        parent=None,
        parameters=tuple(sorted(parameters, key=attrgetter("name"))),
        reductants=tuple(sorted(reductants, key=lambda r: (r.name != defaults.reductant, r.name))),
        solvents=solvents,
        sources=_merged(sources),
        defaults=defaults,
        does_not_claim=head["does_not_claim"],
    )


def _flask_defaults(table: Table, reductants: Sequence[str], where: str) -> FlaskDefaults:
    """Read the defaults; their reductant must have a file."""
    defaults = FlaskDefaults(**checked(table, f"{where}: [defaults]", _FLASK_DEFAULTS))
    if defaults.reductant not in reductants:
        hint, known = nearest(defaults.reductant, reductants), ", ".join(reductants)
        raise ParameterError(
            f"{where}: default reductant {defaults.reductant!r} has no file{hint}; known: {known}"
        )
    return defaults


def _read_solvents(file: Table, where: str) -> tuple[tuple[Solvent, ...], list[Source]]:
    """Read the file of solvents."""
    head, sources, _ = _split(file, _SOLVENTS, (), where)
    return build_solvents(head["solvents"], where), sources


def _read_reductant(
    file: Table, path: Path, solvents: tuple[Solvent, ...], entries: Mapping[str, frozenset[str]]
) -> tuple[Reductant, list[Parameter], list[Source]]:
    """Read the file of a reductant."""
    key, where = path.stem, str(path)
    head, sources, numbers = _split(file, REDUCTANT_HEAD, REDUCTANT, where)
    own = list(_parameters(numbers, REDUCTANT, entries, where, f"{key}."))
    names = {p.name.removeprefix(f"{key}.") for p in own}
    return build_reductant(head, key, names, solvents, where), own, sources


def _split(
    file: Table, schema: checks.Schema, tables: Iterable[str], where: str
) -> tuple[Table, list[Source], Table]:
    """Part a file into its checked head, its sources and its numbers, whose names begin as ``tables`` do."""
    heads = {name.partition(".")[0] for name in tables}
    for key, value in file.items():
        if key not in schema and key != "sources" and not (key in heads and isinstance(value, dict)):
            known = (*schema, "sources", *sorted(heads))
            raise ParameterError(
                f"{where}: unknown key {key!r}{nearest(key, known)}; known: {', '.join(known)}"
            )
    cited = checked({"sources": file.get("sources", {})}, where, {"sources": checks.table})["sources"]
    sources = [
        Source(key=key, **checked(inner, f"{where}: [sources.{key}]", _SOURCE))
        for key, inner in cited.items()
    ]
    head = checked({key: value for key, value in file.items() if key in schema}, where, schema)
    return head, sources, {key: value for key, value in file.items() if key in heads}


def _parameters(
    numbers: Table,
    known: Mapping[str, Quantity],
    entries: Mapping[str, frozenset[str]],
    where: str,
    prefix: str,
) -> Iterator[Parameter]:
    """Build the numbers of a file; every name must be known, or an entry of a known table."""
    for name, leaf in checks.leaves(numbers):
        table, _, entry = name.rpartition(".")
        quantity = known.get(name) or known.get(f"{table}.*")
        if quantity is None:
            raise ParameterError(
                f"{where}: unknown number [{name}]{nearest(name, known)}; see `planner models`"
            )
        allowed = entries.get(quantity.entries) if name not in known else None
        if allowed is not None and entry not in allowed:
            raise ParameterError(
                f"{where}: [{name}]: {entry!r} is no {quantity.entries}{nearest(entry, allowed)}; "
                f"known: {', '.join(sorted(allowed))}"
            )
        yield _parameter(leaf, f"{prefix}{name}", where, quantity)


def _parameter(table: Table, name: str, where: str, quantity: Quantity) -> Parameter:
    """Build a number from its TOML table; ParameterError names the file and what was expected."""
    width = "sd" if quantity.linear else "log10_sd"
    schema: checks.Schema = {
        "value": checks.number,
        width: checks.number,
        "unit": checks.one_of(quantity.unit),
        "basis": checks.text,
        "source": checks.text,
        "note": optional(checks.text),
    }
    got = checked(table, f"{where}: [{name}]", schema)
    try:
        return Parameter(name=name, log10_sd=got.pop(width), linear=quantity.linear, **got)
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from None


def _check_sources(
    own: Iterable[Source], inherited: Iterable[Source], cited: Iterable[tuple[str, str]], where: str
) -> None:
    """Every key that is cited must be defined; every own one must be cited."""
    defined = {source.key for source in own}
    used = set()
    for name, sources in cited:
        for key in source_keys(sources):
            if key not in defined and key not in {source.key for source in inherited}:
                raise ParameterError(
                    f"{where}: {name} cites {key!r}{nearest(key, defined)}; define [sources.{key}]"
                )
            used.add(key)
    if unused := sorted(defined - used):
        raise ParameterError(f"{where}: [sources.{unused[0]}] is cited by no number; cite it or delete it")


def _merged(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Sort sources by key; files may repeat one, but not with another text."""
    merged: dict[str, Source] = {}
    for source in sources:
        if merged.setdefault(source.key, source) != source:
            raise ParameterError(f"[sources.{source.key}] is defined twice, differently; make them equal")
    return tuple(merged[key] for key in sorted(merged))
