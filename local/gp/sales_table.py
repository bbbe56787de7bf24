"""Elements of a sales order and of everything in it, in the order in which GP reads and writes them.

Source: the WSDL and schemas that GP's legacy web service publishes about itself (GP 10 to 18, same types).
Notation: see contract.py.
"""

SALES = """
BusinessObject
    Extensions:ExtensionList?
SalesDocument < BusinessObject
    Key:SalesDocumentKey? Type:SalesDocumentType~ Date:dateTime~ FreightAmount:MoneyAmount?
    MiscellaneousAmount:MoneyAmount? TaxAmount:MoneyAmount? TradeDiscount:MoneyPercentChoice?
    DiscountAmount:MoneyAmount? CustomerName:string? CustomerPONumber:string? UPSZone:string? MasterNumber:int~
    Reference:string? CommissionAmount:MoneyAmount? ExchangeRate:decimal~ ExchangeDate:dateTime~
    RequestedShipDate:dateTime~ Comment:string? TaxExemptNumber1:string? TaxExemptNumber2:string?
    TaxRegistrationNumber:string? FreightTaxBasis:SalesTaxBasis~ MiscellaneousTaxBasis:SalesTaxBasis~
    FreightTaxAmount:MoneyAmount? MiscellaneousTaxAmount:MoneyAmount? Note:string?
    TransactionState:SalesTransactionState~ TaxScheduleKey:TaxScheduleKey? FreightTaxScheduleKey:TaxScheduleKey?
    MiscellaneousTaxScheduleKey:TaxScheduleKey? LineTotalAmount:MoneyAmount? TotalAmount:MoneyAmount?
    CreatedBy:string? CreatedDate:dateTime~ ModifiedDate:dateTime~ LastModifiedDate:dateTime~
    CommissionBasedOn:CommissionBasedOn~ CommissionSaleAmount:MoneyAmount? ActualShipDate:dateTime~
    FulfillDate:dateTime~ QuoteDate:dateTime~ AuditTrailCode:string? IsIntrastatDocument:boolean~
    IsVoided:boolean~ ShipCompleteOnly:boolean~ FrontOfficeIntegrationId:string? IntegrationSource:int~
    IntegrationId:string? InvoiceDate:dateTime~ BackorderDate:dateTime~ ReturnDate:dateTime~
    OriginalSalesDocumentKey:SalesDocumentKey? OriginalSalesDocumentType:string?
    DocumentTypeKey:SalesDocumentTypeKey? ShippingMethodKey:ShippingMethodKey? WarehouseKey:WarehouseKey?
    CustomerKey:CustomerKey? SalesTerritoryKey:SalesTerritoryKey? SalespersonKey:SalespersonKey?
    BatchKey:BatchKey? BillToAddressKey:CustomerAddressKey? ShipToAddressKey:CustomerAddressKey?
    PaymentTermsKey:PaymentTermsKey? CurrencyKey:CurrencyKey? CommentKey:CommentKey?
    PriceLevelKey:PriceLevelKey? ShipToAddress:BusinessAddress? UserDefined:SalesUserDefined?
    Commissions:ArrayOfSalesCommission? ProcessHolds:ArrayOfSalesProcessHold? Taxes:ArrayOfSalesDocumentTax?
    FreightTaxes:ArrayOfSalesDocumentTax? MiscellaneousTaxes:ArrayOfSalesDocumentTax?
    TrackingNumbers:ArrayOfSalesTrackingNumber?
SalesOrder < SalesDocument
    PaymentAmount:MoneyAmount? DepositAmount:MoneyAmount? ShippingProcessStatus:ShippingProcessStatus~
    IsRepeating:boolean~ DocumentFrequency:Frequency~ TimesToRepeat:int~ DaysToIncrement:int~
    WorkflowPriority:WorkflowPriority~ Lines:ArrayOfSalesOrderLine? Payments:ArrayOfSalesPayment?
    Workflows:ArrayOfWorkflow?
ExtensionList
    Extension:Extension*
Extension
    DocExtension:inline?
CompanyKey
    Id:int
MoneyAmount
    Currency:string? Value:decimal DecimalDigits:int
MoneyPercentChoice
    Amount:MoneyAmount| Percent:Percent|
Percent
    Value:decimal DecimalDigits:int
GreatPlainsKey
    CompanyKey:CompanyKey?
SalesDocumentTypeKey < GreatPlainsKey
    Type:SalesDocumentType Id:string?
BatchKey < GreatPlainsKey
    Source:string? Id:string? CreatedDateTime:dateTime
CustomerAddressKey < GreatPlainsKey
    CustomerKey:CustomerKey? Id:string?
CurrencyKey < GreatPlainsKey
    ISOCode:string?
AddressBase < BusinessObject
    Line1:string? Line2:string? Line3:string? City:string? State:string? PostalCode:string?
Address < AddressBase
    CountryRegion:string? Phone1:PhoneNumber? Phone2:PhoneNumber? Phone3:PhoneNumber? Fax:PhoneNumber?
InternationalAddress < Address
    CountryRegionCodeKey:CountryRegionCodeKey?
BusinessAddress < InternationalAddress
    Name:string? ContactPerson:string?
PhoneNumber
    Value:string? CountryCode:string? Extension:string?
SalesUserDefined
    Date01:dateTime~ Date02:dateTime~ List01:string? List02:string? List03:string? Text01:string? Text02:string?
    Text03:string? Text04:string? Text05:string?
SalesCommission < BusinessObject
    Key:SalesCommissionKey? SalespersonKey:SalespersonKey? SalesTerritoryKey:SalesTerritoryKey?
    CommissionPercent:Percent? CommissionAmount:MoneyAmount? PercentOfSale:Percent?
    CommissionSaleAmount:MoneyAmount? NoncommissionedAmount:MoneyAmount? SalesAmount:MoneyAmount?
SalesCommissionKey < GreatPlainsKey
    SalesDocumentKey:SalesDocumentKey? SequenceNumber:int
SalesProcessHold < BusinessObject
    Key:SalesProcessHoldKey? Description:string? Password:string? IsTransferHold:boolean~ IsPostHold:boolean~
    IsFulfillHold:boolean~ IsPrintHold:boolean~ HoldDateTime:dateTime~ User:string? DeleteOnUpdate:boolean~
    IsDeleted:boolean~
SalesProcessHoldKey < GreatPlainsKey
    SalesDocumentKey:SalesDocumentKey? SalesProcessHoldSetupKey:SalesProcessHoldSetupKey?
Tax < BusinessObject
    TaxAmount:MoneyAmount? TotalAmount:MoneyAmount? TaxableAmount:MoneyAmount? IsBackoutTax:boolean~
SalesTax < Tax
    GLAccountKey:GLAccountNumberKey? IsTaxableTax:boolean~ TotalTaxPotentialAmount:MoneyAmount?
SalesDocumentTax < SalesTax
    Key:SalesDocumentTaxKey?
GLAccountNumberKey < GreatPlainsKey
    Id:string? IsEncrypted:boolean
SalesDocumentTaxKey < GreatPlainsKey
    SalesDocumentKey:SalesDocumentKey? SequenceNumber:int TaxDetailKey:TaxDetailKey?
SalesTrackingNumber < BusinessObject
    Key:SalesTrackingNumberKey? DeleteOnUpdate:boolean~
SalesTrackingNumberKey < GreatPlainsKey
    SalesDocumentKey:SalesDocumentKey? Id:string?
SalesLine < BusinessObject
    Key:SalesLineKey? UnitPrice:MoneyAmount? TotalAmount:MoneyAmount? Quantity:Quantity?
    Discount:MoneyPercentChoice? UnitCost:MoneyAmount? ItemDescription:string? IsNonInventory:boolean~
    IsDropShip:boolean~ RequestedShipDate:dateTime~ Comment:string? UofM:string? DeleteOnUpdate:boolean~
    ExtendedCost:MoneyAmount? ItemTaxScheduleKey:TaxScheduleKey? TaxBasis:SalesTaxBasis~ TaxAmount:MoneyAmount?
    TaxScheduleKey:TaxScheduleKey? CostOfSalesGLAccountKey:GLAccountNumberKey?
    DamagedGLAccountKey:GLAccountNumberKey? InServiceGLAccountKey:GLAccountNumberKey?
    InUseGLAccountKey:GLAccountNumberKey? InventoryGLAccountKey:GLAccountNumberKey?
    DiscountGLAccountKey:GLAccountNumberKey? ReturnsGLAccountKey:GLAccountNumberKey?
    SalesGLAccountKey:GLAccountNumberKey? FrontOfficeIntegrationId:string? IntegrationSource:int~
    IntegrationId:string? WarehouseKey:WarehouseKey? ItemKey:ItemKey? ShippingMethodKey:ShippingMethodKey?
    SalesTerritoryKey:SalesTerritoryKey? SalespersonKey:SalespersonKey? CommentKey:CommentKey?
    PriceLevelKey:PriceLevelKey? ShipToAddressKey:CustomerAddressKey? ShipToAddress:BusinessAddress?
    Taxes:ArrayOfSalesLineTax?
SalesOrderLine < SalesLine
    QuantityToBackorder:Quantity? QuantityToInvoice:Quantity? QuantityCanceled:Quantity?
    QuantityFulfilled:Quantity? QuantityAllocated:Quantity? FulfillDate:dateTime~ ActualShipDate:dateTime~
    Components:ArrayOfSalesOrderComponent? Serials:ArrayOfSalesLineSerial? Lots:ArrayOfSalesLineLot?
    Bins:ArrayOfSalesLineBin?
SalesLineKey < GreatPlainsKey
    SalesDocumentKey:SalesDocumentKey? LineSequenceNumber:int
Quantity
    Value:decimal DecimalDigits:int
SalesLineTax < SalesTax
    Key:SalesLineTaxKey?
SalesLineTaxKey < GreatPlainsKey
    SalesLineKey:SalesLineKey? TaxDetailKey:TaxDetailKey?
SalesComponent < BusinessObject
    Key:SalesComponentKey? Quantity:Quantity? UnitCost:MoneyAmount? ItemDescription:string?
    IsNonInventory:boolean~ UofM:string? DeleteOnUpdate:boolean~ ExtendedCost:MoneyAmount?
    CostOfSalesGLAccountKey:GLAccountNumberKey? DamagedGLAccountKey:GLAccountNumberKey?
    InServiceGLAccountKey:GLAccountNumberKey? InUseGLAccountKey:GLAccountNumberKey?
    InventoryGLAccountKey:GLAccountNumberKey? DiscountGLAccountKey:GLAccountNumberKey?
    ReturnsGLAccountKey:GLAccountNumberKey? SalesGLAccountKey:GLAccountNumberKey? WarehouseKey:WarehouseKey?
    ItemKey:ItemKey?
SalesOrderComponent < SalesComponent
    QuantityToBackorder:Quantity? QuantityToInvoice:Quantity? QuantityCanceled:Quantity?
    QuantityFulfilled:Quantity? QuantityAllocated:Quantity? Serials:ArrayOfSalesComponentSerial?
    Lots:ArrayOfSalesComponentLot? Bins:ArrayOfSalesComponentBin?
SalesComponentKey < GreatPlainsKey
    SalesLineKey:SalesLineKey? ComponentSequenceNumber:int
SalesSerialLotBase < BusinessObject
    Bin:string? DateReceived:dateTime~ DateSequenceNumber:decimal~ UnitCost:MoneyAmount? IsPosted:boolean~
SalesSerialLot < SalesSerialLotBase
    DeleteOnUpdate:boolean~
SalesSerial < SalesSerialLot
    SerialNumber:string?
SalesComponentSerial < SalesSerial
    Key:SalesComponentSerialKey?
SalesComponentSerialKey < GreatPlainsKey
    SalesComponentKey:SalesComponentKey? QuantityType:QuantityType SequenceNumber:int
SalesLot < SalesSerialLot
    LotNumber:string? Quantity:Quantity? ManufacturedDate:dateTime~ ExpirationDate:dateTime~ UserDate:dateTime~
SalesComponentLot < SalesLot
    Key:SalesComponentLotKey?
SalesComponentLotKey < GreatPlainsKey
    SalesComponentKey:SalesComponentKey? QuantityType:QuantityType SequenceNumber:int
SalesBin < BusinessObject
    Bin:string? QuantityType:QuantityType Quantity:Quantity?
SalesComponentBin < SalesBin
    Key:SalesComponentBinKey?
SalesComponentBinKey < GreatPlainsKey
    SalesComponentKey:SalesComponentKey? SequenceNumber:int
SalesLineSerial < SalesSerial
    Key:SalesLineSerialKey?
SalesLineSerialKey < GreatPlainsKey
    SalesLineKey:SalesLineKey? QuantityType:QuantityType SequenceNumber:int
SalesLineLot < SalesLot
    Key:SalesLineLotKey?
SalesLineLotKey < GreatPlainsKey
    SalesLineKey:SalesLineKey? QuantityType:QuantityType SequenceNumber:int
SalesLineBin < SalesBin
    Key:SalesLineBinKey?
SalesLineBinKey < GreatPlainsKey
    SalesLineKey:SalesLineKey? SequenceNumber:int
SalesPayment < BusinessObject
    Key:SalesPaymentKey? IsProcessElectronically:boolean~ Date:dateTime~ PaymentAmount:MoneyAmount?
    BankAccountKey:BankAccountKey? PaymentCardTypeKey:PaymentCardTypeKey? CheckNumber:string?
    PaymentCardNumber:string? AuthorizationCode:string? ExpirationDate:dateTime~ Type:SalesPaymentType~
    Number:string? DeleteOnUpdate:boolean~ AuditTrailCode:string? CurrencyKey:CurrencyKey?
SalesPaymentKey < GreatPlainsKey
    SalesDocumentKey:SalesDocumentKey? SequenceNumber:int
Workflow < BusinessObject
"""

# Keys that hold a company and an Id of characters, nothing else.
PLAIN_KEYS = """
    BankAccountKey CommentKey CompanyAddressKey CountryRegionCodeKey CustomerClassKey CustomerKey ItemClassKey
    ItemKey LotCategoryKey PaymentCardTypeKey PaymentTermsKey PriceLevelKey RateTypeKey SalesDocumentKey
    SalesProcessHoldSetupKey SalesTerritoryKey SalespersonKey ShippingMethodKey TaxDetailKey TaxScheduleKey
    UofMScheduleKey VendorKey WarehouseKey
"""
