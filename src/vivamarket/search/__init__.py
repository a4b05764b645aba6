"""Finding products: words in every language, filters, facets, suggestions.

Owns the search document and the query. Follows the catalogue's change feed and availability;
decides nothing about money or stock.
"""
