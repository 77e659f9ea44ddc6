"""FO: one fulfilment order, our request to one warehouse (domain.md §3.2.2). May import
process.{machine,effects,step}.
"""
