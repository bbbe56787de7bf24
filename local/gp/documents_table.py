"""Elements of invoices and returns, batches and shipping methods, and the operations on sales documents.

Source: the WSDL and schemas that GP's legacy web service publishes about itself (GP 10 to 18, same types); widths from
GP's SQL schema. Notation: see contract.py.
"""

from __future__ import annotations

DOCUMENTS = """
SalesInvoice < SalesDocument
    PaymentAmount:MoneyAmount? DepositAmount:MoneyAmount? Terms:SalesTerms? GeneralLedgerPostingDate:dateTime~
    PostedDate:dateTime~ PostedBy:string? IsDirectDebit:boolean~ WorkflowPriority:WorkflowPriority~
    Lines:ArrayOfSalesInvoiceLine? Payments:ArrayOfSalesPayment? Distributions:ArrayOfSalesDistribution?
    Workflows:ArrayOfWorkflow?
SalesReturn < SalesDocument
    PaymentAmount:MoneyAmount? TermsDiscountReturnedAmount:MoneyAmount? GeneralLedgerPostingDate:dateTime~
    PostedDate:dateTime~ PostedBy:string? Lines:ArrayOfSalesReturnLine? Payments:ArrayOfSalesPayment?
    Distributions:ArrayOfSalesDistribution?
SalesInvoiceLine < SalesLine
    QuantityToBackorder:Quantity? QuantityCanceled:Quantity? QuantityFulfilled:Quantity? BillingQuantity:Quantity?
    ActualShipDate:dateTime~ QuantityAllocated:Quantity? FulfillDate:dateTime~
    Components:ArrayOfSalesInvoiceComponent? Serials:ArrayOfSalesLineSerial? Lots:ArrayOfSalesLineLot?
    Bins:ArrayOfSalesLineBin?
SalesReturnLine < SalesLine
    ReturnQuantity:SalesReturnQuantities? Components:ArrayOfSalesReturnComponent? Serials:ArrayOfSalesLineSerial?
    Lots:ArrayOfSalesLineLot? Bins:ArrayOfSalesLineBin?
SalesInvoiceComponent < SalesComponent
    QuantityToBackorder:Quantity? QuantityCanceled:Quantity? QuantityFulfilled:Quantity? BillingQuantity:Quantity?
    QuantityAllocated:Quantity? Serials:ArrayOfSalesComponentSerial? Lots:ArrayOfSalesComponentLot?
    Bins:ArrayOfSalesComponentBin?
SalesReturnComponent < SalesComponent
    ReturnQuantity:SalesReturnQuantities? Serials:ArrayOfSalesComponentSerial? Lots:ArrayOfSalesComponentLot?
    Bins:ArrayOfSalesComponentBin?
SalesReturnQuantities
    OnHandQuantity:Quantity? ReturnedQuantity:Quantity? InUseQuantity:Quantity? InServiceQuantity:Quantity?
    DamagedQuantity:Quantity?
Terms
    Discount:MoneyPercentChoice? DiscountAvailableAmount:MoneyAmount? DueDate:dateTime~ DiscountDate:dateTime~
SalesTerms < Terms
    DiscountTakenAmount:MoneyAmount?
Distribution < BusinessObject
    DistributionTypeKey:DistributionTypeKey? Reference:string? GLAccountKey:GLAccountNumberKey?
    DebitAmount:Amount? CreditAmount:Amount?
SalesDistribution < Distribution
    Key:SalesDistributionKey? IsPosted:boolean~
SalesDistributionKey < GreatPlainsKey
    SalesDocumentKey:SalesDocumentKey? SequenceNumber:int
DistributionTypeKey < GreatPlainsKey
    Id:int
Amount
SalesInvoiceCriteria < SalesDocumentCriteriaBase
SalesReturnCriteria < SalesDocumentCriteriaBase
SalesDocumentCriteria < SalesDocumentCriteriaBase
    Type:ListRestrictionOfNullableOfSalesDocumentType?
SalesInvoiceSummary < SalesDocumentSummaryBase
SalesReturnSummary < SalesDocumentSummaryBase
SalesDocumentSummary < SalesDocumentSummaryBase
    Type:SalesDocumentType~
ShippingMethod < BusinessObject
    Key:ShippingMethodKey? Description:string? PhoneNumber:PhoneNumber? Contact:string? CarrierAccount:string?
    Carrier:string? Type:ShippingMethodType~ ModifiedBy:string? CreatedDate:dateTime~ ModifiedDate:dateTime~
ShippingMethodCriteria
    Id:LikeRestrictionOfString? CreatedDate:BetweenRestrictionOfNullableOfDateTime?
    ModifiedDate:BetweenRestrictionOfNullableOfDateTime?
Batch < BusinessObject
    Key:BatchKey? NumberOfTransactions:int~ Frequency:PostingFrequency~ RecurringLastPostedDate:dateTime~
    NumberOfPostings:int~ Comment:string? Total:MoneyAmount? CurrencyKey:CurrencyKey?
    ControlNumberOfTransactions:int~ ControlTotal:MoneyAmount? GeneralLedgerPostedDate:dateTime~
    BankAccountKey:BankAccountKey? WorkflowPriority:WorkflowPriority~ Workflows:ArrayOfWorkflow?
BatchCriteria
    Id:LikeRestrictionOfString? Source:LikeRestrictionOfString?
"""

DOCUMENT_ENUMERATIONS = """
ShippingMethodType = Pickup | Delivery
PostingFrequency = Single Use | Weekly | Biweekly | Semimonthly | Monthly | Bimonthly | Quarterly | Miscellaneous
"""

DOCUMENT_LENGTHS = """
Distribution.Reference 30 31   SalesInvoice.PostedBy 15 15   SalesReturn.PostedBy 15 15
ShippingMethod.Description 30 31   ShippingMethod.Contact 60 61   Batch.Comment 60 61
"""

_WRITE = "context:Context? policy:Policy?"


def _operations_of(name: str, element: str) -> dict[str, tuple[str, str]]:
    """What can be done to a kind of sales document: parameters before the context and after it, and the result."""
    return {
        f"Create{name}": (f"{element}:{name}? {_WRITE}", ""),
        f"Update{name}": (f"{element}:{name}? {_WRITE}", ""),
        f"Void{name}": (f"key:SalesDocumentKey? {_WRITE}", ""),
        f"Get{name}ByKey": ("key:SalesDocumentKey? context:Context?", name),
        f"Get{name}List": (f"criteria:{name}Criteria? context:Context?", f"ArrayOf{name}Summary"),
    }


DOCUMENT_OPERATIONS = {
    **_operations_of("SalesOrder", "salesOrder"),
    "DeleteSalesOrder": (f"key:SalesDocumentKey? {_WRITE}", ""),
    **_operations_of("SalesInvoice", "salesInvoice"),
    **_operations_of("SalesReturn", "salesReturn"),
    "GetSalesDocumentList": ("criteria:SalesDocumentCriteria? context:Context?", "ArrayOfSalesDocumentSummary"),
    "GetBatchByKey": ("key:BatchKey? context:Context?", "Batch"),
    "GetBatchList": ("criteria:BatchCriteria? context:Context?", "ArrayOfBatch"),
    "GetShippingMethodByKey": ("key:ShippingMethodKey? context:Context?", "ShippingMethod"),
    "GetShippingMethodList": ("criteria:ShippingMethodCriteria? context:Context?", "ArrayOfShippingMethod"),
}
