import type { StaffMedia } from "@vivamarket/api-client";
import { useState } from "react";
import { ApiError } from "../../api/calls.ts";
import { uploadPicture } from "./requests.ts";

/** Pictures are decoded one after the other anyway; more at once would only wait at the server. */
const AT_ONCE_MAX = 2;

/** A picture on its way. */
export interface Upload {
  readonly name: string;
  /** How much of it has left, from 0 to 1. */
  readonly share: number;
  readonly problem: string | null;
}

/** Sends pictures, a few at a time; one that fails stops no other. */
export function useUploads(onStored: (stored: StaffMedia) => void) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const note = (name: string, changed: Partial<Upload>) =>
    setUploads((before) => before.map((each) => (each.name === name ? { ...each, ...changed } : each)));
  const send = async (file: File) => {
    try {
      const stored = await uploadPicture(file, (share) => note(file.name, { share }));
      onStored(stored);
      setUploads((before) => before.filter((each) => each.name !== file.name));
    } catch (error) {
      const problem = error instanceof ApiError ? error.message : "va.error.unknown";
      note(file.name, { problem });
    }
  };
  const upload = async (files: readonly File[]) => {
    const begun = files.map(({ name }) => ({ name, share: 0, problem: null }));
    const names = new Set(begun.map((each) => each.name));
    setUploads((before) => [...before.filter((each) => !names.has(each.name)), ...begun]);
    const left = [...files];
    const work = async () => {
      for (let file = left.shift(); file !== undefined; file = left.shift()) await send(file);
    };
    await Promise.all(Array.from({ length: AT_ONCE_MAX }, work));
  };
  return { uploads, upload };
}
