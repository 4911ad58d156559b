/**
 * What a sync costs as an account grows: 10, 100 and 1000 times the rows, and 1, 10, 100 and 1000 lists. No latency and
 * no limit; calls and rows are exact, seconds are those of the machine.
 *
 *     npm run bench:growth -- --scales 0.4,4,40,400 --lists 1,10,100,1000
 *
 * `--results` keeps the figures in RESULTS.md.
 */
import { parseArgs } from 'node:util';
import { lineChart } from './support/chart.ts';
import { makeFolder } from './support/folder.ts';
import { connector, measure, startSandboxProcess, UNLIMITED } from './support/processes.ts';
import { readCommand } from './support/read-command.ts';
import { count, publish, table } from './support/report.ts';

const { values } = parseArgs({
  options: {
    scales: { type: 'string', default: '0.4,4,40' },
    lists: { type: 'string', default: '1,10,100,1000' },
    results: { type: 'boolean', default: false },
  },
});
/** Of the accounts whose lists are counted: 2,400 entries, spread over them. */
const SCALE_OF_LISTS = '10';

interface Cost {
  readonly rows: number;
  readonly calls: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
}

await using folder = await makeFolder();
await measureRows();
await measureLists();

async function measureRows(): Promise<void> {
  const costs: Cost[] = [];
  for (const scale of values.scales.split(',')) costs.push(await costOf(['--scale', scale], []));
  const scales = values.scales.split(',').map(Number);
  const rows = costs.map((cost, place) => [
    `${count((scales[place] ?? 1) / (scales[0] ?? 1))} ×`,
    ...figures(cost),
    cost.peakMegabytes.toFixed(0),
  ]);
  const chart = lineChart({
    title: 'Calls by rows',
    x: { label: 'rows', isLog: true },
    y: { label: 'calls', isLog: true },
    lines: [
      { name: 'measured', points: costs.map(({ rows: all, calls }) => [all, calls]) },
      { name: 'one call for 100 rows', points: costs.map(({ rows: all }) => [all, all / 100]), isDashed: true },
    ],
  });
  await publish(
    {
      name: 'growth-rows',
      title: 'Cost by rows',
      blocks: [
        'All streams, columns, first sync. Companies, persons, mails and all else that is many grow by the factor; lists, users and fields hardly do. `note_replies` and `transcript_fragments` cost a call for each thread and transcript, which is why calls do not come down to one for 100 rows.',
        table(['factor', 'rows', 'calls', 'calls per 100 rows', 'seconds', 'rows/s', 'peak MB'], rows),
      ],
      charts: [{ name: 'growth-rows', alt: 'Calls of a first sync by the number of rows', svg: chart }],
    },
    values.results,
  );
}

async function measureLists(): Promise<void> {
  const counts = values.lists.split(',');
  const costs: Cost[] = [];
  const typed: Cost[] = [];
  for (const lists of counts) {
    const options = ['--scale', SCALE_OF_LISTS, '--lists', lists];
    costs.push(await costOf(options, []));
    typed.push(await costOf(options, ['all']));
  }
  const rows = [costs, typed].flatMap((each, index) =>
    each.map((cost, place) => [
      `${counts[place]}${index === 0 ? '' : ', each with a stream of its own'}`,
      ...figures(cost),
      cost.peakMegabytes.toFixed(0),
    ]),
  );
  const points = (each: readonly Cost[]): [number, number][] =>
    each.map(({ calls }, place) => [Number(counts[place]), calls]);
  const chart = lineChart({
    title: 'Calls by lists',
    x: { label: 'lists', isLog: true },
    y: { label: 'calls', isLog: true },
    lines: [
      { name: 'streams that every account has', points: points(costs) },
      { name: 'and a stream for each list', points: points(typed) },
    ],
  });
  await publish(
    {
      name: 'growth-lists',
      title: 'Cost by lists',
      blocks: [
        `All streams, columns, first sync of an account at scale ${SCALE_OF_LISTS}, whose list entries are spread over so many lists. Calls of \`discover\` are not counted.`,
        table(['lists', 'rows', 'calls', 'calls per 100 rows', 'seconds', 'rows/s', 'peak MB'], rows),
      ],
      charts: [{ name: 'growth-lists', alt: 'Calls of a first sync by the number of lists', svg: chart }],
    },
    values.results,
  );
}

async function costOf(sandboxOptions: readonly string[], listReferences: readonly string[]): Promise<Cost> {
  using sandbox = await startSandboxProcess([...sandboxOptions, ...UNLIMITED]);
  const command = await readCommand(folder, sandbox, { layout: 'columns', streams: 'all', listReferences });
  await sandbox.ask('DELETE', 'requests');
  const usage = await measure(folder, [connector, ...command]);
  const { total } = (await sandbox.ask('GET', 'counters')) as { total: number };
  return { ...usage, calls: total };
}

function figures({ rows, calls, seconds }: Cost): (number | string)[] {
  return [rows, calls, ((calls * 100) / rows).toFixed(1), seconds.toFixed(1), rows / seconds];
}
