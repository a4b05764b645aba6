import DownIcon from "@mui/icons-material/ArrowDownwardOutlined";
import UpIcon from "@mui/icons-material/ArrowUpwardOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import IconButton from "@mui/material/IconButton";
import MuiLink from "@mui/material/Link";
import { useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { type Column, Empty, Table } from "../../shell/table.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { orderCategories, readCategories } from "./requests.ts";
import { type Branch, branchesOf, moved, nameOf } from "./tree.ts";

/** The tree that shoppers walk, in its order. */
export default function CategoryList() {
  const translate = useTranslate();
  const locale = useLocale();
  const may = useMay();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useRead(["categories"], readCategories);
  const order = useDeed(orderCategories, {
    tells: true,
    onDone: () => void client.invalidateQueries({ queryKey: ["categories"] }),
  });
  if (isPending) return <Waiting />;
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  const branches = branchesOf(data);
  const columns: readonly Column<Branch>[] = [
    {
      name: "name",
      title: translate("va.category.name"),
      cell: ({ category, depth }) => (
        <Box component="span" sx={{ display: "block", pl: depth * 3 }}>
          <MuiLink
            component={Link}
            sx={{ fontWeight: depth === 0 ? 600 : 400 }}
            to={`/categories/${category.id}`}
          >
            {nameOf(category, locale)}
          </MuiLink>
        </Box>
      ),
    },
    {
      name: "products",
      title: translate("va.nav.products"),
      numeric: true,
      cell: ({ category }) => category.product_count,
    },
    {
      name: "order",
      title: translate("va.category.order"),
      untitled: true,
      numeric: true,
      cell: (branch) =>
        may("catalogue.write") && <Movers branch={branch} isDoing={order.isDoing} onOrder={order.act} />,
    },
  ];
  return (
    <>
      <PageHead
        actions={
          may("catalogue.write") && (
            <Button component={Link} to="/categories/new" variant="contained">
              {translate("va.category.add")}
            </Button>
          )
        }
        title={translate("va.nav.categories")}
      />
      <Card>
        {branches.length > 0 ? (
          <Table
            caption={translate("va.nav.categories")}
            columns={columns}
            keyOf={({ category }) => category.id}
            rows={branches}
          />
        ) : (
          <Empty>{translate("va.category.none")}</Empty>
        )}
      </Card>
    </>
  );
}

interface MoversProps {
  readonly branch: Branch;
  readonly isDoing: boolean;
  readonly onOrder: (order: { parent_id: string | null; ids: string[] }) => void;
}

function Movers({ branch: { category, place, siblings }, isDoing, onOrder }: MoversProps) {
  const translate = useTranslate();
  const name = nameOf(category, useLocale());
  const move = (by: -1 | 1) => onOrder({ parent_id: category.parent_id, ids: moved(siblings, place, by) });
  return (
    <Box component="span" sx={{ whiteSpace: "nowrap" }}>
      <IconButton
        aria-label={translate("va.category.earlier", { name })}
        disabled={isDoing || place === 0}
        onClick={() => move(-1)}
        size="small"
      >
        <UpIcon fontSize="small" />
      </IconButton>
      <IconButton
        aria-label={translate("va.category.later", { name })}
        disabled={isDoing || place === siblings.length - 1}
        onClick={() => move(1)}
        size="small"
      >
        <DownIcon fontSize="small" />
      </IconButton>
    </Box>
  );
}
