"""The demo products as data: one YAML file per category, the facts they may state, and
``words/`` with one file per language.

``load()`` reads them all into the catalogue's own values. The files are strict: an unknown field, fact,
option value or price fails loudly, in the tests and not in somebody's shop.
"""

from vivamarket.demo.catalogue.build import DemoCatalogue, DemoPicture, load

__all__ = ["DemoCatalogue", "DemoPicture", "load"]
