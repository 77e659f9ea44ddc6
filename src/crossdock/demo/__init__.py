"""Attic: the simulated enterprise. Real servers and file peers with books of their own, faults by seed, and a verdict.

Imports bootstrap and below in the driver only; the peers know nothing of the hub but its public doors.
"""
