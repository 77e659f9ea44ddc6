"""How a partner's SOAP service is reached."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from crossdock.transports.bounds import Seconds


class SoapSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "soap"`, for connectors that call a service by operation.

    `wsdl` is a file of the project's folder, with all it imports beside it: nothing is fetched. `url` is where the
    service is, whatever the WSDL says. Secret: `soap_authorization`, sent as the Authorization header where given.
    """

    kind: Literal["soap"]
    url: Annotated[str, msgspec.Meta(pattern="^https?://[^/]")]
    wsdl: Annotated[str, msgspec.Meta(pattern=r"^(?!/)(?!.*\.\.).+$")]
    timeout_s: Seconds = 30.0
    private_network: bool = False
