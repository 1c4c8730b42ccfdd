"""A real browser on a real server: the system's Chromium, and the app on a free port of this machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from steps import watched

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
APP = Path(__file__).parents[2] / "streamlit_app.py"

try:
    import pytest_playwright  # noqa: F401 - is it there?

    MISSING = "" if os.path.exists(CHROMIUM) else "no Chromium at /usr/bin/chromium: apt-get install chromium"
except ImportError:
    MISSING = "pytest-playwright is not installed: pip install -e '.[uitest]'"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip every browser test, with the reason, where there is no browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skipif(bool(MISSING), reason=MISSING))
            # the browser plugin's own fixtures are of a form that pytest 10 will drop
            item.add_marker(
                pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods")
            )


if MISSING:

    @pytest.fixture
    def page() -> None:
        """Stand in for the browser's page; every test that asks for it is skipped."""

    @pytest.fixture
    def browser() -> None:
        """Stand in for the browser."""

else:

    @pytest.fixture(scope="session")
    def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
        """Use the system's Chromium, quiet on the network."""
        quiet = ["disable-background-networking", "disable-component-update", "disable-sync", "disable-quic"]
        flags = ["no-sandbox", "disable-gpu", "no-first-run", *quiet]
        return {
            **browser_type_launch_args,
            "executable_path": CHROMIUM,
            "headless": True,
            "args": [f"--{flag}" for flag in flags],
        }

    @pytest.fixture
    def page(page: Any, app_url: str) -> Iterator[Any]:
        """Watch every page: no console error, no request off this machine."""
        seen = watched(page, app_url)
        yield page
        assert not seen


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int) -> subprocess.Popen[bytes]:
    """Start the app and wait until it answers."""
    flags = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
    }
    words = [word for name, value in flags.items() for word in (f"--{name}", value)]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(APP), *words],
        cwd=APP.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return process
        except OSError:
            time.sleep(0.1)
    process.terminate()
    raise RuntimeError("the app did not answer within a minute")


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Serve the app for all browser tests."""
    port = free_port()
    process = serve(port)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)
