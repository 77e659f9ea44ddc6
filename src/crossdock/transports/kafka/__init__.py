"""Kafka; the only home of aiokafka."""
