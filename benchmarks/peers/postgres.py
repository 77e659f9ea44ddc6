"""The PostgreSQL that all sides share: the embedded one of the product, listening on the loopback address too."""

from __future__ import annotations

import psycopg
from psycopg import sql

from benchmarks.peers.machine import HOST
from benchmarks.peers.peer import Database

# Without these an answer may come before the disk has it.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def settings(port: int) -> dict[str, str]:
    """What the embedded server is started with beyond its own settings."""
    return {"listen_addresses": HOST, "port": str(port)}


def create(database: Database, name: str, template: str = "template1") -> None:
    """A fresh database, or a copy of `template`."""
    with psycopg.connect(database.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
        made = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(made)


def durable(database: Database) -> dict[str, str]:
    """The settings that matter, as the server has them."""
    with psycopg.connect(database.url("postgres")) as connection:
        rows = connection.execute("select name, setting from pg_settings where name = any(%s)", (list(DURABLE),))
        return dict(rows.fetchall())


def settle(database: Database) -> None:
    """Write out what is dirty, so that one side's checkpoint is not paid by the next."""
    with psycopg.connect(database.url("postgres"), autocommit=True) as connection:
        connection.execute("checkpoint")
