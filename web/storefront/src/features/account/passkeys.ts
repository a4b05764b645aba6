import { api, type Result, read } from "@/api/client.ts";
import { type Entry, enter, marked } from "./session.ts";

/** Addresses that are numbers: browsers know no passkeys for them. */
const NUMBERS = /^[\d.]+$|:/;

/** Whether this browser, on this address, can make and show passkeys. */
export function passkeysWork(): boolean {
  return "PublicKeyCredential" in window && !NUMBERS.test(location.hostname);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (each) => each.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer): string {
  const raw = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** A challenge is told as text, and its characters are the bytes. */
function challengeOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Return what the browser brings, or what its refusal means. */
async function asked<T>(
  ask: () => Promise<Credential | null>,
  use: (credential: PublicKeyCredential) => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    const found = await ask();
    if (found instanceof PublicKeyCredential) return use(found);
    return refused("passkey_failed");
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError" || name === "AbortError") return refused("passkey_canceled");
    return refused(name === "InvalidStateError" ? "passkey_known" : "passkey_failed");
  }
}

function refused<T>(code: string): Result<T> {
  return { ok: false, problem: { code, status: 0, detail: "", fields: {} } };
}

/** Have the device make a passkey for the account; its owner is asked by the device itself. */
export async function addPasskey(name: string, password: string, locale: string): Promise<Result<Entry>> {
  const begun = await read(() =>
    api.POST("/api/v1/account/passkeys/begin", { body: { password }, headers: marked() }),
  );
  if (!begun.ok) return begun;
  const wish = begun.data;
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: challengeOf(wish.challenge),
    rp: wish.rp,
    user: { id: bytesOf(wish.user.handle), name: wish.user.name, displayName: wish.user.display_name },
    pubKeyCredParams: wish.algorithms.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: wish.exclude.map((id) => ({ type: "public-key", id: bytesOf(id) })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    attestation: "none",
    timeout: wish.timeout_ms,
  };
  return asked(
    () => navigator.credentials.create({ publicKey }),
    async ({ rawId, response }) => {
      const made = response as AuthenticatorAttestationResponse;
      const body = {
        challenge: wish.challenge,
        name,
        credential_id: textOf(rawId),
        client_data: textOf(made.clientDataJSON),
        attestation: textOf(made.attestationObject),
      };
      const send = () => api.POST("/api/v1/account/passkeys", { body, headers: marked() });
      return enter(await read(send), locale);
    },
  );
}

/** Sign in with whichever passkey of this shop the customer chooses. */
export async function signInWithPasskey(locale: string): Promise<Result<Entry>> {
  const begun = await read(() => api.POST("/api/v1/account/sign-in/passkey"));
  if (!begun.ok) return begun;
  const { challenge, rp_id: rpId, timeout_ms: timeout } = begun.data;
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: challengeOf(challenge),
    rpId,
    timeout,
    userVerification: "required",
  };
  return asked(
    () => navigator.credentials.get({ publicKey }),
    async ({ rawId, response }) => {
      const proof = response as AuthenticatorAssertionResponse;
      if (proof.userHandle === null) return refused("passkey_failed");
      const body = {
        challenge,
        credential_id: textOf(rawId),
        client_data: textOf(proof.clientDataJSON),
        authenticator_data: textOf(proof.authenticatorData),
        signature: textOf(proof.signature),
        user_handle: textOf(proof.userHandle),
      };
      return enter(await read(() => api.POST("/api/v1/account/sign-in/passkey/finish", { body })), locale);
    },
  );
}

export function listPasskeys() {
  return read(() => api.GET("/api/v1/account/passkeys"));
}

export async function removePasskey(id: string, password: string, locale: string): Promise<Result<Entry>> {
  const params = { path: { passkey_id: id } };
  const body = { password };
  const send = () =>
    api.POST("/api/v1/account/passkeys/{passkey_id}/remove", { params, body, headers: marked() });
  return enter(await read(send), locale);
}
