"""Who of the staff may call what of catalogue, inventory and figures."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.accounts.roles import Area
from vivamarket.api.policies.words import Policy, may_read, may_write

OFFICE_POLICIES: Mapping[str, Policy] = {
    "listStaffProducts": may_read(Area.CATALOGUE),
    "getStaffProduct": may_read(Area.CATALOGUE),
    "previewStaffProduct": may_read(Area.CATALOGUE),
    "createStaffProduct": may_write(Area.CATALOGUE),
    "updateStaffProduct": may_write(Area.CATALOGUE),
    "setStaffProductImages": may_write(Area.CATALOGUE),
    "archiveStaffProduct": may_write(Area.CATALOGUE),
    "previewProductChanges": may_read(Area.CATALOGUE),
    "changeProducts": may_write(Area.CATALOGUE),
    "undoProductChanges": may_write(Area.CATALOGUE),
    "listStaffCategories": may_read(Area.CATALOGUE),
    "getStaffCategory": may_read(Area.CATALOGUE),
    "createStaffCategory": may_write(Area.CATALOGUE),
    "updateStaffCategory": may_write(Area.CATALOGUE),
    "orderStaffCategories": may_write(Area.CATALOGUE),
    "deleteStaffCategory": may_write(Area.CATALOGUE),
    "uploadStaffMedia": may_write(Area.CATALOGUE),
    "getStaffMedia": may_read(Area.CATALOGUE),
    "uploadStaffImport": may_write(Area.CATALOGUE),
    "beginStaffExport": may_write(Area.CATALOGUE),
    "listStaffTransfers": may_read(Area.CATALOGUE),
    "getStaffTransfer": may_read(Area.CATALOGUE),
    "listStaffTransferLines": may_read(Area.CATALOGUE),
    "runStaffImport": may_write(Area.CATALOGUE),
    "cancelStaffTransfer": may_write(Area.CATALOGUE),
    "downloadStaffExport": may_read(Area.CATALOGUE),
    "listStaffInventory": may_read(Area.INVENTORY),
    "listStaffStockMoves": may_read(Area.INVENTORY),
    "adjustStaffStock": may_write(Area.INVENTORY),
    "getStaffDashboard": may_read(Area.REPORTS),
}
