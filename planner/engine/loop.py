"""The control loop as generated code: lanes take runs from a queue and step each through its own schedule.

::

    integrate:  forever
                    advance every lane whose segment has ended       (scalar code, one lane)
                    leave when no lane has a run
                    give lanes without a step size their first one   (begin)
                    cut each step to the end of its segment, step, accept or repeat, new step sizes   (control)

The error of a step is e = sqrt(mean((error_i / (floor + tolerance max|n_i|))^2)), floor = absolute tolerance x
charge of the run; amounts that fall below zero by more than their scale count as an error too. A step with
e <= 1 counts; either way the next one is h min(g, max(0.2, s e^(-1/p))) with the method's order p, safety s and most
growth g, not larger right after a repeat (E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, section
IV.7).
Where nothing but the reading-out happens between two segments the step size goes on as if they were one;
otherwise the first step of a segment moves no amount by more than a ten-thousandth of the run's charge.

A lane gives its run up, to be judged outside, when the step has shrunk below what time can resolve, after
``MOST_TRIES`` steps in one segment; a coarse run also when an amount has crept further below zero than ``BELOW_ZERO``
allows, or when what is below zero makes more of nothing than ``OF_NOTHING``. A step that is not a number fails its test
like any other.
"""

import struct
from collections.abc import Iterable

from planner.engine.assembler import Code, Layout, Value
from planner.engine.rosenbrock import METHODS, Rosenbrock

MOST_TRIES = 2_000
"""In one segment. Sound runs of three whole searches (340,000) took 153 at most in all their segments; one that takes
more has amounts below zero by less than a tolerance that consume each other, and takes a hundred at a finer one."""
LEAST_FACTOR = 0.2
BELOW_ZERO = 0.02
"""Part of the relative tolerance x charge that an amount may be below zero before its run is given up. What creeps
further, a step's error at a time, is consumed as if it were there, and makes something of nothing."""
OF_NOTHING = 0.01
"""Part of the relative tolerance x charge that two reactants below zero may make of nothing in a step; what the lowest
amount alone let through was off by tens of points (tests/test_engine_methods.py has two such flasks)."""

FIRST_MOVE = 1e-4
"""The first step of a segment moves no amount by more than this part of the charge."""

ROUNDING, EPSILON = 1e-7, 2.0**-52
TINY = 1e-150
"""In place of nothing, where something divides; the product of two (planner.engine.step) is a number still."""
LEAST_PART = 1e-9
"""A first step is at least this part of its segment."""

INPUTS = ("amounts", "volume", "rate_constants", "durations", "feeds", "volume_rates", "doses", "charge")
"""Arrays read through the job table: address, then bytes from run to run, segment to segment, entry to entry."""
JOB_TABLE = (
    "next",
    "n_runs",
    "n_segments",
    "ends",
    "tries",
    "relative_tolerance",
    "absolute_tolerance",
    *INPUTS,
)
"""The job table, shared by all threads: 8-byte words, one per name and four per input."""

LOOP_FIELDS = (
    "charge",
    "duration",
    "repeated",
    "run",
    "segment",
    "tries",
    "run_tries",
    "ended",
    "failed",
)


def table_place(name: str) -> int:
    """Return the word of the job table at which an entry starts."""
    position = JOB_TABLE.index(name)
    return position + 3 * max(0, position - JOB_TABLE.index(INPUTS[0]))


def emit_loop(layout: Layout, n_species: int, n_reactions: int) -> Iterable[str]:
    """Write the control loop around the functions of a step."""
    yield _emit_advance(layout, n_species, n_reactions)
    yield _emit_begin(layout, n_species)
    for method in METHODS:
        yield _emit_integrate(layout, method)
        yield _emit_control(layout, n_species, method)


def _emit_integrate(layout: Layout, method: Rosenbrock) -> str:
    code = Code(f"integrate_{method.name}", layout, "ptr %jobs", visible=True)
    jobs = Value(code, "%jobs", "ptr")
    code.store("gamma", 0, code.constant(method.gamma))
    with code.count(layout.width) as lane:
        code.store_lane("run", lane, -1)
        code.store_lane("ended", lane, 1)
        code.store_lane("tolerance", lane, _table_entry(code, "relative_tolerance", "double"))
    with code.forever() as end:
        with (
            code.when(code.any(code.load("ended", integers=True).differs(0))),
            code.count(layout.width) as lane,
        ):
            ended = code.load_lane("ended", lane, type_="i64")
            with code.when(ended.differs(0)):
                code.call("advance", jobs, lane)
        busy = code.load("run", integers=True).differs(-1)
        with code.when(~code.any(busy)):
            code.leave(end)
        with code.when(code.any(busy & code.load("step").equals(0.0))):
            code.call("begin")
        code.call(f"control_{method.name}")
    return code.text()


# one lane, between two segments


def _table_entry(code: Code, name: str, type_: str = "i64", further: int = 0) -> Value:
    place = code.append("ptr", f"getelementptr i64, ptr %jobs, i64 {table_place(name) + further}")
    return code.read(place, type_)


def _input(
    code: Code, name: str, run: Value, segment: Value | None = None, entry: Value | None = None
) -> Value:
    """Read one number of the batch in place, through the strides of its array."""
    offset = run * _table_entry(code, name, further=1)
    if segment is not None:
        offset = offset + segment * _table_entry(code, name, further=2)
    if entry is not None:
        offset = offset + entry * _table_entry(code, name, further=3)
    address = _table_entry(code, name, "ptr")
    return code.read(code.append("ptr", f"getelementptr i8, ptr {address.name}, i64 {offset.name}"), "double")


def _emit_advance(layout: Layout, n_species: int, n_reactions: int) -> str:
    """Close the segment of a lane and open the next one that takes time, of this run or of the next in the queue."""
    code = Code("advance", layout, "ptr %jobs", "i64 %lane")
    lane = Value(code, "%lane", "i64")
    n_segments = _table_entry(code, "n_segments")
    code.store_lane("ended", lane, 0)
    run = code.load_lane("run", lane, type_="i64")
    with code.when(run.differs(-1)):
        _close_segment(code, lane, run, n_segments, n_species)
    with code.forever() as ready:
        idle = code.load_lane("run", lane, type_="i64").equals(-1)
        with code.when(idle | (code.load_lane("segment", lane, type_="i64") >= n_segments)):
            _open_run(code, lane, ready, n_species)
        run = code.load_lane("run", lane, type_="i64")
        segment = code.load_lane("segment", lane, type_="i64")
        _open_segment(code, lane, run, segment, n_species, n_reactions)
        with code.when(code.load_lane("duration", lane) > 0.0):
            code.leave(ready)
        _write_ends(code, lane, run, segment, n_species)
        code.store_lane("segment", lane, segment + 1)
    return code.text()


def _close_segment(code: Code, lane: Value, run: Value, n_segments: Value, n_species: int) -> None:
    segment = code.load_lane("segment", lane, type_="i64")
    _write_ends(code, lane, run, segment, n_species)
    grown = code.load_lane("growth", lane) * code.load_lane("duration", lane)
    code.store_lane("volume", lane, code.load_lane("volume", lane) + grown)
    tries = code.load_lane("run_tries", lane, type_="i64") + code.load_lane("tries", lane, type_="i64")
    code.store_lane("run_tries", lane, tries)
    failed = code.load_lane("failed", lane, type_="i64").differs(0)
    following = code.select(failed, n_segments, segment + 1)  # a run that is given up has no further segments
    code.store_lane("segment", lane, following)
    with code.when(following >= n_segments):
        place = code.append(
            "ptr", f"getelementptr i64, ptr {_table_entry(code, 'tries', 'ptr').name}, i64 {run.name}"
        )
        code.write(place, code.select(failed, tries * -1, tries))


def _write_ends(code: Code, lane: Value, run: Value, segment: Value, n_species: int) -> None:
    row = (run * _table_entry(code, "n_segments") + segment) * n_species
    ends = _table_entry(code, "ends", "ptr")
    with code.count(n_species) as i:
        place = code.append("ptr", f"getelementptr double, ptr {ends.name}, i64 {(row + i).name}")
        code.write(place, code.load_lane("Y", lane, i))


def _open_run(code: Code, lane: Value, ready: str, n_species: int) -> None:
    """Take the next run of the queue, which all threads share, or leave the lane idle."""
    counter = code.append("ptr", f"getelementptr i64, ptr %jobs, i64 {table_place('next')}")
    run = code.append("i64", f"atomicrmw add ptr {counter.name}, i64 1 monotonic")
    with code.when(run >= _table_entry(code, "n_runs")):
        code.store_lane("run", lane, -1)
        code.leave(ready)
    code.store_lane("run", lane, run)
    for name in ("segment", "run_tries", "failed"):
        code.store_lane(name, lane, 0)
    charge = _input(code, "charge", run)
    code.store_lane("charge", lane, charge)
    code.store_lane("floor", lane, _table_entry(code, "absolute_tolerance", "double") * charge + TINY)
    code.store_lane("volume", lane, _input(code, "volume", run))
    code.store_lane("step", lane, 0.0)
    with code.count(n_species) as i:
        code.store_lane("Y", lane, _input(code, "amounts", run, entry=i), i)


def _open_segment(
    code: Code, lane: Value, run: Value, segment: Value, n_species: int, n_reactions: int
) -> None:
    """Put the dose in and read what holds during the segment; if anything differs, the step size starts afresh."""

    def restart_if(differs: Value) -> None:
        code.store_lane("step", lane, code.select(differs, 0.0, code.load_lane("step", lane)))

    def renew(field: str, value: Value, i: Value | int = 0) -> None:
        restart_if(value.differs(code.load_lane(field, lane, i)))
        code.store_lane(field, lane, value, i)

    with code.count(n_species) as i:
        dose = _input(code, "doses", run, segment, i)
        restart_if(dose.differs(0.0))
        code.store_lane("Y", lane, code.load_lane("Y", lane, i) + dose, i)
        renew("FEED", _input(code, "feeds", run, segment, i), i)
    if n_reactions:
        with code.count(n_reactions) as r:
            renew("K", _input(code, "rate_constants", run, segment, r), r)
    renew("growth", _input(code, "volume_rates", run, segment))
    code.store_lane("duration", lane, _input(code, "durations", run, segment))
    code.store_lane("time", lane, 0.0)
    code.store_lane("tries", lane, 0)
    code.store_lane("repeated", lane, 0)


# all lanes at once, around each step


def _emit_begin(layout: Layout, n_species: int) -> str:
    """Give each lane without a step size its first one: FIRST_MOVE charge / max|f|, at most the segment."""
    code = Code("begin", layout)
    code.store("inverse_volume", 0, 1.0 / (code.load("volume") + code.load("growth") * code.load("time")))
    with code.count(n_species) as i:
        code.store("X", i, code.load("Y", i))
        code.store("U", i, code.load("FEED", i))
    code.call("slope", code.constant(0, "i64"))
    steepest = code.constant(TINY)
    for species in range(n_species):
        steepest = code.larger(steepest, code.magnitude(code.load("U", species)))
    step, duration = code.load("step"), code.load("duration")
    first = code.smaller(FIRST_MOVE * code.load("charge") / steepest, duration)
    first = code.larger(first, LEAST_PART * duration)
    code.store("step", 0, code.select(step.equals(0.0), first, step))
    return code.text()


def _emit_control(layout: Layout, n_species: int, method: Rosenbrock) -> str:
    """Cut the step to what is left of the segment, step, and decide what the step was worth."""
    code = Code(f"control_{method.name}", layout)
    busy = code.load("run", integers=True).differs(-1)
    time, duration, whole = code.load("time"), code.load("duration"), code.load("step")
    left = duration - time
    last = left <= whole * (1 + ROUNDING)  # no sliver of a step is left over
    step = code.select(last, left, whole)
    code.store("step", 0, step)
    code.call(f"step_{method.name}")

    error = code.load("error")
    fine = busy & (error <= 1.0)
    with code.count(n_species) as i:
        code.store("Y", i, code.select(fine, code.load("X", i), code.load("Y", i)))
    later = code.select(fine, time + step, time)
    code.store("time", 0, later)
    finished = fine & last

    repeated = code.load("repeated", integers=True).differs(0)
    factor = _step_factor(code, error, method)
    factor = code.select(repeated, code.smaller(factor, 1.0), factor)
    following = step * factor
    following = code.select(finished, code.larger(following, whole), following)
    code.store("step", 0, following)
    code.store("repeated", 0, code.widen(busy & ~fine))

    tries = code.load("tries", integers=True) + 1
    code.store("tries", 0, tries)
    unresolved = following < later * (4 * EPSILON) + duration * LEAST_PART * EPSILON
    failed = busy & ~finished & (unresolved | (tries >= MOST_TRIES))
    if method.watches_zero:
        failed = failed | (fine & _creeps(code))
    code.store("failed", 0, code.widen(failed))
    code.store("ended", 0, code.widen(finished | failed))
    return code.text()


def _creeps(code: Code) -> Value:
    """Tell which lanes are too far below zero, or make too much of what is there."""
    allowed = code.load("tolerance") * code.load("charge")
    is_low = code.load("lowest") < -BELOW_ZERO * allowed
    return is_low | (OF_NOTHING * allowed < code.load("made"))


def _step_factor(code: Code, error: Value, method: Rosenbrock) -> Value:
    """min(most, max(least, safety x^(-1/m))), m = 2 p, of the squared error x, without a mathematics library.

    The bits of a double, read as an integer, are nearly a logarithm of it, so that subtracting an m-th of them from
    a constant guesses x^(-1/m) to some per cent; two Newton steps y (m + 1 - x y^m)/m make that 1e-4.
    """
    x, part = code.larger(code.smaller(error, 1e14), 1e-14), 1 / (2 * method.order)
    one = struct.unpack("<q", struct.pack("<d", 1.0))[0]
    share = part * code.convert(code.bits(x, code.integers))  # vectors of integers cannot divide
    guess = code.constant(one + one // (2 * method.order), code.integers)
    y = code.bits(guess - code.convert(share), code.vector)
    for _ in range(2):
        y = y * ((1 + part) - part * (x * _power(y * y, method.order)))
    factor = code.smaller(code.larger(method.safety * y, LEAST_FACTOR), method.most_growth)
    return code.select(error.equals(error), factor, code.constant(LEAST_FACTOR))


def _power(value: Value, exponent: int) -> Value:
    """Append a power by squares, the highest first."""
    squares = [value]
    while 2 ** len(squares) <= exponent:
        squares.append(squares[-1] * squares[-1])
    taken = [square for i, square in enumerate(squares) if exponent >> i & 1]
    power = taken.pop()
    while taken:
        power = power * taken.pop()
    return power
