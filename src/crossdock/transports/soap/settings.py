"""How a partner's SOAP service is reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_.\-]*)?$", max_length=200)]


class SoapSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "soap"`, for connectors that write documents by maps.

    `url` is where the service is, whatever the WSDL says; `wsdl` a file of the project's folder, with all it imports
    beside it: nothing is fetched. `service` and `port` are named where the WSDL has several.

    The document is the content of the Body, and the operation is `operation` or the one whose input it is. Where
    `document_in` names a parameter of `operation`, the document is its value (as base64 or text, as the WSDL says) and
    `values` are those of the others. `soap_action` goes before the WSDL's.

    The idempotency key and the trace go as HTTP headers; with `addressing` the key is also the MessageID of
    WS-Addressing. `reference_in` names the element of the answer that is the partner's own number. Where `status_in`
    names one, only the words in `status_ok` mean yes. `resolution` says what to do when no answer came: send it again
    (the service knows a key or a document again), wait for its acknowledgment, or ask a person.

    `username` makes a WS-Security UsernameToken, with a digest of the password unless `password_digest` is off.
    `certificates` are those to trust, in PEM; absent, the machine's authorities are. Secrets: `soap_password` with
    `username`; `soap_identity`, our key and certificate in PEM, for TLS in which both sides prove who they are;
    `soap_authorization`, sent as the Authorization header. How long an answer is waited for is `limits.timeout_s`.
    """

    kind: Literal["soap"]
    url: Annotated[str, msgspec.Meta(pattern="^https?://[^/]")]
    wsdl: Annotated[str, msgspec.Meta(pattern=r"^(?!/)(?!.*\.\.).+$")]
    operation: Name = ""
    service: Name = ""
    port: Name = ""
    document_in: Name = ""
    values: Mapping[str, str] = {}
    soap_action: str = ""
    addressing: bool = False
    reference_in: Name = ""
    status_in: Name = ""
    status_ok: tuple[str, ...] = ()
    resolution: Literal["idempotent_resend", "await_acknowledgement", "person"] = "idempotent_resend"
    username: str = ""
    password_digest: bool = True
    certificates: tuple[str, ...] = ()
    private_network: bool = False

    def __post_init__(self) -> None:
        """Refuse what says two things at once, or half of one."""
        if self.document_in and not self.operation:
            raise ValueError("operation is missing: document_in names one of its parameters")
        if self.values and not self.document_in:
            raise ValueError(
                "values are the other parameters of an operation: say in document_in where the document is"
            )
        if bool(self.status_in) != bool(self.status_ok):
            raise ValueError("status_in and status_ok belong together: where the answer stands, and what means yes")
        if self.username and not self.password_digest and not self.is_encrypted and not self.private_network:
            raise ValueError("url is http, where everybody can read the password: use https")

    @property
    def is_encrypted(self) -> bool:
        """Whether the calls go over TLS."""
        return self.url.startswith("https://")
