import { QueryClient } from "@tanstack/react-query";

const FRESH_MS = 5_000;

/** What was read is shown at once and read again behind it; the client repeats requests, so nothing else does. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: FRESH_MS, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
