"""The shop that a new installation opens with: about 120 products, their stock and their pictures.

Owns the demo catalogue's texts (``catalogue/*.yaml``), its composed pictures (``pictures/``), the program
that composes them (``compose``) and the loader that brings both into a shop. Nothing else depends on it:
a shop with products of its own never loads it.
"""
