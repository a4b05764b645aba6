"""The shop's own texts: about, delivery, returns, privacy, and whatever staff adds.

Owns the pages, their drafts and versions, their Markdown and their addresses in every language. Does not
own how a page looks (web/storefront) nor where its file lies (pages).
"""

from vivamarket.content.errors import BadContent, ContentNotFound, ContentSlugTaken, TooManyPages
from vivamarket.content.model import ContentBody, ContentPage, ContentText, ContentVersion
from vivamarket.content.ports import ContentStore
from vivamarket.content.service import ContentService

__all__ = [
    "BadContent",
    "ContentBody",
    "ContentNotFound",
    "ContentPage",
    "ContentService",
    "ContentSlugTaken",
    "ContentStore",
    "ContentText",
    "ContentVersion",
    "TooManyPages",
]
