"""What is bought together, so that a product page can say so.

Owns the scores between pairs of products, nothing of a person: which orders they came from is not kept. Does
not own the products (catalog) nor the orders, whose lines it reads once.
"""

from vivamarket.recommendations.model import Basket, pair_scores
from vivamarket.recommendations.ports import BasketReader, CompanionStore
from vivamarket.recommendations.service import CompanionCounting

__all__ = ["Basket", "BasketReader", "CompanionCounting", "CompanionStore", "pair_scores"]
