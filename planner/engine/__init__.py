"""The engine: many runs of any mass-action network, integrated to a stated accuracy at the machine's speed.

Read in this order: :mod:`~planner.engine.batch` (what is given), :mod:`~planner.engine.rosenbrock` (the methods),
:mod:`~planner.engine.assembler`, :mod:`~planner.engine.rates`, :mod:`~planner.engine.sparse`,
:mod:`~planner.engine.factors` and :mod:`~planner.engine.step` (a step as code for one network),
:mod:`~planner.engine.loop` (steps become runs), :mod:`~planner.engine.compiled` (code becomes numbers),
:mod:`~planner.engine.guard` and :mod:`~planner.engine.runs` (what happens when it does not work).
"""

from planner.engine.batch import Array, Batch, MassAction
from planner.engine.runs import integrate

__all__ = ["Array", "Batch", "MassAction", "integrate"]
