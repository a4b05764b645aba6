"""What machines read: schema.org documents, the sitemap, robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from urllib.parse import quote

from vivamarket.catalog.present import Crumb, ProductDetail, ProductVariant, plain_excerpt
from vivamarket.content.model import ContentText
from vivamarket.pages.editions import Edition
from vivamarket.pages.site import PagesConfig
from vivamarket.pages.views import Tails, category_path

#: What the protocol allows a file (https://www.sitemaps.org/protocol.html): 50,000 addresses, 50 MiB.
SITEMAP_URLS_MAX = 50_000
SITEMAP_BYTES_MAX = 50 * 1024 * 1024
#: A slug's 200 bytes percent-encoded, the shop's own address, and the markup around them.
URL_BYTES_MAX = 1_000
_DESCRIPTION_LENGTH_MAX = 5_000
_CONTEXT = "https://schema.org"


def product_documents(
    config: PagesConfig, product: ProductDetail, path: str, edition: Edition, available: Mapping[str, bool]
) -> list[object]:
    """Return the documents of a product page: the product (or its group of variants) and the way to it."""
    url = config.public_url + path
    common: dict[str, object] = {
        "@context": _CONTEXT,
        "name": product.title,
        "description": plain_excerpt(product.description_html, _DESCRIPTION_LENGTH_MAX),
        "url": url,
        "image": [
            f"{config.public_url}{image.src_base}{image.widths[-1]}.webp"
            for image in product.images
            if image.src_base and image.widths
        ],
    }
    if product.vendor:
        common["brand"] = {"@type": "Brand", "name": product.vendor}
    if len(product.variants) > 1:
        common |= {
            "@type": "ProductGroup",
            "productGroupID": product.id,
            "variesBy": [option.label for option in product.options],
            "hasVariant": [_variant(product, variant, url, available) for variant in product.variants],
        }
    else:
        common["@type"] = "Product"
        for variant in product.variants:
            common |= _identity(variant) | {"offers": _offer(variant, url, available)}
    return [common, _breadcrumb(config, product.breadcrumb, edition, (product.title, url))]


def category_documents(config: PagesConfig, crumbs: Sequence[Crumb], edition: Edition) -> list[object]:
    """Return the document of a category page: the way to it."""
    return [_breadcrumb(config, crumbs, edition, None)]


def content_documents(
    config: PagesConfig, text: ContentText, path: str, published_at: datetime
) -> list[object]:
    """Return the document of one of the shop's own texts."""
    return [
        {
            "@context": _CONTEXT,
            "@type": "WebPage",
            "name": text.title,
            "description": text.description,
            "url": config.public_url + path,
            "dateModified": published_at.date().isoformat(),
        }
    ]


def _return_policy(days: int) -> object:
    """Return the policy as schema.org tells it; no days: nothing is taken back."""
    if days == 0:
        category = f"{_CONTEXT}/MerchantReturnNotPermitted"
        return {"@type": "MerchantReturnPolicy", "returnPolicyCategory": category}
    return {
        "@type": "MerchantReturnPolicy",
        "returnPolicyCategory": f"{_CONTEXT}/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": days,
        "returnMethod": f"{_CONTEXT}/ReturnByMail",
    }


def shop_documents(config: PagesConfig, edition: Edition) -> list[object]:
    """Return the documents of the front page: who sells, and how the shop is searched."""
    home = config.public_url + edition.base
    return [
        {
            "@context": _CONTEXT,
            "@type": "Organization",
            "name": config.shop_name,
            "url": home,
            "hasMerchantReturnPolicy": _return_policy(config.return_days),
        },
        {
            "@context": _CONTEXT,
            "@type": "WebSite",
            "name": config.shop_name,
            "url": home,
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{home}search/?q={{search_term_string}}",
                "query-input": "required name=search_term_string",
            },
        },
    ]


def sitemap(config: PagesConfig, pages: Iterable[tuple[Tails, datetime | None]]) -> bytes:
    """Return one sitemap file of pages, each with its other languages and when it changed, if known."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    ]
    for tails, changed_at in pages:
        addresses = {
            main.locale: _address(config, main.base + tails[main.locale]) for main in config.main_editions
        }
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{locale}" href="{address}"/>'
            for locale, address in addresses.items()
        )
        out.extend(
            f"<url><loc>{address}</loc>{_changed(changed_at)}{links}</url>\n"
            for address in addresses.values()
        )
    out.append("</urlset>\n")
    return "".join(out).encode()


def sitemap_index(config: PagesConfig, files: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return the file that names all sitemap files, and when what they list changed, if known."""
    entries = "".join(
        f"<sitemap><loc>{_address(config, '/' + name)}</loc>{_changed(changed_at)}</sitemap>\n"
        for name, changed_at in files
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</sitemapindex>\n'
    ).encode()


def _address(config: PagesConfig, path: str) -> str:
    return escape(config.public_url + quote(path))


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at is not None else ""


def robots(config: PagesConfig) -> bytes:
    """Return robots.txt: all but what belongs to one shopper."""
    private = "".join(
        f"Disallow: {edition.base}{page}/\n"
        for edition in config.editions
        for page in ("account", "cart", "checkout", "order", "search", "stock-alert", "wishlist")
    )
    return f"User-agent: *\n{private}Disallow: /api/\n\nSitemap: {config.public_url}/sitemap.xml\n".encode()


def _variant(
    product: ProductDetail, variant: ProductVariant, url: str, available: Mapping[str, bool]
) -> dict[str, object]:
    return {
        "@type": "Product",
        "name": f"{product.title} {variant.title}".strip(),
        **_identity(variant),
        "offers": _offer(variant, f"{url}?sku={variant.sku}", available),
    }


def _identity(variant: ProductVariant) -> dict[str, object]:
    identity: dict[str, object] = {"sku": variant.sku}
    return identity | {"gtin": variant.barcode} if variant.barcode.isdigit() else identity


def _offer(variant: ProductVariant, url: str, available: Mapping[str, bool]) -> dict[str, object]:
    in_stock = available.get(variant.sku, True)
    offer: dict[str, object] = {
        "@type": "Offer",
        "url": url,
        "availability": f"{_CONTEXT}/{'InStock' if in_stock else 'OutOfStock'}",
        "itemCondition": f"{_CONTEXT}/NewCondition",
    }
    if variant.price is not None:
        offer |= {"price": variant.price.decimal(), "priceCurrency": variant.price.currency}
    return offer


def _breadcrumb(
    config: PagesConfig, crumbs: Sequence[Crumb], edition: Edition, last: tuple[str, str] | None
) -> object:
    steps = [(crumb.title, config.public_url + category_path(edition, crumb.slug)) for crumb in crumbs]
    if last is not None:
        steps.append(last)
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(steps, start=1)
        ],
    }
