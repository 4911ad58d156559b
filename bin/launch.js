import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [22, 19];

/**
 * Runs the program, which speaks `airbyte` or `singer`. Under a Node that is too old for it, and where the package's own
 * Node is installed beside it (a development checkout), the program is run with that one; otherwise the user is told.
 */
export async function launch(executableUrl, protocol) {
  if (!isTooOld()) {
    if (!existsSync(new URL('../dist/main.js', import.meta.url))) {
      fail('source-affinity is not built: run "npm run build" first.');
      return;
    }
    nodeModule.enableCompileCache?.();
    const { main } = await import('../dist/main.js');
    await main(protocol);
    return;
  }
  const ownNode = new URL('../node_modules/node/bin/node', import.meta.url);
  if (!existsSync(ownNode)) {
    fail(`source-affinity needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.version}.`);
    return;
  }
  const child = spawn(fileURLToPath(ownNode), [fileURLToPath(executableUrl), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    // At once, with the listeners in place: a signal that comes after the end must not change how it ended.
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners();
    process.kill(process.pid, signal);
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

function isTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}
