"""Door: the app as ``planner app`` serves it, to this machine's own browser and in no other page's frame.

Whatever asks by another name than this machine's, or those that it was started with, is refused (a foreign page
cannot reach the app by making its name point here), no page may frame it, and the counts of sessions that Streamlit
keeps for monitors are not told. All that the first answer needs is loaded before the first visitor asks.
"""

import logging
import sys
import threading
from itertools import pairwise
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = ["127.0.0.1", "localhost"]
HEADERS = [
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
"""Of every answer; the address of the page holds the structures, so no link tells it."""
UNTOLD = ("/_stcore/metrics", "/_stcore/script-health-check")


class Guard:
    """Adds the headers to every answer, and finds nothing where nothing is told."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        is_untold = scope["type"] == "http" and scope["path"].rstrip("/") in UNTOLD
        await (PlainTextResponse("Not found", 404) if is_untold else self.app)(scope, receive, sent)


sys.path[:] = [folder for folder in sys.path if folder != str(Path(__file__).parent)]
# Streamlit adds the folder of its script, where files such as `model` would stand before libraries of that name.

WHOSE = "streamlit.runtime.scriptrunner_utils.script_run_context"
"""Where Streamlit logs what belongs to no visitor's session; what is made ready ahead of all belongs to none."""
NAMES = [word for flag, word in pairwise(sys.argv) if flag == "--name"]


def get_ready() -> None:
    """Load the libraries and the numbers, and compile the engine, so that the first visitor does not wait for it."""
    import planner.app.frame  # noqa: F401 - every page with its libraries
    from planner.app import answers
    from planner.flask.procedure import Procedure
    from planner.predictions.prediction import predict_pair
    from planner.structures.pairs import read_pair

    model = answers.the_model()
    pair = read_pair("benzylamine", "butanal", model)
    predict_pair(pair, model, Procedure(), answers.the_draws(8), target=1, basis="amine")


AHEAD = threading.Thread(target=get_ready, daemon=True)
logging.getLogger(WHOSE).addFilter(lambda record: record.threadName != AHEAD.name)
AHEAD.start()
app = st.App(
    sys.argv[1],
    middleware=[
        Middleware(Guard),
        Middleware(TrustedHostMiddleware, allowed_hosts=[*HERE, *NAMES], www_redirect=False),
    ],
)
