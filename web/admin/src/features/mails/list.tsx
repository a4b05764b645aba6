import MuiLink from "@mui/material/Link";
import type { Mail } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { PageHead } from "../../shell/page-head.tsx";
import { RecordList } from "../../shell/record-list.tsx";
import type { Column } from "../../shell/table.tsx";
import { Moment } from "../../shell/values.tsx";

/** Every mail the shop has sent, newest first. */
export default function MailList() {
  const translate = useTranslate();
  const columns: readonly Column<Mail>[] = [
    {
      name: "subject",
      title: translate("va.mail.subject"),
      cell: (mail) => (
        <MuiLink component={Link} sx={{ fontWeight: 600 }} to={`/mails/${encodeURIComponent(mail.id)}`}>
          {mail.subject}
        </MuiLink>
      ),
    },
    { name: "to", title: translate("va.mail.to"), wideOnly: true, cell: (mail) => mail.to },
    { name: "sent", title: translate("va.mail.sent"), cell: (mail) => <Moment at={mail.sent_at} /> },
  ];
  return (
    <RecordList<Mail>
      caption={translate("va.nav.mails")}
      columns={columns}
      empty={translate("va.mail.none")}
      head={<PageHead title={translate("va.nav.mails")} />}
      resource="mails"
    />
  );
}
