import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setup } from '../../image/build-image.ts';
import { print } from './python-environment.ts';
import { runCommand, succeed } from './run-command.ts';

/** Where there is no Docker Engine its clients cannot be tried; a build server must have one. */
export async function lacksDocker(): Promise<boolean> {
  const engine = await runCommand('docker', ['version', '--format', '{{.Server.Version}}']).catch(() => undefined);
  if (engine?.code === 0 || process.env['CI'] !== undefined) return false;
  print('no Docker Engine: clients that run the image are skipped');
  return true;
}

/** Builds the image, which takes a moment where it is up to date, and prints what it is. */
export async function buildImage(image: string): Promise<void> {
  await setup();
  const format = '{{index .Config.Labels "io.airbyte.version"}}, {{.Id}}';
  const engine = (await succeed('docker', ['version', '--format', '{{.Server.Version}}'])).trim();
  const label = (await succeed('docker', ['image', 'inspect', '--format', format, image])).trim();
  print(`Docker Engine ${engine}, ${image} ${label}`);
}

const SCRIPT = `#!/bin/sh
case "$*" in
  *--network*) ;;
  run\\ *) shift; exec "$DOCKER" run --network host "$@" ;;
esac
exec "$DOCKER" "$@"
`;

/**
 * Makes a `docker` whose containers reach the sandbox on this machine, for clients that cannot be told to: they find it
 * when the folder is first on PATH. Returns the environment that does that.
 */
export async function dockerOnHostNetwork(folder: string): Promise<Record<string, string>> {
  const real = (await succeed('sh', ['-c', 'command -v docker'])).trim();
  const file = join(folder, 'docker');
  await writeFile(file, SCRIPT.replaceAll('$DOCKER', real));
  await chmod(file, 0o755);
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
}
