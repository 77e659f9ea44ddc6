"""AMQP 0-9-1 (RabbitMQ); the only home of aio-pika."""
