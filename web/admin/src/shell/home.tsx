import { usePermissions } from "ra-core";
import { Navigate } from "react-router-dom";
import { GROUPS } from "./places.ts";
import { AccessDenied } from "./problems.tsx";
import { Waiting } from "./waiting.tsx";

/** The first page that the person may see. */
export function Home() {
  const { permissions, isPending } = usePermissions<readonly string[]>();
  if (isPending) return <Waiting />;
  const first = GROUPS.flatMap((group) => group.places).find((place) => permissions?.includes(place.needs));
  return first === undefined ? <AccessDenied /> : <Navigate replace to={first.to} />;
}
