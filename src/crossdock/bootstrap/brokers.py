"""A partner's broker made from its `[transport]` table: what is read there, what is published, and the loops that read.

The password is the secret `broker_password`; a certificate authority of the partner's own is the secret `broker_ca`
(PEM, usually `file:…`), otherwise those of the machine are trusted.
"""

from __future__ import annotations

import ssl

from crossdock.bootstrap.places import Wiring
from crossdock.bootstrap.project import PartnerConfig
from crossdock.bootstrap.transports import BrokerSettings
from crossdock.jetstream.partner import NatsConfig, NatsPublisher, NatsSubscription
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Publisher, Subscription
from crossdock.ports.published import PublishedFiles
from crossdock.ports.transport import DropTransport
from crossdock.transports.amqp.config import AmqpConfig
from crossdock.transports.amqp.publisher import AmqpPublisher
from crossdock.transports.amqp.subscription import AmqpSubscription
from crossdock.transports.kafka.config import KafkaConfig
from crossdock.transports.kafka.publisher import KafkaPublisher
from crossdock.transports.kafka.subscription import KafkaSubscription
from crossdock.transports.mqtt.config import MqttConfig
from crossdock.transports.mqtt.publisher import MqttPublisher
from crossdock.transports.mqtt.subscription import MqttSubscription

# The names under which a partner file gives what its broker wants of us.
PASSWORD, AUTHORITY = "broker_password", "broker_ca"


def subscription_of(config: PartnerConfig) -> Subscription | None:
    """What is read from this partner's broker; `None` where nothing is.

    Raises:
        Permanent: the certificate authority cannot be read.
    """
    settings = config.transport
    if not isinstance(settings, BrokerSettings):
        return None
    password, tls = access_of(config, settings)
    match settings:
        case AmqpConfig(queue_in=queue) if queue:
            return AmqpSubscription(settings, password, tls)
        case MqttConfig(topics_in=topics) if topics:
            return MqttSubscription(settings, password, tls)
        case KafkaConfig(topics_in=topics) if topics:
            return KafkaSubscription(settings, password, tls)
        case NatsConfig(stream_in=stream) if stream:
            return NatsSubscription(settings, password, tls)
        case _:
            return None


def takes(settings: BrokerSettings) -> bool:
    """Whether the partner file names a place to publish."""
    match settings:
        case AmqpConfig():
            return bool(settings.routing_key_out)
        case NatsConfig():
            return bool(settings.subject_out)
        case _:
            return bool(settings.topic_out)


def publisher_of(config: PartnerConfig, wiring: Wiring) -> Publisher:
    """Where messages for this partner are published; whoever opened `wiring` closes it.

    Raises:
        Permanent: its file names no place to publish, or the certificate authority cannot be read.
    """
    settings = config.transport
    assert isinstance(settings, BrokerSettings), settings
    password, tls = access_of(config, settings)
    publisher: Publisher
    match settings:
        case AmqpConfig(routing_key_out=key) if key:
            publisher = AmqpPublisher(settings, password, tls)
        case MqttConfig(topic_out=topic) if topic:
            publisher = MqttPublisher(settings, password, tls)
        case KafkaConfig(topic_out=topic) if topic:
            publisher = KafkaPublisher(settings, password, tls)
        case NatsConfig(subject_out=subject) if subject:
            publisher = NatsPublisher(settings, password, tls)
        case _:
            raise Permanent(
                f"partners/{config.partner.id}.toml: transport names no place to publish: add routing_key_out, "
                "topic_out or subject_out, or say commands = false under settings"
            )
    wiring.opened.append(publisher)
    return publisher


def files_over_broker(config: PartnerConfig, wiring: Wiring) -> DropTransport | None:
    """Documents as messages on the partner's broker; `None` for a partner without one.

    Raises:
        Permanent: as `publisher_of`.
    """
    if not isinstance(config.transport, BrokerSettings):
        return None
    return PublishedFiles(publisher_of(config, wiring), config.transport.content_type)


def access_of(config: PartnerConfig, settings: BrokerSettings) -> tuple[Secret | None, ssl.SSLContext | None]:
    """Password and encryption.

    Raises:
        Permanent: the certificate authority cannot be read.
    """
    password, authority = (next(iter(config.secrets.get(name, ())), None) for name in (PASSWORD, AUTHORITY))
    encrypted = (
        settings.tls if isinstance(settings, KafkaConfig) else settings.url.startswith(("amqps", "mqtts", "tls"))
    )
    if not encrypted:
        return password, None
    try:
        return password, ssl.create_default_context(cadata=authority.reveal() if authority is not None else None)
    except (ssl.SSLError, ValueError) as error:
        raise Permanent(
            f"partners/{config.partner.id}.toml: {AUTHORITY} is no certificate in PEM form: {error}"
        ) from error
