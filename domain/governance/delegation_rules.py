"""What delegation refuses 代理规则. Each docstring is the rule."""

from domain.kernel import Refusal

CLAUSE = "5.1"


class OnlyOnesOwnAuthority(Refusal):
    """Only one's own authority is delegated, by oneself, and what was delegated is not passed on.

    仅可由本人委托本人的权限，受托权限不得转委托。

    → Delegate under your own number, or ask whoever you act for to delegate to the colleague.
    → 请以本人编号委托，或请被代理人直接委托该同事。
    """

    clause = CLAUSE
    attempt = True


class NotToOneself(Refusal):
    """A delegation is to somebody else.

    代理人不得为本人。

    → Name a colleague.
    → 请选择一位同事。
    """

    clause = CLAUSE


class DelegateNotEmployed(Refusal):
    """A delegate is employed on that day.

    代理人须为当日在职员工。

    → Check the employee number in the organisation chart.
    → 请在组织架构中核对员工编号。
    """

    clause = CLAUSE


class DelegationDates(Refusal):
    """A delegation begins today or later, ends no earlier than it begins, and is no longer than the policy allows.

    代理开始日不得早于当日，结束日不得早于开始日，期限不得超过制度规定。

    → Correct the dates named; a longer absence needs a new delegation later.
    → 请更正所列日期；时间更长的，请届时另行委托。
    """

    clause = CLAUSE


class UnknownScope(Refusal):
    """A delegation names kinds of subject there are.

    代理事项须为系统已有的单据类型。

    → Name one of those told, or leave it empty for every kind.
    → 请从所列类型中选择，或留空表示全部事项。
    """

    clause = CLAUSE


class DelegationOverlaps(Refusal):
    """At any time one colleague at most acts for somebody in the same matter.

    同一事项在同一时期只能有一名代理人。

    → Revoke the delegation named first, or choose other dates or matters.
    → 请先撤销所列代理，或调整日期、事项。
    """

    clause = CLAUSE


class NoSuchDelegation(Refusal):
    """Only a delegation that stands is revoked.

    仅可撤销尚未结束的代理。

    → Check its number and its dates.
    → 请核对代理编号与日期。
    """

    clause = CLAUSE


class OnlyDelegatorRevokes(Refusal):
    """A delegation is revoked by whoever granted it or who received it, by the administrator or by HR.

    代理由委托人、代理人、系统管理员或人力资源部撤销。

    → Ask the delegator or the administrator.
    → 请联系委托人或系统管理员。
    """

    clause = CLAUSE
    attempt = True


class NoDelegation(Refusal):
    """Whoever acts for somebody else does it under a delegation in force for that matter.

    代他人办理业务须有该事项当前有效的代理。

    → Have a delegation granted (again), or act in your own name.
    → 请由被代理人（重新）委托，或以本人名义办理。
    """

    clause = CLAUSE
    attempt = True
