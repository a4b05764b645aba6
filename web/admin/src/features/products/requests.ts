import type {
  BulkEdit,
  BulkPreview,
  BulkWishIn,
  ProductAtVersion,
  ProductEdit,
  ProductFields,
  StaffMedia,
  StaffProduct,
} from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api, sending } from "../../api/session.ts";
import type { OnProgress } from "../../api/upload.ts";

/** What staff do with products. Each is done once per intent; see `changeOnce`. */

export function readProduct(product_id: string): Promise<StaffProduct> {
  const path = { product_id };
  return ask(() => api.GET("/api/v1/staff/products/{product_id}", { params: { path } }));
}

export function saveProduct(product_id: string, body: ProductEdit): Promise<StaffProduct> {
  const path = { product_id };
  return changeOnce(["save product", product_id, body], (header) =>
    api.PUT("/api/v1/staff/products/{product_id}", { params: { path, header }, body }),
  );
}

export function addProduct(body: ProductFields): Promise<StaffProduct> {
  return changeOnce(["add product", body], (header) =>
    api.POST("/api/v1/staff/products", { params: { header }, body }),
  );
}

/** Upload a picture; the same file again is the same picture. */
export function uploadPicture(file: File, onProgress: OnProgress): Promise<StaffMedia> {
  return changeOnce(["upload", file.name, file.size, file.lastModified], (header) =>
    api.POST("/api/v1/staff/media", {
      params: { header },
      // The document describes the body as bytes; the client would write it as JSON.
      body: file as never,
      bodySerializer: () => file,
      headers: { "Content-Type": "application/octet-stream" },
      fetch: sending(onProgress),
    }),
  );
}

/** See what a wish changes, without changing anything. */
export function previewChanges(product_ids: string[], wish: BulkWishIn): Promise<BulkPreview> {
  const body = { product_ids, wish };
  return changeOnce(["preview products", body], (header) =>
    api.POST("/api/v1/staff/product-changes/preview", { params: { header }, body }),
  );
}

/** Change products at the versions that were shown; whoever changed meanwhile is left alone. */
export function changeProducts(products: ProductAtVersion[], wish: BulkWishIn): Promise<BulkEdit> {
  const body = { products, wish };
  return changeOnce(["change products", body], (header) =>
    api.POST("/api/v1/staff/product-changes", { params: { header }, body }),
  );
}

export function undoChanges(edit_id: string): Promise<BulkEdit> {
  return changeOnce(["undo changes", edit_id], (header) =>
    api.POST("/api/v1/staff/product-changes/{edit_id}/undo", { params: { path: { edit_id }, header } }),
  );
}
