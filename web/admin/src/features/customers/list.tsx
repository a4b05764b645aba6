import MuiLink from "@mui/material/Link";
import type { CustomerRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { Filters, WordsFilter } from "../../shell/filters.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import { Below, type Column } from "../../shell/table.tsx";
import { Moment, useNameOf } from "../../shell/values.tsx";

/** Everybody with an account, newest first. */
export default function CustomerList() {
  const translate = useTranslate();
  const nameOf = useNameOf("language");
  const columns: readonly Column<CustomerRow>[] = [
    {
      name: "name",
      title: translate("va.customer.name"),
      cell: (customer) => (
        <>
          <MuiLink component={Link} sx={{ fontWeight: 600 }} to={`/customers/${customer.id}`}>
            {customer.name}
          </MuiLink>
          <Below>{customer.email}</Below>
        </>
      ),
    },
    {
      name: "locale",
      title: translate("va.customer.language"),
      wideOnly: true,
      cell: (customer) => nameOf(customer.locale),
    },
    {
      name: "since",
      title: translate("va.customer.since"),
      cell: (customer) => <Moment at={customer.created_at} />,
    },
  ];
  return (
    <RecordList<CustomerRow>
      caption={translate("va.nav.customers")}
      columns={columns}
      empty={translate("va.customer.none")}
      filters={
        <Filters>
          <WordsFilter label={translate("va.customer.find")} />
        </Filters>
      }
      head={<PageHead below={translate("va.customer.lead")} title={translate("va.nav.customers")} />}
      resource="customers"
    />
  );
}
