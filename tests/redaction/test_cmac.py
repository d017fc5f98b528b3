from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.cmac import BLOCK, ColumnCmac

# NIST SP 800-38B, appendix D.3, and the examples of RFC 4493.
AES_256 = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
AES_128 = "2b7e151628aed2a6abf7158809cf4f3c"
MESSAGE = (
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
CODES = {
    (AES_256, 0): "028962f61b7bf89efc6b551f4667d983",
    (AES_256, 16): "28a7023f452e8f82bd4bf28d8c37c35c",
    (AES_256, 40): "aaf3d8f1de5640c232f5b169b9c911e6",
    (AES_256, 64): "e1992190549f6ed5696a2c056c315410",
    (AES_128, 0): "bb1d6929e95937287fa37d129b756746",
    (AES_128, 16): "070a16b46b4d4144f79bdd9dd04a287c",
    (AES_128, 40): "dfa66747de9ae63030ca32611497c827",
    (AES_128, 64): "51f0bebf7e3b9d92fc49741779363cfe",
}


@pytest.mark.parametrize("key", [AES_256, AES_128])
def test_the_published_codes_come_out(key: str) -> None:
    lengths = [length for of, length in CODES if of == key]
    texts = pa.array([bytes.fromhex(MESSAGE)[:length] for length in lengths]).view(pa.string())
    made = ColumnCmac(bytes.fromhex(key)).of_all(texts)
    assert [code.tobytes().hex() for code in made] == [CODES[key, length] for length in lengths]


texts = st.one_of(st.none(), st.text(max_size=70), st.integers(0, 5).map(lambda n: "a" * BLOCK * n))


@given(st.lists(texts, max_size=12), st.integers(0, 3))
def test_all_at_once_are_each_alone(cells: list[str | None], start: int) -> None:
    """Whatever their lengths, and where they lie in a longer array."""
    cmac = ColumnCmac(b"k" * 32)
    array = pa.array(cells, pa.string())[start:]
    made = [code.tobytes() for code in cmac.of_all(array)]
    assert made == [cmac.of(cell or "") for cell in cells[start:]]


def test_another_key_gives_other_codes() -> None:
    texts = pa.array([str(number) for number in range(100)])
    one, other = (ColumnCmac(bytes([byte]) * 32).of_all(texts) for byte in (1, 2))
    assert not {code.tobytes() for code in one} & {code.tobytes() for code in other}
