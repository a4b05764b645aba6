"""Whole pages from catalogue values: which shell, which slots, which head. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from vivamarket.catalog.model import Category, Product
from vivamarket.catalog.present import (
    CategoryTree,
    category_node,
    plain_excerpt,
    product_card,
    product_detail,
)
from vivamarket.pages import seo
from vivamarket.pages.markup import View
from vivamarket.pages.site import PagesConfig, Site
from vivamarket.pages.views import (
    card_view,
    category_path,
    crumb_views,
    head_view,
    language_views,
    picture_view,
    product_path,
    product_view,
    tint_of,
)

HERO_TILES = 6
#: Rendered cards kept; then all are forgotten (an LRU cost more than it saved).
CARDS_MAX = 20_000
#: Pages for one shopper, with all below them: reached from the shop, not from a search engine.
_PERSONAL = {"search", "cart", "checkout", "order", "account"}
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

    def __init__(self, site: Site, config: PagesConfig, tree: CategoryTree) -> None:
        self._site = site
        self._config = config
        self._tree = tree
        self._names = {locale: site.locales[locale].words["language"] for locale in config.locales}
        self._frame = {locale: self._nav(locale) for locale in config.locales}
        self._cards: dict[tuple[str, int, str, bool], bytes] = {}

    @property
    def frame(self) -> str:
        """Name what stands around every page: pages need rendering again when this changes."""
        return sha256(b"".join(self._frame.values())).hexdigest()[:16]

    def product(
        self, product: Product, locale: str, available: Mapping[str, bool], related: Sequence[ShelfProduct]
    ) -> bytes:
        """Return a product's page."""
        detail = product_detail(product, locale=locale, currency=self._config.currency, tree=self._tree)
        paths = self.product_paths(product)
        words = self._site.locales[locale].words
        cards = [self._card(shelf, locale) for shelf in related]
        main = product_view(detail, locale, words, available, cards)
        head = head_view(
            self._config,
            title=detail.seo.title,
            description=detail.seo.description,
            paths=paths,
            locale=locale,
            og_type="product",
            image=detail.images[0] if detail.images else None,
            json_ld=seo.product_documents(self._config, detail, paths[locale], locale, available),
        )
        return self._page(locale, "template/product", paths, head, {"product": main})

    def category(self, category: Category, locale: str, shelf: Sequence[ShelfProduct]) -> bytes:
        """Return a category's page with its first products."""
        node = category_node(category, locale=locale, tree=self._tree, product_count=len(shelf))
        paths = self.category_paths(category)
        children = [other for other in self._tree.by_id.values() if other.parent_id == category.id]
        main: View = {
            "breadcrumb": crumb_views(node.path[:-1], locale),
            "tint": tint_of(category.id, node.image.color if node.image else ""),
            "title": node.title,
            "description": node.description_html.encode(),
            "has_picture": node.image is not None and node.image.src_base,
            **picture_view(node.image),
            "has_children": bool(children),
            "children": [self._category_link(child, locale) for child in _by_position(children)],
        }
        grid: View = {"cards": self._shelf(shelf, locale), "empty": not shelf}
        text = category.text(locale)
        head = head_view(
            self._config,
            title=text.seo_title or text.title,
            description=text.seo_description or plain_excerpt(text.description_html),
            paths=paths,
            locale=locale,
            image=node.image,
            json_ld=seo.category_documents(self._config, node.path, locale),
        )
        return self._page(locale, "template/category", paths, head, {"category": main, "grid": grid})

    def home(self, locale: str, shelves: HomeShelves) -> bytes:
        """Return the front page."""
        words = self._site.locales[locale].words
        tops = [category for category in self._tree.by_id.values() if category.parent_id is None]
        featured = [*shelves.featured, *shelves.fresh][:HERO_TILES]
        main: View = {
            "search": f"/{locale}/search/",
            "hero": [self._tile(shelf.product, locale) for shelf in featured],
            "has_categories": bool(tops),
            "categories": [self._category_link(top, locale) for top in _by_position(tops)],
            "has_featured": bool(shelves.featured),
            "featured": self._shelf(shelves.featured, locale),
            "has_sale": bool(shelves.sale),
            "sale": self._shelf(shelves.sale, locale),
            "has_fresh": bool(shelves.fresh),
            "fresh": self._shelf(shelves.fresh, locale),
        }
        paths = {code: f"/{code}/" for code in self._config.locales}
        head = head_view(
            self._config,
            title=words["shop_title"],
            description=words["shop_description"],
            paths=paths,
            locale=locale,
            json_ld=seo.shop_documents(self._config, locale),
        )
        return self._page(locale, "", paths, head, {"home": main})

    def plain(self, locale: str, name: str) -> bytes:
        """Return a page without catalogue data, such as ``cart`` or ``about``."""
        words = self._site.locales[locale].words
        paths = {code: f"/{code}/{name}/" for code in self._config.locales}
        head = head_view(
            self._config,
            title=words[name],
            description=words.get(f"{name}_description", words["shop_description"]),
            paths=paths,
            locale=locale,
            hidden=name.partition("/")[0] in _PERSONAL,
        )
        return self._page(locale, name, paths, head, {})

    def not_found(self, locale: str) -> bytes:
        """Return the page for addresses that name nothing."""
        words = self._site.locales[locale].words
        paths = {code: f"/{code}/" for code in self._config.locales}
        head = head_view(
            self._config,
            title=words["not_found"],
            description=words["shop_description"],
            paths=paths,
            locale=locale,
            hidden=True,
        )
        return self._page(locale, "template/not-found", paths, head, {})

    def plain_names(self) -> list[str]:
        """Return the names of the pages without catalogue data."""
        first = self._site.locales[self._config.locales[0]]
        return [name for name in first.shells if name and not name.startswith(_TEMPLATE)]

    def product_paths(self, product: Product) -> dict[str, str]:
        """Return the product's address in every language."""
        return {locale: product_path(locale, product.text(locale).slug) for locale in self._config.locales}

    def category_paths(self, category: Category) -> dict[str, str]:
        """Return the category's address in every language."""
        return {locale: category_path(locale, category.text(locale).slug) for locale in self._config.locales}

    def _page(
        self, locale: str, shell: str, paths: Mapping[str, str], head: View, parts: Mapping[str, View]
    ) -> bytes:
        site = self._site.locales[locale]
        languages = {"languages": language_views(paths, locale, self._names)}
        slots = {name: site.fragments[name].render(view) for name, view in parts.items()}
        slots["head"] = site.fragments["head"].render(head)
        slots["language"] = site.fragments["language"].render(languages)
        slots["nav"] = self._frame[locale]
        return site.shells[shell].render(slots)

    def _nav(self, locale: str) -> bytes:
        tops = [category for category in self._tree.by_id.values() if category.parent_id is None]
        links = [self._category_link(top, locale) for top in _by_position(tops)]
        return self._site.locales[locale].fragments["nav"].render({"categories": links})

    def _category_link(self, category: Category, locale: str) -> View:
        node = category_node(category, locale=locale, tree=self._tree, product_count=0)
        return {
            "href": category_path(locale, node.slug),
            "title": node.title,
            "tint": tint_of(category.id, node.image.color if node.image else ""),
            **picture_view(node.image),
        }

    def _tile(self, product: Product, locale: str) -> View:
        card = product_card(product, locale=locale, currency=self._config.currency, tree=self._tree)
        href = product_path(locale, card.slug)
        tint = tint_of(card.id, card.image.color if card.image else "")
        return {"href": href, "title": card.title, "tint": tint, **picture_view(card.image)}

    def _shelf(self, shelf: Sequence[ShelfProduct], locale: str) -> bytes:
        return b"".join([self._card(place, locale) for place in shelf])

    def _card(self, place: ShelfProduct, locale: str) -> bytes:
        product = place.product
        key = (product.id, product.version, locale, place.available)
        found = self._cards.get(key)
        if found is None:
            if len(self._cards) >= CARDS_MAX:
                self._cards.clear()
            card = product_card(
                product,
                locale=locale,
                currency=self._config.currency,
                tree=self._tree,
                available=place.available,
            )
            site = self._site.locales[locale]
            found = self._cards[key] = site.fragments["card"].render(card_view(card, locale, site.words))
        return found


def _by_position(categories: Sequence[Category]) -> list[Category]:
    return sorted(categories, key=lambda category: category.position)
