"""Elementary streams between encoders (Annex B, OBUs) and FLV/MP4 (length-prefixed, records)."""

from typing import Final

from shared.rtmp.errors import FlvError
from shared.rtmp.flv import VideoFormat

_START: Final = b"\x00\x00\x01"
_AVC_SPS, _AVC_PPS, _AVC_AUD = 7, 8, 9
_HEVC_VPS, _HEVC_SPS, _HEVC_PPS, _HEVC_AUD = 32, 33, 34, 35
_AVC_SIMPLE_PROFILES: Final = (66, 77, 88)
_OBU_SEQUENCE_HEADER: Final = 1
_OBU_TEMPORAL_DELIMITER: Final = 2


class BitReader:
    """Reads single bits and Exp-Golomb numbers, most significant bit first.

    Raises:
        FlvError: from any method, when the bytes are used up.
    """

    def __init__(self, source: bytes) -> None:
        self._value = int.from_bytes(source)
        self._left = len(source) * 8

    def bits(self, count: int) -> int:
        """The next `count` bits as a number."""
        self._left -= count
        if self._left < 0:
            raise FlvError("A video configuration ends before its time.")
        return self._value >> self._left & ((1 << count) - 1)

    def exp_golomb(self) -> int:
        """One unsigned Exp-Golomb number (H.264 9.1); AV1's uvlc is coded the same."""
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > 32:
                raise FlvError("A video configuration holds an impossible number.")
        return (1 << zeros) - 1 + self.bits(zeros)


def is_annex_b(source: bytes) -> bool:
    """The bytes begin with a start code."""
    return source.startswith((_START, b"\x00" + _START))


def split_annex_b(source: bytes) -> list[bytes]:
    """The NAL units between the start codes, empty ones left out."""
    units: list[bytes] = []
    at = source.find(_START)
    while at >= 0:
        begin = at + 3
        at = source.find(_START, begin)
        # No unit ends in a zero byte, so trailing ones belong to the next start code.
        unit = source[begin : at if at >= 0 else len(source)].rstrip(b"\x00")
        if unit:
            units.append(unit)
    return units


def _nal_type(unit: bytes, video_format: VideoFormat) -> int:
    return unit[0] & 0x1F if video_format is VideoFormat.AVC else unit[0] >> 1 & 0x3F


def picture_payload(source: bytes, video_format: VideoFormat) -> bytes:
    """An encoder's picture as FLV and MP4 carry it.

    H.264 and HEVC: 4-byte lengths instead of start codes, access unit delimiters left out; a
    picture that is already length-prefixed passes. AV1: without the temporal delimiter.
    """
    if video_format is VideoFormat.AV1:
        return b"".join(obu for kind, obu in _split_obus(source) if kind != _OBU_TEMPORAL_DELIMITER)
    if not is_annex_b(source):
        return source
    delimiter = _AVC_AUD if video_format is VideoFormat.AVC else _HEVC_AUD
    return b"".join(
        len(unit).to_bytes(4) + unit
        for unit in split_annex_b(source)
        if _nal_type(unit, video_format) != delimiter
    )


def configuration_record(extradata: bytes, video_format: VideoFormat) -> bytes:
    """An encoder's extradata as avcC, hvcC or av1C; what is one already passes.

    Raises:
        FlvError: the extradata holds no parameter sets.
    """
    if video_format is VideoFormat.AVC:
        return extradata if extradata[:1] == b"\x01" else _avc_record(extradata)
    if video_format is VideoFormat.HEVC:
        return extradata if extradata[:1] == b"\x01" else _hevc_record(extradata)
    return extradata if extradata[:1] == b"\x81" else _av1_record(extradata)


def _unescaped(unit: bytes) -> bytes:
    return unit.replace(b"\x00\x00\x03", b"\x00\x00")


def _sets(extradata: bytes, video_format: VideoFormat, *kinds: int) -> list[list[bytes]]:
    units = split_annex_b(extradata)
    found = [[unit for unit in units if _nal_type(unit, video_format) == kind] for kind in kinds]
    if not all(found):
        raise FlvError("The encoder gave no parameter sets.")
    return found


def _avc_record(extradata: bytes) -> bytes:
    """AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1."""
    sps, pps = _sets(extradata, VideoFormat.AVC, _AVC_SPS, _AVC_PPS)
    if len(sps[0]) < 4:
        raise FlvError("The encoder's parameter sets are broken.")
    record = b"\x01" + sps[0][1:4] + bytes((0xFF, 0xE0 | len(sps)))
    record += b"".join(len(each).to_bytes(2) + each for each in sps)
    record += bytes((len(pps),)) + b"".join(len(each).to_bytes(2) + each for each in pps)
    if sps[0][1] in _AVC_SIMPLE_PROFILES:
        return record
    reader = BitReader(_unescaped(sps[0])[4:])
    reader.exp_golomb()
    chroma = reader.exp_golomb()
    if chroma == 3:
        reader.bits(1)
    luma_depth, chroma_depth = reader.exp_golomb(), reader.exp_golomb()
    return record + bytes((0xFC | chroma & 3, 0xF8 | luma_depth & 7, 0xF8 | chroma_depth & 7, 0))


def _hevc_record(extradata: bytes) -> bytes:
    """HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 8.3.3.1."""
    kinds = (_HEVC_VPS, _HEVC_SPS, _HEVC_PPS)
    sets = _sets(extradata, VideoFormat.HEVC, *kinds)
    sps = _unescaped(sets[1][0])
    reader = BitReader(sps[2:])
    reader.bits(4)
    sub_layers, nesting = reader.bits(3), reader.bits(1)
    profile = sps[3:15]
    reader.bits(96)
    flags = [(reader.bits(1), reader.bits(1)) for _ in range(sub_layers)]
    if sub_layers:
        reader.bits(2 * (8 - sub_layers))
    for has_profile, has_level in flags:
        reader.bits(88 * has_profile + 8 * has_level)
    reader.exp_golomb()
    chroma = reader.exp_golomb()
    if chroma == 3:
        reader.bits(1)
    reader.exp_golomb()
    reader.exp_golomb()
    if reader.bits(1):
        for _ in range(4):
            reader.exp_golomb()
    luma_depth, chroma_depth = reader.exp_golomb(), reader.exp_golomb()
    layers = (sub_layers + 1) << 3 | nesting << 2 | 3
    record = b"\x01" + profile + b"\xf0\x00\xfc"
    record += bytes((0xFC | chroma & 3, 0xF8 | luma_depth & 7, 0xF8 | chroma_depth & 7))
    record += b"\x00\x00" + bytes((layers, len(kinds)))
    for kind, units in zip(kinds, sets, strict=True):
        record += bytes((0x80 | kind,)) + len(units).to_bytes(2)
        record += b"".join(len(unit).to_bytes(2) + unit for unit in units)
    return record


def _split_obus(source: bytes) -> list[tuple[int, bytes]]:
    """Types and whole units of a low-overhead OBU stream (AV1 5.3).

    Raises:
        FlvError: a unit has no size or passes the end.
    """
    obus: list[tuple[int, bytes]] = []
    at = 0
    while at < len(source):
        header = source[at]
        begin = at + 1 + (header >> 2 & 1)
        size, shift = 0, 0
        while True:
            if not header & 0x02 or begin >= len(source) or shift > 28:
                raise FlvError("An AV1 unit has no usable size.")
            size |= (source[begin] & 0x7F) << shift
            begin, shift = begin + 1, shift + 7
            if not source[begin - 1] & 0x80:
                break
        if begin + size > len(source):
            raise FlvError("An AV1 unit is cut off.")
        obus.append((header >> 3 & 0x0F, source[at : begin + size]))
        at = begin + size
    return obus


def _av1_record(extradata: bytes) -> bytes:
    """AV1CodecConfigurationRecord, AV1 in ISOBMFF 2.3.3."""
    for kind, obu in _split_obus(extradata):
        if kind == _OBU_SEQUENCE_HEADER:
            return b"\x81" + _av1_fields(obu) + obu
    raise FlvError("The encoder gave no sequence header.")


def _av1_fields(obu: bytes) -> bytes:
    """The three bytes of av1C that repeat the sequence header (AV1 5.5)."""
    size_at = 1 + (obu[0] >> 2 & 1)
    while obu[size_at] & 0x80:
        size_at += 1
    reader = BitReader(obu[size_at + 1 :])
    profile = reader.bits(3)
    reader.bits(1)
    is_reduced = reader.bits(1)
    level, tier = (reader.bits(5), 0) if is_reduced else _av1_operating_points(reader)
    _skip_to_colour(reader, is_reduced)
    high, twelve, mono, sub_x, sub_y, position = _av1_colour(reader, profile)
    flags = tier << 7 | high << 6 | twelve << 5 | mono << 4 | sub_x << 3 | sub_y << 2 | position
    return bytes((profile << 5 | level, flags, 0))


def _av1_operating_points(reader: BitReader) -> tuple[int, int]:
    has_decoder_model, delay_bits = 0, 0
    if reader.bits(1):
        reader.bits(64)
        if reader.bits(1):
            reader.exp_golomb()
        has_decoder_model = reader.bits(1)
        if has_decoder_model:
            delay_bits = reader.bits(5) + 1
            reader.bits(42)
    has_display_delay = reader.bits(1)
    points: list[tuple[int, int]] = []
    for _ in range(reader.bits(5) + 1):
        reader.bits(12)
        level = reader.bits(5)
        points.append((level, reader.bits(1) if level > 7 else 0))
        if has_decoder_model and reader.bits(1):
            reader.bits(2 * delay_bits + 1)
        if has_display_delay and reader.bits(1):
            reader.bits(4)
    return points[0]


def _skip_to_colour(reader: BitReader, is_reduced: int) -> None:
    width_bits, height_bits = reader.bits(4) + 1, reader.bits(4) + 1
    reader.bits(width_bits + height_bits)
    if not is_reduced and reader.bits(1):
        reader.bits(7)
    reader.bits(3)
    if not is_reduced:
        reader.bits(4)
        has_order_hint = reader.bits(1)
        if has_order_hint:
            reader.bits(2)
        screen_content = 2 if reader.bits(1) else reader.bits(1)
        if screen_content and not reader.bits(1):
            reader.bits(1)
        if has_order_hint:
            reader.bits(3)
    reader.bits(3)


def _av1_colour(reader: BitReader, profile: int) -> tuple[int, int, int, int, int, int]:
    high = reader.bits(1)
    twelve = reader.bits(1) if profile == 2 and high else 0
    mono = reader.bits(1) if profile != 1 else 0
    primaries, transfer, matrix = 2, 2, 2
    if reader.bits(1):
        primaries, transfer, matrix = reader.bits(8), reader.bits(8), reader.bits(8)
    if mono:
        return high, twelve, mono, 1, 1, 0
    if (primaries, transfer, matrix) == (1, 13, 0):
        return high, twelve, mono, 0, 0, 0
    reader.bits(1)
    if profile == 0:
        sub_x, sub_y = 1, 1
    elif profile == 1:
        sub_x, sub_y = 0, 0
    elif twelve:
        sub_x = reader.bits(1)
        sub_y = reader.bits(1) if sub_x else 0
    else:
        sub_x, sub_y = 1, 0
    return high, twelve, mono, sub_x, sub_y, reader.bits(2) if sub_x and sub_y else 0
