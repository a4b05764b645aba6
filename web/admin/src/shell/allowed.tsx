import { usePermissions } from "ra-core";
import type { ReactNode } from "react";
import type { Permission } from "./may.ts";
import { AccessDenied } from "./problems.tsx";
import { Waiting } from "./waiting.tsx";

interface Props {
  readonly needs: Permission;
  readonly children: ReactNode;
}

/** A page for those who may do what it is for; it asks the server nothing before it is sent, so it must ask here. */
export function Allowed({ needs, children }: Props) {
  const { isPending, permissions } = usePermissions<readonly string[]>();
  if (isPending) return <Waiting />;
  return permissions?.includes(needs) ? children : <AccessDenied />;
}
