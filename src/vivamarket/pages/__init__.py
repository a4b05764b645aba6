"""Keeps the shop's static pages true: fills the storefront's exported templates from the catalogue.

Owns the files below ``pages/`` of the object store and its own notes below ``pages-state/``. Reads the
catalogue and stock, never changes them. Does not own markup (web/storefront) nor how files are served.
"""

from vivamarket.pages.follower import PagesFollower
from vivamarket.pages.on_demand import OnDemandPages, Page, Redirect
from vivamarket.pages.ports import StockReader
from vivamarket.pages.publisher import PagesPublisher, PublishReport
from vivamarket.pages.site import BadExport, PagesConfig, Site

__all__ = [
    "BadExport",
    "OnDemandPages",
    "Page",
    "PagesConfig",
    "PagesFollower",
    "PagesPublisher",
    "PublishReport",
    "Redirect",
    "Site",
    "StockReader",
]
