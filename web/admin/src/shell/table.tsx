import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import MuiTable from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { visuallyHidden } from "@mui/utils";
import type { ReactNode } from "react";

/** One column. The first one names its row. */
export interface Column<T> {
  readonly name: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  readonly numeric?: boolean;
  /** Left out on a phone, where the page of the row shows it. */
  readonly wideOnly?: boolean;
  /** The title is for screen readers only, such as above a row's buttons. */
  readonly untitled?: boolean;
}

interface Props<T> {
  /** What the table lists, for whoever hears it. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
}

const WIDE_ONLY: SxProps<Theme> = { display: { xs: "none", md: "table-cell" } };

/** On a phone cells stand closer together, but the outer ones begin and end where the words of other cards do. */
function besides<T>(columns: readonly Column<T>[], number: number): SxProps<Theme> {
  const between = { xs: 1, md: 2 };
  return { pl: number === 0 ? 2 : between, pr: number === columns.length - 1 ? 2 : between };
}

/** A table that scrolls inside itself where it is too wide. */
export function Table<T>({ caption, columns, rows, keyOf }: Props<T>) {
  return (
    // What scrolls must be reachable by keyboard. Titles that are only heard have a place in it, too: without
    // `relative` theirs would be beside it, and the page as wide as the table.
    <Box aria-label={caption} role="group" sx={{ overflowX: "auto", position: "relative" }} tabIndex={0}>
      <MuiTable size="small">
        <caption style={visuallyHidden}>{caption}</caption>
        <TableHead>
          <TableRow>
            {columns.map((column, number) => (
              <TableCell
                align={column.numeric ? "right" : "left"}
                key={column.name}
                scope="col"
                sx={{ ...besides(columns, number), ...(column.wideOnly ? WIDE_ONLY : {}) } as SxProps<Theme>}
              >
                {column.untitled ? <span style={visuallyHidden}>{column.title}</span> : column.title}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow hover key={keyOf(row)}>
              {columns.map((column, number) => (
                <TableCell
                  align={column.numeric ? "right" : "left"}
                  component={number === 0 ? "th" : "td"}
                  key={column.name}
                  scope={number === 0 ? "row" : undefined}
                  sx={
                    {
                      fontWeight: 400,
                      ...besides(columns, number),
                      ...(column.wideOnly ? WIDE_ONLY : {}),
                    } as SxProps<Theme>
                  }
                >
                  {column.cell(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </MuiTable>
    </Box>
  );
}

/** Said where a list has nothing to show. */
export function Empty({ children }: { children: ReactNode }) {
  return (
    <Box component="p" sx={{ m: 0, px: 2, pb: 2, pt: 1, color: "text.secondary" }}>
      {children}
    </Box>
  );
}

/** A small second line in a cell. */
export function Below({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ display: "block", color: "text.secondary", fontSize: 13 }}>
      {children}
    </Box>
  );
}
