"""Money in and out: payments, refunds, the ledger, and the provider that moves them.

Owns payment attempts, refunds, the inbox of the provider's events and the double-entry ledger. Does
not own what an order owes (orders) nor when money may move (checkout).
"""
