"""What an installation consists of, linked: processes as tables and drawings, contracts, systems, what proves what.

Pure values made from the code's own tables; `web.catalogue` and the console show them. Imports app and below.
"""
