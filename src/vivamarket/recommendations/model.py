"""From orders to scores of pairs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations

from vivamarket.kernel.ids import OrderId, ProductId

#: An order that is so much older counts half as much.
HALF_LIFE = timedelta(days=90)
#: From larger orders only the first products count: somebody who buys everything tells nothing about pairs.
PRODUCTS_PER_BASKET_MAX = 12
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Basket:
    """The different products of one order; none when it was never paid."""

    order_id: OrderId
    placed_at: datetime
    product_ids: tuple[ProductId, ...]


def pair_scores(baskets: Iterable[Basket]) -> Mapping[tuple[ProductId, ProductId], float]:
    """Return what each pair gains, both ways round.

    Later orders count more instead of earlier ones ever less ("forward decay", Cormode and others, 2009,
    https://doi.org/10.1109/ICDE.2009.65): scores of all times can be added and compared, and nothing that
    is stored has to be aged. A double holds them for some 250 years.
    """
    scores: dict[tuple[ProductId, ProductId], float] = {}
    for basket in baskets:
        weight = 2.0 ** ((basket.placed_at - _BEGINNING) / HALF_LIFE)
        for pair in permutations(dict.fromkeys(basket.product_ids[:PRODUCTS_PER_BASKET_MAX]), 2):
            scores[pair] = scores.get(pair, 0.0) + weight
    return scores
