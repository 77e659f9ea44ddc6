"""What a partner's file may say under `settings` for this connector; keys of the transport stand beside these."""

from __future__ import annotations

from typing import Literal

import msgspec

from crossdock.canonical.milestones import Milestone
from crossdock.formats.x12.tree import Delimiters
from crossdock.formats.x12.writer import Sender
from crossdock.kernel.errors import Rejected


class Settings(msgspec.Struct, frozen=True):
    """One partner's X12.

    Attributes:
        isa_sender, isa_receiver: ids in what the partner sends (ISA06 is the partner, ISA08 is us); what
            we send has them turned round. Empty means not checked, and nothing can be sent.
        gs_sender, gs_receiver: application ids in what the partner sends, when they differ from the ISA ids.
        version: GS08 of what we send. `usage` is P or T, and what arrives must carry the same.
        validate: `tolerant` takes what real partners do and warns of it, `strict` refuses every breach of the grammar.
        acknowledge: `997` or `999` for what this partner sends; empty: 999 where GS08 names an implementation guide.
        tolerate: fault codes (`718-4`, `716-5`, `I18-021` …) this partner's documents may carry and still be taken.
        milestones: status codes of AT7-01 with a meaning of their own for this partner.
        site: our warehouse id where the 945 names none. `sites` translates the partner's warehouse ids into ours.
        scac: the carrier's code where a document names none.
        item_qualifier: element 235 for our item number in the 940.
        words: what the partner's documents never say and maps ask for as `$name` (`currency`, `incoterm` …).
        depositor: our id as the warehouse knows it (N1*DE), empty to leave it out.
    """

    isa_sender: str = ""
    isa_receiver: str = ""
    isa_sender_qualifier: str = "ZZ"
    isa_receiver_qualifier: str = "ZZ"
    gs_sender: str = ""
    gs_receiver: str = ""
    version: str = "004010"
    usage: str = ""
    element: str = "*"
    component: str = ">"
    segment: str = "~"
    repetition: str = "^"
    validate: Literal["tolerant", "strict"] = "tolerant"
    acknowledge: Literal["", "997", "999"] = ""
    tolerate: tuple[str, ...] = ()
    milestones: dict[str, Milestone] = {}
    site: str = ""
    sites: dict[str, str] = {}
    scac: str = ""
    item_qualifier: str = "VN"
    depositor: str = ""
    words: dict[str, str] = {}

    @property
    def us(self) -> Sender:
        """Our end, as the sender of what we write."""
        return Sender(self.isa_receiver_qualifier, self.isa_receiver, self.gs_receiver)

    @property
    def partner(self) -> Sender:
        """The partner's end, as the receiver of what we write."""
        return Sender(self.isa_sender_qualifier, self.isa_sender, self.gs_sender)

    @property
    def delimiters(self) -> Delimiters:
        """What we write with; what we read names its own."""
        return Delimiters(self.element, self.component, self.segment, self.repetition)


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
