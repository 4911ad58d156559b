/** Removes the API key, in every form in which it travels, from text that goes out. */
export type Redact = (text: string) => string;

const MASK = '****';
/** Shorter ones are mistakes and not keys; to mask them would break the words of the protocol itself. */
const SHORTEST_KEY = 8;

/** The key of a configuration that is not checked yet. */
export function keyOf(config: unknown): string | undefined {
  const key = typeof config === 'object' && config !== null && 'api_key' in config ? config.api_key : undefined;
  return typeof key === 'string' ? key.trim() : undefined;
}

/** A redactor for one key; with no key known yet it returns text as it is. */
export function createRedact(apiKey: string | undefined): Redact {
  if (apiKey === undefined || apiKey.length < SHORTEST_KEY) return (text) => text;
  const forms = [
    ...base64Forms(`:${apiKey}`),
    ...base64Forms(apiKey),
    JSON.stringify(apiKey).slice(1, -1),
    encodeURIComponent(apiKey),
    strictlyEncoded(apiKey),
    apiKey,
  ];
  return (text) => forms.reduce((redacted, form) => redacted.replaceAll(form, MASK), text);
}

/** With padding and without, in both alphabets, and as far as whatever follows in the same text leaves it as it is. */
function base64Forms(text: string): string[] {
  const settled = Math.floor((text.length * 8) / 6);
  return (['base64', 'base64url'] as const).flatMap((alphabet) => {
    const whole = Buffer.from(text).toString(alphabet);
    return [whole, whole.slice(0, settled)];
  });
}

/** As programs write it that leave nothing but letters, digits and `-._~` as it is. */
function strictlyEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
