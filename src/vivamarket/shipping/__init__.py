"""How parcels travel and what that costs: zones of countries, each with flat or weight-based methods.

Owns zones, methods and their prices. Does not own shipments or tracking (orders).
"""
