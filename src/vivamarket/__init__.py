"""VivaMarket: a shop that never oversells, never charges twice and never loses a paid order."""

__version__ = "0.1.0"
