import { fileURLToPath } from 'node:url';
import { BASE_IMAGE, docker, IMAGE, run } from './docker.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the image once for all tests. Fails, rather than skips, where there is no Docker Engine. */
export async function setup(): Promise<void> {
  const engine = await run('docker', ['version', '--format', '{{.Server.Version}}']).catch((error: Error) => ({
    exitCode: null,
    stdout: '',
    stderr: error.message,
  }));
  if (engine.exitCode !== 0)
    throw new Error(
      `The tests of the image need the command docker and an engine that it reaches (DOCKER_HOST): ${engine.stderr.trim()}`,
    );
  const { exitCode } = await run('docker', ['image', 'inspect', BASE_IMAGE]);
  if (exitCode !== 0) await docker('pull', '--quiet', BASE_IMAGE);
  // BuildKit where there is its plugin; newer clients do nothing else with it, and the older builder does as well.
  const buildx = await run('docker', ['buildx', 'version']);
  process.env['DOCKER_BUILDKIT'] = buildx.exitCode === 0 ? '1' : '0';
  await docker('build', '--network', 'host', '--tag', IMAGE, ROOT);
}
