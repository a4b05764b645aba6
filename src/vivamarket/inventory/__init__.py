"""How much there is, how much is promised, and to which order.

Owns stock items, their journal and reservations. Does not own whether a SKU is counted at all or may
be sold beyond its stock (catalog says so, per variant) nor when a promise is made or ends (checkout).
"""
