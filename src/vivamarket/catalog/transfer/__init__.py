"""Products in and out as CSV files that Shopify reads and writes, in both generations of its headers.

Owns the format: columns, cells, what a row means, and the passes that import, export and fetch
pictures. Does not open files, fetch addresses or count stock: those come in as streams and ports.
Rules for shop owners: docs/guide/import.md.
"""
