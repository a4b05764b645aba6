import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import MuiLink from "@mui/material/Link";
import type { StaffContent } from "@vivamarket/api-client";
import { useLocale, useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem } from "../../shell/problems.tsx";
import { type Column, Empty, Table } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { titleOf } from "./draft.ts";
import { readContents } from "./requests.ts";

/** The shop's own texts in the order of the footer. */
export default function ContentList() {
  const translate = useTranslate();
  const locale = useLocale();
  const may = useMay();
  const { data, error, isPending, refetch } = useRead(["content"], readContents);
  if (isPending) return <Waiting />;
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  const columns: readonly Column<StaffContent>[] = [
    {
      name: "title",
      title: translate("va.content.title"),
      cell: (page) => (
        <MuiLink component={Link} to={`/content/${page.id}`}>
          {titleOf(page, locale)}
        </MuiLink>
      ),
    },
    {
      name: "status",
      title: translate("va.content.status"),
      cell: (page) => translate(`va.content.is.${page.status}`),
    },
    {
      name: "footer",
      title: translate("va.content.in_footer"),
      wideOnly: true,
      cell: (page) => (page.in_footer ? translate("va.content.yes") : "–"),
    },
    {
      name: "updated",
      title: translate("va.content.updated"),
      cell: (page) => <Moment at={page.updated_at} />,
    },
  ];
  return (
    <>
      <PageHead
        actions={
          may("content.write") && (
            <Button component={Link} to="/content/new" variant="contained">
              {translate("va.content.add")}
            </Button>
          )
        }
        title={translate("va.nav.content")}
      />
      <Card>
        {data.length > 0 ? (
          <Table
            caption={translate("va.nav.content")}
            columns={columns}
            keyOf={(page) => page.id}
            rows={data}
          />
        ) : (
          <Empty>{translate("va.content.none")}</Empty>
        )}
      </Card>
    </>
  );
}
