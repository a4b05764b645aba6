import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useLogoutIfAccessDenied } from "ra-core";
import { useEffect } from "react";

type Options<T> = Omit<UseQueryOptions<T, Error>, "queryKey" | "queryFn">;

/**
 * Read something that is no record of a list; whoever's session has ended is led to sign in.
 *
 * React-Admin shows a list's row in place of the record while that is read, so what tells more than its row
 * is read here instead, under a name of its own.
 */
export function useRead<T>(queryKey: QueryKey, read: () => Promise<T>, options: Options<T> = {}) {
  const found = useQuery<T, Error>({ queryKey, queryFn: read, ...options });
  useSessionCheck(found.error);
  return found;
}

/** Lead whoever's session has ended to sign in. */
export function useSessionCheck(error: Error | null): void {
  const logoutIfDenied = useLogoutIfAccessDenied();
  useEffect(() => {
    if (error !== null) void logoutIfDenied(error);
  }, [error, logoutIfDenied]);
}
