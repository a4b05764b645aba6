import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import MuiLink from "@mui/material/Link";
import type { CustomerFile, StaffOrderRow } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { useState } from "react";
import { Link, useParams } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { useRead } from "../../api/use-read.ts";
import { useMay } from "../../shell/may.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Problem, ProblemCard } from "../../shell/problems.tsx";
import { Question } from "../../shell/question.tsx";
import { Fact, Facts, Section } from "../../shell/section.tsx";
import { Empty, Table } from "../../shell/table.tsx";
import { Amount, Moment, Status, useNameOf } from "../../shell/values.tsx";
import { Waiting } from "../../shell/waiting.tsx";
import { Notes } from "./notes.tsx";
import { OwnData } from "./own-data.tsx";
import { readCustomer, readOrders, signOut, unlock } from "./requests.ts";

/** One customer: what they bought, and help when they cannot get in. */
export default function CustomerPage() {
  const translate = useTranslate();
  const { id = "" } = useParams();
  const { data: file, error, refetch } = useRead(["customer", id], () => readCustomer(id));
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (file === undefined) return <Waiting />;
  return (
    <>
      <PageHead
        back={{ to: "/customers", label: translate("va.nav.customers") }}
        below={file.customer.email}
        beside={file.is_locked && <Status label={translate("va.customer.locked")} value="failed" />}
        title={file.customer.name}
      />
      <Box sx={{ display: "grid", gap: 2.5, gridTemplateColumns: { md: "2fr 1fr" }, alignItems: "start" }}>
        <Box sx={{ display: "grid", gap: 2.5, minWidth: 0 }}>
          <Orders id={id} />
          <Notes id={id} />
        </Box>
        <Box sx={{ display: "grid", gap: 2.5 }}>
          <Account again={() => void refetch()} file={file} />
          <OwnData file={file} />
        </Box>
      </Box>
    </>
  );
}

function Orders({ id }: { id: string }) {
  const translate = useTranslate();
  const may = useMay();
  const { data, error, refetch } = useRead(["customer orders", id], () => readOrders(id));
  const number = (order: StaffOrderRow) =>
    may("orders.read") ? (
      <MuiLink component={Link} sx={{ fontWeight: 600 }} to={`/orders/${order.number}`}>
        {order.number}
      </MuiLink>
    ) : (
      order.number
    );
  return (
    <Section title={translate("va.customer.orders")}>
      {error !== null && <ProblemCard error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <Empty>{translate("va.customer.no_orders")}</Empty>}
      {data !== undefined && data.items.length > 0 && (
        <Table<StaffOrderRow>
          caption={translate("va.customer.orders")}
          columns={[
            { name: "number", title: translate("va.order.number"), cell: number },
            {
              name: "placed",
              title: translate("va.order.placed"),
              cell: (order) => <Moment at={order.placed_at} />,
              wideOnly: true,
            },
            {
              name: "status",
              title: translate("va.order.status"),
              cell: (order) => <Status value={order.status} />,
            },
            {
              name: "total",
              title: translate("va.order.total"),
              numeric: true,
              cell: (order) => <Amount value={order.total} />,
            },
          ]}
          keyOf={(order) => order.id}
          rows={data.items}
        />
      )}
      {data?.next_cursor != null && (
        <Box sx={{ p: 2 }}>
          <MuiLink
            component={Link}
            to={`/orders?filter=${encodeURIComponent(JSON.stringify({ q: data.items[0]?.email ?? "" }))}`}
          >
            {translate("va.customer.all_orders")}
          </MuiLink>
        </Box>
      )}
    </Section>
  );
}

function Account({ file, again }: { file: CustomerFile; again: () => void }) {
  const translate = useTranslate();
  const nameOf = useNameOf("language");
  const mayWrite = useMay()("customers.write");
  const [isAsked, setAsked] = useState(false);
  const { customer } = file;
  const leave = useDeed(() => signOut(customer.id), {
    done: "va.customer.signed_out",
    onDone: () => setAsked(false),
  });
  const free = useDeed(() => unlock(customer.id), {
    done: "va.customer.unlocked",
    onDone: again,
    tells: true,
  });
  return (
    <Section title={translate("va.customer.account")}>
      <Facts>
        <Fact name={translate("va.customer.state")}>
          {translate(file.is_locked ? "va.customer.locked_text" : "va.customer.confirmed")}
        </Fact>
        <Fact name={translate("va.customer.since")}>
          <Moment at={customer.created_at} />
        </Fact>
        <Fact name={translate("va.customer.language")}>{nameOf(customer.locale)}</Fact>
        <Fact name={translate("va.staff.factor")}>
          {translate(file.has_second_factor ? "va.staff.factor_on" : "va.staff.factor_off")}
        </Fact>
      </Facts>
      {mayWrite && (
        <Box sx={{ display: "grid", gap: 1.5, px: 2, pb: 2, justifyItems: "start" }}>
          {file.is_locked && (
            <Button disabled={free.isDoing} onClick={() => free.act(undefined)} variant="contained">
              {translate("va.customer.unlock")}
            </Button>
          )}
          <Button onClick={() => setAsked(true)} variant="outlined">
            {translate("va.customer.sign_out")}
          </Button>
        </Box>
      )}
      <Question
        doLabel={translate("va.customer.sign_out")}
        isDoing={leave.isDoing}
        onClose={() => setAsked(false)}
        onDo={() => leave.act(undefined)}
        open={isAsked}
        problem={leave.problem}
        title={translate("va.customer.sign_out_ask", { name: customer.name })}
      >
        {translate("va.customer.sign_out_text")}
      </Question>
    </Section>
  );
}
