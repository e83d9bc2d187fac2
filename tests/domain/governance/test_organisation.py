"""The organisation 组织架构 (clauses 5.1, 4.3.2.1): who works where, under whom and as what, each from a day on."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.directory import Role
from domain.governance import organisation_rules as rules
from domain.governance.organisation import ORGANISATION, Organisation, change, directory_on, evolve
from domain.governance.organisation_changes import (
    AssignRole,
    CloseDepartment,
    CorrectEmployee,
    DepartmentClosed,
    DepartmentFounded,
    DepartmentMoved,
    DepartmentRenamed,
    EmployeeCorrected,
    EmployeeHired,
    EmployeeLeft,
    EmployeeMoved,
    FoundDepartment,
    HireEmployee,
    ImportOrganisation,
    LeaveEmployee,
    MoveDepartment,
    MoveEmployee,
    RenameDepartment,
    RevokeRole,
    RoleAssigned,
    RoleRevoked,
)
from domain.kernel import SYSTEM, Command, Event, Refusal
from tests.spec import Outcome, Spec, clauses, spec

pytestmark = clauses("5.1")

DAY = timedelta(days=1)
START, MARCH, APRIL, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def founded(id: str, parent: str | None = None, since: date = START) -> DepartmentFounded:
    return DepartmentFounded(department=id, name=f"示例{id}", parent=parent, since=since)


def hired(id: str, superior: str | None = None, department: str = "D1", since: date = START) -> EmployeeHired:
    return EmployeeHired(
        employee=id, name=f"示例{id}", department=department, position="职员", superior=superior, since=since
    )


def move(id: str, superior: str | None, since: date = MARCH, department: str = "D1") -> MoveEmployee:
    return MoveEmployee(employee=id, department=department, position="职员", superior=superior, since=since)


def moved(id: str, superior: str | None, since: date = MARCH, department: str = "D1") -> EmployeeMoved:
    return EmployeeMoved.model_validate(dict(move(id, superior, since, department)))


def found(id: str, parent: str | None = None, since: date = MARCH) -> FoundDepartment:
    return FoundDepartment(department=id, name="示例", parent=parent, since=since)


def under(id: str, parent: str | None, since: date = MARCH) -> MoveDepartment:
    return MoveDepartment(department=id, parent=parent, since=since)


def hire(id: str, superior: str | None, department: str = "D1", since: date = MARCH) -> HireEmployee:
    return HireEmployee(employee=id, name="示例", department=department, superior=superior, since=since)


SMALL = spec(ORGANISATION, founded("D0"), founded("D1", "D0"), founded("D2", "D0"), hired("A"), hired("B", "A"))


def asked(situation: Spec, command: Command, by: str = "ADA") -> Outcome:
    return situation.when(command, by=by)


def on(situation: Spec, day: date) -> Any:
    return directory_on(situation.aggregate.fold(situation.history), day)


# ── Who may ────────────────────────────────────────────────────────────────────────────────────────────────


@clauses("4.3.2.1")
def test_only_the_administrator_hr_and_the_system_change_it() -> None:
    found = FoundDepartment(department="D3", name="示例", since=MARCH)
    event = DepartmentFounded(department="D3", name="示例", since=MARCH)
    for keeper in ("ADA", "HAL", SYSTEM):
        asked(SMALL, found, by=keeper).then(event)
    for other in ("ANN", "GINA"):
        asked(SMALL, found, by=other).refused(rules.NotTheOrganisationsKeeper, keepers="administrator, hr, hr_manager")
    assert rules.NotTheOrganisationsKeeper.attempt


@clauses("4.3.2.1")
def test_nobody_gives_himself_a_role() -> None:
    situation = SMALL.given(hired("ADA"), hired("HAL"))
    role = AssignRole(employee="ADA", role=Role.CEO, since=MARCH)
    asked(situation, role).refused(rules.OwnRole, employee="ADA", role="ceo")
    situation.when(role, by="HAL", acting_for="ADA").refused(rules.OwnRole)
    asked(situation, ImportOrganisation(assign=(role,))).refused(rules.OwnRole)
    asked(situation, role, by="HAL").then(RoleAssigned(employee="ADA", role=Role.CEO, since=MARCH))
    assert rules.OwnRole.attempt


# ── Departments 部门 ────────────────────────────────────────────────────────────────────────────────────────


def test_a_department_is_renamed_and_moved_from_a_day_on() -> None:
    renamed = DepartmentRenamed(department="D2", name="新名", name_en="New", since=MARCH)
    asked(SMALL, RenameDepartment(department="D2", name="新名", name_en="New", since=MARCH)).then(renamed)
    put = DepartmentMoved(department="D2", parent="D1", since=APRIL)
    situation = SMALL.given(renamed)
    after = asked(situation, MoveDepartment(department="D2", parent="D1", since=APRIL)).then(put).and_then()
    names = [on(after, day).departments["D2"].name for day in (MARCH - DAY, MARCH)]
    parents = [on(after, day).departments["D2"].parent for day in (APRIL - DAY, APRIL)]
    assert (names, parents) == (["示例D2", "新名"], ["D0", "D1"])


def test_a_department_stands_from_its_first_to_its_last_day() -> None:
    last = date(2026, 3, 31)
    closed = DepartmentClosed(department="D2", last_day=last)
    after = asked(SMALL, CloseDepartment(department="D2", last_day=last)).then(closed).and_then()
    assert ["D2" in on(after, day).departments for day in (START - DAY, START, last, APRIL)] == [
        False,
        True,
        True,
        False,
    ]
    asked(after, CloseDepartment(department="D2", last_day=last)).refused(rules.LeftAlready, last_day="2026-03-31")


def test_a_department_with_people_or_departments_is_not_closed() -> None:
    last = APRIL - DAY
    asked(SMALL, CloseDepartment(department="D1", last_day=last)).refused(
        rules.PeopleLeftBehind, left="2", these="A, B"
    )
    asked(SMALL, CloseDepartment(department="D0", last_day=last)).refused(rules.PeopleLeftBehind, these="D1, D2")
    leaving = SMALL.given(moved("A", None, department="D2"), EmployeeLeft(employee="B", last_day=last))
    asked(leaving, CloseDepartment(department="D1", last_day=last)).then(
        DepartmentClosed(department="D1", last_day=last)
    )
    asked(leaving, CloseDepartment(department="D1", last_day=last - DAY)).refused(rules.PeopleLeftBehind, these="B")
    coming_back = leaving.given(moved("A", None, since=MAY))
    asked(coming_back, CloseDepartment(department="D1", last_day=last)).refused(rules.PeopleLeftBehind, these="A")


# ── Employees 员工 ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_employee_joins_moves_and_leaves() -> None:
    hire = HireEmployee(
        employee="C", name="示例丙", email="c@example.com", department="D1", level=3, superior="B", since=MARCH
    )
    event = EmployeeHired.model_validate(dict(hire))
    situation = asked(SMALL, hire).then(event).and_then()
    situation = asked(situation, move("C", "A", APRIL, "D2")).then(moved("C", "A", APRIL, "D2")).and_then()
    leave = LeaveEmployee(employee="C", last_day=MAY)
    situation = asked(situation, leave).then(EmployeeLeft(employee="C", last_day=MAY)).and_then()
    shown = [
        (person.department, person.superior, person.level) if person else None
        for person in (on(situation, day).employees.get("C") for day in (MARCH - DAY, MARCH, APRIL, MAY, MAY + DAY))
    ]
    assert shown == [None, ("D1", "B", 3), ("D2", "A", 1), ("D2", "A", 1), None]
    asked(situation, leave).refused(rules.LeftAlready, last_day="2026-05-01")


def test_a_change_told_late_leaves_a_later_one_standing() -> None:
    situation = SMALL.given(moved("B", None, since=MAY))
    after = asked(situation, move("B", "A", APRIL, "D2")).then(moved("B", "A", APRIL, "D2")).and_then()
    assert [on(after, day).employees["B"].department for day in (MARCH, APRIL, MAY)] == ["D1", "D2", "D1"]


def test_a_name_is_corrected() -> None:
    correct = CorrectEmployee(employee="B", name="示例乙", email="b@example.com")
    event = EmployeeCorrected(employee="B", name="示例乙", email="b@example.com")
    after = asked(SMALL, correct).then(event).and_then()
    assert on(after, START).employees["B"].email == "b@example.com"
    asked(after, correct).refused(rules.NothingDifferent, employee="B")
    asked(SMALL, CorrectEmployee(employee="Z", name="示例")).refused(rules.NotEmployedThen, employee="Z")


def test_names_and_addresses_are_marked_personal() -> None:
    for message in (HireEmployee, CorrectEmployee, EmployeeHired, EmployeeCorrected):
        for field in ("name", "email"):
            marks = [mark for mark in message.model_fields[field].metadata if hasattr(mark, "purpose")]
            assert [(mark.of, mark.purpose) for mark in marks] == [("employee", "employment")], (message, field)


# ── Roles 任职 ──────────────────────────────────────────────────────────────────────────────────────────────


def head(since: date = MARCH, until: date | None = None, *departments: str) -> AssignRole:
    return AssignRole(
        employee="B", role=Role.DEPARTMENT_HEAD, departments=departments or ("D2", "D1"), since=since, until=until
    )


def test_a_role_is_held_for_departments_between_days() -> None:
    event = RoleAssigned(employee="B", role=Role.DEPARTMENT_HEAD, departments=("D1", "D2"), since=MARCH, until=MAY)
    after = asked(SMALL, head(MARCH, MAY)).then(event).and_then()
    held = [on(after, day).holders(Role.DEPARTMENT_HEAD, "D1") for day in (MARCH - DAY, MARCH, MAY, MAY + DAY)]
    assert held == [(), ("B",), ("B",), ()]
    assert on(after, MARCH).holders(Role.DEPARTMENT_HEAD, "D0") == ()


def test_a_role_is_revoked_and_may_be_given_again() -> None:
    situation = asked(SMALL, head()).and_then()
    revoke = RevokeRole(employee="B", role=Role.DEPARTMENT_HEAD, departments=("D1", "D2"), last_day=APRIL)
    event = RoleRevoked.model_validate(dict(revoke))
    situation = asked(situation, revoke).then(event).and_then()
    assert [on(situation, day).holds("B", Role.DEPARTMENT_HEAD) for day in (APRIL, APRIL + DAY)] == [True, False]
    asked(situation, revoke).refused(rules.RoleNotHeld, role="department_head")
    asked(situation, head(APRIL)).refused(rules.RoleHeldAlready, since="2026-03-01")
    assert asked(situation, head(APRIL + DAY)).events


def test_a_role_announced_and_revoked_before_it_begins_is_never_held() -> None:
    situation = asked(SMALL, head(MAY)).and_then()
    revoke = RevokeRole(employee="B", role=Role.DEPARTMENT_HEAD, departments=("D2", "D1"), last_day=APRIL)
    situation = asked(situation, revoke).and_then()
    assert not on(situation, MAY).holds("B", Role.DEPARTMENT_HEAD)
    assert asked(situation, head(APRIL)).events


def test_roles_end_with_the_employment() -> None:
    situation = asked(SMALL, AssignRole(employee="B", role=Role.BUYER, since=MARCH)).and_then()
    situation = asked(situation, LeaveEmployee(employee="B", last_day=APRIL)).and_then()
    assert [on(situation, day).roles_of("B") for day in (APRIL, APRIL + DAY)] == [{Role.BUYER}, frozenset()]


def test_heads_and_vice_presidents_hold_their_role_for_named_departments() -> None:
    for role in (Role.DEPARTMENT_HEAD, Role.VICE_PRESIDENT):
        asked(SMALL, AssignRole(employee="B", role=role, since=MARCH)).refused(
            rules.RoleNeedsDepartments, field="departments", role=str(role)
        )


# ── What contradicts the rest ──────────────────────────────────────────────────────────────────────────────

GONE = SMALL.given(EmployeeLeft(employee="B", last_day=MARCH), DepartmentClosed(department="D2", last_day=MARCH))


@pytest.mark.parametrize(
    ("command", "rule", "facts"),
    [
        (found("D1"), rules.NumberTaken, {"department": "D1"}),
        (found("System"), rules.NumberTaken, {"department": "System"}),
        (found("D3", "D9"), rules.UnknownDepartment, {"on": "2026-03-01"}),
        (found("D3", "D2"), rules.UnknownDepartment, {"closed": "2026-03-01"}),
        (found("D3", "D1", since=START - DAY), rules.UnknownDepartment, {"founded": "2026-01-01"}),
        (RenameDepartment(department="D9", name="示例", since=MARCH), rules.UnknownDepartment, {"department": "D9"}),
        (RenameDepartment(department="D1", name="示例D1", since=MARCH), rules.NothingDifferent, {"department": "D1"}),
        (under("D1", "D0"), rules.NothingDifferent, {"department": "D1"}),
        (under("D1", "D9"), rules.UnknownDepartment, {"field": "parent"}),
        (under("D0", "D1"), rules.CircularLine, {"department": "D0", "parent": "D1"}),
        (under("D0", "D0"), rules.CircularLine, {"on": "2026-03-01"}),
        (CloseDepartment(department="D9", last_day=MARCH), rules.UnknownDepartment, {"department": "D9"}),
        (CloseDepartment(department="D1", last_day=START - DAY), rules.DatesReversed, {"founded": "2026-01-01"}),
        (hire("B", None, "D1", since=MAY), rules.NumberTaken, {"employee": "B"}),
        (hire("SYSTEM", None, "D1"), rules.NumberTaken, {"employee": "SYSTEM"}),
        (hire("C", None, "D9"), rules.UnknownDepartment, {"field": "department"}),
        (hire("C", None, "D2"), rules.UnknownDepartment, {"closed": "2026-03-01"}),
        (hire("C", "C"), rules.CircularLine, {"superior": "C"}),
        (hire("C", "Z"), rules.NotEmployedThen, {"field": "superior"}),
        (hire("C", "B", since=APRIL), rules.NotEmployedThen, {"last_day": "2026-03-01"}),
        (move("Z", None), rules.NotEmployedThen, {"employee": "Z"}),
        (move("B", "A", APRIL), rules.NotEmployedThen, {"last_day": "2026-03-01"}),
        (move("A", None, START - DAY), rules.NotEmployedThen, {"joined": "2026-01-01"}),
        (move("A", None), rules.NothingDifferent, {"employee": "A"}),
        (move("A", "B"), rules.CircularLine, {"employee": "A", "superior": "B", "on": "2026-03-01"}),
        (LeaveEmployee(employee="Z", last_day=MARCH), rules.NotEmployedThen, {"employee": "Z"}),
        (LeaveEmployee(employee="A", last_day=START - DAY), rules.DatesReversed, {"joined": "2026-01-01"}),
        (AssignRole(employee="B", role=Role.BUYER, since=APRIL), rules.NotEmployedThen, {"last_day": "2026-03-01"}),
        (AssignRole(employee="A", role=Role.BUYER, since=APRIL, until=MARCH), rules.DatesReversed, {"field": "until"}),
        (head(MARCH, None, "D9"), rules.UnknownDepartment, {"field": "departments", "department": "D9"}),
        (RevokeRole(employee="A", role=Role.BUYER, last_day=MARCH), rules.RoleNotHeld, {"role": "buyer"}),
        (ImportOrganisation(), rules.NothingDifferent, {}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Command) else None,
)  # fmt: skip
def test_what_contradicts_the_rest_is_refused(command: Command, rule: type[Refusal], facts: dict[str, str]) -> None:
    asked(GONE, command).refused(rule, **facts)


def test_a_circle_that_a_later_change_would_close_is_refused_with_its_day() -> None:
    """B is announced to leave A's line in April and A to come under C then, who is under B."""
    situation = SMALL.given(hired("C", "B"), moved("B", None, since=APRIL))
    assert asked(situation, move("A", "C", APRIL)).events
    asked(situation, move("A", "C", MARCH)).refused(rules.CircularLine, on="2026-03-01")
    later = SMALL.given(moved("B", None, since=MARCH), moved("B", "A", since=MAY))
    asked(later, move("A", "B", MARCH)).refused(rules.CircularLine, on="2026-05-01")


@pytest.mark.parametrize("day", ["9999-12-31", "1949-12-31"])
def test_days_of_another_age_are_refused(day: str) -> None:
    with pytest.raises(ValidationError):
        LeaveEmployee.model_validate({"employee": "A", "last_day": day})


# ── Many changes as one ────────────────────────────────────────────────────────────────────────────────────

MANY = ImportOrganisation(
    found=(FoundDepartment(department="D3", name="示例D3", parent="D0", since=MARCH),),
    hire=(HireEmployee(employee="C", name="示例C", department="D3", superior="A", since=MARCH),),
    move=(move("B", "C", MARCH, "D3"),),
    assign=(AssignRole(employee="C", role=Role.DEPARTMENT_HEAD, departments=("D3",), since=MARCH),),
)


def test_many_changes_are_many_small_events_in_one_act() -> None:
    events: tuple[Event, ...] = (
        founded("D3", "D0", MARCH),
        EmployeeHired(employee="C", name="示例C", department="D3", superior="A", since=MARCH),
        moved("B", "C", MARCH, "D3"),
        RoleAssigned(employee="C", role=Role.DEPARTMENT_HEAD, departments=("D3",), since=MARCH),
    )
    asked(SMALL, MANY).then(*events)


def test_one_wrong_change_refuses_all() -> None:
    wrong = MANY.model_copy(update={"leave": (LeaveEmployee(employee="Z", last_day=MAY),)})
    asked(SMALL, wrong).refused(rules.NotEmployedThen, employee="Z")


# ── Whatever is asked ──────────────────────────────────────────────────────────────────────────────────────

ids = st.sampled_from(("A", "B", "C", "D"))
days = st.sampled_from((START, MARCH, APRIL, MAY))
changes = st.one_of(
    st.builds(hire, ids, st.none() | ids, since=days),
    st.builds(move, ids, st.none() | ids, days),
    st.builds(LeaveEmployee, employee=ids, last_day=days),
)


@given(asked=st.lists(changes, max_size=12))
def test_on_no_day_does_anybody_report_to_himself(asked: list[Any]) -> None:
    state: Organisation = ORGANISATION.fold([founded("D1")])
    for each in asked:
        try:
            state = evolve(state, change(each, state, frozenset()))
        except Refusal:
            continue
    for day in (START, MARCH, APRIL, MAY):
        directory = directory_on(state, day)
        for person in directory.employees:
            passed, current = {person}, directory.employees[person].superior
            while current is not None and current in directory.employees:
                assert current not in passed, (day, person)
                passed.add(current)
                current = directory.employees[current].superior
