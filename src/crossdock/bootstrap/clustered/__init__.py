"""Both engines as clusters on one machine, for runs that strike or measure them: never for production.

Knows the engines' programs and the few statements a fail-over manager says; no role, no load.
"""
