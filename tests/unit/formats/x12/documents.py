"""Small X12 documents for tests, with totals that fit unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence

PARTIES = "ZZ*SENDER         *ZZ*RECEIVER       "
ISA = f"ISA*00*          *00*          *{PARTIES}*260602*1558*{{sign}}*{{version}}*{{control}}*{{ack}}*P*>~"


def interchange(
    groups: Sequence[str],
    *,
    control: str = "000000431",
    ack: str = "0",
    count: str = "",
    trailer: str = "",
    version: str = "00401",
) -> bytes:
    head = ISA.format(control=control, ack=ack, version=version, sign="U" if version < "00402" else "^")
    iea = f"IEA*{count or len(groups)}*{trailer or control}~"
    return (head + "".join(groups) + iea).encode("latin-1")


def group(sets: Sequence[str], *, kind: str = "QM", control: str = "12", count: str = "", trailer: str = "") -> str:
    head = f"GS*{kind}*APPSEND*APPRECV*20260602*1558*{control}*X*004010~"
    return head + "".join(sets) + f"GE*{count or len(sets)}*{trailer or control}~"


def transaction(code: str, *rows: str, control: str = "0001", count: str = "", trailer: str = "") -> str:
    body = "".join(f"{row}~" for row in rows)
    return f"ST*{code}*{control}~{body}SE*{count or len(rows) + 2}*{trailer or control}~"


STATUS = ("B10*PRO1*SHP-1*NVTR", "LX*1", "AT7*AF*NS***20260602*1605*UT")
