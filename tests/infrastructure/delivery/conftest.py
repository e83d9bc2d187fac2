"""The company at work, for the delivery of its notices."""

from tests.application.conftest import company

__all__ = ["company"]
