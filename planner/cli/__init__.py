"""The command line: a door.

Until its modules are loaded, Ctrl-C ends the program here; after that, click does it.
"""

import os
import signal
import threading
from types import FrameType

__all__ = ["main"]


def _aborted(number: int, frame: FrameType | None) -> None:
    os.write(2, b"Aborted!\n")
    os._exit(1)


_IS_OURS = (
    threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
)
if _IS_OURS:
    signal.signal(signal.SIGINT, _aborted)

from planner.cli.commands import main  # noqa: E402 - after the lines that guard it

if _IS_OURS:
    signal.signal(signal.SIGINT, signal.default_int_handler)
