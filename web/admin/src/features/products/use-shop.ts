import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/calls.ts";
import { api } from "../../api/session.ts";

/** Return the shop's languages and currencies; undefined until they are known. */
export function useShop() {
  const { data } = useQuery({
    queryKey: ["shop"],
    queryFn: () => ask(() => api.GET("/api/v1/shop")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
