"""EDIFACT with warehouses, carriers, TMSs, customs and order channels, acknowledged by CONTRL and APERAK."""
