import Button from "@mui/material/Button";
import type { Shop, StaffProduct } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";

/** Leads to the product as shoppers see it, or, before they do, as they would. */
export function Look({ product, shop }: { product: StaffProduct; shop: Shop }) {
  const translate = useTranslate();
  const locale = shop.default_locale;
  const slug = product.texts[locale]?.slug;
  const isShown = product.is_shown && slug !== undefined;
  const href = isShown
    ? `/${locale}/p/${slug}/`
    : `/api/v1/staff/products/${product.id}/preview?locale=${locale}`;
  return (
    <Button href={href} rel="noopener" target="_blank" variant="outlined">
      {translate(isShown ? "va.product.look" : "va.product.preview")}
    </Button>
  );
}
