"""The demo products as data: one YAML file per category, one vocabulary for facts and options.

``load()`` reads them all into the catalogue's own values. The files are strict: an unknown field, fact,
option value or price fails loudly, in the tests and not in somebody's shop.
"""

from vivamarket.demo.catalogue.build import LOCALES, DemoCatalogue, DemoPicture, load

__all__ = ["LOCALES", "DemoCatalogue", "DemoPicture", "load"]
