"""What the shop shows: products, variants, prices, categories, their texts in every language.

Owns products and categories, their slugs (old slugs redirect), versions and the change feed that
the search index and the pages follow. Does not own stock (inventory), pictures' bytes (media) or
what a customer pays (checkout re-prices from here inside its own rules).
"""
