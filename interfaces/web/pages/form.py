"""The form of any command 表单, derived from its schema: on something new, or on a subject that stands already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Path
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from application.acts import Done, StaleVersion
from application.journal import EntryTooLarge
from domain import catalogue
from domain.kernel import Aggregate, Command, Refusal, Stream
from interfaces.http.commands import issue_new, issue_to, open_commands
from interfaces.http.problems import Problem, kebab
from interfaces.http.validation import texts_of, without_repeats
from interfaces.http.wire import ID_PATTERN
from interfaces.web import forms
from interfaces.web.page import Page, shown
from interfaces.web.pages.subject import looked_at
from interfaces.web.standing_in import principals_of, standing_in_for
from interfaces.web.visitor import Person, Visitor
from interfaces.web.words import said

PAGE = Page()
_MOST_FIELDS = 20_000
PEOPLE = 400
"""Employees a field offers; beyond that the number is typed."""

SubjectId = Annotated[str, Path(pattern=ID_PATTERN)]


@dataclass(slots=True)
class Wrong:
    """What is wrong with a form: at its fields, or with all of it (sentence, clause, remedy)."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    whole: tuple[str, str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.fields) or self.whole is not None


@PAGE.get("/new/{aggregate}/{command}")
async def new(person: Person, aggregate: str, command: str) -> Response:
    """An empty form for something new."""
    kind = _kind(aggregate, command)
    told = forms.fields_of(kind, person.language)
    me = person.caller.directory.employees.get(person.employee)
    typed = {"department": me.department} if me and any(each.name == "department" for each in told) else {}
    given = {name: text for name, text in person.request.query_params.items() if not name.startswith("_")}
    return await _shown(person, aggregate, kind, None, {**typed, **given}, Wrong(), fresh=True)


@PAGE.get("/subjects/{aggregate}/{id}/{command}")
async def of_subject(person: Person, aggregate: str, id: SubjectId, command: str) -> Response:
    """The form for a subject, filled with what stands there already."""
    subject = Stream(aggregate, id)
    kind = _kind(aggregate, command)
    history, _ = await looked_at(person, subject)
    state = catalogue.aggregates()[aggregate].fold(each.event for each in history)
    typed = forms.prefilled(forms.fields_of(kind, person.language), state)
    return await _shown(person, aggregate, kind, subject, typed, Wrong(), fresh=True, version=history[-1].version,
        acting_for=person.request.query_params.get("_acting_for"),
    )  # fmt: skip


@PAGE.post("/new/{aggregate}/{command}")
async def send_new(person: Person, aggregate: str, command: str) -> Response:
    """File it; or the form again with what is wrong, and all that was typed."""
    return await _send(person, aggregate, _kind(aggregate, command), None)


@PAGE.post("/subjects/{aggregate}/{id}/{command}")
async def send_to_subject(person: Person, aggregate: str, id: SubjectId, command: str) -> Response:
    """Do it; or the form again with what is wrong, and all that was typed."""
    return await _send(person, aggregate, _kind(aggregate, command), Stream(aggregate, id))


async def _send(person: Visitor, aggregate: str, kind: type[Command], subject: Stream | None) -> Response:
    sent = await person.request.form(max_fields=_MOST_FIELDS)
    given = {name: str(text) for name, text in sent.items()}
    controls = {name: text for name, text in given.items() if name.startswith("_")}
    typed = {name: text for name, text in given.items() if not name.startswith("_")}
    key, version = controls.get("_key", ""), controls.get("_version", "")
    kept: dict[str, Any] = {"key": key, "version": int(version) if version.isdecimal() else 0}
    if "_more" in controls:
        typed = forms.with_a_row_more(forms.tidied(typed), controls["_more"])
        return await _shown(person, aggregate, kind, subject, typed, Wrong(), **kept)
    if "_less" in controls:
        return await _shown(
            person, aggregate, kind, subject, forms.without_the_row(typed, controls["_less"]), Wrong(), **kept
        )
    if "_restore" in controls:
        return await _shown(person, aggregate, kind, subject, forms.tidied(typed), Wrong(), **kept)
    typed = forms.tidied(typed, drop_empty=True)
    acting_for = controls.get("_acting_for") or None
    done, wrong = await _issued(person, catalogue.aggregates()[aggregate], kind, subject, typed, key, kept, acting_for)
    if done is None:
        status = 200 if _by_htmx(person) else 409 if wrong.whole else 422
        return await _shown(
            person, aggregate, kind, subject, typed, wrong, status=status, acting_for=acting_for, **kept
        )
    to = f"/subjects/{done.subject.aggregate}/{done.subject.id}"
    if _by_htmx(person):
        return Response(headers={"HX-Trigger": "saved", "HX-Redirect": to})
    return RedirectResponse(to, 303)


async def _issued(
    person: Visitor,
    aggregate: Aggregate[Any, Any, Any],
    kind: type[Command],
    subject: Stream | None,
    typed: Mapping[str, str],
    key: str,
    kept: Mapping[str, Any],
    acting_for: str | None,
) -> tuple[Done | None, Wrong]:
    language = person.language
    told = forms.fields_of(kind, language)
    places = forms.paths(forms.bound(told, typed, {}))
    wrong = Wrong()
    try:
        command = kind.model_validate(forms.read(told, typed))
        if subject is None:
            return await issue_new(
                person.desk, person.caller, aggregate, command, key=key or None, acting_for=acting_for
            ), wrong
        if_match = f'"{kept["version"]}"' if kept["version"] else None
        return await issue_to(
            person.desk, person.caller, subject, command, key=key or None, acting_for=acting_for, if_match=if_match
        ), wrong
    except ValidationError as error:
        for each in without_repeats(error.errors()):
            path = _nearest(".".join(str(part) for part in each["loc"]), places)
            text = texts_of(each)[1 if language == "zh" else 0]
            if path:
                wrong.fields.setdefault(path, []).append(text)
            else:
                wrong.whole = (text, "", "")
    except Refusal as refusal:
        path = _nearest(refusal.field or "", places)
        if path:
            wrong.fields.setdefault(path, []).append(f"{refusal.sentence(language)} {refusal.remedy(language)}")
        wrong.whole = (refusal.sentence(language), type(refusal).clause, refusal.remedy(language))
    except StaleVersion:
        wrong.whole = (
            said("It has changed since you opened this form. What you typed is kept.", language), "",
            said("Look at it again in another window, then send this once more.", language),
        )  # fmt: skip
        kept.update(version=0)  # type: ignore[attr-defined]
    except EntryTooLarge:
        wrong.whole = (said("This is too long to be recorded.", language), "", said("Shorten the texts.", language))
    return None, wrong


def _nearest(path: str, places: set[str]) -> str:
    """The field an error is shown at: its own, else the one it lies in."""
    while path and path not in places:
        path = path.rpartition(".")[0]
    return path


async def _shown(
    person: Visitor,
    aggregate: str,
    kind: type[Command],
    subject: Stream | None,
    typed: Mapping[str, str],
    wrong: Wrong,
    *,
    fresh: bool = False,
    status: int = 200,
    key: str = "",
    version: int = 0,
    acting_for: str | None = None,
) -> Response:
    told = forms.fields_of(kind, person.language)
    principals = standing_in_for(await principals_of(person), person, aggregate)
    directory = person.caller.directory
    fields = forms.bound(told, typed, wrong.fields, fresh=fresh)
    return shown(
        person,
        "form.html",
        status,
        subject=subject,
        aggregate=aggregate,
        command=kind,
        about=_about(kind, person),
        fields=fields,
        wrong=wrong,
        first_wrong=next((each for each in _every(fields) if each.errors), None),
        path=person.request.url.path,
        key=key or uuid4().hex,
        version=version,
        principals=principals,
        acting_for=acting_for,
        people=list(directory.employees.values())[:PEOPLE],
        departments=list(directory.departments.values()),
    )


def _every(fields: tuple[forms.Bound, ...]) -> list[forms.Bound]:
    return [each for field in fields for each in (field, *(e for row in field.rows for e in _every(row)))]


def _about(kind: type[Command], person: Visitor) -> str:
    """What the command is for: its docstring, which is English; in Chinese its name says it."""
    return "" if person.language == "zh" else " ".join((kind.__doc__ or "").split())


def _kind(aggregate: str, command: str) -> type[Command]:
    known = catalogue.aggregates().get(aggregate)
    for kind in open_commands(known) if known else ():
        if kebab(kind.__name__) == command:
            return kind
    raise Problem(
        404,
        "not-found",
        en=("There is no such form.", "Go to it from the subject or from New."),
        zh=("没有该表单。", "请从单据页面或「新建」进入。"),
    )


def _by_htmx(person: Visitor) -> bool:
    return "hx-request" in person.request.headers
