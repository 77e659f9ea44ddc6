"""The partners of the bad input, and one good document to spoil."""

from __future__ import annotations

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PARTNERS: dict[str, dict[str, object]] = {
    "erp": {"role": "ERP", "connector": "canonical_json"},
    "signer": {
        "role": "CAR",
        "connector": "canonical_json",
        "settings": {"auth": "standard_webhooks"},
        "secrets": {"webhook": "file:secret"},
    },
    "carrier": {
        "role": "CAR",
        "connector": "x12",
        "scacs": ["ABCD"],
        "settings": {"isa_sender": "PARTNER", "isa_receiver": "HUB"},
    },
}


def interchange(control: int, *, day: str = "20260602") -> bytes:
    """A 214 under this control number: one status of shipment SHP-<control>."""
    return (
        "ISA*00*          *00*          *ZZ*PARTNER        *ZZ*HUB            *260602*1200*U*00401*"
        f"{control:09d}*0*P*>~"
        f"GS*QM*PARTNER*HUB*{day}*1200*{control}*X*004010~ST*214*0001~B10*PRO-1*SHP-{control}*ABCD~LX*1~"
        f"AT7*AF*NS***{day}*0800*UT~SE*5*0001~GE*1*{control}~IEA*1*{control:09d}~"
    ).encode()
