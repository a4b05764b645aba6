import { Notification } from "react-admin";

const HIDE_AFTER_MS = 6_000;

/** What was done, and what went wrong: said once, at the bottom, and read aloud. */
export function Notices() {
  return <Notification autoHideDuration={HIDE_AFTER_MS} />;
}
