"""The catalogue's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound


class ProductNotFound(NotFound):
    """No such product, or it is not shown."""

    code = "product_not_found"


class CategoryNotFound(NotFound):
    """No such category."""

    code = "category_not_found"


class SlugTaken(Conflict):
    """Another record has this slug in this locale."""

    code = "slug_taken"


class SkuTaken(Conflict):
    """Another product sells this SKU."""

    code = "sku_taken"


class CategoryCycle(Conflict):
    """A category cannot stand below itself, nor deeper than the limit."""

    code = "category_cycle"


class CategoryNotEmpty(Conflict):
    """The category still has children or products."""

    code = "category_not_empty"


class BadProduct(Invalid):
    """A product breaks a rule of form; ``fields`` names the field and the reason."""

    code = "bad_product"


class BadCategory(Invalid):
    """A category breaks a rule of form; ``fields`` names the field and the reason."""

    code = "bad_category"


class ChangesForgotten(Conflict):
    """The feed no longer keeps what follows that position: rebuild, then follow from the head."""

    code = "changes_forgotten"
