"""The explorer: visits every state of a small checkout by plain breadth-first search.

Owns the small model of the world around the real decisions (``orders``, ``steps``), the searches
(``closure``, ``pairs``), what is checked in every state (``checks``) and the account (``report``). Does
not own the decisions: they are ``checkout.decisions`` and the table, unchanged.

Two shoppers meet in one thing only: whether the unit is there when they want it. So the explorer visits
every state of one shopper's corner under every answer of the stock (``closure``), and every pair of
corners by walking them together (``pairs``), with smaller bounds.
"""

from vivamarket.proof.explorer.report import Exploration, explore
from vivamarket.proof.explorer.scopes import FULL, SHORT

__all__ = ["FULL", "SHORT", "Exploration", "explore"]
