"""One connection to an AMQP broker, and the client's errors told in ours."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aio_pika
from aio_pika.abc import AbstractConnection
from aiormq.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelAccessRefused,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    ConnectionNotAllowed,
    DeliveryError,
    ProbableAuthenticationError,
    PublishError,
)
from yarl import URL

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.amqp.config import AmqpConfig

HEARTBEAT_S = 20


@contextmanager
def translated(config: AmqpConfig) -> Iterator[None]:
    """Tell the client's errors in ours."""
    place = URL(config.url).host
    try:
        yield
    except (AuthenticationError, ProbableAuthenticationError) as error:
        raise Permanent(f"the broker {place} does not know us: correct user or password of the partner file") from error
    except (ChannelNotFoundEntity, ChannelPreconditionFailed, ChannelAccessRefused, ConnectionNotAllowed) as error:
        raise Permanent(f"the broker {place} refuses: {error}; correct the partner file or the broker") from error
    except PublishError as error:
        raise Permanent(
            f"no queue of the broker {place} takes the message: bind one, or correct routing_key_out"
        ) from error
    except DeliveryError as error:
        raise Transient(f"the broker {place} did not take the message: {error}; it is published again") from error
    except TimeoutError as error:
        raise Transient(f"the broker {place} did not answer in {config.timeout_s:g} s") from error
    except ssl.SSLCertVerificationError as error:
        raise Permanent(f"the certificate of the broker {place} is not trusted: {error.verify_message}") from error
    except (AMQPError, ChannelInvalidStateError, OSError, asyncio.IncompleteReadError) as error:
        raise Transient(f"the broker {place} cannot be reached: {str(error) or type(error).__name__}") from error


async def connect(config: AmqpConfig, password: Secret | None, tls: ssl.SSLContext | None) -> AbstractConnection:
    """Connect once; whoever uses it connects again when it is lost.

    Raises:
        Transient, Permanent: see `translated`.
    """
    url = URL(config.url)
    if config.user:
        url = url.with_user(config.user).with_password(password.reveal() if password is not None else "")
    with translated(config):
        return await aio_pika.connect(
            url.update_query(heartbeat=HEARTBEAT_S), timeout=config.timeout_s, ssl_context=tls
        )
