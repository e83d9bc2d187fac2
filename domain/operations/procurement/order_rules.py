"""What a purchase order refuses 订单规则."""

from domain.kernel import Refusal

CLAUSE_ORDER = "4.1.1.2"


class OrderedByBuyer(Refusal):
    """Orders are placed and cancelled by a buyer.

    采购订单由采购员下达和取消。

    → Ask a buyer.
    → 请联系采购员办理。
    """

    clause = "4.1.2.3"
    attempt = True


class OrderExists(Refusal):
    """An order is placed once.

    采购订单只下达一次。

    → Place a further order under a new number.
    → 请以新单号下达订单。
    """

    clause = CLAUSE_ORDER


class NotAsAwarded(Refusal):
    """An order follows the award: same requisition, same supplier, at the prices quoted.

    订单须与定标结果一致：同一采购申请、同一供应商、按所报价格。

    → Order what was awarded, or award anew.
    → 请按定标结果下单，或重新定标。
    """

    clause = "4.1.2.4"


class OverApprovedAmount(Refusal):
    """An order may not exceed the approved amount by more than the policy's tolerance without a new approval.

    订单金额超出批准金额的幅度不得超过制度容差，否则须重新审批。

    → Have the requester revise the requisition to the new amount; order once it is approved.
    → 请申请人按新金额修改采购申请，批准后再下单。
    """

    clause = CLAUSE_ORDER
    attempt = True


class QuotesRequired(Refusal):
    """Above the policy's amount nothing is ordered without a request for quotation.

    超过制度规定金额的采购须经询价后下单。

    → Open a request for quotation for the requisition.
    → 请就该采购申请发起询价。
    """

    clause = "4.1.2.3"


class OrderNotOpen(Refusal):
    """Goods arrive for, and the rest is cancelled of, an order that is open.

    仅对未结的订单可以收货或取消剩余部分。

    → Look at where the order stands.
    → 请查看订单状态。
    """

    clause = CLAUSE_ORDER


class ExceptionUnsettled(Refusal):
    """An order in 待处理 is not closed or cancelled until every exception is settled.

    处于待处理状态的订单，在异常全部处理完毕前不得关闭或取消。

    → Settle the exception first: return, exchange, or acceptance with a reason.
    → 请先处理异常：退货、换货或说明理由后接收。
    """

    clause = "4.1.3.3"


class ArrivalUnchecked(Refusal):
    """An order is not cancelled while goods that arrived for it are unchecked.

    到货尚未验收的订单不得取消。

    → Check the goods first.
    → 请先完成验收。
    """

    clause = "4.1.3.1"
