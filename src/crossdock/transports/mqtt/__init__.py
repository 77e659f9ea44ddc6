"""MQTT 5; the only home of aiomqtt."""
