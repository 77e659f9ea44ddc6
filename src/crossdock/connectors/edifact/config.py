"""What a partner's file may say under `settings` for this connector; keys of the transport stand beside these."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from crossdock.formats.edifact.writer import Envelope, Party
from crossdock.kernel.errors import Rejected


class Settings(msgspec.Struct, frozen=True):
    """One partner's EDIFACT.

    Attributes:
        sender, receiver: ids in what the partner sends (S002 is the partner, S003 is us); what we send has them turned
            round. Empty means not checked, and nothing can be sent. `…_qualifier` is 0007, `14` a GLN.
        usage: P or T; what arrives must carry the same, and what we send does. Empty takes both and sends production.
        bare: messages without UNB and UNZ are taken; nobody can be answered then.
        contrl: the partner gets a CONTRL for all it sends; it gets one anyway when it asks (0031) or is refused.
        receipt: an interchange the partner calls only received (UCI action 8) counts as acknowledged.
        tolerate: fault codes (`UCD-39`, `UCS-15`, `UCI-29` …) this partner's messages may carry and still be taken.
        harmless: error codes (ERC, element 9321, the partner's own) of its APERAK that report no error.
        counted: the partner numbers its interchanges without gaps, so that a gap is told.
        version: S009 of what we send behind the message type; `level` and `syntax` are S001 of what we send.
        ask: what we send asks for a CONTRL (0031).
        site: our id of the warehouse this partner runs; `sites` translates its ids into ours where it runs several.
        carrier: the SCAC of this carrier, where its messages name it otherwise or not at all.
        currency, incoterm: for orders that name none.
        depositor: our id as this partner knows it, for the parties of what we send.
        words: further words for the maps of this partner, read as `$name`.
    """

    sender: str = ""
    receiver: str = ""
    sender_qualifier: str = ""
    receiver_qualifier: str = ""
    usage: Literal["", "P", "T"] = ""
    bare: bool = False
    contrl: bool = False
    receipt: bool = False
    tolerate: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    counted: bool = False
    version: str = "D:96A:UN"
    level: str = "UNOC"
    syntax: int = 3
    ask: bool = True
    site: str = ""
    sites: dict[str, str] = {}
    carrier: str = ""
    currency: str = ""
    incoterm: str = ""
    depositor: str = ""
    words: dict[str, str] = {}

    @property
    def said(self) -> dict[str, str]:
        """What maps read as `$site`, `$carrier` …"""
        names = ("site", "carrier", "currency", "incoterm", "depositor")
        return {**self.words, **{name: value for name in names if (value := getattr(self, name))}}


def read_settings(settings: dict[str, object]) -> Settings:
    """The connector's part of a partner's settings.

    Raises:
        Rejected: a value of the wrong kind; `where` names the key.
    """
    try:
        return msgspec.convert(settings, Settings)
    except msgspec.ValidationError as error:
        detail, _, where = str(error).partition(" - at ")
        raise Rejected(f"partner settings: {detail}", where=where.strip("`")) from error


def envelope(settings: Settings, control: str, at: datetime) -> Envelope:
    """What an interchange to this partner says around its messages; the parties are turned round.

    Raises:
        Rejected: the settings name no parties.
    """
    if not settings.sender or not settings.receiver:
        raise Rejected("the partner's settings need sender and receiver before anything can be sent", where="settings")
    return Envelope(
        sender=Party(settings.receiver, settings.receiver_qualifier),
        receiver=Party(settings.sender, settings.sender_qualifier),
        at=at,
        control=control,
        level=settings.level,
        syntax=settings.syntax,
        wants_answer=settings.ask,
        test="1" if settings.usage == "T" else "",
    )
