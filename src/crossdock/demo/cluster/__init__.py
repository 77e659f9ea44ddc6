"""The hub as a cluster of real processes that are killed, stopped, cut off and failed over, under the demo's load.

`run` starts everything and judges; the others are the two clusters of engines, the proxies, the strikes and the watch.
"""
