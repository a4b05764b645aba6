import type {
  DeliveryStatus,
  EndpointRequest,
  operations,
  ProductStatus,
  ReturnStatus,
} from "@vivamarket/api-client";
import type { DataProvider, GetListParams, Identifier, RaRecord } from "ra-core";
import { i18nProvider } from "../messages/index.ts";
import { ask, changeOnce } from "./calls.ts";
import { Keyset, type KeysetPage } from "./keyset.ts";
import { orderQuery } from "./order-query.ts";
import { api } from "./session.ts";

/** A record of the API under the name React-Admin knows it by. */
type Named = RaRecord<string>;

/** How one kind of record is read and changed. What is missing, the API does not have. */
interface Source {
  /** A page of the list; lists without pages return everything and no cursor. */
  list?: (page: PageWish) => Promise<KeysetPage<Named>>;
  one?: (id: string) => Promise<Named>;
  create?: (data: unknown) => Promise<Named>;
  update?: (id: string, data: unknown) => Promise<Named>;
  remove?: (id: string) => Promise<unknown>;
}

interface PageWish {
  readonly query: { readonly cursor?: string; readonly limit: number };
  readonly filter: Readonly<Record<string, unknown>>;
  /** The reader's language, for what is shown in one. */
  readonly locale: string;
}

type ProductWish = Pick<
  NonNullable<operations["listStaffProducts"]["parameters"]["query"]>,
  "q" | "stock" | "sort" | "category_id"
>;

const keyset = new Keyset();

const sources: Readonly<Record<string, Source>> = {
  orders: {
    list: async ({ query, filter }) => {
      const wanted = { ...query, ...orderQuery(filter) };
      const page = await ask(() => api.GET("/api/v1/staff/orders", { params: { query: wanted } }));
      return named(page, (row) => ({ ...row, id: row.number }));
    },
  },
  returns: {
    list: ({ query, filter }) => {
      const status = filter.status as ReturnStatus | undefined;
      const wanted = { ...query, ...(status === undefined ? {} : { status }) };
      return ask(() => api.GET("/api/v1/staff/returns", { params: { query: wanted } }));
    },
  },
  products: {
    list: ({ query, filter, locale }) => {
      const status = filter.status as ProductStatus | undefined;
      const wanted = {
        ...query,
        ...(words(filter, ["q", "stock", "sort", "category_id"]) as ProductWish),
        ...(status === undefined ? {} : { status: [status] }),
        locale,
      };
      return ask(() => api.GET("/api/v1/staff/products", { params: { query: wanted } }));
    },
  },
  inventory: {
    list: async ({ query, filter, locale }) => {
      const low = typeof filter.low === "string" ? { low: Number(filter.low) } : {};
      const wanted = { ...query, ...words(filter, ["q"]), ...low, locale };
      const page = await ask(() => api.GET("/api/v1/staff/inventory", { params: { query: wanted } }));
      return named(page, (row) => ({ ...row, id: row.sku }));
    },
  },
  transfers: {
    list: ({ query }) => ask(() => api.GET("/api/v1/staff/transfers", { params: { query } })),
  },
  mails: {
    list: async ({ query }) => ask(() => api.GET("/api/v1/staff/mails", { params: { query } })),
  },
  "dead-letters": {
    list: async () => {
      const { items } = await ask(() => api.GET("/api/v1/staff/dead-letters"));
      // Two boxes number their letters on their own.
      return whole(items.map((each) => ({ ...each, letter_id: each.id, id: `${each.box}/${each.id}` })));
    },
  },
  reconciliation: {
    list: async () => whole((await ask(() => api.GET("/api/v1/staff/reconciliation-reports"))).items),
  },
  webhooks: {
    list: async () => whole((await ask(() => api.GET("/api/v1/staff/webhook-endpoints"))).items),
    one: (endpoint_id) => {
      const path = { endpoint_id };
      return ask(() => api.GET("/api/v1/staff/webhook-endpoints/{endpoint_id}", { params: { path } }));
    },
    update: (endpoint_id, data) => {
      const body = data as EndpointRequest;
      const path = { endpoint_id };
      return changeOnce(["update endpoint", endpoint_id, body], (header) =>
        api.PUT("/api/v1/staff/webhook-endpoints/{endpoint_id}", { params: { path, header }, body }),
      );
    },
    remove: (endpoint_id) => {
      const path = { endpoint_id };
      return changeOnce(["delete endpoint", endpoint_id], (header) =>
        api.DELETE("/api/v1/staff/webhook-endpoints/{endpoint_id}", { params: { path, header } }),
      );
    },
  },
  customers: {
    list: ({ query, filter }) => {
      const wanted = { ...query, ...words(filter, ["q"]) };
      return ask(() => api.GET("/api/v1/staff/customers", { params: { query: wanted } }));
    },
  },
  staff: {
    list: async () => whole((await ask(() => api.GET("/api/v1/staff/accounts"))).items),
  },
  "settings-versions": {
    list: async ({ query }) => {
      const page = await ask(() => api.GET("/api/v1/staff/settings/versions", { params: { query } }));
      return named(page, (row) => ({ ...row, id: String(row.version) }));
    },
  },
  "audit-log": {
    list: async ({ query, filter }) => {
      const wanted = {
        ...query,
        ...words(filter, ["staff_id", "operation", "resource"]),
        ...dayBegins(filter, ["since", "before"]),
      };
      const page = await ask(() => api.GET("/api/v1/staff/audit-log", { params: { query: wanted } }));
      return named(page, (row) => ({ ...row, id: String(row.seq) }));
    },
  },
  deliveries: {
    list: ({ query, filter }) =>
      ask(() =>
        api.GET("/api/v1/staff/webhook-deliveries", {
          params: {
            query: {
              ...query,
              ...(typeof filter.endpoint_id === "string" ? { endpoint_id: filter.endpoint_id } : {}),
              ...(typeof filter.status === "string" ? { status: filter.status as DeliveryStatus } : {}),
            },
          },
        }),
      ),
  },
};

/** React-Admin's way to the shop's API. Lists are keyset pages: nobody counts what there is. */
export const dataProvider: DataProvider = {
  async getList(resource, params) {
    const { list } = source(resource);
    if (list === undefined) throw lacking(resource, "list");
    return (await listed(resource, params, list)) as never;
  },
  async getOne(resource, { id }) {
    const { one } = source(resource);
    if (one === undefined) throw lacking(resource, "read");
    return { data: (await one(String(id))) as never };
  },
  async getMany(resource, { ids }) {
    const { one } = source(resource);
    if (one === undefined) throw lacking(resource, "read");
    return { data: (await Promise.all(ids.map((id) => one(String(id))))) as never };
  },
  async getManyReference(resource, { target, id, ...params }) {
    const { list } = source(resource);
    if (list === undefined) throw lacking(resource, "list");
    const narrowed = { ...params, filter: { ...params.filter, [target]: id } };
    return (await listed(resource, narrowed, list)) as never;
  },
  async create(resource, { data }) {
    const { create } = source(resource);
    if (create === undefined) throw lacking(resource, "create");
    return { data: (await create(data)) as never };
  },
  async update(resource, { id, data }) {
    const { update } = source(resource);
    if (update === undefined) throw lacking(resource, "update");
    return { data: (await update(String(id), data)) as never };
  },
  async delete(resource, { id }) {
    const { remove } = source(resource);
    if (remove === undefined) throw lacking(resource, "delete");
    await remove(String(id));
    return { data: { id } as never };
  },
  updateMany: (resource) => Promise.reject(lacking(resource, "update many")),
  deleteMany: (resource) => Promise.reject(lacking(resource, "delete many")),
};

async function listed(
  resource: string,
  params: Pick<GetListParams, "pagination" | "filter">,
  list: NonNullable<Source["list"]>,
) {
  const { page = 1, perPage: limit = 50 } = params.pagination ?? {};
  const filter = (params.filter ?? {}) as Record<string, unknown>;
  const locale = i18nProvider.getLocale();
  return keyset.page(JSON.stringify([resource, limit, locale, filter]), page, (cursor) =>
    list({ query: { limit, ...(cursor === undefined ? {} : { cursor }) }, filter, locale }),
  );
}

/** Return those of the filters that are texts under these names. */
function words<Name extends string>(
  filter: PageWish["filter"],
  names: readonly Name[],
): { [K in Name]?: string } {
  const set = names.filter((name) => typeof filter[name] === "string" && filter[name] !== "");
  return Object.fromEntries(set.map((name) => [name, filter[name]])) as { [K in Name]?: string };
}

/** Return those of the filters that are days, as the moments at which they begin where the reader is. */
function dayBegins<Name extends string>(
  filter: PageWish["filter"],
  names: readonly Name[],
): { [K in Name]?: string } {
  const days = Object.entries(words(filter, names)) as [Name, string][];
  const begun = days.map(([name, day]) => [name, new Date(`${day}T00:00`)] as const);
  const known = begun.filter(([, at]) => !Number.isNaN(at.getTime()));
  return Object.fromEntries(known.map(([name, at]) => [name, at.toISOString()])) as { [K in Name]?: string };
}

function source(resource: string): Source {
  const found = sources[resource];
  if (found === undefined) throw new Error(`There is no resource ${resource}.`);
  return found;
}

function lacking(resource: string, verb: string): Error {
  return new Error(`The API cannot ${verb} ${resource}.`);
}

function named<T>(page: KeysetPage<T>, name: (row: T) => T & { id: string }): KeysetPage<Named> {
  return { items: page.items.map(name), next_cursor: page.next_cursor };
}

function whole<T extends { id: Identifier }>(items: readonly T[]): KeysetPage<Named> {
  return { items: items as readonly (T & { id: string })[], next_cursor: null };
}
