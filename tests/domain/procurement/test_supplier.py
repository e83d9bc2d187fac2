"""The register of qualified suppliers 合格供应商名录 (clauses 4.1.2.1, 4.1.2.2)."""

from datetime import datetime
from decimal import Decimal

from domain.operations.procurement.supplier import SUPPLIER
from domain.operations.procurement.supplier_messages import (
    ChangeSupplierContact,
    OpenSupplierEvaluation,
    ProposeSupplier,
    QualifySupplier,
    RecordScore,
    ReinstateSupplier,
    RejectSupplier,
    RemoveSupplier,
    SupplierContactChanged,
    SupplierEvaluationOpened,
    SupplierProposed,
    SupplierReinstated,
    SupplierRejected,
    SupplierRemoved,
    SupplierScored,
    SupplierSuspended,
    SuspendSupplier,
)
from domain.operations.procurement.supplier_register import (
    SUPPLIER_REGISTER,
    EnterSupplier,
    OpenYearlyEvaluation,
    StrikeSupplier,
    SupplierEntered,
    SupplierStruck,
    YearlyEvaluationOpened,
    evaluation_opens,
)
from domain.operations.procurement.supplier_rules import (
    NotInThatState,
    QualifiedByAnother,
    RegisteredByBuyer,
    SupplierRegistered,
    UnknownCategory,
)
from domain.working_time import SHANGHAI
from tests.company import POLICY, WORKING_TIME
from tests.domain.procurement.samples import IT, NOTE, OFFICE, proposed, put_on_the_register
from tests.spec import clauses, spec

PROPOSE = ProposeSupplier(
    name="示例科技有限公司",
    credit_code="91310000MA1K00001A",
    categories=(IT, OFFICE),
    reason="示例:报价合理",
    contact_name="示例联系人",
    contact_phone="000-0000",
    contact_email="contact@supplier.example",
)
PROPOSED = proposed(contact="1-C1")
QUALIFY = QualifySupplier(findings="资质齐全", evidence=(NOTE,))
ON_THE_REGISTER = (PROPOSED, put_on_the_register())


@clauses("4.1.2.1")
def test_a_buyer_proposes_a_supplier() -> None:
    spec(SUPPLIER).when(PROPOSE, by="BUD").then(PROPOSED)


@clauses("4.1.2.1")
def test_only_a_buyer_proposes_not_even_the_head_of_another_department() -> None:
    spec(SUPPLIER).when(PROPOSE, by="ANN").refused(RegisteredByBuyer)
    spec(SUPPLIER).when(PROPOSE, by="PAT").refused(RegisteredByBuyer)


@clauses("4.1.2.1")
def test_a_supplier_belongs_to_categories_of_the_policy() -> None:
    strange = PROPOSE.model_copy(update={"categories": (IT, "weapons")})
    spec(SUPPLIER).when(strange, by="BUD").refused(UnknownCategory, field="categories")
    spec(SUPPLIER).under("4.1.2.1", categories=(IT, "weapons")).when(strange, by="BUD").then(
        proposed(contact="1-C1", categories=(IT, "weapons"))
    )


@clauses("4.1.2.1")
def test_the_purchasing_head_or_another_buyer_qualifies_it() -> None:
    given = spec(SUPPLIER, PROPOSED)
    given.when(QUALIFY, by="PAT").then(put_on_the_register()).because("4.1.2.1", outcome="qualified", proposer="BUD")
    given.when(QUALIFY, by="BEA").then(put_on_the_register(qualified_by="BEA"))


@clauses("4.1.2.1")
def test_nobody_qualifies_or_rejects_his_own_proposal_nor_through_a_delegate() -> None:
    given = spec(SUPPLIER, PROPOSED)
    given.when(QUALIFY, by="BUD").refused(QualifiedByAnother, proposer="BUD")
    given.when(QUALIFY, by="BUD", acting_for="PAT").refused(QualifiedByAnother)
    given.when(QUALIFY, by="IAN", acting_for="BUD").refused(QualifiedByAnother)
    given.when(RejectSupplier(reason="证照过期"), by="BUD").refused(QualifiedByAnother)


@clauses("4.1.2.1")
def test_heads_of_other_departments_do_not_qualify() -> None:
    spec(SUPPLIER, PROPOSED).when(QUALIFY, by="SAM").refused(RegisteredByBuyer)


@clauses("4.1.2.1")
def test_a_rejected_supplier_may_be_proposed_again_but_not_qualified() -> None:
    rejected = spec(SUPPLIER, PROPOSED).when(RejectSupplier(reason="证照过期"), by="PAT")
    rejected.then(SupplierRejected(reason="证照过期"))
    rejected.and_then().when(QUALIFY, by="PAT").refused(NotInThatState, status="rejected")
    rejected.and_then().when(PROPOSE, by="BUD").then(proposed(contact="1-C2"))


@clauses("4.1.2.1")
def test_a_supplier_is_suspended_reinstated_removed_and_then_starts_over() -> None:
    given = spec(SUPPLIER, *ON_THE_REGISTER)
    given.when(PROPOSE, by="BEA").refused(SupplierRegistered, status="qualified")
    given.when(ReinstateSupplier(reason="整改完成"), by="BUD").refused(NotInThatState, status="qualified")
    suspended = given.when(SuspendSupplier(reason="投诉"), by="BUD").then(SupplierSuspended(reason="投诉")).and_then()
    suspended.when(ReinstateSupplier(reason="整改完成"), by="BUD").then(SupplierReinstated(reason="整改完成"))
    removed = suspended.when(RemoveSupplier(reason="停业"), by="PAT").then(SupplierRemoved(reason="停业")).and_then()
    removed.when(ReinstateSupplier(reason="整改完成"), by="BUD").refused(NotInThatState, status="removed")
    removed.when(PROPOSE, by="BUD").then(proposed(contact="1-C2"))


@clauses("4.1.2.1")
def test_each_contact_person_has_an_id_of_his_own_to_be_erased_by() -> None:
    change = ChangeSupplierContact(contact_name="示例新联系人")
    changed = SupplierContactChanged(contact="1-C2", contact_name="示例新联系人")
    once = spec(SUPPLIER, *ON_THE_REGISTER).when(change, by="BUD").then(changed).and_then()
    once.when(change, by="BUD").then(changed.model_copy(update={"contact": "1-C3"}))


@clauses("4.1.2.2")
def test_the_calendar_opens_a_suppliers_evaluation_due_after_twenty_working_days() -> None:
    at = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI)
    due = datetime(2026, 2, 2, 18, tzinfo=SHANGHAI)
    opened = SupplierEvaluationOpened(year=2025, evaluators=("BEA", "BUD"), due_at=due)
    opening = OpenSupplierEvaluation(year=2025)
    given = spec(SUPPLIER, *ON_THE_REGISTER)
    given.when(opening, by="SYSTEM", at=at, by_house=True).then(opened).because("4.1.2.2", working_days="20")
    given.given(opened).when(opening, by="SYSTEM", at=at, by_house=True).then()
    spec(SUPPLIER, PROPOSED).when(opening, by="SYSTEM", at=at, by_house=True).then()
    (obligation,) = SUPPLIER.obligations
    assert (obligation.clause, obligation.due(opened), obligation.owed_by(opened)) == ("4.1.2.2", due, ("BEA", "BUD"))
    assert (obligation.opened_by, obligation.fulfilled_by) == (SupplierEvaluationOpened, (SupplierScored,))


@clauses("4.1.2.2")
def test_below_sixty_a_supplier_is_removed_at_sixty_it_stays() -> None:
    sixty = Decimal("60")
    given = spec(SUPPLIER, *ON_THE_REGISTER)
    stays = RecordScore(year=2025, score=sixty, minimum=sixty)
    given.when(stays, by="BUD", by_house=True).then(SupplierScored(year=2025, score=sixty))
    goes = RecordScore(year=2025, score=Decimal("59.99"), minimum=sixty)
    given.when(goes, by="BUD", by_house=True).then(
        SupplierScored(year=2025, score=Decimal("59.99")),
        SupplierRemoved(reason="年度评估 2025: 59.99 < 60", failed=True),
    ).because("4.1.2.2", outcome="removed", score="59.99", minimum="60")


@clauses("4.1.2.2")
def test_what_others_know_of_a_supplier() -> None:
    due = datetime(2026, 2, 2, 18, tzinfo=SHANGHAI)
    opened = SupplierEvaluationOpened(year=2025, evaluators=("BEA", "BUD"), due_at=due)
    history = (*ON_THE_REGISTER, opened)
    assert SUPPLIER.fact is not None
    told = SUPPLIER.fact(SUPPLIER.fold(history))
    assert told is not None and getattr(told, "evaluation_due_at", None) == due
    scored = SUPPLIER.fact(SUPPLIER.fold((*history, SupplierScored(year=2025, score=Decimal("80")))))
    assert (getattr(scored, "score", None), getattr(scored, "evaluation_due_at", due)) == (Decimal("80"), None)
    assert SUPPLIER.fact(SUPPLIER.initial) is None


ENTER = EnterSupplier(supplier="S1", name="示例", credit_code="91310000MA1K00001A", categories=(IT,))
ENTERED = SupplierEntered(supplier="S1", name="示例", credit_code="91310000MA1K00001A", categories=(IT,))


@clauses("4.1.2.1")
def test_no_company_stands_on_the_register_twice() -> None:
    spec(SUPPLIER_REGISTER).when(ENTER, by="PAT", by_house=True).then(ENTERED)
    other = ENTER.model_copy(update={"supplier": "S2", "credit_code": "91310000MA1K00002A"})
    assert spec(SUPPLIER_REGISTER, ENTERED).when(other, by="PAT", by_house=True).events
    assert spec(SUPPLIER_REGISTER, ENTERED).when(ENTER, by="PAT", by_house=True).events
    twice = ENTER.model_copy(update={"supplier": "S2"})
    spec(SUPPLIER_REGISTER, ENTERED).when(twice, by="PAT", by_house=True).refused(SupplierRegistered, supplier="S1")
    struck = spec(SUPPLIER_REGISTER, ENTERED).when(StrikeSupplier(supplier="S1"), by="PAT", by_house=True)
    struck.then(SupplierStruck(supplier="S1")).and_then().when(twice, by="PAT", by_house=True).then(
        ENTERED.model_copy(update={"supplier": "S2"})
    )


@clauses("4.1.2.2")
def test_once_a_year_everybody_on_the_register_is_evaluated() -> None:
    opened = YearlyEvaluationOpened(year=2025, suppliers=("S1",))
    given = spec(SUPPLIER_REGISTER, ENTERED)
    given.when(OpenYearlyEvaluation(year=2025), by="SYSTEM", by_house=True).then(opened)
    given.given(opened).when(OpenYearlyEvaluation(year=2025), by="SYSTEM", by_house=True).then()


@clauses("4.1.2.2")
def test_the_evaluation_opens_on_the_first_working_day_of_the_policys_month() -> None:
    (schedule,) = SUPPLIER_REGISTER.schedules
    first = datetime(2026, 1, 4).date()  # a make-up Sunday
    days = [datetime(2026, 1, day).date() for day in range(1, 10)]
    assert [day for day in days if schedule.due_on(day, POLICY, WORKING_TIME)] == [first]
    assert schedule.act(first) == ("company", OpenYearlyEvaluation(year=2025))
    assert schedule.period(first) == "2025"
    march = spec(SUPPLIER).under("4.1.2.2", evaluation_month=3).policy
    assert evaluation_opens(datetime(2026, 3, 2).date(), march, WORKING_TIME)
    assert not evaluation_opens(first, march, WORKING_TIME)


def test_a_contact_persons_data_are_marked_personal_by_the_contacts_id() -> None:
    marks = {name: f.metadata for name, f in SupplierProposed.model_fields.items() if name.startswith("contact_")}
    assert [[mark.of for mark in each] for each in marks.values()] == [["contact"]] * 3
