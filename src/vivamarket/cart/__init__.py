"""What a shopper wishes to buy: lines of SKUs with quantities, and the details given for checkout.

Owns carts. Does not own prices (catalog), stock (inventory) or the sums a shopper confirms (checkout).
A cart never holds a price: it is priced each time it is shown.
"""
