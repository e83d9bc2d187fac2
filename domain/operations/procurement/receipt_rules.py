"""What a goods receipt refuses 入库规则."""

from domain.kernel import Refusal

CLAUSE_CHECK, CLAUSE_STOCK, CLAUSE_EXCEPTION = "4.1.3.1", "4.1.3.2", "4.1.3.3"


class CheckedByWarehouse(Refusal):
    """Goods are taken in and checked by a warehouse keeper.

    到货登记与验收由仓库管理员办理。

    → Ask a warehouse keeper.
    → 请联系仓库管理员办理。
    """

    clause = CLAUSE_CHECK
    attempt = True


class CheckedByAnother(Refusal):
    """Nobody takes in or checks goods he bought himself, neither himself nor through a delegate.

    任何人不得登记或验收本人采购的货物，也不得通过代理人办理。

    → Leave it to another warehouse keeper.
    → 请由其他仓库管理员办理。
    """

    clause = CLAUSE_CHECK
    attempt = True


class NoOpenOrder(Refusal):
    """Goods are received on an order that is open.

    货物须凭未结的采购订单入库。

    → Find the order the delivery note names, or ask the buyer.
    → 请核对送货单所列订单，或联系采购员。
    """

    clause = CLAUSE_STOCK


class ReceiptExists(Refusal):
    """An arrival is recorded once and checked once.

    到货只登记一次、验收一次。

    → Record a further delivery under a new number.
    → 后续到货请以新单号登记。
    """

    clause = CLAUSE_CHECK


class NothingArrived(Refusal):
    """Goods are checked after their arrival is recorded.

    须先登记到货，再行验收。

    → Record the arrival first.
    → 请先登记到货。
    """

    clause = CLAUSE_CHECK


class LinesAsOrdered(Refusal):
    """A receipt names lines of its order, each once.

    入库明细须对应订单行，每行一次。

    → Correct the line numbers against the order.
    → 请对照订单更正行号。
    """

    clause = CLAUSE_CHECK


class CheckIncomplete(Refusal):
    """Every line is checked for quantity, condition and specification before the keeper signs.

    每行须核对数量、外观和规格后方可签收。

    → Check what is missing and mark it as checked.
    → 请补做缺少的核对项目。
    """

    clause = CLAUSE_CHECK


class FaultsExceedQuantity(Refusal):
    """Not more can be faulty than was counted.

    异常数量不得超过清点数量。

    → Correct the quantities of the line.
    → 请更正该行数量。
    """

    clause = CLAUSE_CHECK


class PhotographsMissing(Refusal):
    """A check is photographed, and so is everything that is wrong.

    验收须拍照，异常货物亦须拍照。

    → Upload photographs and name them by their SHA-256.
    → 请上传照片并填写其校验值。
    """

    clause = CLAUSE_CHECK


class ExceptionPhotographsMissing(Refusal):
    """What is wrong with goods is photographed.

    异常货物须拍照。

    → Upload photographs of the faulty goods and name them by their SHA-256.
    → 请上传异常货物照片并填写其校验值。
    """

    clause = CLAUSE_EXCEPTION


class BinMissing(Refusal):
    """Accepted goods go into a named bin.

    验收合格的货物须登记库位。

    → Name the bin the goods were put into.
    → 请填写存放库位。
    """

    clause = CLAUSE_STOCK


class NoSuchException(Refusal):
    """Settled is an exception of this receipt that is still open, once.

    仅可处理本入库单尚未处理的异常，且只处理一次。

    → Look at the open exceptions of the receipt.
    → 请查看该入库单的未处理异常。
    """

    clause = CLAUSE_EXCEPTION


class SettledByBuyer(Refusal):
    """The buyer has goods returned or exchanged.

    退货、换货由采购员办理。

    → Ask the buyer.
    → 请联系采购员。
    """

    clause = CLAUSE_EXCEPTION
    attempt = True


class AcceptedByAuthority(Refusal):
    """Goods are accepted as they are by the using department's authority, not by who bought or checked them.

    让步接收由制度指定的使用部门权限人决定，采购或验收经办人不得自行决定。

    → Ask the head of the using department.
    → 请使用部门主管决定。
    """

    clause = CLAUSE_EXCEPTION
    attempt = True


class SettlementDoesNotFit(Refusal):
    """An exception is settled in a way the policy allows and its kind admits: what did not come cannot go back.

    异常的处理方式须为制度所允许并与异常类型相符：未到的货物不能退货，多送的货物不能换货。

    → Too few: exchange (the rest follows) or acceptance; too many: return or acceptance.
    → 少送：换货（补送）或接收；多送：退货或接收。
    """

    clause = CLAUSE_EXCEPTION


class InstalledByIt(Refusal):
    """Equipment is marked installed by those the policy names for installation.

    设备安装完成由制度指定的人员登记。

    → Ask IT.
    → 请联系信息技术部门。
    """

    clause = CLAUSE_STOCK
    attempt = True


class NothingToInstall(Refusal):
    """Marked installed is equipment that waits for installation.

    仅待安装的设备可以登记安装完成。

    → Look at the lines of the receipt that wait for installation.
    → 请查看该入库单的待安装明细。
    """

    clause = CLAUSE_STOCK
