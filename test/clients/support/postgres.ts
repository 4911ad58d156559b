import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print } from './python-environment.ts';
import { succeed } from './run-command.ts';
import type { TableRow } from './tables.ts';

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  query(sql: string): Promise<TableRow[]>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'postgres';
const PASSWORD = 'postgres';

/** Starts a PostgreSQL of its own in a temporary folder; as user `postgres` where this process is root, which it refuses. */
export async function startPostgres(): Promise<Postgres> {
  const bin = await postgresPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'affinity-postgres-'));
  const asPostgres = process.getuid?.() === 0;
  if (asPostgres) {
    const [user, group] = await Promise.all(['-u', '-g'].map((option) => succeed('id', [option, USER])));
    await chown(folder, Number(user), Number(group));
  }
  const run = (program: string, argv: readonly string[]): Promise<string> => {
    const path = join(bin, program);
    const options = { cwd: folder };
    return asPostgres ? succeed('runuser', ['-u', USER, '--', path, ...argv], options) : succeed(path, argv, options);
  };
  const port = await freePort();
  const data = join(folder, 'data');
  print((await run('postgres', ['--version'])).trim());
  await run('initdb', ['--auth=trust', `--username=${USER}`, '--encoding=UTF8', '--no-sync', `--pgdata=${data}`]);
  const settings = `-p ${port} -c listen_addresses=${HOST} -c unix_socket_directories=${folder} -c fsync=off`;
  await run('pg_ctl', ['start', '--wait', `--pgdata=${data}`, `--log=${join(folder, 'log')}`, `--options=${settings}`]);
  return {
    host: HOST,
    port,
    user: USER,
    password: PASSWORD,
    async query(sql) {
      const json = `select coalesce(json_agg(each), '[]') from (${sql}) as each`;
      const argv = ['-h', HOST, '-p', `${port}`, '-U', USER, '-d', 'postgres', '-At', '-v', 'ON_ERROR_STOP=1'];
      return JSON.parse(await succeed(join(bin, 'psql'), argv, { input: json })) as TableRow[];
    },
    async close() {
      await run('pg_ctl', ['stop', '--wait', '--mode=immediate', `--pgdata=${data}`]);
      await rm(folder, { recursive: true });
    },
  };
}

const DEBIAN = '/usr/lib/postgresql';

/** Where the server's programs are; Debian does not put them on PATH. Installs them where that is possible. */
async function postgresPrograms(): Promise<string> {
  const found = await findPrograms();
  if (found !== undefined) return found;
  await succeed('apt-get', ['install', '--yes', '--quiet', 'postgresql']);
  const installed = await findPrograms();
  if (installed === undefined) throw new Error('PostgreSQL is not installed, and cannot be.');
  return installed;
}

async function findPrograms(): Promise<string | undefined> {
  const versions = existsSync(DEBIAN) ? await readdir(DEBIAN) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  const folders = [...newestFirst, ...(process.env['PATH'] ?? '').split(':')];
  return folders.find((folder) => ['initdb', 'pg_ctl', 'psql'].every((program) => existsSync(join(folder, program))));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
