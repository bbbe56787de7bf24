"""ToGp.fifo: the only function that writes to GP. A hint names a document, and the document is brought up to date.

An order is read from ShipBob and recorded in GP as a sales order with its shipments. A shipment whose order is not
known is located, and its order gets the hint. A return that ShipBob has counted is booked. What ShipBob corrected in
its stock, or put away more or less of than was announced, is an adjustment where the company wants that.
"""

from bridge import runtime
from bridge.aws.entrypoint import sqs_fifo
from bridge.domain.document import DocumentKind
from bridge.flows.attempt import attempt
from bridge.flows.locate import locate
from bridge.flows.record_correction import record_correction
from bridge.flows.record_order import record_order
from bridge.flows.record_receipt import record_receipt
from bridge.flows.record_return import record_return

flows = {
    DocumentKind.ORDER: record_order,
    DocumentKind.LOCATE: locate,
    DocumentKind.RETURN: record_return,
    DocumentKind.STOCK: record_correction,
    DocumentKind.RECEIVING: record_receipt,
}
handle = sqs_fifo(attempt(flows), runtime.ports_for)
