"""What runs beside the shop: events to their handlers, repairs by the clock, followers of the catalogue.

Owns the loops and nothing else: what a loop does is a ``run_once`` of a feature. A worker may die at any
moment and there may be two of them; each thing it does is leased, conditional or idempotent.
"""
