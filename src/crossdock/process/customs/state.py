"""What CD remembers of a declaration. Instants are microseconds since 1970, 0 for not known."""

from __future__ import annotations

import msgspec

from crossdock.canonical.commands.customs import DeclaredGoods
from crossdock.canonical.events.customs import CustomsGoodsStated
from crossdock.process.step import Instance

_stated = msgspec.msgpack.Decoder(CustomsGoodsStated)
_pack = msgspec.msgpack.Encoder()


class Declared(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Goods and gross kilograms as customs has been told, or is being told."""

    goods: tuple[DeclaredGoods, ...] = ()
    gross: str = ""


class DeclarationState(Instance, frozen=True, array_like=True, gc=False):
    """One declaration.

    Attributes:
        stated: the packed last `customs.goods_stated`.
        lodged: what is declared; `offered`: what the submission or amendment under way says instead.
        version: of the last submission we sent, 0 for none; `answered` of the last customs said no to; `submitted` is
        the fingerprint of what it said. `means`: carrier or run that takes it, empty for none.
        amendment: number of the amendment under way; `amendments` counts those sent, `refused` is the content of the
        last one customs refused.
        cancel: request id of the cancellation under way.
        holds: hold ids by reason (`control`, `amendment`); `lifted`: those the last fact ended.
        controls: kind and since of each control. `wanted`: documents asked for under `request`.
        authority: the partner that speaks for customs here. `disputed`: released and refused at once.
        handed: quantities by hand-over number and line. `overdue`: how often an answer did not come in time.
        inferred: it was released or accepted without our having been told.
    """

    lrn: str = ""
    mrn: str = ""
    stated: bytes = b""
    lodged: Declared = Declared()
    offered: Declared = Declared()
    version: int = 0
    answered: int = 0
    submitted: str = ""
    means: str = ""
    amendment: str = ""
    amendments: int = 0
    refused: Declared = Declared()
    cancel: str = ""
    holds: dict[str, str] = {}
    lifted: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    request: str = ""
    wanted: tuple[str, ...] = ()
    authority: str = ""
    disputed: bool = False
    released_us: int = 0
    departed_us: int = 0
    handed: dict[str, dict[str, int]] = {}
    overdue: int = 0
    inferred: bool = False

    def content(self) -> CustomsGoodsStated:
        """What there is to declare by now; there is something from the first row on."""
        return _stated.decode(self.stated)


def pack(stated: CustomsGoodsStated) -> bytes:
    """A statement as the state keeps it."""
    return _pack.encode(stated)
