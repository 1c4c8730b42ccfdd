"""The app: widgets in, one call, pictures out; one file a page, no chemistry and no arithmetic here.

Every input lives in a widget that is bound to the address, under the name that Python and the command
line give it; a link is a plan. Nothing is written to the disk of the server but
a library that is screened, in a folder of its own that goes with its session.
"""
