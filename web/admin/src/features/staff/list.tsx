import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import type { StaffAccount } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Status } from "../../shell/values.tsx";

/** Who runs the shop. */
export default function StaffList() {
  const translate = useTranslate();
  const may = useMay();
  const columns: readonly Column<StaffAccount>[] = [
    {
      name: "name",
      title: translate("va.staff.name"),
      cell: (account) => (
        <>
          <MuiLink component={Link} sx={{ fontWeight: 600 }} to={`/staff/${account.id}`}>
            {account.name}
          </MuiLink>
          <Below>{account.email}</Below>
        </>
      ),
    },
    {
      name: "role",
      title: translate("va.staff.role"),
      cell: (account) => translate(`va.role.${account.role}`),
    },
    {
      name: "state",
      title: translate("va.staff.state"),
      cell: (account) => <Status value={stateOf(account)} />,
    },
    {
      name: "factor",
      title: translate("va.staff.factor"),
      wideOnly: true,
      cell: (account) => translate(account.has_second_factor ? "va.staff.factor_on" : "va.staff.factor_off"),
    },
  ];
  const add = may("staff.write") && (
    <Button component={Link} to="/staff/new" variant="contained">
      {translate("va.staff.invite")}
    </Button>
  );
  return (
    <RecordList<StaffAccount>
      caption={translate("va.nav.staff")}
      columns={columns}
      empty={translate("va.staff.none")}
      head={<PageHead actions={add} below={translate("va.staff.lead")} title={translate("va.nav.staff")} />}
      resource="staff"
    />
  );
}

/** Return the one word that says how an account stands. */
export function stateOf(account: StaffAccount): "disabled" | "invited" | "active" {
  if (account.is_disabled) return "disabled";
  return account.is_invited ? "invited" : "active";
}
