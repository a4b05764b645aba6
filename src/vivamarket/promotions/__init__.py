"""Discounts and coupons: their place.

Nothing is here yet. A quote already carries ``discounts`` and every line a ``discount``, and the
placing transaction is where a coupon's use will be counted (never outside of it: see checkout).
"""
