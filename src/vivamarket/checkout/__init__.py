"""Turns a cart into an order: the quote a shopper confirms, placing, payment, settling, expiry.

Owns the process and its rules. The records it changes belong to cart, inventory, orders, payments.
"""
