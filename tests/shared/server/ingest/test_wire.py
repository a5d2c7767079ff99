"""Orders to the worker and reports from it survive the pipe."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.server.ingest.orders import Order, OrderKind, encode_order, read_order
from shared.server.ingest.reports import (
    InitReport,
    Media,
    MediaReport,
    RiskReport,
    SegmentReport,
    ThumbnailReport,
    TroubleReport,
    decode_report,
    encode_report,
)

_u32 = st.integers(0, 0xFFFFFFFF)


@given(st.lists(st.builds(Order, st.sampled_from(OrderKind), _u32, st.binary(), _u32), max_size=5))
def test_orders_come_back(orders):
    pipe = io.BytesIO(b"".join(encode_order(order) for order in orders))
    assert [read_order(pipe) for _ in orders] == orders
    assert read_order(pipe) is None


def test_a_cut_off_order_is_the_end():
    whole = encode_order(Order(OrderKind.VIDEO, 1, b"abc", 2))
    assert read_order(io.BytesIO(whole[:-1])) is None


@pytest.mark.parametrize(
    "report",
    [
        MediaReport(3, Media("h264", 2, 4, None, 0, 0)),
        InitReport(3, "init-3.mp4"),
        SegmentReport(3, "3-1.m4s", 1.5, 1_700_000_000_000),
        ThumbnailReport(bytes(range(256))),
        TroubleReport('a "quoted" wörd\n'),
        RiskReport(is_begun=True),
    ],
)
def test_reports_come_back_as_one_line(report):
    line = encode_report(7, report)
    assert line.count(b"\n") == 1
    assert decode_report(line) == (7, report)


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"\xff", b'{"stream":1,"kind":"Other"}',
             b'{"stream":1,"kind":"InitReport"}', b'{"stream":"x","kind":"InitReport"}'],
)  # fmt: skip
def test_what_is_no_report_is_a_value_error(line):
    with pytest.raises(ValueError):
        decode_report(line)
