"""Whole pages from catalogue values: which shell, which slots, which head. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from babel.dates import format_date

from vivamarket.catalog.model import Category, Product
from vivamarket.catalog.present import (
    CategoryTree,
    category_node,
    plain_excerpt,
    product_card,
    product_detail,
)
from vivamarket.content.markdown import rendered
from vivamarket.content.model import ContentBody, ContentPage
from vivamarket.pages import seo
from vivamarket.pages.editions import Edition
from vivamarket.pages.markup import View
from vivamarket.pages.site import PagesConfig, Site
from vivamarket.pages.views import (
    Tails,
    card_view,
    category_path,
    category_tail,
    content_tail,
    crumb_views,
    head_view,
    picture_view,
    product_path,
    product_tail,
    product_view,
    switch_view,
    tint_of,
)

HERO_TILES = 6
#: Cards of a category that are on a phone's first screen: their pictures do not wait for the layout.
FIRST_CARDS = 2
#: Rendered cards kept; then all are forgotten (an LRU cost more than it saved).
CARDS_MAX = 20_000
#: Pages for one shopper, with all below them: reached from the shop, not from a search engine.
_PERSONAL = {"offline", "search", "cart", "checkout", "order", "account", "wishlist", "stock-alert"}
_TEMPLATE = "template/"


@dataclass(frozen=True, slots=True)
class ShelfProduct:
    """A product on a shelf, and whether something of it can be bought."""

    product: Product
    available: bool


@dataclass(frozen=True, slots=True)
class HomeShelves:
    """What the front page shows."""

    featured: Sequence[ShelfProduct] = ()
    sale: Sequence[ShelfProduct] = ()
    fresh: Sequence[ShelfProduct] = ()


class Renderer:
    """Fills the site's templates for one state of the category tree; make a new one when the tree changes."""

    def __init__(
        self, site: Site, config: PagesConfig, tree: CategoryTree, content: Sequence[ContentPage] = ()
    ) -> None:
        self._site = site
        self._config = config
        self._tree = tree
        self._names = {locale: site.locales[locale].words["language"] for locale in config.locales}
        self._texts = {
            page.key: page
            for page in sorted(content, key=lambda page: (page.draft.position, page.key))
            if page.published is not None
        }
        self._frame = {
            edition: {"nav": self._nav(edition), "footer": self._footer(edition)}
            for edition in config.editions
        }
        self._cards: dict[tuple[str, int, Edition, bool, str], bytes] = {}

    @property
    def tree(self) -> CategoryTree:
        """Return the tree that the pages show."""
        return self._tree

    @property
    def frame(self) -> str:
        """Name what stands around every page: pages need rendering again when this changes."""
        parts = [part for frame in self._frame.values() for part in frame.values()]
        return sha256(b"".join(parts)).hexdigest()[:16]

    def product(
        self,
        product: Product,
        edition: Edition,
        available: Mapping[str, bool],
        related: Sequence[ShelfProduct],
        *,
        is_preview: bool = False,
    ) -> bytes:
        """Return a product's page. A preview is the same page, but nothing in it is for search engines."""
        detail = product_detail(product, locale=edition.locale, currency=edition.currency, tree=self._tree)
        tails = self.product_tails(product)
        words = self._site.edition(edition).words
        cards = [self._card(shelf, edition) for shelf in related]
        main = product_view(detail, edition, words, available, cards)
        path = product_path(edition, detail.slug)
        head = head_view(
            self._config,
            title=detail.seo.title,
            description=detail.seo.description,
            tails=tails,
            edition=edition,
            og_type="product",
            image=detail.images[0] if detail.images else None,
            json_ld=()
            if is_preview
            else seo.product_documents(self._config, detail, path, edition, available),
            hidden=is_preview,
        )
        switch = {} if is_preview else tails
        return self._page(edition, "template/product", switch, head, {"product": main})

    def category(self, category: Category, edition: Edition, shelf: Sequence[ShelfProduct]) -> bytes:
        """Return a category's page with its first products."""
        locale = edition.locale
        node = category_node(category, locale=locale, tree=self._tree, product_count=len(shelf))
        tails = self.category_tails(category)
        children = [other for other in self._tree.by_id.values() if other.parent_id == category.id]
        main: View = {
            "breadcrumb": crumb_views(node.path[:-1], edition),
            "tint": tint_of(category.id, node.image.color if node.image else ""),
            "title": node.title,
            "description": node.description_html.encode(),
            "has_picture": node.image is not None and node.image.src_base,
            **picture_view(node.image),
            "has_children": bool(children),
            "children": [self._category_link(child, edition) for child in _by_position(children)],
        }
        first = b"".join([self._card(place, edition, "card_first") for place in shelf[:FIRST_CARDS]])
        grid: View = {"cards": first + self._shelf(shelf[FIRST_CARDS:], edition), "empty": not shelf}
        text = category.text(locale)
        head = head_view(
            self._config,
            title=text.seo_title or text.title,
            description=text.seo_description or plain_excerpt(text.description_html),
            tails=tails,
            edition=edition,
            image=node.image,
            json_ld=seo.category_documents(self._config, node.path, edition),
        )
        return self._page(edition, "template/category", tails, head, {"category": main, "grid": grid})

    def home(self, edition: Edition, shelves: HomeShelves) -> bytes:
        """Return the front page."""
        words = self._site.edition(edition).words
        tops = [category for category in self._tree.by_id.values() if category.parent_id is None]
        featured = [*shelves.featured, *shelves.fresh][:HERO_TILES]
        main: View = {
            "search": f"{edition.base}search/",
            "hero": [self._tile(shelf.product, edition) for shelf in featured],
            "has_categories": bool(tops),
            "categories": [self._category_link(top, edition) for top in _by_position(tops)],
            "has_featured": bool(shelves.featured),
            "featured": self._shelf(shelves.featured, edition),
            "has_sale": bool(shelves.sale),
            "sale": self._shelf(shelves.sale, edition),
            "has_fresh": bool(shelves.fresh),
            "fresh": self._shelf(shelves.fresh, edition),
        }
        tails = dict.fromkeys(self._config.locales, "")
        head = head_view(
            self._config,
            title=words["shop_title"],
            description=words["shop_description"],
            tails=tails,
            edition=edition,
            json_ld=seo.shop_documents(self._config, edition),
        )
        return self._page(edition, "", tails, head, {"home": main})

    def plain(self, edition: Edition, name: str) -> bytes:
        """Return a page without catalogue data, such as ``cart`` or ``about``."""
        words = self._site.edition(edition).words
        tails = dict.fromkeys(self._config.locales, f"{name}/")
        head = head_view(
            self._config,
            title=words[name],
            description=words.get(f"{name}_description", words["shop_description"]),
            tails=tails,
            edition=edition,
            hidden=name.partition("/")[0] in _PERSONAL,
        )
        return self._page(edition, name, tails, head, {})

    def content(self, page: ContentPage, body: ContentBody, edition: Edition) -> bytes:
        """Return one of the shop's own texts: what is published of it, or its draft."""
        text = body.text(edition.locale)
        words = self._site.edition(edition).words
        tails = self.content_tails(body)
        changed = page.published_at or page.updated_at
        main: View = {
            "lang": edition.locale if edition.locale in body.texts else next(iter(body.texts)),
            "title": text.title,
            "description": text.description,
            "has_description": bool(text.description),
            "body": rendered(text.body).encode(),
            "updated": words["content_updated"].replace(
                "{date}", format_date(changed, format="long", locale=edition.locale)
            ),
        }
        path = edition.base + tails[edition.locale]
        head = head_view(
            self._config,
            title=text.title,
            description=text.description or words["shop_description"],
            tails=tails,
            edition=edition,
            json_ld=seo.content_documents(self._config, text, path, changed),
        )
        return self._page(edition, "template/content", tails, head, {"content": main})

    def not_found(self, edition: Edition) -> bytes:
        """Return the page for addresses that name nothing."""
        words = self._site.edition(edition).words
        tails = dict.fromkeys(self._config.locales, "")
        head = head_view(
            self._config,
            title=words["not_found"],
            description=words["shop_description"],
            tails=tails,
            edition=edition,
            hidden=True,
        )
        return self._page(edition, "template/not-found", tails, head, {})

    def plain_names(self) -> list[str]:
        """Return the names of the pages without catalogue data."""
        first = self._site.locales[self._config.locales[0]]
        return [name for name in first.pages if name and not name.startswith(_TEMPLATE)]

    def product_tails(self, product: Product) -> dict[str, str]:
        """Return the product's address below the base, in every language."""
        return {locale: product_tail(product.text(locale).slug) for locale in self._config.locales}

    def category_tails(self, category: Category) -> dict[str, str]:
        """Return the category's address below the base, in every language."""
        return {locale: category_tail(category.text(locale).slug) for locale in self._config.locales}

    def content_tails(self, body: ContentBody) -> dict[str, str]:
        """Return the text's address below the base, in every language."""
        return {locale: content_tail(body.text(locale).slug) for locale in self._config.locales}

    def texts(self) -> list[tuple[ContentPage, ContentBody]]:
        """Return those of the shop's own texts that shoppers see, in order, with what they see."""
        return [(page, page.published) for page in self._texts.values() if page.published is not None]

    def _page(
        self, edition: Edition, shell: str, tails: Tails, head: View, parts: Mapping[str, View]
    ) -> bytes:
        site = self._site.edition(edition)
        slots = {name: site.fragments[name].render(view) for name, view in parts.items()}
        slots["head"] = site.fragments["head"].render(head)
        switch = switch_view(self._config, tails, edition, self._names)
        slots["language"] = site.fragments["language"].render(switch)
        slots |= self._frame[edition]
        return site.shells[shell].render(slots)

    def _nav(self, edition: Edition) -> bytes:
        tops = [category for category in self._tree.by_id.values() if category.parent_id is None]
        links = [self._category_link(top, edition) for top in _by_position(tops)]
        return self._site.edition(edition).fragments["nav"].render({"categories": links})

    def _footer(self, edition: Edition) -> bytes:
        links = [
            {
                "href": edition.base + content_tail(body.text(edition.locale).slug),
                "title": body.text(edition.locale).title,
            }
            for _, body in self.texts()
            if body.in_footer
        ]
        return self._site.edition(edition).fragments["footer"].render({"texts": links})

    def _category_link(self, category: Category, edition: Edition) -> View:
        node = category_node(category, locale=edition.locale, tree=self._tree, product_count=0)
        return {
            "id": category.id,
            "href": category_path(edition, node.slug),
            "title": node.title,
            "tint": tint_of(category.id, node.image.color if node.image else ""),
            **picture_view(node.image),
        }

    def _tile(self, product: Product, edition: Edition) -> View:
        card = product_card(product, locale=edition.locale, currency=edition.currency, tree=self._tree)
        href = product_path(edition, card.slug)
        tint = tint_of(card.id, card.image.color if card.image else "")
        return {"href": href, "title": card.title, "tint": tint, **picture_view(card.image)}

    def _shelf(self, shelf: Sequence[ShelfProduct], edition: Edition) -> bytes:
        return b"".join([self._card(place, edition) for place in shelf])

    def _card(self, place: ShelfProduct, edition: Edition, fragment: str = "card") -> bytes:
        product = place.product
        key = (product.id, product.version, edition, place.available, fragment)
        found = self._cards.get(key)
        if found is None:
            if len(self._cards) >= CARDS_MAX:
                self._cards.clear()
            card = product_card(
                product,
                locale=edition.locale,
                currency=edition.currency,
                tree=self._tree,
                available=place.available,
            )
            site = self._site.edition(edition)
            found = self._cards[key] = site.fragments[fragment].render(card_view(card, edition, site.words))
        return found


def _by_position(categories: Sequence[Category]) -> list[Category]:
    return sorted(categories, key=lambda category: category.position)
