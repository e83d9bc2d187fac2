"""HTTP: ``app(house)`` is the application, ``serve(settings)`` runs it."""

from interfaces.http.application import app, build
from interfaces.http.desk import opened
from interfaces.http.serving import serve

__all__ = ["app", "build", "opened", "serve"]
