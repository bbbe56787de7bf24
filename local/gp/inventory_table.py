"""Elements of inventory documents, of an item at a site and of items that are not stock, in wire order.

Source: the WSDL and schemas that GP's legacy web service publishes about itself (GP 10 to 18, same types).
Notation: see contract.py.
"""

INVENTORY = """
InventoryBase < BusinessObject
    Key:InventoryKey? BatchKey:BatchKey? Date:dateTime~ ModifiedDate:dateTime~ CreatedDate:dateTime~
    AuditTrailCode:string? GLPostingDate:dateTime~ TransactionState:InventoryTransactionState~
InventoryAdjustment < InventoryBase
    Lines:ArrayOfInventoryAdjustmentLine?
InventoryVariance < InventoryBase
    Lines:ArrayOfInventoryVarianceLine?
InventoryTransfer < InventoryBase
    Lines:ArrayOfInventoryTransferLine?
InventoryKey < GreatPlainsKey
    Id:string?
InventoryLineBase < BusinessObject
    Key:InventoryLineKey? ItemKey:ItemKey? Quantity:Quantity? UnitCost:MoneyAmount?
InventoryLine < InventoryLineBase
    UofM:string? WarehouseKey:WarehouseKey? InventoryGLAccount:GLAccountNumberKey?
    InventoryOffsetGLAccount:GLAccountNumberKey? Bins:ArrayOfInventoryBin? Lots:ArrayOfInventoryLot?
    Serials:ArrayOfInventorySerial?
InventoryAdjustmentLine < InventoryLine
InventoryVarianceLine < InventoryLine
InventoryTransferLine < InventoryLineBase
    WarehouseFromKey:WarehouseKey? WarehouseToKey:WarehouseKey? QuantityTypeFrom:QuantityType~
    QuantityTypeTo:QuantityType~ InventoryFromGLAccount:GLAccountNumberKey? InventoryToGLAccount:GLAccountNumberKey?
    Bins:ArrayOfInventoryTransferBin? Lots:ArrayOfInventoryTransferLot? Serials:ArrayOfInventoryTransferSerial?
InventoryLineKey < GreatPlainsKey
    InventoryKey:InventoryKey? SequenceNumber:decimal
InventoryBinBase < BusinessObject
    Key:InventoryBinKey? Quantity:Quantity?
InventoryBin < InventoryBinBase
    Bin:string?
InventoryTransferBin < InventoryBinBase
    BinFrom:string? BinTo:string?
InventoryBinKey < GreatPlainsKey
    InventoryLineKey:InventoryLineKey? SequenceNumber:int
InventoryLotBase < BusinessObject
    Key:InventoryLotKey? LotNumber:string? Quantity:Quantity? ManufacturedDate:dateTime~ ExpirationDate:dateTime~
    ReceivedDate:dateTime~
InventoryLot < InventoryLotBase
    Bin:string?
InventoryTransferLot < InventoryLotBase
    BinFrom:string? BinTo:string?
InventoryLotKey < GreatPlainsKey
    InventoryLineKey:InventoryLineKey? SequenceNumber:int
InventorySerialBase < BusinessObject
    Key:InventorySerialKey? SerialNumber:string?
InventorySerial < InventorySerialBase
    Bin:string?
InventoryTransferSerial < InventorySerialBase
    BinFrom:string? BinTo:string?
InventorySerialKey < GreatPlainsKey
    InventoryLineKey:InventoryLineKey? SequenceNumber:int
InventoryCriteria
    CreatedDate:BetweenRestrictionOfNullableOfDateTime? ModifiedDate:BetweenRestrictionOfNullableOfDateTime?
    Date:BetweenRestrictionOfNullableOfDateTime? BatchId:LikeRestrictionOfString?
    InventoryId:LikeRestrictionOfString?
    TransactionState:ListRestrictionOfNullableOfInventoryTransactionState?
InventoryAdjustmentCriteria < InventoryCriteria
InventoryVarianceCriteria < InventoryCriteria
InventoryTransferCriteria < InventoryCriteria
InventorySummary
    Key:InventoryKey? BatchKey:BatchKey? Date:dateTime~ ModifiedDate:dateTime~ CreatedDate:dateTime~
    TransactionState:InventoryTransactionState~
InventoryAdjustmentSummary < InventorySummary
InventoryVarianceSummary < InventorySummary
InventoryTransferSummary < InventorySummary
ItemWarehouse < BusinessObject
    Key:ItemWarehouseKey? Bin:string? PrimaryVendorKey:VendorKey? LandedCostGroupKey:LandedCostGroupKey?
    RequisitionedQuantity:Quantity? BuyerKey:BuyerKey? PlannerKey:PlannerKey? Planning:Planning?
LandedCostGroupKey < GreatPlainsKey
    Id:string?
BuyerKey < GreatPlainsKey
    Id:string?
PlannerKey < GreatPlainsKey
    Id:string?
Planning
    OrderPolicy:OrderPolicy~ FixedOrderQuantity:Quantity? OrderPointQuantity:Quantity?
    OrderUpToLevelQuantity:Quantity? ReplenishmentMethod:ReplenishmentMethod~ ShrinkageFactor:Percent?
    PurchasingLeadTime:decimal~ ManufacturingLeadTime:decimal~ TimeFence:short~ MinimumOrderQuantity:Quantity?
    MaximumOrderQuantity:Quantity? OrderMultipleQuantity:Quantity? ReorderVarianceQuantity:Quantity?
    SafetyStockQuantity:Quantity?
ItemWarehouseCriteria
    ItemId:LikeRestrictionOfString? WarehouseId:LikeRestrictionOfString? BuyerId:LikeRestrictionOfString?
    PlannerId:LikeRestrictionOfString?
ItemWarehouseSummary
    Key:ItemWarehouseKey? PrimaryVendorKey:VendorKey? BuyerKey:BuyerKey? PlannerKey:PlannerKey?
InventoriedItemCriteria < ItemCriteriaBase
    Type:ListRestrictionOfNullableOfInventoriedItemType? IsDiscontinued:RestrictionOfNullableOfBoolean?
InventoriedItemSummary < ItemSummaryBase
    Type:InventoriedItemType IsDiscontinued:boolean
Service < Item
Kit < InventoriedItem
    CostOfGoodsSoldAccountSource:CostOfGoodsSoldAccountSource~ Components:ArrayOfKitComponent?
KitComponent < BusinessObject
    Key:KitComponentKey? Quantity:Quantity? Description:string? Type:ItemType~ UofMScheduleKey:UofMScheduleKey?
KitComponentKey < GreatPlainsKey
    KitKey:ItemKey? ItemKey:ItemKey? UofM:string?
"""

# The exact words of each enumeration.
INVENTORY_ENUMERATIONS = """
CostOfGoodsSoldAccountSource = From Component Item | From Kit Item
InventoriedItemType = Sales Item | Kit
InventoryTransactionState = Work | History
OrderPolicy = Not Planned | Lot For Lot | Fixed Order Quantity | Period Order Quantity | Order Point | Manually
    Planned
ReplenishmentMethod = Make | Buy
"""

# Operation: what its wrapper holds before the context; the type of its result.
INVENTORY_OPERATIONS = {
    "CreateInventoryAdjustment": ("inventoryAdjustment:InventoryAdjustment? context:Context? policy:Policy?", ""),
    "GetInventoryAdjustmentByKey": ("key:InventoryKey? context:Context?", "InventoryAdjustment"),
    "GetInventoryAdjustmentList": (
        "criteria:InventoryAdjustmentCriteria? context:Context?",
        "ArrayOfInventoryAdjustmentSummary",
    ),
    "CreateInventoryVariance": ("inventoryVariance:InventoryVariance? context:Context? policy:Policy?", ""),
    "GetInventoryVarianceByKey": ("key:InventoryKey? context:Context?", "InventoryVariance"),
    "GetInventoryVarianceList": (
        "criteria:InventoryVarianceCriteria? context:Context?",
        "ArrayOfInventoryVarianceSummary",
    ),
    "CreateInventoryTransfer": ("inventoryTransfer:InventoryTransfer? context:Context? policy:Policy?", ""),
    "GetInventoryTransferByKey": ("key:InventoryKey? context:Context?", "InventoryTransfer"),
    "GetInventoryTransferList": (
        "criteria:InventoryTransferCriteria? context:Context?",
        "ArrayOfInventoryTransferSummary",
    ),
    "GetInventoriedItemList": ("criteria:InventoriedItemCriteria? context:Context?", "ArrayOfInventoriedItemSummary"),
    "GetItemWarehouseByKey": ("key:ItemWarehouseKey? context:Context?", "ItemWarehouse"),
    "GetItemWarehouseList": ("criteria:ItemWarehouseCriteria? context:Context?", "ArrayOfItemWarehouseSummary"),
}
# (usable characters, width of the SQL char column), by declaring type and element.
INVENTORY_LENGTHS = """
InventoryKey.Id 17 17   InventoryBase.AuditTrailCode 13 13   InventoryLine.UofM 8 9   InventoryLotBase.LotNumber 20 21
InventorySerialBase.SerialNumber 20 21   InventoryBin.Bin 15 15   InventoryTransferBin.BinFrom 15 15
InventoryTransferBin.BinTo 15 15   InventoryLot.Bin 15 15   InventoryTransferLot.BinFrom 15 15
InventoryTransferLot.BinTo 15 15   InventorySerial.Bin 15 15   InventoryTransferSerial.BinFrom 15 15
InventoryTransferSerial.BinTo 15 15   ItemWarehouse.Bin 15 15   KitComponentKey.UofM 8 9
KitComponent.Description 100 101
"""
