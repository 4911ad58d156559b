const PREFIX = 'TAP_AFFINITY_';

/**
 * The settings in TAP_AFFINITY_* variables, by their lower-cased names. What is written as a JSON list or number is taken
 * as such, since variables are text; a list may also be separated by commas.
 */
export function readSettingsFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined || text === '') continue;
    const setting = name.slice(PREFIX.length).toLowerCase();
    settings[setting] = toValue(setting, text);
  }
  return settings;
}

function toValue(setting: string, text: string): unknown {
  if (setting === 'list_references') {
    const parsed = text.trim().startsWith('[') ? parseJson(text) : undefined;
    return Array.isArray(parsed)
      ? parsed
      : text
          .split(',')
          .map((reference) => reference.trim())
          .filter((reference) => reference !== '');
  }
  if (setting === 'monthly_call_reserve') return parseJson(text) ?? text;
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
