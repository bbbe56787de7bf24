"""What goes over the wire where GP's answer would not show it: dates, keys, and documents that are given back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryDocumentType, Lot, TransactionState, Window, WindowOf
from bridge.domain.outcome import Failure
from bridge.domain.sales_document import SalesUpdate
from bridge.gp.soap import SoapGp
from lxml import etree

from tests.contract.gp_bodies import DYN, GP, XSI
from tests.contract.gp_carrier import Carrier, soap_with
from tests.contract.gp_port import NUMBER, an_order

NIL = {f"{{{XSI}}}nil": "true"}
LINE = "<Lines><SalesOrderLine><Key><LineSequenceNumber>16384</LineSequenceNumber></Key>{}</SalesOrderLine></Lines>"


def sent_back(update: SalesUpdate, inner: str) -> etree._Element:
    """The order that an update sends, after GP gave it with this in it."""
    image = f'<q:R xmlns:q="{GP}" xmlns="{GP}" xmlns:d="{DYN}" xmlns:i="{XSI}">{inner}</q:R>'
    soap, carrier = soap_with()
    soap.update_sales_order(an_order(image=image.encode()), update)
    return next(carrier.arguments("UpdateSalesOrder"))[0]


def texts(document: etree._Element, name: str) -> list[str | None]:
    return [each.text for each in document.iter(f"{{{GP}}}{name}")]


def call(operation: str, carrier: Carrier) -> etree._Element:
    [only] = carrier.arguments(operation)
    return only


def type_of(element: etree._Element) -> tuple[str, str]:
    """The namespace and the name that its `xsi:type` means where it stands."""
    prefix, _, name = (element.get(f"{{{XSI}}}type") or "").rpartition(":")
    return element.nsmap[prefix or None], name


# The call


def test_the_context_names_the_company_by_the_type_of_its_key() -> None:
    soap, carrier = soap_with()
    soap.sales_order(NUMBER)

    key = call("GetSalesOrderByKey", carrier).find(f"{{{GP}}}context/{{{DYN}}}OrganizationKey")
    assert key is not None
    assert type_of(key) == (DYN, "CompanyKey")
    assert key.findtext(f"{{{DYN}}}Id") == "2"


def test_a_date_is_midnight_without_a_zone_and_what_is_not_given_is_nil() -> None:
    soap, carrier = soap_with()
    soap.create_sales_order(an_order())

    order = call("CreateSalesOrder", carrier)
    assert texts(order, "Date") == ["2026-11-16T00:00:00"]
    for name in ("ActualShipDate", "RequestedShipDate", "IsVoided", "MasterNumber"):
        assert [dict(each.items()) for each in order[0].findall(f"{{{GP}}}{name}")] == [NIL]


@pytest.mark.parametrize(
    ("of", "name", "start", "end"),
    [
        (WindowOf.MODIFIED, "ModifiedDate", "2026-11-16T22:30:00", "2026-11-18T05:59:59.500000"),
        (WindowOf.DOCUMENT, "Date", "2026-11-16T00:00:00", "2026-11-17T00:00:00"),
    ],
)
def test_a_window_is_written_without_a_zone(of: WindowOf, name: str, start: str, end: str) -> None:
    chicago = dt.timezone(dt.timedelta(hours=-6))
    window = Window(
        of,
        dt.datetime(2026, 11, 16, 16, 30, tzinfo=chicago),
        dt.datetime(2026, 11, 17, 23, 59, 59, 500000, tzinfo=chicago),
    )
    soap, carrier = soap_with()
    soap.inventory_documents(InventoryDocumentType.VARIANCE, window, TransactionState.HISTORY)

    criteria = call("GetInventoryVarianceList", carrier)[0]
    assert [etree.QName(child).localname for child in criteria] == [name, "TransactionState"]
    assert (texts(criteria, "From"), texts(criteria, "To")) == ([start], [end])
    assert texts(criteria, "InventoryTransactionState") == ["History"]


# What is given back


def test_blanks_that_filled_a_column_are_not_sent_back() -> None:
    order = sent_back(SalesUpdate(), "<Key><Id>SB1      </Id></Key><UPSZone>2  </UPSZone><Later>x </Later>")

    assert (texts(order, "Id"), texts(order, "UPSZone"), texts(order, "Later")) == (["SB1"], ["2"], ["x"])


def test_an_element_still_names_its_type_in_the_namespace_it_is_of() -> None:
    amounts = '<DebitAmount i:type="q:MoneyAmount"/><CreditAmount i:type="MoneyAmount"/><Owner i:type="d:CompanyKey"/>'

    order = sent_back(SalesUpdate(), amounts)

    assert [type_of(each) for each in order] == [(GP, "MoneyAmount"), (GP, "MoneyAmount"), (DYN, "CompanyKey")]


def test_a_list_that_gp_gave_as_nil_takes_what_is_added() -> None:
    order = sent_back(SalesUpdate(added_tracking=("1Z1",)), '<TrackingNumbers i:nil="true"/>')

    [tracking] = order.findall(f"{{{GP}}}TrackingNumbers")
    assert not tracking.attrib
    assert texts(tracking, "Id")[-1] == "1Z1"


def test_a_hold_that_was_lifted_once_is_placed_again() -> None:
    hold = (
        "<ProcessHolds><SalesProcessHold><Key><SalesProcessHoldSetupKey><Id>SHIPBOB </Id></SalesProcessHoldSetupKey>"
        "</Key><DeleteOnUpdate>true</DeleteOnUpdate><IsDeleted>true</IsDeleted></SalesProcessHold></ProcessHolds>"
    )

    order = sent_back(SalesUpdate(added_holds=frozenset({"SHIPBOB"})), hold)

    [held] = order.iter(f"{{{GP}}}SalesProcessHold")
    assert (texts(held, "DeleteOnUpdate"), texts(held, "IsDeleted")) == ([None], ["false"])


def test_amounts_stay_while_nothing_is_ordered_or_cancelled_anew() -> None:
    line = "<TotalAmount><Value>68.00</Value></TotalAmount><Quantity><Value>2.00000</Value></Quantity>"
    total = "<TotalAmount><Value>73.00</Value></TotalAmount>"
    shipped = SalesUpdate(quantities=((16384, Decimal(2)),), fulfilled=((16384, Decimal(2)),))

    assert len(texts(sent_back(shipped, total + LINE.format(line)), "TotalAmount")) == 2
    more = SalesUpdate(quantities=((16384, Decimal(3)),))
    assert texts(sent_back(more, total + LINE.format(line)), "TotalAmount") == []


@pytest.mark.parametrize("image", [b"", b"{}", b"<not <xml", b"<!DOCTYPE a><a/>"])
def test_a_document_that_was_not_read_over_soap_is_one_of_our_failures(image: bytes) -> None:
    carrier = Carrier()

    with pytest.raises(Failure):
        SoapGp(carrier, 2).update_sales_order(an_order(image=image), SalesUpdate())

    assert carrier.sent == []


def test_a_lot_that_a_line_has_in_two_bins_is_given_back_with_both_and_holds_as_much_as_is_said() -> None:
    rows = "".join(
        f"<SalesLineLot><Bin>{name}</Bin><LotNumber>L-1  </LotNumber><Quantity><Value>{held}</Value></Quantity>"
        f"<Key><SequenceNumber>{at}</SequenceNumber></Key></SalesLineLot>"
        for at, (name, held) in enumerate([("A", 2), ("B", 1)], start=1)
    )
    update = SalesUpdate(lots=((16384, Lot("L-1", Decimal(5))), (16384, Lot("L-2", Decimal(1)))))

    document = sent_back(update, LINE.format(f"<Lots>{rows}</Lots>"))

    held = list(document.iter(f"{{{GP}}}SalesLineLot"))
    assert [texts(each, "Value") for each in held] == [["4"], ["1"], ["1"]], "4 and 1 are 5 of L-1"
    assert [texts(each, "SequenceNumber") for each in held] == [["1"], ["2"], []], "GP numbers the new one"
