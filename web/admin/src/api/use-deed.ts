import { useMutation } from "@tanstack/react-query";
import { useLogoutIfAccessDenied, useNotify } from "ra-core";
import { ApiError } from "./calls.ts";

interface Options<T> {
  /** Said when it is done. */
  readonly done?: string;
  readonly onDone?: (result: T) => void;
  /** Where there is no place of its own for a refusal, it is said like what is done. */
  readonly tells?: boolean;
}

export interface Deed<W> {
  readonly isDoing: boolean;
  /** Whether the last try was done. */
  readonly isDone: boolean;
  /** Why it was not done, in the API's words. */
  readonly problem: string | null;
  readonly act: (wish: W) => void;
  readonly reset: () => void;
}

/** Something that staff do: sent once, said when it is done, its refusal kept to be shown. */
export function useDeed<W, T>(
  send: (wish: W) => Promise<T>,
  { done, onDone, tells = false }: Options<T> = {},
): Deed<W> {
  const notify = useNotify();
  const logoutIfDenied = useLogoutIfAccessDenied();
  const { mutate, isPending, isSuccess, error, reset } = useMutation<T, Error, W>({
    mutationFn: send,
    onSuccess: (result) => {
      if (done !== undefined) notify(done, { type: "success" });
      onDone?.(result);
    },
    onError: async (refusal) => {
      const hasLeft = await logoutIfDenied(refusal);
      if (tells && !hasLeft) notify(wordsOf(refusal), { type: "error" });
    },
  });
  return {
    isDoing: isPending,
    isDone: isSuccess,
    problem: error === null ? null : wordsOf(error),
    act: mutate,
    reset,
  };
}

function wordsOf(error: Error): string {
  return error instanceof ApiError ? error.message : "va.error.unknown";
}
