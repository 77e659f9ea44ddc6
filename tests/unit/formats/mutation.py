"""Files damaged as files are: something put in, taken out, changed, or there twice."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """One of the seeds with up to six changes; `tokens` are what its syntax is made of."""
    body = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        match draw(st.integers(0, 3)):
            case 0:
                body[at:at] = draw(st.sampled_from(tokens))
            case 1:
                del body[at : at + draw(st.integers(1, 40))]
            case 2:
                body[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case _:
                body[at:at] = body[draw(st.integers(0, len(body))) :][:120]
    return bytes(body)
