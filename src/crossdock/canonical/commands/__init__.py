"""The commands of domain.md §2.10: a payload struct and a row for each, one module an addressee.

On the wire a command is named without the `cmd:` of the specification: `create_fulfilment_order`.
"""
