"""The app: ``streamlit run streamlit_app.py``, or ``planner app``."""

from planner.app.frame import show

show()
