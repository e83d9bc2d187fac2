"""Interpretations 制度解释: management says what a clause means, on record (clause 5.1)."""

from domain.governance.interpretation import (
    INTERPRETATION,
    CitesNoClause,
    ClauseInterpreted,
    InterpretationRevoked,
    InterpretClause,
    InterpretedAlready,
    NotInForce,
    OnlyManagementInterprets,
    RevokeInterpretation,
)
from tests.spec import clauses, spec

MEANING = InterpretClause(cites="4.1.3.1", question="夜间到货是否计时？", meaning="自到货时起连续计时。")
RECORDED = ClauseInterpreted(**MEANING.model_dump(), by="GINA", policy="2026.1")


@clauses("5.1")
def test_management_interprets_and_cites_the_clause() -> None:
    spec(INTERPRETATION).when(MEANING, by="GINA").then(RECORDED).because("5.1", cites="4.1.3.1")
    assert all(spec(INTERPRETATION).when(MEANING, by=manager).events for manager in ("CLEO", "VICE"))


@clauses("5.1")
def test_nobody_else_interprets() -> None:
    for person in ("ANN", "FAY", "ADA"):
        assert spec(INTERPRETATION).when(MEANING, by=person).refused(OnlyManagementInterprets).attempt
    spec(INTERPRETATION, RECORDED).when(RevokeInterpretation(reason="x"), by="ANN").refused(OnlyManagementInterprets)


@clauses("5.1")
def test_an_interpretation_of_no_clause_is_none() -> None:
    wrong = MEANING.model_copy(update={"cites": "4.1.9"})
    spec(INTERPRETATION).when(wrong, by="GINA").refused(CitesNoClause, field="cites", cites="4.1.9")


@clauses("5.1")
def test_it_is_recorded_once_and_ends_by_being_revoked() -> None:
    spec(INTERPRETATION, RECORDED).when(MEANING, by="CLEO").refused(InterpretedAlready)
    revoke = RevokeInterpretation(reason="改按新版本执行")
    ended = InterpretationRevoked(cites="4.1.3.1", by="CLEO", reason=revoke.reason)
    spec(INTERPRETATION, RECORDED).when(revoke, by="CLEO").then(ended)
    spec(INTERPRETATION, RECORDED, ended).when(revoke, by="CLEO").refused(NotInForce)
    spec(INTERPRETATION).when(revoke, by="CLEO").refused(NotInForce)
