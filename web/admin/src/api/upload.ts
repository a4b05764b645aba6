/** Longer than the server waits for a file. */
const TIMEOUT_MS = 620_000;

/** How much of a file has left, from 0 to 1. */
export type OnProgress = (share: number) => void;

/**
 * Send a request and tell how much of its body has left, which `fetch` cannot.
 *
 * Reject like `fetch` when there is no answer.
 */
export async function sendWithProgress(request: Request, onProgress: OnProgress): Promise<Response> {
  const body = await request.blob();
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open(request.method, request.url);
    sending.responseType = "blob";
    sending.timeout = TIMEOUT_MS;
    for (const [name, value] of request.headers) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    sending.onload = () => resolve(responseOf(sending));
    sending.onerror = () => reject(new TypeError("There was no answer."));
    sending.ontimeout = sending.onerror;
    sending.send(body);
  });
}

function responseOf(sent: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of sent.getAllResponseHeaders().trim().split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return new Response(sent.response as Blob, { status: sent.status, headers });
}
