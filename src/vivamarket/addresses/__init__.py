"""Where parcels and invoices go: postal addresses and each country's rules for them.

Owns the address value and its validation. Does not own whose address it is (cart, orders, accounts).
"""
