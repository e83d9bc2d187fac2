"""What the organisation refuses 组织架构规则. Each docstring is the rule."""

from domain.kernel import Refusal


class NotTheOrganisationsKeeper(Refusal):
    """The organisation is changed by the administrator or HR.

    组织架构由系统管理员或人力资源部变更。

    → Ask the administrator or HR for the change.
    → 请联系系统管理员或人力资源部办理。
    """

    clause = "4.3.2.1"
    attempt = True


class OwnRole(Refusal):
    """Nobody gives himself a role, neither himself nor through a delegate.

    任何人不得为本人任职，也不得通过代理人为本人任职。

    → Have another administrator or HR assign it.
    → 请由其他管理员或人力资源部办理。
    """

    clause = "4.3.2.1"
    attempt = True


class NumberTaken(Refusal):
    """A number is given once for all, and ``SYSTEM`` to nobody.

    编号只能使用一次，离职或撤销后亦不得重用；``SYSTEM`` 为系统保留。

    → Choose another number, or change the department or employee that has it.
    → 请更换编号，或对已有部门、员工办理变更。
    """

    clause = "5.1"


class UnknownDepartment(Refusal):
    """A department that is named exists on that day and is not going to be closed.

    所指定部门须在该日存在且未撤销。

    → Check the department number, found it first, or choose another day.
    → 请核对部门编号，或先设立该部门，或调整日期。
    """

    clause = "5.1"


class NotEmployedThen(Refusal):
    """An employee who is named is employed on that day.

    所指定员工须在该日在职。

    → Check the employee number and the day against the day he joined and his last day.
    → 请核对员工编号及日期与其入职、离职日期。
    """

    clause = "5.1"


class CircularLine(Refusal):
    """Nobody reports to himself, directly or through others, and no department stands under itself.

    汇报关系与部门隶属不得形成循环。

    → Name a superior (or parent) who does not report to him, or change that line first.
    → 请指定不在其下级链中的上级，或先调整该关系。
    """

    clause = "5.1"


class DatesReversed(Refusal):
    """A change ends no earlier than it begins.

    截止日期不得早于开始日期。

    → Correct the dates named.
    → 请更正所列日期。
    """

    clause = "5.1"


class PeopleLeftBehind(Refusal):
    """A department is closed once nobody works in it and no department stands under it.

    部门内无人员且无下级部门时方可撤销。

    → Move the employees and departments named first.
    → 请先调整所列人员和下级部门。
    """

    clause = "5.1"


class LeftAlready(Refusal):
    """An employee leaves once, a department is closed once.

    员工离职、部门撤销只办理一次。

    → Look at the organisation chart: the last day is recorded.
    → 请在组织架构中查看已登记的日期。
    """

    clause = "5.1"


class RoleNeedsDepartments(Refusal):
    """A department head and a vice president hold their role for named departments.

    部门主管与分管副总须指定任职部门。

    → Name the departments he heads or is in charge of.
    → 请填写其主管或分管的部门。
    """

    clause = "5.1"


class RoleHeldAlready(Refusal):
    """An employee holds the same role for the same departments once at a time.

    同一员工在同一时期不得重复担任相同部门的同一角色。

    → Revoke the role first, or choose other dates or departments.
    → 请先免去该角色，或调整日期、部门。
    """

    clause = "5.1"


class RoleNotHeld(Refusal):
    """Only a role that is held is revoked.

    仅可免去在任角色。

    → Name role and departments exactly as they were assigned.
    → 请按任职时的角色和部门填写。
    """

    clause = "5.1"


class NothingDifferent(Refusal):
    """A change changes something.

    变更须有实际内容。

    → State what should be different, or leave it as it is.
    → 请填写实际变更，或保持不变。
    """

    clause = "5.1"


class StillEmployed(Refusal):
    """Personal data of an employee are erased after his last day, not before.

    员工信息在其离职之后方可删除。

    → Record the employee's last day first, and erase after it.
    → 请先登记离职日，于该日之后删除。
    """

    clause = "4.3.2.1"


class Forgotten(Refusal):
    """What was erased of a former employee is not entered again.

    已删除的离职员工信息不再登记。

    → Take him on under a new number, if he comes back.
    → 如重新入职，请以新编号登记。
    """

    clause = "4.3.2.1"
