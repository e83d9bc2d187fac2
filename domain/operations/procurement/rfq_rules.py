"""What a request for quotation refuses 询价规则."""

from domain.kernel import Refusal

CLAUSE_RFQ, CLAUSE_AWARD = "4.1.2.3", "4.1.2.4"


class QuotesByBuyer(Refusal):
    """Quotes are requested and recorded by a buyer.

    询价由采购员办理。

    → Ask a buyer.
    → 请联系采购员办理。
    """

    clause = CLAUSE_RFQ
    attempt = True


class RfqExists(Refusal):
    """A request for quotation is opened once.

    询价单只发起一次。

    → Invite further suppliers to it, or open a new one under a new number.
    → 请在原询价单中增加供应商，或以新单号发起询价。
    """

    clause = CLAUSE_RFQ


class RfqNotOpen(Refusal):
    """Quotes, samples and awards belong to a request that is open.

    仅对进行中的询价单可以登记报价、样品测试或定标。

    → Look at where the request stands; revoke its award or open a new one.
    → 请查看询价单状态；可撤销定标或重新发起询价。
    """

    clause = CLAUSE_RFQ


class RequisitionNotApproved(Refusal):
    """Quotes are requested for an approved requisition that is not on order.

    仅对已批准且尚未下单的采购申请询价、定标和下单。

    → Wait for its approval, or look at the order that stands for it.
    → 请等待采购申请批准，或查看已有订单。
    """

    clause = CLAUSE_RFQ


class RequisitionChangedSince(Refusal):
    """What is awarded and ordered is what the requisition now asks for.

    定标和下单的内容须与采购申请的现有内容一致。

    → Cancel this request and open a new one for the requisition as it stands.
    → 请取消本询价单，并按现有采购申请重新询价。
    """

    clause = CLAUSE_RFQ


class TooFewSuppliers(Refusal):
    """Quotes are requested from at least as many qualified suppliers of the category as the policy says.

    须向不少于制度规定数量的同类别合格供应商询价。

    → Name more suppliers of the register, or have suppliers qualified first.
    → 请增加名录内供应商，或先办理供应商准入。
    """

    clause = CLAUSE_RFQ


class SupplierNotQualified(Refusal):
    """New business goes to qualified suppliers of the category only.

    新的询价与订单仅限该类别的合格供应商。

    → Choose a supplier of the register, or have this one qualified first.
    → 请选择名录内供应商，或先为其办理准入。
    """

    clause = "4.1.2.1"


class SupplierBelowMinimum(Refusal):
    """A supplier whose yearly score was below the minimum gets no new business.

    年度评分低于淘汰线的供应商不得获得新的询价与订单。

    → Choose another supplier; this one may be proposed and qualified again.
    → 请选择其他供应商；该供应商须重新推荐并准入。
    """

    clause = "4.1.2.2"


class EvaluationMissing(Refusal):
    """A supplier whose yearly evaluation is overdue gets no new business.

    年度评估逾期的供应商不得获得新的询价与订单。

    → Evaluate the supplier first.
    → 请先完成该供应商的年度评估。
    """

    clause = "4.1.2.2"


class SupplierNotInvited(Refusal):
    """Only a supplier that was asked can quote, and is asked once.

    仅受邀供应商可以报价，且只邀请一次。

    → Invite the supplier first, or look at the invitation that stands.
    → 请先邀请该供应商，或查看已有邀请。
    """

    clause = CLAUSE_RFQ


class QuoteIncomplete(Refusal):
    """A quote gives every line of the request exactly one price.

    报价须对询价单的每一行各给出一个价格。

    → Fill in the lines that are missing, and each line once.
    → 请补齐缺少的行，每行只填一次。
    """

    clause = CLAUSE_RFQ


class QuoteNotValid(Refusal):
    """A quote is valid on the day it is recorded, awarded and ordered on.

    报价在登记、定标和下单之日须有效。

    → Ask the supplier to renew the quote, and record it as revised.
    → 请供应商延长报价有效期，并登记修订报价。
    """

    clause = CLAUSE_RFQ


class QuotingStillOpen(Refusal):
    """An award waits until everybody asked has answered or the time to quote is over.

    须待全部受邀供应商答复或报价期限届满后方可定标。

    → Wait, or record who declined.
    → 请等待，或登记放弃报价的供应商。
    """

    clause = CLAUSE_RFQ


class NoSuchQuote(Refusal):
    """Awarded is a supplier that quoted.

    定标对象须为已报价的供应商。

    → Choose a supplier whose quote is on record.
    → 请选择已登记报价的供应商。
    """

    clause = CLAUSE_AWARD


class TooFewQuotes(Refusal):
    """With fewer quotes than the policy asks for, an award is an exception.

    有效报价数少于制度规定的，定标须作例外处理。

    → Invite further suppliers, or propose an exception to the authority of the amount.
    → 请增加询价供应商，或向相应审批权限提出例外。
    """

    clause = CLAUSE_RFQ


class BetterServiceOrBrand(Refusal):
    """Between quotes that lie within the policy's margin, the better service or brand is taken, and named.

    报价差异在制度规定范围内的，选择服务或品牌更优者，并写明依据。

    → Choose among the similar quotes by better_service or better_brand, or propose an exception.
    → 请在相近报价中按服务或品牌更优选择，或提出例外。
    """

    clause = CLAUSE_AWARD


class SampleTestFirst(Refusal):
    """Where quotes lie further apart than the policy's margin, samples are tested before the award.

    报价差异较大的，定标前须组织样品测试。

    → Have the technical or the using department test samples, or propose an exception.
    → 请由技术部门或使用部门测试样品，或提出例外。
    """

    clause = CLAUSE_AWARD


class AwardFollowsTest(Refusal):
    """After a sample test the award goes to whom the test points to.

    样品测试后，定标须依测试结果。

    → Award the supplier the test points to, or propose an exception.
    → 请按测试结果定标，或提出例外。
    """

    clause = CLAUSE_AWARD


class SampleTestedByDepartment(Refusal):
    """Samples are tested by the technical department or the using department, not by who buys.

    样品由技术部门或使用部门测试，采购经办人不得自行测试。

    → Ask IT or a colleague of the requesting department.
    → 请由信息技术部门或申请部门同事测试。
    """

    clause = CLAUSE_AWARD
    attempt = True


class ExceptionNotApproved(Refusal):
    """An award that follows neither path needs an exception, approved for that quote by the authority of the amount.

    不属于两种情形的定标，须由相应金额的审批权限对该报价批准例外。

    → Propose the exception for this supplier and wait for its approval.
    → 请就该供应商提出例外并等待批准。
    """

    clause = CLAUSE_AWARD
    attempt = True


class AwardIsOnOrder(Refusal):
    """An award that is on order stands.

    已下单的定标不得撤销。

    → Cancel the order first.
    → 请先取消订单。
    """

    clause = CLAUSE_AWARD
