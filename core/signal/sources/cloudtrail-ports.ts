// Decides which doors of a network a recorded call opens to the whole internet: a port and its addresses stand in one item, which a rule can't tell.
import { type Fields, at, listOf, numberOf } from '../fields.ts';

/** What nobody offers to strangers on purpose: a shell or a desktop, and stores that hold data. */
const shells = [22, 23, 445, 2375, 3389, 5900, 5985] as const;
const stores = [1433, 1521, 3306, 5432, 5601, 6379, 9042, 9200, 11211, 27017] as const;

export type OpensPort = 'shell' | 'store';

const world: ReadonlySet<unknown> = new Set(['0.0.0.0/0', '::/0']);

const isToAll = (item: unknown): boolean =>
  [...listOf(at(item, 'ipRanges', 'items')), ...listOf(at(item, 'ipv6Ranges', 'items'))].some(
    (range) => world.has(at(range, 'cidrIp')) || world.has(at(range, 'cidrIpv6')),
  );

/** Protocol -1 is every port, and so are -1 and no numbers at all. */
const reaches = (item: unknown, port: number): boolean => {
  const [from, to] = [numberOf(at(item, 'fromPort')), numberOf(at(item, 'toPort'))];
  const isAll = String(at(item, 'ipProtocol')) === '-1' || from === undefined || from < 0;
  return isAll || (from <= port && port <= (to ?? from));
};

/** Of `AuthorizeSecurityGroupIngress`; other calls open no port. */
export const opensPort = (record: Fields): readonly OpensPort[] => {
  if (at(record, 'eventName') !== 'AuthorizeSecurityGroupIngress') return [];
  const items = listOf(at(record, 'requestParameters', 'ipPermissions', 'items'));
  const open = items.filter((item) => isToAll(item) && ['tcp', '6', '-1'].includes(String(at(item, 'ipProtocol'))));
  return [
    ...(shells.some((port) => open.some((item) => reaches(item, port))) ? (['shell'] as const) : []),
    ...(stores.some((port) => open.some((item) => reaches(item, port))) ? (['store'] as const) : []),
  ];
};
