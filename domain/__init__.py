"""What is true: pure functions and values, on pydantic and the standard library only.

Top to bottom: areas (``operations`` …) stand on ``governance``, governance on ``kernel``, the kernel on the values
every decision needs: ``money``, ``policy``, ``directory``, ``working_time``.
"""
