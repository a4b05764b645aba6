"""The papers of a sale: invoices and credit notes, numbered without gaps and never changed.

Owns invoices. An invoice copies the seller, the sums and the lines when it is issued; the buyer's name
and address stand apart from it, so that they alone can be erased. Does not own the money (payments) nor
when an order is paid (checkout): it follows the books.
"""
