// Decides whether a folder lies on an encrypted disk, as far as Linux tells: a volume of dm-crypt below its file system (P-5).
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

export type DiskFiles = {
  readonly mounts: () => string;
  /** `dm/uuid` of a block device, empty where it is none. */
  readonly mapperOf: (device: string) => string;
  /** Devices below a block device. */
  readonly below: (device: string) => readonly string[];
};

const text = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const linux: DiskFiles = {
  mounts: () => text('/proc/self/mountinfo'),
  mapperOf: (device) => text(`/sys/dev/block/${device}/dm/uuid`),
  below: (device) => {
    const folder = `/sys/dev/block/${device}/slaves`;
    return existsSync(folder) ? readdirSync(folder).map((name) => text(join(folder, name, 'dev')).trim()) : [];
  },
};

/** `36 35 98:0 /root /mount …`: the device of the longest mount point that the folder lies under. */
const deviceOf = (folder: string, mountinfo: string): string | undefined => {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [, , device, , point] = line.split(' ');
    return device !== undefined && point !== undefined ? [{ device, point: point.replaceAll('\\040', ' ') }] : [];
  });
  const over = mounts.filter(({ point }) => point === '/' || folder === point || folder.startsWith(`${point}/`));
  return over.toSorted((a, b) => b.point.length - a.point.length)[0]?.device;
};

const isCrypt = (device: string, files: DiskFiles, deepest = 8): boolean =>
  files.mapperOf(device).startsWith('CRYPT-') || (deepest > 0 && files.below(device).some((one) => isCrypt(one, files, deepest - 1)));

/** Undefined where Linux does not tell: a container, a cloud disk that is encrypted from outside, another system. */
export const isEncrypted = (folder: string, files: DiskFiles = linux): boolean | undefined => {
  const device = deviceOf(existsSync(folder) ? realpathSync(folder) : folder, files.mounts());
  if (device === undefined || device.startsWith('0:')) return undefined;
  return isCrypt(device, files);
};
