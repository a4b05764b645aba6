"""The HTTP edge: REST routes, problem answers, OpenAPI, hot reads, the static site.

Owns the wire: statuses, headers, limits, request ids. Decides nothing about the shop; features do.
``create_api`` builds the API, ``create_edge`` puts hot reads and static pages in front of it.
"""

from vivamarket.api.admin import create_admin_app
from vivamarket.api.app import create_api, openapi_document
from vivamarket.api.config import AdminConfig, ApiConfig, StaticConfig
from vivamarket.api.edge import create_edge
from vivamarket.api.follow import HotFollower
from vivamarket.api.health import Drain, ReadyCheck
from vivamarket.api.hot import HotReads
from vivamarket.api.requests import RequestIds
from vivamarket.api.services import ApiServices
from vivamarket.api.shelves import Shelves
from vivamarket.api.static import PageSource, StaticSite

__all__ = [
    "AdminConfig",
    "ApiConfig",
    "ApiServices",
    "Drain",
    "HotFollower",
    "HotReads",
    "PageSource",
    "ReadyCheck",
    "RequestIds",
    "Shelves",
    "StaticConfig",
    "StaticSite",
    "create_admin_app",
    "create_api",
    "create_edge",
    "openapi_document",
]
