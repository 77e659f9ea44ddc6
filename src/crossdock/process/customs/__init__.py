"""CD: one export declaration a shipment, and TRADE: the order's trade file it is drawn from (domain.md §3.4). May
import process.{machine,effects,step,terms}.
"""
