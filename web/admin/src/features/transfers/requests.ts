import type { ExportRequest, Transfer, TransferLinePage, TransferStep } from "@vivamarket/api-client";
import { ask, changeOnce } from "../../api/calls.ts";
import { api, sending } from "../../api/session.ts";
import type { OnProgress } from "../../api/upload.ts";

/** What staff do with imports and exports. Each is done once per intent; see `changeOnce`. */

export const LINES = 50;

export function readTransfer(transfer_id: string): Promise<Transfer> {
  const path = { transfer_id };
  return ask(() => api.GET("/api/v1/staff/transfers/{transfer_id}", { params: { path } }));
}

/** What a report is narrowed to; everything by default. */
export type Outcome = TransferLinePage["items"][number]["outcome"];

export function readLines(
  transfer_id: string,
  step: TransferStep,
  outcome: Outcome | "",
  cursor: string | null,
): Promise<TransferLinePage> {
  const query = {
    step,
    limit: LINES,
    ...(outcome === "" ? {} : { outcome: [outcome] }),
    ...(cursor === null ? {} : { cursor }),
  };
  const path = { transfer_id };
  return ask(() => api.GET("/api/v1/staff/transfers/{transfer_id}/lines", { params: { path, query } }));
}

/** Send a file in; the worker checks it and changes nothing. */
export function sendFile(file: File, currency: string, onProgress: OnProgress): Promise<Transfer> {
  const query = { name: file.name, currency };
  return changeOnce(["import", file.name, file.size, file.lastModified, currency], (header) =>
    api.POST("/api/v1/staff/imports", {
      params: { header, query },
      // The document describes the body as bytes; the client would write it as JSON.
      body: file as never,
      bodySerializer: () => file,
      headers: { "Content-Type": "application/octet-stream" },
      fetch: sending(onProgress),
    }),
  );
}

export function beginExport(body: ExportRequest): Promise<Transfer> {
  return changeOnce(["export", body], (header) =>
    api.POST("/api/v1/staff/exports", { params: { header }, body }),
  );
}

export function runImport(transfer_id: string): Promise<Transfer> {
  const path = { transfer_id };
  return changeOnce(["run import", transfer_id], (header) =>
    api.POST("/api/v1/staff/transfers/{transfer_id}/run", { params: { path, header } }),
  );
}

export function cancelTransfer(transfer_id: string): Promise<Transfer> {
  const path = { transfer_id };
  return changeOnce(["cancel transfer", transfer_id], (header) =>
    api.POST("/api/v1/staff/transfers/{transfer_id}/cancel", { params: { path, header } }),
  );
}
