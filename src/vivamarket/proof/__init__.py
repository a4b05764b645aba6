"""The proof that the checkout keeps its promises: tools that ship with the shop and that it never imports.

``simulator`` runs the domain in virtual time under seeded faults, ``explorer`` visits every state of a
small world, ``mutants`` grades both with planted bugs, ``chaos`` breaks real processes. Each works through
the ports, routes and processes that everybody uses; production code has no switch for any of them.
"""
