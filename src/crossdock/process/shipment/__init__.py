"""SHP: one shipment from planning to proof of delivery (domain.md §3.3.1, §4). May import
process.{machine,effects,step}.
"""
