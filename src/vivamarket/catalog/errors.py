"""The catalogue's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused


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


class SiblingsChanged(Conflict):
    """The categories to put in order are not those that stand there now."""

    code = "siblings_changed"


class BulkEditNotFound(NotFound):
    """No such bulk edit, or it is forgotten."""

    code = "bulk_edit_not_found"


class UndoExpired(Refused):
    """The bulk edit can no longer be undone."""

    code = "undo_expired"


class AlreadyUndone(Refused):
    """The bulk edit was undone before."""

    code = "already_undone"


class BadBulkEdit(Invalid):
    """The bulk edit changes nothing, or cannot be made of any product."""

    code = "bad_bulk_edit"


class BadProduct(Invalid):
    """A product breaks a rule of form; ``fields`` names the field and the reason."""

    code = "bad_product"


class BadCategory(Invalid):
    """A category breaks a rule of form; ``fields`` names the field and the reason."""

    code = "bad_category"


class ChangesForgotten(Conflict):
    """The feed no longer keeps what follows that position: rebuild, then follow from the head."""

    code = "changes_forgotten"
