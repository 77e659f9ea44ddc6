"""ORD: the order's control state and quantity ledger (domain.md §3.2.1, §1.2, §9.2). May import
process.{machine,effects,step}.
"""
