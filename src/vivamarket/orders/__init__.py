"""What was promised: orders with their lines, sums, addresses and history, as they were confirmed.

Owns orders. An order is a snapshot: it never looks prices or texts up again. Does not own when it
changes state (checkout), the money (payments) or the stock (inventory).
"""
