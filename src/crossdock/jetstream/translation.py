"""The client's errors told in ours: who must act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nats.errors import Error, MaxPayloadError, OutboundBufferLimitError
from nats.js.errors import APIError, ServiceUnavailableError

from crossdock.kernel.errors import Overloaded, Permanent, Rejected, Transient

# Error codes of the JetStream API: maximum messages, maximum bytes, and per-account limits reached.
FULL = frozenset({10047, 10054, 10077, 10122, 10167})
# No server for a copy of a stream: the cluster has begun and does not know all of its servers yet, or one is away.
NO_PEERS = 10005


@contextmanager
def translated() -> Iterator[None]:
    """Tell the client's errors in ours."""
    try:
        yield
    except MaxPayloadError as error:
        raise Rejected("the message is larger than the log takes: send it in parts") from error
    except OutboundBufferLimitError as error:
        raise Overloaded("the log is away and its buffer is full: come back later") from error
    except ServiceUnavailableError as error:
        raise _unavailable(error) from error
    except APIError as error:
        if error.err_code == NO_PEERS:
            what = f"JetStream has too few servers for its copies ({error.description})"
            raise Transient(f"{what}: see that all are up; it is tried again") from error
        raise Permanent(f"JetStream refuses: {error.description} (code {error.err_code})") from error
    except TimeoutError as error:
        raise Transient("JetStream did not answer in time; it is tried again") from error
    except (Error, OSError) as error:
        raise Transient(f"NATS cannot be reached: {str(error) or type(error).__name__}; it is tried again") from error


def _unavailable(error: APIError) -> Transient:
    if error.err_code in FULL:
        return Overloaded(f"the log is full ({error.description}): come back later")
    return Transient(f"JetStream is healing: {error.description or 'no leader yet'}; it is tried again")
