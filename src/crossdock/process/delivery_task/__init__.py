"""DT: one own-fleet delivery task (domain.md §3.3.3). May import process.{machine,effects,step}."""
