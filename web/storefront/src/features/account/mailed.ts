/** What the link of a mail asks for; it travels behind the `#`, which no server and no log gets to see. */
export interface MailedCode {
  readonly wish: "confirm" | "reset" | "email";
  readonly email: string;
  readonly code: string;
}

/** Return what the mail's link asks for, and take its code out of the address bar and the history. */
export function fromMail(): MailedCode | null {
  const given = new URLSearchParams(location.hash.slice(1));
  const wish = given.get("do");
  const code = given.get("code") ?? "";
  if (code === "" || (wish !== "confirm" && wish !== "reset" && wish !== "email")) return null;
  history.replaceState(null, "", location.pathname);
  return { wish, email: given.get("email") ?? "", code };
}
