import { change } from "@vivamarket/api-client";
import type { AuthProvider } from "ra-core";
import { ApiError, ask } from "./calls.ts";
import { api, remember, session } from "./session.ts";

const SIGN_IN_PATH = "/login";

/** The server has ended the session; there is nothing left to sign out of. */
let hasEnded = false;

/** Who may see what. The server decides; this keeps what it said and asks again when in doubt. */
export const authProvider: AuthProvider = {
  async login({ email, password, code }: { email: string; password: string; code: string | null }) {
    const body = { email, password, code: (code ?? "").replaceAll(" ", "") };
    remember(await ask(() => api.POST("/api/v1/staff/sign-in", { body })));
  },

  async logout() {
    const signedIn = await session().catch(() => null);
    if (signedIn !== null && !hasEnded) {
      // Whether or not the shop can be reached, this browser forgets who it was.
      await change(() => api.POST("/api/v1/staff/sign-out", {}));
    }
    hasEnded = false;
    remember(null);
  },

  async checkAuth() {
    if ((await session()) === null) throw { redirectTo: SIGN_IN_PATH, message: false };
  },

  async checkError(error: unknown) {
    if (!(error instanceof ApiError) || !error.isSessionEnd) return;
    hasEnded = true;
    throw { redirectTo: SIGN_IN_PATH, message: "va.session.ended" };
  },

  async getIdentity() {
    const signedIn = await session();
    if (signedIn === null) throw new Error("Nobody is signed in.");
    return { id: signedIn.email, fullName: signedIn.name, role: signedIn.role };
  },

  async getPermissions() {
    return (await session())?.permissions ?? [];
  },
};
