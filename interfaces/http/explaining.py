"""What the ``type`` of a problem opens 错误说明: the rule, its clause and what to do, in the caller's language."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from domain import catalogue
from interfaces.http.bodies import StrictRoute
from interfaces.http.languages import language_of
from interfaces.http.problems import TITLES, Problem


class RuleShown(BaseModel):
    """A rule, or a kind of problem 规则."""

    type: str
    title: str
    clause: str | None = None
    sentence: str | None = None
    remedy: str | None = None


def router() -> APIRouter:
    """Two routes, open to everybody: the regulation is no secret."""
    made = APIRouter(route_class=StrictRoute, include_in_schema=False)
    made.add_api_route("/problems/rules/{name}", rule, response_model=RuleShown)
    made.add_api_route("/problems/{kind}", kind_of_problem, response_model=RuleShown)
    return made


async def rule(name: str, request: Request) -> RuleShown:
    """A rule's sentence as it stands in the code that enforces it."""
    found = catalogue.refusals().get(name)
    if found is None:
        raise _none(name)
    language = language_of(request)
    return RuleShown(
        type=f"/problems/rules/{name}",
        title=TITLES["refused"][1 if language == "zh" else 0],
        clause=found.clause,
        sentence=found.rule(language),
        remedy=found.remedy(language),
    )


async def kind_of_problem(kind: str, request: Request) -> RuleShown:
    """A kind of problem in words."""
    found = TITLES.get(kind)
    if found is None:
        raise _none(kind)
    return RuleShown(type=f"/problems/{kind}", title=found[1 if language_of(request) == "zh" else 0])


def _none(name: str) -> Problem:
    return Problem(
        404,
        "not-found",
        en=(f"There is no rule or problem called {name[:80]}.", "docs/reference lists every rule."),
        zh=(f"没有名为 {name[:80]} 的规则或错误。", "全部规则见 docs/reference。"),
    )
