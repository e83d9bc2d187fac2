"""Static files 静态文件: our style and script, and htmx as its wheel carries it; under the hash of their content, kept
for ever by browsers, compressed once.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.responses import Response

from interfaces.http.problems import Problem

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    path: str
    type: str
    plain: bytes
    packed: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Every static file by name."""
    found = {each.name: each.read_bytes() for each in files("interfaces.web").joinpath("static").iterdir()}
    found["htmx.js"] = files("js_lib_htmx").joinpath("static/htmx/htmx.min.js").read_bytes()
    return {
        name: Asset(
            f"/static/{hashlib.sha256(content).hexdigest()[:16]}/{name}",
            TYPES[name[name.rindex(".") :]],
            content,
            gzip.compress(content, mtime=0),
        )
        for name, content in found.items()
    }


def href(name: str) -> str:
    """Where a page finds the file."""
    return assets()[name].path


def router() -> APIRouter:
    """One route for all of them."""
    made = APIRouter(include_in_schema=False)
    made.add_api_route("/static/{digest}/{name}", static)
    return made


async def static(digest: str, name: str, request: Request) -> Response:
    """A file; one of another version is served all the same, but not kept."""
    asset = assets().get(name)
    if asset is None:
        raise Problem(
            404, "not-found", en=("There is no such file.", "Load the page again."),
            zh=("没有该文件。", "请重新加载页面。"),
        )  # fmt: skip
    cached = _FOR_EVER if asset.path == request.url.path else "no-store"
    headers = {"Cache-Control": cached, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(asset.plain, media_type=asset.type, headers=headers)
