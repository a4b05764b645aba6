import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import { useResetErrorBoundaryOnLocationChange, useTranslate } from "ra-core";
import { Link } from "react-router-dom";
import { ApiError } from "../api/calls.ts";
import { PageHead } from "./page-head.tsx";

const NOT_FOUND = 404;

interface Props {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** A page that could not be shown, with a way on. */
export function Problem({ error, onRetry }: Props) {
  const translate = useTranslate();
  const title = translate(isMissing(error) ? "va.error.missing" : "va.error.title");
  return (
    <>
      <PageHead title={title} />
      <ProblemCard error={error} {...(onRetry === undefined || isMissing(error) ? {} : { onRetry })} />
    </>
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === NOT_FOUND;
}

/** A part of a page that could not be shown. */
export function ProblemCard({ error, onRetry }: Props) {
  const translate = useTranslate();
  const told = error instanceof ApiError ? error.message : "va.error.unknown";
  const request = error instanceof ApiError ? requestOf(error) : null;
  return (
    <Card sx={{ p: 3, maxWidth: "40rem" }}>
      <Typography role="alert">{translate(told, { _: told })}</Typography>
      {request !== null && (
        <Typography color="textSecondary" sx={{ mt: 1, fontSize: 13 }}>
          {translate("va.error.request", { id: request })}
        </Typography>
      )}
      {onRetry !== undefined && (
        <Button onClick={onRetry} sx={{ mt: 2 }} variant="outlined">
          {translate("va.action.again")}
        </Button>
      )}
    </Card>
  );
}

function requestOf(error: ApiError): string | null {
  const { request_id } = error.body;
  return typeof request_id === "string" ? request_id : null;
}

interface Failed {
  readonly error: Error;
  readonly resetErrorBoundary: (...details: unknown[]) => void;
}

/** What React-Admin shows when a page throws while it is drawn. Another address is another try. */
export function PageFailed({ error, resetErrorBoundary }: Failed) {
  useResetErrorBoundaryOnLocationChange(resetErrorBoundary);
  return <Problem error={error} onRetry={resetErrorBoundary} />;
}

/** There is no such page. */
export function Missing() {
  const translate = useTranslate();
  return (
    <>
      <PageHead title={translate("va.error.missing")} />
      <Button component={Link} to="/" variant="outlined">
        {translate("va.action.home")}
      </Button>
    </>
  );
}

/** This page is not for this person. */
export function AccessDenied() {
  const translate = useTranslate();
  return (
    <>
      <PageHead title={translate("va.error.denied")} />
      <Typography>{translate("va.error.denied_text")}</Typography>
    </>
  );
}
