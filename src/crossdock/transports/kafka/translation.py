"""The client's errors told in ours: who must act."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    IllegalOperation,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)

from crossdock.kernel.errors import Permanent, Transient
from crossdock.transports.kafka.config import KafkaConfig

REFUSALS = (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)


@contextmanager
def translated(config: KafkaConfig) -> Iterator[None]:
    """Tell the client's errors in ours."""
    place = config.servers[0]
    try:
        yield
    except REFUSALS as error:
        raise Permanent(f"Kafka at {place} refuses: {error}; correct the partner file or our rights there") from error
    except TimeoutError as error:
        raise Transient(f"Kafka at {place} did not answer in {config.timeout_s:g} s") from error
    except ssl.SSLCertVerificationError as error:
        raise Permanent(f"the certificate of Kafka at {place} is not trusted: {error.verify_message}") from error
    except (KafkaError, ConsumerStoppedError, IllegalOperation, OSError) as error:
        raise Transient(f"Kafka at {place} cannot be used now: {str(error) or type(error).__name__}") from error
