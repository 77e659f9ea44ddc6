"""Cases as people work them: deadlines, acts with reasons, alerts, remedies (domain.md §3.10, §5; mission.md W-28).

Whether a case is over is never decided here where the fold or a check holds it open.
"""
