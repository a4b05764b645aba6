"""Files of products that staff send in and fetch: checked, imported and exported by the worker.

Owns the transfers (who asked for what, how far it is, what became of every line) and their files. Does not
own the format, nor what a row means: ``catalog.transfer`` reads and writes the files.
"""
