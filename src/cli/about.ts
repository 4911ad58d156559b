import { connectorSpecification } from '../protocol/airbyte/spec.ts';
import { readVersion } from './version.ts';

const CAPABILITIES = ['catalog', 'properties', 'discover', 'state', 'about', 'test'];

/** What this tap is, as Singer tools ask for it: `text`, `json` or `markdown`. */
export async function about(format: string): Promise<string> {
  const settings = connectorSpecification()['connectionSpecification'] as {
    properties: Record<string, { type?: string; description?: string; default?: unknown }>;
  };
  const description =
    'Everything out of an Affinity CRM: companies, persons, lists with their fields, notes, interactions and history.';
  if (format === 'json') {
    return `${JSON.stringify({ name: 'tap-affinity', description, version: readVersion(), sdk_version: null, supported_python_versions: [], capabilities: CAPABILITIES, settings }, null, 2)}\n`;
  }
  const rows = Object.entries(settings.properties).map(([name, { type, description: text = '', default: value }]) => ({
    name,
    type: type ?? '',
    text,
    value: value === undefined ? '' : JSON.stringify(value),
  }));
  if (format === 'markdown') {
    const table = rows.map(
      ({ name, type, text, value }) =>
        `| \`${name}\` | ${type} | ${value === '' ? '' : `\`${value}\``} | ${text.replaceAll('|', '\\|')} |`,
    );
    return `# tap-affinity\n\n${description}\n\nVersion ${readVersion()}. Capabilities: ${CAPABILITIES.join(', ')}.\n\n| setting | type | default | meaning |\n|---|---|---|---|\n${table.join('\n')}\n`;
  }
  const lines = rows.map(({ name, type, text }) => `  ${name} (${type}): ${text}`);
  return `tap-affinity ${readVersion()}\n${description}\nCapabilities: ${CAPABILITIES.join(', ')}\nSettings:\n${lines.join('\n')}\n`;
}
