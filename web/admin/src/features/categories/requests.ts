import type { CategoryEdit, CategoryFields, CategoryOrder, StaffCategory } from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** What staff do with categories. Each is done once per intent; see `changeOnce`. */

/** Return the whole tree: parents before children, those of one parent in their order. */
export async function readCategories(): Promise<readonly StaffCategory[]> {
  return (await ask(() => api.GET("/api/v1/staff/categories"))).items;
}

export function addCategory(body: CategoryFields): Promise<StaffCategory> {
  return changeOnce(["add category", body], (header) =>
    api.POST("/api/v1/staff/categories", { params: { header }, body }),
  );
}

export function saveCategory(category_id: string, body: CategoryEdit): Promise<StaffCategory> {
  const path = { category_id };
  return changeOnce(["save category", category_id, body], (header) =>
    api.PUT("/api/v1/staff/categories/{category_id}", { params: { path, header }, body }),
  );
}

export function orderCategories(body: CategoryOrder): Promise<unknown> {
  return changeOnce(["order categories", body], (header) =>
    api.PUT("/api/v1/staff/category-order", { params: { header }, body }),
  );
}
