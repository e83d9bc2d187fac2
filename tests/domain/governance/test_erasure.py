"""Erasure 个人信息删除: who may, and that it stands on record with its ground."""

from typing import Any, cast

import pytest

from domain.governance.erasure import ERASURE, ErasedByKeeper, ErasePerson, OnePersonOneRecord, SubjectErased
from domain.governance.organisation import ORGANISATION
from domain.governance.organisation_changes import (
    CorrectEmployee,
    EmployeeForgotten,
    EmployeeHired,
    EmployeeLeft,
    ForgetEmployee,
)
from domain.governance.organisation_rules import Forgotten, StillEmployed
from domain.kernel import ERASED, IssuedByTheHouse
from tests.spec import TODAY, clauses, spec

REQUEST = ErasePerson(person="ANN", purpose="employment", ground="本人申请 on request")
DONE = SubjectErased(person="ANN", purpose="employment", ground="本人申请 on request", decided_by="HAL")
HIRED = EmployeeHired(
    employee="ANN", name="示例", email="ann@company.example", department="D-SALES", since=TODAY.replace(year=2025)
)
LEFT = EmployeeLeft(employee="ANN", last_day=TODAY.replace(day=1))


@clauses("4.3.2.1")
@pytest.mark.parametrize("keeper", ["HAL", "ADA"])
def test_human_resources_or_the_administrator_erases(keeper: str) -> None:
    spec(ERASURE).where(id="ANN").when(REQUEST, by=keeper).then(DONE.model_copy(update={"decided_by": keeper})).because(
        "4.3.2.1", outcome="erased", ground="本人申请 on request"
    )


@clauses("4.3.2.1")
def test_nobody_else_erases() -> None:
    spec(ERASURE).where(id="ANN").when(REQUEST, by="SAM").refused(ErasedByKeeper)


@clauses("4.3.2.1")
def test_a_record_holds_one_person() -> None:
    spec(ERASURE).where(id="BOB").when(REQUEST, by="HAL").refused(OnePersonOneRecord, field="person", person="ANN")


@clauses("4.3.2.1")
def test_new_data_may_be_erased_again() -> None:
    spec(ERASURE, DONE).where(id="ANN").when(REQUEST, by="HAL").then(DONE)


@clauses("4.3.2.1")
def test_the_organisation_keeps_the_number_alone() -> None:
    after = spec(ORGANISATION, HIRED, LEFT).when(ForgetEmployee(employee="ANN"), by="HAL", by_house=True)
    after.then(EmployeeForgotten(employee="ANN"))
    record = ORGANISATION.fold(cast(Any, after.and_then().history)).employees["ANN"]
    assert (record.name, record.email) == (ERASED, "")


@clauses("4.3.2.1")
def test_nobody_is_forgotten_before_his_last_day() -> None:
    forget = ForgetEmployee(employee="ANN")
    spec(ORGANISATION, HIRED).when(forget, by="HAL", by_house=True).refused(StillEmployed)
    today = LEFT.model_copy(update={"last_day": TODAY})
    spec(ORGANISATION, HIRED, today).when(forget, by="HAL", by_house=True).refused(StillEmployed)


@clauses("4.3.2.1")
def test_what_was_erased_is_not_entered_again() -> None:
    again = CorrectEmployee(employee="ANN", name="示例", email="ann@company.example")
    spec(ORGANISATION, HIRED, LEFT, EmployeeForgotten(employee="ANN")).when(again, by="HAL").refused(Forgotten)


def test_forgetting_follows_from_erasing_alone() -> None:
    spec(ORGANISATION, HIRED, LEFT).when(ForgetEmployee(employee="ANN"), by="HAL").refused(IssuedByTheHouse)
