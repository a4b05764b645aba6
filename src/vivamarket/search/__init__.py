"""Finding products: words in every language, filters, facets, suggestions.

Owns the search document, the query, and following the catalogue: it reads the change feed and
availability changes and keeps an index true within a second. Decides nothing about money or stock.

Matching, in this order, each only when the one before found nothing (or, by relevance, next to
nothing): all words, the last one also as a prefix · all words with typos · half of the words.
"""
