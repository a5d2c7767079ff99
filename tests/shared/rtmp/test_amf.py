"""AMF0 values survive the wire; hostile ones are refused with our own error."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rtmp import AmfError
from shared.rtmp.amf import MAX_DEPTH, MAX_VALUES, UNDEFINED, AmfDate, EcmaArray, decode, encode

_names = st.text(st.characters(codec="utf-8"), max_size=12)
_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.just(UNDEFINED),
    st.builds(AmfDate, st.floats(allow_nan=False), st.integers(-720, 720)),
)
_values = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(_names, inner, max_size=4),
        st.dictionaries(_names, inner, max_size=4).map(EcmaArray),
    ),
    max_leaves=12,
)


@given(st.lists(_values, max_size=4))
def test_values_come_back_equal_and_of_the_same_type(values):
    back = decode(encode(*values))
    assert back == values
    assert [type(value) for value in back] == [type(value) for value in values]


@given(st.binary(max_size=200))
def test_any_bytes_give_values_or_our_error(source):
    with contextlib.suppress(AmfError):
        decode(source)


def test_known_bytes():
    assert encode("connect", 1) == b"\x02\x00\x07connect\x00\x3f\xf0\x00\x00\x00\x00\x00\x00"
    assert decode(b"\x03\x00\x01a\x01\x01\x00\x00\x09\x05\x06") == [{"a": True}, None, UNDEFINED]


def test_a_long_string_uses_the_long_form():
    text = "x" * 70_000
    encoded = encode(text)
    assert encoded[0] == 0x0C
    assert decode(encoded) == [text]


def test_the_count_of_an_ecma_array_is_only_a_hint():
    assert decode(b"\x08\xff\xff\xff\xff\x00\x01a\x05\x00\x00\x09") == [{"a": None}]


def test_depth_is_limited_both_ways():
    nested = b"\x0a\x00\x00\x00\x01" * (MAX_DEPTH + 2) + b"\x05"
    with pytest.raises(AmfError):
        decode(nested)
    value = []
    for _ in range(MAX_DEPTH + 2):
        value = [value]
    with pytest.raises(AmfError):
        encode(value)


def test_the_number_of_values_is_limited():
    with pytest.raises(AmfError):
        decode(b"\x05" * (MAX_VALUES + 1))
    with pytest.raises(AmfError):
        decode(b"\x0a\xff\xff\xff\xff")
    with pytest.raises(AmfError):
        encode([None] * (MAX_VALUES + 1))


@pytest.mark.parametrize(
    "value",
    ["\ud800", {"x" * 70_000: None}, object(), AmfDate(0, 40_000)],
    ids=["surrogate", "long name", "foreign type", "time zone"],
)
def test_what_amf_cannot_say_is_refused(value):
    with pytest.raises(AmfError):
        encode(value)


def test_numbers_that_are_not_numbers_pass():
    assert math.isnan(decode(encode(math.nan))[0])
