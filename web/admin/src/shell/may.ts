import { usePermissions } from "ra-core";

/** What somebody needs for something, such as `orders.read`; the API's own words. */
export type Permission = `${string}.${"read" | "write"}`;

/** Return whether the signed-in person may do something. What they may not, they are not shown; the server decides. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = usePermissions<readonly string[]>();
  return (permission) => permissions?.includes(permission) ?? false;
}
