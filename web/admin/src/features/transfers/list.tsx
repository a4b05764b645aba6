import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import type { Transfer } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { Link } from "react-router-dom";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import type { Column } from "../../shell/table.tsx";
import { Moment, Status } from "../../shell/values.tsx";
import { NewExport, NewImport } from "./new.tsx";

/** Everything that came in or went out as a file. */
export default function TransferList() {
  const translate = useTranslate();
  const may = useMay();
  const [asked, setAsked] = useState<"import" | "export" | null>(null);
  const close = () => setAsked(null);
  const columns: readonly Column<Transfer>[] = [
    {
      name: "file",
      title: translate("va.transfer.file"),
      cell: (transfer) => (
        <MuiLink component={Link} sx={{ fontWeight: 600 }} to={`/transfers/${transfer.id}`}>
          {transfer.file_name}
        </MuiLink>
      ),
    },
    {
      name: "kind",
      title: translate("va.transfer.kind"),
      cell: (transfer) => translate(`va.transfer.kinds.${transfer.kind}`),
    },
    {
      name: "state",
      title: translate("va.order.status"),
      cell: (transfer) => (
        <Status label={translate(`va.transfer.states.${transfer.state}`)} value={transfer.state} />
      ),
    },
    {
      name: "products",
      title: translate("va.nav.products"),
      numeric: true,
      wideOnly: true,
      cell: productsOf,
    },
    {
      name: "asked",
      title: translate("va.transfer.asked"),
      wideOnly: true,
      cell: (transfer) => <Moment at={transfer.asked_at} />,
    },
  ];
  return (
    <>
      <RecordList<Transfer>
        caption={translate("va.nav.transfers")}
        columns={columns}
        empty={translate("va.transfer.none")}
        head={
          <PageHead
            actions={
              may("catalogue.write") && (
                <Box sx={{ display: "flex", gap: 1 }}>
                  <Button onClick={() => setAsked("export")} variant="outlined">
                    {translate("va.transfer.export")}
                  </Button>
                  <Button onClick={() => setAsked("import")} variant="contained">
                    {translate("va.transfer.import")}
                  </Button>
                </Box>
              )
            }
            below={translate("va.transfer.lead")}
            title={translate("va.nav.transfers")}
          />
        }
        resource="transfers"
      />
      {asked === "import" && <NewImport onClose={close} />}
      {asked === "export" && <NewExport onClose={close} />}
    </>
  );
}

function productsOf({ kind, state, done, check, result }: Transfer) {
  if (kind === "export") return state === "done" ? done : "–";
  const told = result.rows > 0 ? result : check;
  return told.rows > 0 ? told.created + told.changed + told.unchanged + told.refused : "–";
}
