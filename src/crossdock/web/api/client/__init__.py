"""A typed Python client, written from the OpenAPI document: models as typed dictionaries, a method an operation.

A resource of the API (the tag of its operations) is a module of models and one of calls: neither outgrows one reading.
What moves bytes (`transport.py` in the client) is written by hand and knows no operation.
"""
