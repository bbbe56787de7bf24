"""How the contract calls sales documents and their parts, and the order of their elements. Notation: wire.py."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.inventory import QuantityType
from bridge.domain.sales_document import SalesDocumentType
from bridge.gp import wire
from bridge.gp.wire import Table

_HEADER = """
    Extensions Key Type* Date* FreightAmount MiscellaneousAmount TaxAmount TradeDiscount DiscountAmount CustomerName
    CustomerPONumber UPSZone MasterNumber* Reference CommissionAmount ExchangeRate* ExchangeDate* RequestedShipDate*
    Comment TaxExemptNumber1 TaxExemptNumber2 TaxRegistrationNumber FreightTaxBasis* MiscellaneousTaxBasis*
    FreightTaxAmount MiscellaneousTaxAmount Note TransactionState* TaxScheduleKey FreightTaxScheduleKey
    MiscellaneousTaxScheduleKey LineTotalAmount TotalAmount CreatedBy CreatedDate* ModifiedDate* LastModifiedDate*
    CommissionBasedOn* CommissionSaleAmount ActualShipDate* FulfillDate* QuoteDate* AuditTrailCode IsIntrastatDocument*
    IsVoided* ShipCompleteOnly* FrontOfficeIntegrationId IntegrationSource* IntegrationId InvoiceDate* BackorderDate*
    ReturnDate* OriginalSalesDocumentKey OriginalSalesDocumentType DocumentTypeKey ShippingMethodKey WarehouseKey
    CustomerKey SalesTerritoryKey SalespersonKey BatchKey BillToAddressKey ShipToAddressKey PaymentTermsKey CurrencyKey
    CommentKey PriceLevelKey ShipToAddress UserDefined Commissions ProcessHolds Taxes FreightTaxes MiscellaneousTaxes
    TrackingNumbers PaymentAmount
"""
_LINE = """
    Extensions Key UnitPrice TotalAmount Quantity Discount UnitCost ItemDescription IsNonInventory* IsDropShip*
    RequestedShipDate* Comment UofM DeleteOnUpdate* ExtendedCost ItemTaxScheduleKey TaxBasis* TaxAmount TaxScheduleKey
    CostOfSalesGLAccountKey DamagedGLAccountKey InServiceGLAccountKey InUseGLAccountKey InventoryGLAccountKey
    DiscountGLAccountKey ReturnsGLAccountKey SalesGLAccountKey FrontOfficeIntegrationId IntegrationSource* IntegrationId
    WarehouseKey ItemKey ShippingMethodKey SalesTerritoryKey SalespersonKey CommentKey PriceLevelKey ShipToAddressKey
    ShipToAddress Taxes
"""
_PARTS = "Components Serials Lots Bins"


@dataclass(frozen=True, slots=True)
class Shape:
    """What one kind of document has of its own. `rest` is what of a line's quantity is neither cancelled nor owed."""

    name: str
    fields: Table
    line_fields: Table
    rest: str = ""

    @property
    def argument(self) -> str:
        """What an operation calls the document it takes."""
        return self.name[0].lower() + self.name[1:]

    @property
    def line(self) -> str:
        return f"{self.name}Line"


SHAPES = {
    SalesDocumentType.ORDER: Shape(
        "SalesOrder",
        wire.table(
            f"{_HEADER} DepositAmount ShippingProcessStatus* IsRepeating* DocumentFrequency* TimesToRepeat*"
            " DaysToIncrement* WorkflowPriority* Lines Payments Workflows"
        ),
        wire.table(
            f"{_LINE} QuantityToBackorder QuantityToInvoice QuantityCanceled QuantityFulfilled QuantityAllocated"
            f" FulfillDate* ActualShipDate* {_PARTS}"
        ),
        "QuantityToInvoice",
    ),
    SalesDocumentType.INVOICE: Shape(
        "SalesInvoice",
        wire.table(
            f"{_HEADER} DepositAmount Terms GeneralLedgerPostingDate* PostedDate* PostedBy IsDirectDebit*"
            " WorkflowPriority* Lines Payments Distributions Workflows"
        ),
        wire.table(
            f"{_LINE} QuantityToBackorder QuantityCanceled QuantityFulfilled BillingQuantity ActualShipDate*"
            f" QuantityAllocated FulfillDate* {_PARTS}"
        ),
        "BillingQuantity",
    ),
    SalesDocumentType.RETURN: Shape(
        "SalesReturn",
        wire.table(
            f"{_HEADER} TermsDiscountReturnedAmount GeneralLedgerPostingDate* PostedDate* PostedBy Lines Payments"
            " Distributions"
        ),
        wire.table(f"{_LINE} ReturnQuantity {_PARTS}"),
    ),
}
TRACKING_NUMBER = wire.table("Extensions Key DeleteOnUpdate*")
PROCESS_HOLD = wire.table("""
    Extensions Key Description Password IsTransferHold* IsPostHold* IsFulfillHold* IsPrintHold* HoldDateTime* User
    DeleteOnUpdate* IsDeleted*
""")
_TRACKED = "Extensions Bin DateReceived* DateSequenceNumber* UnitCost IsPosted* DeleteOnUpdate*"
LOT = wire.table(f"{_TRACKED} LotNumber Quantity ManufacturedDate* ExpirationDate* UserDate* Key")
SERIAL = wire.table(f"{_TRACKED} SerialNumber Key")
CRITERIA = wire.table("""
    TransactionState DocumentId Date CustomerId CustomerName CustomerPONumber BatchId DocumentTypeId SalespersonId
    MasterNumber ModifiedDate LastModifiedDate CreatedDate Scope Type
""")
RETURN_QUANTITIES = {
    QuantityType.ON_HAND: "OnHandQuantity",
    QuantityType.RETURNED: "ReturnedQuantity",
    QuantityType.IN_USE: "InUseQuantity",
    QuantityType.IN_SERVICE: "InServiceQuantity",
    QuantityType.DAMAGED: "DamagedQuantity",
}
