"""What the register of qualified suppliers refuses 名录规则."""

from domain.kernel import Refusal

CLAUSE_REGISTER, CLAUSE_EVALUATION = "4.1.2.1", "4.1.2.2"


class RegisteredByBuyer(Refusal):
    """Suppliers are proposed, qualified and struck off by those whom the policy names for the register.

    供应商的推荐、准入与除名由制度指定的名录登记人办理。

    → Ask a buyer, or the head of the purchasing department.
    → 请联系采购员或采购部门主管。
    """

    clause = CLAUSE_REGISTER
    attempt = True


class QualifiedByAnother(Refusal):
    """Nobody qualifies a supplier he proposed himself, neither himself nor through a delegate.

    任何人不得对本人推荐的供应商作准入决定，也不得通过代理人办理。

    → Leave it to another buyer or to the head of the purchasing department.
    → 请由其他采购员或采购部门主管办理。
    """

    clause = CLAUSE_REGISTER
    attempt = True


class UnknownCategory(Refusal):
    """A supplier is registered under categories the policy lists.

    供应商须登记在制度所列的类别下。

    → Choose from the categories of the policy, or have management add one.
    → 请从制度所列类别中选择，或请管理层增加类别。
    """

    clause = CLAUSE_REGISTER


class SupplierRegistered(Refusal):
    """A supplier stands on the register once.

    同一供应商在名录中只登记一次。

    → Look the supplier up by its credit code and work with that entry.
    → 请按统一社会信用代码查询并使用已有登记。
    """

    clause = CLAUSE_REGISTER


class NotInThatState(Refusal):
    """A supplier is qualified when proposed, suspended when qualified, reinstated when suspended.

    供应商须先推荐后准入，准入后方可暂停，暂停后方可恢复。

    → Look at where the supplier stands and choose what fits; one that was removed is proposed again.
    → 请查看供应商当前状态后办理；已除名的须重新推荐。
    """

    clause = CLAUSE_REGISTER


class EvaluatedByBuyer(Refusal):
    """The yearly evaluation is made by those whom the policy names.

    年度供应商评估由制度指定的评估人办理。

    → Ask a buyer to evaluate the supplier.
    → 请由采购员评估该供应商。
    """

    clause = CLAUSE_EVALUATION
    attempt = True


class YearNotOver(Refusal):
    """A year is evaluated once it is over.

    年度评估须在该年度结束后进行。

    → Evaluate the last full year.
    → 请评估上一完整年度。
    """

    clause = CLAUSE_EVALUATION


class EvaluatedAlready(Refusal):
    """A supplier is evaluated once for a year, in the order of the years.

    每个供应商每年度只评估一次，并按年度顺序进行。

    → Look at the evaluation on record.
    → 请查看已有的评估记录。
    """

    clause = CLAUSE_EVALUATION
