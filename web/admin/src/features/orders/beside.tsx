import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import type { PostalAddress } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { Fact, Facts, Section } from "../../shell/section.tsx";
import { asWords, Moment, useNameOf } from "../../shell/values.tsx";
import type { OrderFile } from "./use-order.ts";

/** What happened, step by step, the newest first. */
export function Timeline({ file }: { file: OrderFile }) {
  const translate = useTranslate();
  const steps = happenings(file).reverse();
  return (
    <Section title={translate("va.timeline.title")}>
      <Box component="ol" sx={{ listStyle: "none", m: 0, px: 2, pb: 2, display: "grid", gap: 1.5 }}>
        {steps.map((step, number) => (
          <Box
            component="li"
            key={step.place}
            sx={{
              position: "relative",
              pl: 2.5,
              "&::before": {
                content: '""',
                position: "absolute",
                left: 0,
                top: 6,
                width: 9,
                height: 9,
                borderRadius: 99,
                backgroundColor: number === 0 ? "primary.main" : "divider",
              },
            }}
          >
            <Box sx={{ fontWeight: number === 0 ? 600 : 400 }}>
              {translate(`va.timeline.${step.kind.replaceAll(".", "_")}`, { _: asWords(step.kind) })}
              {step.mail !== undefined && `: ${translate(`va.mail_of.${step.mail.replaceAll(".", "_")}`)}`}
            </Box>
            <Box sx={{ color: "text.secondary", fontSize: 13 }}>
              <Moment at={step.at} />
              {step.by !== undefined && ` · ${step.by}`}
            </Box>
          </Box>
        ))}
      </Box>
    </Section>
  );
}

interface Happening {
  readonly place: number;
  readonly at: string;
  readonly kind: string;
  /** Which mail was sent again. */
  readonly mail?: string;
  /** Who did it, where the order keeps that. */
  readonly by?: string;
}

/** Return the order's steps and what stands in its diary, the oldest first. */
function happenings({ order, diary }: OrderFile): Happening[] {
  const entries = diary.map(({ at, kind, text, author }) => ({
    at,
    kind: `diary.${kind}`,
    by: author,
    ...(kind === "mail" ? { mail: text } : {}),
  }));
  return [...order.timeline, ...entries]
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .map((happening, place) => ({ ...happening, place }));
}

/** Who ordered, and where it goes. */
export function Customer({ file: { order } }: { file: OrderFile }) {
  const translate = useTranslate();
  return (
    <Section title={translate("va.order.customer")}>
      <Facts>
        <Fact name={translate("va.session.email")}>
          <Link href={`mailto:${order.email}`}>{order.email}</Link>
        </Fact>
        {order.shipping_address !== null && (
          <Fact name={translate("va.order.ships_to")}>
            <Address value={order.shipping_address} />
          </Fact>
        )}
        {order.billing_address !== null && (
          <Fact name={translate("va.order.bill_to")}>
            <Address value={order.billing_address} />
          </Fact>
        )}
        <Fact name={translate("va.order.language")}>{order.locale}</Fact>
        {order.note !== "" && (
          <Fact name={translate("va.order.note")}>
            <Box component="span" sx={{ whiteSpace: "pre-wrap" }}>
              {order.note}
            </Box>
          </Fact>
        )}
      </Facts>
    </Section>
  );
}

/** An address as it stands on a letter. */
export function Address({ value }: { value: PostalAddress }) {
  const nameOf = useNameOf("region");
  const place = [value.postal_code, value.city].filter(Boolean).join(" ");
  const lines = [
    value.name,
    value.company,
    value.line1,
    value.line2,
    place,
    value.region,
    nameOf(value.country),
    value.phone,
  ];
  return (
    <Box component="address" sx={{ fontStyle: "normal", whiteSpace: "pre-line" }}>
      {lines.filter(Boolean).join("\n")}
    </Box>
  );
}
