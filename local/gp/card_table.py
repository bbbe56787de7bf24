"""Elements of contexts, policies, criteria, cards (customer, item, site, company) and logged exceptions.

Source: the WSDL and schemas that GP's legacy web service publishes about itself (GP 10 to 18, same types).
Notation: see contract.py.
"""

CARDS = """
Context
    WorkOnBehalfOf:string? OrganizationKey:OrganizationKey? CultureName:string? CurrencyType:CurrencyType
    RoleKey:RoleKey?
OrganizationKey
RoleKey
    Id:string?
Policy
    Key:PolicyKey? Behaviors:ArrayOfBehavior? Name:string? RootBusinessObjectName:string?
PolicyKey
    Id:guid
Behavior
    Key:BehaviorKey? Name:string? Description:string? Internal:boolean~ Options:ArrayOfBehaviorOption?
    SelectedOption:BehaviorOption?
BehaviorKey
    PolicyKey:PolicyKey? Id:guid
BehaviorOption
    Key:BehaviorOptionKey? Name:string? Description:string? Parameters:ArrayOfParameter?
BehaviorOptionKey
    BehaviorKey:BehaviorKey? Id:int
Parameter
    Key:ParameterKey? Name:string? Value:string? Description:string?
ParameterKey
    BehaviorOptionKey:BehaviorOptionKey? Id:int
SalesDocumentCriteriaBase
    TransactionState:ListRestrictionOfNullableOfSalesTransactionState? DocumentId:LikeRestrictionOfString?
    Date:BetweenRestrictionOfNullableOfDateTime? CustomerId:LikeRestrictionOfString?
    CustomerName:LikeRestrictionOfString? CustomerPONumber:LikeRestrictionOfString?
    BatchId:LikeRestrictionOfString? DocumentTypeId:LikeRestrictionOfString?
    SalespersonId:LikeRestrictionOfString? MasterNumber:BetweenRestrictionOfNullableOfInt32?
    ModifiedDate:BetweenRestrictionOfNullableOfDateTime?
    LastModifiedDate:BetweenRestrictionOfNullableOfDateTime? CreatedDate:BetweenRestrictionOfNullableOfDateTime?
    Scope:SalesDocumentScope
SalesOrderCriteria < SalesDocumentCriteriaBase
SalesProcessHoldSetupCriteria
    Id:LikeRestrictionOfString? ModifiedDate:BetweenRestrictionOfNullableOfDateTime?
    CreatedDate:BetweenRestrictionOfNullableOfDateTime?
SalesProcessHoldSetup < BusinessObject
    Key:SalesProcessHoldSetupKey? Description:string? Password:string? IsTransferHold:boolean~ IsPostHold:boolean~
    IsFulfillHold:boolean~ IsPrintHold:boolean~ CreatedDate:dateTime~ ModifiedDate:dateTime~ CreatedBy:string?
CustomerCriteria
    Id:BetweenRestrictionOfString? Name:LikeRestrictionOfString? IsActive:RestrictionOfNullableOfBoolean?
    IsOnHold:RestrictionOfNullableOfBoolean? SalespersonId:LikeRestrictionOfString?
    ClassId:LikeRestrictionOfString? CorporateAccountId:LikeRestrictionOfString? State:LikeRestrictionOfString?
    PhoneNumber:LikeRestrictionOfString? CreatedDate:BetweenRestrictionOfNullableOfDateTime?
    ModifiedDate:BetweenRestrictionOfNullableOfDateTime?
    LastModifiedDate:BetweenRestrictionOfNullableOfDateTime? Scope:CustomerScope
ItemCriteriaBase
    ItemId:LikeRestrictionOfString? Description:LikeRestrictionOfString?
    ShortDescription:LikeRestrictionOfString? GenericDescription:LikeRestrictionOfString?
    ItemClassId:LikeRestrictionOfString? CreatedDate:BetweenRestrictionOfNullableOfDateTime?
    ModifiedDate:BetweenRestrictionOfNullableOfDateTime?
    LastModifiedDate:BetweenRestrictionOfNullableOfDateTime?
ItemCriteria < ItemCriteriaBase
    Type:ListRestrictionOfNullableOfItemType? IsDiscontinued:RestrictionOfNullableOfBoolean?
WarehouseCriteria
    WarehouseId:LikeRestrictionOfString? Description:LikeRestrictionOfString?
    AddressLine1:LikeRestrictionOfString? City:LikeRestrictionOfString? State:LikeRestrictionOfString?
    PostalCode:LikeRestrictionOfString? CountryRegion:LikeRestrictionOfString?
CompanyCriteria
    Id:BetweenRestrictionOfNullableOfInt32? Name:LikeRestrictionOfString?
    CreatedDate:BetweenRestrictionOfNullableOfDateTime? ModifiedDate:BetweenRestrictionOfNullableOfDateTime?
SalesDocumentSummaryBase
    DocumentTypeKey:SalesDocumentTypeKey? Key:SalesDocumentKey? MasterNumber:int~ CustomerKey:CustomerKey?
    CustomerPONumber:string? CustomerName:string? SalespersonKey:SalespersonKey? Date:dateTime~
    CurrencyKey:CurrencyKey? LineTotalAmount:MoneyAmount? TradeDiscountAmount:MoneyAmount?
    FreightAmount:MoneyAmount? MiscellaneousAmount:MoneyAmount? TaxAmount:MoneyAmount? TotalAmount:MoneyAmount?
    CreatedDate:dateTime~ ModifiedDate:dateTime~ LastModifiedDate:dateTime~
    TransactionState:SalesTransactionState~ BatchKey:BatchKey?
SalesOrderSummary < SalesDocumentSummaryBase
Customer < BusinessObject
    Key:CustomerKey? IsOnHold:boolean~ IsActive:boolean~ ShipCompleteOnly:boolean~ Name:string?
    Shortname:string? StatementName:string? ClassKey:CustomerClassKey? Priority:int~
    DefaultAddressKey:CustomerAddressKey? ShipToAddressKey:CustomerAddressKey?
    BillToAddressKey:CustomerAddressKey? StatementToAddressKey:CustomerAddressKey? Comment1:string?
    Comment2:string? TradeDiscountPercent:Percent? PaymentTermsKey:PaymentTermsKey? DiscountGracePeriod:int~
    DueDateGracePeriod:int~ PriceLevelKey:PriceLevelKey? Notes:string? BalanceType:BalanceType~
    FinanceCharge:MoneyPercentChoice? MinimumPayment:MoneyPercentChoice? CreditLimit:CustomerCreditLimit?
    MaximumWriteoff:MaximumWriteoff? AllowRevaluation:boolean~ PostResultsTo:ReceivablesPostResultsTo
    OrderFullfillmentShortageDefault:OrderFullfillmentShortage~ IncludeInDemandPlanning:boolean~
    PaymentCardAccount:PaymentCardAccount? BankName:string? BankBranch:string? UserLanguageKey:LanguageKey?
    TaxExemptNumbers:ArrayOfString? TaxRegistrationNumber:string? CurrencyKey:CurrencyKey?
    RateTypeKey:RateTypeKey? StatementCycle:StatementCycle~ HistoryOptions:HistoryOptions?
    SendEmailStatements:boolean~ BankAccountKey:BankAccountKey?
    DefaultCashAccountType:ReceivablesCashAccountType~ CashGLAccountKey:GLAccountNumberKey?
    AccountsReceivableGLAccountKey:GLAccountNumberKey? SalesGLAccountKey:GLAccountNumberKey?
    CostOfGoodsSoldGLAccountKey:GLAccountNumberKey? InventoryGLAccountKey:GLAccountNumberKey?
    PaymentTermsDiscountTakenGLAccountKey:GLAccountNumberKey?
    PaymentTermsDiscountAvailableGLAccountKey:GLAccountNumberKey? FinanceChargesGLAccountKey:GLAccountNumberKey?
    WriteoffGLAccountKey:GLAccountNumberKey? SalesOrderReturnsGLAccountKey:GLAccountNumberKey?
    OverpaymentWriteoffGLAccountKey:GLAccountNumberKey? StatementRecipients:EmailRecipients?
    CreatedDate:dateTime ModifiedDate:dateTime LastModifiedDate:dateTime CorporateAccountKey:CustomerKey?
    UserDefined1:string? UserDefined2:string? Addresses:ArrayOfCustomerAddress?
CustomerSummary
    Key:CustomerKey? Name:string? IsActive:boolean IsOnHold:boolean CustomerClassKey:CustomerClassKey?
    CorporateAccountKey:CustomerKey? SalespersonKey:SalespersonKey? State:string?
    PhoneNumbers:ArrayOfPhoneNumber? CreatedDate:dateTime ModifiedDate:dateTime LastModifiedDate:dateTime
Item < BusinessObject
    Key:ItemKey? Description:string? ShortDescription:string? GenericDescription:string? ClassKey:ItemClassKey?
    Type:ItemType~ SalesTaxBasis:SalesTaxBasis~ SalesTaxScheduleKey:TaxScheduleKey?
    UofMScheduleKey:UofMScheduleKey? ShippingWeight:decimal~ QuantityDecimalPlaces:QuantityDecimalPlaces~
    CurrencyDecimalPlaces:CurrencyDecimalPlaces~ PurchaseTaxBasis:PurchasingTaxBasis~
    PurchaseTaxScheduleKey:TaxScheduleKey? StandardCost:MoneyAmount? CurrentCost:MoneyAmount?
    SubstituteItem1Key:ItemKey? SubstituteItem2Key:ItemKey? IncludeInDemandPlanning:boolean~
    AllowBackOrder:boolean~ WarrantyDays:short~ ABCCode:ABCCode~ UserCategoryList1:string?
    UserCategoryList2:string? UserCategoryList3:string? UserCategoryList4:string? UserCategoryList5:string?
    UserCategoryList6:string? KeepCalendarYearHistory:boolean~ KeepFiscalYearHistory:boolean~
    KeepTransactionHistory:boolean~ KeepDistributionHistory:boolean~ InventoryGLAccountKey:GLAccountNumberKey?
    InventoryOffsetGLAccountKey:GLAccountNumberKey? CostofGoodsSoldGLAccountKey:GLAccountNumberKey?
    SalesGLAccountKey:GLAccountNumberKey? MarkdownGLAccountKey:GLAccountNumberKey?
    SalesReturnGLAccountKey:GLAccountNumberKey? InUseGLAccountKey:GLAccountNumberKey?
    InServiceGLAccountKey:GLAccountNumberKey? DamagedGLAccountKey:GLAccountNumberKey?
    VarianceGLAccountKey:GLAccountNumberKey? DropShipGLAccountKey:GLAccountNumberKey?
    PurchasePriceVarianceGLAccountKey:GLAccountNumberKey?
    UnrealizedPurchasePriceVarianceGLAccountKey:GLAccountNumberKey?
    InventoryReturnGLAccountKey:GLAccountNumberKey? AssemblyVarianceGLAccountKey:GLAccountNumberKey?
    PurchaseUofM:string? DefaultWarehouseKey:WarehouseKey? PriceMethod:PriceMethod~
    FunctionalCurrencyDecimalPlaces:CurrencyDecimalPlaces~ ModifiedDate:dateTime~ LastModifiedDate:dateTime~
    CreatedDate:dateTime~ IsDiscontinued:boolean~ DefaultPriceLevelKey:PriceLevelKey? DefaultSellingUofM:string?
    InternetAddresses:InternetAddresses?
InternetAddresses
    MessengerAddress:string? EmailToAddress:string? EmailCcAddress:string? EmailBccAddress:string?
    InternetField1:string? InternetField2:string? InternetField3:string? InternetField4:string?
    InternetField5:string? InternetField6:string? InternetField7:string? InternetField8:string?
    AdditionalInformation:string?
ItemSummaryBase
    Key:ItemKey? Description:string? ShortDescription:string? GenericDescription:string? ClassKey:ItemClassKey?
    CreatedDate:dateTime~ ModifiedDate:dateTime~ LastModifiedDate:dateTime~
ItemSummary < ItemSummaryBase
    Type:ItemType IsDiscontinued:boolean
InventoriedItem < Item
Warehouse < BusinessObject
    Key:WarehouseKey? Description:string? Address:InternationalAddress? SalesTaxScheduleKey:TaxScheduleKey?
    PurchaseTaxScheduleKey:TaxScheduleKey? IncludeInPlanning:boolean~ Bins:ArrayOfWarehouseBin?
WarehouseBin < BusinessObject
    Key:WarehouseBinKey?
WarehouseBinKey < GreatPlainsKey
    WarehouseKey:WarehouseKey? Bin:string?
WarehouseSummary
    Key:WarehouseKey? Description:string? AddressLine1:string? City:string? State:string? PostalCode:string?
    CountryRegion:string?
Company < BusinessObject
    Key:CompanyKey? Name:string? DefaultAddressKey:CompanyAddressKey? DefaultAddress:ExtendedBusinessAddress?
    UserDefined1:string? UserDefined2:string? TaxExempt1:string? TaxExempt2:string? TaxRegistration:string?
    ModifiedDate:dateTime~ ModifiedBy:string? CreatedDate:dateTime~ SalesTaxScheduleKey:TaxScheduleKey?
    PurchasesTaxScheduleKey:TaxScheduleKey? WithholdingVendorKey:VendorKey?
    WitholdingFileOrReconciliationNumber:string? WitholdingTaxRate:int~
    ReceivablesProcessesTaxDetailKey:TaxDetailKey? PayablesProcessesTaxDetailKey:TaxDetailKey?
    BusinessType:string? SICNumber:string? DUNSNumber:string? Vets100Number:string?
    AccountSegmentSeparator:string? IsValueAddedTaxReturnEnabled:boolean~ Options:CompanyOptions~
    IsWorkflowEnabled:boolean~
ValidationResult
    Errors:ArrayOfValidationError? Warnings:ArrayOfValidationWarning?
ValidationItem
    ObjectType:string? PropertyNames:ArrayOfString? Message:string? Id:string?
ValidationError < ValidationItem
ValidationWarning < ValidationItem
LoggedExceptionData
    LogId:guid ExceptionType:BusinessExceptionType ExceptionDetail:ExceptionInformation?
    ValidationResult:ValidationResult? ServiceType:string? BusinessObjectType:string? User:string?
    Context:Context? RequestXml:string? LoggedDate:dateTime
ExceptionInformation
    ExceptionType:string? HelpLink:string? InnerException:ExceptionInformation? Message:string? Source:string?
    StackTrace:string? TargetSite:string?
SalesItem < Item
    ValuationMethod:ValuationMethod~ TrackingOption:TrackingOption~ LotCategoryKey:LotCategoryKey?
    MinimumShelfLifeDays1:short~ MinimumShelfLifeDays2:short~ RevalueInventory:boolean~
    TolerancePercentage:Percent? Quantities:ArrayOfSalesItemWarehouse?
SalesItemWarehouse < BusinessObject
    Key:ItemWarehouseKey? InUseQuantity:Quantity? InServiceQuantity:Quantity? ReturnedQuantity:Quantity?
    DamagedQuantity:Quantity? OnHandQuantity:Quantity? AllocatedQuantity:Quantity? OnOrderQuantity:Quantity?
    BackOrderedQuantity:Quantity? Bins:ArrayOfSalesItemWarehouseBin?
ItemWarehouseKey < GreatPlainsKey
    ItemKey:ItemKey? WarehouseKey:WarehouseKey?
SalesItemWarehouseBin < BusinessObject
    Key:ItemWarehouseBinKey? OnHandQuantity:Quantity? AllocatedQuantity:Quantity? ReturnedQuantity:Quantity?
    InUseQuantity:Quantity? InServiceQuantity:Quantity? DamagedQuantity:Quantity?
ItemWarehouseBinKey < GreatPlainsKey
    ItemWarehouseKey:ItemWarehouseKey? Bin:string?
"""

# The exact words of each enumeration.
ENUMERATIONS = """
ABCCode = None | A | B | C
BalanceType = Open Item | Balance Forward
BusinessExceptionType = ValidationException | SystemException
CommissionBasedOn = Sales | Document Total
CurrencyDecimalPlaces = Zero | One | Two | Three | Four | Five
CurrencyType = Transactional | Local
CustomerScope = Return All | Return Based on Customer Id | Return Based on Salesperson Id
Frequency = None | Weekly | Biweekly | Semimonthly | Monthly | Bimonthly | Quarterly | Miscellaneous
ItemType = Sales Item | Kit | Miscellaneous Charges | Service | Flat Fee
OrderFullfillmentShortage = None | Backorder Remaining | Cancel Remaining
PriceMethod = Currency Amount | Percent Of List Price | Percent Markup Of Current Cost | Percent Markup Of
    Standard Cost | Percent Margin Of Current Cost | Percent Margin Of Standard Cost
PurchasingTaxBasis = Taxable | Nontaxable | Based On Vendor
QuantityDecimalPlaces = Zero | One | Two | Three | Four | Five
QuantityType = On Hand | Returned | In Use | In Service | Damaged
ReceivablesCashAccountType = Bank Account | Customer
ReceivablesPostResultsTo = Receivables/Discount Account | Sales Offset Account
SalesDocumentScope = Return All | Return Based on Customer Id | Return Based on Salesperson Id
SalesDocumentType = Quote | Order | Invoice | Return | Backorder | Fulfillment Order
SalesPaymentType = Cash Deposit | Check Deposit | Payment Card Deposit | Cash Payment | Check Payment | Payment
    Card Payment
SalesTaxBasis = Single Tax Schedule | Taxable | Nontaxable | Based On Customer
SalesTransactionState = Work | History
ShippingProcessStatus = None | New | Ready To Pick | Unconfirmed Pick | Ready To Pack | Unconfirmed Pack | Shipped
    | Ready To Post | In Process | Complete
StatementCycle = No Statement | Weekly | Bi-Weekly | Semi-Monthly | Monthly | Bi-Monthly | Quarterly
TrackingOption = None | Serial Numbers | Lot Numbers
ValuationMethod = FIFO Perpetual | LIFO Perpetual | Average Perpetual | FIFO Periodic | LIFO Periodic
WorkflowPriority = Low | Normal | High
"""
