// Writing to the gateway: one request, and what its answer means for whoever has to get something through.
//
//   accepted      202: Kafka has it
//   unauthorised  401: the token is missing or wrong
//   off           403: this gateway publishes nothing
//   away          no answer, 409, 429, 5xx: the same again later, after `retryMs` if the gateway said so
//   refused       any other: it would be refused again

export async function publish(path, body, { token, key, fetch = globalThis.fetch } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(key ? { "Idempotency-Key": key } : {}) },
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
    });
  } catch {
    return { kind: "away", retryMs: null, message: "The gateway does not answer." };
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return { kind: "accepted", body: answer };
  const message = problemText(answer) || `The gateway answered ${response.status}.`;
  if (response.status === 401) return { kind: "unauthorised", message };
  if (response.status === 403) return { kind: "off", message };
  if (response.status === 409 || response.status === 429 || response.status >= 500) {
    return { kind: "away", retryMs: retryAfterMs(response.headers.get("Retry-After")), message };
  }
  return { kind: "refused", message };
}

// RFC 9457, with the errors of single fields where the answer names them.
export function problemText(answer) {
  if (typeof answer !== "object" || answer === null) return "";
  const errors = Array.isArray(answer.errors) ? answer.errors.map(errorText).filter(Boolean) : [];
  const said = [answer.detail, answer.title, answer.error].find((text) => typeof text === "string" && text) ?? "";
  return [said, ...errors.filter((text) => !said.includes(text))].filter(Boolean).join(" ");
}

function errorText(error) {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  const field = [error.field, error.pointer, error.path].find((text) => typeof text === "string") ?? "";
  const why = [error.detail, error.message, error.reason].find((text) => typeof text === "string") ?? "";
  return field && !why.includes(field) ? `${field}: ${why}` : why;
}

// A name nobody else gives: of a request that may have to be sent again, of a match, of a page.
export function freshId(bytes = 8) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function retryAfterMs(header, now = Date.now()) {
  if (!header) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
