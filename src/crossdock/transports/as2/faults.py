"""Why a message or a receipt cannot be used, in the words RFC 4130 §7.5 has for it."""

from __future__ import annotations

from enum import StrEnum


class Modifier(StrEnum):
    """Disposition modifiers: what stands after `processed/error:` in the receipt."""

    DECRYPTION_FAILED = "decryption-failed"
    DECOMPRESSION_FAILED = "decompression-failed"
    AUTHENTICATION_FAILED = "authentication-failed"
    INTEGRITY_CHECK_FAILED = "integrity-check-failed"
    INSUFFICIENT_SECURITY = "insufficient-message-security"
    UNEXPECTED = "unexpected-processing-error"


class As2Fault(Exception):
    """The message cannot be used; `detail` tells the partner what to do."""

    def __init__(self, modifier: Modifier, detail: str) -> None:
        super().__init__(detail)
        self.modifier = modifier
        self.detail = detail
