"""The planner's version, apart from all else so that every room may state it."""

VERSION = "0.1.0"
