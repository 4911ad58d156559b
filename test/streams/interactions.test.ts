import { describe, expect, it } from 'vitest';
import { chatMessages, emails, meetings } from '../../src/streams/interactions.ts';
import { fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';

const whole = { data: [{ emailAddress: 'a@x.example' }], totalCount: 1 };
const cut = { data: [{ emailAddress: 'a@x.example' }], totalCount: 130 };

describe('participants that the API cuts', () => {
  it('are counted by row over all pages and said once, at the end', async () => {
    const rows = [
      [
        { id: 1, toParticipantsPreview: cut, ccParticipantsPreview: cut },
        { id: 2, toParticipantsPreview: whole, ccParticipantsPreview: { data: [], totalCount: 0 } },
      ],
      [{ id: 3, toParticipantsPreview: whole, ccParticipantsPreview: cut }],
    ];
    const context = fakeContext(fakeAffinity({ v2: { '/v2/emails': rows } }));
    const read = await readPartition(emails, context, { key: 'created /2026-01-01' });

    expect(read.rows).toEqual(rows.flat());
    expect(context.warnings).toHaveLength(1);
    expect(context.warnings[0]).toContain('2 row(s) of the part "created /2026-01-01"');
    expect(context.warnings[0]).toContain('totalCount');
  });

  it.each([
    [meetings, '/v2/meetings', 'attendeesPreview'],
    [chatMessages, '/v2/chat-messages', 'participantsPreview'],
  ])('are found in $name', async (stream, path, property) => {
    const context = fakeContext(fakeAffinity({ v2: { [path]: [[{ id: 1, [property]: cut }]] } }));
    await readPartition(stream, context, { key: 'part' });
    expect(context.warnings).toHaveLength(1);
  });

  it('say nothing where all are there, where none are sent, or where no count is', async () => {
    const rows = [{ id: 1, attendeesPreview: whole }, { id: 2, attendeesPreview: null }, { id: 3 }];
    const uncounted = { id: 4, attendeesPreview: { data: [] } };
    const context = fakeContext(fakeAffinity({ v2: { '/v2/meetings': [[...rows, uncounted]] } }));
    await readPartition(meetings, context, { key: 'part' });
    expect(context.warnings).toEqual([]);
  });
});
