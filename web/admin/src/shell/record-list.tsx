import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import LinearProgress from "@mui/material/LinearProgress";
import { ListBase, type RaRecord, useListContext, useTranslate } from "ra-core";
import type { ReactNode } from "react";
import { useColumns } from "./columns.tsx";
import { ProblemCard } from "./problems.tsx";
import { type Column, Empty, Table } from "./table.tsx";

const ROWS = 50;
/** What went wrong stands where the rows would; it is not said a second time. */
const TOLD_BELOW = { onError: () => undefined };

interface Props<T extends RaRecord> {
  readonly resource: string;
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  /** Said when nothing is there at all; with filters, that nothing fits them is said instead. */
  readonly empty: string;
  readonly head?: ReactNode;
  readonly filters?: ReactNode;
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** Lists inside another page keep their page and filters out of the address. */
  readonly inside?: boolean;
}

/** A list of records: filters and page stand in the address, so that a list can be sent to a colleague. */
export function RecordList<T extends RaRecord>({ resource, fixed, inside = false, ...shown }: Props<T>) {
  return (
    <ListBase
      disableSyncWithLocation={inside}
      perPage={ROWS}
      queryOptions={TOLD_BELOW}
      resource={resource}
      {...(fixed === undefined ? {} : { filter: fixed })}
      {...(inside ? { storeKey: false as const } : {})}
    >
      {shown.head}
      <Rows<T> {...shown} inside={inside} resource={resource} />
    </ListBase>
  );
}

type Shown<T extends RaRecord> = Omit<Props<T>, "fixed" | "head">;

function Rows<T extends RaRecord>({ caption, columns, empty, filters, inside, resource }: Shown<T>) {
  const translate = useTranslate();
  const [wanted, chooser] = useColumns(resource, columns);
  const { data, error, filterValues, isFetching, isPending, refetch } = useListContext<T>();
  if (error !== null && error !== undefined) {
    return <ProblemCard error={error} onRetry={() => void refetch?.()} />;
  }
  const rows = data ?? [];
  const isFiltered = Object.keys(filterValues).length > 0;
  return (
    <>
      {inside ? filters : <Above chooser={rows.length > 0 && chooser} filters={filters} />}
      <Card sx={inside ? { border: 0, borderRadius: 0 } : {}}>
        <Box sx={{ height: 3 }}>
          {isFetching && <LinearProgress aria-label={translate("va.shell.loading")} sx={{ height: 3 }} />}
        </Box>
        {rows.length > 0 && (
          <Table caption={caption} columns={wanted} keyOf={(row) => String(row.id)} rows={rows} />
        )}
        {rows.length === 0 && !isPending && (
          <Empty>{isFiltered ? translate("va.list.nothing_fits") : empty}</Empty>
        )}
      </Card>
      <Pages />
    </>
  );
}

/**
 * What stands above a list. Without filters the columns' button goes up beside the page's lead, which leaves it
 * room on a wide screen; on a phone there are no columns to choose.
 */
function Above({ filters, chooser }: { filters: ReactNode; chooser: ReactNode }) {
  if (filters === undefined && !chooser) return null;
  const place = filters === undefined ? { mt: { lg: -5 }, justifyContent: "flex-end" } : {};
  return (
    <Box sx={{ display: "flex", alignItems: "flex-start", gap: 1, ...place }}>
      {filters !== undefined && <Box sx={{ flexGrow: 1, minWidth: 0 }}>{filters}</Box>}
      <Box sx={{ display: { xs: "none", md: "block" } }}>{chooser}</Box>
    </Box>
  );
}

/** Newer and older pages; nobody counts how many there are. */
function Pages() {
  const translate = useTranslate();
  const { hasNextPage, hasPreviousPage, page, setPage } = useListContext();
  if (!hasNextPage && !hasPreviousPage) return null;
  return (
    <Box
      aria-label={translate("va.list.pages")}
      component="nav"
      sx={{ display: "flex", alignItems: "center", justifyContent: "center", gap: 2, mt: 2 }}
    >
      <Button disabled={!hasPreviousPage} onClick={() => setPage(page - 1)} variant="outlined">
        {translate("va.list.before")}
      </Button>
      <span>{translate("va.list.page", { page })}</span>
      <Button disabled={!hasNextPage} onClick={() => setPage(page + 1)} variant="outlined">
        {translate("va.list.after")}
      </Button>
    </Box>
  );
}
