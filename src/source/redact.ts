/** Removes the API key, in every form in which it travels, from text that goes out. */
export type Redact = (text: string) => string;

const MASK = '****';
/** Shorter ones are mistakes and not keys; to mask them would break the words of the protocol itself. */
const SHORTEST_KEY = 8;

/** A redactor for one key; with no key known yet it returns text as it is. */
export function createRedact(apiKey: string | undefined): Redact {
  if (apiKey === undefined || apiKey.length < SHORTEST_KEY) return (text) => text;
  const forms = [
    Buffer.from(`:${apiKey}`).toString('base64'),
    Buffer.from(apiKey).toString('base64'),
    JSON.stringify(apiKey).slice(1, -1),
    encodeURIComponent(apiKey),
    apiKey,
  ];
  return (text) => forms.reduce((redacted, form) => redacted.replaceAll(form, MASK), text);
}
